"""Protection zones along streams: lengths of the rule, areas by hand, refusals."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from ecozoning.errors import CRSMismatchError, GeometryError, ParameterError
from ecozoning.overlay import water_source_zones

EAST, NORTH = 5e5, 3.1e6  # on the central meridian of EPSG:4547


def points(*places):
    shapes = [shapely.Point(EAST + x, NORTH + y) for x, y in places]
    return gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4547")


def lines(*courses):
    shapes = [shapely.LineString(np.add(course, (EAST, NORTH))) for course in courses]
    return gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4547")


RIVER = [(-6000, 0), (6000, 0)]  # runs east
BROOK = [(-500, 5000), (-500, 0)]  # joins 500 m above the intake


def test_levels_are_as_long_as_the_plan_of_mulei_asks():
    zones = water_source_zones(points((0, 10)), lines(RIVER), width_m=50)
    west, _, east, _ = (zones.bounds - [EAST, NORTH, EAST, NORTH]).to_numpy().T
    assert zones["level"].tolist() == [1, 2]
    assert west == pytest.approx([-1000, -3000], abs=0.01)
    assert east == pytest.approx([100, 300], abs=0.01)
    assert zones["area_m2"].tolist() == pytest.approx([110_000, 220_000], abs=1)


def test_level_two_leaves_level_one_out():
    zones = water_source_zones(points((0, 0)), lines(RIVER), width_m=50)
    one, two = zones.geometry
    assert shapely.area(shapely.intersection(one, two)) == pytest.approx(0, abs=0.01)


def test_tributaries_are_followed_for_what_is_left_of_the_length():
    zones = water_source_zones(points((0, 0)), lines(RIVER, BROOK), width_m=50)
    # Level 1: 1100 m of river and 500 m of brook, the latter's first 50 m within the
    # former. Level 2: 2200 m of river and 2000 m of brook.
    assert zones["area_m2"].tolist() == pytest.approx([155_000, 420_000], abs=2)


def test_what_joins_below_the_intake_is_not_followed():
    below = [(50, 5000), (50, 0)]
    alone = water_source_zones(points((0, 0)), lines(RIVER), width_m=50)
    both = water_source_zones(points((0, 0)), lines(RIVER, below), width_m=50)
    assert both["area_m2"].tolist() == pytest.approx(
        alone["area_m2"].tolist(), rel=1e-6
    )


@pytest.mark.parametrize("gap", [0.0, 0.9, 1.1])
def test_a_brook_that_ends_within_a_metre_joins(gap):
    brook = [(-500, 5000), (-500, gap)]
    zones = water_source_zones(points((0, 0)), lines(RIVER, brook), width_m=50)
    joined = 155_000 if gap < 1 else 110_000
    assert zones["area_m2"][0] == pytest.approx(joined, abs=100)


def test_lines_cut_into_pieces_give_the_same_zones():
    pieces = lines(*([(x, 0), (x + 400, 0)] for x in range(-6000, 6000, 400)))
    found = water_source_zones(points((0, 0)), pieces, width_m=50)
    assert found["area_m2"].tolist() == pytest.approx([110_000, 220_000], abs=1)


def test_a_bend_is_measured_along_the_water():
    bent = lines([(-400, 5000), (-400, 0), (3000, 0)])
    zones = water_source_zones(points((0, 0)), bent, width_m=50)
    top = zones.bounds["maxy"] - NORTH
    assert top.tolist() == pytest.approx([600, 2600], abs=0.01)


def test_streams_that_end_early_say_how_far_they_go():
    short = lines([(-400, 0), (150, 0)])
    zones = water_source_zones(points((0, 0)), short, width_m=50)
    assert zones["upstream_m"].tolist() == pytest.approx([400, 400], abs=0.01)
    assert zones["downstream_m"].tolist() == pytest.approx([100, 150], abs=0.01)
    assert zones["area_m2"].tolist() == pytest.approx([50_000, 5_000], abs=1)


def test_a_level_without_any_stream_left_has_no_row():
    zones = water_source_zones(points((0, 0)), lines([(-400, 0), (50, 0)]), width_m=50)
    assert zones["level"].tolist() == [1]


def test_a_wider_level_two_lies_around_level_one():
    zones = water_source_zones(points((0, 0)), lines(RIVER), width_m=[50, 200])
    # 3300 m by 400 m, less 1100 m by 100 m.
    assert zones["area_m2"][1] == pytest.approx(1_320_000 - 110_000, rel=1e-5)


def test_other_lengths_count_from_the_level_before():
    found = water_source_zones(
        points((0, 0)), lines(RIVER), width_m=10, levels=[(500, 50), (500, 50), (1, 1)]
    )
    assert found["upstream_m"].tolist() == pytest.approx([500, 1000, 1001], abs=0.01)
    assert found["area_m2"].tolist() == pytest.approx([11_000, 11_000, 40], abs=0.5)


def test_degrees_give_what_metres_give():
    here = water_source_zones(points((0, 0)), lines(RIVER, BROOK), width_m=50)
    there = water_source_zones(
        points((0, 0)).to_crs(4490), lines(RIVER, BROOK).to_crs(4490), width_m=50
    )
    assert there.crs == "EPSG:4490"
    assert there["area_m2"].tolist() == pytest.approx(
        here["area_m2"].tolist(), rel=1e-6
    )


def test_a_meandering_stream_gives_valid_modelled_zones():
    along = np.linspace(-6000, 6000, 300)
    river = np.c_[along, 300 * np.sin(along / 250)]
    zones = water_source_zones(
        points((0, 0)), lines(river, [(-700, 4000), (-700, -100)]), width_m=60
    )
    assert zones.is_valid.all()
    assert set(zones["geometry_kind"]) == {"modelled"}
    assert zones["evidence"][1].startswith("3000 m up and 300 m down")


def test_level_two_has_no_dust_where_it_meets_level_one():
    along = np.linspace(-6000, 6000, 900)
    ragged = np.random.default_rng(1).normal(0, 3, along.size)
    river = np.c_[along, 200 * np.sin(along / 200) + ragged - ragged[450]]
    two = water_source_zones(points((0, 0)), lines(river), width_m=60).geometry[1]
    assert len(shapely.get_parts(two)) == 2  # above and below


def test_the_outer_side_of_a_bend_is_filled_where_streams_meet():
    # The river turns north; with the brook, three lines end where it does.
    river = [[(-4000, -500), (0, -500)], [(0, -500), (0, 3000)]]
    brook = [(-2000, 1500), (0, -500)]
    bend, meeting = (
        water_source_zones(points((0, 0)), lines(*streams), width_m=50).geometry[0]
        for streams in (river, [*river, brook])
    )
    assert shapely.area(shapely.difference(bend, meeting)) < 1


# --- refusals ------------------------------------------------------------------------


def test_an_intake_far_from_every_stream_is_refused_by_its_label():
    intakes = points((0, 0), (0, 51), (9e4, 0)).set_index([["a", "b", "c"]])
    with pytest.raises(
        GeometryError, match=r"2 points \('b', 'c'\) more than 50 m"
    ) as e:
        water_source_zones(intakes, lines(RIVER), width_m=50)
    assert e.value.index == ("b", "c")
    assert len(
        water_source_zones(intakes[:2], lines(RIVER), width_m=9, tolerance_m=51.5)
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"width_m": 0}, "`width_m` is 0, but a number above 0"),
        ({"width_m": [50]}, r"`width_m` is \[50\], but one number is needed, or 2"),
        ({"width_m": [50, 40]}, r"none smaller than that before"),
        ({"width_m": 50, "levels": []}, "`levels` is empty"),
        ({"width_m": 50, "levels": [(-1, 5)]}, r"`levels\[0\].upstream_m` is -1"),
        ({"width_m": 50, "tolerance_m": 0}, "`tolerance_m` is 0"),
    ],
)
def test_numbers_outside_their_domain_are_refused(options, told):
    with pytest.raises(ParameterError, match=told):
        water_source_zones(points((0, 0)), lines(RIVER), **options)


def test_other_geometry_and_another_crs_are_refused():
    with pytest.raises(GeometryError, match=r"in `streams` is 1 row .* than lines"):
        water_source_zones(points((0, 0)), points((0, 0)), width_m=50)
    with pytest.raises(GeometryError, match=r"in `intakes` is 1 row .* than points"):
        water_source_zones(lines(RIVER), lines(RIVER), width_m=50)
    with pytest.raises(CRSMismatchError, match=r"`intakes` is in .* but `streams`"):
        water_source_zones(points((0, 0)), lines(RIVER).to_crs(4490), width_m=50)


def test_a_stream_of_no_length_is_refused():
    speck = gpd.GeoDataFrame(
        geometry=[shapely.LineString([(5e5, 3.1e6), (5e5 + 0.4, 3.1e6)])], crs=4547
    )
    intake = gpd.GeoDataFrame(geometry=[shapely.Point(5e5, 3.1e6)], crs=4547)
    with pytest.raises(GeometryError, match=r"`streams` has no line longer than 2 m"):
        water_source_zones(intake, speck, width_m=50)


def test_levels_that_are_no_pairs_are_refused():
    line = gpd.GeoDataFrame(
        geometry=[shapely.LineString([(4.9e5, 3.1e6), (5e5, 3.1e6)])], crs=4547
    )
    intake = gpd.GeoDataFrame(geometry=[shapely.Point(4.95e5, 3.1e6)], crs=4547)
    with pytest.raises(ParameterError, match=r"`levels` is .*pairs"):
        water_source_zones(intake, line, width_m=50, levels=[(1000,)])
