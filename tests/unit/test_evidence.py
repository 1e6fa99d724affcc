"""Each kind of evidence on a county of four by four square kilometres.

The county lies on the equator, where a metre of the grid is a metre on the ground and
the projection bends nothing: columns run from 110 - 0.018 to 110 + 0.018 degrees.
"""

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
import xarray as xr

from ecozoning.errors import MissingCRSError, NoDataError, ParameterError
from ecozoning.zoning import Bearing, Elevation, Extent, Near, Rim, Seats, SideOfLine
from ecozoning.zoning import evidence as module
from ecozoning.zoning.grid import Grid

LAEA = pyproj.CRS.from_dict(
    {"proj": "laea", "lat_0": 0, "lon_0": 110, "ellps": "GRS80"}
)
CENTRES = np.array([-1500.0, -500.0, 500.0, 1500.0])
DEGREE = 2 * math.pi * 6378137 / 360  # metres of a degree of the equator
ROOT2 = math.sqrt(2)


def grid(inside=None):
    """Return the grid; rows run from north to south."""
    inside = np.ones((4, 4), dtype=bool) if inside is None else np.array(inside) > 0
    return Grid(LAEA, 1000.0, CENTRES, CENTRES[::-1], inside)


def picture(evidence, over=None):
    """Return the distances in whole metres, row by row."""
    return evidence.distance(over or grid()).round().reshape(4, 4).tolist()


def place(x, y):
    """Return longitude and latitude of metres east and north of the middle."""
    return grid().to_lonlat.transform(x, y)


def line(*points):
    return shapely.LineString([place(*point) for point in points])


def dem(values, *, crs="EPSG:4490", nodata=None, reach=0.018):
    """Return heights on 4 by 4 cells whose centres are those of the county."""
    step = reach / 2
    x = 110 + np.arange(-1.5, 2) * step
    coords = {"y": -(x - 110), "x": x}
    if crs:
        wkt = pyproj.CRS(crs).to_wkt()
        coords["spatial_ref"] = xr.DataArray(0, attrs={"crs_wkt": wkt})
    raster = xr.DataArray(np.array(values, float), coords, ("y", "x"))
    return raster if nodata is None else raster.assign_attrs(_FillValue=nodata)


STEPS = np.arange(0, 1600, 100).reshape(4, 4)  # 0 in the north-west, 1500 m opposite


# --- bearing -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "first_row", "first_column"),
    [
        ("north", [0, 0, 0, 0], [0, 1000, 2000, 3000]),
        ("south", [3000] * 4, [3000, 2000, 1000, 0]),
        ("west", [0, 1000, 2000, 3000], [0, 0, 0, 0]),
        ("east", [3000, 2000, 1000, 0], [3000] * 4),
    ],
)
def test_bearing_is_the_distance_from_that_end(direction, first_row, first_column):
    distance = picture(Bearing(direction=direction))
    assert distance[0] == first_row
    assert [row[0] for row in distance] == first_column


@pytest.mark.parametrize(
    ("direction", "corner"),
    [
        ("northeast", (0, 3)),
        ("southeast", (3, 3)),
        ("southwest", (3, 0)),
        ("northwest", (0, 0)),
    ],
)
def test_oblique_bearing_is_measured_along_the_diagonal(direction, corner):
    # From corner to corner 3 km by 3 km; the cells of the other diagonal lie half-way.
    distance = Bearing(direction=direction).distance(grid()).reshape(4, 4)
    opposite = (3 - corner[0], 3 - corner[1])
    assert distance[corner] == pytest.approx(0, abs=1e-6)
    assert distance[opposite] == pytest.approx(3000 * ROOT2)
    assert distance[corner[0], opposite[1]] == pytest.approx(1500 * ROOT2)


def test_centre_is_the_distance_from_the_middle():
    distance = picture(Bearing(direction="centre"))
    inner, corner = round(500 * ROOT2), round(1500 * ROOT2)
    assert distance[1][1] == distance[2][2] == inner
    assert distance[0][0] == distance[3][3] == corner
    assert distance[0][1] == round(math.hypot(500, 1500))


