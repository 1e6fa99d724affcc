"""Fields of parcels: deductions to the hundredth, and what is found wrong."""

from functools import partial

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from ecozoning.errors import NoDataError, ParameterError, SchemaError
from ecozoning.survey import check_parcels, parcel_fields, rounded_areas


@pytest.fixture
def parcels():
    return pd.DataFrame(
        {
            "BSM": ["1", "2", "3"],
            "DLBM": ["0103", "0101", "0301K"],
            "KCXS": [0.1234, 0.0, None],
            "KCDLBM": ["1203", None, ""],
            "m2": [1000.0, 2000.005, 3000.004],
        }
    )


def codes_of(parcels, system="survey3"):
    found = check_parcels(parcels, system=system)
    return list(zip(found["code"], found["row"], strict=True))


def test_whole_deducted_and_net_areas_agree_to_the_hundredth(parcels):
    # 1000.00 x 0.1234 = 123.40. 2000.005 is a half to the even hundredth: 2000.00.
    fields = parcel_fields(parcels, system="survey3", area="m2")
    assert fields["TBMJ"].tolist() == [1000.0, 2000.0, 3000.0]
    assert fields["KCMJ"].tolist() == [123.4, 0.0, 0.0]
    assert fields["TBDLMJ"].tolist() == [876.6, 2000.0, 3000.0]


@pytest.mark.parametrize(
    ("area", "share", "deducted"),
    [
        (0.50, 0.01, 0.0),  # 0.005 -> even 0.00
        (1.50, 0.01, 0.02),  # 0.015 -> even 0.02; in floats 0.015 is below the half
        (1234.56, 0.125, 154.32),  # 154.32 exactly
        (100.05, 0.1, 10.0),  # 10.005 -> even 10.00
    ],
)
def test_half_a_hundredth_goes_to_the_even_one(area, share, deducted):
    table = pd.DataFrame({"DLBM": ["0101"], "KCXS": [share], "a": [area]})
    fields = parcel_fields(table, system="survey3", area="a")
    assert fields["KCMJ"].tolist() == [deducted]
    assert fields["TBDLMJ"][0] == round(area - deducted, 2)


@pytest.mark.parametrize(
    ("area", "whole"),
    [
        (8.345, 8.34),  # times 100 it is 834.5000000000001
        (1234.575, 1234.58),
        (0.285, 0.28),  # times 100 it is 28.499999999999996
        (1.015, 1.02),  # times 100 it is 101.49999999999999
    ],
)
def test_half_a_hundredth_is_that_of_the_number_as_written(area, whole):
    table = pd.DataFrame({"DLBM": ["0301"], "a": [area]})
    fields = parcel_fields(table, system="survey3", area="a")
    assert fields["TBMJ"].tolist() == [whole]


def test_a_share_of_eight_decimals_counts_with_all_of_them(parcels):
    # 100 000 000 x 0.12345678 = 12 345 678; of six decimals it were 12 345 700.
    row = parcels.iloc[[0]].assign(KCXS=0.12345678, m2=1e8)
    fields = parcel_fields(row, system="survey3", area="m2")
    assert fields["KCMJ"].tolist() == [12_345_678.0]
    assert check_parcels(fields, system="survey3").empty


def test_six_digits_are_not_too_long_where_a_system_has_them():
    land = pd.DataFrame({"BSM": ["1", "2"], "DLBM": ["080401", "990101"]})
    found = codes_of(land, system="land_sea_2023")
    assert found == [("DLBM_LENGTH", 1), ("DLBM_UNKNOWN", 1)]


@pytest.mark.parametrize("column", ["DLBM", "KCXS", "BSM"])
def test_a_field_that_stands_twice_is_refused(parcels, column):
    twice = pd.concat([parcels, parcels[[column]]], axis=1)
    for check in (check_parcels, partial(parcel_fields, area="m2")):
        with pytest.raises(SchemaError, match=rf"more than once \('{column}'\)"):
            check(twice, system="survey3")


def test_fields_that_were_filled_in_have_no_findings(parcels):
    fields = parcel_fields(parcels, system="survey3", area="m2")
    assert check_parcels(fields, system="survey3").empty


def test_geometry_is_measured_where_no_area_is_given():
    square = shapely.box(5e5, 3e6, 5e5 + 100, 3e6 + 100)
    layer = gpd.GeoDataFrame({"DLBM": ["0101"]}, geometry=[square], crs=4547)
    # On the meridian the map is true: 10 000 m2.
    assert parcel_fields(layer, system="survey3")["TBMJ"].tolist() == [10000.0]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"BSM": ["1", "1", "3"]}, [("BSM_REPEATED", 0), ("BSM_REPEATED", 1)]),
        ({"BSM": ["1", None, " "]}, [("BSM_MISSING", 1), ("BSM_MISSING", 2)]),
        ({"DLBM": ["0103", "0101", None]}, [("DLBM_MISSING", 2)]),
        ({"DLBM": ["0103", "011", "0301"]}, [("DLBM_MIXED", 1)]),
        (
            {"DLBM": ["0103", "0101", "0301KK"]},
            [("DLBM_LENGTH", 2), ("DLBM_UNKNOWN", 2)],
        ),
        ({"DLBM": ["0103", "0101", "0501"]}, [("DLBM_UNKNOWN", 2)]),
        ({"DLBM": ["0103", "01", "09"]}, [("DLBM_COARSE", 1)]),
        ({"KCXS": [1.0, 0.0, 0.0]}, [("KCXS_RANGE", 0)]),
        ({"KCXS": [0.1, -0.1, 0.0]}, [("KCXS_RANGE", 1)]),
        (
            {"KCXS": [0.1, 0, 0.1], "KCDLBM": ["1203", None, "1203"]},
            [("KCXS_CLASS", 2)],
        ),
        ({"KCDLBM": ["1202", None, None]}, [("KCDLBM", 0)]),
        ({"KCDLBM": ["1203", "1203", None]}, [("KCDLBM", 1)]),
    ],
)
def test_what_breaks_a_rule_is_found_in_its_row(parcels, change, finding):
    assert codes_of(parcels.assign(**change)) == finding


