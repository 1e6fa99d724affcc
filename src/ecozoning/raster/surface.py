"""A raster of elevations taken apart: values, cell centres, cell sizes in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Geod, Transformer

from ecozoning._kernels.earth import HIGHEST_M, LOWEST_M
from ecozoning._validation import check_lonlat_domain
from ecozoning._validation.rasters import (
    check_metric,
    check_raster,
    even_axis,
    raster_crs,
    stated_transform,
)
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.grid import RasterGrid

if TYPE_CHECKING:
    from typing import TypeAlias

    import xarray as xr
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Surface", "read_surface"]

_LEAST_CELLS: Final = 3
"""Of each, to have a slope."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Elevations with north up and west left, NaN where there are none."""

    height: Floats
    x: Floats
    y: Floats
    crs: CRS
    template: xr.DataArray

    @property
    def step(self) -> tuple[float, float]:
        """Return the width and height of a cell in units of the CRS, both positive."""
        width = (self.x[-1] - self.x[0]) / (self.x.size - 1)
        return float(width), float((self.y[0] - self.y[-1]) / (self.y.size - 1))

    def corners(self, columns_rows: NDArray[np.intp]) -> Floats:
        """Return the corners of cells in the CRS, counted from the upper left one."""
        width, height = self.step
        left, top = self.x[0] - width / 2, self.y[0] + height / 2
        return np.asarray((left, top) + columns_rows * (width, -height))

    @property
    def grid(self) -> RasterGrid:
        """The grid, north up and west left."""
        width, height = self.step
        x, y = float(self.x[0]), float(self.y[0])
        return RasterGrid(self.crs, self.y.size, self.x.size, x, y, width, -height)

    def cell_lengths(self) -> Floats:
        """Return per row the width and the height of its cells in metres, (rows, 2)."""
        return self.grid.cell_lengths_m()

    def cell_areas_km2(self) -> Floats:
        """Return the area of every cell in km2; degrees are taken on the ellipsoid."""
        rows = self.grid.cell_areas_m2() / 1e6
        return np.repeat(rows[:, None], self.x.size, axis=1)

    def to_raster(self, values: NDArray[np.generic], **attrs: str) -> xr.DataArray:
        """Return an array of the surface as a raster on the grid of the user."""
        flip = self.flips(self.template)
        raster = self.template.copy(data=values[flip])
        raster.attrs = dict(attrs)
        raster.encoding = {}
        return raster.rio.write_crs(self.crs)  # type: ignore[no-any-return]

    @staticmethod
    def flips(dem: xr.DataArray) -> tuple[slice, slice]:
        """Return the slices that put north up and west left, or back again."""
        south_up = bool(dem["y"][0] < dem["y"][-1])
        east_left = bool(dem["x"][0] > dem["x"][-1])
        return slice(None, None, -1 if south_up else 1), slice(
            None, None, -1 if east_left else 1
        )

    def cells(self, xy: Floats) -> NDArray[np.intp]:
        """Return the flat index of the cell under each point, -1 where none is."""
        width, height = self.step
        column = np.floor((xy[:, 0] - self.x[0]) / width + 0.5)
        row = np.floor((self.y[0] - xy[:, 1]) / height + 0.5)
        inside = (column >= 0) & (column < self.x.size)
        inside &= (row >= 0) & (row < self.y.size)
        flat = np.where(inside, row * self.x.size + column, 0).astype(np.intp)
        inside &= np.isfinite(self.height.ravel()[flat])
        return np.where(inside, flat, -1)

    def centres(self, flat: NDArray[np.intp]) -> Floats:
        """Return the centres of cells in the CRS of the surface, (n, 2)."""
        row, column = np.divmod(flat, self.x.size)
        return np.column_stack([self.x[column], self.y[row]])

    def length_km(self, xy: Floats) -> float:
        """Return the geodesic length of a line in the CRS of the surface."""
        if not self.crs.is_geographic:
            xy = np.column_stack(self._degrees().transform(*xy.T))
        return float(_geod(self.crs).line_length(*xy.T)) / 1000

    def from_degrees(self, lon: float, lat: float) -> tuple[float, float]:
        """Return longitude and latitude in the CRS of the surface, on its own datum."""
        check_lonlat_domain(np.array([lon]), np.array([lat]), name="lon, lat")
        if self.crs.is_geographic:
            return float(lon), float(lat)
        x, y = self._degrees().transform(lon, lat, direction="INVERSE")
        return float(x), float(y)

    def _degrees(self) -> Transformer:
        return Transformer.from_crs(self.crs, self.crs.geodetic_crs, always_xy=True)


def read_surface(dem: xr.DataArray, nodata: float | None) -> Surface:
    """Return a raster of elevations checked, in memory, north up and west left."""
    check_raster(dem, name="dem", least_cells=_LEAST_CELLS)
    crs = raster_crs(dem, "dem")
    stated_transform(dem, "dem")  # refuses a turned one
    steps = even_axis(dem, "x", None, "dem")[1], even_axis(dem, "y", None, "dem")[1]
    check_metric(dem, crs, steps, "dem")
    template = dem.drop_vars(set(dem.coords) - {"x", "y"})
    flips = Surface.flips(dem)
    height = _heights(dem, nodata)[flips]
    x, y = (dem[axis].to_numpy().astype(np.float64) for axis in ("x", "y"))
    if crs.is_geographic:
        check_lonlat_domain(x, y, name="dem")
    return Surface(height, x[flips[1]], y[flips[0]], crs, template)


def _heights(dem: xr.DataArray, nodata: float | None) -> Floats:
    """Return the elevations in memory with NaN for nodata."""
    height = dem.to_numpy().astype(np.float64)
    missing = dem.rio.nodata if nodata is None else nodata
    if missing is not None:
        height[height == missing] = np.nan
    if np.isnan(height).all():
        msg = "`dem` has no elevations, all cells are nodata; see what clipped it."
        raise NoDataError(msg)
    _check_domain(height)
    return height


def _check_domain(height: Floats) -> None:
    """Refuse infinite values, and a nodata value that nobody declared."""
    if np.isinf(height).any():
        msg = (
            f"`dem` has {int(np.isinf(height).sum())} infinite values; make them "
            "nodata with `dem.where(numpy.isfinite(dem))`."
        )
        raise ParameterError(msg)
    low, high = float(np.nanmin(height)), float(np.nanmax(height))
    if low < LOWEST_M or high > HIGHEST_M:
        msg = (
            f"`dem` goes from {low:g} to {high:g}, but elevations on Earth lie between "
            f"{LOWEST_M:g} and {HIGHEST_M:g} m; if one of these is the nodata value, "
            "say so with `nodata=`."
        )
        raise ParameterError(msg)


def _geod(crs: CRS) -> Geod:
    return crs.get_geod() or Geod(ellps="GRS80")
