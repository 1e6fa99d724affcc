"""Areas of intersections without intersecting: cases by hand, and GEOS as reference."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from ecozoning.errors import CRSMismatchError, GeometryError, ParameterError
from ecozoning.overlay import ellipsoidal_area, intersection_areas

EAST, NORTH = 5e5, 3.1e6


def layer(*shapes, crs="EPSG:4547", at=(EAST, NORTH)):
    moved = shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + at)
    return gpd.GeoSeries(moved, crs=crs)


def shared(one, other):
    """Return the areas of all pairs in order."""
    return intersection_areas(layer(one), layer(other))["area_m2"].tolist()


SQUARE = shapely.box(0, 0, 4, 4)
FRAME = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)


@pytest.mark.parametrize(
    ("one", "other", "area"),
    [
        (SQUARE, shapely.box(2, 2, 6, 6), 4),
        (SQUARE, SQUARE, 16),
        (SQUARE, shapely.box(1, 1, 2, 2), 1),  # inside
        (shapely.box(1, 0, 2, 4), SQUARE, 4),  # inside, with edges in common
        (SQUARE, shapely.box(2, 0, 6, 4), 8),  # edges that lie on one another
        (SQUARE, shapely.Polygon([(4, 0), (8, 4), (0, 4)]), 8),  # over a corner
        (FRAME, shapely.box(2, 2, 7, 7), 16),  # around the hole
        (FRAME, shapely.box(2, 2, 5, 5), 5),
        (FRAME, FRAME, 72),
        (shapely.MultiPolygon([SQUARE, shapely.box(6, 0, 8, 4)]), FRAME, 23),
    ],
)
def test_areas_are_those_found_by_hand(one, other, area):
    assert shared(one, other) == pytest.approx([area], abs=1e-8)
    assert shared(other, one) == pytest.approx([area], abs=1e-8)


@pytest.mark.parametrize(
    "other",
    [
        shapely.box(4, 0, 6, 4),  # an edge
        shapely.box(4, 1, 6, 3),  # a part of an edge
        shapely.box(4, 4, 6, 6),  # a corner
        shapely.Polygon([(4, 2), (6, 0), (6, 4)]),  # a corner on an edge
        shapely.box(9, 9, 10, 10),
    ],
)
def test_polygons_that_touch_or_lie_apart_are_no_pair(other):
    assert shared(SQUARE, other) == []


def test_what_fills_a_hole_shares_nothing_with_the_frame():
    assert shared(FRAME, shapely.box(3, 3, 6, 6)) == []


def test_pairs_come_in_the_order_of_the_layers():
    a = layer(shapely.box(0, 0, 2, 1), shapely.box(2, 0, 4, 1))
    b = layer(shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 1), shapely.box(3, 0, 4, 1))
    a.index, b.index = ["y", "x"], [30, 20, 10]
    table = intersection_areas(a, b)
    assert table["a_index"].tolist() == ["y", "y", "x", "x"]
    assert table["b_index"].tolist() == [30, 20, 20, 10]
    assert table["area_m2"].tolist() == pytest.approx([1] * 4)


def stars(rng, count, corners, reach):
    """Return star shapes with star-shaped holes, some as parts of one polygon."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    middle = rng.uniform(0, 1000, (count, 1, 2))
    spokes = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    outer = middle + spokes * rng.uniform(0.5, 1, (count, corners, 1)) * reach
    inner = middle + spokes * rng.uniform(0.1, 0.4, (count, corners, 1)) * reach
    return shapely.polygons(
        shapely.linearrings(outer), shapely.linearrings(inner)[:, None]
    )


