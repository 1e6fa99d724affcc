"""Days on which wind moves sand, out of records of wind."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.sensitivity.records import check_record

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["windy_days"]

FASTEST_M_S = 115.0
"""The strongest wind ever recorded at a station is below; more is another unit."""


def windy_days(
    wind_speed: pd.Series | pd.DataFrame,
    *,
    least_m_s: float = 6.0,
    months: Sequence[int] = (12, 1, 2, 3, 4, 5),
) -> pd.Series:
    """
    Return how many days a season has on average with wind that moves sand (起沙风天数).

    Parameters
    ----------
    wind_speed : pandas.Series or pandas.DataFrame
        Daily wind speed in m/s by date, a column per station, one row per day.
    least_m_s : float, default 6
        Speed from which on wind moves sand, m/s, > 0 [1]_.
    months : sequence of int, default (12, 1, 2, 3, 4, 5)
        Months of winter and spring, in their order; those before the turn of the year
        belong to the season of the next year. That December begins the winter is ours.

    Returns
    -------
    pandas.Series, float64, index the stations
        Mean days per season, of the seasons whose days are all there. `attrs` say
        units, threshold and seasons, by the year in which they end.

    Raises
    ------
    ParameterError
        If `wind_speed` is no record by date, has missing or negative values, or some
        above 115, as in km/h or tenths; if `least_m_s` or `months` is none.
    NoDataError
        If no season is whole.

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
    frame = check_record(wind_speed, name="wind_speed").astype(np.float64)
    chosen = _check_months(months)
    if not 0 < least_m_s < np.inf:
        msg = f"`least_m_s` is {least_m_s!r}, but m/s above 0 are needed."
        raise ParameterError(msg)
    highest = float(frame.to_numpy().max())
    if highest > FASTEST_M_S:
        msg = f"`wind_speed` goes up to {highest:g}, but m/s are needed; mend the unit."
        raise ParameterError(msg)
    inside = frame[pd.DatetimeIndex(frame.index).month.isin(chosen)]
    season = _season(pd.DatetimeIndex(inside.index).normalize(), chosen)
    whole = _whole_seasons(season, chosen)
    counted = (inside >= least_m_s).groupby(season.to_numpy()).sum().loc[whole]
    found = counted.mean().astype(np.float64).rename("windy_days")
    found.attrs = {"units": "d", "least_m_s": least_m_s, "seasons": whole}
    return found


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
