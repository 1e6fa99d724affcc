"""Which polygons of a layer are neighbours, and how long their common border is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from ecozoning._apply import run_kernel
from ecozoning._kernels.shared_edges import shared_lengths
from ecozoning.overlay.areas import rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]
    Floats = NDArray[np.float64]

__all__ = ["Adjacency", "adjacency"]

ROUNDING: Final = 1e-9
"""Part of the extent below which two positions are one: 0.1 mm of a county."""


class Adjacency(NamedTuple):
    """
    Pairs of polygons that meet.

    Attributes
    ----------
    left, right : numpy.ndarray of intp
        Positions of the two, left < right, in the order of `left`, then `right`.
    shared : numpy.ndarray of float64
        Length of the common border in the unit of the coordinates; 0 where they meet in
        points only, or overlap without a common border.
    """

    left: Ints
    right: Ints
    shared: Floats


def adjacency(geometries: NDArray[np.object_], *, tolerance: float = 0.0) -> Adjacency:
    """
    Return the neighbours among valid polygons, and the length of their borders.

    Polygons need not have their vertices in common: a border is where edges of both run
    together, within `tolerance` (in the unit of the coordinates) or within rounding,
    whichever is more. Pairs with ``shared > 0`` are rook's neighbours, all pairs are
    queen's.
    """
    origin, extent = _place(geometries)
    width = max(tolerance, ROUNDING * extent)
    left, right = shapely.STRtree(geometries).query(
        geometries, predicate="dwithin", distance=width
    )
    once = left < right
    order = np.lexsort((right[once], left[once]))
    left, right = left[once][order], right[once][order]
    edges, ends = _edges(geometries, origin)
    boxes = shapely.bounds(geometries) - np.concatenate([origin, origin])
    shared = np.zeros(left.size)
    if shared.size:
        pairs = np.column_stack([left, right])
        run_kernel(shared_lengths, (edges, ends, boxes, pairs), shared, (width,))
    shared[shared <= width] = 0.0  # two that meet in a point touch by rounding
    return Adjacency(left, right, shared)


def _place(geometries: NDArray[np.object_]) -> tuple[Floats, float]:
    """Return the south-west corner of all and the longer side of their extent."""
    west, south, east, north = shapely.total_bounds(geometries)
    return np.array([west, south]), float(max(east - west, north - south))


def _edges(
    geometries: NDArray[np.object_], origin: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """Return the edges of all rings by polygon, and where each polygon's begin."""
    rings = rings_of(geometries)
    at = rings.vertices - origin
    edges = np.concatenate([at[:-1], at[1:]], axis=1)
    is_edge = np.ones(len(edges), dtype=bool)
    is_edge[rings.starts[1:-1] - 1] = False  # from one ring to the next
    owner = np.repeat(rings.owner, np.diff(rings.starts))[:-1]
    order = np.argsort(owner[is_edge], kind="stable")
    ends = np.searchsorted(
        owner[is_edge][order], [np.arange(len(geometries)), np.arange(len(geometries))]
    )
    ends[1, :-1], ends[1, -1] = ends[0, 1:], len(order)
    return np.ascontiguousarray(edges[is_edge][order]), np.ascontiguousarray(ends.T)
