"""Control areas level by level: three villages in two townships, worked out by hand."""

from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ecozoning.errors import (
    AreaBalanceError,
    GeometryError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.overlay import ellipsoidal_area
from ecozoning.survey import adjust_chain

LEVELS = ("county", "township", "village")


@pytest.fixture
def parcels():
    """Five parcels of 1000 m2 measured: villages of 300, 300 (A) and 400 (B)."""
    return pd.DataFrame(
        {
            "county": "C",
            "township": ["A", "A", "A", "B", "B"],
            "village": ["a1", "a1", "a2", "b1", "b1"],
            "m2": [100.0, 200.0, 300.0, 250.0, 150.0],
        },
        index=list("pqrst"),
    )


def chain_of(parcels, **options):
    return adjust_chain(parcels, levels=LEVELS, area="m2", **options)


def cents(series):
    return (series * 100).round().astype("int64")


def test_a_control_of_the_county_comes_down_in_proportion(parcels):
    # 1000 -> 1010, all by 1 %: townships 606 and 404, villages 303, 303, 404.
    chain = chain_of(parcels, control=1010.0)
    assert chain.levels["township"]["control_m2"].to_dict() == {"A": 606.0, "B": 404.0}
    assert chain.levels["village"]["control_m2"].tolist() == [303.0, 303.0, 404.0]
    assert chain.parcels["adjusted_m2"].tolist() == [101.0, 202.0, 303.0, 252.5, 151.5]


def test_a_cent_that_rounding_leaves_goes_to_the_largest_part(parcels):
    # 1000.01: A 600.006 -> 600.01, B 400.004 -> 400.00, which closes. In A the
    # villages are equal: 300.005 each, half to even 300.00 and 300.00, and the cent
    # goes to a1, which stands first. Its parcels: 100.003 -> 100.00, 200.007 -> 200.01.
    chain = chain_of(parcels, control=1000.01)
    assert chain.levels["village"]["control_m2"].tolist() == [300.01, 300.0, 400.0]
    assert chain.parcels["adjusted_m2"].tolist() == [100.0, 200.01, 300.0, 250.0, 150.0]


def test_without_a_control_the_measured_sum_is_rounded(parcels):
    chain = chain_of(parcels.assign(m2=parcels["m2"] + 0.003))
    # 1000.015 is just below or at the half: whichever, parts add up to it.
    control = chain.levels["county"]["control_m2"]["C"]
    assert cents(chain.parcels["adjusted_m2"]).sum() == round(control * 100)
    assert chain.levels["county"]["source"].tolist() == ["measured"]


def test_controls_of_townships_make_that_of_the_county(parcels):
    chain = chain_of(parcels, control={"township": {"A": 606.0, "B": 400.0}})
    assert chain.levels["county"]["control_m2"].tolist() == [1006.0]
    assert [table["source"].iloc[0] for table in chain.levels.values()] == [
        "sum",
        "given",
        "proportion",
    ]
    assert chain.parcels["adjusted_m2"].tolist() == [101.0, 202.0, 303.0, 250.0, 150.0]


def test_levels_say_what_was_measured_and_what_was_corrected(parcels):
    table = chain_of(parcels, control=1010.0).levels["village"]
    assert table["parent"].tolist() == ["A", "A", "B"]
    assert table["n"].tolist() == [2, 1, 2]
    assert table["correction_m2"].tolist() == [3.0, 3.0, 4.0]
    assert table["correction_percent"].round(9).tolist() == [1.0, 1.0, 1.0]


def test_geometry_is_measured_by_the_formula_of_the_survey():
    boxes = shapely.box([1e5, 1e5 + 100], 3e6, [1e5 + 100, 1e5 + 250], 3e6 + 80)
    layer = gpd.GeoDataFrame({"village": ["v", "v"]}, geometry=boxes, crs=4547)
    chain = adjust_chain(layer, levels=["village"])
    assert chain.parcels["measured_m2"].tolist() == pytest.approx(
        ellipsoidal_area(layer, "survey").tolist(), abs=1e-9
    )
    assert isinstance(chain.parcels, gpd.GeoDataFrame)


def test_the_argument_is_left_as_it_was(parcels):
    before = parcels.copy()
    chain_of(parcels, control=1010.0)
    pd.testing.assert_frame_equal(parcels, before)


def test_controls_that_contradict_each_other_are_refused_by_name(parcels):
    control = {"county": 1007.0, "township": {"A": 606.0, "B": 400.0}}
    with pytest.raises(AreaBalanceError, match=r"'C' is 100700 .* add up to 100600"):
        chain_of(parcels, control=control)


def test_a_control_beyond_the_tolerance_is_refused_by_name(parcels):
    with pytest.raises(AreaBalanceError, match=r"(?s)township.*'B'.*tolerance"):
        chain_of(parcels, control={"township": {"A": 600.0, "B": 500.0}})


def test_a_tolerance_may_differ_from_level_to_level(parcels):
    control = {"township": {"A": 600.0, "B": 500.0}}
    allowed = {"county": 0.1, "township": 0.2, "village": 0.2}
    chain = chain_of(parcels, control=control, tolerance=allowed)
    assert chain.levels["village"]["control_m2"]["b1"] == 500.0


def test_a_control_in_other_units_is_refused_with_the_units(parcels):
    with pytest.raises(AreaBalanceError, match=r"convert\(control, 'hm2', 'm2'\)"):
        chain_of(parcels, control=0.1)


@pytest.mark.parametrize(
    ("villages", "words"),
    [
        ({"a1": 300.0, "a2": 300.0}, "no area for 'b1'"),
        ({"a1": 300.0, "a2": 300.0, "b1": 400.0, "zz": 1.0}, "unknown 'zz'"),
    ],
)
def test_a_list_of_villages_has_to_be_that_of_the_parcels(parcels, villages, words):
    with pytest.raises(SchemaError, match=rf"`control` has .*{words}"):
        chain_of(parcels, control={"village": villages})


def test_a_village_in_two_townships_is_refused(parcels):
    parcels.loc["r", "village"] = "b1"
    with pytest.raises(SchemaError, match=r"village in more than one township.*'b1'"):
        chain_of(parcels)


def test_a_parcel_without_a_village_is_refused(parcels):
    parcels.loc["r", "village"] = None
    with pytest.raises(SchemaError, match=r"1 rows without a village.*'r'.*fillna"):
        chain_of(parcels)


def test_a_control_repeated_in_a_series_is_refused(parcels):
    control = pd.Series([606.0, 400.0, 1.0], index=["A", "B", "A"])
    with pytest.raises(SchemaError, match=r"'A' more than once"):
        chain_of(parcels, control={"township": control})


def test_one_number_for_two_counties_is_refused(parcels):
    parcels.loc[["s", "t"], "county"] = "D"
    with pytest.raises(ParameterError, match=r"one number, but there are 2 of county"):
        chain_of(parcels, control=1000.0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"control": {"town": 1.0}}, r"`control` names 'town', which is no level"),
        ({"control": -1.0}, r"`control` has the value -1.0"),
        ({"control": np.nan}, r"`control` has the value nan"),
        ({"control": "1000"}, r"`control` of county is a str"),
        ({"control": 1000.001}, r"more than 2 decimals"),
        ({"decimals": 9}, r"`decimals` is 9"),
        ({"tolerance": -1.0}, r"`tolerance` is -1.0"),
        ({"tolerance": {"x": 0.1}}, r"`tolerance` names 'x'"),
    ],
)
def test_parameters_outside_their_domain_are_refused(parcels, options, words):
    with pytest.raises(ParameterError, match=words):
        chain_of(parcels, **options)


