"""Zones cut by administrative units: what both share, and what only one has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from ecozoning.overlay.cut_pieces import cut_pieces
from ecozoning.overlay.grounds import ground_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Pieces", "cut", "seam_areas"]

FINEST: Final = 1e-12
"""Part of the largest coordinate below which a width is rounding: 4e-6 m of 4e6 m."""


class Pieces(NamedTuple):
    """Pieces of land, none of it twice, and whose they are; -1 is nobody."""

    geometry: Geometries
    zone: Ints
    unit: Ints


def cut(zones: Geometries, units: Geometries | None) -> Pieces:
    """Return the land of zones and units by row of zones, then units, nobody last."""
    if units is None:
        nobody = np.full(len(zones), -1, dtype=np.int64)
        return Pieces(zones, np.arange(len(zones)), nobody)
    pieces = cut_pieces(ground_of(zones), ground_of(units), both=True)
    land = shapely.area(pieces.geometry) > seam_areas(pieces.geometry)
    some = pieces.take(land)
    return Pieces(some.geometry, some.left.astype(int), some.right.astype(int))


def seam_areas(geometries: Geometries) -> Floats:
    """Return the area of a seam as wide as coordinates are rounded, per geometry."""
    bounds = np.abs(shapely.bounds(geometries))
    largest = float(np.fmax.reduce(bounds, axis=None, initial=0.0))
    return np.asarray(FINEST * largest * shapely.length(geometries))
