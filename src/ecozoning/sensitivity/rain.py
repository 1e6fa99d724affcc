"""Rainfall erosivity R out of records of rain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from ecozoning.errors import ParameterError
from ecozoning.rulesets import load_ruleset
from ecozoning.sensitivity.records import check_record, complete_years

if TYPE_CHECKING:
    from pathlib import Path

    from ecozoning.rulesets import Ruleset

__all__ = ["rainfall_erosivity"]

MODELS: Final = ("daily", "half-month", "monthly")
WARM: Final = (5, 6, 7, 8, 9)


def rainfall_erosivity(
    precipitation: pd.Series | pd.DataFrame,
    *,
    model: Literal["daily", "half-month", "monthly"] = "daily",
    erosive_day_mm: float | None = None,
    ruleset: str | Path | Ruleset = "redline2017",
) -> pd.Series:
    r"""
    Return the mean annual rainfall erosivity, R, of weather stations.

    ``daily``
        :math:`\alpha \sum P_d^{1.7265}` over erosive days, with 0.3937 from May to
        September and 0.3101 in the other months [1]_.
    ``half-month``
        :math:`\lambda \sum P_d^\beta` over erosive days, with
        :math:`\beta = 0.8363 + 18.144 / \bar P_d + 24.455 / \bar P_y` and
        :math:`\lambda = 21.586 \beta^{-7.1891}`, where :math:`\bar P_d` is the mean of
        erosive days and :math:`\bar P_y` their mean sum per year [2]_.
    ``monthly``
        :math:`0.1833 F^{1.9957}`, where F is the mean over years of
        :math:`\sum P_m^2 / \sum P_m` [3]_.

    Parameters
    ----------
    precipitation : pandas.Series or pandas.DataFrame
        Millimetres by date, a column per station: one row per day of whole calendar
        years, or for ``monthly`` one row per month.
    model : {"daily", "half-month", "monthly"}
        See above.
    erosive_day_mm : float, optional
        Rain from which on a day counts, mm, > 0. Left out, the default of table
        ``erosive_rain``, 12 (national water census); 10 is that of the monitoring rules
        of 2018.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the parameters of the models.

    Returns
    -------
    pandas.Series, float64, index the stations
        R in MJ mm/(hm2 h a). `attrs` say units, model, threshold and years.

    Raises
    ------
    ParameterError
        If `precipitation` is no record by date, has missing, negative or infinite
        values, or years that are not whole; if `model` or `erosive_day_mm` is none.
    NoDataError
        If the record is empty.

    Notes
    -----
    R of stations becomes a raster by interpolation, which is left to you.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, factor of rainfall erosivity.
    .. [2] 章文波、谢云、刘宝元 (2002). 利用日雨量计算降雨侵蚀力的方法研究. 地理科学
       22(6), 705-711.
    .. [3] ChinaXiv-201911.00021.

    Examples
    --------
    Twelve months of 50 mm have F = 50, and R = 0.1833 * 50 ** 1.9957.

    >>> import pandas as pd
    >>> months = pd.date_range("2020-01-01", periods=12, freq="MS")
    >>> rain = pd.Series(50.0, months, name="upper town")
    >>> rainfall_erosivity(rain, model="monthly").round(2)
    upper town    450.61
    Name: rainfall_erosivity, dtype: float64
    """
    if model not in MODELS:
        msg = f"`model` is {model!r}, but one of {', '.join(MODELS)} is needed."
        raise ParameterError(msg)
    rules = load_ruleset(ruleset)
    frame = check_record(precipitation, name="precipitation").astype(np.float64)
    years = complete_years(frame, name="precipitation", monthly=model == "monthly")
    least = _threshold(rules, erosive_day_mm)
    erosive = frame.where(frame >= least)
    if model == "daily":
        found = _daily(erosive, years, rules)
    elif model == "half-month":
        found = _half_month(erosive, years, rules)
    else:
        found = _monthly(frame, rules)
    erosivity = found.rename("rainfall_erosivity")
    erosivity.attrs = {"units": "MJ mm/(hm2 h a)", "model": model, "years": years}
    erosivity.attrs["ruleset"] = rules.id
    if model != "monthly":
        erosivity.attrs["erosive_day_mm"] = least
    return erosivity


def _threshold(rules: Ruleset, least: float | None) -> float:
    if least is None:
        return rules["erosive_rain"].value()
    if not 0 < least < np.inf:
        msg = f"`erosive_day_mm` is {least!r}, but millimetres above 0 are needed."
        raise ParameterError(msg)
    return float(least)


def _daily(erosive: pd.DataFrame, years: int, rules: Ruleset) -> pd.Series:
    """Return R by the daily model; days that are not erosive are NaN."""
    table = rules["daily_erosivity"]
    warm = pd.DatetimeIndex(erosive.index).month.isin(WARM)
    alpha = np.where(warm, table.value("warm_season"), table.value("cold_season"))
    return (erosive ** table.value("exponent")).mul(alpha, axis=0).sum() / years


def _half_month(erosive: pd.DataFrame, years: int, rules: Ruleset) -> pd.Series:
    """Return R by the half-month model; stations without an erosive day have 0."""
    value = rules["half_month_erosivity"].value
    beta = (
        value("beta_constant")
        + value("beta_daily") / erosive.mean()
        + value("beta_annual") / (erosive.sum() / years)
    )
    factor = value("lambda_factor") * beta ** value("lambda_exponent")
    return (factor * erosive.pow(beta, axis=1).sum() / years).fillna(0.0)


def _monthly(monthly: pd.DataFrame, rules: Ruleset) -> pd.Series:
    """Return R by the monthly model; a year without rain adds nothing."""
    year = pd.DatetimeIndex(monthly.index).year
    squares = (monthly**2).groupby(year).sum()
    yearly = (squares / monthly.groupby(year).sum()).fillna(0.0)
    table = rules["monthly_erosivity"]
    return table.value("factor") * yearly.mean() ** table.value("exponent")
