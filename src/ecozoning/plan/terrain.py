"""The packaged elevation grid of a county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.crs import CGCS2000
from ecozoning.errors import NoDataError
from ecozoning.io.packaged import data_dir
from ecozoning.io.rasters import open_raster

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

__all__ = ["dem_file", "packaged_dem"]


def dem_file(slug: str) -> Path:
    """Return where the elevation grid of a county lies, or would lie."""
    return data_dir() / "terrain" / f"{slug}_dem_30s.tif"


def packaged_dem(slug: str) -> xr.DataArray:
    """Return the elevation grid of a county in the CRS of its layers."""
    file = dem_file(slug)
    if not file.is_file():
        msg = f"no elevation grid of {slug!r} is packaged; take a `dem` of your own."
        raise NoDataError(msg)
    dem = open_raster(file)
    dem.attrs = {"long_name": "elevation", "units": "m"}
    placed: xr.DataArray = dem.rename("dem").rio.write_crs(CGCS2000)
    return placed
