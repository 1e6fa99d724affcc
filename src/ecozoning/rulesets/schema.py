"""What a ruleset file must hold; refusals by file, table, row and line."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from ecozoning.errors import ParameterError, SchemaError
from ecozoning.rulesets.fields import (
    FIELDS,
    KINDS,
    column_fields,
    field_faults,
    row_fields,
)
from ecozoning.rulesets.intervals import Interval, seam_fault
from ecozoning.rulesets.model import CONFIDENCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Entry = Mapping[str, Any]
    Faults = Iterator[tuple[int | None, str]]

__all__ = ["check_document", "raise_faults"]

SCORES: Final = range(1, 256)
"""What a score may be: a byte, in which 0 is kept for cells without data."""


def check_document(
    document: Entry, scales: Mapping[str, set[int]], *, text: str, file: str
) -> None:
    """Refuse a document with the first of its faults, and list them all.

    `scales` are the scores of the scales that it inherits, `text` is what it was parsed
    from, for line numbers.
    """
    raise_faults(
        [f"{file}: {fault}." for fault in field_faults(document, FIELDS["ruleset"])]
    )
    raise_faults(
        [
            f"{file}, {fault}."
            for fault in (*_scale_faults(document), *_choice_faults(document))
        ]
    )
    known = {**scales, **_scores_of(document)}
    raise_faults(
        [
            f"{file}, {_place(text, name, row)}: {fault}."
            for name, table in document["tables"].items()
            for row, fault in _table_faults(table, known)
        ]
    )


def _scores_of(document: Entry) -> dict[str, set[int]]:
    return {
        name: {level["score"] for level in levels}
        for name, levels in document.get("scales", {}).items()
    }


def raise_faults(faults: Sequence[str]) -> None:
    """Raise a `SchemaError` if there are faults."""
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        msg = f"{faults[0].rstrip('.')}{more}."
        raise SchemaError(msg, bad_rows=tuple(faults))


def _place(text: str, table: str, row: int | None) -> str:
    line = _line_of(text, table, row)
    where = f"table {table!r}" + ("" if row is None else f", row {row + 1}")
    return f"{where} (line {line})" if line else where


def _line_of(text: str, table: str, row: int | None) -> int | None:
    """Return the line of a table or row, where rows stand on lines of their own."""
    header = rf"^\s*\[tables\.{re.escape(table)}\]"
    start = re.search(header, text, flags=re.MULTILINE)
    if start is None:
        return None
    if row is None:
        return text.count("\n", 0, start.end()) + 1
    begin = re.compile(r"^\s*(?:rows\s*=\s*\[\s*)?\{|^\s*\[\[", flags=re.MULTILINE)
    first = re.compile(r"^\s*rows\s*=|^\s*\[\[", flags=re.MULTILINE)
    rows = first.search(text, start.end())
    found = list(begin.finditer(text, rows.start()))[row : row + 1] if rows else []
    return text.count("\n", 0, found[0].end()) + 1 if found else None


def _scale_faults(document: Entry) -> Iterator[str]:
    for name, levels in document.get("scales", {}).items():
        where = f"scale {name!r}"
        if not isinstance(levels, list) or not levels:
            yield f"{where}: should be a list of levels"
            continue
        faults = [f for level in levels for f in field_faults(level, FIELDS["level"])]
        yield from (f"{where}: {fault}" for fault in faults)
        if not faults:
            scores = [level["score"] for level in levels]
            if scores != sorted(set(scores)) or not set(scores) <= set(SCORES):
                yield f"{where}: scores should rise, from 1 to 255, not {scores}"


def _choice_faults(document: Entry) -> Iterator[str]:
    for name, choice in document.get("choices", {}).items():
        faults = list(field_faults(choice, FIELDS["choice"]))
        yield from (f"choice {name!r}: {fault}" for fault in faults)
        if faults:
            continue
        if not all(isinstance(table, str) for table in choice["options"].values()):
            yield f"choice {name!r}: every option should name a table, in quotes"
        if choice.get("default", "") not in ("", *choice["options"]):
            yield f"choice {name!r}: default {choice['default']!r} is no option of it"


def _table_faults(table: Any, scales: Mapping[str, set[int]]) -> Faults:  # noqa: ANN401 -- as parsed
    faults = list(field_faults(table, FIELDS["table"]))
    yield from ((None, fault) for fault in faults)
    if faults:
        return
    if table["kind"] not in KINDS:
        yield None, f"kind {table['kind']!r} should be one of {', '.join(KINDS)}"
        return
    head = [(None, fault) for fault in _head_faults(table, scales)]
    yield from head
    if head:
        return
    rows = list(_row_faults(table, scales.get(table.get("scale", ""), set())))
    yield from rows or _whole_faults(table)


def _head_faults(table: Entry, scales: Mapping[str, set[int]]) -> Iterator[str]:
    if not table["rows"]:
        yield "rows are missing"
    if (table["kind"] == "matrix") != ("columns" in table):
        yield "columns belong to kind 'matrix', and only to it"
    elif "columns" in table:
        yield from _column_faults(table["columns"])
    scale = table.get("scale")
    if scale is not None and scale not in scales:
        yield f"scale {scale!r} is not defined under [scales]"
    outcome = sum(key in table for key in ("scale", "value_unit"))
    if table["kind"] == "values" and outcome:
        yield "kind 'values' has its unit in `unit`, and no scale or value_unit"
    if table["kind"] != "values" and outcome != 1:
        yield "give either a scale of scores or the value_unit of what comes out"
    if ("default" in table) != ("why" in table):
        yield "`default` and `why` go together"


def _column_faults(columns: Entry) -> Iterator[str]:
    faults = list(field_faults(columns, FIELDS["columns"]))
    for column in columns.get("keys", []):
        fields = column_fields(column if isinstance(column, dict) else {})
        faults += list(field_faults(column, fields))
    yield from (f"columns: {fault}" for fault in faults)
    if not faults and not columns["keys"]:
        yield "columns: keys are missing"
    elif not faults:
        yield from (f"columns: {fault}" for _, fault in _key_faults(columns["keys"]))
        if "interval" in columns["keys"][0] and not _ascend(columns["keys"]):
            yield "columns: intervals should ascend"


def _row_faults(table: Entry, known: set[int]) -> Faults:
    for number, row in enumerate(table["rows"]):
        fields = row_fields(table["kind"], row if isinstance(row, dict) else {})
        faults = list(field_faults(row, fields))
        if not faults:
            faults += list(_origin_faults({**table, **row}))
            faults += list(_score_faults(table, row, known))
        yield from ((number, fault) for fault in faults)


def _origin_faults(row: Entry) -> Iterator[str]:
    """Yield what is not said of where a row comes from, by it or by its table."""
    for key in ("source", "clause", "confidence"):
        if not row.get(key):
            yield f"{key} is missing; give it here or for the whole table"
    confidence = row.get("confidence")
    if confidence and confidence not in CONFIDENCES:
        yield f"confidence {confidence!r} should be one of {', '.join(CONFIDENCES)}"


def _score_faults(table: Entry, row: Entry, known: set[int]) -> Iterator[str]:
    scores = row.get("scores", [row.get("score", row.get("value"))])
    wanted = len(table.get("columns", {}).get("keys", [])) or 1
    if len(scores) != wanted:
        yield f"has {len(scores)} scores for {wanted} columns"
    for score in scores:
        if isinstance(score, bool) or not isinstance(score, int | float):
            yield f"score {score!r} should be a number"
        elif known and score not in known:
            yield f"score {score} is not in the scale, which has {sorted(known)}"
        elif score - score != 0:
            yield f"score {score} should be a finite number"


def _whole_faults(table: Entry) -> Faults:
    yield from _key_faults(table["rows"])
    keys = [row.get("category", row.get("interval")) for row in table["rows"]]
    if table.get("default", keys[0]) not in keys:
        yield None, f"default {table['default']!r} is no row of it"


def _key_faults(entries: Sequence[Entry]) -> Faults:
    """Yield how intervals fail to cover a stretch once, or which names come twice."""
    if len({"interval" in entry for entry in entries}) > 1:
        yield None, "intervals and categories cannot stand in one list"
    elif "interval" in entries[0]:
        yield from _cover_faults(entries)
    else:
        names = [entry["category"] for entry in entries]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield number, f"category {name!r} is given twice"


def _cover_faults(entries: Sequence[Entry]) -> Faults:
    read: list[tuple[Interval, int]] = []
    for number, entry in enumerate(entries):
        try:
            read.append((Interval.parse(entry["interval"]), number))
        except ParameterError as error:
            yield number, str(error)
    if len(read) < len(entries):
        return
    read.sort(key=lambda pair: (pair[0].low, pair[0].high))
    for (lower, _), (upper, number) in pairwise(read):
        if fault := seam_fault(lower, upper):
            yield number, fault


def _ascend(entries: Sequence[Entry]) -> bool:
    """Say whether intervals ascend; one that cannot be read has its own fault."""
    try:
        lows = [Interval.parse(entry["interval"]).low for entry in entries]
    except ParameterError:
        return True
    return lows == sorted(lows)
