"""Erosion by SL 190, the rate of conservation, EI and EQI, against worked numbers."""

import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- registers the accessor

from ecozoning.diagnosis import (
    conservation_rate,
    ei,
    eqi,
    erosion_intensity,
    quality_change,
    quality_level,
    rocky_desertification_degree,
    sandy_land_degree,
    wind_erosion_intensity,
)
from ecozoning.errors import (
    EcozoningWarning,
    GridMismatchError,
    NoDataError,
    ParameterError,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("region", "levels"),
    [
        ("northern_rocky_mountains", [1, 2, 2, 2, 2, 3, 3, 4, 5, 6]),
        ("南方红壤丘陵区", [1, 1, 2, 2, 2, 3, 3, 4, 5, 6]),
        ("northwest_loess_plateau", [1, 1, 1, 2, 2, 3, 3, 4, 5, 6]),
    ],
)
def test_soil_loss_is_graded_from_the_tolerance_of_the_region(
    make_raster, region, levels
):
    loss = [[199, 200, 500, 1000, 2500, 2501, 5000, 8000, 15000, 15001]]
    found = erosion_intensity(make_raster(loss), region=region)
    assert found.to_numpy().tolist() == [levels]
    assert found.dtype == np.uint8


# Rows of cover, columns of slope at 3, 6, 10, 20, 30 and 40 degrees, of SL 190.
MATRIX = {
    0.8: [1, 1, 1, 1, 1, 1],
    0.7: [1, 2, 2, 2, 3, 3],
    0.5: [1, 2, 2, 3, 3, 4],
    0.4: [1, 2, 3, 3, 4, 5],
    0.1: [1, 3, 3, 4, 5, 6],
}
SLOPES = [3, 6, 10, 20, 30, 40]


def test_sheet_erosion_is_the_matrix_of_slope_and_cover(make_raster):
    slope = make_raster([SLOPES] * 5)
    cover = make_raster([[share] * 6 for share in MATRIX])
    found = erosion_intensity(slope=slope, cover=cover)
    assert found.to_numpy().tolist() == list(MATRIX.values())
    assert found.attrs["ruleset"] == "sl190_2007"
    assert found.attrs["flag_meanings"].split()[5] == "severe"
    assert found.attrs["labels_zh"].split()[4] == "极强烈"


def test_on_cropland_the_slope_alone_decides(make_raster):
    slope, cover = make_raster([SLOPES] * 2), make_raster([[0.8] * 6, [0.1] * 6])
    cropland = make_raster([[1] * 6, [1] * 5 + [0]])
    found = erosion_intensity(slope=slope, cover=cover, cropland=cropland)
    assert found.to_numpy().tolist() == [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]]
    found = erosion_intensity(slope=slope, cover=cover, cropland=cropland * 0)
    assert found.to_numpy().tolist() == [[1] * 6, MATRIX[0.1]]


def test_ends_of_slopes_and_covers_are_as_documented(make_raster):
    slope = make_raster([[4.999, 5, 8, 8.001, 35, 35.001]]).astype("float32")
    cover = make_raster([[0.2, 0.75, 0.6, 0.45, 0.3, 0.29]]).astype("float32")
    found = erosion_intensity(slope=slope, cover=cover)
    # 0.2 and flat; 0.75 at 5; 0.6 at 8; 0.45 over 8; 0.3 at 35; 0.29 over 35
    assert found.to_numpy().tolist() == [[1, 2, 2, 2, 4, 6]]


@pytest.mark.parametrize(
    ("measure", "values", "levels"),
    [
        ("cover", [0, 0.1, 0.3, 0.5, 0.7, 0.71], [5, 4, 3, 2, 2, 1]),
        ("depth", [1.9, 2, 10, 25, 50, 100, 101], [1, 2, 2, 3, 4, 5, 6]),
        ("modulus", [199, 200, 2500, 5000, 8000, 15000, 2e4], [1, 2, 2, 3, 4, 5, 6]),
    ],
)
def test_wind_erosion_by_each_measure(make_raster, measure, values, levels):
    found = wind_erosion_intensity(**{measure: make_raster([values])})
    assert found.to_numpy().tolist() == [levels]


@pytest.mark.parametrize(
    ("climate", "levels"),
    [("arid", [4, 3, 2, 2, 1, 1, 1]), ("subhumid", [4, 3, 3, 2, 2, 1, 1])],
)
def test_sandy_land_is_graded_by_cover_and_climate(make_raster, climate, levels):
    cover = make_raster([[0.09, 0.1, 0.29, 0.3, 0.4, 0.5, 1]]).astype("float32")
    found = sandy_land_degree(cover, climate=climate)
    assert found.to_numpy().tolist() == [levels]
    assert "sandy_land" in found.attrs["unsure"]


