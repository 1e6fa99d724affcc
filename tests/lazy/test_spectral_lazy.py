"""Indices of rasters held by Dask: nothing computed early, and the same values."""

import numpy as np
import pytest

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.cover_ends import end_members
from ecozoning.raster.indices import index
from ecozoning.raster.land_indices import ndbi, ndmi, ndvi
from ecozoning.raster.reflectance import evi, savi
from ecozoning.raster.vegetation import vegetation_cover
from ecozoning.raster.water_indices import mndwi, ndwi

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")

CHUNKS = [(1, 1), (3, 2), (7, 11), (5, 11), (2, 5)]
TWO_BANDS = [ndvi, ndwi, ndmi, mndwi, ndbi, savi]


def refuse(*_, **__):
    raise AssertionError("computed while building the graph")


@pytest.fixture
def bands(make_raster):
    """Return blue, red and near infrared with a hole."""
    rng = np.random.default_rng(5)
    values = rng.uniform(0.02, 0.6, (3, 7, 11))
    values[1, 2, 3] = np.nan
    return [make_raster(band).astype("float32") for band in values]


def cut(raster, chunks):
    return raster.chunk(dict(zip("yx", chunks, strict=True)))


@pytest.mark.parametrize("chunks", CHUNKS)
def test_all_indices_are_the_same_however_the_bands_are_cut(bands, chunks):
    lazy = [cut(band, chunks) for band in bands]
    for function in TWO_BANDS:
        found, expected = function(*lazy[1:]), function(*bands[1:])
        assert np.array_equal(found, expected, equal_nan=True)
        assert found.attrs == expected.attrs
    assert np.array_equal(evi(*lazy), evi(*bands), equal_nan=True)


@pytest.mark.parametrize("chunks", CHUNKS)
def test_an_index_of_the_catalogue_is_the_same_however_bands_are_cut(bands, chunks):
    pytest.importorskip("spyndex")
    named = dict(zip("BRN", bands, strict=True))
    lazy = {symbol: cut(band, chunks) for symbol, band in named.items()}
    found = index("EVI", **lazy)
    assert np.array_equal(found, index("EVI", **named), equal_nan=True)


@pytest.mark.parametrize("chunks", CHUNKS)
def test_given_end_members_give_the_same_cover(bands, chunks):
    scene = bands[1]
    lazy = vegetation_cover(cut(scene, chunks), 0.1, 0.5)
    eager = vegetation_cover(scene, 0.1, 0.5)
    assert np.array_equal(lazy, eager, equal_nan=True)
    assert lazy.attrs == eager.attrs


@pytest.mark.parametrize("chunks", CHUNKS)
def test_cover_by_percentiles_agrees_to_what_a_bin_can_do(bands, chunks):
    eager, lazy = vegetation_cover(bands[1]), vegetation_cover(cut(bands[1], chunks))
    # The end members are 0.5 apart and off by 0.0001 at most.
    assert np.abs(eager - lazy).max() <= 2e-4 / 0.5
    assert np.array_equal(np.isnan(eager), np.isnan(lazy))
    assert "soil" not in lazy.attrs


def test_nothing_is_computed_while_the_graph_is_built(bands):
    lazy = [cut(band, (3, 2)) for band in bands]
    with dask.config.set(scheduler=refuse):
        found = [function(*lazy[1:]) for function in TWO_BANDS]
        found += [evi(*lazy), vegetation_cover(lazy[1])]
        found += [vegetation_cover(lazy[1], soil=0.1)]
    assert all(isinstance(one.data, da.Array) for one in found)
    assert all(one.chunks == lazy[0].chunks for one in found)


def test_bands_in_other_chunks_stay_as_they_are(bands):
    red, nir = cut(bands[1], (3, 2)), cut(bands[2], (2, 5))
    found = ndvi(red, nir)
    assert red.chunks == ((3, 3, 1), (2, 2, 2, 2, 2, 1))
    assert nir.chunks == ((2, 2, 2, 1), (5, 5, 1))
    assert np.array_equal(found, ndvi(*bands[1:]), equal_nan=True)


@pytest.mark.parametrize("place", [0, 1])
def test_one_lazy_band_makes_the_result_lazy(bands, place):
    pair = list(bands[1:])
    pair[place] = cut(pair[place], (3, 2))
    found = ndvi(*pair)
    assert isinstance(found.data, da.Array)
    assert np.array_equal(found, ndvi(*bands[1:]), equal_nan=True)


def test_a_block_without_data_is_no_fault(bands):
    red = bands[1].where(bands[1]["x"] > 100)
    assert np.isnan(ndvi(cut(red, (7, 3)), bands[2])[:, :3]).all()
    assert np.isnan(vegetation_cover(cut(red, (7, 3)))[:, :3]).all()


def test_digital_numbers_are_refused_when_they_are_computed(bands):
    red, nir = (cut(band * 10_000, (3, 2)) for band in bands[1:])
    found = savi(red, nir)
    with pytest.raises(ParameterError, match=r"`scale=0\.0001`"):
        found.compute()


def test_infinite_values_are_refused_when_they_are_computed(bands):
    red = bands[1].copy()
    red[6, 10] = np.inf
    lazy = cut(red, (3, 2))
    for found in (ndvi(lazy, bands[2]), vegetation_cover(lazy)):
        with pytest.raises(ParameterError, match="1 infinite"):
            found.compute()


def test_stored_numbers_are_refused_as_ndvi_when_they_are_computed(bands):
    lazy = cut(bands[1] * 10_000, (3, 2))
    for found in (vegetation_cover(lazy), vegetation_cover(lazy, 0.1, 0.8)):
        with pytest.raises(ParameterError, match="beyond -1 to 1"):
            found.compute()


def test_a_constant_scene_is_refused_when_it_is_computed(make_raster):
    found = vegetation_cover(cut(make_raster(np.full((4, 4), 0.3)), (3, 2)), soil=0.3)
    with pytest.raises(ParameterError, match="soil must be below vegetation"):
        found.compute()


def test_nodata_alone_is_refused_when_percentiles_are_computed(make_raster):
    lazy = cut(make_raster(np.full((4, 4), np.nan)), (3, 2))
    with pytest.raises(NoDataError, match="`ndvi` has no cell with a value"):
        vegetation_cover(lazy).compute()
    with pytest.raises(NoDataError, match="`ndvi` has no cell with a value"):
        end_members(lazy)


def test_one_graph_can_hold_two_scalings_of_the_same_bands(bands):
    red, nir = (cut(band, (3, 2)) for band in bands[1:])
    both = dask.compute(savi(red, nir), savi(red, nir, scale=0.5))
    assert not np.array_equal(*both, equal_nan=True)
