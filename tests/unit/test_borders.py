"""Labelled cells and the lines between them, on worlds of at most five by five."""

import numpy as np
import pytest
import shapely
from pyproj import CRS

from ecozoning._kernels.labels import border_segments, fill_outside, stray_parts
from ecozoning.zoning.borders import Border, borders_of, shift_borders, smooth, thin
from ecozoning.zoning.grid import Grid

NOWHERE = np.zeros((5, 5), dtype=bool)
LAEA = CRS.from_dict({"proj": "laea", "lat_0": 0, "lon_0": 110, "ellps": "GRS80"})


def world(picture):
    """Return labels drawn row by row, `.` outside."""
    rows = picture.split()
    return np.array([[-1 if c == "." else int(c) for c in row] for row in rows])


def grid_of(labels):
    """Return a grid of 1 m cells whose north-west corner is at 0, 0."""
    rows, columns = labels.shape
    x, y = np.arange(columns) + 0.5, -np.arange(rows) - 0.5
    return Grid(LAEA, 1.0, x, y, labels >= 0)


def straight(count=11, left=0, right=1, fixed=(False, False)):
    """Return a border that runs east along y = 0 from x = 0 to x = 10."""
    x = np.linspace(0, 10, count)
    return Border(np.column_stack([x, np.zeros(count)]), left, right, fixed)


# --- stray parts -------------------------------------------------------------------


def test_zone_in_one_piece_has_no_stray_parts():
    labels = world("00011 00011 00011 00011 00011")
    assert stray_parts(labels, 0, NOWHERE) == []


def test_smaller_of_two_parts_is_stray_and_knows_who_surrounds_it():
    labels = world("00222 00212 00222 00000 00000")
    [(mask, around)] = stray_parts(world("00222 00212 00222 11111 11111"), 1, NOWHERE)
    assert np.argwhere(mask).tolist() == [[1, 3]]
    assert around == 2
    assert stray_parts(labels, 1, NOWHERE) == []  # its only part is its largest


def test_cells_that_touch_at_a_corner_only_are_two_parts():
    labels = world("11000 11000 00100 00000 00000")
    [(mask, around)] = stray_parts(labels, 1, NOWHERE)
    assert np.argwhere(mask).tolist() == [[2, 2]]
    assert around == 0


def test_part_that_holds_a_seat_stays():
    labels = world("11000 11000 00000 00010 00000")
    keep = NOWHERE.copy()
    keep[3, 3] = True
    assert stray_parts(labels, 1, keep) == []


def test_most_frequent_neighbour_is_the_surrounding_one():
    # The part at the foot touches 0 on its left and twice 2: right and above.
    labels = world("11222 11222 00222 00222 00122")
    [(_, around)] = stray_parts(labels, 1, NOWHERE)
    assert around == 2


def test_first_of_equally_frequent_neighbours_surrounds():
    # The part at the foot touches twice 0, twice 2, and above it lies no land.
    labels = world("11022 11022 00.22 00122 00122")
    [(_, around)] = stray_parts(labels, 1, NOWHERE)
    assert around == 0


def test_island_of_the_county_is_surrounded_by_nobody():
    labels = world("11000 11000 ..... ....1 .....")
    [(mask, around)] = stray_parts(labels, 1, NOWHERE)
    assert np.argwhere(mask).tolist() == [[3, 4]]
    assert around == -1


def test_zone_without_cells_has_no_parts():
    assert stray_parts(world("00000 00000"), 1, NOWHERE[:2]) == []


# --- cells outside -----------------------------------------------------------------


def test_cells_outside_take_the_label_of_the_nearest_cell_inside():
    labels = world(".0... .01.. ..... ..... ...2.")
    filled = fill_outside(labels, labels >= 0)
    assert filled[0, [0, 1, 3, 4]].tolist() == [0, 0, 1, 1]  # the third is as near to 0
    assert filled[4, 1:].tolist() == [2, 2, 2, 2]  # the first is 3 away from 0 and 2
    assert filled[2, 2] == 1


def test_cells_inside_keep_their_label():
    labels = world("00.11 0..11 00.11 ..... 22222")
    filled = fill_outside(labels, labels >= 0)
    assert (filled[labels >= 0] == labels[labels >= 0]).all()
    assert filled.min() == 0


def test_hole_of_the_county_is_filled_too():
    labels = world("00000 00000 00.00 00000 00000")
    assert (fill_outside(labels, labels >= 0) == 0).all()


# --- edges between cells -----------------------------------------------------------


def test_two_cells_side_by_side_share_one_upright_edge():
    edges, sides = border_segments(world("01"))
    assert edges.tolist() == [[[1, 0], [1, 1]]]
    # Down the page from (1, 0) to (1, 1): the cell on the left hand is the eastern one.
    assert sides.tolist() == [[1, 0]]


def test_two_cells_one_above_the_other_share_one_level_edge():
    edges, sides = border_segments(world("0 1"))
    assert edges.tolist() == [[[0, 1], [1, 1]]]
    assert sides.tolist() == [[0, 1]]  # eastwards: the left hand points up the page


def test_cell_in_the_middle_has_four_edges_and_is_on_one_side_of_each():
    edges, sides = border_segments(world("00000 00000 00100 00000 00000"))
    corners = {tuple(map(int, corner)) for edge in edges for corner in edge}
    assert corners == {(2, 2), (3, 2), (2, 3), (3, 3)}
    assert sorted(map(sorted, sides.tolist())) == [[0, 1]] * 4


def test_like_cells_have_no_border():
    edges, sides = border_segments(np.zeros((5, 5), dtype=int))
    assert edges.shape == (0, 2, 2)
    assert sides.shape == (0, 2)


