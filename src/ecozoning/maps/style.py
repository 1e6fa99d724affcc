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
    north: str
    kilometre: str
    modelled: str
    modelled_all: str
    modelled_some: str
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
    north="北",
    kilometre="公里",
    modelled="模拟边界 / Modelled geometry",
    modelled_all="分区界线由规划文字和公开数据推算，非法定，不得作为管理依据。",
    modelled_some="{total} 个分区中有 {count} 个的界线由规划文字和公开数据推算，"
    "非法定，不得作为管理依据。",
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
    north="N",
    kilometre="km",
    modelled="Modelled geometry / 模拟边界",
    modelled_all="Zone lines are derived from the plan's text and open data. They are "
    "not official and have no legal effect.",
    modelled_some="The lines of {count} of {total} zones are derived from the plan's "
    "text and open data. They are not official and have no legal effect.",
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