@pytest.mark.parametrize("direction", ["up", "North", "", "NE"])
def test_unknown_direction_is_refused_with_the_known_ones(direction):
    with pytest.raises(ParameterError, match=r"`direction` is .*north, northeast,.*"):
        Bearing(direction=direction)


# --- rim ---------------------------------------------------------------------------


def test_rim_of_a_square_is_the_distance_to_its_outermost_row():
    assert picture(Rim(side="north")) == [[0] * 4, [1000] * 4, [2000] * 4, [3000] * 4]
    assert picture(Rim(side="south")) == [[3000] * 4, [2000] * 4, [1000] * 4, [0] * 4]


def test_rim_of_a_square_runs_along_its_outermost_column():
    assert picture(Rim(side="west"))[0] == [0, 1000, 2000, 3000]
    assert picture(Rim(side="east"))[0] == [3000, 2000, 1000, 0]


def test_rim_follows_a_ragged_edge_where_a_bearing_does_not():
    # The two eastern columns begin two rows further south; the rim bends with them.
    ragged = grid([[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 1], [1, 1, 1, 1]])
    distance = Rim(side="north").distance(ragged)
    assert distance[[0, 1]].tolist() == [0, 0]  # the western top
    assert distance[[6, 7]].tolist() == [0, 0]  # the eastern one
    assert distance[11] == pytest.approx(1000)  # a row below it
    assert Bearing(direction="north").distance(ragged)[7] == pytest.approx(2000)


def test_rim_of_a_single_cell_is_that_cell():
    lone = grid(np.eye(4) * [1, 0, 0, 0])
    assert Rim(side="south").distance(lone).tolist() == [0]


@pytest.mark.parametrize("side", ["up", "northeast", "centre", ""])
def test_rim_refuses_a_side_it_does_not_know(side):
    with pytest.raises(ParameterError, match=r"`side` is .*north"):
        Rim(side=side)


# --- seats -------------------------------------------------------------------------


def test_one_seat_is_the_distance_to_it():
    distance = picture(Seats(points={"甲": place(-500, 1500)}))
    assert distance[0] == [1000, 0, 1000, 2000]
    assert distance[3][3] == round(math.hypot(2000, 3000))


def test_seats_are_joined_by_lines_and_all_between_is_as_near():
    seats = Seats(points={"甲": place(-1500, 1500), "乙": place(1500, 1500)})
    assert picture(seats) == [[0] * 4, [1000] * 4, [2000] * 4, [3000] * 4]


def test_seats_are_joined_by_the_shortest_tree():
    # West, middle, east in a row: two lines of 1 km and 2 km, and none to the south.
    points = {"西": (-1500, 500), "中": (-500, 500), "东": (1500, 500)}
    seats = Seats(points={name: place(*xy) for name, xy in points.items()})
    assert picture(seats)[1] == [0, 0, 0, 0]
    assert picture(seats)[2] == [1000] * 4


def test_order_of_the_seats_does_not_matter():
    points = [("甲", place(-1500, -700)), ("乙", place(300, 900)), ("丙", place(0, 0))]
    there = Seats(points=dict(points)).distance(grid())
    back = Seats(points=dict(points[::-1])).distance(grid())
    np.testing.assert_allclose(there, back, atol=1e-6)


def test_two_units_with_one_seat_are_as_one():
    # A town and a subdistrict of the same place: the line between them has no length.
    here = place(-500, 1500)
    both = Seats(points={"甲镇": here, "甲街道": here}).distance(grid())
    one = Seats(points={"甲镇": here}).distance(grid())
    np.testing.assert_allclose(both, one, atol=1e-6)


def test_no_seats_are_refused():
    with pytest.raises(ParameterError, match=r"`points` of seats is empty; give .*lon"):
        Seats(points={})


@pytest.mark.parametrize("point", [(math.nan, 30.0), (110.0, math.inf)])
def test_seat_without_a_finite_place_is_refused(point):
    with pytest.raises(ParameterError, match=r"`points`.*'甲'"):
        Seats(points={"甲": point})


# --- extent ------------------------------------------------------------------------


def test_extent_is_the_distance_outside_the_range():
    # East of 110°: the western columns miss it by 1.5 km and 0.5 km.
    distance = Extent(west=110.0).distance(grid()).reshape(4, 4)
    np.testing.assert_allclose(distance[0], [1500, 500, 0, 0], rtol=2e-3)
    assert np.ptp(distance, axis=0).max() < 0.01


