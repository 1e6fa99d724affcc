"""Which keys a ruleset file may and must have, and what each must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FIELDS", "KINDS", "column_fields", "field_faults", "row_fields"]

KINDS: Final = ("intervals", "categories", "matrix", "values")
_TEXT, _NUMBER, _WHOLE, _LIST, _TABLE = "text", "number", "whole", "list", "table"
_PYTHON: Final[Mapping[str, tuple[type, ...]]] = {
    "text": (str,),
    "number": (int, float),
    "whole": (int,),
    "list": (list,),
    "table": (dict,),
}
_WORDS: Final[Mapping[str, str]] = {
    "text": "text in quotes",
    "number": "a number",
    "whole": "a whole number",
    "list": "a list in [ ]",
    "table": "a table",
}
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]*")
_SLUGS: Final = ("id", "factor", "scale", "base")


class Fields(NamedTuple):
    """Keys of one place of the file, with what each must be."""

    required: Mapping[str, str]
    optional: Mapping[str, str]


FIELDS: Final[Mapping[str, Fields]] = {
    "ruleset": Fields(
        {
            "id": _TEXT,
            "title": _TEXT,
            "title_en": _TEXT,
            "year": _WHOLE,
            "source": _TEXT,
            "tables": _TABLE,
        },
        {
            "note": _TEXT,
            "note_zh": _TEXT,
            "base": _TEXT,
            "inherit": _LIST,
            "scales": _TABLE,
            "choices": _TABLE,
        },
    ),
    "level": Fields({"score": _WHOLE, "label": _TEXT, "label_en": _TEXT}, {}),
    "choice": Fields(
        {"why": _TEXT, "options": _TABLE}, {"why_zh": _TEXT, "default": _TEXT}
    ),
    "table": Fields(
        {"name": _TEXT, "factor": _TEXT, "unit": _TEXT, "kind": _TEXT, "rows": _LIST},
        {
            "scale": _TEXT,
            "value_unit": _TEXT,
            "columns": _TABLE,
            "default": _TEXT,
            "why": _TEXT,
            "why_zh": _TEXT,
            "note": _TEXT,
            "note_zh": _TEXT,
            "source": _TEXT,
            "clause": _TEXT,
            "confidence": _TEXT,
        },
    ),
    "columns": Fields({"factor": _TEXT, "unit": _TEXT, "keys": _LIST}, {}),
}

_ANY_ROW: Final[Mapping[str, str]] = {
    "source": _TEXT,
    "clause": _TEXT,
    "confidence": _TEXT,
    "note": _TEXT,
    "note_zh": _TEXT,
}
_INTERVAL: Final[Mapping[str, str]] = {"interval": _TEXT}
_CATEGORY: Final[Mapping[str, str]] = {"category": _TEXT, "name": _TEXT}


def row_fields(kind: str, row: Mapping[str, Any]) -> Fields:
    """Return the keys of a row, by the kind of its table."""
    if kind == "values":
        return Fields({**_CATEGORY, "value": _NUMBER}, {**_ANY_ROW, "unit": _TEXT})
    by_interval = kind == "intervals" or (kind == "matrix" and "interval" in row)
    key = _INTERVAL if by_interval else _CATEGORY
    result = {"scores": _LIST} if kind == "matrix" else {"score": _NUMBER}
    return Fields({**key, **result}, _ANY_ROW)


def column_fields(column: Mapping[str, Any]) -> Fields:
    """Return the keys of a column of a matrix."""
    return Fields(_INTERVAL if "interval" in column else _CATEGORY, {"unit": _TEXT})


def field_faults(entry: object, fields: Fields) -> Iterator[str]:
    """Yield what is unknown, missing, or not what it should be."""
    if not isinstance(entry, dict):
        yield f"should be a table of keys, not {entry!r}"
        return
    known = {**fields.required, **fields.optional}
    for key in entry:
        if key not in known:
            yield f"key {key!r} is unknown; the keys are {', '.join(known)}"
    for key in fields.required:
        if key not in entry:
            yield f"key {key!r} is missing"
    for key, value in entry.items():
        if key in known and not _is(value, known[key]):
            yield f"{key} = {value!r} should be {_WORDS[known[key]]}"
        elif key in _SLUGS and not _SLUG.fullmatch(str(value)):
            yield f"{key} = {value!r} should be of lower-case letters, digits and _"
        elif key == "category" and len(str(value).split()) != 1:
            yield f"{key} = {value!r} should be one word, joined by _"


def _is(value: object, wanted: str) -> bool:
    return isinstance(value, _PYTHON[wanted]) and not isinstance(value, bool)
