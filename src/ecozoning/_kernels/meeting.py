"""Where the lands of two sources meet, and what lies between them. Arrays only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]
    Labels = NDArray[np.int32]

__all__ = ["meetings", "trace"]


@njit(nogil=True, cache=True, error_model="numpy")
def meetings(
    resistance: Floats,
    cost: Floats,
    owner: Labels,
    halves: tuple[float, float, float],
    found: Floats,
) -> int:
    """
    Count the steps between cells of two owners; list (lower, higher, cost) in `found`.

    The cost is that of the way over the step, from source to source. `halves` are half
    the lengths to the east, the south and the corner, the last 0 for 4 neighbours.
    """
    rows, columns = owner.shape
    count = 0
    for row in range(rows):
        for column in range(columns):
            one = owner[row, column]
            if one == 0:
                continue
            for k in range(4):
                down, right = min(k, 1), (1, 0, 1, -1)[k]
                half = halves[min(k, 2)]
                if half == 0.0 or row + down >= rows:
                    continue
                if not 0 <= column + right < columns:
                    continue
                two = owner[row + down, column + right]
                if two == 0 or two == one:
                    continue
                if count < found.shape[0]:
                    middle = resistance[row, column]
                    middle += resistance[row + down, column + right]
                    way = cost[row, column] + cost[row + down, column + right]
                    found[count, 0] = min(one, two)
                    found[count, 1] = max(one, two)
                    found[count, 2] = way + middle * half
                count += 1
    return count


@njit(nogil=True, cache=True, error_model="numpy")
def trace(link: NDArray[np.uint8], row: int, column: int) -> NDArray[np.int64]:
    """Return the rows and columns from a cell along its links to where they end."""
    down = (0, 0, 1, 1, 1, 0, -1, -1, -1)
    right = (0, 1, 1, 0, -1, -1, -1, 0, 1)
    count, at_row, at_column = 1, row, column
    while 0 < link[at_row, at_column] < 9:
        way = link[at_row, at_column]
        at_row, at_column = at_row + down[way], at_column + right[way]
        count += 1
    path = np.empty((count, 2), np.int64)
    for k in range(count):
        path[k, 0], path[k, 1] = row, column
        way = link[row, column]
        if way < 9:
            row, column = row + down[way], column + right[way]
    return path
