"""Drainage on worlds of at most 7 by 7 cells, whose answers can be seen by eye.

Cells are 1 km wide in EPSG:4527, so that areas in km2 are counts of cells.
"""

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rioxarray
import shapely
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import Geod

import ecozoning as ez
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    MissingDependencyError,
    NoDataError,
    ParameterError,
)
from ecozoning.raster.shapes import strahler

NAN = np.nan
DATA = Path(__file__).resolve().parents[2] / "data"
METRES = "EPSG:4527"
EAST, SOUTH, NORTH, WEST = 1, 4, 64, 16


def world(heights, *, crs=METRES, cell=1000.0, origin=(0.0, 0.0)):
    """Return a terrain with north up; row 0 is the northern one."""
    heights = np.asarray(heights, dtype=float)
    rows, columns = heights.shape
    x = origin[0] + cell * (np.arange(columns) + 0.5)
    y = origin[1] + cell * (rows - np.arange(rows) - 0.5)
    raster = xr.DataArray(heights, {"y": y, "x": x}, ("y", "x"))
    return raster if crs is None else raster.rio.write_crs(crs)


def turned(dem):
    dem["spatial_ref"].attrs["GeoTransform"] = "0 1000 30 5000 30 -1000"
    return dem


def plane(rows=5, columns=5):
    """Return a plane that falls to the south by 10 m a cell."""
    return np.repeat(10.0 * np.arange(rows, 0, -1)[:, None], columns, axis=1)


