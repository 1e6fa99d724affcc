"""Land grown from evidence until it has a published area, or as far as it is met."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from ecozoning._validation import check_polygons
from ecozoning.crs import CGCS2000, to_cgcs2000
from ecozoning.errors import ConvergenceError, NoDataError, ParameterError
from ecozoning.zoning.surface import (
    PRECISION,
    SETTLED,
    Surface,
    area_m2,
    contour,
    land,
    largest,
    make_surface,
    to_lonlat,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecozoning.zoning.evidence import Evidence

__all__ = ["Block", "cover", "grow"]


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of the land to be grown, with its own evidence.

    Attributes
    ----------
    name : str
        Name of the row.
    evidence : sequence of Evidence
        Where it lies: the cheaper a cell, the earlier it is taken.
    share : float
        Part of the whole area that this block has; all shares add up to 1.
    within : shapely.Geometry, optional
        Polygon in lon/lat (CGCS2000) that it cannot leave. Default: the county.
    pieces : int, optional
        Number of separate patches that are kept, the largest. Default: all.
    """

    name: str
    evidence: Sequence[Evidence]
    share: float = 1.0
    within: shapely.Geometry | None = None
    pieces: int | None = None


def grow(
    boundary: gpd.GeoDataFrame,
    blocks: Sequence[Block],
    area_km2: float,
    *,
    min_patch_km2: float = 1.0,
    cell_m: float | None = None,
) -> gpd.GeoDataFrame:
    """
    Grow land from the most important ground until it has a given area.

    The importance of a cell is minus the cost of its evidence. Land is taken up to one
    contour of the smoothed cost, patches that are too small are left out, and what
    they lack is made up by growing on from the patches that are kept.

    Parameters
    ----------
    boundary : geopandas.GeoDataFrame
        The county: polygons in any CRS that leads to CGCS2000.
    blocks : sequence of Block
        The parts of the land, each with evidence and its share of the area. Several
        blocks each need a polygon `within` of their own, so that they cannot overlap.
    area_km2 : float
        Ellipsoidal area of all blocks together, in km2.
    min_patch_km2 : float, default 1.0
        Patches below this area are left out, and holes below it are filled.
    cell_m : float, optional
        Cell size in metres. Default: the county has about 60 000 cells.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per block, EPSG:4490: ``name``, ``share``, ``area_km2``,
        ``geometry_kind`` (always ``"modelled"``), ``evidence`` (text), ``geometry``
        (coordinates of six decimals). Areas are met within 0.01 %.

    Raises
    ------
    MissingCRSError, GeometryError, ParameterError
        If the boundary cannot be used, a block has no evidence, shares do not add up
        to 1, blocks overlap, or the area does not fit between a patch and the county.
    ConvergenceError
        If the land around a block is too small to grow on.

    Examples
    --------
    The northern quarter of a square county.

    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from ecozoning.zoning import Bearing
    >>> county = gpd.GeoDataFrame(geometry=[box(110, 40, 110.5, 40.4)], crs=4490)
    >>> block = Block(name="north", evidence=[Bearing(direction="north")])
    >>> grow(county, [block], 472.7)["area_km2"].round(1).tolist()
    [472.7]
    """
    county = _county(boundary)
    _check_blocks(blocks, area_km2, min_patch_km2, county)
    shapes = [
        _grown(_surface(county, block, min_patch_km2, cell_m), block, area_km2 * 1e6)
        for block in blocks
    ]
    return gpd.GeoDataFrame(
        {
            "name": [block.name for block in blocks],
            "share": [block.share for block in blocks],
            "area_km2": [area_m2(shape) / 1e6 for shape in shapes],
            "geometry_kind": "modelled",
            "evidence": ["; ".join(e.text() for e in b.evidence) for b in blocks],
        },
        geometry=shapes,
        crs=CGCS2000,
    )


def cover(
    boundary: gpd.GeoDataFrame,
    evidence: Sequence[Evidence],
    *,
    within: shapely.Geometry | None = None,
    min_patch_km2: float = 1.0,
    cell_m: float | None = None,
) -> shapely.Geometry:
    """
    Return the land on which every piece of evidence is met, with smooth borders.

    Such evidence has land without a miss: a band of elevation, an extent, a side.

    Parameters
    ----------
    boundary : geopandas.GeoDataFrame
        The county: polygons in any CRS that leads to CGCS2000.
    evidence : sequence of Evidence
        What must hold.
    within : shapely.Geometry, optional
        Polygon in lon/lat that the land cannot leave. Default: the county.
    min_patch_km2 : float, default 1.0
        Patches below this area are left out, and holes below it are filled.
    cell_m : float, optional
        Cell size in metres. Default: the county has about 60 000 cells.

    Returns
    -------
    shapely.Geometry
        Polygon or multipolygon in CGCS2000 longitude and latitude.

    Raises
    ------
    MissingCRSError, GeometryError, ParameterError
        If the boundary cannot be used or there is no evidence.
    NoDataError
        If no patch of the county meets all of it.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> from ecozoning.zoning import Extent
    >>> county = gpd.GeoDataFrame(geometry=[box(110, 40, 110.5, 40.4)], crs=4490)
    >>> land = cover(county, [Extent(north=40.1)])
    >>> [round(float(side), 2) for side in land.bounds]
    [110.0, 40.0, 110.5, 40.1]
    """
    county = _county(boundary)
    _check_evidence([Block(name="cover", evidence=evidence)])
    least = min_patch_km2 * 1e6
    model = make_surface(county, evidence, within, cell_m, least_m2=least, met=True)
    shape = to_lonlat(land(model, 0.5), model)
    if shape.is_empty:
        msg = (
            f"no patch of {min_patch_km2:g} km2 meets all `evidence`: "
            f"{'; '.join(e.text() for e in evidence)}; loosen a band or a side."
        )
        raise NoDataError(msg)
    return shape


