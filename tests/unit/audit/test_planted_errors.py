"""One thing is spoilt in a plan that held together; the audit says that, and no more.

Each test states every finding that the error must give, as (code, subject).
"""

import pytest

from ecozoning.errors import PlanDataError
from ecozoning.plan.items import listed_items


def only_finding(tiny):
    """Return the one finding of a plan as a dictionary."""
    (finding,) = tiny.audit().to_dict("records")
    return finding


# --- arithmetic --------------------------------------------------------------------


def test_zone_area_changed_breaks_the_sum_and_its_share(tiny):
    tiny.change("zone1_area", value="55.00")
    assert tiny.found() == {("sum", "甲县"), ("share", "甲北区")}


def test_finding_of_a_sum_tells_both_values_section_and_figures(tiny):
    tiny.change("zone1_area", value="55.00")
    table = tiny.audit().set_index("code")
    assert table.loc["sum", "published"] == "100.00 km2"
    assert table.loc["sum", "expected"] == "105 km2"
    assert table.loc["sum", "severity"] == "error"
    assert table.loc["sum", "section"] == "章"
    assert set(table.loc["sum", "figure_ids"].split()) == {
        "county_area",
        "zone1_area",
        "zone2_area",
        "zone3_area",
    }


def test_figures_of_a_finding_come_in_the_order_of_the_expression(tiny):
    tiny.change("zone1_area", value="55.00")
    table = tiny.audit().set_index("code")
    assert table.loc["sum", "figure_ids"] == (
        "county_area zone1_area zone2_area zone3_area"
    )


def test_share_changed_breaks_its_ratio_and_the_set_of_shares(tiny):
    tiny.change("zone1_share", value="51.00")
    assert tiny.found() == {("share", "甲北区"), ("formula", "甲南区")}


def test_land_use_changed_in_figures_and_table_breaks_the_sum(tiny):
    tiny.change("landuse_water_area", value="1100")
    tiny.rows["land_use"][2]["area"] = "1100"
    assert tiny.found() == {("sum", "甲县")}
    assert only_finding(tiny)["expected"] == "101 km2"


def test_total_investment_changed_breaks_its_sum(tiny):
    tiny.change("investment_total", value="360")
    assert tiny.found() == {("sum", "规划投资")}


def test_ratio_of_unlike_units_is_checked_in_its_own(tiny):
    # 0.40 亿m3 for 2.00 万 people: 2000 m3 each; the operands' last digits hide 1.5 %
    tiny.change("water_per_head", value="1055")
    assert tiny.found() == {("ratio", "甲县")}
    assert only_finding(tiny)["expected"] == "2000 m3/人"


def test_difference_is_checked(tiny):
    tiny.add(
        "left | 未治理 | mine | area | 60 km2 | | observed |"
        " derived=county_area - zone2_area"
    )
    assert tiny.found() == {("difference", "未治理")}
    assert only_finding(tiny)["expected"] == "70 km2"


def test_brackets_of_an_expression_stay_whole_in_the_message(tiny):
    tiny.add(
        "odd | 北中两区 | zone | area_share | 70 % | | observed |"
        " derived=(zone1_area + zone2_area) / (zone1_area + zone2_area + zone3_area)"
    )
    assert tiny.found() == {("formula", "北中两区")}
    shown = "(50.00 km2 + 30.00 km2) / (50.00 km2 + 30.00 km2 + 20.00 km2)"
    message = only_finding(tiny)["message"]
    assert shown in message
    assert message.count("(") == message.count(")")


def test_every_way_of_deriving_a_figure_is_tried(tiny):
    tiny.change("zone3_share", value="25.00")
    assert tiny.found() == {("share", "甲南区"), ("formula", "甲南区")}


def test_printed_zero_in_a_divisor_says_nothing(tiny):
    tiny.add("zero | 空 | land_class | area | 0 km2 | | observed |")
    tiny.add(
        "odd | 空 | land_class | area_share | 5 % | | observed |"
        " derived=county_area / zero"
    )
    assert tiny.found() == set()


def test_part_larger_than_its_whole_is_a_bound_error(tiny):
    tiny.change("park_area", value="5100")
    tiny.change("park_again", value="51.0")
    assert tiny.found() == {("bound", "甲山森林公园")}
    finding = only_finding(tiny)
    assert (finding["published"], finding["expected"]) == ("5100 hm2", "≤5000 hm2")


