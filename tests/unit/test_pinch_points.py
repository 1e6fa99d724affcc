"""Pinch points and barriers on land small enough to be worked out by hand."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- writes the CRS
import shapely
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from ecozoning._kernels.disks import highest_within, lowest_within
from ecozoning.errors import (
    CRSMismatchError,
    DisconnectedError,
    NoDataError,
    ParameterError,
)
from ecozoning.network import barriers, current_flow, pinch_points


def land(rows, side=10.0, crs=4547, kind=float):
    values = np.asarray(rows, dtype=kind)
    axes = {
        "y": side * np.arange(values.shape[0])[::-1],
        "x": side * np.arange(values.shape[1]),
    }
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(crs)


def gate():
    """Return plain land with a wall that has one gap, and two sources beside it."""
    rows, ids = np.ones((7, 9)), np.zeros((7, 9))
    rows[:, 4] = np.inf
    rows[3, 4] = 1
    ids[:, 0], ids[:, 8] = 1, 2
    return land(rows), land(ids, kind="int32")


def test_the_gap_in_a_wall_is_the_first_pinch_point():
    resistance, sources = gate()
    current = current_flow(resistance, sources).current
    found = pinch_points(current, sources=sources, classes=2)
    assert found["rank"].tolist() == [1]
    assert found.geometry[0].contains(shapely.Point(40, 30))
    assert found["max_current"][0] == pytest.approx(1.0)
    assert found["mean_current"][0] == pytest.approx(1.0)


def test_sources_are_left_out_since_all_current_goes_through_them():
    resistance, sources = gate()
    current = current_flow(resistance, sources).current
    without = pinch_points(current, sources=sources, classes=2).union_all()
    assert not without.intersects(shapely.Point(0, 0))
    assert pinch_points(current, classes=2).union_all().intersects(shapely.Point(0, 0))


def test_ranks_go_by_class_and_mean_and_small_patches_are_left_out():
    rows = [[9, 1, 8, 8, 1, 5], [1, 1, 1, 1, 1, 5]]
    found = pinch_points(land(rows), classes=3, top=2)
    assert found["class"].tolist() == [3, 3, 2]
    assert found["mean_current"].tolist() == [9.0, 8.0, 5.0]
    assert found["rank"].tolist() == [1, 2, 3]
    # On the ellipsoid; the map is 0.6 % larger so far from its middle.
    assert_allclose(found["area_km2"], [1e-4, 2e-4, 2e-4], rtol=7e-3)
    large = pinch_points(land(rows), classes=3, top=2, minimum_area_m2=150)
    assert large["mean_current"].tolist() == [8.0, 5.0]


def test_patches_that_touch_in_a_corner_are_one():
    found = pinch_points(land([[7, 1, 1], [1, 7, 1]]), classes=2)
    assert len(found) == 1


def test_only_land_in_corridors_counts():
    strip = gpd.GeoSeries([shapely.box(5, -5, 25, 15)], crs=4547)
    found = pinch_points(land([[9, 1, 2], [9, 1, 2]]), strip, classes=2)
    assert found["max_current"].tolist() == [2.0]


def test_current_is_refused_where_it_cannot_be_used():
    current = land([[9, 1, 2], [9, 1, 2]])
    far = gpd.GeoSeries([shapely.box(5e3, 0, 6e3, 50)], crs=4547)
    with pytest.raises(NoDataError, match="no value within `corridors`"):
        pinch_points(current, far)
    with pytest.raises(CRSMismatchError, match=r"`corridors` is in .*to_crs"):
        pinch_points(current, far.set_crs(4548, allow_override=True))
    with pytest.raises(ParameterError, match=r"`current` is lazy.*compute"):
        pinch_points(current.chunk())
    with pytest.raises(CRSMismatchError, match="degrees"):
        pinch_points(land([[1, 2], [3, 4]], side=0.001, crs=4490))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"classes": 0}, "`classes` is 0"),
        ({"classes": 2, "top": 3}, "`top` is 3.*2 `classes`"),
        ({"minimum_area_m2": -1}, "`minimum_area_m2` is -1"),
        ({"classes": 9}, "`classes` is 9, but there are 3.*classes=3"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(options, words):
    with pytest.raises(ParameterError, match=words):
        pinch_points(land([[9, 1, 2], [9, 1, 2]]), **options)


def wall(rows=3, columns=10, at=5, hard=100.0):
    """Return a plain of 1 with a wall, its sources the first and last columns."""
    values, ids = np.ones((rows, columns)), np.zeros((rows, columns))
    values[:, at] = hard
    ids[:, 0], ids[:, -1] = 1, 2
    return land(values), land(ids, kind="int32")


def test_improvement_is_what_a_metre_of_the_strip_saves():
    # 7 steps of 10 and two of 505 are 1080; with 40, 30 and 20 m at 1 there are 90.
    found = barriers(*wall(), radii_m=10, classes=1)
    assert_allclose(found.centres[1], [0, 0, 0, 0, 24.75, 49.5, 24.75, 0, 0, 0])
    # Land of the windows: a cell to each side of their centres.
    filled = [0, 0, 0, 24.75, 49.5, 49.5, 49.5, 24.75, 0, 0]
    assert_allclose(found.improvement[1], filled)
    assert_allclose(found.best_radius[1, 4:7], 10.0)
    assert np.isnan(found.best_radius[1, 0])


def test_restored_land_of_a_resistance_saves_less():
    found = barriers(*wall(), radii_m=10, restored_resistance=11, classes=1)
    assert found.centres[1, 5] == pytest.approx((1080 - 70 - 220) / 20)


def test_the_best_of_several_radii_counts():
    # A window of 20 m over the wall: 30 + 20 + 40 at 1, 990 saved over 40 m.
    found = barriers(*wall(), radii_m=[20, 10], classes=1)
    assert found.centres[1, 5] == pytest.approx(49.5)
    assert found.best_radius[1, 5] == 10
    assert found.centres[1, 3] == pytest.approx((1080 - 10 - 535 - 40) / 40)
    assert found.best_radius[1, 3] == 20


def test_a_complete_barrier_with_a_way_round_has_a_score():
    # Sources on the first row; the only gap is on the last one, eight rows below.
    resistance, ids = wall(rows=9, hard=np.inf)
    resistance[8, 5] = 1
    found = barriers(resistance, ids.where(ids["y"] == 80, 0), radii_m=10, classes=1)
    # Round: 5 slanting steps and 3 down, then 4 and 4 up. Through: 40, 30 and 20 m.
    around = 10 * (9 * np.sqrt(2) + 7)
    assert found.centres[0, 5] == pytest.approx((around - 90) / 20)


def test_where_nothing_is_gained_there_is_no_polygon():
    found = barriers(*wall(hard=1.0), radii_m=10)
    assert found.polygons.empty
    assert_allclose(found.improvement, 0.0)
    assert "rank" in found.polygons.columns


def test_pairs_add_up_if_asked():
    rows, ids = np.ones((6, 10)), np.zeros((6, 10))
    rows[:, 5] = 100
    ids[0, 0], ids[0, 9], ids[5, 0], ids[5, 9] = 1, 2, 3, 4
    given_pairs = {"radii_m": 10, "classes": 1, "pairs": [(1, 2), (3, 4)]}
    best = barriers(land(rows), land(ids, kind="int32"), **given_pairs)
    both = barriers(land(rows), land(ids, kind="int32"), combine="sum", **given_pairs)
    assert (both.centres >= best.centres - 1e-9).all()
    assert float(both.centres[2, 5]) > float(best.centres[2, 5])


def test_the_wall_becomes_the_first_polygon_without_the_sources():
    found = barriers(*wall(at=1), radii_m=10, classes=1)
    first = found.polygons.iloc[0]
    assert first["rank"] == 1
    assert first.geometry.contains(shapely.Point(10, 10))
    assert not first.geometry.contains(shapely.Point(0, 10))
    assert first["max_improvement"] == pytest.approx(49.5)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"radii_m": 5}, ParameterError, "`radii_m` is 5.*side of a cell, 10 m"),
        ({"radii_m": []}, ParameterError, "`radii_m`"),
        ({"radii_m": "60"}, ParameterError, "`radii_m` is '60'"),
        ({"combine": "mean"}, ParameterError, "`combine` is 'mean'"),
        ({"restored_resistance": 0}, ParameterError, "`restored_resistance` is 0"),
        ({"pairs": [(1, 5)]}, ParameterError, "names the id 5"),
    ],
)
def test_barriers_refuse_what_cannot_be_meant(options, error, words):
    with pytest.raises(error, match=words):
        barriers(*wall(), **{"radii_m": 10, "classes": 1, **options})


def test_barriers_refuse_sources_without_any_way():
    with pytest.raises(DisconnectedError, match=r"none has a way.*\(1, 2\)"):
        barriers(*wall(hard=np.inf), radii_m=10)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.floats(0.5, 6),
    st.sampled_from([(1.0, 1.0), (1.0, 2.0), (1.5, 0.7)]),
    st.integers(0, 99),
)
def test_extremes_within_a_radius_are_those_of_all_cells(rows, columns, r, steps, seed):
    values = np.random.default_rng(seed).normal(size=(rows, columns))
    row, column = np.indices(values.shape)
    far = np.hypot(
        (column[..., None, None] - column) * steps[0],
        (row[..., None, None] - row) * steps[1],
    )
    near = far <= r + 1e-9
    lowest = np.where(near, values, np.inf).min(axis=(2, 3))
    highest = np.where(near, values, -np.inf).max(axis=(2, 3))
    assert_array_equal(lowest_within(values, r, steps), lowest)
    assert_array_equal(highest_within(values, r, steps), highest)


def test_what_is_no_current_is_refused(make_raster):
    with pytest.raises(ParameterError, match="below 0 in 4 cells"):
        pinch_points(make_raster([[-1.0, -2], [-3, -4]]), classes=1)
