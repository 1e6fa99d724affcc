"""Names of lines: along them where they are straight, beside them where not."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import LineString, MultiLineString

from ecozoning.maps.labels import line_boxes
from ecozoning.maps.line_labels import Surroundings, line_places

FRAME = (0.0, 0.0, 100.0, 80.0)
NOTHING = np.empty((0, 4))
NO_LINES = shapely.MultiLineString()


def places_of(lines, sizes, taken=NOTHING):
    named = shapely.union_all(lines)
    around = Surroundings(FRAME, np.asarray(taken, dtype=float), named, NO_LINES)
    return line_places(lines, np.asarray(sizes, dtype=float), around)


def test_name_of_a_level_line_stands_above_its_middle():
    (place,) = places_of([LineString([(10, 40), (90, 40)])], [(20, 3)])
    assert place.angle == 0
    assert place.x == pytest.approx(50, abs=1)
    assert place.y == pytest.approx(40 + 1.5 + 0.8)
    assert place.leader is None


@pytest.mark.parametrize("ends", [((10, 10), (70, 70)), ((70, 70), (10, 10))])
def test_name_of_a_slanting_line_reads_from_the_left_whichever_way_it_runs(ends):
    (place,) = places_of([LineString(ends)], [(20, 3)])
    assert place.angle == pytest.approx(45)


def test_name_of_an_upright_line_is_level_and_beside_it():
    (place,) = places_of([LineString([(50, 10), (50, 70)])], [(20, 3)])
    assert place.angle == 0
    assert shapely.distance(place.outline, LineString([(50, 10), (50, 70)])) < 3


def test_name_of_a_line_shorter_than_it_is_beside_it():
    (place,) = places_of([LineString([(50, 40), (55, 40)])], [(20, 3)])
    assert place is not None
    assert place.angle == 0


def test_name_stands_at_the_longest_part():
    parts = MultiLineString([[(5, 10), (15, 10)], [(30, 60), (95, 60)]])
    (place,) = places_of([parts], [(20, 3)])
    assert place.y > 60


def test_name_makes_way_for_what_is_there():
    line, taken = LineString([(10, 40), (90, 40)]), [(30.0, 40.5, 70.0, 50.0)]
    (place,) = places_of([line], [(20, 3)], taken)
    assert not place.outline.intersects(shapely.box(*taken[0]))


def test_line_without_any_free_place_has_none():
    line = LineString([(10, 40), (90, 40)])
    assert places_of([line], [(20, 3)], [FRAME]) == [None]


def test_no_lines_need_no_names():
    assert places_of([], np.empty((0, 2))) == []


def test_name_between_two_lines_is_nearer_to_its_own():
    lines = [LineString([(x, 10), (x, 70)]) for x in (30, 36, 42)]
    for i, place in enumerate(places_of(lines, [(12, 3)] * 3)):
        others = shapely.union_all(lines[:i] + lines[i + 1 :])
        own = shapely.distance(place.outline, lines[i])
        assert place.leader is not None or own < shapely.distance(place.outline, others)


def test_boxes_of_a_turned_name_cover_it():
    (place,) = places_of([LineString([(10, 10), (70, 60)])], [(24, 3)])
    cover = shapely.union_all(shapely.box(*place.boxes.T))
    assert len(place.boxes) == 8
    assert shapely.buffer(cover, 1e-9).covers(place.outline)


def test_boxes_along_a_line_cover_it():
    line = LineString([(0, 0), (10, 0), (10, 7)])
    cover = shapely.union_all(shapely.box(*line_boxes(line).T))
    assert shapely.buffer(cover, 1e-9).covers(line)
    assert len(line_boxes(shapely.union_all([]))) == 0


LINES = st.lists(
    arrays(float, (4, 2), elements=st.floats(5, 75, width=16)), min_size=1, max_size=6
)


@settings(max_examples=25, deadline=None)
@given(LINES)
def test_names_meet_neither_each_other_nor_the_frame(points):
    lines = [LineString(p + np.arange(4)[:, None] * 1e-3) for p in points]
    places = places_of(lines, [(12.0, 3.0)] * len(lines))
    outlines = [place.outline for place in places if place is not None]
    for i, outline in enumerate(outlines):
        assert shapely.box(*FRAME).covers(outline)
        assert not any(outline.intersects(other) for other in outlines[:i])
