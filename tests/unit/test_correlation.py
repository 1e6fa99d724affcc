"""Correlation of cells over the years: known answers by hand, gaps, refusals."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from numpy.testing import assert_allclose

from ecozoning.change import correlation
from ecozoning.errors import (
    CRSMismatchError,
    GridMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)


def stack_of(*cells, times=None, crs="EPSG:4547", west=15.0):
    """Return a stack of cells side by side, each given as its series."""
    import rioxarray  # noqa: F401 -- writes the CRS

    values = np.array(cells, dtype=float).T[:, None, :]
    times = 2000 + np.arange(len(values)) if times is None else times
    axes = {"time": times, "y": [15.0], "x": west + 30.0 * np.arange(len(cells))}
    stack = xr.DataArray(values, axes, ("time", "y", "x"))
    return stack if crs is None else stack.rio.write_crs(crs)


def pair_with(r, n=22):
    """Return two series of n values whose correlation is r."""
    x = np.linspace(-1, 1, n)
    off = x**2 - np.mean(x**2)  # at right angles to x
    unit = [v / np.sqrt(v @ v) for v in (x, off)]
    return unit[0], r * unit[0] + np.sqrt(1 - r * r) * unit[1]


def test_the_correlation_of_guyang_is_as_significant_as_the_plan_says():
    # The plan: rain and NDVI of 22 years, r = .597, p = .003; t = 3.328.
    ndvi, rain = pair_with(0.597)
    found = correlation(stack_of(ndvi), rain)
    assert found["r"].item() == pytest.approx(0.597, rel=1e-6)
    assert found["p"].item() == pytest.approx(0.00335, abs=5e-6)
    assert found["count"].item() == 22


def test_r_and_p_of_three_years_are_those_of_the_hand():
    # Deviations -1, 0, 1 and -1, 1, 0: r = 1 / 2. One degree of freedom: p is
    # 1 - (2 / pi) * arcsin(r) = 2 / 3.
    found = correlation(stack_of([1, 2, 3]), [1, 3, 2])
    assert found["r"].item() == pytest.approx(0.5, rel=1e-7)
    assert found["p"].item() == pytest.approx(2 / 3, rel=1e-7)


def test_p_of_four_years_is_one_less_r():
    # Two degrees of freedom: p = 1 - |r|. Deviations (-3, -1, 1, 3) / 2 and
    # (-1, 1, -1, 1) / 2, products add up to 1, squares to 5 and 1: r = 1 / sqrt(5).
    found = correlation(stack_of([0, 1, 2, 3]), [0, 1, 0, 1])
    assert found["r"].item() == pytest.approx(5**-0.5, rel=1e-7)
    assert found["p"].item() == pytest.approx(1 - 5**-0.5, rel=1e-6)


def test_a_straight_line_is_certain_and_a_falling_one_negative():
    found = correlation(stack_of([1, 2, 3, 4], [4, 3, 2, 1]), [10, 20, 30, 40])
    assert found["r"].to_numpy().tolist() == [[1, -1]]
    assert_allclose(found["p"], [[0, 0]], atol=1e-15)


def test_a_constant_cell_has_no_correlation():
    found = correlation(stack_of([0.1] * 5, [1, 2, 3, 4, 6]), [1, 2, 3, 4, 5])
    assert np.isnan(found["r"].to_numpy()).tolist() == [[True, False]]
    assert np.isnan(found["p"].to_numpy()).tolist() == [[True, False]]
    assert found["count"].to_numpy().tolist() == [[5, 5]]


def test_two_stacks_are_paired_cell_by_cell():
    a = stack_of([1, 2, 3], [1, 2, 3])
    b = stack_of([1, 3, 2], [3, 1, 2])
    assert_allclose(correlation(a, b)["r"], [[0.5, -0.5]], rtol=1e-7)


def test_a_year_without_one_of_the_two_is_skipped():
    a = stack_of([1, np.nan, 2, 3, 7])
    found = correlation(a, [1, 50, 3, 2, np.nan])
    assert found["r"].item() == pytest.approx(0.5, rel=1e-7)
    assert found["count"].item() == 3


def test_nodata_that_was_not_masked_is_skipped():
    stack = stack_of([1, -9999, 2, 3]).astype("int16").rio.write_nodata(-9999)
    assert correlation(stack, [1, 50, 3, 2])["r"].item() == pytest.approx(0.5)


def test_small_changes_of_large_numbers_are_not_lost():
    values = 1e9 + np.array([1.0, 2, 3])
    assert correlation(stack_of(values), [1, 3, 2])["r"].item() == pytest.approx(0.5)


@pytest.mark.parametrize(
    "series",
    [
        [1, 3, 2],
        np.array([1, 3, 2], "int16"),
        pd.Series([1.0, 3, 2], index=[2000, 2001, 2002]),
        pd.Series([1.0, 3, 2], index=pd.to_datetime(["2000", "2001", "2002"])),
        xr.DataArray([1.0, 3, 2], {"time": [2000, 2001, 2002]}, ("time",)),
        xr.DataArray([1.0, 3, 2], dims=("time",)),
    ],
)
def test_a_series_may_be_numbers_with_or_without_years(series):
    assert correlation(stack_of([1, 2, 3]), series)["r"].item() == pytest.approx(0.5)


def test_what_comes_back_says_what_it_is_and_no_argument_is_changed():
    stack = stack_of([1, 2, 3])
    before = stack.copy(deep=True)
    found = correlation(stack, [1, 3, 2])
    assert stack.identical(before)
    assert found["r"].dtype == "float32"
    assert found["p"].attrs["units"] == "1"
    assert found.attrs["method"] == "pearson"
    assert found.rio.crs == stack.rio.crs


# --- refusals ------------------------------------------------------------------------


def test_a_series_of_other_years_is_refused_with_both():
    late = pd.Series([1.0, 3, 2], index=[2000, 2001, 2003])
    with pytest.raises(ParameterError, match="layer 2 is 2002 in one and 2003 in the"):
        correlation(stack_of([1, 2, 3]), late)
    with pytest.raises(ParameterError, match=r"or give `other` as plain numbers"):
        correlation(stack_of([1, 2, 3]), pd.Series([1.0, 3, 2]))


def test_a_stack_of_other_years_or_fewer_is_refused():
    stack = stack_of([1, 2, 3])
    with pytest.raises(ParameterError, match="not of the same times: layer 0"):
        correlation(stack, stack_of([1, 2, 3], times=[1990, 2001, 2002]))
    with pytest.raises(ParameterError, match="has 3 layers and `other` 2"):
        correlation(stack, [1, 2])


def test_a_shifted_grid_and_another_crs_are_refused():
    stack = stack_of([1, 2, 3], [1, 2, 3])
    with pytest.raises(GridMismatchError, match=r"`stack` and `other` are not on one"):
        correlation(stack, stack_of([1, 2, 3], [1, 2, 3], west=997))
    with pytest.raises(CRSMismatchError, match="their CRS differ"):
        correlation(stack, stack_of([1, 2, 3], [1, 2, 3], crs="EPSG:4546"))
    with pytest.raises(MissingCRSError, match="`other` has no CRS"):
        correlation(stack, stack_of([1, 2, 3], [1, 2, 3], crs=None))


@pytest.mark.parametrize("other", [3.0, [[1, 2, 3]], ["a", "b", "c"], None])
def test_what_is_no_series_is_refused(other):
    with pytest.raises(ParameterError, match=r"`other` is .* one number for each"):
        correlation(stack_of([1, 2, 3]), other)


def test_infinite_values_are_refused_by_the_name_of_their_stack():
    with pytest.raises(ParameterError, match="`stack` has 1 infinite"):
        correlation(stack_of([1, np.inf, 3]), [1, 2, 3])
    with pytest.raises(ParameterError, match="`other` has 1 infinite"):
        correlation(stack_of([1, 2, 3]), [1, 2, np.inf])


def test_two_pairs_are_too_few():
    with pytest.raises(ParameterError, match=r"`least_count` is 2, .* at least 3"):
        correlation(stack_of([1, 2, 3]), [1, 2, 3], least_count=2)
    with pytest.raises(ParameterError, match="`stack` has 2 layers, but 3 values"):
        correlation(stack_of([1, 2]), [1, 2])
    with pytest.raises(NoDataError, match="`stack` and `other` has no cell with 3"):
        correlation(stack_of([1, 2, np.nan]), [1, 2, 3])
