"""Metrics of small landscapes that can be counted by hand."""

import dask.array
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from pandas.testing import assert_frame_equal
from scipy.spatial import cKDTree

from ecozoning.errors import (
    CRSMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.network import landscape_metrics

NAN = np.nan


@pytest.fixture
def halves(make_raster):
    """Four by four cells of 100 m: two columns of class 1, two of class 2."""
    return make_raster([[1, 1, 2, 2]] * 4, cell=100.0)


def test_two_halves_have_one_patch_and_one_edge_each(halves):
    found = landscape_metrics(
        halves, metrics=["CA", "PLAND", "NP", "PD", "LPI", "TE", "ED"]
    )
    # 8 ha of 16; one patch in 16 ha is 6.25 in 100; 400 m of edge in 16 ha.
    assert_allclose(found, [[8, 50, 1, 6.25, 50, 400, 25]] * 2)


def test_shape_of_a_rectangle_of_two_by_four_is_that_of_the_most_compact(halves):
    # 12 sides; 8 cells are a square of 4 and 4 more, 4 * 2 + 4 = 12 sides as well.
    found = landscape_metrics(halves, metrics=["SHAPE_MN", "LSI", "AI"])
    assert_allclose(found[["SHAPE_MN", "LSI"]], 1)
    # 10 joins: 4 in rows, 6 in columns. The most: 2 * 2 * 1 + 2 * 4 - 2 = 10.
    assert_allclose(found["AI"], 100)


def test_two_halves_are_as_even_as_can_be(halves):
    names = ["SHDI", "SIDI", "SHEI", "DIVISION", "MESH", "PR"]
    found = landscape_metrics(halves, "landscape", metrics=names)
    assert_allclose(found, [[np.log(2), 0.5, 1, 0.5, 8, 2]])


def test_contagion_of_halves_is_what_the_joins_say(halves):
    # Each class meets itself 20 times, counted twice, and the other 4 times.
    chances = np.array([20, 4, 4, 20]) / 24 / 2
    expected = 100 * (1 + (chances * np.log(chances)).sum() / (2 * np.log(2)))
    found = landscape_metrics(halves, "landscape", metrics=["CONTAG"])
    assert found.loc["landscape", "CONTAG"] == pytest.approx(expected)


def test_contagion_takes_no_sides_along_no_data(make_raster):
    raster = make_raster([[1, 2], [NAN, 2]])
    # Class 1, a third, meets class 2 alone; class 2 meets itself twice and 1 once.
    chances = np.array([1, 2 * 1 / 3, 2 * 2 / 3]) / 3
    expected = 100 * (1 + (chances * np.log(chances)).sum() / (2 * np.log(2)))
    found = landscape_metrics(raster, "landscape", metrics=["CONTAG"])
    assert found.loc["landscape", "CONTAG"] == pytest.approx(expected)


def test_cohesion_of_halves(halves):
    # Perimeter 12 and 8 cells: (1 - 12 / (12 * 8 ** 0.5)) / (1 - 1 / 4).
    found = landscape_metrics(halves, metrics=["COHESION"])
    assert_allclose(found, 100 * (1 - 8**-0.5) / 0.75)


def test_corners_join_patches_of_eight_neighbours_only(make_raster):
    board = make_raster([[1, 2], [2, 1]])
    assert landscape_metrics(board)["NP"].tolist() == [1, 1]
    assert landscape_metrics(board, connectivity=4)["NP"].tolist() == [2, 2]


def test_nearest_patch_is_measured_between_centres(make_raster):
    strip = make_raster([[1, 2, 2, 1, 2, 1]] * 2, cell=10.0)
    found = landscape_metrics(strip, "patch", metrics=["ENN"])
    assert found["class"].tolist() == [1, 2, 1, 2, 1]
    assert found["ENN"].tolist() == [30, 20, 20, 20, 20]


def test_a_class_of_one_patch_has_no_nearest(halves):
    assert landscape_metrics(halves)["ENN_MN"].isna().all()


def test_core_is_farther_from_the_edge_than_the_depth(make_raster):
    block = make_raster(np.ones((7, 7)), cell=10.0)
    hectares = 0.01
    for depth, cells in [(None, 25), (0, 49), (10, 25), (19, 25), (20, 9), (40, 0)]:
        found = landscape_metrics(block, metrics=["TCA"], edge_depth_m=depth)
        assert found["TCA"].item() == pytest.approx(cells * hectares), depth


def test_a_corner_is_beyond_a_depth_of_one_cell(make_raster):
    values = np.ones((5, 5))
    values[0, 0] = 2  # 14.1 m from the cell at (1, 1)
    block = make_raster(values, cell=10.0)
    for depth, cells in [(10, 9), (14.2, 8)]:
        found = landscape_metrics(block, metrics=["TCA"], edge_depth_m=depth)
        assert found.loc[1, "TCA"] == pytest.approx(cells * 0.01)


def test_no_data_bounds_patches_but_is_no_edge(make_raster):
    values = np.ones((3, 3))
    values[1, 1] = NAN
    names = ["CA", "TE", "LSI", "TCA"]
    found = landscape_metrics(make_raster(values, cell=100.0), metrics=names)
    # 16 sides around 8 cells, of which the most compact has 12.
    assert_allclose(found, [[8, 0, 16 / 12, 0]])


def test_stated_nodata_is_no_class(make_raster):
    raster = make_raster([[1, 2], [-9999, 2]]).astype("int32").rio.write_nodata(-9999)
    assert landscape_metrics(raster).index.tolist() == [1, 2]


def test_names_of_classes_are_used(halves):
    named = halves.astype("uint8").assign_attrs(
        flag_values=[1, 2], flag_meanings="forest cropland"
    )
    assert landscape_metrics(named).index.tolist() == ["forest", "cropland"]
    assert landscape_metrics(named, "patch")["class"].tolist() == ["forest", "cropland"]


def test_cells_that_are_no_squares_have_two_lengths(make_raster):
    raster = make_raster([[1, 1], [2, 2]], cell=10.0)
    wide = raster.assign_coords(x=[0.0, 20.0])
    found = landscape_metrics(wide, "patch", metrics=["AREA", "PERIM"])
    assert_allclose(found[["AREA", "PERIM"]], [[0.04, 100]] * 2)
    assert landscape_metrics(wide)["TE"].tolist() == [40, 40]


def test_weighted_mean_minds_area(make_raster):
    strip = make_raster([[1, 2, 1, 1, 1]] * 2, cell=100.0)
    found = landscape_metrics(
        strip, metrics=["AREA_MN", "AREA_AM", "AREA_SD", "AREA_CV"]
    )
    assert_allclose(found.loc[1], [4, (4 + 36) / 8, 2, 50])  # patches of 2 and 6 ha


def test_units_stand_in_the_attributes(halves):
    units = landscape_metrics(halves, metrics=["TE", "PD", "AREA_CV"]).attrs["units"]
    assert units == {"TE": "m", "PD": "1/(100 ha)", "AREA_CV": "%"}


def test_a_single_class_is_uneven_and_has_no_contagion(make_raster):
    found = landscape_metrics(make_raster(np.ones((3, 3))), "landscape").iloc[0]
    assert (found["SHDI"], found["SHEI"], found["SIDI"]) == (0, 0, 0)
    assert np.isnan(found["CONTAG"])


def test_a_lazy_raster_has_the_same_metrics(make_raster):
    rng = np.random.default_rng(3)
    raster = make_raster(rng.integers(1, 4, (17, 13)))
    lazy = raster.copy(data=dask.array.from_array(raster.to_numpy(), chunks=(5, 4)))
    assert_frame_equal(landscape_metrics(lazy), landscape_metrics(raster))


def test_many_classes_are_swept_in_bands(make_raster):
    values = np.tile(np.arange(1, 101), (3, 2))  # each twice, 100 cells apart
    found = landscape_metrics(make_raster(values, cell=10.0), metrics=["ENN_MN"])
    assert (found["ENN_MN"] == 1000).all()


LANDSCAPES = arrays(np.int16, (9, 8), elements=st.integers(0, 3))


@given(values=LANDSCAPES, diagonal=st.booleans())
def test_nearest_patches_are_those_of_a_search_through_all_cells(values, diagonal):
    from ecozoning._kernels.landscape import patch_labels
    from ecozoning.network.landscape_mosaic import mosaic_of

    codes = values.astype(np.int32) - 1
    if not (codes >= 0).any():
        return
    mosaic = mosaic_of(codes, 3, (20.0, 30.0), diagonal=diagonal, edge_depth_m=None)
    labels, kinds = patch_labels(codes, diagonal)
    for patch, nearest in enumerate(mosaic.nearest_m):
        mine = np.argwhere(labels == patch) * (30, 20)
        others = np.argwhere((codes == kinds[patch]) & (labels != patch)) * (30, 20)
        if not len(others):
            assert np.isnan(nearest)
        else:
            assert nearest == pytest.approx(cKDTree(others).query(mine)[0].min())


@given(values=LANDSCAPES)
def test_turning_the_landscape_changes_nothing(values):
    import pyproj
    import xarray as xr

    wkt = pyproj.CRS("EPSG:4547").to_wkt()

    def on_grid(turned):
        rows, columns = turned.shape
        axes = {"y": 10.0 * np.arange(rows)[::-1], "x": 10.0 * np.arange(columns)}
        axes["spatial_ref"] = xr.DataArray(0, attrs={"crs_wkt": wkt})
        return xr.DataArray(turned, axes, ("y", "x"))

    once = landscape_metrics(on_grid(values), "landscape")
    turned = landscape_metrics(on_grid(np.rot90(values).copy()), "landscape")
    assert_frame_equal(once, turned, rtol=1e-12)


def test_patches_add_up_to_the_landscape(make_raster):
    rng = np.random.default_rng(5)
    raster = make_raster(rng.integers(1, 5, (30, 30)))
    patches = landscape_metrics(raster, "patch").groupby("class")
    classes = landscape_metrics(raster)
    assert_allclose(patches["AREA"].sum(), classes["CA"])
    assert_allclose(patches["CORE"].mean(), classes["CORE_MN"])
    assert_allclose(classes["CA"].sum(), landscape_metrics(raster, "landscape")["TA"])


def test_degrees_are_refused_with_the_call_that_mends_it(make_raster):
    raster = make_raster([[1, 2], [2, 1]], cell=0.001, crs="EPSG:4490")
    with pytest.raises(CRSMismatchError, match=r"`classes` is in degrees.*reproject"):
        landscape_metrics(raster)


def test_a_raster_without_crs_is_refused(make_raster):
    with pytest.raises(MissingCRSError, match=r"`classes` has no CRS.*write_crs"):
        landscape_metrics(make_raster([[1, 2], [2, 1]], crs=None))


def test_values_that_are_no_classes_are_refused(make_raster):
    with pytest.raises(ParameterError, match=r"`classes` has 1 values.*reclassify"):
        landscape_metrics(make_raster([[1, 2], [2, 1.5]]))


def test_too_many_classes_are_refused(make_raster):
    with pytest.raises(ParameterError, match=r"4900 classes.*at most 4096.*reclassify"):
        landscape_metrics(make_raster(np.arange(4900).reshape(70, 70)))


def test_a_raster_of_nodata_is_refused(make_raster):
    with pytest.raises(NoDataError, match="`classes` has no cell with a class"):
        landscape_metrics(make_raster(np.full((3, 3), NAN)))


def test_an_unknown_metric_is_refused_and_the_known_are_named(halves):
    with pytest.raises(ParameterError, match=r"\['SHAPE'\].*'class'.*SHAPE_MN"):
        landscape_metrics(halves, metrics=["SHAPE"])
    with pytest.raises(ParameterError, match=r"\['SHDI'\]"):
        landscape_metrics(halves, metrics=["SHDI"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": "map"}, "`level` is 'map', but one of patch, class, landscape"),
        ({"connectivity": 6}, "`connectivity` is 6, but 8 or 4"),
        ({"edge_depth_m": -1}, "`edge_depth_m` is -1, but metres, 0 or more"),
    ],
)
def test_an_option_out_of_its_domain_is_refused(halves, options, words):
    with pytest.raises(ParameterError, match=words):
        landscape_metrics(halves, **options)
