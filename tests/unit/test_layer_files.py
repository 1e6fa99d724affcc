"""Vector files with Chinese names: read as meant, written whole, or refused."""

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from pandas.testing import assert_frame_equal
from shapely import LineString, Point, box

import ecozoning as ez
from ecozoning.errors import (
    CRSMismatchError,
    EcozoningWarning,
    GeometryError,
    InputError,
    MissingCRSError,
    OutputError,
    ParameterError,
    SchemaError,
)
from ecozoning.io import layer_writing
from ecozoning.io.encodings import chosen_encoding

NAMES = ["塔下乡", "南港镇", "翰堂镇"]


@pytest.fixture
def towns():
    squares = [box(x, 28, x + 0.1, 28.1) for x in (114.7, 114.8, 114.9)]
    columns = {"乡镇名": NAMES, "面积": [1.5, 2.5, np.nan], "n": [1, 2, 3]}
    return gpd.GeoDataFrame(columns, geometry=squares, crs=4490)


def with_cpg(path, text):
    """Replace what a shapefile says of its encoding, or take it away."""
    cpg = path.with_suffix(".cpg")
    cpg.unlink(missing_ok=True)
    if text is not None:
        cpg.write_text(text, encoding="ascii")
    return path


@pytest.mark.parametrize("suffix", ["", ".gpkg", ".shp", ".geojson", ".fgb"])
def test_what_is_written_reads_back_the_same(towns, tmp_path, suffix):
    path = ez.write_layer(towns, tmp_path / f"乡镇{suffix}")
    back = ez.read_layer(path)
    assert path.suffix == (suffix or ".gpkg")
    assert back.crs.to_epsg() == 4490
    assert back["乡镇名"].tolist() == NAMES
    assert back.normalize().geom_equals_exact(towns.normalize(), 1e-11).all()
    others = [pd.DataFrame(frame[["面积", "n"]]) for frame in (back, towns)]
    assert_frame_equal(*others, check_dtype=False)


@pytest.mark.parametrize("cpg", [None, "GBK", "936", "UTF-8", "ISO-8859-1", "OEM", ""])
def test_gbk_is_told_whatever_the_cpg_says(towns, tmp_path, cpg):
    path = ez.write_layer(towns, tmp_path / "a.shp", encoding="GBK")
    back = ez.read_layer(with_cpg(path, cpg))
    assert back["乡镇名"].tolist() == NAMES


@pytest.mark.parametrize("cpg", [None, "UTF-8", "65001", "GBK", "1252"])
def test_utf_8_is_told_whatever_the_cpg_says(towns, tmp_path, cpg):
    path = ez.write_layer(towns, tmp_path / "a.shp")
    assert ez.read_layer(with_cpg(path, cpg))["乡镇名"].tolist() == NAMES


def test_the_language_byte_of_a_table_is_a_statement(tmp_path):
    # 0x4D says code page 936; 垚 and 鄯 are rare, so bytes alone do not tell.
    rare = gpd.GeoDataFrame({"n": ["垚鄯"]}, geometry=[Point(114, 28)], crs=4490)
    path = ez.write_layer(rare, tmp_path / "a.shp", encoding="GBK")
    with pytest.raises(ParameterError, match="say which it is"):
        ez.read_layer(with_cpg(path, None))
    table = path.with_suffix(".dbf")
    bytes_ = bytearray(table.read_bytes())
    bytes_[29] = 0x4D
    table.write_bytes(bytes_)
    assert ez.read_layer(path)["n"].tolist() == ["垚鄯"]


def test_two_bytes_that_may_be_either_are_refused_and_the_user_says(tmp_path):
    # 小 is D0 A1 in GBK, which in UTF-8 is a Cyrillic letter.
    short = gpd.GeoDataFrame({"n": ["小"]}, geometry=[Point(114, 28)], crs=4490)
    path = ez.write_layer(short, tmp_path / "a.shp", encoding="GBK")
    with pytest.raises(ParameterError, match="as GBK it is '小', read as UTF-8 'С'"):
        ez.read_layer(with_cpg(path, "UTF-8"))
    assert ez.read_layer(path, encoding="GBK")["n"].tolist() == ["小"]


