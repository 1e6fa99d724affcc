"""Where the names of lines stand: along them, else beside. Geometry only, in mm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from ecozoning.maps.labels import DETAIL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Boxes = NDArray[np.float64]

__all__ = ["LinePlace", "Surroundings", "line_places"]

STEP: Final = 2.0  # mm, between places tried along a line
LOOKS: Final = 15  # points of a line looked at under a name
ROUGH: Final = 1.5  # mm: bends that a name passes over
STRAIGHT: Final = 0.9  # chord over arc; a more winding stretch bears no name
STEEP: Final = 75.0  # degrees; a steeper name is hard to read
CLEARANCES: Final = (0.8, 1.6, 2.4)  # mm, between line and letters
MARGIN: Final = 1.6  # mm, to the frame
RINGS: Final = (1.2, 3.0, 6.0, 9.0)  # beside the line, mm
LEADER_FROM: Final = 3.0
SIDES: Final = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))

# Dislikes, in millimetres' worth.
BENT: Final = 1.2  # a millimetre by which the line leaves its chord
TILT: Final = 2.0  # a name at 45 degrees
END: Final = 3.0  # a name at the end of its line, not its middle
BELOW: Final = 0.5
BESIDE: Final = 5.0
CROSSES_NAMED: Final = 9.0
CROSSES_OTHER: Final = 2.5
NEARER_ANOTHER: Final = 8.0  # a name by which another line might be meant
APART: Final = 1.0  # mm, by which a name is to be nearer to its own line


@dataclass(frozen=True)
class LinePlace:
    """Middle and turn in degrees of a name, the area it covers, the end of a leader."""

    x: float
    y: float
    angle: float
    outline: shapely.Polygon
    leader: tuple[float, float] | None

    @property
    def boxes(self) -> Boxes:
        """Return upright boxes that cover the name, for labels placed later."""
        corners = shapely.get_coordinates(self.outline)[:4]
        (a, b, c, d) = corners
        count = max(1, math.ceil(math.dist(a, b) / max(math.dist(b, c), 0.1)))
        count = count if self.angle else 1
        cuts = np.linspace(0, 1, count + 1)[:, None]
        low, high = a + cuts * (b - a), d + cuts * (c - d)
        pieces = np.stack([low[:-1], low[1:], high[:-1], high[1:]])
        return np.hstack([pieces.min(axis=0), pieces.max(axis=0)])


class Surroundings(NamedTuple):
    """What names of lines must not touch, and what they had better not cross."""

    frame: tuple[float, float, float, float]
    taken: Boxes
    named: shapely.Geometry  # the lines that bear names
    other: shapely.Geometry


class _Try(NamedTuple):
    x: float
    y: float
    angle: float
    cost: float
    leader: tuple[float, float] | None


def line_places(
    lines: Sequence[shapely.Geometry], sizes: Boxes, world: Surroundings
) -> list[LinePlace | None]:
    """Return a place for the name of each line, or None where there is no room.

    The shortest line chooses first, because it has the least choice. `sizes` are width
    and height of the names.
    """
    places: list[LinePlace | None] = [None] * len(lines)
    blocked = list(shapely.box(*world.taken.T)) if len(world.taken) else []
    longest = [_longest(line) for line in lines]
    for i in sorted(range(len(lines)), key=lambda i: (longest[i].length, i)):
        tries = [*_along(longest[i], *sizes[i]), *_beside(longest[i], *sizes[i])]
        others = [line for j, line in enumerate(lines) if j != i and line != lines[i]]
        pair = (lines[i], shapely.union_all(others))
        found = _best(tries, sizes[i], world, blocked, pair)
        if found is not None:
            blocked.append(found.outline)
        places[i] = found
    return places


def _longest(line: shapely.Geometry) -> shapely.LineString:
    merged = shapely.line_merge(line) if line.geom_type != "LineString" else line
    parts = shapely.get_parts(shapely.simplify(merged, DETAIL))
    longest: shapely.LineString = max(parts, key=shapely.length)
    return longest


# --- places to try -----------------------------------------------------------------


def _along(line: shapely.LineString, width: float, height: float) -> Iterator[_Try]:
    """Yield places above and below the stretches that are straight enough."""
    line = shapely.simplify(line, ROUGH)
    for middle in np.arange(width / 2, line.length - width / 2, STEP):
        at = np.linspace(middle - width / 2, middle + width / 2, LOOKS)
        points = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
        chord = points[-1] - points[0]
        if math.hypot(*chord) < STRAIGHT * width:
            continue
        chord = chord if chord[0] > 0 else -chord  # read from the left
        angle = math.degrees(math.atan2(chord[1], chord[0]))
        if abs(angle) > STEEP:
            continue
        place = END * 2 * abs(middle / line.length - 0.5) + TILT * abs(angle) / 45
        yield from _both_sides(points, angle, height, place)


def _both_sides(
    points: Boxes, angle: float, height: float, cost: float
) -> Iterator[_Try]:
    turn = math.radians(angle)
    up = np.array([-math.sin(turn), math.cos(turn)])
    middle = (points[0] + points[-1]) / 2
    rise = (points - middle) @ up
    cost += BENT * float(rise.max() - rise.min())
    for side, reach in ((1, rise.max()), (-1, -rise.min())):
        for clear in CLEARANCES:
            x, y = middle + side * up * (reach + height / 2 + clear)
            dislike = cost + clear + BELOW * (side < 0)
            yield _Try(float(x), float(y), angle, dislike, None)


def _beside(line: shapely.LineString, width: float, height: float) -> Iterator[_Try]:
    """Yield upright places right, left, above and below points of the line."""
    count = max(3, int(line.length / (2 * STEP)))
    shares = np.linspace(0.05, 0.95, count)
    points = shapely.line_interpolate_point(line, shares, normalized=True)
    for share, (px, py) in zip(shares, shapely.get_coordinates(points), strict=True):
        for ring in RINGS:
            leader = (float(px), float(py)) if ring >= LEADER_FROM else None
            cost = BESIDE + ring + END * 2 * abs(share - 0.5)
            for number, (dx, dy) in enumerate(SIDES):
                x = px + dx * (width / 2 + ring * (0.7 if dy else 1))
                y = py + dy * (height / 2 + ring * (0.7 if dx else 1))
                yield _Try(float(x), float(y), 0.0, cost + 0.1 * number, leader)


# --- choosing ----------------------------------------------------------------------


def _best(
    tries: Sequence[_Try],
    size: Boxes,
    world: Surroundings,
    blocked: Sequence[shapely.Geometry],
    pair: tuple[shapely.Geometry, shapely.Geometry],
) -> LinePlace | None:
    """Return the least disliked place that is free."""
    outlines = np.array([_outline(item, *size) for item in tries])
    left, low, right, high = world.frame
    room = shapely.box(left + MARGIN, low + MARGIN, right - MARGIN, high - MARGIN)
    free = shapely.covers(room, outlines)
    if blocked:
        hit = shapely.STRtree(outlines).query(list(blocked), predicate="intersects")[1]
        free[hit] = False
    if not free.any():
        return None
    cost = _costs(tries, outlines, world, pair)
    best = int(np.argmin(np.where(free, cost, np.inf)))
    item = tries[best]
    return LinePlace(item.x, item.y, item.angle, outlines[best], item.leader)


def _costs(
    tries: Sequence[_Try],
    outlines: NDArray[np.object_],
    world: Surroundings,
    pair: tuple[shapely.Geometry, shapely.Geometry],
) -> Boxes:
    """Return the dislikes; `pair` is the line itself and all others that bear names."""
    cost = np.array([item.cost for item in tries])
    for lines, dislike in ((world.named, CROSSES_NAMED), (world.other, CROSSES_OTHER)):
        shapely.prepare(lines)
        cost += dislike * shapely.intersects(lines, outlines)
    near, far = (shapely.distance(line, outlines) for line in pair)
    led = np.array([item.leader is not None for item in tries])
    return np.asarray(cost + NEARER_ANOTHER * ((far < near + APART) & ~led))


def _outline(item: _Try, width: float, height: float) -> shapely.Polygon:
    """Return the turned box, from its lower left corner anticlockwise."""
    turn = math.radians(item.angle)
    along = np.array([math.cos(turn), math.sin(turn)]) * width / 2
    up = np.array([-math.sin(turn), math.cos(turn)]) * height / 2
    middle = np.array([item.x, item.y])
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return shapely.Polygon([middle + a * along + b * up for a, b in signs])
