"""The user's own zones in place of the modelled ones: what is taken, what refused."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

import ecozoning as ez
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    InputError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)

NAMES = [
    "北部国土综合整治区",
    "中部矿山修复与水土流失治理区",
    "大青山森林保育和生物多样性保护区",
    "城市人居环境提升区",
]
METRE = 1 / 111_320  # degrees of latitude, within a per cent


@pytest.fixture(scope="module")
def plan():
    return ez.load_plan("guyang")


@pytest.fixture
def zones(plan):
    """Polygons of the four zones of 固阳 with their names, as a user has them."""
    return plan.zones[["name", "geometry"]]


def farthest_move(first, second):
    """Return the largest difference of two layers' coordinates, vertex by vertex."""
    a, b = (shapely.get_coordinates(x.geometry.to_numpy()) for x in (first, second))
    return np.abs(a - b).max()


def replace_geometry(zones, row, geometry):
    shapes = zones.geometry.to_numpy().copy()
    shapes[row] = geometry
    return zones.set_geometry(gpd.GeoSeries(shapes, index=zones.index, crs=zones.crs))


# --- what is taken -----------------------------------------------------------------


def test_official_zones_take_the_place_of_the_modelled_ones(plan, zones):
    official = plan.with_zones(zones).zones
    assert set(official["geometry_kind"]) == {"official"}
    assert set(official["evidence"]) == {"polygons given by the user"}
    assert official["cost"].isna().all()
    assert official["name"].tolist() == NAMES


def test_plan_itself_is_unchanged(plan, zones):
    before = plan.zones
    plan.with_zones(zones)
    pd.testing.assert_frame_equal(plan.zones, before)


def test_layer_given_is_unchanged(plan, zones):
    before = zones.copy()
    plan.with_zones(zones)
    pd.testing.assert_frame_equal(zones, before)


def test_new_plan_keeps_all_else(plan, zones):
    new = plan.with_zones(zones)
    assert new.document == plan.document
    pd.testing.assert_frame_equal(new.figures, plan.figures)
    pd.testing.assert_frame_equal(new.audit(), plan.audit())
    assert list(new.zones) == list(plan.zones)


def test_statistics_are_those_of_the_new_polygons(plan):
    # four quarters of a rectangle in the middle of the county: equal in longitude, so
    # the two in the north are alike, and so are the two in the south
    x, y = plan.boundary.geometry.iloc[0].representative_point().coords[0]
    quarters = [
        shapely.box(x + a, y + b, x + a + 0.1, y + b + 0.1)
        for b in (0, -0.1)
        for a in (-0.1, 0)
    ]
    layer = gpd.GeoDataFrame({"name": NAMES}, geometry=quarters, crs="EPSG:4490")
    table = plan.with_zones(layer).zone_statistics()
    assert table["area_km2"][0] == pytest.approx(table["area_km2"][1], rel=1e-9)
    assert (
        table["area_km2"][0] < table["area_km2"][2]
    )  # a degree is longer in the south
    assert table["share_percent"].sum() == pytest.approx(100)
    assert table["published_area_km2"].tolist() == [1619.28, 2501.41, 317.90, 438.51]


@pytest.mark.parametrize("key", ["name", "zone_id"])
def test_rows_are_matched_by_name_or_id_in_any_order(plan, key):
    shuffled = plan.zones[[key, "geometry"]].iloc[[2, 0, 3, 1]]
    official = plan.with_zones(shuffled).zones
    assert official["name"].tolist() == NAMES
    assert official.geometry.geom_equals(plan.zones.geometry).all()


def test_labels_of_the_layer_do_not_matter(plan, zones):
    labelled = zones.set_axis(["d", "c", "b", "a"])
    official = plan.with_zones(labelled).zones
    assert official.index.tolist() == [0, 1, 2, 3]
    assert official.geometry.geom_equals(plan.zones.geometry).all()


def test_geometry_column_may_have_another_name(plan, zones):
    official = plan.with_zones(zones.rename_geometry("shape")).zones
    assert official.geometry.name == "geometry"
    assert official.geometry.geom_equals(plan.zones.geometry).all()


@pytest.mark.parametrize("crs", ["EPSG:4546", "EPSG:4525", "EPSG:32649", "EPSG:4326"])
def test_projected_layer_is_brought_to_degrees_of_cgcs2000(plan, zones, crs):
    official = plan.with_zones(zones.to_crs(crs)).zones
    assert official.crs.to_epsg() == 4490
    assert farthest_move(official, plan.zones) < 0.01 * METRE


