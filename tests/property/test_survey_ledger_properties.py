"""Ledgers of random squares: whatever is asked, sums are the same whole numbers."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor that writes the CRS
import shapely
import xarray as xr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecozoning.overlay import ellipsoidal_area
from ecozoning.survey import area_ledger

pytestmark = pytest.mark.filterwarnings("ignore::ecozoning.errors.SmallZonesWarning")

SIDE = 6
WEST, SOUTH = 4.2e5, 3.1e6


def squares(labels, column):
    """Return the land of each label of a grid of 100 m as one polygon."""
    rows, columns = np.indices(labels.shape)
    west, south = WEST + 100.0 * columns, SOUTH + 100.0 * rows
    cells = shapely.box(west, south, west + 100, south + 100)
    ids = np.unique(labels[labels > 0])
    land = [shapely.union_all(cells[labels == one]) for one in ids]
    return gpd.GeoDataFrame(
        {column: [f"{column[0]}{i}" for i in ids]}, geometry=land, crs=4547
    )


def grids(top):
    return arrays(np.int8, (SIDE, SIDE), elements=st.integers(0, top))


@st.composite
def worlds(draw):
    """Return zones, units, both with gaps, and classes without one."""
    zone, unit = draw(grids(3)), draw(grids(3))
    assume(((zone > 0) & (unit > 0)).any())  # those that lie apart are refused
    parcel = draw(arrays(np.int8, (SIDE, SIDE), elements=st.integers(1, 4)))
    return zone, unit, parcel


@given(worlds())
@settings(max_examples=20)
def test_parcels_are_counted_as_cells_are(world):
    zone, unit, parcel = world
    zones, units = squares(zone, "zone_id"), squares(unit, "unit_id")
    parcels = squares(parcel, "class")
    ledger = area_ledger(zones, parcels, units, class_column="class")
    cells = ledger.by("zone", "unit", "class")
    # A cell on this map is 1e4 m2 and a little less on the ellipsoid.
    count = (cells["area_m2"] / 1e4).round().astype(int)
    names = [[f"{c}{i}" if i else None for i in range(5)] for c in "zuc"]
    for row, n in zip(cells.itertuples(index=False), count, strict=True):
        here = [names[0].index(row.zone), names[1].index(row.unit)]
        where = (zone == here[0]) & (unit == here[1])
        assert n == (where & (parcel == names[2].index(row[2]))).sum()
    assert count.sum() == SIDE * SIDE
    assert np.isclose(
        cells["area_m2"].sum(), ellipsoidal_area(parcels).sum(), rtol=1e-9
    )


@given(worlds(), st.floats(0.97, 1.03))
@settings(max_examples=20)
def test_all_margins_of_a_controlled_ledger_close(world, factor):
    zone, unit, parcel = world
    zones, units = squares(zone, "zone_id"), squares(unit, "unit_id")
    layers = zones, squares(parcel, "class"), units
    control = round(0.36 * factor, 4)
    ledger = area_ledger(*layers, class_column="class", control=control)
    for sides in [(), ("zone",), ("unit",), ("class",), ("unit", "class")]:
        units_of = (ledger.by(*sides)["area_hm2"] * 100).round().astype(int)
        assert units_of.sum() == round(control * 1e4)
    assert ledger.check().empty
    assert (ledger.table["area_hm2"] >= 0).all()


@given(worlds(), st.sampled_from(["exact", "centre"]))
@settings(max_examples=20)
def test_a_raster_says_what_its_cells_as_parcels_say(world, rule):
    zone, unit, parcel = world
    zone[0, 0] = 1  # so that at least one class is met
    zones, units = squares(zone, "zone_id"), squares(unit, "unit_id")
    axes = {
        "y": SOUTH + 50 + 100.0 * np.arange(SIDE),
        "x": WEST + 50 + 100.0 * np.arange(SIDE),
    }
    raster = xr.DataArray(parcel, axes, ("y", "x")).rio.write_crs(4547)
    by_cells = area_ledger(zones, raster, units, rule=rule)
    by_parcels = area_ledger(
        zones, squares(parcel, "class"), units, class_column="class"
    )
    expected = by_parcels.by("zone", "unit", "class")
    inside = expected[["zone", "unit"]].notna().any(axis=1)
    found = by_cells.by("zone", "unit", "class")
    assert np.allclose(
        found["area_m2"], expected.loc[inside, "area_m2"], rtol=1e-5
    )  # the scale of the map


@given(worlds(), st.data())
@settings(max_examples=20)
def test_controls_of_zones_and_units_are_met_at_once(world, data):
    zone, unit, parcel = world
    zone, unit = np.maximum(zone, 1), np.maximum(unit, 1)
    layers = (
        squares(zone, "zone_id"),
        squares(parcel, "class"),
        squares(unit, "unit_id"),
    )
    free = area_ledger(*layers, class_column="class")
    control = {}
    for side in ("zone", "unit"):
        sums = free.by(side).set_index(side)["area_km2"]
        shift = data.draw(st.integers(-3, 3)) if len(sums) > 1 else 0
        first, last = sums.index[0], sums.index[-1]
        sums[first], sums[last] = sums[first] + shift / 1e4, sums[last] - shift / 1e4
        control[side] = sums.round(4)
    try:
        ledger = area_ledger(*layers, class_column="class", control=control)
    except ValueError as refusal:
        assert "common land cannot give" in str(refusal)  # noqa: PT017
        return
    for side in ("zone", "unit"):
        found = ledger.by(side).set_index(side)["area_km2"]
        assert np.allclose(found, control[side], atol=1e-9)
