"""What must hold for every polygon and every table, whatever the numbers."""

from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ecozoning.overlay import area_table, balance, ellipsoidal_area

METHODS = pytest.mark.parametrize("method", ["exact", "survey"])
ROUNDING_M = 2e-9  # times the perimeter: what the docstring promises


@st.composite
def rings(draw):
    """Return the corners of a star-shaped polygon in China, 10 m to 100 km across."""
    count = draw(st.integers(3, 12))
    size = 10.0 ** draw(st.floats(-4, 0))
    radii = np.array(draw(st.lists(st.floats(0.4, 1), min_size=count, max_size=count)))
    angle = 2 * np.pi * (np.arange(count) + draw(st.floats(0, 1))) / count
    lon, lat = draw(st.floats(74, 134)), draw(st.floats(18, 53))
    spokes = size / 2 * radii
    return np.c_[lon + spokes * np.cos(angle), lat + spokes * np.sin(angle)]


def area(*corners, method="exact"):
    layer = gpd.GeoSeries([shapely.Polygon(c) for c in corners], crs="EPSG:4490")
    return ellipsoidal_area(layer, method).to_numpy()


def slack(*corners):
    """Return the rounding, in m2, that a comparison of such polygons may show."""
    metres = [shapely.Polygon(c).length * 111_200 for c in corners]
    return ROUNDING_M * 2 * sum(metres)


@METHODS
@given(corners=rings())
def test_area_is_positive_and_not_larger_than_the_circle_around(method, corners):
    lon, lat = corners.mean(axis=0)
    reach = np.hypot(*(corners - [lon, lat]).T).max() * 112_000
    assert 0 < area(corners, method=method)[0] < np.pi * reach**2


@METHODS
@given(corners=rings(), turn=st.integers(0, 11))
def test_direction_and_start_of_a_ring_do_not_matter(method, corners, turn):
    there = area(corners, method=method)
    turned = np.roll(corners, turn, axis=0)
    atol = slack(corners)
    np.testing.assert_allclose(area(turned, method=method), there, rtol=0, atol=atol)
    np.testing.assert_allclose(area(turned[::-1], method=method), there, 0, atol)


@METHODS
@given(corners=rings(), east=st.integers(-200, 40))
def test_area_does_not_depend_on_the_meridian(method, corners, east):
    there = area(corners + np.array([east, 0]), method=method)
    atol = 4 * slack(corners)  # the move itself rounds the corners
    np.testing.assert_allclose(there, area(corners, method=method), rtol=0, atol=atol)


@METHODS
@given(corners=rings())
def test_north_and_south_are_mirror_images(method, corners):
    there = area(corners * [1, -1], method=method)
    np.testing.assert_allclose(there, area(corners, method=method), rtol=1e-14)


@METHODS
@given(corners=rings(), data=st.data())
def test_pieces_add_up_to_the_whole(method, corners, data):
    # The fan from the middle shares its edges, and shared edges must cancel.
    middle = corners.mean(axis=0)
    fan = [
        np.array([middle, *pair])
        for pair in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    ]
    signed = [np.linalg.det(piece[1:] - piece[0]) for piece in fan]
    if min(signed) <= 0:  # the middle does not see every edge
        return
    parts = area(*fan, method=method).sum()
    whole = area(corners, method=method)[0]
    np.testing.assert_allclose(parts, whole, rtol=0, atol=slack(corners, *fan))


@METHODS
@given(layer=st.lists(rings(), min_size=1, max_size=6), data=st.data())
def test_the_area_of_a_polygon_is_its_own_affair(method, layer, data):
    order = data.draw(st.permutations(range(len(layer))))
    together = area(*layer, method=method)
    shuffled = area(*[layer[i] for i in order], method=method)
    np.testing.assert_array_equal(shuffled, together[list(order)])


@given(corners=rings())
def test_the_two_methods_differ_by_the_sagitta_of_their_edges_only(corners):
    # Between two lines through the same ends lies less than L^3 / (8 R) for any edge.
    closed = np.vstack([corners, corners[:1]])
    edges = np.hypot(*np.diff(closed, axis=0).T) * 112_000
    difference = area(corners) - area(corners, method="survey")
    assert abs(difference[0]) < (edges**3).sum() / (8 * 6.3e6) + slack(corners)


# --- balance -----------------------------------------------------------------------

AREAS = st.lists(st.floats(0, 1e9), min_size=1, max_size=40).filter(
    lambda a: sum(a) > 1
)


def units(balanced, decimals):
    """Return the whole smallest units of a result, without a rounding of floats."""
    scaled = [Decimal(repr(area)).scaleb(decimals) for area in balanced]
    assert all(unit == unit.to_integral_value() for unit in scaled)
    return [int(unit) for unit in scaled]


def near(areas, decimals, stretch):
    """Return a control area near the sum, with as many decimals as there may be."""
    return round(sum(areas) * stretch, decimals)


@given(areas=AREAS, decimals=st.integers(0, 4), stretch=st.floats(0.96, 1.04))
def test_parts_add_up_to_the_control_to_the_last_decimal(areas, decimals, stretch):
    control = near(areas, decimals, stretch)
    balanced = balance(pd.Series(areas), control, decimals, tolerance=0.6)
    parts = units(balanced, decimals)
    assert sum(parts) == Decimal(repr(float(control))).scaleb(decimals)
    assert min(parts) >= 0
    assert round(balanced.sum(), decimals) == control


@given(areas=AREAS, stretch=st.floats(0.96, 1.04))
def test_no_part_is_further_from_its_proportion_than_rounding_and_one_unit(
    areas, stretch
):
    control = near(areas, 2, stretch)
    balanced = balance(pd.Series(areas), control, tolerance=0.6)
    proportional = np.array(areas) * (control / sum(areas))
    # half a unit of rounding, one of the residue, and the last digits of the floats
    allowed = 0.015 + proportional.max() * 1e-14
    assert np.abs(balanced - proportional).max() <= allowed


@given(areas=AREAS, stretch=st.floats(0.96, 1.04))
def test_balancing_twice_changes_nothing(areas, stretch):
    control = near(areas, 2, stretch)
    once = balance(pd.Series(areas), control, tolerance=0.6)
    assert balance(once, control).equals(once)


@given(areas=AREAS.filter(lambda a: len(set(a)) == len(a)), data=st.data())
def test_order_does_not_matter_where_no_two_parts_are_equal(areas, data):
    order = data.draw(st.permutations(range(len(areas))))
    control = near(areas, 2, 1.01)
    here = balance(pd.Series(areas), control, tolerance=0.6)
    there = balance(pd.Series(areas)[list(order)], control, tolerance=0.6)
    assert there.sort_index().equals(here)


@given(
    kinds=st.lists(st.sampled_from("abcd"), min_size=1, max_size=12),
    stretch=st.floats(0.96, 1.04),
)
def test_tables_close_in_area_and_in_share(kinds, stretch):
    west = np.arange(len(kinds)) * 0.1
    cells = gpd.GeoDataFrame(
        {"kind": kinds},
        geometry=shapely.box(110 + west, 30, 110.1 + west, 30.07),
        crs="EPSG:4490",
    )
    control = round(float(ellipsoidal_area(cells).sum()) / 1e6 * stretch, 4)
    table = area_table(cells, "kind", control=control)
    assert table["kind"].tolist() == list(dict.fromkeys(kinds))
    assert sum(units(table["area_km2"], 4)) == Decimal(repr(control)).scaleb(4)
    assert sum(units(table["share_percent"], 2)) == 10_000
    assert table["n"].sum() == len(kinds)
