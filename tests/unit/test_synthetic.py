"""The synthetic county: what it says of itself is what the library finds."""

import geopandas as gpd
import numpy as np
import pytest
import xarray as xr

import ecozoning as ez
from ecozoning.errors import ParameterError
from ecozoning.redline import delineate
from ecozoning.synthetic import synthetic_county

RASTERS = [
    "dem",
    "rainfall",
    "rainfall_erosivity",
    "cover",
    "soil",
    "land_cover",
    "importance",
    "sensitivity",
    "slope_deg",
]


@pytest.fixture(scope="module")
def county():
    return synthetic_county(3, cells=(200, 240))


def test_the_slope_is_known_off_the_folds(county):
    known = county.slope_deg.to_numpy()
    off_folds = np.isfinite(known)
    assert 0.9 < off_folds.mean() < 1
    found = ez.slope(county.dem).to_numpy()
    np.testing.assert_allclose(found[off_folds], known[off_folds], atol=1e-3)
    # arctan of 0, 0.1, 0.3 and 0.6
    steps = np.unique(known[off_folds].round(3))
    np.testing.assert_allclose(steps, [0, 5.711, 16.699, 30.964], atol=1e-3)


@pytest.mark.parametrize("layer", ["soil", "land_cover", "importance", "sensitivity"])
def test_classes_have_the_areas_that_are_told(county, layer):
    raster = getattr(county, layer)
    answers = county.answers.query("layer == @layer")
    words = raster.attrs["flag_meanings"].split()
    assert answers["class"].tolist() == words
    for code, area in enumerate(answers["area_km2"], start=1):
        assert (raster == code).sum() * 900 / 1e6 == pytest.approx(area)


def test_the_land_is_all_told(county):
    sums = county.answers.groupby("layer")["area_km2"].sum()
    assert sums.tolist() == pytest.approx([200 * 240 * 900 / 1e6] * 5)


def test_red_lines_of_importance_have_the_area_that_is_told(county):
    none = county.sensitivity.copy(data=np.ones_like(county.sensitivity))
    found = delineate(county.importance, none, minimum_patch_km2=0)
    told = county.answers.set_index(["layer", "class"])["area_km2"]
    area = found.redlines["area_km2"].sum()
    expected = told["importance", "extremely_important"]
    assert area == pytest.approx(expected, rel=5e-4)  # the scale of the projection


def test_zones_and_townships_divide_the_county(county):
    whole = county.boundary.geometry.iloc[0]
    for layer in (county.zones, county.townships):
        assert layer.union_all().symmetric_difference(whole).area < 1e-3
        assert layer.area.sum() == pytest.approx(whole.area)


def test_everything_says_that_it_is_synthetic(county):
    for name in RASTERS:
        raster = getattr(county, name)
        assert raster.attrs["synthetic"] == "yes"
        assert raster.attrs["long_name"].startswith("synthetic")
        assert raster.rio.crs.to_epsg() == 4547
    for layer in (county.boundary, county.zones, county.townships):
        assert isinstance(layer, gpd.GeoDataFrame)
        assert set(layer["evidence"]) == {"synthetic"}
        assert layer["name"].str.startswith("合成").all()


def test_a_seed_moves_classes_and_nothing_else(county):
    again, other = (synthetic_county(seed, cells=(200, 240)) for seed in (3, 4))
    assert again.soil.identical(county.soil)
    assert not other.soil.equals(county.soil)
    assert other.dem.identical(county.dem)
    assert other.answers.equals(county.answers)


def test_a_lazy_county_is_the_same(county):
    da = pytest.importorskip("dask.array")
    lazy = synthetic_county(3, cells=(200, 240), chunks=70)
    for name in RASTERS:
        raster = getattr(lazy, name)
        assert isinstance(raster.data, da.Array)
        assert raster.chunks[0][0] == 70
        xr.testing.assert_identical(raster.compute(), getattr(county, name))


def test_sides_are_rounded_to_whole_squares():
    assert synthetic_county(0, cells=(59, 61)).dem.shape == (40, 60)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"cells": 39}, "at least 40"), ({"cell_m": 0}, "cell_m"), ({"chunks": 0}, "chu")],
)
def test_numbers_outside_their_domain_are_refused(wrong, told):
    with pytest.raises(ParameterError, match=told):
        synthetic_county(0, **wrong)
