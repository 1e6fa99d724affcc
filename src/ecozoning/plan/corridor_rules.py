"""Which stream is which: named rivers matched to streams by order, size and seats."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely
from shapely import affinity

from ecozoning.errors import PlanDataError
from ecozoning.plan.stream_net import geodesic_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ecozoning.plan.stream_net import StreamNet

__all__ = [
    "Chosen",
    "Foot",
    "Member",
    "Stream",
    "apart",
    "choose",
    "confluences",
    "crossings",
    "divided",
    "score_word",
]

FLOWS: Final = {"north": 1.0, "south": -1.0}
CLEARLY: Final = 1.25
"""A stream is clearly the largest if the next one is smaller by this factor."""
KM_PER_DEGREE: Final = 111.2
_LOOK: Final = 3  # cells up and down a confluence, to tell left from right


class Stream(NamedTuple):
    """A stream that may bear a name: where it stands in its row, size, cells, line."""

    position: float
    basin_km2: float
    side: str
    cells: tuple[int, ...]
    line: shapely.LineString


class Member(NamedTuple):
    """A named river of a row, and the seat that it passes, if one is known."""

    name: str
    seat: shapely.Point | None = None
    within_km: float = 5.0


class Chosen(NamedTuple):
    """The stream given to a name, how far its seat is, and whether a rival is close."""

    stream: Stream
    seat_km: float | None
    clear: bool


class Foot(NamedTuple):
    """Where streams leave the mountains, and which of them begin there."""

    flows: str
    foot: float
    stop: float
    source: float
    source_km2: float


def crossings(net: StreamNet, county: shapely.Geometry, foot: Foot) -> list[Stream]:
    """Return the streams of the county that cross the foot of the mountains."""
    below = net.elevation[net.downstream] < foot.foot
    cell = net.inside(county) & (net.elevation >= foot.foot) & below
    cell &= net.area_above(foot.source) >= foot.source_km2
    found = [_from_foot(net, int(c), foot) for c in np.flatnonzero(cell)]
    row = _lowest_crossings([stream for stream in found if stream is not None])
    return sorted(row, key=lambda stream: stream.position)


def _from_foot(net: StreamNet, cell: int, foot: Foot) -> Stream | None:
    """Return the stream through a cell, or None if it comes from another side."""
    above, below = net.main_stem(cell), net.trace(cell)[1:]
    if FLOWS[foot.flows] * (net.lat[cell] - net.lat[above[0]]) <= 0:
        return None
    end = next((n for n, c in enumerate(below) if net.elevation[c] < foot.stop), None)
    cells = (*above, *below[:end])
    size = float(net.basin_km2[cell])
    return Stream(float(net.lon[cell]), size, "", cells, net.line(cells))


def _lowest_crossings(streams: list[Stream]) -> list[Stream]:
    """Leave out a crossing above another one of the same water: contours wind."""
    kept: list[Stream] = []
    for stream in sorted(streams, key=lambda s: -s.basin_km2):
        if not any(stream.cells[0] == other.cells[0] for other in kept):
            kept.append(stream)
    return kept


def confluences(
    net: StreamNet, trunk: Sequence[int], county: shapely.Geometry, least_km: float
) -> list[Stream]:
    """Return the tributaries of a river that run in the county, from its head down.

    They may meet it outside: county lines often run along rivers.
    """
    course = set(trunk)
    found = []
    for step, cell in enumerate(trunk):
        into = {int(c) for c in np.flatnonzero(net.downstream == cell)}
        for other in sorted(into - course):
            cells = (*net.main_stem(other), cell)
            line = net.line(cells)
            if geodesic_km(line.intersection(county)) < least_km:
                continue
            side = _side(net, trunk, step, cells)
            size = float(net.basin_km2[other])
            found.append(Stream(float(step), size, side, cells, line))
    return found


def _side(net: StreamNet, trunk: Sequence[int], step: int, cells: Sequence[int]) -> str:
    """Return the bank on which a tributary comes in, looking downstream."""
    before, after = (
        trunk[max(step - _LOOK, 0)],
        trunk[min(step + _LOOK, len(trunk) - 1)],
    )
    away, joint = cells[max(len(cells) - 1 - _LOOK, 0)], cells[-1]
    ahead = _vector(net, before, after)
    aside = _vector(net, joint, away)
    return "left" if ahead[0] * aside[1] - ahead[1] * aside[0] > 0 else "right"


def _vector(net: StreamNet, start: int, end: int) -> NDArray[np.float64]:
    return np.array([net.lon[end] - net.lon[start], net.lat[end] - net.lat[start]])


def choose(streams: Sequence[Stream], members: Sequence[Member]) -> list[Chosen]:
    """
    Give each name of a row a stream: by its seat, else the largest in its gap.

    Parameters
    ----------
    streams : sequence of Stream
        The streams of the row.
    members : sequence of Member
        The names in the order in which the streams follow each other.

    Returns
    -------
    list of Chosen
        One per name, in the same order.

    Raises
    ------
    PlanDataError
        If no stream passes a seat, if the seats contradict the order, or if there are
        fewer streams than names between two of them.
    """
    row = sorted(streams, key=lambda stream: stream.position)
    fixed = {n: _by_seat(row, m) for n, m in enumerate(members) if m.seat is not None}
    _check_order(fixed, members)
    out: list[Chosen] = []
    stops = [*sorted(fixed), len(members)]
    for stop in stops:
        names = members[len(out) : stop]
        low = out[-1].stream.position if out else -np.inf
        high = fixed[stop].stream.position if stop in fixed else np.inf
        out += _largest([s for s in row if low < s.position < high], names)
        out += [fixed[stop]] if stop in fixed else []
    return out


def _by_seat(streams: Sequence[Stream], member: Member) -> Chosen:
    """Return the largest stream that passes a seat."""
    km = [_distance_km(stream.line, member.seat) for stream in streams]
    near = [(s, d) for s, d in zip(streams, km, strict=True) if d <= member.within_km]
    if not near:
        closest = f"the nearest is {min(km):.1f} km away" if km else "there is none"
        msg = (
            f"plan.toml, pattern {member.name!r}: no stream passes its seat within "
            f"{member.within_km:g} km, {closest}; name another seat or widen within_km."
        )
        raise PlanDataError(msg)
    near.sort(key=lambda pair: -pair[0].basin_km2)
    rival = near[1][0].basin_km2 if len(near) > 1 else 0.0
    return Chosen(near[0][0], near[0][1], near[0][0].basin_km2 >= CLEARLY * rival)


def _distance_km(line: shapely.LineString, point: shapely.Point) -> float:
    """Return how far a point is from a line; degrees are made square before."""
    flat = [_squared(shape, point.y) for shape in (line, point)]
    return float(shapely.distance(*flat)) * KM_PER_DEGREE


def _squared(shape: shapely.Geometry, latitude: float) -> shapely.Geometry:
    """Return a shape in degrees with longitudes as long as latitudes."""
    return affinity.scale(
        shape, xfact=np.cos(np.radians(latitude)), yfact=1.0, origin=(0.0, 0.0)
    )


def _check_order(fixed: dict[int, Chosen], members: Sequence[Member]) -> None:
    order = sorted(fixed)
    for first, second in pairwise(order):
        if fixed[first].stream.position >= fixed[second].stream.position:
            msg = (
                f"plan.toml, pattern {members[second].name!r}: by its seat it comes "
                f"before {members[first].name!r}, but the recipe names it after; "
                "correct a seat or the order."
            )
            raise PlanDataError(msg)


def _largest(streams: Sequence[Stream], names: Sequence[Member]) -> list[Chosen]:
    """Return the largest streams of a gap in their order, one for each name."""
    if len(streams) < len(names):
        msg = (
            f"plan.toml, pattern {names[0].name!r}: {len(names)} streams are needed "
            f"here, but the terrain has {len(streams)}; lower foot, source_km2 or "
            "least_km, or take a finer elevation grid."
        )
        raise PlanDataError(msg)
    ranked = sorted(streams, key=lambda stream: -stream.basin_km2)
    taken, rest = ranked[: len(names)], ranked[len(names) :]
    rival = rest[0].basin_km2 if rest else 0.0
    taken.sort(key=lambda stream: stream.position)
    return [Chosen(s, None, s.basin_km2 >= CLEARLY * rival) for s in taken]


def apart(streams: Sequence[Stream]) -> list[tuple[int, ...]]:
    """Return the cells of streams, a smaller one ending where it meets a larger."""
    used: set[int] = set()
    out: dict[int, tuple[int, ...]] = {}
    order = sorted(range(len(streams)), key=lambda n: -streams[n].basin_km2)
    for number in order:
        cells = streams[number].cells
        end = next((n for n, c in enumerate(cells) if c in used), len(cells) - 1)
        out[number] = cells[: end + 1]
        used.update(cells)
    return [out[number] for number in range(len(streams))]


def divided(
    net: StreamNet, county: shapely.Geometry
) -> dict[str, tuple[list[int], float]]:
    """Return the main stream of the land that drains north of a county, and south.

    Each comes with the area in km2 of the county's cells on its side of the divide.
    """
    _, south, _, north = county.bounds
    inside, end = net.inside(county), net.lat[net.outlet()]
    out = {}
    for side, where in (("north", end > north), ("south", end < south)):
        cells = np.flatnonzero(inside & where)
        if cells.size == 0:
            continue
        lowest = int(cells[np.argmax(net.basin_km2[cells])])
        out[side] = (net.main_stem(lowest), float(net.cell_km2[cells].sum()))
    return out


def score_word(score: float) -> str:
    """
    Return the confidence of a row by the number of rules that agree on it.

    Examples
    --------
    >>> score_word(3), score_word(2.5), score_word(1.5)
    ('good', 'fair', 'poor')
    """
    return "good" if score >= 3 else "fair" if score >= 2 else "poor"
