"""Slope, aspect and ruggedness of worlds whose dip is known."""

import numpy as np
import pytest

from ecozoning._kernels.terrain import arctangent
from ecozoning.errors import (
    CRSMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.raster.terrain import aspect, roughness, slope, tri

METHODS = ["horn", "zevenbergen-thorne"]
ALL = [slope, aspect, tri, roughness]


def plane(east, north, *, cell=30.0, rows=5, columns=6):
    """Heights in metres that rise by `east` and `north` per metre, north up."""
    y, x = np.mgrid[rows - 1 : -1 : -1, 0:columns] * cell
    return 500 + east * x + north * y


def inner(raster):
    return raster.to_numpy()[1:-1, 1:-1]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dip", [0, 0.01, 2, 6, 15, 25, 44.99, 45, 45.01, 75, 89])
def test_slope_of_a_tilted_plane_is_its_dip(make_raster, method, dip):
    rise = np.tan(np.radians(dip))
    dem = make_raster(plane(rise * 0.6, rise * 0.8, cell=1.0), cell=1.0)
    np.testing.assert_allclose(inner(slope(dem, method=method)), dip, atol=2e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("azimuth", [0, 1, 44, 45, 46, 90, 135, 180, 200, 270, 359.5])
def test_aspect_is_the_azimuth_of_the_fall(make_raster, method, azimuth):
    east, north = np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))
    dem = make_raster(plane(-east * 0.2, -north * 0.2))
    found = inner(aspect(dem, method=method))
    np.testing.assert_allclose((found - azimuth + 180) % 360, 180, atol=2e-4)
    assert ((found >= 0) & (found < 360)).all()


def test_a_hair_west_of_north_is_north(make_raster):
    # 3e-6 degrees before 360, which float32 cannot tell from it.
    assert (inner(aspect(make_raster(plane(1e-8, -0.2)))) == 0).all()


def test_horn_weighs_the_middle_twice_and_zevenbergen_alone(make_raster):
    # Middle row rises by 40 in 2 cells of 30 m, the outer ones are level.
    dem = make_raster([[0, 0, 0], [0, 20, 40], [0, 0, 0]])
    horn, other = (slope(dem, method=m)[1, 1] for m in METHODS)
    assert horn == pytest.approx(np.degrees(np.arctan(40 * 2 / (8 * 30))), abs=1e-5)
    assert other == pytest.approx(np.degrees(np.arctan(40 / (2 * 30))), abs=1e-5)


def test_level_ground_faces_nowhere(make_raster):
    dem = make_raster(np.full((3, 3), 7.0))
    assert slope(dem)[1, 1] == 0
    assert np.isnan(aspect(dem)[1, 1])
    assert aspect(dem, flat=-1)[1, 1] == -1


def test_ruggedness_and_roughness_by_hand(make_raster):
    # Differences from the centre: 1, -2, 3, 0, 0, 0, 0, 2.
    dem = make_raster([[11, 8, 13], [10, 10, 10], [10, 10, 12]])
    assert tri(dem)[1, 1] == pytest.approx(np.sqrt(1 + 4 + 9 + 4))
    assert tri(dem, method="wilson")[1, 1] == 1.0
    assert roughness(dem)[1, 1] == 5.0


@pytest.mark.parametrize("function", ALL)
def test_the_outer_ring_is_nodata_and_nothing_else(make_raster, function):
    found = function(make_raster(plane(0.1, 0.2)))
    assert np.isfinite(inner(found)).all()
    assert np.isfinite(found).sum() == inner(found).size


@pytest.mark.parametrize("method", METHODS)
def test_a_nodata_cell_takes_its_neighbours_and_no_more(make_raster, method):
    heights = plane(0.1, 0.2, rows=7, columns=7)
    heights[3, 3] = np.nan
    lost = np.isnan(slope(make_raster(heights), method=method).to_numpy())
    assert lost[2:5, 2:5].all()
    assert lost[1:-1, 1:-1].sum() == 9


@pytest.mark.parametrize("kind", ["int16", "int32", "uint16", "float32", "float64"])
@pytest.mark.parametrize("function", ALL)
def test_declared_nodata_is_nodata_in_any_type(make_raster, function, kind):
    blank = -32768 if kind == "int16" else 65000
    heights = plane(3, 1, cell=1.0, rows=7, columns=7)
    heights[3, 3] = blank
    stored = make_raster(heights).astype(kind).rio.write_nodata(blank)
    heights[3, 3] = np.nan
    expected = function(make_raster(heights))
    np.testing.assert_allclose(function(stored), expected, atol=1e-4)


