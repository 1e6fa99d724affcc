"""The lists of 上高's plan, and zones snapped to units modelled from them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import ecozoning as ez
from ecozoning.errors import NoDataError, PlanDataError
from ecozoning.plan.unit_lists import unit_lists
from ecozoning.zoning import snap


@pytest.fixture(scope="module")
def plan():
    return ez.load_plan("shanggao")


@pytest.fixture(scope="module")
def modelled(plan):
    return plan.modelled_units()


@pytest.fixture(scope="module")
def snapped(plan, modelled):
    lists = plan.unit_lists()
    return snap(
        plan.zones,
        modelled.units,
        unit_id="name",
        villages=modelled.villages,
        split=lists.split,
        fixed=lists.fixed,
    )


def zones(*units_by_zone):
    """Return a document of zones z1, z2, ... with units."""
    return {
        "zones": [
            {"zone_id": f"z{i}", "units": units}
            for i, units in enumerate(units_by_zone, start=1)
        ]
    }


def part(kind, *villages, name="甲镇"):
    return {"name": name, "part": kind, "villages": list(villages)}


def test_units_are_whole_or_divided_as_the_plan_says(plan):
    lists = plan.unit_lists()
    assert len(lists.fixed) == 13
    assert lists.fixed["芦洲乡"] == "zone2"
    assert lists.split["塔下乡"] == {
        "zone1": ["上新村", "田北村", "农业科技示范场"],
        "zone2": "rest",
    }
    assert lists.split["南港镇"]["zone3"] == "rest"
    assert len(lists.split["翰堂镇"]["zone2"]) == 5


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            zones([{"name": "甲镇"}], [{"name": "甲镇"}]),
            "'甲镇' is listed",
        ),
        (zones([{"name": "甲镇"}], [part("except", "乙村")]), "'甲镇' is listed"),
        (
            zones([part("villages", "乙村")], [{"name": "甲镇"}]),
            "'甲镇' is listed",
        ),
        (
            zones([part("villages", "乙村")], [part("villages", "乙村")]),
            r"villages \['乙村'\] are listed for two zones",
        ),
        (
            zones([part("villages", "乙村")], [part("except", "丙村")]),
            r"differ in \['丙村', '乙村'\]|differ in \['乙村', '丙村'\]",
        ),
    ],
)
def test_lists_that_contradict_each_other_are_refused(document, told):
    with pytest.raises(PlanDataError, match=told):
        unit_lists(document)


def test_modelled_units_say_so_in_every_row_and_tile_the_county(plan, modelled):
    for layer in (modelled.units, modelled.villages):
        assert set(layer["geometry_kind"]) == {"modelled"}
        assert layer["evidence"].str.len().min() > 0
        assert shapely.coverage_is_valid(layer.geometry.to_numpy())
    county = ez.ellipsoidal_area(plan.boundary).sum()
    assert ez.ellipsoidal_area(modelled.units).sum() == pytest.approx(county, rel=1e-6)


def test_a_known_seat_lies_in_its_own_cell(plan, modelled):
    seats = plan.townships.dropna(subset="geometry").set_index("name").geometry
    cells = modelled.units.set_index("name").geometry
    assert all(cells[name].contains(seat) for name, seat in seats.items())


def test_a_plan_that_lists_no_units_has_none_to_model():
    with pytest.raises(NoDataError, match="lists no units by zone"):
        ez.load_plan("shanshan").modelled_units()


def test_exactly_the_three_townships_of_the_plan_are_divided(snapped):
    zones_of = snapped.units.groupby("unit")["zone_id"].nunique()
    assert sorted(zones_of[zones_of > 1].index) == ["南港镇", "塔下乡", "翰堂镇"]
    assert zones_of.max() == 2


def test_villages_lie_in_the_zones_that_the_plan_names(plan, snapped):
    where = snapped.units.dropna(subset="village").set_index(["unit", "village"])
    named = 0
    for unit, by_zone in plan.unit_lists().split.items():
        for zone, names in by_zone.items():
            for name in [] if names == "rest" else names:
                assert where.loc[(unit, name), "zone_id"] == zone
                named += 1
    assert named == 11


def test_townships_lie_in_the_zones_that_the_plan_names(plan, snapped):
    where = snapped.units.set_index("unit")["zone_id"]
    for unit, zone in plan.unit_lists().fixed.items():
        assert where[unit] == zone


def test_the_ledger_of_the_county_closes(plan, snapped):
    table = snapped.zones.set_index("zone_id")
    into = snapped.ledger.groupby("to_zone")["area_km2"].sum()
    out = snapped.ledger.groupby("from_zone")["area_km2"].sum()
    gained = table["area_km2"] - table["area_before_km2"]
    assert np.abs(gained - (into - out)[table.index]).max() < 1e-12
    assert set(snapped.ledger["reason"]) == {"fixed", "majority", "village_list"}


def test_snapped_zones_tile_the_county_without_slivers(plan, snapped):
    shapes = snapped.zones.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    whole = gpd.GeoSeries([shapely.coverage_union_all(shapes)], crs=4490)
    county = ez.ellipsoidal_area(plan.boundary).sum()
    assert ez.ellipsoidal_area(whole)[0] == pytest.approx(county, rel=1e-6)


def test_targets_move_villages_where_no_list_holds_them(plan, modelled):
    whole = modelled.units[~modelled.units["name"].isin(modelled.villages["unit"])]
    units = pd.concat([whole, modelled.villages], ignore_index=True)
    wanted = plan.zones.set_index("zone_id")["published_area_km2"]
    free = snap(plan.zones, units, unit_id="name").zones
    aimed = snap(plan.zones, units, unit_id="name", targets=wanted.to_dict())
    before = (free["area_km2"].to_numpy() - wanted.to_numpy()).tolist()
    assert aimed.zones["deviation_km2"].abs().sum() < np.abs(before).sum() / 2
    assert "target" in set(aimed.ledger["reason"])
