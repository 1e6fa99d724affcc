"""Boundaries brought to lines that exist: natural lines, and those of parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from ecozoning.overlay.local_plane import LocalPlane
from ecozoning.redline.cell_edges import DEGREES_PER_KM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.overlay.faces import Geometry
    from ecozoning.redline.mosaic import Mosaic

    Bools = NDArray[np.bool_]
    Geometries = NDArray[np.object_]

__all__ = ["reach_of", "snapped_to_lines", "whole_parcels"]

ON_LINE_M: Final = 1e-6
"""A side lies on a natural line if its middle does, to the rounding of cutting; sides
of less than a millimetre occur where a line passes beside a corner."""
HALF_SLACK: Final = 1e-6
"""Two halves on the map differ by this much on the ellipsoid."""


def snapped_to_lines(
    mosaic: Mosaic,
    kept: Bools,
    lines: Geometries,
    *,
    reach_m: float,
    outside: Bools,
) -> Bools:
    """
    Return the kept pieces after slivers along natural lines have changed sides.

    A sliver is a piece within reach of a line, along it, whose neighbours over the line
    are as it is, in or out, and no slivers, and whose other neighbours are not. Where
    the county ends, a sliver has no neighbour.
    """
    near, on_line = _along(mosaic, lines, reach_m)
    left, right = mosaic.sides.left, mosaic.sides.right
    state = np.append(kept, False)  # what lies beyond all pieces is out
    thin = np.append(near, False)
    nobody = np.append(outside, True)
    changes = near.copy()
    for one, two in ((left, right), (right, left)):
        same = state[one] == state[two]
        wrong = np.where(on_line, ~same | thin[two], same & ~nobody[two])
        real = one >= 0
        changes[one[real & wrong]] = False
    return np.where(changes, ~kept, kept)


def _along(mosaic: Mosaic, lines: Geometries, reach_m: float) -> tuple[Bools, Bools]:
    """Return the pieces that lie along lines within reach, and the sides on lines."""
    middles = shapely.points(mosaic.sides.middle)
    degrees = mosaic.crs.is_geographic
    rounding = ON_LINE_M * (DEGREES_PER_KM / 1000 if degrees else 1.0)
    tree = shapely.STRtree(middles)
    on_line = np.zeros(middles.size, dtype=bool)
    on_line[tree.query(lines, predicate="dwithin", distance=rounding)[1]] = True
    touching = mosaic.none
    right = mosaic.sides.right[on_line]
    touching[mosaic.sides.left[on_line]] = True
    touching[right[right >= 0]] = True
    pieces, natural = mosaic.pieces[touching], lines
    if degrees:
        west, south, east, north = shapely.total_bounds(lines)
        plane = LocalPlane((west + east) / 2, (south + north) / 2)
        pieces, natural = plane.flatten(pieces), plane.flatten(natural)
    wide: Geometry = shapely.union_all(shapely.buffer(natural, reach_m))
    shapely.prepare(wide)
    near = mosaic.none
    near[touching] = shapely.covers(wide, pieces)
    return near, on_line


def reach_of(lines: Geometries, reach_m: float, *, degrees: bool) -> Geometries:
    """Return the land within reach of lines, on the map, and up to a fiftieth more."""
    reach = 1.02 * reach_m
    if degrees:
        farthest = np.abs(shapely.total_bounds(lines)[[1, 3]]).max()
        reach *= DEGREES_PER_KM / 1000 / np.cos(np.radians(farthest))
    return np.asarray(shapely.buffer(lines, reach))


def whole_parcels(
    mosaic: Mosaic, kept: Bools, parcels: Geometries, *, always: Bools, never: Bools
) -> Bools:
    """Return the kept pieces after each parcel went the way of more than half of it."""
    parcel = mosaic.rows_at(parcels)
    owned = parcel >= 0
    count = parcels.size
    whole = np.bincount(parcel[owned], mosaic.area_m2[owned], count)
    inside = owned & kept
    part = np.bincount(parcel[inside], mosaic.area_m2[inside], count)
    goes_in = part > whole * (0.5 + HALF_SLACK)
    return np.where(owned, (goes_in[parcel] | (always & kept)) & ~never, kept)
