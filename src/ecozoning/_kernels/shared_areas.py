"""Areas that pairs of polygons share, by the boundary integral, without building them.

At any x the polygon is what lies below its upper edges less what lies below its lower
ones. So the area of A and B is the sum, over pairs of an edge of each, of the signed
area below the lower of the two. Edges are cut to the box that both polygons share: what
lies below it counts nothing, what lies above counts as its upper side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Scratch = tuple[Ints, Ints, Floats]

__all__ = ["bin_members", "bin_sizes", "own_areas", "shared_areas"]

FEW_EDGES: Final = 64
"""Edges up to which sorting by insertion is the quickest."""
GAUSS: Final = 0.5 * (1 - 0.6**0.5)  # of three points, on 0 to 1

# Columns of an edge, as `_kernels.ring_edges` fills them when x and y change places:
# y and x of its western end, y and x of its eastern end, and its sign.


@njit(nogil=True, cache=True, error_model="numpy")
def _bin_of(x: float, west: float, width: float, bins: int) -> int:
    return min(max(int((x - west) / width), 0), bins - 1)


@njit(nogil=True, cache=True, error_model="numpy")
def bin_sizes(
    edges: Floats, ends: Ints, boxes: Floats, slots: Ints, sizes: Ints
) -> None:
    """Count the edges over each of the bins into which wide polygons are cut along x.

    The bins of polygon p are ``slots[p]:slots[p + 1]``; a polygon may have none.
    """
    for p in range(len(ends)):
        bins = slots[p + 1] - slots[p]
        if bins == 0:
            continue
        west, width = boxes[p, 0], (boxes[p, 1] - boxes[p, 0]) / bins
        for e in range(ends[p, 0], ends[p, 1]):
            first = _bin_of(edges[e, 1], west, width, bins)
            last = _bin_of(edges[e, 3], west, width, bins)
            for k in range(first, last + 1):
                sizes[slots[p] + k] += 1


@njit(nogil=True, cache=True, error_model="numpy")
def bin_members(
    edges: Floats, ends: Ints, boxes: Floats, slots: Ints, at: Ints, members: Ints
) -> None:
    """List the edges over each bin; `at` is where the next of each bin goes."""
    for p in range(len(ends)):
        bins = slots[p + 1] - slots[p]
        if bins == 0:
            continue
        west, width = boxes[p, 0], (boxes[p, 1] - boxes[p, 0]) / bins
        for e in range(ends[p, 0], ends[p, 1]):
            first = _bin_of(edges[e, 1], west, width, bins)
            last = _bin_of(edges[e, 3], west, width, bins)
            for k in range(slots[p] + first, slots[p] + last + 1):
                members[at[k]] = e
                at[k] += 1


@njit(nogil=True, cache=True, error_model="numpy")
def _put(
    out: Floats, n: int, a: float, b: float, u: float, v: float, sign: float
) -> int:
    if b > a:
        out[n, 0], out[n, 1], out[n, 2], out[n, 4] = a, b, u, sign
        out[n, 3] = (v - u) / (b - a)
        return n + 1
    return n


@njit(nogil=True, cache=True, error_model="numpy")
def _cut(edges: Floats, i: int, box: Floats, out: Floats, n: int) -> int:
    """Put what an edge is within a box, from its corner; return how many there are."""
    west, east, south, top = box[0], box[1], box[2], box[3] - box[2]
    y, x, z, end = edges[i, 0], edges[i, 1], edges[i, 2], edges[i, 3]
    a, b = max(x, west), min(end, east)
    if not a < b:
        return n
    slope = (z - y) / (end - x)
    u = (y - south) + (a - x) * slope
    v = (z - south) - (end - b) * slope
    if u <= 0.0 and v <= 0.0:
        return n
    a, b, sign = a - west, b - west, edges[i, 4]
    if u >= top and v >= top:
        return _put(out, n, a, b, top, top, sign)
    low, high = min(u, v), max(u, v)
    if low < 0.0:  # leave out what runs below the box
        x = a + (b - a) * (u / (u - v))
        if u < v:
            a, u = x, 0.0
        else:
            b, v = x, 0.0
    if high > top:  # and level what runs above it
        x = a + (b - a) * ((u - top) / (u - v))
        if u > v:
            n = _put(out, n, a, x, top, top, sign)
            a, u = x, top
        else:
            n = _put(out, n, x, b, top, top, sign)
            b, v = x, top
    return _put(out, n, a, b, u, v, sign)


@njit(nogil=True, cache=True, error_model="numpy")
def _gather(
    edges: Floats,
    span: Ints,
    slots: Ints,
    bins: tuple[Ints, Ints],
    own: Floats,
    box: Floats,
    out: Floats,
) -> int:
    """Put all edges of a polygon within a box; return how many there are."""
    starts, members = bins
    n, count = 0, slots[1] - slots[0]
    left, right, south = box[0], box[1], box[2]
    if count == 0:
        for e in range(span[0], span[1]):
            if edges[e, 1] >= right or edges[e, 3] <= left:
                continue
            if edges[e, 0] > south or edges[e, 2] > south:
                n = _cut(edges, e, box, out, n)
        return n
    west, width = own[0], (own[1] - own[0]) / count
    first = _bin_of(box[0], west, width, count)
    last = _bin_of(box[1], west, width, count)
    for k in range(first, last + 1):
        for m in range(starts[slots[0] + k], starts[slots[0] + k + 1]):
            e = members[m]
            # An edge over several bins is taken at the first that is asked for.
            if k == max(first, _bin_of(edges[e, 1], west, width, count)):
                n = _cut(edges, e, box, out, n)
    return n


@njit(nogil=True, cache=True, error_model="numpy")
def _height(c: Floats, u: float) -> float:
    """Return the land below u on a meridian strip, by its polynomial."""
    height: float = ((((c[4] * u + c[3]) * u + c[2]) * u + c[1]) * u + c[0]) * u
    return height


@njit(nogil=True, cache=True, error_model="numpy")
def _below(c: Floats, width: float, u: float, v: float) -> float:
    """Return the land below a line from height u to v over a width."""
    step = v - u
    outer = _height(c, u + GAUSS * step) + _height(c, v - GAUSS * step)
    return width * (5.0 * outer + 8.0 * _height(c, u + 0.5 * step)) / 18.0


@njit(nogil=True, cache=True, error_model="numpy")
def _below_both(width: float, u: float, v: float, w: float, z: float) -> float:
    """Return the area below the lower of two lines, from u to v and from w to z.

    Numbers only: passing arrays would take longer than the arithmetic.
    """
    left, right = u - w, v - z
    if left <= 0.0 and right <= 0.0:
        return 0.5 * width * (u + v)
    if left >= 0.0 and right >= 0.0:
        return 0.5 * width * (w + z)
    part = left / (left - right)
    x, y = width * part, u + (v - u) * part
    if left < 0.0:
        return 0.5 * (x * (u + y) + (width - x) * (y + z))
    return 0.5 * (x * (w + y) + (width - x) * (y + v))


@njit(nogil=True, cache=True, error_model="numpy")
def _land_below_both(
    c: Floats, width: float, u: float, v: float, w: float, z: float
) -> float:
    """Return the same on the ellipsoid."""
    left, right = u - w, v - z
    if left <= 0.0 and right <= 0.0:
        return _below(c, width, u, v)
    if left >= 0.0 and right >= 0.0:
        return _below(c, width, w, z)
    part = left / (left - right)
    x, y = width * part, u + (v - u) * part
    if left < 0.0:
        return _below(c, x, u, y) + _below(c, width - x, y, z)
    return _below(c, x, w, y) + _below(c, width - x, y, v)


@njit(nogil=True, cache=True, error_model="numpy")
def _sort(edges: Floats, n: int, order: Ints, reach: Floats) -> None:
    """Fill the order of edges from the west, and how far east they reach so far."""
    if n > FEW_EDGES:
        order[:n] = np.argsort(edges[:n, 0])
    else:
        for i in range(n):
            at, west = i, edges[i, 0]
            while at > 0 and edges[order[at - 1], 0] > west:
                order[at] = order[at - 1]
                at -= 1
            order[at] = i
    far = -np.inf
    for i in range(n):
        far = max(far, edges[order[i], 1])
        reach[i] = far


@njit(nogil=True, cache=True, error_model="numpy")
def _sum(
    one: Floats,
    n: int,
    other: Floats,
    m: int,
    places: Scratch,
    c: Floats,
    plane: bool,
) -> float:
    """Return the sum over all pairs of edges."""
    order, turn, reach = places
    _sort(one, n, order, reach)
    _sort(other, m, turn, reach)
    total, start = 0.0, 0
    for k in range(n):
        i = order[k]
        west, east, foot, rise = one[i, 0], one[i, 1], one[i, 2], one[i, 3]
        below = 0.0
        while start < m and reach[start] <= west:
            start += 1
        for at in range(start, m):
            j = turn[at]
            from_x, to_x = other[j, 0], other[j, 1]
            if from_x >= east:
                break
            if to_x <= west:
                continue
            a, b = max(west, from_x), min(east, to_x)
            u, w = foot + (a - west) * rise, other[j, 2] + (a - from_x) * other[j, 3]
            v, z = u + (b - a) * rise, w + (b - a) * other[j, 3]
            if plane:
                below += other[j, 4] * _below_both(b - a, u, v, w, z)
            else:
                below += other[j, 4] * _land_below_both(c, b - a, u, v, w, z)
        total += one[i, 4] * below
    return total


@njit(nogil=True, cache=True, error_model="numpy")
def shared_areas(
    a: tuple[Floats, Ints, Floats, Ints, Ints, Ints],
    b: tuple[Floats, Ints, Floats, Ints, Ints, Ints],
    pairs: Ints,
    strips: Floats,
    out: Floats,
    first: int,
    last: int,
    plane: bool,
) -> tuple[int]:
    """
    Fill the area that each pair of polygons shares.

    A layer is its edges, the first and last of each polygon, its boxes (west, east,
    south, north), and its bins: slots, starts and members. `strips` are polynomials of
    the height above the southern side of a pair's box, unless all is in a plane.
    """
    edges_a, ends_a, boxes_a, slots_a, starts_a, members_a = a
    edges_b, ends_b, boxes_b, slots_b, starts_b, members_b = b
    room_a = room_b = 0
    for k in range(first, last):
        i, j = pairs[k, 0], pairs[k, 1]
        room_a = max(room_a, ends_a[i, 1] - ends_a[i, 0])
        room_b = max(room_b, ends_b[j, 1] - ends_b[j, 0])
    one, other = np.empty((2 * room_a, 5)), np.empty((2 * room_b, 5))
    room = max(2 * room_a, 2 * room_b)
    places = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    box = np.empty(4)
    for k in range(first, last):
        i, j = pairs[k, 0], pairs[k, 1]
        own, his = boxes_a[i], boxes_b[j]
        box[0], box[1] = max(own[0], his[0]), min(own[1], his[1])
        box[2], box[3] = max(own[2], his[2]), min(own[3], his[3])
        out[k] = 0.0
        if not (box[0] < box[1] and box[2] < box[3]):
            continue
        bins_a, bins_b = (starts_a, members_a), (starts_b, members_b)
        slots = slots_a[i : i + 2]
        n = _gather(edges_a, ends_a[i], slots, bins_a, own, box, one)
        slots = slots_b[j : j + 2]
        m = _gather(edges_b, ends_b[j], slots, bins_b, his, box, other)
        c = strips[0 if plane else k]
        out[k] = _sum(one, n, other, m, places, c, plane)
    return (0,)


@njit(nogil=True, cache=True, error_model="numpy")
def own_areas(
    edges: Floats,
    ends: Ints,
    boxes: Floats,
    strips: Floats,
    out: Floats,
    first: int,
    last: int,
) -> tuple[int]:
    """Fill the area of each polygon itself, by the polynomials of its strips."""
    for p in range(first, last):
        south, total = boxes[p, 2], 0.0
        for e in range(ends[p, 0], ends[p, 1]):
            width = edges[e, 3] - edges[e, 1]
            u, v = edges[e, 0] - south, edges[e, 2] - south
            total += edges[e, 4] * _below(strips[p], width, u, v)
        out[p] = abs(total)
    return (0,)
