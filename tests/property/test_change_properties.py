"""What must not matter to a trend or a correlation, and what must follow."""

import numpy as np
import rioxarray  # noqa: F401 -- writes the CRS
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from ecozoning.change import correlation, trend
from ecozoning.overlay import transition

WHOLE = st.integers(-50, 50)
SERIES = st.lists(WHOLE, min_size=3, max_size=25)


def stack_of(values, times=None):
    values = np.asarray(values, dtype=float).reshape(-1, 1, 1)
    times = np.arange(len(values)) if times is None else times
    axes = {"time": times, "y": [0.0], "x": [0.0]}
    return xr.DataArray(values, axes, ("time", "y", "x")).rio.write_crs(4547)


def numbers(dataset, *names):
    return np.array([dataset[name].item() for name in names])


@given(SERIES)
def test_the_slope_is_the_median_of_all_pairs(values):
    pairs = [
        (b - a) / (j - i)
        for i, a in enumerate(values)
        for j, b in enumerate(values[:])
        if j > i
    ]
    slope = trend(stack_of(values))["slope"].item()
    assert_allclose(slope, np.median(pairs), rtol=1e-6, atol=1e-12)


@given(SERIES, st.integers(1, 9), WHOLE)
def test_scale_and_offset_change_the_slope_alone(values, scale, offset):
    found = trend(stack_of(values))
    other = trend(stack_of(scale * np.array(values) + offset))
    tests = ("s", "z", "p", "trend")
    assert_allclose(numbers(other, *tests), numbers(found, *tests))
    slope = scale * found["slope"].item()
    assert_allclose(other["slope"].item(), slope, rtol=1e-6, atol=1e-12)


@given(SERIES)
def test_time_run_backwards_turns_every_sign(values):
    found = numbers(trend(stack_of(values)), "slope", "s", "z")
    assert_allclose(numbers(trend(stack_of(values[::-1])), "slope", "s", "z"), -found)


@given(SERIES, st.data())
def test_a_missing_year_is_as_if_it_had_not_been(values, data):
    gap = data.draw(st.integers(0, len(values)))
    with_gap = np.insert(np.array(values, float), gap, np.nan)
    times = np.delete(np.arange(len(with_gap)), gap)
    names = ("slope", "s", "z", "p", "trend", "count")
    found = numbers(trend(stack_of(with_gap)), *names)
    assert_allclose(found, numbers(trend(stack_of(values, times)), *names))


@given(SERIES, st.data())
def test_correlation_is_symmetric_and_within_one(values, data):
    size = len(values)
    other = data.draw(st.lists(WHOLE, min_size=size, max_size=size))
    found = numbers(correlation(stack_of(values), other), "r", "p")
    turned = numbers(correlation(stack_of(other), values), "r", "p")
    assert_allclose(found, turned, rtol=1e-5, atol=1e-7)
    if len({*values}) > 1 < len({*other}):
        assert abs(found[0]) <= 1
        assert 0 <= found[1] <= 1


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=4, max_size=4)
)
def test_no_land_is_won_or_lost_between_two_rasters(cells):
    old, new = (np.reshape(part, (2, 2)) for part in zip(*cells, strict=True))
    axes = {"y": [500.0, 0.0], "x": [0.0, 500.0]}
    before, after = (
        xr.DataArray(part, axes, ("y", "x")).rio.write_crs(4547).rio.write_nodata(0)
        for part in (old, new)
    )
    if not ((old > 0) & (new > 0)).any():
        return
    matrix = transition(before, after).matrix.to_numpy()
    assert_allclose(matrix.sum(), 0.25 * ((old > 0) | (new > 0)).sum(), rtol=1e-9)
    assert_allclose(matrix[:-1].sum(), 0.25 * (old > 0).sum(), rtol=1e-9)
    assert_allclose(matrix[:, :-1].sum(), 0.25 * (new > 0).sum(), rtol=1e-9)
