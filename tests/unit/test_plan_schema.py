"""A plan folder damaged in one place is refused in one sentence that says where.

Each test copies the folder of a packaged plan and damages the copy.
"""

import csv
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import ecozoning as ez
from ecozoning.errors import PlanDataError, UnknownPlanError
from ecozoning.io import boundary_dir, plan_dir

FOUND = ["figures", "indicators", "projects", "land_use"]


@pytest.fixture
def copy_of(tmp_path):
    """Return a function that copies a packaged plan folder."""

    def build(slug="guyang"):
        return Path(shutil.copytree(plan_dir(slug), tmp_path / slug))

    return build


def lines_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_lines(path, lines):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def set_cell(folder, table, line, column, value):
    """Change the cell in a column of a line of a CSV file; line 1 is the header."""
    path = folder / f"{table}.csv"
    lines = lines_of(path)
    lines[line - 1][lines[0].index(column)] = value
    write_lines(path, lines)


def set_text(folder, old, new, file="plan.toml"):
    """Replace the first of a text in a file, and insist that it is there."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def refusal(folder):
    """Return the error of loading a folder; it must be one sentence on one line."""
    with pytest.raises(PlanDataError, match=r"\.$") as caught:
        ez.load_plan(folder)
    assert "\n" not in str(caught.value)
    return caught.value


# --- cells -------------------------------------------------------------------------

BAD_CELLS = [
    ("figures", "value", "约5", "not a number; write it as printed"),
    ("figures", "value", "", "not a number"),
    ("figures", "value", "47%", "not a number"),
    ("figures", "unit", "furlong", r"should be one of \('m2'"),
    ("figures", "unit", "", "should be one of"),
    ("figures", "unit", "km2", "'km2' measures area, .* angle"),
    ("figures", "quantity", "sizes", r"not a word of vocabulary.toml \[quantities\]"),
    ("figures", "quantity", "", r"not a word of vocabulary.toml \[quantities\]"),
    ("figures", "subject_kind", "thing", r"vocabulary.toml \[subject_kinds\]"),
    ("figures", "subject", "", "is empty"),
    ("figures", "section", "", "is empty"),
    ("figures", "year", "20", "a year or a period such as 2016-2020"),
    ("figures", "year", "2016—2020", "a year or a period such as 2016-2020"),
    ("figures", "comparator", "<", r"should be one of \('=', '>='"),
    ("figures", "comparator", "", "should be one of"),
    ("figures", "status", "planned", "should be one of .*'cumulative'"),
    ("figures", "figure_id", "Zone-1", "lower-case letters, digits and _"),
    ("figures", "figure_id", "1zone", "lower-case letters, digits and _"),
    ("figures", "derived", "county_area / no_such", "figure 'no_such' does not exist"),
    ("figures", "derived", "county_area; no_such", "figure 'no_such' does not exist"),
    ("figures", "derived", "(county_area +", "is not an expression of figure ids"),
    ("figures", "derived", "sum(no_such*)", "matches 0 figure ids"),
    ("figures", "at_most", "no_such", "figure 'no_such' does not exist"),
    ("indicators", "number", "", "is empty"),
    ("indicators", "series", "other", r"should be one of \('main', 'reference'\)"),
    ("indicators", "name", "", "is empty"),
    ("indicators", "base_year", "last", "a year or a period"),
    ("indicators", "attribute", "约束性", "should be one of .*'binding'"),
    ("indicators", "cumulative", "yes", r"should be one of \('true', 'false'"),
    ("indicators", "section", "", "is empty"),
    ("projects", "project_id", "P 1", "lower-case letters, digits and _"),
    ("projects", "name", "", "is empty"),
    ("projects", "start_year", "203", "a year or a period"),
    ("projects", "end_year", "later", "a year or a period"),
    ("projects", "budget", "much", "not a number"),
    ("projects", "budget_unit", "美元", "should be one of .*'万元'"),
    ("projects", "section", "", "is empty"),
    ("land_use", "land_class", "", "is empty"),
    ("land_use", "area", "1e5", "not a number"),
    ("land_use", "unit", "公顷", r"should be one of .*'hm2'"),
    ("land_use", "share_percent", "52,54 %", "not a number"),
    ("land_use", "section", "", "is empty"),
]


@pytest.mark.parametrize(("table", "column", "value", "fault"), BAD_CELLS)
def test_bad_cell_is_refused_by_file_line_and_column(
    copy_of, table, column, value, fault
):
    folder = copy_of("shanggao")  # it has all four tables
    set_cell(folder, table, 4, column, value)
    place = f"{table}.csv, line 4, column '{column}': "
    assert re.match(re.escape(place) + f".*{fault}", str(refusal(folder)))


@pytest.mark.parametrize(
    "expression",
    [
        "county_longitude_max ** 2",
        "county_longitude_max // 2",
        "-county_longitude_max",
        "max(county_longitude_max, county_latitude_max)",
        "county_longitude_max < 5",
        "'county_area'",
    ],
)
@pytest.mark.parametrize("column", ["derived", "at_most"])
def test_expression_that_the_audit_cannot_work_out_is_refused(
    copy_of, column, expression
):
    """Else the audit would pass over it, and nobody would know."""
    folder = copy_of("shanggao")
    set_cell(folder, "figures", 4, column, expression)
    assert f"figures.csv, line 4, column '{column}': " in str(refusal(folder))


def test_every_bad_cell_is_listed_and_counted(copy_of):
    folder = copy_of()
    for line in (3, 5, 9):
        set_cell(folder, "figures", line, "comparator", "<")
    error = refusal(folder)
    assert "(and 2 more)" in str(error)
    assert [re.search(r"line (\d+)", row)[1] for row in error.bad_rows] == list("359")


@pytest.mark.parametrize(
    ("table", "column"), [("figures", "figure_id"), ("projects", "project_id")]
)
def test_id_used_twice_is_refused_at_both_lines(copy_of, table, column):
    folder = copy_of()
    first = lines_of(folder / f"{table}.csv")[1][0]
    set_cell(folder, table, 4, column, first)
    error = refusal(folder)
    assert re.match(rf"{table}\.csv, line 2, column '{column}': .* twice", str(error))
    assert "line 4" in error.bad_rows[1]


def test_line_is_that_of_the_file_after_a_cell_with_a_line_break(copy_of):
    folder = copy_of()
    set_cell(folder, "figures", 2, "definition", "two\nlines")
    set_cell(folder, "figures", 3, "unit", "furlong")
    assert str(refusal(folder)).startswith("figures.csv, line 4, column 'unit'")


# --- references --------------------------------------------------------------------


def test_county_area_that_is_no_figure_is_refused(copy_of):
    folder = copy_of()
    set_text(folder, 'area = "county_area"', 'area = "no_such"')
    assert re.search(r"plan\.toml: county\.area.*'no_such'", str(refusal(folder)))


@pytest.mark.parametrize(("key", "zone"), [("area", 1), ("share", 2)])
def test_zone_figure_that_does_not_exist_is_refused(copy_of, key, zone):
    folder = copy_of("shanggao")
    set_text(folder, f'{key} = "zone{zone}_{key}"', f'{key} = "no_such"')
    place = rf"plan\.toml: zones\[{zone}\]\.{key}.*'no_such'"
    assert re.search(place, str(refusal(folder)))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("land_use", "area_figure", "no_such"),
        ("land_use", "share_figure", "no_such"),
        ("projects", "zones", "zone1;zone9"),
        ("figures", "items", "@nothing"),
        ("figures", "items", "@projects:colour=red"),
    ],
)
def test_reference_to_nothing_is_refused(copy_of, table, column, value):
    folder = copy_of("shanggao")
    set_cell(folder, table, 4, column, value)
    assert f"{table}.csv, line 4, column '{column}': " in str(refusal(folder))


# --- tables ------------------------------------------------------------------------


@pytest.mark.parametrize("table", FOUND)
def test_renamed_column_is_refused_as_missing_and_unexpected(copy_of, table):
    folder = copy_of("shanggao")
    set_text(folder, "section", "chapter", f"{table}.csv")
    error = refusal(folder)
    assert re.match(rf"{table}\.csv, line 1: columns should be .*, section", str(error))
    assert (error.missing, error.unexpected) == (("section",), ("chapter",))


def test_column_too_few_is_refused(copy_of):
    folder = copy_of()
    path = folder / "figures.csv"
    write_lines(path, [line[:-1] for line in lines_of(path)])
    assert "line 1: columns should be" in str(refusal(folder))
    assert "missing: items; unexpected: none." in str(refusal(folder))


def test_column_named_twice_is_refused(copy_of):
    folder = copy_of()
    path = folder / "projects.csv"
    lines = lines_of(path)
    write_lines(path, [lines[0] + ["section"], *[[*row, ""] for row in lines[1:]]])
    assert "projects.csv, line 1: columns should be" in str(refusal(folder))


def test_columns_in_another_order_are_read_by_their_names(copy_of):
    folder = copy_of()
    path = folder / "figures.csv"
    write_lines(path, [line[::-1] for line in lines_of(path)])
    pd.testing.assert_frame_equal(
        ez.load_plan(folder).figures, ez.load_plan("guyang").figures
    )


@pytest.mark.parametrize(("cells", "count"), [(["extra"], 15), (None, 13)])
def test_row_with_another_number_of_cells_is_refused(copy_of, cells, count):
    folder = copy_of()
    lines = lines_of(folder / "figures.csv")
    lines[6] = lines[6] + cells if cells else lines[6][:-1]
    write_lines(folder / "figures.csv", lines)
    assert str(refusal(folder)) == (
        f"figures.csv, line 7: {count} cells where the header has 14; quote cells that "
        "hold a comma."
    )


def test_file_without_a_line_is_refused(copy_of):
    folder = copy_of()
    (folder / "indicators.csv").write_text("", encoding="utf-8")
    assert "indicators.csv, line 1: columns should be number" in str(refusal(folder))


def test_table_with_a_header_alone_is_a_table_without_rows(copy_of):
    folder = copy_of()
    path = folder / "projects.csv"
    write_lines(path, lines_of(path)[:1])
    assert len(ez.load_plan(folder).projects) == 0


def test_quote_that_never_closes_is_refused(copy_of):
    folder = copy_of()
    path = folder / "projects.csv"
    path.write_text(path.read_text(encoding="utf-8") + 'p99,"x', encoding="utf-8")
    assert re.match(r"projects\.csv, line \d+: not valid CSV", str(refusal(folder)))


# --- files -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file", ["plan.toml", "figures.csv", "indicators.csv", "projects.csv"]
)
def test_missing_file_is_refused_by_name(copy_of, file):
    folder = copy_of()
    (folder / file).unlink()
    assert str(refusal(folder)) == f"{file} is missing in {str(folder)!r}."


def test_land_use_table_may_be_missing(copy_of):
    folder = copy_of("shanggao")
    (folder / "land_use.csv").unlink()
    table = ez.load_plan(folder).land_use
    assert len(table) == 0
    assert list(table) == list(ez.load_plan("shanggao").land_use)


def test_missing_folder_is_refused_by_its_path(tmp_path):
    with pytest.raises(PlanDataError, match=r"plan folder '.*nowhere' does not exist"):
        ez.load_plan(tmp_path / "nowhere")


@pytest.mark.parametrize("file", ["plan.toml", "figures.csv", "projects.csv"])
def test_file_in_the_legacy_encoding_is_refused_with_the_way_out(copy_of, file):
    folder = copy_of()
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_bytes(text.encode("gb18030"))
    assert re.match(
        rf"{re.escape(file)} is not UTF-8 \(byte \d+\); save it as UTF-8",
        str(refusal(folder)),
    )


def test_folder_in_place_of_a_file_is_refused(copy_of):
    folder = copy_of()
    (folder / "figures.csv").unlink()
    (folder / "figures.csv").mkdir()
    assert "figures.csv' cannot be read" in str(refusal(folder))


@pytest.mark.parametrize("files", ["*.csv", "plan.toml", "*.*"])
def test_byte_order_mark_and_windows_line_ends_change_nothing(copy_of, files):
    folder = copy_of("shanggao")
    for path in folder.glob(files):
        text = path.read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8-sig", newline="\r\n")
    changed, plan = ez.load_plan(folder), ez.load_plan("shanggao")
    assert changed.document == plan.document
    for table in FOUND:
        pd.testing.assert_frame_equal(getattr(changed, table), getattr(plan, table))


def test_blanks_around_a_cell_are_dropped(copy_of):
    folder = copy_of()
    first = lines_of(folder / "figures.csv")[1]
    set_cell(folder, "figures", 2, "value", f" {first[4]} ")
    set_cell(folder, "figures", 2, "subject", f"\u3000{first[1]} ")
    pd.testing.assert_frame_equal(
        ez.load_plan(folder).figures, ez.load_plan("guyang").figures
    )


def test_layers_of_the_folder_come_before_the_packaged_ones(copy_of):
    folder = copy_of()
    shutil.copy(boundary_dir("jinping") / "boundary.geojson", folder)
    assert ez.load_plan(folder).boundary["adcode"].tolist() == ["522628"]


def test_layer_that_is_no_geojson_is_refused(copy_of):
    folder = copy_of()
    (folder / "boundary.geojson").write_text("[1, 2", encoding="utf-8")
    assert "boundary.geojson is not a GeoJSON" in str(refusal(folder))


def test_county_without_layers_is_refused_with_the_place_to_put_them(copy_of):
    folder = copy_of()
    set_text(folder, 'slug = "guyang"', 'slug = "atlantis"')
    assert re.match(
        r"boundary\.geojson is missing in .*'atlantis'; put the layer into the folder",
        str(refusal(folder)),
    )


# --- plan.toml ---------------------------------------------------------------------

TEXT_KEYS = ["slug", "name", "name_en", "adcode", "title", "kind", "pattern_name"]
YEAR_KEYS = ["base_year", "start_year", "end_year"]
ZONE_KEYS = ["zone_id", "name", "name_en", "short_name", "short_name_en", "section"]


def drop_key(folder, key, after=""):
    """Drop the first line of plan.toml, behind some text, that sets a key."""
    path = folder / "plan.toml"
    head, mark, tail = path.read_text(encoding="utf-8").rpartition(after)
    tail, count = re.subn(rf"(?m)^{key} = .*\n", "", tail, count=1)
    assert count == 1
    path.write_text(head + mark + tail, encoding="utf-8")


def test_invalid_toml_is_refused_by_line(copy_of):
    folder = copy_of()
    set_text(folder, "base_year = 2020", "base_year = twenty")
    assert re.match(
        r"plan\.toml is not valid TOML: .*line 8.*\.$", str(refusal(folder))
    )


@pytest.mark.parametrize("key", [*TEXT_KEYS, *YEAR_KEYS])
def test_missing_key_of_the_plan_is_refused_by_name(copy_of, key):
    folder = copy_of()
    path = folder / "plan.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"(?m)^{key} = .*\n", "", text, count=1), encoding="utf-8")
    assert str(refusal(folder)).startswith(f"plan.toml: {key} is missing")


def test_missing_county_area_is_refused(copy_of):
    folder = copy_of()
    set_text(folder, 'area = "county_area"\n', "")
    assert "plan.toml: county.area is missing" in str(refusal(folder))


def test_missing_county_table_is_refused(copy_of):
    folder = copy_of()
    set_text(folder, "[county]", "[land]")
    assert "plan.toml: county.area is missing" in str(refusal(folder))


@pytest.mark.parametrize("key", [*ZONE_KEYS, "order"])
def test_missing_key_of_a_zone_is_refused_by_zone_and_name(copy_of, key):
    folder = copy_of()
    drop_key(folder, key, after="[[zones]]\n")  # the last of four
    assert f"zones[4].{key} is missing" in str(refusal(folder))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("base_year = 2020", 'base_year = "2020"', "base_year should be an? int"),
        ('adcode = "150222"', "adcode = 150222", "adcode should be .*, not 150222"),
        ("order = 1", 'order = "first"', r"zones\[1\]\.order should be an? int"),
    ],
)
def test_key_of_another_type_is_refused(copy_of, old, new, fault):
    folder = copy_of()
    set_text(folder, old, new)
    assert re.search(f"plan.toml: {fault}", str(refusal(folder)))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'problems = ["low',
            'problems = ["noise", "low',
            r"problems: 'noise' is not in ",
        ),
        ('directions = ["land', 'directions = ["magic", "land', "directions: 'magic'"),
        ('functions = ["agr', 'functions = ["fun", "agr', "functions: 'fun'"),
        ('modes = ["cons', 'modes = ["fast", "cons', "modes: 'fast'"),
    ],
)
def test_word_that_the_vocabulary_lacks_is_refused_with_its_zone(
    copy_of, old, new, fault
):
    folder = copy_of()
    path = folder / "plan.toml"
    head, mark, tail = path.read_text(encoding="utf-8").partition("[[zones]]")
    assert old in tail
    path.write_text(head + mark + tail.replace(old, new, 1), encoding="utf-8")
    assert re.search(rf"plan\.toml: zones\[1\]\.{fault}", str(refusal(folder)))


def test_kind_of_pattern_that_the_vocabulary_lacks_is_refused(copy_of):
    folder = copy_of()
    set_text(folder, 'kind = "belt"', 'kind = "braid"')
    assert "plan.toml: pattern[2].kind 'braid' is unknown" in str(refusal(folder))


def test_function_of_a_pattern_that_the_vocabulary_lacks_is_refused(copy_of):
    folder = copy_of()
    set_text(folder, 'functions = ["water_conservation"', 'functions = ["fun"')
    assert re.search(r"pattern\[1\]\.functions: 'fun'", str(refusal(folder)))


@pytest.mark.parametrize("part", ["villages", "except"])
def test_part_of_a_township_without_its_villages_is_refused(copy_of, part):
    folder = copy_of()
    set_text(folder, 'part = "西部" }', f'part = "{part}" }}')
    assert "zones[1].units: 西斗铺镇 lists no villages" in str(refusal(folder))


def test_unit_without_a_name_is_refused(copy_of):
    folder = copy_of()
    set_text(folder, '{ name = "怀朔镇" }', '{ part = "西部" }')
    assert "zones[1].units: an entry has no name" in str(refusal(folder))


def test_zone_id_used_twice_is_refused(copy_of):
    folder = copy_of()
    set_text(folder, 'zone_id = "zone2"', 'zone_id = "zone1"')
    assert "zone_id 'zone1' is used twice" in str(refusal(folder))


def test_plan_without_zones_must_say_why(copy_of):
    folder = copy_of("mulei")
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    emptied = re.sub(r'(?m)^zones_note = ".*"$', 'zones_note = ""', text)
    (folder / "plan.toml").write_text(emptied, encoding="utf-8")
    assert "zones is empty and zones_note does not say why" in str(refusal(folder))


@pytest.mark.parametrize("key", ["kind", "names"])
def test_name_variant_without_a_key_that_the_audit_needs_is_refused(copy_of, key):
    folder = copy_of()
    drop_key(folder, key, after="[[name_variants]]\n")
    assert re.search(rf"name_variants\[\d+\]\.{key} is missing", str(refusal(folder)))


def test_date_of_issue_that_has_no_year_is_refused(copy_of):
    folder = copy_of()
    set_text(folder, 'issued = "2022-11"', 'issued = "November"')
    assert re.search(r"plan\.toml: issued .*'November'", str(refusal(folder)))


# --- names of plans ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["atlantis", "上海县", "110000", "", None, 7])
def test_unknown_county_is_refused_with_the_five_and_their_codes(name):
    with pytest.raises(UnknownPlanError, match="no packaged plan is called") as caught:
        ez.load_plan(name)
    for known in ("guyang, 固阳县", "150222", "锦屏县", "522628", "木垒哈萨克自治县"):
        assert known in str(caught.value)
    for known in ("652328", "上高县", "360923", "鄯善县", "650421"):
        assert known in str(caught.value)


def test_unknown_county_is_a_key_error_and_a_value_error_too():
    with pytest.raises(KeyError, match="atlantis"):
        ez.load_plan("atlantis")
    with pytest.raises(ValueError, match="atlantis"):
        ez.load_plan("atlantis")
