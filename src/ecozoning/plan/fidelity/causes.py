"""Why a computed value misses the published one, in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd
import shapely

from ecozoning.plan.fidelity.figures import BOUNDS, REDLINE, RELIEF, SPANS
from ecozoning.plan.fidelity.ground import span_km
from ecozoning.plan.fidelity.positions import direction_miss, told
from ecozoning.plan.fidelity.rows import RULERS, Row
from ecozoning.plan.fidelity.seats import seats_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecozoning.plan.fidelity.ground import Ground

__all__ = ["cause"]

SIDES: Final = dict(
    zip(BOUNDS, ("western", "southern", "eastern", "northern"), strict=True)
)
KM_PER_DEGREE: Final = 111.0
OUTWARD: Final = dict(zip(BOUNDS, (-1, -1, 1, 1), strict=True))


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


def cause(row: Row, rows: Sequence[Row], ground: Ground) -> str:
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
    str
        One line. Empty if the row is within.
    """
    if row.within:
        return ""
    case = _Case(row, rows, ground)
    return _contradiction(case) or _beyond_whole(case) or _of_model(case)


def _contradiction(case: _Case) -> str:
    """Tell that the plan prints another value for the same, and that one fits."""
    row = case.row
    for other in case.rows:
        same = (other.subject, other.quantity) == (row.subject, row.quantity)
        if same and other.within and other.check == row.check:
            return (
                f"contradictory plan: it also prints {other.published} "
                f"({other.figure_id}), which fits"
            )
    return ""


def _beyond_whole(case: _Case) -> str:
    """Tell that a zone is printed beyond the county, or a part above its whole."""
    row = case.row
    for other in case.rows:
        if other is row or other.quantity != row.quantity:
            continue
        if other.subject == case.ground.plan.name and _reaches_out(row, other):
            return (
                f"contradictory plan: beyond the county's own {other.published} "
                f"({other.figure_id})"
            )
        part = row.quantity == "area" and row.subject.endswith(other.subject)
        if part and row.published_value > other.published_value * 1.001:
            return (
                f"contradictory plan: this part is larger than the whole, "
                f"{other.published} ({other.figure_id})"
            )
    return ""


def _reaches_out(row: Row, county: Row) -> bool:
    """Tell whether a printed bound lies outside the county's by over a minute."""
    signs = OUTWARD | {RELIEF[0]: -1, RELIEF[2]: 1}
    if row.quantity not in signs:
        return False
    slack = 1 / 60 if row.check == "extent" else 1.0
    return signs[row.quantity] * (row.published_value - county.published_value) > slack


def _of_model(case: _Case) -> str:
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


def _extent(case: _Case) -> str:
    """Tell on which side of the printed bound a geometry ends, and on what it rests."""
    row, side = case.row, SIDES[case.row.quantity]
    outward = row.deviation * OUTWARD[row.quantity] > 0
    where = f"{abs(row.deviation):.1f}′ {'outside' if outward else 'inside'}"
    told = f"its {side} end lies {where} the printed one"
    if case.of_county:
        fits = case.has_within("area", row.subject)
        return f"generalised boundary{', though its area fits' if fits else ''}: {told}"
    if not outward and _touches(case):
        return f"generalised boundary, which the zone reaches there: {told}"
    return f"{_border(case)}: {told}"


def _touches(case: _Case) -> bool:
    """Tell whether the zone ends where the open county line does."""
    county = float(case.ground.county.bounds[BOUNDS.index(case.row.quantity)])
    return abs(county - case.row.computed_value) * 60 < RULERS["extent"].allow(0) / 2


def _border(case: _Case) -> str:
    """Say what the zone's border rests on."""
    zones = case.ground.zone_rows.drop_duplicates("name").set_index("name")
    if case.row.subject not in zones.index:
        return "modelled border"
    zone = zones.loc[case.row.subject]
    if zone.get("geometry_kind") == "official":
        return "official border"
    known = pd.notna(zone["published_area_km2"])
    return f"modelled border {'of' if known else 'without'} a published area"


