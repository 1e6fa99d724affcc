"""Levels cleaned up: a majority filter, then small patches given to what is around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.majority import majority
from ecozoning._kernels.specks import without_specks
from ecozoning._optional import import_optional
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.grid import grid_of
from ecozoning.raster.values import grid_coords, is_lazy, nodata_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

__all__ = ["clean_up"]

MOST = 254
M2_PER_KM2 = 1e6


def clean_up(
    level: xr.DataArray, *, window_cells: int = 3, minimum_patch_km2: float = 0.0
) -> xr.DataArray:
    """
    Return levels without lone cells and small patches.

    First a cell takes the most frequent class of the window around it; it keeps its own
    if none is more frequent, and the highest of others that tie. Then patches, cells of
    one class that touch along edges or at corners, that are smaller than the minimum go
    to the class that touches them most, the smallest patch first.

    Parameters
    ----------
    level : xarray.DataArray, dims (y, x), uint8
        Classes of 0 to 254, with their nodata value declared, as the functions of this
        package return them.
    window_cells : int, default 3
        Side of the window, odd; 1 for no filter.
    minimum_patch_km2 : float, default 0
        Least area of a patch, 0 for any. The guides give no number: 1 is in use for
        provinces, 0.05 to 0.1 for counties: table ``minimum_patch`` of ``dual2020``.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        The same classes with the same words. Nodata stays nodata. Lazy if `level` is;
        with a minimum patch all of it is then computed in one piece.

    Raises
    ------
    ParameterError
        If `level` is of another type or has no nodata value, the window is even or the
        minimum below 0.
    MissingCRSError, CRSMismatchError
        If `level` has no CRS; for a minimum, if it is in feet or another unit.
    NoDataError
        If no cell has a class; of a lazy raster this is not asked.

    Notes
    -----
    Finding patches takes about 20 bytes per cell. Areas are those of `cell_area`.

    Examples
    --------
    A lone cell of 900 m2 goes to what surrounds it.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30, 0], "x": [0.0, 30, 60]}
    >>> values = np.array([[1, 1, 1], [1, 3, 1], [1, 1, 1]], np.uint8)
    >>> level = xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)
    >>> level = level.rio.write_nodata(255)
    >>> clean_up(level, window_cells=1, minimum_patch_km2=0.001).to_numpy()
    array([[1, 1, 1],
           [1, 1, 1],
           [1, 1, 1]], dtype=uint8)
    """
    _check(window_cells, minimum_patch_km2)
    grid = grid_of(level, name="level", metric=minimum_patch_km2 > 0)
    nodata = _nodata(level)
    data = level.data
    if window_cells > 1:
        half = window_cells // 2
        values = np.array([k for k in range(256) if k != nodata], np.uint8)
        data = apply(
            _filtered,
            [data],
            dtype=np.uint8,
            halo=half,
            parameters=(half, values, nodata),
        )
    if minimum_patch_km2 > 0:
        least = minimum_patch_km2 * M2_PER_KM2
        areas = grid.cell_areas_m2()
        data = _whole(without_specks, data, nodata, areas, least)
    if not is_lazy([level]) and (level.data == nodata).all():
        msg = "`level` has no cell with a class, all are nodata; see what cut it."
        raise NoDataError(msg)
    return _like(level, data, window_cells, minimum_patch_km2)


def _filtered(
    classes: Bytes,
    out: Bytes,
    first: int,
    last: int,
    half: int,
    values: Bytes,
    nodata: int,
) -> tuple[int, int]:
    """Run the filter for the classes that occur."""
    near = classes[max(0, first - half) : last + half]
    there = np.flatnonzero(np.bincount(near.ravel(), minlength=256))
    found = values[np.isin(values, there)]
    faults: tuple[int, int] = majority(classes, out, first, last, half, found, nodata)
    return faults


def _whole(
    function: Callable[..., Bytes],
    data: Any,  # noqa: ANN401 -- a NumPy or a Dask array
    *parameters: Any,  # noqa: ANN401 -- the function's
) -> Any:  # noqa: ANN401 -- the type of array that was given
    """Run what has to see all of an array; a lazy one becomes one lazy block."""
    if isinstance(data, np.ndarray):
        return function(data, *parameters)
    delayed = import_optional("dask", extra="dask").delayed
    da: Any = import_optional("dask.array", extra="dask")
    return da.from_delayed(delayed(function)(data, *parameters), data.shape, data.dtype)


def _like(
    level: xr.DataArray,
    data: Any,  # noqa: ANN401 -- a NumPy or a Dask array
    window: int,
    least: float,
) -> xr.DataArray:
    """Return cleaned classes with the words they had, and how they were cleaned."""
    import xarray as xr

    kept = ("long_name", "flag_values", "flag_meanings", "labels_zh", "ruleset")
    attrs = {key: level.attrs[key] for key in kept if key in level.attrs}
    attrs["_FillValue"] = np.uint8(_nodata(level))
    attrs["method"] = f"majority of {window} cells, patches from {least:g} km2"
    return xr.DataArray(data, grid_coords(level), ("y", "x"), level.name, attrs)


def _nodata(level: xr.DataArray) -> int:
    """Return the nodata value of classes of one byte, insisting that there is one."""
    nodata = nodata_of(level)
    if level.dtype != np.uint8 or nodata != nodata:
        msg = (
            f"`level` is of type {level.dtype} with nodata {nodata}, but uint8 with a "
            "declared value is needed: "
            "`level.fillna(255).astype('uint8').rio.write_nodata(255)`."
        )
        raise ParameterError(msg)
    return int(nodata)


def _check(window_cells: object, minimum_patch_km2: object) -> None:
    """Insist on an odd window and on an area."""
    whole = isinstance(window_cells, int | np.integer) and not isinstance(
        window_cells, bool
    )
    if not whole or window_cells < 1 or window_cells % 2 == 0:  # type: ignore[operator]
        msg = (
            f"`window_cells` is {window_cells!r}, but an odd number is needed, e.g. 3."
        )
        raise ParameterError(msg)
    number = isinstance(minimum_patch_km2, int | float | np.number)
    if not number or not 0 <= float(minimum_patch_km2) < np.inf:  # type: ignore[arg-type]
        msg = f"`minimum_patch_km2` is {minimum_patch_km2!r}, but 0 or more is needed."
        raise ParameterError(msg)
