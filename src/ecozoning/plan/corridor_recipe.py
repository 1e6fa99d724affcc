"""The rules by which a plan's recipe places rivers and corridors on the terrain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np
import shapely

from ecozoning.errors import PlanDataError
from ecozoning.plan.corridor_rules import (
    FLOWS,
    Foot,
    Member,
    apart,
    choose,
    confluences,
    crossings,
    divided,
    score_word,
)
from ecozoning.plan.layers import published
from ecozoning.plan.stream_net import StreamNet, geodesic_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from ecozoning.plan.corridor_rules import Chosen, Stream
    from ecozoning.plan.model import Plan

__all__ = ["RULES", "Ground", "Placed", "Rule"]

_MEETS: Final = 0.25
"""A published length or area is met within this part of it."""
_GRID: Final = "drainage of the 30 arc-second elevation grid"

Entry: TypeAlias = Mapping[str, Any]


class Placed(NamedTuple):
    """A line with what it rests on, or the reason why there is none."""

    shape: shapely.Geometry | None
    kind: str
    evidence: str
    confidence: str


@dataclass(frozen=True)
class Ground:
    """The county, its open river lines and the streams of its terrain."""

    plan: Plan
    county: shapely.Geometry
    river: shapely.Geometry
    net: StreamNet


Rule: TypeAlias = Callable[[Ground, Mapping[str, Entry]], dict[str, Placed]]
"""What places all rows that share a recipe."""


def _open_lines(ground: Ground, entries: Mapping[str, Entry]) -> dict[str, Placed]:
    """Take the open river line of the county."""
    out = {}
    for name, entry in entries.items():
        if ground.river.is_empty:
            msg = f"plan.toml, pattern {name!r}: the county has no open river line."
            raise PlanDataError(msg)
        words = ["open river line of GSHHG/WDBII in the county, the only one there"]
        bonus = _figure(ground, entry, geodesic_km(ground.river), words)
        out[name] = _finish(ground, ground.river, "open-data", words, 2 + bonus, entry)
    return out


def _crossing(ground: Ground, entries: Mapping[str, Entry]) -> dict[str, Placed]:
    """Match names to the streams that leave the mountains, west to east."""
    first = next(iter(entries.values()))
    keys = ("foot", "stop", "source", "source_km2")
    if first["flows"] not in FLOWS:
        raise KeyError(first["flows"])
    foot = Foot(str(first["flows"]), *(float(first[key]) for key in keys))
    words = (
        f"crosses {foot.foot:g} m {foot.flows}wards out of the mountains, with "
        f"{foot.source_km2:g} km2 of basin above {foot.source:g} m; drawn down to "
        f"{foot.stop:g} m, below which the grid shows no bed"
    )
    streams = crossings(ground.net, ground.county, foot)
    return _matched(ground, entries, streams, words, "from west to east")


def _tributary(ground: Ground, entries: Mapping[str, Entry]) -> dict[str, Placed]:
    """Match names to the tributaries of the county's open river, downstream."""
    first = next(iter(entries.values()))
    found = confluences(
        ground.net, _trunk(ground), ground.county, float(first["least_km"])
    )
    side = first.get("side")
    streams = [s for s in found if side in (None, s.side)]
    words = f"tributary of {first['of']} with {first['least_km']:g} km in the county"
    words += f", on its {side} bank" if side else ""
    return _matched(ground, entries, streams, words, "downstream")


def _trunk(ground: Ground) -> list[int]:
    """Return the cells of the open river: the longest way down from an end of it."""
    parts = shapely.get_parts(ground.river)
    ends = [shapely.get_point(part, n) for part in parts for n in (0, -1)]
    ways = [ground.net.trace(ground.net.nearest(end)) for end in ends]
    return max(ways, key=len)


def _matched(
    ground: Ground,
    entries: Mapping[str, Entry],
    streams: Sequence[Stream],
    rule: str,
    direction: str,
) -> dict[str, Placed]:
    members = [_member(ground, name, entry) for name, entry in entries.items()]
    chosen = choose(streams, members)
    cells = apart([c.stream for c in chosen])
    out = {}
    for n, (name, entry) in enumerate(entries.items()):
        words = [_GRID, rule]
        score = _agreement(entry, chosen[n], words)
        if len(members) > 1:
            basis = str(entry.get("order", "stated"))
            words.append(f"{n + 1} of {len(members)} {direction} (order {basis})")
            score += _weight(basis)
        line = shapely.intersection(ground.net.line(cells[n]), ground.county)
        score += _figure(ground, entry, geodesic_km(line), words)
        out[name] = _finish(ground, line, "modelled", words, score, entry)
    return out


