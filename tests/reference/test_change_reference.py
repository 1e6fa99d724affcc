"""Trends and correlations against SciPy, and pymannkendall where it is installed."""

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import xarray as xr
from numpy.testing import assert_allclose
from scipy import stats

from ecozoning._kernels.pearson import two_tailed
from ecozoning.change import correlation, trend

pytestmark = pytest.mark.reference

YEARS = np.array([2000, 2001, 2003, 2004, 2005, 2008, 2009, 2010, 2013, 2014, 2020])
CELLS = 60


def stack_of(values, times):
    rows = 6
    values = values.reshape(len(times), rows, -1)
    axes = {
        "time": times,
        "y": 30.0 * np.arange(rows)[::-1],
        "x": 30.0 * np.arange(values.shape[2]),
    }
    return xr.DataArray(values, axes, ("time", "y", "x")).rio.write_crs(4547)


def noise(layers, decimals, seed):
    """Return series with ties, where there are few decimals, and with gaps."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(layers, CELLS)).round(decimals)
    values += 0.05 * np.arange(layers)[:, None].round(decimals)
    values[rng.uniform(size=values.shape) < 0.15] = np.nan
    return values


@pytest.mark.parametrize("decimals", [0, 1, 8])
def test_slopes_are_those_of_scipy(decimals):
    values = noise(YEARS.size, decimals, seed=1)
    expected = [
        stats.theilslopes(cell[np.isfinite(cell)], YEARS[np.isfinite(cell)]).slope
        for cell in values.T
    ]
    found = trend(stack_of(values, YEARS))["slope"].to_numpy().ravel()
    assert_allclose(found, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("decimals", [0, 1, 8])
def test_scores_are_those_of_pymannkendall(decimals):
    pmk = pytest.importorskip("pymannkendall")
    values = noise(22, decimals, seed=2)
    found = trend(stack_of(values, np.arange(22)))
    for k, cell in enumerate(values.T):
        theirs = pmk.original_test(cell)
        ours = [found[name].to_numpy().ravel()[k] for name in ("s", "z", "p")]
        # They take the upper tail from 1, so p is good to 1e-16 of 1 only.
        assert_allclose(ours, [theirs.s, theirs.z, theirs.p], rtol=1e-6, atol=1e-12)
        significant = found["trend"].to_numpy().ravel()[k] in (1, 5)
        assert significant == bool(theirs.h)


def test_correlations_are_those_of_scipy():
    values = noise(22, 8, seed=3)
    other = np.random.default_rng(4).normal(size=22)
    found = correlation(stack_of(values, np.arange(22)), other)
    for k, cell in enumerate(values.T):
        known = np.isfinite(cell)
        theirs = stats.pearsonr(cell[known], other[known])
        assert found["r"].to_numpy().ravel()[k] == pytest.approx(theirs[0], rel=1e-6)
        assert found["p"].to_numpy().ravel()[k] == pytest.approx(theirs[1], rel=1e-6)


@pytest.mark.parametrize("n", [3, 4, 5, 8, 22, 101, 3000])
def test_significance_holds_into_the_far_tails(n):
    r = np.concatenate([[1e-6], np.linspace(0.001, 0.999, 40), [1 - 1e-9]])
    t = r * np.sqrt((n - 2) / ((1 - r) * (1 + r)))
    expected = 2 * stats.t.sf(t, n - 2)
    found = [two_tailed(value, n) for value in r.tolist()]
    assert_allclose(found, expected, rtol=1e-6, atol=1e-290)
