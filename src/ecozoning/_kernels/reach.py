"""Which cells lie near a mask: dilation by a Euclidean disk, exact, row by row.

A disk of radius r holds offsets whose squared length is below (r + 1)**2. It is taken
apart into columns: how far up and down the mask is, then a comparison per column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from ecozoning._kernels.terrain import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

__all__ = ["column_heights", "spread"]


def column_heights(radius: int) -> Bytes:
    """Return how far up a disk reaches in its middle column, the next one, and so on.

    Examples
    --------
    >>> column_heights(3).tolist()
    [3, 3, 3, 2]
    """
    sides = np.arange(radius + 1)
    left = (radius + 1) ** 2 - 1 - sides**2
    heights: Bytes = np.sqrt(left).astype(np.uint8)
    return heights


@numba.njit(inline="always")
def _count_on(line: Bytes, source: Bytes, value: int, far: int) -> None:
    """Set where the mask is to 0 and count on elsewhere, up to `far`."""
    top = np.uint8(far)
    one = np.uint8(1)
    for i in range(line.size):
        more = line[i] + one if line[i] < top else top
        line[i] = np.uint8(0) if source[i] == value else np.uint8(more)


@numba.njit(inline="always")
def _mark(out: Bytes, gaps: Bytes, height: int) -> None:
    limit = np.uint8(height)
    for i in range(out.size):
        out[i] |= np.uint8(gaps[i] <= limit)


@compiled
def spread(
    cells: Bytes,
    out: Bytes,
    first: int,
    last: int,
    value: int,
    heights: Bytes,
) -> tuple[int, int]:
    """Set cells of `out` to 1 whose disk holds a cell of a value, else to 0."""
    rows, columns = cells.shape
    radius = heights.size - 1
    far = radius + 1
    gaps = np.empty((last - first, columns), np.uint8)
    line = np.full(columns, np.uint8(far))
    for row in range(max(0, first - radius), last):
        _count_on(line, cells[row], value, far)
        if row >= first:
            gaps[row - first] = line
    line[:] = np.uint8(far)
    for row in range(min(rows, last + radius) - 1, first - 1, -1):
        _count_on(line, cells[row], value, far)
        if row < last:
            gap = gaps[row - first]
            for i in range(columns):
                gap[i] = min(gap[i], line[i])
    for row in range(first, last):
        gap, found = gaps[row - first], out[row]
        found[:] = np.uint8(0)
        for side in range(min(radius + 1, columns)):
            _mark(found[side:], gap[: columns - side], heights[side])
            _mark(found[: columns - side], gap[side:], heights[side])
    return 0, 0
