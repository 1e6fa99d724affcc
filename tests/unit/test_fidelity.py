"""Published figures beside computed ones, on a county that can be worked out by hand.

甲县 does not exist: a rectangle of 0.2° by 0.2° at 110° E, 30° N, cut in two along
30.1° N, with the northern half (甲北区) at 500 m and the southern (甲南区) at 100 m.
"""

import re
import string
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

import ecozoning as ez
from ecozoning.errors import MissingCRSError, NoDataError, SchemaError
from ecozoning.plan.audit import Facts, Figure
from ecozoning.plan.bilingual import Bilingual
from ecozoning.plan.fidelity import COLUMNS, fidelity, fidelity_score, phrases
from ecozoning.plan.fidelity.ground import Heights
from ecozoning.plan.fidelity.rows import compare
from ecozoning.plan.files import read_vocabulary
from ecozoning.plan.schema import COLUMNS as PLAN_COLUMNS

# rioxarray multiplies transforms in a way that affine is going to drop.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Use `@` matmul:PendingDeprecationWarning"
)

SLUGS = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]
WEST, SOUTH, EAST, NORTH = COUNTY = (110.0, 30.0, 110.2, 30.2)
CHECKS = {
    "area",
    "share",
    "extent",
    "elevation",
    "length",
    "seat",
    "position",
    "redline",
}
WGS = pyproj.Geod(ellps="GRS80")  # the ellipsoid of CGCS2000, to a tenth of a mm


def km2(*bounds):
    """Return the geodesic area of a box by PROJ, its edges along the parallels."""
    west, south, east, north = bounds
    lon = np.linspace(west, east, 500)
    ring = [*lon, *lon[::-1]], [*np.full(500, south), *np.full(500, north)]
    return abs(WGS.polygon_area_perimeter(*ring)[0]) / 1e6


def figure(line):
    """Return a figure: id | subject | quantity | value unit | further=columns."""
    cells = [cell.strip() for cell in line.split("|")]
    row = dict.fromkeys(PLAN_COLUMNS["figures"], "") | {"comparator": "="}
    row |= dict(zip(("figure_id", "subject", "quantity"), cells[:3], strict=True))
    row["value"], row["unit"] = cells[3].split(" ")
    row |= {"status": "observed", "section": "第一章"}
    row |= dict(cell.split("=", 1) for cell in cells[4:])
    return Figure(**row)


def layer(rows, columns):
    """Return a layer of dicts with geometries that may be None."""
    table = pd.DataFrame(rows, columns=columns)
    shapes = [row.get("geometry") for row in rows]
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4490")


def zone(order, name, bearing, shape, **document):
    row = {"zone_id": f"zone{order}", "name": name, "bearing": bearing}
    row |= {"published_area_km2": np.nan, "geometry_kind": "modelled"}
    row |= {"section": "第三章", "geometry": shape}
    return row, {"name": name, "section": "第三章", **document}


def plan_with(
    *figures,
    seats=(),
    units=((), ()),
    range_words=((), ()),
    bearings=("", ""),
    variants=(),
    redline=None,
    corridors=(),
    pattern=(),
    protected=(),
):
    """Return a plan of the two zones that prints these figures."""
    halves = (WEST, 30.1, EAST, NORTH), (WEST, SOUTH, EAST, 30.1)
    names = ("甲北区", "甲南区")
    zones = [
        zone(
            i + 1,
            names[i],
            bearings[i],
            shapely.box(*halves[i]),
            units=[dict(unit) for unit in units[i]],
            range_words=list(range_words[i]),
        )
        for i in (0, 1)
    ]
    document = {
        "name": "甲县",
        "zones": [told for _, told in zones],
        "name_variants": [{"kind": "township", "names": v} for v in variants],
    }
    columns = ["zone_id", "name", "bearing", "published_area_km2"]
    places = ["name", "confidence", "county_seat"]
    return SimpleNamespace(
        name="甲县",
        slug="jia",  # no packaged elevation has this name
        document=document,
        facts=Facts(document, [figure(f) for f in figures], {}, [], read_vocabulary()),
        area_km2=km2(*COUNTY),
        boundary=layer([{"geometry": shapely.box(*COUNTY)}], []),
        zones=layer([row for row, _ in zones], [*columns, "geometry_kind", "section"]),
        townships=layer([dict(seat) for seat in seats], places),
        redlines=layer([{"name": "生态保护红线", "geometry": redline}], ["name"]),
        corridors=layer([dict(c) for c in corridors], ["name", "length_km"]),
        pattern=layer([dict(p) for p in pattern], ["name", "position"]),
        protected_areas=layer([dict(p) for p in protected], ["name", "location"]),
    )


