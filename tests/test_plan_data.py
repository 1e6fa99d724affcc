"""The packaged plan files: ids, links, words, line ends and checksums."""

import csv
import hashlib
import json
import re
import tomllib
from collections import Counter
from functools import cache

import pandas as pd
import pytest

from ecozoning.io import data_dir, plan_dir, plan_slugs
from ecozoning.plan.expressions import expand, names_in
from ecozoning.plan.items import listed_items
from ecozoning.plan.numbers import parse_number
from ecozoning.units import UNITS

EVERY_PLAN = pytest.mark.parametrize("slug", plan_slugs())
TABLES = ("figures", "indicators", "projects", "land_use")
VOCABULARY = tomllib.loads(
    (data_dir() / "plans" / "vocabulary.toml").read_text(encoding="utf-8")
)


@cache
def rows(slug, table):
    path = plan_dir(slug) / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def document(slug):
    return tomllib.loads((plan_dir(slug) / "plan.toml").read_text(encoding="utf-8"))


def figures_by_id(slug):
    return {row["figure_id"]: row for row in rows(slug, "figures")}


def plan_files():
    return sorted((data_dir() / "plans").rglob("*.*"))


# --- files -------------------------------------------------------------------------


@pytest.mark.parametrize("path", plan_files(), ids=lambda p: "/".join(p.parts[-2:]))
def test_plan_file_is_utf8_without_bom_and_with_unix_line_ends(path):
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert not re.search(rb"[ \t]\n", content)
    content.decode("utf-8")


def test_plan_folders_hold_nothing_but_plan_files():
    names = {path.name for path in plan_files() if path.parent.name in plan_slugs()}
    assert names == {"plan.toml", *(f"{table}.csv" for table in TABLES)}


@pytest.mark.parametrize("slug", plan_slugs())
def test_folder_of_a_plan_has_its_slug(slug):
    assert document(slug)["slug"] == slug


@pytest.mark.parametrize(
    "path",
    sorted((data_dir() / "boundaries").rglob("*.geojson")),
    ids=lambda path: "/".join(path.parts[-2:]),
)
def test_geojson_has_one_feature_a_line_so_that_it_diffs_well(path):
    text = path.read_bytes().decode("utf-8")
    features = json.loads(text)["features"]
    lines = text.split("\n")
    assert "\r" not in text
    assert lines[-1] == ""  # the file ends with a line end
    assert [json.loads(line.rstrip(",")) for line in lines[1:-2]] == features


@EVERY_PLAN
def test_geojson_of_a_county_states_where_its_geometry_comes_from(slug):
    folder = data_dir() / "boundaries" / slug
    for path in folder.glob("*.geojson"):
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            kind = feature["properties"]["geometry_kind"]
            assert kind in ("open-data", "modelled", "none")
            assert (feature["geometry"] is None) == (kind == "none")


# --- ids and numbering -------------------------------------------------------------


@EVERY_PLAN
@pytest.mark.parametrize(
    ("table", "key"), [("figures", "figure_id"), ("projects", "project_id")]
)
def test_ids_are_unique(slug, table, key):
    counts = Counter(row[key] for row in rows(slug, table))
    assert [name for name, count in counts.items() if count > 1] == []


@EVERY_PLAN
def test_project_ids_run_from_p01_in_the_order_of_the_file(slug):
    ids = [row["project_id"] for row in rows(slug, "projects")]
    assert ids == [f"p{number:02d}" for number in range(1, len(ids) + 1)]


@EVERY_PLAN
def test_indicators_are_numbered_without_gaps(slug):
    for series in {row["series"] for row in rows(slug, "indicators")}:
        numbers = [
            int(row["number"])
            for row in rows(slug, "indicators")
            if row["series"] == series
        ]
        assert numbers == sorted(numbers)
        assert set(numbers) == set(range(1, len(set(numbers)) + 1))


@EVERY_PLAN
def test_sub_rows_of_an_indicator_are_numbered_from_1(slug):
    groups = {}
    for row in rows(slug, "indicators"):
        groups.setdefault((row["series"], row["number"]), []).append(row["sub_number"])
    for numbers in groups.values():
        expected = [str(i) for i in range(1, len(numbers) + 1)]
        assert numbers in ([""], expected)


@EVERY_PLAN
def test_zones_are_numbered_in_the_order_of_the_file(slug):
    zones = document(slug).get("zones", [])
    assert [zone["order"] for zone in zones] == list(range(1, len(zones) + 1))
    assert [zone["zone_id"] for zone in zones] == [
        f"zone{number}" for number in range(1, len(zones) + 1)
    ]


@EVERY_PLAN
def test_modelled_zones_are_those_of_the_plan(slug):
    path = data_dir() / "boundaries" / slug / "zones.geojson"
    wanted = [zone["zone_id"] for zone in document(slug).get("zones", [])]
    if not wanted:
        assert not path.exists()
        return
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [f["properties"]["zone_id"] for f in features] == wanted


# --- links -------------------------------------------------------------------------


