"""A plan without contradictions gives no finding, however its numbers are rounded."""

import pandas as pd
import pytest

from ecozoning.plan.audit import RULES, Facts

CHINESE_COLUMNS = [
    "code",
    "severity",
    "subject",
    "message",
    "message_zh",
    "published",
    "expected",
    "section",
    "figure_ids",
]


def test_consistent_plan_gives_no_finding(tiny):
    assert tiny.found() == set()


def test_table_without_findings_has_all_its_columns(tiny):
    assert list(tiny.audit()) == CHINESE_COLUMNS
    assert len(tiny.audit()) == 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_rule_finds_anything_in_a_plan_that_says_nothing(tiny, rule):
    document = {
        "name": "甲县",
        "county": {"area": "county_area"},
        "base_year": 2020,
        "start_year": 2021,
        "end_year": 2035,
    }
    empty = {name: pd.DataFrame() for name in ("projects", "indicators", "land_use")}
    facts = Facts(document, [], empty, ["甲镇"], tiny.facts.vocabulary)
    assert list(rule(facts)) == []


# --- shares: exact counts, 1 and 2 of 3 --------------------------------------------


def share_of_counts(tiny, printed, part):
    tiny.only(
        "whole | 甲河 | river | count | 3 条 | | observed |",
        f"part | 乙河 | river | count | {part} 条 | | observed |",
        f"share | 乙河 | river | count_share | {printed} % | | observed |"
        " derived=part / whole",
    )
    table = tiny.audit()
    return list(zip(table["code"], table["severity"], strict=True))


@pytest.mark.parametrize(
    ("printed", "part"),
    [("33", 1), ("33.3", 1), ("33.33", 1), ("33.333", 1), ("67", 2), ("66.7", 2)],
)
def test_share_rounded_to_any_number_of_digits_is_right(tiny, printed, part):
    assert share_of_counts(tiny, printed, part) == []


@pytest.mark.parametrize(("printed", "part"), [("66", 2), ("66.6", 2), ("66.66", 2)])
def test_share_cut_off_instead_of_rounded_is_worth_knowing_and_no_error(
    tiny, printed, part
):
    assert share_of_counts(tiny, printed, part) == [("rounding", "info")]


@pytest.mark.parametrize(("printed", "part"), [("33.4", 1), ("66.5", 2), ("66.8", 2)])
def test_share_off_by_a_digit_is_a_finding(tiny, printed, part):
    (code, severity), *others = share_of_counts(tiny, printed, part)
    assert (code, others) == ("share", [])
    assert severity in ("error", "warning")


def test_share_of_rounded_areas_may_be_off_by_what_they_hide(tiny):
    # 2.0 km2 may be 1.95 and 3.0 km2 3.05: 63.9 %; or 2.05 and 2.95: 69.5 %
    lines = [
        "whole | 林 | forest | area | 3.0 km2 | | observed |",
        "part | 疏林 | forest | area | 2.0 km2 | | observed |",
    ]
    share = "share | 疏林 | forest | area_share | {} % | | observed |"
    for printed, expected in (("64.0", set()), ("69.0", set()), ("63.8", {"share"})):
        tiny.only(*lines, share.format(printed) + " derived=part / whole")
        assert {code for code, _ in tiny.found()} == expected


# --- sums of rounded parts ---------------------------------------------------------


def sum_of_parts(tiny, total, *parts):
    names = [f"part{i}" for i in range(len(parts))]
    tiny.only(
        *(
            f"{name} | 林{name} | forest | area | {value} km2 | | observed |"
            for name, value in zip(names, parts, strict=True)
        ),
        f"total | 林 | forest | area | {total} km2 | | observed | derived=sum(part*)",
    )
    return tiny.found()


@pytest.mark.parametrize(
    ("total", "parts"),
    [
        ("10", ("3.3", "3.3", "3.3")),  # each may be 3.333
        ("10.0", ("3.3", "3.3", "3.3")),
        ("9.9", ("3.3", "3.3", "3.3")),
        ("9.95", ("3.3", "3.3", "3.3")),  # 9.9 +- 0.15 +- 0.005
        ("2", ("0.5", "0.5", "0.5")),  # 1.5 +- 0.15 against 1.5 to 2.5
    ],
)
def test_parts_that_miss_the_total_by_their_rounding_are_right(tiny, total, parts):
    assert sum_of_parts(tiny, total, *parts) == set()


