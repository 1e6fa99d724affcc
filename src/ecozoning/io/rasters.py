"""Reading rasters with their CRS, nodata and metadata intact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rioxarray
import xarray as xr

from ecozoning.errors import InputError, MissingCRSError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_raster"]


def read_raster(path: Path) -> xr.DataArray:
    """Return the first band of a raster file, dims (y, x), in memory."""
    if not path.is_file():
        msg = f"raster {str(path)!r} does not exist."
        raise InputError(msg)
    source = rioxarray.open_rasterio(path)
    if not isinstance(source, xr.DataArray):
        msg = f"{path.name} holds several subdatasets; name one of them."
        raise InputError(msg)
    with source:
        raster = source.isel(band=0, drop=True).load()
    if raster.rio.crs is None:
        msg = f"{path.name} has no CRS; set one with `gdal_edit -a_srs` or in a copy."
        raise MissingCRSError(msg)
    return raster
