"""Cells of sources, drawn where they are asked for and never all at once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr

from ecozoning._validation.grids import check_same_grid
from ecozoning.errors import ParameterError
from ecozoning.network.surfaces import check_ids, checked_layer
from ecozoning.raster.burning import to_map
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning._validation.grids import RasterGrid

    Labels = NDArray[np.int32]
    Box = tuple[slice, slice]

__all__ = ["SourceTiles", "source_tiles"]


DRAWING: Final = threading.Lock()
"""rasterio silences a warning while it draws, for all threads at once."""


@dataclass(frozen=True)
class SourceTiles:
    """Sources of a grid by their ids.

    Attributes
    ----------
    on : callable
        Returns the ids in a box of cells, 0 for none.
    here, outside : set of int
        Ids with a cell, and without.
    """

    on: Callable[[Box], Labels]
    here: frozenset[int]
    outside: frozenset[int]

    def lost(self, alive: set[int]) -> dict[int, str]:
        """Return why sources are lost, given those that can be left."""
        lost = dict.fromkeys(self.outside, "outside the raster")
        stuck = "on nodata or infinite resistance"
        lost |= dict.fromkeys(self.here - alive, stuck)
        return {number: lost[number] for number in sorted(lost)}


def source_tiles(
    sources: gpd.GeoDataFrame | xr.DataArray,
    resistance: xr.DataArray,
    grid: RasterGrid,
    boxes: Iterable[Box],
) -> SourceTiles:
    """Return sources that are drawn box by box; `boxes` cover the grid."""
    if isinstance(sources, xr.DataArray):
        check_same_grid(resistance=resistance, sources=sources)
        if sources.dtype.kind not in "iu":
            msg = (
                f"`sources` holds {sources.dtype}, but whole numbers, one for each "
                "source and 0 for none, are needed; use "
                "`sources.fillna(0).astype('int32')`."
            )
            raise ParameterError(msg)
        on: Callable[[Box], Labels] = partial(_cut, sources)
        found = {int(k) for box in boxes for k in np.unique(on(box))} - {0}
        check_ids(np.array(sorted(found), dtype=np.int64), "sources")
        return SourceTiles(on, frozenset(found), frozenset())
    frame = checked_layer(sources, grid, "sources")
    on = partial(_drawn, frame, grid, {})
    found = {int(k) for box in boxes for k in np.unique(on(box))} - {0}
    unseen = frame[~frame["source_id"].isin(found)]
    single = _single_cells(unseen, grid, on)
    on = partial(_drawn, frame, grid, single)
    here = frozenset(found | set(single.values()))
    return SourceTiles(on, here, frozenset(frame["source_id"].tolist()) - here)


def _cut(sources: xr.DataArray, box: Box) -> Labels:
    """Return the ids of a box of a raster."""
    cells = np.asarray(sources[box].data)
    return np.where(cells == nodata_of(sources), 0, cells).astype(np.int32)


def _drawn(
    frame: gpd.GeoDataFrame,
    grid: RasterGrid,
    single: dict[tuple[int, int], int],
    box: Box,
) -> Labels:
    """Draw the polygons of a box by the centres of cells."""
    from rasterio.features import rasterize

    rows, columns = box
    size = (rows.stop - rows.start, columns.stop - columns.start)
    corner = to_map(grid) * _shift(columns.start, rows.start)
    west, north = corner * (0, 0)
    east, south = corner * size[::-1]
    near = frame.cx[west:east, min(north, south) : max(north, south)]
    labels = np.zeros(size, np.int32)
    if len(near):
        shapes = zip(near.geometry, near["source_id"], strict=True)
        with DRAWING:
            rasterize(shapes, out=labels, transform=corner)
    for (row, column), number in single.items():
        if rows.start <= row < rows.stop and columns.start <= column < columns.stop:
            labels[row - rows.start, column - columns.start] = number
    return labels


def _single_cells(
    unseen: gpd.GeoDataFrame, grid: RasterGrid, on: Callable[[Box], Labels]
) -> dict[tuple[int, int], int]:
    """Return a cell for each source that holds no centre of one, where it is free."""
    single: dict[tuple[int, int], int] = {}
    to_cells = ~to_map(grid)
    inside = unseen.geometry.representative_point()
    for number, point in zip(unseen["source_id"], inside, strict=True):
        column, row = (int(np.floor(place)) for place in to_cells * (point.x, point.y))
        if not (0 <= row < grid.rows and 0 <= column < grid.columns):
            continue
        box = (slice(row, row + 1), slice(column, column + 1))
        if not on(box)[0, 0]:
            single.setdefault((row, column), int(number))
    return single


def _shift(columns: int, rows: int) -> Any:  # noqa: ANN401 -- affine has no types
    from rasterio.transform import Affine

    return Affine.translation(columns, rows)
