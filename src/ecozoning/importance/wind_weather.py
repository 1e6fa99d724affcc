"""Weather that blows soil away: F_q of the red-line guide, WF of RWEQ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import apply_stack
from ecozoning._kernels.time_sums import Terms
from ecozoning._kernels.wind_erosion import wind_and_drought, wind_and_weather
from ecozoning.errors import ParameterError
from ecozoning.importance.months import (
    FASTEST_M_S,
    bounds_by_name,
    check_months,
    judge_of_months,
)
from ecozoning.raster.checks import check_positive
from ecozoning.raster.factors import cite
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.stacks import (
    LEAVE_OUT,
    check_stack,
    dates_of,
    first_layer,
    layer_of,
    time_sums,
    whole_years,
)
from ecozoning.raster.values import is_lazy
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset, Table

__all__ = ["weather_factor", "wind_climate"]

MONTHLY: Final = (
    "precipitation",
    "rain_days",
    "evapotranspiration",
    "temperature",
    "snow_share",
)
AIR: Final = (
    "density_factor",
    "density_constant",
    "density_linear",
    "density_square",
    "gravity",
)


def wind_climate(
    wind_speed: xr.DataArray,
    *,
    temperature: xr.DataArray,
    relative_humidity: xr.DataArray,
    precipitation: xr.DataArray,
    height_m: float,
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return the climatic factor of wind erosion, F_q, of the red-line guide [1]_.

    .. math::

        F_q = \frac{1}{100} \sum_{i=1}^{12} u^3 \frac{ETP_i - P_i}{ETP_i} d_i, \quad
        ETP_i = 0.19 (20 + T_i)^2 (1 - r_i)

    with wind brought to 2 m by :math:`u_2 = u_1 (2 / z_1)^{1/7}`. Brought to 0 to 1
    with `normalised` it is `wind` of `sand_fixation_npp`.

    Parameters
    ----------
    wind_speed : xarray.DataArray, dims (time, y, x)
        Means of the twelve months over several years, m/s, 0 to 115. The coordinate
        `time` has months from 1 to 12, or dates of each month. In any CRS.
    temperature, relative_humidity, precipitation : xarray.DataArray, dims (time, y, x)
        Of the same months and grid: degrees Celsius; a fraction, 0 to 1; mm.
    height_m : float
        Height above ground at which wind was measured, m, > 0; at most stations 10.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the table ``wind_climate`` (verified in [1]_, not in the guide itself).

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        F_q, >= 0. NaN where a month has no value. Lazy if an input is.

    Raises
    ------
    ParameterError
        If an input is no stack of twelve months, or has values beyond its range, such
        as humidity in per cent; if the height is not above 0.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the stacks are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all; of lazy stacks this is not asked.

    Notes
    -----
    A month in which more falls than evaporates adds nothing, and none below -20 degrees
    does, where the square would rise again (ours). February has 28 days.

    References
    ----------
    .. [1] ChinaXiv-202204.00111, quoting 环办生态〔2017〕48号.

    Examples
    --------
    Twelve months of 5 m/s at 2 m, 0 degrees, half humidity and 19 mm: ETP is 38, half
    of it is left, and 125 * 0.5 * 365 / 100 is 228.125.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"time": range(1, 13), "y": [30.0], "x": [0.0]}
    >>> def year(value):
    ...     stack = xr.DataArray(np.full((12, 1, 1), value), axes, ("time", "y", "x"))
    ...     return stack.rio.write_crs(4547)
    >>> found = wind_climate(
    ...     year(5.0),
    ...     temperature=year(0.0),
    ...     relative_humidity=year(0.5),
    ...     precipitation=year(19.0),
    ...     height_m=2,
    ... )
    >>> found.item()
    228.125
    """
    check_positive("height_m", height_m)
    stacks = {
        "wind_speed": wind_speed,
        "temperature": temperature,
        "relative_humidity": relative_humidity,
        "precipitation": precipitation,
    }
    ordered = check_months(stacks)
    rules = load_ruleset(ruleset)
    value = rules["wind_climate"].value
    terms = (
        value("scale"),
        value("evaporation_factor"),
        value("evaporation_offset"),
        _to_height(rules["wind_climate"], value("height"), height_m),
    )
    data = apply_stack(
        wind_and_drought,
        [stack.data for stack in ordered.values()],
        layers=1,
        parameters=(bounds_by_name(ordered), terms),
        judge=judge_of_months(list(ordered), whole=not is_lazy(list(stacks.values()))),
    )
    made = layer_of(
        data[0],
        wind_speed,
        name="wind_climate",
        units="1",
        long_name="climatic factor of wind erosion, F_q",
    )
    made.attrs["height_m"] = float(height_m)
    return cite(made, rules, "wind_climate")


