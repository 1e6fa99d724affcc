"""Two layers of the same land on two datums are told from honest differences."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

import ecozoning as ez
from ecozoning._kernels.gcj02 import to_gcj02
from ecozoning.errors import CRSMismatchError
from ecozoning.overlay.datum_shift import bearing_of, check_not_shifted

COUNTIES = ["shanggao", "guyang", "jinping", "shanshan", "mulei"]


def shown_by_web_maps(layer):
    """Return a layer in degrees where Chinese web maps show it."""
    moved = shapely.transform(
        layer.geometry.to_numpy(), lambda xy: np.column_stack(to_gcj02(*xy.T))
    )
    return layer.set_geometry(moved, crs=layer.crs)


def tiled(boundary, count=40, seed=0):
    """Return made-up townships: cells around random places, cut to a boundary."""
    west, south, east, north = boundary.total_bounds
    random = np.random.default_rng(seed)
    seats = random.uniform((west, south), (east, north), (count, 2))
    whole = boundary.geometry.iloc[0]
    cells = shapely.voronoi_polygons(shapely.multipoints(seats), extend_to=whole)
    parts = shapely.intersection(shapely.get_parts(cells), whole)
    parts = parts[shapely.area(parts) > 0]
    return gpd.GeoDataFrame(geometry=parts, crs=boundary.crs)


@pytest.fixture(scope="module", params=COUNTIES)
def county(request):
    boundary = ez.load_plan(request.param).boundary[["geometry"]]
    return tiled(boundary), boundary


def in_zone(county):
    return [layer.to_crs(ez.cgcs2000_zone(county[1])) for layer in county]


def ragged(layer):
    """Return a layer whose vertices stand up to 30 m off, as of another hand."""
    shapes = shapely.transform(
        layer.geometry.to_numpy(), lambda xy: xy + 30 * np.sin(xy[:, ::-1] + xy)
    )
    return layer.set_geometry(shapely.make_valid(shapes))


def test_layers_of_web_maps_are_refused_and_the_moved_one_is_named(county):
    units, boundary = county
    with pytest.raises(CRSMismatchError, match=r"`b = ecozoning.from_gcj02\(b"):
        check_not_shifted(units, shown_by_web_maps(boundary))
    with pytest.raises(CRSMismatchError, match=r"`a = ecozoning.from_gcj02\(a"):
        check_not_shifted(shown_by_web_maps(units), boundary)


def test_what_web_maps_moved_twice_is_refused(county):
    units, boundary = county
    twice = shown_by_web_maps(shown_by_web_maps(boundary))
    with pytest.raises(CRSMismatchError, match="and that twice"):
        check_not_shifted(units, twice)


@pytest.mark.parametrize("move", [(70, -60), (45, -40), (400, -300), (-500, 500)])
def test_shifts_of_datums_are_refused_with_length_and_bearing(county, move):
    units, boundary = in_zone(county)
    moved = boundary.set_geometry(boundary.translate(*move))
    length, bearing = np.hypot(*move), bearing_of(np.array(move, float))
    text = f"`zones` lies {length:.0f} m off `units`, at a bearing of {bearing:.0f} "
    with pytest.raises(CRSMismatchError, match=text):
        check_not_shifted(units, moved, names=("units", "zones"))


def test_a_part_of_the_county_on_another_datum_is_refused(county):
    units, boundary = county
    with pytest.raises(CRSMismatchError, match="on another datum"):
        check_not_shifted(units.iloc[:-2], shown_by_web_maps(boundary))


def test_a_ragged_outline_on_another_datum_is_refused(county):
    units, boundary = in_zone(county)
    moved = ragged(boundary).translate(-300, 350)
    with pytest.raises(CRSMismatchError, match="state the right one"):
        check_not_shifted(units, boundary.set_geometry(moved))


def test_honest_differences_pass(county):
    units, boundary = in_zone(county)
    check_not_shifted(units, boundary)
    check_not_shifted(units, ragged(boundary))
    check_not_shifted(units, boundary.set_geometry(boundary.simplify(300)))
    check_not_shifted(units, boundary.set_geometry(boundary.buffer(100)))
    check_not_shifted(units.iloc[:-8], boundary)
    check_not_shifted(boundary, units.iloc[8:])


def test_other_land_and_small_land_pass():
    square = gpd.GeoDataFrame(geometry=[box(0, 0, 1000, 1000)], crs=4547)
    check_not_shifted(square, square.set_geometry(square.translate(300, 200)))
    check_not_shifted(square, square.set_geometry(square.translate(5e5, 0)))
    check_not_shifted(square, square.iloc[:0])


def test_two_plans_of_squares_that_differ_in_one_direction_pass():
    # Half of the outline is where it was: this is content, not a datum.
    a = gpd.GeoDataFrame(geometry=[box(0, 0, 4e4, 4e4)], crs=4547)
    check_not_shifted(a, a.set_geometry(a.translate(100, 0)))


def test_squares_on_another_datum_are_refused():
    corners = np.arange(0, 40_000, 10_000)
    tiles = [box(x, y, x + 1e4, y + 1e4) for x in corners for y in corners]
    a = gpd.GeoDataFrame(geometry=tiles, crs=4547)
    with pytest.raises(CRSMismatchError, match="500 m off"):
        check_not_shifted(a, a.set_geometry(a.translate(300, 400)))


def test_units_without_common_vertices_have_an_outline_all_the_same():
    left = [box(0, y, 2e4, y + 1e4) for y in range(0, 40_000, 10_000)]
    right = [box(2e4, y, 4e4, y + 8e3) for y in range(0, 40_000, 8_000)]
    a = gpd.GeoDataFrame(geometry=[*left, *right], crs=4547)
    b = gpd.GeoDataFrame(geometry=[box(300, 400, 40_300, 40_400)], crs=4547)
    with pytest.raises(CRSMismatchError, match="agree to 0 m"):
        check_not_shifted(a, b)


def test_layers_in_two_systems_are_refused():
    square = gpd.GeoDataFrame(geometry=[box(110, 30, 111, 31)], crs=4490)
    with pytest.raises(CRSMismatchError, match="one CRS is needed"):
        check_not_shifted(square, square.to_crs(4547))


def test_the_caller_may_add_a_way_out():
    first = gpd.GeoDataFrame(geometry=[box(5e5, 3e6, 5.2e5, 3.02e6)], crs=4547)
    second = first.set_geometry(first.translate(300, 200))
    with pytest.raises(CRSMismatchError, match=r"361 m off `a`.* Or so\."):
        check_not_shifted(first, second, advice=" Or so.")
