"""The grid contract: what a sound grid is, how large cells are, when two agree."""

import numpy as np
import pyproj
import pytest
import rioxarray  # noqa: F401 -- registers `.rio`
import xarray as xr

from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    GridMismatchError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.raster.grid import cell_area, check_same_grid, grid_of, same_grid

ONES = np.ones((3, 4))


def test_a_grid_says_where_its_cells_are(make_raster):
    grid = grid_of(make_raster(ONES), name="dem")
    assert (grid.rows, grid.columns) == (3, 4)
    assert (grid.x, grid.y, grid.dx, grid.dy) == (0, 60, 30, -30)
    assert grid.row_centres.tolist() == [60, 30, 0]
    assert not grid.is_geographic


def test_rows_from_the_south_have_a_step_above_zero(make_raster):
    raster = make_raster(ONES).isel(y=slice(None, None, -1))
    assert grid_of(raster, name="dem").dy == 30


def test_one_cell_takes_its_size_from_the_stated_transform(make_raster):
    lone = make_raster(ONES)[:1, :1]
    assert np.isnan(grid_of(lone, name="dem").dx)
    lone["spatial_ref"].attrs["GeoTransform"] = "-15 30 0 75 0 -20"
    grid = grid_of(lone, name="dem", metric=True)
    assert (grid.dx, grid.dy) == (30, -20)
    assert grid.cell_areas_m2().tolist() == [600]


def test_cells_in_metres_are_as_large_as_they_say(make_raster):
    assert cell_area(make_raster(ONES, cell=20.0)).to_numpy().tolist() == [400.0] * 3
    lengths = grid_of(make_raster(ONES, cell=20.0), name="dem").cell_lengths_m()
    assert lengths.tolist() == [[20, 20]] * 3


@pytest.mark.parametrize("south", [0.0, 28.0, 43.9, 89.7])
def test_areas_of_cells_in_degrees_are_those_of_the_ellipsoid(make_raster, south):
    raster = make_raster(ONES, cell=0.1, crs="EPSG:4490")
    raster = raster.assign_coords(y=raster["y"] + south + 0.05)
    geod = pyproj.CRS("EPSG:4490").get_geod()
    parts = np.linspace(0, 0.1, 400)  # parallels are no geodesics: many short ones are
    for area, y in zip(
        cell_area(raster).to_numpy(), raster["y"].to_numpy(), strict=True
    ):
        lon = [*parts, *parts[::-1]]
        lat = [y - 0.05] * parts.size + [y + 0.05] * parts.size
        exact = abs(geod.polygon_area_perimeter(lon, lat)[0])
        assert area == pytest.approx(exact, rel=1e-6)


def test_sides_of_cells_in_degrees_are_geodesics(make_raster):
    raster = make_raster(ONES, cell=0.01, crs="EPSG:4490")
    raster = raster.assign_coords(y=raster["y"] + 43.0)
    geod = pyproj.CRS("EPSG:4490").get_geod()
    lengths = grid_of(raster, name="dem", metric=True).cell_lengths_m()
    for (wide, high), y in zip(lengths, raster["y"].to_numpy(), strict=True):
        assert wide == pytest.approx(geod.inv(0, y, 0.01, y)[2], abs=0.0006)
        assert high == pytest.approx(
            geod.inv(0, y - 0.005, 0, y + 0.005)[2], abs=0.0006
        )


def test_cells_at_the_pole_end_there(make_raster):
    raster = make_raster(ONES, cell=1.0, crs="EPSG:4490")
    raster = raster.assign_coords(y=[90.0, 89.0, 88.0])
    areas = cell_area(raster).to_numpy()
    # A triangle of half a degree against a strip of one: a quarter of its width.
    assert areas[0] / areas[1] == pytest.approx(1 / 8, rel=1e-3)


@pytest.mark.parametrize("drift", [0.0, 0.25, -0.29])
def test_coordinates_may_be_off_by_a_hundredth_of_a_cell(make_raster, drift):
    raster = make_raster(ONES)
    assert same_grid(raster, raster.assign_coords(x=raster["x"] + drift), raster * 2)


def test_float32_coordinates_are_good_enough(make_raster):
    raster = make_raster(np.ones((50, 50)), cell=0.00027777, crs="EPSG:4490")
    raster = raster.assign_coords(x=raster["x"] + 115, y=raster["y"] + 28)
    x = raster["x"].to_numpy()
    assert np.abs(x.astype("float32") - x).max() > 0.01 * 0.00027777
    for kind in ("float32", "float64"):
        rough = raster.assign_coords(x=x.astype("float32").astype(kind))
        assert grid_of(rough, name="dem").dx == pytest.approx(0.00027777, rel=1e-3)


OTHERS = {
    "their sizes differ": lambda r: r[:2],
    "0.5, 0 apart": lambda r: r.assign_coords(x=r["x"] + 0.5),
    "0, 0.5 apart": lambda r: r.assign_coords(y=r["y"] - 0.5),
    "their cell sizes along 'x' differ": lambda r: r.assign_coords(x=r["x"] * 1.01),
    "their cell sizes along 'y' differ": lambda r: r.assign_coords(y=r["y"] * 1.01),
}