def test_part_that_is_larger_by_its_rounding_alone_is_right(tiny):
    # 50.0 km2 may be 4995 to 5005 hm2, so it may be within 5000 hm2 or not
    tiny.change("park_area", value="50.0", unit="km2")
    tiny.change("park_again", value="50.0")
    assert tiny.found() == set()


@pytest.mark.parametrize("value", ["120", "100.1", "-5"])
def test_share_outside_0_to_100_per_cent_is_found(tiny, value):
    tiny.add(f"odd | 灌木 | land_class | area_share | {value} % | | observed |")
    assert tiny.found() == {("share-range", "灌木")}


@pytest.mark.parametrize(
    ("quantity", "value"),
    [("area_share", "100"), ("growth_rate", "250"), ("rate", "0")],
)
def test_share_of_a_whole_may_be_100_and_growth_may_be_more(tiny, quantity, value):
    tiny.add(f"odd | 灌木 | land_class | {quantity} | {value} % | | observed |")
    assert tiny.found() == set()


# --- tables and repeated figures ---------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "subject"), [(0, "area", "耕地"), (0, "share_percent", "耕地")]
)
def test_land_use_table_that_differs_from_its_figure_is_found(
    tiny, row, column, subject
):
    tiny.rows["land_use"][row][column] = "4100"
    assert tiny.found() == {("table-mismatch", subject)}
    assert "land_use.csv has 4100" in only_finding(tiny)["message"]


def test_project_budget_that_differs_from_its_figure_is_found(tiny):
    tiny.rows["projects"][1]["budget"] = "205.5"
    assert tiny.found() == {("table-mismatch", "清淤")}
    assert "projects.csv has 205.5" in only_finding(tiny)["message"]


def test_area_told_twice_differently_is_found_with_both_values_and_sections(tiny):
    tiny.change("park_again", value="6.0", section="附表")
    assert tiny.found() == {("two-values", "甲山森林公园")}
    finding = only_finding(tiny)
    assert (finding["published"], finding["expected"]) == ("500 hm2", "6.0 km2")
    assert finding["section"] == "章 | 附表"
    assert finding["severity"] == "error"


def test_one_area_in_two_units_is_told_once(tiny):
    # 500 hm2 are 5.00 km2; 4.96 km2 would be 496 hm2
    tiny.change("park_again", value="5.00")
    assert tiny.found() == set()
    tiny.change("park_again", value="4.96")
    assert tiny.found() == {("two-values", "甲山森林公园")}


def test_values_of_two_years_are_two_figures(tiny):
    tiny.change("park_again", value="6.0", year="2015")
    assert tiny.found() == set()


def test_values_by_two_definitions_are_told_apart(tiny):
    tiny.change("park_area", definition="国土三调")
    tiny.change("park_again", value="6.0", definition="林业调查")
    assert tiny.found() == {("definition", "甲山森林公园")}
    assert only_finding(tiny)["severity"] == "info"


def test_value_without_a_year_is_held_against_the_latest(tiny):
    tiny.change("park_again", value="6.0", year="")
    assert tiny.found() == {("two-values", "甲山森林公园")}
    assert only_finding(tiny)["severity"] == "warning"


def test_value_without_a_year_may_repeat_an_earlier_one(tiny):
    tiny.change("park_again", year="")
    tiny.add(
        "park_old | 甲山森林公园 | protected_area | area | 400 hm2 | 2010 | observed |"
    )
    assert tiny.found() == set()


@pytest.mark.parametrize(
    ("value", "fine"), [("52", True), ("52.3", True), ("54", False)]
)
def test_threshold_told_twice_differently_is_found(tiny, value, fine):
    """At least 52 and at least 54 can both hold, but a plan has one target."""
    tiny.add(
        f"again | 甲县 | county | forest_cover | {value} % | 2025 | target |"
        " comparator=>="
    )
    assert tiny.found() == (set() if fine else {("two-values", "甲县")})


def test_lower_and_upper_end_of_a_range_are_no_two_values(tiny):
    tiny.add("low | 乙河 | river | length | 200 km | | observed | comparator=>=")
    tiny.add("high | 乙河 | river | length | 300 km | | observed | comparator=<=")
    assert tiny.found() == set()


def test_target_is_no_second_value_of_what_is_observed(tiny):
    tiny.change("park_again", value="6.0", status="target")
    assert tiny.found() == set()


# --- counts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure_id", "value", "subject", "listed"),
    [
        ("zone_count", "四", "修复分区", "3"),
        ("township_count", "5", "乡镇", "4"),
        ("project_count", "3", "项目", "2"),
        ("indicator_count", "1", "指标", "2"),
        ("reservoir_count", "三", "水库", "2"),
    ],
)
def test_stated_count_that_differs_from_the_list_is_found(
    tiny, figure_id, value, subject, listed
):
    tiny.change(figure_id, value=value)
    assert tiny.found() == {("count", subject)}
    assert only_finding(tiny)["expected"] == listed