# --- borders -----------------------------------------------------------------------


def test_one_zone_has_no_borders():
    labels = np.zeros((5, 5), dtype=int)
    assert borders_of(labels, grid_of(labels)) == []


def test_border_between_two_halves_is_one_line_in_metres():
    labels = world("00000 00000 11111 11111 11111")
    [border] = borders_of(labels, grid_of(labels))
    assert sorted(map(tuple, border.points)) == [(x, -2.0) for x in range(6)]
    assert border.fixed == (False, False)
    assert not border.closed


def test_sides_of_a_border_are_seen_in_its_own_direction():
    labels = world("00000 00000 11111 11111 11111")
    [border] = borders_of(labels, grid_of(labels))
    eastwards = border.points[-1, 0] > border.points[0, 0]
    assert (border.left, border.right) == ((0, 1) if eastwards else (1, 0))


def test_three_zones_meet_in_one_point_that_is_fixed():
    labels = world("0011 0011 2222 2222")
    borders = borders_of(labels, grid_of(labels))
    met = [
        tuple(end)
        for border in borders
        for end, fixed in zip(border.points[[0, -1]], border.fixed, strict=True)
        if fixed
    ]
    assert met == [(2.0, -2.0)] * 3
    pairs = sorted(sorted((b.left, b.right)) for b in borders)
    assert pairs == [[0, 1], [0, 2], [1, 2]]


def test_enclave_has_a_closed_border():
    labels = world("00000 00000 00100 00000 00000")
    [border] = borders_of(labels, grid_of(labels))
    assert border.closed
    assert shapely.Polygon(border.points).equals(shapely.box(2, -3, 3, -2))


def test_smoothing_leaves_ends_and_takes_steps_away():
    x = np.repeat(np.arange(0.0, 20.0), 2)
    steps = np.column_stack([x, np.roll(x, 1)])[1:]  # a staircase along the diagonal
    before = Border(steps, 0, 1, (False, False))
    after = smooth(before, 2.0)
    assert after.points[[0, -1]].tolist() == before.points[[0, -1]].tolist()
    inner = after.points[8:-8]
    assert np.ptp(inner[:, 0] - inner[:, 1]) < 0.02  # it was 1 from step to step


def test_smoothing_a_straight_line_leaves_it_straight():
    after = smooth(straight(41), 2.0)
    assert np.abs(after.points[:, 1]).max() == 0
    assert (np.diff(after.points[:, 0]) > 0).all()


def test_smoothed_ring_stays_closed():
    angle = np.linspace(0, 2 * np.pi, 33)[:-1]
    ring = np.column_stack([np.cos(angle), np.sin(angle)])
    after = smooth(Border(np.vstack([ring, ring[:1]]), 0, 1, (False, False)), 2.0)
    assert after.closed


def test_thinning_drops_the_vertices_of_a_straight_line():
    assert thin(straight(), 0.05).points.tolist() == [[0, 0], [10, 0]]


# --- moving borders ----------------------------------------------------------------


def test_border_moves_by_lack_over_length():
    # 10 m long, zone 0 (on the left, north) lacks 5 m2: half a metre to the south.
    county = shapely.box(-1, -20, 11, 20)
    [moved] = shift_borders([straight()], np.array([5.0, -5.0]), county)
    np.testing.assert_allclose(moved.points[:, 1], -0.5, atol=1e-12)


def test_ends_that_meet_other_borders_stay_and_the_rest_moves():
    county = shapely.box(-1, -20, 11, 20)
    border = straight(101, fixed=(True, True))
    [moved] = shift_borders([border], np.array([5.0, -5.0]), county)
    assert moved.points[[0, -1]].tolist() == border.points[[0, -1]].tolist()
    gained = shapely.Polygon(np.vstack([border.points, moved.points[::-1]])).area
    assert gained == pytest.approx(5.0, rel=1e-3)


def test_only_the_part_in_the_county_counts():
    # Half of the border lies outside: it has to move twice as far.
    county = shapely.box(-1, -20, 5, 20)
    [moved] = shift_borders([straight(101)], np.array([5.0, -5.0]), county)
    np.testing.assert_allclose(moved.points[:, 1], -1.0, rtol=0.02)


def test_land_passes_through_a_zone_between():
    # 0 lacks what 2 has too much; they touch 1 only, which must keep its area.
    county = shapely.box(-1, -50, 11, 50)
    south = Border(straight().points - [0, 10], 1, 2, (False, False))
    moved = shift_borders([straight(), south], np.array([5.0, 0, -5.0]), county)
    np.testing.assert_allclose(moved[0].points[:, 1], -0.5, atol=1e-12)
    np.testing.assert_allclose(moved[1].points[:, 1], -10.5, atol=1e-12)


def test_moving_a_ring_outwards_keeps_it_closed():
    angle = np.linspace(0, 2 * np.pi, 201)
    ring = 10 * np.column_stack([np.cos(angle), np.sin(angle)])
    ring[-1] = ring[0]
    border = Border(ring, 0, 1, (False, False))  # counter-clockwise: 0 is inside
    [moved] = shift_borders(
        [border], np.array([6.0, -6.0]), shapely.Point(0, 0).buffer(50)
    )
    assert moved.closed
    grown = shapely.Polygon(moved.points).area - shapely.Polygon(ring).area
    assert grown == pytest.approx(6.0, rel=0.01)


def test_borders_that_are_moved_are_new_ones():
    border = straight()
    before = border.points.copy()
    shift_borders([border], np.array([5.0, -5.0]), shapely.box(-1, -20, 11, 20))
    assert (border.points == before).all()
