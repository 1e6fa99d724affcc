"""Rainfall erosivity of every cell of a stack of rain in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import apply_stack
from ecozoning._kernels.erosivity import (
    beta_of,
    half_month_erosivity,
    monthly_erosivity,
)
from ecozoning._kernels.time_sums import Terms, closed_mean
from ecozoning.errors import ParameterError
from ecozoning.raster.stacks import (
    LEAVE_OUT,
    check_stack,
    dates_of,
    judge_of_gaps,
    layer_of,
    read_again,
    time_sums,
    whole_years,
)
from ecozoning.raster.values import is_lazy

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset

__all__ = ["MOST_RAIN_MM", "beta_terms", "erosivity_of_stack", "season_factors"]

NAME: Final = "precipitation"
MOST_RAIN_MM: Final = {"daily": 2000.0, "half-month": 2000.0, "monthly": 10_000.0}
"""More than ever fell in a day, or in a month; beyond are codes or another unit."""
WARM: Final = (5, 6, 7, 8, 9)


def erosivity_of_stack(
    stack: xr.DataArray, model: str, least: float, rules: Ruleset
) -> tuple[xr.DataArray, int]:
    """Return mean annual R of each cell, and of how many years."""
    check_stack(stack, name=NAME)
    dates = dates_of(stack, name=NAME)
    years = whole_years(dates, name=NAME, mend=LEAVE_OUT, monthly=model == "monthly")
    if stack.dtype.kind == "f":
        least = float(stack.dtype.type(least))  # an edge as cells hold it
    if model == "daily":
        data = _daily(stack, dates, least, years, rules)
    elif model == "half-month":
        data = _half_month(stack, least, years, rules)
    else:
        data = _monthly(stack, dates, rules)
    found = layer_of(
        data[0],
        stack,
        name="rainfall_erosivity",
        units="MJ mm/(hm2 h a)",
        long_name="mean annual rainfall erosivity",
    )
    return found, years


def season_factors(dates: pd.DatetimeIndex, rules: Ruleset) -> NDArray[np.float64]:
    """Return the factor of the daily model for each date, by its season."""
    table = rules["daily_erosivity"]
    warm = dates.month.isin(WARM)
    return np.where(warm, table.value("warm_season"), table.value("cold_season"))


def beta_terms(rules: Ruleset) -> tuple[float, float, float, float]:
    """Return what the exponent of the half-month model consists of, and its limit."""
    value = rules["half_month_erosivity"].value
    return (
        value("beta_constant"),
        value("beta_daily"),
        value("beta_annual"),
        value("beta_largest"),
    )


def _daily(
    stack: xr.DataArray,
    dates: pd.DatetimeIndex,
    least: float,
    years: int,
    rules: Ruleset,
) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    totals = time_sums(
        stack,
        _terms(least, model="daily"),
        name=NAME,
        groups=np.zeros(dates.size, np.int64),
        exponents=rules["daily_erosivity"].value("exponent"),
        weights=season_factors(dates, rules),
    )
    told = (dates.size, float(years))
    return _finished(closed_mean, stack, [totals], told)


def _half_month(stack: xr.DataArray, least: float, years: int, rules: Ruleset) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """Return R; the exponent of a cell comes of a first walk through its days."""
    layers = stack.sizes["time"]
    groups, terms = np.zeros(layers, np.int64), _terms(least, model="half-month")
    rain = time_sums(stack, terms, name=NAME, groups=groups, exponents=1.0)
    beta = apply_stack(
        beta_of,
        [rain],
        layers=1,
        dtype=np.float64,
        parameters=(years, beta_terms(rules)),
        judge=_refuse_dry,
    )
    again = read_again(stack, beta)
    totals = time_sums(again, terms, name=NAME, groups=groups, exponents=beta)
    value = rules["half_month_erosivity"].value
    told = (layers, years, (value("lambda_factor"), value("lambda_exponent")))
    return _finished(half_month_erosivity, stack, [totals, beta], told)


def _monthly(stack: xr.DataArray, dates: pd.DatetimeIndex, rules: Ruleset) -> Any:  # noqa: ANN401
    totals = time_sums(
        stack,
        _terms(0.0, other=1.0, model="monthly"),
        name=NAME,
        groups=np.asarray(dates.year - dates.year.min(), np.int64),
        exponents=2.0,
    )
    table = rules["monthly_erosivity"]
    told = (dates.size, (table.value("factor"), table.value("exponent")))
    return _finished(monthly_erosivity, stack, [totals], told)


def _terms(least: float, *, model: str, other: float = 0.0) -> Terms:
    return Terms(least, other, 1.0, False, MOST_RAIN_MM[model])


def _finished(
    kernel: Callable[..., tuple[int, ...]],
    stack: xr.DataArray,
    sums: list[Any],
    told: tuple[Any, ...],
) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """Return (1, y, x) out of sums over time."""
    judge = judge_of_gaps(NAME, whole=not is_lazy([stack]))
    return apply_stack(kernel, sums, layers=1, parameters=told, judge=judge)


def _refuse_dry(faults: NDArray[np.int64]) -> None:
    if faults[0]:
        msg = (
            f"`{NAME}` has {faults[0]} cells with so little erosive rain that the "
            "half-month model runs away there; use `model='daily'`."
        )
        raise ParameterError(msg)
