"""What is refused, in which words, and that the mend that is named does mend it."""

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from ecozoning._validation import (
    cgcs2000_degrees,
    check_columns,
    check_crs,
    check_lonlat_domain,
    check_points,
    check_polygons,
    check_same_crs,
    check_transformable,
    threads,
)
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)

SQUARE = shapely.box(0, 0, 1, 1)
BOW = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def layer_of(*geometries, crs="EPSG:4490", **columns):
    return gpd.GeoDataFrame(columns, geometry=list(geometries), crs=crs)


# --- layers ------------------------------------------------------------------------


def test_a_good_layer_comes_back_as_it_is():
    zones = layer_of(SQUARE, shapely.MultiPolygon([SQUARE]), name=["a", "b"])
    assert check_polygons(zones, name="zones", columns=["name"]) is zones


def test_a_series_of_geometries_comes_back_as_a_frame_on_its_index():
    series = gpd.GeoSeries([SQUARE], index=["x"], crs="EPSG:4547")
    frame = check_polygons(series, name="zones")
    assert isinstance(frame, gpd.GeoDataFrame)
    assert (frame.index.tolist(), frame.crs.to_epsg()) == (["x"], 4547)


@pytest.mark.parametrize("thing", [pd.DataFrame({"a": [1]}), [SQUARE], None, SQUARE])
def test_what_is_no_layer_is_refused_with_the_call_that_makes_one(thing):
    with pytest.raises(ParameterError, match=r"`zones` is a .*GeoDataFrame\(zones"):
        check_polygons(thing, name="zones")
    with pytest.raises(ParameterError, match="`zones` is a "):
        check_crs(thing, name="zones")


def test_a_layer_without_geometry_column_is_refused():
    with pytest.raises(GeometryError, match=r"`zones\.set_geometry\(\.\.\.\)`"):
        check_polygons(gpd.GeoDataFrame({"a": [1]}), name="zones")


def test_a_layer_without_rows_is_refused_unless_allowed():
    empty = layer_of()
    with pytest.raises(NoDataError, match="`zones` has no rows"):
        check_polygons(empty, name="zones")
    assert len(check_polygons(empty, name="zones", allow_empty=True)) == 0


def test_labels_that_repeat_are_refused_and_reset_index_mends_them():
    twice = layer_of(SQUARE, SQUARE).set_axis(["x", "x"])
    with pytest.raises(SchemaError, match=r"1 label \('x'\).*reset_index\(drop=True\)"):
        check_polygons(twice, name="zones")
    check_polygons(twice.reset_index(drop=True), name="zones")


def test_missing_columns_are_refused_beside_those_that_are_there():
    zones = layer_of(SQUARE, kind=["a"])
    message = r"lacks the column 'name', 'code'; it has 'kind'.*zones\.rename"
    with pytest.raises(SchemaError, match=message) as caught:
        check_polygons(zones, name="zones", columns=("kind", "name", "code"))
    assert caught.value.missing == ("name", "code")
    with pytest.raises(SchemaError, match="it has none"):
        check_columns(layer_of(SQUARE), name="zones", columns=["name"])


# --- geometries --------------------------------------------------------------------


@pytest.mark.parametrize("absent", [None, shapely.Polygon()])
def test_rows_without_geometry_are_refused_and_the_mend_drops_them(absent):
    zones = layer_of(SQUARE, absent, SQUARE)
    message = r"in `zones` is 1 row \(1\) without a geometry.*count_coordinates"
    with pytest.raises(GeometryError, match=message) as caught:
        check_polygons(zones, name="zones")
    assert caught.value.index == (1,)
    mended = zones[zones.count_coordinates() > 0]
    assert check_polygons(mended, name="zones").index.tolist() == [0, 2]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(shapely.Point(0, 0), id="point"),
        pytest.param(shapely.LineString([(0, 0), (1, 1)]), id="line"),
        pytest.param(
            shapely.GeometryCollection([SQUARE, shapely.Point(5, 5)]), id="collection"
        ),
    ],
)
def test_other_geometries_are_refused_and_the_mend_keeps_the_polygons(other):
    zones = layer_of(SQUARE, other)
    with pytest.raises(GeometryError, match=r"1 row \(1\) of another kind than poly"):
        check_polygons(zones, name="zones")
    mended = zones.explode(ignore_index=True).loc[
        lambda layer: layer.geom_type == "Polygon"
    ]
    check_polygons(mended, name="zones")


