"""What the files of a plan must hold; refusals by file, line and column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ecozoning.errors import ParameterError, PlanDataError
from ecozoning.plan.expressions import check_expression, expand, names_in
from ecozoning.plan.numbers import parse_number
from ecozoning.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["COLUMNS", "Vocabulary", "check_figures", "check_rows"]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "figures": (
        "figure_id",
        "subject",
        "subject_kind",
        "quantity",
        "value",
        "unit",
        "year",
        "comparator",
        "status",
        "section",
        "definition",
        "derived",
        "at_most",
        "items",
    ),
    "indicators": (
        "number",
        "sub_number",
        "series",
        "category",
        "name",
        "unit",
        "base_year",
        "base_value",
        "required_value",
        "target_2025",
        "target_2030",
        "target_2035",
        "attribute",
        "responsible",
        "cumulative",
        "section",
    ),
    "projects": (
        "project_id",
        "number",
        "category",
        "programme",
        "name",
        "location",
        "zones",
        "size",
        "start_year",
        "end_year",
        "responsible",
        "budget",
        "budget_unit",
        "funding",
        "section",
    ),
    "land_use": (
        "land_class",
        "name_en",
        "area",
        "unit",
        "share_percent",
        "area_figure",
        "share_figure",
        "definition",
        "section",
    ),
}
"""Column names of each CSV file of a plan, in order."""

OPTIONAL: Final = ("land_use",)
"""Files that a plan may lack, because not every plan prints such a table."""

_ID = re.compile(r"[a-z][a-z0-9_]*")
_YEAR = re.compile(r"(?:19|20)\d\d(?:-(?:19|20)\d\d)?")


@dataclass(frozen=True)
class Vocabulary:
    """The controlled words of the plan files, as read from ``vocabulary.toml``."""

    tables: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def words(self, table: str) -> set[str]:
        """Return the words of one table."""
        return set(self.tables[table])

    def label(self, table: str, word: str, language: str = "zh") -> str:
        """Return the Chinese or English label of a word."""
        entry = self.tables[table][word]
        return str(entry[language]) if isinstance(entry, dict) else str(entry)

    def dimension(self, quantity: str) -> str:
        """Return the dimension that a quantity's unit must have."""
        return str(self.tables["quantities"][quantity]["dimension"])

    def better(self, quantity: str) -> str:
        """Return ``higher``, ``lower`` or ``""`` for a quantity."""
        return str(self.tables["quantities"][quantity].get("better", ""))


def _one_of(*allowed: str) -> Callable[[str], str]:
    return lambda text: "" if text in allowed else f"should be one of {allowed}"


def _number(text: str) -> str:
    try:
        parse_number(text)
    except ParameterError as error:
        return str(error)
    return ""


def _matches(pattern: re.Pattern[str], wanted: str) -> Callable[[str], str]:
    return lambda text: "" if pattern.fullmatch(text) else f"should be {wanted}"


def _blank_or(check: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: check(text) if text else ""


def _filled(text: str) -> str:
    return "" if text else "is empty"


_YEAR_CELL = _blank_or(_matches(_YEAR, "a year or a period such as 2016-2020"))

_CELL_CHECKS: Final[Mapping[str, Mapping[str, Callable[[str], str]]]] = {
    "figures": {
        "figure_id": _matches(_ID, "lower-case letters, digits and _"),
        "subject": _filled,
        "value": _number,
        "unit": _one_of(*UNITS),
        "year": _YEAR_CELL,
        "comparator": _one_of("=", ">=", "<=", "~"),
        "status": _one_of("observed", "target", "cumulative"),
        "section": _filled,
    },
    "indicators": {
        "number": _filled,
        "series": _one_of("main", "reference"),
        "name": _filled,
        "base_year": _YEAR_CELL,
        "attribute": _one_of("binding", "expected", "reference", ""),
        "cumulative": _one_of("true", "false", ""),
        "section": _filled,
    },
    "projects": {
        "project_id": _matches(_ID, "lower-case letters, digits and _"),
        "name": _filled,
        "start_year": _YEAR_CELL,
        "end_year": _YEAR_CELL,
        "budget": _blank_or(_number),
        "budget_unit": _one_of("", "元", "万元", "亿元"),
        "section": _filled,
    },
    "land_use": {
        "land_class": _filled,
        "area": _blank_or(_number),
        "unit": _one_of("", *UNITS),
        "share_percent": _blank_or(_number),
        "section": _filled,
    },
}

Rows = list[tuple[int, dict[str, str]]]


def _raise_if(problems: Sequence[str], file: str) -> None:
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        msg = f"{problems[0].rstrip('.')}{more}."
        raise PlanDataError(msg, bad_rows=tuple(problems))


def check_rows(table: str, rows: Rows, file: str) -> Rows:
    """Return the rows of one table, or refuse the first bad cell and list all."""
    problems = [
        f"{file}, line {line}, column {column!r}: {row[column]!r} {fault}."
        for line, row in rows
        for column, check in _CELL_CHECKS[table].items()
        if (fault := check(row[column]).rstrip("."))
    ]
    _raise_if(problems, file)
    _raise_if(list(_repeated(table, rows, file)), file)
    return rows


def _repeated(table: str, rows: Rows, file: str) -> Iterable[str]:
    key = {"figures": "figure_id", "projects": "project_id"}.get(table)
    if key is None:
        return
    counts = Counter(row[key] for _, row in rows)
    for line, row in rows:
        if counts[row[key]] > 1:
            yield f"{file}, line {line}, column {key!r}: {row[key]!r} is used twice."


def check_figures(rows: Rows, vocabulary: Vocabulary, file: str) -> Rows:
    """Return figure rows whose words, dimensions and relations all hold together."""
    check_rows("figures", rows, file)
    ids = [row["figure_id"] for _, row in rows]
    problems = [
        f"{file}, line {line}, column {column!r}: {fault}."
        for line, row in rows
        for column, fault in (*_word_faults(row, vocabulary), *_relations(row, ids))
    ]
    _raise_if(problems, file)
    return rows


def _word_faults(
    row: dict[str, str], vocabulary: Vocabulary
) -> Iterable[tuple[str, str]]:
    for column, table in (
        ("subject_kind", "subject_kinds"),
        ("quantity", "quantities"),
    ):
        if row[column] not in vocabulary.words(table):
            yield column, f"{row[column]!r} is not a word of vocabulary.toml [{table}]"
            return
    wanted, given = vocabulary.dimension(row["quantity"]), UNITS[row["unit"]].dimension
    if wanted != given:
        yield "unit", f"{row['unit']!r} measures {given}, {row['quantity']} {wanted}"


def _relations(row: dict[str, str], ids: list[str]) -> Iterable[tuple[str, str]]:
    known = set(ids)
    for column in ("derived", "at_most"):
        for expression in filter(None, map(str.strip, row[column].split(";"))):
            try:
                names = names_in(check_expression(expand(expression, ids)))
            except ParameterError as error:
                yield column, str(error).rstrip(".")
                continue
            unknown = [name for name in names if name not in known]
            if unknown:
                yield column, f"figure {unknown[0]!r} does not exist"
