"""A raster of elevations taken apart: values, cell centres, cell sizes in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS, Geod, Transformer

from ecozoning._kernels.earth import HIGHEST_M, LOWEST_M
from ecozoning._kernels.ellipsoid import survey_strips
from ecozoning._validation import check_lonlat_domain
from ecozoning.errors import (
    CRSMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)

if TYPE_CHECKING:
    from typing import TypeAlias

    import xarray as xr
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Surface", "read_surface"]

_LEAST_CELLS: Final = 3
_DRIFT: Final = 0.01  # of a cell: what coordinates written in float32 are off by
_FEET: Final = frozenset({"ft", "foot", "feet", "us-ft", "us_ft", "us survey foot"})


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

    def cell_lengths(self) -> Floats:
        """Return per row the width and the height of its cells in metres, (rows, 2)."""
        width, height = self.step
        if not self.crs.is_geographic:
            return np.full((self.y.size, 2), (width, height))
        geod = _geod(self.crs)
        origin, across = np.zeros_like(self.y), np.full_like(self.y, width)
        lower, upper = _within_poles(self.y - height / 2, self.y + height / 2)
        wide = geod.inv(origin, self.y, across, self.y)[2]
        high = geod.inv(origin, lower, origin, upper)[2]
        # To the millimetre, so that the same terrain elsewhere breaks ties alike.
        return np.column_stack([wide, high]).round(3)

    def cell_areas_km2(self) -> Floats:
        """Return the area of every cell in km2; degrees are taken on the ellipsoid."""
        width, height = self.step
        if self.crs.is_geographic:
            edges = np.append(self.y + height / 2, self.y[-1] - height / 2)
            lat = np.repeat(np.clip(edges, -90.0, 90.0), 2)
            strips = survey_strips(np.tile([0.0, width], edges.size), lat)[::2]
            rows = -np.diff(strips)
        else:
            rows = np.full(self.y.size, width * height)
        return np.repeat(rows[:, None] / 1e6, self.x.size, axis=1)

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
    import rioxarray  # noqa: F401 -- registers the accessor that knows the CRS

    _check_shape(dem)
    crs = _check_crs(dem)
    _check_axes(dem)
    template = dem.drop_vars(set(dem.coords) - {"x", "y"})
    flips = Surface.flips(dem)
    height = _heights(dem, nodata)[flips]
    x, y = (dem[axis].to_numpy().astype(np.float64) for axis in ("x", "y"))
    if crs.is_geographic:
        check_lonlat_domain(x, y, name="dem")
    return Surface(height, x[flips[1]], y[flips[0]], crs, template)


def _check_shape(dem: object) -> None:
    """Insist on a raster of at least three cells by three with dims (y, x)."""
    import xarray as xr

    if not isinstance(dem, xr.DataArray):
        msg = (
            f"`dem` is a {type(dem).__name__}, but an xarray.DataArray with dims "
            "(y, x) and a CRS is needed, e.g. `rioxarray.open_rasterio(path).sel("
            "band=1, drop=True)`."
        )
        raise ParameterError(msg)
    if dem.dims != ("y", "x"):
        msg = (
            f"`dem` has dims {dem.dims}, but ('y', 'x') is needed; choose one band "
            "with `dem.isel(band=0, drop=True)` or order them with "
            "`dem.transpose('y', 'x')`."
        )
        raise ParameterError(msg)
    if min(dem.shape) < _LEAST_CELLS:
        msg = (
            f"`dem` has {dem.shape[0]} rows and {dem.shape[1]} columns, but at least "
            f"{_LEAST_CELLS} of each are needed to have a slope; take a wider extract."
        )
        raise ParameterError(msg)


def _check_crs(dem: xr.DataArray) -> CRS:
    """Insist on a CRS in degrees or metres, and on heights that are not in feet."""
    if dem.rio.crs is None:
        msg = (
            "`dem` has no CRS, so cells have no size; set one with "
            "`dem.rio.write_crs('EPSG:4490')` for CGCS2000 degrees."
        )
        raise MissingCRSError(msg)
    crs = CRS.from_user_input(dem.rio.crs)
    units = {axis.unit_name.lower() for axis in crs.axis_info}
    heights = str(dem.attrs.get("units", "m")).strip().lower()
    if heights in _FEET or any("foot" in unit or "feet" in unit for unit in units):
        msg = (
            "`dem` is in feet, but metres are needed; bring heights over with "
            "`(dem * 0.3048).assign_attrs(units='m')` and the grid with "
            "`dem.rio.reproject(...)` to a CRS in metres or degrees."
        )
        raise ParameterError(msg)
    if not (crs.is_geographic or crs.is_projected) or not units <= {"degree", "metre"}:
        msg = (
            f"`dem` is in {crs.name} with units {sorted(units)}, but degrees or metres "
            "are needed; use `dem.rio.reproject(...)`."
        )
        raise CRSMismatchError(msg)
    return crs


def _check_axes(dem: xr.DataArray) -> None:
    """Insist on coordinates with one step each."""
    for axis in ("x", "y"):
        if axis not in dem.coords:
            msg = (
                f"`dem` has no coordinate {axis!r}, but cell centres are needed; write "
                f"them with `dem.assign_coords({axis}=...)`."
            )
            raise ParameterError(msg)
        centres = dem[axis].to_numpy().astype(np.float64)
        even = np.linspace(centres[0], centres[-1], centres.size)
        step = abs(centres[-1] - centres[0]) / (centres.size - 1)
        # Written so that a NaN fails as well, and a step of 0.
        if not (np.abs(centres - even) <= _DRIFT * step).all() or step == 0:
            msg = (
                f"`dem` has uneven steps along {axis!r}, but one cell size is needed; "
                "resample it, e.g. `dem.rio.reproject(dem.rio.crs)`."
            )
            raise ParameterError(msg)


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


def _within_poles(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    return np.maximum(lower, -90.0), np.minimum(upper, 90.0)


def _geod(crs: CRS) -> Geod:
    return crs.get_geod() or Geod(ellps="GRS80")