def valley(rows=5, columns=5):
    """Return a valley along the middle column that falls to the south.

    Sides rise by 15 m a cell and the floor falls by 10 m: from a side the way straight
    across falls 15 m in one cell, the one askew 25 m in 1.41 cells, which is steeper.
    """
    side = 15.0 * np.abs(np.arange(columns) - columns // 2)
    return plane(rows, columns) + side


def fork():
    """Return two valleys, in columns 1 and 5, that join in column 3 at row 4.

    They run south to row 2, then one cell askew a row; all else is a high wall.
    """
    heights = np.full((7, 7), 500.0)
    for row, columns in enumerate([(1, 5), (1, 5), (1, 5), (2, 4), (3,), (3,), (3,)]):
        heights[row, list(columns)] = 70.0 - 10 * row
    return heights


def bowl():
    """Return the plane, from 150 m down to 110 m, with a hollow of 60 m in its middle.

    The lowest ground around the hollow is row 3 at 120 m: up to there it fills.
    """
    heights = plane() + 100
    heights[2, 2] = 60.0
    return heights


def point(row, column, rows=7):
    """Return the centre of a cell."""
    return shapely.Point(1000 * (column + 0.5), 1000 * (rows - row - 0.5))


def cells(line, rows):
    """Return the rows and columns that the vertices of a line lie in."""
    xy = shapely.get_coordinates(line) / 1000
    return [(int(np.ceil(rows - y)) - 1, int(np.floor(x))) for x, y in xy]


# --- directions and areas ----------------------------------------------------------


def test_water_on_a_tilted_plane_runs_straight_down():
    water = ez.raster.drainage(world(plane()))
    down = np.vstack([np.full((4, 5), SOUTH), np.zeros((1, 5))])
    np.testing.assert_array_equal(water.direction, down)
    np.testing.assert_array_equal(
        water.area_km2, np.repeat(np.arange(1.0, 6)[:, None], 5, axis=1)
    )


@pytest.mark.parametrize(
    ("turns", "name"), [(0, SOUTH), (1, EAST), (2, NORTH), (3, WEST)]
)
def test_a_quarter_turn_of_the_plane_turns_the_directions(turns, name):
    water = ez.raster.drainage(world(np.rot90(plane(), turns)))
    assert (water.direction[1:-1, 1:-1] == name).all()


def test_a_way_askew_is_longer_and_so_less_steep():
    heights = np.full((3, 3), 60.0)
    heights[1, 1], heights[2, 1], heights[2, 2] = 50, 40, 38
    # South falls 10 m in 1 km, southeast 12 m in 1.41 km.
    assert ez.raster.drainage(world(heights)).direction[1, 1] == SOUTH


def test_every_cell_of_a_valley_drains_to_its_floor():
    water = ez.raster.drainage(world(valley()))
    # Row r of the floor has behind it all rows above and what came askew from them.
    np.testing.assert_array_equal(water.area_km2[:, 2], [1, 4, 9, 14, 25])
    assert water.area_km2[-1, 2] == 25


def test_a_depression_is_filled_and_passes_water_on():
    water = ez.raster.drainage(world(bowl()))
    assert water.filled[2, 2] == 120
    assert water.direction[2, 2] in (2, SOUTH, 8)
    assert water.area_km2[-1].sum() == 25


def test_a_depression_deeper_than_asked_keeps_its_sink():
    water = ez.raster.drainage(world(bowl()), sink_depth_m=50)
    assert (water.filled[2, 2], water.direction[2, 2]) == (60, 0)
    # All eight neighbours drain into it, and (0, 1) to (0, 3) through those of row 1.
    assert water.area_km2[2, 2] == 12


def test_a_depression_as_deep_as_asked_is_filled():
    water = ez.raster.drainage(world(bowl()), sink_depth_m=60)
    assert water.filled[2, 2] == 120


def test_a_deep_hollow_within_a_deep_hollow_keeps_its_own_sink():
    heights = np.full((7, 7), 100.0)
    heights[1:6, 1:6] = 50.0
    heights[2, 2], heights[4, 4] = 10.0, 20.0
    water = ez.raster.drainage(world(heights), sink_depth_m=20)
    sinks = np.argwhere((water.direction == 0).to_numpy()[1:-1, 1:-1]) + 1
    assert sinks.tolist() == [[2, 2], [4, 4]]


def test_water_leaves_beside_nodata():
    heights = plane()
    heights[2, 2] = NAN
    water = ez.raster.drainage(world(heights))
    assert np.isnan(water.area_km2[2, 2])
    assert water.direction[2, 2] == 247
    # (1, 2) cannot go south; the ways askew fall 10 m in 1.41 cells.
    assert water.direction[1, 2] in (2, 8)


@pytest.mark.parametrize("declared", ["argument", "attribute"])
def test_a_declared_nodata_value_is_no_elevation(declared):
    heights = plane()
    heights[0, 0] = -32768
    dem = world(heights).astype("int16")
    if declared == "attribute":
        dem = dem.rio.write_nodata(-32768)
    nodata = -32768 if declared == "argument" else None
    assert np.isnan(ez.raster.drainage(dem, nodata=nodata).area_km2[0, 0])


@pytest.mark.parametrize(
    "flip", [{"y": slice(None, None, -1)}, {"x": slice(None, None, -1)}]
)
def test_the_order_of_rows_and_columns_does_not_matter(flip):
    dem = world(fork())
    straight = ez.raster.drainage(dem)
    turned = ez.raster.drainage(dem.isel(flip))
    xr.testing.assert_identical(turned.area_km2, straight.area_km2.isel(flip))
    assert turned.streams(3).equals(straight.streams(3))


def test_fields_lie_on_the_grid_of_the_terrain_and_say_their_units():
    dem = world(fork()).astype("float32").assign_attrs(units="m", source="survey")
    water = ez.raster.drainage(dem)
    assert water.area_km2.rio.crs == dem.rio.crs
    assert water.area_km2.attrs == {"units": "km2", "long_name": "upstream area"}
    assert water.filled["y"].equals(dem["y"])


def test_the_terrain_is_not_changed():
    dem = world(fork())
    before = dem.copy(deep=True)
    ez.raster.drainage(dem, nodata=500.0).streams(2)
    xr.testing.assert_identical(dem, before)


def test_degrees_have_the_areas_of_the_ellipsoid():
    dem = world(valley(), crs="EPSG:4490", cell=0.1, origin=(115.0, 28.0))
    box = shapely.box(115.0, 28.0, 115.5, 28.5)
    # Cut finely, because the edges of cells are parallels and those of a box are not.
    parallel = shapely.segmentize(box, 1e-3)
    total = abs(Geod(ellps="GRS80").geometry_area_perimeter(parallel)[0]) / 1e6
    water = ez.raster.drainage(dem)
    leaves = water.area_km2.where(water.direction == 0).sum()
    np.testing.assert_allclose(leaves, total, rtol=1e-9)


def test_a_dask_terrain_is_loaded():
    pytest.importorskip("dask.array")
    dem = world(fork())
    lazy = ez.raster.drainage(dem.chunk({"y": 2, "x": 3}))
    xr.testing.assert_equal(lazy.area_km2, ez.raster.drainage(dem).area_km2)


# --- streams -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def forked():
    return ez.raster.drainage(world(fork()))


def test_two_valleys_that_join_are_of_order_two(forked):
    streams = forked.streams(4)
    assert streams["stream_id"].tolist() == [1, 2, 3]
    assert streams["downstream_id"].tolist() == [0, 1, 1]
    assert streams["order"].tolist() == [2, 1, 1]
    assert streams.crs == METRES


def test_streams_run_from_confluence_to_confluence_and_down(forked):
    trunk, *arms = forked.streams(4).geometry
    assert cells(trunk, 7)[:3] == [(4, 3), (5, 3), (6, 3)]
    assert trunk.coords[-1] == (3500.0, 0.0)  # the middle of the southern side
    assert {cells(arm, 7)[-1] for arm in arms} == {(4, 3)}
    assert {cells(arm, 7)[-2] for arm in arms} == {(3, 2), (3, 4)}


def test_areas_of_streams_are_those_above_their_lower_ends(forked):
    streams = forked.streams(4)
    ends = [forked.area_km2.to_numpy()[row] for row in ((6, 3), (3, 2), (3, 4))]
    assert sorted(streams["area_km2"]) == sorted(ends)


def test_lengths_are_geodesic():
    dem = world(valley(), crs="EPSG:4490", cell=0.1, origin=(115.0, 28.0))
    streams = ez.raster.drainage(dem).streams(500)
    line = streams.geometry.iloc[0]
    expected = Geod(ellps="GRS80").geometry_length(line) / 1000
    np.testing.assert_allclose(streams["length_km"].iloc[0], expected, rtol=1e-9)


def test_a_grid_in_metres_has_geodesic_lengths_too():
    # On the central meridian of its zone the projection keeps lengths to 1e-6.
    origin = (39_500_000.0 - 2500, 3_100_000.0)
    streams = ez.raster.drainage(world(plane(), origin=origin)).streams(1)
    np.testing.assert_allclose(streams["length_km"], 4.5, rtol=2e-6)


def test_streams_say_that_they_are_modelled_and_from_what(forked):
    streams = forked.streams(4)
    assert set(streams["geometry_kind"]) == {"modelled"}
    assert set(streams["evidence"]) == {
        "D8 flow over a terrain with cells of 1000 m by 1000 m"
    }


@pytest.mark.parametrize(
    ("below", "order"),
    [
        ([0, 1, 1, 2, 2], [2, 2, 1, 1, 1]),  # a brook that joins does not raise it
        ([0, 1, 1, 2, 2, 3, 3], [3, 2, 2, 1, 1, 1, 1]),  # two of order 2 do
        ([0, 1, 1, 1], [2, 1, 1, 1]),  # three at once raise it once
    ],
)
def test_order_rises_where_two_of_the_highest_meet(below, order):
    assert strahler(below) == order


def test_streams_that_meet_in_a_sink_end_there():
    heights = np.full((5, 7), 100.0)
    heights[2] = [100, 30, 20, 10, 20, 30, 100]
    water = ez.raster.drainage(world(heights), sink_depth_m=50)
    streams = water.streams(2)
    assert streams["downstream_id"].tolist() == [0, 0]
    assert {cells(line, 5)[-1] for line in streams.geometry} == {(2, 3)}
    subbasins = water.subbasins(2).set_index("stream_id")
    assert subbasins["area_km2"].sum() == 35
    assert subbasins.geometry[1].contains(point(2, 3, rows=5))  # the sink itself


# --- basins ------------------------------------------------------------------------


def test_the_basin_of_the_mouth_of_a_valley_is_the_whole_of_it():
    water = ez.raster.drainage(world(valley()))
    mouth = gpd.GeoSeries({"mouth": point(4, 2, rows=5)}, crs=METRES)
    basin = water.basins(mouth)
    assert basin.index.tolist() == ["mouth"]
    assert basin.loc["mouth", "area_km2"] == 25
    assert basin.geometry.loc["mouth"].equals(shapely.box(0, 0, 5000, 5000))


def test_a_basin_within_a_basin_takes_its_own():
    water = ez.raster.drainage(world(plane()))
    outlets = gpd.GeoSeries([point(4, 1, rows=5), point(1, 1, rows=5)], crs=METRES)
    basins = water.basins(outlets)
    assert basins["area_km2"].tolist() == [3, 2]
    assert basins["upstream_km2"].tolist() == [5, 2]
    assert basins.geometry.iloc[1].equals(shapely.box(1000, 3000, 2000, 5000))


def test_subbasins_cut_the_terrain_and_leave_nothing_over(forked):
    subbasins = forked.subbasins(4)
    assert subbasins["area_km2"].sum() == 49
    assert set(subbasins["stream_id"]) - {0} == {1, 2, 3}
    assert shapely.coverage_is_valid(subbasins.geometry.array)
    np.testing.assert_allclose(subbasins.area / 1e6, subbasins["area_km2"], rtol=1e-12)


def test_a_subbasin_holds_its_stream(forked):
    subbasins = forked.subbasins(4).set_index("stream_id").geometry
    for stream in forked.streams(4).itertuples():
        head = shapely.Point(stream.geometry.coords[0])
        assert subbasins[stream.stream_id].contains(head)


@pytest.mark.parametrize(("east", "north"), [(-400, 400), (400, -400)])
def test_an_outlet_counts_for_the_cell_around_it(east, north):
    water = ez.raster.drainage(world(plane()))
    there = shapely.Point(1500 + east, 2500 + north)  # in the cell at row 2, column 1
    basin = water.basins(gpd.GeoSeries([there], crs=METRES)).geometry.iloc[0]
    assert basin.equals(shapely.box(1000, 2000, 2000, 5000))


# --- ways --------------------------------------------------------------------------


def test_water_from_a_head_runs_through_the_confluence_to_the_rim(forked):
    way = cells(forked.downstream(point(0, 1)), 7)
    assert way[:-1] == [(0, 1), (1, 1), (2, 1), (3, 2), (4, 3), (5, 3), (6, 3)]


def test_a_trace_in_degrees_is_the_way_from_there():
    dem = world(fork(), crs="EPSG:4490", cell=0.01, origin=(115.0, 28.0))
    water = ez.raster.drainage(dem)
    assert water.trace(115.015, 28.065).equals(
        water.downstream(shapely.Point(115.015, 28.065))
    )


def test_a_trace_on_a_grid_in_metres_takes_degrees_as_well():
    origin = (39_500_000.0 - 3500, 3_100_000.0)
    water = ez.raster.drainage(world(fork(), origin=origin))
    way = water.trace(117.0, 28.0425)  # the central meridian, column 3
    assert way.coords[-1] == (39_500_000.0, 3_100_000.0)


def test_the_main_stem_takes_the_arm_with_more_land():
    heights = fork()
    heights[:, 6] = 480.0  # the eastern arm gets the land of the last column as well
    water = ez.raster.drainage(world(heights))
    stem = cells(water.main_stem(point(6, 3)), 7)
    larger = max([(3, 2), (3, 4)], key=lambda at: float(water.area_km2[at]))
    assert stem[-4:] == [larger, (4, 3), (5, 3), (6, 3)]


def test_the_main_stem_begins_on_a_divide(forked):
    head = shapely.Point(forked.main_stem(point(6, 3)).coords[0])
    with pytest.raises(NoDataError, match=r"`point` lies on a divide; `snap` it"):
        forked.main_stem(head)


def test_a_point_beside_a_stream_snaps_onto_it(forked):
    assert forked.snap(point(5, 2), 1).equals(point(6, 3))
    assert forked.snap(point(5, 2), 0).equals(point(5, 2))


# --- what must hold of any terrain -------------------------------------------------

TERRAINS = arrays(np.int16, (5, 6), elements=st.integers(0, 40)).filter(
    lambda heights: len(np.unique(heights)) > 1
)


def drained(heights, **options):
    """Return the drainage of a terrain, None where nothing drains."""
    try:
        return ez.raster.drainage(world(heights), **options)
    except NoDataError:
        return None


@settings(max_examples=60, deadline=None)
@given(TERRAINS, st.sampled_from([None, 5.0]))
def test_all_water_leaves_once(heights, depth):
    water = drained(heights, sink_depth_m=depth)
    if water is not None:
        leaves = water.area_km2.where(water.direction == 0).sum()
        assert leaves == heights.size
        assert water.subbasins(2)["area_km2"].sum() == heights.size


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, (6, 6), elements=st.floats(0, 1) | st.floats(4321, 4322)))
def test_rounding_makes_no_water_run_in_circles(heights):
    """What is filled is level to the last bit, or two cells would feed each other."""
    water = drained(heights)
    if water is not None:
        leaves = water.area_km2.where(water.direction == 0).sum()
        assert leaves == heights.size


