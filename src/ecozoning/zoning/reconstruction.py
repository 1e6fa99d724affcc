"""Zones modelled from what a plan says of them, with the areas it publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ecozoning._kernels.labels import stray_parts
from ecozoning._kernels.transport import assign, solve_offsets
from ecozoning.errors import ConvergenceError
from ecozoning.zoning.inputs import check_evidence, costs_of, target_areas
from ecozoning.zoning.landmarks import HELD_CELLS, Seats
from ecozoning.zoning.seats import check_seats, check_seats_held
from ecozoning.zoning.tiling import Ground, ground_of, tile, zone_layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.zoning.evidence import Evidence
    from ecozoning.zoning.grid import Grid

__all__ = ["reconstruct"]

MISS = 0.005
"""Cells, of all, by which a zone may miss its count; moving its borders mends that."""
ISLAND = 0.1
"""Part of a zone's cells below which a separate piece is an island to be merged."""


class _Model(NamedTuple):
    ground: Ground
    costs: NDArray[np.float64]
    seats: list[NDArray[np.bool_]]
    targets: NDArray[np.float64]  # m2, NaN where free


def reconstruct(
    boundary: gpd.GeoDataFrame,
    evidence: Mapping[str, Sequence[Evidence]],
    areas: Mapping[str, float | None] | None = None,
    cell_m: float | None = None,
) -> gpd.GeoDataFrame:
    r"""
    Model zones as a capacity-constrained partition of a county.

    No official polygons of the zones are public. What is public is what a plan says of
    them: which seats lie in them, their bearing, extent, elevation, and area. Each
    zone :math:`k` has a cost :math:`c_k(x)` summed from its evidence; each cell goes to
    the zone of least :math:`c_k(x) + w_k`, and the offsets :math:`w_k`, the dual of a
    transport problem, are solved so that every zone gets its published share of the
    county. Borders are then smoothed and moved until the ellipsoidal areas are met.

    Parameters
    ----------
    boundary : geopandas.GeoDataFrame
        The county: polygons in any CRS that leads to CGCS2000.
    evidence : mapping of str to sequence of Evidence
        For every zone, by its id and in the order of the result, at least one of
        `Seats`, `Extent`, `Bearing`, `Elevation`, `Near`, `SideOfLine`.
    areas : mapping of str to float, optional
        Published areas in km2 by zone id; None or a missing id leaves a zone free,
        which then meets its neighbours where their costs are equal. With an area for
        every zone the areas are scaled to the boundary's own.
    cell_m : float, optional
        Cell size in metres. Default: the county has about 60 000 cells.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per zone, EPSG:4490: ``zone_id``, ``geometry_kind`` (always
        ``"modelled"``), ``evidence`` (text), ``cost`` (mean miss in county radii),
        ``geometry``. The rows tile the boundary, whose vertices are unchanged.

    Raises
    ------
    MissingCRSError, GeometryError, ParameterError
        If the boundary cannot be used, a zone has no evidence, a seat lies outside the
        county or in two zones, or areas are unknown, not positive, or do not fit.
    ConvergenceError
        If the evidence pins so many cells that the areas cannot be met.

    Notes
    -----
    Deterministic: the same input gives the same coordinates. Memory is about 100 bytes
    per cell and zone.

    References
    ----------
    .. [1] Aurenhammer, F., Hoffmann, F. and Aronov, B. (1998). Minkowski-type theorems
       and least-squares clustering. Algorithmica, 20, 61-76.

    Examples
    --------
    A square county cut into a northern third and the rest.

    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from ecozoning.zoning import Bearing, reconstruct
    >>> county = gpd.GeoDataFrame(geometry=[box(110, 40, 110.5, 40.4)], crs=4490)
    >>> zones = reconstruct(
    ...     county,
    ...     {"n": [Bearing(direction="north")], "s": [Bearing(direction="south")]},
    ...     areas={"n": 630.3, "s": 1260.6},
    ... )
    >>> from ecozoning import ellipsoidal_area
    >>> (ellipsoidal_area(zones) / 1e6).round(1).tolist()
    [630.3, 1260.6]
    """
    model = _model(boundary, evidence, areas or {}, cell_m)
    labels = _labels(model, list(evidence))
    polygons = tile(model.ground, labels, list(evidence), model.targets)
    check_seats_held(evidence, dict(zip(evidence, polygons, strict=True)))
    return zone_layer(evidence, polygons, model.costs, labels)