@pytest.mark.parametrize("total", ["9.5", "10.2", "99", "9.6"])
def test_parts_that_miss_the_total_by_more_are_a_finding(tiny, total):
    assert sum_of_parts(tiny, total, "3.3", "3.3", "3.3") == {("sum", "林")}


def test_shares_that_make_100_within_their_rounding_are_right(tiny):
    share = "{} | {} | soil | area_share | {} % | | observed |"
    for last, expected in (("33.4", set()), ("33.3", set()), ("33.6", {"formula"})):
        tiny.only(
            share.format("a", "红壤", "33.3"),
            share.format("b", "黄壤", "33.3"),
            share.format("c", "黑壤", last) + " derived=1 - (a + b)",
        )
        assert {code for code, _ in tiny.found()} == expected


def test_value_printed_with_about_may_be_off_by_a_twentieth(tiny):
    part = "part{} | 林{} | forest | area | 50.00 km2 | | observed |"
    total = "total | 林 | forest | area | {} km2 | | observed | derived=part1 + part2"
    for value, expected in (("96", set()), ("90", {"sum"})):
        tiny.only(
            part.format(1, "甲"),
            part.format(2, "乙"),
            total.format(value) + " | comparator=~",
        )
        assert {code for code, _ in tiny.found()} == expected


def test_about_before_a_number_of_many_digits_says_no_more_than_its_digits(tiny):
    """Nobody rounds to 约1619.28; the plans put 约 before exact areas."""
    tiny.only(
        "part1 | 林甲 | forest | area | 50.00 km2 | | observed |",
        "part2 | 林乙 | forest | area | 50.00 km2 | | observed |",
        "total | 林 | forest | area | 98.76 km2 | | observed | derived=part1 + part2"
        " | comparator=~",
    )
    assert tiny.found() == {("sum", "林")}


def test_units_are_taken_care_of(tiny):
    # 0.3 万亩 are 200 hm2, 2 km2; with 1 km2 they make 3 km2; 15 亩 are one hectare
    tiny.only(
        "a | 甲林 | forest | area | 0.300 万亩 | | observed |",
        "b | 乙林 | forest | area | 100.0 hm2 | | observed |",
        "c | 林 | forest | area | 3.00 km2 | | observed | derived=a + b",
    )
    assert tiny.found() == set()
    tiny.change("c", unit="hm2", value="3")
    assert tiny.found() == {("sum", "林")}


@pytest.mark.parametrize(
    ("comparator", "value", "fine"),
    [(">=", "40", True), (">=", "60", False), ("<=", "60", True), ("<=", "40", False)],
)
def test_at_least_and_at_most_are_held_to_what_they_say(tiny, comparator, value, fine):
    tiny.only(
        "a | 甲林 | forest | area | 20.0 km2 | | observed |",
        "b | 乙林 | forest | area | 30.0 km2 | | observed |",
        f"c | 林 | forest | area | {value} km2 | | observed | derived=a + b"
        f" | comparator={comparator}",
    )
    assert tiny.found() == (set() if fine else {("sum", "林")})


@pytest.mark.parametrize(
    ("value", "severity"), [("100.05", "warning"), ("100.2", "error")]
)
def test_slip_below_a_thousandth_is_a_warning(tiny, value, severity):
    # parts add up to 100.000 +- 0.001; 0.05 is half a thousandth of it
    tiny.only(
        "a | 甲林 | forest | area | 60.000 km2 | | observed |",
        "b | 乙林 | forest | area | 40.000 km2 | | observed |",
        f"c | 林 | forest | area | {value} km2 | | observed | derived=a + b",
    )
    table = tiny.audit()
    found = table[table["code"] == "sum"]
    assert found["severity"].tolist() == [severity]