def row_of(figure_id, *figures, dem=None, **world):
    """Return one row of a plan's table."""
    return table_of(*figures, dem=dem, **world).loc[figure_id]


def table_of(*figures, dem=None, **world):
    return fidelity(plan_with(*figures, **world), dem=dem).set_index("figure_id")


def seat(name, lon, lat, confidence="good", *, county_seat=False):
    row = {"name": name, "confidence": confidence, "county_seat": county_seat}
    return row | {"geometry": shapely.Point(lon, lat)}


@pytest.fixture
def dem(make_raster):
    """Return cells of 0.01° from 109.9° to 110.3° E, 500 m north of 30.1°, else 100."""
    heights = np.full((40, 40), 100.0)
    heights[:20] = 500
    raster = make_raster(heights, cell=0.01, crs="EPSG:4490")
    return raster.assign_coords(x=raster["x"] + 109.905, y=raster["y"] + 29.905)


# --- tolerances, on both sides -----------------------------------------------------


@pytest.mark.parametrize(
    ("ruler", "unit", "inside", "outside"),
    [
        ("area", "km2", 1000.999, 1001.001),  # 0.1 % of 1000
        ("share", "%", 1000.499, 1000.501),  # half a point
        ("extent", "°", 1000 + 1.999 / 60, 1000 + 2.001 / 60),
        ("mean elevation", "m", 1099.9, 1100.1),  # 10 %
        ("elevation", "m", 1099.9, 1100.1),
        ("length", "km", 1249.9, 1250.1),  # 25 %
        ("redline", "km2", 1000.999, 1001.001),
        ("redline share", "%", 1000.499, 1000.501),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_tolerance_holds_on_both_sides(ruler, unit, inside, outside, sign):
    printed = figure(f"a | 甲县 | any | 1000 {unit}")
    for value, within in ((inside, True), (outside, False)):
        computed = 1000 + sign * (value - 1000)
        assert compare(printed, computed, ruler).within is within


@pytest.mark.parametrize(("value", "within"), [(129.9, True), (130.1, False)])
def test_low_elevations_are_allowed_thirty_metres(value, within):
    printed = figure("a | 甲县 | elevation_min | 100 m")
    assert compare(printed, value, "elevation").within is within


def test_mean_elevation_is_not_allowed_thirty_metres():
    printed = figure("a | 甲县 | elevation_mean | 100 m")
    assert not compare(printed, 111, "mean elevation").within


@pytest.mark.parametrize(
    ("comparator", "less", "more"), [(">=", False, True), ("<=", True, False)]
)
def test_a_bound_is_missed_on_one_side_only(comparator, less, more):
    printed = figure(f"a | 甲河 | length | 100 km | comparator={comparator}")
    assert compare(printed, 50, "length").within is less
    assert compare(printed, 150, "length").within is more


def test_values_are_compared_in_one_unit():
    row = compare(figure("a | 甲县 | area | 5000 hm2"), 50.0, "area")
    assert (row.published_value, row.unit, row.deviation) == (50, "km2", 0)
    assert row.published == "5000 hm2"


# --- areas, shares, extents --------------------------------------------------------


def test_county_and_zone_areas_are_held_against_the_ellipsoid():
    county, north = km2(*COUNTY), km2(WEST, 30.1, EAST, NORTH)
    table = table_of(
        f"good | 甲县 | area | {county * 1.0009:.5f} km2",
        f"bad | 甲县 | area | {county * 1.0012:.5f} km2",
        f"zone | 甲北区 | area | {north:.5f} km2",
    )
    assert table["within"].to_dict() == {"good": True, "bad": False, "zone": True}
    assert table.loc["zone", "computed_value"] == pytest.approx(north, rel=1e-5)


def test_a_value_printed_twice_is_checked_twice():
    line = f"甲县 | area | {km2(*COUNTY):.5f} km2"
    assert len(table_of(f"a | {line}", f"b | {line}")) == 2


def test_halves_of_a_county_have_half_of_it():
    row = row_of("a", "a | 甲南区 | area_share | 50 %")
    assert row["within"]
    assert row["computed_value"] == pytest.approx(
        50.025, abs=0.01
    )  # wider in the south


def test_a_share_of_something_else_is_not_checked():
    table = table_of("a | 甲南区 | area_share | 50 % | definition=占森林总面积")
    assert table.empty


def test_extents_are_the_bounds_in_arc_minutes():
    table = table_of(
        "w | 甲县 | longitude_min | 110°01′ °", "n | 甲南区 | latitude_max | 30°09′ °"
    )
    assert table["deviation"].tolist() == pytest.approx([-1, -3])
    assert table["within"].tolist() == [True, False]


def test_span_of_the_county_is_a_length():
    # A degree of latitude at 30° N has 110.852 km; a fifth of it 22.17.
    row = row_of("ns", "ns | 甲县 | extent_north_south | 22.17 km")
    assert row["computed_value"] == pytest.approx(22.17, abs=0.01)
    assert row["check"] == "length"


@pytest.mark.parametrize(
    "line",
    [
        "a | 甲县 | area | 9 km2 | status=target",
        "a | 甲县 | area | 9 km2 | status=cumulative",
        "a | 甲县 | area | 9 km2 | definition=跨县全域",
        "a | 乙县 | area | 9 km2",
        "a | 甲河 | length | 9 km",
        "a | 生态保护红线 | area | 9 km2",
        "a | 甲县 | elevation_max | 9 m",
    ],
)
def test_what_has_no_geometry_or_is_no_present_fact_is_left_out(line):
    assert table_of(line).empty


# --- elevations --------------------------------------------------------------------


def test_elevations_come_from_the_cells_of_a_zone(dem):
    table = table_of(
        "low | 甲县 | elevation_min | 100 m",
        "mean | 甲县 | elevation_mean | 300 m",
        "high | 甲北区 | elevation_max | 500 m",
        "north | 甲北区 | elevation_mean | 500 m",
        dem=dem,
    )
    assert table["within"].all()
    computed = table["computed_value"].tolist()
    assert computed == pytest.approx([100, 299.8, 500, 500], abs=0.1)


def test_mean_elevation_weighs_cells_by_the_cosine_of_latitude(make_raster):
    # Cells at 60° N are half as wide as those at the equator: (300 + 600 / 2) / 1.5.
    raster = make_raster([[600.0], [300.0]], cell=60.0, crs="EPSG:4490")
    heights = Heights.of(raster.isel(x=[0, 0]).assign_coords(x=[0.0, 60.0]))
    low, mean, high = heights.of_area(shapely.box(-1, -1, 1, 61))
    assert (low, round(mean, 9), high) == (300, 400, 600)


def test_without_any_elevation_model_no_elevation_is_checked():
    assert table_of("a | 甲县 | elevation_max | 500 m").empty


def test_elevation_model_without_crs_is_refused(make_raster):
    with pytest.raises(MissingCRSError, match=r"`dem` has no CRS.*write_crs"):
        fidelity(plan_with(), dem=make_raster(np.ones((2, 2)), crs=None))


def test_a_plan_can_be_held_against_another_elevation_model(make_raster):
    # 0.1° cells, all 5000 m high: no lowest point of 上高 is, which lies below 100 m.
    high = make_raster(np.full((20, 20), 5000.0), cell=0.1, crs="EPSG:4490")
    high = high.assign_coords(x=high["x"] + 114, y=high["y"] + 27.5)
    table = ez.load_plan("shanggao").fidelity(dem=high).set_index("check")
    assert (table.loc[["elevation"], "computed_value"] == 5000).all()
    assert not table.loc[["elevation"], "within"].any()


def test_a_plan_refuses_an_elevation_model_without_a_crs(make_raster):
    bare = make_raster(np.ones((2, 2)), crs=None)
    with pytest.raises(MissingCRSError, match=r"`dem` has no CRS.*write_crs"):
        ez.load_plan("shanggao").fidelity(dem=bare)


def test_elevation_model_that_ends_inside_the_county_is_refused(dem):
    with pytest.raises(NoDataError, match=r"`dem` ends inside the county; give one"):
        table_of("a | 甲县 | elevation_max | 1 m", dem=dem.isel(x=slice(0, 20)))


def test_elevation_model_with_gaps_in_the_county_is_refused(dem):
    with pytest.raises(NoDataError, match=r"`dem` does not cover.*fill its gaps"):
        table_of("a | 甲县 | elevation_max | 1 m", dem=dem.where(dem["x"] < 110.1))


# --- lengths, red line, protected areas --------------------------------------------

RIVER = shapely.LineString([(110.1, 30.0), (110.1, 30.2)])


def test_length_of_a_river_is_that_of_the_corridor_along_it():
    corridor = {"name": "甲河生态廊道", "length_km": 60.0, "geometry": RIVER}
    row = row_of("a", "a | 甲河 | length | 69.1 km", corridors=[corridor])
    assert row["deviation"] == pytest.approx((60 / 69.1 - 1) * 100)
    assert row["within"]


def test_length_is_measured_where_the_layer_gives_none():
    corridor = {"name": "甲河", "length_km": np.nan, "geometry": RIVER}
    row = row_of("a", "a | 甲河 | length | 22.17 km", corridors=[corridor])
    assert row["computed_value"] == pytest.approx(22.17, abs=0.01)


def test_a_corridor_without_geometry_is_left_out():
    corridor = {"name": "甲河", "length_km": 60.0, "geometry": None}
    assert table_of("a | 甲河 | length | 60 km", corridors=[corridor]).empty


RED = (WEST, 30.15, EAST, NORTH)  # a quarter of the county, all in its north


def test_red_line_is_held_by_area_by_share_and_by_its_share_in_a_zone():
    area = km2(*RED)
    table = table_of(
        f"area | 生态保护红线 | area | {area:.5f} km2",
        f"goal | 生态保护红线 | area | {area * 1.01:.5f} km2 | status=target",
        "share | 生态保护红线 | area_share | 25 %",
        "zone | 生态保护红线中甲北区所占 | area_share | 100 %",
        "other | 生态保护红线中甲南区所占 | area_share | 78.74 %",
        "none | 生态保护红线中乙区所占 | area_share | 5 %",
        redline=shapely.box(*RED),
    )
    assert set(table["check"]) == {"redline"}
    within = table["within"].to_dict()
    assert [name for name, good in within.items() if good] == ["area", "share", "zone"]
    assert "none" not in within
    assert table.loc["other", "computed_value"] == pytest.approx(0)


def test_protected_area_is_held_as_a_whole_and_by_its_part_in_a_zone():
    park = (WEST, 30.05, EAST, 30.15)
    north = km2(WEST, 30.1, EAST, 30.15)
    table = table_of(
        f"whole | 甲山公园 | area | {km2(*park):.5f} km2",
        f"part | 甲北区甲山公园 | area | {north:.5f} km2",
        protected=[{"name": "甲山公园", "geometry": shapely.box(*park)}],
    )
    assert table["within"].tolist() == [True, True]


# --- seats -------------------------------------------------------------------------


def test_seat_in_the_zone_that_lists_its_unit_is_within():
    units = ([{"name": "甲镇"}], [{"name": "乙镇"}])
    seats = [seat("甲镇", 110.1, 30.15), seat("乙镇", 110.1, 30.15)]
    table = table_of(seats=seats, units=units)
    assert table["within"].to_dict() == {"seat:甲镇": True, "seat:乙镇": False}
    # 0.05° of latitude is 5.54 km.
    assert table.loc["seat:乙镇", "deviation"] == pytest.approx(5.54, abs=0.01)
    assert table.loc["seat:乙镇", "published"] == "甲南区"


def test_seat_belongs_to_the_zone_with_the_rest_of_a_split_unit():
    villages = {"name": "甲镇", "part": "villages", "villages": ["东村"]}
    rest = {"name": "甲镇", "part": "except", "villages": ["东村"]}
    row = row_of(
        "seat:甲镇", seats=[seat("甲镇", 110.1, 30.15)], units=([villages], [rest])
    )
    assert not row["within"]
    assert row["published"] == "甲南区"


def test_seat_of_a_unit_listed_in_parts_may_lie_in_any_of_the_zones():
    parts = [{"name": "甲镇", "part": "北部"}], [{"name": "甲镇", "part": "南部"}]
    row = row_of("seat:甲镇", seats=[seat("甲镇", 110.1, 30.05)], units=parts)
    assert row["within"]


def test_one_part_of_a_unit_says_nothing_of_its_seat():
    units = ([{"name": "甲镇", "part": "北部"}], [])
    assert table_of(seats=[seat("甲镇", 110.1, 30.05)], units=units).empty


def test_seat_of_the_county_lies_in_the_zone_around_the_town():
    row = row_of(
        "seat:甲镇",
        seats=[seat("甲镇", 110.1, 30.05, county_seat=True)],
        range_words=((), ("甲县县城周边区域",)),
    )
    assert row["within"]
    assert row["published"] == "甲南区"


def test_seat_beyond_the_generalised_county_line_counts_for_the_nearest_zone():
    # 0.003 degrees beyond 30.2 N are 0.33 km; from 30.1 N the seat is 11.42 km away.
    units = ([{"name": "甲镇"}], [{"name": "乙镇"}])
    seats = [seat("甲镇", 110.1, 30.203), seat("乙镇", 110.1, 30.203)]
    table = table_of(seats=seats, units=units)
    assert table["within"].to_dict() == {"seat:甲镇": True, "seat:乙镇": False}
    assert table.loc["seat:乙镇", "deviation"] == pytest.approx(11.09, abs=0.01)


def test_seat_well_beyond_the_county_line_is_a_miss_by_all_of_it():
    # 0.01 degrees are 1.11 km.
    row = row_of(
        "seat:甲镇", seats=[seat("甲镇", 110.1, 30.21)], units=([{"name": "甲镇"}], [])
    )
    assert row["deviation"] == pytest.approx(1.11, abs=0.01)


def test_seat_in_a_gap_between_zones_is_not_outside_the_county():
    plan = plan_with(
        seats=[seat("甲镇", 110.1, 30.101)], units=([{"name": "甲镇"}], [])
    )
    north = shapely.box(WEST, 30.104, EAST, NORTH)  # 0.33 km north of the seat
    plan.zones.loc[plan.zones["name"] == "甲北区", "geometry"] = north
    plan.zones.loc[plan.zones["name"] == "甲南区", "geometry"] = None
    row = fidelity(plan).set_index("figure_id").loc["seat:甲镇"]
    assert not row["within"]
    assert row["deviation"] == pytest.approx(0.33, abs=0.01)


def test_seat_is_found_under_the_name_that_the_plan_prints():
    row = row_of(
        "seat:甲镇",
        seats=[seat("甲镇", 110.1, 30.05)],
        units=([], [{"name": "钾镇"}]),
        variants=[["钾镇", "甲镇"]],
    )
    assert row["within"]


# --- words of position -------------------------------------------------------------


@pytest.mark.parametrize(
    ("bearing", "within"),
    [
        ("north", True),
        ("northeast", True),  # 45° off, the end of a quarter
        ("east", False),
        ("south", False),
        ("centre", True),  # 5.5 km off, half a radius is 5.8
    ],
)
def test_zone_in_the_north_is_in_the_northern_quarter(bearing, within):
    row = row_of("position:zone1", bearings=(bearing, ""))
    assert bool(row["within"]) is within


def test_centre_is_half_the_radius_of_the_county():
    row = row_of("position:zone1", bearings=("centre", ""))
    assert row["tolerance"] == pytest.approx(
        np.sqrt(km2(*COUNTY) / np.pi) / 2, rel=1e-4
    )
    assert row["deviation"] == pytest.approx(5.54, abs=0.01)  # 0.05° of latitude


def test_pattern_and_protected_areas_are_held_by_their_first_word():
    south = shapely.box(WEST, SOUTH, EAST, 30.05)
    table = table_of(
        pattern=[
            {"name": "甲山屏障", "position": "县域南部甲山", "geometry": south},
            {"name": "甲北区", "position": "南部", "geometry": south},  # a zone
            {"name": "甲点", "position": "甲山", "geometry": south},  # no direction
            {"name": "乙点", "position": "南部", "geometry": None},
            {"name": "丙点", "position": "西北部与南部", "geometry": south},  # two
        ],
        protected=[{"name": "甲园", "location": "西北部", "geometry": south}],
    )
    assert table["within"].to_dict() == {
        "position:甲山屏障": True,
        "position:甲园": False,
    }


def test_a_thing_beside_another_is_held_against_that_one():
    west, east = (
        shapely.box(110, 30, 110.02, 30.2),
        shapely.box(110.1, 30, 110.12, 30.2),
    )
    table = table_of(
        pattern=[
            {"name": "甲河廊道", "position": "甲河", "geometry": west},
            {"name": "次廊道", "position": "甲河东侧，未命名", "geometry": east},
            {"name": "又一廊道", "position": "甲河西侧", "geometry": east},
            {"name": "再一廊道", "position": "乙河东侧", "geometry": east},  # unknown
        ]
    )
    assert table["within"].to_dict() == {
        "position:次廊道": True,
        "position:又一廊道": False,
    }


def test_south_of_the_county_town_is_counted_from_its_seat():
    park = {"name": "甲园", "location": "县城南部"}
    park["geometry"] = shapely.box(110.05, 30.05, 110.15, 30.15)
    town = seat("甲镇", 110.1, 30.15, county_seat=True)
    assert row_of("position:甲园", seats=[town], protected=[park])["within"]
    assert table_of(protected=[park]).empty  # the town is not known


# --- why a figure is missed --------------------------------------------------------


def test_a_hit_needs_no_explanation_and_a_miss_has_one():
    table = table_of("a | 甲县 | area | 1 km2", bearings=("north", "east"))
    assert (table["explanation"] == "").equals(table["within"])


def test_a_value_that_the_plan_also_prints_rightly_is_a_contradiction():
    right = f"right | 甲县 | area | {km2(*COUNTY):.5f} km2"
    row = row_of("wrong", right, "wrong | 甲县 | area | 9 km2")
    assert row["explanation"].startswith("contradictory plan: it also prints")
    assert "(right)" in row["explanation"]


def test_a_zone_printed_beyond_the_county_is_a_contradiction():
    row = row_of(
        "zone",
        "county | 甲县 | longitude_max | 110°12′ °",
        "zone | 甲北区 | longitude_max | 110°15′ °",
    )
    assert "contradictory plan: beyond the county's own 110°12′" in row["explanation"]


def test_a_part_printed_larger_than_the_whole_is_a_contradiction():
    row = row_of(
        "part",
        "whole | 甲山公园 | area | 20 km2",
        "part | 甲北区甲山公园 | area | 27 km2",
        protected=[{"name": "甲山公园", "geometry": shapely.box(*COUNTY)}],
    )
    assert "larger than the whole, 20 km2" in row["explanation"]


def test_a_span_that_the_printed_bounds_do_not_make_is_a_contradiction():
    row = row_of(
        "span",
        "w | 甲县 | longitude_min | 110°00′ °",
        "e | 甲县 | longitude_max | 110°12′ °",
        "s | 甲县 | latitude_min | 30°00′ °",
        "n | 甲县 | latitude_max | 30°12′ °",
        "span | 甲县 | extent_north_south | 10 km",
    )
    assert "its own longitudes and latitudes span 22.2 km" in row["explanation"]


MISSES = pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("a | 甲县 | area | 9 km2", "generalised boundary: it holds"),
        ("a | 甲北区 | area | 9 km2", "modelled border without a published area"),
        ("a | 甲北区 | area_share | 9 %", "modelled border without a published area"),
        ("a | 甲县 | longitude_min | 110°05′ °", "generalised boundary: its western"),
        ("a | 甲北区 | longitude_max | 110°15′ °", "generalised boundary, which"),
        ("a | 甲北区 | latitude_min | 30°00′ °", "modelled border without"),
        ("a | 甲县 | extent_east_west | 90 km", "generalised boundary"),
        (
            "a | 甲县 | elevation_max | 900 m",
            "coarse DEM: cells of 1.1 km level summits",
        ),
        (
            "a | 甲县 | elevation_min | 10 m",
            "coarse DEM: cells of 1.1 km level valleys",
        ),
        ("a | 甲县 | elevation_max | 300 m", "generalised boundary or DEM: it holds"),
        (
            "a | 甲南区 | elevation_max | 500 m",
            "just beyond it the highest cell has 500",
        ),
        ("a | 甲北区 | elevation_max | 300 m", "takes in higher ground than printed"),
        ("a | 甲北区 | elevation_mean | 300 m", "it takes in higher ground than the"),
    ],
)


