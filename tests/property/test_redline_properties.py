"""Red lines of any classes: every step closes, and either raster may come first."""

import geopandas as gpd
import numpy as np
import rioxarray  # noqa: F401 -- registers the accessor
import shapely
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ecozoning as ez
from ecozoning.redline import delineate

GRIDS = hnp.arrays(np.uint8, (6, 6), elements=st.integers(1, 3))
CORNERS = st.tuples(*[st.integers(-1, 10)] * 2)


def classes(values):
    axes = {"y": 3.1e6 - 500 * np.arange(6), "x": 5e5 + 500 * np.arange(6)}
    raster = xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)
    return raster.assign_attrs(flag_values=[1, 2, 3])


def boxes(corner):
    west, south = 5e5 + 250.0 * corner[0], 3.097e6 + 250.0 * corner[1]
    shape = shapely.box(west, south, west + 800, south + 900)
    return gpd.GeoDataFrame(geometry=[shape], crs=4547)


@given(GRIDS, GRIDS, CORNERS, CORNERS, CORNERS)
def test_what_comes_in_less_what_leaves_is_what_is_there(one, two, a, b, c):
    found = delineate(
        classes(one),
        classes(two),
        statutory=boxes(a),
        exclusions=boxes(b),
        parcels=boxes(c),
        minimum_patch_km2=0.6,
        fill_holes_km2=0.6,
    )
    table = found.ledger
    out = table["area_in_km2"] + table["added_km2"] - table["removed_km2"]
    np.testing.assert_allclose(out, table["area_out_km2"], rtol=1e-9, atol=1e-12)
    assert found.redlines.is_valid.all()
    if len(found.redlines):
        measured = ez.ellipsoidal_area(found.redlines).to_numpy() / 1e6
        np.testing.assert_allclose(measured, found.redlines["area_km2"], rtol=1e-9)
        barred = boxes(b).geometry.iloc[0]
        assert found.redlines.intersection(barred).area.max() < 1e-3


@given(GRIDS, GRIDS)
def test_importance_and_sensitivity_may_be_swapped(one, two):
    a, b = classes(one), classes(two)
    there = delineate(a, b).redlines.union_all()
    back = delineate(b, a).redlines.union_all()
    assert there.symmetric_difference(back).area < 1e-3
