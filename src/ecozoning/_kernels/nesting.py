"""Holes in parts of a mask, parts in holes, and what opens to the outside.

Labels of a map and of its complement share an array: parts above 0, gaps below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._kernels.terrain import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Labels = NDArray[np.int32]

__all__ = ["beside_others", "holders", "inner_parts", "looked_up", "open_gaps"]


@compiled
def looked_up(table: Bytes, labels: Labels, sign: int) -> Bytes:
    """Return what a table says of each label of a sign, 0 of others, cell by cell."""
    out = np.zeros(labels.shape, np.uint8)
    for row in range(labels.shape[0]):
        line, found = labels[row], out[row]
        for column in range(line.size):
            label = line[column] * sign
            if label > 0:
                found[column] = table[label]
    return out


@compiled
def holders(labels: Labels, gaps: int) -> Labels:
    """
    Return, of each gap, the part around it: 0 if it reaches the rim.

    The part is the one above the first cell of a gap.
    """
    rows, columns = labels.shape
    around = np.full(gaps + 1, -1, np.int32)
    for row in range(rows):
        for column in range(columns):
            gap = -labels[row, column]
            if gap <= 0:
                continue
            if row in (0, rows - 1) or column in (0, columns - 1):
                around[gap] = 0
            elif around[gap] < 0:
                around[gap] = labels[row - 1, column]
    return around


@compiled
def inner_parts(labels: Labels, parts: int, around: Labels) -> Bytes:
    """Return, of each part, whether it lies in a hole of another one."""
    inner = np.full(parts + 1, 2, np.uint8)
    for row in range(labels.shape[0]):
        for column in range(labels.shape[1]):
            part = labels[row, column]
            if part > 0 and inner[part] == 2:
                above = labels[row - 1, column] if row else 0
                inner[part] = above < 0 and around[-above] > 0
    return inner


@compiled
def beside_others(near: Bytes, labels: Labels, around: Labels, heights: Bytes) -> None:
    """Keep, of cells in holes, those whose disk holds another part than the one around.

    Other cells of `near` become 0.
    """
    rows, columns = labels.shape
    radius = heights.size - 1
    for row in range(rows):
        for column in range(columns):
            if not near[row, column]:
                continue
            near[row, column] = 0
            gap = -labels[row, column]
            if gap <= 0 or around[gap] <= 0:
                continue
            for x in range(max(0, column - radius), min(columns, column + radius + 1)):
                height = heights[abs(x - column)]
                for y in range(max(0, row - height), min(rows, row + height + 1)):
                    if labels[y, x] > 0 and labels[y, x] != around[gap]:
                        near[row, column] = 1


@compiled
def open_gaps(gaps: Labels, count: int) -> Bytes:
    """
    Return, of each gap, whether it opens to the outside: three cells along the rim.

    The rim goes on beyond its corners as it ends there.
    """
    rows, columns = gaps.shape
    outside = np.zeros(count + 1, np.uint8)
    for row in (0, rows - 1):
        for column in range(columns):
            here = gaps[row, column]
            left = gaps[row, max(column - 1, 0)]
            right = gaps[row, min(column + 1, columns - 1)]
            if here and here == left and here == right:
                outside[here] = 1
    for column in (0, columns - 1):
        for row in range(rows):
            here = gaps[row, column]
            above = gaps[max(row - 1, 0), column]
            below = gaps[min(row + 1, rows - 1), column]
            if here and here == above and here == below:
                outside[here] = 1
    return outside
