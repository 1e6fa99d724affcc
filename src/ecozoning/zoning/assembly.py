"""Zones put together from whole units, basins for instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from ecozoning._kernels.labels import fill_outside
from ecozoning._validation import check_polygons
from ecozoning.crs import to_cgcs2000
from ecozoning.errors import GeometryError, ParameterError
from ecozoning.zoning.board import Board, arranged, make_board
from ecozoning.zoning.inputs import check_evidence, costs_of
from ecozoning.zoning.seats import binding_seats, check_seats, check_seats_held
from ecozoning.zoning.tiling import SMOOTHING_CELLS, ground_of, tile, zone_layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.zoning.evidence import Evidence
    from ecozoning.zoning.tiling import Ground

__all__ = ["assemble"]

LEAST_KM2: Final = 3.0
"""Pieces of a unit below it, cut off by the boundary, join a neighbour."""
BARE: Final = 0.01
"""Part of the county that units may leave uncovered; the nearest unit takes it."""
SMOOTHING_M: Final = 600.0
"""Least width of the smoothing: units of a 30-second grid have steps of 0.9 km."""


def assemble(
    boundary: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    evidence: Mapping[str, Sequence[Evidence]],
    *,
    cell_m: float | None = None,
) -> gpd.GeoDataFrame:
    """
    Model zones as whole units, such as basins, put together to fit what is published.

    Each unit begins in the zone whose evidence it misses least. Then units change to a
    neighbouring zone [1]_, as long as the zones come nearer to what is published of
    them as wholes (the four ends of an `Extent`; lowest, mean and highest ground of an
    `Elevation`), to the evidence of each unit, and to short borders. Zones stay in one
    piece and hold their binding seats. Borders are smoothed at the end, so that they
    follow the units' within a few hundred metres.

    Parameters
    ----------
    boundary : geopandas.GeoDataFrame
        The county: polygons in any CRS that leads to CGCS2000.
    units : geopandas.GeoDataFrame
        Polygons that cover the county, for instance from `Drainage.subbasins`, in any
        CRS that leads to CGCS2000. Pieces of less than 3 km2 inside the county join the
        neighbour along their longest side.
    evidence : mapping of str to sequence of Evidence
        For every zone, by its id and in the order of the result.
    cell_m : float, optional
        Cell size in metres. Default: the county has about 60 000 cells.

    Returns
    -------
    geopandas.GeoDataFrame
        As `reconstruct` returns it; `evidence` says that zones consist of units.

    Raises
    ------
    MissingCRSError, GeometryError, ParameterError
        If boundary or units cannot be used, units leave more than a hundredth of the
        county uncovered, a zone has no evidence, a seat lies outside the county, or
        seats of two zones lie in one unit.
    ConvergenceError
        If a zone ends up without a unit, or its seats in parts that do not touch.

    Notes
    -----
    Deterministic. The fit finds a good arrangement, not always the best one.

    References
    ----------
    .. [1] Kernighan, B. W. and Lin, S. (1970). An efficient heuristic procedure for
       partitioning graphs. Bell System Technical Journal, 49, 291-307.

    Examples
    --------
    Four quarters of a square, of which the zone of the north is said to reach down to
    0.1 degrees only: it gets the northern two.

    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from ecozoning.zoning import Bearing, Extent, assemble
    >>> quarters = [box(x, y, x + 0.1, y + 0.1) for x in (110, 110.1) for y in (0, 0.1)]
    >>> units = gpd.GeoDataFrame(geometry=quarters, crs=4490)
    >>> county = gpd.GeoDataFrame(geometry=[box(110, 0, 110.2, 0.2)], crs=4490)
    >>> zones = assemble(
    ...     county,
    ...     units,
    ...     {"n": [Extent(south=0.1)], "s": [Bearing(direction="south")]},
    ... )
    >>> zones.bounds["miny"].round(2).tolist()
    [0.1, 0.0]
    """
    ground = ground_of(boundary, cell_m)
    check_evidence(evidence, {})
    check_seats(ground.county, evidence)
    owner = _unit_of_cells(units, ground)
    board = make_board(ground.grid, owner, evidence, LEAST_KM2)
    held = _seat_units(board, ground, evidence)
    labels = arranged(board, held, list(evidence))[board.owner]
    width = max(SMOOTHING_CELLS, SMOOTHING_M / ground.grid.cell_m)
    free = np.full(len(evidence), np.nan)
    polygons = tile(ground, labels, list(evidence), free, smoothing_cells=width)
    check_seats_held(evidence, dict(zip(evidence, polygons, strict=True)))
    zones = zone_layer(evidence, polygons, costs_of(ground.grid, evidence), labels)
    zones["evidence"] = "whole units fitted to: " + zones["evidence"]
    return zones


def _unit_of_cells(units: gpd.GeoDataFrame, ground: Ground) -> NDArray[np.intp]:
    """Return the number of the unit that each cell of the county lies in."""
    check_polygons(units, name="units")
    shapes = to_cgcs2000(units, name="units").geometry.to_numpy()
    points = shapely.points(ground.grid.lonlat)
    cell, unit = shapely.STRtree(shapes).query(points, predicate="intersects")
    owner = np.full(len(points), -1)
    owner[cell[::-1]] = unit[::-1]  # of several, the first
    bare = np.count_nonzero(owner < 0) / owner.size
    if bare > BARE:
        msg = (
            f"`units` leave {bare:.0%} of the county uncovered; give units that reach "
            "to its borders, for instance from a `dem` with a margin."
        )
        raise GeometryError(msg)
    image = np.full(ground.grid.inside.shape, -1)
    image[ground.grid.inside] = owner
    return fill_outside(image, image >= 0)[ground.grid.inside]


def _seat_units(
    board: Board, ground: Ground, evidence: Mapping[str, Sequence[Evidence]]
) -> dict[int, int]:
    """Return the zone that each unit with a binding seat must stay in."""
    zones, held = list(evidence), dict[int, int]()
    for zone, name, place in binding_seats(evidence):
        x, y = shapely.get_coordinates(ground.grid.project(shapely.Point(place)))[0]
        cell = int(np.argmin(np.hypot(*(ground.grid.centres - (x, y)).T)))
        unit = int(board.owner[cell])
        other = zones[held.setdefault(unit, zones.index(zone))]
        if other != zone:
            msg = (
                f"the unit around the seat {name!r} of zone {zone!r} also holds a seat "
                f"of {other!r}; give smaller `units`."
            )
            raise ParameterError(msg)
    return held
