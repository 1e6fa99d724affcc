"""Rules on arithmetic: parts and wholes, shares, differences, bounds."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Literal

from ecozoning.errors import ParameterError
from ecozoning.plan.audit.facts import Facts, Figure, Finding
from ecozoning.plan.bilingual import Bilingual
from ecozoning.plan.expressions import kind_of, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bounds", "derivations", "shares_in_range"]

_WORDS = {
    "sum": ("its parts add up to", "各部分合计"),
    "ratio": ("the figures it follows from give", "按相关数值推算"),
    "difference": ("the difference of its figures is", "按相关数值之差推算"),
    "formula": ("the figures it follows from give", "按相关数值推算"),
}
SHOWN_OPERANDS = 4


def derivations(facts: Facts) -> Iterator[Finding]:
    """Hold every figure against what other figures say it should be."""
    for figure in facts.figures:
        for expression in _alternatives(figure.derived):
            finding = _derivation(facts, figure, expression)
            if finding:
                yield finding


def _alternatives(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _derivation(facts: Facts, figure: Figure, expression: str) -> Finding | None:
    try:
        expected = facts.value(expression)
    except ParameterError:  # a printed denominator of zero says nothing
        return None
    if figure.interval.meets(expected):
        return None
    full = facts.expanded(expression)
    kind = kind_of(full)
    middle = facts.printed_value(expression)
    cut = _is_cut_off(figure, middle)
    english, chinese = _WORDS[kind]
    value, operands = figure.text(middle), _operands(facts, full)
    return Finding(
        code="rounding" if cut else _code(kind, figure),
        severity="info" if cut else _severity(figure, expected.middle),
        subject=figure.subject,
        message=f"{facts.label(figure, 'en')}: printed as {figure.text()}, but "
        f"{english} {value} ({operands.en})"
        f"{'; cut off instead of rounded' if cut else ''}.",
        message_zh=f"{facts.label(figure)}印作{figure.text()}，{chinese}为{value}"
        f"（{operands.zh}）{'，系截尾而非四舍五入' if cut else ''}。",
        published=figure.text(),
        expected=value,
        section=figure.section,
        figure_ids=(figure.figure_id, *names_in(full)),
    )


def _operands(facts: Facts, expression: str) -> Bilingual:
    """Return the expression with printed values, or the number of its figures."""
    names = names_in(expression)
    if len(names) > SHOWN_OPERANDS:
        return Bilingual("{n} figures", "共{n}项").filled(n=len(names))
    text = _without_outer_brackets(expression)
    for name in sorted(names, key=len, reverse=True):
        shown = facts.by_id[name].text().replace("\\", r"\\")
        text = re.sub(rf"\b{name}\b", shown, text)
    return Bilingual(text, text)


def _without_outer_brackets(expression: str) -> str:
    """Drop brackets only if the first and the last belong together."""
    inner = expression[1:-1]
    depth = 0
    for character in inner:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return expression
    return inner if expression.startswith("(") else expression


def _is_cut_off(figure: Figure, value: float) -> bool:
    """Tell whether the print is the value with digits dropped instead of rounded."""
    if not figure.step:
        return False
    steps = value / figure.step
    return math.trunc(steps + 1e-9) == round(
        figure.number * figure.factor / figure.step
    )


def _code(kind: str, figure: Figure) -> str:
    if kind == "ratio" and figure.dimension == "share":
        return "share"
    return kind


def _severity(figure: Figure, expected: float) -> Literal["error", "warning"]:
    """Call a deviation below one per mille a slip of closing, no contradiction."""
    published = figure.number * figure.factor
    small = abs(published - expected) <= 1e-3 * abs(expected)
    return "warning" if small else "error"


def bounds(facts: Facts) -> Iterator[Finding]:
    """Find parts that are larger than the whole they lie in."""
    for figure in facts.figures:
        for expression in _alternatives(figure.at_most):
            try:
                limit = facts.value(expression)
            except ParameterError:
                continue
            if figure.rounded.low <= limit.high:
                continue
            value = figure.text(facts.printed_value(expression))
            yield Finding(
                code="bound",
                severity="error",
                subject=figure.subject,
                message=f"{facts.label(figure, 'en')}: printed as {figure.text()}, "
                f"which cannot exceed {value} (of {_subjects(facts, expression)}).",
                message_zh=f"{facts.label(figure)}为{figure.text()}，"
                f"不应超过{value}（{_names(facts, expression)}）。",
                published=figure.text(),
                expected=f"≤{value}",
                section=figure.section,
                figure_ids=(
                    figure.figure_id,
                    *names_in(facts.expanded(expression)),
                ),
            )


def _subjects(facts: Facts, expression: str) -> str:
    names = names_in(facts.expanded(expression))[:SHOWN_OPERANDS]
    return "; ".join(facts.label(facts.by_id[n], "en") for n in names)


def _names(facts: Facts, expression: str) -> str:
    names = names_in(facts.expanded(expression))
    labels = [facts.label(facts.by_id[n]) for n in names[:SHOWN_OPERANDS]]
    return "、".join(labels) + ("…" if len(names) > SHOWN_OPERANDS else "")


_PARTS_OF_A_WHOLE = (
    "area_share",
    "basin_area_share",
    "count_share",
    "days_share",
    "investment_share",
    "population_share",
    "precipitation_share",
    "water_use_share",
    "value_share",
    "forest_cover",
    "vegetation_cover",
    "grassland_cover",
)


def shares_in_range(facts: Facts) -> Iterator[Finding]:
    """Find shares below zero or above one hundred per cent."""
    for figure in facts.figures:
        if figure.quantity not in _PARTS_OF_A_WHOLE:
            continue
        value = figure.number * figure.factor
        if 0 <= value <= 1:
            continue
        yield Finding(
            code="share-range",
            severity="error",
            subject=figure.subject,
            message=f"{facts.label(figure, 'en')}: {figure.text()} lies outside 0 to "
            "100 %.",
            message_zh=f"{facts.label(figure)}为{figure.text()}，超出0—100%。",
            published=figure.text(),
            expected="0%–100%",
            section=figure.section,
            figure_ids=(figure.figure_id,),
        )
