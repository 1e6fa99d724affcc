"""Sensitivity to each issue: scores, index and level worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from ecozoning.errors import GridMismatchError, NoDataError, ParameterError
from ecozoning.rulesets import load_ruleset
from ecozoning.sensitivity import (
    combine,
    desertification,
    rocky_desertification,
    salinization,
    water_erosion,
)
from ecozoning.sensitivity.scores import Scored, look_up

TEXTURES = {1: "clay", 2: "loam", 3: "silt"}


@pytest.fixture
def erosion(make_raster):
    """Return a function of four rows of cells."""

    def build(rain, soil, relief, cover, **options):
        rasters = {
            "rainfall_erosivity": make_raster([rain]),
            "soil": make_raster([soil]).astype(options.pop("kind", "uint8")),
            "relief": make_raster([relief]),
            "cover": make_raster([cover]),
        }
        return water_erosion(**rasters, soil_codes=TEXTURES, **options)

    return build


def cells(raster):
    return raster.to_numpy().ravel().tolist()


# Scores: 1 1 1 1 = 1; 5 5 1 1 = 25 (2.236); 3 3 3 1 = 27 (2.280);
# 5 5 3 3 = 225 (3.873); 5 5 5 3 = 375 (4.401); 5 3 1 1 = 15 (1.968).
SIX = (
    [50, 700, 300, 700, 700, 700],
    [1, 3, 2, 3, 3, 2],
    [10, 10, 200, 200, 400, 10],
    [0.7, 0.7, 0.7, 0.3, 0.3, 0.7],
)


@pytest.mark.parametrize(
    ("cuts", "levels"),
    [
        ("2/4", [1, 2, 2, 2, 3, 1]),
        ("thirds", [1, 1, 1, 3, 3, 1]),
        (None, [1, 2, 2, 2, 3, 1]),
    ],
)
def test_levels_follow_the_product_of_scores_under_either_rule(erosion, cuts, levels):
    assert cells(erosion(*SIX, cuts=cuts).level) == levels


def test_index_is_the_fourth_root_of_the_product(erosion):
    index = erosion(*SIX).index()
    products = np.array([1, 25, 27, 225, 375, 15])
    assert index.dtype == np.float32
    assert cells(index) == pytest.approx(products**0.25, rel=1e-6)


def test_scores_are_told_by_factor(erosion):
    scores = erosion(*SIX).scores()
    assert cells(scores["rainfall_erosivity"]) == [1, 5, 3, 5, 5, 5]
    assert cells(scores["soil"]) == [1, 5, 3, 5, 5, 3]
    assert cells(scores["relief"]) == [1, 1, 3, 3, 5, 1]
    assert cells(scores["cover"]) == [1, 1, 1, 3, 3, 1]


def test_a_value_on_an_edge_goes_where_the_table_says(erosion):
    edges = ([100, 600, 600.1, 99.9], [1] * 4, [50, 50.1, 300, 300.1], [0.2, 0.6] * 2)
    scores = erosion(*edges).scores()
    assert cells(scores["rainfall_erosivity"]) == [3, 3, 5, 1]
    assert cells(scores["relief"]) == [1, 3, 3, 5]
    assert cells(scores["cover"]) == [5, 1, 5, 1]


def test_edge_of_a_float32_raster_is_the_edge(make_raster):
    cover = make_raster([[0.2, 0.6]]).astype("float32")
    share, slope = make_raster([[80, 80]]), make_raster([[10, 10]])
    karst = rocky_desertification(carbonate_share=share, slope=slope, cover=cover)
    assert cells(karst.scores()["cover"]) == [5, 1]


# 9 9 7 7 = 3969, index 7.94: level 4; 9 9 9 7 = 5103, 8.45: level 5; 3 7 7 9, 6.03: 4.
def test_five_levels_of_2003(erosion):
    found = erosion(
        [700, 700, 50],
        [3, 3, 2],
        [200, 400, 200],
        [0.3, 0.3, 0.1],
        ruleset="eco2003",
    )
    assert cells(found.scores()["soil"]) == [9, 9, 5]
    assert cells(found.level) == [4, 5, 3]
    assert found.level.attrs["flag_values"].tolist() == [1, 2, 3, 4, 5]


def test_more_products_of_scores_than_fit_are_refused(make_raster):
    # 2^a 3^b with a + b = 0 .. n has (n + 1)(n + 2) / 2 products: 276 for 22 factors.
    table = load_ruleset("redline2017")["vegetation_cover"]
    scores = [(1.0,), (2.0,), (3.0,)]
    rows = [replace(row, scores=s) for row, s in zip(table.rows, scores, strict=True)]
    factor = Scored("cover", make_raster([[0.5]]), replace(table, rows=tuple(rows)))
    found = look_up([factor] * 3, lambda product: product, dtype="uint8", nothing=255)
    assert found.tolist() == [[8]]
    with pytest.raises(ParameterError, match=r"`cover`.* 276 different"):
        look_up([factor] * 22, lambda product: product, dtype="uint8", nothing=255)


@pytest.mark.parametrize("kind", ["uint8", "int16", "float32"])
def test_the_greatest_number_of_a_type_is_looked_up_like_any(make_raster, kind):
    table = load_ruleset("redline2017")["local_relief"]  # 3 to 300 m, then 5
    greatest = {"uint8": 255, "int16": 32767, "float32": np.finfo("float32").max}[kind]
    factor = Scored("relief", make_raster([[greatest]]).astype(kind), table)
    found = look_up([factor], lambda score: score, dtype="uint8", nothing=255)
    assert found.tolist() == [[3 if kind == "uint8" else 5]]


def test_a_code_that_is_no_whole_number_is_refused(make_raster):
    one = make_raster([[1.0]])
    with pytest.raises(ParameterError, match=r"`soil_codes` has 1\.5"):
        desertification(
            aridity=one, windy_days=one, soil=one, cover=one, soil_codes={1.5: "sandy"}
        )


def test_a_code_that_no_class_has_is_refused(erosion):
    with pytest.raises(ParameterError, match="`soil` has 1 values without a class"):
        erosion([50, 50], [1, 7], [10, 10], [0.7, 0.7])


def test_nodata_of_each_factor_is_nodata_of_the_level(make_raster):
    soil = make_raster([[1, 0, 1, 1]]).astype("uint8").rio.write_nodata(0)
    rain = make_raster([[np.nan, 50, 50, 50]])
    relief = make_raster([[10, 10, -9999, 10]]).rio.write_nodata(-9999)
    found = water_erosion(
        rainfall_erosivity=rain,
        soil=soil,
        relief=relief,
        cover=make_raster([[0.7] * 4]),
        soil_codes=TEXTURES,
    )
    assert cells(found.level) == [255, 255, 255, 1]
    assert np.isnan(cells(found.index())[:3]).all()


@pytest.mark.parametrize("kind", ["uint8", "int16", "int32", "int64", "float32"])
def test_codes_of_any_type_are_understood(erosion, kind):
    assert cells(erosion(*SIX, kind=kind).level) == [1, 2, 2, 2, 3, 1]


def test_a_code_between_two_codes_is_refused(make_raster):
    one = make_raster([[1.0]])
    with pytest.raises(ParameterError, match="`soil` has 1 values without a class"):
        desertification(
            aridity=one,
            windy_days=one,
            soil=one + 0.5,
            cover=one,
            soil_codes={1: "sandy", 2: "loamy"},
        )


@pytest.mark.parametrize(
    ("factor", "value", "accepted"),
    [
        ("rainfall_erosivity", -1, "values outside 0 to inf MJ"),
        ("rainfall_erosivity", np.inf, "infinite values"),
        ("relief", -0.1, "values outside 0 to inf m"),
        ("cover", 60, "values outside 0 to 1 of table 'vegetation_cover'"),
        ("cover", -0.01, "values outside 0 to 1"),
    ],
)
def test_a_value_out_of_its_range_is_refused_by_name(
    make_raster, factor, value, accepted
):
    rasters = {
        "rainfall_erosivity": make_raster([[50, 50]]),
        "soil": make_raster([[1, 1]]),
        "relief": make_raster([[10, 10]]),
        "cover": make_raster([[0.5, 0.5]]),
    }
    rasters[factor] = make_raster([[rasters[factor][0, 0].item(), value]])
    with pytest.raises(ParameterError, match=rf"`{factor}` has 1 {accepted}"):
        water_erosion(**rasters, soil_codes=TEXTURES)


def test_slope_of_95_degrees_is_refused(make_raster):
    half = make_raster([[0.5]])
    with pytest.raises(ParameterError, match="`slope` has 1 values outside 0 to 90"):
        rocky_desertification(carbonate_share=half * 100, slope=half * 190, cover=half)


def test_carbonate_share_as_a_fraction_is_refused(make_raster):
    share = make_raster([[0.0, 0.4, 1.0, np.nan]])
    with pytest.raises(ParameterError, match=r"looks like fractions.*\* 100"):
        rocky_desertification(carbonate_share=share, slope=share, cover=share)


def test_nodata_does_not_hide_a_fraction(make_raster):
    share = make_raster([[0.4, 255]]).rio.write_nodata(255)
    with pytest.raises(ParameterError, match="looks like fractions"):
        rocky_desertification(carbonate_share=share, slope=share, cover=share)


# Scores 5, 5, 3: the third root of 75.
def test_index_of_three_factors_is_the_third_root(make_raster):
    one = make_raster([[1.0]])
    karst = rocky_desertification(
        carbonate_share=one * 80, slope=one * 25, cover=one / 2
    )
    assert cells(karst.index()) == pytest.approx([75 ** (1 / 3)])


# Edges of aridity at 1.5 and 16 between whole numbers: 1 is below, 2 above the first.
@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32"])
def test_whole_numbers_are_compared_with_edges_between_them(make_raster, kind):
    aridity, one = make_raster([[1, 2, 15, 16]]).astype(kind), make_raster([[1.0] * 4])
    found = desertification(
        aridity=aridity, windy_days=one, soil=one, cover=one, soil_codes={1: "sandy"}
    )
    assert cells(found.scores()["aridity"]) == [1, 3, 3, 5]


def test_carbonate_share_of_none_everywhere_is_accepted(make_raster):
    none = make_raster([[0.0, 0.0]])
    karst = rocky_desertification(carbonate_share=none, slope=none, cover=none + 1)
    assert cells(karst.level) == [1, 1]


def test_a_shifted_grid_is_refused_with_both_sides(make_raster):
    one = make_raster([[1.0, 1.0]])
    moved = one.assign_coords(x=one["x"] + 15)
    with pytest.raises(GridMismatchError, match=r"`carbonate_share` and `cover`"):
        rocky_desertification(carbonate_share=one * 50, slope=one, cover=moved)


def test_no_common_cell_is_refused(make_raster):
    left, right = make_raster([[np.nan, 1.0]]), make_raster([[1.0, np.nan]])
    with pytest.raises(NoDataError, match="no cell with a value in common"):
        rocky_desertification(carbonate_share=left * 50, slope=right, cover=left)


def test_a_class_that_the_table_has_not_is_refused(make_raster):
    one = make_raster([[1.0]])
    with pytest.raises(ParameterError, match=r"\['mud'\].*in `soil_codes`"):
        desertification(
            aridity=one, windy_days=one, soil=one, cover=one, soil_codes={1: "mud"}
        )


def test_classes_that_nothing_names_are_refused(make_raster):
    one = make_raster([[1.0]])
    with pytest.raises(ParameterError, match=r"give `soil_codes=\{1"):
        desertification(aridity=one, windy_days=one, soil=one, cover=one)


def test_flags_of_the_raster_name_its_classes(make_raster):
    one = make_raster([[1.0]])
    soil = one.assign_attrs(flag_values=[1, 2], flag_meanings="sandy loamy")
    found = desertification(aridity=one, windy_days=one, soil=soil, cover=one)
    assert cells(found.scores()["soil"]) == [5]


# 5 3 5 5 = 375: index 4.40; the draft's own cuts are for scores up to 9.
@pytest.mark.parametrize(
    ("cuts", "level"), [("2/4", 3), (None, 3), ("salinization_level", 2)]
)
def test_salinization_by_rule_of_cuts(make_raster, cuts, level):
    one = make_raster([[1.0]])
    found = salinization(
        evaporation_ratio=one * 20,
        groundwater_salinity=one * 10,
        groundwater_depth=one * 0.5,
        soil=one,
        soil_codes={1: "砂壤土"},
        cuts=cuts,
    )
    assert cells(found.level) == [level]


def test_attributes_say_units_method_and_rules(erosion):
    found = erosion(*SIX)
    assert found.level.attrs["ruleset"] == "redline2017"
    assert found.level.attrs["unsure"] == ""
    assert found.level.attrs["labels_zh"] == "一般敏感 敏感 极敏感"
    assert "index_level_2_4" in found.level.attrs["tables"]
    assert set(found.rules["confidence"]) == {"recalled"}
    assert found.index().attrs["units"] == "1"


OURS = """
id = "ours"
title = "本县"
title_en = "Ours"
year = 2024
source = "专题"
base = "redline2017"
[tables.local_relief]
name = "起伏度"
factor = "local_relief"
unit = "m"
kind = "intervals"
scale = "sensitivity_score"
source = "专题"
clause = "表 1"
confidence = "unsure"
rows = [{ interval = "[0, 5]", score = 1 }, { interval = "(5, inf)", score = 5 }]
"""


def test_unsure_rows_of_a_ruleset_of_ones_own_are_listed(erosion, tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(OURS, encoding="utf-8")
    found = erosion(*SIX, ruleset=load_ruleset(path))
    assert found.level.attrs["unsure"] == "local_relief [0, 5]; local_relief (5, inf)"
    assert cells(found.scores()["relief"]) == [5] * 6


# --- combine ----------------------------------------------------------------------


@pytest.fixture
def level(make_raster):
    def build(name, row):
        raster = make_raster([row]).astype("uint8").rename(name).rio.write_nodata(255)
        flags = {"flag_values": [1, 2, 3], "flag_meanings": "low medium high"}
        return raster.assign_attrs(flags)

    return build


def test_the_worst_issue_decides_and_ties_go_to_the_first(level):
    sand, karst = level("sand", [1, 3, 2, 255, 255]), level("karst", [2, 1, 2, 1, 255])
    both = combine(sand, karst, missing="skip")
    assert cells(both["level"]) == [2, 3, 2, 1, 255]
    assert cells(both["issue"]) == [2, 1, 1, 2, 255]
    assert both["issue"].attrs["flag_meanings"] == "sand karst"


def test_cells_that_an_issue_does_not_know_are_nodata(level):
    sand, karst = level("sand", [3, 255, 1]), level("karst", [2, 1, 255])
    both = combine(sand, karst)
    assert cells(both["level"]) == [3, 255, 255]
    assert cells(both["issue"]) == [1, 255, 255]
    with pytest.raises(ParameterError, match="`missing` is 'drop'"):
        combine(sand, karst, missing="drop")


def test_another_table_is_no_rule_of_levels(erosion):
    with pytest.raises(ParameterError, match="choice 'index_cuts' has no option"):
        erosion(*SIX, cuts="aridity")


def test_combine_takes_what_the_issues_return(erosion, make_raster):
    water = erosion(*SIX)
    share = make_raster([[80.0] * 6])
    karst = rocky_desertification(
        carbonate_share=share, slope=share / 4, cover=share / 200
    )
    both = combine(water, karst)
    assert cells(karst.level) == [2] * 6  # 5 3 3 = 45, index 3.56
    assert cells(both["level"]) == [2, 2, 2, 2, 3, 2]
    assert cells(both["issue"]) == [2, 1, 1, 1, 1, 2]
    assert both["level"].attrs["labels_zh"] == "一般敏感 敏感 极敏感"


def test_two_scales_are_not_combined(level):
    other = level("karst", [1]).assign_attrs(flag_meanings="a b c")
    with pytest.raises(ParameterError, match=r"`sand` and `karst` have two scales"):
        combine(level("sand", [1]), other)


@pytest.mark.parametrize("odd", [0, 4])
def test_a_value_that_is_no_level_is_refused(level, odd):
    with pytest.raises(ParameterError, match="`karst` has 1 values outside 1 to 3"):
        combine(level("sand", [1, 2]), level("karst", [odd, 255]))


def test_one_issue_or_one_name_twice_is_refused(level):
    with pytest.raises(ParameterError, match="two issues or more"):
        combine(level("sand", [1]))
    with pytest.raises(ParameterError, match="different names"):
        combine(level("sand", [1]), level("sand", [2]))
    with pytest.raises(ParameterError, match="two issues or more, to 30"):
        combine(*(level(f"issue_{i}", [1]) for i in range(31)))


def test_the_last_of_thirty_issues_can_decide(level):
    both = combine(*(level(f"issue_{i}", [1 + (i == 29)]) for i in range(30)))
    assert cells(both["level"]) == [2]
    assert cells(both["issue"]) == [30]


def test_a_scale_of_more_than_seven_levels_is_refused(level):
    flags = {"flag_values": [1, 8], "flag_meanings": "low high"}
    issues = [level(name, [1]).assign_attrs(flags) for name in ("sand", "karst")]
    with pytest.raises(ParameterError, match=r"`sand` has levels \[1, 8\].*reclassify"):
        combine(*issues)


def test_a_raster_without_flags_is_refused(level, make_raster):
    with pytest.raises(ParameterError, match=r"`levels\[1\]` has no name"):
        combine(level("sand", [1]), make_raster([[1]]))
