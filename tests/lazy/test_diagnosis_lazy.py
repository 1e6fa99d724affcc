"""Erosion and modes of lazy rasters: nothing is computed before it is asked for."""

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor

from ecozoning.diagnosis import erosion_intensity, wind_erosion_intensity
from ecozoning.errors import ParameterError
from ecozoning.synthetic import synthetic_county
from ecozoning.zoning import restoration_mode

da = pytest.importorskip("dask.array")
dask = pytest.importorskip("dask")

RNG = np.random.default_rng(11)
SLOPE, COVER = RNG.uniform(0, 60, (7, 6)), RNG.uniform(0, 1, (7, 6))
CROPLAND = RNG.integers(0, 2, (7, 6))
COVER[2, 3] = np.nan


def by_slope(slope, cover, cropland):
    return erosion_intensity(slope=slope, cover=cover, cropland=cropland)


def by_loss(slope, cover, cropland):
    return erosion_intensity(slope * 300, region="southern_red_soil")


def by_wind(slope, cover, cropland):
    return wind_erosion_intensity(cover=cover)


def modes(slope, cover, cropland):
    words = {"damage": {0: "light", 1: "severe"}, "resilience": {0: "low", 1: "high"}}
    return restoration_mode(cropland, cropland, classes=words)["mode"]


def rasters(make_raster, **chunks):
    made = [make_raster(values) for values in (SLOPE, COVER, CROPLAND)]
    return [one.chunk(chunks) for one in made] if chunks else made


FUNCTIONS = [by_slope, by_loss, by_wind, modes]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("chunks", [(1, 1), (2, 3), (5, 4)])
def test_chunks_change_nothing(make_raster, function, chunks):
    lazy = function(*rasters(make_raster, y=chunks[0], x=chunks[1]))
    assert isinstance(lazy.data, da.Array)
    assert lazy.equals(function(*rasters(make_raster)))


def refuse(*_, **__):
    raise AssertionError("computed while building the graph")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_computed_while_the_graph_is_built(make_raster, function):
    lazy = rasters(make_raster, y=2, x=3)
    with dask.config.set(scheduler=refuse):
        assert isinstance(function(*lazy).data, da.Array)


def test_a_county_is_not_computed_before_it_is_asked_for():
    with dask.config.set(scheduler=refuse):
        county = synthetic_county(1, cells=100, chunks=30)
        assert isinstance(county.importance.data, da.Array)


def test_values_out_of_nature_are_told_when_they_are_computed(make_raster):
    lazy = erosion_intensity(
        slope=make_raster([[95.0, 5]] * 2).chunk(x=1),
        cover=make_raster([[0.5, 0.5]] * 2).chunk(x=1),
    )
    with pytest.raises(ParameterError, match="`slope` has 2 values outside 0 to 90"):
        lazy.compute()
