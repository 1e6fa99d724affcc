"""Slivers of an overlay, joined to the neighbour with the longest common border."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from ecozoning.overlay.adjacency import adjacency
from ecozoning.overlay.faces import CONSERVED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.overlay.faces import Geometry

    Geometries = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]
    Flags = NDArray[np.bool_]

__all__ = ["NONE", "Pieces", "without_slivers"]

NONE: Final = -1
CRUMB: Final = 1e-6
"""Part of the side of a sliver of square shape below which it is a point."""


@dataclass(frozen=True)
class Pieces:
    """
    Pieces of two layers.

    Attributes
    ----------
    left, right : numpy.ndarray of intp
        Positions of the rows in either layer, -1 for none.
    geometry : numpy.ndarray of polygons
        One or more per piece.
    cut : numpy.ndarray of bool
        Whether the piece is not simply a row of a layer.
    merged : numpy.ndarray of float64
        Area of the slivers that joined it, in the plane.
    slivers : int
        How many were joined in all.
    """

    left: Ints
    right: Ints
    geometry: Geometries
    cut: Flags
    merged: Floats
    slivers: int = 0

    def take(self, rows: Ints | Flags) -> Pieces:
        """Return some of the pieces."""
        return Pieces(
            self.left[rows],
            self.right[rows],
            self.geometry[rows],
            self.cut[rows],
            self.merged[rows],
            self.slivers,
        )

    def order(self) -> Ints:
        """Return the order by left row, then right row, what is missing last."""
        last = np.iinfo(np.intp).max
        left, right = (
            np.where(side == NONE, last, side) for side in (self.left, self.right)
        )
        return np.lexsort((right, left))


def without_slivers(pieces: Pieces, least: Floats, area_a: Floats) -> Pieces:
    """
    Join parts of cut pieces below an area to neighbours within the same row.

    `least` is the area per piece in the plane, `area_a` that of the rows of the left
    layer. A part of a row of the left layer joins another part of that row, so the area
    of rows is kept; a part that no left row covers joins such parts of its right row
    or, if it is less than a billionth of the left row, a piece of both. A part without
    such a neighbour stays.
    """
    small = _has_small_parts(pieces, least)
    if not small.any():
        return pieces
    touched = np.isin(pieces.left, np.unique(pieces.left[small & (pieces.left >= 0)]))
    touched |= np.isin(
        pieces.right, np.unique(pieces.right[small & (pieces.left == NONE)])
    )
    rows = np.flatnonzero(touched)
    parts, of = shapely.get_parts(pieces.geometry[rows], return_index=True)
    of = rows[of]
    home = _Merging(pieces, parts, of, least[of], area_a).homes()
    joined = _rebuilt(pieces, parts, of, home)
    kept = np.concatenate([np.flatnonzero(~touched), np.unique(of[home])])
    result = joined.take(kept)
    return result.take(result.order())


def _has_small_parts(pieces: Pieces, least: Floats) -> Flags:
    """Return which cut pieces are, or have parts, below an area."""
    small = np.zeros(len(pieces.geometry), dtype=bool)
    rows = np.flatnonzero(pieces.cut)
    geometries = pieces.geometry[rows]
    several = shapely.get_num_geometries(geometries) > 1
    small[rows[~several]] = shapely.area(geometries[~several]) < least[rows[~several]]
    parts, of = shapely.get_parts(geometries[several], return_index=True)
    of = rows[several][of]
    small[of[shapely.area(parts) < least[of]]] = True
    return small


class _Merging:
    """Parts that join one another, the smallest first."""

    def __init__(
        self, pieces: Pieces, parts: Geometries, of: Ints, least: Floats, area_a: Floats
    ) -> None:
        self.area = shapely.area(parts)
        self.length = shapely.length(parts)
        self.cut, self.least = pieces.cut[of], least
        self.left, self.right = pieces.left[of], pieces.right[of]
        self.whole = np.where(self.left == NONE, 0.0, area_a[self.left])
        self.home = np.arange(len(parts))
        self.borders: list[dict[int, float]] = [{} for _ in parts]
        found = adjacency(parts)
        for one, other, shared in zip(*(x.tolist() for x in found), strict=True):
            self.borders[one][other] = self.borders[other][one] = shared

    def homes(self) -> Ints:
        """Return for each part the one that it has become a part of."""
        small = self.cut & (self.area < self.least)
        queue = [(self.area[i], i) for i in np.flatnonzero(small).tolist()]
        heapify(queue)
        while queue:
            area, part = heappop(queue)
            if self.home[part] != part or area != self.area[part]:
                continue
            target = self._target(part)
            if target is None:
                continue
            self._join(part, target)
            if self.cut[target] and self.area[target] < self.least[target]:
                heappush(queue, (self.area[target], target))
        for part in range(len(self.home)):
            self.home[part] = self._find(part)
        return self.home

    def _target(self, part: int) -> int | None:
        """Return the neighbour with the longest border, ties by order; None if none."""
        near = [(-s, i) for i, s in self.borders[part].items() if self._may(part, i)]
        near = [item for item in near if item[0] < 0 or self._is_crumb(part)]
        return min(near)[1] if near else None

    def _may(self, part: int, target: int) -> bool:
        """Say whether a part may join another: no row of a layer gains or loses."""
        left, right = self.left[[part, target]], self.right[[part, target]]
        if left[0] != NONE or left[1] == NONE:
            return bool(
                left[0] == left[1] and (left[0] != NONE or right[0] == right[1])
            )
        slight = self.area[part] <= CONSERVED / 2 * self.whole[target]
        return bool(slight and right[0] == right[1])

    def _is_crumb(self, part: int) -> bool:
        """Say whether a part is so small that it meets others in points only."""
        return bool(self.length[part] < CRUMB * np.sqrt(self.least[part]))

    def _join(self, part: int, target: int) -> None:
        self.home[part] = target
        self.area[target] += self.area[part]
        self.length[target] += self.length[part]
        for other, shared in self.borders[part].items():
            del self.borders[other][part]
            if other != target:
                total = self.borders[target].get(other, 0.0) + shared
                self.borders[target][other] = self.borders[other][target] = total
        self.borders[part] = {}

    def _find(self, part: int) -> int:
        while self.home[part] != part:
            part = int(self.home[part])
        return part


def _rebuilt(pieces: Pieces, parts: Geometries, of: Ints, home: Ints) -> Pieces:
    """Return pieces with the parts that came to them; those that lost all are void."""
    geometry, merged = pieces.geometry.copy(), pieces.merged.copy()
    piece = of[home]
    moved = np.flatnonzero(piece != of)
    np.add.at(merged, piece[moved], shapely.area(parts[moved]))
    order = np.lexsort((home, piece))
    rows, starts = np.unique(piece[order], return_index=True)
    changed = np.unique(piece[home != np.arange(len(home))])
    wanted = {*changed.tolist(), *of[moved].tolist()}
    for row, own in zip(rows, np.split(order, starts[1:]), strict=True):
        if row in wanted:
            geometry[row] = _united(parts[own], home[own])
    return Pieces(
        pieces.left, pieces.right, geometry, pieces.cut, merged, slivers=len(moved)
    )


def _united(parts: Geometries, home: Ints) -> Geometry:
    """Return one geometry of parts, in which those of one home are one."""
    starts = np.flatnonzero(np.diff(home, prepend=NONE))
    groups = np.split(parts, starts[1:])
    grown = [own[0] if len(own) == 1 else shapely.union_all(own) for own in groups]
    whole = shapely.get_parts(grown)
    return whole[0] if len(whole) == 1 else shapely.multipolygons(whole)