@settings(max_examples=30, deadline=None)
@given(TERRAINS)
def test_no_way_goes_up_on_filled_ground(heights):
    water = drained(heights)
    if water is not None:
        for row, column in np.ndindex(5, 6):
            way = cells(water.downstream(point(row, column, rows=5)), 5)[:-1]
            assert (np.diff([water.filled[at] for at in way]) <= 0).all()


@settings(max_examples=30, deadline=None)
@given(TERRAINS, st.integers(-50, 50), st.integers(-9, 9))
def test_a_shift_shifts_the_answer_and_nothing_else(heights, lift, cells_east):
    here = drained(heights)
    if here is not None:
        there = ez.raster.drainage(
            world(heights + lift, origin=(1000.0 * cells_east, 0))
        )
        np.testing.assert_array_equal(here.direction, there.direction)
        np.testing.assert_array_equal(here.area_km2, there.area_km2)


def test_the_same_terrain_gives_the_same_bytes():
    heights = np.random.default_rng(3).integers(0, 40, (7, 7))
    first, second = (ez.raster.drainage(world(heights)) for _ in range(2))
    assert first.area_km2.to_numpy().tobytes() == second.area_km2.to_numpy().tobytes()
    assert first.streams(2).to_json() == second.streams(2).to_json()
    assert first.subbasins(2).to_json() == second.subbasins(2).to_json()