def test_rocky_desertification_is_graded_by_its_score(make_raster):
    score = make_raster([[0, 45, 46, 60, 61, 75, 76, 100, NAN]])
    found = rocky_desertification_degree(score)
    assert found.to_numpy().tolist() == [[1, 1, 2, 2, 3, 3, 4, 4, 255]]
    assert found.attrs["flag_meanings"] == "light moderate severe very_severe"


def test_covers_and_scores_beyond_their_range_are_refused(make_raster):
    with pytest.raises(ParameterError, match="`cover` has 1 values outside 0 to 1"):
        sandy_land_degree(make_raster([[40.0]]), climate="arid")
    with pytest.raises(ParameterError, match="`score` has 1 values outside 0 to 100"):
        rocky_desertification_degree(make_raster([[101.0]]))
    with pytest.raises(ParameterError, match="no option 'wet'"):
        sandy_land_degree(make_raster([[0.4]]), climate="wet")


def test_no_data_stays_no_data(make_raster):
    slope = make_raster([[10, NAN, 10]])
    cover = make_raster([[0.4, 0.4, -9999]]).rio.write_nodata(-9999)
    found = erosion_intensity(slope=slope, cover=cover)
    assert found.to_numpy().tolist() == [[3, 255, 255]]
    assert found.attrs["_FillValue"] == 255


@pytest.mark.parametrize(
    ("slope", "cover", "told"),
    [(95, 0.5, "`slope` has 1 values outside 0 to 90"), (9, 60, "`cover`.*0 to 1")],
)
def test_values_out_of_nature_are_refused(make_raster, slope, cover, told):
    with pytest.raises(ParameterError, match=told):
        erosion_intensity(slope=make_raster([[slope]]), cover=make_raster([[cover]]))


def test_soil_loss_below_0_or_per_hectare_is_refused(make_raster):
    with pytest.raises(ParameterError, match="`modulus` has 1 values"):
        erosion_intensity(make_raster([[-1.0]]), region="northeast_black_soil")
    loss = make_raster([[3.0]]).assign_attrs(units="t/(hm2 a)")
    with pytest.raises(ParameterError, match=r"modulus \* 100"):
        erosion_intensity(loss, region="northeast_black_soil")


def test_the_region_has_to_be_said(make_raster):
    with pytest.raises(ParameterError, match=r"`region` is None.*southern_red_soil"):
        erosion_intensity(make_raster([[3.0]]))


def test_one_way_of_grading_has_to_be_chosen(make_raster):
    raster = make_raster([[0.5]])
    with pytest.raises(ParameterError, match="not both"):
        erosion_intensity(raster, slope=raster, cover=raster)
    with pytest.raises(ParameterError, match="not both"):
        erosion_intensity(slope=raster)
    with pytest.raises(ParameterError, match="one of cover, depth, modulus"):
        wind_erosion_intensity(cover=raster, depth=raster)


def test_shifted_rasters_are_refused(make_raster):
    slope = make_raster([[5.0, 6.0]])
    shifted = slope.assign_coords(x=slope["x"] + 10) / 10
    with pytest.raises(GridMismatchError, match=r"slope.*\n.*cover"):
        erosion_intensity(slope=slope, cover=shifted)


def test_lazy_intensity_is_the_same(make_raster):
    da = pytest.importorskip("dask.array")
    rng = np.random.default_rng(5)
    slope = make_raster(rng.uniform(0, 60, (5, 7)))
    cover = make_raster(rng.uniform(0, 1, (5, 7)))
    eager = erosion_intensity(slope=slope, cover=cover)
    for chunks in [(1, 1), (2, 3), (5, 7)]:
        pieces = dict(zip("yx", chunks, strict=True))
        lazy = erosion_intensity(slope=slope.chunk(pieces), cover=cover.chunk(pieces))
        assert isinstance(lazy.data, da.Array)
        assert lazy.equals(eager)
        rate = conservation_rate(lazy).rate_percent
        assert rate == pytest.approx(conservation_rate(eager).rate_percent)


# Conservation


def test_the_rate_of_shanggao_is_that_of_its_plan():
    areas = pd.Series({"微度": 1347.46 - 120.18, "轻度": 100.0, "强烈": 20.18})
    found = conservation_rate(areas)
    assert found.rate_percent == pytest.approx(91.0810, abs=1e-4)
    assert found.eroded_km2 == pytest.approx(120.18)
    assert found.levels["area_km2"].tolist()[1:4] == [100.0, 0.0, 20.18]


