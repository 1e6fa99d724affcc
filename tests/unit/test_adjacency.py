"""Neighbours and their common borders: by hand, and against shapely."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ecozoning.overlay.adjacency import adjacency


def pairs_of(found):
    return {
        (int(a), int(b)): round(float(length), 9)
        for a, b, length in zip(*found, strict=True)
    }


def boxes(*corners):
    return np.array([shapely.box(*corner) for corner in corners])


def test_two_squares_share_the_side_between_them():
    assert pairs_of(adjacency(boxes((0, 0, 1, 1), (1, 0, 2, 1)))) == {(0, 1): 1.0}


def test_a_border_needs_no_common_vertices():
    wide = boxes((0, 1, 3, 2), (0, 0, 1, 1), (1, 0, 3, 1))
    assert pairs_of(adjacency(wide)) == {(0, 1): 1.0, (0, 2): 2.0, (1, 2): 1.0}


def test_squares_that_meet_in_a_corner_are_neighbours_without_a_border():
    assert pairs_of(adjacency(boxes((0, 0, 1, 1), (1, 1, 2, 2)))) == {(0, 1): 0.0}


def test_squares_apart_are_no_neighbours():
    assert pairs_of(adjacency(boxes((0, 0, 1, 1), (1.1, 0, 2, 1)))) == {}


def test_a_tolerance_bridges_a_gap():
    apart = boxes((0, 0, 1, 1), (1.1, 0, 2, 1))
    assert pairs_of(adjacency(apart, tolerance=0.2))[0, 1] == pytest.approx(1.0)


def test_an_island_shares_the_whole_rim_of_its_hole():
    lake = shapely.box(1, 1, 2, 2)
    land = shapely.box(0, 0, 3, 3).difference(lake)
    assert pairs_of(adjacency(np.array([land, lake]))) == {(0, 1): 4.0}


def test_a_slanting_border_with_a_vertex_that_rounding_moved():
    west = shapely.Polygon([(0, 0), (3, 0), (0, 3)])
    east = shapely.Polygon([(3, 0), (3, 3), (0, 3), (1 + 1e-12, 2)])
    found = pairs_of(adjacency(np.array([west, east])))
    assert found[0, 1] == pytest.approx(3 * 2**0.5)


def test_far_coordinates_lose_no_digits():
    shift = np.array([39_500_000.0, 4_400_000.0])
    near = boxes((0, 0, 30, 30), (30, 0, 60, 30))
    far = shapely.transform(near, lambda xy: xy + shift)
    assert pairs_of(adjacency(far)) == {(0, 1): 30.0}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 40))
def test_borders_of_a_random_coverage_are_those_of_shapely(seed, count):
    rng = np.random.default_rng(seed)
    frame = shapely.box(0, 0, 1000, 1000)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(rng.random((count, 2)) * 1000), extend_to=frame
        )
    )
    cells = shapely.intersection(cells, frame)
    found = adjacency(cells)
    outlines = shapely.boundary(cells)
    shared = shapely.length(
        shapely.intersection(outlines[found.left], outlines[found.right])
    )
    np.testing.assert_allclose(found.shared, shared, atol=1e-4)
    # What no neighbour shares is the frame: each border is the border of two.
    inner = 2 * found.shared.sum()
    assert inner + 4000 == pytest.approx(shapely.length(outlines).sum(), abs=1e-3)
