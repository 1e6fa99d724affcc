"""Zones from evidence, on counties whose zones can be told beforehand.

The county is a square of 0.2 degrees on the equator, where the grid's metres are the
ground's and rows of cells run along parallels: 22.264 km by 22.115 km, 492.36 km2.
"""

import math

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
import xarray as xr

from ecozoning import ellipsoidal_area
from ecozoning.errors import (
    ConvergenceError,
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.zoning import Bearing, Elevation, Near, Rim, Seats, reconstruct
from ecozoning.zoning.grid import make_grid

CELL = 500.0
CELL_DEG = CELL / 110_574  # a degree of latitude on the equator
SQUARE = shapely.box(109.9, -0.1, 110.1, 0.1)
NORTH_SOUTH = {"n": [Bearing(direction="north")], "s": [Bearing(direction="south")]}


def county(*shapes, crs="EPSG:4490"):
    return gpd.GeoDataFrame(geometry=list(shapes) or [SQUARE], crs=crs)


def km2(layer):
    return ellipsoidal_area(layer).to_numpy() / 1e6


TOTAL = km2(county()).sum()


def seat(lon, lat, *, name="甲", **options):
    return Seats(points={name: (lon, lat)}, **options)


def three_seats(**options):
    """Return evidence without ties for three zones: west, east and south."""
    return {
        "w": [seat(109.9431, 0.0312, name="西", **options)],
        "e": [seat(110.0583, 0.0457, name="东", **options)],
        "s": [seat(110.0112, -0.0529, name="南", **options)],
    }


def shares(**parts):
    return {zone: part * TOTAL for zone, part in parts.items()}


def made(evidence, areas=None, *, boundary=None, cell_m=CELL):
    return reconstruct(
        county() if boundary is None else boundary, evidence, areas, cell_m=cell_m
    )


def refuse(error, match, evidence=NORTH_SOUTH, areas=None, **options):
    with pytest.raises(error, match=match):
        made(evidence, areas, **options)


def border(zones, one, other):
    """Return the vertices of the line between two zones."""
    geometry = zones.set_index("zone_id").geometry
    line = shapely.intersection(geometry[one], geometry[other])
    return shapely.get_coordinates(line)


def corners(geometry):
    return set(map(tuple, shapely.get_coordinates(geometry)))


def rough_ground(seed):
    """Return heights without any order around 500 m, on cells of 0.004 degrees."""
    side = np.linspace(-0.12, 0.12, 61)
    heights = np.random.default_rng(seed).normal(500, 200, (61, 61))
    coords = {"y": side[::-1], "x": 110 + side}
    wkt = pyproj.CRS("EPSG:4490").to_wkt()
    coords["spatial_ref"] = xr.DataArray(0, attrs={"crs_wkt": wkt})
    return xr.DataArray(heights, coords, ("y", "x"))


# --- known answers -----------------------------------------------------------------


def test_north_and_south_without_areas_meet_half_way():
    # Equal distances from both ends: the equator.
    line = border(made(NORTH_SOUTH), "n", "s")
    np.testing.assert_allclose(line[:, 1], 0, atol=CELL_DEG)
    assert np.ptp(line[:, 0]) == pytest.approx(0.2)


@pytest.mark.parametrize("part", [1 / 2, 1 / 3, 0.2, 0.77])
def test_northern_part_is_cut_off_by_a_parallel(part):
    # A share p of the square lies north of 0.1 - 0.2 p degrees.
    zones = made(NORTH_SOUTH, shares(n=part, s=1 - part))
    line = border(zones, "n", "s")
    np.testing.assert_allclose(line[:, 1], 0.1 - 0.2 * part, atol=CELL_DEG)
    np.testing.assert_allclose(km2(zones), [part * TOTAL, (1 - part) * TOTAL], 1e-5)


def test_thirds_from_west_to_east_are_cut_by_meridians():
    evidence = {
        "w": [Bearing(direction="west")],
        "m": [Near(feature=shapely.LineString([(110, -1), (110, 1)]), name="江")],
        "e": [Bearing(direction="east")],
    }
    zones = made(evidence, shares(w=1 / 3, m=1 / 3, e=1 / 3))
    west, east = border(zones, "w", "m"), border(zones, "m", "e")
    np.testing.assert_allclose(west[:, 0], 109.9 + 0.2 / 3, atol=CELL_DEG)
    np.testing.assert_allclose(east[:, 0], 110.1 - 0.2 / 3, atol=CELL_DEG)
    np.testing.assert_allclose(km2(zones), TOTAL / 3, rtol=1e-5)


def test_two_seats_part_the_county_along_their_bisector():
    # Seats at 109.94 and 110.02: as far from both is 109.98.
    evidence = {"w": [seat(109.94, 0.01)], "e": [seat(110.02, 0.01, name="乙")]}
    line = border(made(evidence), "w", "e")
    np.testing.assert_allclose(line[:, 0], 109.98, atol=CELL_DEG)


def test_oblique_border_has_no_steps():
    # Stepped along cells, a line of slope 2 would be 3 / sqrt(5) = 1.34 times as long.
    evidence = {"w": [seat(109.95, -0.02)], "e": [seat(110.05, 0.03, name="乙")]}
    line = border(made(evidence), "w", "e")
    steps = np.hypot(*np.diff(line[np.argsort(line[:, 1])], axis=0).T)
    assert steps.sum() == pytest.approx(np.hypot(*np.ptp(line, axis=0)), rel=0.01)


def test_rim_gives_a_belt_of_even_width():
    # The belt holds a tenth of the square: 0.02 degrees along its southern side.
    evidence = {"belt": [Rim(side="south")], "rest": [Bearing(direction="north")]}
    line = border(made(evidence, shares(belt=0.1, rest=0.9)), "belt", "rest")
    np.testing.assert_allclose(line[:, 1], -0.08, atol=CELL_DEG)


def test_heavier_evidence_without_areas_moves_the_border():
    # The miss of a stretch x from the north counts thrice: 3 x = 0.2 - x at x = 0.05.
    evidence = {**NORTH_SOUTH, "n": [Bearing(direction="north", weight=3)]}
    line = border(made(evidence), "n", "s")
    np.testing.assert_allclose(line[:, 1], 0.1 - 0.05, atol=CELL_DEG)


def test_cost_is_the_mean_miss_in_county_radii():
    # Cells of the northern half lie 0 to 11 km from the end, a radius is a / sqrt(pi).
    zones = made(NORTH_SOUTH)
    assert zones["cost"].tolist() == pytest.approx(
        [math.sqrt(math.pi) / 4] * 2, rel=0.05
    )


# --- areas -------------------------------------------------------------------------


def test_published_areas_are_met():
    zones = made(three_seats(), shares(w=0.5, e=0.3, s=0.2))
    np.testing.assert_allclose(km2(zones), TOTAL * np.array([0.5, 0.3, 0.2]), 1e-5)


@pytest.mark.parametrize("off", [0.985, 1.015])
def test_areas_that_do_not_quite_add_up_are_scaled_in_proportion(off):
    zones = made(three_seats(), shares(w=0.5 * off, e=0.3 * off, s=0.2 * off))
    np.testing.assert_allclose(km2(zones), TOTAL * np.array([0.5, 0.3, 0.2]), 1e-5)


@pytest.mark.parametrize("free", [{}, {"e": None}, {"e": math.nan}])
def test_zone_without_an_area_takes_its_land_where_costs_are_equal(free):
    zones = made(three_seats(), {"w": 120.0, "s": 90.0, **free})
    areas = km2(zones)
    assert areas[0] == pytest.approx(120.0, rel=2e-6)
    assert areas[2] == pytest.approx(90.0, rel=2e-6)
    assert areas[1] == pytest.approx(TOTAL - 210.0, rel=1e-5)


def test_two_zones_without_an_area_meet_half_way_between_their_seats():
    # West and east are free and mirror images; the south has its area.
    evidence = {
        "w": [seat(109.95, 0.05, name="西")],
        "e": [seat(110.05, 0.05, name="东")],
        "s": [seat(110.0, -0.08, name="南")],
    }
    zones = made(evidence, {"s": 60.0})
    line = border(zones, "w", "e")
    np.testing.assert_allclose(line[line[:, 1] > 0, 0], 110.0, atol=CELL_DEG)
    assert km2(zones)[2] == pytest.approx(60.0, rel=2e-6)


def test_single_zone_is_the_county():
    zones = made({"all": [Bearing(direction="centre")]}, {"all": TOTAL})
    assert zones.geometry.iloc[0].equals(SQUARE)


@pytest.mark.parametrize("cell_m", [300.0, 700.0, 1100.0])
def test_areas_do_not_depend_on_the_cell(cell_m):
    zones = made(three_seats(), shares(w=0.5, e=0.3, s=0.2), cell_m=cell_m)
    np.testing.assert_allclose(km2(zones), TOTAL * np.array([0.5, 0.3, 0.2]), 1e-5)


@pytest.mark.slow
def test_cells_are_chosen_for_the_county_if_no_size_is_given():
    # 491 km2 in 60 000 cells: 90 m; the border of halves is straight to a cell.
    line = border(made(NORTH_SOUTH, shares(n=0.4, s=0.6), cell_m=None), "n", "s")
    np.testing.assert_allclose(line[:, 1], 0.02, atol=90 / 110_574)


# --- a clean coverage --------------------------------------------------------------


def test_zones_tile_the_county_without_gap_or_overlap():
    zones = made(three_seats(), shares(w=0.5, e=0.3, s=0.2))
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())
    assert zones.geometry.is_valid.all()
    assert zones.union_all().equals(SQUARE)


