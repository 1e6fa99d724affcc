"""Land codes: what the same digits mean in three systems."""

import numpy as np
import pandas as pd
import pytest

from ecozoning.errors import NoDataError, ParameterError, SchemaError
from ecozoning.survey import land_classes, translate_codes

SYSTEMS = ("survey3", "gbt21010_2017", "land_sea_2023")


def test_05_means_three_things():
    names = [land_classes(["05"], system=system)["name"][0] for system in SYSTEMS]
    assert names == ["商业服务业用地", "商服用地", "湿地"]


@pytest.mark.parametrize(
    ("system", "first", "second"),
    [("survey3", 13, 56), ("gbt21010_2017", 12, 73), ("land_sea_2023", 24, 111)],
)
def test_systems_have_as_many_classes_as_their_tables(system, first, second):
    lengths = land_classes(system=system)["code"].str.len().value_counts()
    assert lengths.to_dict() == {2: first, 4: second}


def test_wetland_of_the_third_survey_is_gathered_from_four_first_classes():
    table = land_classes(system="survey3")
    wet = table[(table["first_class"] == "00") & (table["code"].str.len() == 4)]
    assert wet["code"].tolist() == [
        "0303",
        "0304",
        "0306",
        "0402",
        "0603",
        "1105",
        "1106",
        "1108",
    ]


def test_groups_follow_the_land_law():
    codes = ["0101", "1006", "1103", "1202", "0404", "1109", "1201", "1101", "04", "09"]
    groups = land_classes(codes, system="survey3")["group"].tolist()
    farm, built, unused = "农用地", "建设用地", "未利用地"
    assert groups == [farm, farm, farm, farm, unused, built, built, unused, "", built]


def test_a_suffix_is_taken_apart_and_the_index_kept():
    codes = pd.Series(["0201K", "0810A ", "0101"], index=list("xyz"))
    found = land_classes(codes, system="survey3")
    assert found.index.tolist() == ["x", "y", "z"]
    assert found["code"].tolist() == ["0201", "0810", "0101"]
    assert found["suffix"].tolist() == ["K", "A", ""]


def test_third_classes_of_land_and_sea_count_as_their_second():
    assert land_classes(["060101"], system="land_sea_2023")["name"][0] == "农村道路"


@pytest.mark.parametrize(
    ("code", "system", "words"),
    [
        ("05H1", "gbt21010_2017", "survey3 have '05H1'"),
        ("0501", "survey3", "gbt21010_2017 and land_sea_2023 have '0501'"),
        ("2302", "survey3", "land_sea_2023 have '2302'"),
        ("9999", "survey3", "no system here has '9999'"),
        ("0101K", "survey3", "'0101' it has no letter"),  # ploughland stays so
        ("0201X", "survey3", "'0201' it has K, not 'X'"),
        ("０１０１", "survey3", "written '0101'.*NFKC"),
        ("01 01", "survey3", "written '0101'.*replace"),
        ("0201k", "survey3", "written '0201K'.*upper"),
        ("0201K", "gbt21010_2017", "survey3 have '0201K'"),
    ],
)
def test_an_unknown_code_is_refused_with_the_systems_that_have_it(code, system, words):
    with pytest.raises(
        SchemaError, match=rf"codes that {system} does not have.*{words}"
    ):
        land_classes([code], system=system)


@pytest.mark.parametrize(
    ("codes", "error", "words"),
    [
        ([101, 102], ParameterError, r"numbers.*0101 as a number is 101.*zfill"),
        (["0101", None], SchemaError, r"1 rows with no code \(labels 1\)"),
        (["0101", " "], SchemaError, r"1 rows with no code \(labels 1\)"),
        (["0101", "011"], SchemaError, r"three digits.*'011'"),
        ([], NoDataError, "no codes"),
    ],
)
def test_codes_that_are_none_are_refused(codes, error, words):
    with pytest.raises(error, match=rf"`codes`.*{words}"):
        land_classes(pd.Series(codes, dtype=None if codes else str), system="survey3")


def test_a_system_has_to_be_known():
    with pytest.raises(ParameterError, match="`system` is 'survey2'"):
        land_classes(["01"], system="survey2")


def test_codes_are_translated_where_one_stands_for_one():
    found = translate_codes(
        ["0305", "1006", "00"], source="survey3", target="land_sea_2023"
    )
    assert found["to_code"].tolist() == ["0303", "0601", "05"]
    assert found["to_name"].tolist() == ["灌木林地", "农村道路", "湿地"]
    assert set(found["relation"]) == {"one-to-one"}


def test_many_codes_may_become_one_and_one_many():
    found = translate_codes(["0601", "0502"], source="gbt21010_2017", target="survey3")
    assert found["relation"].tolist() == ["one-to-one", "many-to-one"]
    back = translate_codes(["05H1", "1110"], source="survey3", target="gbt21010_2017")
    assert back["relation"].tolist() == ["ambiguous", "one-to-one"]
    assert back["candidates"][0] == "0501 0502 0503 0504 0505 0506 0507"
    assert back["to_code"][0] is None


def test_a_code_without_a_counterpart_is_told():
    found = translate_codes(["16"], source="land_sea_2023", target="survey3")
    assert found[["relation", "candidates"]].to_numpy().tolist() == [["none", ""]]


def test_translations_there_and_back_come_home():
    for source in SYSTEMS:
        for target in {*SYSTEMS} - {source}:
            codes = land_classes(system=source)["code"]
            there = translate_codes(codes, source=source, target=target)
            single = there[there["relation"] == "one-to-one"]
            back = translate_codes(single["to_code"], source=target, target=source)
            assert back["to_code"].tolist() == single["code"].tolist()
            assert np.isin(single["code"].str.len(), [2, 4]).all()


def test_nothing_is_translated_into_itself():
    with pytest.raises(ParameterError, match="both 'survey3'"):
        translate_codes(["01"], source="survey3", target="survey3")


def test_labels_that_occur_twice_do_not_multiply_the_rows():
    codes = pd.Series(["0101", "0301", "0101"], index=[7, 7, 7])
    found = land_classes(codes, system="survey3")
    assert found["name"].tolist() == ["水田", "乔木林地", "水田"]
    assert found.index.tolist() == [7, 7, 7]
    to = translate_codes(codes, source="survey3", target="land_sea_2023")
    assert to["code"].tolist() == codes.tolist()


@pytest.mark.parametrize("codes", [101, b"0101", pd.DataFrame({"DLBM": ["0101"]})])
def test_what_is_no_column_of_codes_is_refused(codes):
    with pytest.raises(ParameterError, match=r"`codes` is a .*column or a list"):
        land_classes(codes, system="survey3")


@pytest.mark.parametrize("kind", ["category", "string", "string[pyarrow]", "object"])
def test_codes_may_be_text_of_any_kind(kind):
    codes = pd.Series(["0101", " 0301\u3000"], dtype=kind)
    assert land_classes(codes, system="survey3")["code"].tolist() == ["0101", "0301"]
