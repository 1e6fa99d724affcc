"""Whether a raster can be summed up in units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning._validation.rasters import crs_name
from ecozoning.errors import CRSMismatchError
from ecozoning.raster.grid import grid_of

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr

__all__ = ["check_raster_of_units"]


def check_raster_of_units(
    raster: xr.DataArray, units: gpd.GeoDataFrame, *, name: str
) -> None:
    """Insist on a raster with a sound grid in the CRS of units."""
    grid = grid_of(raster, name=name, metric=True)
    if grid.crs.equals(units.crs, ignore_axis_order=True):
        return
    msg = (
        f"`{name}` is in {crs_name(grid.crs)} but `units` in {crs_name(units.crs)}; "
        f"one CRS is needed: `{name}.rio.reproject(units.crs)`, or "
        f"`units.to_crs({name}.rio.crs)`."
    )
    raise CRSMismatchError(msg)