def _elevation(case: _Case) -> str:
    """Tell whether the cells, the border or the plan's zone is behind a miss."""
    row = case.row
    if row.quantity == "elevation_mean":
        way = "higher" if row.deviation > 0 else "lower"
        return f"{_border(case)}: it takes in {way} ground than the plan's zone"
    top = row.quantity == "elevation_max"
    short = row.deviation * (1 if top else -1) < 0
    if short:
        return _unreached(case, top=top)
    ground = "higher" if top else "lower"
    if case.of_county:
        return f"generalised boundary or DEM: it holds {ground} ground than printed"
    return f"{_border(case)}: it takes in {ground} ground than printed"


def _unreached(case: _Case, *, top: bool) -> str:
    """Tell why no cell is as high or as low as printed: none near, or the border."""
    row, ground = case.row, case.ground
    near = _nearby_extreme(ground, ground.places[row.subject], top=top)
    if abs(near - row.published_value) > row.tolerance:
        thing, word = ("summits", "above") if top else ("valleys", "below")
        return (
            f"coarse DEM: {_cells(case)} level {thing}, none there is {word} "
            f"{near:.0f} m"
        )
    extreme = "highest" if top else "lowest"
    return f"{_border(case)}: just beyond it the {extreme} cell has {near:.0f} m"


def _nearby_extreme(ground: Ground, shape: shapely.Geometry, *, top: bool) -> float:
    """Return the extreme of a place with the county's cells up to three cells off."""
    heights = ground.heights
    if heights is None:  # no height was compared, then
        return float("nan")
    reach = shapely.buffer(shape, 3 * heights.cell_km / KM_PER_DEGREE)
    near = shapely.intersection(reach, ground.county)
    return heights.of_area(near)[2 if top else 0]


def _cells(case: _Case) -> str:
    heights = case.ground.heights
    return f"cells of {heights.cell_km:.1f} km" if heights else "cells"


def _length(case: _Case) -> str:
    """Tell whether a line is too straight or too long, or a span made up."""
    row = case.row
    if case.of_county:
        return _span(case)
    if row.deviation < 0:
        return f"coarse DEM or generalised line: {_cells(case)} cut the river's bends"
    return "modelled course: the line runs on beyond the reach that the plan measures"


def _span(case: _Case) -> str:
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
            return (
                "contradictory plan: its own longitudes and latitudes span "
                f"{span:.1f} km"
            )
    return "generalised boundary: its bounds do not span what is printed"


def _seat(case: _Case) -> str:
    """Tell how far the seat is from its zone, and whether the seat is sure."""
    units = case.ground.plan.townships.drop_duplicates("name").set_index("name")
    unit = units.loc[case.row.subject]
    border = f"{_kind(case)} border {case.row.deviation:.1f} km off the seat"
    weak = str(unit.get("confidence", "")) not in ("", "good", "high")
    return f"weak gazetteer match of the seat, or {border}" if weak else border


def _kind(case: _Case) -> str:
    """Say whether the zones are the user's own or modelled."""
    kinds = set(case.ground.zone_rows.get("geometry_kind", ()))
    return "official" if kinds == {"official"} else "modelled"


def _position(case: _Case) -> str:
    """Tell where a thing lies, and whether the plan's own seats are there too."""
    row, ground = case.row, case.ground
    things = {f"position:{thing.key}": thing for thing in told(ground)}
    thing = things[row.figure_id]
    of = "the county's centre" if thing.origin is ground.county else "there"
    from_north = f"° from north, seen from {of}"
    unit = f" km off {of}" if row.unit == "km" else from_north
    place = f"{row.computed_value:.0f}{unit}"
    seats = seats_in(ground, row.subject, thing.shape)
    if seats is not None:
        where, off = direction_miss(thing, seats)
        if off > row.tolerance:
            return f"loose word: its seats lie {where:.0f}, its centroid {place}"
    kind = _kind(case) if row.subject in ground.zones else "modelled"
    return f"{kind} geometry: its centroid lies {place}"


def _redline(case: _Case) -> str:
    row = case.row
    if row.subject != REDLINE:
        return "modelled red line: grown by terrain and words, not by the zone's share"
    return f"modelled red line: grown to {row.computed_value:.2f} {row.unit}"


def _area(case: _Case) -> str:
    row, ground = case.row, case.ground
    if case.of_county:
        return f"generalised boundary: it holds {row.computed_value:.2f} km2"
    if row.subject in ground.zones:
        county = f"{ground.county_km2:.2f} km2"
        return f"{_border(case)}, inside an open county line of {county}"
    return "modelled protected area: placed by words and terrain only"
