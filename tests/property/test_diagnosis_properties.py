"""Steeper, barer or ploughed land is never graded better."""

import numpy as np
import rioxarray  # noqa: F401 -- registers the accessor
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from ecozoning.diagnosis import erosion_intensity, quality_level

SLOPES = st.lists(st.floats(0, 90, width=32), min_size=2, max_size=12)
SHARES = st.floats(0, 1, width=32)


def row(values):
    values = np.asarray([values], dtype="float32")
    axes = {"y": [0.0], "x": 30.0 * np.arange(values.size)}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)


@given(SLOPES, SHARES)
def test_steeper_land_is_never_graded_better(slopes, share):
    slope = row(sorted(slopes))
    for ploughed in (0, 1):
        found = erosion_intensity(
            slope=slope, cover=slope * 0 + share, cropland=slope * 0 + ploughed
        )
        assert (np.diff(found.to_numpy()[0].astype(int)) >= 0).all()


@given(st.lists(SHARES, min_size=2, max_size=12), st.floats(0, 90, width=32))
def test_barer_land_is_never_graded_better(shares, slope):
    cover = row(sorted(shares))
    found = erosion_intensity(slope=cover * 0 + slope, cover=cover)
    assert (np.diff(found.to_numpy()[0].astype(int)) <= 0).all()


@given(st.lists(st.floats(0, 100), min_size=2, max_size=12))
def test_a_higher_index_is_never_of_a_worse_class(values):
    for index in ("EI", "EQI"):
        levels = quality_level(sorted(values), index)["level"].astype(int)
        assert (np.diff(levels) <= 0).all()
