"""Rules on years: of the plan, of its targets, of its projects."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from ecozoning.plan.audit.facts import Facts, Figure, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["figure_years", "plan_years", "project_years"]


def _finding(
    subject: str, text: tuple[str, str], values: tuple[str, str], section: str
) -> Finding:
    english, chinese = text
    return Finding(
        code="period",
        severity="error",
        subject=subject,
        message=f"{subject}: {english}.",
        message_zh=f"“{subject}”{chinese}。",
        published=values[0],
        expected=values[1],
        section=section,
    )


def plan_years(facts: Facts) -> Iterator[Finding]:
    """Find base, start, near and end years that are not in order."""
    document = facts.document
    order = ["base_year", "start_year", "near_year", "end_year"]
    years = [(key, int(document[key])) for key in order if document.get(key)]
    for (first, early), (second, late) in pairwise(years):
        if early > late:
            yield _finding(
                facts.county,
                (f"{first} {early} is after {second} {late}", "规划年份顺序有误"),
                (str(early), str(late)),
                "",
            )


def project_years(facts: Facts) -> Iterator[Finding]:
    """Find projects that end before they start or leave the plan's period."""
    first, last = int(facts.document["start_year"]), int(facts.document["end_year"])
    for row in facts.tables["projects"].to_dict("records"):
        start, end = str(row["start_year"])[:4], str(row["end_year"])[-4:]
        values = (f"{start}-{end}", f"{first}-{last}")
        subject, section = str(row["name"]), str(row["section"])
        if start and end and int(start) > int(end):
            text = (f"starts in {start} and ends in {end}", "起止年份颠倒")
            yield _finding(subject, text, values, section)
        elif (start and int(start) < first) or (end and int(end) > last):
            text = (f"runs {values[0]}, outside the plan's {values[1]}", "超出规划期")
            yield _finding(subject, text, values, section)


def figure_years(facts: Facts) -> Iterator[Finding]:
    """Find targets outside the plan's period, and observations after its issue."""
    document = facts.document
    base, last = int(document["base_year"]), int(document["end_year"])
    issued = int(str(document.get("issued") or last)[:4])
    for figure in facts.figures:
        years = figure.years()
        if years is None or figure.subject_kind == "region":
            continue
        kind: Literal["target", "observed", ""] = ""
        if figure.status == "target" and not base <= years[1] <= last:
            kind = "target"
        elif figure.status == "observed" and years[1] > issued:
            kind = "observed"
        if kind:
            yield _wrong_year(figure, kind, (base, last, issued))


def _wrong_year(figure: Figure, kind: str, years: tuple[int, int, int]) -> Finding:
    base, last, issued = years
    english = (
        f"{figure.figure_id} is a {kind} value of {figure.year}, but the plan runs "
        f"{base}-{last} and was issued in {issued}"
    )
    chinese = f"的{figure.year}年数值与规划期{base}—{last}（{issued}年印发）不符"
    expected = f"{base}-{last if kind == 'target' else issued}"
    values = (figure.year, expected)
    return _finding(figure.subject, (english, chinese), values, figure.section)