def test_areas_have_to_be_numbers_of_zero_and_more(parcels):
    with pytest.raises(ParameterError, match=r"parcels\['m2'\].*negative \('p'\)"):
        chain_of(parcels.assign(m2=[-1.0, 1, 1, 1, 1]))
    with pytest.raises(ParameterError, match="to_numeric"):
        chain_of(parcels.assign(m2=list("abcde")))


def test_a_village_that_measures_nothing_cannot_be_given_an_area(parcels):
    parcels.loc[["s", "t"], "m2"] = 0.0
    control = {"township": {"A": 600.0, "B": 10.0}}
    with pytest.raises(AreaBalanceError, match="measure nothing"):
        chain_of(parcels, control=control, tolerance=np.inf)


def test_a_village_that_measures_nothing_keeps_nothing(parcels):
    parcels.loc[["s", "t"], "m2"] = 0.0
    adjusted = chain_of(parcels, control=606.0).parcels["adjusted_m2"]
    assert adjusted.tolist() == [101.0, 202.0, 303.0, 0.0, 0.0]


def test_no_parcels_no_columns_and_repeated_labels_are_refused(parcels):
    with pytest.raises(NoDataError, match="no rows"):
        chain_of(parcels.iloc[:0])
    with pytest.raises(SchemaError, match="lacks the column 'village'"):
        chain_of(parcels.drop(columns="village"))
    with pytest.raises(SchemaError, match=r"more than once \('p'\).*reset_index"):
        chain_of(parcels.rename(index={"q": "p"}))
    with pytest.raises(SchemaError, match="already has"):
        chain_of(parcels.assign(adjusted_m2=1.0))
    with pytest.raises(ParameterError, match="`levels` is"):
        adjust_chain(parcels, levels=[], area="m2")


