"""Shared settings and small worlds whose answers can be worked out by hand."""

import os

import numpy as np
import pyproj
import pytest
import xarray as xr
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"  # no test opens a window
os.environ.pop("ECOZONING_DATA", None)  # the tests are about the packaged data

# Seeds are fixed, and a busy machine must not fail a test by its slowness.
settings.register_profile("ecozoning", deadline=None, derandomize=True)
settings.load_profile("ecozoning")


@pytest.fixture
def make_raster():
    """Return a builder of north-up rasters on a metric or geographic grid."""

    def build(values, *, cell=30.0, crs="EPSG:4547", name="raster"):
        values = np.asarray(values, dtype=float)
        rows, cols = values.shape
        coords = {"y": np.arange(rows)[::-1] * cell, "x": np.arange(cols) * cell}
        if crs is not None:
            wkt = pyproj.CRS(crs).to_wkt()
            coords["spatial_ref"] = xr.DataArray(0, attrs={"crs_wkt": wkt})
        return xr.DataArray(values, coords, ("y", "x"), name=name)

    return build
