"""Neighbours joined: rounding leaves no slits, gaps stay."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely

import ecozoning as ez
from ecozoning.overlay import unions
from ecozoning.overlay.unions import joined_ground
from ecozoning.zoning import merge_contiguous, snap

EAST, NORTH = 39_500_000.0, 3_100_000.0  # eight digits: a step is 7.5 nanometres


def bricks(courses=8, turn=1.1, size=1000.0):
    """Return a wall of bricks turned by an angle: no vertex is quite on an edge."""
    rows = [np.linspace(0, courses, courses + 1 + i % 2) for i in range(courses)]
    boxes = [
        shapely.box(west, south, east, south + 1)
        for south, ends in enumerate(rows)
        for west, east in pairwise(ends)
    ]
    along = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return shapely.transform(boxes, lambda xy: size * xy @ along + (EAST, NORTH))


def wall():
    return gpd.GeoDataFrame(geometry=bricks(turn=0.3), crs="EPSG:4527")


def slits(geometries):
    """Return the number of holes and of parts beyond the first."""
    parts, row = shapely.get_parts(geometries, return_index=True)
    holes = shapely.get_num_interior_rings(parts).sum()
    return int(holes) + len(parts) - len(np.unique(row))


@pytest.mark.parametrize("turn", [0.3, 0.7, 1.1, 1.4])
@pytest.mark.parametrize("has_clean", [True, False])
@pytest.mark.parametrize("degrees", [True, False])
def test_a_wall_has_no_slits(monkeypatch, turn, has_clean, degrees):
    monkeypatch.setattr(
        unions, "HAS_COVERAGE_CLEAN", has_clean and unions.HAS_COVERAGE_CLEAN
    )
    polygons = bricks(turn=turn)
    if degrees:
        polygons = shapely.transform(polygons, lambda xy: xy / (4e5, 1e5))
    joined = joined_ground(polygons, matched=False)
    assert slits([joined]) == 0
    assert shapely.is_valid(joined)
    # A square with two steps of half a brick a side at most: no vertex inside.
    assert shapely.get_num_coordinates(joined) <= 40
    assert joined.area == pytest.approx(shapely.area(polygons).sum(), rel=1e-11)


def test_a_gap_of_a_micrometre_stays():
    left, right = shapely.box(0, 0, 1, 2), shapely.box(1 + 1e-6, 0, 2, 2)
    lid = [shapely.box(0, 2, 2, 3), shapely.box(0, -1, 2, 0)]
    joined = joined_ground(np.array([left, right, *lid]), matched=False)
    assert len(joined.interiors) == 1


def test_zones_of_units_without_common_vertices_have_no_slits():
    units = wall()
    ground = shapely.convex_hull(shapely.union_all(units.geometry.to_numpy()))
    west, _, east, _ = ground.bounds
    half = shapely.box(west, 0, (west + east) / 2, 1e8)
    parts = [ground & half, ground - half]
    zones = gpd.GeoDataFrame({"zone_id": ["w", "e"]}, geometry=parts, crs=units.crs)
    snapped = snap(zones, units, uncovered="assign")
    assert slits(snapped.zones.geometry) == 0
    # On the plane they have the land of their units; on the ellipsoid an edge with a
    # vertex more is less bent, by some square centimetres for these.
    plane = snapped.units.geometry.area.groupby(snapped.units["zone_id"]).sum()
    own = snapped.zones.set_index("zone_id").geometry.area
    assert (own - plane).abs().max() < 1e-4
    off = ez.ellipsoidal_area(snapped.zones) - 1e6 * snapped.zones["area_km2"]
    assert off.abs().max() < 0.05


def test_dissolved_and_merged_zones_have_no_slits():
    units = wall().assign(zone="a")
    assert slits(ez.dissolve(units, "zone").layer.geometry) == 0
    assert slits(merge_contiguous(units, "zone").zones.geometry) == 0
