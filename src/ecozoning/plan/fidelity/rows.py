"""One published figure beside the computed one, and how far they may differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecozoning.plan.audit import Figure

__all__ = ["RULERS", "Row", "Ruler", "compare"]

ROUNDING: Final = 1e-9
"""What the floating-point of a deviation may add to a tolerance; nothing else does."""


@dataclass(frozen=True)
class Ruler:
    """How a kind of figure is measured: unit, deviation and tolerance.

    `deviate` takes the published and the computed value, `allow` the published one;
    both answer in `deviation_unit`.
    """

    check: str
    unit: str
    deviation_unit: str
    deviate: Callable[[float, float], float]
    allow: Callable[[float], float]


def _percent(published: float, computed: float) -> float:
    return (computed / published - 1) * 100


def _difference(published: float, computed: float) -> float:
    return computed - published


def _minutes(published: float, computed: float) -> float:
    return (computed - published) * 60


def _tenth(published: float) -> float:
    return abs(published) * 0.1


def _tenth_or_30(published: float) -> float:
    return max(_tenth(published), 30.0)


RULERS: Final = {
    "area": Ruler("area", "km2", "%", _percent, lambda _: 0.1),
    "share": Ruler("share", "%", "points", _difference, lambda _: 0.5),
    "extent": Ruler("extent", "°", "arc-minutes", _minutes, lambda _: 2.0),
    "mean elevation": Ruler("elevation", "m", "m", _difference, _tenth),
    "elevation": Ruler("elevation", "m", "m", _difference, _tenth_or_30),
    "length": Ruler("length", "km", "%", _percent, lambda _: 25.0),
    "redline": Ruler("redline", "km2", "%", _percent, lambda _: 0.1),
    "redline share": Ruler("redline", "%", "points", _difference, lambda _: 0.5),
}
"""The tolerances of the project; a miss is explained, never covered by a wider one."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table; the fields are its columns."""

    figure_id: str
    subject: str
    quantity: str
    published: str
    published_value: float
    computed_value: float
    unit: str
    deviation: float
    deviation_unit: str
    tolerance: float
    within: bool
    check: str
    explanation: str = ""
    explanation_zh: str = ""
    section: str


def compare(figure: Figure, computed: float, ruler: str) -> Row:
    """Return a figure beside its computed value, held against one of `RULERS`."""
    rule = RULERS[ruler]
    published = convert(figure.number, figure.unit, rule.unit)
    deviation = rule.deviate(published, computed)
    tolerance = rule.allow(published)
    return Row(
        figure_id=figure.figure_id,
        subject=figure.subject,
        quantity=figure.quantity,
        published=figure.text(),
        published_value=published,
        computed_value=computed,
        unit=rule.unit,
        deviation=deviation,
        deviation_unit=rule.deviation_unit,
        tolerance=tolerance,
        within=_miss(deviation, figure.comparator) <= tolerance + ROUNDING,
        check=rule.check,
        section=figure.section,
    )


def _miss(deviation: float, comparator: str) -> float:
    """Return how far a value is off; 以上 and 以下 are missed on one side only."""
    if comparator == ">=":
        return -deviation
    return deviation if comparator == "<=" else abs(deviation)
