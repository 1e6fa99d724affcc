"""Zones of CGCS2000, the projection of China, and the shift of web maps undone."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer
from shapely import Point, Polygon, box

import ecozoning as ez
from ecozoning._kernels.gcj02 import from_gcj02, to_gcj02
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)


@pytest.mark.parametrize("zone", range(25, 46))
@pytest.mark.parametrize("zoned", [False, True])
def test_all_zones_of_three_degrees_have_their_meridian_and_easting(zone, zoned):
    crs = ez.cgcs2000_zone(3.0 * zone, zoned=zoned)
    values = {p.name: p.value for p in crs.coordinate_operation.params}
    assert values["Longitude of natural origin"] == 3 * zone
    assert values["False easting"] == zoned * zone * 1_000_000 + 500_000
    assert crs.to_epsg() == (4513 if zoned else 4534) + zone - 25


@pytest.mark.parametrize("zone", range(13, 24))
@pytest.mark.parametrize("zoned", [False, True])
def test_all_zones_of_six_degrees_have_their_meridian_and_easting(zone, zoned):
    crs = ez.cgcs2000_zone(6.0 * zone - 3, zoned=zoned, width=6)
    values = {p.name: p.value for p in crs.coordinate_operation.params}
    assert values["Longitude of natural origin"] == 6 * zone - 3
    assert values["False easting"] == zoned * zone * 1_000_000 + 500_000


@pytest.mark.parametrize(
    ("county", "zone", "zoned"),
    [
        ("shanshan", 4539, 4518),
        ("mulei", 4539, 4518),
        ("guyang", 4546, 4525),
        ("shanggao", 4547, 4526),
        ("jinping", 4545, 4524),
    ],
)
def test_counties_lie_in_their_zones(county, zone, zoned):
    boundary = ez.load_plan(county).boundary
    assert ez.cgcs2000_zone(boundary).to_epsg() == zone
    assert ez.cgcs2000_zone(boundary, zoned=True).to_epsg() == zoned


def test_a_border_belongs_to_the_eastern_zone():
    # Python rounds halves to even: 112.5 / 3 = 37.5 and 115.5 / 3 = 38.5 both to 38.
    assert ez.cgcs2000_zone(112.5).to_epsg() == 4534 + 38 - 25
    assert ez.cgcs2000_zone(115.5).to_epsg() == 4534 + 39 - 25


@pytest.mark.parametrize("lon", [73.4, 136.5, -110.0, 39.9])
def test_places_without_a_zone_are_refused(lon):
    with pytest.raises(ParameterError, match="in no zone of CGCS2000"):
        ez.cgcs2000_zone(lon)


@pytest.mark.parametrize("width", [1, 4, True, "3"])
def test_other_widths_are_refused(width):
    with pytest.raises(ParameterError, match="3 or 6 degrees"):
        ez.cgcs2000_zone(110.0, width=width)


def test_no_longitude_is_refused():
    with pytest.raises(ParameterError, match="longitude in degrees is needed"):
        ez.cgcs2000_zone(float("nan"))


def test_layers_that_lie_nowhere_are_refused():
    with pytest.raises(NoDataError, match="no geometry"):
        ez.cgcs2000_zone(gpd.GeoDataFrame(geometry=[], crs=4490))
    with pytest.raises(MissingCRSError, match="no CRS"):
        ez.cgcs2000_zone(gpd.GeoDataFrame(geometry=[Point(110, 30)]))
    with pytest.raises(CRSMismatchError, match="towgs84"):
        ez.cgcs2000_zone(gpd.GeoDataFrame(geometry=[Point(110, 30)], crs=4214))


def test_albers_of_china_keeps_areas():
    square = gpd.GeoSeries([box(109.2, 26.5, 109.3, 26.6).segmentize(0.001)], crs=4490)
    geodesic, _ = Geod(ellps="GRS80").geometry_area_perimeter(square[0])
    assert square.to_crs(ez.china_albers()).area[0] == pytest.approx(geodesic, rel=1e-6)


def test_albers_of_china_has_no_offset():
    to_plane = Transformer.from_crs(4490, ez.china_albers(), always_xy=True)
    assert to_plane.transform(105, 0) == pytest.approx((0, 0), abs=1e-6)


@pytest.mark.parametrize(
    ("true", "shown"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_known_places_are_moved_and_come_back(true, shown):
    layer = gpd.GeoDataFrame({"n": [1]}, geometry=[Point(shown)], crs=4326)
    back = ez.from_gcj02(layer)
    assert back.crs == CRS(4490)
    assert back["n"].tolist() == [1]
    assert back.geometry[0].coords[0] == pytest.approx(true, abs=1e-8)
    assert np.ravel(to_gcj02(*map(np.atleast_1d, true))) == pytest.approx(
        shown, abs=1e-9
    )


@given(st.floats(73, 136), st.floats(3, 54))
def test_the_way_there_and_back_ends_within_a_millimetre(lon, lat):
    there = to_gcj02(np.array([lon]), np.array([lat]))
    back = from_gcj02(*there)
    assert back[0][0] == pytest.approx(lon, abs=1e-8)
    assert back[1][0] == pytest.approx(lat, abs=1e-8)


def test_columns_names_and_heights_stay():
    shape = Polygon([(110, 30, 5), (110.1, 30, 6), (110.1, 30.1, 7)])
    layer = gpd.GeoDataFrame({"名": ["甲"]}, geometry=[shape], crs=4490, index=[9])
    back = ez.from_gcj02(layer.rename_geometry("面"))
    assert back.geometry.name == "面"
    assert back.index.tolist() == [9]
    assert [z for *_, z in back.geometry.iloc[0].exterior.coords] == [5, 6, 7, 5]
    assert layer.geometry.iloc[0] == shape


def test_a_series_comes_back_as_a_series():
    back = ez.from_gcj02(gpd.GeoSeries([Point(110, 30)], crs=4490, name="p"))
    assert isinstance(back, gpd.GeoSeries)
    assert back.name == "p"


def test_places_that_are_not_moved_are_refused():
    abroad = gpd.GeoSeries([Point(110, 30), Point(2.35, 48.85)], crs=4326)
    with pytest.raises(ParameterError, match="1 vertices of `layer` lie outside China"):
        ez.from_gcj02(abroad)


def test_metres_are_refused():
    plane = gpd.GeoSeries([Point(5e5, 3e6)], crs=4547)
    with pytest.raises(CRSMismatchError, match="undo the projection"):
        ez.from_gcj02(plane)


def test_a_layer_without_a_crs_is_refused():
    with pytest.raises(MissingCRSError, match="no CRS"):
        ez.from_gcj02(gpd.GeoSeries([Point(110, 30)]))


@pytest.mark.parametrize("rows", [[], [None]])
def test_a_layer_without_vertices_is_refused(rows):
    with pytest.raises(NoDataError, match="no vertex to move"):
        ez.from_gcj02(gpd.GeoSeries(rows, crs=4490))


def test_coordinates_that_are_nowhere_on_the_earth_are_refused():
    far = gpd.GeoSeries([Point(5e5, 3e6), Point(5e9, 3e6)], crs="EPSG:4547")
    with pytest.raises(GeometryError, match="that are nowhere on the Earth"):
        ez.to_cgcs2000(far)
