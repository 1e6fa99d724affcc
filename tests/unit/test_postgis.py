"""Layers in a PostGIS database: a server of the test's own, on loopback."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

import ecozoning as ez
from ecozoning.errors import (
    CRSMismatchError,
    InputError,
    MissingCRSError,
    MissingDependencyError,
    OutputError,
    ParameterError,
    SchemaError,
)

sqlalchemy = pytest.importorskip("sqlalchemy")
pytest.importorskip("pg8000")
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def run(*command, **options):
    """Run a program of the server, which root is not allowed to."""
    if os.geteuid() == 0:
        command = ("runuser", "-u", "postgres", "--", *command)
    subprocess.run(command, check=True, capture_output=True, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def url():
    if not PROGRAMS:
        pytest.skip("PostgreSQL is not installed")
    programs, port = PROGRAMS[-1].parent, free_port()
    folder = Path(tempfile.mkdtemp(prefix="postgis-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    options = f"-k {folder} -h 127.0.0.1 -p {port} -c fsync=off"
    try:
        run(programs / "initdb", "-D", data, "-A", "trust", "-U", "ez", "-E", "UTF8")
        control = (programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
        run(*control, "-o", options, "start", cwd=folder)
        try:
            yield _with_postgis(f"postgresql://ez@127.0.0.1:{port}/postgres")
        finally:
            run(*control, "-m", "immediate", "stop", cwd=folder)
    finally:
        shutil.rmtree(folder)


def _with_postgis(url):
    try:
        execute(url, "CREATE EXTENSION postgis")
    except sqlalchemy.exc.DBAPIError:
        pytest.skip("PostGIS is not installed")
    return url


def execute(url, statement):
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    with engine.begin() as connection:
        result = connection.execute(sqlalchemy.text(statement))
        rows = result.fetchall() if result.returns_rows else None
    engine.dispose()
    return rows


@pytest.fixture
def towns():
    squares = [box(x, 28, x + 0.1, 28.1) for x in (114.7, 114.8, 114.9)]
    columns = {
        "乡镇名称": ["塔下乡", '南"港\\镇', None],
        "面积 公顷: %": [1.1, np.nan, 1e-300],
        "n": np.array([1, 2**60 + 1, -3]),
        "是否": [True, False, True],
        "日期": pd.to_datetime(
            ["2020-01-02 03:04:05.678901", None, "2021-01-01 00:00:00.0"]
        ),
    }
    return gpd.GeoDataFrame(columns, geometry=squares, crs=4490)


def test_what_is_written_reads_back_the_same(url, towns):
    ez.write_postgis(towns, url, "乡镇")
    back = ez.read_postgis(url, "乡镇")
    assert back.crs.to_epsg() == 4490
    assert back.geom_equals_exact(towns, 0).all()
    assert list(back) == list(towns)
    for name in towns.columns[:-1]:
        pairs = zip(back[name], towns[name], strict=True)
        assert all(a == b or (pd.isna(a) and pd.isna(b)) for a, b in pairs), name


def test_a_table_is_not_replaced_unless_told(url, towns):
    ez.write_postgis(towns, url, "a")
    with pytest.raises(ParameterError, match="is there already; pass `if_exists="):
        ez.write_postgis(towns, url, "a")
    ez.write_postgis(towns.iloc[:1], url, "a", if_exists="replace")
    assert len(ez.read_postgis(url, "a")) == 1
    ez.write_postgis(towns.iloc[1:], url, "a", if_exists="append")
    assert ez.read_postgis(url, "a")["n"].tolist() == towns["n"].tolist()


def test_rows_that_do_not_fit_are_not_added(url, towns):
    ez.write_postgis(towns, url, "b")
    with pytest.raises(SchemaError, match=r"lacks \['x'\]"):
        ez.write_postgis(towns.assign(x=1), url, "b", if_exists="append")
    with pytest.raises(CRSMismatchError, match="has SRID 4490, `layer` 4547"):
        ez.write_postgis(towns.to_crs(4547), url, "b", if_exists="append")


def test_rows_that_fail_in_the_middle_are_taken_back(url):
    execute(url, 'CREATE TABLE "m" (a bigint CHECK (a < 7000), geometry geometry)')
    execute(url, "SELECT UpdateGeometrySRID('m', 'geometry', 4490)")
    points = [Point(114, 28)] * 7_001
    many = gpd.GeoDataFrame({"a": range(7_001)}, geometry=points, crs=4490)
    ez.write_postgis(many.iloc[:5], url, "m", if_exists="append")
    with pytest.raises(OutputError, match="check constraint"):
        ez.write_postgis(many, url, "m", if_exists="append")
    assert ez.read_postgis(url, "m")["a"].tolist() == [0, 1, 2, 3, 4]


def test_values_that_a_column_would_round_are_not_added(url, towns):
    layer = towns[["geometry"]].assign(a=[1, 2, 3])
    ez.write_postgis(layer, url, "w")
    with pytest.raises(SchemaError, match="'a' of table 'w' is bigint, in which"):
        ez.write_postgis(layer.assign(a=1.5), url, "w", if_exists="append")
    assert ez.read_postgis(url, "w")["a"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("name", ['a"b', "a'b", "分区:名", "a%b", "SELECT", ":x"])
def test_names_of_any_characters_are_kept(url, towns, name):
    layer = towns[["geometry"]].assign(**{name: [1, 2, 3]})
    ez.write_postgis(layer, url, name)
    ez.write_postgis(layer, url, name, if_exists="append")
    assert ez.read_postgis(url, name)[name].tolist() == [1, 2, 3] * 2


def test_a_failed_write_leaves_the_old_table(url, towns):
    ez.write_postgis(towns, url, "c")
    bad = towns.assign(
        乡镇名称=pd.Series(["\ud800"] * 3, dtype=object)
    )  # no text of PostgreSQL holds that
    with pytest.raises(SchemaError, match="nothing was changed"):
        ez.write_postgis(bad, url, "c", if_exists="replace")
    with pytest.raises(OutputError, match="conflicts with a system column name"):
        ez.write_postgis(towns.assign(ctid=1), url, "c", if_exists="replace")
    assert len(ez.read_postgis(url, "c")) == 3


def test_the_engine_of_the_user_is_kept(url, towns):
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+pg8000:"))
    ez.write_postgis(towns, engine, "d")
    assert len(ez.read_postgis(engine, "d")) == 3
    engine.dispose()


def test_many_rows_keep_their_order(url):
    n = 12_345
    points = gpd.points_from_xy(np.linspace(114, 115, n), np.linspace(28, 29, n))
    layer = gpd.GeoDataFrame({"n": np.arange(n)}, geometry=points, crs=4547)
    ez.write_postgis(layer, url, "e")
    back = ez.read_postgis(url, "e")
    assert back["n"].tolist() == list(range(n))
    assert back.crs.to_epsg() == 4547
    assert back.geom_equals_exact(layer, 0).all()


def test_heights_and_missing_geometries_are_kept(url):
    layer = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[Point(1, 2, 3), None], crs=4490)
    ez.write_postgis(layer.rename_geometry("面"), url, "f")
    back = ez.read_postgis(url, "f")
    assert back.geometry.name == "面"
    assert back.geometry[0].z == 3
    assert back.geometry.isna().tolist() == [False, True]


def test_views_numbers_of_any_precision_and_indices(url, towns):
    ez.write_postgis(towns, url, "g")
    execute(url, "CREATE VIEW 视图 AS SELECT n, 1.50::numeric AS x, geometry FROM g")
    assert ez.read_postgis(url, "视图")["x"].tolist() == [1.5] * 3
    assert (
        execute(url, "SELECT count(*) FROM pg_indexes WHERE tablename='g'")[0][0] == 1
    )


def test_tables_that_are_not_there_or_not_clear_are_refused(url, towns):
    ez.write_postgis(towns, url, "h")
    with pytest.raises(InputError, match=r"there is no table 'none'.*'h'"):
        ez.read_postgis(url, "none")
    execute(url, "ALTER TABLE h ADD COLUMN g2 geometry(Point, 4490)")
    with pytest.raises(ParameterError, match="choose one with `geometry=`"):
        ez.read_postgis(url, "h")
    execute(url, "CREATE TABLE i (geometry geometry)")
    with pytest.raises(MissingCRSError, match="UpdateGeometrySRID"):
        ez.read_postgis(url, "i")


def test_databases_that_are_none_are_refused(towns):
    closed = f"postgresql://ez@127.0.0.1:{free_port()}/postgres"
    with pytest.raises(OutputError, match="nothing was changed"):
        ez.write_postgis(towns, closed, "a")
    with pytest.raises(InputError, match="could not be read"):
        ez.read_postgis(closed, "a")
    with pytest.raises(ParameterError, match="sqlite, but PostGIS is needed"):
        ez.read_postgis("sqlite://", "a")
    with pytest.raises(ParameterError, match="cannot be read; it looks like"):
        ez.read_postgis("county", "a")
    with pytest.raises(ParameterError, match="a SQLAlchemy engine or a URL"):
        ez.read_postgis(1, "a")
    with pytest.raises(ParameterError, match="cannot be read; it looks like"):
        ez.read_postgis("postgresql://h:port/x", "a")
    with pytest.raises(MissingDependencyError, match="leave it out"):
        ez.read_postgis("postgresql+asyncpg://h/x", "a")
    with pytest.raises(InputError, match="could not be read"):  # nobody is named
        ez.read_postgis(closed.replace("ez@", ""), "a")


def test_layers_that_a_table_cannot_hold_are_refused(towns):
    url = "postgresql://ez@127.0.0.1/postgres"
    with pytest.raises(MissingCRSError, match="no CRS"):
        ez.write_postgis(towns.set_crs(None, allow_override=True), url, "a")
    with pytest.raises(CRSMismatchError, match="no EPSG code"):
        ez.write_postgis(towns.to_crs(ez.china_albers()), url, "a")
    with pytest.raises(SchemaError, match="too long for PostgreSQL"):
        ez.write_postgis(towns, url, "表" * 22)
    with pytest.raises(SchemaError, match="holds int and str, which"):
        ez.write_postgis(towns.assign(x=[1, "a", None]), url, "a")
    with pytest.raises(SchemaError, match="5 cannot name a table"):
        ez.write_postgis(towns, url, 5)
    with pytest.raises(ParameterError, match="is a GeoSeries"):
        ez.write_postgis(towns.geometry, url, "a")
    with pytest.raises(ParameterError, match="`if_exists` is 'drop'"):
        ez.write_postgis(towns, url, "a", if_exists="drop")