def test_layer_with_a_stated_datum_shift_is_moved_by_it(plan, zones):
    """A CRS with +towgs84 is legal; PROJ drops the shift on the way to EPSG:4490."""
    shifted = CRS("+proj=longlat +ellps=krass +towgs84=-100,50,-80,0,0,0,0 +no_defs")
    legacy = zones.to_crs("EPSG:4326").to_crs(shifted)
    assert farthest_move(legacy, zones) > 30 * METRE  # the shift is there
    official = plan.with_zones(legacy).zones
    assert farthest_move(official, plan.zones) < 0.1 * METRE


def test_multipolygons_are_taken(plan, zones):
    parts = replace_geometry(zones, 0, shapely.MultiPolygon([zones.geometry.iloc[0]]))
    assert set(plan.with_zones(parts).zones["geometry_kind"]) == {"official"}


def test_plan_that_names_no_zones_takes_any_names():
    mulei = ez.load_plan("mulei")
    west, south, east, north = mulei.boundary.total_bounds
    county = mulei.boundary.geometry.iloc[0]
    middle = (south + north) / 2
    halves = [
        county & shapely.box(west, middle, east, north),
        county & shapely.box(west, south, east, middle),
    ]
    layer = gpd.GeoDataFrame({"name": ["甲", "乙"]}, geometry=halves, crs="EPSG:4490")
    new = mulei.with_zones(layer)
    assert new.zones["name"].tolist() == ["甲", "乙"]
    assert new.zones["zone_id"].tolist() == ["zone1", "zone2"]
    assert list(new.zones) == list(mulei.zones)
    areas = new.zone_statistics()["area_km2"]
    assert areas.sum() == pytest.approx(mulei.area_km2, rel=1e-6)


def test_plan_that_names_no_zones_still_needs_a_column_of_names():
    mulei = ez.load_plan("mulei")
    layer = mulei.boundary[["geometry"]]
    with pytest.raises(SchemaError, match="`zones` has no column 'name'; add one") as e:
        mulei.with_zones(layer)
    assert e.value.missing == ("name",)


# --- coordinate systems ------------------------------------------------------------


def test_layer_without_crs_is_refused_with_the_call_that_states_it(plan, zones):
    with pytest.raises(MissingCRSError, match=r"`zones` has no CRS.*zones\.set_crs"):
        plan.with_zones(zones.set_crs(None, allow_override=True))


@pytest.mark.parametrize("crs", ["EPSG:4214", "EPSG:2434", "EPSG:4610"])
def test_legacy_datum_without_its_shift_is_refused(plan, zones, crs):
    # Beijing 1954 in degrees and in metres, Xian 1980 in degrees
    legacy = zones.to_crs("EPSG:4546") if crs == "EPSG:2434" else zones
    legacy = legacy.set_crs(crs, allow_override=True)
    with pytest.raises(CRSMismatchError, match=r"`zones` is in .*seven parameters"):
        plan.with_zones(legacy)


def test_degrees_labelled_as_metres_are_refused_with_a_hint_at_the_crs(plan, zones):
    wrong = zones.set_crs("EPSG:4546", allow_override=True)
    with pytest.raises(GeometryError, match=r"`zones` rows .*outside .*check the CRS"):
        plan.with_zones(wrong)


@pytest.mark.parametrize("crs", ["EPSG:4546", "EPSG:4525"])
def test_metres_labelled_as_degrees_are_refused(plan, zones, crs):
    wrong = zones.to_crs(crs).set_crs("EPSG:4490", allow_override=True)
    with pytest.raises(GeometryError, match="`zones`"):
        plan.with_zones(wrong)


def test_metres_of_another_zone_system_are_refused(plan, zones):
    """Coordinates with the zone's number before them, labelled as without it."""
    wrong = zones.to_crs("EPSG:4525").set_crs("EPSG:4546", allow_override=True)
    with pytest.raises(GeometryError, match="`zones`"):
        plan.with_zones(wrong)


def test_two_systems_mixed_in_one_layer_are_refused_with_the_strange_rows(plan, zones):
    metres = zones.to_crs("EPSG:4546").geometry.iloc[1]
    with pytest.raises(
        GeometryError, match=r"`zones` rows \[1\] lie outside"
    ) as caught:
        plan.with_zones(replace_geometry(zones, 1, metres))
    assert caught.value.index == (1,)