def test_count_stated_as_more_than_is_held_to_that(tiny):
    tiny.change("township_count", value="3", comparator=">=")
    assert tiny.found() == set()
    tiny.change("township_count", value="5")
    assert tiny.found() == {("count", "乡镇")}


@pytest.mark.parametrize(
    ("reference", "names"),
    [
        ("@zones", ["甲北区", "甲中区", "甲南区"]),
        ("@townships", ["甲镇", "乙镇", "丙乡", "丁乡"]),
        ("@indicators", ["森林覆盖率", "用水总量"]),
        ("@projects", ["造林", "清淤"]),
        ("@projects:programme=森林", ["造林"]),
        ("@projects:programme=草原", []),
        ("@pattern", ["甲河廊道"]),
        ("@pattern:corridor", ["甲河廊道"]),
        ("@pattern:belt", []),
        ("@protected_areas", ["甲山森林公园"]),
        ("甲水库; 乙水库 ;", ["甲水库", "乙水库"]),
    ],
)
def test_reference_of_a_count_names_what_the_plan_lists(tiny, reference, names):
    facts = tiny.facts
    assert listed_items(reference, facts.document, facts.tables) == names


def test_indicator_with_sub_rows_counts_once(tiny):
    first = tiny.rows["indicators"][0]
    tiny.rows["indicators"][:1] = [
        first | {"sub_number": "1"},
        first | {"sub_number": "2", "name": "林木"},
    ]
    facts = tiny.facts
    assert len(listed_items("@indicators", facts.document, facts.tables)) == 2


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("@nothing", "items '@nothing' refers to nothing"),
        ("@projects:colour=red", "projects.csv has no column 'colour'"),
    ],
)
def test_reference_to_nothing_is_refused(tiny, reference, said):
    facts = tiny.facts
    with pytest.raises(PlanDataError, match=said):
        listed_items(reference, facts.document, facts.tables)


# --- targets -----------------------------------------------------------------------


def test_target_below_the_base_value_is_found(tiny):
    tiny.change("forest_cover_2025", value="48")
    assert tiny.found() == {("target", "甲县")}
    finding = only_finding(tiny)
    assert (finding["published"], finding["expected"]) == ("≥48%", "50.0%")
    assert finding["severity"] == "warning"


def test_target_below_an_earlier_target_is_found(tiny):
    tiny.change("forest_cover_2035", value="51")
    assert tiny.found() == {("target-order", "甲县")}


def test_target_that_should_fall_and_rises_is_found(tiny):
    tiny.change("water_use_2035", value="0.60")
    assert tiny.found() == {("target", "甲县")}


def test_target_equal_to_the_base_within_its_rounding_is_right(tiny):
    # 50 % printed as a plain number may be 50.4, the base 49.95
    tiny.change("forest_cover_2025", value="50", comparator="=")
    assert tiny.found() == set()


def test_works_of_a_longer_period_that_are_fewer_are_found(tiny):
    tiny.change("mine_2035", value="8")
    assert tiny.found() == {("target-order", "矿山修复")}


def test_works_of_two_periods_that_follow_each_other_are_not_compared(tiny):
    tiny.change("mine_2035", value="8", year="2026-2035")
    assert tiny.found() == set()


# --- units out of proportion -------------------------------------------------------


def test_hectares_told_as_square_kilometres_are_found(tiny):
    tiny.change("wetland_area", unit="km2")
    assert tiny.found() == {("unit-scale", "湿地")}
    finding = only_finding(tiny)
    assert (finding["published"], finding["expected"]) == ("120 km2", "≤100.00 km2")


def test_what_reaches_beyond_the_county_may_be_larger(tiny):
    assert tiny.figures["river_basin"]["value"] == "3000"
    tiny.change("river_basin", quantity="area", definition="跨县")
    assert tiny.found() == set()
    tiny.change("river_basin", definition="")
    assert tiny.found() == {("unit-scale", "甲河")}


def test_farmland_in_a_unit_that_cannot_be_is_found_with_the_one_that_fits(tiny):
    # 35 km2 of permanent farmland would be 0.09 % of 4000 万亩 (26 667 km2)
    tiny.only(
        "farm | 耕地保有量 | farmland | area | 4000 km2 | 2025 | target |"
        " | definition=跨县",
        "permanent | 永久基本农田 | farmland | area | 35.00 km2 | | observed |",
    )
    assert tiny.found() == {("unit-scale", "耕地保有量")}
    assert "in hm2 it would fit" in only_finding(tiny)["message"]


