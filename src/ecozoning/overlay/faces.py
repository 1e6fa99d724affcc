"""Layers cut by one another: for every set of layers the land that they alone share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import shapely
from shapely import GeometryType

from ecozoning.errors import ComputationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

Geometry: TypeAlias = Any  # one, or an array of some: shapely has no types

__all__ = ["Geometry", "Parties", "check_conserved", "faces_of", "polygons_of"]

Parties: TypeAlias = frozenset[str]

CONSERVED: Final = 1e-9
"""Part of a layer's area by which its pieces may miss it."""


def faces_of(layers: Mapping[str, Geometry]) -> dict[Parties, Geometry]:
    """
    Return the land of every set of layers, none of it twice.

    A point lies in the face of exactly those layers that cover it, so a face of three
    is no part of the faces of two. Layers are taken in the order of their names, not in
    that in which they were given, so that order cannot matter.
    """
    faces: dict[Parties, Geometry] = {}
    for name in sorted(layers):
        faces = _cut_by(faces, name, layers[name])
    for name, layer in layers.items():
        own = [shapely.area(face) for parties, face in faces.items() if name in parties]
        check_conserved(shapely.area(layer), sum(own), name=name)
    return faces


def _cut_by(
    faces: dict[Parties, Geometry], name: str, layer: Geometry
) -> dict[Parties, Geometry]:
    """Return faces after one more layer: each is cut in two, and its rest is new."""
    cut: dict[Parties, Geometry] = {}
    rest = layer
    for parties, face in faces.items():
        cut[parties | {name}] = _polygonal(shapely.intersection(face, layer))
        cut[parties] = _polygonal(shapely.difference(face, layer))
        rest = _polygonal(shapely.difference(rest, face))
    cut[frozenset({name})] = rest
    return {parties: face for parties, face in cut.items() if not face.is_empty}


def _polygonal(geometry: Geometry) -> Geometry:
    """Return the polygons of a geometry; where layers only touch there are lines."""
    if shapely.get_type_id(geometry) == GeometryType.GEOMETRYCOLLECTION:
        return shapely.multipolygons(polygons_of(geometry)[0])
    return geometry if shapely.get_dimensions(geometry) == 2 else shapely.Polygon()


def polygons_of(geometries: Geometry) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the single polygons of geometries of any kind, and where each is from."""
    parts, row = shapely.get_parts(geometries, return_index=True)
    singles, part = shapely.get_parts(parts, return_index=True)
    is_polygon = (shapely.get_dimensions(singles) == 2) & ~shapely.is_empty(singles)
    return singles[is_polygon], row[part[is_polygon]]


def check_conserved(area: float, pieces: float, *, name: str) -> None:
    """Insist that pieces have the area of the whole, measured in the plane of both."""
    if abs(pieces - area) <= CONSERVED * area:
        return
    msg = (
        f"cutting `{name}` gained or lost {abs(pieces / area - 1):.1e} of its area, "
        f"more than rounding explains; its coordinates are too fine for their size: "
        f"`{name}.set_precision(...)` with a millimetre puts them on a grid."
    )
    raise ComputationError(msg)