@pytest.mark.parametrize("words", OTHERS)
def test_grids_that_differ_are_told_apart_in_words(make_raster, words):
    red = make_raster(ONES)
    nir = OTHERS[words](red)
    assert not same_grid(red, nir)
    with pytest.raises(GridMismatchError, match=words) as caught:
        check_same_grid(red=red, nir=nir)
    assert "red: 3 x 4 cells of 30 x -30 from (0, 60) in CGCS2000" in str(caught.value)
    assert "ecozoning.align_to(nir, red, " in str(caught.value)


def test_two_crs_are_told_apart(make_raster):
    red, nir = make_raster(ONES), make_raster(ONES, crs="EPSG:4546")
    assert not same_grid(red, nir)
    with pytest.raises(CRSMismatchError, match=r"their CRS differ:\n.*4547.*\n.*4546"):
        check_same_grid(red=red, nir=nir)


def test_one_raster_has_its_own_grid_and_none_is_no_comparison(make_raster):
    assert check_same_grid(dem=make_raster(ONES)).rows == 3
    with pytest.raises(ParameterError, match="1 rasters were given"):
        same_grid(make_raster(ONES))


def rotated(raster):
    raster["spatial_ref"].attrs["GeoTransform"] = "0 30 1 90 1 -30"
    return raster


def uneven(raster, axis="x"):
    values = raster[axis].to_numpy().copy()
    values[1] += 1
    return raster.assign_coords({axis: values})


WRONG = {
    "rotated or sheared": rotated,
    "uneven steps along 'x'": uneven,
    "uneven steps along 'y'": lambda r: uneven(r, "y"),
    "uneven steps": lambda r: r.assign_coords(x=[0, 30, np.nan, 90]),
    "has uneven steps": lambda r: r.assign_coords(x=[5, 5, 5, 5]),
    "runs from east to west": lambda r: r.isel(x=slice(None, None, -1)),
    "has no coordinate 'y'": lambda r: r.drop_vars("y"),
    r"has dims \('x', 'y'\)": lambda r: r.T,
    r"has dims \('band', 'y', 'x'\)": lambda r: r.expand_dims("band"),
    "holds bool": lambda r: r > 0,
    "holds complex128": lambda r: r * 1j,
    "is a ndarray, but an xarray.DataArray": lambda r: r.to_numpy(),
    "at least 5 of each are needed": lambda r: r,
}


@pytest.mark.parametrize("message", WRONG)
def test_a_raster_without_a_sound_grid_is_refused(make_raster, message):
    with pytest.raises(ParameterError, match=f"`dem` .*{message}|`dem` {message}"):
        grid_of(
            WRONG[message](make_raster(ONES)),
            name="dem",
            least_cells=5 if "5 of" in message else 1,
        )


def test_a_raster_without_cells_or_crs_is_refused(make_raster):
    with pytest.raises(NoDataError, match="`dem` has 0 rows and 4 columns"):
        grid_of(make_raster(ONES)[:0], name="dem")
    with pytest.raises(MissingCRSError, match=r"`dem\.rio\.write_crs"):
        grid_of(make_raster(ONES, crs=None), name="dem")


def test_degrees_that_are_none_are_refused(make_raster):
    raster = make_raster(ONES, cell=30.0, crs="EPSG:4490")
    with pytest.raises(GeometryError, match="latitude from"):
        grid_of(raster.assign_coords(y=raster["y"] + 50), name="dem")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda r: r.assign_attrs(units="ft"), ParameterError, "is in feet"),
        (lambda r: r.rio.write_crs(2229), ParameterError, "is in feet"),
        (lambda r: r.rio.write_crs(4978), CRSMismatchError, "degrees or metres"),
        (lambda r: r[:, :1], ParameterError, "one cell wide or high"),
    ],
)
def test_cells_without_a_size_in_metres_are_refused_where_it_matters(
    make_raster, change, error, message
):
    raster = change(make_raster(ONES))
    grid_of(raster, name="dem")
    with pytest.raises(error, match=message):
        grid_of(raster, name="dem", metric=True)


def test_a_raster_of_kilometres_is_refused_where_it_matters(make_raster):
    crs = pyproj.CRS.from_proj4("+proj=tmerc +lon_0=114 +ellps=GRS80 +units=km")
    with pytest.raises(CRSMismatchError, match="kilometre"):
        cell_area(make_raster(ONES).rio.write_crs(crs.to_wkt()))


def test_cell_area_keeps_the_rows_of_the_raster(make_raster):
    raster = make_raster(ONES)
    found = cell_area(raster)
    assert isinstance(found, xr.DataArray)
    assert found["y"].to_numpy().tolist() == [60, 30, 0]
    assert found.attrs == {"long_name": "cell area", "units": "m2"}
