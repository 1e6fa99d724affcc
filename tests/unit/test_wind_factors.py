"""Factors of wind erosion, each formula worked out once by hand."""

import math

import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import xarray as xr

from ecozoning.errors import GridMismatchError, NoDataError, ParameterError
from ecozoning.importance import (
    erodible_fraction,
    soil_crust,
    soil_roughness,
    weather_factor,
    wind_climate,
    wind_cover_factor,
)

MONTHS = np.arange(1, 13)
DAYS = pd.date_range("2021-01-01", "2022-12-31")


def cells(raster):
    return raster.to_numpy().ravel().tolist()


def stack(values, time=MONTHS, cell=30.0):
    values = np.asarray(values, float)
    if values.ndim < 3:
        values = values.reshape(len(values), 1, -1)
    rows, columns = values.shape[1:]
    axes = {
        "time": time,
        "y": np.arange(rows)[::-1] * cell,
        "x": np.arange(columns) * cell,
    }
    return xr.DataArray(values, axes, ("time", "y", "x")).rio.write_crs(4547)


def year(value):
    return stack(np.full(12, float(value)))


# --- EF, SCF, K', C ---------------------------------------------------------------


# 29.09 + 0.31 * 50 + 0.17 * 30 + 0.33 * 50 / 20 - 2.59 * 2 - 0.95 * 4 = 41.535.
def test_erodible_fraction_is_rweqs_regression_over_100(make_raster):
    soil = [make_raster([[part]]) for part in (50, 30, 20, 2, 4)]
    assert cells(erodible_fraction(*soil)) == pytest.approx([0.41535], abs=1e-6)
    assert erodible_fraction(*soil[:4], 4.0).equals(erodible_fraction(*soil))


# 98 % of sand with 1 % of clay: 29.09 + 30.38 + 0.17 + 32.34 = 91.98; with 0.5 % more
# than 100. 20 % of organic matter take away 51.8, of 26.75 + ...: below 0.
def test_erodible_fraction_stays_within_0_and_1(make_raster):
    sand, silt, clay = (
        make_raster([row]) for row in ([98, 98, 10], [1, 1.5, 60], [1, 0.5, 30])
    )
    organic = make_raster([[0, 0, 20]])
    found = erodible_fraction(sand, silt, clay, organic, 0.0)
    assert cells(found) == pytest.approx([0.9198, 1, 0], abs=1e-6)


# 1 / (1 + 0.0066 * 100 + 0.021 * 4) = 1 / 1.744; sand without either has no crust.
def test_crust_grows_with_clay_and_organic_matter(make_raster):
    found = soil_crust(make_raster([[10, 0]]), make_raster([[2, 0]]))
    assert cells(found) == pytest.approx([1 / 1.744, 1])


# Kr = 0.2 * 100 / 20 = 1: exp(1.86 - 2.41) without clods, exp(-0.55 - 0.127 * 2) with.
def test_roughness_of_ridges_and_of_clods(make_raster):
    relief = make_raster([[10.0, 0.0]])
    found = soil_roughness(relief, length_m=20)
    assert cells(found) == pytest.approx([math.exp(-0.55), 1])
    clods = soil_roughness(relief, length_m=20, random_roughness=2.0)
    assert cells(clods) == pytest.approx([math.exp(-0.804), math.exp(-0.254)])


# Kr is 1 m, so 100 cm: 186 - 2.41 * 100**0.934 = 186 - 177.83 is above 0, cut off at 1.
def test_roughness_in_other_units_is_an_option_that_is_told(make_raster):
    relief = make_raster([[10.0]])
    assert cells(soil_roughness(relief, length_m=20, unit="cm")) == [1.0]
    small = soil_roughness(relief, length_m=2000, unit="cm")
    assert cells(small) == pytest.approx([math.exp(-0.55)])
    assert small.attrs["unsure"] == "roughness_unit cm"


# exp(-0.1535 * 10), exp(-0.0438 * 50), and 1 where there is no cover.
def test_cover_against_the_wind_by_type(make_raster):
    cover, kinds = make_raster([[0.1, 0.5, 0.0]]), make_raster([[1, 6, 6]])
    found = wind_cover_factor(cover, kinds, classes={1: "forest", 6: "农田"})
    assert cells(found) == pytest.approx([math.exp(-1.535), math.exp(-2.19), 1])


