"""Whether a raster can be used at all: its array, its CRS, its axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS

from ecozoning.errors import (
    CRSMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "DRIFT",
    "check_metric",
    "check_raster",
    "crs_name",
    "even_axis",
    "raster_crs",
    "stated_transform",
]

DRIFT: Final = 0.01
"""Part of a cell by which grids that are one may be apart."""
ROUNDING: Final = 0.1
"""Part of a cell by which a coordinate may be off, if it is as near as float32 can."""
FEET: Final = frozenset({"ft", "foot", "feet", "us-ft", "us_ft", "us survey foot"})


def check_raster(raster: object, *, name: str, least_cells: int = 1) -> None:
    """Insist on a DataArray of real numbers with dims (y, x) and cells in it."""
    import xarray as xr

    if not isinstance(raster, xr.DataArray):
        msg = (
            f"`{name}` is a {type(raster).__name__}, but an xarray.DataArray with dims "
            "(y, x) and a CRS is needed, e.g. `ecozoning.open_raster(path)`."
        )
        raise ParameterError(msg)
    if raster.dims != ("y", "x"):
        msg = (
            f"`{name}` has dims {raster.dims}, but ('y', 'x') is needed; choose one "
            f"band with `{name}.isel(band=0, drop=True)` or order them with "
            f"`{name}.transpose('y', 'x')`."
        )
        raise ParameterError(msg)
    if raster.dtype.kind not in "iuf":
        msg = (
            f"`{name}` holds {raster.dtype}, but real numbers are needed; use "
            f"`{name}.astype('float32')` if that is what they mean."
        )
        raise ParameterError(msg)
    if 0 in raster.shape:
        msg = (
            f"`{name}` has {raster.shape[0]} rows and {raster.shape[1]} columns, none."
        )
        raise NoDataError(msg)
    if min(raster.shape) < least_cells:
        msg = (
            f"`{name}` has {raster.shape[0]} rows and {raster.shape[1]} columns, but "
            f"at least {least_cells} of each are needed; take a wider extract."
        )
        raise ParameterError(msg)


def raster_crs(raster: xr.DataArray, name: str) -> CRS:
    """Return the CRS of a raster, insisting that it has one."""
    import rioxarray  # noqa: F401 -- registers the accessor that knows the CRS

    if raster.rio.crs is None:
        msg = (
            f"`{name}` has no CRS, so cells have no size and no place; set one with "
            f"`{name}.rio.write_crs('EPSG:4490')` for CGCS2000 degrees."
        )
        raise MissingCRSError(msg)
    return CRS.from_user_input(raster.rio.crs)


def stated_transform(raster: xr.DataArray, name: str) -> list[float] | None:
    """Return the six numbers of a stated GeoTransform, refusing a turned one."""
    reference = raster.coords.get(raster.rio.grid_mapping)
    words = "" if reference is None else str(reference.attrs.get("GeoTransform", ""))
    if not words:
        return None
    numbers = [float(word) for word in words.split()]
    if numbers[2] or numbers[4]:
        msg = (
            f"`{name}` is rotated or sheared (GeoTransform {words}), but rows along "
            f"'x' are needed; use `{name}.rio.reproject({name}.rio.crs)`."
        )
        raise ParameterError(msg)
    return numbers


def even_axis(
    raster: xr.DataArray, axis: str, stated: float | None, name: str
) -> tuple[float, float]:
    """Return first centre and step along an axis of even steps."""
    if axis not in raster.coords:
        msg = (
            f"`{name}` has no coordinate {axis!r}, but cell centres are needed; write "
            f"them with `{name}.assign_coords({axis}=...)`."
        )
        raise ParameterError(msg)
    centres = raster[axis].to_numpy().astype(np.float64)
    if centres.size == 1:
        return float(centres[0]), float("nan") if stated is None else stated
    step = (centres[-1] - centres[0]) / (centres.size - 1)
    even = np.linspace(centres[0], centres[-1], centres.size)
    # Degrees written in float32 are off by more of a small cell.
    rounding = float(np.spacing(np.abs(centres).max().astype(np.float32)))
    allowed = max(DRIFT, min(rounding / abs(step), ROUNDING)) if step else 0.0
    # Written so that a NaN fails as well, and a step of 0.
    if not (np.abs(centres - even) <= allowed * abs(step)).all() or step == 0:
        msg = (
            f"`{name}` has uneven steps along {axis!r}, but one cell size is needed; "
            f"resample it, e.g. `{name}.rio.reproject({name}.rio.crs)`."
        )
        raise ParameterError(msg)
    return float(centres[0]), float(step)


def check_metric(
    raster: xr.DataArray, crs: CRS, steps: tuple[float, float], name: str
) -> None:
    """Insist on cells whose size in metres is known."""
    units = {axis.unit_name.lower() for axis in crs.axis_info}
    heights = str(raster.attrs.get("units", "m")).strip().lower()
    if heights in FEET or any("foot" in unit or "feet" in unit for unit in units):
        msg = (
            f"`{name}` is in feet, but metres are needed; bring heights over with "
            f"`({name} * 0.3048).assign_attrs(units='m')` and the grid with "
            f"`{name}.rio.reproject(...)` to a CRS in metres or degrees."
        )
        raise ParameterError(msg)
    plane = crs.is_geographic or crs.is_projected
    if not plane or not units <= {"degree", "metre"}:
        msg = (
            f"`{name}` is in {crs_name(crs)} with units {sorted(units)}, but "
            f"degrees or metres are needed; use `{name}.rio.reproject(...)`."
        )
        raise CRSMismatchError(msg)
    if not np.isfinite(steps).all():
        msg = (
            f"`{name}` is one cell wide or high, and nobody says how large it is; "
            f"state it with `{name}.rio.write_transform(...)`."
        )
        raise ParameterError(msg)


def crs_name(crs: CRS) -> str:
    """Return the name of a CRS and its code, if it has one."""
    authority = crs.to_authority()
    return crs.name if authority is None else f"{crs.name} ({':'.join(authority)})"