# --- against a published river layer ------------------------------------------------


@pytest.mark.reference
@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
@pytest.mark.parametrize(
    ("county", "adcode", "crs"),
    [("shanggao", "360923", "EPSG:4527"), ("jinping", "522628", "EPSG:4525")],
)
def test_half_of_a_river_lies_within_a_cell_and_most_within_two(county, adcode, crs):
    """GSHHG/WDBII lines, looked at every 200 m; a cell is 0.8 km by 0.9 km."""
    raster = rioxarray.open_rasterio(DATA / "terrain" / f"{county}_dem_30s.tif")
    water = ez.raster.drainage(raster.isel(band=0, drop=True))
    rivers = gpd.read_file(DATA / "rivers" / "gshhg_wdbii_f.geojson").to_crs(crs)
    known = rivers[rivers["adcode"].astype(str) == adcode].explode().geometry
    places = [
        part.interpolate(along)
        for part in known
        for along in np.arange(0, part.length, 200)
    ]
    miss = shapely.distance(places, water.streams(50).to_crs(crs).union_all())
    assert np.median(miss) < 900
    assert np.quantile(miss, 0.9) < 1800


# --- refusals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dem", "error", "message"),
    [
        (plane(), ParameterError, r"`dem` is a ndarray.*open_raster"),
        (world(plane()).expand_dims("band"), ParameterError, r"dims.*isel\(band=0"),
        (world(plane()).transpose("x", "y"), ParameterError, r"dims.*transpose"),
        (world(plane(2, 5)), ParameterError, r"2 rows and 5 columns.*wider"),
        (world(plane(), crs=None), MissingCRSError, r"`dem` has no CRS.*write_crs"),
        (world(plane(), crs="EPSG:2263"), ParameterError, r"in feet.*0\.3048"),
        (world(plane(), crs="EPSG:4978"), CRSMismatchError, r"degrees or metres"),
        (turned(world(plane())), ParameterError, r"`dem` is rotated or sheared"),
        (
            world(plane()).assign_attrs(units="ft"),
            ParameterError,
            r"`dem` is in feet.*0\.3048",
        ),
        (world(plane()).drop_vars("x"), ParameterError, r"no coordinate 'x'.*assign"),
        (
            world(plane()).assign_coords(y=[9.0, 7, 5, 3, 2]),
            ParameterError,
            r"uneven steps along 'y'.*reproject",
        ),
        (world(plane() * NAN), NoDataError, r"all cells are nodata"),
        (
            world(np.where(plane() == 10, np.inf, plane())),
            ParameterError,
            r"5 infinite values.*isfinite",
        ),
        (
            world(np.where(plane() == 10, -32768, plane())),
            ParameterError,
            r"from -32768 to 50.*`nodata=`",
        ),
        (world(plane(), crs="EPSG:4490"), GeometryError, r"`dem` has a longitude"),
        (world(plane() * 0), NoDataError, r"`dem` has no relief, so nothing drains"),
        (
            world(np.pad(np.zeros((3, 3)), 1, constant_values=9)),
            NoDataError,
            r"sinks only.*nothing drains.*`sink_depth_m=`",
        ),
        (
            world(np.where(np.indices((5, 5)).sum(0) % 2 + plane() % 20, NAN, plane())),
            NoDataError,
            r"pits only.*nothing drains",
        ),
    ],
)
def test_a_terrain_that_cannot_be_right_is_refused(dem, error, message):
    with pytest.raises(error, match=message):
        ez.raster.drainage(dem)


