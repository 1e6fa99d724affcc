"""Rivers and corridors: streams worked out by hand, then the five packaged plans.

The small terrain falls northwards by 10 m a row, into three valleys 4, 6 and 5 columns
wide whose sides rise by 100 m a column, so that every cell drains sideways first.
"""

from types import SimpleNamespace

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import shapely
import xarray as xr

import ecozoning as ez
from ecozoning.errors import NoDataError, PlanDataError
from ecozoning.io.layers import read_geojson, write_geojson
from ecozoning.io.packaged import boundary_dir
from ecozoning.plan.corridor_rules import (
    Foot,
    Member,
    Stream,
    apart,
    choose,
    confluences,
    crossings,
    divided,
    score_word,
)
from ecozoning.plan.corridors import LINEAR, model_corridors
from ecozoning.plan.stream_net import StreamNet, geodesic_km, stream_net

COUNTIES = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]
VALLEYS = np.array([1, 6, 13])
WIDTHS = [4, 6, 5]
ROWS, COLUMNS = 12, 15
CELL = 0.01
COUNTY = shapely.box(100, 0, 100.15, 0.12)


@pytest.fixture
def dem():
    row, column = np.mgrid[:ROWS, :COLUMNS]
    distance = np.abs(column[..., None] - VALLEYS).min(axis=-1)
    lon = 100 + CELL * (np.arange(COLUMNS) + 0.5)
    lat = CELL * (ROWS - np.arange(ROWS) - 0.5)
    axes = {"y": lat, "x": lon}
    raster = xr.DataArray(10.0 * row + 100.0 * distance, axes, ("y", "x"))
    return raster.rio.write_crs("EPSG:4490").rio.write_nodata(-32768)


@pytest.fixture
def net(dem):
    return stream_net(dem)


@pytest.fixture
def river():
    """Return a river along the middle of three rows, with one brook on each bank."""
    below = np.arange(15)
    below[[5, 6, 7, 8]] = [6, 7, 8, 9]
    below[[2, 13]] = [7, 8]
    basin = np.full(15, 1.0)
    basin[[5, 6, 7, 8, 9, 2, 13]] = [10, 20, 30, 40, 50, 7, 9]
    above = np.full(15, -1)
    above[[6, 7, 8, 9]] = [5, 6, 7, 8]
    row, column = np.divmod(np.arange(15), 5)
    one = np.ones(15)
    return StreamNet(
        below, above, basin, one, 100 * one, 100 + column * CELL, 1 - row * CELL
    )


def stream(position, basin):
    """Return a stream that runs north along a meridian at `position`."""
    line = shapely.LineString([(position, 0), (position, 1)])
    return Stream(position, basin, "", (0,), line)


def given(chosen):
    return [c.stream.position for c in chosen]


def test_the_basin_of_a_valley_is_its_width_times_its_rows(net):
    lowest = net.basin_km2[: COLUMNS * 1][VALLEYS]
    one = net.cell_km2[0]
    assert lowest / one == pytest.approx([w * ROWS for w in WIDTHS], rel=1e-3)


def test_water_is_traced_down_the_valley_to_the_rim(net):
    cells = net.trace(9 * COLUMNS + 0)
    assert cells == [135, 136, *(r * COLUMNS + 1 for r in range(8, -1, -1))]


def test_the_main_stem_runs_up_the_valley_and_ends_where_two_cells_are_no_stream(net):
    # In the top row of the valley a side of two cells (2.5 km2) still counts as stream,
    # its outer cell alone (1.2 km2) does not.
    bed = [r * COLUMNS + 1 for r in range(ROWS - 1, -1, -1)]
    assert net.main_stem(1) == [11 * COLUMNS + 2, *bed]


def test_every_cell_knows_the_cell_it_leaves_by(net):
    outlet = net.outlet()
    assert set(outlet.tolist()) == {1, 6, 13}
    assert outlet[11 * COLUMNS + 9] == 6


