"""Rasters brought to another grid, on cells that can be followed by hand."""

import numpy as np
import pyproj
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import xarray as xr

from ecozoning.errors import (
    CRSMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.raster.alignment import align_to
from ecozoning.raster.classify import reclassify


def placed(values, *, left, top, cell=30.0, crs="EPSG:4547"):
    """Return a raster with north up whose first cell is centred at left and top."""
    values = np.asarray(values)
    rows, columns = values.shape
    axes = {"y": top - np.arange(rows) * cell, "x": left + np.arange(columns) * cell}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(crs)


VALUES = np.arange(36.0).reshape(6, 6)


@pytest.mark.parametrize("south_up", [False, True])
@pytest.mark.parametrize("like_south_up", [False, True])
def test_nearest_takes_the_cell_at_the_place(south_up, like_south_up):
    raster = placed(VALUES, left=0, top=150)
    like = placed(np.ones((6, 6)), left=0, top=120)  # a row further south
    flip = slice(None, None, -1)
    raster = raster.isel(y=flip) if south_up else raster
    like = like.isel(y=flip) if like_south_up else like
    found = align_to(raster, like, resampling="nearest").sortby("y", ascending=False)
    assert found.to_numpy()[:5].tolist() == VALUES[1:].tolist()
    assert np.isnan(found[5]).all()


def test_bilinear_weighs_by_distance():
    raster = placed([[0.0, 30.0, 60.0]] * 3, left=0, top=60)
    like = placed(np.ones((2, 2)), left=10, top=60)
    found = align_to(raster, like, resampling="bilinear")
    assert np.allclose(found, [[10, 40], [10, 40]])


@pytest.mark.parametrize(
    ("method", "answer"), [("average", 2.5), ("sum", 10), ("max", 4), ("min", 1)]
)
def test_larger_cells_gather_all_of_theirs(method, answer):
    raster = placed(np.tile([[1.0, 2], [3, 4]], (2, 2)), left=0, top=90)
    like = placed(np.ones((2, 2)), left=15, top=75, cell=60)
    assert np.allclose(align_to(raster, like, resampling=method), answer)


def test_the_mode_of_classes_is_the_most_frequent_one():
    raster = placed(np.array([[1, 1, 7, 2], [1, 5, 7, 7]], "uint8"), left=0, top=30)
    like = placed(np.ones((2, 2)), left=15, top=15, cell=60)[:1]
    like = like.rio.write_transform(like.rio.transform())
    like["spatial_ref"].attrs["GeoTransform"] = "-15 60 0 45 0 -60"
    found = align_to(raster, like, resampling="mode")
    assert (found.dtype, found.to_numpy().tolist()) == ("uint8", [[1, 7]])


def test_coordinates_are_those_of_like_and_attributes_stay():
    raster = placed(VALUES, left=0, top=150).rename("dem")
    raster.attrs = {"units": "m", "long_name": "height", "history": "long"}
    like = placed(np.ones((3, 3)), left=7, top=100)
    before = raster.copy(deep=True)
    found = align_to(raster, like, resampling="bilinear")
    assert found.coords.equals(like.coords)
    assert (found.name, found.attrs) == ("dem", {"units": "m", "long_name": "height"})
    assert raster.identical(before)


def test_a_raster_on_the_grid_already_is_copied():
    raster = placed(VALUES, left=0, top=150)
    found = align_to(raster, raster, resampling="cubic")
    assert found.equals(raster)
    assert not np.shares_memory(found.data, raster.data)


def test_classes_keep_words_and_nodata():
    classes = reclassify(placed(VALUES, left=0, top=150), [20], ["low", "high"])
    like = placed(np.ones((6, 6)), left=30, top=150)
    found = align_to(classes, like, resampling="nearest")
    assert found.attrs["flag_meanings"] == "low high"
    assert found.rio.nodata == 255
    assert found.to_numpy()[:, 5].tolist() == [255] * 6


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_marked_nodata_does_not_mix_with_values(kind):
    values = np.array([[-9999, 10, 10], [10, 10, 10]], dtype=kind)
    raster = placed(values, left=0, top=30).rio.write_nodata(-9999)
    like = placed(np.ones((2, 2)), left=20, top=30)
    found = align_to(raster, like, resampling="bilinear")
    assert np.allclose(found, 10)
    exact = align_to(
        raster, placed(np.ones((2, 2)), left=0, top=30), resampling="nearest"
    )
    assert np.isnan(exact[0, 0])


def test_a_lazy_raster_is_computed():
    pytest.importorskip("dask")
    raster = placed(VALUES, left=0, top=150)
    like = placed(np.ones((3, 3)), left=7, top=100)
    found = align_to(raster.chunk(x=2), like.chunk(y=1), resampling="bilinear")
    assert found.equals(align_to(raster, like, resampling="bilinear"))
    assert isinstance(found.data, np.ndarray)


def test_another_crs_is_followed():
    to_metres = pyproj.Transformer.from_crs(4490, 4547, always_xy=True)
    x, y = to_metres.transform(114.3, 28.2)
    raster = placed(np.arange(1e4).reshape(100, 100), left=x - 1500, top=y + 1500)
    like = placed([[0.0] * 2] * 2, left=114.3, top=28.2, cell=1e-4, crs="EPSG:4490")
    # The place itself lies at a centre, 50 rows down and 50 columns across.
    assert align_to(raster, like, resampling="nearest")[0, 0] == 5050


def test_a_stated_datum_shift_is_taken():
    beijing = (
        "+proj=tmerc +lat_0=0 +lon_0=114 +x_0=500000 +ellps=krass +units=m "
        "+towgs84=100,0,0"
    )
    raster = placed(
        np.arange(1e4).reshape(100, 100), left=500_000, top=3_100_000, crs=beijing
    )
    to_degrees = pyproj.Transformer.from_crs(beijing, 4326, always_xy=True)
    lon, lat = to_degrees.transform(501_500, 3_098_500)
    x, y = pyproj.Transformer.from_crs(4490, 4547, always_xy=True).transform(lon, lat)
    like = placed(np.ones((2, 2)), left=x, top=y)
    found = align_to(raster, like, resampling="nearest")
    assert found[0, 0] == 5050
    back = align_to(
        placed(np.arange(1e4).reshape(100, 100), left=x - 1500, top=y + 1500),
        placed(np.ones((2, 2)), left=501_500, top=3_098_500, crs=beijing),
        resampling="nearest",
    )
    assert back[0, 0] == 5050


def test_a_datum_without_a_known_shift_is_refused():
    raster = placed(VALUES, left=500_000, top=3_100_000, crs="EPSG:2436")
    like = placed(VALUES, left=500_000, top=3_100_000)
    with pytest.raises(CRSMismatchError, match="`raster` is in Beijing 1954"):
        align_to(raster, like, resampling="nearest")


@pytest.mark.parametrize("method", ["bilinear", "average", "cubic", "med", "sum"])
def test_classes_are_not_averaged(method):
    raster = placed(VALUES, left=0, top=150)
    like = placed(np.ones((3, 3)), left=7, top=100)
    for classes in (raster.astype("int16"), raster.assign_attrs(flag_values=[1, 2])):
        with pytest.raises(ParameterError, match="values that are no classes"):
            align_to(classes, like, resampling=method)


def test_what_cannot_be_aligned_is_refused():
    raster = placed(VALUES, left=0, top=150)
    with pytest.raises(ParameterError, match="`resampling` is 'linear', but one of"):
        align_to(raster, raster, resampling="linear")
    with pytest.raises(MissingCRSError, match="`like` has no CRS"):
        align_to(raster, raster.drop_vars("spatial_ref"), resampling="nearest")
    far = placed(VALUES, left=1e5, top=150)
    with pytest.raises(NoDataError, match=r"no value within `like`.*\n.*raster: 6 x 6"):
        align_to(raster, far, resampling="nearest")
    with pytest.raises(NoDataError, match="no cell with a value"):
        align_to(raster * np.nan, far, resampling="nearest")
    with pytest.raises(ParameterError, match="infinite"):
        align_to(raster.where(raster > 3, np.inf), far, resampling="nearest")
    with pytest.raises(ParameterError, match="`like` is one cell wide or high"):
        align_to(
            raster,
            raster[:1].drop_vars("spatial_ref").rio.write_crs(4547),
            resampling="nearest",
        )


def test_whole_numbers_that_leave_holes_need_a_nodata_value():
    raster = placed(VALUES.astype("uint8"), left=0, top=150)
    like = placed(np.ones((6, 6)), left=30, top=150)
    with pytest.raises(ParameterError, match="does not cover `like`"):
        align_to(raster, like, resampling="nearest")
    inside = placed(np.ones((3, 3)), left=30, top=120)
    assert align_to(raster, inside, resampling="nearest")[0, 0] == 7
    far = placed(VALUES, left=1e5, top=150)
    with pytest.raises(NoDataError, match="no value within `like`"):
        align_to(raster, far, resampling="nearest")