@pytest.mark.parametrize("corners", [5, 30, 400])
def test_areas_of_stars_with_holes_are_those_of_geos(corners):
    rng = np.random.default_rng(corners)
    a, b = (stars(rng, 40, corners, reach) for reach in (120, 200))
    table = intersection_areas(layer(*a), layer(*b))
    i, j = table["a_index"].to_numpy(), table["b_index"].to_numpy()
    np.testing.assert_allclose(
        table["area_m2"], shapely.area(shapely.intersection(a[i], b[j])), atol=1e-6
    )
    grid = shapely.area(shapely.intersection(a[:, None], b[None, :]))
    assert len(table) == (grid > 1e-6).sum()


def test_a_big_polygon_of_many_edges_is_measured_by_its_bins():
    rng = np.random.default_rng(3)
    angle = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    radius = rng.uniform(400, 500, (20_000, 1))
    zone = shapely.Polygon(np.c_[np.cos(angle), np.sin(angle)] * radius)
    corner = rng.uniform(-500, 490, (50, 2))
    cells = shapely.box(*corner.T, *(corner.T + 10))
    table = intersection_areas(layer(*cells), layer(zone)).set_index("a_index")
    wanted = shapely.area(shapely.intersection(cells, zone))
    got = table["area_m2"].reindex(range(50), fill_value=0.0)
    np.testing.assert_allclose(got, wanted, atol=1e-6)


def test_feet_are_turned_into_square_metres():
    feet = "+proj=tmerc +lon_0=114 +ellps=GRS80 +units=ft"
    one = gpd.GeoSeries([shapely.box(0, 0, 10, 10)], crs=feet)
    (area,) = intersection_areas(one, one)["area_m2"]
    assert area == pytest.approx(100 * 0.3048**2)


def test_degrees_are_measured_on_the_ellipsoid():
    # Meridians and parallels: the shortest lines bulge north of parallels, by a part
    # of 4e-7 for a box of 0.02 degrees.
    a = layer(shapely.box(114, 28, 114.02, 28.02), crs="EPSG:4490", at=(0, 0))
    b = layer(shapely.box(114, 27, 115, 28.01), crs="EPSG:4490", at=(0, 0))
    (area,) = intersection_areas(a, b)["area_m2"]
    both = layer(shapely.box(114, 28, 114.02, 28.01), crs="EPSG:4490", at=(0, 0))
    assert area == pytest.approx(ellipsoidal_area(both).sum(), rel=1e-6)
    fine = both.segmentize(0.0005)  # on short edges both lines are one
    assert area == pytest.approx(ellipsoidal_area(fine).sum(), rel=1e-9)


def test_a_projected_layer_can_be_measured_on_the_ellipsoid():
    a, b = layer(shapely.box(0, 0, 200, 200)), layer(shapely.box(100, 0, 300, 100))
    (area,) = intersection_areas(a, b, measure="ellipsoid")["area_m2"]
    both = ellipsoidal_area(layer(shapely.box(100, 0, 200, 100))).sum()
    assert area == pytest.approx(both, abs=0.05)
    assert intersection_areas(a, b)["area_m2"].tolist() == pytest.approx([1e4])


def test_bad_arguments_are_refused():
    a = layer(SQUARE)
    with pytest.raises(ParameterError, match="`measure` is 'sphere'; use one of plane"):
        intersection_areas(a, a, measure="sphere")
    with pytest.raises(CRSMismatchError, match="`b` is in"):
        intersection_areas(a, a.to_crs(4490))
    bow = layer(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]))
    with pytest.raises(GeometryError, match=r"`b`.*invalid geometry"):
        intersection_areas(a, bow)


@pytest.mark.parametrize("times", [2, 3, 6])
def test_vertices_that_are_repeated_change_nothing(times):
    corners = [(0, 0)] * times + [(4, 0), (4, 4), (4, 4), (0, 4)] + [(0, 0)] * times
    hole = [(1, 1)] * times + [(1, 2), (2, 2), (2, 1)]
    polygon = shapely.Polygon(corners, [hole])
    assert polygon.is_valid
    assert shared(polygon, shapely.box(0, 0, 9, 2)) == pytest.approx([7], abs=1e-8)