@EVERY_PLAN
@pytest.mark.parametrize(
    ("column", "link"), [("area", "area_figure"), ("share_percent", "share_figure")]
)
def test_land_use_rows_link_to_the_figures_that_repeat_them(slug, column, link):
    figures = figures_by_id(slug)
    for row in rows(slug, "land_use"):
        assert bool(row[column]) == bool(row[link])
        if row[link]:
            figure = figures[row[link]]
            assert (figure["subject"], figure["value"]) == (
                row["land_class"],
                row[column],
            )


@EVERY_PLAN
def test_land_use_areas_have_the_unit_and_section_of_their_figures(slug):
    figures = figures_by_id(slug)
    for row in rows(slug, "land_use"):
        figure = figures[row["area_figure"]]
        assert (figure["unit"], figure["section"]) == (row["unit"], row["section"])


@EVERY_PLAN
def test_projects_name_zones_that_the_plan_has(slug):
    known = {zone["zone_id"] for zone in document(slug).get("zones", [])}
    for row in rows(slug, "projects"):
        assert set(filter(None, row["zones"].split(";"))) <= known


@EVERY_PLAN
def test_projects_with_a_figure_of_their_investment_have_the_same_budget(slug):
    figures = figures_by_id(slug)
    for row in rows(slug, "projects"):
        figure = figures.get(f"{row['project_id']}_investment")
        assert (figure is not None) == (row["budget"] != "")
        if figure:
            assert (figure["value"], figure["unit"]) == (
                row["budget"],
                row["budget_unit"],
            )


def numbers_of(slug, table, *columns):
    cells = (row[column] for row in rows(slug, table) for column in columns)
    return {number for cell in cells for number in re.findall(r"\d+(?:\.\d+)?", cell)}


@EVERY_PLAN
def test_every_number_of_the_other_tables_is_a_figure_too(slug):
    targets = ("target_2025", "target_2030", "target_2035")
    wanted = numbers_of(slug, "indicators", "base_value", "required_value", *targets)
    wanted |= numbers_of(slug, "projects", "budget")
    for row in rows(slug, "projects"):
        sizes = (re.match(r"[\d.]+", size) for size in row["size"].split(";"))
        wanted |= {size[0] for size in sizes if size}
    values = {row["value"].lstrip("-") for row in rows(slug, "figures")}
    assert wanted - values == set()


@EVERY_PLAN
def test_figures_named_by_the_document_exist_and_measure_the_right_thing(slug):
    figures = figures_by_id(slug)
    assert UNITS[figures[document(slug)["county"]["area"]]["unit"]].dimension == "area"
    for zone in document(slug).get("zones", []):
        for key, dimension in (("area", "area"), ("share", "share")):
            if zone[key]:
                figure = figures[zone[key]]
                assert figure["subject"] == zone["name"]
                assert UNITS[figure["unit"]].dimension == dimension
    for area in document(slug).get("protected_areas", []):
        assert set(area["areas"]) <= set(figures)


@EVERY_PLAN
def test_county_area_is_that_of_the_county(slug):
    figure = figures_by_id(slug)[document(slug)["county"]["area"]]
    assert (figure["subject"], figure["quantity"]) == (document(slug)["name"], "area")


@EVERY_PLAN
@pytest.mark.parametrize("column", ["derived", "at_most"])
def test_no_figure_follows_from_itself(slug, column):
    figures = figures_by_id(slug)
    for name, row in figures.items():
        for expression in filter(None, map(str.strip, row[column].split(";"))):
            assert name not in names_in(expand(expression, figures))


@EVERY_PLAN
def test_every_list_that_a_count_refers_to_has_something_in_it(slug):
    tables = {
        name: pd.DataFrame(rows(slug, name)) for name in ("projects", "indicators")
    }
    for row in rows(slug, "figures"):
        if row["items"]:
            assert listed_items(row["items"], document(slug), tables)


@EVERY_PLAN
def test_names_of_projects_with_figures_are_the_subjects_of_these(slug):
    names = {row["project_id"]: row["name"] for row in rows(slug, "projects")}
    for name, row in figures_by_id(slug).items():
        if match := re.fullmatch(r"(p\d\d)_investment", name):
            assert row["subject"] == names[match[1]]


@EVERY_PLAN
def test_subjects_of_zone_figures_are_the_names_of_zones(slug):
    names = {zone["name"] for zone in document(slug).get("zones", [])}
    for zone in document(slug).get("zones", []):
        figures = [
            row
            for name, row in figures_by_id(slug).items()
            if re.fullmatch(rf"{zone['zone_id']}_(area|share)", name)
        ]
        assert {row["subject"] for row in figures} <= names


@EVERY_PLAN
def test_ranges_come_as_a_lower_and_an_upper_row(slug):
    """A figure ending in _min never exceeds the one ending in _max beside it."""
    figures = figures_by_id(slug)
    for name, row in figures.items():
        twin = figures.get(f"{name.removesuffix('_min')}_max")
        if name.endswith("_min") and twin and twin["unit"] == row["unit"]:
            assert parse_number(row["value"]) <= parse_number(twin["value"])


