"""GeoJSON that diffs well, and GeoPackages with everything in them."""

import json
import sqlite3

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from pandas.testing import assert_frame_equal

from ecozoning.errors import InputError, OutputError, PlanDataError
from ecozoning.io.layers import read_geojson, read_tables, write_geojson, write_tables

SQUARE = shapely.box(110, 30, 111, 31)


def layer(*shapes, crs="EPSG:4490", **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


@pytest.fixture
def units():
    """Return two units, of which one has no known seat."""
    return layer(
        shapely.Point(110.1234567, 30.5), None, name=["甲镇", "乙乡"], n=[1, 2]
    )


def refuse_geojson(path, text, match):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanDataError, match=match):
        read_geojson(path)


# --- GeoJSON -----------------------------------------------------------------------


def test_layer_comes_back_with_its_rows_values_and_missing_geometry(tmp_path, units):
    write_geojson(tmp_path / "units.geojson", units)
    back = read_geojson(tmp_path / "units.geojson")
    assert back["name"].tolist() == ["甲镇", "乙乡"]
    assert back["n"].tolist() == [1, 2]
    assert back.geometry.iloc[0].equals(units.geometry.iloc[0])
    assert back.geometry.iloc[1] is None


def test_read_layer_is_in_cgcs2000(tmp_path, units):
    write_geojson(tmp_path / "units.geojson", units)
    assert read_geojson(tmp_path / "units.geojson").crs == "EPSG:4490"


def test_layer_without_any_geometry_comes_back(tmp_path):
    write_geojson(tmp_path / "a.geojson", layer(None, None, name=["甲", "乙"]))
    back = read_geojson(tmp_path / "a.geojson")
    assert back["name"].tolist() == ["甲", "乙"]
    assert back.geometry.isna().all()


def test_layer_without_rows_comes_back_without_rows(tmp_path):
    write_geojson(tmp_path / "a.geojson", layer(name=[]))
    back = read_geojson(tmp_path / "a.geojson")
    assert len(back) == 0
    assert back.crs == "EPSG:4490"


def test_every_feature_has_a_line_of_its_own(tmp_path, units):
    write_geojson(tmp_path / "a.geojson", units)
    text = (tmp_path / "a.geojson").read_text(encoding="utf-8")
    head, *features, foot, last = text.split("\n")
    assert head == '{"type":"FeatureCollection","features":['
    assert [json.loads(f.rstrip(","))["properties"]["n"] for f in features] == [1, 2]
    assert (foot, last) == ("]}", "")


def test_chinese_is_written_as_it_is(tmp_path, units):
    write_geojson(tmp_path / "a.geojson", units)
    assert "甲镇" in (tmp_path / "a.geojson").read_text(encoding="utf-8")


def test_properties_keep_the_order_of_the_columns(tmp_path):
    write_geojson(tmp_path / "a.geojson", layer(SQUARE, z=[1], a=["x"], m=[None]))
    [feature] = json.loads((tmp_path / "a.geojson").read_text("utf-8"))["features"]
    assert list(feature["properties"]) == ["z", "a", "m"]


def test_coordinates_come_back_to_the_last_bit(tmp_path):
    shape = shapely.Polygon([(110.1, 30.2), (110.123456789012, 30), (110 + 1 / 3, 31)])
    write_geojson(tmp_path / "a.geojson", layer(shape))
    back = read_geojson(tmp_path / "a.geojson").geometry.iloc[0]
    assert shapely.to_wkb(back) == shapely.to_wkb(shape)


def test_missing_number_is_null_and_not_an_invalid_word(tmp_path):
    # JSON has no NaN; QGIS and browsers refuse a file that says so.
    write_geojson(tmp_path / "a.geojson", layer(SQUARE, area=[float("nan")]))
    text = (tmp_path / "a.geojson").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=pytest.fail)["features"][0][
        "properties"
    ] == {"area": None}


def test_layer_in_another_crs_is_refused(tmp_path):
    # GeoJSON states no CRS and the reader takes it for EPSG:4490.
    metres = layer(SQUARE).to_crs("EPSG:4546")
    with pytest.raises(InputError, match="EPSG:4490"):
        write_geojson(tmp_path / "a.geojson", metres)
    assert list(tmp_path.iterdir()) == []


def test_two_writings_give_the_same_bytes(tmp_path, units):
    for name in ("a", "b"):
        write_geojson(tmp_path / name, units)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "名称,面积\n",
        "[]",
        '{"type":"Point","coordinates":[1,2]}',
        '{"type":"FeatureCollection","features":null}',
        '{"type":"FeatureCollection","features":[1]}',
        '{"type":"FeatureCollection","features":[{"type":"Feature"}]}',
    ],
)
def test_file_that_is_no_feature_collection_is_refused(tmp_path, text):
    match = r"zones\.geojson is not a GeoJSON FeatureCollection"
    refuse_geojson(tmp_path / "zones.geojson", text, match)


