"""What the explanations of misses say, in English and in the words of planners."""

from __future__ import annotations

from typing import Final

from ecozoning.plan.bilingual import Bilingual

# Every phrase is complete in both languages; `causes` picks one and fills in numbers.

# --- the plan contradicts itself ---------------------------------------------------

ALSO_PRINTED: Final = Bilingual(
    "contradictory plan: it also prints {published} ({figure}), which fits",
    "规划自相矛盾：另印有{published}（{figure}），该值与计算值相符",
)
BEYOND_COUNTY: Final = Bilingual(
    "contradictory plan: beyond the county's own {published} ({figure})",
    "规划自相矛盾：超出县域自身的{published}（{figure}）",
)
ABOVE_WHOLE: Final = Bilingual(
    "contradictory plan: this part is larger than the whole, {published} ({figure})",
    "规划自相矛盾：部分大于整体，整体为{published}（{figure}）",
)
OTHER_SPAN: Final = Bilingual(
    "contradictory plan: its own longitudes and latitudes span {km:.1f} km",
    "规划自相矛盾：按其自身的经纬度起止，跨度为{km:.1f} km",
)

# --- what a border rests on --------------------------------------------------------

OFFICIAL: Final = Bilingual("official", "正式的")
MODELLED: Final = Bilingual("modelled", "推求的")
BORDER: Final = Bilingual("{kind} border", "{kind}界线")
BORDER_OF_AREA: Final = Bilingual(
    "modelled border of a published area", "推求的界线（有公布面积约束）"
)
BORDER_WITHOUT_AREA: Final = Bilingual(
    "modelled border without a published area", "推求的界线（无公布面积约束）"
)
GENERALISED: Final = Bilingual("generalised boundary", "县界概化")
GENERALISED_BUT_FITS: Final = Bilingual(
    "generalised boundary, though its area fits", "县界概化（面积相符）"
)
GENERALISED_THERE: Final = Bilingual(
    "generalised boundary, which the zone reaches there",
    "县界概化（分区在此以县界为界）",
)

# --- extents and areas -------------------------------------------------------------

SIDES: Final = (
    Bilingual("western", "西"),
    Bilingual("southern", "南"),
    Bilingual("eastern", "东"),
    Bilingual("northern", "北"),
)
"""In the order of bounds: west, south, east, north."""
OUTSIDE: Final = Bilingual("outside", "外侧")
INSIDE: Final = Bilingual("inside", "内侧")
ENDS: Final = Bilingual(
    "{border}: its {side} end lies {minutes:.1f}′ {way} the printed one",
    "{border}：最{side}端在公布位置{way}{minutes:.1f}′处",
)
SHORT_SPAN: Final = Bilingual(
    "generalised boundary: its bounds do not span what is printed",
    "县界概化：外接范围的跨度与公布值不符",
)
COUNTY_HOLDS: Final = Bilingual(
    "generalised boundary: it holds {km2:.2f} km2", "县界概化：所围面积为{km2:.2f} km2"
)
INSIDE_COUNTY: Final = Bilingual(
    "{border}, inside an open county line of {km2:.2f} km2",
    "{border}，在公开县界之内，县界所围面积为{km2:.2f} km2",
)
PROTECTED_BY_WORDS: Final = Bilingual(
    "modelled protected area: placed by words and terrain only",
    "推求的自然保护地：仅按文字和地形落位",
)

# --- heights and lengths -----------------------------------------------------------

HIGHER: Final = Bilingual("higher", "高")
LOWER: Final = Bilingual("lower", "低")
HIGHEST: Final = Bilingual("highest", "最高")
LOWEST: Final = Bilingual("lowest", "最低")
CELLS: Final = Bilingual("cells", "格网")
CELLS_OF: Final = Bilingual("cells of {km:.1f} km", "格宽{km:.1f} km的格网")
OTHER_GROUND: Final = Bilingual(
    "{border}: it takes in {way} ground than the plan's zone",
    "{border}：所含地面比规划的分区偏{way}",
)
TOO_MUCH_GROUND: Final = Bilingual(
    "{border}: it takes in {way} ground than printed", "{border}：所含地面{way}于公布值"
)
COUNTY_GROUND: Final = Bilingual(
    "generalised boundary or DEM: it holds {way} ground than printed",
    "县界概化或高程数据偏差：所含地面{way}于公布值",
)
SUMMITS: Final = Bilingual(
    "coarse DEM: {cells} level summits, none there is above {near:.0f} m",
    "高程数据过粗：{cells}削平了山顶，该处及邻近没有高于{near:.0f} m的格子",
)
VALLEYS: Final = Bilingual(
    "coarse DEM: {cells} level valleys, none there is below {near:.0f} m",
    "高程数据过粗：{cells}填平了谷地，该处及邻近没有低于{near:.0f} m的格子",
)
JUST_BEYOND: Final = Bilingual(
    "{border}: just beyond it the {extreme} cell has {near:.0f} m",
    "{border}：紧邻界外{extreme}的格子为{near:.0f} m",
)
BENDS: Final = Bilingual(
    "coarse DEM or generalised line: {cells} cut the river's bends",
    "高程数据过粗或河线概化：{cells}截去了河曲",
)
RUNS_ON: Final = Bilingual(
    "modelled course: the line runs on beyond the reach that the plan measures",
    "推求的河道：线条超出了规划所量的河段",
)

# --- seats and words of position ---------------------------------------------------

OFF_SEAT: Final = Bilingual(
    "{border} {km:.1f} km off the seat", "{border}距驻地{km:.1f} km"
)
WEAK_SEAT: Final = Bilingual(
    "weak gazetteer match of the seat, or {otherwise}",
    "驻地的地名匹配不可靠，或{otherwise}",
)
COUNTY_CENTRE: Final = Bilingual("the county's centre", "县域形心")
THERE: Final = Bilingual("there", "所指的要素")
LOOSE_WORD: Final = {
    "degrees": Bilingual(
        "loose word: its seats lie {seats:.0f}°, its centroid {own:.0f}° from north, "
        "seen from {origin}",
        "方位词宽泛：从{origin}看，驻地在方位角{seats:.0f}°，形心在{own:.0f}°",
    ),
    "km": Bilingual(
        "loose word: its seats lie {seats:.0f} km, its centroid {own:.0f} km off "
        "{origin}",
        "方位词宽泛：驻地距{origin}{seats:.0f} km，形心距{own:.0f} km",
    ),
}
LIES: Final = {
    "degrees": Bilingual(
        "{kind} geometry: its centroid lies {own:.0f}° from north, seen from {origin}",
        "{kind}图形：从{origin}看，形心在方位角{own:.0f}°",
    ),
    "km": Bilingual(
        "{kind} geometry: its centroid lies {own:.0f} km off {origin}",
        "{kind}图形：形心距{origin}{own:.0f} km",
    ),
}
"""By the unit in which a word of position is measured."""

# --- red lines ---------------------------------------------------------------------

REDLINE_BY_TERRAIN: Final = Bilingual(
    "modelled red line: grown by terrain and words, not by the zone's share",
    "推求的红线：按地形和文字生长，未按分区占比",
)
REDLINE_GROWN: Final = Bilingual(
    "modelled red line: grown to {value:.2f} {unit}",
    "推求的红线：生长至{value:.2f} {unit}",
)