def test_degrees_of_an_extent_are_shorter_in_the_north():
    # At 60 degrees north a degree of longitude is half as long; the miss is in metres.
    crs = pyproj.CRS.from_dict({"proj": "laea", "lat_0": 60, "lon_0": 110})
    northern = Grid(crs, 1000.0, CENTRES, CENTRES[::-1], np.ones((4, 4)) > 0)
    distance = Extent(west=110.0).distance(northern).reshape(4, 4)
    np.testing.assert_allclose(distance[0], [1500, 500, 0, 0], rtol=5e-3)


def test_extent_in_two_directions_is_missed_by_the_hypotenuse():
    corner = Extent(west=110.0, north=0.0).distance(grid())[0]  # north-west cell
    assert corner == pytest.approx(1500 * ROOT2, rel=5e-3)


def test_all_sides_of_an_extent_count():
    edge = 1000 / DEGREE
    middle = Extent(west=110 - edge, east=110 + edge, south=-edge, north=edge)
    inside = middle.distance(grid()).reshape(4, 4)[1:3, 1:3]
    assert (inside == 0).all()
    rim = np.delete(middle.distance(grid()), [5, 6, 9, 10])
    assert rim.min() == pytest.approx(500, rel=5e-3)


def test_extent_with_a_side_that_is_no_number_is_refused():
    # A figure that is missing in a table reads as NaN.
    with pytest.raises(ParameterError, match="`west`"):
        Extent(west=math.nan, east=110.0)


def test_extent_without_any_side_is_refused():
    with pytest.raises(ParameterError, match=r"extent.*(west|side)"):
        Extent()


@pytest.mark.parametrize(
    "sides", [{"west": 111.0, "east": 110.0}, {"south": 31.0, "north": 30.0}]
)
def test_extent_turned_around_is_refused(sides):
    with pytest.raises(ParameterError, match=" and ".join(f"`{s}`" for s in sides)):
        Extent(**sides)


# --- elevation ---------------------------------------------------------------------


def test_elevation_band_is_missed_by_the_metres_outside_it():
    # Relief 1500 m counts as one county radius: sqrt(16 km2 / pi) = 2256.8 m.
    metre = math.sqrt(16 / math.pi) * 1000 / 1500
    distance = Elevation(dem=dem(STEPS), low=400, high=1000).distance(grid())
    expected = np.maximum(0, np.maximum(400 - STEPS, STEPS - 1000)).ravel() * metre
    np.testing.assert_allclose(distance, expected)


@pytest.mark.parametrize(
    ("band", "missed"), [({"low": 200}, [200, 100, 0]), ({"high": 0}, [0, 100, 200])]
)
def test_band_may_be_open_on_one_side(band, missed):
    metre = math.sqrt(16 / math.pi) * 1000 / 1500
    distance = Elevation(dem=dem(STEPS), **band).distance(grid())
    np.testing.assert_allclose(distance[:3] / metre, missed, atol=1e-9)


@pytest.mark.parametrize(("prefer", "best"), [("high", 15), ("low", 0)])
def test_preferred_ground_is_the_end_of_the_relief(prefer, best):
    distance = Elevation(dem=dem(STEPS), prefer=prefer).distance(grid())
    assert distance.argmin() == best
    assert distance[best] == 0
    assert distance.max() == pytest.approx(math.sqrt(16 / math.pi) * 1000)


def test_heights_are_read_from_a_raster_in_metres_too():
    metric = xr.DataArray(
        STEPS.astype(float),
        {"y": CENTRES[::-1], "x": CENTRES},
        ("y", "x"),
    ).assign_coords(spatial_ref=xr.DataArray(0, attrs={"crs_wkt": LAEA.to_wkt()}))
    here = Elevation(dem=metric, low=700).distance(grid())
    there = Elevation(dem=dem(STEPS), low=700).distance(grid())
    np.testing.assert_allclose(here, there)


