"""Names of zones: those of the plans from ordered attributes, and what is refused."""

import tomllib
from importlib import resources

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import ecozoning as ez
from ecozoning.errors import GeometryError, ParameterError, SchemaError
from ecozoning.io import data_dir
from ecozoning.zoning import name_zone, name_zones
from ecozoning.zoning.zone_places import bearings_of

nan = np.nan

# What the plans name their zones by. The plan files list all functions, problems and
# directions of a zone, not which of them its name has; so these are chosen by hand.
DIVISION, ZONE = {"kind": "division"}, {"kind": "zone"}
BASIN = {"landform": "basin"}
NAMED = {
    "guyang": [
        ZONE | {"bearing": "north", "treatments": "land_consolidation"},
        ZONE | {"bearing": "centre", "treatments": ["矿山修复", "soil_conservation"]},
        {
            "place": "大青山",
            "place_en": "Daqing Mountains",
            "treatments": ["forest_protection", "biodiversity_conservation"],
            "kind": "protection_zone",
            "joint": "和",
        },
        ZONE | {"landform": "urban", "treatments": "settlement_improvement"},
    ],
    "jinping": [
        BASIN
        | {
            "rivers": ["八洋河", "钟灵河"],
            "rivers_en": ["Bayang River", "Zhongling River"],
        },
        BASIN | {"rivers": "清水江", "rivers_en": "Qingshui River"},
        BASIN | {"rivers": "亮江", "rivers_en": "Liangjiang River"},
    ],
    "shanggao": [
        DIVISION
        | {
            "bearing": "northeast",
            "rivers": "锦江",
            "rivers_en": "Jinjiang",
            "treatments": ["water_pollution_control", "土地综合整治"],
        },
        DIVISION
        | {
            "bearing": "south_centre",
            "place": "蒙山",
            "place_en": "Mengshan",
            "functions": "water_conservation",
            "treatments": "mine_restoration",
        },
        {
            "bearing": "southwest",
            "place": "末山",
            "functions": ["biodiversity", "water_conservation"],
            "kind": "ecological_restoration_division",
        },
    ],
    "shanshan": [
        {
            "place": "天山南坡东段",
            "problems": "soil_erosion",
            "functions": "water_source_protection",
            "kind": "ecological_protection_zone",
        },
        {"landform": "oasis", "functions": ["特色农业", "tourism"], "joint": "、"},
        {"landform": "outer_oasis", "functions": "sand_fixation"},
        {"place": "嘎顺-南湖", "landform": "gobi_desert", "problems": "wind_erosion"},
    ],
}
ENGLISH_FOLLOWED = 9  # 鄯善's English names, and one of 上高's, are freer


@pytest.mark.parametrize("slug", sorted(NAMED))
def test_all_zone_names_of_the_plans_follow_from_ordered_attributes(slug):
    names = [name_zone(**attributes).name for attributes in NAMED[slug]]
    assert names == ez.load_plan(slug).zones["name"].tolist()


def test_most_english_names_of_the_plans_follow_as_well():
    same = [
        name_zone(**attributes).name_en == english
        for slug, rows in NAMED.items()
        for attributes, english in zip(
            rows, ez.load_plan(slug).zones["name_en"], strict=True
        )
    ]
    assert (len(same), sum(same)) == (14, ENGLISH_FOLLOWED)


def test_every_word_of_the_plan_files_has_a_word_in_names():
    words = data_dir() / "plans" / "vocabulary.toml"
    vocabulary = tomllib.loads(words.read_text(encoding="utf-8"))
    sections = {
        "functions": "functions",
        "problems": "problems",
        "treatments": "directions",
    }
    for attribute, section in sections.items():
        for key, row in vocabulary[section].items():
            by_key = name_zone(**{attribute: key}).parts[0]
            by_label = name_zone(**{attribute: row["zh"]}).parts[0]
            assert by_key[2] == by_label[2], (section, key)


def test_no_form_stands_for_two_words():
    file = resources.files("ecozoning.zoning").joinpath("name_words.toml")
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    for section in (rows for rows in document.values() if isinstance(rows, dict)):
        forms = [
            form
            for row in section.values()
            for form in {row["zh"], *row.get("also", ())}
        ]
        if section is not document["kinds"]:
            assert len(forms) == len(set(forms))


