"""A plan in one GeoPackage: nothing is lost, and what is no plan is refused."""

import json
import shutil
import sqlite3
from contextlib import closing

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

import ecozoning as ez
from ecozoning.errors import InputError, OutputError, ParameterError, PlanDataError

SLUGS = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]
LAYERS = [
    "boundary",
    "zones",
    "redlines",
    "corridors",
    "pattern",
    "townships",
    "protected_areas",
]
TABLES = ["figures", "indicators", "projects", "land_use"]
EVERY_PLAN = pytest.mark.parametrize("slug", SLUGS)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a function that gives a plan, its file, and the plan read from there."""
    folder, done = tmp_path_factory.mktemp("plans"), {}

    def build(slug):
        if slug not in done:
            plan, file = ez.load_plan(slug), folder / f"{slug}.gpkg"
            plan.to_gpkg(file)
            done[slug] = (plan, file, ez.read_plan(file))
        return done[slug]

    return build


@pytest.fixture
def package(written, tmp_path):
    """Return a copy of the file of 固阳 that a test may damage."""
    return shutil.copy(written("guyang")[1], tmp_path / "plan.gpkg")


def run_sql(file, *statements):
    with closing(sqlite3.connect(file)) as base, base:
        for statement in statements:
            assert base.execute(statement).rowcount != 0


# --- round trip --------------------------------------------------------------------


@EVERY_PLAN
@pytest.mark.parametrize("name", TABLES)
def test_tables_come_back_as_they_were(written, slug, name):
    plan, _, again = written(slug)
    pd.testing.assert_frame_equal(getattr(again, name), getattr(plan, name))


@EVERY_PLAN
@pytest.mark.parametrize("name", LAYERS)
def test_columns_of_layers_come_back_as_they_were(written, slug, name):
    plan, _, again = written(slug)
    old, new = getattr(plan, name), getattr(again, name)
    pd.testing.assert_frame_equal(
        pd.DataFrame(new.drop(columns="geometry")),
        pd.DataFrame(old.drop(columns="geometry")),
    )
    assert list(new) == list(old)
    assert new.crs == old.crs


@EVERY_PLAN
@pytest.mark.parametrize("name", LAYERS)
def test_coordinates_come_back_to_the_last_bit(written, slug, name):
    plan, _, again = written(slug)
    old, new = (getattr(p, name).geometry.to_numpy() for p in (plan, again))
    assert shapely.get_coordinates(new).tolist() == (
        shapely.get_coordinates(old).tolist()
    )
    assert (shapely.is_missing(new) == shapely.is_missing(old)).all()


@EVERY_PLAN
@pytest.mark.parametrize("name", LAYERS)
def test_kinds_of_geometry_come_back_as_they_were(written, slug, name):
    """A polygon stays a polygon and does not become a multipolygon of one part."""
    plan, _, again = written(slug)
    old, new = (getattr(p, name).geometry.to_numpy() for p in (plan, again))
    assert shapely.get_type_id(new).tolist() == shapely.get_type_id(old).tolist()


@EVERY_PLAN
def test_document_comes_back_as_it_was(written, slug):
    plan, _, again = written(slug)
    assert again.document == plan.document


@EVERY_PLAN
def test_statistics_and_audit_come_back_as_they_were(written, slug):
    plan, _, again = written(slug)
    pd.testing.assert_frame_equal(again.audit(), plan.audit())
    pd.testing.assert_frame_equal(again.zone_statistics(), plan.zone_statistics())


def test_plan_may_be_written_and_read_again_and_again(written, tmp_path):
    plan, _, again = written("shanggao")
    again.to_gpkg(tmp_path / "second.gpkg")
    third = ez.read_plan(tmp_path / "second.gpkg")
    assert third.document == plan.document
    pd.testing.assert_frame_equal(third.figures, plan.figures)


def test_official_zones_come_back_with_the_plan(tmp_path):
    plan = ez.load_plan("guyang")
    official = plan.with_zones(plan.zones[["name", "geometry"]])
    official.to_gpkg(tmp_path / "plan.gpkg")
    zones = ez.read_plan(tmp_path / "plan.gpkg").zones
    assert set(zones["geometry_kind"]) == {"official"}
    pd.testing.assert_frame_equal(
        pd.DataFrame(zones.drop(columns="geometry")),
        pd.DataFrame(official.zones.drop(columns="geometry")),
    )


def test_gis_users_find_every_layer_by_its_name(written):
    _, file, _ = written("shanshan")
    assert set(pyogrio.list_layers(file)[:, 0]) == {*LAYERS, *TABLES, "plan"}
    zones = gpd.read_file(file, layer="zones")
    assert (len(zones), zones.crs.to_epsg()) == (4, 4490)


def test_path_may_be_text_and_the_suffix_in_capitals(tmp_path):
    plan = ez.load_plan("mulei")
    plan.to_gpkg(str(tmp_path / "PLAN.GPKG"))
    assert ez.read_plan(str(tmp_path / "PLAN.GPKG")).slug == "mulei"


# --- writing -----------------------------------------------------------------------


def test_file_of_another_format_is_replaced(tmp_path):
    file = tmp_path / "plan.gpkg"
    file.write_text("old", encoding="utf-8")
    ez.load_plan("mulei").to_gpkg(file)
    assert ez.read_plan(file).slug == "mulei"


@pytest.mark.parametrize("name", ["plan", "plan.shp", "plan.gpkg.zip", ".gpkg"])
def test_name_with_another_suffix_is_refused(tmp_path, name):
    with pytest.raises(ParameterError, match=r"`path` is .*ends in \.gpkg"):
        ez.load_plan("mulei").to_gpkg(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_does_not_exist_is_refused_with_the_mend(tmp_path):
    with pytest.raises(OutputError, match=r"folder '.*nowhere' does not exist; create"):
        ez.load_plan("mulei").to_gpkg(tmp_path / "nowhere" / "plan.gpkg")


def test_folder_in_place_of_the_file_is_refused_and_stays(tmp_path):
    (tmp_path / "plan.gpkg").mkdir()
    with pytest.raises(OutputError, match=r"plan\.gpkg' could not be written"):
        ez.load_plan("mulei").to_gpkg(tmp_path / "plan.gpkg")
    assert [p.name for p in tmp_path.iterdir()] == ["plan.gpkg"]


@pytest.mark.parametrize("old", [None, b"old"])
@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        pyogrio.errors.DataSourceError("disk I/O error"),
        pyogrio.errors.DataLayerError("database or disk is full"),
        pyogrio.errors.FeatureError("failed to prepare SQL"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_failure_in_the_middle_leaves_what_was_there(tmp_path, monkeypatch, old, error):
    """The disk fills up when the fourth table is written."""
    file = tmp_path / "plan.gpkg"
    if old is not None:
        file.write_bytes(old)
    write, calls = pyogrio.write_dataframe, []

    def fail_late(*args, **kwargs):
        calls.append(args)
        if len(calls) == 4:
            raise error
        write(*args, **kwargs)

    monkeypatch.setattr(pyogrio, "write_dataframe", fail_late)
    with pytest.raises(OutputError, match=r"plan\.gpkg' could not be written"):
        ez.load_plan("mulei").to_gpkg(file)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == (
        [] if old is None else [old]
    )


def test_interruption_leaves_what_was_there(tmp_path, monkeypatch):
    file = tmp_path / "plan.gpkg"
    file.write_bytes(b"old")

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(pyogrio, "write_dataframe", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ez.load_plan("mulei").to_gpkg(file)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"old"]


# --- reading what is no plan -------------------------------------------------------


def refusal(file, kind=InputError):
    """Return the one sentence with which a file is refused."""
    with pytest.raises(kind, match=r"\.$") as caught:
        ez.read_plan(file)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_missing_file_is_refused(tmp_path):
    assert "nowhere.gpkg' does not exist" in refusal(tmp_path / "nowhere.gpkg")


def test_folder_is_refused(tmp_path):
    assert "is not a file" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"a text", b"SQLite format 3\x00garbage"])
def test_other_file_under_the_name_of_a_geopackage_is_refused(tmp_path, content):
    file = tmp_path / "plan.gpkg"
    file.write_bytes(content)
    assert refusal(file).startswith("plan.gpkg is not a GeoPackage that can be read")


def test_other_database_is_refused(tmp_path):
    file = tmp_path / "plan.gpkg"
    with closing(sqlite3.connect(file)) as base, base:
        base.execute("CREATE TABLE zones (name TEXT)")
    assert refusal(file).startswith("plan.gpkg is not a GeoPackage that can be read")


def test_geopackage_cut_short_is_refused(package):
    content = package.read_bytes()
    package.write_bytes(content[: len(content) // 2])
    assert "plan.gpkg is not a GeoPackage that can be read" in refusal(package)


def test_geopackage_without_a_plan_is_refused_with_the_way_to_write_one(tmp_path):
    file = tmp_path / "zones.gpkg"
    ez.load_plan("guyang").zones.to_file(file)
    said = refusal(file, PlanDataError)
    assert said == "zones.gpkg holds no plan; write one with `Plan.to_gpkg`."


def test_plan_of_a_later_format_is_refused(package):
    run_sql(package, "UPDATE plan SET value = 'ecozoning plan 9' WHERE key = 'format'")
    assert "plan.gpkg holds no plan" in refusal(package, PlanDataError)


@pytest.mark.parametrize("name", ["zones", "figures", "townships"])
def test_plan_without_one_of_its_layers_is_refused_by_its_name(package, name):
    run_sql(package, f"DELETE FROM gpkg_contents WHERE table_name = '{name}'")
    assert f"plan.gpkg lacks the layer '{name}'" in refusal(package, PlanDataError)


@pytest.mark.parametrize(
    ("table", "change", "fault"),
    [
        ("figures", "unit = 'furlong'", "column 'unit': 'furlong' should be one of"),
        ("figures", "value = 'much'", "column 'value': .*not a number"),
        ("figures", "quantity = 'size'", "column 'quantity': .*vocabulary"),
        ("figures", "derived = 'no_such'", "column 'derived': .*does not exist"),
        ("figures", "section = NULL", "column 'section': '' is empty"),
        ("indicators", "series = 'x'", "column 'series': 'x' should be one of"),
        ("projects", "start_year = 'x'", "column 'start_year': 'x' should be"),
    ],
)
def test_edited_table_that_breaks_the_schema_is_refused_by_table_and_row(
    package, table, change, fault
):
    run_sql(package, f"UPDATE {table} SET {change} WHERE fid = 5")
    with pytest.raises(
        PlanDataError, match=rf"plan\.gpkg, table {table}, .*5, {fault}"
    ):
        ez.read_plan(package)


def test_table_that_lost_a_column_is_refused(package):
    run_sql(package, "ALTER TABLE figures DROP COLUMN comparator")
    assert "table 'figures' lacks the column 'comparator'" in (
        refusal(package, PlanDataError)
    )


def test_zone_layer_that_lost_a_column_is_refused(package):
    zones = gpd.read_file(package, layer="zones").drop(columns="published_area_km2")
    pyogrio.write_dataframe(zones, package, layer="zones", append=False)
    assert "published_area_km2" in refusal(package, PlanDataError)


def test_edited_cell_that_keeps_the_schema_is_taken_over(package):
    run_sql(
        package,
        "UPDATE figures SET value = '1620.00' WHERE figure_id = 'zone1_area'",
    )
    figures = ez.read_plan(package).figures.set_index("figure_id")
    assert figures.loc["zone1_area", "number"] == 1620


@pytest.mark.parametrize("value", ["'{'", "'[]'", "'7'", "NULL"])
def test_document_that_is_no_table_is_refused(package, value):
    run_sql(package, f"UPDATE plan SET value = {value} WHERE key = 'document'")
    assert "plan.gpkg" in refusal(package, PlanDataError)


def test_missing_document_is_refused(package):
    run_sql(package, "DELETE FROM plan WHERE key = 'document'")
    assert "plan.gpkg" in refusal(package, PlanDataError)


def test_edited_document_that_breaks_the_schema_is_refused(package, written):
    document = json.loads(json.dumps(written("guyang")[0].document))
    document["zones"][1]["problems"] = ["noise"]
    text = json.dumps(document, ensure_ascii=False).replace("'", "''")
    run_sql(package, f"UPDATE plan SET value = '{text}' WHERE key = 'document'")
    assert "plan.gpkg: zones[2].problems: 'noise'" in refusal(package, PlanDataError)


def test_file_is_closed_when_the_plan_is_read(package, monkeypatch):
    """An open file cannot be replaced or removed on Windows."""
    connect, opened = sqlite3.connect, []

    def remember(*args, **kwargs):
        opened.append(connect(*args, **kwargs))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remember)
    ez.read_plan(package)
    for base in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            base.execute("SELECT 1")
