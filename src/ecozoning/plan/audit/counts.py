"""Rules on stated counts against what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.errors import PlanDataError
from ecozoning.plan.audit.facts import Facts, Finding
from ecozoning.plan.numbers import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["listed_items", "stated_counts"]


def listed_items(facts: Facts, reference: str) -> list[str]:
    """
    Return the names that a count refers to.

    Parameters
    ----------
    facts : Facts
        The plan.
    reference : str
        Names separated by ``;``, or ``@zones``, ``@townships``, ``@indicators``,
        ``@projects`` (also ``@projects:column=value``), ``@pattern:kind``,
        ``@protected_areas``.

    Raises
    ------
    PlanDataError
        If the reference names something that does not exist.
    """
    if not reference.startswith("@"):
        return [item.strip() for item in reference.split(";") if item.strip()]
    what, _, condition = reference[1:].partition(":")
    column, _, value = condition.partition("=")
    match what:
        case "zones":
            return [str(zone["name"]) for zone in facts.zones]
        case "townships":
            return list(facts.document["county"].get("townships_stated", ()))
        case "protected_areas":
            return [str(a["name"]) for a in facts.document.get("protected_areas", ())]
        case "pattern":
            pattern = facts.document.get("pattern", ())
            return [str(p["name"]) for p in pattern if column in ("", p["kind"])]
        case "projects" | "indicators":
            return _table_items(facts, what, column, value)
    msg = f"items {reference!r} refers to nothing that a plan has."
    raise PlanDataError(msg)


def _table_items(facts: Facts, what: str, column: str, value: str) -> list[str]:
    table = facts.tables[what]
    if column:
        if column not in table.columns:
            msg = f"items '@{what}:{column}=…': {what}.csv has no column {column!r}."
            raise PlanDataError(msg)
        table = table[table[column] == value]
    if what == "indicators":
        table = table.drop_duplicates(["series", "number"])
    return [str(name) for name in table["name"]]


def stated_counts(facts: Facts) -> Iterator[Finding]:
    """Find counts that differ from the number of things the plan lists."""
    for figure in facts.figures:
        if not figure.items:
            continue
        items = listed_items(facts, figure.items)
        if figure.interval.gap(Interval.of(len(items) * figure.factor)) == 0:
            continue
        names = "、".join(items[:6]) + ("…" if len(items) > 6 else "")
        yield Finding(
            code="count",
            severity="error",
            subject=figure.subject,
            message=f"{facts.label(figure, 'en')}: stated as {figure.text()}, but "
            f"{len(items)} are "
            f"listed ({names}).",
            message_zh=f"{facts.label(figure)}写明{figure.text()}，"
            f"实际列出{len(items)}项（{names}）。",
            published=figure.text(),
            expected=str(len(items)),
            section=figure.section,
            figure_ids=(figure.figure_id,),
        )
