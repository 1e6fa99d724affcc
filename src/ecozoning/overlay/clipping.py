"""What pairs of polygons share, and what is left when others are cut out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from shapely import GeometryType

from ecozoning._apply import run_kernel
from ecozoning._validation.threads import in_threads
from ecozoning.overlay.areas import rings_of
from ecozoning.overlay.laid_edges import BANDS
from ecozoning.overlay.plane_areas import polygons_only

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.overlay.grounds import Ground
    from ecozoning.overlay.laid_edges import Pairs

    Geometries = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["remainders", "shared_pieces"]

ONE_BY_ONE: Final = 8
"""Polygons that are cut out one after the other; more are united first."""


def shared_pieces(a: Ground, b: Ground, pairs: Pairs) -> tuple[Geometries, Flags]:
    """
    Return what pairs that overlap have in common, and which of it had to be cut.

    What lies inside the other polygon is returned as it is. Polygons only: None where
    two have nothing but lines and points in common.
    """
    left, right, area = pairs
    inside = area >= (a.area - a.rounding)[left]
    around = ~inside & (area >= (b.area - b.rounding)[right])
    pieces = np.empty(len(left), dtype=object)
    pieces[inside] = a.polygons[left[inside]]
    pieces[around] = b.polygons[right[around]]
    cut = ~inside & ~around
    where = np.flatnonzero(cut)
    pieces[where] = _convex(a, b, left[where], right[where], area[where])
    rest = where[shapely.is_missing(pieces[where])]
    one, other = a.polygons[left[rest]], b.polygons[right[rest]]
    pieces[rest] = polygons_only(in_threads(shapely.intersection, one, other))
    return pieces, cut


def remainders(
    a: Geometries, b: Geometries, pairs: Pairs, left_over: Flags
) -> Geometries:
    """
    Return what is left of the rows marked when all that overlaps them is cut out.

    `left_over` has one flag per row of `a`; other rows give None. A row that nothing
    overlaps is returned as it is.
    """
    out = np.empty(len(a), dtype=object)
    out[left_over] = a[left_over]
    starts = np.searchsorted(pairs.left, np.arange(len(a) + 1))
    count = np.diff(starts)
    for row in np.flatnonzero(left_over & (count > ONE_BY_ONE)):
        cover = shapely.union_all(b[pairs.right[starts[row] : starts[row + 1]]])
        out[row] = shapely.difference(a[row], cover)
    few = np.flatnonzero(left_over & (count <= ONE_BY_ONE))
    for turn in range(int(count[few].max(initial=0))):
        few = few[count[few] > turn]
        others = b[pairs.right[starts[few] + turn]]
        out[few] = in_threads(shapely.difference, out[few], others)
    return polygons_only(out)


def _convex(
    a: Ground,
    b: Ground,
    left: NDArray[np.intp],
    right: NDArray[np.intp],
    area: Floats,
) -> Geometries:
    """Return what convex polygons share; None where either is not, or all is not well.

    A piece is taken only if it is valid and its area is that of the boundary integral.
    """
    from ecozoning._kernels.convex import convex_pieces

    out = np.empty(len(left), dtype=object)
    rings_a, place_a = _convex_rings(a.polygons, left)
    rings_b, place_b = _convex_rings(b.polygons, right)
    rows = np.flatnonzero((place_a[left] >= 0) & (place_b[right] >= 0))
    if rows.size == 0:
        return out
    pairs = np.column_stack([place_a[left[rows]], place_b[right[rows]]])
    room = 1 + np.diff(rings_a[1])[pairs[:, 0]] + np.diff(rings_b[1])[pairs[:, 1]]
    places = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)
    rings = np.zeros((places[-1], 2))
    sizes, areas = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows))
    ends = np.unique(np.linspace(0, len(rows), BANDS + 1).astype(int)).tolist()
    inputs: tuple[Any, ...] = (rings_a, rings_b, pairs, places, rings, sizes)
    run_kernel(convex_pieces, inputs, areas, ends=ends)
    slack = a.rounding[left[rows]] + b.rounding[right[rows]]
    good = np.flatnonzero((sizes > 0) & (np.abs(areas - area[rows]) <= slack))
    polygons = _polygons(rings, places[good], sizes[good])
    valid = in_threads(shapely.is_valid, polygons)
    out[rows[good[valid]]] = polygons[valid]
    return out


def _convex_rings(
    geometries: Geometries, rows: NDArray[np.intp]
) -> tuple[tuple[Floats, NDArray[np.int64], NDArray[np.int64]], NDArray[np.intp]]:
    """Return vertices, starts and turns of rings, and the ring of each convex row."""
    from ecozoning._kernels.convex import turns

    used = np.unique(rows)
    used = used[shapely.get_type_id(geometries[used]) == GeometryType.POLYGON]
    used = used[shapely.get_num_interior_rings(geometries[used]) == 0]
    rings = rings_of(geometries[used])
    turn = np.zeros(len(used), dtype=np.int64)
    if len(used):
        run_kernel(turns, (rings.vertices, rings.starts), turn)
    place = np.full(len(geometries), -1)
    place[used[turn != 0]] = np.flatnonzero(turn)
    return (rings.vertices, rings.starts, turn), place


def _polygons(
    vertices: Floats, places: NDArray[np.int64], sizes: NDArray[np.int64]
) -> Geometries:
    """Return polygons of one ring each, out of an array with gaps."""
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    at = np.arange(starts[-1]) + np.repeat(places - starts[:-1], sizes)
    polygons: Geometries = shapely.from_ragged_array(
        GeometryType.POLYGON, vertices[at], (starts, np.arange(len(sizes) + 1))
    )
    return polygons