# --- checks ------------------------------------------------------------------------


def _county(boundary: gpd.GeoDataFrame) -> shapely.Geometry:
    check_polygons(boundary, name="boundary")
    degrees = to_cgcs2000(boundary, name="boundary")
    return shapely.union_all(degrees.geometry.to_numpy())


def _check_blocks(
    blocks: Sequence[Block], area_km2: float, patch_km2: float, county: shapely.Geometry
) -> None:
    _check_evidence(blocks)
    shares = [block.share for block in blocks]
    if min(shares) <= 0 or not math.isclose(sum(shares), 1, abs_tol=1e-6):
        msg = f"the shares of `blocks` are {shares}; give parts above 0 that make 1."
        raise ParameterError(msg)
    limits = [county if b.within is None else b.within for b in blocks]
    for one, other in combinations(range(len(blocks)), 2):
        if shapely.intersection(limits[one], limits[other]).area > PRECISION:
            msg = (
                f"blocks {blocks[one].name!r} and {blocks[other].name!r} may overlap; "
                "give each a polygon `within` of its own."
            )
            raise ParameterError(msg)
    for block, limit in zip(blocks, limits, strict=True):
        _check_room(block, area_km2 * block.share, patch_km2, limit)


def _check_evidence(blocks: Sequence[Block]) -> None:
    bare = [block.name for block in blocks if not block.evidence]
    if bare or not blocks:
        what = f"block {bare[0]!r} has no `evidence`" if bare else "`blocks` is empty"
        msg = f"{what}; give at least one piece, for instance Elevation or Bearing."
        raise ParameterError(msg)


def _check_room(
    block: Block, area_km2: float, patch_km2: float, limit: shapely.Geometry
) -> None:
    room = area_m2(limit) / 1e6
    if not patch_km2 <= area_km2 <= room:
        msg = (
            f"`area_km2` gives block {block.name!r} {area_km2:.2f} km2, but between "
            f"one patch of {patch_km2:g} km2 and the {room:.2f} km2 of its land are "
            "needed; check the area and its unit."
        )
        raise ParameterError(msg)


# --- growth ------------------------------------------------------------------------


# --- growth ------------------------------------------------------------------------


def _surface(
    county: shapely.Geometry, block: Block, patch_km2: float, cell_m: float | None
) -> Surface:
    return make_surface(
        county,
        block.evidence,
        block.within,
        cell_m,
        least_m2=patch_km2 * 1e6,
        pieces=block.pieces,
    )


def _grown(model: Surface, block: Block, total_m2: float) -> shapely.Geometry:
    """Return lon/lat land of exactly the block's area."""
    target = total_m2 * block.share
    seed, allowed = _seed(model, target)

    def spread(metres: float) -> shapely.Geometry:
        ring = shapely.intersection(shapely.buffer(seed, metres), allowed)
        return to_lonlat(shapely.union(seed, ring), model)

    reach = largest(lambda d: area_m2(spread(d)), target, 0.0, model.grid.radius_m)
    shape = spread(reach)
    if abs(area_m2(shape) / target - 1) > SETTLED:
        msg = (
            f"block {block.name!r} stopped at {area_m2(shape) / 1e6:.3f} of "
            f"{target / 1e6:.3f} km2: its patches cannot grow on; allow more `pieces` "
            "or a smaller `min_patch_km2`, or use a finer `cell_m`."
        )
        raise ConvergenceError(msg)
    return shape


def _seed(model: Surface, target: float) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Return the land of the last contour below an area, and where it may grow on."""
    low, high = float(model.field.min()), float(model.field.max()) + 1e-9
    level = largest(lambda t: land(model, t).area, target, low, high)
    seed = land(model, level)
    # A patch that has just joined brings more than is wanted: enter it step by step.
    above = shapely.get_parts(contour(model, level + 1e-6 * (high - low)))
    wider = shapely.union_all([seed, *above[shapely.intersects(above, seed)]])
    enough = area_m2(to_lonlat(wider, model)) > target
    return seed, wider if enough else model.flat_limit
