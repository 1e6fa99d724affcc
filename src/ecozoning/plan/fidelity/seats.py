"""Seats in the zones that list their units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely

from ecozoning.plan.fidelity.ground import GEOD, Ground
from ecozoning.plan.fidelity.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["claims", "county_seat", "seats", "seats_in"]

GENERALISED_KM: Final = 0.5
"""By how much the packaged boundaries, which are generalised, may be off."""
SEAT_PARTS: Final = ("", "except", "named")
"""Parts of a unit that hold its seat; a list of villages or a direction need not."""


def seats(ground: Ground) -> Iterator[Row]:
    """Hold each known seat against the zones that the plan puts it in."""
    for unit, names in claims(ground).items():
        yield _seat_row(ground, unit, _points(ground)[unit], names)


def claims(ground: Ground) -> dict[str, list[str]]:
    """Return the zones that may hold each known seat, by the unit's official name.

    A zone that lists the whole unit, or all but some villages, holds the seat; that of
    the county lies in the zone around the 县城. Of a unit that is only listed in parts,
    by two zones or more, any of them may hold it; one part alone says nothing.
    """
    whole, parts = _listed(ground, whole=True), _listed(ground, whole=False)
    capital = _around_the_seat(ground)
    seat_of_county = _county_seats(ground)
    found: dict[str, list[str]] = {}
    for unit in _points(ground):
        names = whole.get(unit, capital if unit in seat_of_county else [])
        if not names and len(parts.get(unit, ())) > 1:
            names = parts[unit]
        if names:
            found[unit] = names
    return found


def _points(ground: Ground) -> dict[str, shapely.Point]:
    """Return the known seats by the official name of their unit."""
    known = ground.plan.townships
    known = known[known.geometry.notna()]
    return dict(zip(known["name"].astype(str), known.geometry, strict=True))


def _county_seats(ground: Ground) -> set[str]:
    units = ground.plan.townships
    if "county_seat" not in units:
        return set()
    return set(units["name"][units["county_seat"].fillna(value=False).astype(bool)])


def _listed(ground: Ground, *, whole: bool) -> dict[str, list[str]]:
    """Return the zones that list each unit, as a whole or at all."""
    official = _official_names(ground)
    listed: dict[str, list[str]] = {}
    for zone in ground.plan.document.get("zones", ()):
        for unit in zone.get("units", ()):
            name = official.get(str(unit["name"]), str(unit["name"]))
            told = not whole or unit.get("part", "") in SEAT_PARTS
            if zone["name"] in ground.zones and told:
                listed.setdefault(name, []).append(str(zone["name"]))
    return listed


def _official_names(ground: Ground) -> dict[str, str]:
    """Return the official name behind each variant that the plan prints."""
    official = set(ground.plan.townships["name"].astype(str))
    return {
        str(variant): str(name)
        for entry in ground.plan.document.get("name_variants", ())
        for name in entry["names"]
        if name in official
        for variant in entry["names"]
        if variant not in official
    }


def _around_the_seat(ground: Ground) -> list[str]:
    """Return the zones that are said to lie around the county seat."""
    return [
        str(zone["name"])
        for zone in ground.plan.document.get("zones", ())
        if zone["name"] in ground.zones
        and any("县城" in words for words in zone.get("range_words", ()))
    ]


def _seat_row(
    ground: Ground, unit: str, point: shapely.Point, names: Sequence[str]
) -> Row:
    """Return the row of a seat; it deviates by its distance to a zone that lists it.

    A seat that lies outside the county only because its boundary is generalised is
    held against the zone it is nearest to; one in a gap between zones is not.
    """
    distance = min(_distance_km(ground.zones[name], point) for name in names)
    if 0 < _distance_km(ground.county, point) <= GENERALISED_KM:
        distance -= min(_distance_km(zone, point) for zone in ground.zones.values())
    return Row(
        figure_id=f"seat:{unit}",
        subject=unit,
        quantity="seat",
        published="; ".join(names),
        published_value=float("nan"),
        computed_value=float("nan"),
        unit="",
        deviation=distance,
        deviation_unit="km",
        tolerance=0.0,
        within=distance == 0.0,
        check="seat",
        section=_section(ground, names[0]),
    )


def _distance_km(zone: shapely.Geometry, point: shapely.Point) -> float:
    """Return the geodesic distance to a zone, 0 inside it and on its edge."""
    if shapely.intersects(zone, point):
        return 0.0
    line = shapely.shortest_line(zone, point)
    return float(GEOD.geometry_length(line)) / 1e3


def _section(ground: Ground, zone: str) -> str:
    zones = {str(z["name"]): z for z in ground.plan.document.get("zones", ())}
    return str(zones[zone].get("section", ""))


def seats_in(
    ground: Ground, name: str, shape: shapely.Geometry
) -> shapely.Geometry | None:
    """Return the seats that a zone's list claims, else those inside a shape, if any."""
    points = _points(ground)
    chosen = [points[u] for u, names in claims(ground).items() if name in names]
    chosen = chosen or [p for p in points.values() if shapely.intersects(shape, p)]
    return shapely.MultiPoint(chosen) if chosen else None


def county_seat(ground: Ground) -> shapely.Geometry | None:
    """Return the seat of the county, if it is known."""
    points, units = _points(ground), _county_seats(ground)
    return next((points[unit] for unit in points if unit in units), None)