def test_heights_are_read_whichever_way_the_rows_run():
    turned = dem(STEPS).isel(y=slice(None, None, -1))
    here = Elevation(dem=turned, low=700).distance(grid())
    np.testing.assert_array_equal(
        here, Elevation(dem=dem(STEPS), low=700).distance(grid())
    )


def test_flat_county_misses_no_band_that_holds_it():
    flat = Elevation(dem=dem(np.full((4, 4), 800)), low=700, high=900)
    assert (flat.distance(grid()) == 0).all()


def test_dem_without_crs_is_refused_with_the_way_to_set_one():
    with pytest.raises(MissingCRSError, match=r"`dem` has no CRS.*write_crs"):
        Elevation(dem=dem(STEPS, crs=None), low=1).distance(grid())


def test_dem_that_does_not_cover_the_county_is_refused():
    with pytest.raises(NoDataError, match=r"`dem` does not cover the county; .*margin"):
        Elevation(dem=dem(STEPS, reach=0.009), low=1).distance(grid())


@pytest.mark.parametrize("nodata", [None, -32768])
def test_dem_with_nodata_in_the_county_is_refused(nodata):
    heights = STEPS.astype(float)
    heights[2, 1] = math.nan if nodata is None else nodata
    with pytest.raises(NoDataError, match=r"`dem` has nodata inside .*; fill it first"):
        Elevation(dem=dem(heights, nodata=nodata), low=1).distance(grid())


def test_nodata_outside_the_county_does_no_harm():
    heights = STEPS.astype(float)
    heights[0, 0] = math.nan
    inside = np.ones((4, 4))
    inside[0, 0] = 0
    distance = Elevation(dem=dem(heights), low=400).distance(grid(inside))
    assert np.isfinite(distance).all()


def test_elevation_without_band_and_preference_is_refused():
    with pytest.raises(ParameterError, match=r"elevation.*`low`.*`high`.*`prefer`"):
        Elevation(dem=dem(STEPS))


def test_elevation_with_an_end_that_is_no_number_is_refused():
    with pytest.raises(ParameterError, match="`low`"):
        Elevation(dem=dem(STEPS), low=math.nan, high=900)


def test_elevation_refuses_a_preference_it_does_not_know():
    with pytest.raises(ParameterError, match=r"`prefer` is 'top'.*high.*low"):
        Elevation(dem=dem(STEPS), prefer="top")


def test_elevation_refuses_a_band_turned_around():
    with pytest.raises(ParameterError, match=r"`low`.*900.*`high`.*100"):
        Elevation(dem=dem(STEPS), low=900, high=100)


