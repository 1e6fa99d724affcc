"""Tables for people: aligned, closing, whole; and for machines."""

import io
import json
import math
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.cells import cell_len

from ecozoning.report import (
    area_report,
    as_csv,
    as_json,
    as_text,
    fidelity_report,
    finding_counts,
    finding_report,
)

NAN = math.nan


def plan_of(areas, published, names=None):
    """Return what `area_report` asks of a plan, for zones of such areas."""
    names = names or [f"{number}区" for number in range(1, len(areas) + 1)]
    total, whole = sum(areas), sum(published)
    table = pd.DataFrame(
        {
            "zone_id": [f"zone{n}" for n in range(len(areas))],
            "name": names,
            "area_km2": areas,
            "share_percent": [100 * a / total for a in areas],
            "published_area_km2": published,
            "published_share_percent": [100 * p / whole for p in published],
            "deviation_percent": [
                (a / p - 1) * 100 for a, p in zip(areas, published, strict=True)
            ],
            "geometry_kind": "modelled",
        }
    )
    zones = pd.DataFrame({"name_en": [f"Zone {n}" for n in range(len(areas))]})
    return SimpleNamespace(zone_statistics=table.copy, zones=zones)


def cells(line):
    """Return (text, first, last display column) of the cells of a line."""
    found = re.finditer(r"\S+(?: \S+)*", line)
    return [
        (m.group(), cell_len(line[: m.start()]), cell_len(line[: m.end()]))
        for m in found
    ]


def body(text):
    """Return the lines of a table that hold cells, the heading first."""
    return [line for line in text.splitlines() if line.strip(" ─")]


AREAS = plan_of([1620.0, 2502.5, 318.25], [1619.28, 2501.41, 317.9])
LONG = "大青山森林保育和生物多样性保护与水土流失综合治理及矿山修复区"


# --- the area table ----------------------------------------------------------------


def test_areas_add_up_to_their_total_to_the_last_decimal():
    # 100 in three equal parts: 33.33 each leaves 0.01, which one zone takes.
    third = 100 / 3
    table = area_report(plan_of([third] * 3, [33.0, 33.0, 34.0]))
    assert sorted(table["area_km2"]) == [33.33, 33.33, 33.34, 100.0]
    assert sorted(table["share_percent"]) == [33.33, 33.33, 33.34, 100.0]


def test_last_row_is_the_total_with_its_own_deviation():
    total = area_report(AREAS).iloc[-1]
    assert total["name"] == "合计"
    assert total["area_km2"] == 4440.75
    assert total["published_area_km2"] == pytest.approx(4438.59)
    assert total["deviation_percent"] == pytest.approx((4440.75 / 4438.59 - 1) * 100)


def test_total_of_areas_that_are_not_all_published_is_not_given():
    table = area_report(plan_of([10.0, 20.0], [10.0, NAN]))
    total = table.iloc[-1]
    assert math.isnan(total["published_area_km2"])
    assert math.isnan(total["deviation_percent"])
    assert total["area_km2"] == 30.0


def test_english_table_has_english_names():
    table = area_report(AREAS, "en")
    assert table["name"].tolist() == ["Zone 0", "Zone 1", "Zone 2", "total"]


def test_plan_without_zones_gives_no_rows():
    empty = SimpleNamespace(zone_statistics=AREAS.zone_statistics().iloc[:0].copy)
    assert len(area_report(empty)) == 0


# --- findings ----------------------------------------------------------------------

FOUND = pd.DataFrame(
    {
        "code": ["sum", "share", "sum"],
        "severity": ["error", "warning", "error"],
        "subject": ["固阳县"] * 3,
        "message": ["one", "two", "three"],
        "message_zh": ["一", "二", "三"],
    }
)


def test_findings_are_counted_by_severity_and_none_is_zero():
    assert finding_counts(FOUND) == {"error": 2, "warning": 1, "info": 0}


def test_counts_are_named_in_the_language_asked_for():
    assert finding_counts(FOUND, "zh") == {"错误": 2, "警告": 1, "提示": 0}
    assert finding_counts(FOUND, "en") == {"error": 2, "warning": 1, "note": 0}


@pytest.mark.parametrize(
    ("language", "row"),
    [("zh", ["错误", "sum", "一"]), ("en", ["error", "sum", "one"])],
)
def test_findings_are_told_in_the_language_asked_for(language, row):
    assert finding_report(FOUND, language).iloc[0].tolist() == row


# --- checks of fidelity ------------------------------------------------------------

CHECKED = pd.DataFrame(
    {
        "check": ["position", "seat", "area"],
        "subject": ["甲区", "甲镇", "甲县"],
        "published": ["south", "甲区", "9 km2"],
        "computed_value": [132.84, NAN, 9.0],
        "unit": ["degrees", "", "km2"],
        "deviation": [47.16, 0.0, 0.0],
        "deviation_unit": ["degrees", "km", "%"],
        "within": [False, True, True],
        "explanation": ["loose word", "", ""],
        "explanation_zh": ["方位词宽泛", "", ""],
    }
)


