"""Days on which wind moves sand, out of records of wind."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, overload

import numpy as np
import pandas as pd
import xarray as xr

from ecozoning._apply import apply_stack
from ecozoning._kernels.time_sums import Terms, closed_mean
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.stacks import (
    check_stack,
    dates_of,
    judge_of_gaps,
    layer_of,
    time_sums,
)
from ecozoning.raster.values import is_lazy
from ecozoning.sensitivity.records import check_most, check_record, edges_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["windy_days"]

NAME = "wind_speed"
FASTEST_M_S = 115.0
"""The strongest wind ever recorded at a station is below; more is another unit."""


@overload
def windy_days(
    wind_speed: pd.Series | pd.DataFrame,
    *,
    least_m_s: float = 6.0,
    months: Sequence[int] = (12, 1, 2, 3, 4, 5),
) -> pd.Series: ...
@overload
def windy_days(
    wind_speed: xr.DataArray,
    *,
    least_m_s: float = 6.0,
    months: Sequence[int] = (12, 1, 2, 3, 4, 5),
) -> xr.DataArray: ...
def windy_days(
    wind_speed: pd.Series | pd.DataFrame | xr.DataArray,
    *,
    least_m_s: float = 6.0,
    months: Sequence[int] = (12, 1, 2, 3, 4, 5),
) -> pd.Series | xr.DataArray:
    """
    Return how many days a season has on average with wind that moves sand (起沙风天数).

    Parameters
    ----------
    wind_speed : pandas.Series, pandas.DataFrame or xarray.DataArray
        Daily wind speed in m/s by date, a column per station, one row per day. Or a
        stack, dims (time, y, x), one layer per day with its date, in any CRS, NumPy or
        Dask.
    least_m_s : float, default 6
        Speed from which on wind moves sand, m/s, > 0 [1]_.
    months : sequence of int, default (12, 1, 2, 3, 4, 5)
        Months of winter and spring, in their order; those before the turn of the year
        belong to the season of the next year. That December begins the winter is ours.

    Returns
    -------
    pandas.Series, float64, index the stations
        Mean days per season, of the seasons whose days are all there. `attrs` say
        units, threshold and seasons, by the year in which they end. Of a stack a
        raster, dims (y, x), float32, NaN where no layer has a value; lazy if the stack
        is.

    Raises
    ------
    ParameterError
        If `wind_speed` is no record by date, has missing or negative values, or some
        above 115, as in km/h or tenths; if `least_m_s` or `months` is none.
    MissingCRSError
        If a stack has no CRS.
    NoDataError
        If no season is whole.

    Notes
    -----
    A stack is counted in one pass, a chunk of Dask at a time. Values of a lazy stack
    are judged when computed.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, sensitivity to desertification.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.date_range("2019-12-01", "2020-05-31")
    >>> wind = pd.Series(3.0, days, name="upper town")
    >>> wind.iloc[:12] = 6.0
    >>> windy_days(wind)
    upper town    12.0
    Name: windy_days, dtype: float64
    """
    chosen = _check_months(months)
    if not 0 < least_m_s < np.inf:
        msg = f"`least_m_s` is {least_m_s!r}, but m/s above 0 are needed."
        raise ParameterError(msg)
    found: pd.Series | xr.DataArray
    if isinstance(wind_speed, xr.DataArray):
        found, whole = _of_stack(wind_speed, least_m_s, chosen)
    else:
        found, whole = _of_table(wind_speed, least_m_s, chosen)
        found.attrs = {"units": "d"}
    found.attrs |= {"least_m_s": least_m_s, "seasons": whole}
    return found


def _of_table(
    record: pd.Series | pd.DataFrame, least: float, months: list[int]
) -> tuple[pd.Series, list[int]]:
    """Return windy days of each station, and the seasons they are the mean of."""
    given = check_record(record, name=NAME)
    frame, edges = given.astype(np.float64), edges_of(given, least)
    check_most(frame, FASTEST_M_S, name=NAME, unit="m/s")
    inside = frame[pd.DatetimeIndex(frame.index).month.isin(months)]
    season = _season(pd.DatetimeIndex(inside.index).normalize(), months)
    whole = _whole_seasons(season, months)
    counted = inside.ge(edges, axis=1).groupby(season.to_numpy()).sum().loc[whole]
    return counted.mean().astype(np.float64).rename("windy_days"), whole


def _of_stack(
    stack: xr.DataArray, least: float, months: list[int]
) -> tuple[xr.DataArray, list[int]]:
    """Return windy days of each cell, and the seasons they are the mean of."""
    check_stack(stack, name=NAME)
    dates = dates_of(stack, name=NAME).normalize()
    season = _season(dates, months)
    inside = dates.month.isin(months)
    whole = _whole_seasons(season[inside], months)
    counted = inside & season.isin(whole).to_numpy()
    edge = float(stack.dtype.type(least)) if stack.dtype.kind == "f" else least
    totals = time_sums(
        stack,
        Terms(edge, 0.0, 1.0, False, FASTEST_M_S),
        name=NAME,
        groups=np.where(counted, 0, -1),
        exponents=0.0,
    )
    data = apply_stack(
        closed_mean,
        [totals],
        layers=1,
        parameters=(dates.size, float(len(whole))),
        judge=judge_of_gaps(NAME, whole=not is_lazy([stack])),
    )
    told = "days a season with wind that moves sand"
    return layer_of(data[0], stack, name="windy_days", units="d", long_name=told), whole


def _check_months(months: Sequence[int]) -> list[int]:
    chosen = [int(month) for month in months]
    follow = all(b == a % 12 + 1 for a, b in pairwise(chosen))
    if not chosen or not set(chosen) <= set(range(1, 13)) or not follow:
        msg = f"`months` is {months!r}, but months that follow each other are needed."
        raise ParameterError(msg)
    if len(set(chosen)) < len(chosen):
        msg = f"`months` is {months!r}, but each month can come once."
        raise ParameterError(msg)
    return chosen


def _season(dates: pd.DatetimeIndex, months: list[int]) -> pd.Series:
    """Return the year in which the season of each date ends."""
    early = months[: months.index(12) + 1] if 12 in months[:-1] else []
    return pd.Series(dates.year + dates.month.isin(early), dates)


def _whole_seasons(season: pd.Series, months: list[int]) -> list[int]:
    """Return the seasons of which every day is there."""
    whole = []
    for year, days in season.groupby(season):
        wraps = months[0] > months[-1]
        first = pd.Timestamp(int(str(year)) - wraps, months[0], 1)
        last = pd.Timestamp(int(str(year)), months[-1], 1) + pd.offsets.MonthEnd(0)
        if days.index.is_unique and len(days) == (last - first).days + 1:
            whole.append(int(str(year)))
    if not whole:
        msg = (
            f"`wind_speed` has no season of months {months} with all of its days; give "
            "a longer record, or other `months`."
        )
        raise NoDataError(msg)
    return whole
