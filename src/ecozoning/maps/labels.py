"""Where labels stand: in zones, beside points, over nothing. Geometry only, in mm.

Boxes are rows of left, lower, right and upper edge. Nothing is random, so the same
layers give the same places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Boxes = NDArray[np.float64]

__all__ = [
    "DETAIL",
    "Lettering",
    "PointLabel",
    "area_place",
    "box_around",
    "line_boxes",
    "point_places",
    "quiet_place",
]

DETAIL: Final = 0.2  # mm: a label needs no finer outline than the eye
GRID: Final = 21  # candidate places per axis of a zone
POLE_TOLERANCE: Final = 0.5  # mm
ROOMY: Final = 0.6  # of the largest circle's radius, around a centroid
SMALLER: Final = 0.84  # of the type that a name could have across a line
LINE_ROOM: Final = 0.8  # mm, at each side of a line
SWEEPS: Final = 4  # each label looks again for a better place

# Sides of a point in order of liking: right, left, above, below, then the corners.
_SIDES: Final = np.array(
    [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)], dtype=float
)
_RINGS: Final = (1.3, 2.4, 4.5, 7.0, 10.0)  # from the point to the label, mm
_LEADER_FROM: Final = 4.5

OVERLAP: Final = 1000.0  # more than any sum of the dislikes below
FAR: Final = 9.0
SIDE: Final = 1.0
CROSSING: Final = 4.0


@dataclass(frozen=True)
class Lettering:
    """Lines of one size, and the box in mm they take."""

    lines: tuple[str, ...]
    size: float
    width: float
    height: float


@dataclass(frozen=True)
class PointLabel:
    """The box of a label, whether a line leads to it, whether it is free of others."""

    box: tuple[float, float, float, float]
    leader: bool
    free: bool


def box_around(x: float, y: float, width: float, height: float) -> Boxes:
    """Return the box with this centre."""
    return np.array([x - width / 2, y - height / 2, x + width / 2, y + height / 2])


def overlap_areas(a: Boxes, b: Boxes) -> Boxes:
    """Return the area that each of the boxes `a` shares with each of `b`."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.clip(high - low, 0, None)
    return np.asarray(sides[..., 0] * sides[..., 1])


# --- labels in polygons ------------------------------------------------------------


def area_place(
    polygon: shapely.Geometry, choices: Sequence[Lettering], obstacles: Boxes
) -> tuple[Lettering, float, float]:
    """Return the first lettering that fits into a polygon, and its centre.

    The centre is as near as can be to the middle of the polygon. If nothing fits, the
    last lettering goes where most of it is inside and clear of the obstacles.
    """
    whole = shapely.simplify(polygon, DETAIL)  # may fall into pieces, or be one
    part: shapely.Polygon = max(shapely.get_parts(whole), key=shapely.area)
    shapely.prepare(part)
    centres = _candidates(part)
    for choice in choices:
        boxes = _boxes_at(centres, choice)
        clear = overlap_areas(boxes, obstacles).sum(axis=1) == 0
        clear[clear] = shapely.contains_properly(part, shapely.box(*boxes[clear].T))
        if clear.any():
            x, y = centres[int(np.argmax(clear))]
            return choice, float(x), float(y)
    return _least_bad(part, choices[-1], centres, obstacles)


def quiet_place(
    polygon: shapely.Geometry,
    choices: Sequence[Lettering],
    obstacles: Boxes,
    lines: Boxes,
) -> tuple[Lettering, float, float]:
    """Return `area_place` clear of boxes along lines too, if the type may stay large.

    A name across a line can be read; one in small type is worse.
    """
    found = area_place(polygon, choices, obstacles)
    if not len(lines):
        return found
    both = np.vstack([obstacles, lines])
    quiet = area_place(polygon, choices, both)
    box = box_around(quiet[1], quiet[2], quiet[0].width, quiet[0].height)[None]
    clear = not overlap_areas(box, both).any()
    return quiet if clear and quiet[0].size >= SMALLER * found[0].size else found


def line_boxes(lines: shapely.Geometry) -> Boxes:
    """Return small boxes along lines in mm."""
    points = shapely.get_coordinates(shapely.segmentize(lines, 2 * LINE_ROOM))
    return np.hstack([points - LINE_ROOM, points + LINE_ROOM])


def _candidates(part: shapely.Polygon) -> Boxes:
    """Return points in a polygon, its middle first, the others by their distance."""
    middle = _middle(part)
    west, south, east, north = part.bounds
    xs, ys = np.meshgrid(np.linspace(west, east, GRID), np.linspace(south, north, GRID))
    grid = np.column_stack([xs.ravel(), ys.ravel()])
    grid = grid[shapely.contains_xy(part, grid)]
    distance = np.hypot(*(grid - middle).T)
    return np.vstack([middle, grid[np.argsort(distance, kind="stable")]])