# --- geometry ----------------------------------------------------------------------


def test_layer_without_rows_is_refused(plan, zones):
    with pytest.raises(NoDataError, match="`zones` has no rows"):
        plan.with_zones(zones.iloc[:0])


def test_self_intersecting_polygon_is_refused_with_its_row_and_the_mend(plan, zones):
    x, y = zones.geometry.iloc[3].representative_point().coords[0]
    bow = shapely.Polygon(
        [(x, y), (x + 0.01, y + 0.01), (x + 0.01, y), (x, y + 0.01)],
    )
    with pytest.raises(GeometryError, match=r"row \(3\).*Self-inter.*make_valid") as e:
        plan.with_zones(replace_geometry(zones, 3, bow))
    assert e.value.index == (3,)


@pytest.mark.parametrize("geometry", [None, shapely.Polygon()])
def test_row_without_geometry_is_refused(plan, zones, geometry):
    with pytest.raises(GeometryError, match=r"row \(2\) without a geometry"):
        plan.with_zones(replace_geometry(zones, 2, geometry))


def test_points_are_refused_with_the_way_to_leave_them_out(plan, zones):
    points = zones.set_geometry(zones.representative_point())
    with pytest.raises(GeometryError, match=r"another kind than polygons.*explode"):
        plan.with_zones(points)


def test_three_dimensional_polygons_are_refused_with_the_mend(plan, zones):
    solid = zones.set_geometry(
        gpd.GeoSeries(shapely.force_3d(zones.geometry.to_numpy(), 5.0), crs=zones.crs)
    )
    with pytest.raises(GeometryError, match=r"`zones` .*force_2d"):
        plan.with_zones(solid)


@pytest.mark.parametrize("thing", [None, 7, pd.DataFrame({"name": NAMES})])
def test_what_is_no_layer_is_refused(plan, thing):
    with pytest.raises(InputError, match="`zones` is a "):
        plan.with_zones(thing)


def widened(zones, metres):
    """Return the zones with the city's grown by some metres into the one around it."""
    return replace_geometry(zones, 3, zones.geometry.iloc[3].buffer(metres * METRE))


def test_overlap_is_refused_with_both_rows_and_its_size(plan, zones):
    with pytest.raises(
        GeometryError, match=r"rows . and 3 overlap by \d.* m2; cut one by the other"
    ) as caught:
        plan.with_zones(widened(zones, 50))
    assert 3 in caught.value.index


def overlapping(plan, square_metres):
    """Return four zones of which the first two share a strip of a given area."""
    x, y = plan.boundary.geometry.iloc[0].representative_point().coords[0]
    # At 41 degrees north 0.01 degrees of latitude are 1110.5 m, 1 of longitude 84.1 km.
    strip = square_metres / 1110.5 / 84_100
    shapes = [
        shapely.box(x - 0.01, y, x + strip, y + 0.01),
        shapely.box(x, y, x + 0.01, y + 0.01),
        shapely.box(x - 0.01, y - 0.01, x, y),
        shapely.box(x, y - 0.01, x + 0.01, y),
    ]
    return gpd.GeoDataFrame({"name": NAMES}, geometry=shapes, crs="EPSG:4490")


def test_overlap_below_a_square_metre_is_rounding(plan):
    official = plan.with_zones(overlapping(plan, 0.5)).zones
    assert len(official) == 4


def test_overlap_of_more_than_a_square_metre_is_refused(plan):
    with pytest.raises(GeometryError, match=r"rows 0 and 1 overlap by 2\.0 m2"):
        plan.with_zones(overlapping(plan, 2.0))


def test_zones_that_share_no_more_than_an_edge_do_not_overlap(plan):
    assert len(plan.with_zones(overlapping(plan, 0.0)).zones) == 4


def test_zone_outside_the_county_is_refused_with_its_row(plan, zones):
    away = replace_geometry(zones, 1, shapely.box(115, 28, 115.1, 28.1))
    with pytest.raises(GeometryError, match=r"rows \[1\] lie outside the county") as e:
        plan.with_zones(away)
    assert e.value.index == (1,)


def test_zones_of_another_county_are_refused(plan):
    other = ez.load_plan("shanggao").zones[["zone_id", "geometry"]]
    with pytest.raises(GeometryError, match="outside the county altogether"):
        plan.with_zones(other)