def test_farmland_of_nothing_is_no_reason_to_fail(tiny):
    tiny.only(
        "farm | 耕地 | farmland | area | 0 km2 | 2020 | observed |",
        "permanent | 永久基本农田 | farmland | area | 35.00 km2 | 2020 | observed |",
    )
    assert {code for code, _ in tiny.found()} <= {"unit-scale"}


# --- townships and names -----------------------------------------------------------


def test_township_in_no_zone_is_found(tiny):
    tiny.document["zones"][2]["units"] = [{"name": "丁乡", "part": "南部"}]
    assert tiny.found() == {("zone-unit-missing", "丙乡")}
    assert only_finding(tiny)["section"] == "第三章"


def test_township_whole_in_two_zones_is_found(tiny):
    tiny.document["zones"][1]["units"].append({"name": "甲镇"})
    assert tiny.found() == {("zone-unit-twice", "甲镇")}
    assert only_finding(tiny)["published"] == "甲北区、甲中区"


def test_township_whole_in_one_zone_and_in_part_in_another_is_found(tiny):
    tiny.document["zones"][0]["units"].append({"name": "丁乡"})
    assert tiny.found() == {("zone-unit-twice", "丁乡")}


def test_same_part_of_a_township_in_two_zones_is_found(tiny):
    tiny.document["zones"][0]["units"].append({"name": "丁乡", "part": "南部"})
    assert tiny.found() == {("zone-unit-twice", "丁乡南部")}


def test_village_taken_and_not_left_out_is_found(tiny):
    tiny.document["zones"][0]["units"][1]["villages"] = ["东村", "西村", "中村"]
    assert tiny.found() == {("zone-village", "乙镇中村")}


def test_village_left_out_and_not_taken_is_found(tiny):
    tiny.document["zones"][0]["units"][1]["villages"] = ["东村"]
    assert tiny.found() == {("zone-village", "乙镇西村")}


def test_village_taken_twice_is_found(tiny):
    tiny.document["zones"][2]["units"].append(
        {"name": "乙镇", "part": "villages", "villages": ["东村"]}
    )
    assert tiny.found() == {("zone-village", "乙镇东村")}


def test_township_shared_out_by_full_lists_of_villages_is_right(tiny):
    """Two zones may each list their villages; nobody need say “except”."""
    tiny.document["zones"][1]["units"][0] = {
        "name": "乙镇",
        "part": "villages",
        "villages": ["中村", "南村"],
    }
    assert tiny.found() == set()


def test_villages_left_out_by_one_zone_may_go_to_two_others(tiny):
    tiny.document["zones"][0]["units"][1]["villages"] = ["东村"]
    tiny.document["zones"][2]["units"].append(
        {"name": "乙镇", "part": "villages", "villages": ["西村"]}
    )
    assert tiny.found() == set()


def test_misspelt_township_is_missing_and_unknown_and_the_right_one_is_named(tiny):
    tiny.units[3] = "丁家堡乡"
    tiny.document["county"]["townships_stated"][3] = "丁家堡乡"
    for zone in tiny.document["zones"][1:]:
        zone["units"][1 if zone["zone_id"] == "zone2" else -1]["name"] = "丁家保乡"
    assert tiny.found() == {
        ("zone-unit-missing", "丁家堡乡"),
        ("unit-unknown", "丁家保乡"),
    }
    table = tiny.audit().set_index("code")
    assert table.loc["unit-unknown", "expected"] == "丁家堡乡"
    assert "is 丁家保乡 meant?" in table.loc["zone-unit-missing", "message"]


def test_unit_that_the_county_does_not_have_is_found(tiny):
    tiny.document["county"]["named_units"].append("九峰山管委会")
    assert tiny.found() == {("unit-unknown", "九峰山管委会")}


def test_thing_under_two_names_is_found_with_both_sections(tiny):
    tiny.document["name_variants"].append(
        {"kind": "river", "names": ["甲河", "甲水"], "sections": ["第一章", "第三章"]}
    )
    assert tiny.found() == {("name-variant", "甲河")}
    finding = only_finding(tiny)
    assert (finding["expected"], finding["section"]) == ("甲水", "第一章 | 第三章")