@MISSES
def test_a_miss_names_its_cause(line, cause, dem):
    assert cause in row_of("a", line, dem=dem)["explanation"]


def numbers(text):
    return sorted(re.findall(r"\d+(?:\.\d+)?", text))


def foreign_words(text):
    """Return the Latin words of a Chinese line, without units and figure ids."""
    return re.findall(r"[A-Za-z]{2,}", re.sub(r"（[a-z]\w+）|km2?|hm2", "", text))


def test_foreign_words_are_neither_units_nor_figure_ids():
    assert foreign_words("另印有9 km2（redline_area），格宽0.9 km的格网") == []
    assert foreign_words("推求的 border without area") == ["border", "without", "area"]


@MISSES
def test_a_miss_is_told_in_chinese_with_the_same_numbers(line, cause, dem):
    row = row_of("a", line, dem=dem)
    assert re.search(r"[\u4e00-\u9fff]{2}", row["explanation_zh"])
    assert foreign_words(row["explanation_zh"]) == []
    assert numbers(row["explanation_zh"]) == numbers(row["explanation"])


def test_the_chinese_cause_is_the_english_one(dem):
    line = "a | 甲县 | elevation_max | 900 m"  # the north has 500, a cell is 0.01°
    told = row_of("a", line, dem=dem)["explanation_zh"]
    assert told == (
        "高程数据过粗：格宽1.1 km的格网削平了山顶，该处及邻近没有高于500 m的格子"
    )


