"""The edges of rings in cells of a grid, walked so that their covers add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["ring_edges"]


@njit(nogil=True, cache=True, error_model="numpy")
def _turn(cells: Floats, first: int, last: int) -> float:
    """Return 1 for a ring that is walked with its inside to the left, else -1."""
    x0, y0 = cells[first, 0], cells[first, 1]
    twice = 0.0
    for i in range(first, last - 1):
        ax, ay = cells[i, 0] - x0, cells[i, 1] - y0
        bx, by = cells[i + 1, 0] - x0, cells[i + 1, 1] - y0
        twice += bx * ay - ax * by
    return -1.0 if twice < 0.0 else 1.0


@njit(nogil=True, cache=True, error_model="numpy")
def _widen(box: Floats, x: float, y: float) -> None:
    box[0], box[1] = min(box[0], y), max(box[1], y)
    box[2], box[3] = min(box[2], x), max(box[3], x)


@njit(nogil=True, cache=True, error_model="numpy")
def ring_edges(
    cells: Floats,
    starts: Ints,
    owner: Ints,
    is_hole: Flags,
    order: Ints,
    edges: Floats,
    ends: Ints,
    boxes: Floats,
) -> int:
    """
    Fill edges, and the first and last edge and the box of each polygon.

    `order` names the rings by polygon. An edge is (x, y) of its upper and lower end and
    its sign; level ones are left out. Return how many there are.
    """
    count = 0
    for k in range(order.size):
        ring = order[k]
        polygon, first, last = owner[ring], starts[ring], starts[ring + 1]
        turn = _turn(cells, first, last)
        if is_hole[ring]:  # holes are walked as shells are, seen from the zone
            turn = -turn
        if k == 0 or owner[order[k - 1]] != polygon:
            ends[polygon, 0] = count
        for i in range(first, last):
            _widen(boxes[polygon], cells[i, 0], cells[i, 1])
        for i in range(first, last - 1):
            y0, y1 = cells[i, 1], cells[i + 1, 1]
            if y0 == y1:
                continue
            upper, lower = (i, i + 1) if y1 > y0 else (i + 1, i)
            edges[count, 0], edges[count, 1] = cells[upper, 0], cells[upper, 1]
            edges[count, 2], edges[count, 3] = cells[lower, 0], cells[lower, 1]
            edges[count, 4] = turn if y1 > y0 else -turn
            count += 1
        ends[polygon, 1] = count
    return count
