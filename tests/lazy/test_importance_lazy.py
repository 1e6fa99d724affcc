"""Importance and suitability of lazy rasters: same values, nothing too early."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import shapely
import xarray as xr

from ecozoning import importance, suitability
from ecozoning.errors import ParameterError

da = pytest.importorskip("dask.array")
dask = pytest.importorskip("dask")

RNG = np.random.default_rng(5)
SHAPE = (7, 6)
CHUNKS = [(1, 1), (2, 3), (7, 6), (3, 6), (5, 1)]


def share(*_):
    values = RNG.random(SHAPE)
    values[2, 3] = np.nan
    return values


FACTORS = {name: share() for name in "abcde"}
LEVELS = {name: RNG.integers(1, 4, SHAPE) for name in "ab"}
KINDS = RNG.integers(1, 3, SHAPE)
WORDS = {1: "forest", 2: "wetland"}


def water(r):
    a, b = r(FACTORS["a"]) * 1000, r(FACTORS["b"]) * 100
    kinds = {1: "mixed_forest", 2: "wetland"}
    return importance.water_conservation(a, b, r(KINDS), classes=kinds)


def rusle(r):
    a, b, c, d = (r(FACTORS[name]) for name in "abcd")
    return importance.soil_retention(a, b, slope_length=c, cover_factor=d)


def rweq(r):
    a, b, c, d, e = (r(FACTORS[name]) for name in "abcde")
    shares = {"erodible_fraction": b, "soil_crust": c, "roughness": d}
    return importance.sand_fixation(a, **shares, cover_factor=e, distance_m=50)


def erodible(r):
    a, b, c, d = (r(FACTORS[name]) * 30 + 2 for name in "abcd")
    return importance.erodible_fraction(a, b, c, d / 10, 1.0)


def crusted(r):
    return importance.soil_crust(r(FACTORS["a"]) * 40, r(FACTORS["b"]))


def rough(r):
    return importance.soil_roughness(r(FACTORS["a"]) * 90, length_m=450)


def covered(r):
    kinds = {1: "forest", 2: "farmland"}
    return importance.wind_cover_factor(r(FACTORS["a"]), r(KINDS), classes=kinds)


def scaled(r):
    return importance.normalised(r(FACTORS["a"]))


def thresholds(r):
    factors = {"slope": r(FACTORS["a"]) * 50, "vegetation_cover": r(FACTORS["b"])}
    factors["ecosystem"] = r(KINDS)
    return importance.thresholds2020("soil_retention", factors, classes=WORDS)


def merged(r):
    return importance.merge(a=r(LEVELS["a"]), b=r(LEVELS["b"]))


def levels_of_one_byte(r):
    return r(LEVELS["a"]).astype("uint8").rio.write_nodata(255)


def filtered(r):
    return importance.clean_up(levels_of_one_byte(r), window_cells=5)


def cleaned(r):
    return importance.clean_up(levels_of_one_byte(r), minimum_patch_km2=0.004)


def corrected(r):
    reserve = gpd.GeoSeries([shapely.box(10, 10, 100, 100)], crs=4547)
    return importance.corrected(r(LEVELS["a"]), reserve)


def habitat(r):
    parameters = pd.DataFrame(
        {"weight": [1.0], "max_distance_m": [70.0], "decay": ["linear"]}, ["road"]
    )
    habitats = pd.DataFrame({"habitat": [1.0, 0.5], "road": [1.0, 0.4]}, [1, 2])
    return importance.habitat_quality(
        r(KINDS), {"road": r(KINDS) - 1}, parameters=parameters, habitats=habitats
    )


def farming(r):
    factors = {"slope": r(FACTORS["a"]) * 40, "silt": r(FACTORS["b"]) * 100}
    factors["precipitation"] = r(FACTORS["c"]) * 1500
    return suitability.agriculture(factors)


def capacity(r):
    return suitability.land_capacity(r(FACTORS["a"]), r(FACTORS["b"]))


ALL = [
    water,
    rusle,
    rweq,
    erodible,
    crusted,
    rough,
    covered,
    scaled,
    thresholds,
    merged,
    filtered,
    cleaned,
    corrected,
    habitat,
    farming,
    capacity,
]


def layers(found):
    return list(found.values()) if isinstance(found, xr.Dataset) else [found]


@pytest.fixture
def builder(make_raster):
    """Return a builder of rasters in chunks, or in memory without."""

    def build(chunks=None):
        def raster(values):
            made = make_raster(values)
            return made if chunks is None else made.chunk(y=chunks[0], x=chunks[1])

        return raster

    return build


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("function", ALL)
def test_chunks_change_nothing(builder, function, chunks):
    lazy, eager = function(builder(chunks)), function(builder())
    for one, other in zip(layers(lazy), layers(eager), strict=True):
        assert isinstance(one.data, da.Array)
        assert one.dtype == other.dtype
        assert one.equals(other)


@pytest.mark.parametrize("function", ALL)
def test_nothing_is_computed_while_the_graph_is_built(builder, function):
    def refuse(*_, **__):
        raise AssertionError("computed while building the graph")

    with dask.config.set(scheduler=refuse):
        found = function(builder((2, 3)))
    assert all(isinstance(one.data, da.Array) for one in layers(found))


def test_a_value_beyond_its_range_is_told_when_it_is_computed(builder):
    r = builder((2, 3))
    found = suitability.agriculture({"slope": r(np.full(SHAPE, 95.0))})
    with pytest.raises(ParameterError, match="`slope` has"):
        found.compute()
