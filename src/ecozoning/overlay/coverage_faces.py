"""The faces that the edges of overlapping polygons cut the plane into."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from ecozoning.overlay.faces import polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = [
    "Faces",
    "gaps_between",
    "is_narrow",
    "open_cracks",
    "overlapping_pairs",
    "polygon_faces",
    "rows_at",
    "unmatched",
    "widths_of",
]

HALVINGS: Final = 12
"""Steps of a bisection that leave half a percent where lengths are 10^10 apart."""
ROUNDING: Final = 1e-9
"""Part of the smaller polygon that two may share by rounding of coordinates."""

THREADED_ROWS: Final = 4_000  # below, starting threads costs more than they save
THINNEST_M: Final = 0.001
"""Mean width of the thinnest open crack, the last digit of coordinates of a survey."""


@dataclass(frozen=True)
class Faces:
    """
    Faces of polygons, and which polygons cover each.

    Attributes
    ----------
    polygons : numpy.ndarray of object
        Faces: they do not overlap, and share their vertices.
    face, row : numpy.ndarray of intp
        Pairs: polygon `row` covers face `face`; ordered by face, then row.
    """

    polygons: Geometries
    face: Ints
    row: Ints

    @property
    def n_owners(self) -> Ints:
        """Number of polygons that cover each face; 0 in gaps."""
        return np.bincount(self.face, minlength=len(self.polygons))


def polygon_faces(polygons: Geometries) -> Faces:
    """Return the faces of polygons, and of the ground that they enclose."""
    lines = shapely.union_all(shapely.boundary(polygons))
    faces = shapely.get_parts(shapely.polygonize([lines]))
    inside = _inner_points(faces)
    face, row = shapely.STRtree(polygons).query(inside, predicate="within")
    order = np.lexsort((row, face))
    return Faces(faces, face[order], row[order])


def _inner_points(faces: Geometries) -> Geometries:
    """Return a point well inside of each face.

    Edges that meet but for rounding leave a hairline on a face. A point in it may be in
    another row than the face, so faces are narrowed before one is taken where it would
    be close to an edge: a circle of area by length fits in each.
    """
    points = shapely.point_on_surface(faces)
    depth = shapely.area(faces) / shapely.length(faces)
    close = shapely.distance(points, shapely.boundary(faces)) < depth / 4
    narrowed = shapely.buffer(faces[close], -depth[close] / 2)
    better = shapely.point_on_surface(narrowed)
    points[close] = np.where(shapely.is_empty(better), points[close], better)
    found: Geometries = points
    return found


def unmatched(polygons: Geometries) -> Bools:
    """Say which polygons have edges that do not match those of their neighbours.

    Many are looked at in strips from west to east, each with all that reaches into it,
    in threads.
    """
    if len(polygons) < THREADED_ROWS:
        return np.asarray(~shapely.is_empty(shapely.coverage_invalid_edges(polygons)))
    west, _, east, _ = shapely.bounds(polygons).T
    found = np.zeros(len(polygons), dtype=bool)

    def look(own: Ints) -> None:
        reach = (west <= east[own].max()) & (east >= west[own].min())
        edges = shapely.coverage_invalid_edges(polygons[reach])
        place = np.cumsum(reach)[own] - 1
        found[own] = ~shapely.is_empty(edges[place])

    workers = min(4, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(look, np.array_split(np.argsort(west, kind="stable"), workers)))
    return found


def overlapping_pairs(polygons: Geometries, suspect: Bools) -> tuple[Ints, Ints]:
    """Return pairs of polygons, left < right, that share more land than by rounding.

    One of two that overlap has edges that do not match; the other need not, if it
    holds the first within it.
    """
    suspects = np.flatnonzero(suspect)
    one, other = shapely.STRtree(polygons).query(polygons[suspects], "intersects")
    pairs = np.sort(np.column_stack([suspects[one], other]), axis=1)
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    left, right = pairs[:, 0], pairs[:, 1]
    shared = shapely.area(shapely.intersection(polygons[left], polygons[right]))
    sizes = shapely.area(polygons)
    overlap = shared > ROUNDING * np.minimum(sizes[left], sizes[right])
    return left[overlap], right[overlap]


def gaps_between(ground: shapely.Geometry) -> Geometries:
    """Return the ground that is enclosed by the union of polygons, but not in it."""
    parts = shapely.get_parts(ground)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_hole = np.diff(part, prepend=-1) == 0
    holes = shapely.polygons(rings[is_hole])
    if not len(holes):
        return np.empty(0, dtype=object)
    hole, island = shapely.STRtree(parts).query(holes, predicate="contains")
    # Islands without their own holes, which are found as holes of the islands.
    islands = shapely.polygons(shapely.get_exterior_ring(parts))
    for row in np.unique(hole):
        inside = shapely.union_all(islands[island[hole == row]])
        holes[row] = shapely.difference(holes[row], inside)
    found: Geometries = shapely.get_parts(holes)
    return found


def open_cracks(ground: shapely.Geometry, width: float) -> Geometries:
    """Return ground outside of a union that is up to some width, and open at an end.

    The union is widened by half of it and narrowed again: what was closed stays. With
    mitred corners nothing stays in the corners, except in those below 6 degrees. In
    `width` and coordinates in metres.
    """
    keep = {"join_style": "mitre", "mitre_limit": 20.0}
    wide = shapely.buffer(ground, width / 2 * (1 + 1e-6), **keep)
    closed = shapely.buffer(wide, -width / 2 * (1 + 1e-6), **keep)
    cracks, _ = polygons_of(np.atleast_1d(shapely.difference(closed, ground)))
    mean_width = 2 * shapely.area(cracks) / shapely.length(cracks)
    found: Geometries = cracks[mean_width > THINNEST_M]
    return found


def rows_at(places: Geometries, polygons: Geometries) -> list[tuple[int, ...]]:
    """Return the positions of the polygons that each place touches."""
    found: list[list[int]] = [[] for _ in places]
    if not len(places):
        return []
    extent = np.ptp(shapely.total_bounds(polygons).reshape(2, 2), axis=0).max()
    near = shapely.STRtree(polygons).query(
        places, predicate="dwithin", distance=ROUNDING * extent
    )
    for place, row in near.T.tolist():
        found[place].append(row)
    return [tuple(sorted(rows)) for rows in found]


def is_narrow(polygons: Geometries, width: float) -> Bools:
    """Say which polygons hold no circle wider than some width."""
    narrow = np.zeros(len(polygons), dtype=bool)
    # A polygon of area A, perimeter P and h holes holds a circle of radius r with
    # A <= r P + pi r² h: the rest is wide beyond doubt, and need not be shrunk.
    holes = shapely.get_num_interior_rings(polygons)
    bound = width / 2 * shapely.length(polygons) + np.pi / 4 * width**2 * holes
    maybe = np.flatnonzero(shapely.area(polygons) <= bound * (1 + 1e-6))
    shrunk = shapely.buffer(polygons[maybe], -width / 2 * (1 + 1e-9))
    narrow[maybe] = shapely.is_empty(shrunk)
    return narrow


def widths_of(polygons: Geometries) -> Floats:
    """Return the diameter of the widest circle in each polygon, to half a percent."""
    area, length = shapely.area(polygons), shapely.length(polygons)
    holes = shapely.get_num_interior_rings(polygons)
    # From the bound above, and from the circle of the polygon's own area.
    low = 2 * area / (length + np.sqrt(length**2 + 4 * np.pi * holes * area))
    high = np.sqrt(area / np.pi)
    for _ in range(HALVINGS):
        middle = np.sqrt(low * high)
        fits = ~shapely.is_empty(shapely.buffer(polygons, -middle))
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return np.asarray(low + high)