def test_the_area_above_a_height_counts_high_cells_upstream_only(net):
    # Of the western valley only column 3 is 200 m above the bed; row 2 is the first
    # where that is more than 215 m, and no other column gets higher than 210 m.
    high = net.area_above(215.0)[1]
    assert high / net.cell_km2[0] == pytest.approx(10, rel=1e-3)


def test_a_river_line_cut_into_the_grid_draws_the_water_to_it(dem):
    flat = dem * 0 + 10.0 * np.arange(ROWS)[:, None]
    flat = flat.rio.write_crs("EPSG:4490").rio.write_nodata(-32768)
    line = shapely.LineString([(100.075, 0.001), (100.075, 0.119)])
    net = stream_net(flat, line)
    assert net.basin_km2[7] > 2 * net.basin_km2[3]


def test_streams_cross_the_foot_in_their_beds_from_west_to_east(net):
    found = crossings(net, COUNTY, Foot("north", 55, 25, 0, 0))
    assert [round(s.position, 3) for s in found] == [100.015, 100.065, 100.135]
    # The bed stands at 60 m in row 6; rows 6 to 11 lie behind.
    sizes = [s.basin_km2 / net.cell_km2[0] for s in found]
    assert sizes == pytest.approx([24, 36, 30], rel=1e-3)