def test_heights_are_refused_and_force_2d_mends_them():
    zones = gpd.GeoSeries([shapely.force_3d(SQUARE, 5.0), SQUARE], crs="EPSG:4490")
    with pytest.raises(GeometryError, match=r"1 row \(0\) with heights.*force_2d\(\)"):
        check_polygons(zones, name="zones")
    check_polygons(zones.force_2d(), name="zones")


def test_invalid_geometry_is_refused_with_its_reason_and_make_valid_mends_it():
    zones = layer_of(SQUARE, BOW)
    message = r"1 row \(1\) with invalid.*Self-intersection\[0\.5 0\.5\].*make_valid"
    with pytest.raises(GeometryError, match=message) as caught:
        check_polygons(zones, name="zones")
    assert caught.value.index == (1,)
    zones.geometry = zones.make_valid(method="structure", keep_collapsed=False)
    check_polygons(zones, name="zones")


@pytest.mark.parametrize("lost", ["nan", "inf"])
def test_coordinates_that_are_no_numbers_are_refused_before_invalid_ones(lost):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shapely warns of what it is asked to build
        bad = shapely.Polygon([(0, 0), (float(lost), 1), (1, 1)])
    zones = layer_of(SQUARE, BOW, bad)
    with pytest.raises(GeometryError, match="that are NaN or infinite") as caught:
        check_polygons(zones, name="zones")
    assert caught.value.index == (2,)


def test_only_the_first_five_labels_are_printed_and_all_are_kept():
    zones = layer_of(*[BOW] * 7)
    message = r"in `zones` are 7 rows \(0, 1, 2, 3, 4, \.\.\.\) with"
    with pytest.raises(GeometryError, match=message) as caught:
        check_polygons(zones, name="zones")
    assert caught.value.index == tuple(range(7))


def test_many_rows_are_checked_in_threads_with_the_same_result(monkeypatch):
    monkeypatch.setattr(threads, "SHARE_VERTICES", 10)
    monkeypatch.setenv("ECOZONING_THREADS", "3")
    zones = layer_of(*[SQUARE] * 30, BOW, *[SQUARE] * 20)
    with pytest.raises(GeometryError) as caught:
        check_polygons(zones, name="zones")
    assert caught.value.index == (30,)


def test_points_are_checked_like_polygons():
    places = layer_of(shapely.Point(110, 30), name=["a"])
    assert check_points(places, name="places", columns=["name"]) is places
    with pytest.raises(GeometryError, match=r"1 row .* of another kind than points"):
        check_points(layer_of(SQUARE), name="places")
    with pytest.raises(GeometryError, match=r"1 row .* of another kind than points"):
        check_points(layer_of(shapely.MultiPoint([(0, 0), (1, 1)])), name="places")
    with pytest.raises(GeometryError, match="NaN or infinite"):
        check_points(layer_of(shapely.Point(np.inf, 0)), name="places")


# --- coordinate reference systems --------------------------------------------------


def test_a_layer_without_crs_is_refused_and_set_crs_mends_it():
    zones = layer_of(SQUARE, crs=None)
    with pytest.raises(MissingCRSError, match=r"`zones\.set_crs\('EPSG:4490'\)`"):
        check_polygons(zones, name="zones")
    check_polygons(zones.set_crs("EPSG:4490"), name="zones")


def test_layers_in_one_crs_pass_whatever_it_was_written_in():
    esri = pyproj.CRS("EPSG:4490").to_wkt("WKT1_ESRI")
    crs = check_same_crs(layer_of(SQUARE), layer_of(SQUARE, crs=esri))
    assert crs.to_epsg() == 4490


def test_two_crs_are_refused_with_both_names_and_to_crs_mends_them():
    zones, redlines = layer_of(SQUARE), layer_of(SQUARE, crs="EPSG:4547")
    message = r"`zones` is in .*\(EPSG:4490\) but `redlines` is in .*\(EPSG:4547\)"
    with pytest.raises(CRSMismatchError, match=message) as caught:
        check_same_crs(zones, redlines, names=("zones", "redlines"))
    assert "`redlines = redlines.to_crs(zones.crs)`" in str(caught.value)
    check_same_crs(zones, redlines.to_crs(zones.crs))


def test_a_mapping_of_layers_is_checked_under_its_own_names():
    same = {"zones": layer_of(SQUARE), "redlines": layer_of(SQUARE)}
    assert check_same_crs(same).to_epsg() == 4490
    with pytest.raises(CRSMismatchError, match="but `farmland` is in"):
        check_same_crs(same | {"farmland": layer_of(SQUARE, crs="EPSG:4326")})
    with pytest.raises(MissingCRSError, match="`farmland` has no CRS"):
        check_same_crs(same | {"farmland": layer_of(SQUARE, crs=None)})


