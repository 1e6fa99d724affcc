"""A net of streams around a point, and the ways of water up and down from it."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.overlay.faces import Geometry

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Nodes = NDArray[np.int32]

__all__ = ["Reach", "Waterways", "waterways_at"]

JOINED_M: Final = 1.0
"""Ends of streams this near to another stream meet it; coordinates are rounded."""


class Reach(NamedTuple):
    """Lines that water takes within some way of a place, and how far they go."""

    lines: Geometries
    farthest_m: float


@dataclass(frozen=True)
class Waterways:
    """Pieces of streams between the places where they meet.

    Attributes
    ----------
    lines : (n,) geometries
        In metres, with the water.
    upper, lower : (n,) int
        Nodes at which each line begins and ends.
    intake : int
        Node of the place that matters.
    """

    lines: Geometries
    upper: Nodes
    lower: Nodes
    intake: int

    def reach(self, length_m: float, *, upstream: bool, beyond_m: float) -> Reach:
        """Return what water passes within some metres of the intake, and beyond some.

        All streams that join on the way up belong to it; on the way down they do not.
        """
        near, far = (self.lower, self.upper) if upstream else (self.upper, self.lower)
        lengths = shapely.length(self.lines)
        ways = self._ways(near, far, lengths, length_m)
        lines, farthest = [], 0.0
        for line, node, length in zip(self.lines, near.tolist(), lengths, strict=True):
            if node not in ways:
                continue
            kept = min(length_m - ways[node], float(length))
            farthest = max(farthest, ways[node] + kept)
            skipped = max(0.0, beyond_m - ways[node])
            ends = (length - kept, length - skipped) if upstream else (skipped, kept)
            if skipped < kept:
                lines.append(_between(line, *ends))
        return Reach(np.array(lines, dtype=object), farthest)

    def _ways(
        self, near: Nodes, far: Nodes, lengths: Floats, reach_m: float
    ) -> dict[int, float]:
        """Return the nodes within a reach and the shortest way of water to each."""
        ways: dict[int, float] = {}
        queue = [(0.0, self.intake)]
        while queue:
            way, node = heapq.heappop(queue)
            if node in ways or way >= reach_m:
                continue
            ways[node] = way
            for line in np.flatnonzero(near == node):
                heapq.heappush(queue, (way + float(lengths[line]), int(far[line])))
        return ways


def waterways_at(streams: Geometries, place: Geometry) -> Waterways:
    """Cut single lines where others, or the place, meet them, and name the nodes."""
    ends = [shapely.get_point(streams, end) for end in (0, -1)]
    marks = np.concatenate([*ends, [place]])
    mark, line = shapely.STRtree(streams).query(
        marks, predicate="dwithin", distance=JOINED_M
    )
    cuts = shapely.line_locate_point(streams[line], marks[mark])
    pieces = np.array(
        [
            _between(stream, *ends)
            for row, stream in enumerate(streams)
            for ends in pairwise(_stations(stream, cuts[line == row]))
        ],
        dtype=object,
    )
    return _named_nodes(pieces, place)


def _stations(line: Geometry, cuts: Floats) -> list[float]:
    """Return where a line begins, is cut, and ends, in metres along it."""
    length = float(shapely.length(line))
    inner = np.unique(np.round(cuts, 6))
    return [0.0, *inner[(inner > 0) & (inner < length)].tolist(), length]


def _between(line: Geometry, first: float, last: float) -> Geometry:
    """Return the part of a line between two distances along it."""
    xy = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    inner = xy[(along > first) & (along < last)]
    ends = [[np.interp(at, along, axis) for axis in xy.T] for at in (first, last)]
    return shapely.linestrings(np.vstack([ends[:1], inner, ends[1:]]))


def _named_nodes(pieces: Geometries, place: Geometry) -> Waterways:
    """Return pieces whose ends, where they are near enough, are one node."""
    ends = [shapely.get_coordinates(shapely.get_point(pieces, e)) for e in (0, -1)]
    points = np.vstack([*ends, shapely.get_coordinates(place)])
    pairs = cKDTree(points).query_pairs(JOINED_M, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), pairs.T), shape=(len(points),) * 2)
    node = connected_components(links, directed=False)[1]
    homes = points[np.unique(node, return_index=True)[1]]
    upper, lower = node[: len(pieces)], node[len(pieces) : -1]
    real = (upper != lower) | (shapely.length(pieces) > 2 * JOINED_M)
    moved = [
        _with_ends(piece, homes[a], homes[b])
        for piece, a, b in zip(pieces[real], upper[real], lower[real], strict=True)
    ]
    return Waterways(
        np.array(moved, dtype=object), upper[real], lower[real], int(node[-1])
    )


def _with_ends(line: Geometry, first: Floats, last: Floats) -> Geometry:
    """Return a line from one node to another; its own ends are within a metre."""
    xy = shapely.get_coordinates(line)
    return shapely.linestrings(np.vstack([first, xy[1:-1], last]))
