"""Suitability: matrices that correct each other in order, negative lists, capacity."""

import numpy as np
import pytest

from ecozoning.errors import GridMismatchError, ParameterError
from ecozoning.rulesets import load_ruleset
from ecozoning.suitability import agriculture, construction, land_capacity


@pytest.fixture
def rate(make_raster):
    """Return a builder of the levels of one row of cells."""

    def build(function, classes=None, ruleset="dual2019draft", grouped=None, **rows):
        factors = {name: make_raster([row]) for name, row in rows.items()}
        extra = {} if grouped is None else {"grouped": grouped}
        found = function(factors, ruleset=ruleset, classes=classes, **extra)
        return found.to_numpy()[0].tolist()

    return build


def test_farming_begins_with_the_slope(rate):
    assert rate(agriculture, slope=[2, 2.1, 6, 15, 25, 25.1]) == [1, 2, 2, 3, 4, 5]


def test_land_and_water_meet_in_a_matrix_and_climate_in_another(rate):
    # Land 3, water 3 (400 to 800 mm): 3; climate 4 (1500 to 4000): 4.
    assert rate(agriculture, slope=[10], precipitation=[500]) == [3]
    assert rate(agriculture, slope=[10], precipitation=[500], heat=[2000]) == [4]
    # Land 4, water 2: 4; climate 5: 5. Land 1, water 5: 5.
    assert rate(agriculture, slope=[20], aridity=[0.8], heat=[1000]) == [5]
    assert rate(agriculture, slope=[1], water_quota=[2]) == [5]


def test_corrections_add_up_instead_of_starting_anew(rate):
    # Slope 1; silt 70 %: 2; risk of pollution: 3; worst salinization: 4.
    classes = {
        "soil_pollution": {1: "safe", 2: "risk", 3: "unsafe"},
        "salinization": {0: "other", 1: "worst"},
    }
    found = rate(
        agriculture,
        classes,
        slope=[1, 1, 1],
        silt=[70, 70, 90],
        soil_pollution=[2, 3, 1],
        salinization=[1, 0, 0],
    )
    assert found == [4, 5, 5]


def test_steps_looked_up_in_one_table_or_one_after_the_other_are_the_same(
    rate, monkeypatch
):
    rows = {
        "slope": [1, 4, 10, 20, 30, np.nan],
        "silt": [70, 10, 70, 10, 10, 10],
        "precipitation": [1300, 1000, 500, 300, 1300, 1300],
    }
    together = rate(agriculture, **rows)
    # Land 2 2 4 4 5 by slope and silt, water 1 2 3 4 1, then the matrix of the two.
    assert together == [1, 1, 4, 5, 5, 255]
    monkeypatch.setattr("ecozoning.raster.steps.MOST_PLACES", 1)
    assert rate(agriculture, **rows) == together


def test_faults_are_told_of_the_right_factor_in_later_tables(rate, monkeypatch):
    monkeypatch.setattr("ecozoning.raster.steps.MOST_PLACES", 1)
    with pytest.raises(ParameterError, match="`silt` has 1 values outside 0 to 100"):
        rate(agriculture, slope=[1, 2], silt=[101, 2], precipitation=[9, 9])


def test_five_levels_become_three(rate):
    found = rate(agriculture, grouped=True, slope=[1, 4, 10, 20, 30])
    assert found == [1, 1, 2, 2, 3]


def test_each_pair_of_the_matrix_is_that_of_the_ruleset(rate):
    table = load_ruleset("dual2019draft")["farming_land_water"].scores()
    slopes, rains = [1, 4, 10, 20, 30], [1300, 1000, 500, 300, 100]
    for land, slope in enumerate(slopes):
        found = rate(agriculture, slope=[slope] * 5, precipitation=rains)
        assert found == table[land].tolist()


def test_an_infinite_depth_is_refused_where_the_table_has_no_lowest_height(rate):
    assert rate(construction, slope=[1], elevation=[-400]) == [1]
    with pytest.raises(ParameterError, match="`elevation` has 1 infinite values"):
        rate(construction, slope=[1, 1], elevation=[-np.inf, 2])


def test_towns_mind_height_relief_and_hazards_in_turn(rate):
    names = {0: "other", 1: "rather_high", 2: "high", 3: "very_high"}
    # Slope 5: 2; at 4000 m 3; relief 150 m 4; hazard 5 at most.
    assert rate(construction, slope=[5], elevation=[4000]) == [3]
    assert rate(construction, slope=[5], elevation=[4000], local_relief=[150]) == [4]
    found = rate(
        construction, {"geohazard": names}, slope=[1, 1, 1, 1], geohazard=[0, 1, 2, 3]
    )
    assert found == [1, 2, 3, 5]


def test_the_geohazard_is_not_taken_for_the_storm_surge(rate):
    classes = {
        "geohazard": {0: "other", 3: "very_high"},
        "storm_surge": {0: "other", 1: "worst"},
    }
    found = rate(
        construction, classes, slope=[1, 1], geohazard=[0, 3], storm_surge=[1, 0]
    )
    assert found == [2, 5]


