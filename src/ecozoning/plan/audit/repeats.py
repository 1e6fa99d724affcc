"""Rules on figures told twice: two values, two definitions, tables against text."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from ecozoning.plan.audit.facts import Facts, Figure, Finding, is_cross_border

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["land_use_table", "project_budgets", "two_values"]


def two_values(facts: Facts) -> Iterator[Finding]:
    """Find one figure with two values, or one quantity with two definitions."""
    groups: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for figure in facts.figures:
        groups[figure.subject, figure.quantity, figure.status].append(figure)
    for figures in groups.values():
        seen: set[tuple[float, float]] = set()
        for first, second in combinations(figures, 2):
            pair = (first.number * first.factor, second.number * second.factor)
            if pair not in seen and _same_time(first, second, figures):
                seen |= {pair, pair[::-1]}
                yield from _compare(facts, first, second)


def _same_time(first: Figure, second: Figure, group: list[Figure]) -> bool:
    """
    Tell whether two figures may speak of the same time.

    A figure without a year is taken to repeat a dated one that has its value; only if
    there is none, it is held against the latest.
    """
    if first.dimension != second.dimension:
        return False
    if first.year == second.year:
        return True
    if first.year and second.year:
        return False
    undated, dated = (second, first) if first.year else (first, second)
    others = [f for f in group if f.year and f.dimension == undated.dimension]
    if any(f.interval.meets(undated.interval) for f in others):
        return False
    return dated.years() == max(f.years() or (0, 0) for f in others)


def _compare(facts: Facts, first: Figure, second: Figure) -> Iterator[Finding]:
    if _agree(first, second):
        return
    two_definitions = (
        first.definition and second.definition and first.definition != second.definition
    )
    if two_definitions and is_cross_border(first) and is_cross_border(second):
        return
    sure = first.year == second.year and first.definition == second.definition
    yield Finding(
        code="definition" if two_definitions else "two-values",
        severity="info" if two_definitions else ("error" if sure else "warning"),
        subject=first.subject,
        message=_english(facts, first, second, two_definitions=bool(two_definitions)),
        message_zh=_chinese(
            facts, first, second, two_definitions=bool(two_definitions)
        ),
        published=first.text(),
        expected=second.text(),
        section=f"{first.section} | {second.section}",
        figure_ids=(first.figure_id, second.figure_id),
    )


def _agree(first: Figure, second: Figure) -> bool:
    """Tell whether two statements can both be true, and say one threshold alike."""
    if first.comparator == second.comparator in (">=", "<="):
        return first.rounded.meets(second.rounded)
    return first.interval.meets(second.interval)


def _english(
    facts: Facts, first: Figure, second: Figure, *, two_definitions: bool
) -> str:
    if two_definitions:
        return (
            f"{facts.label(first, 'en')}: {first.text()} by one definition "
            f"({first.definition}) and {second.text()} by another "
            f"({second.definition}); say which one is meant."
        )
    return (
        f"{facts.label(first, 'en')}: given as {first.text()} and as {second.text()}."
    )


def _chinese(
    facts: Facts, first: Figure, second: Figure, *, two_definitions: bool
) -> str:
    if two_definitions:
        return (
            f"{facts.label(first)}有两种口径：{first.definition}为{first.text()}，"
            f"{second.definition}为{second.text()}，使用时应注明口径。"
        )
    return f"{facts.label(first)}出现两个数值：{first.text()}与{second.text()}。"


def land_use_table(facts: Facts) -> Iterator[Finding]:
    """Hold the land-use table against the figures it should repeat."""
    table = facts.tables["land_use"]
    for row in table.to_dict("records"):
        for column, link in (
            ("area", "area_figure"),
            ("share_percent", "share_figure"),
        ):
            figure = facts.figure(str(row[link]))
            if figure and row[column] and str(row[column]) != figure.value:
                yield _table_finding(figure, str(row[column]), "land_use.csv")


def project_budgets(facts: Facts) -> Iterator[Finding]:
    """Hold each project's budget against the figure that repeats it."""
    for row in facts.tables["projects"].to_dict("records"):
        figure = facts.figure(f"{row['project_id']}_investment")
        if figure and row["budget"] and str(row["budget"]) != figure.value:
            yield _table_finding(figure, str(row["budget"]), "projects.csv")


def _table_finding(figure: Figure, value: str, file: str) -> Finding:
    return Finding(
        code="table-mismatch",
        severity="error",
        subject=figure.subject,
        message=f"{figure.figure_id} is {figure.text()}, but {file} has {value}.",
        message_zh=f"“{figure.subject}”为{figure.text()}，而{file}中为{value}。",
        published=figure.text(),
        expected=value,
        section=figure.section,
        figure_ids=(figure.figure_id,),
    )
