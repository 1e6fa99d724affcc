"""What holds for importance and suitability whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ecozoning._kernels.specks import without_specks
from ecozoning.importance import merge, soil_retention, thresholds2020
from ecozoning.suitability import agriculture, construction

CELLS = (3, 4)
AXES = {"y": np.arange(3)[::-1] * 30.0, "x": np.arange(4) * 30.0}


def raster(values):
    import rioxarray  # noqa: F401
    import xarray as xr

    return xr.DataArray(np.asarray(values), AXES, ("y", "x")).rio.write_crs(4547)


def numbers(low, high):
    return arrays(np.float64, CELLS, elements=st.floats(low, high, width=32))


@given(numbers(0, 90), numbers(0, 45), numbers(0, 3000))
def test_a_steeper_slope_never_suits_better(slope, more, rain):
    steeper = np.minimum(slope + more, 90)
    low, high = (
        agriculture({"slope": raster(s), "precipitation": raster(rain)}).to_numpy()
        for s in (slope, steeper)
    )
    assert (high >= low).all()


@given(numbers(0, 90), numbers(0, 6000), numbers(0, 3000))
def test_higher_land_never_suits_towns_better(slope, height, more):
    low, high = (
        construction({"slope": raster(slope), "elevation": raster(h)}).to_numpy()
        for h in (height, height + more)
    )
    assert (high >= low).all()


@given(numbers(0, 90), numbers(0, 1), numbers(0, 1))
def test_more_cover_never_makes_soil_less_important(slope, cover, more):
    fuller = np.minimum(cover + more, 1)
    low, high = (
        thresholds2020(
            "soil_retention",
            {
                "slope": raster(slope),
                "vegetation_cover": raster(c),
                "ecosystem": raster(np.ones(CELLS)),
            },
            classes={1: "grassland"},
        ).to_numpy()
        for c in (cover, fuller)
    )
    assert (high >= low).all()


@given(numbers(0, 2000), numbers(0, 1), numbers(0, 20), numbers(0, 1))
def test_rusle_is_the_plain_product(r, k, ls, c):
    found = soil_retention(
        raster(r), raster(k), slope_length=raster(ls), cover_factor=raster(c)
    )
    assert found.to_numpy() == pytest.approx(r * k * ls * (1 - c), rel=1e-6, abs=1e-30)


@given(st.lists(arrays(np.uint8, CELLS, elements=st.integers(1, 3)), min_size=2))
def test_the_order_of_layers_changes_who_decided_but_not_the_level(layers):
    layers = [raster(one) for one in layers[:6]]
    one, other = merge(*layers), merge(*layers[::-1])
    assert one["level"].equals(other["level"])
    assert (
        one["level"] == np.max([layer.to_numpy() for layer in layers], axis=0)
    ).all()


@given(arrays(np.uint8, (6, 7), elements=st.sampled_from([1, 2, 3, 255])))
def test_no_small_patch_has_a_neighbour_left_and_cleaning_again_does_nothing(values):
    areas = np.ones(6)
    found = without_specks(values, 255, areas, 4.0)
    assert ((found == 255) == (values == 255)).all()
    assert (without_specks(found, 255, areas, 4.0) == found).all()
    for kind in (1, 2, 3):
        parts, count = ndimage.label(found == kind, structure=np.ones((3, 3)))
        for part in range(1, count + 1):
            mask = parts == part
            around = ndimage.binary_dilation(mask, np.ones((3, 3))) & ~mask
            assert mask.sum() >= 4 or (found[around] == 255).all()
