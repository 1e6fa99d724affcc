"""Coordinates without a CRS: the zone where they tell it, a refusal where not."""

import geopandas as gpd
import pytest
import shapely
from shapely import Point, box

import ecozoning as ez
from ecozoning.errors import CRSMismatchError, NoDataError, ParameterError


def bare(layer):
    return layer.set_crs(None, allow_override=True)


def county(lon, lat):
    return gpd.GeoDataFrame(
        geometry=[box(lon - 0.3, lat - 0.2, lon + 0.3, lat + 0.2)], crs=4490
    )


@pytest.mark.parametrize("zone", range(25, 46))
def test_eastings_with_a_number_tell_the_zone_of_three_degrees(zone):
    layer = county(3.0 * zone + 0.5, 35).to_crs(4513 + zone - 25)
    assert ez.guess_zone(bare(layer)).to_epsg() == 4513 + zone - 25


@pytest.mark.parametrize("zone", range(13, 24))
def test_eastings_with_a_number_tell_the_zone_of_six_degrees(zone):
    place = county(6.0 * zone - 3 + 1, 35)
    layer = bare(place.to_crs(4491 + zone - 13))
    assert ez.guess_zone(layer, place).to_epsg() == 4491 + zone - 13
    if zone > 15:  # the numbers 13 to 15 are also eastings of web maps
        assert ez.guess_zone(layer).to_epsg() == 4491 + zone - 13


@pytest.mark.parametrize("zone", range(25, 46))
def test_a_boundary_tells_the_zone_of_eastings_without_a_number(zone):
    place = county(3.0 * zone - 0.5, 30)
    layer = bare(place.to_crs(4534 + zone - 25))
    assert ez.guess_zone(layer, place).to_epsg() == 4534 + zone - 25
    with pytest.raises(ParameterError, match="pass a `boundary`"):
        ez.guess_zone(layer)


def test_degrees_are_taken_as_cgcs2000():
    assert ez.guess_zone(bare(county(114.9, 28.2))).to_epsg() == 4490


def test_web_mercator_is_told_from_the_sixth_degree_zones_by_a_boundary():
    place = county(121.0, 31.2)
    layer = bare(place.to_crs(3857))  # x is 13.4 million: also zone 13
    assert ez.guess_zone(layer, place).to_epsg() == 3857
    with pytest.raises(ParameterError, match="EPSG:4491, EPSG:3857"):
        ez.guess_zone(layer)


@pytest.mark.parametrize("code", [4490, 4526, 4547])
def test_exchanged_axes_are_told(code):
    layer = county(114.9, 28.2).to_crs(code)
    turned = layer.set_geometry(
        shapely.transform(layer.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    )
    with pytest.raises(ParameterError, match="with x and y exchanged it would be"):
        ez.guess_zone(bare(turned))


def test_several_zones_in_one_layer_are_refused():
    layer = gpd.GeoSeries([Point(38_500_000, 3e6), Point(39_400_000, 3e6)])
    with pytest.raises(ParameterError, match="begin with 38 and with 39"):
        ez.guess_zone(layer)


def test_coordinates_that_are_nowhere_are_refused():
    with pytest.raises(ParameterError, match="ask for the system at its source"):
        ez.guess_zone(gpd.GeoSeries([Point(1, 2)]))
    with pytest.raises(ParameterError, match="lies far from `boundary`"):
        ez.guess_zone(bare(county(114.9, 28.2)), county(100, 30))


def test_nothing_to_guess_is_refused():
    with pytest.raises(CRSMismatchError, match="nothing is left to guess"):
        ez.guess_zone(county(114.9, 28.2))
    with pytest.raises(NoDataError, match="no vertex"):
        ez.guess_zone(gpd.GeoSeries([], crs=None))


def test_what_is_no_layer_is_refused():
    with pytest.raises(ParameterError, match="`layer` is a NoneType"):
        ez.guess_zone(None)