def weather_factor(
    wind_speed: xr.DataArray,
    months: Mapping[str, xr.DataArray],
    *,
    elevation: xr.DataArray,
    height_m: float,
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return the weather factor of RWEQ, WF, of a year [1]_.

    .. math::

        WF = \sum_{m=1}^{12} \frac{\rho_m}{g} \, SW_m \, SD_m
             \sum_d u_d (u_d - 5)^2, \quad
        SW = \frac{ET_p - P N_r / N_d}{ET_p}

    The inner sum is over days with more than 5 m/s at 2 m, the mean of the years. The
    density of air is :math:`\rho = 348 (1.013 - 0.1183 H + 0.0048 H^2) / T`, H in km
    and T in kelvin; SD is the share of days without snow deeper than 25.4 mm.

    Parameters
    ----------
    wind_speed : xarray.DataArray, dims (time, y, x)
        Daily, m/s, 0 to 115: one layer per day of whole calendar years, with its date.
        In any CRS.
    months : mapping of str to xarray.DataArray, dims (time, y, x)
        Means of the twelve months on the same grid: ``precipitation`` (mm, irrigation
        with it), ``rain_days`` (days with either), ``evapotranspiration`` (potential,
        mm), ``temperature`` (degrees Celsius), ``snow_share`` (share of days with snow
        deeper than 25.4 mm, 0 to 1). The coordinate `time` has months from 1 to 12, or
        dates.
    elevation : xarray.DataArray, dims (y, x)
        Metres above the sea, -500 to 9000.
    height_m : float
        Height above ground at which wind was measured, m, > 0. It is brought to 2 m by
        the power 1/7, as in `wind_climate`.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the tables ``wind_weather`` (from memory, surely) and ``wind_climate``.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        WF in kg/m, as RWEQ writes it, >= 0. NaN where a layer has no value. Lazy if an
        input is.

    Raises
    ------
    ParameterError
        If `wind_speed` has no dates, gaps, or years that are not whole; if another
        input is missing, no stack of twelve months, or beyond its range; if the height
        is not above 0.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the inputs are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all; of lazy inputs this is not asked.

    Notes
    -----
    RWEQ was made from hourly and shorter means of wind. Means of days hide gusts, and
    give less. Where nothing falls SW is 1; where nothing evaporates it is 0. Wind is
    summed in one pass, a chunk of Dask at a time.

    References
    ----------
    .. [1] Fryrear, D.W. et al. (1998). Revised Wind Erosion Equation (RWEQ). Technical
       Bulletin 1, Wind Erosion and Water Conservation Research Unit, USDA-ARS.

    Examples
    --------
    One day of 10 m/s at 2 m in a year carries 10 * 25 = 250. At the sea and 0 degrees
    air has 348 * 1.013 / 273.15 = 1.2906 kg/m3. Without rain and snow WF is
    250 * 1.2906 / 9.8 = 32.92.

    >>> import numpy as np, pandas as pd, rioxarray, xarray as xr
    >>> def stack(values, time):
    ...     axes = {"time": time, "y": [30.0], "x": [0.0]}
    ...     cells = np.reshape(values, (-1, 1, 1))
    ...     return xr.DataArray(cells, axes, ("time", "y", "x")).rio.write_crs(4547)
    >>> days = pd.date_range("2021-01-01", "2021-12-31")
    >>> wind = stack(np.where(days == "2021-04-01", 10.0, 2.0), days)
    >>> names = ("rain_days", "precipitation", "temperature", "snow_share")
    >>> months = {name: stack(np.zeros(12), range(1, 13)) for name in names}
    >>> months["evapotranspiration"] = stack(np.full(12, 80.0), range(1, 13))
    >>> sea = months["snow_share"][0].drop_vars("time")
    >>> found = weather_factor(wind, months, elevation=sea, height_m=2)
    >>> round(found.item(), 2)
    32.92
    """
    check_positive("height_m", height_m)
    others = _checked(wind_speed, months, elevation)
    dates = dates_of(wind_speed, name="wind_speed")
    years = whole_years(dates, name="wind_speed", mend=LEAVE_OUT)
    rules = load_ruleset(ruleset)
    carried = _carried(wind_speed, dates.month.to_numpy(), rules, height_m)
    lazy = is_lazy([wind_speed, *others.values()])
    data = apply_stack(
        wind_and_weather,
        [carried, *(stack.data for stack in others.values())],
        layers=1,
        parameters=(
            bounds_by_name(others),
            dates.size,
            float(years),
            tuple(rules["wind_weather"].value(name) for name in AIR),
        ),
        judge=judge_of_months(list(others), whole=not lazy, gaps="wind_speed"),
    )
    made = layer_of(
        data[0],
        wind_speed,
        name="weather_factor",
        units="kg/m",
        long_name="weather factor, WF of RWEQ",
    )
    made.attrs |= {"height_m": float(height_m), "years": years}
    return cite(made, rules, "wind_weather", "wind_climate")


def _checked(
    wind: xr.DataArray, months: Mapping[str, xr.DataArray], elevation: xr.DataArray
) -> dict[str, xr.DataArray]:
    """Return all inputs but the wind as stacks, insisting that they share its grid."""
    check_stack(wind, name="wind_speed")
    if not isinstance(months, Mapping) or set(months) != set(MONTHLY):
        held = sorted(months) if isinstance(months, Mapping) else months
        msg = f"`months` has {held}, but {', '.join(MONTHLY)} are needed."
        raise ParameterError(msg)
    ordered = check_months({name: months[name] for name in MONTHLY})
    check_same_grid(
        wind_speed=first_layer(wind),
        precipitation=first_layer(ordered["precipitation"]),
        elevation=elevation,
    )
    return {**ordered, "elevation": elevation.expand_dims("time")}


def _carried(
    wind: xr.DataArray, month: NDArray[Any], rules: Ruleset, height: float
) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """Return the sums over time, by month, of what the wind carries."""
    table = rules["wind_weather"]
    to_two_metres = _to_height(rules["wind_climate"], table.value("height"), height)
    return time_sums(
        wind,
        Terms(table.value("threshold"), 0.0, to_two_metres, True, FASTEST_M_S),
        name="wind_speed",
        groups=month.astype(np.int64) - 1,
        exponents=0.0,
    )


def _to_height(table: Table, wanted: float, given: float) -> float:
    """Return by what wind at one height is multiplied to be that at another."""
    return float((wanted / given) ** table.value("height_exponent"))
