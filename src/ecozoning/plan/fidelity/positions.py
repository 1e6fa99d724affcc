"""Words of direction, held against where the centroid of a thing lies."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd
import shapely

from ecozoning.plan.fidelity.ground import GEOD, Ground
from ecozoning.plan.fidelity.rows import ROUNDING, Row
from ecozoning.plan.fidelity.seats import county_seat

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

__all__ = ["Told", "direction_miss", "positions", "told"]

AZIMUTHS: Final = {
    "north": 0.0,
    "northeast": 45.0,
    "east": 90.0,
    "southeast": 135.0,
    "south": 180.0,
    "southwest": 225.0,
    "west": 270.0,
    "northwest": 315.0,
}
QUARTER: Final = 45.0
"""Degrees to either side that a word of direction means: a quarter of the compass."""

DIRECTIONS: Final = {
    "东北": "northeast",
    "东南": "southeast",
    "西北": "northwest",
    "西南": "southwest",
    "东": "east",
    "南": "south",
    "西": "west",
    "北": "north",
    "中": "centre",
}
_WORD: Final = "|".join(DIRECTIONS)
IN_COUNTY: Final = re.compile(rf"(?:县域|全县|县)?({_WORD})(?:部|角|端)(?![与和、至])")
BESIDE: Final = re.compile(rf"(\w{{2,}}?)({_WORD})(?:侧|部)")
COUNTY_TOWN: Final = "县城"


@dataclass(frozen=True)
class Told:
    """A thing that the plan says lies in some direction of the county, or of another.

    `origin` is what the direction is counted from.
    """

    key: str
    name: str
    words: str
    bearing: str
    shape: shapely.Geometry
    origin: shapely.Geometry
    section: str


def positions(ground: Ground) -> Iterator[Row]:
    """Hold words of direction against where the centroid of a thing lies."""
    for thing in told(ground):
        yield _row(ground, thing)


def told(ground: Ground) -> list[Told]:
    """Return everything placed of which the plan tells a direction, once each."""
    plan = ground.plan
    layers = ((plan.pattern, "position"), (plan.protected_areas, "location"))
    found = list(_zones(ground))
    for layer, column in layers:
        placed = pd.DataFrame(layer[layer.geometry.notna()])
        for row in placed.to_dict("records"):
            thing = _thing(ground, row, column)
            if thing is not None and thing.name not in ground.zones:
                found.append(thing)
    return found


def _zones(ground: Ground) -> Iterator[Told]:
    for row in ground.zone_rows.to_dict("records"):
        bearing = str(row.get("bearing", ""))
        if bearing == "centre" or bearing in AZIMUTHS:
            name, key = str(row["name"]), str(row["zone_id"])
            section, shape = str(row.get("section", "")), row["geometry"]
            yield Told(key, name, bearing, bearing, shape, ground.county, section)


def _thing(ground: Ground, row: Mapping[Hashable, object], column: str) -> Told | None:
    """Return a row whose words begin with a direction."""
    words, name = str(row.get(column, "")), str(row["name"])
    section, shape = str(row.get("section", "")), row["geometry"]
    inside, beside = IN_COUNTY.match(words), BESIDE.match(words)
    if inside:
        bearing = DIRECTIONS[inside[1]]
        return Told(name, name, inside[0], bearing, shape, ground.county, section)
    origin = _origin(ground, beside[1]) if beside else None
    if beside is None or origin is None or DIRECTIONS[beside[2]] == "centre":
        return None
    return Told(name, name, beside[0], DIRECTIONS[beside[2]], shape, origin, section)


def _origin(ground: Ground, name: str) -> shapely.Geometry | None:
    """Return the county town, or the placed element of the pattern of a name."""
    if name == COUNTY_TOWN:
        return county_seat(ground)
    pattern = ground.plan.pattern
    placed = pattern[pattern.geometry.notna()]
    hits = placed[placed["name"].astype(str).str.startswith(name)]
    return hits.geometry.iloc[0] if len(hits) else None


def _row(ground: Ground, thing: Told) -> Row:
    """Return the row of a word; degrees off the direction, km off the centre."""
    centre = thing.bearing == "centre"
    computed, off = direction_miss(thing, thing.shape)
    tolerance = _centre_km(ground) if centre else QUARTER
    unit = "km" if centre else "degrees"
    return Row(
        figure_id=f"position:{thing.key}",
        subject=thing.name,
        quantity="position",
        published=thing.words,
        published_value=0.0 if centre else AZIMUTHS[thing.bearing],
        computed_value=computed,
        unit=unit,
        deviation=off,
        deviation_unit=unit,
        tolerance=tolerance,
        within=off <= tolerance + ROUNDING,
        check="position",
        section=thing.section,
    )


def direction_miss(thing: Told, shape: shapely.Geometry) -> tuple[float, float]:
    """Return where a shape's centroid lies, and by how much that misses a word.

    For ``centre`` both are the distance in km from the origin's centroid; else the
    azimuth from there, and the degrees between it and the direction.
    """
    here, there = shapely.centroid(thing.origin), shapely.centroid(shape)
    azimuth, _, metres = GEOD.inv(here.x, here.y, there.x, there.y)
    if thing.bearing == "centre":
        return float(metres) / 1e3, float(metres) / 1e3
    off = abs((float(azimuth) - AZIMUTHS[thing.bearing] + 180) % 360 - 180)
    return float(azimuth) % 360, off


def _centre_km(ground: Ground) -> float:
    """Return half the radius of a circle of the county's area: a quarter of it."""
    return math.sqrt(ground.county_km2 / math.pi) / 2
