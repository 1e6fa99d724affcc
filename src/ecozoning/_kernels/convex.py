"""Convex polygons: which are, and what two of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["convex_pieces", "turns"]

ROUNDING: Final = 1e-9
"""Sine of the angle below which a corner is straight."""


@njit(nogil=True, cache=True, error_model="numpy")
def turns(
    vertices: Floats, starts: Ints, out: Ints, first: int, last: int
) -> tuple[int]:
    """Fill 1 for a convex ring that turns left, -1 for one that turns right, else 0."""
    for ring in range(first, last):
        begin, count = starts[ring], starts[ring + 1] - starts[ring] - 1
        left = right = False
        for i in range(count):
            p, q, r = begin + i, begin + (i + 1) % count, begin + (i + 2) % count
            ax, ay = vertices[q, 0] - vertices[p, 0], vertices[q, 1] - vertices[p, 1]
            bx, by = vertices[r, 0] - vertices[q, 0], vertices[r, 1] - vertices[q, 1]
            cross = ax * by - ay * bx
            small = ROUNDING * (ax * ax + ay * ay) ** 0.5 * (bx * bx + by * by) ** 0.5
            left |= cross > small
            right |= cross < -small
        out[ring] = 0 if left == right else (1 if left else -1)
    return (0,)


@njit(nogil=True, cache=True, error_model="numpy")
def _walked(vertices: Floats, begin: int, end: int, turn: int, out: Floats) -> int:
    """Copy a closed ring so that it turns left; return how many corners it has."""
    count = end - begin - 1
    for i in range(count + 1):
        at = begin + i if turn > 0 else end - 1 - i
        out[i, 0], out[i, 1] = vertices[at, 0], vertices[at, 1]
    return count


@njit(nogil=True, cache=True, error_model="numpy")
def _side(ring: Floats, i: int, x: float, y: float) -> float:
    """Return whether a point lies left (+) of an edge; the same from both its ends.

    Neighbours walk an edge in opposite directions and must not disagree.
    """
    px, py, qx, qy = ring[i, 0], ring[i, 1], ring[i + 1, 0], ring[i + 1, 1]
    sign = 1.0
    if qx < px or (px == qx and qy < py):
        px, py, qx, qy, sign = qx, qy, px, py, -1.0
    side: float = (qx - px) * (y - py) - (qy - py) * (x - px)
    return sign * side


@njit(nogil=True, cache=True, error_model="numpy")
def _crossing(a: Floats, i: int, b: Floats, j: int) -> tuple[float, float]:
    """Return where two edges cross, to the last digit the same from all four sides."""
    p, q, r, s = i, i + 1, j, j + 1
    if a[q, 0] < a[p, 0] or (a[q, 0] == a[p, 0] and a[q, 1] < a[p, 1]):
        p, q = q, p
    if b[s, 0] < b[r, 0] or (b[s, 0] == b[r, 0] and b[s, 1] < b[r, 1]):
        r, s = s, r
    ux, uy = a[q, 0] - a[p, 0], a[q, 1] - a[p, 1]
    vx, vy = b[s, 0] - b[r, 0], b[s, 1] - b[r, 1]
    part = (b[r, 0] - a[p, 0]) * vy - (b[r, 1] - a[p, 1]) * vx
    part /= ux * vy - uy * vx
    return a[p, 0] + part * ux, a[p, 1] + part * uy


@njit(nogil=True, cache=True, error_model="numpy")
def _add(out: Floats, n: int, x: float, y: float) -> int:
    if n > 0 and out[n - 1, 0] == x and out[n - 1, 1] == y:
        return n
    if n == len(out) - 1:  # more than two convex rings can have: its area will tell
        return n
    out[n, 0], out[n, 1] = x, y
    return n + 1


@njit(nogil=True, cache=True, error_model="numpy")
def _within(
    a: Floats, i: int, b: Floats, corners: int
) -> tuple[float, float, int, int]:
    """Return from where to where an edge lies in a convex ring, and over which edges.

    The edges are -1 where the end of the edge itself lies inside.
    """
    start, stop, came, went = 0.0, 1.0, -1, -1
    for j in range(corners):
        d = _side(b, j, a[i, 0], a[i, 1])
        e = _side(b, j, a[i + 1, 0], a[i + 1, 1])
        if d >= 0.0 and e >= 0.0:
            continue
        if d < 0.0 and e < 0.0:
            return 1.0, 0.0, -1, -1
        part = d / (d - e)
        if d < 0.0 and part > start:
            start, came = part, j
        if e < 0.0 and part < stop:
            stop, went = part, j
    return start, stop, came, went


@njit(nogil=True, cache=True, error_model="numpy")
def _along(
    out: Floats, n: int, ring: Floats, corners: int, went: int, came: int
) -> int:
    """Add the corners of a ring between the edge that was left and that of return."""
    for k in range((came - went) % corners):
        at = (went + 1 + k) % corners
        n = _add(out, n, ring[at, 0], ring[at, 1])
    return n


@njit(nogil=True, cache=True, error_model="numpy")
def _piece(a: Floats, corners_a: int, b: Floats, corners_b: int, out: Floats) -> int:
    """Fill the ring that two convex rings share; return how many corners it has."""
    n, left, entered = 0, -1, -1
    for i in range(corners_a):
        start, stop, came, went = _within(a, i, b, corners_b)
        if not start < stop:
            continue
        if came >= 0:
            if left >= 0:
                n = _along(out, n, b, corners_b, left, came)
            elif entered < 0:
                entered = came
            x, y = _crossing(a, i, b, came)
            n = _add(out, n, x, y)
        else:
            n = _add(out, n, a[i, 0], a[i, 1])
        left = went
        if went >= 0:
            x, y = _crossing(a, i, b, went)
            n = _add(out, n, x, y)
    if left >= 0 and entered >= 0:
        n = _along(out, n, b, corners_b, left, entered)
    while n > 1 and out[n - 1, 0] == out[0, 0] and out[n - 1, 1] == out[0, 1]:
        n -= 1
    return n


@njit(nogil=True, cache=True, error_model="numpy")
def _area(ring: Floats, corners: int) -> float:
    """Return the signed area of a ring that is not closed."""
    twice = 0.0
    for i in range(1, corners - 1):
        ax, ay = ring[i, 0] - ring[0, 0], ring[i, 1] - ring[0, 1]
        bx, by = ring[i + 1, 0] - ring[0, 0], ring[i + 1, 1] - ring[0, 1]
        twice += ax * by - ay * bx
    return 0.5 * twice


@njit(nogil=True, cache=True, error_model="numpy")
def convex_pieces(  # noqa: PLR0913 -- a kernel
    a: tuple[Floats, Ints, Ints],
    b: tuple[Floats, Ints, Ints],
    pairs: Ints,
    places: Ints,
    rings: Floats,
    sizes: Ints,
    areas: Floats,
    first: int,
    last: int,
) -> tuple[int]:
    """
    Fill the ring that each pair of convex rings shares, its size and its area.

    A layer is vertices, starts of rings and turns. Ring k goes to ``rings[places[k]:]``
    and is closed; its size is 0 where the two do not cross as convex rings do.
    """
    vertices_a, starts_a, turns_a = a
    vertices_b, starts_b, turns_b = b
    room = 0
    for k in range(first, last):
        room = max(room, places[k + 1] - places[k])
    one, other = np.empty((room, 2)), np.empty((room, 2))
    for k in range(first, last):
        i, j = pairs[k, 0], pairs[k, 1]
        n = _walked(vertices_a, starts_a[i], starts_a[i + 1], turns_a[i], one)
        m = _walked(vertices_b, starts_b[j], starts_b[j + 1], turns_b[j], other)
        out = rings[places[k] : places[k + 1]]
        corners = _piece(one, n, other, m, out)
        sizes[k], areas[k] = 0, 0.0
        if corners >= 3:
            areas[k] = _area(out, corners)
            out[corners, 0], out[corners, 1] = out[0, 0], out[0, 1]
            sizes[k] = corners + 1
    return (0,)
