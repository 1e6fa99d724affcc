"""What holds for the indices of any bands."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ecozoning._apply import apply
from ecozoning._kernels.spectral import enhanced, normalized, soil_adjusted
from ecozoning.raster.cover_ends import end_members
from ecozoning.raster.land_indices import ndmi, ndvi
from ecozoning.raster.vegetation import vegetation_cover

da = pytest.importorskip("dask.array")

FEW = settings(max_examples=30)
NONE = (np.nan, np.nan, np.nan)
SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)
PAIRS = SHAPES.flatmap(
    lambda shape: st.tuples(
        *(
            hnp.arrays(dtype, shape, elements=st.integers(0, 65535))
            for dtype in ("uint16", "uint16")
        )
    )
)
REFLECTANCE = st.floats(0, 1, width=32).map(float)
NDVI = hnp.arrays("float32", SHAPES, elements=st.floats(-1, 1, width=32))


@pytest.fixture(scope="module")
def raster():
    """Return a builder of rasters that Hypothesis may call again and again."""
    import rioxarray  # noqa: F401 -- registers the accessor that writes the CRS
    import xarray as xr

    def build(values):
        rows, columns = values.shape
        axes = {"y": 30.0 * np.arange(rows)[::-1], "x": 30.0 * np.arange(columns)}
        return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)

    return build


@FEW
@given(PAIRS)
def test_ndvi_of_what_is_not_negative_lies_between_its_ends(raster, pair):
    red, nir = map(raster, pair)
    found = ndvi(red, nir).to_numpy()
    empty = (pair[0] == 0) & (pair[1] == 0)
    assert np.array_equal(np.isnan(found), empty)
    assert (np.abs(found[~empty]) <= 1).all()


@FEW
@given(PAIRS)
def test_bands_the_other_way_round_turn_the_sign(raster, pair):
    one, two = map(raster, pair)
    assert np.array_equal(ndmi(one, two), -ndmi(two, one), equal_nan=True)


@FEW
@given(PAIRS, st.integers(1, 6), st.integers(1, 6))
def test_chunks_change_no_bit(raster, pair, high, wide):
    red, nir = map(raster, pair)
    lazy = ndvi(red.chunk(y=high, x=wide), nir.chunk(y=wide, x=high))
    assert np.array_equal(lazy, ndvi(red, nir), equal_nan=True)


@FEW
@given(PAIRS)
def test_turning_the_raster_turns_the_result(raster, pair):
    turned = [np.ascontiguousarray(np.rot90(band)) for band in pair]
    expected = np.rot90(ndvi(*map(raster, pair)))
    assert np.array_equal(ndvi(*map(raster, turned)), expected, equal_nan=True)


@given(
    st.integers(0, 65535),
    st.integers(0, 65535),
    st.sampled_from([(1.0, 0.0), (0.0001, -0.1), (0.0000275, -0.2)]),
)
def test_a_ratio_is_exact_to_float32(plus, minus, scaling):
    scale, offset = map(Fraction, scaling)
    total = scale * (plus + minus) + 2 * offset
    bands = [np.array([[band]], dtype="uint16") for band in (plus, minus)]
    shift = 2 * scaling[1] / scaling[0]
    found = apply(normalized, bands, dtype="float32", parameters=(NONE[:2], shift))
    if abs(total) > Fraction(1, 10**6):
        expected = float(scale * (plus - minus) / total)
        assert found.item() == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(REFLECTANCE, REFLECTANCE, REFLECTANCE)
def test_savi_and_evi_are_exact_to_float32(blue, red, nir):
    B, R, N = map(Fraction, (blue, red, nir))  # noqa: N806 -- as in the equations
    bands = [np.array([[band]]) for band in (blue, red, nir)]
    plain = (1.0, 0.0)
    found = apply(
        soil_adjusted, bands[1:], dtype="float32", parameters=(NONE[:2], plain, 0.5)
    )
    assert found.item() == pytest.approx(
        float(1.5 * (N - R) / (N + R + Fraction(1, 2)))
    )
    found = apply(enhanced, bands, dtype="float32", parameters=(NONE, plain))
    total = N + 6 * R - Fraction(15, 2) * B + 1
    if abs(total) > Fraction(1, 1000):
        expected = float(Fraction(5, 2) * (N - R) / total)
        assert found.item() == pytest.approx(expected, rel=1e-6)


@FEW
@given(NDVI)
def test_cover_lies_between_0_and_1_and_keeps_the_order(raster, values):
    found = vegetation_cover(raster(values), -0.2, 0.7).to_numpy().ravel()
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found[np.argsort(values, axis=None)]) >= 0).all()


@FEW
@given(NDVI, st.floats(0, 50), st.floats(51, 100))
def test_exact_percentiles_are_those_of_numpy(raster, values, low, high):
    expected = np.percentile(values.astype(float), (low, high))
    if expected[0] < expected[1]:
        found = end_members(raster(values), (low, high))
        assert found == pytest.approx(tuple(expected), rel=0, abs=1e-12)


@FEW
@given(NDVI, st.integers(1, 4), st.floats(0, 50), st.floats(51, 100))
def test_lazy_percentiles_are_off_by_a_bin_at_most(raster, values, side, low, high):
    expected = np.percentile(values.astype(float), (low, high))
    if expected[1] - expected[0] > 2e-4:
        found = end_members(raster(values).chunk(y=side, x=side), (low, high))
        assert np.abs(np.subtract(found, expected)).max() <= 1e-4 + 1e-12
