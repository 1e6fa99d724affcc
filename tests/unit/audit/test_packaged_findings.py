"""What the audit must find in the five published plans.

Each finding below was worked out by hand from the printed numbers, as the comment says.
"""

import re
import shutil
from pathlib import Path

import pytest

import ecozoning as ez
from ecozoning.io import plan_dir

SLUGS = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]
EVERY_PLAN = pytest.mark.parametrize("slug", SLUGS)

_AUDITS = {}


def audit_of(slug):
    if slug not in _AUDITS:
        _AUDITS[slug] = ez.load_plan(slug).audit()
    return _AUDITS[slug]


NORTHEAST = "东北部锦江水环境综合治理与土地综合整治分区"
OASIS = "绿洲外{}防风固沙生态修复区"

FINDINGS = {
    "guyang": [
        # 3890 + 1280 = 5170, county 4877.10
        ("sum", "固阳县", "4877.10 km2", "5170 km2"),
        # 2963.30 + 327.90 + 1568.10 = 4859.30
        ("sum", "固阳县", "4877.10 km2", "4859.3 km2"),
        # 3890 / 4877.1 = 0.7976; 1280 / 4877.1 = 0.2625
        ("share", "黄河流域", "75%", "79.76%"),
        ("share", "内陆河流域", "25%", "26.25%"),
        # 2963.30 / 4877.1 = 0.60759; 327.90 -> 0.06723; 1568.10 -> 0.32152
        ("share", "生态系统服务功能重要区域", "61.00%", "60.759%"),
        ("share", "生态保护极重要区域", "6.70%", "6.723%"),
        ("share", "生态系统服务功能一般重要区域", "32.30%", "32.152%"),
        ("share", "绿色矿山", "2.4%", "2.27%"),  # 2 / 88
        # 2.03e8 m3 / 118 600 people
        ("ratio", "固阳县", "1055 m3/人", "1711.64 m3/人"),
        # mining land cannot exceed the land built on, which it is part of
        ("bound", "采矿用地", "99.04 km2", "≤45.795 km2"),
        ("two-values", "固阳县", "28%", "23%"),  # forest cover
        ("zone-unit-twice", "西斗铺镇西部", None, "1"),  # zones one and two
        ("name-variant", "水澜沟", "水澜沟", "水涧沟"),
        # one degree and eight minutes at 41 degrees north: 68 / 60 * 83.9 km
        ("formula", "固阳县", "约80 km", "95.09 km"),
    ],
    "shanggao": [
        # the ten classes make 136 962.90 hm2
        ("sum", "上高县", "134722.78 hm2", "136962.9 hm2"),
        # 505.07 + 331.73 + 510.66 = 1347.46 km2
        ("sum", "上高县", "134722.78 hm2", "134746 hm2"),
        ("share", "林地", "52.54%", "53.281%"),  # 71 781.97 / 134 722.78
        ("share", "水利设施用地", "0.23%", "1.147%"),  # 1545.83 / 134 722.78
        ("share", "县域林地中西南部分区所占", "43.58%", "43.308%"),  # 310.87 / 717.82
        ("bound", "省级湿地自然保护区", "2 个", "≤1 个"),
        ("bound", "省级湿地自然保护区", "3608.09 hm2", "≤2246.81 hm2"),
        ("bound", NORTHEAST, "50 m", "≤30 m"),  # the plain along its river is lower
        ("two-values", "锦江骨干支流", "六 条", "七 条"),
        ("two-values", "林地", "73632.7 hm2", "71781.97 hm2"),
        ("two-values", "生态修复项目", "17 个", "16 个"),
        ("two-values", "上高县", "1649.9 mm", "1733.4 mm"),
        # 4.49 m3 per 亩 are 67.35 m3 per hectare
        ("two-values", "森林", "65.71 m3/hm2", "4.49 m3/亩"),
        ("zone-unit-missing", "锦江镇", "", "锦江镇"),
        ("zone-unit-missing", "锦阳街道", "", "锦阳街道"),
        # 505.07 / 1347.2278 = 0.37490, printed without rounding up
        ("rounding", NORTHEAST, "37.48%", "37.49%"),
        ("name-variant", "一江六翼", "一江六翼", "一江七脉"),
    ],
    "jinping": [
        # 14.2819 + 71.44 + 56.82 = 142.54 km2 in the three zones
        ("sum", "贵州黔东南锦屏春蕾省级森林公园", "6488.11 hm2", "14254.19 hm2"),
        ("share", "生态保护红线", "45.6%", "52.14%"),  # 844.29 / 1619.15
        ("bound", "永久基本农田", "148.09 km2", "≤126.897 km2"),  # 12 689.74 hm2
        ("bound", "耕地保护与质量提升", "19980 hm2", "≤12689.74 hm2"),
        ("two-values", "生态保护红线", "380.1058 km2", "844.29 km2"),
        ("two-values", "生态保护红线", "380.1058 km2", "380.18 km2"),
        ("two-values", "生态保护红线", "23.48%", "45.6%"),
        ("zone-unit-missing", "三江镇", "", "三江镇"),
        ("zone-unit-missing", "敦寨镇", "", "敦寨镇"),
        ("unit-unknown", "郭寨镇", "郭寨镇", "敦寨镇"),
        ("name-variant", "郭寨镇", "郭寨镇", "敦寨镇"),
        # the eastern zone ends east of the county
        ("extent", "亮江流域生态修复区", "109°27′", "109°24′35″"),
        # 148.09 / 1619.15 = 0.091462
        ("rounding", "永久基本农田", "9.14%", "9.146%"),
    ],
    "mulei": [
        ("sum", "红山嘴水库总库容", "294.69 万m3", "334.69 万m3"),  # 40 + 211.7 + 82.99
        ("share", "木垒哈萨克自治县", "10.0%", "10.11%"),  # 1365.03 / 13 500
        ("bound", "森林", "1365.03 km2", "≤1174.96 km2"),  # forest > forest land
        ("formula", "沈家沟村人行步道", "12000 m2", "16000 m2"),  # 2 * 5 km * 1.6 m
        ("two-values", "国家级传统村落", "8 个", "7 个"),
        ("two-values", "水源地", "8 处", "9 个"),
        ("target", None, "≥80%", "100%"),  # clean buses: all in 2023
        ("target", "耕地", "≥16 g/kg", "16.33 g/kg"),  # organic matter of the soil
        ("unit-unknown", "大南沟乌孜别克族乡", None, "大南沟乌孜别克乡"),
        ("name-variant", "三泉眼水库", "三泉眼水库", "三眼泉水库"),
        ("name-variant", "照壁山乡", "照壁山乡", "照璧山乡"),
        ("name-variant", "草蓄平衡", "草蓄平衡", "草畜平衡"),
    ],
    "shanshan": [
        # 5 + 10 + 1 + 104
        ("sum", "需恢复治理历史遗留矿山图斑", "130 个", "120 个"),
        # 125.03 万hm2 are 12 503 km2; permanent farmland is 98.25 km2
        ("unit-scale", "耕地保有量", "≥125.03 万hm2", None),
        ("target", "鄯善县", "≥1.61%", "1.69%"),  # forest cover
        ("unit-unknown", "达浪坎乡", "达浪坎乡", "达朗坎乡"),
        ("unit-unknown", "迪坎乡", "迪坎乡", "迪坎镇"),
        ("unit-unknown", "辟展乡", "辟展乡", "辟展镇"),
        (
            "name-variant",
            "绿洲外围防风固沙生态修复区",
            None,
            "绿洲外圈防风固沙生态修复区",
        ),
        ("name-variant", "鄯善国家沙漠公园", None, "库木塔格国家沙漠公园"),
    ],
}
EXPECTED = [(slug, *row) for slug, rows in FINDINGS.items() for row in rows]


