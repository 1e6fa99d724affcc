"""Land cut along all lines that matter, into pieces that are wholly in or wholly out.

Every step of a delineation then only says which pieces are in. Pieces are measured
once, so that what steps add and remove closes to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ecozoning.overlay.areas import checked_areas, rings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning.overlay.faces import Geometry
    from ecozoning.redline.specks import Specks

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = ["Mosaic", "Sides", "mosaic_of"]


@dataclass(frozen=True)
class Sides:
    """Straight sides of pieces: the piece on either side, and the middle.

    `right` is -1 where there is no piece on the other side. `middle` is (n, 2).
    """

    left: Ints
    right: Ints
    middle: Floats


@dataclass(frozen=True)
class Mosaic:
    """
    Pieces of land that do not overlap, with a point in each and their areas.

    The last ones may be specks: they have an area and no geometry, and touch nothing.
    """

    pieces: Geometries
    points: Geometries
    area_m2: Floats
    sides: Sides
    crs: CRS

    @property
    def none(self) -> Bools:
        """No piece at all."""
        return np.zeros(self.pieces.size, dtype=bool)

    @property
    def specks(self) -> Bools:
        """Return what is only counted."""
        return np.asarray(shapely.is_missing(self.pieces))

    def rows_at(self, layer: Geometry) -> Ints:
        """Return for each piece the row of the layer that it lies in, or -1."""
        tree = shapely.STRtree(self.points)
        row, piece = tree.query(np.atleast_1d(layer), predicate="intersects")
        found = np.full(self.pieces.size, -1)
        found[piece] = row
        return found

    def connected(self, kept: Bools) -> tuple[Ints, int]:
        """Return the number of the patch that kept pieces make, -1 for others.

        Pieces that meet in a point only are not connected.
        """
        left, right = self.sides.left, self.sides.right
        both = (right >= 0) & kept[left] & kept[right]
        size = self.pieces.size
        ones = np.ones(np.count_nonzero(both), dtype=np.int8)
        links = coo_array((ones, (left[both], right[both])), (size, size))
        labels = connected_components(links, directed=False)[1]
        numbers, closed = np.unique(labels[kept], return_inverse=True)
        found = np.full(size, -1)
        found[kept] = closed
        return found, numbers.size

    def open_sides(self, kept: Bools) -> Bools:
        """Return pieces with a side towards no piece, or one not kept, and specks."""
        left, right = self.sides.left, self.sides.right
        found = self.specks
        found[left[right < 0]] = True
        pair = right >= 0
        found[left[pair][~kept[right[pair]]]] = True
        found[right[pair][~kept[left[pair]]]] = True
        return found

    def merged(self, numbers: Ints, count: int) -> Geometries:
        """Return the polygons of pieces that share a number."""
        order = np.argsort(numbers, kind="stable")
        order = order[np.searchsorted(numbers[order], 0) :]
        ends = np.cumsum(np.bincount(numbers[order], minlength=count))
        groups = np.split(self.pieces[order], ends[:-1]) if count else []
        found = np.empty(count, dtype=object)
        for i, group in enumerate(groups):
            found[i] = group[0] if group.size == 1 else _joined(group)
        return found


def _joined(pieces: Geometries) -> Geometry:
    """Return connected pieces as one polygon."""
    whole = shapely.coverage_union_all(pieces)
    parts = shapely.get_parts(whole)
    return parts[0] if parts.size == 1 else whole


def mosaic_of(
    cell_edges: Geometries, others: Sequence[Geometries], crs: CRS, specks: Specks
) -> Mosaic:
    """Cut the plane along lines; what no line encloses is no piece."""
    pieces = shapely.get_parts(shapely.polygonize(_noded(cell_edges, others)))
    pieces = pieces[shapely.area(pieces) > 0]
    areas = np.zeros(0)
    if pieces.size:
        frame = gpd.GeoDataFrame(geometry=pieces, crs=crs)
        areas = np.asarray(checked_areas(frame, "exact"), dtype=np.float64)
    points = shapely.point_on_surface(pieces)
    counted = np.full(specks.area_m2.size, None, dtype=object)
    return Mosaic(
        np.concatenate([pieces, counted]),
        np.concatenate([points, specks.points]),
        np.concatenate([areas, specks.area_m2]),
        _sides(pieces),
        crs,
    )


def _noded(cell_edges: Geometries, others: Sequence[Geometries]) -> Geometries:
    """Return lines that meet at their ends only, as edges of cells do by themselves."""
    lines = np.concatenate([np.zeros(0, dtype=object), *others])
    if not lines.size:
        return cell_edges
    met = np.zeros(cell_edges.size, dtype=bool)
    met[shapely.STRtree(cell_edges).query(lines, predicate="intersects")[1]] = True
    cut = shapely.union_all(np.concatenate([cell_edges[met], lines]))
    return np.concatenate([cell_edges[~met], shapely.get_parts(cut)])


def _sides(pieces: Geometries) -> Sides:
    """Return which pieces share which straight side, by its two ends."""
    if not pieces.size:
        none = np.zeros(0, dtype=np.intp)
        return Sides(none, none, np.zeros((0, 2)))
    rings = rings_of(pieces)
    lengths = np.diff(rings.starts)
    owner = np.repeat(rings.owner, lengths - 1)
    begins = np.delete(np.arange(rings.vertices.shape[0]), rings.starts[1:] - 1)
    a, b = rings.vertices[begins], rings.vertices[begins + 1]
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    a[swap], b[swap] = b[swap], a[swap]
    order = np.lexsort((b[:, 1], b[:, 0], a[:, 1], a[:, 0]))
    ends = np.column_stack([a, b])[order]
    owner = owner[order]
    again = np.append(False, (ends[1:] == ends[:-1]).all(axis=1))
    first = np.flatnonzero(~again)
    has_two = np.append(again[1:], False)[first]
    right = np.where(has_two, owner[np.minimum(first + 1, owner.size - 1)], -1)
    middle = (ends[first, :2] + ends[first, 2:]) / 2
    return Sides(owner[first], right, middle)
