"""Local relief and the window that suits a terrain, by hand."""

import numpy as np
import pytest

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.relief import best_relief_window, local_relief

THREE = {"window_cells": 3}


def slow_relief(heights, window):
    """Highest less lowest of what has a value and lies inside, cell by cell."""
    half, out = window // 2, np.full(heights.shape, np.nan)
    for row, column in np.argwhere(~np.isnan(heights)):
        near = heights[
            max(row - half, 0) : row + half + 1,
            max(column - half, 0) : column + half + 1,
        ]
        out[row, column] = np.nanmax(near) - np.nanmin(near)
    return out


def test_relief_of_a_stair_by_hand(make_raster):
    found = local_relief(make_raster([[0, 1, 3, 6, 10]]).rio.write_transform(), **THREE)
    assert found.to_numpy().tolist() == [[1, 3, 5, 7, 4]]


def test_nodata_is_passed_over_and_stays_where_it_is(make_raster):
    dem = make_raster([[0, 1, 3], [np.nan, 2, 50], [4, 5, np.nan]])
    found = local_relief(dem, **THREE).to_numpy()
    assert np.array_equal(np.isnan(found), np.isnan(dem))
    assert found[0, 0] == 2
    assert found[1, 1] == 50
    assert found[2, 0] == 3


@pytest.mark.parametrize("window", [3, 5, 7, 9, 11, 15, 17, 31, 33, 101])
def test_any_window_gives_what_looking_at_each_cell_gives(make_raster, window):
    heights = np.random.default_rng(window).uniform(-50, 4000, (40, 57))
    heights[heights > 3500] = np.nan
    found = local_relief(make_raster(heights), window_cells=window)
    np.testing.assert_allclose(found, slow_relief(heights, window), rtol=1e-6)


@pytest.mark.parametrize("shape", [(700, 5), (5, 1300), (300, 600), (1, 3), (2, 1)])
def test_rasters_of_any_shape_fit_the_tiles(make_raster, shape):
    heights = np.random.default_rng(1).uniform(0, 90, shape)
    dem = make_raster(heights)
    if 1 in shape:
        dem = dem.rio.write_transform()
    found = local_relief(dem, window_cells=5)
    np.testing.assert_allclose(found, slow_relief(heights, 5), rtol=1e-5)


@pytest.mark.parametrize("kind", ["int16", "int32", "float32"])
def test_declared_nodata_counts_for_nothing(make_raster, kind):
    stored = make_raster([[0, 5, 9], [-9999, 2, 3], [1, 1, 1]]).astype(kind)
    found = local_relief(stored.rio.write_nodata(-9999), **THREE).to_numpy()
    assert found[0, 0] == 5
    assert np.isnan(found[1, 0])
    assert found[1, 1] == 9


def test_the_result_says_what_it_is(make_raster):
    dem = make_raster([[0, 5], [9, 2]]).assign_attrs(source="survey")
    found = local_relief(dem, **THREE)
    assert found.dtype == np.float32
    assert found.attrs == {"long_name": "local relief, 3 x 3 cells", "units": "m"}


def test_the_window_says_how_far_relief_reads():
    assert local_relief.halo_cells(window_cells=31) == 15
    assert not hasattr(best_relief_window, "halo_cells")


@pytest.mark.parametrize("window", [0, 1, 2, 4, -3, 3.0, True, "3"])
def test_windows_without_a_middle_are_refused(make_raster, window):
    with pytest.raises(ParameterError, match=r"`window_cells` is .* odd whole number"):
        local_relief(make_raster([[0, 1], [2, 3]]), window_cells=window)


@pytest.mark.parametrize(("value", "match"), [(np.inf, "infinite"), (1e5, "on Earth")])
def test_unsound_heights_are_refused(make_raster, value, match):
    with pytest.raises(ParameterError, match=match):
        local_relief(make_raster([[0, 1], [2, value]]), **THREE)


def test_the_change_point_by_hand(make_raster):
    # One step of 10 m amid a raster so wide that shares are simple: in windows of 3, 5
    # and 7 cells 2, 4 and 6 of 16 columns see it, so mean relief is 10/8, 10/4, 30/8.
    heights = np.where(np.arange(16) < 8, 100.0, 110.0) * np.ones((16, 1))
    best = best_relief_window(make_raster(heights), windows_cells=[3, 5, 7])
    table = best.table
    assert table["mean_relief_m"].tolist() == [1.25, 2.5, 3.75]
    assert table["area_m2"].tolist() == [8100, 22500, 44100]
    # Logarithms of 1.25/9, 2.5/25, 3.75/49 (less ln 900): -1.9741, -2.3026, -2.5700.
    one, two, three = np.log([1.25 / 9, 2.5 / 25, 3.75 / 49])
    # Parted before 5: half the square of two-three; before 7: of one-two.
    parts = [(two - three) ** 2 / 2, (one - two) ** 2 / 2]
    assert table["spread"].tolist()[1:] == pytest.approx(parts)
    assert parts[0] < parts[1]
    assert (best.window_cells, best.area_m2) == (5, 22500.0)


def test_gain_and_spread_add_up_to_the_spread_of_all(make_raster):
    heights = np.random.default_rng(0).uniform(0, 90, (30, 30))
    table = best_relief_window(make_raster(heights)).table
    logs = table["log_relief"]
    total = ((logs - logs.mean()) ** 2).sum()
    assert (table["spread"] + table["gain"]).dropna().tolist() == [
        pytest.approx(total)
    ] * (len(table) - 1)


def test_area_of_degrees_is_the_mean_of_the_cells(make_raster):
    heights = np.random.default_rng(0).uniform(0, 90, (9, 9))
    dem = make_raster(heights, cell=0.001, crs="EPSG:4490")
    best = best_relief_window(dem, windows_cells=[3, 5, 7])
    # At the equator a thousandth of a degree is 111.32 m east, 110.57 m north.
    assert best.table["area_m2"][0] == pytest.approx(9 * 111.32 * 110.57, rel=1e-4)


@pytest.mark.parametrize("windows", [[], [3, 5], [3, 7, 5], [3, 3, 5]])
def test_too_few_or_shrinking_windows_are_refused(make_raster, windows):
    with pytest.raises(ParameterError, match=r"`windows_cells` is .* growing sizes"):
        best_relief_window(make_raster([[0, 1], [2, 3]]), windows_cells=windows)


def test_level_ground_has_no_best_window(make_raster):
    with pytest.raises(ParameterError, match="it is level"):
        best_relief_window(make_raster(np.full((5, 5), 7.0)))


@pytest.mark.parametrize("lazy", [False, True])
def test_a_raster_of_nodata_has_no_best_window(make_raster, lazy):
    dem = make_raster(np.full((5, 5), np.nan))
    with pytest.raises(NoDataError, match="no cell with a value"):
        best_relief_window(dem.chunk(y=2) if lazy else dem)