def every_phrase():
    """Return every phrase of the module by a name to find it by."""
    for name, value in vars(phrases).items():
        inner = value.values() if isinstance(value, dict) else value
        group = [value] if isinstance(value, Bilingual) else inner
        if name.isupper():
            yield from ((f"{name}-{n}", phrase) for n, phrase in enumerate(group))


def fields_of(template):
    return {part[1:3] for part in string.Formatter().parse(template) if part[1]}


PHRASES = dict(every_phrase())


@pytest.mark.parametrize("name", PHRASES)
def test_both_languages_of_a_phrase_show_the_same_values_alike(name):
    phrase = PHRASES[name]
    assert fields_of(phrase.en) == fields_of(phrase.zh)
    assert re.search(r"[\u4e00-\u9fff]", phrase.zh)
    assert not re.search(r"[\u4e00-\u9fff]", phrase.en)


@pytest.mark.parametrize(
    ("length", "cause"), [(90, "cut the river's bends"), (9, "the line runs on beyond")]
)
def test_a_missed_length_names_its_cause(length, cause):
    corridor = {"name": "甲河", "length_km": 22.0, "geometry": RIVER}
    row = row_of("a", f"a | 甲河 | length | {length} km", corridors=[corridor])
    assert cause in row["explanation"]


def test_a_missed_red_line_says_what_it_was_grown_to():
    lines = (
        "a | 生态保护红线 | area | 9 km2",
        "b | 生态保护红线中甲南区所占 | area_share | 9 %",
    )
    table = table_of(*lines, redline=shapely.box(*RED))
    assert "grown to 106." in table.loc["a", "explanation"]
    assert "not by the zone's share" in table.loc["b", "explanation"]


