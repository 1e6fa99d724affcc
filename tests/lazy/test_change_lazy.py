"""Trends and correlations of lazy stacks: nothing computed early, the same values."""

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import xarray as xr

from ecozoning.change import correlation, mann_kendall, sen_slope, trend
from ecozoning.errors import ParameterError

dask = pytest.importorskip("dask")

RNG = np.random.default_rng(6)
LAYERS, ROWS, COLUMNS = 9, 7, 8


def stack_of(values):
    axes = {
        "time": 2000 + np.arange(len(values)),
        "y": 30.0 * np.arange(ROWS)[::-1],
        "x": 30.0 * np.arange(COLUMNS),
    }
    return xr.DataArray(values, axes, ("time", "y", "x")).rio.write_crs("EPSG:4547")


VALUES = RNG.normal(size=(LAYERS, ROWS, COLUMNS)).astype("float32").round(1)
VALUES[RNG.uniform(size=VALUES.shape) < 0.2] = np.nan
STACK, OTHER = stack_of(VALUES), stack_of(RNG.normal(size=VALUES.shape))
SERIES = RNG.normal(size=LAYERS)
CHUNKS = [(1, 1, 1), (9, 2, 3), (4, 7, 5), (2, 3, 8)]
CALLS = [
    trend,
    sen_slope,
    mann_kendall,
    lambda stack: correlation(stack, SERIES),
    lambda stack: correlation(stack, OTHER),
    lambda stack: correlation(OTHER, stack),
]


def cut(stack, chunks):
    return stack.chunk(dict(zip(("time", "y", "x"), chunks, strict=True)))


def refuse(*_, **__):
    raise AssertionError("computed while building the graph")


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("call", CALLS)
def test_values_are_the_same_however_the_stack_is_cut(call, chunks):
    with dask.config.set(scheduler=refuse):
        lazy = call(cut(STACK, chunks))
    assert lazy.chunks is not None
    assert lazy.compute().identical(call(STACK))


def test_a_lazy_stack_beside_a_lazy_one_of_other_chunks():
    lazy = correlation(cut(STACK, (9, 2, 3)), cut(OTHER, (1, 7, 2)))
    assert lazy.compute().identical(correlation(STACK, OTHER))


def test_blocks_of_the_result_are_those_of_the_stack():
    lazy = trend(cut(STACK, (2, 3, 5)))
    assert lazy["slope"].chunks == ((3, 3, 1), (5, 3))


def test_infinite_values_are_refused_when_they_are_computed():
    values = VALUES.copy()
    values[3, 2, 2] = np.inf
    lazy = trend(cut(stack_of(values), (9, 3, 3)))
    with pytest.raises(ParameterError, match="`stack` has 1 infinite"):
        lazy.compute()


def test_a_block_of_nodata_is_no_fault():
    values = VALUES.copy()
    values[:, :3, :3] = np.nan
    lazy = trend(cut(stack_of(values), (9, 3, 3))).compute()
    assert np.isnan(lazy["slope"][:3, :3]).all()


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_threads_change_not_a_bit(monkeypatch, threads):
    monkeypatch.setenv("ECOZONING_THREADS", "1")
    expected = trend(STACK)
    monkeypatch.setenv("ECOZONING_THREADS", threads)
    assert trend(STACK).identical(expected)
