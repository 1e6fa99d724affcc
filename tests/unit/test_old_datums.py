"""Old datums are left by the user's parameters, and by nothing else."""

import dataclasses
import math

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely import Point, box

import ecozoning as ez
from ecozoning.errors import CRSMismatchError, MissingCRSError, ParameterError

SEVEN = ez.SevenParameters(
    dx_m=-15.8,
    dy_m=154.4,
    dz_m=82.3,
    rx_seconds=0.5,
    ry_seconds=-0.7,
    rz_seconds=1.1,
    scale_ppm=-2.5,
    convention="position_vector",
)
FOUR = ez.FourParameters(
    east_m=120.0,
    north_m=-3.0,
    turn_seconds=2.0,
    turn="clockwise",
    scale_ppm=1.0,
    target=4547,
)
KRASOVSKY = (6_378_245.0, 1 / 298.3)
CGCS2000 = (6_378_137.0, 1 / 298.257222101)


def in_space(lon, lat, axis, flattening):
    """Return the position of a place on an ellipsoid, metres from its middle."""
    e2 = flattening * (2 - flattening)
    lam, phi = math.radians(lon), math.radians(lat)
    n = axis / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    flat = n * math.cos(phi)
    return np.array(
        [
            flat * math.cos(lam),
            flat * math.sin(lam),
            n * (1 - e2) * math.sin(phi),
        ]
    )


def on_ellipsoid(position, axis, flattening):
    """Return longitude and latitude, by the fixed point of the latitude."""
    x, y, z = position
    e2 = flattening * (2 - flattening)
    phi = math.atan2(z, math.hypot(x, y) * (1 - e2))
    for _ in range(20):
        n = axis / math.sqrt(1 - e2 * math.sin(phi) ** 2)
        phi = math.atan2(z + e2 * n * math.sin(phi), math.hypot(x, y))
    return math.degrees(math.atan2(y, x)), math.degrees(phi)


def by_hand(lon, lat, p):
    rx, ry, rz = (
        math.radians(r / 3600) for r in (p.rx_seconds, p.ry_seconds, p.rz_seconds)
    )
    turn = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
    shift = np.array([p.dx_m, p.dy_m, p.dz_m])
    turned = turn @ in_space(lon, lat, *KRASOVSKY)
    return on_ellipsoid(shift + (1 + p.scale_ppm * 1e-6) * turned, *CGCS2000)


@pytest.mark.parametrize("place", [(88.0, 42.9), (114.9, 28.2), (131.0, 47.0)])
def test_seven_parameters_turn_positions_in_space(place):
    new = ez.to_cgcs2000(gpd.GeoSeries([Point(place)], crs=4214), SEVEN)
    assert new.crs == CRS(4490)
    assert new[0].coords[0] == pytest.approx(by_hand(*place, SEVEN), abs=1e-10)


def test_the_other_convention_has_the_other_signs():
    old = gpd.GeoSeries([Point(114.9, 28.2)], crs=4214)
    other = dataclasses.replace(
        SEVEN,
        rx_seconds=-0.5,
        ry_seconds=0.7,
        rz_seconds=-1.1,
        convention="coordinate_frame",
    )
    pair = [ez.to_cgcs2000(old, p)[0].coords[0] for p in (SEVEN, other)]
    assert pair[0] == pytest.approx(pair[1], abs=1e-12)


def test_a_projected_layer_is_laid_back_on_its_own_datum_first():
    degrees = gpd.GeoDataFrame(
        {"名": ["甲"]}, geometry=[box(114, 28, 115, 29)], crs=4214
    )
    plane = degrees.to_crs(2435)  # Beijing 1954, 3 degrees, 114 E
    pair = [ez.to_cgcs2000(layer, SEVEN) for layer in (degrees, plane)]
    assert pair[1]["名"].tolist() == ["甲"]
    assert pair[0].geom_equals_exact(pair[1], 1e-9).all()


def test_four_parameters_turn_the_plane():
    # By hand: 2'' clockwise at north 3 120 000, east 500 000, and a ppm more.
    old = gpd.GeoSeries([Point(500_000, 3_120_000)], crs=2435)
    new = ez.to_cgcs2000(old, FOUR).to_crs(4547)
    angle = 2 / 206_264.806_247
    east = 120 + 1.000001 * (500_000 + 3_120_000 * angle)
    north = -3 + 1.000001 * (3_120_000 - 500_000 * angle)
    assert new[0].coords[0] == pytest.approx((east, north), abs=1e-3)


def test_the_other_way_round_is_the_other_angle():
    old = gpd.GeoSeries([Point(500_000, 3_120_000)], crs=2435)
    other = dataclasses.replace(FOUR, turn="counterclockwise", turn_seconds=-2.0)
    assert ez.to_cgcs2000(old, other)[0] == ez.to_cgcs2000(old, FOUR)[0]


def test_heights_stay():
    old = gpd.GeoSeries([Point(114.9, 28.2, 55.0)], crs=4214)
    assert ez.to_cgcs2000(old, SEVEN)[0].z == 55.0


@pytest.mark.parametrize("code", [4214, 2435, 4610, 2383])
def test_old_datums_without_parameters_are_refused(code):
    layer = gpd.GeoSeries([Point(114.9, 28.2)], crs=4326).to_crs(4490)
    layer = layer.set_crs(code, allow_override=True)
    with pytest.raises(CRSMismatchError, match=r"to_cgcs2000\(layer, ecozoning.Seven"):
        ez.to_cgcs2000(layer)


def test_parameters_that_are_not_needed_are_refused():
    layer = gpd.GeoSeries([Point(114.9, 28.2)], crs=4490)
    with pytest.raises(CRSMismatchError, match="reached without `parameters`"):
        ez.to_cgcs2000(layer, SEVEN)


def test_parameters_in_other_units_are_refused():
    layer = gpd.GeoSeries([Point(114.9, 28.2)], crs=4214)
    with pytest.raises(ParameterError, match="metres, arc seconds and parts per mill"):
        ez.to_cgcs2000(layer, dataclasses.replace(SEVEN, rz_seconds=400.0))
    with pytest.raises(ParameterError, match="which say what each number means"):
        ez.to_cgcs2000(layer, (1, 2, 3, 0, 0, 0, 0))


def test_four_parameters_of_degrees_are_refused():
    layer = gpd.GeoSeries([Point(114.9, 28.2)], crs=4214)
    with pytest.raises(CRSMismatchError, match="four parameters turn a plane"):
        ez.to_cgcs2000(layer, FOUR)


def test_a_layer_without_a_crs_is_refused():
    with pytest.raises(MissingCRSError, match="`old` has no CRS"):
        ez.to_cgcs2000(gpd.GeoSeries([Point(1, 2)]), SEVEN, name="old")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"convention": "bursa"}, "`convention` is 'bursa'"),
        ({"dx_m": "1"}, "`dx_m` is '1'"),
        ({"scale_ppm": math.nan}, "`scale_ppm` is nan"),
    ],
)
def test_parameters_that_are_none_are_refused(change, text):
    with pytest.raises(ParameterError, match=text):
        dataclasses.replace(SEVEN, **change)


def test_a_target_that_is_no_plane_of_cgcs2000_is_refused():
    for target in (4490, 32650, 2435):
        with pytest.raises(CRSMismatchError, match="the projection of CGCS2000"):
            dataclasses.replace(FOUR, target=target)
