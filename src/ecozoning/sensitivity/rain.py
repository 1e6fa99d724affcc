"""Rainfall erosivity R out of records of rain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, overload

import numpy as np
import pandas as pd
import xarray as xr

from ecozoning.errors import ParameterError
from ecozoning.raster.stacks import whole_years
from ecozoning.rulesets import load_ruleset
from ecozoning.sensitivity.grading import rules_used
from ecozoning.sensitivity.rain_stacks import (
    MOST_RAIN_MM,
    beta_terms,
    erosivity_of_stack,
    season_factors,
)
from ecozoning.sensitivity.records import (
    LEAVE_OUT,
    check_most,
    check_record,
    edges_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from ecozoning.rulesets import Ruleset

__all__ = ["rainfall_erosivity"]

Model = Literal["daily", "half-month", "monthly"]
TABLES: Final = {
    "daily": "daily_erosivity",
    "half-month": "half_month_erosivity",
    "monthly": "monthly_erosivity",
}


@overload
def rainfall_erosivity(
    precipitation: pd.Series | pd.DataFrame,
    *,
    model: Model = "daily",
    erosive_day_mm: float | None = None,
    ruleset: str | Path | Ruleset = "redline2017",
) -> pd.Series: ...
@overload
def rainfall_erosivity(
    precipitation: xr.DataArray,
    *,
    model: Model = "daily",
    erosive_day_mm: float | None = None,
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray: ...
def rainfall_erosivity(
    precipitation: pd.Series | pd.DataFrame | xr.DataArray,
    *,
    model: Model = "daily",
    erosive_day_mm: float | None = None,
    ruleset: str | Path | Ruleset = "redline2017",
) -> pd.Series | xr.DataArray:
    r"""
    Return the mean annual rainfall erosivity, R, of weather stations or of cells.

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
    precipitation : pandas.Series, pandas.DataFrame or xarray.DataArray
        Millimetres by date, a column per station: one row per day of whole calendar
        years, or for ``monthly`` one row per month. Or a stack, dims (time, y, x), one
        layer per day or month with its date, in any CRS, NumPy or Dask.
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
        R in MJ mm/(hm2 h a). `attrs` say units, model, threshold and years. Of a stack
        a raster, dims (y, x), float32, NaN where no layer has a value; lazy if the
        stack is.

    Raises
    ------
    ParameterError
        If `precipitation` is no record by date, has missing or negative values, more
        than 2000 mm a day (10 000 a month), or years that are not whole; if a station
        is so dry that :math:`\beta` is above 3 (limit ours), beyond which the
        half-month model runs away; if `model` or `erosive_day_mm` is none.
    MissingCRSError
        If a stack has no CRS.
    NoDataError
        If the record is empty.

    Notes
    -----
    R of stations becomes a raster by interpolation, which is left to you. A stack is
    summed in one pass (two for ``half-month``), a chunk of Dask at a time, and comes
    out the same to the last bit for any chunks. Values of a lazy stack are judged when
    computed.

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
    if model not in TABLES:
        msg = f"`model` is {model!r}, but one of {', '.join(TABLES)} is needed."
        raise ParameterError(msg)
    rules = load_ruleset(ruleset)
    least = _threshold(rules, erosive_day_mm)
    found: pd.Series | xr.DataArray
    if isinstance(precipitation, xr.DataArray):
        found, years = erosivity_of_stack(precipitation, model, least, rules)
    else:
        found, years = _of_table(precipitation, model, least, rules)
        found.attrs = {"units": "MJ mm/(hm2 h a)"}
    found.attrs |= _told(rules, model, least) | {"years": years}
    return found


def _told(rules: Ruleset, model: str, least: float) -> dict[str, Any]:
    """Return what a result says of its model."""
    if model == "monthly":
        return {"model": model} | rules_used(rules, rules.to_frame(TABLES[model]))
    used = rules.to_frame(TABLES[model])
    return {"model": model, "erosive_day_mm": least} | rules_used(rules, used)


def _threshold(rules: Ruleset, least: float | None) -> float:
    if least is None:
        return rules["erosive_rain"].value()
    if not 0 < least < np.inf:
        msg = f"`erosive_day_mm` is {least!r}, but millimetres above 0 are needed."
        raise ParameterError(msg)
    return float(least)


def _of_table(
    record: pd.Series | pd.DataFrame, model: str, least: float, rules: Ruleset
) -> tuple[pd.Series, int]:
    """Return R of each station, and of how many years."""
    name, monthly = "precipitation", model == "monthly"
    given = check_record(record, name=name)
    frame, edges = given.astype(np.float64), edges_of(given, least)
    check_most(frame, MOST_RAIN_MM[model], name=name, unit="mm")
    dates = pd.DatetimeIndex(frame.index)
    years = whole_years(dates, name=name, mend=LEAVE_OUT, monthly=monthly)
    erosive = frame.where(frame.ge(edges, axis=1))
    if model == "daily":
        found = _daily(erosive, years, rules)
    elif model == "half-month":
        found = _half_month(erosive, years, rules)
    else:
        found = _monthly(frame, rules)
    return found.rename("rainfall_erosivity"), years


def _daily(erosive: pd.DataFrame, years: int, rules: Ruleset) -> pd.Series:
    """Return R by the daily model; days that are not erosive are NaN."""
    alpha = season_factors(pd.DatetimeIndex(erosive.index), rules)
    power = erosive ** rules["daily_erosivity"].value("exponent")
    return power.mul(alpha, axis=0).sum() / years


def _half_month(erosive: pd.DataFrame, years: int, rules: Ruleset) -> pd.Series:
    """Return R by the half-month model; stations without an erosive day have 0."""
    value = rules["half_month_erosivity"].value
    constant, daily, annual, largest = beta_terms(rules)
    beta = constant + daily / erosive.mean() + annual / (erosive.sum() / years)
    dry = beta.index[(beta > largest) & np.isfinite(beta)]
    if len(dry):
        msg = (
            f"`precipitation` has so little erosive rain at {list(dry[:5])} that the "
            f"half-month model runs away there (beta {beta[dry[0]]:.1f}, {largest:g} "
            "is the most); use `model='daily'`."
        )
        raise ParameterError(msg)
    factor = value("lambda_factor") * beta ** value("lambda_exponent")
    return (factor * erosive.pow(beta, axis=1).sum() / years).fillna(0.0)


def _monthly(monthly: pd.DataFrame, rules: Ruleset) -> pd.Series:
    """Return R by the monthly model; a year without rain adds nothing."""
    year = pd.DatetimeIndex(monthly.index).year
    squares = (monthly**2).groupby(year).sum()
    yearly = (squares / monthly.groupby(year).sum()).fillna(0.0)
    table = rules["monthly_erosivity"]
    return table.value("factor") * yearly.mean() ** table.value("exponent")
