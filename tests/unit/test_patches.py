"""Label rasters as graphs, on worlds small enough to count by eye."""

import numpy as np
import pytest

from ecozoning._kernels.patches import border_lengths, merge_small, pieces

# 0 0 1
# 2 0 1
# 2 2 0   and nothing in the corner
WORLD = np.array([[0, 0, 1], [2, 0, 1], [2, 2, -1]])


def test_pieces_tell_equal_labels_apart_that_only_touch_at_a_corner():
    labels = np.array([[5, -1], [-1, 5]])
    assert pieces(labels).tolist() == [[0, -1], [-1, 1]]


def test_pieces_of_connected_labels_are_the_labels_closed_up():
    assert pieces(WORLD * 10).tolist() == [[0, 0, 1], [2, 0, 1], [2, 2, -1]]


def test_border_lengths_count_the_edges_between_labels():
    # 0|1: two edges to the right; 0|2: left, below twice; 1|2: none.
    expected = [[0, 2, 3], [2, 0, 0], [3, 0, 0]]
    assert border_lengths(WORLD).tolist() == expected


def test_a_small_label_joins_the_neighbour_along_the_longest_border():
    labels = np.array([[0, 0, 0, 1], [0, 2, 1, 1], [0, 1, 1, 1]])
    # label 2 has two edges with 0 (above, left) and two with 1: the first of both
    assert merge_small(labels, 2).tolist() == [[0, 0, 0, 1], [0, 0, 1, 1], [0, 1, 1, 1]]


def test_a_small_label_without_neighbours_stays():
    labels = np.array([[0, -1, 1, 1, 1]])
    assert merge_small(labels, 2).tolist() == [[0, -1, 1, 1, 1]]


def test_numbers_close_up_after_merging():
    labels = np.array([[0, 1, 1, 2, 2]])
    assert merge_small(labels, 2).tolist() == [[0, 0, 0, 1, 1]]


@pytest.mark.parametrize("least", [0, 1])
def test_nothing_is_merged_below_the_smallest(least):
    assert merge_small(WORLD, least).tolist() == WORLD.tolist()
