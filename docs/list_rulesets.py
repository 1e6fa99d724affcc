"""Write what the packaged rulesets hold into docs/rulesets.md and docs/zh/rulesets.md.

    python docs/list_rulesets.py

A test compares the pages with the data, so they cannot drift apart.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ecozoning.rulesets import (
    Interval,
    attainable_levels,
    list_rulesets,
    load_ruleset,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecozoning.rulesets import Column, Row, Ruleset, Table

HERE = Path(__file__).resolve().parent
NO_BREAK = "\N{NO-BREAK SPACE}"
PAGES = {"en": HERE / "rulesets.md", "zh": HERE / "zh" / "rulesets.md"}

WORDS = {
    "head": {
        "en": "| table | gives | source | known |",
        "zh": "| 表 | 取值 | 来源 | 可信度 |",
    },
    "verified": {"en": "verified", "zh": "已核"},
    "code": {"en": "code", "zh": "代码"},
    "recalled": {"en": "recalled", "zh": "记忆"},
    "unsure": {"en": "**unsure**", "zh": "**存疑**"},
    "columns": {"en": "columns", "zh": "列"},
    "same": {"en": "The same as in", "zh": "与下列规则集相同："},
    "choice": {"en": "choice", "zh": "取舍"},
    "none": {"en": "no default", "zh": "无默认值"},
    "default": {"en": "default", "zh": "默认"},
    "index": {
        "en": "| index | product of scores | 2/4 | thirds |",
        "zh": "| 指数 | 分值之积 | 2/4 | 三等分 |",
    },
    "factors": {"en": "factors", "zh": "个因子"},
}


def with_listing(page: str, language: str) -> str:
    """Return the text of a page with its listings made anew."""
    page = _replaced(page, "indices", _index_lines(language))
    return _replaced(page, "listing", _ruleset_lines(language))


def _replaced(page: str, part: str, lines: Iterator[str]) -> str:
    """Return a page with other lines between the marks of a part."""
    begin, end = f"<!-- begin {part} -->\n", f"<!-- end {part} -->\n"
    before, rest = page.split(begin)
    text = "\n".join(lines).rstrip("\n")
    return f"{before}{begin}\n{text}\n\n{end}{rest.split(end)[1]}"


def _index_lines(language: str) -> Iterator[str]:
    ruleset = load_ruleset("redline2017")
    for factors in (4, 3):
        one, other = (
            attainable_levels(
                ruleset.choose("index_cuts", option), scores=(1, 3, 5), factors=factors
            )
            for option in ("2/4", "thirds")
        )
        label = "label_en" if language == "en" else "label"
        yield f"{factors} {WORDS['factors'][language]}\n"
        yield WORDS["index"][language]
        yield "|---|---|---|---|"
        for (_, a), (_, b) in zip(one.iterrows(), other.iterrows(), strict=True):
            mark = "**" if a["level"] != b["level"] else ""
            yield (
                f"| {mark}{a['index']:.3f}{mark} | {a['product']} "
                f"| {mark}{a[label]}{mark} | {mark}{b[label]}{mark} |"
            )
        yield ""


def _in(language: str, english: str, chinese: str) -> str:
    return english if language == "en" else chinese


def _ruleset_lines(language: str) -> Iterator[str]:
    seen: dict[str, list[Table]] = {}
    for name in sorted(list_rulesets()["id"], key=lambda name: name != "redline2017"):
        ruleset = load_ruleset(name)
        yield from _one_ruleset(ruleset, seen, language)
        seen[name] = list(ruleset.tables)


def _one_ruleset(
    ruleset: Ruleset, seen: dict[str, list[Table]], language: str
) -> Iterator[str]:
    title = ruleset.title_en if language == "en" else ruleset.title
    yield f"### `{ruleset.id}`\n"
    yield f"{title}, {ruleset.source}, {ruleset.year}.\n"
    if note := _in(language, ruleset.note, ruleset.note_zh):
        yield f"{note}\n"
    for other, tables in seen.items():
        same = [f"`{table.id}`" for table in ruleset.tables if table in tables]
        if same:
            yield f"{WORDS['same'][language]} `{other}`: {', '.join(same)}.\n"
    old = [table for tables in seen.values() for table in tables]
    yield f"{WORDS['head'][language]}\n|---|---|---|---|"
    for table in ruleset.tables:
        if table not in old:
            yield _table_line(table, language)
    yield ""
    for choice in ruleset.choices:
        options = ", ".join(f"{option} (`{name}`)" for option, name in choice.options)
        default = f"{WORDS['default'][language]} {choice.default}"
        chosen = default if choice.default else WORDS["none"][language]
        why = _in(language, f": {choice.why}.", f"：{choice.why_zh}。")
        yield f"* {WORDS['choice'][language]} `{choice.id}`: {options}; {chosen}{why}"
    yield ""


def _table_line(table: Table, language: str) -> str:
    (source, clause, confidence), _ = Counter(
        (row.source, row.clause, row.confidence) for row in table.rows
    ).most_common(1)[0]
    rows = ("<br>" if table.columns else " · ").join(
        _row_text(row, table, language) + _stray(row, source, confidence, language)
        for row in table.rows
    )
    unit = "" if table.unit in ("class", "1") else f" [{table.unit}]"
    title = f"`{table.id}`<br>{table.name}{unit}"
    notes = [_columns_text(table, language), rows]
    if table.default:
        default = f"{WORDS['default'][language].capitalize()} {table.default}"
        notes += [
            default + _in(language, f": {table.why}.", f"：{table.why_zh}。"),
        ]
    notes += [_in(language, table.note, table.note_zh)]
    gives = "<br>".join(note for note in notes if note)
    known = WORDS[confidence][language]
    return f"| {title} | {gives} | {source}<br>{clause} | {known} |"


def _stray(row: Row, source: str, confidence: str, language: str) -> str:
    """Return in what a row differs from most of its table."""
    parts = [row.source] if row.source != source else []
    parts += [WORDS[row.confidence][language]] if row.confidence != confidence else []
    parts += [_in(language, row.note, row.note_zh)] if row.note else []
    return f" ({'; '.join(parts)})" if parts else ""


def _key_text(entry: Row | Column, language: str) -> str:
    if isinstance(entry.key, Interval) or language == "en" or not entry.name:
        return str(entry.key)
    return entry.name


def _row_text(row: Row, table: Table, language: str) -> str:
    key = _key_text(row, language)
    scores = " ".join(f"{score:g}" for score in row.scores)
    unit = f" {row.unit}" if row.unit not in ("", table.unit) else ""
    text = f"{key}{':' if len(row.scores) > 1 else ''} **{scores}**{unit}"
    return text.replace(" ", NO_BREAK)


def _columns_text(table: Table, language: str) -> str:
    if not table.columns:
        return ""
    keys = " · ".join(
        _key_text(column, language) + (f" [{column.unit}]" if column.unit else "")
        for column in table.columns
    )
    return f"{WORDS['columns'][language]} `{table.column_factor}`: {keys}"


if __name__ == "__main__":
    for language, path in PAGES.items():
        page = path.read_text(encoding="utf-8")
        path.write_text(with_listing(page, language), encoding="utf-8", newline="\n")
