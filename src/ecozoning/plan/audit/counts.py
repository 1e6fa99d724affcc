"""Rules on stated counts against what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.plan.audit.facts import Facts, Finding
from ecozoning.plan.items import listed_items
from ecozoning.plan.numbers import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["stated_counts"]


def stated_counts(facts: Facts) -> Iterator[Finding]:
    """Find counts that differ from the number of things the plan lists."""
    for figure in facts.figures:
        if not figure.items:
            continue
        items = listed_items(figure.items, facts.document, facts.tables)
        if figure.interval.meets(Interval.of(len(items) * figure.factor)):
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