@pytest.mark.parametrize("bad", [0, -1, NAN, np.inf, True, "100"])
def test_a_threshold_must_be_a_number_above_zero(forked, bad):
    for ask in (forked.streams, forked.subbasins):
        with pytest.raises(ParameterError, match=r"`min_area_km2` is .*above 0"):
            ask(bad)
    with pytest.raises(ParameterError, match=r"`sink_depth_m` is .*above 0"):
        ez.raster.drainage(world(plane()), sink_depth_m=bad)


def test_a_threshold_that_no_stream_reaches_is_refused(forked):
    with pytest.raises(NoDataError, match=r"`min_area_km2` is 50.*give less"):
        forked.streams(50)


def test_points_off_the_terrain_are_refused_by_label(forked):
    outlets = gpd.GeoSeries({"a": point(6, 3), "b": shapely.Point(-1, 0)}, crs=METRES)
    with pytest.raises(GeometryError, match=r"`outlets` has 1 point.*'b'") as caught:
        forked.basins(outlets)
    assert caught.value.index == ("b",)
    with pytest.raises(GeometryError, match=r"`point` has 1 point.*outside"):
        forked.downstream(shapely.Point(8000, 1))


def test_two_outlets_in_one_cell_are_refused(forked):
    twice = gpd.GeoSeries({"a": point(6, 3), "b": point(6, 3)}, crs=METRES)
    with pytest.raises(GeometryError, match=r"'b'.*outlets\.drop"):
        forked.basins(twice)


