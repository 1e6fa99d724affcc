"""Zones modelled from what a plan says of them, with the areas it publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from ecozoning._kernels.labels import fill_outside, stray_parts
from ecozoning._kernels.transport import assign, solve_offsets
from ecozoning._validation import check_lonlat_domain, check_polygons
from ecozoning.crs import CGCS2000, to_cgcs2000
from ecozoning.errors import ConvergenceError, GeometryError, ParameterError
from ecozoning.overlay.areas import ellipsoidal_area
from ecozoning.zoning.borders import borders_of, shift_borders, smooth, thin
from ecozoning.zoning.coverage import cut, faces_to_zones
from ecozoning.zoning.evidence import HELD_CELLS, Evidence, Seats
from ecozoning.zoning.grid import Grid, make_grid
from ecozoning.zoning.inputs import cell_size, check_evidence, target_areas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ecozoning.zoning.borders import Border

__all__ = ["reconstruct"]

MISS = 0.005
"""Cells, of all, by which a zone may miss its count; moving its borders mends that."""
SMOOTHING_CELLS = 2.0
ISLAND = 0.1
"""Part of a zone's cells below which a separate piece is an island to be merged."""
AREA_TOLERANCE = 1e-6
"""Relative miss of a zone's area at which the borders stop moving (a tenth of a hectare
on a thousand square kilometres)."""


class _Model(NamedTuple):
    grid: Grid
    county: shapely.Geometry
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
    polygons = _polygons(model, labels, list(evidence))
    _check_seats_held(evidence, polygons)
    cells = np.arange(labels.size)
    return gpd.GeoDataFrame(
        {
            "zone_id": list(evidence),
            "geometry_kind": "modelled",
            "evidence": ["; ".join(e.text() for e in es) for es in evidence.values()],
            "cost": [
                round(float(model.costs[zone, cells[labels == zone]].mean()), 4)
                for zone in range(len(evidence))
            ],
        },
        geometry=polygons,
        crs="EPSG:4490",
    )


def _model(
    boundary: gpd.GeoDataFrame,
    evidence: Mapping[str, Sequence[Evidence]],
    areas: Mapping[str, float | None],
    cell_m: float | None,
) -> _Model:
    check_polygons(boundary, name="boundary")
    degrees = to_cgcs2000(boundary, name="boundary")
    west, south, east, north = degrees.total_bounds
    check_lonlat_domain(
        np.array([west, east]), np.array([south, north]), name="boundary"
    )
    county = shapely.union_all(degrees.geometry.to_numpy())
    check_evidence(evidence, areas)
    total = float(ellipsoidal_area(gpd.GeoSeries([county], crs=CGCS2000)).sum())
    grid = make_grid(county, cell_size(cell_m, total))
    if not grid.inside.any():
        msg = f"`cell_m` is {cell_m}, larger than the county; choose a smaller one."
        raise ParameterError(msg)
    targets = target_areas(list(evidence), areas, total)
    costs = np.stack([sum(e.cost(grid) for e in es) for es in evidence.values()])
    costs += _tie_breaker(costs.shape)
    seats = _seat_cells(grid, county, evidence)
    for zone, own in enumerate(seats):
        costs[np.arange(len(costs)) != zone, :] = np.where(
            own, np.inf, costs[np.arange(len(costs)) != zone, :]
        )
    return _Model(grid, county, costs, seats, targets)