def test_the_rate_of_cells_counts_the_worse_of_water_and_wind(make_raster):
    water = make_raster([[1, 1, 2], [1, 6, NAN]], cell=1000)
    wind = make_raster([[1, 3, 1], [1, 1, 1]], cell=1000)
    found = conservation_rate(water, wind)
    assert (found.sound_km2, found.land_km2) == (2.0, 5.0)
    assert found.rate_percent == 40.0
    assert found.levels["area_km2"].tolist() == [2, 1, 1, 0, 0, 1]
    assert conservation_rate(water).rate_percent == 60.0


def test_other_levels_and_areas_are_refused(make_raster):
    with pytest.raises(ParameterError, match=r"`intensity` has 1 values.*1 to 6"):
        conservation_rate(make_raster([[7, 1], [1, 1]]))
    with pytest.raises(ParameterError, match=r"'heavy'.*slight"):
        conservation_rate({"heavy": 3.0})
    with pytest.raises(ParameterError, match="-3"):
        conservation_rate({"light": -3.0})
    with pytest.raises(NoDataError, match="no land"):
        conservation_rate(make_raster([[NAN, NAN]] * 2))


# Quality


def test_ei_and_eqi_are_their_weighted_sums():
    worth = {"biological_richness": 60, "vegetation_cover": 80, "water_density": 40}
    # 21 + 20 + 6 + 0.15 * 90 + 0.1 * 95
    assert ei(**worth, land_stress=10, pollution_load=5) == pytest.approx(70)
    # 18 + 14 + 5.7 + 8
    found = eqi(pattern=50, function=40, biodiversity=30, stress=20)
    assert found == pytest.approx(45.7)


@pytest.mark.parametrize(("value", "ends"), [(100, (100, 0)), (0, (0, 100))])
def test_indices_go_from_0_to_100(value, ends):
    good, stress = ends
    parts = dict.fromkeys(("pattern", "function", "biodiversity"), good)
    assert eqi(**parts, stress=stress) == pytest.approx(value)
    names = ("biological_richness", "vegetation_cover", "water_density")
    bad = dict.fromkeys(("land_stress", "pollution_load"), stress)
    assert ei(**dict.fromkeys(names, good), **bad) == pytest.approx(value)


def test_series_of_years_keep_their_index():
    years = pd.Series([50.0, 60.0], index=[2020, 2022])
    found = eqi(pattern=years, function=years, biodiversity=years, stress=100 - years)
    assert found.index.tolist() == [2020, 2022]
    assert found.tolist() == pytest.approx([50, 60])


def test_a_component_beyond_100_is_refused():
    with pytest.raises(ParameterError, match=r"`stress`.*0 to 100"):
        eqi(pattern=1, function=1, biodiversity=1, stress=101)


PUBLISHED = {
    46.93: "三类",
    54.76: "三类",
    57.38: "二类",
    59.6: "二类",
    62.7: "二类",
    73.88: "一类",
    84.81: "一类",
    32.73: "四类",
    38.44: "四类",
}


def test_the_nine_published_cases_have_their_class():
    found = quality_level(pd.Series(list(PUBLISHED)))
    assert found["label"].tolist() == list(PUBLISHED.values())


def test_mulei_is_of_class_four_and_stable():
    assert quality_level(36.43)["level"].tolist() == [4]
    change = quality_change(-0.73)
    assert change["label"].tolist() == ["基本稳定"]
    assert change["direction"].tolist() == ["none"]
    assert "change" in change.attrs["unsure"]


@pytest.mark.parametrize(
    ("index", "levels"), [("EQI", [1, 2, 3, 4, 5]), ("EI", [2, 2, 3, 3, 4])]
)
def test_lower_ends_belong_to_the_better_class(index, levels):
    assert quality_level([70, 55, 40, 35, 29.99], index)["level"].tolist() == levels


def test_changes_are_graded_by_their_size_to_rounding():
    found = quality_change([32.3 - 31.3, 0.99, -2, 4, -1.99], "EQI")
    assert found["level"].tolist() == [2, 1, 3, 4, 2]
    assert found["direction"].tolist() == ["better", "none", "worse", "better", "worse"]
    assert quality_change([1, 3, 8, 2.99], "EI")["level"].tolist() == [2, 3, 4, 2]


def test_a_name_of_both_indices_is_warned_of():
    with pytest.warns(EcozoningWarning, match="taken as EI"):
        found = quality_level(60, "生态质量指数（EI）")
    assert found["index"].tolist() == ["EI"]
    assert quality_level(60, "生态质量指数")["index"].tolist() == ["EQI"]


def test_an_unknown_index_or_value_is_refused():
    with pytest.raises(ParameterError, match=r"'RSEI'.*EQI"):
        quality_level(60, "RSEI")
    with pytest.raises(ParameterError, match="101"):
        quality_level(101)
