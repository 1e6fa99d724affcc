"""How long the border of two polygons is: the edges of one that run along the other's.

Two edges run together where both, seen as one function along the first, are no further
apart than a tolerance and their directions differ by less than 30 degrees. Vertices of
the one need not be vertices of the other.
"""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["shared_lengths"]

STEEPEST: Final = 0.5
"""Sine of the widest angle of two edges that run together."""


@njit(nogil=True, cache=True, error_model="numpy")
def _clip(start: float, end: float, near: float, far: float) -> tuple[float, float]:
    """Return the part of 0 to 1 in which a line from `near` to `far` is in a range."""
    low, high = 0.0, 1.0
    if near == far:
        return (low, high) if start <= near <= end else (1.0, 0.0)
    first, last = (start - near) / (far - near), (end - near) / (far - near)
    return max(low, min(first, last)), min(high, max(first, last))


@njit(nogil=True, cache=True, error_model="numpy")
def _together(edges: Floats, i: int, j: int, width: float) -> float:
    """Return the length along edge `i` on which edge `j` is within a width of it."""
    x, y = edges[i, 0], edges[i, 1]
    dx, dy = edges[i, 2] - x, edges[i, 3] - y
    length = hypot(dx, dy)
    ex, ey = edges[j, 2] - edges[j, 0], edges[j, 3] - edges[j, 1]
    other = hypot(ex, ey)
    if length == 0.0 or other == 0.0:
        return 0.0
    dx, dy = dx / length, dy / length
    if abs(dx * ey - dy * ex) > STEEPEST * other:
        return 0.0
    # Place along the edge and distance from it of both ends of the other one.
    along0 = (edges[j, 0] - x) * dx + (edges[j, 1] - y) * dy
    along1 = (edges[j, 2] - x) * dx + (edges[j, 3] - y) * dy
    aside0 = (edges[j, 1] - y) * dx - (edges[j, 0] - x) * dy
    aside1 = (edges[j, 3] - y) * dx - (edges[j, 2] - x) * dy
    low, high = _clip(-width, width, aside0, aside1)
    if high <= low:
        return 0.0
    first = along0 + low * (along1 - along0)
    last = along0 + high * (along1 - along0)
    together = min(max(first, last), length) - max(min(first, last), 0.0)
    return float(max(together, 0.0))


@njit(nogil=True, cache=True, error_model="numpy")
def _meets(edges: Floats, edge: int, box: Floats, width: float) -> bool:
    """Say whether the box of an edge reaches another box."""
    x0, y0, x1, y1 = edges[edge, 0], edges[edge, 1], edges[edge, 2], edges[edge, 3]
    return bool(
        max(x0, x1) >= box[0] - width
        and min(x0, x1) <= box[2] + width
        and max(y0, y1) >= box[1] - width
        and min(y0, y1) <= box[3] + width
    )


@njit(nogil=True, cache=True, error_model="numpy")
def shared_lengths(
    edges: Floats,
    ends: Ints,
    boxes: Floats,
    pairs: Ints,
    out: Floats,
    first: int,
    last: int,
    width: float,
) -> tuple[int]:
    """
    Fill the lengths of common border of some pairs of polygons.

    `edges` are (x0, y0, x1, y1); `ends` the first and last edge of each polygon;
    `boxes` (west, south, east, north) of each.
    """
    near = np.empty(64, np.int64)
    spot = np.empty(4, np.float64)
    for pair in range(first, last):
        a, b = pairs[pair, 0], pairs[pair, 1]
        many = ends[b, 1] - ends[b, 0]
        if near.size < many:
            near = np.empty(2 * many, np.int64)
        count = 0
        for j in range(ends[b, 0], ends[b, 1]):
            if _meets(edges, j, boxes[a], width):
                near[count] = j
                count += 1
        total = 0.0
        for i in range(ends[a, 0], ends[a, 1]):
            if not _meets(edges, i, boxes[b], width):
                continue
            spot[0] = min(edges[i, 0], edges[i, 2])
            spot[1] = min(edges[i, 1], edges[i, 3])
            spot[2] = max(edges[i, 0], edges[i, 2])
            spot[3] = max(edges[i, 1], edges[i, 3])
            together = 0.0
            for k in range(count):
                if _meets(edges, near[k], spot, width):
                    together += _together(edges, i, near[k], width)
            full = hypot(edges[i, 2] - edges[i, 0], edges[i, 3] - edges[i, 1])
            total += min(together, full)
        out[pair] = total
    return (0,)