def _tie_breaker(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return costs far below any evidence that tell cells of equal cost apart.

    Straight evidence gives whole rows of cells one margin, which no offset can split.
    """
    zones, cells = shape
    return 1e-9 * np.arange(zones)[:, None] * np.linspace(0.0, 1.0, cells)


def _seat_cells(
    grid: Grid, county: shapely.Geometry, evidence: Mapping[str, Sequence[Evidence]]
) -> list[NDArray[np.bool_]]:
    """Return per zone the cells at and between its seats that it must hold."""
    holder: dict[tuple[float, float], str] = {}
    for zone, items in evidence.items():
        for name, place in _binding_seats(items):
            _check_seat(name, place, county, holder.setdefault(place, zone), zone)
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


def _binding_seats(
    items: Sequence[Evidence],
) -> list[tuple[str, tuple[float, float]]]:
    return [
        (name, place)
        for item in items
        if isinstance(item, Seats) and item.binding
        for name, place in item.points.items()
    ]


def _check_seat(
    name: str,
    place: tuple[float, float],
    county: shapely.Geometry,
    holder: str,
    zone: str,
) -> None:
    if not shapely.contains_xy(county, *place):
        msg = f"seat {name!r} at {place} lies outside `boundary`; leave it out."
        raise GeometryError(msg, index=(name,))
    if holder != zone:
        msg = f"seat {name!r} is binding for zones {holder!r} and {zone!r}; choose one."
        raise ParameterError(msg)


def _check_seats_held(
    evidence: Mapping[str, Sequence[Evidence]], polygons: list[shapely.Geometry]
) -> None:
    for (zone, items), polygon in zip(evidence.items(), polygons, strict=True):
        for name, place in _binding_seats(items):
            if not shapely.contains_xy(polygon, *place):
                msg = (
                    f"seat {name!r} fell out of zone {zone!r}: other seats or the "
                    "areas leave it no way; check `evidence`, or make the seat not "
                    "binding."
                )
                raise ConvergenceError(msg)


def _labels(model: _Model, zones: list[str]) -> NDArray[np.intp]:
    """Return the zone of each cell: capacities met, stray islands given away."""
    costs = model.costs.copy()
    counts = model.targets / np.nansum(model.targets) * costs.shape[1]
    if np.isnan(counts).any():
        counts = model.targets / model.grid.cell_m**2
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
    inside = model.grid.inside
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


def _polygons(
    model: _Model, labels: NDArray[np.intp], zones: list[str]
) -> list[shapely.Geometry]:
    """Return smooth polygons of exactly the target areas."""
    image = np.zeros(model.grid.inside.shape, dtype=int)
    image[model.grid.inside] = labels
    image = fill_outside(image, model.grid.inside)
    stepped = borders_of(image, model.grid)
    fine = model.grid.cell_m / 20
    borders = [thin(smooth(border, SMOOTHING_CELLS), fine) for border in stepped]
    outline = model.grid.project(shapely.segmentize(model.county, 0.005))
    shapely.prepare(outline)
    for _ in range(12):
        polygons = _cut_zones(model, borders, labels, zones)
        lack = _lack(polygons, model.targets)
        if np.nanmax(np.abs([0.0, *lack])) <= AREA_TOLERANCE:
            return polygons
        borders = shift_borders(borders, lack * model.targets, outline)
    msg = (
        f"the borders of {', '.join(zones)} did not settle on their areas: "
        f"{np.nanmax(np.abs(lack)):.1e} relative is left; use a finer `cell_m`."
    )
    raise ConvergenceError(msg)


def _cut_zones(
    model: _Model,
    borders: list[Border],
    labels: NDArray[np.intp],
    zones: list[str],
) -> list[shapely.Geometry]:
    faces = cut(model.county, borders, model.grid)
    polygons = faces_to_zones(faces, labels, model.grid, len(zones))
    empty = [zone for zone, p in zip(zones, polygons, strict=True) if p.is_empty]
    if empty:
        msg = f"zone {empty[0]!r} vanished; use a finer `cell_m` or other evidence."
        raise ConvergenceError(msg)
    if not shapely.coverage_is_valid(polygons):
        msg = "the smoothed borders cross; use a finer `cell_m`."
        raise ConvergenceError(msg)
    return polygons


def _lack(
    polygons: list[shapely.Geometry], targets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the relative area that each zone lacks; NaN for a free one.

    A vertex that a border adds to the outline changes its area a little (by the sagitta
    of an edge), so targets for all zones are scaled to what the zones hold together.
    """
    held = ellipsoidal_area(gpd.GeoSeries(polygons, crs="EPSG:4490")).to_numpy()
    if not np.isnan(targets).any():
        targets = targets * held.sum() / targets.sum()
    return np.asarray((targets - held) / targets)