def _middle(part: shapely.Polygon) -> Boxes:
    """Return the centroid where it has room, else the pole of inaccessibility.

    The centroid of a crescent lies outside it; the pole of a strip lies anywhere along.
    """
    centroid = shapely.centroid(part)
    circle = shapely.maximum_inscribed_circle(part, tolerance=POLE_TOLERANCE)
    room = shapely.distance(centroid, shapely.boundary(part))
    inside = shapely.contains_properly(part, centroid)
    good = inside and room > ROOMY * shapely.length(circle)
    point: Boxes = shapely.get_coordinates(centroid if good else circle)[:1]
    return point


def _boxes_at(centres: Boxes, lettering: Lettering) -> Boxes:
    half = np.array([lettering.width, lettering.height]) / 2
    return np.hstack([centres - half, centres + half])


def _least_bad(
    part: shapely.Geometry, lettering: Lettering, centres: Boxes, obstacles: Boxes
) -> tuple[Lettering, float, float]:
    boxes = _boxes_at(centres, lettering)
    inside = shapely.area(shapely.intersection(part, shapely.box(*boxes.T)))
    score = inside - 2 * overlap_areas(boxes, obstacles).sum(axis=1)
    x, y = centres[int(np.argmax(score))]
    return lettering, float(x), float(y)


# --- labels beside points ----------------------------------------------------------


def point_places(
    points: Boxes,
    sizes: Boxes,
    frame: tuple[float, float, float, float],
    obstacles: Boxes,
    lines: shapely.Geometry | None = None,
) -> list[PointLabel]:
    """Return one place a point: clear of obstacles and other labels, in the frame.

    `points` are x, y and `sizes` width, height of the labels. The most crowded points
    choose first; then each looks again, a few times. Crossing `lines`, another side
    than the right one and distance are disliked, in this order of weight.
    """
    count = len(points)
    if not count:
        return []
    places = [_around(point, size) for point, size in zip(points, sizes, strict=True)]
    dislike = [_dislikes(boxes, frame, obstacles, lines) for boxes in places]
    chosen = np.full(count, -1)
    taken = np.full((count, 4), np.nan)
    for _ in range(SWEEPS):
        for i in _crowded_first(points):
            others = np.delete(taken, i, axis=0)
            others = others[~np.isnan(others[:, 0])]
            shared = overlap_areas(places[i], others).sum(axis=1)
            chosen[i] = int(np.argmin(dislike[i] + OVERLAP * (shared > 0) + shared))
            taken[i] = places[i][chosen[i]]
    return [
        _point_label(taken, i, int(chosen[i]), dislike[i][chosen[i]])
        for i in range(count)
    ]


def _crowded_first(points: Boxes) -> list[int]:
    near = (np.hypot(*(points[:, None] - points[None]).T) < 14).sum(axis=0)
    return sorted(range(len(points)), key=lambda i: (-near[i], *points[i]))


def _around(point: Boxes, size: Boxes) -> Boxes:
    """Return the boxes on all sides of a point, ring by ring."""
    centres = [
        point
        + _SIDES * (size / 2 + ring * np.where(_SIDES.all(axis=1), 0.7, 1)[:, None])
        for ring in _RINGS
    ]
    return np.vstack([np.hstack([c - size / 2, c + size / 2]) for c in centres])


def _dislikes(
    boxes: Boxes,
    frame: tuple[float, float, float, float],
    obstacles: Boxes,
    lines: shapely.Geometry | None,
) -> Boxes:
    rings, sides = len(_RINGS), len(_SIDES)
    cost = np.repeat(np.arange(rings) * FAR, sides) + np.tile(
        np.arange(sides) * SIDE, rings
    )
    hidden = overlap_areas(boxes, obstacles).sum(axis=1)
    outside = (boxes[:, :2] < frame[:2]).any(1) | (boxes[:, 2:] > frame[2:]).any(1)
    cost += OVERLAP * (hidden > 0) + hidden + OVERLAP * 10 * outside
    if lines is not None:
        shapely.prepare(lines)
        cost += CROSSING * shapely.intersects(lines, shapely.box(*boxes.T))
    return np.asarray(cost)


def _point_label(taken: Boxes, i: int, place: int, dislike: float) -> PointLabel:
    others = np.delete(taken, i, axis=0)
    shared = overlap_areas(taken[i : i + 1], others).sum()
    left, low, right, high = (float(edge) for edge in taken[i])
    leader = _RINGS[place // len(_SIDES)] >= _LEADER_FROM
    free = bool(dislike < OVERLAP and shared == 0)
    return PointLabel((left, low, right, high), leader, free)
