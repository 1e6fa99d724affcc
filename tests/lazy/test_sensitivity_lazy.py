"""Sensitivity of lazy rasters: the same values, and nothing computed too early."""

import numpy as np
import pytest

from ecozoning.errors import ParameterError
from ecozoning.sensitivity import (
    aridity_index,
    combine,
    cover_factor,
    rocky_desertification,
    slope_length_factor,
    soil_erodibility,
    water_erosion,
)

da = pytest.importorskip("dask.array")
dask = pytest.importorskip("dask")

CHUNKS = [(1, 1), (2, 3), (7, 6), (3, 6), (5, 1)]
RNG = np.random.default_rng(4)
SHARES = RNG.random((7, 6))
SHARES[2, 3] = np.nan
CODES = {0: "sand", 1: "loam", 2: "silt"}
KINDS = RNG.integers(0, 3, (7, 6))


@pytest.fixture
def factors(make_raster):
    share = make_raster(SHARES)
    return share, make_raster(KINDS).astype("uint8")


def levels(share, kinds):
    return water_erosion(
        rainfall_erosivity=share * 900,
        soil=kinds,
        relief=share * 400,
        cover=share,
        soil_codes=CODES,
    )


def erosion_level(share, kinds):
    return levels(share, kinds).level


def erosion_index(share, kinds):
    return levels(share, kinds).index()


def erosion_score(share, kinds):
    return levels(share, kinds).scores()["soil"]


def worst_issue(share, kinds):
    karst = rocky_desertification(
        carbonate_share=share * 100, slope=share * 90, cover=1 - share
    )
    return combine(levels(share, kinds), karst)["issue"]


def erodibility(share, kinds):
    return soil_erodibility(share * 100, 100 - share * 100, share * 0, share)


def steepness(share, kinds):
    return slope_length_factor(share * 90, upslope_area_km2=share + 0.01)


def cover_by_type(share, kinds):
    names = {0: "forest", 1: "dry_farmland", 2: "paddy"}
    return cover_factor(share, cover_type=kinds, type_codes=names)


def cover_alone(share, kinds):
    return cover_factor(share)


def aridity(share, kinds):
    return aridity_index(share, share + 1)


FUNCTIONS = [
    erosion_level,
    erosion_index,
    erosion_score,
    worst_issue,
    erodibility,
    steepness,
    cover_by_type,
    cover_alone,
    aridity,
]


def chunked(rasters, chunks):
    return [raster.chunk(y=chunks[0], x=chunks[1]) for raster in rasters]


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_chunks_change_nothing(factors, function, chunks):
    lazy = function(*chunked(factors, chunks))
    assert isinstance(lazy.data, da.Array)
    assert lazy.equals(function(*factors))
    assert lazy.dtype == function(*factors).dtype


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_computed_while_the_graph_is_built(factors, function):
    def refuse(*_, **__):
        raise AssertionError("computed while building the graph")

    lazy = chunked(factors, (2, 3))
    with dask.config.set(scheduler=refuse):
        assert isinstance(function(*lazy).data, da.Array)


def test_one_lazy_factor_makes_the_result_lazy(factors):
    share, kinds = factors
    assert isinstance(erosion_level(share, kinds.chunk(x=2)).data, da.Array)


def test_values_out_of_range_are_refused_when_computed(factors):
    share, kinds = chunked(factors, (2, 3))
    lazy = erosion_level(share * 60, kinds)
    with pytest.raises(ParameterError, match=r"`cover` has \d+ values outside 0 to 1"):
        lazy.compute()


def test_arguments_are_left_as_they_are(factors):
    share, kinds = factors
    before = share.copy(deep=True), kinds.copy(deep=True)
    for function in FUNCTIONS:
        function(share, kinds)
    assert share.identical(before[0])
    assert kinds.identical(before[1])
