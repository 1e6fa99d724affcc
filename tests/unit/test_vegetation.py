"""Vegetation cover and its end members, on scenes whose percentiles are known."""

import numpy as np
import pytest

from ecozoning.errors import MissingCRSError, NoDataError, ParameterError
from ecozoning.raster.cover_ends import end_members
from ecozoning.raster.vegetation import vegetation_cover


@pytest.fixture
def hundredths(make_raster):
    """Return NDVI of 0, 0.01, ..., 1 out of order, whose percentiles are hundredths."""
    values = np.random.default_rng(1).permutation(101) / 100
    return make_raster(values.reshape(1, 101))


def test_cover_is_the_part_of_the_way_from_soil_to_vegetation(make_raster):
    ndvi = make_raster([[-0.5, 0.1, 0.3, 0.5, 0.9, 1.0]])
    found = vegetation_cover(ndvi, soil=0.1, vegetation=0.9).to_numpy()
    assert found == pytest.approx(np.array([[0, 0, 0.25, 0.5, 1, 1]]), abs=1e-7)


def test_percentiles_are_the_end_members_if_none_are_given(hundredths):
    found = vegetation_cover(hundredths)
    assert found.attrs["soil"] == pytest.approx(0.05, abs=1e-12)
    assert found.attrs["vegetation"] == pytest.approx(0.95, abs=1e-12)
    half = found.to_numpy()[hundredths.to_numpy() == 0.5]
    assert half == pytest.approx(0.5, abs=1e-7)


def test_one_end_member_may_be_given_and_the_other_read_off(hundredths):
    low = vegetation_cover(hundredths, soil=-0.2)
    high = vegetation_cover(hundredths, vegetation=0.8)
    assert (low.soil, low.vegetation) == (-0.2, pytest.approx(0.95))
    assert (high.soil, high.vegetation) == (pytest.approx(0.05), 0.8)


def test_a_percentile_between_two_values_is_interpolated(make_raster):
    # Of 0 and 1 percentile 5 is 0.05; nothing lies between them.
    assert end_members(make_raster([[1.0, 0.0]])) == pytest.approx((0.05, 0.95))


def test_percentiles_0_and_100_are_the_least_and_the_most(hundredths):
    assert end_members(hundredths, (0, 100)) == (0.0, 1.0)


@pytest.mark.parametrize("rows", [1, 7, 64, 65, 200])
@pytest.mark.parametrize("percentiles", [(5, 95), (0.5, 99.5), (12.3, 45.6)])
def test_percentiles_are_those_of_numpy_whatever_the_size(
    make_raster, rows, percentiles
):
    values = np.random.default_rng(rows).normal(0.3, 0.2, (rows, 31)).clip(-1, 1)
    values[0, ::3] = np.nan
    expected = np.nanpercentile(values, percentiles)
    found = end_members(make_raster(values), percentiles)
    assert found == pytest.approx(tuple(expected), abs=1e-12)


def test_percentiles_of_few_values_many_times_over_are_right(make_raster):
    values = np.repeat([0.1, 0.2, 0.20001, 0.9], [50, 30, 15, 5]).reshape(10, 10)
    expected = np.percentile(values, (50, 95))
    assert end_members(make_raster(values), (50, 95)) == pytest.approx(tuple(expected))


def test_nodata_is_no_part_of_percentiles_and_has_no_cover(make_raster):
    values = np.append(np.arange(101) / 100, [np.nan, -3.0]).reshape(1, -1)
    ndvi = make_raster(values).astype("float32").rio.write_nodata(-3)
    assert end_members(ndvi) == pytest.approx((0.05, 0.95), abs=1e-7)
    assert np.isnan(vegetation_cover(ndvi)).sum() == 2


def test_float32_noise_around_one_is_ndvi(make_raster):
    found = vegetation_cover(make_raster([[-1 - 1e-7, 1 + 1e-7]]), -1, 1)
    assert found.to_numpy().tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize("members", [{}, {"soil": 0.1, "vegetation": 0.8}])
def test_stored_numbers_are_refused_as_ndvi(make_raster, members):
    with pytest.raises(ParameterError, match=r"`ndvi` has 1 cells beyond.*\* 0\.0001"):
        vegetation_cover(make_raster([[0.1, 5000, 0.9]]), **members)


@pytest.mark.parametrize("members", [{}, {"soil": 0.1, "vegetation": 0.8}])
def test_infinite_ndvi_is_refused(make_raster, members):
    with pytest.raises(ParameterError, match=r"`ndvi` has 1 infinite"):
        vegetation_cover(make_raster([[0.1, np.inf, 0.9]]), **members)


@pytest.mark.parametrize("members", [{}, {"soil": 0.1, "vegetation": 0.8}])
def test_ndvi_of_nodata_alone_is_refused(make_raster, members):
    with pytest.raises(NoDataError, match="`ndvi` has no cell with a value"):
        vegetation_cover(make_raster(np.full((2, 2), np.nan)), **members)


def test_soil_that_is_not_below_vegetation_is_refused(make_raster):
    ndvi = make_raster([[0.1, 0.9]])
    for soil, vegetation in [(0.5, 0.5), (0.6, 0.5), (0.9, None)]:
        with pytest.raises(ParameterError, match=r"soil must be below vegetation"):
            vegetation_cover(ndvi, soil, vegetation)


def test_a_constant_scene_is_refused(make_raster):
    ndvi = make_raster(np.full((3, 3), 0.4))
    with pytest.raises(ParameterError, match=r"0\.4 \(percentile 5\).*0\.4 \(perc"):
        vegetation_cover(ndvi)
    assert (vegetation_cover(ndvi, 0.0, 0.8) == 0.5).all()


@pytest.mark.parametrize("name", ["soil", "vegetation"])
@pytest.mark.parametrize("value", [-1.1, 30, np.nan])
def test_an_end_member_that_is_no_ndvi_is_refused(hundredths, name, value):
    with pytest.raises(ParameterError, match=f"`{name}` is .* from -1 to 1"):
        vegetation_cover(hundredths, **{name: value})


@pytest.mark.parametrize(
    "percentiles",
    [(95, 5), (5, 5), (-1, 95), (5, 101), (5,), (1, 2, 3), 95, None, ("5", "95")],
)
def test_percentiles_out_of_order_or_domain_are_refused(hundredths, percentiles):
    with pytest.raises(ParameterError, match=r"`percentiles` is .*`\(5, 95\)`"):
        vegetation_cover(hundredths, percentiles=percentiles)


def test_ndvi_without_a_crs_is_refused(make_raster):
    ndvi = make_raster([[0.1, 0.9]], crs=None)
    for function in (vegetation_cover, end_members):
        with pytest.raises(MissingCRSError, match="`ndvi` has no CRS"):
            function(ndvi)


def test_ndvi_stays_as_it_was_and_attributes_are_ours(hundredths):
    ndvi = hundredths.astype("float32").assign_attrs(sensor="x")
    before = ndvi.copy(deep=True)
    found = vegetation_cover(ndvi)
    assert ndvi.identical(before)
    assert found.dtype == np.float32
    assert set(found.attrs) == {"long_name", "units", "soil", "vegetation"}
