"""Tables of a ruleset as frames, one row per number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecozoning.rulesets.model import Row, Table

__all__ = ["ruleset_frame", "table_frame"]

COLUMNS: Final = (
    "table",
    "factor",
    "key",
    "unit",
    "column_factor",
    "column",
    "score",
    "score_unit",
    "name",
    "label",
    "label_en",
    "source",
    "clause",
    "confidence",
    "note",
    "note_zh",
)


def ruleset_frame(tables: Iterable[Table]) -> pd.DataFrame:
    """Return tables as one frame, in their order."""
    records = [record for table in tables for record in _records(table)]
    return pd.DataFrame(records, columns=list(COLUMNS)).astype({"score": "float64"})


def table_frame(table: Table) -> pd.DataFrame:
    """Return one table as a frame."""
    return ruleset_frame([table])


def _records(table: Table) -> Iterator[dict[str, Any]]:
    for row in table.rows:
        if not table.columns:
            yield _record(table, row) | {"score": row.scores[0]}
        for column, score in zip(table.columns, row.scores, strict=False):
            yield _record(table, row) | {
                "column_factor": table.column_factor,
                "column": str(column.key),
                "score": score,
                "score_unit": column.unit or table.value_unit,
            }


def _record(table: Table, row: Row) -> dict[str, Any]:
    is_value = table.kind == "values"
    return {
        "table": table.id,
        "factor": table.factor,
        "key": str(row.key),
        "unit": "" if is_value else table.unit,
        "column_factor": "",
        "column": "",
        "score_unit": row.unit if is_value else table.value_unit,
        "name": row.name,
        "label": row.label,
        "label_en": row.label_en,
        "source": row.source,
        "clause": row.clause,
        "confidence": row.confidence,
        "note": row.note,
        "note_zh": row.note_zh,
    }
