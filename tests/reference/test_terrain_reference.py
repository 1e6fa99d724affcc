"""The real elevation grids beside gdaldem, xarray-spatial and SciPy."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from ecozoning.raster.relief import local_relief
from ecozoning.raster.terrain import aspect, roughness, slope, tri

rioxarray = pytest.importorskip("rioxarray")
DATA = Path(__file__).parents[2] / "data"
OLINDA = DATA / "scene" / "olinda_dem_utm25s.tif"
GRIDS = sorted((DATA / "terrain").glob("*_dem_30s.tif"))

pytestmark = pytest.mark.reference
needs_gdaldem = pytest.mark.skipif(
    shutil.which("gdaldem") is None, reason="gdaldem is not installed"
)


@pytest.fixture(scope="module", params=[*GRIDS, OLINDA], ids=lambda path: path.stem)
def dem(request):
    """Return a real grid in metres: those of the counties are brought over."""
    if not request.param.exists():
        pytest.skip("the grid is not packaged")
    with rioxarray.open_rasterio(request.param) as stored:
        grid = stored.isel(band=0, drop=True).load()
    if grid.rio.crs.is_geographic:
        grid = grid.rio.reproject("EPSG:4547", resolution=900.0)
    return grid


def gdaldem(dem, folder, *words):
    """Return what gdaldem makes of a grid, NaN where it has nothing."""
    source, target = folder / "dem.tif", folder / f"{words[0]}.tif"
    dem.rio.to_raster(source)
    command = ["gdaldem", words[0], source, target, *words[1:], "-q"]
    subprocess.run(command, check=True)
    with rioxarray.open_rasterio(target, masked=True) as found:
        return found.isel(band=0, drop=True).to_numpy()


@needs_gdaldem
@pytest.mark.parametrize(
    ("method", "words"), [("horn", ()), ("zevenbergen-thorne", ("ZevenbergenThorne",))]
)
def test_slope_and_aspect_are_those_of_gdaldem(dem, tmp_path, method, words):
    words = ["-alg", *words] if words else []
    theirs = gdaldem(dem, tmp_path, "slope", *words)
    np.testing.assert_allclose(slope(dem, method=method), theirs, atol=1e-4)
    theirs, ours = gdaldem(dem, tmp_path, "aspect", *words), aspect(dem, method=method)
    apart = (ours.to_numpy() - theirs + 180) % 360 - 180
    assert np.nanmax(np.abs(apart)) < 1e-3
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))


@needs_gdaldem
@pytest.mark.parametrize("method", ["riley", "wilson"])
def test_ruggedness_is_that_of_gdaldem(dem, tmp_path, method):
    theirs = gdaldem(dem, tmp_path, "TRI", "-alg", method.title())
    np.testing.assert_allclose(tri(dem, method=method), theirs, rtol=1e-6)


@needs_gdaldem
def test_roughness_is_that_of_gdaldem(dem, tmp_path):
    np.testing.assert_array_equal(roughness(dem), gdaldem(dem, tmp_path, "roughness"))


def test_slope_is_that_of_xarray_spatial(dem):
    peer = pytest.importorskip("xrspatial")
    plain = dem.astype("float32").where(dem != dem.rio.nodata)
    ours, theirs = slope(dem).to_numpy(), peer.slope(plain).to_numpy()
    both = np.isfinite(ours)  # theirs gives nodata cells a slope
    np.testing.assert_allclose(ours[both], theirs[both], atol=1e-3)


@pytest.mark.parametrize("window", [3, 11, 31])
def test_relief_is_maximum_less_minimum_of_scipy(dem, window):
    plain = dem.astype("float64").where(dem != dem.rio.nodata).to_numpy()
    empty = np.isnan(plain)
    high = ndimage.maximum_filter(
        np.where(empty, -np.inf, plain), window, mode="constant", cval=-np.inf
    )
    low = ndimage.minimum_filter(
        np.where(empty, np.inf, plain), window, mode="constant", cval=np.inf
    )
    expected = np.where(empty, np.nan, high - low)
    np.testing.assert_allclose(local_relief(dem, window_cells=window), expected)
