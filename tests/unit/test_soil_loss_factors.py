"""Factors of the soil loss equation: each formula worked out once by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster import drainage
from ecozoning.sensitivity import (
    aridity_index,
    cover_factor,
    rainfall_erosivity,
    slope_length_factor,
    soil_erodibility,
    windy_days,
)


def cells(raster):
    return raster.to_numpy().ravel().tolist()


# --- K ----------------------------------------------------------------------------


@pytest.fixture
def soil(make_raster):
    return lambda *parts, **options: soil_erodibility(
        *(make_raster([[part]]) for part in parts), **options
    )


@pytest.mark.parametrize(("corrected", "k"), [(True, 0.01824), (False, 0.03890)])
def test_erodibility_of_the_published_case(soil, corrected, k):
    found = soil(40, 40, 20, 1.0, corrected=corrected)
    assert cells(found) == pytest.approx([k], abs=5e-6)


def test_erodibility_before_the_conversion_is_that_of_epic(soil):
    found = soil(40, 40, 20, 1.0, corrected=False)
    assert cells(found)[0] / 0.1317 == pytest.approx(0.29538, abs=5e-6)


def test_pure_sand_has_no_negative_erodibility(soil):
    assert cells(soil(100, 0, 0, 0.0)) == [0.0]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((0.4, 0.4, 0.2, 1.0), "add up to 100 % within 1 in 1 cells"),
        ((40, 40, 40, 1.0), "add up to 100 %"),
        ((140, -60, 20, 1.0), "`sand` has 1 values outside 0 to 100 %"),
        ((40, 40, 20, -1.0), "`organic_carbon` has 1 values outside"),
    ],
)
def test_soil_that_cannot_be_is_refused(soil, parts, said):
    with pytest.raises(ParameterError, match=said):
        soil(*parts)


# --- LS ---------------------------------------------------------------------------


def steepness(degrees, a, b):
    return a * math.sin(math.radians(degrees)) + b


# A slope of one unit plot has L = 1, so that LS is S.
@pytest.mark.parametrize(
    ("degrees", "s"),
    [
        (0, 0.03),
        (5, steepness(5, 10.8, 0.03)),
        (5.14, steepness(5.14, 16.8, -0.5)),
        (10.19, 2.4721),
        (10.2, 2.920),
        (28.81, 9.5988),
        (90, 9.5988),
    ],
)
def test_steepness_has_four_parts(make_raster, degrees, s):
    found = slope_length_factor(make_raster([[degrees]]), slope_length_m=22.13)
    assert cells(found) == pytest.approx([s], abs=6e-4)


@pytest.mark.parametrize(
    ("cut", "degrees", "part"),
    [("10", 10.1, (21.91, -0.96)), ("14.0362", 14, (16.8, -0.5))],
)
def test_second_cut_is_an_option(make_raster, cut, degrees, part):
    found = slope_length_factor(
        make_raster([[degrees]]), slope_length_m=22.13, second_cut=cut
    )
    assert cells(found) == pytest.approx([steepness(degrees, *part)], rel=1e-6)


# tan 4 degrees = 7.0 %: m is 0.5 if steps end at 5 %, 0.4 if they end at 9 %.
@pytest.mark.parametrize(("exponent", "m"), [("5", 0.5), ("9", 0.4)])
def test_exponent_by_steps_of_gradient(make_raster, exponent, m):
    found = slope_length_factor(
        make_raster([[4.0]]), slope_length_m=4 * 22.13, exponent=exponent
    )
    assert cells(found) == pytest.approx([4**m * steepness(4, 10.8, 0.03)], rel=1e-6)


# sin 30 = 0.5: beta = 0.5 / 0.0896 / (3 * 0.5 ** 0.8 + 0.56) = 2.4205, m = 0.70764.
@pytest.mark.parametrize("divisor", [0.0896, 0.089])
def test_exponent_without_steps(make_raster, divisor):
    found = slope_length_factor(
        make_raster([[30.0]]), slope_length_m=2 * 22.13, exponent=str(divisor)
    )
    beta = 0.5 / divisor / (3 * 0.574349 + 0.56)
    assert cells(found) == pytest.approx([2 ** (beta / (1 + beta)) * 9.5988], rel=1e-5)


# Cells of 100 m down a slope: 0.01, 0.02, 0.03 km2 behind them, ways of 0 to 100, 100
# to 200, 200 to 300 m. m = 0.5 gives (b**1.5 - a**1.5) / (100 * 22.13**0.5), and the
# three together have the mean L of one slope of 300 m.
def test_length_by_flow_is_that_of_the_part_within_the_cell(make_raster):
    slope = make_raster([[30.0, np.nan]] * 3, cell=100)
    area = make_raster([[0.01, 1], [0.02, 1], [0.03, 1]], cell=100)
    found = slope_length_factor(slope, upslope_area_km2=area, exponent="5")
    ways = np.array([0, 100, 200, 300.0]) ** 1.5
    assert cells(found)[::2] == pytest.approx(
        np.diff(ways) / (100 * 22.13**0.5) * 9.5988, rel=1e-6
    )
    short = slope_length_factor(
        slope, upslope_area_km2=area, exponent="5", longest_m=200.0
    )
    assert cells(short)[::2] == pytest.approx([cells(found)[i] for i in (0, 2, 2)])


def test_areas_need_the_size_of_cells(make_raster):
    feet = make_raster(np.full((3, 3), 30.0), crs="EPSG:2225")  # whose unit is the foot
    with pytest.raises(ParameterError, match="`slope`"):
        slope_length_factor(feet, upslope_area_km2=feet)
    one = make_raster([[30.0]])
    with pytest.raises(ParameterError, match="one cell wide or high"):
        slope_length_factor(one, upslope_area_km2=one)


def test_length_takes_the_areas_of_a_drainage(make_raster):
    dem = make_raster([[50.0, 30, 50], [40, 20, 40], [30, 10, 30]], cell=100)
    area = drainage(dem).area_km2
    found = slope_length_factor(dem * 0 + 30, upslope_area_km2=area)
    assert cells(found)[0] == pytest.approx(
        cells(slope_length_factor(dem * 0 + 30, slope_length_m=100.0))[0], rel=1e-6
    )
    assert np.argmax(cells(found)) == np.argmax(area.to_numpy())


def test_length_or_area_is_needed_and_not_both(make_raster):
    slope = make_raster([[30.0]])
    with pytest.raises(ParameterError, match="neither is; give one"):
        slope_length_factor(slope)
    with pytest.raises(ParameterError, match="both given"):
        slope_length_factor(slope, slope_length_m=slope, upslope_area_km2=slope)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"slope_length_m": -1.0}, "`slope_length_m` is -1.0"),
        ({"slope_length_m": 9.0, "longest_m": 0.0}, "`longest_m` is 0"),
        ({"slope_length_m": 9.0, "exponent": "7"}, "no row '7'"),
        ({"slope_length_m": 9.0, "second_cut": "11"}, "no row '11'"),
    ],
)
def test_odd_options_of_length_are_refused(make_raster, options, said):
    with pytest.raises(ParameterError, match=said):
        slope_length_factor(make_raster([[30.0]]), **options)


def test_slope_and_area_out_of_range_are_refused(make_raster):
    with pytest.raises(ParameterError, match=r"`slope` has 1 values outside 0 to 90"):
        slope_length_factor(make_raster([[95.0]]), slope_length_m=10.0)
    slope, area = make_raster([[9.0, 9]] * 2), make_raster([[0.0, 1], [1, 1]])
    with pytest.raises(ParameterError, match=r"`upslope_area_km2` has 1 values"):
        slope_length_factor(slope, upslope_area_km2=area)


# --- C ----------------------------------------------------------------------------


# 0.1 %: 1; 1 %: lg 1 = 0; 10 %: 0.6508 - 0.3436; 78.3 % and more: 0.
def test_cover_by_formula(make_raster):
    found = cover_factor(make_raster([[0, 0.001, 0.01, 0.1, 0.783, 1]]))
    assert cells(found) == pytest.approx([1, 1, 0.6508, 0.3072, 0, 0], abs=1e-6)


# 0.001 is above 0.001 in single precision, 0.783 below 0.783.
def test_ends_of_the_cover_formula_are_ends_in_single_precision_too(make_raster):
    cover = make_raster([[0.001, 0.783]]).astype("float32")
    assert cells(cover_factor(cover)) == [1.0, 0.0]


TYPES = {1: "forest", 2: "草地", 3: "paddy", 4: "dry_farmland", 5: "desert"}


# Dry farmland: 0.221 - 0.595 lg 0.1 = 0.816, and 1 where there is no cover.
def test_cover_by_type(make_raster):
    cover = make_raster([[0.05, 0.9, 0.91, 0.5, 0.1, 0.0, 0.5]])
    kinds = make_raster([[1, 2, 2, 3, 4, 4, 5]])
    found = cover_factor(cover, cover_type=kinds, type_codes=TYPES)
    assert cells(found) == pytest.approx([0.1, 0.043, 0.011, 0, 0.816, 1, 0.7])


def test_cover_in_per_cent_and_unknown_types_are_refused(make_raster):
    one = make_raster([[1.0]])
    with pytest.raises(ParameterError, match=r"`cover` has 1 values outside 0 to 1"):
        cover_factor(one * 60)
    with pytest.raises(ParameterError, match=r"`cover_type` has 1 values outside the"):
        cover_factor(one, cover_type=one * 9, type_codes=TYPES)
    with pytest.raises(ParameterError, match=r"`type_codes` names 'tundra'"):
        cover_factor(one, cover_type=one, type_codes={1: "tundra"})
    with pytest.raises(ParameterError, match="give both"):
        cover_factor(one, cover_type=one)


# --- aridity ----------------------------------------------------------------------


def test_aridity_is_temperature_over_rain(make_raster):
    heat, rain = make_raster([[4000, 5000]]), make_raster([[160.0, 16]])
    assert cells(aridity_index(heat, rain)) == pytest.approx([4, 50])


def test_aridity_without_rain_and_with_negative_heat_is_refused(make_raster):
    one = make_raster([[1.0]])
    with pytest.raises(ParameterError, match=r"`precipitation` has 1 .*above 0 mm"):
        aridity_index(one, one * 0)
    with pytest.raises(ParameterError, match=r"`accumulated_temperature` has 1"):
        aridity_index(-one, one)
    with pytest.raises(ParameterError, match="`coefficient` is 0"):
        aridity_index(one, one, coefficient=0)


# --- rain -------------------------------------------------------------------------


@pytest.fixture
def rain():
    """Return two years without rain, but for the days given."""

    def build(**days):
        record = pd.Series(0.0, pd.date_range("2021-01-01", "2022-12-31"), name="a")
        for day, amount in days.items():
            record[pd.Timestamp(day.removeprefix("d"))] = amount
        return record

    return build


def test_daily_erosivity_counts_warm_and_cold_days_apart(rain):
    found = rainfall_erosivity(rain(d20210715=40.0, d20221001=20.0, d20210801=11.9))
    both = 0.3937 * 40**1.7265 + 0.3101 * 20**1.7265
    assert found["a"] == pytest.approx(both / 2)
    assert found.attrs["erosive_day_mm"] == 12


@pytest.mark.parametrize(("least", "counts"), [(None, 0), (12, 0), (10, 1)])
def test_erosive_day_is_a_parameter(rain, least, counts):
    found = rainfall_erosivity(rain(d20210715=10.0), erosive_day_mm=least)
    assert found["a"] == pytest.approx(counts * 0.3937 * 10**1.7265 / 2)


# Days of 40 and 20 mm in two years: their mean is 30, a year has 30.
def test_half_month_erosivity(rain):
    found = rainfall_erosivity(rain(d20210715=40, d20220715=20), model="half-month")
    beta = 0.8363 + 18.144 / 30 + 24.455 / 30
    factor = 21.586 * beta**-7.1891
    assert found["a"] == pytest.approx(factor * (40**beta + 20**beta) / 2)


@pytest.mark.parametrize("model", ["daily", "half-month"])
def test_stations_without_an_erosive_day_have_no_erosivity(rain, model):
    table = pd.DataFrame({"wet": rain(d20210715=40.0), "dry": rain(d20210715=4.0)})
    found = rainfall_erosivity(table, model=model)
    assert found["dry"] == 0
    assert found["wet"] > 0


# One day of 12 mm in two years: beta = 0.8363 + 18.144 / 12 + 24.455 / 6 = 6.42, and R
# would be 21.586 * 6.42**-7.1891 * 12**6.42 / 2, above 100 for one shower. With 100 mm
# beta is 0.8363 + 0.1814 + 0.4891.
def test_the_half_month_model_is_refused_where_it_hardly_rains(rain):
    with pytest.raises(
        ParameterError, match=r"at \['a'\] .* \(beta 6\.4, 3 is the most"
    ):
        rainfall_erosivity(rain(d20210715=12), model="half-month")
    assert rainfall_erosivity(rain(d20210715=100), model="half-month")["a"] > 0


# A year of one month with 60 mm has 60, one of twelve with 50 has 50; F = 55.
def test_monthly_erosivity_is_of_the_mean_of_years():
    months = pd.date_range("2021-01-01", periods=24, freq="MS")
    record = pd.DataFrame({"a": [60.0] + [0.0] * 11 + [50.0] * 12}, months)
    found = rainfall_erosivity(record, model="monthly")
    assert found["a"] == pytest.approx(0.1833 * 55**1.9957)


def test_records_that_cannot_be_used_are_refused(rain):
    good = rain()
    with pytest.raises(ParameterError, match="has 364 days of 2021"):
        rainfall_erosivity(good.iloc[1:])
    with pytest.raises(ParameterError, match=r"1 values that are missing, below 0"):
        rainfall_erosivity(rain(d20210715=-1.0))
    with pytest.raises(ParameterError, match="indexed by RangeIndex"):
        rainfall_erosivity(good.reset_index(drop=True))
    with pytest.raises(ParameterError, match="a date twice"):
        rainfall_erosivity(pd.concat([good, good.iloc[:1]]))
    with pytest.raises(ParameterError, match="is a list"):
        rainfall_erosivity([1.0])
    with pytest.raises(ParameterError, match="columns of type"):
        rainfall_erosivity(good.astype(str))
    with pytest.raises(NoDataError, match="no row"):
        rainfall_erosivity(good.iloc[:0])
    with pytest.raises(ParameterError, match="`model` is 'hourly'"):
        rainfall_erosivity(good, model="hourly")
    with pytest.raises(ParameterError, match="goes up to 32766, but mm are needed"):
        rainfall_erosivity(rain(d20210715=32766.0))
    with pytest.raises(ParameterError, match="`erosive_day_mm` is 0"):
        rainfall_erosivity(good, erosive_day_mm=0)


# --- wind -------------------------------------------------------------------------


# From December 2019 to May 2021 there are two seasons; the first days of 2019 are of a
# third that is not whole. Summer does not count.
def test_windy_days_are_the_mean_of_whole_seasons():
    record = pd.Series(2.0, pd.date_range("2019-02-01", "2021-05-31"), name="a")
    record["2019-03"] = 9.0
    record["2019-12"] = 6.0
    record["2020-07"] = 9.0
    record["2021-05-01"] = 5.9
    record["2021-05-02"] = 7.0
    found = windy_days(record)
    assert found["a"] == (31 + 1) / 2
    assert found.attrs["seasons"] == [2020, 2021]


def test_windy_days_of_months_within_one_year():
    record = pd.Series(8.0, pd.date_range("2020-01-01", "2020-12-31"), name="a")
    assert windy_days(record, months=(3, 4))["a"] == 61
    assert windy_days(record, months=(11, 12))["a"] == 61


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"months": (1, 3)}, "follow each other"),
        ({"months": ()}, "follow each other"),
        ({"months": (*range(1, 13), 1)}, "each month can come once"),
        ({"least_m_s": 0}, "`least_m_s` is 0"),
    ],
)
def test_odd_options_of_wind_are_refused(options, said):
    record = pd.Series(8.0, pd.date_range("2020-01-01", "2020-12-31"))
    with pytest.raises(ParameterError, match=said):
        windy_days(record, **options)


def test_wind_in_tenths_and_half_seasons_are_refused():
    record = pd.Series(8.0, pd.date_range("2020-01-01", "2020-12-31"))
    with pytest.raises(ParameterError, match="goes up to 160"):
        windy_days(record * 20)
    with pytest.raises(NoDataError, match="no season of months"):
        windy_days(record)
