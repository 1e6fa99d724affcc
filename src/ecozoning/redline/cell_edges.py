"""Cells of classes as lines: the borders between them, and the class at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.raster.grid import RasterGrid

    Codes = NDArray[np.uint8]
    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

__all__ = ["codes_at", "edges_of"]

LONGEST_KM: Final = 1.0
"""Longer sides along a parallel are bent by more than some centimetres."""
DEGREES_PER_KM: Final = 1 / 111.2


def edges_of(codes: Codes, grid: RasterGrid) -> NDArray[np.object_]:
    """Return the borders between classes as lines that meet at their ends only.

    What lies beyond the raster is class 0.
    """
    around = np.pad(codes, 1)
    level = around[:-1, 1:-1] != around[1:, 1:-1]  # (rows + 1, columns)
    upright = around[1:-1, :-1] != around[1:-1, 1:]  # (rows, columns + 1)
    rows = _runs(level, _meets(upright))
    columns = _runs(upright.T, _meets(level.T))
    ends = np.concatenate([rows[:, [1, 0, 2, 0]], columns[:, [0, 1, 0, 2]]])
    x = grid.x + (ends[:, 0::2] - 0.5) * grid.dx
    y = grid.y + (ends[:, 1::2] - 0.5) * grid.dy
    lines: NDArray[np.object_] = shapely.linestrings(np.stack([x, y], axis=-1))
    longest = LONGEST_KM * (DEGREES_PER_KM if grid.is_geographic else 1000.0)
    return np.asarray(shapely.segmentize(lines, longest))


def _meets(across: Bools) -> Bools:
    """Return the corners that an edge across the direction of walking ends at."""
    corners = np.zeros((across.shape[0] + 1, across.shape[1]), dtype=bool)
    corners[:-1] |= across
    corners[1:] |= across
    return corners


def _runs(edges: Bools, corners: Bools) -> NDArray[np.int64]:
    """Return line, first and last corner of straight edges between such corners."""
    line, start = np.nonzero(edges)
    if not line.size:
        return np.zeros((0, 3), dtype=np.int64)
    goes_on = (line[1:] == line[:-1]) & (start[1:] == start[:-1] + 1)
    goes_on &= ~corners[line[1:], start[1:]]
    first = np.flatnonzero(np.append(True, ~goes_on))
    last = np.append(first[1:], line.size) - 1
    return np.column_stack([line[first], start[first], start[last] + 1])


def codes_at(codes: Codes, grid: RasterGrid, points: Any) -> Codes:  # noqa: ANN401 -- geometries
    """Return the class of the cells in which points lie, 0 beyond the raster."""
    x, y = shapely.get_x(points), shapely.get_y(points)
    column = np.floor((x - grid.x) / grid.dx + 0.5).astype(np.int64)
    row = np.floor((y - grid.y) / grid.dy + 0.5).astype(np.int64)
    inside = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    found = np.zeros(x.size, dtype=np.uint8)
    found[inside] = codes[row[inside], column[inside]]
    return found
