"""What holds of any terrain: bounds, turns, shifts, and how far nodata spreads."""

import numpy as np
import rioxarray  # noqa: F401 -- registers the accessor
import xarray as xr
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecozoning.raster.relief import local_relief
from ecozoning.raster.terrain import aspect, roughness, slope, tri

# Quarters of a metre: sums and differences of them are exact in float32.
heights = arrays(
    np.float32,
    st.tuples(st.integers(3, 9), st.integers(3, 9)),
    elements=st.integers(0, 4000).map(lambda quarter: quarter / 4),
)
holed = arrays(
    np.float32,
    st.tuples(st.integers(3, 9), st.integers(3, 9)),
    elements=st.one_of(
        st.integers(0, 400).map(lambda quarter: quarter / 4), st.just(np.nan)
    ),
)
windows = st.sampled_from([3, 5, 7, 11])


def raster(values, cell=30.0):
    rows, columns = values.shape
    axes = {"y": -cell * np.arange(rows), "x": cell * np.arange(columns)}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)


@given(heights)
def test_slope_and_aspect_stay_in_their_circle(values):
    angle, azimuth = slope(raster(values)), aspect(raster(values), flat=-1)
    inner = angle[1:-1, 1:-1]
    assert ((inner >= 0) & (inner <= 90)).all()
    inner = azimuth[1:-1, 1:-1]
    assert (((inner >= 0) & (inner < 360)) | (inner == -1)).all()


@given(heights)
def test_a_quarter_turn_turns_the_aspect_and_nothing_else(values):
    dem, turned = raster(values), raster(np.rot90(values).copy())
    for function in (slope, tri, roughness):
        found = np.rot90(function(dem).to_numpy())
        np.testing.assert_allclose(function(turned), found, atol=1e-4)
    # Counter-clockwise, so that east becomes north.
    apart = aspect(turned).to_numpy() - np.rot90(aspect(dem).to_numpy())
    np.testing.assert_allclose((apart[np.isfinite(apart)] + 270) % 360, 180, atol=1e-3)


@given(heights, st.integers(-1000, 1000))
def test_a_higher_datum_changes_nothing(values, shift):
    dem, lifted = raster(values), raster(values + shift)
    for function in (slope, aspect, tri, roughness):
        assert np.array_equal(function(lifted), function(dem), equal_nan=True)


@given(holed)
def test_nodata_spreads_to_its_neighbours_and_no_further(values):
    assume(not np.isnan(values).all())
    near = np.lib.stride_tricks.sliding_window_view(values, (3, 3))
    lost = np.isnan(near).any(axis=(2, 3))
    for function in (slope, tri, roughness):
        found = np.isnan(function(raster(values)).to_numpy())
        assert np.array_equal(found[1:-1, 1:-1], lost)


@given(holed, windows)
def test_relief_is_nodata_where_the_cell_is(values, window):
    assume(not np.isnan(values).all())
    found = local_relief(raster(values), window_cells=window)
    assert np.array_equal(np.isnan(found), np.isnan(values))
    assert (found.fillna(0) >= 0).all()


@given(holed, st.integers(1, 3))
def test_relief_grows_with_the_window(values, half):
    assume(not np.isnan(values).all())
    small = local_relief(raster(values), window_cells=2 * half + 1)
    large = local_relief(raster(values), window_cells=2 * half + 3)
    assert (large - small).fillna(0).min() >= 0


@given(heights)
def test_roughness_is_relief_of_three_cells(values):
    found = local_relief(raster(values), window_cells=3)
    assert (roughness(raster(values)) == found)[1:-1, 1:-1].all()