def test_an_encoding_that_the_bytes_are_not_in_is_refused(towns, tmp_path):
    path = ez.write_layer(towns, tmp_path / "a.shp", encoding="GBK")
    with pytest.raises(ParameterError, match="is not in the `encoding` 'UTF-8'"):
        ez.read_layer(path, encoding="UTF-8")
    with pytest.raises(ParameterError, match="'GBQ' is not known"):
        ez.read_layer(path, encoding="GBQ")


def test_big5_is_read_where_the_file_says_so():
    texts = ["生態修復分區".encode("big5")]
    found = chosen_encoding(texts, encoding=None, stated="big5", path="a.shp")
    assert found == "big5"
    with pytest.raises(ParameterError, match="read as Big5 '生態修復分區'"):
        chosen_encoding(texts, encoding=None, stated=None, path="a.shp")


def test_gbk_that_states_big5_by_mistake_is_read_as_gbk_or_refused():
    texts = ["东北部锦江水环境综合治理分区".encode("gbk")]
    found = chosen_encoding(texts, encoding=None, stated="big5", path="a.shp")
    assert found == "gb18030"
    with pytest.raises(ParameterError, match="several encodings"):  # 踞 in Big5
        chosen_encoding(["锦".encode("gbk")], encoding=None, stated="big5", path="a")


def test_big5_that_states_gbk_by_mistake_is_refused():
    texts = [name.encode("big5") for name in ("臺北縣", "龍門鎮", "灣區")]
    with pytest.raises(ParameterError, match="read as Big5 '臺北縣' '龍門鎮'"):
        chosen_encoding(texts, encoding=None, stated="gb18030", path="a.shp")
    texts = [name.encode("gbk") for name in ("臺北縣", "龍門鎮", "灣區")]
    found = chosen_encoding(texts, encoding=None, stated="gb18030", path="a.shp")
    assert found == "gb18030"


def test_latin_letters_without_a_statement_are_refused():
    texts = ["Orléans".encode("cp1252")]  # él is a character of GBK
    with pytest.raises(ParameterError, match="several encodings"):
        chosen_encoding(texts, encoding=None, stated="cp1252", path="a.shp")
    texts = [b"caf\xe9 noir"]  # a blank is no part of any
    found = chosen_encoding(texts, encoding=None, stated="cp1252", path="a.shp")
    assert found == "cp1252"


