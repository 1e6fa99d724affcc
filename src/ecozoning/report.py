"""Tables for people to read: aligned text with Chinese widths, CSV, JSON."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecozoning.overlay.balancing import balance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecozoning.plan import Plan

__all__ = [
    "area_report",
    "as_csv",
    "as_json",
    "as_text",
    "fidelity_line",
    "fidelity_report",
    "finding_counts",
    "finding_report",
    "no_zones",
]

Language = Literal["zh", "en"]

_HEADINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "slug": "代号",
        "name": "名称",
        "files": "文件",
        "name_en": "英文名",
        "adcode": "代码",
        "area_km2": "计算面积 km²",
        "base_year": "基准年",
        "end_year": "目标年",
        "n_zones": "分区数",
        "pattern": "格局",
        "share_percent": "计算占比 %",
        "published_area_km2": "公布面积 km²",
        "published_share_percent": "公布占比 %",
        "deviation_percent": "偏差 %",
        "severity": "级别",
        "code": "规则",
        "subject": "对象",
        "message": "问题",
        "message_zh": "问题",
        "section": "章节",
        "error": "错误",
        "warning": "警告",
        "info": "提示",
        "total": "合计",
        "check": "项目",
        "published": "公布",
        "computed": "计算",
        "within": "相符",
        "explanation_zh": "原因",
    },
    "en": {
        "slug": "slug",
        "name": "name",
        "name_en": "English name",
        "adcode": "code",
        "area_km2": "computed km²",
        "base_year": "base",
        "end_year": "end",
        "n_zones": "zones",
        "pattern": "pattern",
        "share_percent": "computed %",
        "published_area_km2": "published km²",
        "published_share_percent": "published %",
        "deviation_percent": "deviation %",
        "severity": "severity",
        "code": "rule",
        "subject": "subject",
        "message": "finding",
        "message_zh": "finding",
        "section": "section",
        "error": "error",
        "warning": "warning",
        "info": "note",
        "total": "total",
    },
}
_FORMATS: Final = {
    "area_km2": "{:,.2f}",
    "published_area_km2": "{:,.2f}",
    "share_percent": "{:.2f}",
    "published_share_percent": "{:.2f}",
    "deviation_percent": "{:+.3f}",
}
_CHECKS: Final = {
    "area": "面积",
    "share": "占比",
    "extent": "经纬度",
    "elevation": "高程",
    "length": "长度",
    "seat": "驻地",
    "position": "方位",
    "redline": "红线",
}
_SEVERITIES: Final = ("error", "warning", "info")
NARROWEST_TEXT: Final = 4
"""Columns to which a text may be folded: two Chinese characters."""
MIN_WIDTH: Final = 100
"""Columns of text where there is no terminal to ask."""


def area_report(plan: Plan, language: Language = "zh") -> pd.DataFrame:
    """
    Return the area table of a plan as one hands it in: rounded, closing, with a total.

    Parameters
    ----------
    plan : Plan
        Any plan; one without zones gives an empty table.
    language : {"zh", "en"}
        Language of the zone names and of the total row.

    Returns
    -------
    pandas.DataFrame
        Zones and a last row with the total: name, published and computed area (km2, two
        decimals, adding up to their total) and shares, deviation in per cent.

    Examples
    --------
    >>> import ecozoning as ez
    >>> table = area_report(ez.load_plan("guyang"))
    >>> bool(table["area_km2"].iloc[:-1].sum().round(2) == table["area_km2"].iloc[-1])
    True
    """
    table = plan.zone_statistics().drop(columns=["zone_id", "geometry_kind"])
    if table.empty or table["area_km2"].isna().any():
        return table
    if language == "en":
        table["name"] = plan.zones["name_en"].to_numpy()
    total = round(float(table["area_km2"].sum()), 2)
    table["area_km2"] = balance(table["area_km2"], total)
    table["share_percent"] = balance(table["share_percent"], 100.0)
    published = round(float(table["published_area_km2"].sum(skipna=False)), 6)
    row = {
        "name": _HEADINGS[language]["total"],
        "area_km2": total,
        "share_percent": 100.0,
        "published_area_km2": published,
        "published_share_percent": table["published_share_percent"].sum(skipna=False),
        "deviation_percent": (total / published - 1) * 100,
    }
    return pd.concat([table, pd.DataFrame([row])], ignore_index=True)


def fidelity_report(table: pd.DataFrame, language: Language = "zh") -> pd.DataFrame:
    """Return checks as people read them; a miss carries its explanation."""
    explanation = "explanation_zh" if language == "zh" else "explanation"
    shown = table[["check", "subject", "published"]].copy()
    if language == "zh":
        shown["check"] = shown["check"].replace(_CHECKS)
        shown["published"] = shown["published"].replace(_bearings())
    places = {"°": 4, "km2": 2, "%": 2}
    # A seat has no value of its own: it lies so far from the zone that names it.
    own = table["computed_value"].notna()
    values = table["computed_value"].where(own, table["deviation"])
    units = table["unit"].where(own, table["deviation_unit"])
    if language == "zh":
        units = units.replace({"degrees": "度"})
    shown["computed"] = [
        f"{value:.{places.get(unit, 1)}f} {unit}".strip()
        for value, unit in zip(values, units, strict=True)
    ]
    shown["within"] = ["✓" if good else "✗" for good in table["within"]]
    shown[explanation] = table[explanation]
    return shown


def _bearings() -> dict[str, str]:
    """Return the Chinese word for each bearing of a zone."""
    from ecozoning.plan.fidelity.positions import DIRECTIONS  # slow to import

    return {bearing: f"{word}部" for word, bearing in DIRECTIONS.items()}


def fidelity_line(table: pd.DataFrame, language: Language = "zh") -> str:
    """Return the score of a fidelity table in one line."""
    from ecozoning.plan.fidelity import fidelity_score  # slow to import

    score = fidelity_score(table)
    n, within = score["n"], score["within"]
    share = f"{score['share']:.1%}" if n else "—"
    if language == "zh":
        return f"可核对 {n} 项，相符 {within} 项，{share}"
    return f"{n} figures to check, {within} within, {share}"


def no_zones(plan: Plan, language: Language = "zh") -> str:
    """Return the sentence for a plan without zones."""
    return plan.zones_note if language == "zh" else "The plan defines no zones."


def finding_counts(
    found: pd.DataFrame, language: Language | None = None
) -> dict[str, int]:
    """Return the number of findings by severity, named in a language if given."""
    counts = found["severity"].value_counts()
    names = _HEADINGS[language] if language else {}
    return {names.get(key, key): int(counts.get(key, 0)) for key in _SEVERITIES}


def finding_report(found: pd.DataFrame, language: Language = "zh") -> pd.DataFrame:
    """Return findings as people read them: severity, rule, sentence."""
    heads = _HEADINGS[language]
    message = "message_zh" if language == "zh" else "message"
    table = found[["severity", "code", message]].copy()
    table["severity"] = [heads[severity] for severity in table["severity"]]
    return table


def as_text(
    table: pd.DataFrame,
    *,
    title: str = "",
    language: Language = "zh",
    width: int | None = None,
    total: bool = False,
) -> str:
    """Return an aligned text table; `total` sets the last row off."""
    heads = _HEADINGS[language]
    sheet = Table(
        title=Text(title) if title else None,
        box=box.SIMPLE_HEAD,
        title_justify="left",
    )
    for column in table.columns:
        number = pd.api.types.is_numeric_dtype(table[column])
        sheet.add_column(
            Text(heads.get(column, column)),
            justify="right" if number else "left",
            overflow="fold",
            no_wrap=number or column in ("slug", "adcode", "severity", "code"),
        )
    for place, record in enumerate(table.to_dict("records")):
        last = place == len(table) - 1
        sheet.add_row(
            *(Text(_cell(str(column), value)) for column, value in record.items()),
            end_section=total and place == len(table) - 2,
            style="bold" if total and last else None,
        )
    room = max(width or MIN_WIDTH, _least_width(sheet))  # no digit is cut off
    console = Console(file=io.StringIO(), width=room, color_system=None)
    console.print(sheet)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in str(text).splitlines()) + "\n"


def _least_width(sheet: Table) -> int:
    """Return the width below which numbers would lose digits."""
    widths = [
        max(cell_len(str(cell)) for cell in (column.header, *column.cells))
        if column.no_wrap
        else NARROWEST_TEXT
        for column in sheet.columns
    ]
    return sum(width + 3 for width in widths) + 1


def _cell(column: str, value: object) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return "—"
    if column in _FORMATS and isinstance(value, int | float):
        return _FORMATS[column].format(value)
    return str(value)


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as CSV text."""
    return str(table.to_csv(index=False, lineterminator="\n"))


def as_json(table: pd.DataFrame) -> str:
    """Return a table as a JSON list of rows, Chinese as it is."""
    text = table.to_json(orient="records", force_ascii=False, indent=2)
    return f"{text}\n"