@pytest.mark.parametrize(
    ("confidence", "cause"), [("good", "modelled border 5.5 km"), ("weak", "gazetteer")]
)
def test_a_missed_seat_says_whether_the_seat_is_sure(confidence, cause):
    row = row_of(
        "seat:甲镇",
        seats=[seat("甲镇", 110.1, 30.15, confidence)],
        units=([], [{"name": "甲镇"}]),
    )
    assert cause in row["explanation"]


def test_a_word_that_the_seats_do_not_follow_either_is_a_loose_word():
    row = row_of(
        "position:zone1", seats=[seat("甲镇", 110.1, 30.15)], bearings=("south", "")
    )
    assert row["explanation"].startswith("loose word: its seats lie 0")


def test_a_missed_word_without_seats_tells_where_the_centroid_is():
    row = row_of("position:zone1", bearings=("south", ""))
    assert "its centroid lies 0° from north" in row["explanation"]


# --- the table and the score -------------------------------------------------------


def test_table_of_a_plan_without_anything_to_check_keeps_its_columns_and_types():
    table = fidelity(plan_with())
    assert tuple(table) == COLUMNS
    assert str(table["within"].dtype) == "bool"
    assert fidelity_score(table)["n"] == 0
    assert np.isnan(fidelity_score(table)["share"])


