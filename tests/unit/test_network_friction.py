"""Resistance: scores, weights, distances, light, barriers; and what is refused."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, box

from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    GridMismatchError,
    NoDataError,
    ParameterError,
)
from ecozoning.network import resistance_surface

JILIN = {"ruleset": "resistance_jilin2022"}
WORDS = {1: "forest", 2: "farmland", 3: "built_up"}


@pytest.fixture
def jilin(make_raster):
    """Return the three factors of western Jilin: 2 x 2 cells of 30 m."""
    return {
        "land_cover": make_raster([[1, 2], [3, 3]]).astype("uint8"),
        "slope": make_raster([[0, 5], [10, 20.5]]),
        "elevation": make_raster([[100, 200], [401, 700]]),
    }


@pytest.fixture
def cover(make_raster):
    """Return land cover of forest alone, 3 x 41 cells of 30 m."""
    return make_raster(np.ones((3, 41))).astype("uint8")


def line(*points, crs="EPSG:4547"):
    return gpd.GeoDataFrame(geometry=[LineString(points)], crs=crs)


def test_weighted_sum_of_western_jilin(jilin):
    cost = resistance_surface(jilin, classes=WORDS, **JILIN)
    # 0.65 land + 0.29 slope + 0.06 elevation, each from its table.
    expected = [
        [0.65 * 1 + 0.29 * 1 + 0.06 * 10, 0.65 * 100 + 0.29 * 100 + 0.06 * 20],
        [0.65 * 500 + 0.29 * 100 + 0.06 * 40, 0.65 * 500 + 0.29 * 500 + 0.06 * 80],
    ]
    np.testing.assert_allclose(cost, expected, rtol=1e-6)
    assert cost.dtype == np.float32


def test_result_says_what_it_rests_on(jilin):
    attrs = resistance_surface(jilin, classes=WORDS, **JILIN).attrs
    assert attrs["ruleset"] == "resistance_jilin2022"
    assert attrs["tables"] == "land_cover slope elevation"
    assert attrs["weights"] == "land_cover 0.65, slope 0.29, elevation 0.06"
    assert attrs["confidence"] == "15 verified"
    assert attrs["method"] == "weighted sum of scores"


def test_beijing_is_a_plain_sum_with_distance_to_roads(cover):
    road = line((-15, -1000), (-15, 1000))  # along the western rim
    cost = resistance_surface(
        {"land_cover": cover},
        ruleset="resistance_beijing2017",
        classes=WORDS,
        roads=road,
    )
    # The line lies between cell -1 and cell 0: the first column is touched, or its
    # neighbour off the raster is. Scores fall 500, 300, 200, 100, 10 with distance.
    row = cost.to_numpy()[0] - 1
    assert set(row) == {500, 300, 200, 100, 10}
    assert (np.diff(row) <= 0).all()
    assert cost.attrs["method"] == "sum of scores"
    assert "unsure" in cost.attrs["confidence"]


def test_distance_is_exact_from_centre_to_centre(cover):
    town = gpd.GeoDataFrame(geometry=[box(-10, 20, 10, 40)], crs="EPSG:4547")
    cost = resistance_surface(
        {"land_cover": cover},
        ruleset="resistance_beijing2017",
        classes=WORDS,
        settlements=town,  # within cell (1, 0)
    )
    # 500 below 100 m, that is up to 3 cells of 30 m; the diagonal of (3, 1) is 94.9 m.
    np.testing.assert_array_equal(cost[1, :5] - 1, [500, 500, 500, 500, 300])
    np.testing.assert_array_equal(cost[0, :5] - 1, [500, 500, 500, 500, 300])


def test_features_off_the_raster_count(cover):
    road = line((-300, -1000), (-300, 1000))  # 300 m west of the first centre
    cost = resistance_surface(
        {"land_cover": cover},
        ruleset="resistance_beijing2017",
        classes=WORDS,
        roads=road,
    )
    assert cost[0, 0] - 1 == 200


def test_distances_that_are_there_already_are_a_factor(cover):
    far = (cover * 0.0 + 600.0).assign_attrs(units="m")
    factors = {"land_cover": cover, "road_distance": far}
    sums = {"ruleset": "resistance_beijing2017", "classes": WORDS}
    assert (resistance_surface(factors, **sums) == 101).all()
    with pytest.raises(ParameterError, match="`roads` makes it"):
        resistance_surface(factors, roads=line((0, 0), (1, 1)), **sums)


def test_roads_as_a_raster_are_as_good(cover):
    cells = cover * 0
    cells[:, 0] = 1
    sums = {"ruleset": "resistance_beijing2017", "classes": WORDS}
    by_cells = resistance_surface({"land_cover": cover}, roads=cells, **sums)
    by_line = resistance_surface(
        {"land_cover": cover}, roads=line((0, 0), (0, 60)), **sums
    )
    np.testing.assert_array_equal(by_cells, by_line)


def test_level_of_sensitivity_is_the_resistance_of_dali(make_raster):
    levels = make_raster([[1, 5], [3, np.nan]])
    cost = resistance_surface(
        {"sensitivity_level": levels}, ruleset="resistance_dali2018"
    )
    np.testing.assert_array_equal(cost, [[1, 9], [5, np.nan]])


def test_flags_stand_in_for_classes(cover):
    cover = cover.assign_attrs(flag_values=[1, 2], flag_meanings="forest farmland")
    cost = resistance_surface({"land_cover": cover}, ruleset="resistance_beijing2017")
    assert (cost == 1).all()


def test_your_own_weights_replace_those_of_the_study(jilin):
    two = {name: jilin[name] for name in ("land_cover", "slope")}
    weights = {"land_cover": 0.5, "slope": 0.5}
    cost = resistance_surface(two, classes=WORDS, weights=weights, **JILIN)
    np.testing.assert_array_equal(cost, [[1, 100], [300, 500]])


def test_light_is_compared_with_the_mean_of_its_class(make_raster):
    cover = make_raster([[1, 1], [2, 2]]).astype("uint8")
    light = make_raster([[0, 4], [0, 0]])
    cost = resistance_surface(
        {"land_cover": cover},
        ruleset="resistance_beijing2017",
        classes={1: "town", 2: "forest"},
        night_light=light,
    )
    # Town: 500 x 0 / 2, but at least 1, the lowest there is; 500 x 4 / 2. Forest: dark.
    np.testing.assert_array_equal(cost, [[1, 1000], [1, 1]])


def test_barriers_are_infinite_and_nodata_stays_nodata(jilin):
    jilin["slope"][0, 0] = np.nan
    wall = line((-10, 30), (10, 30))
    wide = resistance_surface(jilin, classes=WORDS, barriers=wall, **JILIN)
    assert np.isnan(wide[0, 0])
    wall = line((20, 30), (40, 30))
    assert np.isinf(
        resistance_surface(jilin, classes=WORDS, barriers=wall, **JILIN)[0, 1]
    )


def test_nodata_numbers_are_no_classes_and_no_quantities(jilin):
    jilin["land_cover"] = jilin["land_cover"].rio.write_nodata(3)
    jilin["elevation"] = jilin["elevation"].rio.write_nodata(100)
    cost = resistance_surface(jilin, classes=WORDS, **JILIN)
    np.testing.assert_array_equal(np.isnan(cost), [[True, False], [True, True]])


def test_classes_that_the_table_does_not_know_are_listed(jilin):
    with pytest.raises(ParameterError, match=r"does not know: 3 \(no word\)"):
        resistance_surface(jilin, classes={1: "forest", 2: "farmland"}, **JILIN)
    with pytest.raises(ParameterError, match=r"3 \(town\); say which of forest"):
        resistance_surface(jilin, classes=WORDS | {3: "town"}, **JILIN)
    with pytest.raises(ParameterError, match="does not say what its class numbers"):
        resistance_surface(jilin, **JILIN)


def test_weights_must_add_up_and_be_of_the_factors(jilin):
    weights = {"land_cover": 0.5, "slope": 0.5, "elevation": 0.1}
    with pytest.raises(ParameterError, match=r"add up to 1\.1"):
        resistance_surface(jilin, classes=WORDS, weights=weights, **JILIN)
    with pytest.raises(ParameterError, match="weights are of"):
        resistance_surface({"land_cover": jilin["land_cover"]}, classes=WORDS, **JILIN)
    weights = {"land_cover": 1.5, "slope": -0.6, "elevation": 0.1}
    with pytest.raises(ParameterError, match="weights above 0"):
        resistance_surface(jilin, classes=WORDS, weights=weights, **JILIN)


@pytest.mark.parametrize("name", ["resistance_county", "resistance_xian2021"])
def test_rulesets_without_scores_are_refused(jilin, name):
    with pytest.raises(ParameterError, match=r"no scores for 'land_cover'; it has wei"):
        resistance_surface(jilin, ruleset=name, classes=WORDS)


def test_factors_off_their_table_are_refused(jilin):
    jilin["slope"][0, 0] = 95.0
    with pytest.raises(ParameterError, match=r"`slope`.*outside"):
        resistance_surface(jilin, classes=WORDS, **JILIN)
    with pytest.raises(ParameterError, match="no scores for 'ndvi'; it has land_cov"):
        resistance_surface({"ndvi": jilin["slope"]}, **JILIN)
    with pytest.raises(ParameterError, match="by name"):
        resistance_surface({}, **JILIN)


def test_layers_and_rasters_of_another_place_are_refused(jilin, cover):
    sums = {"ruleset": "resistance_beijing2017", "classes": WORDS}
    one = {"land_cover": cover}
    with pytest.raises(GridMismatchError, match="land_cover"):
        resistance_surface(jilin | one, classes=WORDS, **JILIN)
    with pytest.raises(GeometryError, match="`roads` touches no cell"):
        resistance_surface(one, roads=line((9e5, 9e5), (9e5, 9.1e5)), **sums)
    with pytest.raises(CRSMismatchError, match=r"roads\.to_crs"):
        resistance_surface(one, roads=line((0, 0), (9, 9), crs=4548), **sums)
    with pytest.raises(ParameterError, match="not on the grid"):
        resistance_surface(one, roads=jilin["land_cover"], **sums)
    with pytest.raises(ParameterError, match="besides 0 and 1"):
        resistance_surface(one, barriers=cover * 2, **sums)


def test_degrees_are_refused(make_raster):
    cover = make_raster(np.ones((2, 2)), cell=0.01, crs="EPSG:4490")
    with pytest.raises(CRSMismatchError, match="in degrees"):
        resistance_surface({"land_cover": cover}, **JILIN)


def test_light_that_cannot_be_light_is_refused(cover, jilin):
    sums = {"ruleset": "resistance_beijing2017", "classes": WORDS}
    with pytest.raises(ParameterError, match="below 0"):
        resistance_surface({"land_cover": cover}, night_light=cover * -1.0, **sums)
    dali = {"sensitivity_level": cover}
    with pytest.raises(ParameterError, match="`night_light` needs"):
        resistance_surface(dali, night_light=cover, ruleset="resistance_dali2018")


def test_factors_without_a_cell_in_common_are_refused(jilin):
    jilin["slope"] = jilin["slope"].where(jilin["slope"] < 6)
    jilin["elevation"] = jilin["elevation"].where(jilin["elevation"] > 300)
    with pytest.raises(NoDataError, match="no cell has all factors"):
        resistance_surface(jilin, classes=WORDS, **JILIN)


OURS = """
id = "ours"
title = "本县阻力"
title_en = "Our resistance"
year = 2025
source = "专题研究"

