"""A ledger of parcels in blocks, or on a cluster, is that of all parcels at once."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

import ecozoning as ez
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.survey import area_ledger

WORDS = {"class_column": "DLBM", "system": "survey3"}


def cells(count, seed):
    """Return cells around random places in a square of 10 km."""
    random = np.random.default_rng(seed)
    frame = shapely.box(5e5, 3.1e6, 5.1e5, 3.11e6)
    seats = shapely.multipoints(random.random((count, 2)) * 1e4 + [5e5, 3.1e6])
    shapes = shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=frame))
    return gpd.GeoDataFrame(geometry=shapely.intersection(shapes, frame), crs=4547)


@pytest.fixture(scope="module")
def zones():
    """Return three zones with a hole in the county, so that parcels stand out."""
    return cells(4, 1).iloc[:3].assign(zone_id=["z1", "z2", "z3"])


@pytest.fixture(scope="module")
def towns():
    return cells(6, 2).assign(unit_id=list("abcdef"))


@pytest.fixture(scope="module")
def land():
    codes = np.array(["0101", "0301", "0301K", "1104A"])
    parcels = cells(300, 3).iloc[:280]  # some land has no parcel
    return parcels.assign(DLBM=codes[np.arange(280) % 4])


@pytest.fixture(scope="module")
def whole(zones, towns, land):
    return area_ledger(zones, land, towns, **WORDS)


def same(found, whole):
    assert_frame_equal(found.table, whole.table, rtol=1e-12)
    assert found.check().empty


def test_blocks_give_the_ledger_of_the_whole(zones, towns, land, whole):
    blocks = (land.iloc[start : start + 60] for start in range(0, len(land), 60))
    same(area_ledger(zones, blocks, towns, **WORDS), whole)


def test_blocks_of_a_file_give_the_ledger_of_the_whole(
    zones, towns, land, whole, tmp_path
):
    path = ez.write_layer(land, tmp_path / "land.gpkg")
    blocks = ez.read_blocks(path, block_rows=100)
    same(area_ledger(zones, blocks, towns, **WORDS), whole)


def test_a_lazy_layer_gives_the_ledger_of_the_whole(zones, towns, land, whole):
    dask_geopandas = pytest.importorskip("dask_geopandas")
    lazy = dask_geopandas.from_geopandas(land, npartitions=5)
    same(area_ledger(zones, lazy, towns, **WORDS), whole)


def test_a_cluster_gives_the_ledger_of_the_whole(zones, towns, land, whole):
    dask_geopandas = pytest.importorskip("dask_geopandas")
    distributed = pytest.importorskip("distributed")
    lazy = dask_geopandas.from_geopandas(land, npartitions=4)
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=False,
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster),
    ):
        found = area_ledger(zones, lazy, towns, **WORDS)
    same(found, whole)


def test_blocks_without_rows_and_parcels_outside_count_as_they_are(zones, land, whole):
    away = land.iloc[:1].set_geometry(land.geometry.iloc[:1].translate(5e4))
    found = area_ledger(zones, [land.iloc[:0], land, away], **WORDS)
    rows = found.table
    beyond = rows[rows["zone"].isna()].groupby("class")["area_m2"].sum()
    before = whole.table[whole.table["zone"].isna()].groupby("class")["area_m2"].sum()
    area = ez.ellipsoidal_area(away).iloc[0]
    assert beyond["0101"] - before["0101"] == pytest.approx(area)


def test_a_parcel_in_two_blocks_is_found_by_its_land(zones, land):
    full = cells(300, 3).assign(DLBM="0101")
    with pytest.raises(GeometryError, match=r"`classes` overlap.*more than there is"):
        area_ledger(zones, [full, full.iloc[:50]], **WORDS)


def test_every_block_is_checked(zones, land):
    with pytest.raises(SchemaError, match="`classes` lacks the column 'DLBM'"):
        area_ledger(zones, [land, land.drop(columns="DLBM")], **WORDS)
    with pytest.raises(CRSMismatchError, match="`classes`"):
        area_ledger(zones, [land.to_crs(4490)], **WORDS)
    with pytest.raises(ParameterError, match="`classes` has no block"):
        area_ledger(zones, [], **WORDS)
    with pytest.raises(NoDataError, match="`classes`"):
        area_ledger(zones, [land.iloc[:0]], **WORDS)


def test_a_table_without_geometry_is_no_layer(zones, land):
    with pytest.raises(ParameterError, match="`classes` is a DataFrame"):
        area_ledger(zones, pd.DataFrame(land.drop(columns="geometry")), **WORDS)
