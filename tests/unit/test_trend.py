"""Trends of cells over the years: known answers by hand, gaps, ties, refusals."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from numpy.testing import assert_allclose, assert_array_equal

from ecozoning.change import mann_kendall, sen_slope, trend
from ecozoning.errors import MissingCRSError, NoDataError, ParameterError


def stack_of(*cells, times=None, crs="EPSG:4547", dtype="float64", **attrs):
    """Return a stack of cells side by side, each given as its series."""
    import rioxarray  # noqa: F401 -- writes the CRS

    values = np.array(cells, dtype=dtype).T[:, None, :]
    times = np.arange(2001, 2001 + len(values)) if times is None else times
    axes = {"time": times, "y": [15.0], "x": 15 + 30.0 * np.arange(len(cells))}
    stack = xr.DataArray(values, axes, ("time", "y", "x"), attrs=attrs)
    return stack if crs is None else stack.rio.write_crs(crs)


def first(dataset, *names):
    return [dataset[name].to_numpy()[0, 0].item() for name in names]


def test_slope_and_score_are_those_of_the_six_pairs_of_four_years():
    # 1, 3, 2, 5: slopes 2, 1/2, 4/3, -1, 1, 3; median of 1 and 4/3. Five pairs rise,
    # one falls: S = 4, var S = 4 * 3 * 13 / 18, Z = 3 / sqrt(var S).
    found = trend(stack_of([1, 3, 2, 5]))
    slope, s, z = first(found, "slope", "s", "z")
    assert slope == pytest.approx(7 / 6, rel=1e-7)
    assert s == 4
    assert z == pytest.approx(3 / (156 / 18) ** 0.5, rel=1e-7)


def test_p_of_a_score_is_that_of_the_normal_distribution():
    # Ten rising years: Z = 44 / sqrt(125) = 3.93548; both tails hold 8.3e-5.
    p = trend(stack_of(range(10)))["p"].item()
    assert p == pytest.approx(8.3026e-05, rel=1e-4)


def test_ties_take_their_part_off_the_variance():
    # 1, 1, 2, 2, 2: pairs of 1 and 2 rise, six of them. Groups of 2 and 3:
    # var S = (5 * 4 * 15 - 2 * 1 * 9 - 3 * 2 * 11) / 18 = 216 / 18 = 12.
    s, z = first(trend(stack_of([1, 1, 2, 2, 2])), "s", "z")
    assert s == 6
    assert z == pytest.approx(5 / 12**0.5, rel=1e-7)


def test_a_constant_cell_has_no_trend_and_a_p_of_one():
    found = trend(stack_of([0.1] * 6))
    assert first(found, "slope", "s", "z", "p", "trend") == [0, 0, 0, 1, 3]


def test_a_missing_year_is_skipped_and_time_still_passes():
    # 0 in 2001, 4 in 2003, 8 in 2005: 2 a year, though only three values.
    gaps = stack_of([0, np.nan, 4, np.nan, 8])
    assert first(trend(gaps), "slope", "s", "count") == [2, 3, 3]


def test_uneven_years_are_taken_as_they_are():
    stack = stack_of([0, 10, 30, 34], times=[2000, 2010, 2020, 2022])
    # Slopes 1, 3/2, 34/22, 2, 24/12 = 2, 2: the median is (34/22 + 2) / 2.
    assert sen_slope(stack).item() == pytest.approx((34 / 22 + 2) / 2, rel=1e-7)


def test_one_wild_year_does_not_turn_a_slope():
    quiet, wild = [1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4000, 5, 6, 7]
    assert_array_equal(sen_slope(stack_of(quiet, wild)), [[1, 1]])


def test_dates_of_the_same_day_are_whole_years_apart():
    dates = pd.to_datetime([f"{year}-07-15" for year in range(2000, 2006)])
    slopes = sen_slope(stack_of(range(6), times=dates))
    assert slopes.item() == pytest.approx(1, rel=1e-7)


def test_months_are_twelfths_of_a_year():
    months = pd.date_range("2020-01-01", periods=24, freq="MS")
    slopes = sen_slope(stack_of(range(24), times=months))
    assert slopes.item() == pytest.approx(12, rel=1e-7)


def test_days_are_parts_of_their_month():
    # The 16th of April is half a month, a 24th of a year, after the 1st.
    days = pd.to_datetime(["2021-04-01", "2021-04-16", "2021-05-01"])
    slopes = sen_slope(stack_of([0, 1, 2], times=days))
    assert slopes.item() == pytest.approx(24, rel=1e-6)


def test_classes_tell_the_direction_and_whether_it_is_significant():
    # Of 6: all 15 pairs rise, Z = 14 / sqrt(28.33) = 2.63; 13 of 15, S = 11, Z = 1.88.
    up, some, none = [1, 2, 3, 4, 5, 6], [1, 3, 2, 4, 6, 5], [2, 2, 2, 2, 2, 2]
    empty = [np.nan] * 6
    cells = (up[::-1], some[::-1], none, some, up, empty)
    classes = trend(stack_of(*cells))["trend"]
    assert classes.to_numpy().tolist() == [[1, 2, 3, 4, 5, 255]]
    assert classes.dtype == "uint8"
    assert classes.attrs["flag_meanings"].split()[4] == "significant_increase"
    assert classes.attrs["labels_zh"][0] == "显著减少"
    assert classes.rio.nodata == 255


def test_alpha_moves_the_border_of_the_classes():
    stack = stack_of([1, 3, 2, 4, 6, 5])  # p is 0.060
    assert trend(stack, alpha=0.07)["trend"].item() == 5
    assert mann_kendall(stack, alpha=0.05)["trend"].item() == 4


def test_nodata_that_was_not_masked_is_skipped():
    packed = stack_of([10, -9999, 30, 40], dtype="int16").rio.write_nodata(-9999)
    assert first(trend(packed), "slope", "count") == [10, 3]


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "float32"])
def test_values_may_be_stored_in_any_type(kind):
    falling = trend(stack_of([9, 7, 5, 3, 1], dtype=kind))
    assert first(falling, "slope", "s") == [-2, -10]


def test_cells_with_too_few_values_are_nan():
    stack = stack_of([1, 2, 3, 4, 5], [1, 2, np.nan, 4, np.nan])
    found = trend(stack, least_count=4)
    assert np.isnan(found["slope"].to_numpy()).tolist() == [[False, True]]
    assert found["trend"].to_numpy().tolist() == [[5, 255]]
    assert found["count"].to_numpy().tolist() == [[5, 3]]


def test_what_comes_back_says_what_it_is():
    stack = stack_of([1, 2, 3, 4], units="g/m2", license="theirs")
    found = trend(stack)
    assert found["slope"].attrs["units"] == "g/m2/year"
    assert "license" not in found["slope"].attrs
    assert found["slope"].dtype == found["p"].dtype == "float32"
    assert found["s"].dims == ("y", "x")
    assert found.rio.crs == stack.rio.crs
    assert "time" not in found.coords


def test_the_three_functions_agree_and_change_no_argument():
    rng = np.random.default_rng(1)
    stack = stack_of(*rng.normal(size=(5, 12)))
    before = stack.copy(deep=True)
    whole = trend(stack)
    assert whole["slope"].identical(sen_slope(stack))
    assert whole.drop_vars("slope").identical(mann_kendall(stack))
    assert stack.identical(before)


def test_south_up_gives_the_same_cells():
    values = np.random.default_rng(2).normal(size=(9, 4, 3))
    axes = {"time": np.arange(9), "y": [0.0, 30, 60, 90], "x": [0.0, 30, 60]}
    stack = xr.DataArray(values, axes, ("time", "y", "x")).rio.write_crs(4547)
    turned = sen_slope(stack.isel(y=slice(None, None, -1)))
    assert_allclose(turned.isel(y=slice(None, None, -1)), sen_slope(stack))


# --- refusals ------------------------------------------------------------------------


def test_a_raster_and_other_dims_are_refused():
    stack = stack_of([1, 2, 3])
    with pytest.raises(ParameterError, match=r"`stack` is a ndarray.*xarray.concat"):
        trend(stack.to_numpy())
    with pytest.raises(ParameterError, match=r"of dims \('y', 'x'\).*xarray.concat"):
        trend(stack.isel(time=0))
    with pytest.raises(ParameterError, match=r"rename\({'year': 'time'}\)"):
        trend(stack.rename(time="year"))
    with pytest.raises(ParameterError, match=r"transpose\('time', 'y', 'x'\)"):
        sen_slope(stack.transpose("y", "x", "time"))


def test_times_that_are_none_or_out_of_order_are_refused():
    stack = stack_of([1, 2, 3])
    with pytest.raises(
        ParameterError, match=r"has no coordinate 'time'.*assign_coords"
    ):
        trend(stack.drop_vars("time"))
    with pytest.raises(ParameterError, match=r"do not ascend.*stack.sortby\('time'\)"):
        trend(stack.isel(time=[2, 0, 1]))
    with pytest.raises(ParameterError, match="occur twice"):
        trend(stack.assign_coords(time=[2001, 2001, 2002]))


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([20010701, 20020701, 20030701], "20030701, which is no year"),
        (["2001", "2002", "2003"], "dates or years are needed"),
        ([2001, np.nan, 2003], "dates or years are needed"),
        (np.array(["2001", "NaT", "2003"], "datetime64[ns]"), "dates or years are"),
    ],
)
def test_times_that_are_no_years_are_refused(times, words):
    with pytest.raises(ParameterError, match=words):
        trend(stack_of([1, 2, 3], times=times))


def test_infinite_values_are_refused():
    with pytest.raises(ParameterError, match="`stack` has 1 infinite values"):
        trend(stack_of([1, np.inf, 3], [1, 2, 3]))


def test_nothing_but_nodata_and_no_layer_are_refused():
    with pytest.raises(NoDataError, match="no cell with 3 values in time"):
        trend(stack_of([1, 2, np.nan]))
    with pytest.raises(NoDataError, match="`stack` has no layer"):
        trend(stack_of([1, 2, 3]).isel(time=slice(0, 0)))


@pytest.mark.parametrize("alpha", [0, 1, -0.1, "5 %", True, np.nan])
def test_alpha_is_a_number_between_0_and_1(alpha):
    with pytest.raises(ParameterError, match=r"`alpha` is .* between 0 and 1"):
        mann_kendall(stack_of([1, 2, 3]), alpha=alpha)


@pytest.mark.parametrize("least", [1, 2.5, "many", True])
def test_a_least_count_is_a_whole_number_of_at_least_2(least):
    with pytest.raises(ParameterError, match=r"`least_count` is .* at least 2"):
        sen_slope(stack_of([1, 2, 3]), least_count=least)


def test_fewer_layers_than_the_least_count_are_refused():
    with pytest.raises(ParameterError, match="`stack` has 3 layers, but 10 values"):
        trend(stack_of([1, 2, 3]), least_count=10)


def test_a_stack_without_crs_is_refused():
    with pytest.raises(MissingCRSError, match="`stack` has no CRS"):
        trend(stack_of([1, 2, 3], crs=None))
