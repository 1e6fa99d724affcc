"""Why a computed value misses the published one, in one line of either language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd
import shapely

from ecozoning.plan.bilingual import Bilingual
from ecozoning.plan.fidelity import phrases
from ecozoning.plan.fidelity.figures import BOUNDS, REDLINE, RELIEF, SPANS
from ecozoning.plan.fidelity.ground import span_km
from ecozoning.plan.fidelity.positions import direction_miss, told
from ecozoning.plan.fidelity.rows import RULERS, Row
from ecozoning.plan.fidelity.seats import seats_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecozoning.plan.fidelity.ground import Ground

__all__ = ["cause"]

NOTHING: Final = Bilingual("", "")
KM_PER_DEGREE: Final = 111.0
OUTWARD: Final = dict(zip(BOUNDS, (-1, -1, 1, 1), strict=True))
SIDES: Final = dict(zip(BOUNDS, phrases.SIDES, strict=True))


@dataclass(frozen=True)
class _Case:
    """A miss, with everything that may explain it."""

    row: Row
    rows: Sequence[Row]
    ground: Ground

    @property
    def of_county(self) -> bool:
        """Whether the figure speaks of the county itself."""
        return self.row.subject == self.ground.plan.name

    def has_within(self, check: str, subject: str) -> bool:
        """Tell whether a row of this kind and subject is within."""
        return any(
            r.within and (r.check, r.subject) == (check, subject) for r in self.rows
        )


def cause(row: Row, rows: Sequence[Row], ground: Ground) -> Bilingual:
    """
    Return the cause of a miss; the plan's own contradictions come first.

    Parameters
    ----------
    row : Row
        A row that is not within its tolerance.
    rows : sequence of Row
        All rows of the plan.
    ground : Ground
        The plan's layers and heights.

    Returns
    -------
    Bilingual
        One line in each language, with the same numbers. Empty if the row is within.
    """
    if row.within:
        return NOTHING
    case = _Case(row, rows, ground)
    return _contradiction(case) or _beyond_whole(case) or _of_model(case)


def _contradiction(case: _Case) -> Bilingual | None:
    """Tell that the plan prints another value for the same, and that one fits."""
    row = case.row
    for other in case.rows:
        same = (other.subject, other.quantity) == (row.subject, row.quantity)
        if same and other.within and other.check == row.check:
            return _printed(phrases.ALSO_PRINTED, other)
    return None


def _beyond_whole(case: _Case) -> Bilingual | None:
    """Tell that a zone is printed beyond the county, or a part above its whole."""
    row = case.row
    for other in case.rows:
        if other is row or other.quantity != row.quantity:
            continue
        if other.subject == case.ground.plan.name and _reaches_out(row, other):
            return _printed(phrases.BEYOND_COUNTY, other)
        part = row.quantity == "area" and row.subject.endswith(other.subject)
        if part and row.published_value > other.published_value * 1.001:
            return _printed(phrases.ABOVE_WHOLE, other)
    return None


def _printed(phrase: Bilingual, other: Row) -> Bilingual:
    return phrase.filled(published=other.published, figure=other.figure_id)


def _reaches_out(row: Row, county: Row) -> bool:
    """Tell whether a printed bound lies outside the county's by over a minute."""
    signs = OUTWARD | {RELIEF[0]: -1, RELIEF[2]: 1}
    if row.quantity not in signs:
        return False
    slack = 1 / 60 if row.check == "extent" else 1.0
    return signs[row.quantity] * (row.published_value - county.published_value) > slack


def _of_model(case: _Case) -> Bilingual:
    match case.row.check:
        case "extent":
            return _extent(case)
        case "elevation":
            return _elevation(case)
        case "length":
            return _length(case)
        case "seat":
            return _seat(case)
        case "position":
            return _position(case)
        case "redline":
            return _redline(case)
    return _area(case)


def _extent(case: _Case) -> Bilingual:
    """Tell on which side of the printed bound a geometry ends, and on what it rests."""
    row = case.row
    outward = row.deviation * OUTWARD[row.quantity] > 0
    if case.of_county:
        fits = case.has_within("area", row.subject)
        border = phrases.GENERALISED_BUT_FITS if fits else phrases.GENERALISED
    elif not outward and _touches(case):
        border = phrases.GENERALISED_THERE
    else:
        border = _border(case)
    return phrases.ENDS.filled(
        border=border,
        side=SIDES[row.quantity],
        minutes=abs(row.deviation),
        way=phrases.OUTSIDE if outward else phrases.INSIDE,
    )


def _touches(case: _Case) -> bool:
    """Tell whether the zone ends where the open county line does."""
    county = float(case.ground.county.bounds[BOUNDS.index(case.row.quantity)])
    return abs(county - case.row.computed_value) * 60 < RULERS["extent"].allow(0) / 2


def _border(case: _Case) -> Bilingual:
    """Say what the zone's border rests on."""
    zones = case.ground.zone_rows.drop_duplicates("name").set_index("name")
    if case.row.subject not in zones.index:
        return phrases.BORDER.filled(kind=phrases.MODELLED)
    zone = zones.loc[case.row.subject]
    if zone.get("geometry_kind") == "official":
        return phrases.BORDER.filled(kind=phrases.OFFICIAL)
    known = pd.notna(zone["published_area_km2"])
    return phrases.BORDER_OF_AREA if known else phrases.BORDER_WITHOUT_AREA


