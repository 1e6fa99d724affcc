"""Polygons of a layer with their areas, measured once for all who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import shapely

from ecozoning.overlay.laid_edges import rounding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]

__all__ = ["Ground", "ground_of"]


class Ground(NamedTuple):
    """Polygons, their areas in the plane, and what rounding makes along their borders.

    A missing polygon has neither.
    """

    polygons: Geometries
    area: Floats
    rounding: Floats


def ground_of(polygons: Geometries) -> Ground:
    """Measure polygons."""
    return Ground(polygons, shapely.area(polygons), rounding(polygons))
