"""Neighbours joined to one ground, without a slit where only rounding parts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from ecozoning.overlay.coverage_assignment import vertices_on_the_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]

__all__ = ["joined_ground"]

HAS_COVERAGE_CLEAN: Final = hasattr(shapely, "coverage_clean")
LAST_PLACES: Final = 16
"""Steps between neighbouring floats by which rounding may part what lies together: a
vertex on a slanting edge is beside it by about one."""


def joined_ground(polygons: Geometries, *, matched: bool) -> Any:  # noqa: ANN401
    """
    Return the union of polygons that do not overlap.

    A plain union keeps a slit, thinner than an atom, along each edge that has a vertex
    of a neighbour beside it rather than on it. Here such edges are made one: ten
    millionths of a millimetre at eight-digit eastings are no land. Wider gaps stay.

    Parameters
    ----------
    polygons : (n,) array of object
        Polygons that share no more land than by rounding; n >= 1.
    matched : bool
        Whether neighbours have all their vertices in common, and so no slits.
    """
    if len(polygons) == 1:
        return polygons[0]
    if matched:
        return shapely.coverage_union_all(polygons)
    width = LAST_PLACES * np.spacing(np.abs(shapely.total_bounds(polygons)).max())
    if not HAS_COVERAGE_CLEAN:
        return shapely.union_all(_on_common_vertices(polygons, width))
    clean = shapely.coverage_clean(polygons, gap_width=width, snapping_distance=width)
    return shapely.coverage_union_all(clean)


def _on_common_vertices(polygons: Geometries, width: float) -> Geometries:
    """Return polygons whose edges have the vertices of neighbours beside them."""
    moved = vertices_on_the_first(polygons, width)
    one, other = shapely.STRtree(moved).query(moved, "dwithin", distance=width)
    vertices, row = shapely.get_coordinates(moved[other], return_index=True)
    around = shapely.multipoints(shapely.points(vertices), indices=one[row])
    found: Geometries = shapely.snap(moved, around, width)
    return found
