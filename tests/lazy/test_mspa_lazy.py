"""Pattern classes of lazy maps: the same however they are cut, nothing too early.

A lazy map is classed strip by strip. Strips hold a million cells, so the tests make
them low: what is drawn then crosses several seams.
"""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ecozoning._kernels.morphology import pattern
from ecozoning._kernels.morphology_strips import Strips, pattern_by_strips
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.network import mspa

da = pytest.importorskip("dask.array")
dask = pytest.importorskip("dask")

NOISE = np.random.default_rng(4).normal(size=(60, 70))
VALUES = (ndimage.gaussian_filter(NOISE, 1.5) > 0).astype(float)
VALUES[20:24, 30:33] = np.nan
LOOP, BRIDGE, CORE_OPENING = 6, 7, 9


@pytest.fixture
def lazily(make_raster, monkeypatch):
    """Return a function that classes a map lazily, in strips of some rows."""

    def classes(values, rows, **options):
        low = partial(Strips, rows=rows)
        monkeypatch.setattr("ecozoning.network.morphology.Strips", low)
        return mspa(make_raster(values).chunk(y=20, x=30), **options).to_numpy()

    return classes


@pytest.fixture
def eagerly(make_raster):
    """Return a function that classes a map in memory."""
    return lambda values, **options: mspa(make_raster(values), **options).to_numpy()


def blots(seed, spread, lost=0.0):
    """Return blots of a size, or noise for 0, with a share of missing cells."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(48, 41))
    values = (ndimage.gaussian_filter(noise, spread) > -0.02).astype(float)
    values[rng.random(values.shape) < lost] = np.nan
    return values


def drawn(*blocks, shape=(60, 40)):
    """Return a map with blocks of habitat: first row, last, first column, last."""
    values = np.zeros(shape)
    for top, bottom, left, right in blocks:
        values[top : bottom + 1, left : right + 1] = 1
    return values


@pytest.mark.parametrize("chunks", [(60, 70), (13, 17), (60, 9), (5, 70)])
@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("connectivity", [4, 8])
def test_chunks_change_nothing(make_raster, chunks, width, connectivity):
    raster = make_raster(VALUES)
    lazy = mspa(raster.chunk(y=chunks[0], x=chunks[1]), width, connectivity)
    assert isinstance(lazy.data, da.Array)
    assert lazy.chunks == raster.chunk(y=chunks[0], x=chunks[1]).chunks
    assert lazy.equals(mspa(raster, width, connectivity))


@pytest.mark.parametrize("rows", [1, 3, 7, 19])
@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize("connectivity", [4, 8])
@pytest.mark.parametrize("spread", [0, 1.2, 3])
def test_low_strips_change_nothing(lazily, eagerly, rows, width, connectivity, spread):
    options = {"edge_width_cells": width, "connectivity": connectivity}
    for lost in (0.0, 0.03):
        values = blots(11, spread, lost)
        assert np.array_equal(
            lazily(values, rows, **options), eagerly(values, **options)
        )


@pytest.mark.parametrize("flags", [(False, True), (True, False), (False, False)])
def test_low_strips_change_nothing_whatever_is_shown(lazily, eagerly, flags):
    options = dict(zip(("transition", "intext"), flags, strict=True))
    values = blots(5, 1.5, 0.02)
    assert np.array_equal(lazily(values, 5, **options), eagerly(values, **options))


def test_a_bridge_over_four_strips_is_a_bridge_all_along(lazily, eagerly):
    values = drawn((2, 8, 10, 16), (51, 57, 10, 16), (9, 50, 13, 13))
    found = lazily(values, 15)
    assert (found[9:51, 13] == BRIDGE).all()
    assert np.array_equal(found, eagerly(values))


def test_a_handle_over_three_seams_is_a_loop(lazily, eagerly):
    body, handle = (2, 55, 4, 10), [(5, 5, 11, 20), (50, 50, 11, 20), (5, 50, 20, 20)]
    found = lazily(drawn(body, *handle), 13)
    assert (found[6:50, 20] == LOOP).all()
    assert np.array_equal(found, eagerly(drawn(body, *handle)))


def test_a_hole_of_a_core_that_a_seam_cuts_is_a_core_opening(lazily, eagerly):
    values = drawn((3, 50, 3, 36))
    values[10:40, 10:30] = 0
    found = lazily(values, 11)
    assert (found[10:40, 10:30] == CORE_OPENING).all()
    assert np.array_equal(found, eagerly(values))


@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("rows", [2, 9])
def test_cores_within_holes_of_cores_are_told_apart(lazily, eagerly, width, rows):
    down, right = np.indices((61, 61))
    rings = np.maximum(abs(down - 30), abs(right - 30)) // 9 % 2 == 0
    values = np.where(rings, 1.0, 0.0)
    values[30, 10:50] = 1  # holds the rings together
    options = {"edge_width_cells": width}
    assert np.array_equal(lazily(values, rows, **options), eagerly(values, **options))


def test_a_long_spur_over_the_seams_is_thinned_away(lazily, eagerly):
    values = drawn((2, 8, 10, 16), (9, 58, 13, 13))
    found = lazily(values, 7)
    assert not np.isin(found, [LOOP, BRIDGE]).any()
    assert np.array_equal(found, eagerly(values))


@settings(max_examples=150)
@given(
    arrays(np.uint8, (24, 18), elements=st.sampled_from([0, 1, 1, 2, 2, 2])),
    st.lists(st.integers(1, 25), max_size=8, unique=True),
    st.integers(1, 3),
    st.sampled_from([4, 8]),
    st.booleans(),
)
def test_any_cuts_change_nothing(cells, cuts, width, connectivity, coarse):
    cells = cells[::3, ::3].repeat(3, 0).repeat(3, 1) if coarse else cells
    options = {"transition": True, "intext": True}
    strips = Strips(cells, width, connectivity)
    strips.bounds = [0, *sorted(cuts), strips.known.shape[0]]
    found = pattern_by_strips(strips, **options)
    assert np.array_equal(found, pattern(cells, width, connectivity, **options))


def test_nothing_is_computed_while_the_graph_is_built(make_raster):
    def refuse(*_, **__):
        raise AssertionError("computed while building the graph")

    lazy = make_raster(VALUES).chunk(y=20, x=30)
    with dask.config.set(scheduler=refuse):
        assert isinstance(mspa(lazy).data, da.Array)


def test_other_values_are_refused_when_computed(make_raster):
    lazy = mspa(make_raster(VALUES * 2).chunk(y=20, x=30))
    with pytest.raises(ParameterError, match="holds 2"):
        lazy.compute()


def test_a_map_without_values_is_refused_when_computed(make_raster):
    lazy = mspa(make_raster(VALUES * np.nan).chunk(y=20, x=30))
    with pytest.raises(NoDataError, match="all are nodata"):
        lazy.compute()