def test_names_cut_inside_a_character_are_read_without_it(towns, tmp_path):
    # GDAL cuts names at ten bytes: three characters of UTF-8 and a third of a fourth.
    long = towns.rename(columns={"乡镇名": "乡镇名称"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(long, tmp_path / "a.shp", encoding="UTF-8")
    with pytest.warns(EcozoningWarning, match="end inside a character.*'乡镇名'"):
        back = ez.read_layer(tmp_path / "a.shp")
    assert back["乡镇名"].tolist() == NAMES


@pytest.mark.parametrize(
    ("encoding", "name", "size"),
    [
        ("UTF-8", "乡镇名称", 12),
        ("GBK", "乡镇名称代码", 12),
        ("GBK", "a乡镇名称代", 11),
    ],
)
def test_names_too_long_for_a_shapefile_are_refused(
    towns, tmp_path, encoding, name, size
):
    long = towns.rename(columns={"乡镇名": name})
    with pytest.raises(SchemaError, match=rf"'{name}' \({size} bytes\)"):
        ez.write_layer(long, tmp_path / "a.shp", encoding=encoding)
    path = ez.write_layer(
        long, tmp_path / "a.shp", encoding=encoding, rename={name: "乡镇"}
    )
    assert ez.read_layer(path)["乡镇"].tolist() == NAMES


def test_names_of_five_characters_fit_in_gbk(towns, tmp_path):
    five = towns.rename(columns={"乡镇名": "乡镇街道名"})
    path = ez.write_layer(five, tmp_path / "a.shp", encoding="GBK")
    assert ez.read_layer(path)["乡镇街道名"].tolist() == NAMES


def test_what_a_shapefile_cannot_hold_is_refused(towns, tmp_path):
    path = tmp_path / "a.shp"
    with pytest.raises(SchemaError, match="a value of 300 bytes"):
        ez.write_layer(towns.assign(t="字" * 100), path)
    with pytest.raises(SchemaError, match="times of day"):
        ez.write_layer(towns.assign(t=pd.Timestamp("2020-01-01 12:00")), path)
    with pytest.raises(SchemaError, match="holds int and str, which"):
        ez.write_layer(towns.assign(t=["a", 1, None]), path)
    with pytest.raises(SchemaError, match="more than 18 digits"):
        ez.write_layer(towns.assign(t=10**18), path)
    line = LineString([(114, 28), (115, 28)])
    mixed = towns.set_geometry([line, *towns.geometry[1:]], crs=4490)
    with pytest.raises(GeometryError, match="holds LineString, Polygon"):
        ez.write_layer(mixed, path)
    with pytest.raises(ParameterError, match="'UTF-8' or 'GBK'"):
        ez.write_layer(towns, path, encoding="big5")
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_there_twice_are_refused(towns, tmp_path):
    with pytest.raises(SchemaError, match="'N' is there twice"):
        ez.write_layer(towns.assign(N=1), tmp_path / "a.gpkg")
    with pytest.raises(ParameterError, match="`rename` names 'x'"):
        ez.write_layer(towns, tmp_path / "a.gpkg", rename={"x": "y"})


def test_a_crs_that_a_shapefile_cannot_state_is_refused(towns, tmp_path):
    own = "+proj=longlat +ellps=krass +towgs84=1,2,3,0,0,0,0 +type=crs"
    layer = towns.set_crs(own, allow_override=True)
    with pytest.raises(CRSMismatchError, match="cannot state the CRS"):
        ez.write_layer(layer, tmp_path / "a.shp")
    assert list(tmp_path.iterdir()) == []
    assert ez.read_layer(ez.write_layer(layer, tmp_path / "a.gpkg")).crs.is_bound


def test_a_shapefile_without_a_prj_needs_a_crs(towns, tmp_path):
    path = ez.write_layer(towns, tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(MissingCRSError, match=r"no \.prj file"):
        ez.read_layer(path)
    assert ez.read_layer(path, crs=4490).crs.to_epsg() == 4490


def test_a_crs_against_that_of_the_file_is_refused(towns, tmp_path):
    path = ez.write_layer(towns, tmp_path / "a.gpkg")
    with pytest.raises(CRSMismatchError, match="leave `crs` out"):
        ez.read_layer(path, crs=4547)


def test_a_layer_without_a_crs_is_not_written(towns, tmp_path):
    with pytest.raises(MissingCRSError, match="no CRS"):
        ez.write_layer(towns.set_crs(None, allow_override=True), tmp_path / "a.gpkg")


@pytest.mark.parametrize("suffix", [".shp", ".gpkg"])
def test_a_failed_write_leaves_the_old_file(towns, tmp_path, suffix, monkeypatch):
    path = ez.write_layer(towns, tmp_path / f"a{suffix}")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def fail(*_, **__):
        raise pyogrio.errors.DataSourceError("disk full")

    monkeypatch.setattr(pyogrio, "write_dataframe", fail)
    with pytest.raises(OutputError, match="disk full"):
        ez.write_layer(towns.iloc[:1], path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_failed_move_brings_all_files_of_a_shapefile_back(
    towns, tmp_path, monkeypatch
):
    path = ez.write_layer(towns, tmp_path / "a.shp")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    replace = layer_writing.Path.replace

    def fail(self, target):
        if self.suffix == ".prj" and self.parent.name == "new":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(layer_writing.Path, "replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        ez.write_layer(towns.iloc[:1], path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_an_old_cpg_does_not_outlive_its_shapefile(towns, tmp_path):
    path = ez.write_layer(towns, tmp_path / "a.shp", encoding="GBK")
    ez.write_layer(towns, path)
    assert path.with_suffix(".cpg").read_text(encoding="ascii").strip() == "UTF-8"


def test_other_layers_of_a_geopackage_stay(towns, tmp_path):
    path = ez.write_layer(towns, tmp_path / "a.gpkg", name="乡镇")
    ez.write_layer(towns.iloc[:2], path, name="分区")
    ez.write_layer(towns.iloc[:1], path, name="乡镇")
    assert len(ez.read_layer(path, layer="乡镇")) == 1
    assert len(ez.read_layer(path, layer="分区")) == 2
    with pytest.raises(ParameterError, match="no `layer` was named: choose"):
        ez.read_layer(path)
    with pytest.raises(ParameterError, match="`layer` '林地' is none"):
        ez.read_layer(path, layer="林地")


def test_something_else_is_not_overwritten_as_a_geopackage(towns, tmp_path):
    (tmp_path / "a.gpkg").write_text("notes", encoding="utf-8")
    with pytest.raises(InputError, match="is no GeoPackage"):
        ez.write_layer(towns, tmp_path / "a.gpkg")


def test_file_geodatabases_are_read(towns, tmp_path):
    path = tmp_path / "a.gdb"
    towns = towns.astype({"n": "int32"})  # GDAL has no longer integers there
    pyogrio.write_dataframe(towns, path, driver="OpenFileGDB", layer="图斑")
    pyogrio.write_dataframe(
        towns.iloc[:1], path, driver="OpenFileGDB", layer="分区", append=True
    )
    back = ez.read_layer(path, layer="图斑")
    assert back["乡镇名"].tolist() == NAMES
    assert back.crs.to_epsg() == 4490
    with pytest.raises(ParameterError, match="'图斑', '分区'"):
        ez.read_layer(path)


def test_plain_geojson_is_in_degrees_of_wgs_84(tmp_path):
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        '"geometry":{"type":"Point","coordinates":[114.9,28.2]}}]}'
    )
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    assert ez.read_layer(tmp_path / "a.geojson").crs.to_epsg() == 4326


def test_files_that_are_not_there_or_not_whole_are_refused(towns, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        ez.read_layer(tmp_path / "b.gpkg")
    with pytest.raises(InputError, match="unpack it"):
        ez.read_layer(tmp_path / "b.zip")
    path = ez.write_layer(towns, tmp_path / "a.shp")
    path.with_suffix(".dbf").unlink()
    with pytest.raises(InputError, match=r"lacks the \.dbf file"):
        ez.read_layer(path)
    (tmp_path / "c.gpkg").write_text("notes", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as a vector file"):
        ez.read_layer(tmp_path / "c.gpkg")


def test_tables_without_geometries_are_refused(tmp_path):
    pyogrio.write_dataframe(pd.DataFrame({"a": [1]}), tmp_path / "a.gpkg")
    with pytest.raises(InputError, match="a table without geometries"):
        ez.read_layer(tmp_path / "a.gpkg")


def test_other_suffixes_and_folders_are_refused(towns, tmp_path):
    with pytest.raises(ParameterError, match="holds everything"):
        ez.write_layer(towns, tmp_path / "a.kml")
    with pytest.raises(OutputError, match="does not exist; create it"):
        ez.write_layer(towns, tmp_path / "none" / "a.shp")


def test_suffixes_in_capitals_are_the_same(towns, tmp_path):
    path = ez.write_layer(towns, tmp_path / "a.shp", encoding="GBK")
    for file in list(tmp_path.iterdir()):
        file.rename(file.with_suffix(file.suffix.upper()))
    assert ez.read_layer(path.with_suffix(".SHP"))["乡镇名"].tolist() == NAMES


def test_layers_without_rows_or_geometries_keep_their_columns(towns, tmp_path):
    none = towns.iloc[:0]
    back = ez.read_layer(ez.write_layer(none, tmp_path / "a.gpkg"))
    assert list(back) == list(towns)
    hollow = towns.set_geometry([None, *towns.geometry[1:]], crs=4490)
    back = ez.read_layer(ez.write_layer(hollow, tmp_path / "b.shp"))
    assert back.geometry.isna().tolist() == [True, False, False]