@EVERY_PLAN
def test_village_lists_of_one_zone_are_left_out_by_another(slug):
    """Villages of a township that one zone leaves out are a list of known names."""
    for zone in document(slug).get("zones", []):
        for unit in zone["units"]:
            villages = unit.get("villages", [])
            assert len(villages) == len(set(villages))
            assert (unit.get("part") in ("villages", "except")) == bool(villages)


# --- words -------------------------------------------------------------------------


def words_of(table, key):
    """Return every word that the plans use of a table of the vocabulary."""
    used = set()
    for slug in plan_slugs():
        for entry in document(slug).get(table, []):
            value = entry.get(key, [])
            used |= set([value] if isinstance(value, str) else value)
    return used


@pytest.mark.parametrize("table", ["problems", "directions", "modes", "functions"])
def test_every_word_of_a_zone_has_a_chinese_and_an_english_label(table):
    for label in VOCABULARY[table].values():
        assert re.search(r"[\u4e00-\u9fff]", label["zh"])
        assert re.fullmatch(r"[A-Za-z][A-Za-z ,-]+", label["en"])


def test_every_quantity_has_labels_and_a_dimension_that_some_unit_has():
    dimensions = {unit.dimension for unit in UNITS.values()}
    for label in VOCABULARY["quantities"].values():
        assert re.search(r"[\u4e00-\u9fff]", label["zh"])
        assert re.match(r"[a-z]", label["en"])
        assert label["dimension"] in dimensions
        assert label.get("better", "higher") in ("higher", "lower", "floor")


@pytest.mark.parametrize("table", ["subject_kinds", "pattern_kinds"])
def test_every_kind_has_a_chinese_label(table):
    for label in VOCABULARY[table].values():
        text = label["zh"] if isinstance(label, dict) else label
        assert re.search(r"[\u4e00-\u9fff]", text)


@pytest.mark.parametrize("table", ["problems", "directions", "modes", "functions"])
def test_zones_use_words_of_the_vocabulary(table):
    assert words_of("zones", table) <= set(VOCABULARY[table])


def test_patterns_use_words_of_the_vocabulary():
    assert words_of("pattern", "functions") <= set(VOCABULARY["functions"])
    assert words_of("pattern", "kind") == set(VOCABULARY["pattern_kinds"])


@pytest.mark.parametrize("table", ["problems", "directions", "modes", "functions"])
def test_labels_of_a_table_are_all_different(table):
    for language in ("zh", "en"):
        labels = [label[language] for label in VOCABULARY[table].values()]
        assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("column", "table"), [("quantity", "quantities"), ("subject_kind", "subject_kinds")]
)
def test_figures_use_words_of_the_vocabulary(column, table):
    used = {row[column] for slug in plan_slugs() for row in rows(slug, "figures")}
    assert used <= set(VOCABULARY[table])


@pytest.mark.parametrize(
    ("column", "table"), [("quantity", "quantities"), ("subject_kind", "subject_kinds")]
)
def test_vocabulary_has_no_word_that_no_plan_uses(column, table):
    """A word that is never used is a slip, or is left from one that was renamed."""
    used = {row[column] for slug in plan_slugs() for row in rows(slug, "figures")}
    assert set(VOCABULARY[table]) - used == set()


@EVERY_PLAN
def test_zone_names_have_english_and_short_forms(slug):
    for zone in document(slug).get("zones", []):
        assert re.search(r"[\u4e00-\u9fff]", zone["name"])
        assert not re.search(r"[\u4e00-\u9fff]", zone["name_en"])
        assert not re.search(r"[\u4e00-\u9fff]", zone["short_name_en"])
        assert 2 <= len(zone["short_name"]) <= 8


@EVERY_PLAN
def test_years_of_the_figures_lie_between_1950_and_the_end_of_the_plan(slug):
    for row in rows(slug, "figures"):
        for year in re.findall(r"\d{4}", row["year"]):
            assert 1950 <= int(year) <= document(slug)["end_year"]


# --- README ------------------------------------------------------------------------


def checksums():
    readme = data_dir() / "README.md"
    pattern = re.compile(r"\|\s*`?([\w./-]+)`?\s*\|.*\|\s*`?([0-9a-f]{64})`?\s*\|")
    text = readme.read_text(encoding="utf-8")
    return {m[1]: m[2] for line in text.splitlines() if (m := pattern.match(line))}


def test_readme_of_the_data_exists():
    assert (data_dir() / "README.md").is_file()


def test_readme_lists_every_layer_with_the_checksum_it_has():
    listed = checksums()
    if not listed:
        pytest.skip("data/README.md has no table of checksums yet")
    there = {
        path.relative_to(data_dir()).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for folder in ("boundaries", "terrain", "landcover", "scene", "rivers")
        for path in (data_dir() / folder).rglob("*")
        if path.is_file()
    }
    layers = {name: sha for name, sha in listed.items() if not name.startswith("plans")}
    assert layers == there


def test_every_layer_has_a_script_that_remakes_it():
    names = {path.stem for path in (data_dir() / "build").glob("*.py")}
    assert {"boundaries", "zones"} <= names