def test_every_corner_of_the_county_is_a_corner_of_a_zone():
    # A circle of 400 edges: no vertex of it may be lost or moved.
    circle = shapely.Point(110, 0).buffer(0.1, quad_segs=100)
    zones = made(three_seats(), boundary=county(circle))
    assert corners(circle) <= corners(zones.union_all())
    # Borders end on edges of the circle, where rounding moves it by less than a hair.
    assert shapely.symmetric_difference(circle, zones.union_all()).area < 1e-12


def test_neighbours_share_their_vertices_exactly():
    zones = made(three_seats()).set_index("zone_id").geometry
    line = shapely.intersection(zones["w"], zones["e"])
    assert line.geom_type in ("LineString", "MultiLineString")
    assert corners(line) <= corners(zones["w"]) & corners(zones["e"])


def test_county_with_a_hole_keeps_it():
    hole = shapely.box(109.97, -0.03, 110.03, 0.03)
    ring = shapely.difference(SQUARE, hole)
    land = km2(county(ring)).sum()
    zones = made(NORTH_SOUTH, {"n": 0.4 * land, "s": 0.6 * land}, boundary=county(ring))
    assert zones.union_all().equals(ring)
    assert corners(hole) <= corners(zones.union_all())
    np.testing.assert_allclose(km2(zones), [0.4 * land, 0.6 * land], rtol=1e-5)


