"""Polygons and lines of shapely as matplotlib takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from matplotlib.path import Path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["lines_of", "path_of"]


def path_of(geometry: shapely.Geometry) -> Path:
    """Return a (multi)polygon as one path, holes left open."""
    rings = [
        Path(shapely.get_coordinates(ring), closed=True)
        for part in shapely.get_parts(shapely.normalize(geometry))
        for ring in (part.exterior, *part.interiors)
    ]
    return Path.make_compound_path(*rings)


def lines_of(geometry: shapely.Geometry) -> list[NDArray[np.float64]]:
    """Return the coordinates of each line."""
    return [shapely.get_coordinates(part) for part in shapely.get_parts(geometry)]