@pytest.mark.slow
def test_elevation_needs_no_other_import_than_ours():
    # A raster with a CRS can be built by xarray alone.
    script = """
import numpy as np, pyproj, xarray as xr
from ecozoning.zoning.elevation import sample
wkt = pyproj.CRS("EPSG:4490").to_wkt()
coords = {"y": [1.0, 0.0], "x": [0.0, 1.0]}
coords["spatial_ref"] = xr.DataArray(0, attrs={"crs_wkt": wkt})
dem = xr.DataArray(np.arange(4.0).reshape(2, 2), coords, ("y", "x"))
print(sample(dem, np.array([[1.0, 0.0]])).tolist())
"""
    source = str(Path(module.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": source},
    )
    assert done.stdout == "[3.0]\n", done.stderr


# --- features ----------------------------------------------------------------------


def test_near_a_river_is_the_distance_to_its_line():
    river = Near(feature=line((-5000, 1500), (5000, 1500)), name="锦江")
    assert picture(river) == [[0] * 4, [1000] * 4, [2000] * 4, [3000] * 4]


def test_near_a_point_is_the_distance_to_it():
    peak = Near(feature=shapely.Point(place(1500, -1500)), name="末山")
    assert picture(peak)[3] == [3000, 2000, 1000, 0]


def test_near_an_empty_feature_is_refused():
    with pytest.raises(ParameterError, match=r"`feature`.*empty"):
        Near(feature=shapely.LineString(), name="锦江").distance(grid())


@pytest.mark.parametrize(
    ("side", "rows"),
    [
        ("north", [0, 0, 500, 1500]),
        ("south", [1500, 500, 0, 0]),
    ],
)
def test_side_of_a_line_is_the_distance_beyond_it(side, rows):
    railway = line((-5000, 0), (5000, 0))
    distance = picture(SideOfLine(line=railway, side=side, name="铁路"))
    assert [row[0] for row in distance] == rows
    assert all(len(set(row)) == 1 for row in distance)


def test_direction_in_which_a_line_is_drawn_does_not_matter():
    railway = line((-5000, -800), (100, 200), (5000, 900))
    one = SideOfLine(line=railway, side="northwest", name="铁路").distance(grid())
    other = SideOfLine(line=railway.reverse(), side="northwest", name="铁路")
    np.testing.assert_allclose(other.distance(grid()), one, atol=1e-6)


@pytest.mark.parametrize("side", ["centre", "up", ""])
def test_unknown_side_of_a_line_is_refused(side):
    with pytest.raises(ParameterError, match=r"`side` is .*; use a point of the"):
        SideOfLine(line=line((0, 0), (1, 1)), side=side, name="铁路").distance(grid())


@pytest.mark.parametrize("line", [None, shapely.LineString(), shapely.Point(110, 0)])
def test_side_of_what_is_no_line_is_refused(line):
    with pytest.raises(ParameterError, match=r"`line` of 铁路"):
        SideOfLine(line=line, side="north", name="铁路").distance(grid())


# --- what all kinds have in common -------------------------------------------------


@pytest.mark.parametrize("weight", [0, -1, -0.0, math.nan, math.inf, -math.inf])
def test_weight_must_be_a_number_above_zero(weight):
    with pytest.raises(ParameterError, match=r"`weight` of bearing is .*above 0"):
        Bearing(direction="north", weight=weight)


@pytest.mark.parametrize("weight", ["2", None])
def test_weight_that_is_no_number_is_refused(weight):
    with pytest.raises(ParameterError, match=r"`weight` of rim is .*above 0"):
        Rim(side="north", weight=weight)


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64, np.uint8])
def test_weight_may_be_a_number_of_numpy(kind):
    # What comes out of a table column.
    assert Bearing(direction="north", weight=kind(2)).text().endswith("weight 2)")


def test_basis_is_one_of_two_words():
    with pytest.raises(ParameterError, match=r"`basis` is 'guess'.*stated.*assumed"):
        Bearing(direction="north", basis="guess")


def test_cost_is_the_weighed_distance_in_radii_of_the_county():
    # 16 km2: the circle of that area has a radius of sqrt(16 / pi) km.
    radius = math.sqrt(16 / math.pi) * 1000
    cost = Bearing(direction="north", weight=2.5).cost(grid()).reshape(4, 4)
    np.testing.assert_allclose(cost[:, 0], np.arange(4) * 1000 * 2.5 / radius)


def test_radius_counts_the_cells_of_the_county_only():
    half = grid([[1, 1, 0, 0]] * 4)
    assert half.radius_m == pytest.approx(math.sqrt(8 / math.pi) * 1000)


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (Bearing(direction="northeast"), "in the northeast of the county"),
        (Rim(side="south"), "along the southern edge of the county"),
        (
            Seats(points={"甲镇": (0, 0), "乙乡": (1, 1)}),
            "near the seats of 甲镇、乙乡",
        ),
        (Extent(west=109.5, north=41), "within 109.500–…°E, …–41.000°N"),
        (Near(feature=shapely.Point(110, 0), name="末山"), "near 末山"),
        (
            SideOfLine(line=line((0, 0), (1, 0)), side="north", name="铁路"),
            "north of 铁路",
        ),
        (Elevation(dem=dem(STEPS), low=300), "at 300–… m"),
        (Elevation(dem=dem(STEPS), prefer="high"), "on high ground"),
    ],
)
def test_text_says_what_basis_and_weight(evidence, words):
    assert evidence.text() == f"{words} (stated, weight 1)"


def test_text_tells_an_assumption_its_weight_and_its_note():
    evidence = Bearing(direction="south", weight=0.25, basis="assumed", note="中南部")
    assert evidence.text().endswith("(assumed, weight 0.25, 中南部)")


def test_evidence_cannot_be_changed():
    evidence = Bearing(direction="south")
    with pytest.raises(AttributeError):
        evidence.weight = 3.0