def test_county_of_two_parts_is_tiled_in_both():
    island = shapely.box(110.13, -0.1, 110.2, 0.1)
    both = shapely.MultiPolygon([SQUARE, island])
    land = km2(county(both)).sum()
    zones = made(NORTH_SOUTH, {"n": 0.3 * land, "s": 0.7 * land}, boundary=county(both))
    assert zones.union_all().equals(both)
    assert zones.geom_type.tolist() == ["MultiPolygon"] * 2
    np.testing.assert_allclose(km2(zones), [0.3 * land, 0.7 * land], rtol=1e-5)


def test_islets_belong_to_the_zone_that_they_lie_next_to():
    # Each is a quarter of a per cent of the county, too small to be a zone's own part.
    islets = [
        shapely.box(109.995, 0.12, 110.005, 0.13),
        shapely.box(109.995, -0.13, 110.005, -0.12),
    ]
    whole = county(shapely.MultiPolygon([SQUARE, *islets]))
    zones = made(NORTH_SOUTH, boundary=whole).set_index("zone_id").geometry
    assert zones["n"].contains(islets[0])
    assert zones["s"].contains(islets[1])


def test_boundary_in_several_rows_is_one_county():
    halves = [
        shapely.box(109.9, -0.1, 110.0, 0.1),
        shapely.box(110.0, -0.1, 110.1, 0.1),
    ]
    zones = made(three_seats(), boundary=county(*halves))
    whole = made(three_seats())
    for half, one in zip(zones.geometry, whole.geometry, strict=True):
        assert shapely.symmetric_difference(half, one).area < 1e-9