@pytest.mark.parametrize("function", ALL)
def test_a_raster_with_south_up_is_the_same_terrain(make_raster, function):
    rng = np.random.default_rng(3)
    dem = make_raster(rng.uniform(0, 90, (6, 7)))
    found = function(dem[::-1])[::-1]
    np.testing.assert_allclose(found, function(dem), rtol=1e-6, atol=1e-4)


def test_degrees_are_taken_with_the_true_size_of_each_row(make_raster):
    # A degree of longitude at 60 N is half of one at the equator.
    step = 0.001
    dem = make_raster(plane(1000, 0, cell=step, rows=3), cell=step, crs="EPSG:4490")
    north = dem.assign_coords(y=dem["y"] + 60)
    metres = np.pi / 180 * 6378137 * step
    low, high = slope(dem)[1, 1], slope(north)[1, 1]
    assert low == pytest.approx(np.degrees(np.arctan(1 / metres)), abs=1e-4)
    radius = 6378137 / np.sqrt(1 - 0.00669438 * np.sin(np.radians(60.001)) ** 2)
    metres = np.pi / 180 * radius * np.cos(np.radians(60.001)) * step
    assert high == pytest.approx(np.degrees(np.arctan(1 / metres)), abs=1e-4)


def test_small_differences_of_great_heights_survive_in_float64(make_raster):
    # float32 knows 5000 m to half a millimetre: 0.03 degrees in cells of 1 m.
    dem = make_raster(5000 + plane(1e-4, 0, cell=1.0), cell=1.0)
    assert inner(slope(dem)) == pytest.approx(np.degrees(1e-4), rel=1e-5)


def test_attributes_are_ours_and_the_argument_is_left_alone(make_raster):
    dem = make_raster(plane(0.1, 0)).assign_attrs(units="m", source="survey")
    dem.encoding["dtype"] = "int16"
    before = dem.copy(deep=True)
    found = slope(dem)
    assert found.attrs == {"long_name": "slope", "units": "degree"}
    assert found.dtype == np.float32
    assert set(found.coords) == {"y", "x", "spatial_ref"}
    assert dem.identical(before)


def test_the_arctangent_is_within_its_bound():
    x = np.linspace(0, 1, 10_001, dtype=np.float32)
    found = np.array([arctangent(value) for value in x], dtype=float)
    assert np.abs(found - np.arctan(x.astype(float))).max() < 1.5e-7


@pytest.mark.parametrize("function", ALL)
def test_infinite_heights_are_refused(make_raster, function):
    heights = plane(0, 0)
    heights[2, 2] = np.inf
    with pytest.raises(ParameterError, match=r"1 infinite values.*isfinite"):
        function(make_raster(heights))


@pytest.mark.parametrize("value", [-32768, -9999.0e5, 9001, 3.4e38])
def test_heights_that_earth_does_not_have_are_refused(make_raster, value):
    heights = plane(0, 0)
    heights[0, :2] = value
    with pytest.raises(ParameterError, match=r"2 cells outside.*write_nodata"):
        slope(make_raster(heights))


def test_a_raster_of_nodata_is_refused(make_raster):
    with pytest.raises(NoDataError, match="`dem` has no cell with a value"):
        slope(make_raster(np.full((4, 4), np.nan)))


@pytest.mark.parametrize("function", ALL)
def test_rasters_that_cannot_have_a_slope_are_refused(make_raster, function):
    heights = plane(0.1, 0)
    with pytest.raises(MissingCRSError, match="write_crs"):
        function(make_raster(heights, crs=None))
    with pytest.raises(ParameterError, match=r"in feet.*0.3048"):
        function(make_raster(heights, crs="EPSG:2263"))
    with pytest.raises(ParameterError, match="at least 3"):
        function(make_raster(heights[:2]))
    with pytest.raises(CRSMismatchError, match="degrees or metres"):
        function(make_raster(heights, crs="EPSG:4978"))


def test_degrees_under_a_crs_in_metres_are_refused(make_raster):
    dem = make_raster(plane(0, 0), cell=1 / 3600)
    with pytest.raises(ParameterError, match=r"as if these were degrees.*EPSG:4490"):
        slope(dem)


@pytest.mark.parametrize("function", [slope, aspect, tri])
def test_an_unknown_method_is_refused(make_raster, function):
    with pytest.raises(ParameterError, match=r"`method` is 'sobel'.*\['"):
        function(make_raster(plane(0, 0)), method="sobel")


@pytest.mark.parametrize("function", ALL)
def test_the_functions_say_how_far_they_read(function):
    assert function.halo_cells == 1