def test_a_treatment_that_repeats_a_function_is_left_out():
    found = name_zone(
        functions=["water_conservation"],
        treatments=["water_conservation", "mine_restoration"],
    )
    assert found.name == "水源涵养与矿山生态修复区"
    assert found.dropped == ("water_conservation",)


def test_a_function_that_its_only_treatment_repeats_is_left_out():
    found = name_zone(
        functions="biodiversity",
        treatments="biodiversity_conservation",
        kind="protection_zone",
    )
    assert found.name == "生物多样性保护区"


def test_a_problem_and_its_cure_are_said_once():
    found = name_zone(
        bearing="centre", problems="mine_damage", treatments="mine_restoration"
    )
    assert (found.name, found.name_en) == (
        "中部矿山生态修复区",
        "Central Mine Restoration Zone",
    )


def test_words_that_make_a_name_too_long_are_left_out():
    words = ["land_consolidation", "farmland_improvement", "green_mining"]
    long = name_zone(place="锦江", treatments=words, most_words=3)
    short = name_zone(
        place="锦江", treatments=words, most_words=3, most_characters=len(long.name) - 1
    )
    assert long.name == "锦江国土综合整治、耕地提质与绿色矿山建设生态修复区"
    assert short.name == "锦江国土综合整治与耕地提质生态修复区"
    assert short.dropped == ("green_mining",)


def test_a_row_of_a_plan_gives_a_name_with_directions_as_treatments():
    row = ez.load_plan("shanggao").zones.iloc[1]
    assert name_zone(row).name == name_zone(row.to_dict()).name
    assert name_zone(row, functions="water_conservation").name.startswith(
        "南部水源涵养"
    )


def test_missing_values_of_a_row_say_nothing():
    row = {"place": "蒙山", "functions": None, "problems": np.nan, "bearing": ""}
    assert name_zone(row).name == "蒙山生态修复区"


def test_without_english_proper_names_the_chinese_stay():
    assert name_zone(place="蒙山").name_en == "蒙山 Ecological Restoration Zone"


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"function": "x"}, "`function` is no attribute.*'functions'"),
        ({"functions": "water_conservatoin"}, "`functions`.*near it.*'water_conserv"),
        ({"functions": {"a": 1}}, "`functions` is .* a list of texts is needed"),
        ({"functions": [1]}, "`functions` is .* a list of texts is needed"),
        ({"bearing": ["north", "south"]}, "`bearing` has 2 words.*choose"),
        ({"kind": "division"}, "needs more than its kind"),
        ({"place": "a", "joint": "+"}, "`joint` is '\\+'; use one of 与"),
        ({"place": "a", "most_words": 0}, "`most_words` is 0; use a whole number"),
        ({"place": "a", "most_words": True}, "`most_words` is True"),
        ({"place": "长" * 40}, "has 45 characters.*`most_characters=45`"),
        (
            {"rivers": ["甲", "乙"], "rivers_en": ["A"]},
            "`rivers` has 2 names but `rivers_en` 1",
        ),
    ],
)
def test_attributes_that_make_no_name_are_refused(attributes, message):
    with pytest.raises(ParameterError, match=message):
        name_zone(**attributes)


def test_what_is_no_row_is_refused():
    with pytest.raises(ParameterError, match=r"`zone` is a list.*name_zones"):
        name_zone(["蒙山"])


# --- layers ------------------------------------------------------------------------


def nine_zones():
    """Return a county of 90 km by 60 km in 3 x 3 zones, row by row from the south."""
    boxes = [
        box(x, y, x + 3e4, y + 2e4)
        for y in (3.1e6, 3.12e6, 3.14e6)
        for x in (4.5e5, 4.8e5, 5.1e5)
    ]
    zones = gpd.GeoDataFrame(
        {"landform": ["hills"] * 9}, geometry=boxes, crs="EPSG:4547"
    )
    county = gpd.GeoDataFrame(geometry=[zones.union_all()], crs=zones.crs)
    return zones, county


