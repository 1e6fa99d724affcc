"""Where rings begin in the vertices of polygons, found by where they close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["ring_starts"]


@njit(nogil=True, cache=True, error_model="numpy")
def ring_starts(vertices: Floats, begins: Ints, rings: Ints, starts: Ints) -> bool:
    """
    Fill where each ring of polygons begins, and say whether all was as it should be.

    Polygon p has the vertices ``begins[p]:begins[p + 1]`` in ``rings[p]`` rings. A ring
    ends where its first vertex comes again, after two others at least; one that starts
    with its first vertex four times is not understood.
    """
    k = 0
    for p in range(len(rings)):
        at, end = begins[p], begins[p + 1]
        for _ in range(rings[p]):
            starts[k] = at
            k += 1
            x, y = vertices[at, 0], vertices[at, 1]
            at += 3
            while at < end and not (vertices[at, 0] == x and vertices[at, 1] == y):
                at += 1
            at += 1
            while at < end and vertices[at, 0] == x and vertices[at, 1] == y:
                at += 1  # the last vertex twice
            if at > end:
                return False
        if at != end:
            return False
    starts[k] = begins[-1]
    return True
