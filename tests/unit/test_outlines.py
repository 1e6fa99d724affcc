"""Cells as polygons: their areas, their shared vertices, their corners."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from ecozoning.raster.grid import RasterGrid
from ecozoning.raster.outlines import label_polygons


def grid(rows, columns, dy=-30.0):
    return RasterGrid(CRS(4547), rows, columns, 1015.0, 985.0, 30.0, dy)


def test_one_cell_is_its_square():
    labels, polygons = label_polygons(np.array([[0, 7], [0, 0]]), grid(2, 2))
    assert labels.tolist() == [7]
    assert polygons[0].equals(shapely.box(1030, 970, 1060, 1000))


def test_rows_may_run_upwards():
    polygon = label_polygons(np.array([[1], [0]]), grid(2, 1, dy=30.0))[1][0]
    assert polygon.bounds == (1000, 970, 1030, 1000)


def test_a_hole_is_left_open():
    cells = np.ones((3, 3), dtype=int)
    cells[1, 1] = 0
    polygon = label_polygons(cells, grid(3, 3))[1][0]
    assert (polygon.area, len(polygon.interiors)) == (8 * 900, 1)


def test_parts_that_meet_in_a_corner_make_one_multipolygon():
    polygon = label_polygons(np.eye(2, dtype=int), grid(2, 2))[1][0]
    assert polygon.geom_type == "MultiPolygon"


def test_neighbours_share_vertices():
    cells = np.array([[1, 1], [2, 3]])
    first = label_polygons(cells, grid(2, 2))[1][0]
    # Its southern side has a vertex where the other two meet.
    assert shapely.Point(1030, 970) in shapely.points(first.exterior.coords).tolist()


@given(st.lists(st.integers(0, 3), min_size=36, max_size=36))
def test_areas_are_those_of_the_cells(values):
    cells = np.array(values).reshape(6, 6)
    labels, polygons = label_polygons(cells, grid(6, 6))
    counts = np.bincount(cells.ravel(), minlength=4)
    assert labels.tolist() == (np.flatnonzero(counts[1:]) + 1).tolist()
    assert shapely.area(polygons) == pytest.approx(counts[labels] * 900.0)
    assert shapely.is_valid(polygons).all()