@pytest.mark.parametrize(("slug", "code", "subject", "published", "expected"), EXPECTED)
def test_what_is_wrong_in_a_published_plan_is_found(
    slug, code, subject, published, expected
):
    wanted = {
        "code": code,
        "subject": subject,
        "published": published,
        "expected": expected,
    }
    rows = audit_of(slug)
    for column, value in wanted.items():
        if value is not None:
            rows = rows[rows[column] == value]
    assert len(rows) >= 1


@EVERY_PLAN
def test_every_finding_has_a_sentence_in_english_and_one_in_chinese(slug):
    for row in audit_of(slug).itertuples():
        assert row.message.endswith((".", "?"))
        assert row.message_zh.endswith(("。", "？"))
        assert re.search(r"[a-z]{3}", row.message)
        assert re.search(r"[\u4e00-\u9fff]{2}", row.message_zh)
        assert not re.search(r"None|nan|\{|\}|\^|\\", row.message + row.message_zh)


@EVERY_PLAN
def test_no_chinese_message_has_an_english_word(slug):
    for message in audit_of(slug)["message_zh"]:  # km, hm2, mm, kg are units
        assert not re.search(r"[A-Za-z]{3,}", message)


def test_many_operands_are_counted_in_either_language():
    rows = audit_of("shanggao").set_index(["code", "expected"])
    row = rows.loc[("sum", "136962.9 hm2")]
    assert "(10 figures)" in row["message"]
    assert "（共10项）" in row["message_zh"]