def _model(
    boundary: gpd.GeoDataFrame,
    evidence: Mapping[str, Sequence[Evidence]],
    areas: Mapping[str, float | None],
    cell_m: float | None,
) -> _Model:
    ground = ground_of(boundary, cell_m)
    check_evidence(evidence, areas)
    targets = target_areas(list(evidence), areas, ground.area_m2)
    costs = costs_of(ground.grid, evidence)
    costs += _tie_breaker(costs.shape)
    check_seats(ground.county, evidence)
    seats = _seat_cells(ground.grid, evidence)
    for zone, own in enumerate(seats):
        costs[np.arange(len(costs)) != zone, :] = np.where(
            own, np.inf, costs[np.arange(len(costs)) != zone, :]
        )
    return _Model(ground, costs, seats, targets)


def _tie_breaker(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return costs far below any evidence that tell cells of equal cost apart.

    Straight evidence gives whole rows of cells one margin, which no offset can split.
    """
    zones, cells = shape
    return 1e-9 * np.arange(zones)[:, None] * np.linspace(0.0, 1.0, cells)


def _seat_cells(
    grid: Grid, evidence: Mapping[str, Sequence[Evidence]]
) -> list[NDArray[np.bool_]]:
    """Return per zone the cells at and between its seats that it must hold."""
    away = np.stack([_tree_distance(grid, items) for items in evidence.values()])
    near = away <= HELD_CELLS * grid.cell_m
    nearest = np.arange(len(away))[:, None] == away.argmin(axis=0)
    return list(near & nearest)  # where trees come close, the nearer one holds


def _tree_distance(grid: Grid, items: Sequence[Evidence]) -> NDArray[np.float64]:
    """Return metres to the binding seats of a zone and the lines that join them."""
    trees = [i.distance(grid) for i in items if isinstance(i, Seats) and i.binding]
    nowhere = np.full(len(grid.centres), np.inf)
    nearest: NDArray[np.float64] = np.minimum.reduce([nowhere, *trees])
    return nearest


def _labels(model: _Model, zones: list[str]) -> NDArray[np.intp]:
    """Return the zone of each cell: capacities met, stray islands given away."""
    costs = model.costs.copy()
    counts = model.targets / np.nansum(model.targets) * costs.shape[1]
    if np.isnan(counts).any():
        counts = model.targets / model.ground.grid.cell_m**2
    labels = np.zeros(costs.shape[1], dtype=int)
    for _ in range(40):
        offsets, miss = solve_offsets(costs, counts)
        labels = assign(costs, offsets)
        allowed = max(2.0 * len(zones), MISS * costs.shape[1])
        if np.isfinite(counts).any() and miss > allowed:
            msg = (
                f"the areas of {', '.join(zones)} cannot be met: {miss} of "
                f"{costs.shape[1]} cells are off; loosen `evidence` or use a finer "
                "`cell_m`."
            )
            raise ConvergenceError(msg)
        if not _forbid_strays(model, costs, labels):
            return labels
    return labels


def _forbid_strays(
    model: _Model, costs: NDArray[np.float64], labels: NDArray[np.intp]
) -> bool:
    """Bind stray islands to the zone around them; tell whether there were any."""
    inside = model.ground.grid.inside
    image = np.full(inside.shape, -1)
    image[inside] = labels
    found = False
    for zone in range(len(costs)):
        keep = np.zeros(inside.shape, dtype=bool)
        keep[inside] = model.seats[zone]
        limit = ISLAND * np.count_nonzero(labels == zone)
        for mask, around in stray_parts(image, zone, keep):
            cells = np.flatnonzero(mask[inside])
            if cells.size > limit:
                continue
            cells = (
                cells[np.isfinite(costs[around, cells])] if around >= 0 else cells[:0]
            )
            others = np.arange(len(costs)) != around
            costs[np.ix_(others, cells)] = np.inf
            found |= bool(cells.size)
    return found
