"""Cells of classes as lines: the borders between them, and the class at a point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from ecozoning.errors import ParameterError

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
MOST_LINES: Final = 4_000_000
"""Lines that polygons are made of: each takes up to 2 kB and some 30 microseconds."""


def edges_of(codes: Codes, grid: RasterGrid) -> NDArray[np.object_]:
    """Return the borders between classes as lines that meet at their ends only.

    What lies beyond the raster is class 0.
    """
    around = np.pad(codes, 1)
    level = around[:-1, 1:-1] != around[1:, 1:-1]  # (rows + 1, columns)
    upright = around[1:-1, :-1] != around[1:-1, 1:]  # (rows, columns + 1)
    across = _begins_and_ends(level, _meets(upright))
    down = _begins_and_ends(upright.T, _meets(level.T))
    _check_few(int(np.count_nonzero(across[0]) + np.count_nonzero(down[0])))
    rows, columns = _runs(*across), _runs(*down)
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


def _begins_and_ends(edges: Bools, corners: Bools) -> tuple[Bools, Bools]:
    """Return the edges at which straight lines between such corners begin and end."""
    goes_on = edges[:, 1:] & edges[:, :-1] & ~corners[:, 1:-1]
    begins, ends = edges.copy(), edges.copy()
    begins[:, 1:] &= ~goes_on
    ends[:, :-1] &= ~goes_on
    return begins, ends


def _runs(begins: Bools, ends: Bools) -> NDArray[np.int64]:
    """Return line, first and last corner of each straight line."""
    line, start = np.nonzero(begins)
    return np.column_stack([line, start, np.nonzero(ends)[1] + 1])


def _check_few(lines: int) -> None:
    """Refuse noise: each speck of it would be a polygon."""
    if lines <= MOST_LINES:
        return
    msg = (
        f"the highest classes of `importance` and `sensitivity` are so scattered that "
        f"{lines:,} lines part them, but {MOST_LINES:,} are the most; remove noise "
        "first, e.g. with `ecozoning.importance.clean_up(importance, window_cells=5, "
        "minimum_patch_km2=0.05)`, or ask for a greater `minimum_patch_km2`."
    )
    raise ParameterError(msg)


def codes_at(codes: Codes, grid: RasterGrid, points: Any) -> Codes:  # noqa: ANN401 -- geometries
    """Return the class of the cells in which points lie, 0 beyond the raster."""
    x, y = shapely.get_x(points), shapely.get_y(points)
    column = np.floor((x - grid.x) / grid.dx + 0.5).astype(np.int64)
    row = np.floor((y - grid.y) / grid.dy + 0.5).astype(np.int64)
    inside = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    found = np.zeros(x.size, dtype=np.uint8)
    found[inside] = codes[row[inside], column[inside]]
    return found
