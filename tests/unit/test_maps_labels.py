"""Where labels go: known places in small worlds, and no two on one spot."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecozoning.maps.labels import (
    Lettering,
    area_place,
    box_around,
    overlap_areas,
    point_places,
)

FRAME = (0.0, 0.0, 100.0, 80.0)
NOTHING = np.empty((0, 4))
LONG = Lettering(("long",), 10.0, 30.0, 4.0)
SHORT = Lettering(("sh", "ort"), 8.0, 8.0, 8.0)


def labels_of(points, sizes, obstacles=NOTHING):
    points = np.asarray(points, dtype=float)
    return point_places(points, np.asarray(sizes, dtype=float), FRAME, obstacles)


def test_overlap_of_boxes_is_the_area_they_share():
    a = np.array([(0.0, 0.0, 4.0, 2.0)])
    b = np.array([(3.0, 1.0, 6.0, 5.0), (4.0, 0.0, 5.0, 2.0)])
    np.testing.assert_array_equal(overlap_areas(a, b), [[1.0, 0.0]])


# --- in polygons -------------------------------------------------------------------


def test_label_stands_in_the_middle_of_a_rectangle():
    choice, x, y = area_place(shapely.box(0, 0, 60, 20), [LONG, SHORT], NOTHING)
    assert (choice, x, y) == (LONG, 30, 10)


def test_label_of_a_narrow_zone_is_broken_and_smaller():
    choice, *_ = area_place(shapely.box(0, 0, 10, 60), [LONG, SHORT], NOTHING)
    assert choice == SHORT


def test_label_of_a_crescent_stands_in_the_crescent():
    """The centroid of this ring, opened at the right, lies in its hole."""
    ring = shapely.Point(0, 0).buffer(30) - shapely.Point(5, 0).buffer(20)
    choice, x, y = area_place(ring, [SHORT], NOTHING)
    assert ring.contains(shapely.box(*box_around(x, y, choice.width, choice.height)))


def test_label_goes_into_the_largest_part():
    parts = shapely.union(shapely.box(0, 0, 5, 5), shapely.box(10, 0, 60, 20))
    _, x, _ = area_place(parts, [LONG], NOTHING)
    assert x == pytest.approx(35)


def test_label_makes_way_for_an_obstacle():
    obstacle = box_around(30, 10, 6, 3)[None]
    choice, x, y = area_place(shapely.box(0, 0, 60, 20), [LONG], obstacle)
    box = box_around(x, y, choice.width, choice.height)[None]
    assert overlap_areas(box, obstacle).sum() == 0


def test_label_that_fits_nowhere_is_the_smallest_and_mostly_inside():
    sliver = shapely.box(0, 0, 40, 4)
    choice, x, y = area_place(sliver, [LONG, SHORT], NOTHING)
    inside = sliver.intersection(shapely.box(*box_around(x, y, 8, 8))).area
    assert choice == SHORT
    assert inside == pytest.approx(32)


# --- beside points -----------------------------------------------------------------


def test_lone_point_has_its_label_on_the_right():
    (label,) = labels_of([(50, 40)], [(10, 3)])
    left, low, _, high = label.box
    assert left > 50
    assert (low + high) / 2 == 40
    assert label.free
    assert not label.leader


def test_label_at_the_right_edge_goes_to_the_left():
    (label,) = labels_of([(97, 40)], [(10, 3)])
    assert label.box[2] < 97


def test_labels_of_a_cluster_make_room_for_each_other():
    """Nine points 3 mm apart, labels of 9 x 3 mm: there is room all around."""
    points = [(50 + 3 * i, 40 + 3 * j) for i in range(3) for j in range(3)]
    labels = labels_of(points, [(9, 3)] * 9)
    assert all(label.free for label in labels)


def test_far_label_is_led_to():
    points = [(50, 40)] * 12
    assert any(label.leader for label in labels_of(points, [(9, 3)] * 12))


def test_label_without_any_free_place_says_so():
    (label,) = labels_of([(50, 40)], [(10, 3)], np.array([(0.0, 0.0, 100.0, 80.0)]))
    assert not label.free


def test_no_points_need_no_labels():
    assert point_places(np.empty((0, 2)), np.empty((0, 2)), FRAME, NOTHING) == []


def test_lines_are_avoided_where_a_clear_side_is_near():
    line = shapely.LineString([(55, 0), (55, 80)])
    points, sizes = np.array([(50.0, 40.0)]), np.array([(10.0, 3.0)])
    (label,) = point_places(points, sizes, FRAME, NOTHING, line)
    assert not line.intersects(shapely.box(*label.box))


POINTS = st.integers(1, 14).flatmap(
    lambda n: arrays(float, (n, 2), elements=st.floats(2, 78, width=32))
)


@settings(max_examples=40)
@given(POINTS)
def test_free_labels_overlap_neither_each_other_nor_the_frame(points):
    labels = labels_of(points, np.tile((9.0, 3.2), (len(points), 1)))
    boxes = np.array([label.box for label in labels if label.free]).reshape(-1, 4)
    shared = overlap_areas(boxes, boxes) * (1 - np.eye(len(boxes)))
    assert shared.sum() == 0
    assert (boxes[:, :2] >= FRAME[:2]).all()
    assert (boxes[:, 2:] <= FRAME[2:]).all()


@settings(max_examples=20)
@given(POINTS, st.randoms(use_true_random=False))
def test_labels_do_not_depend_on_the_order_of_distinct_points(points, random):
    points = np.unique(points, axis=0)
    sizes = np.tile((9.0, 3.2), (len(points), 1))
    order = list(range(len(points)))
    random.shuffle(order)
    straight = labels_of(points, sizes)
    shuffled = labels_of(points[order], sizes[order])
    assert [straight[i] for i in order] == shuffled
