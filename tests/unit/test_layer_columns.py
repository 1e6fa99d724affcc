"""Values and names that files change without saying so: kept, or refused."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

import ecozoning as ez
from ecozoning.errors import GeometryError, ParameterError, SchemaError

SUFFIXES = [".gpkg", ".shp", ".geojson", ".fgb"]


def layer(**columns):
    squares = [box(x, 28, x + 0.1, 28.1) for x in (114.7, 114.8)]
    return gpd.GeoDataFrame(columns, geometry=squares, crs=4490)


def back(frame, path, **options):
    return ez.read_layer(ez.write_layer(frame, path, **options))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_truth_values_and_numbers_with_gaps_stay_such(tmp_path, suffix):
    plain = layer(t=[True, None], n=pd.Series([7, None], dtype=object))
    found = back(plain, tmp_path / f"a{suffix}")
    assert (found["t"][0], found["n"][0]) == (True, 7)
    assert found[["t", "n"]].loc[1].isna().all()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_dates_and_categories_come_back(tmp_path, suffix):
    plain = layer(d=[date(2035, 1, 2), None], c=pd.Categorical(["甲", None]))
    found = back(plain, tmp_path / f"a{suffix}")
    assert found["d"][0] == pd.Timestamp("2035-01-02")
    assert found["c"][0] == "甲"
    assert found[["d", "c"]].loc[1].isna().all()


def test_dates_beside_other_columns_fill_a_shapefile(tmp_path):
    days = pd.to_datetime(["2020-01-01", None])
    plain = layer(名称=["塔下乡", None], n=[1, 2], x=[0.5, np.nan], t=[True, False])
    found = back(plain.assign(d=days), tmp_path / "a.shp", encoding="GBK")
    assert found["名称"][0] == "塔下乡"
    assert found["d"][0] == pd.Timestamp("2020-01-01")
    assert found["n"].tolist() == [1, 2]
    assert found[["名称", "x", "d"]].loc[1].isna().all()
    assert found.crs.to_epsg() == 4490


def test_times_of_a_zone_are_the_same_moments(tmp_path):
    moment = pd.Timestamp("2020-01-01 12:00", tz="Asia/Shanghai")
    found = back(layer(t=[moment, moment]), tmp_path / "a.gpkg")
    assert (found["t"] == moment).all()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["fid", "FID", "geom", "id"])
def test_columns_named_as_those_of_a_format_are_kept(tmp_path, name, suffix):
    found = back(layer(**{name: [7, 7]}), tmp_path / f"a{suffix}")
    assert found[name].tolist() == [7, 7]


def test_names_that_are_numbers_become_text(tmp_path):
    plain = layer(n=[1, 2]).rename(columns={"n": 2035})
    assert back(plain, tmp_path / "a.gpkg")["2035"].tolist() == [1, 2]
    named = back(plain, tmp_path / "a.gpkg", rename={"geometry": "图形"})
    assert len(named) == 2


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (1j, "holds complex128"),
        ([1, "a"], "holds int and str"),
        (pd.Timedelta(1), "holds timedelta64"),
        (np.uint64(2**63), "above 2\\^63"),
        ("a\0b", "the character NUL"),
        ([{"a": 1}, None], "holds dict"),
    ],
)
def test_what_no_file_holds_is_refused(tmp_path, value, match):
    path = tmp_path / "a.gpkg"
    with pytest.raises(SchemaError, match=match):
        ez.write_layer(layer(n=[0, 1]).assign(n=value), path)
    with pytest.raises(SchemaError, match=match):
        ez.write_blocks([layer(n=[0, 1]).assign(n=value)], path)
    assert not path.exists()


def test_half_floats_and_nested_values_of_geojson_are_kept(tmp_path):
    half = layer(n=np.array([1.5, 2], dtype="float16"))
    assert back(half, tmp_path / "a.shp")["n"].tolist() == [1.5, 2]
    assert back(layer(n=[[1, 2], [3]]), tmp_path / "a.geojson")["n"][1] == [3]
    with pytest.raises(SchemaError, match="infinity, which GeoJSON"):
        ez.write_layer(layer(n=[np.inf, 1]), tmp_path / "b.geojson")


def test_layers_that_are_none_or_nowhere_are_refused(tmp_path):
    path = tmp_path / "a.gpkg"
    with pytest.raises(ParameterError, match="GeoSeries"):
        ez.write_layer(layer().geometry, path)
    lost = gpd.GeoDataFrame(geometry=[Point(114, np.inf)], crs=4490)
    with pytest.raises(GeometryError, match="not finite in 1 rows, such as 0"):
        ez.write_layer(lost, path)
    levels = layer(a=[1, 2])
    levels.columns = pd.MultiIndex.from_tuples([("a", "b"), ("geometry", "")])
    levels = levels.set_geometry(("geometry", ""))
    with pytest.raises(SchemaError, match="several levels"):
        ez.write_layer(levels, path)
    with pytest.raises(SchemaError, match="names of columns hold the character NUL"):
        ez.write_layer(layer(**{"a\0b": [1, 2]}), path)


def test_options_of_another_type_are_refused(tmp_path):
    path = ez.write_layer(layer(), tmp_path / "a.shp")
    with pytest.raises(ParameterError, match="`encoding` is 5"):
        ez.read_layer(path, encoding=5)
    with pytest.raises(ParameterError, match="`crs` 'nowhere' is not known"):
        ez.read_layer(path, crs="nowhere")
    with pytest.raises(ParameterError, match="`name` is 5"):
        ez.write_layer(layer(), tmp_path / "a.gpkg", name=5)
    with pytest.raises(ParameterError, match="the name of a file is needed"):
        ez.write_layer(layer(), "")


def test_blocks_do_not_change_values_of_later_ones(tmp_path):
    path = tmp_path / "a.gpkg"
    with pytest.raises(SchemaError, match="'n' of a block is float64"):
        ez.write_blocks([layer(n=[1, 2]), layer(n=[1.5, 2])], path)
    ez.write_blocks([layer(n=[1.5, 2]), layer(n=[1, 2])], path)
    assert ez.read_layer(path)["n"].tolist() == [1.5, 2, 1, 2]
