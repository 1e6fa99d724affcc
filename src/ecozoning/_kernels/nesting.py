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

__all__ = ["beside_others", "looked_up", "note_holders", "note_inner", "note_open"]


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
def note_holders(labels: Labels, around: Labels, first: int, last: bool) -> None:
    """
    Note, of each gap in a strip of rows, the part around it: 0 if it reaches the rim.

    The part is the one above the first cell of a gap; `around` holds -1 for gaps not
    seen yet. Rows from `first` on count: 1 if the row above the strip comes along, 0 at
    the upper rim. `last` tells whether the strip ends at the lower one.
    """
    rows, columns = labels.shape
    for row in range(first, rows):
        rim = row == 0 or (last and row == rows - 1)
        for column in range(columns):
            gap = -labels[row, column]
            if gap <= 0:
                continue
            if rim or column in (0, columns - 1):
                around[gap] = 0
            elif around[gap] < 0:
                around[gap] = labels[row - 1, column]


@compiled
def note_inner(labels: Labels, around: Labels, inner: Bytes, first: int) -> None:
    """
    Note, of each part in a strip of rows, whether it lies in a hole of another one.

    `inner` holds 2 for parts not seen yet; rows are those of `note_holders`.
    """
    for row in range(first, labels.shape[0]):
        for column in range(labels.shape[1]):
            part = labels[row, column]
            if part > 0 and inner[part] == 2:
                above = labels[row - 1, column] if row else 0
                inner[part] = above < 0 and around[-above] > 0


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
def note_open(rim: Labels, outside: Bytes) -> None:
    """
    Note which gaps open to the outside: three cells along one side of the rim.

    The rim goes on beyond its corners as it ends there.
    """
    for i in range(rim.size):
        here = rim[i]
        before, after = rim[max(i - 1, 0)], rim[min(i + 1, rim.size - 1)]
        if here and here == before and here == after:
            outside[here] = 1
