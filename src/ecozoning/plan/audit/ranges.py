"""Rules on extents, elevations and proportions: what cannot be, or hardly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.plan.audit.facts import (
    Facts,
    Figure,
    Finding,
    base_text,
    is_cross_border,
)
from ecozoning.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["elevations", "extents", "larger_than_county", "proportions"]

_SIDES = {
    "longitude_min": 1,
    "longitude_max": -1,
    "latitude_min": 1,
    "latitude_max": -1,
}
PERMANENT_FARMLAND_SHARE = (0.3, 1.0)
"""Permanent farmland over farmland: the Regulations on the Protection of Basic
Farmland (1998, article 9) ask for 80 % of a province's farmland; a county far below
30 % or above 100 % has a wrong number or a wrong unit."""


def extents(facts: Facts) -> Iterator[Finding]:
    """Find zones that reach beyond the county's own printed extent, or turned ones."""
    for zone in facts.zones:
        for quantity, sign in _SIDES.items():
            for inner in facts.of(str(zone["name"]), quantity):
                for outer in facts.of(facts.county, quantity):
                    if sign * (outer.number - inner.number) > _slack(inner, outer):
                        yield _outside(facts, "extent", inner, outer)
    yield from _turned(facts, ("longitude_min", "longitude_max"))
    yield from _turned(facts, ("latitude_min", "latitude_max"))
    yield from _turned(facts, ("elevation_min", "elevation_max"))
    yield from _turned(facts, ("temperature_min", "temperature_max"))


def _slack(first: Figure, second: Figure) -> float:
    """Return what the coarser of two printed angles can hide."""
    return max(first.step, second.step)


def _turned(facts: Facts, pair: tuple[str, str]) -> Iterator[Finding]:
    subjects = dict.fromkeys(f.subject for f in facts.figures if f.quantity == pair[0])
    for subject in subjects:
        for low in facts.of(subject, pair[0]):
            for high in facts.of(subject, pair[1]):
                if low.rounded.low > high.rounded.high:
                    yield _outside(facts, "range", low, high)


def _outside(facts: Facts, code: str, inner: Figure, outer: Figure) -> Finding:
    return Finding(
        code=code,
        severity="error",
        subject=inner.subject,
        message=f"{facts.label(inner, 'en')}: {inner.text()} cannot be with "
        f"{facts.label(outer, 'en')} at {outer.text()}.",
        message_zh=f"{facts.label(inner)}为{inner.text()}，"
        f"与{facts.label(outer)}{outer.text()}不相容。",
        published=inner.text(),
        expected=outer.text(),
        section=inner.section,
        figure_ids=(inner.figure_id, outer.figure_id),
    )


def elevations(facts: Facts) -> Iterator[Finding]:
    """Find elevations of a zone outside those of the county, and means outside both."""
    for zone in facts.zones:
        name = str(zone["name"])
        means = facts.of(name, "elevation_mean")
        yield from _order(facts, name, "elevation_min", means, sign=1)
        yield from _order(facts, name, "elevation_max", means, sign=-1)
        low = facts.of(name, "elevation_min")
        yield from _order(facts, facts.county, "elevation_min", low, sign=1)
        high = facts.of(name, "elevation_max")
        yield from _order(facts, facts.county, "elevation_max", high, sign=-1)


def _order(
    facts: Facts,
    subject: str,
    quantity: str,
    figures: Iterable[Figure],
    *,
    sign: int,
) -> Iterator[Finding]:
    for figure in figures:
        for limit in facts.of(subject, quantity):
            if sign * (limit.number - figure.number) > _slack(figure, limit):
                yield _outside(facts, "elevation", figure, limit)


def larger_than_county(facts: Facts) -> Iterator[Finding]:
    """Find areas that exceed the county they should lie in."""
    county = facts.figure(str(facts.document["county"]["area"]))
    if county is None:
        return
    for figure in facts.figures:
        if figure.quantity not in ("area", "area_treated") or figure is county:
            continue
        if figure.subject_kind in ("region", "county"):
            continue
        if is_cross_border(figure):
            continue
        if figure.rounded.low > county.rounded.high:
            yield Finding(
                code="unit-scale",
                severity="error",
                subject=figure.subject,
                message=f"{facts.label(figure, 'en')}: {figure.text()} is more than "
                f"the whole county ({county.text()}).",
                message_zh=f"{facts.label(figure)}为{figure.text()}，"
                f"超过县域总面积{county.text()}。",
                published=figure.text(),
                expected=f"≤{county.text()}",
                section=figure.section,
                figure_ids=(figure.figure_id, county.figure_id),
            )


def proportions(facts: Facts) -> Iterator[Finding]:
    """Find farmland out of proportion to permanent farmland: a wrong unit, often."""
    permanent = [
        f for f in facts.figures if f.quantity == "area" and "永久基本农田" in f.subject
    ]
    farmland = [
        f
        for f in facts.figures
        if f.quantity == "area" and f.subject in ("耕地", "耕地保有量")
    ]
    low, high = PERMANENT_FARMLAND_SHARE
    for part in permanent:
        for whole in (f for f in farmland if f.number > 0):
            share = (part.number * part.factor) / (whole.number * whole.factor)
            if not low / 3 <= share <= high * 3:
                yield _disproportion(whole, part, share)


def _disproportion(whole: Figure, part: Figure, share: float) -> Finding:
    unit, low_high = _fitting_unit(whole, part), PERMANENT_FARMLAND_SHARE
    hint = f"; in {unit} it would fit" if unit else ""
    hint_zh = f"，若单位为{unit}则相符" if unit else ""
    return Finding(
        code="unit-scale",
        severity="error",
        subject=whole.subject,
        message=f"{whole.subject} is {whole.text()}: {part.subject} "
        f"({part.text()}) would be {share:.1%} of it{hint}.",
        message_zh=f"“{whole.subject}”为{whole.text()}，"
        f"则{part.subject}（{part.text()}）仅占{share:.1%}{hint_zh}。",
        published=whole.text(),
        expected=f"{base_text('area', part.number * part.factor / low_high[1])}–"
        f"{base_text('area', part.number * part.factor / low_high[0])}",
        section=whole.section,
        figure_ids=(whole.figure_id, part.figure_id),
    )


def _fitting_unit(whole: Figure, part: Figure) -> str:
    low, high = PERMANENT_FARMLAND_SHARE
    for token in ("km2", "hm2", "万亩", "亩", "万hm2"):
        share = (part.number * part.factor) / (whole.number * UNITS[token].factor)
        if token != whole.unit and low <= share <= high:
            return token
    return ""
