"""Zones put together from units, on a square county of 0.2 degrees on the equator."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor that writes the CRS
import shapely
import xarray as xr

from ecozoning import ellipsoidal_area
from ecozoning.errors import (
    ConvergenceError,
    GeometryError,
    MissingCRSError,
    ParameterError,
)
from ecozoning.zoning import Bearing, Elevation, Extent, Seats, assemble

STEP = 0.05
EDGES = np.arange(110.0, 110.2 - 1e-9, STEP)
BOXES = [
    shapely.box(x, y, x + STEP, y + STEP)
    for y in np.arange(-0.1, 0.1 - 1e-9, STEP)
    for x in EDGES
]  # sixteen units, row by row from the south-west
UNITS = gpd.GeoDataFrame(geometry=BOXES, crs=4490)
COUNTY = gpd.GeoDataFrame(geometry=[shapely.box(110, -0.1, 110.2, 0.1)], crs=4490)
CELL_M = 300.0


def seat(lon, lat, name="甲"):
    return Seats(points={name: (lon, lat)})


def terrain():
    """Return ground that rises eastwards, from 0 m at one edge to 1000 m."""
    x, y = np.arange(109.9925, 110.21, 0.005), np.arange(0.1075, -0.11, -0.005)
    height = np.broadcast_to((x - 110.0) / 0.2 * 1000, (y.size, x.size))
    dem = xr.DataArray(height, {"y": y, "x": x}, ("y", "x"))
    return dem.rio.write_crs(4490)


def assembled(evidence, units=UNITS):
    return assemble(COUNTY, units, evidence, cell_m=CELL_M).set_index("zone_id")


def test_zones_tile_the_county():
    zones = assembled({"w": [seat(110.02, 0)], "e": [seat(110.18, 0)]})
    assert shapely.coverage_is_valid(zones.geometry.to_numpy())
    whole = ellipsoidal_area(COUNTY).sum()
    assert ellipsoidal_area(zones).sum() == pytest.approx(whole, rel=1e-6)


def test_a_published_extent_moves_the_border_to_the_unit_that_fits():
    zones = assembled(
        {"w": [seat(110.02, 0), Extent(east=110.05)], "e": [seat(110.18, 0)]}
    )
    assert zones.geometry["w"].bounds[2] == pytest.approx(110.05, abs=0.003)


def test_a_published_mean_height_draws_the_border():
    # On ground that rises evenly to 1000 m, land from 0 m of mean 375 m: three rows.
    band = Elevation(dem=terrain(), low=0, mean=375, weight=0.01)
    evidence = {
        "w": [seat(110.02, 0), band],
        "e": [Bearing(direction="east", weight=0.01)],
    }
    assert assembled(evidence).geometry["w"].bounds[2] == pytest.approx(
        110.15, abs=0.003
    )


def test_every_zone_is_one_piece_and_holds_its_seat():
    evidence = {
        "a": [seat(110.02, 0.08, "甲"), Bearing(direction="south", weight=9)],
        "b": [seat(110.18, -0.08, "乙"), Bearing(direction="north", weight=9)],
    }
    zones = assembled(evidence)
    assert set(zones.geom_type) == {"Polygon"}
    assert zones.geometry["a"].contains(shapely.Point(110.02, 0.08))
    assert zones.geometry["b"].contains(shapely.Point(110.18, -0.08))


def test_rows_say_that_they_are_modelled_from_units():
    zones = assembled({"w": [seat(110.02, 0)], "e": [seat(110.18, 0)]})
    assert set(zones["geometry_kind"]) == {"modelled"}
    assert zones["evidence"].str.startswith("whole units fitted to: near the").all()


def test_the_order_of_the_units_does_not_matter():
    evidence = {"w": [seat(110.02, 0), Extent(east=110.1)], "e": [seat(110.18, 0)]}
    turned = assembled(evidence, UNITS.iloc[::-1])
    for zone, shape in assembled(evidence).geometry.items():
        assert shape.symmetric_difference(turned.geometry[zone]).area < 1e-9


def test_units_without_a_crs_are_refused():
    with pytest.raises(MissingCRSError, match="`units`"):
        assembled({"w": [seat(110.02, 0)]}, gpd.GeoDataFrame(geometry=BOXES))


def test_units_that_leave_the_county_bare_are_refused():
    with pytest.raises(GeometryError, match=r"`units` leave 25% .* uncovered"):
        assembled({"w": [seat(110.02, -0.05)]}, UNITS.iloc[:12])


def test_a_seat_outside_the_county_is_refused():
    with pytest.raises(GeometryError, match="outside `boundary`"):
        assembled({"w": [seat(111, 0)]})


def test_seats_of_two_zones_in_one_unit_are_refused():
    evidence = {"w": [seat(110.01, -0.09)], "e": [seat(110.04, -0.06, "乙")]}
    with pytest.raises(ParameterError, match=r"seat '乙' of zone 'e'.*smaller `units`"):
        assembled(evidence)


def test_seats_that_no_land_joins_are_refused():
    columns = gpd.GeoDataFrame(
        geometry=[shapely.box(x, -0.1, x + STEP, 0.1) for x in EDGES], crs=4490
    )
    sides = Seats(points={"甲": (110.02, 0), "乙": (110.18, 0)})
    evidence = {"o": [sides], "m": [seat(110.07, 0, "丙")]}
    with pytest.raises(ConvergenceError, match="seats of zone 'o' lie in parts"):
        assembled(evidence, columns)


def test_a_zone_that_misses_more_than_the_others_everywhere_is_refused():
    evidence = {
        "w": [Bearing(direction="west")],
        "x": [Bearing(direction="west", weight=2), Bearing(direction="east")],
    }
    with pytest.raises(ConvergenceError, match="zone 'x' is left without a unit"):
        assembled(evidence)
