"""The real Landsat scene, beside NumPy in float64 and xarray-spatial."""

from pathlib import Path

import numpy as np
import pytest

from ecozoning.raster.cover_ends import end_members
from ecozoning.raster.land_indices import ndmi, ndvi
from ecozoning.raster.vegetation import vegetation_cover

rioxarray = pytest.importorskip("rioxarray")
SCENE = Path(__file__).parents[2] / "data" / "scene" / "L7_ETMs.tif"

pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(not SCENE.exists(), reason="the scene is not packaged"),
]


@pytest.fixture(scope="module")
def bands():
    """Return red, near infrared and short-wave infrared as stored, in bytes."""
    with rioxarray.open_rasterio(SCENE) as scene:
        return [scene.isel(band=i, drop=True).load() for i in (2, 3, 4)]


def test_ratios_of_the_scene_are_those_of_float64(bands):
    red, nir, swir1 = bands
    for found, plus, minus in (
        (ndvi(red, nir), nir, red),
        (ndmi(nir, swir1), nir, swir1),
    ):
        one, two = plus.to_numpy().astype(float), minus.to_numpy().astype(float)
        expected = np.where(one + two == 0, np.nan, (one - two) / (one + two))
        np.testing.assert_allclose(found, expected, rtol=0, atol=6e-8)


def test_ndvi_of_the_scene_is_that_of_xarray_spatial(bands):
    peer = pytest.importorskip("xrspatial.multispectral")
    red, nir = (band.astype("float32") for band in bands[:2])
    np.testing.assert_allclose(ndvi(red, nir), peer.ndvi(nir, red), rtol=0, atol=2e-7)


def test_end_members_of_the_scene_are_percentiles_of_numpy(bands):
    found = ndvi(*bands[:2])
    expected = np.nanpercentile(found.to_numpy().astype(float), (5, 95))
    assert end_members(found) == pytest.approx(tuple(expected), abs=1e-12)
    lazy = end_members(found.chunk(y=100, x=100))
    assert lazy == pytest.approx(tuple(expected), abs=1e-4)


def test_cover_of_the_scene_is_the_formula(bands):
    found = ndvi(*bands[:2])
    soil, vegetation = np.nanpercentile(found.to_numpy().astype(float), (5, 95))
    expected = ((found.astype(float) - soil) / (vegetation - soil)).clip(0, 1)
    np.testing.assert_allclose(vegetation_cover(found), expected, rtol=0, atol=1e-7)
