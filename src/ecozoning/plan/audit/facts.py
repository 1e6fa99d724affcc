"""The encoded plan as the audit's rules see it: figures with intervals, and lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ecozoning.plan.expressions import evaluate, expand
from ecozoning.plan.numbers import (
    Interval,
    parse_number,
    plain_text,
    printed_step,
    significant_digits,
)
from ecozoning.units import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from ecozoning.plan.schema import Vocabulary

__all__ = ["Facts", "Figure", "Finding", "base_text", "is_cross_border"]

APPROXIMATE = 0.05
"""How far a round number printed with 约 may be off (ours: no plan says)."""
ROUND_DIGITS = 2
"""Significant digits up to which a number is round: 约80, but not 约1619.28, of which
only the last digit is in doubt."""

CROSS_BORDER = ("跨县", "全州", "全市")
"""How the definition of a figure begins that reaches beyond the county."""

_BASE_UNITS = {
    "area": ("km2", 1e6),
    "money": ("万元", 1e4),
    "volume": ("万m3", 1e4),
    "share": ("%", 1e-2),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or not right, in a plan.

    Attributes
    ----------
    code : str
        The rule, for instance ``sum`` or ``zone-unit-missing``.
    severity : {"error", "warning", "info"}
        A contradiction, a likely slip, or something to know.
    subject : str
        What it is about, by its Chinese name.
    message, message_zh : str
        One sentence each.
    published, expected : str
        Both values, as text with units.
    section : str
        Where the published value stands.
    figure_ids : tuple of str
        The figures involved.
    """

    code: str
    severity: Literal["error", "warning", "info"]
    subject: str
    message: str
    message_zh: str
    published: str
    expected: str
    section: str
    figure_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One published number with the interval of base units that it may stand for."""

    figure_id: str
    subject: str
    subject_kind: str
    quantity: str
    value: str
    unit: str
    year: str
    comparator: str
    status: str
    section: str
    definition: str
    derived: str
    at_most: str
    items: str

    @property
    def factor(self) -> float:
        """Base units in one of the figure's unit."""
        return unit(self.unit).factor

    @property
    def dimension(self) -> str:
        """What the unit measures."""
        return unit(self.unit).dimension

    @cached_property
    def number(self) -> float:
        """The printed value as a number, in its own unit."""
        return parse_number(self.value)

    @property
    def step(self) -> float:
        """Base units in one unit of the last printed digit; counts are exact."""
        if self.dimension == "count" and printed_step(self.value) == 1:
            return self.factor if self.factor > 1 else 0.0
        return printed_step(self.value) * self.factor

    @property
    def rounded(self) -> Interval:
        """Values that round to the printed one, in base units."""
        middle, half = self.number * self.factor, self.step / 2
        if self.comparator == "~":
            round_number = significant_digits(self.value) <= ROUND_DIGITS
            half = max(self.step, abs(middle) * APPROXIMATE * round_number)
        return Interval.of(middle, half)

    @property
    def exact(self) -> Interval:
        """The printed number taken at its word, as a threshold is."""
        return Interval.of(self.number * self.factor)

    @property
    def interval(self) -> Interval:
        """Values that the statement allows, its comparator included."""
        if self.comparator == ">=":
            return Interval(self.rounded.low, float("inf"))
        if self.comparator == "<=":
            return Interval(float("-inf"), self.rounded.high)
        return self.rounded

    def text(self, base_value: float | None = None) -> str:
        """Return the figure, or another value in its unit, as a person writes it."""
        sign = {">=": "≥", "<=": "≤", "~": "约"}.get(self.comparator, "")
        gap = "" if self.unit in ("%", "°", "1") else " "
        suffix = "" if self.unit in ("1", "°") else f"{gap}{self.unit}"
        if base_value is None:
            return f"{sign}{plain_text(self.value)}{suffix}"
        digits = max(2, _decimals(self.value) + 1)
        shown = f"{base_value / self.factor:.{digits}f}".rstrip("0").rstrip(".")
        return f"{shown}{suffix}"

    def years(self) -> tuple[int, int] | None:
        """Return the first and last year the figure speaks of, if it says."""
        if not self.year:
            return None
        first, _, last = self.year.partition("-")
        return int(first), int(last or first)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2]) if text.replace(".", "").isdigit() else 4


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at."""

    document: Mapping[str, Any]
    figures: Sequence[Figure]
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    official_units: Sequence[str]
    vocabulary: Vocabulary = field(repr=False)

    @cached_property
    def by_id(self) -> dict[str, Figure]:
        """Figures by their id."""
        return {figure.figure_id: figure for figure in self.figures}

    @property
    def zones(self) -> Sequence[Mapping[str, Any]]:
        """The zones as the plan describes them."""
        return list(self.document.get("zones", ()))

    @property
    def county(self) -> str:
        """The county's name."""
        return str(self.document["name"])

    def label(self, figure: Figure, language: str = "zh") -> str:
        """Return what a figure says, in words: subject and quantity."""
        quantity = self.vocabulary.label("quantities", figure.quantity, language)
        if language == "en":
            return f"{figure.subject}, {quantity}"
        return f"“{figure.subject}”的{quantity}"

    def figure(self, figure_id: str) -> Figure | None:
        """Return a figure, or None for an empty or unknown id."""
        return self.by_id.get(figure_id)

    def of(self, subject: str, *quantities: str) -> Iterable[Figure]:
        """Return the figures of one subject and some quantities."""
        return [
            f for f in self.figures if f.subject == subject and f.quantity in quantities
        ]

    def expanded(self, expression: str) -> str:
        """Return an expression with its sums written out."""
        return expand(expression, self.by_id)

    def value(self, expression: str) -> Interval:
        """Return the interval of an expression, in base units."""
        return evaluate(self.expanded(expression), lambda i: self.by_id[i].rounded)

    def printed_value(self, expression: str) -> float:
        """Return the expression of the printed numbers taken as exact."""

        def exact(figure_id: str) -> Interval:
            figure = self.by_id[figure_id]
            return Interval.of(figure.number * figure.factor)

        return evaluate(self.expanded(expression), exact).middle


def base_text(dimension: str, value: float) -> str:
    """Return a base-unit value in the unit that people use for the dimension."""
    token, factor = _BASE_UNITS.get(dimension, ("", 1.0))
    return f"{value / factor:.2f} {token}".strip()


def is_cross_border(figure: Figure) -> bool:
    """Tell whether a figure speaks of more than the county."""
    return figure.definition.startswith(CROSS_BORDER)
