"""The solver that gives every zone its number of cells, on worlds of a few cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecozoning._kernels.transport import assign, solve_offsets

INF = np.inf


@pytest.fixture
def line():
    """Costs of ten cells in a row: the distance to the first and to the last one."""
    place = np.arange(10.0)
    return np.stack([place, 9 - place])


def solved(costs, counts):
    offsets, miss = solve_offsets(np.asarray(costs, float), np.asarray(counts, float))
    return assign(np.asarray(costs, float), offsets), miss


@st.composite
def worlds(draw):
    """Return costs without ties and counts that add up to the number of cells."""
    zones = draw(st.integers(2, 5))
    counts = draw(st.lists(st.integers(1, 12), min_size=zones, max_size=zones))
    seed = draw(st.integers(0, 2**32 - 1))
    return np.random.default_rng(seed).random((zones, sum(counts))), np.array(counts)


def test_cells_go_to_the_zone_of_least_cost():
    costs = np.array([[0.0, 2.0, 5.0], [1.0, 1.0, 1.0]])
    assert assign(costs, np.zeros(2)).tolist() == [0, 1, 1]


def test_offset_makes_a_zone_dearer():
    # 0 + 2 > 1, so the first cell changes hands as well.
    costs = np.array([[0.0, 2.0, 5.0], [1.0, 1.0, 1.0]])
    assert assign(costs, np.array([2.0, 0.0])).tolist() == [1, 1, 1]


def test_ties_go_to_the_first_zone():
    assert assign(np.ones((3, 2)), np.zeros(3)).tolist() == [0, 0]


@pytest.mark.parametrize("count", range(1, 10))
def test_line_of_ten_cells_is_cut_after_the_count_of_the_first_zone(line, count):
    labels, miss = solved(line, [count, 10 - count])
    assert labels.tolist() == [0] * count + [1] * (10 - count)
    assert miss == 0


def test_zone_in_the_middle_gets_its_cells_around_its_seat():
    # Seats at 0, 4.6 and 9.1: from either end 3 and 2 cells, the middle keeps 3 to 7.
    place = np.arange(10.0)
    costs = np.abs(place - np.array([[0.0], [4.6], [9.1]]))
    labels, _ = solved(costs, [3, 5, 2])
    assert labels.tolist() == [0] * 3 + [1] * 5 + [2] * 2


def test_zone_that_is_cheaper_everywhere_still_holds_its_count_only(line):
    line[0] -= 100.0
    labels, _ = solved(line, [4, 6])
    assert labels.tolist() == [0] * 4 + [1] * 6


def test_rows_of_equal_cost_are_cut_between_rows():
    # Five rows of four cells; the margins are equal along a row.
    row = np.repeat(np.arange(5.0), 4)
    labels, miss = solved([row, 4 - row], [8, 12])
    assert labels.reshape(5, 4)[:, 0].tolist() == [0, 0, 1, 1, 1]
    assert miss == 0


def test_miss_that_is_told_is_the_miss_there_is():
    # Offsets cannot part the equal cells of a row: 10 of 20 are out of their reach.
    row = np.repeat(np.arange(5.0), 4)
    labels, miss = solved([row, 4 - row], [10, 10])
    assert miss == abs(np.count_nonzero(labels == 0) - 10) > 0


def test_cells_that_are_forbidden_are_not_taken(line):
    line[0, :2] = INF  # of the five cells of zone 0 the two nearest
    labels, miss = solved(line, [5, 5])
    assert labels.tolist() == [1, 1, 0, 0, 0, 0, 0, 1, 1, 1]
    assert miss == 0


def test_cells_that_all_others_must_leave_are_held(line):
    line[0, 9] = INF
    line[1, 5] = INF
    labels, miss = solved(line, [2, 8])
    assert labels.tolist() == [0, 1, 1, 1, 1, 0, 1, 1, 1, 1]
    assert miss == 0


def test_cells_that_must_be_held_alone_can_make_up_the_count(line):
    line[1, [3, 6]] = INF
    labels, miss = solved(line, [2, 8])
    assert np.flatnonzero(labels == 0).tolist() == [3, 6]
    assert miss == 0


def test_more_held_cells_than_the_count_are_a_miss_of_the_difference(line):
    line[1, 2:8] = INF
    labels, miss = solved(line, [2, 8])
    assert np.flatnonzero(labels == 0).tolist() == [2, 3, 4, 5, 6, 7]
    assert miss == 4


def test_zone_without_capacity_takes_what_is_left(line):
    labels, miss = solved(line, [np.nan, 8])
    assert labels.tolist() == [0] * 2 + [1] * 8
    assert miss == 0


def test_offset_of_a_zone_without_capacity_is_zero(line):
    offsets, _ = solve_offsets(line, np.array([np.nan, 8.0]))
    assert offsets[0] == 0
    assert offsets[1] != 0


def test_without_capacities_cost_alone_decides(line):
    labels, miss = solved(line, [np.nan, np.nan])
    assert labels.tolist() == [0] * 5 + [1] * 5
    assert miss == 0


def test_single_zone_takes_all_cells():
    labels, miss = solved(np.ones((1, 6)), [6])
    assert labels.tolist() == [0] * 6
    assert miss == 0


def test_capacity_of_no_cell_is_met(line):
    labels, miss = solved(line, [0, 10])
    assert labels.tolist() == [1] * 10
    assert miss == 0


def test_counts_are_rounded_to_whole_cells(line):
    labels, miss = solved(line, [3.4, 6.6])
    assert np.bincount(labels).tolist() == [3, 7]
    assert miss == 0


def test_arguments_stay_as_they_are(line):
    costs, counts = line.copy(), np.array([3.0, 7.0])
    solve_offsets(line, counts)
    assert (line == costs).all()
    assert counts.tolist() == [3.0, 7.0]


@given(world=worlds())
def test_counts_are_met_to_one_cell(world):
    costs, counts = world
    labels, miss = solved(costs, counts)
    off = np.bincount(labels, minlength=len(counts)) - counts
    assert np.abs(off).max() == miss <= 1


@given(world=worlds(), data=st.data())
def test_order_of_the_zones_does_not_matter(world, data):
    costs, counts = world
    order = data.draw(st.permutations(range(len(counts))))
    here, miss = solved(costs, counts)
    there, other_miss = solved(costs[order], counts[order])
    if miss == other_miss == 0:  # without ties the cheapest assignment is the only one
        assert np.array(order)[there].tolist() == here.tolist()


@given(world=worlds(), data=st.data())
def test_order_of_the_cells_does_not_matter(world, data):
    costs, counts = world
    order = data.draw(st.permutations(range(costs.shape[1])))
    here, _ = solved(costs, counts)
    there, _ = solved(costs[:, order], counts)
    assert there.tolist() == here[order].tolist()


@given(world=worlds(), shift=st.floats(-50, 50))
def test_cost_that_a_zone_has_everywhere_changes_nothing(world, shift):
    costs, counts = world
    moved = costs.copy()
    moved[0] += shift
    here, miss = solved(costs, counts)
    there, other_miss = solved(moved, counts)
    if miss == other_miss == 0:
        assert there.tolist() == here.tolist()
