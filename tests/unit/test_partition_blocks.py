"""Large layers cut block by block, lazily, or from file to file: the same pieces."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

import ecozoning as ez
from ecozoning.errors import CRSMismatchError, InputError, ParameterError, SchemaError


def cells(count, seed):
    """Return made-up land: cells around random places in a square of 40 km."""
    seats = np.random.default_rng(seed).uniform(0, 4e4, (count, 2))
    whole = box(0, 0, 4e4, 4e4)
    found = shapely.voronoi_polygons(shapely.multipoints(seats), extend_to=whole)
    parts = shapely.intersection(shapely.get_parts(found), whole)
    return gpd.GeoDataFrame({"n": np.arange(count)}, geometry=parts, crs=4547)


@pytest.fixture(scope="module")
def layers():
    parcels, zones = cells(600, 1), cells(12, 2)
    return parcels.rename(columns={"n": "parcel"}), zones.iloc[1:]


def ordered(pieces):
    """Return pieces in the order of `partition`, without their numbers."""
    keys = pieces.assign(none=pieces["b_index"].isna(), b=pieces["b_index"].fillna(0))
    order = keys.sort_values(["a_index", "none", "b"]).index
    return pieces.loc[order].reset_index(drop=True)


def assert_same(found, expected):
    found, expected = ordered(found), ordered(expected)
    assert found.geom_equals_exact(expected, 0).all()
    names = expected.columns.drop("geometry")
    pd.testing.assert_frame_equal(
        pd.DataFrame(found[names]), pd.DataFrame(expected[names])
    )


@pytest.mark.parametrize("how", ["identity", "intersection", "difference"])
@pytest.mark.parametrize("rows", [1, 37, 10_000])
def test_blocks_give_the_pieces_of_the_whole(layers, how, rows):
    if rows == 1:
        layers = (layers[0].iloc[:40], layers[1])
    found = list(ez.partition_blocks(*layers, how, block_rows=rows))
    assert_same(pd.concat(found), ez.partition(*layers, how))
    assert pd.concat(found).index.is_unique


def test_blocks_far_from_the_other_layer_stay_whole(layers):
    far = layers[0].iloc[:5].translate(1e6)
    a = gpd.GeoDataFrame({"parcel": range(5)}, geometry=far)
    pieces = next(ez.partition_blocks(a, layers[1]))
    assert pieces["b_index"].isna().all()
    assert list(ez.partition_blocks(a, layers[1], "intersection")) == []


def test_an_iterable_is_taken_as_it_comes(layers):
    parcels, zones = layers
    blocks = (parcels.iloc[start : start + 100] for start in range(0, 600, 100))
    assert_same(pd.concat(ez.partition_blocks(blocks, zones)), ez.partition(*layers))


def test_from_file_to_file(layers, tmp_path):
    parcels, zones = layers
    path = ez.write_layer(parcels, tmp_path / "parcels.gpkg")
    pieces = ez.partition_blocks(ez.read_blocks(path, block_rows=150), zones)
    back = ez.read_layer(ez.write_blocks(pieces, tmp_path / "pieces.gpkg"))
    expected = ez.partition(parcels, zones)
    assert back["parcel"].tolist() == expected["parcel"].tolist()
    assert back.area.sum() == pytest.approx(expected.area.sum(), rel=1e-12)
    assert set(back.geom_type) == {"MultiPolygon"}


def test_a_failed_block_leaves_the_old_file(layers, tmp_path):
    path = ez.write_layer(layers[0], tmp_path / "a.gpkg")
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="other columns or another CRS"):
        ez.write_blocks([layers[0], layers[0].to_crs(4490)], path)
    assert path.read_bytes() == before


def test_a_label_in_two_blocks_is_refused(layers):
    block = layers[0].iloc[:3]
    with pytest.raises(SchemaError, match=r"the label \d in two blocks"):
        list(ez.partition_blocks([block, block], layers[1]))


@pytest.mark.parametrize("how", ["union", "symmetric_difference", "x"])
def test_what_depends_on_all_rows_is_refused(layers, how):
    with pytest.raises(ParameterError, match="by blocks there are identity"):
        ez.partition_blocks(*layers, how)


@pytest.mark.parametrize("rows", [0, 1.5, True])
def test_blocks_of_no_rows_are_refused(layers, rows, tmp_path):
    with pytest.raises(ParameterError, match="a whole number from 1"):
        ez.partition_blocks(*layers, block_rows=rows)
    with pytest.raises(ParameterError, match="a whole number from 1"):
        ez.read_blocks(tmp_path / "a.gpkg", block_rows=rows)


def test_another_datum_is_found_in_the_whole(layers):
    parcels = layers[0]
    moved = parcels.set_geometry(parcels.translate(300, 400))
    with pytest.raises(CRSMismatchError, match="on another datum"):
        ez.partition_blocks(moved, cells(12, 2))


def test_shapefiles_and_other_files_are_not_for_blocks(layers, tmp_path):
    path = ez.write_layer(layers[0], tmp_path / "a.shp")
    with pytest.raises(InputError, match="write it to a GeoPackage"):
        ez.read_blocks(path)
    with pytest.raises(ParameterError, match=r"written to a \.gpkg file"):
        ez.write_blocks([layers[0]], tmp_path / "a.geojson")


def test_lazy_layers_give_the_pieces_of_the_whole(layers):
    dask_geopandas = pytest.importorskip("dask_geopandas")
    lazy = dask_geopandas.from_geopandas(layers[0], npartitions=5)
    pieces = ez.partition_lazy(lazy, layers[1])
    assert pieces.crs == layers[0].crs
    assert_same(
        pieces.compute(scheduler="threads").reset_index(drop=True),
        ez.partition(*layers),
    )


def test_a_cluster_gives_the_pieces_of_the_whole(layers):
    dask_geopandas = pytest.importorskip("dask_geopandas")
    distributed = pytest.importorskip("distributed")
    lazy = dask_geopandas.from_geopandas(layers[0], npartitions=4)
    options = {"processes": False, "dashboard_address": None}
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, **options) as own,
        distributed.Client(own),
    ):
        pieces = ez.partition_lazy(lazy, layers[1]).compute()
    assert_same(pieces.reset_index(drop=True), ez.partition(*layers))


def test_layers_that_are_not_lazy_are_refused(layers):
    pytest.importorskip("dask_geopandas")
    with pytest.raises(ParameterError, match="a distributed layer is needed"):
        ez.partition_lazy(*layers)
