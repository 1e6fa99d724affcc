"""Faces of an unclean coverage given to its rows, where GEOS cannot clean it itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from ecozoning.overlay.adjacency import adjacency
from ecozoning.overlay.coverage_faces import is_narrow, polygon_faces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.overlay.adjacency import Adjacency
    from ecozoning.overlay.coverage_faces import Faces

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = ["cleaned_by_faces", "joined_to_neighbours", "vertices_on_the_first"]

NOBODY = -1


def cleaned_by_faces(
    polygons: Geometries, *, gap_width: float, snapping_distance: float, merge: str
) -> Geometries:
    """
    Return polygons without overlaps and narrow gaps, as `shapely.coverage_clean` does.

    All edges are cut where they meet, and each face between them goes to one row: its
    own; of several rows that cover it the one that `merge` says; a narrow face of none
    to the neighbour with the longest border. Ties go to the earlier row. A row that
    gets no face comes back empty.
    """
    faces = polygon_faces(vertices_on_the_first(polygons, snapping_distance))
    near = adjacency(faces.polygons)
    owner = np.full(len(faces.polygons), NOBODY)
    single = np.flatnonzero(faces.n_owners == 1)
    owner[single] = faces.row[np.isin(faces.face, single)]
    _settle_overlaps(owner, faces, near, _ranks(polygons, merge))
    free = np.flatnonzero(faces.n_owners == 0)
    width = max(gap_width, snapping_distance)
    narrow = free[is_narrow(faces.polygons[free], width)] if width else free[:0]
    borders = _border_lengths(owner, near)
    for face in narrow:
        owner[face] = _longest(borders, int(face))
    return _joined(faces.polygons, owner, len(polygons))


def joined_to_neighbours(polygons: Geometries, n_rows: int) -> Geometries:
    """Return the first rows of a coverage, each of the others joined to one of them.

    It is the one with the longest border, the earlier if several have it.
    """
    present = np.flatnonzero(~shapely.is_empty(polygons))
    faces = polygons[present]
    owner = np.where(present < n_rows, present, NOBODY)
    borders = _border_lengths(owner, adjacency(faces))
    for extra in np.flatnonzero(owner == NOBODY).tolist():
        owner[extra] = _longest(borders, extra)
    return _joined(faces, owner, n_rows)


def vertices_on_the_first(polygons: Geometries, distance: float) -> Geometries:
    """Return polygons in which vertices that nearly meet do, the later on the first."""
    if not distance:
        return polygons
    points = shapely.get_coordinates(polygons)
    pairs = cKDTree(points).query_pairs(distance, output_type="ndarray")
    target = np.arange(len(points))
    np.minimum.at(target, pairs[:, 1], pairs[:, 0])
    np.minimum.at(target, pairs[:, 0], pairs[:, 1])
    moved = shapely.set_coordinates(polygons.copy(), points[target])
    repaired: Geometries = shapely.make_valid(
        moved, method="structure", keep_collapsed=False
    )
    return repaired


def _ranks(polygons: Geometries, merge: str) -> Floats | None:
    """Return the order in which rows are preferred, or None if borders decide."""
    if merge == "longest_border":
        return None
    areas = shapely.area(polygons)
    orders = {"max_area": -areas, "min_area": areas, "min_index": np.zeros(len(areas))}
    return np.asarray(orders[merge])


def _settle_overlaps(
    owner: Ints, faces: Faces, near: Adjacency, ranks: Floats | None
) -> None:
    """Give each face of several rows to one of them, in place."""
    starts = np.searchsorted(faces.face, np.arange(len(faces.polygons) + 1))
    borders = _border_lengths(owner, near) if ranks is None else {}
    for face in np.flatnonzero(np.diff(starts) > 1):
        rows = faces.row[starts[face] : starts[face + 1]]
        if ranks is None:
            ranks_here = [
                -borders.get(int(face), {}).get(int(row), 0.0) for row in rows
            ]
        else:
            ranks_here = ranks[rows].tolist()
        owner[face] = rows[int(np.argmin(ranks_here))]


def _border_lengths(owner: Ints, near: Adjacency) -> dict[int, dict[int, float]]:
    """Return per face without an owner the length of its border with each owner."""
    found: dict[int, dict[int, float]] = {}
    for a, b in ((near.left, near.right), (near.right, near.left)):
        wanted = (owner[a] == NOBODY) & (owner[b] != NOBODY) & (near.shared > 0)
        for face, row, length in zip(
            a[wanted].tolist(),
            owner[b[wanted]].tolist(),
            near.shared[wanted],
            strict=True,
        ):
            own = found.setdefault(face, {})
            own[row] = own.get(row, 0.0) + float(length)
    return found


def _longest(borders: dict[int, dict[int, float]], face: int) -> int:
    """Return the row with the longest border, the earlier of equals; or nobody."""
    own = borders.get(face)
    return min(own, key=lambda row: (-own[row], row)) if own else NOBODY


def _joined(faces: Geometries, owner: Ints, n_rows: int) -> Geometries:
    """Return the faces of each row as one geometry; empty if there are none."""
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(n_rows + 1))
    joined = np.full(n_rows, shapely.Polygon(), dtype=object)
    for row in range(n_rows):
        own = faces[order[starts[row] : starts[row + 1]]]
        if len(own):
            joined[row] = own[0] if len(own) == 1 else shapely.coverage_union_all(own)
    return joined