def test_outlets_in_another_crs_are_refused(forked):
    away = gpd.GeoSeries([shapely.Point(115, 28)], crs="EPSG:4490")
    with pytest.raises(CRSMismatchError, match=r"`outlets\.to_crs"):
        forked.basins(away)


def test_what_is_no_point_is_refused(forked):
    for bad in ((1, 2), shapely.Point()):
        with pytest.raises(ParameterError, match=r"`point` is .*shapely\.Point"):
            forked.downstream(bad)


def test_degrees_that_do_not_exist_are_refused(forked):
    with pytest.raises(GeometryError, match=r"latitude"):
        forked.trace(115, 95)


def test_the_way_from_a_sink_is_refused():
    water = ez.raster.drainage(world(bowl()), sink_depth_m=50)
    with pytest.raises(NoDataError, match=r"`point` lies in the cell of a sink"):
        water.downstream(point(2, 2, rows=5))


@pytest.mark.parametrize("bad", [-1, 1.5, True])
def test_a_reach_of_snapping_must_be_whole(forked, bad):
    with pytest.raises(ParameterError, match=r"`cells` is .*whole number"):
        forked.snap(point(1, 1), bad)


def test_without_pyflwdir_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyflwdir", None)
    with pytest.raises(MissingDependencyError, match=r"ecozoning\[water\]"):
        ez.raster.drainage(world(plane()))


def test_numba_is_not_loaded_until_it_is_needed():
    code = (
        "import sys, ecozoning as ez; ez.raster.drainage; print('numba' in sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "False"