def test_land_in_two_rows_of_the_boundary_counts_once():
    rows = county(SQUARE, shapely.box(109.95, -0.1, 110.05, 0.1))
    zones = made(three_seats(), shares(w=0.5, e=0.3, s=0.2), boundary=rows)
    np.testing.assert_allclose(km2(zones), TOTAL * np.array([0.5, 0.3, 0.2]), 1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_rough_ground_leaves_no_enclaves(seed):
    # Heights without any order: without merging, every hollow would be an island.
    dem = rough_ground(seed)
    evidence = {
        "hills": [Bearing(direction="north"), Elevation(dem=dem, prefer="high")],
        "plain": [Bearing(direction="south"), Elevation(dem=dem, prefer="low")],
    }
    zones = made(evidence, shares(hills=0.45, plain=0.55), cell_m=400.0)
    for zone in zones.geometry:
        parts = shapely.area(shapely.get_parts(zone))
        assert parts.min() >= 0.01 * zone.area
    np.testing.assert_allclose(km2(zones), [0.45 * TOTAL, 0.55 * TOTAL], rtol=1e-5)


# --- seats -------------------------------------------------------------------------


def test_binding_seat_lies_in_its_zone_against_all_other_evidence():
    # The southern zone's seat is in the far north, of which the other wants all.
    place = (109.953, 0.081)
    evidence = {
        **NORTH_SOUTH,
        "s": [Bearing(direction="south"), seat(*place, weight=0.01)],
    }
    zones = made(evidence, shares(n=0.7, s=0.3)).set_index("zone_id").geometry
    assert zones["s"].contains(shapely.Point(place))


def test_seat_that_does_not_bind_may_fall_to_the_neighbour():
    place = (109.953, 0.081)
    loose = seat(*place, weight=0.01, binding=False)
    evidence = {**NORTH_SOUTH, "s": [Bearing(direction="south"), loose]}
    zones = made(evidence, shares(n=0.7, s=0.3)).set_index("zone_id").geometry
    assert zones["n"].contains(shapely.Point(place))


def test_seats_of_one_zone_are_joined_by_its_land():
    # Two seats at the far ends, and a stronger zone between them.
    points = {"东": (110.08, 0.0), "西": (109.92, 0.0)}
    evidence = {
        "belt": [Seats(points=points)],
        "n": [Bearing(direction="north")],
        "s": [Bearing(direction="south")],
    }
    zones = made(evidence, shares(belt=0.3, n=0.35, s=0.35)).set_index("zone_id")
    joining = shapely.LineString(list(points.values()))
    assert zones.geometry["belt"].geom_type == "Polygon"
    assert zones.geometry["belt"].covers(joining)


def test_seat_outside_the_county_is_refused_by_name():
    refuse(
        GeometryError,
        r"seat '乙' at \(111.0, 0.0\) lies outside `boundary`; leave it out",
        {**NORTH_SOUTH, "s": [seat(111.0, 0.0, name="乙")]},
    )


def test_seat_in_a_hole_of_the_county_is_outside():
    ring = shapely.difference(SQUARE, shapely.box(109.97, -0.03, 110.03, 0.03))
    evidence = {**NORTH_SOUTH, "s": [seat(110.0, 0.0, name="乙")]}
    refuse(GeometryError, r"'乙'.*outside", evidence, boundary=county(ring))


def test_seat_of_two_zones_is_refused_with_both():
    refuse(
        ParameterError,
        r"seat .* binding for zones 'n' and 's'; choose one",
        {"n": [seat(110.0, 0.05)], "s": [seat(110.0, 0.05, name="乙")]},
    )


def test_seats_of_two_zones_that_no_border_can_part_are_refused_by_name():
    # Eleven metres apart, in one cell of 500 m.
    evidence = {"n": [seat(110.001, 0.0011)], "s": [seat(110.001, 0.001, name="乙")]}
    refuse(
        ConvergenceError, r"seat '[甲乙]' fell out of zone '[ns]'.*binding", evidence
    )


def test_seats_that_need_more_land_than_the_area_are_refused():
    # The tree of a zone of 1 % runs across the county and holds 40 % of it.
    points = {"东": (110.08, 0.0), "西": (109.92, 0.0)}
    refuse(
        ConvergenceError,
        r"areas of n, s cannot be met: \d+ of \d+ cells are off; loosen `evidence`",
        {**NORTH_SOUTH, "n": [Seats(points=points)]},
        shares(n=0.01, s=0.99),
        cell_m=1000.0,
    )


# --- what comes back ---------------------------------------------------------------


def test_result_has_its_columns_in_order_and_its_crs():
    zones = made(three_seats())
    assert list(zones.columns) == [
        "zone_id",
        "geometry_kind",
        "evidence",
        "cost",
        "geometry",
    ]
    assert zones.crs == "EPSG:4490"
    assert zones.index.tolist() == [0, 1, 2]


def test_zones_come_in_the_order_of_the_evidence():
    zones = made(dict(reversed(three_seats().items())))
    assert zones["zone_id"].tolist() == ["s", "e", "w"]


def test_every_row_says_that_it_is_modelled_and_from_what():
    evidence = {
        "n": [
            Bearing(direction="north", weight=0.5, note="北部"),
            Rim(side="north", basis="assumed"),
        ],
        "s": [Bearing(direction="south")],
    }
    zones = made(evidence)
    assert set(zones["geometry_kind"]) == {"modelled"}
    assert zones["evidence"][0] == (
        "in the north of the county (stated, weight 0.5, 北部); "
        "along the northern edge of the county (assumed, weight 1)"
    )


def test_two_runs_give_the_same_bytes():
    one, other = (made(three_seats(), shares(w=0.5, e=0.3, s=0.2)) for _ in range(2))
    assert one.geometry.to_wkb().tolist() == other.geometry.to_wkb().tolist()
    assert one["cost"].tolist() == other["cost"].tolist()


def test_order_of_the_zones_does_not_matter_but_for_rounding():
    areas = shares(w=0.5, e=0.3, s=0.2)
    there = made(three_seats(), areas).set_index("zone_id").geometry
    back = made(dict(reversed(three_seats().items())), areas)
    for zone, shape in back.set_index("zone_id").geometry.items():
        # within a tenth of a cell along a border of some 0.2 degrees
        assert shapely.symmetric_difference(shape, there[zone]).area < 0.02 * CELL_DEG


def test_arguments_stay_as_they_are():
    boundary, evidence, areas = county(), three_seats(), shares(w=0.5, e=0.3, s=0.2)
    before = boundary.copy(), {k: list(v) for k, v in evidence.items()}, dict(areas)
    made(evidence, areas, boundary=boundary)
    assert boundary.equals(before[0])
    assert evidence == before[1]
    assert areas == before[2]


def test_index_and_columns_of_the_boundary_do_not_matter():
    named = county().assign(name="某县").set_index(np.array([77]))
    here = made(three_seats(), boundary=named)
    assert (
        here.geometry.to_wkb().tolist()
        == made(three_seats()).geometry.to_wkb().tolist()
    )


# --- reference systems -------------------------------------------------------------


def test_boundary_in_metres_gives_the_same_zones():
    square = shapely.segmentize(shapely.box(110.9, 41.0, 111.1, 41.2), 0.01)
    degrees = county(square)
    evidence = {
        "n": [seat(110.97, 41.15)],
        "s": [seat(111.04, 41.06, name="乙"), Bearing(direction="south")],
    }
    here = made(evidence, boundary=degrees)
    there = made(evidence, boundary=degrees.to_crs("EPSG:4546"))
    assert there.crs == "EPSG:4490"
    for one, other in zip(here.geometry, there.geometry, strict=True):
        assert shapely.hausdorff_distance(one.boundary, other.boundary) < 1e-6


def test_boundary_with_its_own_datum_shift_is_shifted():
    # 100 m along the axis towards 90 degrees east is 34 m eastwards at 110, and more.
    bound = "+proj=longlat +ellps=krass +towgs84=0,100,50,0,0,0,0 +no_defs"
    boundary = county(crs=bound)
    moved = boundary.to_crs("EPSG:4326").geometry.iloc[0]
    zones = made(NORTH_SOUTH, boundary=boundary)
    assert shapely.hausdorff_distance(moved, SQUARE) > 1e-4
    assert shapely.hausdorff_distance(zones.union_all(), moved) < 1e-8


def test_boundary_without_crs_is_refused_with_the_way_to_set_one():
    refuse(
        MissingCRSError, r"`boundary` has no CRS.*set_crs", boundary=county(crs=None)
    )


def test_boundary_on_beijing_1954_is_refused():
    refuse(
        CRSMismatchError,
        r"(?s)`boundary` is in Beijing 1954.*no shift.*towgs84",
        boundary=county(crs="EPSG:4214"),
    )


def test_boundary_of_points_is_refused():
    points = county(shapely.Point(110, 0))
    refuse(GeometryError, r"`boundary`.*another kind than polygons", boundary=points)


def test_boundary_that_crosses_itself_is_refused():
    bow = shapely.Polygon([(110, 0), (110.1, 0.1), (110.1, 0), (110, 0.1)])
    refuse(GeometryError, r"`boundary`.*invalid.*make_valid", boundary=county(bow))


def test_empty_boundary_is_refused():
    refuse(NoDataError, r"`boundary` has no rows", boundary=county().iloc[:0])


def test_boundary_with_heights_is_refused():
    high = county(shapely.force_3d(SQUARE, 800.0))
    refuse(GeometryError, r"`boundary`.*heights.*force_2d", boundary=high)


def test_boundary_in_metres_that_says_degrees_is_refused():
    metres = county(shapely.box(500_000, 4_500_000, 520_000, 4_520_000))
    refuse(
        GeometryError, r"`boundary` has a longitude from 500000.*CRS", boundary=metres
    )


# --- evidence and areas that cannot be used ----------------------------------------


def test_zone_without_evidence_is_refused_by_name():
    evidence = {**NORTH_SOUTH, "东部": []}
    refuse(ParameterError, r"`evidence` has none for zone '东部'; .*Bearing", evidence)


def test_no_zones_are_refused():
    refuse(ParameterError, "`evidence` is empty; give at least one zone", {})


def test_piece_of_evidence_that_is_not_in_a_list_is_refused():
    bare = {**NORTH_SOUTH, "n": Bearing(direction="north")}
    refuse(ParameterError, r"`evidence`.*'n'.*list", bare)


def test_area_of_an_unknown_zone_is_refused_by_name():
    refuse(ParameterError, r"`areas` names zone 'x'.*`evidence`", areas={"x": 5.0})


@pytest.mark.parametrize("area", [0, -1.5, math.inf, -math.inf])
def test_area_must_be_above_zero(area):
    match = r"`areas` are .*'n': .*; give square kilometres above 0, or None"
    refuse(ParameterError, match, areas={"n": area})


@pytest.mark.parametrize("area", ["many", "", [1.0]])
def test_area_that_is_no_number_is_refused(area):
    refuse(ParameterError, r"`areas` are .*; give square kilometres", areas={"n": area})


def test_areas_larger_than_the_county_are_refused_with_both_numbers():
    match = r"`areas` add up to 541\.60 km2 and the boundary has 492\.36 km2; give"
    refuse(ParameterError, match, areas=shares(n=0.6, s=0.5))


def test_areas_smaller_than_the_county_are_refused_if_every_zone_has_one():
    match = r"`areas` add up to 443\.13 km2 and the boundary has 492\.36 km2"
    refuse(ParameterError, match, areas=shares(n=0.6, s=0.3))


def test_areas_in_hectares_are_refused():
    areas = {"n": TOTAL * 40, "s": TOTAL * 60}
    refuse(
        ParameterError, r"`areas` add up to 49\d\d\d.*; give areas in km2", areas=areas
    )


def test_areas_that_leave_nothing_for_the_rest_are_refused():
    refuse(ParameterError, r"`areas` take all .*nothing is left", areas={"n": TOTAL})


def test_area_far_below_a_cell_is_refused_with_the_mend():
    areas = {"n": 0.001, "s": TOTAL - 0.001}
    refuse(ConvergenceError, r"zone 'n' vanished; use a finer `cell_m`", areas=areas)


def test_cells_of_a_wide_county_all_lie_in_it():
    # Its northern side is a parallel, which bends 2 km away from the line in the grid.
    wide = make_grid(shapely.box(100, 40, 104, 42), 1000.0)
    lon, lat = wide.lonlat.T
    assert shapely.contains_xy(shapely.box(100, 40, 104, 42), lon, lat).all()


# --- cells that cannot be used -----------------------------------------------------


@pytest.mark.parametrize("cell_m", [0, -100.0, math.nan, math.inf])
def test_cell_must_be_a_length_above_zero(cell_m):
    refuse(ParameterError, r"`cell_m` is .*metres above 0", cell_m=cell_m)


def test_cell_that_is_no_number_is_refused():
    refuse(ParameterError, r"`cell_m` is '500'", cell_m="500")


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64])
def test_cell_may_be_a_number_of_numpy(kind):
    here = made(three_seats(), cell_m=kind(500)).geometry
    assert here.to_wkb().tolist() == made(three_seats()).geometry.to_wkb().tolist()


def test_cell_larger_than_the_county_is_refused():
    refuse(ParameterError, r"`cell_m` is 1000000.*larger than the county", cell_m=1e6)


def test_cell_of_a_centimetre_is_refused_before_memory_runs_out():
    refuse(ParameterError, r"`cell_m` is 0\.01.*cells", cell_m=0.01)


@pytest.mark.parametrize("cell_m", [2500.0, 5000.0])
def test_coarse_cells_still_give_the_areas(cell_m):
    zones = made(NORTH_SOUTH, shares(n=0.3, s=0.7), cell_m=cell_m)
    np.testing.assert_allclose(km2(zones), [0.3 * TOTAL, 0.7 * TOTAL], rtol=1e-5)


def test_cells_too_coarse_for_the_zones_are_refused_with_the_mend():
    # One cell for two zones.
    refuse(ConvergenceError, "use a finer `cell_m`", cell_m=16_000.0)