def test_areas_that_contradict_each_other_are_found(parcels):
    fields = parcel_fields(parcels, system="survey3", area="m2")
    fields.loc[0, "KCMJ"] += 0.02
    fields.loc[2, "TBMJ"] = 0.0
    assert codes_of(fields) == [("TBMJ", 2), ("KCMJ", 0), ("TBDLMJ", 0), ("TBDLMJ", 2)]


def test_an_area_far_from_its_geometry_is_warned_of():
    square = shapely.box(5e5, 3e6, 5e5 + 100, 3e6 + 100)
    layer = gpd.GeoDataFrame(
        {"BSM": ["1", "2"], "DLBM": "0101", "TBMJ": [10050.0, 10150.0]},
        geometry=[square, square],
        crs=4547,
    )
    found = check_parcels(layer, system="survey3")
    assert found[["code", "severity", "row"]].to_numpy().tolist() == [
        ["TBMJ_GEOMETRY", "warning", 1]
    ]


def test_fields_that_are_not_there_are_a_finding_of_their_own():
    found = check_parcels(pd.DataFrame({"TBMJ": [1.0]}), system="survey3")
    assert found["code"].tolist() == ["BSM_ABSENT", "DLBM_ABSENT"]
    assert found["row"].isna().all()


def test_messages_are_in_two_languages(parcels):
    found = check_parcels(parcels.assign(BSM=["1", "1", "3"]), system="survey3").iloc[0]
    assert "1 occurs more than once" in found["message"]
    assert found["message_zh"] == "标识码1重复"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"KCXS": [1.0, 0.0, 0.0]}, r"KCXS that cannot be \(rows 0.*check_parcels"),
        ({"KCXS": [0.1, 0.0, 0.1]}, r"not cultivated.*check_parcels"),
        ({"DLBM": ["0103", "0101", "0501"]}, r"codes that survey3 does not have"),
        ({"DLBM": ["0103", "011", "0301"]}, r"codes of three digits"),
    ],
)
def test_fields_are_not_made_from_what_is_wrong(parcels, change, words):
    with pytest.raises(SchemaError, match=words):
        parcel_fields(parcels.assign(**change), system="survey3", area="m2")


def test_parcels_without_codes_rows_or_numbers_are_refused(parcels):
    with pytest.raises(SchemaError, match="lacks the column 'DLBM'"):
        parcel_fields(parcels.drop(columns="DLBM"), system="survey3", area="m2")
    with pytest.raises(NoDataError, match="no rows"):
        check_parcels(parcels.iloc[:0], system="survey3")
    with pytest.raises(ParameterError, match="`system` is 'x'"):
        check_parcels(parcels, system="x")
    with pytest.raises(ParameterError, match=r"no parcel; are they in m²"):
        parcel_fields(parcels.assign(m2=1e12), system="survey3", area="m2")


def test_rounded_areas_add_up_to_the_rounded_sum():
    # 0.0333 x 3 = 0.0999 hm2 -> 0.10: two would be 0.06 or 0.09 by themselves.
    areas = rounded_areas(pd.Series([333.0, 333.0, 333.0], index=list("abc")))
    assert areas.to_dict() == {"a": 0.04, "b": 0.03, "c": 0.03}


def test_rounded_areas_in_mu():
    # 10 000 m2 are 15 亩 exactly.
    areas = rounded_areas(pd.Series([4000.0, 6000.0]), unit="亩", decimals=1)
    assert areas.tolist() == [6.0, 9.0]


def test_areas_of_nothing_stay_nothing():
    assert rounded_areas(pd.Series([0.0, 0.0])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("areas", "options", "error", "words"),
    [
        (pd.Series([1.0]), {"unit": "ha"}, ParameterError, "`unit` is 'ha'"),
        (pd.Series([1.0]), {"decimals": 7}, ParameterError, "`decimals` is 7"),
        (pd.Series([-1.0]), {}, ParameterError, "negative"),
        ([1.0], {}, ParameterError, "is a list"),
        (pd.Series([], dtype=float), {}, NoDataError, "no rows"),
    ],
)
def test_areas_that_cannot_be_rounded_are_refused(areas, options, error, words):
    with pytest.raises(error, match=words):
        rounded_areas(areas, **options)