def test_township_under_a_second_printed_name_is_not_missing(tiny):
    """A variant of which both forms are printed names one unit twice."""
    tiny.document["zones"][2]["units"][0]["name"] = "丙村乡"
    tiny.document["name_variants"].append(
        {"kind": "township", "names": ["丙乡", "丙村乡"], "sections": ["一", "三"]}
    )
    assert tiny.found() == {("name-variant", "丙乡")}


# --- extents and elevations --------------------------------------------------------


@pytest.mark.parametrize(
    ("figure_id", "value"), [("zone1_lon_max", "110°25′"), ("zone1_lat_min", "29°50′")]
)
def test_zone_beyond_the_extent_of_the_county_is_found(tiny, figure_id, value):
    tiny.change(figure_id, value=value)
    assert tiny.found() == {("extent", "甲北区")}


def test_zone_beyond_the_extent_by_less_than_is_printed_is_right(tiny):
    tiny.change("zone1_lon_max", value="110°21′")  # minutes: within one of 110°20′
    assert tiny.found() == set()


@pytest.mark.parametrize(
    ("figure_id", "value", "subjects"),
    [
        ("county_lon_min", "110°30′", {"甲县"}),
        ("county_cold", "45.2", {"甲县"}),
    ],
)
def test_lowest_above_the_highest_is_found(tiny, figure_id, value, subjects):
    tiny.change(figure_id, value=value)
    assert tiny.found() == {("range", subject) for subject in subjects}


@pytest.mark.parametrize("value", ["950.5", "350.5"])
def test_mean_elevation_outside_lowest_and_highest_is_found(tiny, value):
    tiny.change("zone1_mean", value=value)
    assert tiny.found() == {("elevation", "甲北区")}


@pytest.mark.parametrize(
    ("figure_id", "value"), [("zone1_high", "1200.5"), ("zone1_low", "50")]
)
def test_zone_higher_or_lower_than_its_county_is_found(tiny, figure_id, value):
    tiny.change(figure_id, value=value)
    assert tiny.found() == {("elevation", "甲北区")}


# --- years -------------------------------------------------------------------------


def test_project_that_ends_before_it_starts_is_found(tiny):
    tiny.rows["projects"][0]["start_year"] = "2030"
    assert tiny.found() == {("period", "造林")}
    assert "starts in 2030 and ends in 2025" in only_finding(tiny)["message"]


@pytest.mark.parametrize(
    ("column", "year"), [("start_year", "2019"), ("end_year", "2040")]
)
def test_project_outside_the_plan_is_found(tiny, column, year):
    tiny.rows["projects"][1][column] = year
    assert tiny.found() == {("period", "清淤")}
    assert "outside the plan's 2021-2035" in only_finding(tiny)["message"]


def test_project_without_years_is_right(tiny):
    tiny.rows["projects"][0] |= {"start_year": "", "end_year": ""}
    assert tiny.found() == set()


@pytest.mark.parametrize(
    ("key", "year"), [("base_year", 2022), ("near_year", 2040), ("start_year", 2030)]
)
def test_years_of_the_plan_that_are_not_in_order_are_found(tiny, key, year):
    tiny.document[key] = year
    tiny.rows["projects"] = []
    tiny.change("project_count", items="甲;乙")
    codes = {code for code, subject in tiny.found() if subject == "甲县"}
    assert codes == {"period"}


def test_target_after_the_end_of_the_plan_is_found(tiny):
    tiny.change("forest_cover_2035", year="2040")
    assert tiny.found() == {("period", "甲县")}


def test_observation_after_the_issue_of_the_plan_is_found(tiny):
    tiny.change("park_again", year="2024")
    assert tiny.found() == {("period", "甲山森林公园")}


# --- the report --------------------------------------------------------------------


def test_findings_come_worst_first(tiny):
    tiny.change("forest_cover_2025", value="48")  # a warning
    tiny.change("zone1_area", value="55.00")  # two errors
    tiny.document["county"]["named_units"].append("九峰山管委会")  # an info
    severities = tiny.audit()["severity"].tolist()
    assert severities == ["error", "error", "warning", "info"]


def test_one_thing_told_twice_is_one_finding(tiny):
    tiny.change("landuse_farm_share", value="45")
    tiny.rows["land_use"][0]["share_percent"] = "45"
    tiny.change(
        "landuse_farm_share",
        derived="landuse_farm_area / county_area; landuse_farm_area / county_area",
    )
    assert len(tiny.audit()) == 1


def test_audit_does_not_change_the_facts(tiny):
    facts = tiny.facts
    before = facts.document.copy(), [*facts.figures]
    tiny.audit()
    assert (facts.document, facts.figures) == before