@EVERY_PLAN
def test_brackets_of_every_message_come_in_pairs(slug):
    for row in audit_of(slug).itertuples():
        assert row.message.count("(") == row.message.count(")")
        assert row.message_zh.count("（") == row.message_zh.count("）")


@EVERY_PLAN
def test_every_finding_says_what_kind_it_is_and_where_it_stands(slug):
    table = audit_of(slug)
    plan = ez.load_plan(slug)
    sections = {""} | set(plan.figures["section"]) | set(plan.projects["section"])
    assert set(table["severity"]) <= {"error", "warning", "info"}
    assert (table["code"].str.fullmatch(r"[a-z-]+")).all()
    assert (table["subject"] != "").all()
    arithmetic = table[table["figure_ids"] != ""]
    for section in arithmetic["section"]:
        assert set(section.split(" | ")) <= sections


@EVERY_PLAN
def test_figures_named_by_a_finding_exist(slug):
    known = set(ez.load_plan(slug).figures["figure_id"])
    for ids in audit_of(slug)["figure_ids"]:
        assert set(ids.split()) <= known


@EVERY_PLAN
def test_no_finding_is_told_twice(slug):
    assert not audit_of(slug).duplicated(["code", "message"]).any()


def test_values_that_a_plan_repeats_rightly_are_no_finding():
    """固阳's zones make the county: 1619.28 + 2501.41 + 317.90 + 438.51 = 4877.10."""
    messages = audit_of("guyang")["message"]
    assert not messages.str.contains("1619.28").any()


# --- the same on a damaged copy of a real plan -------------------------------------


@pytest.fixture
def copy_of(tmp_path):
    def build(slug):
        return Path(shutil.copytree(plan_dir(slug), tmp_path / slug))

    return build


def replace(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def new_findings(folder, slug):
    table = ez.load_plan(folder).audit()
    known = set(audit_of(slug)["message"])
    added = table[~table["message"].isin(known)]
    return set(zip(added["code"], added["subject"], strict=True))


PLANTED = [
    # 1619.28 -> 1639.28: the four zones make 20 km2 more than the county. They are
    # printed with 约, but to the hectare, and the true ones add up exactly.
    (
        "guyang",
        "figures.csv",
        "zone1_area,北部国土综合整治区,zone,area,1619.28",
        "zone1_area,北部国土综合整治区,zone,area,1639.28",
        {("sum", "固阳县")},
    ),
    # the annex and the table of costs would give two budgets
    (
        "shanggao",
        "projects.csv",
        ",1078,万元",
        ",1087,万元",
        {("table-mismatch", "历史遗留废弃矿山生态修复")},
    ),
    (
        "shanggao",
        "land_use.csv",
        "草地,Grassland,513.98",
        "草地,Grassland,531.98",
        {("table-mismatch", "草地")},
    ),
    # a project of 木垒 that would run beyond 2035
    (
        "mulei",
        "projects.csv",
        "302亩;1块,2024,2035",
        "302亩;1块,2024,2036",
        {("period", "退化林修复")},
    ),
    # 怀朔镇 would stand in no list, and 怀塑镇 is not known
    (
        "guyang",
        "plan.toml",
        '  { name = "怀朔镇" },',
        '  { name = "怀塑镇" },',
        {("zone-unit-missing", "怀朔镇"), ("unit-unknown", "怀塑镇")},
    ),
]


@pytest.mark.parametrize(("slug", "file", "old", "new", "findings"), PLANTED)
def test_error_planted_in_a_published_plan_is_found_and_nothing_else(
    copy_of, slug, file, old, new, findings
):
    folder = copy_of(slug)
    replace(folder / file, old, new)
    assert new_findings(folder, slug) == findings


def test_copy_without_a_planted_error_has_the_same_findings(copy_of):
    assert new_findings(copy_of("jinping"), "jinping") == set()