def test_soil_and_cover_out_of_range_are_named(make_raster):
    fraction, one = make_raster([[0.5]]), make_raster([[1.0]])
    with pytest.raises(ParameterError, match="`sand` has no value above 1"):
        erodible_fraction(fraction, fraction, one, one, 0.0)
    with pytest.raises(
        ParameterError, match=r"`clay` has 1 values outside 0\.1 to 100"
    ):
        erodible_fraction(one * 50, one * 50, one * 0, one, 0.0)
    with pytest.raises(ParameterError, match="`organic_matter` has 1 values outside"):
        soil_crust(one * 20, -one)
    with pytest.raises(ParameterError, match="`cover` has 1 values outside 0 to 1"):
        wind_cover_factor(one * 60, one, classes={1: "forest"})
    with pytest.raises(
        ParameterError, match=r"`cover_type` has 1 .*named are 2: shrub"
    ):
        wind_cover_factor(one, one, classes={2: "shrub"})
    with pytest.raises(ParameterError, match=r"\['lawn'\], but the table knows forest"):
        wind_cover_factor(one, one, classes={1: "lawn"})
    with pytest.raises(ParameterError, match="`length_m` is 0"):
        soil_roughness(one, length_m=0)
    with pytest.raises(ParameterError, match="no row 'ft'"):
        soil_roughness(one, length_m=9, unit="ft")


# --- F_q --------------------------------------------------------------------------


def climate(wind=5.0, temperature=0.0, humidity=0.5, rain=19.0, height=2.0):
    given = [
        value if isinstance(value, xr.DataArray) else year(value)
        for value in (wind, temperature, humidity, rain)
    ]
    return wind_climate(
        given[0],
        temperature=given[1],
        relative_humidity=given[2],
        precipitation=given[3],
        height_m=height,
    )


# ETP = 0.19 * 400 * 0.5 = 38, of which 19 fall: 125 * 0.5 * 365 / 100.
def test_wind_climate_of_a_year_without_seasons():
    assert climate().item() == pytest.approx(228.125)


# At 0.8 ETP = 0.19 * 400 * 0.2 = 15.2, and 3.8 mm leave three quarters of it.
def test_damp_air_takes_up_less():
    found = climate(humidity=0.8, rain=3.8).item()
    assert found == pytest.approx(125 * 0.75 * 3.65)


# Wind in January and February only: 8 * 0.5 * 31 / 100 + 27 * 0.5 * 28 / 100.
def test_months_count_by_their_days_whatever_their_order():
    wind = stack([2.0, 3.0, *[0.0] * 10])
    assert climate(wind).item() == pytest.approx(1.24 + 3.78)
    assert climate(wind.isel(time=slice(None, None, -1))).item() == pytest.approx(5.02)
    dated = wind.assign_coords(time=pd.date_range("2020-01-01", periods=12, freq="MS"))
    assert climate(dated).item() == pytest.approx(5.02)


# From 10 m to 2 m: (2/10)**(1/7) = 0.7946, cubed 0.5017.
def test_wind_is_brought_to_two_metres():
    assert climate(height=10).item() == pytest.approx(228.125 * 0.2 ** (3 / 7))


def test_a_wet_month_and_one_of_deep_frost_add_nothing():
    assert climate(rain=50.0).item() == 0
    assert climate(temperature=-30.0).item() == 0


def test_a_month_without_a_value_leaves_none():
    rain = np.full((12, 1, 2), 19.0)
    rain[4, 0, 1] = np.nan
    two = stack(np.full((12, 1, 2), 5.0))
    found = climate(two, two * 0, two * 0 + 0.5, stack(rain))
    assert cells(found) == pytest.approx([228.125, np.nan], nan_ok=True)


def test_months_that_cannot_be_used_are_refused():
    with pytest.raises(
        ParameterError, match=r"`relative_humidity` has 12 .*a fraction"
    ):
        climate(humidity=50.0)
    with pytest.raises(ParameterError, match="`temperature` has 12 values outside -60"):
        climate(temperature=280.0)
    with pytest.raises(ParameterError, match="each of 1 to 12 is needed once"):
        climate(stack([5.0] * 11, MONTHS[:11]))
    with pytest.raises(ParameterError, match="`height_m` is 0"):
        climate(height=0)
    with pytest.raises(NoDataError, match="no cell with a value in common"):
        climate(np.nan)
    with pytest.raises(GridMismatchError):
        climate(stack(np.full((12, 1, 1), 5.0)).assign_coords(y=[7.0]))


