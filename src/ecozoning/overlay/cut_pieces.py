"""The pieces of two layers: what rows share, and what others leave of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from ecozoning.overlay.clipping import remainders, shared_pieces
from ecozoning.overlay.laid_edges import Pairs, overlapping
from ecozoning.overlay.slivers import NONE, Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.overlay.grounds import Ground

    Flags = NDArray[np.bool_]
    Geometries = NDArray[np.object_]
    Rows = NDArray[np.intp]

__all__ = ["cut_pieces"]


def cut_pieces(a: Ground, b: Ground, *, both: bool) -> Pieces:
    """
    Return the land of rows of `a` piece by piece, and with `both` what only `b` covers.

    By row of `a`, then of `b`, missing ones last; slivers are left as they are. Rows of
    `b` do not overlap, with `both` those of `a` do not either; None has no land.
    """
    pairs = overlapping(a.polygons, b.polygons)
    shared, cut = shared_pieces(a, b, pairs)
    found = ~shapely.is_missing(shared)
    sides = [(pairs.left[found], pairs.right[found], shared[found], cut[found])]
    sides.append(_left_over(a, b, pairs))
    if both:
        order = np.lexsort((pairs.left, pairs.right))
        turned = Pairs(pairs.right[order], pairs.left[order], pairs.area[order])
        right, none, geometry, is_cut = _left_over(b, a, turned)
        sides.append((none, right, geometry, is_cut))
    left, right, geometry, is_cut = (
        np.concatenate(column) for column in zip(*sides, strict=True)
    )
    pieces = Pieces(left, right, geometry, is_cut, np.zeros(len(left)))
    return pieces.take(pieces.order())


def _left_over(
    a: Ground, b: Ground, pairs: Pairs
) -> tuple[Rows, Rows, Geometries, Flags]:
    """Return what `b` leaves of rows of `a`, where areas say that it leaves anything.

    What they say is true because rows of `b` do not overlap.
    """
    covered = np.bincount(pairs.left, weights=pairs.area, minlength=len(a.area))
    open_rows = a.area - covered > a.rounding
    rest = remainders(a.polygons, b.polygons, pairs, open_rows)
    rows = np.flatnonzero(~shapely.is_missing(rest))
    is_cut = covered[rows] > 0
    return rows, np.full(len(rows), NONE), rest[rows], is_cut