def test_a_crossing_stream_is_drawn_down_to_its_stop(net):
    found = crossings(net, COUNTY, Foot("north", 55, 25, 0, 0))
    assert {s.cells[-1] // COLUMNS for s in found} == {3}  # 30 m, the next has 20


def test_no_stream_crosses_southwards_where_all_run_north(net):
    assert crossings(net, COUNTY, Foot("south", 55, 25, 0, 0)) == []


def test_a_stream_without_high_sources_does_not_count(net):
    # The western valley has no column 300 m above its bed, the others have one.
    found = crossings(net, COUNTY, Foot("north", 55, 25, 320, 1))
    assert [round(s.position, 3) for s in found] == [100.065, 100.135]


def test_tributaries_come_in_order_and_on_their_bank(river):
    box = shapely.box(99, 0, 101, 2)
    found = confluences(river, [5, 6, 7, 8, 9], box, 0.5)
    assert [(s.position, s.basin_km2, s.side) for s in found] == [
        (2.0, 7.0, "left"),
        (3.0, 9.0, "right"),
    ]


def test_a_tributary_that_hardly_touches_the_county_does_not_count(river):
    south = shapely.box(99, 0, 101, 0.985)
    found = confluences(river, [5, 6, 7, 8, 9], south, 0.5)
    assert [s.side for s in found] == ["right"]


def test_the_divide_parts_a_county_by_where_its_water_leaves(net):
    middle = shapely.box(100, 0.03, 100.15, 0.09)
    sides = divided(net, middle)
    assert list(sides) == ["north"]
    cells, area = sides["north"]
    assert cells[-1] == 3 * COLUMNS + 6  # the widest valley
    assert area / net.cell_km2[0] == pytest.approx(6 * 15, rel=1e-3)


def test_names_without_seats_go_to_the_largest_streams_in_their_order():
    row = [stream(1, 10), stream(2, 50), stream(3, 40), stream(4, 20)]
    chosen = choose(row, [Member("a"), Member("b")])
    assert given(chosen) == [2, 3]
    assert [c.clear for c in chosen] == [True, True]


def test_a_stream_hardly_larger_than_one_left_out_is_not_clear():
    row = [stream(1, 50), stream(2, 22), stream(3, 20)]
    chosen = choose(row, [Member("a"), Member("b")])
    assert [c.clear for c in chosen] == [True, False]


def test_a_seat_fixes_a_name_and_parts_the_row():
    row = [stream(p, size) for p, size in ((1, 9), (2, 8), (3, 2), (4, 70), (5, 80))]
    seat = shapely.Point(3.01, 0.5)
    chosen = choose(row, [Member("a"), Member("b", seat), Member("c")])
    assert given(chosen) == [1, 3, 5]
    assert chosen[1].seat_km == pytest.approx(1.112, abs=0.002)


def test_of_the_streams_that_pass_a_seat_the_largest_is_taken():
    row = [stream(1, 10), stream(1.02, 30)]
    chosen = choose(row, [Member("a", shapely.Point(1, 0.5))])
    assert given(chosen) == [1.02]


def test_a_seat_that_no_stream_passes_is_refused():
    with pytest.raises(PlanDataError, match=r"'a': no stream passes its seat within 5"):
        choose([stream(1, 10)], [Member("a", shapely.Point(2, 0.5))])


def test_a_seat_in_a_row_without_streams_is_refused():
    with pytest.raises(PlanDataError, match="there is none"):
        choose([], [Member("a", shapely.Point(2, 0.5))])


def test_seats_that_contradict_the_order_are_refused():
    row = [stream(1, 10), stream(2, 10)]
    east, west = shapely.Point(2, 0.5), shapely.Point(1, 0.5)
    with pytest.raises(PlanDataError, match="'b': by its seat it comes before 'a'"):
        choose(row, [Member("a", east), Member("b", west)])


def test_more_names_than_streams_are_refused():
    with pytest.raises(PlanDataError, match=r"2 streams are needed here, but .* has 1"):
        choose([stream(1, 10)], [Member("a"), Member("b")])


def test_a_smaller_stream_ends_where_it_meets_a_larger_one():
    line = shapely.LineString([(0, 0), (1, 1)])
    large = Stream(1, 50, "", (1, 2, 3, 4), line)
    small = Stream(2, 10, "", (7, 8, 3, 4), line)
    assert apart([small, large]) == [(7, 8, 3), (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("score", "word"), [(3, "good"), (2.5, "fair"), (2, "fair"), (1.5, "poor")]
)
def test_confidence_follows_from_the_rules_that_agree(score, word):
    assert score_word(score) == word


def test_a_grid_without_elevations_is_refused(dem):
    empty = (dem * 0 - 32768).rio.write_crs("EPSG:4490").rio.write_nodata(-32768)
    with pytest.raises(NoDataError):
        stream_net(empty)


# --- recipes -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shanggao():
    return ez.load_plan("shanggao")


def place(plan, **places):
    """Place elements of the plan's county by other recipes."""
    pattern = [
        {"kind": "river", "name": name} | ({"place": entry} if entry else {})
        for name, entry in places.items()
    ]
    other = SimpleNamespace(
        slug=plan.slug,
        document={"pattern": pattern},
        boundary=plan.boundary,
        townships=plan.townships,
        figures=plan.figures,
    )
    return model_corridors(other)


def test_a_row_without_recipe_is_not_placed_and_says_so(shanggao):
    row = place(shanggao, a=None).iloc[0]
    assert row.geometry is None
    assert row["geometry_kind"] == "none"
    assert "does not say where" in row["evidence"]


def test_a_row_along_another_has_its_line(shanggao):
    both = place(shanggao, a={"along": "b"}, b={"rule": "open-line"})
    assert both.geometry[0].equals(both.geometry[1])
    assert both["evidence"][0].startswith("the line of b: ")


def test_two_seats_are_joined_by_a_straight_line_of_poor_confidence(shanggao):
    row = place(shanggao, a={"rule": "between", "seats": ["南港镇", "蒙山镇"]}).iloc[0]
    assert shapely.get_num_coordinates(row.geometry) == 2
    assert row["confidence"] == "poor"


def test_an_open_line_far_from_the_published_length_loses_confidence(shanggao):
    entry = {"rule": "open-line", "figure": "p04_yexi"}
    assert place(shanggao, a=entry)["confidence"][0] == "poor"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"rule": "guess"}, "rule 'guess' should be one of open-line, crossing"),
        ({"like": "z"}, "like = 'z' names no row with a rule"),
        ({"along": "z"}, "along = 'z' names no row with a line"),
        ({"rule": "tributary", "of": "锦江"}, "'least_km' is missing or unknown"),
        ({"rule": "open-line", "figure": "zz"}, "'zz' is missing or unknown"),
        ({"rule": "between", "seats": ["南港镇", "无"]}, "'无' is missing or unknown"),
        ({"rule": "between", "seats": ["南港镇", "墨山乡"]}, "'墨山乡' is missing"),
        (
            {"rule": "crossing", "flows": "up", "foot": 1, "stop": 1},
            "'up' is missing or unknown",
        ),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(shanggao, entry, message):
    with pytest.raises(PlanDataError, match=message):
        place(shanggao, a=entry)


