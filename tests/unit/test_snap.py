"""Zones snapped to units: squares of 1 km, whose answers can be counted."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ecozoning.errors import (
    CRSMismatchError,
    DroppedRowsWarning,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.overlay import ellipsoidal_area
from ecozoning.zoning import snap

EAST, NORTH = 5e5, 3.1e6  # on the central meridian of EPSG:4547, where 1 m is 1 m


def box(west, south, east, north):
    """Return a box in kilometres from a corner."""
    return shapely.box(
        EAST + west * 1e3, NORTH + south * 1e3, EAST + east * 1e3, NORTH + north * 1e3
    )


def layer(column="id", /, **shapes):
    """Return a layer of shapes by name."""
    return gpd.GeoDataFrame(
        {column: list(shapes)}, geometry=list(shapes.values()), crs="EPSG:4547"
    )


def towns(columns, rows=1):
    """Return squares of 1 km, A B C ... from west to east, then to the north."""
    places = [(x, y) for y in range(rows) for x in range(columns)]
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    squares = [box(x, y, x + 1, y + 1) for x, y in places]
    return layer(**dict(zip(names, squares, strict=False)))


def strips(*edges, height=1):
    """Return zones z1, z2, ... between edges in kilometres."""
    pairs = pairwise(edges)
    return layer(
        "zone_id",
        **{f"z{i}": box(w, 0, e, height) for i, (w, e) in enumerate(pairs, start=1)},
    )


def zone_of(snapped):
    """Return the zone of each unit, or unit and village."""
    units = snapped.units
    names = units["unit"] + ("/" + units["village"]).fillna("")
    return dict(zip(names, units["zone_id"], strict=True))


def word(snapped):
    return "".join(snapped.units["zone_id"].str[1:])


def closes(snapped):
    """Tell whether what zones gained is what the ledger brought them, to 1e-6 m2."""
    ledger, zones = snapped.ledger, snapped.zones.set_index("zone_id")
    into = ledger.groupby("to_zone")["area_km2"].sum()
    out = ledger.groupby("from_zone")["area_km2"].sum()
    net = into.reindex(zones.index, fill_value=0) - out.reindex(
        zones.index, fill_value=0
    )
    gained = zones["area_km2"] - zones["area_before_km2"]
    rounding = 1e-12 + 4 * np.spacing(zones["area_km2"].max())
    return np.abs(gained - net).max() < rounding


def test_a_unit_goes_to_the_zone_that_has_most_of_it():
    found = snap(strips(0, 1.4, 3), towns(3), unit_id="id")
    assert word(found) == "122"
    assert found.units["share"].tolist() == pytest.approx([1, 0.6, 1])
    assert found.units["margin"].tolist() == pytest.approx([1, 0.2, 1])
    assert found.zones["area_km2"].tolist() == pytest.approx([1, 2], abs=1e-5)


def test_the_ledger_has_the_land_that_changed_its_zone_and_closes():
    found = snap(strips(0, 1.4, 3), towns(3), unit_id="id")
    row = found.ledger.iloc[0]
    assert len(found.ledger) == 1
    assert (row["unit"], row["from_zone"], row["to_zone"]) == ("B", "z1", "z2")
    assert row["area_km2"] == pytest.approx(0.4, abs=1e-5)
    assert row["reason"] == "majority"
    assert closes(found)


def test_of_two_equal_halves_the_first_zone_has_the_unit():
    assert word(snap(strips(0, 1.5, 3), towns(3))) == "112"


def test_columns_and_labels_of_zones_are_kept():
    zones = strips(0, 1.4, 3).assign(name=["西区", "东区"])
    zones.index = ["w", "e"]
    found = snap(zones, towns(3), unit_id="id").zones
    assert found.index.tolist() == ["w", "e"]
    assert found["name"].tolist() == ["西区", "东区"]
    assert found.crs == zones.crs


def test_units_without_a_name_go_by_their_index():
    units = towns(3).set_index("id")
    assert snap(strips(0, 1.4, 3), units).ledger["unit"].tolist() == ["B"]


def test_a_raster_of_weights_decides_instead_of_area(make_raster):
    weight = make_raster(np.ones((10, 30)), cell=100)
    weight = weight.assign_coords(
        x=EAST + 50 + 100 * np.arange(30), y=NORTH + 950 - 100 * np.arange(10)
    )
    weight[:, 10:14] = 5  # the west of B: 4 cells of 5 against 6 of 1
    found = snap(strips(0, 1.4, 3), towns(3), unit_id="id", by=weight)
    assert word(found) == "112"
    assert found.units["share"][1] == pytest.approx(20 / 26)
    assert closes(found)


def test_a_unit_without_any_weight_goes_by_area(make_raster):
    weight = make_raster(np.zeros((10, 30)), cell=100)
    weight = weight.assign_coords(x=EAST + 50 + 100 * np.arange(30))
    weight = weight.assign_coords(y=NORTH + 950 - 100 * np.arange(10))
    assert word(snap(strips(0, 1.4, 3), towns(3), by=weight)) == "122"


def test_a_zone_that_also_touches_a_unit_along_a_line_counts_by_its_land(make_raster):
    sides = shapely.MultiPolygon([box(-1, 0, 0, 1), box(0.6, 0, 2, 1)])
    zones = layer("zone_id", z1=box(0, 0, 0.6, 1), z2=sides)
    units = layer(W=box(-1, 0, 0, 1), A=box(0, 0, 1, 1), B=box(1, 0, 2, 1))
    even = make_raster(np.ones((10, 30)), cell=100)
    even = even.assign_coords(x=EAST - 950 + 100 * np.arange(30))
    even = even.assign_coords(y=NORTH + 950 - 100 * np.arange(10))
    found = snap(zones, units, unit_id="id", contiguity="none", by=even)
    assert word(found) == "212"
    assert found.ledger["area_km2"].tolist() == pytest.approx([0.4], abs=1e-5)


def test_weights_below_0_are_refused(make_raster):
    weight = make_raster(-np.ones((10, 30)), cell=100)
    weight = weight.assign_coords(x=EAST + 50 + 100 * np.arange(30))
    weight = weight.assign_coords(y=NORTH + 950 - 100 * np.arange(10))
    with pytest.raises(ParameterError, match=r"`by` has weights below 0.*clip"):
        snap(strips(0, 1.4, 3), towns(3), by=weight)
    with pytest.raises(CRSMismatchError, match=r"`by` .*by.rio.reproject"):
        snap(strips(0, 1.4, 3), towns(3), by=make_raster(np.ones((9, 9)), crs=4548))
    with pytest.raises(ParameterError, match="`by` is 'people'; use 'area'"):
        snap(strips(0, 1.4, 3), towns(3), by="people")


# --- contiguity --------------------------------------------------------------------


def with_stray():
    """Return zones where z1 has A and, apart from it, most of D in a row of five."""
    z1 = shapely.union_all([box(0, 0, 1, 1), box(3, 0, 4, 1)])
    z2 = shapely.union_all([box(1, 0, 3, 1), box(4, 0, 5, 1)])
    return layer("zone_id", z1=z1, z2=z2)


def test_a_stray_unit_goes_to_the_neighbour_with_the_longest_border():
    found = snap(with_stray(), towns(5), unit_id="id")
    assert word(found) == "12222"
    assert found.ledger["reason"].tolist() == ["contiguity"]
    assert closes(found)


def test_without_contiguity_a_stray_stays():
    assert word(snap(with_stray(), towns(5), contiguity="none")) == "12212"


def test_an_island_of_the_county_stays():
    units = towns(3)
    units.loc[2, "geometry"] = box(7, 0, 8, 1)
    zones = layer(
        "zone_id",
        z1=shapely.union_all([box(0, 0, 1, 1), box(7, 0, 8, 1)]),
        z2=box(1, 0, 2, 1),
    )
    assert word(snap(zones, units)) == "121"


def test_an_island_may_have_its_own_part_of_every_zone():
    west = {"A": 0, "B": 1, "C": 7, "D": 8}
    units = layer(**{name: box(w, 0, w + 1, 1) for name, w in west.items()})
    pairs = [(0, 2), (1, 3)]
    shapes = [shapely.union_all(units.geometry[list(p)]) for p in pairs]
    assert word(snap(layer("zone_id", z1=shapes[0], z2=shapes[1]), units)) == "1212"


def test_of_two_strays_side_by_side_one_moves():
    units = towns(6)  # z1 z1 z2 z1 z2 z2: when C has gone to z1, D is no stray
    z1 = shapely.union_all(units.geometry[[0, 1, 3]])
    z2 = shapely.union_all(units.geometry[[2, 4, 5]])
    found = snap(layer("zone_id", z1=z1, z2=z2), units, unit_id="id")
    assert word(found) == "111122"
    assert found.ledger["unit"].tolist() == ["C"]


def checkers():
    """Return zones of four squares, each of two that meet in a point."""
    z1 = shapely.MultiPolygon([box(0, 0, 1, 1), box(1, 1, 2, 2)])
    z2 = shapely.MultiPolygon([box(1, 0, 2, 1), box(0, 1, 1, 2)])
    return layer("zone_id", z1=z1, z2=z2)


def test_squares_that_meet_in_a_point_are_neighbours_of_queens_only():
    assert word(snap(checkers(), towns(2, 2), contiguity="queen")) == "1221"
    assert len(set(word(snap(checkers(), towns(2, 2))))) == 2
    assert word(snap(checkers(), towns(2, 2))) != "1221"


def test_a_unit_that_is_fixed_stays_apart():
    zones, units = with_stray(), towns(4)
    assert word(snap(zones, units, unit_id="id")) == "1222"
    found = snap(zones, units, unit_id="id", fixed={"D": "z1"})
    assert word(found) == "1221"
    assert found.units["reason"].tolist().count("fixed") == 1


# --- least area and targets --------------------------------------------------------


def test_a_zone_that_is_too_small_goes_to_its_neighbours_unit_by_unit():
    with pytest.warns(DroppedRowsWarning, match="z2"):
        found = snap(strips(0, 2, 3, 6), towns(6), unit_id="id", min_area_km2=1.5)
    assert word(found) == "111333"
    assert found.ledger["reason"].tolist() == ["minimum_area"]
    assert found.zones["zone_id"].tolist() == ["z1", "z3"]


def test_a_small_zone_of_an_island_stays():
    units = towns(3)
    units.loc[2, "geometry"] = box(7, 0, 8, 1)
    zones = layer("zone_id", z1=box(0, 0, 2, 1), z2=box(7, 0, 8, 1))
    assert word(snap(zones, units, min_area_km2=1.5)) == "112"


def test_targets_move_units_along_the_border_until_nothing_helps():
    found = snap(
        strips(0, 1, 6), towns(6), unit_id="id", targets={"z1": 3.2, "z2": 2.8}
    )
    assert word(found) == "111222"
    assert set(found.ledger["reason"]) == {"target"}
    assert found.zones["deviation_km2"].tolist() == pytest.approx([-0.2, 0.2], abs=1e-5)
    assert closes(found)


def test_targets_never_tear_a_zone_apart():
    zones = layer("zone_id", z1=box(0, 0, 1, 1), z2=box(1, 0, 2, 1), z3=box(2, 0, 3, 1))
    found = snap(zones, towns(3), targets={"z1": 2.0})
    assert word(found) == "123"  # B would leave nothing of z2


def test_targets_leave_fixed_units_and_least_areas_alone():
    far = {"z1": 3.2, "z2": 2.8}
    held = snap(strips(0, 1, 6), towns(6), unit_id="id", targets=far, fixed={"B": "z2"})
    assert word(held) == "122222"
    small = snap(strips(0, 3, 6), towns(6), targets={"z1": 1.0}, min_area_km2=2.5)
    assert word(small) == "111222"


def test_targets_tear_zones_apart_only_where_they_may_be_torn():
    units = layer(
        A=box(0, 0, 1, 1), B=box(1, 0, 2, 1), C=box(2, 0, 3, 1), T=box(1, 1, 2, 2)
    )
    zones = layer("zone_id", z1=box(1, 1, 2, 2), z2=box(0, 0, 3, 1))
    given = {"targets": {"z1": 2.0, "z2": 2.0}}
    assert word(snap(zones, units, **given)) == "2221"
    assert word(snap(zones, units, contiguity="none", **given)) == "2121"


def test_two_units_are_exchanged_where_no_move_helps():
    # z1 has 1.0 + 0.7, z2 has 1.0 + 0.3; 1.3 and 1.7 are wanted: 0.7 against 0.3.
    units = layer(
        a=box(0, 0, 1, 1), b=box(1, 0.3, 2, 1), c=box(1, 0, 2, 0.3), d=box(2, 0, 3, 1)
    )
    zones = layer(
        "zone_id",
        z1=shapely.union_all([box(0, 0, 1, 1), box(1, 0.3, 2, 1)]),
        z2=shapely.union_all([box(2, 0, 3, 1), box(1, 0, 2, 0.3)]),
    )
    found = snap(zones, units, unit_id="id", targets={"z1": 1.3, "z2": 1.7})
    assert zone_of(found) == {"a": "z1", "b": "z2", "c": "z1", "d": "z2"}
    assert found.zones["deviation_km2"].abs().max() < 1e-5


def test_targets_of_zones_that_are_not_there_are_refused():
    with pytest.raises(
        ParameterError, match=r"`targets` names 'z9'.*near 'z9' are z2, z1"
    ):
        snap(strips(0, 1, 3), towns(3), targets={"z9": 1.0})
    with pytest.raises(ParameterError, match=r"`targets\['z1'\]` is -1"):
        snap(strips(0, 1, 3), towns(3), targets={"z1": -1})


# --- villages ----------------------------------------------------------------------


@pytest.fixture
def villages():
    """Four villages of B, quarters of it from west to east."""
    quarters = [box(1 + i / 4, 0, 1.25 + i / 4, 1) for i in range(4)]
    frame = layer(
        "name", **dict(zip(["上新村", "田北村", "坪村", "农场"], quarters, strict=True))
    )
    return frame.assign(unit="B")


LISTS = {"B": {"z1": ["上新村", "田北村"], "z2": "rest"}}


def test_a_unit_is_split_by_the_villages_that_a_list_names(villages):
    found = snap(
        strips(0, 1.1, 3), towns(3), unit_id="id", villages=villages, split=LISTS
    )
    assert zone_of(found) == {
        "A": "z1",
        "C": "z2",
        "B/上新村": "z1",
        "B/田北村": "z1",
        "B/坪村": "z2",
        "B/农场": "z2",
    }
    assert found.zones["area_km2"].tolist() == pytest.approx([1.5, 1.5], abs=1e-5)
    assert closes(found)


def test_land_of_listed_villages_is_in_the_ledger_by_village(villages):
    found = snap(
        strips(0, 1.1, 3), towns(3), unit_id="id", villages=villages, split=LISTS
    )
    ledger = found.ledger.set_index("village")
    assert ledger.index.tolist() == ["上新村", "田北村"]
    assert ledger["area_km2"].tolist() == pytest.approx([0.15, 0.25], abs=1e-5)
    assert set(ledger["reason"]) == {"village_list"}


def test_a_fixed_unit_is_not_split(villages):
    found = snap(
        strips(0, 1.1, 3),
        towns(3),
        unit_id="id",
        villages=villages,
        split=LISTS,
        fixed={"B": "z1"},
    )
    assert word(found) == "112"


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        ({"z1": ["上新"], "z2": "rest"}, "names '上新'.*near '上新' are 上新村"),
        ({"z1": ["上新村"], "z2": ["上新村"]}, "lists 上新村 more than once"),
        ({"z1": ["上新村"]}, "leaves 田北村, 坪村, 农场 in no zone.*'rest'"),
        ({"z1": "rest", "z2": "rest"}, "gives 'rest' to 2 zones"),
        ({"z1": "上新村"}, "has '上新村', but each zone needs a list"),
        ({"z1": None}, "has None, but each zone needs a list"),
        ({}, "has {}, but each zone needs a list"),
        ({"z7": ["上新村"], "z2": "rest"}, "names 'z7', which `zones` does not have"),
        (["上新村"], "a mapping is needed"),
    ],
)
def test_lists_that_cannot_be_followed_are_refused(villages, lists, told):
    with pytest.raises(ParameterError, match=rf"`split\['B'\]` .*{told}|{told}"):
        snap(
            strips(0, 1.1, 3),
            towns(3),
            unit_id="id",
            villages=villages,
            split={"B": lists},
        )


def test_split_units_need_villages_that_cover_them(villages):
    given = {"unit_id": "id", "split": LISTS}
    zones, units = strips(0, 1.1, 3), towns(3)
    with pytest.raises(ParameterError, match="`villages` is missing"):
        snap(zones, units, **given)
    with pytest.raises(ParameterError, match="no village of the unit 'B'"):
        snap(zones, units, villages=villages.assign(unit="C"), **given)
    with pytest.raises(GeometryError, match=r"leave 25.000% of that unit out"):
        snap(zones, units, villages=villages.iloc[:3], **given)
    again = villages.assign(name=["上新村", "田北村", "田北村", "农场"])
    with pytest.raises(SchemaError, match="'田北村' more than once"):
        snap(zones, units, villages=again, **given)


def test_villages_that_overlap_stick_out_or_are_shifted_are_refused(villages):
    given = {"unit_id": "id", "split": LISTS}
    zones, units = strips(0, 1.1, 3), towns(3)
    wide = villages.copy()
    wide.loc[3, "geometry"] = box(1.75, 0, 2, 1.1)
    with pytest.raises(GeometryError, match=r"reach beyond it by 2.500%"):
        snap(zones, units, villages=wide, **given)
    wide.loc[3, "geometry"] = box(1.5, 0, 2, 1)
    with pytest.raises(GeometryError, match=r"`villages of B` 1 pairs .* overlap"):
        snap(zones, units, villages=wide, **given)
    large = [f.scale(20, 20, origin=(EAST, NORTH)) for f in (zones, units, villages)]
    moved = villages.set_geometry(large[2].translate(400, -300))
    with pytest.raises(CRSMismatchError, match="villages"):
        snap(
            zones.set_geometry(large[0]),
            units.set_geometry(large[1]),
            villages=moved,
            **given,
        )


def test_a_unit_to_split_or_to_fix_must_be_there(villages):
    given = {"unit_id": "id", "villages": villages}
    with pytest.raises(ParameterError, match="`split` names 'X', which `units`"):
        snap(strips(0, 1, 3), towns(3), split={"X": {"z1": "rest"}}, **given)
    with pytest.raises(ParameterError, match="`fixed` names 'X', which `units`"):
        snap(strips(0, 1, 3), towns(3), fixed={"X": "z1"}, **given)
    with pytest.raises(ParameterError, match="`fixed` names 'z5', which `zones`"):
        snap(strips(0, 1, 3), towns(3), fixed={"A": "z5"}, **given)


# --- what does not cover -----------------------------------------------------------


def test_land_in_no_zone_is_refused_with_its_area_and_share():
    told = r"leave 0.5 km2 of `units` in no zone \(16.67%\), in 1 units \(C\)"
    with pytest.raises(GeometryError, match=told):
        snap(strips(0, 1.4, 2.5), towns(3), unit_id="id")


def test_land_in_no_zone_goes_with_its_unit_if_asked():
    found = snap(strips(0, 1.4, 2.5), towns(3), unit_id="id", uncovered="assign")
    rows = found.ledger.set_index("unit")
    assert word(found) == "122"
    assert rows.loc["C", "reason"] == "uncovered"
    assert pd.isna(rows.loc["C", "from_zone"])
    assert rows.loc["C", "area_km2"] == pytest.approx(0.5, abs=1e-5)
    assert closes(found)


def test_units_wholly_in_no_zone_go_to_their_neighbour():
    found = snap(strips(0, 1, 2), towns(4), unit_id="id", uncovered="assign")
    assert word(found) == "1222"
    assert found.units["reason"].tolist()[2:] == ["uncovered", "uncovered"]


def test_borders_in_degrees_are_compared_in_metres():
    # 0.045 degrees to the north are 5.0 km, 0.05 degrees to the east 4.9 km.
    shapes = {
        "S": shapely.box(114, 28, 114.05, 28.045),
        "N": shapely.box(114, 28.045, 114.05, 28.09),
        "E": shapely.box(114.05, 28, 114.1, 28.045),
    }
    units = gpd.GeoDataFrame(
        {"id": list(shapes)}, geometry=list(shapes.values()), crs=4490
    )
    zones = units.iloc[1:].assign(zone_id=["z1", "z2"])
    assert word(snap(zones, units, uncovered="assign")) == "212"


def test_land_of_zones_beyond_the_units_is_in_the_ledger():
    found = snap(strips(0, 1, 3), towns(2), unit_id="id")
    row = found.ledger.iloc[-1]
    assert (row["from_zone"], row["reason"]) == ("z2", "outside")
    assert row["area_km2"] == pytest.approx(1.0, abs=1e-5)
    assert pd.isna(row["to_zone"])
    assert closes(found)


# --- bad layers --------------------------------------------------------------------


def test_a_unit_in_two_zones_is_refused():
    zones = layer("zone_id", z1=box(0, 0, 2, 1), z2=box(1, 0, 3, 1))
    with pytest.raises(GeometryError, match=r"`zones` .*a unit would lie in two zones"):
        snap(zones, towns(3))


def test_names_that_stand_twice_are_refused():
    zones = strips(0, 1, 3)
    with pytest.raises(SchemaError, match=r"`zones\['zone_id'\]` has 'z1' more than"):
        snap(zones.assign(zone_id="z1"), towns(3))
    with pytest.raises(SchemaError, match=r"`units\['id'\]` has 'A' more than once"):
        snap(zones, towns(3).assign(id="A"), unit_id="id")
    with pytest.raises(SchemaError, match=r"`zones\['zone_id'\]` is missing in .*0"):
        snap(zones.assign(zone_id=[None, "z2"]), towns(3))


def test_layers_that_do_not_fit_are_refused():
    zones, units = strips(0, 1, 3), towns(3)
    with pytest.raises(SchemaError, match="`zones` lacks the column 'zone'"):
        snap(zones, units, zone_id="zone")
    with pytest.raises(CRSMismatchError, match=r"units.to_crs\(zones.crs\)"):
        snap(zones, units.to_crs(4490))
    with pytest.raises(MissingCRSError, match="`units` has no CRS"):
        snap(zones, units.set_crs(None, allow_override=True))
    with pytest.raises(NoDataError, match="`zones` has no rows"):
        snap(zones.iloc[:0], units)
    bow_tie = shapely.Polygon(
        [(5e5, 3.1e6), (5.01e5, 3.101e6), (5.01e5, 3.1e6), (5e5, 3.101e6)]
    )
    with pytest.raises(GeometryError, match=r"`units` is 1 row .* invalid geometry"):
        snap(zones, units.set_geometry([bow_tie, *units.geometry[1:]]))


NESTED = shapely.MultiPolygon([box(0, 0, 1, 1), box(0.2, 0.2, 0.8, 0.8)])
FLAT = shapely.Polygon([(5e5, 3.1e6), (5.01e5, 3.1e6), (5e5, 3.1e6)])


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (NESTED, "invalid geometry.*make_valid"),
        (shapely.MultiPolygon([box(0, 0, 1, 1)] * 2), "invalid geometry.*make_valid"),
        (FLAT, "invalid geometry.*make_valid"),
        (shapely.LineString([(5e5, 3.1e6), (5.01e5, 3.1e6)]), "another kind than poly"),
        (shapely.Polygon(), "without a geometry"),
        (None, "without a geometry"),
    ],
)
def test_shapes_that_are_no_land_are_refused(shape, told):
    units = towns(3)
    units = units.set_geometry(
        gpd.GeoSeries([shape, *units.geometry[1:]], crs=units.crs)
    )
    with pytest.raises(GeometryError, match=rf"`units` is 1 row .*{told}"):
        snap(strips(0, 1, 3), units)


def test_layers_on_two_datums_are_refused():
    units = layer(**{f"u{i}": box(6 * i, 0, 6 * i + 6, 30) for i in range(5)})
    zones = layer("zone_id", z1=box(0, 0, 15, 30), z2=box(15, 0, 30, 30))
    moved = zones.translate(420, -310)
    with pytest.raises(CRSMismatchError, match="zones"):
        snap(zones.set_geometry(moved), units)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"contiguity": "bishop"}, "`contiguity` is 'bishop'; use one of rook, queen"),
        ({"uncovered": "drop"}, "`uncovered` is 'drop'; use one of refuse, assign"),
        ({"min_area_km2": -1.0}, "`min_area_km2` is -1"),
        ({"min_area_km2": "50"}, "`min_area_km2` is '50'"),
        ({"tolerance": 0}, "`tolerance` is 0"),
        ({"tolerance": 1.5}, "`tolerance` is 1.5"),
        ({"targets": [1, 2]}, "`targets` is .*km2 by zone"),
    ],
)
def test_rules_outside_their_domain_are_refused(given, told):
    with pytest.raises(ParameterError, match=told):
        snap(strips(0, 1, 3), towns(3), **given)


def test_nothing_given_is_changed(villages):
    zones, units = strips(0, 1.4, 3), towns(3)
    before = [frame.copy() for frame in (zones, units, villages)]
    snap(zones, units, unit_id="id", villages=villages, split=LISTS)
    for frame, copy in zip((zones, units, villages), before, strict=True):
        assert frame.equals(copy)


def test_large_boxes_in_degrees_close_although_edges_are_bent():
    def degrees(column, **edges):
        shapes = [shapely.box(west, 28, east, 29) for west, east in edges.values()]
        return gpd.GeoDataFrame({column: list(edges)}, geometry=shapes, crs=4490)

    units = degrees("id", A=(114, 115), B=(115, 116))
    zones = degrees("zone_id", z1=(114, 115.3), z2=(115.3, 116))
    found = snap(zones, units, unit_id="id")
    assert word(found) == "12"
    assert closes(found)
    assert found.ledger["area_km2"][0] == pytest.approx(
        0.3 * ellipsoidal_area(units)[1] / 1e6, rel=1e-3
    )


def test_areas_of_snapped_zones_are_those_of_their_geometry():
    units = towns(6, 4).to_crs(4490)
    zones = strips(0, 2.3, 6, height=4).to_crs(4490)
    found = snap(zones, units, uncovered="assign", tolerance=1e-4).zones
    whole = ellipsoidal_area(found) / 1e6
    assert found["area_km2"].to_numpy() == pytest.approx(whole, rel=1e-9)