def test_no_layer_and_one_layer_of_two_are_refused():
    with pytest.raises(ParameterError, match="no layer was given"):
        check_same_crs({})
    with pytest.raises(ParameterError, match="`b` is a NoneType"):
        check_same_crs(layer_of(SQUARE))


def test_mixed_with_a_legacy_datum_the_advice_is_not_to_crs():
    old = layer_of(SQUARE, crs="EPSG:4214")
    with pytest.raises(CRSMismatchError, match=r"`old` is in Beijing 1954.*towgs84"):
        check_same_crs(layer_of(SQUARE), old, names=("zones", "old"))


@pytest.mark.parametrize(
    ("code", "datum"),
    [
        ("+proj=longlat +a=6371000 +rf=298.257222101", "unknown"),
        ("+proj=longlat +a=6378137 +rf=298.3", "unknown"),
        ("EPSG:4214", "Beijing 1954"),
        ("EPSG:2436", "Beijing 1954"),
        ("EPSG:21420", "Beijing 1954"),
        ("EPSG:4555", "New Beijing"),
        ("EPSG:4610", "Xian 1980"),
        ("EPSG:2362", "Xian 1980"),
        ("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=krass", "Krassovsky"),
        ("EPSG:4301", "Tokyo"),
    ],
)
def test_datums_that_proj_shifts_by_guesswork_are_refused(code, datum):
    message = rf"`zones` is in .*{datum}.*`to_crs` would leave the coordinates"
    with pytest.raises(CRSMismatchError, match=message):
        check_transformable(pyproj.CRS(code), name="zones")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ('LOCAL_CS["quarry grid",UNIT["metre",1]]', "Engineering"),
        ("EPSG:5737", "Vertical"),
        ("EPSG:4479", "Geocentric"),
    ],
)
def test_systems_without_a_place_on_the_map_are_refused(code, kind):
    message = rf"`zones` is in .* of type {kind} CRS .*allow_override=True"
    with pytest.raises(CRSMismatchError, match=message):
        check_transformable(pyproj.CRS(code), name="zones")


@pytest.mark.parametrize(
    ("code", "through"),
    [
        ("EPSG:4490", "EPSG:4490"),
        ("EPSG:4547", "EPSG:4490"),
        ("EPSG:4326", "EPSG:4490"),
        ("EPSG:9057", "EPSG:4490"),
        ("EPSG:4547+5737", "EPSG:4490"),
        ("+proj=longlat +ellps=GRS80 +pm=paris", "EPSG:4490"),
        ("+proj=tmerc +lon_0=114 +ellps=krass +towgs84=15,-154,-82", "EPSG:4326"),
    ],
)
def test_earth_centred_datums_and_stated_shifts_pass(code, through):
    crs = pyproj.CRS(code)
    assert check_transformable(crs, name="zones") is crs
    assert cgcs2000_degrees(crs) == through


def test_proj_still_drops_stated_shifts_on_the_way_to_cgcs2000():
    # The reason for `cgcs2000_degrees`. When this fails, PROJ has learned it.
    crs = pyproj.CRS("+proj=longlat +ellps=krass +towgs84=0,0,3000")
    there = pyproj.Transformer.from_crs(crs, "EPSG:4490", always_xy=True)
    assert there.transform(114.0, 30.0) == (114.0, 30.0)
    right = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    assert right.transform(114.0, 30.0)[1] > 30.01


@pytest.mark.parametrize(
    ("lon", "lat", "noun"),
    [(361, 0, "longitude"), (0, 91, "latitude"), (0, -91, "latitude")],
)
def test_degrees_beyond_the_earth_are_refused(lon, lat, noun):
    message = rf"`zones` has a {noun} from .*set_crs\(\.\.\., allow_override=True\)"
    with pytest.raises(GeometryError, match=message):
        check_lonlat_domain(np.array([0.0, lon]), np.array([0.0, lat]), name="zones")


@pytest.mark.parametrize("lost", [np.nan, np.inf])
def test_degrees_that_no_projection_could_give_are_refused(lost):
    with pytest.raises(GeometryError, match="`zones` has a latitude from"):
        check_lonlat_domain(np.array([0.0, 1]), np.array([0.0, lost]), name="zones")


def test_the_corners_of_the_world_are_degrees():
    check_lonlat_domain(np.array([-360.0, 360]), np.array([-90.0, 90]), name="zones")
