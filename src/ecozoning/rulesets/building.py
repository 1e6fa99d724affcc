"""From a checked document, and the ruleset it builds upon, to a ruleset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecozoning.rulesets.intervals import Interval
from ecozoning.rulesets.model import Choice, Column, Level, Row, Ruleset, Scale, Table
from ecozoning.rulesets.schema import raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    Entry = Mapping[str, Any]

__all__ = ["build_ruleset"]


def build_ruleset(document: Entry, base: Ruleset | None, file: str) -> Ruleset:
    """Return the ruleset of a checked document; own tables stand before inherited."""
    scales = _scales(document, base)
    own = {name: _table(name, t, scales) for name, t in document["tables"].items()}
    inherited = {table.id: table for table in _inherited(document, base, file)}
    tables = own | {name: inherited[name] for name in inherited if name not in own}
    return Ruleset(
        id=document["id"],
        title=document["title"],
        title_en=document["title_en"],
        year=document["year"],
        source=document["source"],
        note=document.get("note", ""),
        note_zh=document.get("note_zh", ""),
        scales=tuple(Scale(name, levels) for name, levels in scales.items()),
        tables=tuple(tables.values()),
        choices=_choices(document, base, tables, file),
    )


def _scales(document: Entry, base: Ruleset | None) -> dict[str, tuple[Level, ...]]:
    inherited = {scale.id: scale.levels for scale in base.scales} if base else {}
    own = {
        name: tuple(Level(**level) for level in levels)
        for name, levels in document.get("scales", {}).items()
    }
    return inherited | own


def _choices(
    document: Entry, base: Ruleset | None, tables: Mapping[str, Table], file: str
) -> tuple[Choice, ...]:
    """Return own choices, and those of the base whose tables are all there."""
    own = {
        name: Choice(
            id=name,
            default=entry.get("default", ""),
            why=entry["why"],
            why_zh=entry.get("why_zh", ""),
            options=tuple(entry["options"].items()),
        )
        for name, entry in document.get("choices", {}).items()
    }
    raise_faults(
        [
            f"{file}, choice {choice.id!r}: table {table!r} does not exist."
            for choice in own.values()
            for _, table in choice.options
            if table not in tables
        ]
    )
    inherited = {
        choice.id: choice
        for choice in (base.choices if base else ())
        if all(table in tables for _, table in choice.options)
    }
    return tuple((inherited | own).values())


def _inherited(document: Entry, base: Ruleset | None, file: str) -> list[Table]:
    """Return the tables taken over from the base: those listed, or all."""
    if base is None:
        wrong = [f"{file}: `inherit` needs a `base`."] if "inherit" in document else []
        raise_faults(wrong)
        return []
    listed = document.get("inherit", [table.id for table in base.tables])
    raise_faults(
        [
            f"{file}: inherit: ruleset {base.id!r} has no table {name!r}."
            for name in listed
            if name not in base
        ]
    )
    return [base[name] for name in listed]


def _table(name: str, entry: Entry, scales: Mapping[str, tuple[Level, ...]]) -> Table:
    levels = scales[entry["scale"]] if "scale" in entry else ()
    columns = entry.get("columns", {"factor": "", "unit": "", "keys": []})
    rows = [_row(row, entry, levels) for row in entry["rows"]]
    return Table(
        id=name,
        name=entry["name"],
        factor=entry["factor"],
        unit=entry["unit"],
        kind=entry["kind"],
        rows=tuple(sorted(rows, key=_place)),
        levels=levels,
        columns=tuple(_column(column) for column in columns["keys"]),
        column_factor=columns["factor"],
        column_unit=columns["unit"],
        value_unit=entry.get("value_unit", ""),
        default=entry.get("default", ""),
        why=entry.get("why", ""),
        why_zh=entry.get("why_zh", ""),
        note=entry.get("note", ""),
        note_zh=entry.get("note_zh", ""),
    )


def _key(entry: Entry) -> Interval | str:
    if "interval" in entry:
        return Interval.parse(entry["interval"])
    return str(entry["category"])


def _place(row: Row) -> tuple[float, float]:
    """Return what intervals are sorted by; categories keep their order."""
    return (row.key.low, row.key.high) if isinstance(row.key, Interval) else (0, 0)


def _column(entry: Entry) -> Column:
    return Column(_key(entry), entry.get("name", ""), entry.get("unit", ""))


def _row(row: Entry, table: Entry, levels: tuple[Level, ...]) -> Row:
    scores = row.get("scores", [row.get("score", row.get("value"))])
    named = {level.score: level for level in levels} if len(scores) == 1 else {}
    level = named.get(scores[0], Level(0, "", ""))
    origin = {**table, **row}
    return Row(
        key=_key(row),
        scores=tuple(float(score) for score in scores),
        name=row.get("name", ""),
        label=level.label,
        label_en=level.label_en,
        unit=row.get("unit", table["unit"]) if table["kind"] == "values" else "",
        source=origin["source"],
        clause=origin["clause"],
        confidence=origin["confidence"],
        note=row.get("note", ""),
        note_zh=row.get("note_zh", ""),
    )
