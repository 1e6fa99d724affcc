"""Outlines of layers in metres, and how far one has to be moved to lie on another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from ecozoning.overlay.areas import rings_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]

__all__ = ["Outline", "Plane", "best_move", "misfits", "outline_of"]

DEGREE_M: Final = 111_195.0
SAMPLES: Final = 400
LOOKED_THROUGH: Final = 20_000
"""Edges up to which it is asked of each whether land lies on both of its sides."""
BESIDE_M: Final = 2.0
ROUNDS: Final = 12
KEPT: Final = 0.7
"""Share of the points, the nearest ones, that decide on a step."""


class Plane(NamedTuple):
    """Metres east and north of an origin for coordinates of a CRS, to a per mille."""

    origin: tuple[float, float]
    scale: tuple[float, float]

    @classmethod
    def around(cls, bounds: Floats, crs: CRS) -> Plane:
        """Return the plane around the middle of an extent (4,)."""
        x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
        unit = crs.axis_info[0].unit_conversion_factor if crs.axis_info else 1.0
        if not crs.is_geographic:
            return cls((x, y), (unit, unit))
        degree = DEGREE_M * unit / np.radians(1.0)
        cosine = np.cos(y * unit)
        return cls((x, y), (float(degree * cosine), float(degree)))

    def metres(self, vertices: Floats) -> Floats:
        """Return vertices (n, 2) in metres."""
        metres: Floats = (vertices - np.array(self.origin)) * np.array(self.scale)
        return metres


class Outline(NamedTuple):
    """Edges with land on one side only, in metres."""

    starts: Floats  # (n, 2)
    ends: Floats  # (n, 2)
    tree: shapely.STRtree

    @property
    def extent(self) -> Floats:
        """Return width and height, metres."""
        both = np.concatenate([self.starts, self.ends])
        return np.asarray(np.ptp(both, axis=0))

    def points(self) -> Floats:
        """Return points at even distances along the outline, metres (SAMPLES, 2)."""
        lengths = np.linalg.norm(self.ends - self.starts, axis=1)
        way = np.concatenate([[0.0], np.cumsum(lengths)])
        at = (np.arange(SAMPLES) + 0.5) / SAMPLES * way[-1]
        edge = np.clip(np.searchsorted(way, at, side="right") - 1, 0, len(lengths) - 1)
        share = (at - way[edge]) / np.maximum(lengths[edge], 1e-9)
        step = self.ends[edge] - self.starts[edge]
        return np.asarray(self.starts[edge] + share[:, None] * step)


def outline_of(geometries: NDArray[np.object_], plane: Plane) -> Outline | None:
    """Return the outline of polygons that tile an area, or None where there is none.

    An edge that two polygons have in common is not part of it. Where polygons meet
    without common vertices, or overlap, edges inside are found by looking at what
    lies on either side of them.
    """
    rings = rings_of(geometries)
    first = np.ones(len(rings.vertices) - 1, bool)
    first[rings.starts[1:-1] - 1] = False  # from one ring to the next
    starts, ends = rings.vertices[:-1][first], rings.vertices[1:][first]
    once = _found_once(starts, ends)
    starts, ends = plane.metres(starts[once]), plane.metres(ends[once])
    if len(starts) <= LOOKED_THROUGH:
        outer = _beside_nothing(starts, ends, geometries, plane)
        starts, ends = starts[outer], ends[outer]
    if not len(starts):
        return None
    lines = shapely.linestrings(np.stack([starts, ends], axis=1))
    return Outline(starts, ends, shapely.STRtree(lines))


def _found_once(starts: Floats, ends: Floats) -> NDArray[np.bool_]:
    """Say of edges whether no other one joins the same two vertices."""
    # Sums do not depend on the direction; irrational factors keep other edges apart.
    key = (starts + ends) @ np.array([0.618_033_988_749_894_8, 0.754_877_666_246_692_7])
    _, inverse, times = np.unique(key, return_inverse=True, return_counts=True)
    return np.asarray((times[inverse] == 1) & (starts != ends).any(axis=1))


def _beside_nothing(
    starts: Floats, ends: Floats, geometries: NDArray[np.object_], plane: Plane
) -> NDArray[np.bool_]:
    """Say of edges whether land lies on one of their sides at most."""
    step = ends - starts
    normal = np.column_stack([-step[:, 1], step[:, 0]])
    normal /= np.maximum(np.linalg.norm(step, axis=1), 1e-9)[:, None]
    middle = (starts + ends) / 2
    tree = shapely.STRtree(geometries)
    covered = np.ones(len(starts), bool)
    for side in (BESIDE_M, -BESIDE_M):
        places = (middle + side * normal) / np.array(plane.scale)
        found = tree.query(
            shapely.points(places + np.array(plane.origin)), predicate="intersects"
        )
        here = np.zeros(len(starts), bool)
        here[found[0]] = True
        covered &= here
    return ~covered


def misfits(points: Floats, target: Outline, move: Floats) -> Floats:
    """Return distances of moved points from an outline, metres (n,)."""
    return np.asarray(np.linalg.norm(_ways(points + move, target)[0], axis=1))


def best_move(
    points: Floats, target: Outline, guesses: Iterable[Floats]
) -> tuple[Floats, float]:
    """
    Return the move of points that brings them nearest to an outline, and the misfit.

    From each guess (2,), metres, points slide along the edges that they are nearest to
    (iterated closest points, the farthest 30 % left out). The misfit is the median
    distance afterwards, metres.
    """
    best = (np.zeros(2), float("inf"))
    for guess in guesses:
        move = _slid(points, target, np.asarray(guess, float))
        misfit = float(np.median(misfits(points, target, move)))
        if misfit < best[1]:
            best = (move, misfit)
    return best


def _slid(points: Floats, target: Outline, move: Floats) -> Floats:
    """Return the move that ends the iteration which begins at `move`."""
    for _ in range(ROUNDS):
        way, normal = _ways(points + move, target)
        far = np.linalg.norm(way, axis=1)
        near = far <= np.quantile(far, KEPT)
        wanted = (way[near] * normal[near]).sum(axis=1)
        step = np.linalg.lstsq(normal[near], wanted, rcond=1e-3)[0]
        move = move + step
        if np.abs(step).max() < 0.1:
            break
    return move


def _ways(points: Floats, target: Outline) -> tuple[Floats, Floats]:
    """Return ways from points to the nearest edges, and the normals of these edges."""
    edge = target.tree.nearest(shapely.points(points))
    along = target.ends[edge] - target.starts[edge]
    square = np.maximum((along**2).sum(axis=1), 1e-18)
    share = ((points - target.starts[edge]) * along).sum(axis=1) / square
    foot = target.starts[edge] + np.clip(share, 0, 1)[:, None] * along
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.sqrt(square)[:, None]
    return foot - points, normal
