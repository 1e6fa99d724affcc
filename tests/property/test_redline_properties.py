"""Red lines of any classes: every step closes, and either raster may come first."""

from unittest import mock

import geopandas as gpd
import numpy as np
import rioxarray  # noqa: F401 -- registers the accessor
import shapely
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ecozoning as ez
from ecozoning.redline import delineate
from ecozoning.redline.specks import no_specks

GRIDS = hnp.arrays(np.uint8, (6, 6), elements=st.integers(1, 3))
CORNERS = st.tuples(*[st.integers(-1, 10)] * 2)


def classes(values):
    rows, columns = values.shape
    axes = {"y": 3.1e6 - 500 * np.arange(rows), "x": 5e5 + 500 * np.arange(columns)}
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


NUMBERS = ["area_in_km2", "added_km2", "removed_km2", "area_out_km2"]
PARTS = ["area_km2", "importance_km2", "sensitivity_km2", "statutory_km2"]


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.lists(CORNERS, min_size=4, max_size=4), st.booleans())
def test_specks_that_are_only_counted_change_nothing(seed, corners, degrees):
    noise = np.random.default_rng(seed).choice([1, 1, 3], (2, 14, 14)).astype("uint8")
    rasters = [classes(values) for values in noise]
    ends = [(4.99e5, 3.101e6), *((5e5 + 260 * a, 3.1e6 - 410 * b) for a, b in corners)]
    county = shapely.box(4.99e5, 3.0945e6, 5.052e5, 3.1003e6)
    layers = {
        "statutory": boxes(corners[0]),
        "boundary": gpd.GeoDataFrame(geometry=[county], crs=4547),
        "exclusions": boxes(corners[1]),
        "parcels": boxes(corners[2]),
        "natural_lines": gpd.GeoDataFrame(
            geometry=[shapely.LineString(ends)], crs=4547
        ),
    }
    if degrees:
        axes = {"y": 28.0186 - 0.005 * np.arange(14), "x": 114 + 0.005 * np.arange(14)}
        rasters = [one.assign_coords(axes).rio.write_crs(4490) for one in rasters]
        layers = {name: layer.to_crs(4490) for name, layer in layers.items()}
    asked = {"minimum_patch_km2": 1.1, "fill_holes_km2": 0.8, "snap_m": 300}
    counted = delineate(*rasters, **layers, **asked)
    with mock.patch("ecozoning.redline.inputs.specks_of", leave_all):
        drawn = delineate(*rasters, **layers, **asked)
    both = counted.ledger[NUMBERS], drawn.ledger[NUMBERS]
    np.testing.assert_allclose(*both, rtol=1e-5, atol=1e-9)
    both = counted.redlines[PARTS], drawn.redlines[PARTS]
    np.testing.assert_allclose(*both, rtol=1e-9, atol=1e-9)


def leave_all(codes, *_, **__):
    return codes, no_specks()
