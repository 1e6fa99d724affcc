"""Stacks of rasters in time: whether one is sound, of which dates, and their sums."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from ecozoning._apply import apply_stack
from ecozoning._kernels.time_sums import tally
from ecozoning._optional import import_optional
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.grid import grid_of
from ecozoning.raster.values import as_raster, nodata_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ecozoning._kernels.time_sums import Terms

    Floats = NDArray[np.float64]

__all__ = [
    "LEAVE_OUT",
    "check_stack",
    "dates_of",
    "first_layer",
    "judge_of_gaps",
    "layer_of",
    "read_again",
    "time_sums",
    "whole_years",
]

DIMS: Final = ("time", "y", "x")
LEAVE_OUT: Final = "{name}.sel(time={name}.time.dt.year != {year})"
"""How a year is left out of a stack, for `whole_years`."""


def check_stack(stack: object, *, name: str) -> None:
    """Insist on real numbers with dims (time, y, x) on a sound grid."""
    if not isinstance(stack, xr.DataArray) or stack.ndim != len(DIMS):
        dims = f" of dims {stack.dims}" if isinstance(stack, xr.DataArray) else ""
        msg = (
            f"`{name}` is a {type(stack).__name__}{dims}, but an xarray.DataArray with "
            "dims (time, y, x) is needed; put layers together with "
            "`xarray.concat(rasters, pandas.Index(years, name='time'))`."
        )
        raise ParameterError(msg)
    if stack.dims != DIMS:
        odd = next((dim for dim in stack.dims if dim not in DIMS), None)
        rename = "" if odd is None else f".rename({{{odd!r}: 'time'}})"
        msg = (
            f"`{name}` has dims {stack.dims}, but ('time', 'y', 'x') is needed; use "
            f"`{name}{rename}.transpose('time', 'y', 'x')`."
        )
        raise ParameterError(msg)
    if not stack.sizes["time"]:
        msg = f"`{name}` has no layer; see what selected its times."
        raise NoDataError(msg)
    grid_of(first_layer(stack), name=name)


def first_layer(stack: xr.DataArray) -> xr.DataArray:
    """Return the grid of a stack as a raster."""
    return stack.isel(time=0, drop=True)


def layer_of(
    data: Any,  # noqa: ANN401 -- a NumPy or a Dask array
    stack: xr.DataArray,
    *,
    name: str,
    units: str,
    long_name: str,
) -> xr.DataArray:
    """Return a layer of results as a raster on the grid of a stack."""
    return as_raster(
        data, first_layer(stack), name=name, units=units, long_name=long_name
    )


def dates_of(stack: xr.DataArray, *, name: str) -> pd.DatetimeIndex:
    """Return the date of each layer, insisting that each comes once."""
    times = stack["time"].to_numpy() if "time" in stack.coords else np.empty(0)
    if times.dtype.kind != "M":
        held = "no coordinate 'time'" if not times.size else f"times of {times.dtype}"
        msg = (
            f"`{name}` has {held}, but dates are needed; write them with "
            f"`{name}.assign_coords(time=pandas.date_range(...))`."
        )
        raise ParameterError(msg)
    dates = pd.DatetimeIndex(times)
    if dates.has_duplicates or dates.hasnans:
        msg = f"`{name}` has a date twice, or a layer without one; give each date once."
        raise ParameterError(msg)
    return dates


def whole_years(
    dates: pd.DatetimeIndex, *, name: str, mend: str, monthly: bool = False
) -> int:
    """
    Return how many calendar years dates make, insisting that all are whole.

    `mend` is the call that leaves a year out, with ``{name}`` and ``{year}``.
    """
    steps = dates.to_period("M" if monthly else "D")
    years = sorted(set(dates.year))
    for year in years:
        held = steps[steps.year == year]
        whole = 12 if monthly else 365 + pd.Timestamp(year, 1, 1).is_leap_year
        if len(held) != whole or held.has_duplicates:
            unit = "months" if monthly else "days"
            msg = (
                f"`{name}` has {len(held)} {unit} of {year}, but whole years are "
                f"needed, each of the {whole} {unit} once; leave the year out with "
                f"`{mend.format(name=name, year=year)}`."
            )
            raise ParameterError(msg)
    return len(years)


def time_sums(
    stack: xr.DataArray,
    terms: Terms,
    *,
    name: str,
    groups: NDArray[np.int64],
    exponents: Any,  # noqa: ANN401 -- a number, or an array of one per cell
    weights: Floats | None = None,
) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """
    Return how many layers have a value and two sums per group, layers of float64.

    A lazy stack is summed chunk by chunk, so that no more of it is held than its chunks
    are; sums are the same for any chunks, see `tally`.
    """
    data = stack.data
    if isinstance(exponents, int | float):
        exponents = np.full((1, 1, 1), float(exponents))
    heavy = np.ones(groups.size) if weights is None else weights
    ends = [0, groups.size]
    if not isinstance(data, np.ndarray):
        ends = [0, *np.cumsum(data.chunks[0]).tolist()]
    parts = [
        apply_stack(
            tally,
            [data[begin:end], exponents],
            layers=1 + 2 * (int(groups.max(initial=0)) + 1),
            dtype=np.float64,
            parameters=(nodata_of(stack), groups[begin:end], heavy[begin:end], terms),
            judge=_judge_of_values(name, terms.high),
        )
        for begin, end in pairwise(ends)
    ]
    if len(parts) == 1:
        return parts[0]
    da: Any = import_optional("dask.array", extra="dask")
    apart = da.concatenate([part[None] for part in parts])
    return apart.sum(axis=0)  # `+` would be fused into one task, with all chunks in it


def read_again(stack: xr.DataArray, after: Any) -> xr.DataArray:  # noqa: ANN401 -- an array
    """Return a stack whose chunks are read anew, once `after` is there, not kept."""
    if isinstance(stack.data, np.ndarray):
        return stack
    graphs = import_optional("dask.graph_manipulation", extra="dask")
    again: xr.DataArray = stack.copy(data=graphs.bind(stack.data, after))
    return again


def _judge_of_values(name: str, high: float) -> Callable[[NDArray[np.int64]], None]:
    def judge(faults: NDArray[np.int64]) -> None:
        if faults[0]:
            msg = (
                f"`{name}` has {faults[0]} values below 0 or above {high:g}; mend the "
                f"unit, and name the nodata value with `{name}.rio.write_nodata(...)`."
            )
            raise ParameterError(msg)

    return judge


def judge_of_gaps(name: str, *, whole: bool) -> Callable[[NDArray[np.int64]], None]:
    """Return a judge of faults: cells with all layers, and cells with only some."""

    def judge(faults: NDArray[np.int64]) -> None:
        if faults[1]:
            msg = (
                f"`{name}` has {faults[1]} cells with a value in some layers and not "
                f"in others; fill gaps first, e.g. `{name}.fillna(0)` for dry days."
            )
            raise ParameterError(msg)
        if whole and not faults[0]:
            msg = f"`{name}` has no cell with values; see what cut it."
            raise NoDataError(msg)

    return judge