def test_score_counts_what_is_within():
    table = pd.DataFrame({"within": [True, False, True, True]})
    assert fidelity_score(table) == {"n": 4, "within": 3, "share": 0.75}


def test_score_refuses_another_table():
    with pytest.raises(SchemaError, match=r"`table` lacks the column 'within'"):
        fidelity_score(pd.DataFrame({"a": [1]}))


@pytest.fixture(scope="module", params=SLUGS)
def packaged(request):
    """Return the table of each packaged plan."""
    return fidelity(ez.load_plan(request.param))


def test_packaged_plan_has_checkable_figures_of_known_kinds(packaged):
    assert len(packaged) > 0
    assert set(packaged["check"]) <= CHECKS
    assert packaged["figure_id"].is_unique


def test_every_miss_of_a_packaged_plan_is_explained_in_one_line(packaged):
    missed = packaged["explanation"][~packaged["within"]]
    assert missed.str.len().gt(0).all()
    assert not missed.str.contains("\n").any()
    assert (packaged["explanation"][packaged["within"]] == "").all()


def test_every_miss_of_a_packaged_plan_is_explained_in_chinese_too(packaged):
    assert (packaged["explanation_zh"] == "").equals(packaged["within"])
    for row in packaged[~packaged["within"]].itertuples():
        assert re.search(r"[\u4e00-\u9fff]{4}", row.explanation_zh)
        assert foreign_words(row.explanation_zh) == []
        assert numbers(row.explanation_zh) == numbers(row.explanation)


@pytest.mark.parametrize("slug", ["guyang", "mulei", "shanggao"])
def test_score_of_a_packaged_plan_reaches_the_goal(slug):
    assert fidelity_score(fidelity(ez.load_plan(slug)))["share"] >= 0.85


def test_the_published_zone_areas_are_met_within_a_thousandth():
    for slug in ("guyang", "shanggao"):
        table = fidelity(ez.load_plan(slug))
        assert table.loc[table["check"] == "area", "within"].all()
