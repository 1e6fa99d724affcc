"""What goes into kernels out of a raster, and what comes back as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ecozoning.errors import NoDataError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = [
    "as_raster",
    "class_raster",
    "grid_coords",
    "is_lazy",
    "judge_of",
    "nodata_of",
    "reads_around",
]


def nodata_of(raster: xr.DataArray) -> float:
    """Return the value that stands for nodata beside NaN, as cells hold it, or NaN."""
    import rioxarray  # noqa: F401 -- registers the accessor that knows nodata

    nodata = raster.rio.nodata
    if nodata is None or raster.dtype.kind != "f":
        return float("nan") if nodata is None else float(nodata)
    with np.errstate(over="ignore"):  # no float32 cell holds the least float64
        return float(raster.dtype.type(nodata))


def as_raster(
    data: Any,  # noqa: ANN401 -- a NumPy or a Dask array
    like: xr.DataArray,
    *,
    name: str,
    units: str,
    long_name: str,
) -> xr.DataArray:
    """Return an array of quantities as a raster on the grid of another, NaN nodata."""
    attrs = {"long_name": long_name, "units": units}
    return xr.DataArray(data, grid_coords(like), ("y", "x"), name=name, attrs=attrs)


def class_raster(
    data: Any,  # noqa: ANN401 -- a NumPy or a Dask array
    like: xr.DataArray,
    *,
    name: str,
    long_name: str,
    classes: Mapping[int, str],
    nodata: int,
) -> xr.DataArray:
    """Return an array of classes as a raster, with CF flags and an explicit nodata."""
    attrs = {
        "long_name": long_name,
        "flag_values": np.array(list(classes), dtype=data.dtype),
        "flag_meanings": " ".join(word.replace(" ", "_") for word in classes.values()),
        "_FillValue": np.array(nodata, dtype=data.dtype)[()],
    }
    return xr.DataArray(data, grid_coords(like), ("y", "x"), name=name, attrs=attrs)


def grid_coords(like: xr.DataArray) -> dict[str, xr.DataArray]:
    """Return the coordinates that make the grid: cell centres and CRS."""
    mapping = like.rio.grid_mapping
    return {key: like.coords[key] for key in ("y", "x", mapping) if key in like.coords}


def judge_of(*names: str, whole: bool) -> Callable[[NDArray[np.int64]], None]:
    """
    Return a judge of kernels whose faults are (valid cells, infinite cells).

    With `whole` the kernel saw a whole raster, and one without a valid cell is refused;
    a block of a lazy raster may have none.
    """
    told = " and ".join(f"`{name}`" for name in names)
    told += " have" if len(names) > 1 else " has"

    def judge(faults: NDArray[np.int64]) -> None:
        valid, infinite = int(faults[0]), int(faults[1])
        if infinite:
            msg = (
                f"{told} {infinite} infinite values; make them nodata with "
                f"`{names[0]}.where(numpy.isfinite({names[0]}))`."
            )
            raise ParameterError(msg)
        if whole and not valid:
            msg = f"{told} no cell with a value, all are nodata; see what cut it."
            raise NoDataError(msg)

    return judge


def reads_around(cells: int | Callable[..., int]) -> Callable[[Any], Any]:
    """
    Mark a raster function with how many cells around a cell it reads.

    A number, or a function of the same keywords that returns one. What is not marked
    looks at the whole raster and cannot be run strip by strip.
    """

    def mark(function: Any) -> Any:  # noqa: ANN401 -- the same function
        function.halo_cells = cells
        return function

    return mark


def is_lazy(rasters: Sequence[xr.DataArray]) -> bool:
    """Tell whether any raster is held by Dask."""
    return any(not isinstance(raster.data, np.ndarray) for raster in rasters)
