"""What holds for classes of any values."""

import itertools

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers `.rio`
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ecozoning.importance import cumulative_share
from ecozoning.raster.breaks import natural_breaks
from ecozoning.raster.classify import reclassify


def placed(values):
    """Return values as a raster in metres."""
    rows, columns = values.shape
    axes = {"y": -30.0 * np.arange(rows), "x": 30.0 * np.arange(columns)}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)


FINITE = st.floats(-1e6, 1e6, width=32)
EDGES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6, unique=True).map(sorted)


@given(
    values=hnp.arrays("float32", (2, 7), elements=FINITE),
    edges=EDGES,
    closed=st.sampled_from(["right", "left"]),
)
def test_classes_are_those_of_a_search_in_double_precision(values, edges, closed):
    # An edge that some values hit, beside those that none does.
    edges = sorted({*edges, float(values[0, 0])})
    raster = placed(values)
    found = reclassify(raster, edges, list(range(len(edges) + 1)), closed=closed)
    side = "left" if closed == "right" else "right"
    assert np.array_equal(found, np.searchsorted(edges, values.astype(float), side))


@given(
    values=st.lists(st.integers(0, 30), min_size=1, max_size=9),
    classes=st.integers(1, 4),
)
def test_natural_breaks_are_the_best_of_all(values, classes):
    ordered = np.sort(np.array(values, dtype=float))
    distinct = np.unique(ordered)
    if distinct.size < classes:
        with pytest.raises(ValueError, match="different values"):
            natural_breaks(values, classes)
        return

    def squares(breaks):
        part = np.searchsorted(breaks, ordered)
        return sum(ordered[part == k].var() * (part == k).sum() for k in set(part))

    every = itertools.combinations(distinct[:-1], classes - 1)
    best = min(squares(list(cut)) for cut in every)
    found = natural_breaks(values, classes)
    assert squares(found[1:-1]) == pytest.approx(best, abs=1e-9)


@given(
    values=hnp.arrays("int32", (3, 5), elements=st.integers(-5, 50)),
    scale=st.sampled_from([0.25, 1, 1024]),
)
def test_grades_follow_their_definition(values, scale):
    amounts = values[values >= 0]
    if not amounts.sum():
        return
    found = cumulative_share(placed(values * scale)).to_numpy()
    ordered = np.sort(amounts)[::-1]
    sums = np.cumsum(ordered)
    half, most = (ordered[np.argmax(sums * 10 >= s * sums[-1])] for s in (5, 8))
    expected = 1 + (values >= most).astype(int) + (values >= half)
    assert np.array_equal(found, np.where(values < 0, 255, expected))
