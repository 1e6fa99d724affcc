"""Terrain held by Dask: nothing computed early, and the same values."""

from functools import partial

import numpy as np
import pytest

from ecozoning.errors import ParameterError
from ecozoning.raster.relief import best_relief_window, local_relief
from ecozoning.raster.terrain import aspect, roughness, slope, tri

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")

CHUNKS = [(1, 1), (3, 2), (9, 11), (5, 11), (2, 5)]
FUNCTIONS = [
    slope,
    partial(slope, method="zevenbergen-thorne"),
    aspect,
    tri,
    partial(tri, method="wilson"),
    roughness,
    partial(local_relief, window_cells=3),
    partial(local_relief, window_cells=7),
    partial(local_relief, window_cells=31),
]


def refuse(*_, **__):
    raise AssertionError("computed while building the graph")


@pytest.fixture(params=["EPSG:4547", "EPSG:4490"])
def dem(make_raster, request):
    """Return a rough terrain with holes, on a map and in degrees."""
    heights = np.random.default_rng(5).uniform(0, 500, (9, 11))
    heights[2, 3] = heights[7, 7] = np.nan
    cell = 30.0 if request.param == "EPSG:4547" else 0.5
    return make_raster(heights, cell=cell, crs=request.param).astype("float32")


@pytest.mark.parametrize("chunks", CHUNKS)
def test_terrain_is_the_same_however_it_is_cut(dem, chunks):
    lazy = dem.chunk(dict(zip("yx", chunks, strict=True)))
    for function in FUNCTIONS:
        found, expected = function(lazy), function(dem)
        assert np.array_equal(found, expected, equal_nan=True)
        assert found.attrs == expected.attrs
        assert found.chunks == lazy.chunks


@pytest.mark.parametrize("chunks", CHUNKS[1:])
def test_the_best_window_is_the_same_however_the_terrain_is_cut(dem, chunks):
    lazy = dem.chunk(dict(zip("yx", chunks, strict=True)))
    best = partial(best_relief_window, windows_cells=[3, 5, 7, 9])
    assert best(lazy).window_cells == best(dem).window_cells
    np.testing.assert_allclose(best(lazy).table, best(dem).table, rtol=1e-9)


def test_nothing_is_computed_while_the_graph_is_built(dem):
    with dask.config.set(scheduler=refuse):
        found = [function(dem.chunk(y=3, x=4)) for function in FUNCTIONS]
    assert all(isinstance(one.data, da.Array) for one in found)


def test_a_chunk_of_nodata_alone_is_no_error(make_raster):
    heights = np.where(np.arange(8) < 4, np.nan, 5.0) * np.ones((8, 1))
    found = slope(make_raster(heights).chunk(y=4, x=4)).compute()
    assert found.count() == 6 * 2


@pytest.mark.parametrize("value", [np.inf, 1e5])
def test_unsound_heights_are_refused_when_they_are_computed(make_raster, value):
    heights = np.zeros((6, 6))
    heights[5, 5] = value
    for function in FUNCTIONS:
        lazy = function(make_raster(heights).chunk(y=3, x=3))
        with pytest.raises(ParameterError, match="`dem` has 1 "):
            lazy.compute()
