"""Snapping of random zones to random towns: it conserves, and again is idle."""

import warnings

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ecozoning.errors import DroppedRowsWarning
from ecozoning.overlay import ellipsoidal_area
from ecozoning.overlay.adjacency import adjacency
from ecozoning.zoning import snap

WEST, SOUTH, SIDE = 5e5, 3.1e6, 1e4


def tiling(rng, count, column):
    """Return the Voronoi cells of random points in a square of 10 km."""
    square = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    points = shapely.MultiPoint(
        np.array([WEST, SOUTH]) + SIDE * rng.uniform(0.02, 0.98, (count, 2))
    )
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=square))
    shapes = shapely.intersection(cells, square)
    names = [f"{column}{i}" for i in range(count)]
    return gpd.GeoDataFrame({column: names}, geometry=shapes, crs="EPSG:4547")


SEEDS = st.integers(0, 10_000)
COUNTS = st.tuples(st.integers(2, 6), st.integers(5, 40))
RULES = st.fixed_dictionaries(
    {
        "contiguity": st.sampled_from(["rook", "queen", "none"]),
        "min_area_km2": st.sampled_from([0.0, 5.0, 25.0]),
    }
)


def snapped(zones, units, **rules):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DroppedRowsWarning)
        return snap(zones, units, zone_id="z", unit_id="u", **rules)


def world(seed, counts):
    rng = np.random.default_rng(seed)
    return tiling(rng, counts[0], "z"), tiling(rng, counts[1], "u")


@settings(max_examples=40)
@given(SEEDS, COUNTS, RULES, st.booleans())
def test_snapping_twice_changes_nothing(seed, counts, rules, with_targets):
    zones, units = world(seed, counts)
    if with_targets:
        rules = {**rules, "targets": {"z0": 30.0}, "min_area_km2": 0.0}
    once = snapped(zones, units, **rules)
    rules = {
        k: v for k, v in rules.items() if k != "targets" or "z0" in set(once.zones["z"])
    }
    twice = snapped(once.zones, units, **rules)
    assert twice.units["z"].tolist() == once.units["z"].tolist()
    assert twice.ledger.empty
    assert shapely.equals_exact(
        once.zones.geometry.to_numpy(), twice.zones.geometry.to_numpy(), 0
    ).all()


@settings(max_examples=40)
@given(SEEDS, COUNTS, RULES)
def test_the_ledger_is_the_change_of_every_zone(seed, counts, rules):
    zones, units = world(seed, counts)
    found = snapped(zones, units, **rules)
    into = found.ledger.groupby("to_zone")["area_km2"].sum()
    out = found.ledger.groupby("from_zone")["area_km2"].sum()
    names = found.zones["z"]
    net = into.reindex(names, fill_value=0) - out.reindex(names, fill_value=0)
    gained = found.zones["area_km2"] - found.zones["area_before_km2"]
    assert np.abs(gained.to_numpy() - net.to_numpy()).max() < 1e-12
    assert found.zones["area_km2"].sum() == pytest.approx(
        ellipsoidal_area(units).sum() / 1e6, rel=1e-12
    )


@settings(max_examples=30)
@given(SEEDS, COUNTS)
def test_areas_before_are_those_of_the_zones(seed, counts):
    zones, units = world(seed, counts)
    found = snapped(zones, units).zones.set_index("z")
    before = (ellipsoidal_area(zones) / 1e6).set_axis(zones["z"])
    assert found["area_before_km2"].to_numpy() == pytest.approx(
        before[found.index].to_numpy(), rel=1e-6
    )


@settings(max_examples=40)
@given(SEEDS, COUNTS, st.floats(10, 60))
def test_zones_hang_together_whatever_moves(seed, counts, target):
    zones, units = world(seed, counts)
    found = snapped(zones, units, targets={"z1": target}).units
    zone = found["z"].to_numpy()
    met = adjacency(found.geometry.to_numpy())
    same = (met.shared > 0) & (zone[met.left] == zone[met.right])
    group = np.arange(len(zone))
    for _ in group:  # the least number spreads over each body
        np.minimum.at(group, met.left[same], group[met.right[same]])
        np.minimum.at(group, met.right[same], group[met.left[same]])
    assert len(np.unique(group)) == len(np.unique(zone))


@settings(max_examples=40)
@given(SEEDS, COUNTS, st.floats(10, 60))
def test_targets_never_make_deviations_larger(seed, counts, target):
    zones, units = world(seed, counts)
    without = snapped(zones, units).zones.set_index("z")["area_km2"]
    found = snapped(zones, units, targets={"z1": target}).zones.set_index("z")
    if "z1" in found.index:
        deviation = abs(found.loc["z1", "deviation_km2"])
        assert deviation <= abs(without["z1"] - target) + 1e-9


@settings(max_examples=20)
@given(SEEDS, COUNTS)
def test_the_order_of_units_does_not_matter(seed, counts):
    zones, units = world(seed, counts)
    found = snapped(zones, units).units.set_index("unit")["z"]
    turned = snapped(zones, units.iloc[::-1]).units.set_index("unit")["z"]
    assert turned[found.index].tolist() == found.tolist()


@settings(max_examples=20)
@given(SEEDS, COUNTS)
def test_moved_land_is_what_geopandas_cuts_out(seed, counts):
    zones, units = world(seed, counts)
    found = snapped(zones, units)
    cut = gpd.overlay(units, zones, how="intersection")
    goal = found.units.set_index("unit")["z"]
    moved = cut[cut["z"] != cut["u"].map(goal)]
    area = (ellipsoidal_area(moved) if len(moved) else moved.area).sum() / 1e6
    assert found.ledger["area_km2"].sum() == pytest.approx(area, rel=1e-6, abs=1e-6)