def reaching_north(plan, zones, metres):
    """Return the zones with the first one grown northwards over the boundary."""
    county = plan.boundary.geometry.iloc[0]
    top = shapely.get_coordinates(county)
    x, y = top[np.argmax(top[:, 1])]
    tongue = shapely.box(x - 1e-3, y - 1e-3, x + 1e-3, y + metres * METRE)
    first = zones.geometry.iloc[0]
    outside = shapely.difference(tongue, county)
    return replace_geometry(zones, 0, shapely.union(first, outside))


def test_zone_may_reach_beyond_the_generalised_boundary_within_the_tolerance(
    plan, zones
):
    layer = reaching_north(plan, zones, 300)
    assert len(plan.with_zones(layer).zones) == 4


def test_zone_that_reaches_further_is_refused_with_the_ways_out(plan, zones):
    layer = reaching_north(plan, zones, 1000)
    with pytest.raises(
        GeometryError, match=r"rows \[0\] reach more than 500 m .*clip.*`tolerance_m`"
    ) as caught:
        plan.with_zones(layer)
    assert caught.value.index == (0,)


def test_tolerance_can_be_raised_and_lowered(plan, zones):
    assert len(
        plan.with_zones(reaching_north(plan, zones, 1000), tolerance_m=1500).zones
    )
    with pytest.raises(GeometryError, match="reach more than 100 m"):
        plan.with_zones(reaching_north(plan, zones, 300), tolerance_m=100)


def test_tolerance_of_nothing_takes_zones_cut_from_the_boundary(plan, zones):
    assert len(plan.with_zones(zones, tolerance_m=0).zones) == 4


@pytest.mark.parametrize("metres", [-1, float("nan"), float("inf")])
def test_tolerance_must_be_a_length(plan, zones, metres):
    with pytest.raises(ParameterError, match=r"`tolerance_m` is .*0 or more"):
        plan.with_zones(zones, tolerance_m=metres)


# --- names -------------------------------------------------------------------------


def test_layer_without_names_is_refused_with_those_that_are_needed(plan, zones):
    with pytest.raises(SchemaError, match=f"`zones` has no column.*{NAMES[3]}") as e:
        plan.with_zones(zones[["geometry"]])
    assert e.value.missing == ("name",)


def test_names_of_another_plan_are_refused_with_those_that_are_needed(plan, zones):
    strange = zones.assign(name=["a", "b", "c", "d"])
    with pytest.raises(SchemaError, match=f"needed are {NAMES[0]}, {NAMES[1]}"):
        plan.with_zones(strange)


def test_missing_zone_is_named(plan, zones):
    with pytest.raises(
        SchemaError, match=f"missing: {NAMES[3]}; unknown: none"
    ) as caught:
        plan.with_zones(zones.iloc[:3])
    assert caught.value.missing == (NAMES[3],)


def test_unknown_zone_is_named(plan, zones):
    wrong = zones.assign(name=[*NAMES[:3], "城市区"])
    with pytest.raises(SchemaError, match=f"missing: {NAMES[3]}; unknown: 城市区") as e:
        plan.with_zones(wrong)
    assert e.value.unexpected == ("城市区",)


def test_zone_in_several_rows_is_refused_with_the_call_that_joins_them(plan, zones):
    wrong = zones.assign(name=[NAMES[0], *NAMES[:3]])
    with pytest.raises(
        SchemaError,
        match=rf"repeated: {NAMES[0]} \(dissolve.*zones\.dissolve\('name'\)",
    ):
        plan.with_zones(wrong)


def test_row_without_a_name_is_refused(plan, zones):
    with pytest.raises(SchemaError, match=f"missing: {NAMES[1]}"):
        plan.with_zones(zones.assign(name=[NAMES[0], None, *NAMES[2:]]))


def test_dissolved_parts_are_taken_as_the_message_says(plan, zones):
    cut = zones.geometry.iloc[0].centroid.x
    west, south, east, north = zones.total_bounds
    halves = [
        zones.geometry.iloc[0] & shapely.box(west - 1, south - 1, cut, north + 1),
        zones.geometry.iloc[0] & shapely.box(cut, south - 1, east + 1, north + 1),
    ]
    pieces = gpd.GeoDataFrame(
        {"name": [NAMES[0], *NAMES]},
        geometry=[*halves, *zones.geometry.iloc[1:]],
        crs=zones.crs,
    )
    with pytest.raises(SchemaError, match="dissolve"):
        plan.with_zones(pieces)
    assert len(plan.with_zones(pieces.dissolve("name").reset_index()).zones) == 4