def _member(ground: Ground, name: str, entry: Entry) -> Member:
    if "seat" not in entry:
        return Member(name)
    seats = ground.plan.townships.set_index("name").geometry
    within = float(entry.get("within_km", 5.0))
    return Member(name, _seat(seats, entry["seat"]), within)


def _seat(seats: gpd.GeoSeries, name: str) -> shapely.Point:
    if seats[name] is None:
        raise KeyError(name)
    return seats[name]


def _agreement(entry: Entry, chosen: Chosen, words: list[str]) -> float:
    """Say how size, bank and seat speak for a stream, and count what agrees."""
    score = 1.0 if chosen.clear else 0.0
    rank = "clearly the largest" if chosen.clear else "hardly larger than the next"
    words.append(f"basin {chosen.stream.basin_km2:.0f} km2, {rank} for its place")
    if entry.get("side"):
        score += 1.0
    if chosen.seat_km is not None:
        basis = str(entry.get("basis", "stated"))
        words.append(f"{chosen.seat_km:.1f} km from {entry['seat']} ({basis})")
        score += _weight(basis)
    return score


def _weight(basis: str) -> float:
    return 1.0 if basis == "stated" else 0.5


def _divide(ground: Ground, entries: Mapping[str, Entry]) -> dict[str, Placed]:
    """Take the main streams on both sides of the divide that crosses the county."""
    out = {}
    for name, entry in entries.items():
        sides = divided(ground.net, ground.county)
        words, score, lines = [_GRID], 0.0, []
        for side, figure in (("north", "north_figure"), ("south", "south_figure")):
            cells, area = sides[side]
            lines.append(ground.net.line(cells))
            words.append(f"main stream of the {area:.0f} km2 that drain {side}wards")
            part = {"figure": entry[figure]}
            score += 1 + _figure(ground, part, area, words, unit="km2")
        line = shapely.intersection(shapely.union_all(lines), ground.county)
        out[name] = _finish(ground, line, "modelled", words, score, entry)
    return out


def _between(ground: Ground, entries: Mapping[str, Entry]) -> dict[str, Placed]:
    """Join two seats by a straight line: all that two names alone can tell."""
    out = {}
    seats = ground.plan.townships.set_index("name").geometry
    for name, entry in entries.items():
        first, last = (_seat(seats, town) for town in entry["seats"])
        line = shapely.LineString([first, last])
        words = [f"straight line from {' to '.join(entry['seats'])}"]
        line = shapely.intersection(line, ground.county)
        out[name] = _finish(ground, line, "modelled", words, 0.0, entry)
    return out


def _figure(
    ground: Ground, entry: Entry, found: float, words: list[str], unit: str = "km"
) -> float:
    """Hold a length or area against a published one: 1 if met, -1 if not."""
    if "figure" not in entry:
        return 0.0
    value = published(ground.plan.figures, str(entry["figure"]), unit)
    if value != value:
        raise KeyError(entry["figure"])
    off = found / value - 1
    words.append(f"{found:.1f} {unit} against {value:g} published ({off:+.0%})")
    return 1.0 if abs(off) <= _MEETS else -1.0


def _finish(
    ground: Ground,
    line: shapely.Geometry,
    kind: str,
    words: Sequence[str],
    score: float,
    entry: Entry,
) -> Placed:
    """Return a line cut to the county, in five decimals, with its evidence."""
    parts = shapely.get_parts(line)
    lines = parts[shapely.get_dimensions(parts) == 1]
    if len(lines) == 0:
        return Placed(None, "none", "the stream of this rule misses the county", "")
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    shape = shapely.transform(merged, lambda xy: np.round(xy, 5))
    text = "; ".join([*words, *([str(entry["note"])] if "note" in entry else [])])
    return Placed(shape, kind, text, score_word(score))


RULES: Final[Mapping[str, Rule]] = {
    "open-line": _open_lines,
    "crossing": _crossing,
    "tributary": _tributary,
    "divide": _divide,
    "between": _between,
}
