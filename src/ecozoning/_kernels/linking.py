"""Lines between parts of a mask: made wide, and told apart by what they join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from ecozoning._kernels.terrain import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Labels = NDArray[np.int32]
    Ints = NDArray[np.int64]

__all__ = ["joining", "note_joins", "widen"]


@numba.njit(inline="always")
def _is_open(mask: Bytes, row: int, column: int, spots: Ints) -> bool:
    """Tell whether the whole disk around a cell lies on the mask."""
    for i in range(spots.shape[0]):
        y, x = row + spots[i, 0], column + spots[i, 1]
        if y < 0 or x < 0 or y >= mask.shape[0] or x >= mask.shape[1] or not mask[y, x]:
            return False
    return True


@numba.njit(inline="always")
def _flood(
    mask: Bytes, out: Bytes, row: int, column: int, limit: int, seen: Bytes, todo: Ints
) -> None:
    """Mark what paths by edges reach from a cell without leaving mask or disk."""
    radius = seen.shape[0] // 2
    seen[:] = 0
    seen[radius, radius] = 1
    todo[0, 0] = todo[0, 1] = 0
    size = 1
    while size:
        size -= 1
        down, right = todo[size]
        out[row + down, column + right] = 1
        for k in range(4):
            dy = down + (k == 0) - (k == 1)
            dx = right + (k == 2) - (k == 3)
            y, x = row + dy, column + dx
            if dy * dy + dx * dx > limit or seen[radius + dy, radius + dx]:
                continue
            if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x]:
                seen[radius + dy, radius + dx] = 1
                todo[size, 0], todo[size, 1] = dy, dx
                size += 1


@compiled
def widen(lines: Bytes, mask: Bytes, spots: Ints, limit: int) -> Bytes:
    """
    Return lines made wide: what a disk about a cell of one reaches within the mask.

    `spots` are the offsets in the disk, `limit` the largest squared length of one.
    """
    radius = 0
    for i in range(spots.shape[0]):
        radius = max(radius, spots[i, 0])
    side = 2 * radius + 1
    seen = np.zeros((side, side), np.uint8)
    todo = np.empty((side * side, 2), np.int64)
    out = np.zeros_like(lines)
    for row in range(lines.shape[0]):
        for column in range(lines.shape[1]):
            if not lines[row, column]:
                continue
            if _is_open(mask, row, column, spots):
                for i in range(spots.shape[0]):
                    out[row + spots[i, 0], column + spots[i, 1]] = 1
            else:
                _flood(mask, out, row, column, limit, seen, todo)
    return out


@compiled
def note_joins(links: Labels, parts: Labels, by_edges: bool, noted: Labels) -> None:
    """
    Note, of each link in a strip of rows, which parts its cells touch.

    `noted` has a row per link: the first part found, whether another was found, and
    how many cells touch one, up to two. `parts` has labels above 0.
    """
    rows, columns = links.shape
    for row in range(rows):
        for column in range(columns):
            link = links[row, column]
            if not link:
                continue
            touched = False
            for y in range(max(0, row - 1), min(rows, row + 2)):
                for x in range(max(0, column - 1), min(columns, column + 2)):
                    part = parts[y, x]
                    if part <= 0 or (by_edges and y != row and x != column):
                        continue
                    touched = True
                    if noted[link, 0] == 0:
                        noted[link, 0] = part
                    elif noted[link, 0] != part:
                        noted[link, 1] = 1
            if touched and noted[link, 2] < 2:
                noted[link, 2] += 1


def joining(noted: Labels) -> Bytes:
    """
    Return of each link whether it joins two parts from two of its cells.

    A cell that alone touches two parts does not.
    """
    both: Bytes = ((noted[:, 1] > 0) & (noted[:, 2] > 1)).view(np.uint8)
    return both