def _elevation(case: _Case) -> Bilingual:
    """Tell whether the cells, the border or the plan's zone is behind a miss."""
    row = case.row
    way = phrases.HIGHER if row.deviation > 0 else phrases.LOWER
    if row.quantity == "elevation_mean":
        return phrases.OTHER_GROUND.filled(border=_border(case), way=way)
    top = row.quantity == "elevation_max"
    short = row.deviation * (1 if top else -1) < 0
    if short:
        return _unreached(case, top=top)
    if case.of_county:
        return phrases.COUNTY_GROUND.filled(way=way)
    return phrases.TOO_MUCH_GROUND.filled(border=_border(case), way=way)


def _unreached(case: _Case, *, top: bool) -> Bilingual:
    """Tell why no cell is as high or as low as printed: none near, or the border."""
    row, ground = case.row, case.ground
    near = _nearby_extreme(ground, ground.places[row.subject], top=top)
    if abs(near - row.published_value) > row.tolerance:
        levelled = phrases.SUMMITS if top else phrases.VALLEYS
        return levelled.filled(cells=_cells(case), near=near)
    extreme = phrases.HIGHEST if top else phrases.LOWEST
    return phrases.JUST_BEYOND.filled(border=_border(case), extreme=extreme, near=near)


def _nearby_extreme(ground: Ground, shape: shapely.Geometry, *, top: bool) -> float:
    """Return the extreme of a place with the county's cells up to three cells off."""
    heights = ground.heights
    if heights is None:  # no height was compared, then
        return float("nan")
    reach = shapely.buffer(shape, 3 * heights.cell_km / KM_PER_DEGREE)
    near = shapely.intersection(reach, ground.county)
    return heights.of_area(near)[2 if top else 0]


def _cells(case: _Case) -> Bilingual:
    heights = case.ground.heights
    if heights is None:
        return phrases.CELLS
    return phrases.CELLS_OF.filled(km=heights.cell_km)


def _length(case: _Case) -> Bilingual:
    """Tell whether a line is too straight or too long, or a span made up."""
    if case.of_county:
        return _span(case)
    if case.row.deviation < 0:
        return phrases.BENDS.filled(cells=_cells(case))
    return phrases.RUNS_ON


def _span(case: _Case) -> Bilingual:
    """Tell whether the printed span agrees with the printed bounds."""
    row = case.row
    printed = {
        other.quantity: other.published_value
        for other in case.rows
        if other.subject == row.subject and other.quantity in BOUNDS
    }
    if len(printed) == len(BOUNDS):
        west, south, east, north = (printed[side] for side in BOUNDS)
        span = span_km((west, south, east, north))[SPANS.index(row.quantity)]
        if abs(span / row.published_value - 1) * 100 > row.tolerance:
            return phrases.OTHER_SPAN.filled(km=span)
    return phrases.SHORT_SPAN


def _seat(case: _Case) -> Bilingual:
    """Tell how far the seat is from its zone, and whether the seat is sure."""
    units = case.ground.plan.townships.drop_duplicates("name").set_index("name")
    unit = units.loc[case.row.subject]
    border = phrases.BORDER.filled(kind=_kind(case))
    off = phrases.OFF_SEAT.filled(border=border, km=case.row.deviation)
    weak = str(unit.get("confidence", "")) not in ("", "good", "high")
    return phrases.WEAK_SEAT.filled(otherwise=off) if weak else off


def _kind(case: _Case) -> Bilingual:
    """Say whether the zones are the user's own or modelled."""
    kinds = set(case.ground.zone_rows.get("geometry_kind", ()))
    return phrases.OFFICIAL if kinds == {"official"} else phrases.MODELLED


def _position(case: _Case) -> Bilingual:
    """Tell where a thing lies, and whether the plan's own seats are there too."""
    row, ground = case.row, case.ground
    things = {f"position:{thing.key}": thing for thing in told(ground)}
    thing = things[row.figure_id]
    of_county = thing.origin is ground.county
    origin = phrases.COUNTY_CENTRE if of_county else phrases.THERE
    own = row.computed_value
    seats = seats_in(ground, row.subject, thing.shape)
    if seats is not None:
        where, off = direction_miss(thing, seats)
        if off > row.tolerance:
            loose = phrases.LOOSE_WORD[row.unit]
            return loose.filled(seats=where, own=own, origin=origin)
    kind = _kind(case) if row.subject in ground.zones else phrases.MODELLED
    return phrases.LIES[row.unit].filled(kind=kind, own=own, origin=origin)


def _redline(case: _Case) -> Bilingual:
    row = case.row
    if row.subject != REDLINE:
        return phrases.REDLINE_BY_TERRAIN
    return phrases.REDLINE_GROWN.filled(value=row.computed_value, unit=row.unit)


def _area(case: _Case) -> Bilingual:
    row, ground = case.row, case.ground
    if case.of_county:
        return phrases.COUNTY_HOLDS.filled(km2=row.computed_value)
    if row.subject in ground.zones:
        county = ground.county_km2
        return phrases.INSIDE_COUNTY.filled(border=_border(case), km2=county)
    return phrases.PROTECTED_BY_WORDS