def test_nine_zones_get_nine_bearings_in_a_county_longer_than_high():
    found = bearings_of(*nine_zones())
    assert found.tolist() == [
        *("southwest", "south", "southeast"),
        *("west", "centre", "east"),
        *("northwest", "north", "northeast"),
    ]


def test_the_second_of_five_bands_is_half_way_to_the_centre():
    bands = [box(5e5, 3.1e6 + k * 1e4, 5.3e5, 3.1e6 + (k + 1) * 1e4) for k in range(5)]
    zones = gpd.GeoDataFrame(geometry=bands, crs="EPSG:4547")
    county = gpd.GeoDataFrame(geometry=[zones.union_all()], crs=zones.crs)
    found = bearings_of(zones, county)
    assert found.tolist() == [
        "south",
        "south_centre",
        "centre",
        "north_centre",
        "north",
    ]


def test_bearings_of_shanggao_are_those_of_its_names():
    plan = ez.load_plan("shanggao")
    found = name_zones(plan.zones.drop(columns="bearing"), boundary=plan.boundary)
    assert found["bearing"].tolist() == ["northeast", "south_centre", "southwest"]


def test_a_bearing_that_is_given_stays():
    zones, county = nine_zones()
    zones["bearing"] = ["south_centre"] + [""] * 8
    found = name_zones(zones, boundary=county)
    assert found["bearing"].iloc[:2].tolist() == ["south_centre", "south"]


def test_names_that_are_alike_are_numbered_in_order():
    zones = pd.DataFrame({"landform": ["hills", "plain", "hills"]}, index=list("xyz"))
    found = name_zones(zones)
    assert found["name"].tolist() == [
        "丘陵生态修复区（一）",
        "平原生态修复区",
        "丘陵生态修复区（二）",
    ]
    assert found["name_en"].iloc[2] == "Hill Ecological Restoration Zone (2)"
    assert found.index.tolist() == ["x", "y", "z"]


def test_a_fault_in_a_layer_names_its_row():
    zones = pd.DataFrame({"landform": ["hills", "hils"]}, index=["x", "y"])
    with pytest.raises(ParameterError, match="in row 'y' of `zones`: `landform`"):
        name_zones(zones)


def test_repeated_labels_and_other_things_are_refused():
    with pytest.raises(SchemaError, match=r"index of `zones`.*reset_index"):
        name_zones(pd.DataFrame({"landform": ["hills"] * 2}, index=[1, 1]))
    with pytest.raises(ParameterError, match=r"`zones` is a dict.*name_zone"):
        name_zones({"landform": "hills"})


def test_zones_of_another_county_are_refused():
    zones, county = nine_zones()
    with pytest.raises(GeometryError, match=r"`zones`.*outside the extent of `bound"):
        name_zones(zones, boundary=county.set_geometry(county.translate(5e5)))


@pytest.mark.parametrize("missing", [None, nan, pd.NA, pd.NaT, np.float32("nan"), " "])
def test_nothing_is_said_of_what_is_missing_of_any_kind(missing):
    found = name_zone({"place": "蒙山", "bearing": missing, "functions": missing})
    assert found.name == "蒙山生态修复区"


def test_a_river_that_is_given_twice_is_named_once():
    found = name_zone(rivers="清水江、清水江", rivers_en="Qingshui, Qingshui")
    assert found.name == "清水江生态修复区"
    assert found.name_en == "Qingshui Ecological Restoration Zone"


def test_more_than_ten_like_names_are_numbered_in_chinese():
    names = name_zones(pd.DataFrame({"place": ["甲"] * 32}))
    ends = [name.rpartition("（")[2] for name in names["name"]]
    found = [ends[number - 1] for number in (1, 10, 11, 20, 21, 32)]
    assert found == ["一）", "十）", "十一）", "二十）", "二十一）", "三十二）"]
    assert names["name_en"].iloc[-1].endswith("(32)")


def test_a_column_that_stands_twice_is_refused():
    twice = pd.DataFrame([["甲", "乙"]], columns=["place", "place"])
    with pytest.raises(SchemaError, match=r"\['place'\] more than once"):
        name_zones(twice)


def test_whole_numbers_of_numpy_will_do():
    assert name_zone(place="蒙山", most_words=np.int64(2)).name == "蒙山生态修复区"
