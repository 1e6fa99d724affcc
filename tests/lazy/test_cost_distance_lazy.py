"""Accumulated cost tile by tile gives what it gives in memory, to the last bit."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import ecozoning as ez
from ecozoning.errors import NoDataError, ParameterError

da = pytest.importorskip("dask.array")


@pytest.fixture
def maze(make_raster):
    """Return a resistance full of barriers and holes, and sources, some too small."""
    rng = np.random.default_rng(11)
    values = rng.integers(1, 40, (17, 23)).astype(float)
    values[rng.random(values.shape) < 0.1] = np.inf
    values[rng.random(values.shape) < 0.05] = np.nan
    raster = make_raster(values, cell=30.0)
    points = shapely.points(rng.uniform(0, 660, 6), rng.uniform(0, 480, 6))
    layer = gpd.GeoDataFrame(
        {"source_id": [2, 3, 5, 8, 13, 21]},
        geometry=shapely.buffer(points, [4, 35, 4, 30, 4, 32]),
        crs=raster.rio.crs,
    )
    return raster, layer


def assert_same(one, two):
    for name in ("cost", "allocation", "back_link"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert one.lost == two.lost


@pytest.mark.parametrize("chunks", [(17, 23), (5, 6), (1, 23), (17, 2), (16, 10)])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_tiles_give_the_same_as_memory(maze, chunks, connectivity):
    resistance, sources = maze
    cut = resistance.chunk({"y": chunks[0], "x": chunks[1]})
    found = ez.network.cost_distance(cut, sources, connectivity=connectivity)
    assert isinstance(found.cost.data, da.Array)
    assert found.cost.chunks == cut.chunks
    assert_same(
        ez.network.cost_distance(resistance, sources, connectivity=connectivity), found
    )


def test_ties_and_limits_are_the_same_tile_by_tile(make_raster):
    resistance = make_raster(np.ones((12, 12)))
    sources = make_raster(np.zeros((12, 12))).astype("int32")
    sources[0, 0], sources[11, 11], sources[0, 11] = 9, 4, 6
    cut = resistance.chunk({"y": 5, "x": 4})
    for limit in (None, 150.0):
        assert_same(
            ez.network.cost_distance(resistance, sources, max_cost=limit),
            ez.network.cost_distance(cut, sources, max_cost=limit),
        )


def test_sources_may_be_lazy_as_well(maze):
    resistance, _ = maze
    sources = (resistance * 0).fillna(0).astype("int32")
    sources[3, 3] = 5
    found = ez.network.cost_distance(resistance.chunk(9), sources.chunk(9))
    assert_same(ez.network.cost_distance(resistance, sources), found)


def test_rows_that_run_north_are_the_same_tile_by_tile(maze):
    resistance, sources = maze
    north = resistance.isel(y=slice(None, None, -1))
    assert_same(
        ez.network.cost_distance(north, sources),
        ez.network.cost_distance(north.chunk(11), sources),
    )


def test_a_negative_resistance_in_any_tile_is_refused(maze):
    resistance, sources = maze
    bad = resistance.fillna(1.0).clip(max=50.0)
    bad[16, 22] = -1.0
    with pytest.raises(ParameterError, match="0 or below"):
        ez.network.cost_distance(bad.chunk(10), sources)


def test_tiles_without_a_passable_source_are_refused(make_raster):
    resistance = make_raster([[1.0, np.nan], [1.0, 1.0]]).chunk(1)
    sources = make_raster([[0, 4], [0, 0]]).astype("int32")
    with pytest.raises(NoDataError, match="none has a cell"):
        ez.network.cost_distance(resistance, sources)
