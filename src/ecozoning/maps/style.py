"""Colours, line widths, type sizes and words of a map sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ecozoning.errors import ParameterError

__all__ = [
    "INK",
    "PALETTE",
    "WORDS",
    "Language",
    "Words",
    "check_language",
    "zone_colours",
]

Language = Literal["zh", "en"]

# Twelve calm tints, light enough for black lettering. They were searched for the
# largest smallest difference (CIEDE2000) among normal sight, deuteranopia and
# protanopia (Machado 2009, severity 1), the first six on their own before the rest;
# a test measures them again.
PALETTE: Final = (
    "#A7C3A3",
    "#6AA6D8",
    "#F6DA94",
    "#CA90A9",
    "#B98D6F",
    "#D5CDF2",
    "#C2EAE6",
    "#50988B",
    "#E4E4C9",
    "#B6BB73",
    "#84C0C8",
    "#9883AE",
)
UNZONED: Final = "#EFE8D8"
PAPER: Final = "#FFFFFF"
GROUND: Final = "#F9F8F4"  # the land around the county
INK: Final = "#1E2326"
FAINT_INK: Final = "#5A6166"
RULE: Final = "#B9BDBE"
ZONE_EDGE: Final = "#63676A"
WATER: Final = "#2F74B5"
CASING: Final = (("#ECE6F3", 9.0), ("#D5CAE6", 4.5))  # colour, width in points
BOUNDARY_DASHES: Final = (7.0, 1.8, 1.2, 1.8)  # the county line of Chinese maps
WARNING_EDGE: Final = "#B4530A"
WARNING_FILL: Final = "#FFF6E6"


@dataclass(frozen=True)
class Words:
    """Every word the sheet writes by itself, in one language."""

    legend: str
    zone: str
    area: str
    share: str
    published: str
    total: str
    seat: str
    county_seat: str
    river: str
    boundary: str
    unzoned: str
    no_zones: str
    no_zones_pattern: str
    north: str
    kilometre: str
    modelled: str
    modelled_all: str
    modelled_some: str
    modelled_also: str
    zone_lines: str
    some_zone_lines: str
    layers: dict[str, str]
    joint: str
    last_joint: str
    space: str
    kinds: dict[str, str]
    redline: str
    redline_modelled: str
    unplaced: str
    and_more: str
    system: str
    convergence: str
    source: str
    note: str


_ZH: Final = Words(
    legend="图例",
    zone="修复分区",
    area="面积",
    share="占比",
    published="规划面积",
    total="合计",
    seat="乡镇级驻地",
    county_seat="县级驻地",
    river="河流",
    boundary="县级界",
    unzoned="未划入分区",
    no_zones="该规划未划定修复分区，本图只表示县域范围。",
    no_zones_pattern="该规划未划定修复分区，本图表示其生态格局。",
    north="北",
    kilometre="公里",
    modelled="模拟边界 / Modelled geometry",
    modelled_all="分区界线由规划文字和公开数据推算，非法定，不得作为管理依据。",
    modelled_some="{total} 个分区中有 {count} 个的界线由规划文字和公开数据推算，"
    "非法定，不得作为管理依据。",
    modelled_also="{things}由规划文字和公开数据推算，非法定，不得作为管理依据。",
    zone_lines="分区界线",
    some_zone_lines="{count}/{total} 个分区的界线",
    layers={
        "redlines": "生态保护红线",
        "corridors": "生态廊道",
        "pattern": "格局要素",
    },
    joint="、",
    last_joint="、",
    space="",
    kinds={
        "barrier": "生态屏障",
        "belt": "生态带",
        "district": "生态片区",
        "core": "生态核心",
        "corridor": "生态廊道",
        "river": "水系廊道",
        "node": "生态节点",
    },
    redline="生态保护红线",
    redline_modelled="生态保护红线（模拟）",
    unplaced="未绘出（无可靠位置依据）：",
    and_more="等 {count} 项",
    system="坐标系：CGCS2000，高斯-克吕格投影 3° 带，中央经线 {meridian}°E",
    convergence="；子午线收敛角 {angle}",
    source="资料来源：",
    note="说明：",
)
_EN: Final = Words(
    legend="Legend",
    zone="Restoration zone",
    area="Area",
    share="Share",
    published="In plan",
    total="Total",
    seat="Township seat",
    county_seat="County seat",
    river="River",
    boundary="County boundary",
    unzoned="Not in a zone",
    no_zones="The plan draws no restoration zones; the sheet shows the county only.",
    no_zones_pattern="The plan draws no restoration zones; the sheet shows its "
    "ecological pattern.",
    north="N",
    kilometre="km",
    modelled="Modelled geometry / 模拟边界",
    modelled_all="Zone lines are derived from the plan's text and open data. They are "
    "not official and have no legal effect.",
    modelled_some="The lines of {count} of {total} zones are derived from the plan's "
    "text and open data. They are not official and have no legal effect.",
    modelled_also="{things} are derived from the plan's text and open data. They are "
    "not official and have no legal effect.",
    zone_lines="Zone lines",
    some_zone_lines="Lines of {count} of {total} zones",
    layers={
        "redlines": "ecological red lines",
        "corridors": "corridors",
        "pattern": "pattern elements",
    },
    joint=", ",
    last_joint=" and ",
    space=" ",
    kinds={
        "barrier": "Ecological barrier",
        "belt": "Ecological belt",
        "district": "Ecological district",
        "core": "Ecological core",
        "corridor": "Ecological corridor",
        "river": "River corridor",
        "node": "Ecological node",
    },
    redline="Ecological red line",
    redline_modelled="Ecological red line (modelled)",
    unplaced="Not drawn, for want of evidence: ",
    and_more=" and others, {count} in all",
    system="CRS: CGCS2000, 3° Gauss-Krüger zone, central meridian {meridian}°E",
    convergence="; meridian convergence {angle}",
    source="Source: ",
    note="Note: ",
)
WORDS: Final[dict[str, Words]] = {"zh": _ZH, "en": _EN}


def check_language(language: str) -> Words:
    """Return the words of a language."""
    if language not in WORDS:
        msg = f"`language` is {language!r}; use 'zh' or 'en'."
        raise ParameterError(msg)
    return WORDS[language]


def zone_colours(count: int) -> tuple[str, ...]:
    """Return one colour a zone, the same for the same place in the order."""
    if count > len(PALETTE):
        msg = (
            f"`zones` has {count} rows, but one sheet tells at most {len(PALETTE)} "
            "zones apart; join some first with `zones.dissolve(by=...)`."
        )
        raise ParameterError(msg)
    return PALETTE[:count]
