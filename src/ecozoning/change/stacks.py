"""Times of a stack in years, and how many values its cells must have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning.errors import NoDataError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "check_least",
    "decimal_years",
    "judge_of_stacks",
    "years_of",
]

LAST_YEAR: Final = 9999
"""Numbers beyond it are dates written as numbers, such as 20150701."""


def check_least(
    least: Any,  # noqa: ANN401 -- checked here
    layers: int,
    *,
    least_legal: int,
    name: str,
) -> int:
    """Return the least count of values, insisting that the stack can have as many."""
    whole = isinstance(least, int | np.integer) and not isinstance(least, bool)
    if not whole or least < least_legal:
        msg = (
            f"`least_count` is {least!r}, but a whole number of at least {least_legal} "
            "is needed, e.g. 10."
        )
        raise ParameterError(msg)
    if layers < least:
        msg = (
            f"`{name}` has {layers} layers, but {least} values are needed in a cell; "
            f"add layers, or lower `least_count` (not below {least_legal})."
        )
        raise ParameterError(msg)
    return int(least)


def years_of(stack: xr.DataArray, *, name: str) -> Floats:
    """Return the time of each layer in years, insisting that they ascend."""
    if "time" not in stack.coords:
        msg = (
            f"`{name}` has no coordinate 'time', but a slope per year needs years; "
            f"write them with `{name}.assign_coords(time=[2001, 2002, ...])`."
        )
        raise ParameterError(msg)
    years = decimal_years(stack["time"].to_numpy(), name=f"{name}['time']")
    if not (np.diff(years) > 0).all():
        msg = (
            f"`{name}` has times that do not ascend or occur twice; order them with "
            f"`{name}.sortby('time')`, and average layers of one time with "
            f"`{name}.groupby('time').mean()`."
        )
        raise ParameterError(msg)
    return years


def decimal_years(times: NDArray[Any], *, name: str) -> Floats:
    """Return times as years; the same day of each year is a whole number of them."""
    if times.dtype.kind == "M" and not np.isnat(times).any():
        return _of_dates(times)
    if times.dtype.kind not in "iuf" or not np.isfinite(times).all():
        msg = f"`{name}` holds {times.dtype}, but dates or years are needed, e.g. 2001."
        raise ParameterError(msg)
    if (np.abs(times) > LAST_YEAR).any():
        msg = (
            f"`{name}` goes up to {times.max():.9g}, which is no year; make dates with "
            "`pandas.to_datetime(times.astype(str))`."
        )
        raise ParameterError(msg)
    return times.astype(np.float64)


def _of_dates(times: NDArray[Any]) -> Floats:
    """Return dates as years of twelve equal months."""
    months = times.astype("datetime64[M]")
    day = np.timedelta64(1, "D")
    begin, end = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    part = (times - begin) / day / ((end - begin) / day)
    return np.asarray(1970 + (months.astype(np.int64) + part) / 12, np.float64)


def judge_of_stacks(
    *names: str, least: int, whole: bool
) -> Callable[[NDArray[np.int64]], None]:
    """
    Return a judge of faults (cells with enough values, infinite values per stack).

    With `whole` the kernel saw whole stacks, and those without a cell that has enough
    values are refused; a block of a lazy stack may have none.
    """

    def judge(faults: NDArray[np.int64]) -> None:
        for name, infinite in zip(names, faults[1:].tolist(), strict=True):
            if infinite:
                msg = (
                    f"`{name}` has {infinite} infinite values; make them nodata with "
                    f"`{name}.where(numpy.isfinite({name}))`."
                )
                raise ParameterError(msg)
        if whole and not faults[0]:
            told = " and ".join(f"`{name}`" for name in names)
            msg = (
                f"{told} has no cell with {least} values in time; see what cut it, or "
                "lower `least_count`."
            )
            raise NoDataError(msg)

    return judge