def test_checks_are_told_in_chinese():
    table = fidelity_report(CHECKED)
    row = ["方位", "甲区", "南部", "132.8 度", "✗", "方位词宽泛"]
    assert table.iloc[0].tolist() == row
    assert table["check"].tolist() == ["方位", "驻地", "面积"]
    assert table["computed"].tolist()[1:] == ["0.0 km", "9.00 km2"]


def test_checks_are_told_in_english():
    table = fidelity_report(CHECKED, "en")
    row = ["position", "甲区", "south", "132.8 degrees", "✗", "loose word"]
    assert table.iloc[0].tolist() == row


def test_reasons_have_a_heading_in_chinese():
    assert "原因" in as_text(fidelity_report(CHECKED))


# --- text --------------------------------------------------------------------------


def test_numbers_of_a_column_end_in_one_display_column():
    # Chinese characters are two columns wide; the names differ in length.
    rows = [cells(line) for line in body(as_text(area_report(AREAS)))]
    assert [len(row) for row in rows] == [6] * 5  # heading, three zones, total
    for place in range(1, 6):
        assert len({row[place][2] for row in rows}) == 1


def test_words_of_a_column_begin_in_one_display_column():
    table = pd.DataFrame(
        {"name": ["上高县", "Yi", "木垒哈萨克自治县"], "slug": list("abc")}
    )
    rows = [cells(line) for line in body(as_text(table))]
    assert len({row[0][1] for row in rows}) == 1
    assert len({row[1][1] for row in rows}) == 1


def test_long_name_is_folded_within_its_column():
    text = as_text(area_report(plan_of([1.0, 2.0], [1.0, 2.0], [LONG, "乙区"])))
    first, *more = [cells(line) for line in body(text)][1:4]
    folded = [row for row in more if len(row) == 1]
    assert first[0][0] + "".join(row[0][0] for row in folded) == LONG
    assert {row[0][1] for row in folded} <= {first[0][1]}


@pytest.mark.parametrize("width", [60, 66, 72, 80, 100, 200])
def test_no_digit_and_no_name_is_lost_in_a_narrow_terminal(width):
    areas = area_report(plan_of([1620.0, 2502.5], [1619.28, 2501.41], ["甲区", "乙区"]))
    text = as_text(areas, width=width)
    for word in ("1,620.00", "1,619.28", "+0.044", "4,122.50", *"甲乙区合计"):
        assert word in text


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_is_wider_than_the_terminal(width):
    areas = area_report(plan_of([1620.0, 2502.5], [1.0, 2.0], [LONG, "乙区"]))
    assert max(map(cell_len, as_text(areas, width=width).splitlines())) <= width


def test_numbers_are_shown_with_their_unit_decimals_and_sign():
    text = as_text(area_report(AREAS))
    assert "km²" in text
    assert "2,502.50" in text
    assert "+0.044" in text  # 1620 against 1619.28


def test_missing_value_is_a_dash():
    text = as_text(area_report(plan_of([10.0, 20.0], [10.0, NAN])))
    assert "nan" not in text.lower()
    assert cells(body(text)[2])[3][0] == "—"


def test_headings_follow_the_language():
    assert "计算面积 km²" in as_text(area_report(AREAS))
    english = as_text(area_report(AREAS, "en"), language="en")
    assert "computed km²" in english
    assert re.search("[一-鿿]", english) is None


def test_total_is_set_off_by_a_line():
    lines = as_text(area_report(AREAS), total=True).splitlines()
    last = next(n for n, line in enumerate(lines) if "合计" in line)
    assert lines[last - 1].strip(" ─") == ""


def test_no_line_ends_in_spaces_and_the_text_ends_in_one_newline():
    text = as_text(area_report(AREAS), title="某县")
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")


def test_brackets_in_a_name_are_shown_and_not_taken_for_markup():
    text = as_text(pd.DataFrame({"name": ["[bold]甲[/bold]", "[3330]"]}))
    assert "[bold]甲[/bold]" in text
    assert "[3330]" in text


def test_brackets_in_a_title_are_shown():
    assert "[draft]" in as_text(FOUND, title="规划[draft]")


# --- machines ----------------------------------------------------------------------


def test_csv_reads_back():
    table = area_report(AREAS)
    back = pd.read_csv(io.StringIO(as_csv(table)))
    assert list(back.columns) == list(table.columns)
    assert back["name"].tolist() == table["name"].tolist()
    assert back["area_km2"].tolist() == table["area_km2"].tolist()


def test_json_reads_back_with_null_for_what_is_missing():
    rows = json.loads(as_json(area_report(plan_of([10.0, 20.0], [10.0, NAN]))))
    assert [row["area_km2"] for row in rows] == [10.0, 20.0, 30.0]
    assert rows[1]["published_area_km2"] is None


def test_json_shows_chinese_as_it_is():
    assert "合计" in as_json(area_report(AREAS))


def test_json_of_no_rows_is_an_empty_list():
    assert json.loads(as_json(FOUND.iloc[:0])) == []