[tables.cover]
name = "土地覆被"
factor = "land_cover"
unit = "1"
kind = "values"
source = "专题研究"
clause = "表 1"
confidence = "verified"
rows = [
  { category = "forest", name = "林地", value = %s },
  { category = "farmland", name = "耕地", value = 7 },
]
"""


def test_your_own_table_is_a_file(cover, tmp_path):
    file = tmp_path / "ours.toml"
    file.write_text(OURS % 2, encoding="utf-8")
    cost = resistance_surface({"land_cover": cover}, ruleset=file, classes=WORDS)
    assert (cost == 2).all()
    file.write_text(OURS % 0, encoding="utf-8")
    with pytest.raises(ParameterError, match="resistance of 0 or below"):
        resistance_surface({"land_cover": cover}, ruleset=file, classes=WORDS)


def test_lazy_factors_are_computed(jilin):
    eager = resistance_surface(jilin, classes=WORDS, **JILIN)
    lazy = {name: raster.chunk(y=1) for name, raster in jilin.items()}
    assert resistance_surface(lazy, classes=WORDS, **JILIN).identical(eager)


def test_no_argument_is_changed(jilin):
    before = {name: raster.copy(deep=True) for name, raster in jilin.items()}
    resistance_surface(jilin, classes=WORDS, **JILIN)
    for name, raster in jilin.items():
        assert raster.identical(before[name])
