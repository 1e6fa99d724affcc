r"""Thinning of a mask to lines that keep its topology, whatever the order of cells.

A cell is simple if the mask has the same connected parts and holes without it. Two
simple cells depend on each other if either is simple no longer once the other has gone.
In each round all simple cells go that depend on none; cells that do stay together, so
that a strip of even width thins to a line of two cells, and the result turns with the
mask. Anchors never go.

Of 4-connected masks the cells at opposite corners of a square of four depend on each
other only if one of the other two corners has to stay.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numba
import numpy as np

from ecozoning._kernels.terrain import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

__all__ = ["ANCHOR", "REMOVABLE", "simple_codes", "thin"]

REMOVABLE: Final = 1
ANCHOR: Final = 2
GOING: Final = 3
FEW: Final = 128
"""A queue is kept once a round takes one of so many removable cells, or less."""
LOT: Final = 4096
BLOCK: Final = 25
"""Cells within two cells of one."""
RING: Final = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""Row and column of the neighbours, clockwise from above: bits 0 to 7 of a code."""


@cache
def simple_codes(connectivity: int) -> Flags:
    """Return, of each code of eight neighbours, whether the cell amid them is simple.

    Examples
    --------
    One neighbour makes an end; two that do not touch make a link.

    >>> [bool(simple_codes(8)[code]) for code in (0b1, 0b10001)]
    [True, False]
    """
    return np.array([_is_simple(code, connectivity) for code in range(256)])


def _is_simple(code: int, connectivity: int) -> bool:
    on = {spot for bit, spot in enumerate(RING) if code >> bit & 1}
    off = set(RING) - on
    wide, narrow = (on, off) if connectivity == 8 else (off, on)
    return _parts(wide, 2) == 1 and _parts(narrow, 1) == 1


def _parts(spots: set[tuple[int, int]], reach: int) -> int:
    """Count connected parts; with reach 1, by edges, those beside the centre alone."""
    left, found = set(spots), 0
    while left:
        part, todo = set(), [left.pop()]
        while todo:
            row, column = todo.pop()
            part.add((row, column))
            near = {
                (r, c)
                for r, c in left
                if max(abs(r - row), abs(c - column)) == 1
                and abs(r - row) + abs(c - column) <= reach
            }
            left -= near
            todo += near
        found += reach == 2 or any(r == 0 or c == 0 for r, c in part)
    return found


@numba.njit(inline="always")
def _alone(
    cell: int, codes: Bytes, simple: Bytes, steps: Ints, lut: Flags, by_edges: bool
) -> bool:
    """Tell whether a simple cell depends on no other."""
    for k in range(8):
        if k % 2 and not by_edges:
            continue
        other = cell + steps[k]
        if not simple[other]:
            continue
        mine = codes[cell] & ~(1 << k) & 255
        theirs = codes[other] & ~(1 << ((k + 4) % 8)) & 255
        if lut[mine] and lut[theirs]:
            continue
        if k % 2 and simple[cell + steps[k - 1]] and simple[cell + steps[(k + 1) % 8]]:
            continue
        return False
    return True


@numba.njit(inline="always")
def _queue_around(
    gone: Ints, count: int, queue: Ints, state: Bytes, simple: Bytes, columns: int
) -> int:
    """Queue what is left within two cells of those that went, once each."""
    size = 0
    for i in range(count):
        for row in range(-2, 3):
            for column in range(-2, 3):
                cell = gone[i] + row * columns + column
                if state[cell] == REMOVABLE and simple[cell] < 2:
                    simple[cell] += 2  # 2 and above: queued
                    queue[size] = cell
                    size += 1
    for i in range(size):
        simple[queue[i]] -= 2
    return size


@numba.njit(inline="always")
def _count_removable(state: Bytes, codes: Bytes, steps: Ints) -> int:
    """Count removable cells, and note their neighbours."""
    size = 0
    for cell in range(state.size):
        if state[cell] == REMOVABLE:
            size += 1
            for k in range(8):
                codes[cell] |= np.uint8((state[cell + steps[k]] > 0) << k)
    return size


@numba.njit(inline="always")
def _sweep(
    state: Bytes, codes: Bytes, simple: Bytes, steps: Ints, lut: Flags, by_edges: bool
) -> int:
    """Mark all cells that go in a round, and count them."""
    for cell in range(state.size):
        if state[cell] == REMOVABLE:
            simple[cell] = lut[codes[cell]]
    count = 0
    for cell in range(state.size):
        if simple[cell] and _alone(cell, codes, simple, steps, lut, by_edges):
            state[cell] = GOING
            count += 1
    return count


@numba.njit(inline="always")
def _take_marked(
    count: int, state: Bytes, simple: Bytes, codes: Bytes, steps: Ints
) -> None:
    """Take the marked cells, many at a time, so that no list of all is needed."""
    gone, size = np.empty(min(count, LOT), np.int64), 0
    for cell in range(state.size):
        if state[cell] == GOING:
            gone[size] = cell
            size += 1
            if size == gone.size:
                _take(gone, size, state, simple, codes, steps)
                size = 0
    _take(gone, size, state, simple, codes, steps)


@numba.njit(inline="always")
def _marked(state: Bytes, count: int) -> Ints:
    """Return the marked cells."""
    gone, size = np.empty(count, np.int64), 0
    for cell in range(state.size):
        if state[cell] == GOING:
            gone[size] = cell
            size += 1
    return gone


@numba.njit(inline="always")
def _take(
    gone: Ints, count: int, state: Bytes, simple: Bytes, codes: Bytes, steps: Ints
) -> None:
    for i in range(count):
        state[gone[i]] = 0
        simple[gone[i]] = 0
        for k in range(8):
            codes[gone[i] + steps[k]] &= np.uint8(255 ^ (1 << ((k + 4) % 8)))


@compiled
def thin(state: Bytes, columns: int, steps: Ints, lut: Flags, by_edges: bool) -> int:
    """
    Take removable cells from a flat mask until none can go; return the rounds taken.

    The mask has two rows and columns of 0 around it. Rounds in which many go sweep over
    all cells, so that beside the mask two bytes a cell are at work; when few are left,
    those around them are queued.
    """
    codes = np.zeros(state.size, np.uint8)
    simple = np.zeros(state.size, np.uint8)
    few = _count_removable(state, codes, steps) // FEW
    rounds = 0
    count = _sweep(state, codes, simple, steps, lut, by_edges)
    while count > few:
        _take_marked(count, state, simple, codes, steps)
        count = _sweep(state, codes, simple, steps, lut, by_edges)
        rounds += 1
    gone = _marked(state, count)
    while count:
        _take(gone, count, state, simple, codes, steps)
        queue = np.empty(BLOCK * count, np.int64)
        size = _queue_around(gone, count, queue, state, simple, columns)
        for i in range(size):
            simple[queue[i]] = lut[codes[queue[i]]]
        gone = np.empty(size, np.int64)
        count = 0
        for i in range(size):
            cell = queue[i]
            if simple[cell] and _alone(cell, codes, simple, steps, lut, by_edges):
                gone[count] = cell
                count += 1
        rounds += 1
    return rounds