# --- WF ---------------------------------------------------------------------------


@pytest.fixture
def blow():
    """Return WF at 273.15 K and the sea of two years with one windy day in April."""

    def build(wind=10.0, height_m=2.0, elevation=0.0, **months):
        days = stack(np.where(DAYS == "2021-04-03", wind, 4.0), DAYS)
        told = {
            "precipitation": 0.0,
            "rain_days": 0.0,
            "evapotranspiration": 80.0,
            "temperature": 0.0,
            "snow_share": 0.0,
            **months,
        }
        stacks = {name: year(value) for name, value in told.items()}
        land = stacks["snow_share"][0].drop_vars("time") * 0 + elevation
        return weather_factor(days, stacks, elevation=land, height_m=height_m)

    return build


AIR = 348 * 1.013 / 273.15


# One day in two years: 10 * 25 / 2 = 125.
def test_weather_factor_is_what_wind_above_5_m_carries(blow):
    assert blow().item() == pytest.approx(125 * AIR / 9.8)
    assert blow(wind=5.0).item() == 0


# 20 mm on 3 of the 30 days of April: (80 - 20 * 3 / 30) / 80 = 0.975.
def test_rain_and_snow_hold_the_soil(blow):
    wet = blow(precipitation=20.0, rain_days=3.0, snow_share=0.4).item()
    assert wet == pytest.approx(0.975 * 0.6 * 125 * AIR / 9.8)
    assert blow(precipitation=1.0, rain_days=1.0, evapotranspiration=0.0).item() == 0
    assert blow(evapotranspiration=0.0).item() == pytest.approx(blow().item())


# At 2000 m 1.013 - 0.2366 + 0.0192 = 0.7956; at 27.315 degrees the air is 1.1 times
# thinner.
def test_air_is_thin_on_mountains_and_in_heat(blow):
    thin = blow(elevation=2000.0, temperature=27.315).item()
    assert thin / blow().item() == pytest.approx(0.7956 / 1.013 / 1.1)


# 12.585 m/s at 10 m are 10 m/s at 2 m, and the 4 m/s of other days stay below 5.
def test_weather_takes_the_height_of_the_anemometer(blow):
    assert blow(wind=10 * 5 ** (1 / 7), height_m=10).item() == pytest.approx(
        blow().item(), rel=1e-6
    )


def test_a_cell_without_wind_or_without_a_height_has_no_weather_factor():
    wind = stack(np.full((DAYS.size, 1, 3), 9.0), DAYS)
    wind[:, 0, 1] = np.nan
    flat = stack(np.zeros((12, 1, 3)))
    months = dict.fromkeys(("precipitation", "rain_days", "temperature"), flat)
    months |= {"snow_share": flat, "evapotranspiration": flat + 80}
    land = flat[0].drop_vars("time").copy()
    land[0, 2] = np.nan
    found = weather_factor(wind, months, elevation=land, height_m=2)
    by_hand = 9 * 16 * 365 * AIR / 9.8
    assert cells(found) == pytest.approx([by_hand, np.nan, np.nan], nan_ok=True)


def test_weather_that_cannot_be_used_is_refused(blow):
    days = stack(np.full(DAYS.size, 4.0), DAYS)
    months = dict.fromkeys(
        ("precipitation", "rain_days", "evapotranspiration", "temperature"), year(0)
    )
    land = year(0)[0].drop_vars("time")
    with pytest.raises(ParameterError, match="snow_share are needed"):
        weather_factor(days, months, elevation=land, height_m=2)
    months["snow_share"] = year(0)
    with pytest.raises(ParameterError, match="has 364 days of 2021"):
        weather_factor(days[1:], months, elevation=land, height_m=2)
    with pytest.raises(ParameterError, match="times of int64"):
        weather_factor(year(4), months, elevation=land, height_m=2)
    with pytest.raises(ParameterError, match="`wind_speed` has cells with a value in"):
        weather_factor(
            days.where(days.time != days.time[5]), months, elevation=land, height_m=2
        )
    with pytest.raises(ParameterError, match="`snow_share` has 12 values outside"):
        blow(snow_share=40.0)
    with pytest.raises(ParameterError, match="`wind_speed` has 1 values below 0 or"):
        blow(wind=180.0)
