"""Classes of lazy rasters: the same values, and nothing computed before it is asked."""

import numpy as np
import pytest

from ecozoning.importance import cumulative_share
from ecozoning.raster import summary
from ecozoning.raster.breaks import natural_breaks, quantile_breaks
from ecozoning.raster.classify import reclassify

da = pytest.importorskip("dask.array")
dask = pytest.importorskip("dask")

VALUES = np.random.default_rng(3).gamma(2.0, 5.0, (7, 6))
VALUES[2, 3] = np.nan
CHUNKS = [(1, 1), (2, 3), (7, 6), (3, 6), (5, 1)]


def classes(raster):
    return reclassify(raster, [3, 9, 20], ["a", "b", "c", "d"])


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("function", [classes, cumulative_share])
def test_chunks_change_nothing(make_raster, function, chunks):
    raster = make_raster(VALUES)
    lazy = function(raster.chunk(y=chunks[0], x=chunks[1]))
    assert isinstance(lazy.data, da.Array)
    assert lazy.identical(function(raster)) or lazy.equals(function(raster))


@pytest.mark.parametrize("function", [classes, cumulative_share])
def test_nothing_is_computed_while_the_graph_is_built(make_raster, function):
    def refuse(*_, **__):
        raise AssertionError("computed while building the graph")

    lazy = make_raster(VALUES).chunk(y=2, x=3)
    with dask.config.set(scheduler=refuse):
        assert isinstance(function(lazy).data, da.Array)


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize("breaks", [natural_breaks, quantile_breaks])
def test_breaks_do_not_depend_on_chunks(make_raster, breaks, chunks):
    raster = make_raster(VALUES)
    lazy = raster.chunk(y=chunks[0], x=chunks[1])
    assert breaks(lazy, 4).tolist() == breaks(raster, 4).tolist()


def test_an_empty_chunk_is_no_error(make_raster):
    raster = make_raster(np.where(np.arange(6) < 3, np.nan, VALUES))
    lazy = raster.chunk(x=3)
    assert classes(lazy).equals(classes(raster))
    assert cumulative_share(lazy).equals(cumulative_share(raster))


@pytest.fixture
def few_groups(monkeypatch):
    monkeypatch.setattr(summary, "LIMIT", 256)


def test_breaks_of_more_values_than_groups_are_near(make_raster, few_groups):
    values = np.random.default_rng(0).gamma(2.0, 5.0, (200, 200))
    lazy = make_raster(values).chunk(y=30, x=70)
    ranks = np.searchsorted(np.sort(values.ravel()), quantile_breaks(lazy, 4)) / 40_000
    assert np.abs(ranks - [0, 0.25, 0.5, 0.75, 1]).max() < 6 / 256
    shares = cumulative_share(lazy).to_numpy()
    held = [values[shares >= grade].sum() / values.sum() for grade in (3, 2)]
    assert held == pytest.approx([0.5, 0.8], abs=6 / 256)


def test_natural_breaks_of_many_values_are_near_the_optimum(make_raster, monkeypatch):
    values = np.random.default_rng(0).gamma(2.0, 5.0, (100, 100))

    def squares():
        lower = natural_breaks(make_raster(values), 4)
        part = np.searchsorted(lower[1:-1], values.ravel())
        return sum(
            values.ravel()[part == i].var() * (part == i).sum() for i in range(4)
        )

    best = squares()
    monkeypatch.setattr(summary, "LIMIT", 256)
    assert best <= squares() <= best * 1.001
