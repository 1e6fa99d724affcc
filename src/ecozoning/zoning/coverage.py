"""Polygons that tile a county exactly, cut out of it by lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ecozoning.zoning.borders import Border
    from ecozoning.zoning.grid import Grid

__all__ = ["cut", "faces_to_zones"]

DECIMALS = 7
"""Decimal degrees kept of a modelled border: one centimetre."""


def cut(
    county: shapely.Geometry, borders: Sequence[Border], grid: Grid
) -> NDArray[np.object_]:
    """
    Return the faces into which borders cut a county, in lon/lat.

    The county's own vertices are untouched. Borders run a little beyond it and are
    noded with its outline, so neighbouring faces share their vertices exactly.
    """
    lines = [_lonlat_line(border, grid) for border in borders]
    noded = shapely.union_all([shapely.boundary(county), *lines])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    shapely.prepare(county)
    within = shapely.contains(county, shapely.point_on_surface(faces))
    return np.asarray(faces[within])


def _lonlat_line(border: Border, grid: Grid) -> shapely.Geometry:
    line = grid.unproject(shapely.LineString(border.points))
    return shapely.transform(line, lambda xy: np.round(xy, DECIMALS))


def faces_to_zones(
    faces: NDArray[np.object_], labels: NDArray[np.intp], grid: Grid, zones: int
) -> list[shapely.Geometry]:
    """
    Return one polygon per zone from faces and the labelled cells inside the county.

    A face belongs to the zone of most of its cells. Faces that the smoothing has cut
    off their zone join the neighbour with which they share the longest edge.
    """
    owner = _owners(faces, labels, grid, zones)
    for face in _cut_off(faces, owner, zones):
        owner[face] = _longest_neighbour(faces, owner, face)
    return [_merged(faces[owner == zone]) for zone in range(zones)]


def _merged(faces: NDArray[np.object_]) -> shapely.Geometry:
    if not len(faces):
        return shapely.Polygon()
    return shapely.normalize(shapely.coverage_union_all(faces))


def _owners(
    faces: NDArray[np.object_], labels: NDArray[np.intp], grid: Grid, zones: int
) -> NDArray[np.intp]:
    tree = shapely.STRtree(shapely.points(grid.lonlat))
    face, cell = tree.query(faces, predicate="contains")
    votes = np.zeros((len(faces), zones), dtype=int)
    np.add.at(votes, (face, labels[cell]), 1)
    for empty in np.flatnonzero(votes.sum(axis=1) == 0):
        votes[empty, labels[tree.nearest(shapely.point_on_surface(faces[empty]))]] = 1
    owners: NDArray[np.intp] = np.argmax(votes, axis=1)
    return owners


def _cut_off(
    faces: NDArray[np.object_], owner: NDArray[np.intp], zones: int
) -> list[int]:
    """Return the faces under a hundredth of their zone that hang apart from it."""
    area = shapely.area(faces)
    stray: list[int] = []
    for zone in range(zones):
        own = np.flatnonzero(owner == zone)
        if own.size > 1:
            small = own[area[own] < 0.01 * area[own].max()]
            stray += [int(face) for face in small]
    return sorted(stray, key=lambda face: float(area[face]))


def _longest_neighbour(
    faces: NDArray[np.object_], owner: NDArray[np.intp], face: int
) -> int:
    edge = shapely.boundary(faces[face])
    shared = shapely.length(shapely.intersection(edge, shapely.boundary(faces)))
    shared[face] = 0
    if not shared.any():  # an island of the county stays what it is
        return int(owner[face])
    return int(owner[int(np.argmax(shared))])
