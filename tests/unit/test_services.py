"""Services of ecosystems: each formula on numbers that can be worked out by hand."""

import math

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor

from ecozoning.errors import (
    GridMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.importance import (
    biodiversity,
    normalised,
    sand_fixation,
    sand_fixation_npp,
    soil_retention,
    soil_retention_npp,
    water_conservation,
    water_conservation_npp,
)

KINDS = {1: "mixed_forest", 2: "wetland", 3: "sparse_forest"}


@pytest.fixture
def flat(make_raster):
    """Return a builder of rasters of two cells with one value."""
    return lambda value: make_raster(np.full((1, 2), float(value)))


@pytest.fixture
def water(make_raster):
    """Return the water that three ecosystems keep of rain less 600 mm."""

    def build(rain, kinds=((1, 2, 3),), **options):
        rain, kinds = make_raster([rain]), make_raster(kinds)
        options = {"classes": KINDS, **options}
        return water_conservation(rain, rain * 0 + 600, kinds, **options)

    return build


def test_water_is_rain_less_runoff_less_evapotranspiration(water):
    # 1000 (1 - 0.0229) - 600 = 377.1; wetlands lose nothing: 400; 1000 0.808 - 600.
    found = water([1000, 1000, 1000])
    assert found.to_numpy() == pytest.approx(np.array([[377.1, 400, 208]]), abs=1e-3)
    assert found.attrs["units"] == "mm a-1"
    assert (found.attrs["ruleset"], found.attrs["unsure"]) == ("redline2017", "")


def test_water_below_zero_is_no_data_unless_it_is_kept(water):
    assert np.isnan(water([500, 1000, 700]).to_numpy()).tolist() == [
        [True, False, True]
    ]
    kept = water([500, 1000, 700], negative="keep").to_numpy()
    assert kept == pytest.approx(np.array([[-111.45, 400, -34.4]]), abs=1e-3)


def test_an_ecosystem_without_a_coefficient_is_refused_or_left_out(water):
    classes = {**KINDS, 3: "farmland"}
    with pytest.raises(ParameterError, match=r"'farmland'.*unlisted='nodata'"):
        water([1000, 1000, 1000], classes=classes)
    found = water([1000, 1000, 1000], classes=classes, unlisted="nodata")
    assert np.isnan(found.to_numpy()).tolist() == [[False, False, True]]


def test_an_ecosystem_without_a_word_is_refused(water):
    with pytest.raises(ParameterError, match=r"`ecosystem` has 1 values.*name them"):
        water([1000, 1000, 1000], kinds=[[1, 2, 9]])
    with pytest.raises(ParameterError, match=r"`ecosystem` does not say"):
        water([1000, 1000, 1000], classes=None)
    with pytest.raises(ParameterError, match=r"`classes` is"):
        water([1000, 1000, 1000], classes={})


def test_words_may_come_from_the_flags_of_the_raster(make_raster):
    rain, kinds = make_raster([[1000.0]]), make_raster([[2.0]])
    kinds.attrs = {"flag_values": [2], "flag_meanings": "wetland"}
    found = water_conservation(rain, rain * 0, kinds)
    assert found.item() == 1000


@pytest.mark.parametrize("rain", [-1, 40_000])
def test_rain_that_never_falls_is_refused(water, rain):
    with pytest.raises(ParameterError, match=r"`precipitation` has 1 values outside"):
        water([1000, rain, 1000])


def test_options_of_water_are_checked(water):
    with pytest.raises(ParameterError, match=r"`unlisted` is 'zero'"):
        water([1000, 1000, 1000], unlisted="zero")


def test_water_by_production_is_a_product(flat):
    # 400 0.5 0.25 (1 - 0.2) = 40
    found = water_conservation_npp(
        flat(400), infiltration=flat(0.5), precipitation=flat(0.25), slope=flat(0.2)
    )
    assert found.to_numpy() == pytest.approx(40)
    assert found.attrs["method"] == "NPP * infiltration * precipitation * (1 - slope)"


def test_soil_is_what_rusle_says_bare_soil_would_lose_more(flat):
    # 1500 0.02 4 (1 - 0.25) = 90
    found = soil_retention(
        flat(1500), flat(0.02), slope_length=flat(4), cover_factor=flat(0.25)
    )
    assert found.to_numpy() == pytest.approx(90)
    assert found.attrs["units"] == "t hm-2 a-1"


def test_soil_by_production_is_a_product(flat):
    # 400 (1 - 0.4) (1 - 0.5) = 120
    found = soil_retention_npp(flat(400), soil_erodibility=flat(0.4), slope=flat(0.5))
    assert found.to_numpy() == pytest.approx(120)


def test_biodiversity_by_production_is_a_product(flat):
    # 400 0.5 0.8 (1 - 0.25) = 120
    found = biodiversity(
        flat(400), precipitation=flat(0.5), temperature=flat(0.8), elevation=flat(0.25)
    )
    assert found.to_numpy() == pytest.approx(120)


def test_sand_by_production_grows_with_the_roughness_of_the_land(flat):
    # 100 0.5 0.5 / cos 45 = 25 sqrt 2
    found = sand_fixation_npp(
        flat(100), soil_erodibility=flat(0.5), wind=flat(0.5), slope=flat(45)
    )
    assert found.to_numpy() == pytest.approx(25 * math.sqrt(2), rel=1e-6)


def rweq(load, distance):
    """Return RWEQ's loss in kg/m2, written down once more."""
    s = 150.71 * load**-0.3711
    return 2 * distance / s**2 * 109.8 * load * math.exp(-((distance / s) ** 2))


def sand(flat, cover, weather=20.0, distance=50.0):
    return sand_fixation(
        flat(weather),
        erodible_fraction=flat(0.5),
        soil_crust=flat(0.4),
        roughness=flat(0.5),
        cover_factor=flat(cover),
        distance_m=distance,
    )


def test_sand_is_what_rweq_says_bare_soil_would_lose_more(flat):
    # 20 0.5 0.4 0.5 = 2 for bare soil, 0.6 under cover
    found = sand(flat, 0.3).to_numpy()
    assert found == pytest.approx(rweq(2, 50) - rweq(0.6, 50), rel=1e-6)


def test_without_wind_or_without_cover_no_sand_is_held(flat):
    assert sand(flat, 0.3, weather=0).to_numpy().tolist() == [[0, 0]]
    assert sand(flat, 1.0).to_numpy() == pytest.approx(0)
    assert sand(flat, 0.0).to_numpy() == pytest.approx(rweq(2, 50), rel=1e-6)


def test_a_distance_of_nothing_is_refused(flat):
    with pytest.raises(ParameterError, match=r"`distance_m` is 0"):
        sand(flat, 0.3, distance=0)


def test_factors_beyond_their_range_are_named(flat):
    with pytest.raises(ParameterError, match=r"`cover_factor` has 2 values.*per cent"):
        soil_retention(flat(1), flat(0.02), slope_length=flat(1), cover_factor=flat(30))
    with pytest.raises(ParameterError, match=r"`slope` has 2 .*normalised"):
        soil_retention_npp(flat(4), soil_erodibility=flat(0.4), slope=flat(25))
    with pytest.raises(ParameterError, match=r"`slope` has 2 values outside 0 to 89"):
        sand_fixation_npp(
            flat(1), soil_erodibility=flat(0.5), wind=flat(0.5), slope=flat(95)
        )
    with pytest.raises(ParameterError, match=r"`npp` has 2 infinite values"):
        soil_retention_npp(flat(np.inf), soil_erodibility=flat(0), slope=flat(0))


def test_nodata_of_any_factor_is_nodata(make_raster):
    npp = make_raster([[400, np.nan, 400, 400]])
    soil = make_raster([[0.5, 0.5, -9999, 0.5]]).rio.write_nodata(-9999)
    found = soil_retention_npp(npp, soil_erodibility=soil, slope=npp * 0 + 0.5)
    assert np.isnan(found.to_numpy()).tolist() == [[False, True, True, False]]


def test_rasters_apart_are_refused(make_raster, flat):
    shifted = flat(0.5).assign_coords(x=[997.0, 1027.0])
    with pytest.raises(GridMismatchError, match=r"`npp` and `slope`"):
        soil_retention_npp(flat(4), soil_erodibility=flat(0.5), slope=shifted)
    bare = make_raster([[1.0, 1.0]], crs=None)
    with pytest.raises(MissingCRSError, match="npp"):
        soil_retention_npp(bare, soil_erodibility=flat(0.5), slope=flat(0.5))


def test_nothing_in_common_is_refused(make_raster):
    npp, other = make_raster([[1, np.nan]]), make_raster([[np.nan, 0.5]])
    with pytest.raises(NoDataError, match=r"`npp` and .* no cell with a value"):
        soil_retention_npp(npp, soil_erodibility=other, slope=other)


def test_the_least_becomes_0_and_the_greatest_1(make_raster):
    found = normalised(make_raster([[200, 300, np.nan, 600]]))
    expected = np.array([[0, 0.25, np.nan, 1]])
    assert found.to_numpy() == pytest.approx(expected, nan_ok=True)
    assert (found.attrs["low"], found.attrs["high"]) == (200, 600)


def test_ends_may_be_given_and_cut_what_is_beyond(make_raster):
    found = normalised(make_raster([[-5, 25, 150]]), low=0, high=100)
    assert found.to_numpy() == pytest.approx(np.array([[0, 0.25, 1]]))


def test_declared_nodata_is_no_end(make_raster):
    raster = make_raster([[-9999, 2, 4]]).rio.write_nodata(-9999)
    assert normalised(raster).to_numpy()[0, 1:].tolist() == [0, 1]


def test_a_constant_raster_has_no_scale(make_raster):
    with pytest.raises(ParameterError, match=r"give both"):
        normalised(make_raster([[3, 3]]))
    with pytest.raises(NoDataError, match="raster"):
        normalised(make_raster([[np.nan, np.nan]]))
    with pytest.raises(ParameterError, match="infinite"):
        normalised(make_raster([[0, 1, np.inf]]))
