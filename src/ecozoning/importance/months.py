"""Stacks of the twelve months of a year: whether they are, and what they may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.stacks import check_stack, first_layer
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    Bounds = tuple[float, float, float]

__all__ = ["FASTEST_M_S", "bounds_by_name", "check_months", "judge_of_months"]

FASTEST_M_S: Final = 115.0
RANGES: Final = {
    "wind_speed": (0.0, FASTEST_M_S, "m/s"),
    "temperature": (-60.0, 60.0, "degrees Celsius"),
    "relative_humidity": (0.0, 1.0, "as a fraction, not in per cent"),
    "precipitation": (0.0, 10_000.0, "mm a month"),
    "rain_days": (0.0, 31.0, "days a month"),
    "evapotranspiration": (0.0, 1000.0, "mm a month"),
    "snow_share": (0.0, 1.0, "as a fraction, not in per cent"),
    "elevation": (-500.0, 9000.0, "m"),
}
"""What each can be on Earth."""
YEAR: Final = 12


def check_months(stacks: Mapping[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """Return stacks of one grid with their layers from January to December."""
    for name, stack in stacks.items():
        check_stack(stack, name=name)
    check_same_grid(**{name: first_layer(stack) for name, stack in stacks.items()})
    return {name: _ordered(stack, name) for name, stack in stacks.items()}


def bounds_by_name(rasters: Mapping[str, xr.DataArray]) -> tuple[Bounds, ...]:
    """Return least and greatest sound value, and nodata, of each raster."""
    return tuple((*RANGES[name][:2], nodata_of(one)) for name, one in rasters.items())


def judge_of_months(
    names: Sequence[str], *, whole: bool, gaps: str = ""
) -> Callable[[NDArray[np.int64]], None]:
    """
    Return a judge of faults: valid cells, cells with gaps of `gaps`, values beyond.

    Without `gaps` the second is left out.
    """

    def judge(faults: NDArray[np.int64]) -> None:
        valid, *others = faults.tolist()
        if gaps and others.pop(0):
            msg = (
                f"`{gaps}` has cells with a value in some layers and not in others; "
                "fill the gaps first, or make these cells nodata in all layers."
            )
            raise ParameterError(msg)
        for name, beyond in zip(names, others, strict=True):
            if beyond:
                low, high, unit = RANGES[name]
                msg = (
                    f"`{name}` has {beyond} values outside {low:g} to {high:g}; give "
                    f"{unit}, and name the nodata value with "
                    f"`{name}.rio.write_nodata(...)`."
                )
                raise ParameterError(msg)
        if whole and not valid:
            told = " and ".join(f"`{name}`" for name in names)
            msg = f"{told} have no cell with a value in common; see what cut them."
            raise NoDataError(msg)

    return judge


def _ordered(stack: xr.DataArray, name: str) -> xr.DataArray:
    """Return a stack from January to December, insisting on each month once."""
    times = stack["time"].to_numpy() if "time" in stack.coords else np.empty(0)
    months = stack["time"].dt.month.to_numpy() if times.dtype.kind == "M" else times
    if sorted(months.tolist()) != list(range(1, YEAR + 1)):
        msg = (
            f"`{name}` has the months {months.tolist()[:15]}, but each of 1 to 12 is "
            f"needed once; use `{name}.groupby('time.month').mean()"
            ".rename(month='time')`."
        )
        raise ParameterError(msg)
    order = np.argsort(months)
    return stack if (np.diff(order) == 1).all() else stack.isel(time=order)
