"""Layers of web maps are told by the boundary of their county."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, box

import ecozoning as ez
from ecozoning._kernels.gcj02 import to_gcj02
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)

COUNTIES = ["shanggao", "guyang", "jinping", "shanshan", "mulei"]


def moved(layer, times=1):
    """Return a layer in degrees where web maps show it, or show what they moved."""
    shapes = layer.geometry.to_numpy()
    for _ in range(times):
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(to_gcj02(*xy.T)))
    return layer.set_geometry(shapes, crs=layer.crs)


def halves(boundary):
    west, south, east, north = boundary.total_bounds
    # Whole units of a centimetre: cutting leaves spikes that would cross when moved.
    whole = shapely.set_precision(boundary.geometry.iloc[0], 1e-7)
    west_half = box(west, south, (west + east) / 2, north)
    left = shapely.intersection(whole, west_half, grid_size=1e-7)
    rest = shapely.difference(whole, west_half, grid_size=1e-7)
    return gpd.GeoDataFrame(geometry=[left, rest], crs=boundary.crs)


def places(boundary, count=30_000):
    west, south, east, north = boundary.total_bounds
    xy = np.random.default_rng(3).uniform((west, south), (east, north), (count, 2))
    inside = shapely.contains_xy(boundary.geometry.iloc[0], xy)
    return gpd.GeoDataFrame(geometry=shapely.points(xy[inside]), crs=boundary.crs)


@pytest.fixture(scope="module", params=COUNTIES)
def boundary(request):
    return ez.load_plan(request.param).boundary[["geometry"]]


@pytest.mark.parametrize("times", [0, 1, 2])
def test_zones_tell_how_often_they_were_moved(boundary, times):
    found = ez.suspect_gcj02(moved(halves(boundary), times), boundary)
    assert (found.suspected, found.times) == (times > 0, times)
    assert found.evidence == "outline"
    assert (found.shift_m > 100) == (times > 0)
    if times:
        assert found.misfit_undone < 2 < 50 < found.misfit_as_is


def test_a_projected_layer_is_laid_back_first(boundary):
    plane = moved(halves(boundary)).to_crs(ez.cgcs2000_zone(boundary))
    assert ez.suspect_gcj02(plane, boundary.to_crs(plane.crs)).times == 1


def test_a_layer_undone_once_too_often_is_told(boundary):
    found = ez.suspect_gcj02(ez.from_gcj02(halves(boundary)), boundary)
    assert (found.suspected, found.times) == (False, -1)
    assert "once too often" in found.reason


@pytest.mark.parametrize("times", [0, 1])
def test_a_part_of_the_county_is_enough(boundary, times):
    part = moved(halves(boundary).iloc[:1], times)
    assert ez.suspect_gcj02(part, boundary).times == times


@pytest.mark.parametrize("times", [0, 1, 2])
def test_places_all_over_the_county_are_weak_evidence(boundary, times):
    found = ez.suspect_gcj02(moved(places(boundary), times), boundary)
    assert found.times == times
    assert found.evidence == "inside"
    assert "weak evidence" in found.reason


def test_roads_that_end_at_the_boundary_are_strong_evidence():
    county = gpd.GeoDataFrame(geometry=[box(114.6, 28, 115, 28.4)], crs=4490)
    roads = [LineString([(114.6, y), (115, y)]) for y in np.linspace(28, 28.4, 20)]
    layer = gpd.GeoDataFrame(geometry=roads, crs=4490)
    found = ez.suspect_gcj02(moved(layer), county)
    assert (found.times, found.evidence) == (1, "outline")


def test_what_the_reason_advises_mends(boundary):
    shown = moved(halves(boundary))
    assert "from_gcj02(layer)" in ez.suspect_gcj02(shown, boundary).reason
    assert not ez.suspect_gcj02(ez.from_gcj02(shown), boundary).suspected


def test_places_in_the_middle_are_no_evidence():
    county = gpd.GeoDataFrame(geometry=[box(114.6, 28, 115, 28.4)], crs=4490)
    middle = gpd.GeoDataFrame(geometry=[Point(114.8, 28.2)], crs=4490)
    with pytest.raises(NoDataError, match="does not tell whether it comes from a web"):
        ez.suspect_gcj02(middle, county)


def test_places_of_another_county_are_no_evidence():
    county = gpd.GeoDataFrame(geometry=[box(114.6, 28, 115, 28.4)], crs=4490)
    other = gpd.GeoDataFrame(geometry=[box(113, 28, 113.4, 28.4)], crs=4490)
    with pytest.raises(NoDataError, match="reach the boundary"):
        ez.suspect_gcj02(other, county)


def test_layers_that_cannot_be_laid_on_a_boundary_are_refused():
    county = gpd.GeoDataFrame(geometry=[box(114.6, 28, 115, 28.4)], crs=4490)
    bare = county.set_crs(None, allow_override=True)
    old = county.set_crs(4214, allow_override=True)
    with pytest.raises(MissingCRSError, match="`layer` has no CRS"):
        ez.suspect_gcj02(bare, county)
    with pytest.raises(CRSMismatchError, match="`boundary` is in Beijing 1954"):
        ez.suspect_gcj02(county, old)
    with pytest.raises(GeometryError, match=r"`boundary` .* kind than polygons"):
        ez.suspect_gcj02(county, county.set_geometry(county.boundary))
    with pytest.raises(ParameterError, match="lie outside China"):
        ez.suspect_gcj02(county, county.set_geometry(county.translate(-110)))
