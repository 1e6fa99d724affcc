"""Parcels below the minimum: a yard, a field and a wood."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from ecozoning.errors import ParameterError, SchemaError
from ecozoning.survey import below_minimum, merge_below_minimum

EQUAL_AREA = "+proj=laea +lat_0=28 +lon_0=115 +ellps=GRS80"


def layer(codes, boxes, **columns):
    """Boxes in metres on a map of true areas, off its centre, where PROJ is coarse."""
    geometry = [shapely.box(*(1000 + side for side in box)) for box in boxes]
    return gpd.GeoDataFrame(
        {"DLBM": codes, **columns}, geometry=geometry, crs=EQUAL_AREA
    )


@pytest.fixture
def land():
    """A yard of 120 m2, 4 m along a field of 600 m2, 30 m along a wood of 1080 m2."""
    boxes = [(0, 0, 30, 4), (30, 0, 60, 20), (0, 4, 30, 40)]
    return layer(["0702", "0101", "0301"], boxes, village=["a", "a", "b"])


@pytest.mark.parametrize(
    ("code", "general", "desert"),
    [
        ("0702", 200, 200),  # construction land
        ("1202", 200, 200),  # facilities, though farm land
        ("0101", 400, 400),
        ("1103", 400, 400),  # reservoirs are farm land
        ("1206", 600, 1500),
        ("1208", 600, 1500),  # no group: other land
        ("0303", 400, 400),  # wetland goes by its second class
    ],
)
def test_minima_by_class_and_region(code, general, desert):
    table = pd.DataFrame({"DLBM": [code], "m2": [1.0]})
    for region, expected in (("general", general), ("desert", desert)):
        found = below_minimum(table, system="survey3", area="m2", region=region)
        assert found["minimum_m2"].tolist() == [expected]


def test_the_minimum_itself_is_large_enough():
    table = pd.DataFrame({"DLBM": ["0101", "0101"], "m2": [400.0, 399.99]})
    assert below_minimum(table, system="survey3", area="m2").index.tolist() == [1]


def test_a_parcel_goes_where_its_border_is_longest(land):
    merged = merge_below_minimum(land, system="survey3")
    row = merged.ledger.iloc[0]
    assert (row["row"], row["to"], row["class_to"]) == (0, 2, "0301")
    assert row["border_m"] == pytest.approx(30.0)
    assert merged.parcels["merged_m2"].round(4).to_dict() == {1: 600.0, 2: 1200.0}
    assert merged.parcels.area.round(6).tolist() == [600.0, 1200.0]


def test_a_parcel_stays_within_its_village(land):
    merged = merge_below_minimum(land, system="survey3", within="village")
    assert merged.ledger["to"].tolist() == [1]


def test_a_parcel_without_a_neighbour_is_kept_and_told(land):
    alone = land.iloc[[0, 1]].copy()
    alone.loc[1, "geometry"] = shapely.box(1500, 1000, 1530, 1020)
    merged = merge_below_minimum(alone, system="survey3")
    assert merged.ledger["to"].tolist() == [None]
    assert merged.ledger["reason"].tolist() == ["no neighbour, kept"]
    assert len(merged.parcels) == 2


def test_small_parcels_in_a_row_grow_until_they_are_large_enough():
    # 50, 100 and 300 m2 of field in a row: 50 joins 100, these 150 join 300.
    boxes = [(0, 0, 5, 10), (5, 0, 15, 10), (15, 0, 45, 10)]
    merged = merge_below_minimum(layer(["0101"] * 3, boxes), system="survey3")
    assert merged.ledger[["row", "to"]].to_numpy().tolist() == [[0, 1], [1, 2]]
    assert merged.ledger["area_m2"].round(4).tolist() == [50.0, 150.0]
    assert merged.parcels["merged_m2"].round(4).tolist() == [450.0]


def test_of_two_equal_borders_the_earlier_row_is_taken():
    boxes = [(0, 0, 30, 30), (30, 0, 32, 30), (32, 0, 62, 30)]
    merged = merge_below_minimum(layer(["0101"] * 3, boxes), system="survey3")
    assert merged.ledger["to"].tolist() == [0]


def test_corners_are_no_border():
    boxes = [(0, 0, 10, 10), (10, 10, 50, 50)]
    merged = merge_below_minimum(layer(["0101"] * 2, boxes), system="survey3")
    assert merged.ledger["to"].tolist() == [None]


def test_degrees_are_compared_in_metres(land):
    merged = merge_below_minimum(land.to_crs(4490), system="survey3")
    assert merged.ledger["to"].tolist() == [2]
    assert merged.ledger["border_m"].iloc[0] == pytest.approx(30.0, rel=1e-4)


def test_areas_are_conserved(land):
    merged = merge_below_minimum(land, system="survey3").parcels["merged_m2"]
    before = below_minimum(land, system="survey3")["area_m2"].sum() + 600 + 1080
    assert merged.sum() == pytest.approx(before, rel=1e-9)


def test_nothing_small_leaves_all_as_it_is(land):
    merged = merge_below_minimum(land.iloc[1:], system="survey3")
    assert merged.ledger.empty
    assert merged.ledger.columns[0] == "row"
    assert merged.parcels["DLBM"].tolist() == ["0101", "0301"]


def test_systems_regions_and_columns_have_to_be_known(land):
    with pytest.raises(ParameterError, match="`region` is 'sea'"):
        below_minimum(land, system="survey3", region="sea")
    with pytest.raises(ParameterError, match=r"gives its classes no groups.*translate"):
        below_minimum(land, system="land_sea_2023")
    with pytest.raises(SchemaError, match="lacks the column 'owner'"):
        merge_below_minimum(land, system="survey3", within="owner")
    with pytest.raises(SchemaError, match="lacks the column 'code'"):
        below_minimum(land, system="survey3", class_column="code")


@pytest.mark.parametrize("kind", ["category", "string", "object"])
def test_parcels_that_do_not_say_where_they_belong_are_refused(land, kind):
    land["village"] = pd.Series(["a", None, None], dtype=kind)
    with pytest.raises(SchemaError, match=r"2 rows without a 'village' \(labels 1, 2"):
        merge_below_minimum(land, system="survey3", within="village")


def test_labels_in_the_ledger_stay_what_they_are_beside_none():
    small = layer(["0702", "0101"], [(0, 0, 5, 5), (5, 0, 10, 10)])
    to = merge_below_minimum(small, system="survey3").ledger["to"].tolist()
    assert to == [1, None]
    assert isinstance(to[0], int)


def test_a_geometry_of_another_name_keeps_it(land):
    merged = merge_below_minimum(land.rename_geometry("shape"), system="survey3")
    assert merged.parcels.active_geometry_name == "shape"
    assert merged.parcels.area.round(6).tolist() == [600.0, 1200.0]
