"""Zones cut by administrative units: what both share, and what only one has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from ecozoning.overlay.faces import polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Ints = NDArray[np.int64]

__all__ = ["Pieces", "cut", "is_land", "shared_land"]

FINEST: Final = 1e-12
"""Part of the largest coordinate below which a width is rounding: 4e-6 m of 4e6 m."""


class Pieces(NamedTuple):
    """Pieces of land, none of it twice, and whose they are; -1 is nobody."""

    geometry: Geometries
    zone: Ints
    unit: Ints


def cut(zones: Geometries, units: Geometries | None) -> Pieces:
    """Return the land of zones and units piece by piece, in the order of rows."""
    if units is None:
        nobody = np.full(len(zones), -1, dtype=np.int64)
        return Pieces(zones, np.arange(len(zones)), nobody)
    zone, unit, both = shared_land(zones, units)
    left = _left_over(zones, units, zone, unit, both)
    right = _left_over(units, zones, unit, zone, both)
    pieces = Pieces(
        np.concatenate([both, left[0], right[0]]),
        np.concatenate([zone, left[1], np.full(right[1].size, -1)]),
        np.concatenate([unit, np.full(left[1].size, -1), right[1]]),
    )
    # Land of one side only comes after the rest of its row.
    far = len(zones) + len(units)
    order = np.lexsort(
        (np.where(pieces.unit < 0, far, pieces.unit), pieces.zone % (far + 1))
    )
    return Pieces(pieces.geometry[order], pieces.zone[order], pieces.unit[order])


def shared_land(a: Geometries, b: Geometries) -> tuple[Ints, Ints, Geometries]:
    """Return for each pair that shares land the rows and the land itself."""
    left, right = shapely.STRtree(b).query(a, predicate="intersects")
    order = np.lexsort((right, left))
    left, right = left[order].astype(np.int64), right[order].astype(np.int64)
    common = _polygonal(shapely.intersection(a[left], b[right]))
    land = is_land(common)
    return left[land], right[land], common[land]


def _left_over(
    a: Geometries, b: Geometries, row: Ints, other: Ints, common: Geometries
) -> tuple[Geometries, Ints]:
    """Return the land of `a` outside all of `b`, and whose it is."""
    shared = np.bincount(row, shapely.area(common), minlength=len(a))
    width = FINEST * _largest(a) * shapely.length(a)
    some = np.flatnonzero(shapely.area(a) - shared > width)
    rest = np.empty(some.size, dtype=object)
    for place, index in enumerate(some):
        rest[place] = shapely.difference(
            a[index], shapely.union_all(b[other[row == index]])
        )
    rest = _polygonal(rest)
    land = is_land(rest)
    return rest[land], some[land].astype(np.int64)


def is_land(geometries: Geometries) -> NDArray[np.bool_]:
    """Tell which polygons are wider than the rounding of their coordinates."""
    width = FINEST * _largest(geometries) * shapely.length(geometries)
    return np.asarray(shapely.area(geometries) > width)


def _largest(geometries: Geometries) -> float:
    bounds = shapely.bounds(geometries)
    return float(np.fmax.reduce(np.abs(bounds), axis=None, initial=0.0))


def _polygonal(geometries: Geometries) -> Geometries:
    """Return the polygons of each geometry as one, without lines and points."""
    parts, row = polygons_of(geometries)
    whole = np.full(len(geometries), shapely.MultiPolygon(), dtype=object)
    if parts.size:
        shapely.multipolygons(parts, indices=row, out=whole)
    return whole