def test_a_county_without_an_open_river_has_no_open_line():
    with pytest.raises(PlanDataError, match="has no open river line"):
        place(ez.load_plan("mulei"), a={"rule": "open-line"})


# --- the packaged plans --------------------------------------------------------------


@pytest.fixture(scope="module", params=COUNTIES)
def packaged(request):
    slug = request.param
    return ez.load_plan(slug), read_geojson(boundary_dir(slug) / "corridors.geojson")


def test_every_corridor_and_river_of_a_plan_has_one_row(packaged):
    plan, layer = packaged
    names = [e["name"] for e in plan.document["pattern"] if e["kind"] in LINEAR]
    assert layer["name"].tolist() == names


def test_a_row_has_a_line_or_a_reason(packaged):
    _, layer = packaged
    for row in layer.itertuples():
        assert row.evidence
        assert (row.geometry_kind == "none") == (row.geometry is None)
        if row.geometry is not None:
            assert row.geometry_kind in ("modelled", "open-data")
            assert row.confidence in ("good", "fair", "poor")
            assert row.geometry.geom_type in ("LineString", "MultiLineString")


def test_lines_stay_in_their_county_and_have_their_length(packaged):
    plan, layer = packaged
    county = plan.boundary.union_all().buffer(2e-5)  # five decimals
    for row in layer[layer.geometry.notna()].itertuples():
        assert county.covers(row.geometry), row.name
        assert row.length_km == pytest.approx(geodesic_km(row.geometry), abs=0.01)


@pytest.mark.parametrize("slug", COUNTIES)
def test_the_packaged_lines_are_those_of_the_recipe(slug, tmp_path):
    write_geojson(tmp_path / "made.geojson", model_corridors(ez.load_plan(slug)))
    packaged = boundary_dir(slug) / "corridors.geojson"
    assert (tmp_path / "made.geojson").read_bytes() == packaged.read_bytes()


def lines_of(slug):
    return read_geojson(boundary_dir(slug) / "corridors.geojson").set_index("name")


@pytest.mark.parametrize("slug", ["mulei", "shanshan"])
def test_rivers_named_west_to_east_run_so(slug):
    west = [shape.centroid.x for shape in lines_of(slug).geometry]
    assert west == sorted(west)


def test_the_mulei_river_passes_its_town():
    seats = ez.load_plan("mulei").townships.set_index("name").geometry
    assert lines_of("mulei").geometry["木垒河"].distance(seats["木垒镇"]) < 0.02


def test_the_rivers_of_jinping_meet_at_the_county_seat():
    lines = lines_of("jinping").geometry
    assert lines["清水江生态廊道"].distance(lines["亮江生态廊道"]) < 0.01


def test_the_corridor_of_guyang_has_one_arm_on_each_side_of_the_divide():
    arms = shapely.get_parts(lines_of("guyang").geometry["艾不盖河-昆都仑河生态廊道"])
    assert len(arms) == 2
    assert sorted(arm.centroid.y > 41.2 for arm in arms) == [False, True]
