"""Erosivity and windy days of stacks: cell by cell what a table of stations gives."""

import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import xarray as xr

from ecozoning.errors import MissingCRSError, NoDataError, ParameterError
from ecozoning.sensitivity import rainfall_erosivity, windy_days

DAYS = pd.date_range("2019-01-01", "2021-12-31")
RNG = np.random.default_rng(9)


def stack_of(values, dates=DAYS):
    values = np.asarray(values)
    rows, columns = values.shape[1:]
    axes = {"time": dates, "y": 30.0 * np.arange(rows)[::-1]}
    axes["x"] = 30.0 * np.arange(columns)
    return xr.DataArray(values, axes, ("time", "y", "x")).rio.write_crs(4547)


def table_of(stack):
    """Return the same record as a table, a station per cell."""
    cells = stack.to_numpy().reshape(stack.sizes["time"], -1)
    return pd.DataFrame(cells, pd.DatetimeIndex(stack["time"]))


RAIN = stack_of(RNG.gamma(0.3, 12.0, (DAYS.size, 3, 4)).astype("float32"))
MONTHLY = RAIN.resample(time="MS").sum()
WIND = stack_of(RNG.weibull(2.0, (DAYS.size, 3, 4)).astype("float32") * 5)


@pytest.mark.parametrize(
    ("model", "stack"), [("daily", RAIN), ("half-month", RAIN), ("monthly", MONTHLY)]
)
def test_erosivity_of_a_cell_is_that_of_a_station(model, stack):
    found = rainfall_erosivity(stack, model=model)
    expected = rainfall_erosivity(table_of(stack), model=model)
    assert found.dtype == "float32"
    assert found.to_numpy().ravel() == pytest.approx(expected.to_numpy(), rel=1e-6)
    assert expected.attrs.items() <= found.attrs.items()


@pytest.mark.parametrize("months", [(12, 1, 2, 3, 4, 5), (3, 4), (11, 12, 1)])
def test_windy_days_of_a_cell_are_those_of_a_station(months):
    found = windy_days(WIND, months=months)
    expected = windy_days(table_of(WIND), months=months)
    assert found.to_numpy().ravel() == pytest.approx(expected.to_numpy(), rel=1e-6)
    assert found.attrs["seasons"] == expected.attrs["seasons"]


# 40 mm in July, 20 mm in October, 11.9 mm that do not count; two years.
def test_erosivity_of_one_cell_by_hand():
    days = pd.date_range("2021-01-01", "2022-12-31")
    rain = np.zeros((days.size, 1, 1))
    for day, amount in {"2021-07-15": 40, "2022-10-01": 20, "2021-08-01": 11.9}.items():
        rain[days.get_loc(day)] = amount
    found = rainfall_erosivity(stack_of(rain, days)).item()
    both = 0.3937 * 40**1.7265 + 0.3101 * 20**1.7265
    assert found == pytest.approx(both / 2, rel=1e-6)


def test_an_edge_is_the_edge_in_single_precision_too():
    days = pd.date_range("2021-01-01", "2021-12-31")
    rain = stack_of(np.full((days.size, 1, 1), 6.1, "float32"), days)
    assert rainfall_erosivity(rain, erosive_day_mm=6.1).item() > 0
    assert windy_days(rain, least_m_s=6.1, months=(1,)).item() == 31


# 6.1 in single precision is 6.0999999.
def test_an_edge_of_a_table_in_single_precision_is_the_edge():
    wind = pd.Series(6.1, pd.date_range("2021-01-01", "2021-12-31"), dtype="float32")
    assert windy_days(wind, least_m_s=6.1, months=(1,)).item() == 31
    rain = wind.rename("a")
    assert rainfall_erosivity(rain, erosive_day_mm=6.1)["a"] > 0


def test_order_of_layers_does_not_matter():
    mixed = RAIN.isel(time=RNG.permutation(DAYS.size))
    assert rainfall_erosivity(mixed).identical(rainfall_erosivity(RAIN))


def test_a_cell_without_values_has_none_and_one_without_rain_has_0():
    rain = RAIN.copy()
    rain[:, 0, 0], rain[:, 0, 1] = np.nan, 0.0
    for model in ("daily", "half-month"):
        found = rainfall_erosivity(rain, model=model)
        assert np.isnan(found[0, 0])
        assert found[0, 1] == 0


def test_integers_with_a_nodata_value():
    tenths = (RAIN * 0 + 15).astype("int16")
    tenths[:, 1, 1] = -9999
    found = rainfall_erosivity(tenths.rio.write_nodata(-9999))
    assert np.isnan(found[1, 1])
    assert int(found.count()) == 11


def test_stacks_that_cannot_be_used_are_refused():
    with pytest.raises(ParameterError, match="1 cells with a value in some layers"):
        rainfall_erosivity(
            RAIN.where((RAIN.time != RAIN.time[3]) | (RAIN.x + RAIN.y > 0))
        )
    with pytest.raises(
        ParameterError, match=r"365 days once.*precipitation\.sel\(time="
    ):
        rainfall_erosivity(RAIN[1:])
    with pytest.raises(ParameterError, match="dates are needed"):
        rainfall_erosivity(RAIN.assign_coords(time=range(DAYS.size)))
    with pytest.raises(ParameterError, match="a date twice"):
        windy_days(xr.concat([WIND, WIND[:1]], "time"))
    with pytest.raises(ParameterError, match=r"`precipitation` has \d+ values below 0"):
        rainfall_erosivity(RAIN - 1)
    with pytest.raises(ParameterError, match=r"`wind_speed` has \d+ .* above 115"):
        windy_days(WIND * 36)
    with pytest.raises(ParameterError, match=r"\('time', 'y', 'x'\) is needed"):
        rainfall_erosivity(RAIN.transpose("y", "x", "time"))
    with pytest.raises(NoDataError, match="no cell with values"):
        rainfall_erosivity(RAIN * np.nan)
    with pytest.raises(NoDataError, match="no season of months"):
        windy_days(WIND[:100])
    with pytest.raises(MissingCRSError):
        rainfall_erosivity(RAIN.drop_vars("spatial_ref"))


def test_dry_cells_are_refused_by_the_half_month_model():
    rain = RAIN * 0
    rain[7] = 12.0
    with pytest.raises(ParameterError, match="12 cells with so little erosive rain"):
        rainfall_erosivity(rain, model="half-month")
