"""One raster brought to the grid of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import numpy as np
from pyproj import CRS

from ecozoning._apply import thread_count
from ecozoning._validation import check_transformable
from ecozoning._validation.grids import RasterGrid, grid_of
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray
    from rasterio.transform import Affine

    Array = NDArray[Any]

__all__ = ["align_to"]

Resampling: TypeAlias = Literal[
    "nearest",
    "mode",
    "min",
    "max",
    "bilinear",
    "cubic",
    "cubic_spline",
    "lanczos",
    "average",
    "med",
    "q1",
    "q3",
    "sum",
    "rms",
]
METHODS: Final = get_args(Resampling)
KEEPS_VALUES: Final = METHODS[:4]
"""Methods that return values that were there; the others make new ones."""
KEPT: Final = ("long_name", "units", "scale_factor", "add_offset")
FLAGS: Final = ("flag_values", "flag_meanings")


def align_to(
    raster: xr.DataArray, like: xr.DataArray, *, resampling: Resampling
) -> xr.DataArray:
    """
    Return a raster on the grid of another.

    Parameters
    ----------
    raster : xarray.DataArray, dims (y, x)
        In any CRS that can be brought to that of `like`. Loaded if it is lazy.
    like : xarray.DataArray, dims (y, x)
        Its grid is taken; its values are not looked at.
    resampling : str
        ``"nearest"``, ``"mode"``, ``"min"`` or ``"max"`` for classes and other whole
        numbers; for quantities also ``"bilinear"``, ``"cubic"``, ``"cubic_spline"``,
        ``"lanczos"``, ``"average"``, ``"med"``, ``"q1"``, ``"q3"``, ``"sum"`` and
        ``"rms"``. To larger cells take ``"average"`` or ``"mode"``.

    Returns
    -------
    xarray.DataArray, dims (y, x), dtype of `raster`
        With the coordinates of `like`, in memory. Nodata where `raster` has none: NaN,
        or the nodata value of whole numbers.

    Raises
    ------
    ParameterError
        If the method is not known, or would make new values out of classes; if a grid
        is not sound; if there are infinite values; if whole numbers without a nodata
        value do not cover `like`.
    MissingCRSError, CRSMismatchError
        If a CRS is missing, or the shift between two datums is not known.
    NoDataError
        If `raster` has no value within `like`.

    Notes
    -----
    GDAL's warper, with every cell transformed on its own, not interpolated. Memory:
    both rasters.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> fine = {"y": [45.0, 15], "x": [15.0, 45, 75, 105]}
    >>> dem = xr.DataArray([[1.0, 3, 5, 7], [1, 3, 5, 7]], fine, ("y", "x"))
    >>> coarse = {"y": [30.0], "x": [30.0, 90]}
    >>> like = xr.DataArray(np.ones((1, 2)), coarse, ("y", "x"))
    >>> like = like.rio.write_transform().rio.write_crs(4547)
    >>> like.spatial_ref.attrs["GeoTransform"] = "0 60 0 60 0 -60"
    >>> align_to(dem.rio.write_crs(4547), like, resampling="average").to_numpy()
    array([[2., 6.]])
    """
    if resampling not in METHODS:
        msg = f"`resampling` is {resampling!r}, but one of {METHODS} is needed."
        raise ParameterError(msg)
    source, target = grid_of(raster, name="raster"), grid_of(like, name="like")
    _refuse_new_classes(raster, resampling)
    nodata = nodata_of(raster)
    values = _values(raster, nodata)
    if source.difference(target):
        values = _warped(values, source, target, nodata=nodata, method=resampling)
    return _on_grid(values, raster, like)


def _refuse_new_classes(raster: xr.DataArray, resampling: str) -> None:
    """Insist that classes are not averaged."""
    whole = raster.dtype.kind in "iu" or "flag_values" in raster.attrs
    if whole and resampling not in KEEPS_VALUES:
        msg = (
            f"`resampling` is {resampling!r}, which makes values that are no classes, "
            f"but `raster` holds {raster.dtype}; use one of {KEEPS_VALUES}, or if "
            "these are quantities, `raster.astype('float32')`."
        )
        raise ParameterError(msg)


def _values(raster: xr.DataArray, nodata: float) -> Array:
    """Return a copy of all cells, of quantities with NaN for nodata."""
    values = np.array(raster.to_numpy(), dtype=raster.dtype.newbyteorder("="))
    if values.dtype.kind == "f":
        values[values == nodata] = np.nan
        if np.isinf(values).any():
            msg = (
                "`raster` has infinite values; make them nodata with "
                "`raster.where(numpy.isfinite(raster))`."
            )
            raise ParameterError(msg)
    if not _valid(values, nodata).any():
        msg = "`raster` has no cell with a value, all are nodata; see what cut it."
        raise NoDataError(msg)
    return values


def _valid(values: Array, nodata: float) -> NDArray[np.bool_]:
    """Tell which cells have a value."""
    return np.asarray(
        values == values if values.dtype.kind == "f" else values != nodata
    )


def _warped(
    values: Array, source: RasterGrid, target: RasterGrid, *, nodata: float, method: str
) -> Array:
    """Return values on another grid, insisting that some are there."""
    from rasterio.warp import Resampling as Kind
    from rasterio.warp import reproject

    whole = values.dtype.kind != "f"
    fill = nodata if whole else np.nan
    frame = _frame(source, target)
    found = np.empty((target.rows, target.columns), values.dtype)
    reproject(
        values[:: _north_up(source)],
        found,
        src_nodata=None if whole and fill != fill else fill,
        dst_nodata=0 if fill != fill and whole else fill,
        resampling=Kind[method],
        **frame,
    )
    covered = _valid(found, nodata)
    if whole and fill != fill:
        covered = np.zeros(found.shape, np.uint8)
        reproject(np.ones(values.shape, np.uint8), covered, **frame)
    if not covered.any():
        msg = (
            "`raster` has no value within `like`, where one is needed:\n"
            f"  raster: {source.describe()}\n  like: {target.describe()}"
        )
        raise NoDataError(msg)
    if whole and fill != fill and not covered.all():
        msg = (
            "`raster` does not cover `like` and has no nodata value for the rest; "
            "state one with `raster.rio.write_nodata(...)`."
        )
        raise ParameterError(msg)
    return found[:: _north_up(target)]


def _frame(source: RasterGrid, target: RasterGrid) -> dict[str, Any]:
    """Return grids, CRS and settings as the warper takes them."""
    crs = _bridged(source.crs, target.crs)
    return {
        "src_transform": _transform(source, "raster"),
        "src_crs": crs[0].to_wkt(),
        "dst_transform": _transform(target, "like"),
        "dst_crs": crs[1].to_wkt(),
        "num_threads": thread_count(),
        "tolerance": 0.0,
    }


def _bridged(source: CRS, target: CRS) -> tuple[CRS, CRS]:
    """
    Return two CRS between which GDAL takes all the shift there is.

    It honours the ``+towgs84`` of one side on the way to WGS 84 and drops it on the way
    to CGCS2000, so the other side is put on WGS 84: they differ by centimetres.
    """
    if source.equals(target, ignore_axis_order=True):
        return source, source
    check_transformable(source, name="raster")
    check_transformable(target, name="like")
    if source.is_bound == target.is_bound:
        return source, target
    if source.is_bound:
        return source, _on_wgs84(target)
    return _on_wgs84(source), target


def _on_wgs84(crs: CRS) -> CRS:
    """Return a CRS with its datum replaced by WGS 84."""
    degrees = CRS.from_epsg(4326)
    if crs.is_geographic:
        return degrees
    parts = crs.to_json_dict()
    parts["base_crs"] = degrees.to_json_dict()
    parts.pop("id", None)
    return CRS.from_json_dict(parts)


def _north_up(grid: RasterGrid) -> int:
    """Return the step through rows that puts north up."""
    return -1 if grid.dy > 0 else 1


def _transform(grid: RasterGrid, name: str) -> Affine:
    """Return the transform of a grid with north up."""
    from rasterio.transform import Affine

    if not np.isfinite((grid.dx, grid.dy)).all():
        msg = (
            f"`{name}` is one cell wide or high, and nobody says how large it is; "
            f"state it with `{name}.rio.write_transform(...)`."
        )
        raise ParameterError(msg)
    top = max(grid.y, grid.y + (grid.rows - 1) * grid.dy) + abs(grid.dy) / 2
    return Affine(grid.dx, 0, grid.x - grid.dx / 2, 0, -abs(grid.dy), top)


def _on_grid(values: Array, raster: xr.DataArray, like: xr.DataArray) -> xr.DataArray:
    """Return values with the coordinates of a grid and what is known of them."""
    import xarray as xr

    kept = KEPT if values.dtype.kind == "f" else (*KEPT, *FLAGS)
    attrs = {key: raster.attrs[key] for key in kept if key in raster.attrs}
    nodata = nodata_of(raster)
    if values.dtype.kind != "f" and nodata == nodata:
        attrs["_FillValue"] = values.dtype.type(nodata)
    mapping = like.rio.grid_mapping
    coords = {
        key: like.coords[key] for key in ("y", "x", mapping) if key in like.coords
    }
    return xr.DataArray(values, coords, ("y", "x"), name=raster.name, attrs=attrs)