def test_parcels_that_overlap_are_refused():
    boxes = shapely.box([0, 50], 3e6, [100, 150], 3e6 + 80)
    layer = gpd.GeoDataFrame({"village": ["v", "v"]}, geometry=boxes, crs=4547)
    with pytest.raises(GeometryError, match=r"`parcels` 1 pairs.*overlap.*area=\.\.\."):
        adjust_chain(layer, levels=["village"])


def test_a_hundredth_for_what_measures_nothing_is_refused_too(parcels):
    parcels.loc["r", "m2"] = 0.0
    control = {"village": {"a1": 300.0, "a2": 0.01, "b1": 400.0}}
    with pytest.raises(AreaBalanceError, match=r"measure nothing.*'a2'.*measure them"):
        chain_of(parcels, control=control)


def test_controls_may_be_decimal_numbers(parcels):
    chain = chain_of(parcels, control=Decimal("1010.00"), tolerance=Decimal("0.05"))
    assert chain.parcels["adjusted_m2"].tolist() == [101.0, 202.0, 303.0, 252.5, 151.5]


def test_labels_that_are_true_or_false_are_labels(parcels):
    inside = parcels.assign(township=[True] * 3 + [False] * 2)
    control = {"township": {False: 404.0, True: 606.0}}
    units = chain_of(inside, control=control).levels["township"]
    assert units["control_m2"].to_dict() == {True: 606.0, False: 404.0}


@pytest.mark.parametrize("kind", ["category", "string", "string[pyarrow]", "object"])
def test_names_of_units_may_be_of_any_kind(parcels, kind):
    control = {"township": pd.Series({"B": 404.0, "A": 606.0})}
    typed = parcels.astype(dict.fromkeys(LEVELS, kind))
    adjusted = chain_of(typed, control=control).parcels["adjusted_m2"]
    assert adjusted.tolist() == [101.0, 202.0, 303.0, 252.5, 151.5]


@pytest.mark.parametrize("tolerance", ["5%", None, {"county": "x"}, True])
def test_a_tolerance_that_is_no_number_is_refused(parcels, tolerance):
    with pytest.raises(ParameterError, match=r"`tolerance` is .*a number is needed"):
        chain_of(parcels, tolerance=tolerance)


@pytest.mark.parametrize("levels", [None, (), [["county"]], ("county", "county")])
def test_levels_have_to_be_names_of_columns(parcels, levels):
    with pytest.raises(ParameterError, match=r"`levels` is"):
        adjust_chain(parcels, levels=levels, area="m2")


def test_columns_that_stand_twice_and_blank_names_are_refused(parcels):
    twice = pd.concat([parcels, parcels[["m2"]]], axis=1)
    with pytest.raises(SchemaError, match=r"columns more than once \('m2'\)"):
        chain_of(twice)
    with pytest.raises(SchemaError, match=r"1 rows without a village .*'r'"):
        chain_of(parcels.assign(village=["a1", "a1", " ", "b1", "b1"]))


def test_areas_beyond_the_earth_or_the_digits_of_a_float_are_refused(parcels):
    with pytest.raises(ParameterError, match=r"1e\+20 m².*in m²"):
        chain_of(parcels.assign(m2=1e20))
    with pytest.raises(ParameterError, match=r"more digits.*fewer `decimals`"):
        chain_of(parcels.assign(m2=1e12), decimals=4)
    with pytest.raises(ParameterError, match=r"complex128, but numbers"):
        chain_of(parcels.assign(m2=parcels["m2"] * 1j))