def test_location_and_contiguity_need_no_words(rate):
    found = rate(construction, slope=[5, 5, 5], location=[1, 3, 5])
    assert found == [1, 2, 4]
    found = rate(construction, slope=[10] * 5, contiguity=[0.1, 0.3, 0.5, 0.7, 0.9])
    assert found == [5, 4, 3, 2, 1]


def test_the_list_of_2020_excludes_by_any_factor(rate):
    found = rate(
        agriculture,
        ruleset="dual2020",
        slope=[25, 25.1, 5, 5, 5],
        silt=[80, 10, 80.1, 10, 10],
        heat=[1500, 2000, 2000, 1499, 2000],
        precipitation=[200, 300, 300, 300, 199],
    )
    assert found == [1, 2, 2, 2, 2]


def test_other_water_takes_back_what_drought_excludes_and_nothing_else(rate):
    found = rate(
        agriculture,
        ruleset="dual2020",
        precipitation=[100, 100, 100],
        other_water=[0, 1, 1],
        slope=[5, 5, 30],
    )
    assert found == [2, 1, 2]


def test_conditions_exclude_towns(rate):
    found = rate(
        construction,
        ruleset="dual2020",
        slope=[5, 30, 5, 5],
        water_shortage=[0, 0, 1, 0],
        geohazard_very_high=[0, 0, 0, 1],
    )
    assert found == [1, 2, 2, 2]


def test_results_name_their_levels_and_tables(make_raster):
    slope = make_raster([[1.0, 30.0]])
    found = construction({"slope": slope, "location": slope * 0 + 1})
    assert found.attrs["flag_meanings"] == "high rather_high medium rather_low low"
    assert found.attrs["labels_zh"] == "高 较高 中等 较低 低"
    assert found.attrs["ruleset"] == "dual2019draft"
    assert found.attrs["unsure"] == "construction_location 1"
    assert found.attrs["method"] == "slope, then location"


def test_a_missing_factor_is_nodata(rate):
    assert rate(agriculture, slope=[1, np.nan, 1], silt=[10, 10, np.nan]) == [
        1,
        255,
        255,
    ]


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        ({"silt": [10]}, r"'silt' but not 'slope'"),
        ({"slope": [1], "aridity": [1], "precipitation": [1]}, r"of which one"),
        ({"slope": [1], "rain": [1]}, r"some of \['slope', 'silt'"),
        ({}, r"some of \['slope', 'silt'"),
        ({"slope": [95]}, r"`slope` has 1 values outside 0 to 90"),
        ({"slope": [1], "precipitation": [-1]}, r"`precipitation` has 1 values"),
        ({"slope": [1], "silt": [0.7]}, r"`silt` .* fractions"),
        ({"slope": [1], "disaster": [1]}, r"`disaster` does not say"),
    ],
)
def test_factors_that_do_not_fit_are_refused(rate, rows, match):
    with pytest.raises(ParameterError, match=match):
        rate(agriculture, **rows)


def test_words_that_the_table_lacks_are_refused(rate):
    with pytest.raises(ParameterError, match=r"\['bad'\], which the table does not"):
        rate(agriculture, {"disaster": {1: "bad"}}, slope=[1], disaster=[1])
    with pytest.raises(ParameterError, match=r"only 1: worst are named"):
        rate(agriculture, {"disaster": {1: "worst"}}, slope=[1], disaster=[2])
    with pytest.raises(ParameterError, match=r"`classes` has \['disaster'\]"):
        rate(agriculture, {"disaster": {1: "worst"}}, slope=[1])
    with pytest.raises(ParameterError, match=r"`location` has 1 values"):
        rate(construction, slope=[1], location=[6])


def test_the_shortest_board_decides_and_is_named(make_raster):
    water, land = make_raster([[5, 9, 7, np.nan]]), make_raster([[7, 7, 7, 7]])
    found = land_capacity(water, land=land)
    expected = np.array([[5, 7, 7, np.nan]])
    assert found["capacity"].to_numpy() == pytest.approx(expected, nan_ok=True)
    assert found["limited_by"].to_numpy().tolist() == [[1, 2, 1, 255]]
    assert found["limited_by"].attrs["flag_meanings"] == "constraint_1 land"


def test_capacities_of_two_units_or_below_zero_are_refused(make_raster):
    one = make_raster([[1.0, 2.0]])
    with pytest.raises(ParameterError, match="units of the constraints differ"):
        land_capacity(a=one.assign_attrs(units="km2"), b=one.assign_attrs(units="hm2"))
    with pytest.raises(ParameterError, match="`b` has 2 values"):
        land_capacity(a=one, b=-one)
    with pytest.raises(ParameterError, match="1 constraints"):
        land_capacity(one)
    with pytest.raises(GridMismatchError, match="`a` and `b`"):
        land_capacity(a=one, b=one.assign_coords(x=[997.0, 1027.0]))
