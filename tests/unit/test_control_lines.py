"""The three control lines as a table; known answers by head, and the five plans."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

import ecozoning as ez
from ecozoning.plan.audit import Facts, Figure
from ecozoning.plan.control_lines import LINES, control_lines
from ecozoning.plan.files import read_vocabulary
from ecozoning.plan.schema import COLUMNS

SLUGS = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]
COUNTY = "county_area | 甲县 | area | 200 km2"


def plan_with(*lines):
    """Return a plan of 200 km2 that prints these figures."""
    rows = []
    for line in lines:
        cells = [cell.strip() for cell in line.split("|")]
        row = dict.fromkeys(COLUMNS["figures"], "") | {"comparator": "="}
        row |= dict(zip(("figure_id", "subject", "quantity"), cells[:3], strict=True))
        row["value"], row["unit"] = cells[3].split(" ")
        row |= {"status": "observed", "section": f"节 {cells[0]}"}
        row |= dict(cell.split("=") for cell in cells[4:])
        rows.append(Figure(**row))
    document = {"name": "甲县", "county": {"area": "county_area"}}
    facts = Facts(document, rows, {}, [], read_vocabulary())
    return SimpleNamespace(
        facts=facts, document=document, base_year=2020, area_km2=100.0
    )


def line_of(name, *figures, county=COUNTY):
    """Return the row of one line."""
    table = control_lines(plan_with(*filter(None, (county, *figures))))
    return table.set_index("line").loc[name]


def test_each_line_has_one_row_even_if_the_plan_says_nothing():
    table = control_lines(plan_with(COUNTY))
    assert table["line"].tolist() == list(LINES)
    assert set(table["note"]) == {"missing: the plan prints neither area nor share"}
    assert table["published_area_km2"].isna().all()


def test_share_is_computed_from_the_published_area_of_the_county():
    row = line_of("永久基本农田", "farm | 永久基本农田 | area | 5000 hm2")
    assert row["published_area_km2"] == 50
    assert row["computed_share_percent"] == 25  # 50 of 200 km2


def test_share_is_computed_from_the_boundary_where_no_county_area_is_printed():
    row = line_of("永久基本农田", "farm | 永久基本农田 | area | 50 km2", county=None)
    assert row["computed_share_percent"] == 50  # 50 of 100 km2


def test_a_line_without_a_share_is_said_to_lack_one():
    row = line_of("永久基本农田", "farm | 永久基本农田 | area | 50 km2")
    assert np.isnan(row["published_share_percent"])
    assert row["note"] == "missing: no share is printed"


def test_a_line_with_a_share_only_is_given_the_area_it_makes_in_the_note():
    row = line_of("生态保护红线", "red | 生态保护红线 | area_share | 5 %")
    assert np.isnan(row["published_area_km2"])
    assert row["note"] == "missing: no area is printed; the share makes 10.00 km2"


@pytest.mark.parametrize(("share", "fits"), [("25.49", True), ("25.51", False)])
def test_a_share_contradicts_its_area_beyond_half_a_point(share, fits):
    row = line_of(
        "生态保护红线",
        "red | 生态保护红线 | area | 50 km2",
        f"red_share | 生态保护红线 | area_share | {share} %",
    )
    assert (row["note"] == "") is fits
    assert fits or row["note"] == "contradictory: the area is 25.00 % of the county"


def test_of_several_areas_the_one_most_figures_agree_with_is_taken():
    row = line_of(
        "生态保护红线",
        "once | 生态保护红线 | area | 84 km2",
        "red | 生态保护红线 | area | 50.01 km2",
        "again | 生态保护红线 | area | 50.00 km2 | year=2020",
        "share_wrong | 生态保护红线 | area_share | 42 %",
        "share | 生态保护红线 | area_share | 25 %",
    )
    assert row["published_area_km2"] == 50  # in the form of the base year
    assert row["published_share_percent"] == 25
    assert "also prints 84 km2 (once)" in row["note"]
    assert "also prints 42% (share_wrong)" in row["note"]
    assert row["figure_ids"] == "once red again share_wrong share"


def test_a_target_stands_in_only_where_nothing_is_observed():
    target = "goal | 城镇开发边界 | area | 9 km2 | status=target"
    row = line_of("城镇开发边界", target)
    assert row["published_area_km2"] == 9
    assert "a target: no present value is printed" in row["note"]
    row = line_of("城镇开发边界", target, "now | 城镇开发边界 | area | 8 km2")
    assert row["figure_ids"] == "now"


def test_a_line_that_reaches_beyond_the_county_is_not_taken():
    row = line_of(
        "生态保护红线", "red | 生态保护红线 | area | 50 km2 | definition=跨县全域"
    )
    assert row["figure_ids"] == ""


PART = "park | 公园 | area | 50 hm2 | year=2020"
OF_LINE = (
    "park_share | 公园 | area_share | 1.0 % | year=2020 | definition=占城镇开发边界"
)


def test_a_line_is_worked_back_from_a_part_and_its_share_of_the_line():
    # 0.495 km2 / 1.05 % = 47.14; 0.505 km2 / 0.95 % = 53.16
    row = line_of("城镇开发边界", PART, OF_LINE)
    assert np.isnan(row["published_area_km2"])
    assert row["figure_ids"] == "park park_share"
    assert row["section"] == "节 park"
    assert "being 1.0% of it (park_share) makes 47.14 to 53.16 km2" in row["note"]
    assert row["note_zh"] == (
        "缺项：未公布面积和占比；由公园50 hm2（park）占其1.0%（park_share）"
        "反推为47.14至53.16 km2"
    )


@pytest.mark.parametrize(
    "figures",
    [
        (PART.replace("2020", "2019"), OF_LINE),  # of two years
        (PART, OF_LINE.replace("1.0 %", "0 %")),  # of nothing, no whole
        (PART, OF_LINE.replace("占城镇开发边界", "占县域")),
        (OF_LINE,),
    ],
)
def test_a_line_is_not_worked_back_from_what_does_not_make_it(figures):
    row = line_of("城镇开发边界", *figures)
    assert row["figure_ids"] == ""
    assert row["note_zh"] == "缺项：规划未公布面积和占比"


def test_a_line_that_is_printed_is_not_worked_back():
    printed = "edge | 城镇开发边界 | area | 49 km2"
    row = line_of("城镇开发边界", PART, OF_LINE, printed)
    assert (row["published_area_km2"], row["figure_ids"]) == (49, "edge")


def test_section_is_that_of_the_value_taken():
    row = line_of("生态保护红线", "red | 生态保护红线 | area | 50 km2")
    assert row["section"] == "节 red"


# The areas that the issue names for the plans, and the shares beside them.
@pytest.mark.parametrize(
    ("slug", "area", "share"),
    [
        ("guyang", 339.57, np.nan),
        ("jinping", 380.18, 23.48),
        ("mulei", np.nan, np.nan),
        ("shanggao", np.nan, 5.67),
        ("shanshan", 1887.82, 4.8),
    ],
)
def test_red_line_of_a_packaged_plan_is_the_published_one(slug, area, share):
    row = control_lines(ez.load_plan(slug)).iloc[0]
    assert row["published_area_km2"] == pytest.approx(area, nan_ok=True)
    assert row["published_share_percent"] == pytest.approx(share, nan_ok=True)


def test_the_other_red_line_of_jinping_is_named_as_contradictory():
    note = control_lines(ez.load_plan("jinping"))["note"].iloc[0]
    assert "contradictory: the plan also prints 844.29 km2" in note
    assert "45.6%" in note


def test_development_boundary_of_shanggao_is_worked_back_from_its_parks():
    # 77.265 hm2 / 1.235 % = 62.56 km2; 77.275 hm2 / 1.225 % = 63.08 km2
    row = control_lines(ez.load_plan("shanggao")).set_index("line").loc["城镇开发边界"]
    assert np.isnan(row["published_area_km2"])
    assert row["figure_ids"] == "park_area park_share"
    assert "62.56 to 63.08 km2" in row["note"]
    assert "反推为62.56至63.08 km2" in row["note_zh"]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_note_is_told_in_chinese_with_the_same_numbers(slug):
    for row in control_lines(ez.load_plan(slug)).itertuples():
        assert (row.note == "") is (row.note_zh == "")
        numbers = [re.findall(r"[\d.]+", text) for text in (row.note, row.note_zh)]
        assert numbers[0] == numbers[1]
        bare = re.sub(r"（[a-z]\w+）|km2|hm2", "", row.note_zh)
        assert not re.search(r"[A-Za-z]", bare)


@pytest.mark.parametrize("slug", SLUGS)
def test_table_has_three_rows_and_the_same_columns_for_every_plan(slug):
    table = control_lines(ez.load_plan(slug))
    assert table["line_en"].tolist() == list(LINES.values())
    assert list(table)[2:5] == [
        "published_area_km2",
        "published_share_percent",
        "computed_share_percent",
    ]
    assert (table["figure_ids"] != "").equals(~table["note"].str.contains("neither"))