def test_missing_layer_is_named(tmp_path):
    with pytest.raises(PlanDataError, match=r"zones\.geojson is missing in"):
        read_geojson(tmp_path / "zones.geojson")


# --- GeoPackage --------------------------------------------------------------------


def test_layers_and_tables_come_back_by_name(tmp_path, units):
    zones = layer(SQUARE, name=["甲区"])
    figures = pd.DataFrame({"figure_id": ["a"], "number": [1.5]})
    write_tables(tmp_path / "a.gpkg", {"zones": zones, "units": units, "f": figures})
    back = read_tables(tmp_path / "a.gpkg")
    assert list(back) == ["zones", "units", "f"]
    assert_frame_equal(back["f"], figures, check_dtype=False)
    assert back["units"].geometry.iloc[1] is None
    assert back["zones"].crs == "EPSG:4490"


def test_polygons_and_multipolygons_share_a_layer(tmp_path):
    both = layer(SQUARE, shapely.MultiPolygon([SQUARE, shapely.box(112, 30, 113, 31)]))
    write_tables(tmp_path / "a.gpkg", {"zones": both})
    back = read_tables(tmp_path / "a.gpkg")["zones"]
    assert back.geom_type.tolist() == ["MultiPolygon"] * 2
    assert back.geometry.iloc[0].equals(SQUARE)


def test_layer_whose_geometries_are_all_missing_keeps_its_rows(tmp_path):
    write_tables(tmp_path / "a.gpkg", {"pattern": layer(None, None, name=["甲", "乙"])})
    assert read_tables(tmp_path / "a.gpkg")["pattern"]["name"].tolist() == ["甲", "乙"]


def test_old_package_is_replaced_as_a_whole(tmp_path, units):
    write_tables(tmp_path / "a.gpkg", {"old": units})
    write_tables(tmp_path / "a.gpkg", {"new": units})
    assert list(read_tables(tmp_path / "a.gpkg")) == ["new"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


def test_failure_at_the_second_table_leaves_the_old_package(
    tmp_path, units, monkeypatch
):
    write_tables(tmp_path / "a.gpkg", {"old": units})
    write = pyogrio.write_dataframe

    def fill_the_disk(table, path, *, layer, **options):
        if layer == "second":
            raise pyogrio.errors.DataSourceError("disk full")
        write(table, path, layer=layer, **options)

    monkeypatch.setattr(pyogrio, "write_dataframe", fill_the_disk)
    with pytest.raises(OutputError, match=r"a\.gpkg' could not be written \(disk full"):
        write_tables(tmp_path / "a.gpkg", {"first": units, "second": units})
    assert list(read_tables(tmp_path / "a.gpkg")) == ["old"]
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


def test_package_in_a_missing_folder_is_refused(tmp_path, units):
    with pytest.raises(OutputError, match="does not exist; create it first"):
        write_tables(tmp_path / "none" / "a.gpkg", {"units": units})


def test_text_file_with_the_name_of_a_package_is_refused(tmp_path):
    path = tmp_path / "plan.gpkg"
    path.write_text("not a database, only its name says so\n" * 100, encoding="utf-8")
    with pytest.raises(InputError, match=r"plan\.gpkg is not a GeoPackage"):
        read_tables(path)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00" + b"\xff" * 2000])
def test_empty_or_torn_package_is_refused(tmp_path, content):
    path = tmp_path / "plan.gpkg"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"plan\.gpkg is not a GeoPackage"):
        read_tables(path)


def test_other_database_is_refused(tmp_path):
    path = tmp_path / "plan.gpkg"
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE zones (name TEXT)")
    base.close()
    with pytest.raises(InputError, match=r"not a GeoPackage.*gpkg_contents"):
        read_tables(path)


def test_missing_package_and_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.gpkg", tmp_path):
        with pytest.raises(InputError, match="does not exist or is not a file"):
            read_tables(path)


def test_package_whose_name_needs_escaping_is_read(tmp_path, units):
    path = tmp_path / "上高 100% #1?.gpkg"
    write_tables(path, {"units": units})
    assert list(read_tables(path)) == ["units"]


def test_reading_does_not_change_the_package(tmp_path, units):
    path = tmp_path / "a.gpkg"
    write_tables(path, {"units": units})
    before = path.read_bytes()
    read_tables(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]
