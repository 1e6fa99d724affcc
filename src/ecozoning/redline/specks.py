"""Specks: patches of cells that no step can save, so that they are only counted.

Noise makes millions of them, and each would be a polygon among others for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from scipy import ndimage

from ecozoning._kernels.labels import ROOK
from ecozoning.overlay.areas import checked_areas
from ecozoning.raster.burning import burnt
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ecozoning.raster.grid import RasterGrid

    Bools = NDArray[np.bool_]
    Codes = NDArray[np.uint8]
    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]

__all__ = ["Barriers", "Specks", "no_specks", "specks_of"]

TILE: Final = 32
"""Cells along a tile of a map on which all cells are taken for equally large."""
SLACK: Final = 1.001
"""By which the largest cell of some samples may be exceeded elsewhere."""
KINDS: Final = 16
"""Kinds of specks: by class (two bits), out of the boundary, excluded."""


@dataclass(frozen=True)
class Barriers:
    """Lines and land that decide together with cells.

    Attributes
    ----------
    lines : sequence of geometries
        Cells that they touch, and neighbours of these, are left to polygons.
    land : sequence of geometries
        The same, and all within.
    kept : sequence of geometries
        Land that may be of the red line.
    boundary, exclusions : sequence of geometries
        Where red lines may be; where they may not. An empty boundary is none.
    """

    lines: Sequence[Geometries]
    land: Sequence[Geometries]
    kept: Sequence[Geometries]
    boundary: Geometries
    exclusions: Geometries


@dataclass(frozen=True)
class Specks:
    """Cells that leave with the minimum patch: by kind, the area and one of the cells.

    Cells of a kind are of one class, and lie alike in boundary and exclusions.
    """

    points: Geometries
    codes: Codes
    area_m2: Floats


def no_specks() -> Specks:
    """Return no specks at all."""
    none = np.zeros(0)
    return Specks(none.astype(object), none.astype(np.uint8), none)


def specks_of(
    codes: Codes,
    grid: RasterGrid,
    barriers: Barriers,
    *,
    least_km2: float,
    fill_km2: float,
) -> tuple[Codes, Specks]:
    """
    Return codes without specks, and what specks there were.

    A speck is a patch of cells, sharing sides, that is below the least area for
    certain, and has no part in what lines and polygons decide: none of its cells is
    near one, and no hole around it can be filled.
    """
    tiles = _tiles(grid)
    most = least_km2 * convert(1.0, "km2", "m2") / (tiles.cell_m2.max() * SLACK)
    if most <= 1:
        return codes, no_specks()
    near = _near(grid, barriers)
    gone = _small(codes > 0, near, most)
    if fill_km2 > 0 and gone.any():
        fewest = fill_km2 * convert(1.0, "km2", "m2") * SLACK / tiles.cell_m2.min()
        gone &= ~_fillable((codes == 0) | gone, grid, barriers, fewest)
    if not gone.any():
        return codes, no_specks()
    kind = _kinds(codes, gone, grid, barriers)
    return np.where(gone, np.uint8(0), codes), _counted(kind, grid, tiles)


def _near(grid: RasterGrid, barriers: Barriers) -> Bools:
    """Return cells on which lines, or land, and those that share a side or corner."""
    found = np.zeros((grid.rows, grid.columns), dtype=bool)
    for geometries in (*barriers.lines, *barriers.land):
        if geometries.size:
            found |= burnt(geometries, grid, touched=True)
    for axis in (0, 1):
        ahead, behind = np.moveaxis(found, axis, 0), np.moveaxis(found.copy(), axis, 0)
        ahead[1:] |= behind[:-1]
        ahead[:-1] |= behind[1:]
    return found


def _small(land: Bools, near: Bools, most: float) -> Bools:
    """Return patches of fewer cells than `most` that have none nearby."""
    patch, count = ndimage.label(land, structure=ROOK)
    sizes = np.bincount(patch.ravel(), minlength=count + 1)
    small = sizes < most
    small[0] = False
    small[patch[near]] = False
    return np.asarray(small[patch])


def _fillable(
    empty: Bools, grid: RasterGrid, barriers: Barriers, fewest: float
) -> Bools:
    """Return cells without red line around which a hole might be filled."""
    for geometries in barriers.kept:
        if geometries.size:
            empty = empty & ~burnt(geometries, grid, touched=True)
    hole, count = ndimage.label(empty, structure=ROOK)
    sizes = np.bincount(hole.ravel(), minlength=count + 1)
    return np.asarray((sizes <= fewest)[hole])


def _kinds(codes: Codes, gone: Bools, grid: RasterGrid, barriers: Barriers) -> Codes:
    """Return the kind of each cell that goes, 0 for others."""
    kind = np.where(gone, codes, np.uint8(0))
    for bit, geometries in ((4, barriers.boundary), (8, barriers.exclusions)):
        if geometries.size:
            kind[gone & burnt(geometries, grid)] |= np.uint8(bit)
    return kind


def _counted(kind: Codes, grid: RasterGrid, tiles: _Tiles) -> Specks:
    """Return the area of specks by kind, and the centre of one cell of each kind."""
    areas = np.zeros(KINDS)
    for (top, bottom), sizes in zip(pairwise(tiles.rows), tiles.cell_m2, strict=True):
        strip = kind[top:bottom]
        for (left, right), size in zip(pairwise(tiles.columns), sizes, strict=True):
            found = np.bincount(strip[:, left:right].ravel(), minlength=KINDS)
            areas += found * size
    present = np.flatnonzero(areas[1:]) + 1
    places = np.array([int(np.argmax(kind == k)) for k in present])
    row, column = np.divmod(places, grid.columns)
    x, y = grid.x + column * grid.dx, grid.y + row * grid.dy
    return Specks(shapely.points(x, y), (present & 3).astype(np.uint8), areas[present])


class _Tiles(NamedTuple):
    """Where tiles begin and end, and the area of a cell of each, (rows, columns)."""

    rows: list[int]
    columns: list[int]
    cell_m2: Floats


def _tiles(grid: RasterGrid) -> _Tiles:
    """Return tiles in which all cells are as large as the one in the middle."""
    step = (1, grid.columns) if grid.is_geographic else (TILE, TILE)
    rows = [*range(0, grid.rows, step[0]), grid.rows]
    columns = [*range(0, grid.columns, step[1]), grid.columns]
    x = grid.x + grid.dx * (np.add(columns[:-1], columns[1:]) // 2)
    y = grid.y + grid.dy * (np.add(rows[:-1], rows[1:]) // 2)
    x, y = np.meshgrid(x, y)
    wide, high = abs(grid.dx) / 2, abs(grid.dy) / 2
    cells = shapely.box(x - wide, y - high, x + wide, y + high).ravel()
    measured = checked_areas(gpd.GeoDataFrame(geometry=cells, crs=grid.crs), "exact")
    return _Tiles(rows, columns, np.asarray(measured, np.float64).reshape(x.shape))
