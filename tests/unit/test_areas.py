"""Areas whose answers follow from the ellipsoid alone, and everything refused."""

from math import atanh, cos, pi, radians, sin, sqrt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ecozoning._kernels import ellipsoid
from ecozoning.errors import (
    AreaBalanceError,
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.overlay import area_table, ellipsoidal_area

A = 6_378_137.0
E2 = (2 - 1 / 298.257222101) / 298.257222101
AUTHALIC_RADIUS_M = 6_371_007.1810  # GRS 80 derived constants (Moritz 2000)
METHODS = ("exact", "survey")
GRADS = """GEOGCS["grads", DATUM["any", SPHEROID["GRS 80", 6378137, 298.257222101]],
    PRIMEM["Greenwich", 0], UNIT["grad", 0.01570796326794897]]"""


def lonlat(*polygons, crs="EPSG:4490", index=None):
    return gpd.GeoSeries(list(polygons), index=index, crs=crs)


def area_of(*polygons, method="exact", crs="EPSG:4490"):
    return ellipsoidal_area(lonlat(*polygons, crs=crs), method).to_numpy()


def strip_to_equator(lat_deg):
    """Area function of the ellipsoid per radian of longitude, in closed form."""
    s, e = sin(radians(lat_deg)), sqrt(E2)
    return A**2 * (1 - E2) / 2 * (s / (1 - E2 * s * s) + atanh(e * s) / e)


def quadrangle(west, south, width, height):
    """Return the area between two meridians and two parallels, in closed form."""
    rise = strip_to_equator(south + height) - strip_to_equator(south)
    return radians(width) * rise


# --- known answers -----------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_an_octant_is_an_eighth_of_the_published_surface(method):
    octant = shapely.Polygon([(0, 0), (90, 0), (90, 90), (0, 90)])
    area = area_of(octant, method=method)
    published = 4 * pi * AUTHALIC_RADIUS_M**2  # the radius is given to 0.1 mm
    np.testing.assert_allclose(area, published / 8, rtol=5e-11)
    rtol = 1e-14 if method == "exact" else 1e-11  # the survey's series ends at e^8
    np.testing.assert_allclose(area, strip_to_equator(90) * pi / 2, rtol=rtol)


@pytest.mark.parametrize(
    ("west", "south", "width", "height"),
    [
        pytest.param(108, 24, 6, 4, id="sheet of 1:1 000 000"),
        pytest.param(114, 28, 0.5, 1 / 3, id="sheet of 1:100 000"),
        pytest.param(114.5, 28.25, 1 / 16, 1 / 24, id="sheet of 1:10 000"),
        pytest.param(90, -2, 6, 4, id="across the equator"),
    ],
)
def test_survey_area_of_a_map_sheet_is_the_analytical_one(west, south, width, height):
    sheet = shapely.box(west, south, west + width, south + height)
    expected = quadrangle(west, south, width, height)
    np.testing.assert_allclose(area_of(sheet, method="survey"), expected, rtol=1e-11)


@pytest.mark.parametrize("lat", [18.5, 28.25, 45.0, 53.0])
def test_a_parcel_of_ten_metres_keeps_nine_digits(lat):
    # So small a quadrangle is the product of its two arcs, M dB and N cos(B) dL; what
    # is left out is 1e-12 of it. The steps are powers of two: no rounding of degrees.
    step = 2.0**-13
    parcel = shapely.box(114.5, lat, 114.5 + step, lat + step)
    middle = radians(lat + step / 2)
    w2 = 1 - E2 * sin(middle) ** 2
    expected = A**2 * (1 - E2) / w2**2 * cos(middle) * radians(step) ** 2
    assert 10 < sqrt(expected) < 14
    np.testing.assert_allclose(area_of(parcel), expected, rtol=1e-9)
    np.testing.assert_allclose(area_of(parcel, method="survey"), expected, rtol=1e-9)


def test_the_edges_of_exact_bulge_towards_the_pole_and_those_of_survey_do_not():
    # A geodesic between two points of one parallel runs north of it: the polygon loses
    # a sliver of L^3 tan(B) / (12 N) in the south and gains one in the north, where the
    # edge is shorter by cos(B) but the bend is stronger by tan(B). L^3 tan(B) goes as
    # cos^2(B) sin(B), which rises from 20 to 21 degrees.
    sheet = shapely.box(110, 20, 111, 21)

    def sliver(lat_deg):
        lat = radians(lat_deg)
        n = A / sqrt(1 - E2 * sin(lat) ** 2)
        return (n * cos(lat) * radians(1)) ** 3 * sin(lat) / cos(lat) / (12 * n)

    difference = area_of(sheet) - area_of(sheet, method="survey")
    np.testing.assert_allclose(difference, sliver(21) - sliver(20), rtol=0.02)


def test_the_whole_world_is_the_published_surface_when_edges_are_short():
    world = lonlat(shapely.box(-180, -90, 180, 90)).segmentize(1.0)
    expected = strip_to_equator(90) * 4 * pi
    np.testing.assert_allclose(ellipsoidal_area(world), expected, rtol=1e-13)


@pytest.mark.parametrize("method", METHODS)
def test_holes_are_taken_away_and_parts_added_up(method):
    shell, hole = (
        shapely.box(110, 30, 110.3, 30.3),
        shapely.box(110.1, 30.1, 110.2, 30.2),
    )
    apart = shapely.box(111, 30, 111.1, 30.1)
    ring = shapely.difference(shell, hole)
    several = shapely.union_all([ring, apart])
    big, small, other = area_of(shell, hole, apart, method=method)
    whole = area_of(several, apart, ring, method=method)
    expected = [big - small + other, other, big - small]
    np.testing.assert_allclose(whole, expected, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_the_direction_and_the_start_of_a_ring_do_not_matter(method):
    corners = [(114.5, 28.2), (114.7, 28.25), (114.65, 28.4), (114.45, 28.35)]
    turned = corners[2:] + corners[:2]
    areas = area_of(
        shapely.Polygon(corners),
        shapely.Polygon(corners[::-1]),
        shapely.Polygon(turned),
        method=method,
    )
    assert areas[0] > 0
    np.testing.assert_allclose(areas, areas[0], rtol=1e-13)


# --- coordinate reference systems --------------------------------------------------


@pytest.mark.parametrize(
    "crs",
    [
        pytest.param("EPSG:4547", id="3 degree zone"),
        pytest.param("EPSG:4526", id="3 degree zone with number"),
        pytest.param("EPSG:4508", id="6 degree zone"),
        pytest.param("EPSG:32650", id="UTM of WGS 84"),
        pytest.param("EPSG:3857", id="Web Mercator"),
        pytest.param("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80", id="aea"),
        pytest.param("+proj=tmerc +lon_0=114 +ellps=GRS80 +units=us-ft", id="feet"),
        pytest.param("+proj=longlat +ellps=GRS80 +pm=paris", id="from Paris"),
        pytest.param(GRADS, id="grads"),
    ],
)
def test_a_projection_leaves_no_trace_in_the_area(crs):
    corners = [(114.5, 28.2), (114.7, 28.25), (114.65, 28.4), (114.45, 28.35)]
    layer = lonlat(shapely.Polygon(corners))
    np.testing.assert_allclose(
        ellipsoidal_area(layer.to_crs(crs)), ellipsoidal_area(layer), rtol=1e-11
    )


def test_degrees_of_wgs84_are_degrees_of_cgcs2000():
    sheet = shapely.box(114.5, 28, 114.6, 28.1)
    assert area_of(sheet, crs="EPSG:4326") == area_of(sheet)


def test_a_shift_that_the_crs_carries_is_applied():
    # 3 km northwards at most of parameters: enough to see in the area of a quadrangle.
    crs = "+proj=longlat +ellps=krass +towgs84=0,0,3000"
    layer = lonlat(shapely.box(114, 30, 114.1, 30.1), crs=crs)
    shifted = layer.to_crs("EPSG:4326")
    assert shifted.bounds.miny[0] - 30 > 0.01
    np.testing.assert_allclose(ellipsoidal_area(layer), ellipsoidal_area(shifted))
    unshifted = area_of(shapely.box(114, 30, 114.1, 30.1))
    assert abs(ellipsoidal_area(layer)[0] / unshifted[0] - 1) > 1e-4


@pytest.mark.parametrize("crs", ["EPSG:4214", "EPSG:2436", "EPSG:4610", "EPSG:2362"])
def test_beijing_and_xian_are_refused_with_the_way_to_state_parameters(crs):
    layer = lonlat(shapely.box(0, 0, 1, 1), crs=crs)
    with pytest.raises(CRSMismatchError, match=r"`layer` is in .*towgs84=dx,dy,dz"):
        ellipsoidal_area(layer)


# --- what comes back ---------------------------------------------------------------


def test_the_result_is_a_named_series_on_the_index_of_the_layer():
    frame = gpd.GeoDataFrame(
        {"zone": ["a", "b"]},
        geometry=shapely.box([0, 1], 0, [1, 2], 1),
        index=["x", "y"],
        crs="EPSG:4490",
    )
    before = frame.copy()
    areas = ellipsoidal_area(frame)
    assert (areas.name, str(areas.dtype)) == ("area_m2", "float64")
    assert areas.index.equals(frame.index)
    assert frame.equals(before)


def test_rows_keep_their_place_when_plain_and_composite_polygons_mix():
    small, large = shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 2)
    multi = shapely.MultiPolygon([shapely.box(5, 0, 6, 1)])
    holed = shapely.difference(large, shapely.box(1, 1, 2, 2))
    areas = area_of(multi, small, holed, large, multi)
    assert areas[0] == areas[4]
    np.testing.assert_allclose(areas[0], areas[1], rtol=1e-12)
    np.testing.assert_allclose(areas[2], areas[3] * 0.75, rtol=1e-3)


@pytest.mark.parametrize("strips", [ellipsoid.geodesic_strips, ellipsoid.survey_strips])
def test_chunks_do_not_change_a_bit(monkeypatch, strips):
    layer = lonlat(*shapely.box(np.arange(9), 20, np.arange(9) + 0.7, 20.5))
    vertices = shapely.get_coordinates(layer.to_numpy())
    starts = np.arange(0, len(vertices) + 1, 5)
    whole = ellipsoid.ring_areas(*vertices.T, starts, strips=strips)
    for chunk in (1, 2, 7, 43, 44, 45):
        monkeypatch.setattr(ellipsoid, "_CHUNK", chunk)
        monkeypatch.setattr(np, "empty", lambda size: np.full(size, np.nan))
        parts = ellipsoid.ring_areas(*vertices.T, starts, strips=strips)
        np.testing.assert_array_equal(parts, whole)


def test_no_ring_has_no_area():
    none = np.zeros(0)
    starts = np.zeros(1, dtype=int)
    areas = ellipsoid.ring_areas(none, none, starts, strips=ellipsoid.survey_strips)
    assert areas.shape == (0,)


# --- refusals ----------------------------------------------------------------------


def test_an_unknown_method_is_refused_with_the_list():
    with pytest.raises(ParameterError, match="`method` is 'planar'; use one of exact"):
        area_of(shapely.box(0, 0, 1, 1), method="planar")


def test_a_layer_without_crs_is_refused():
    with pytest.raises(MissingCRSError, match=r"`layer\.set_crs\('EPSG:4490'\)`"):
        area_of(shapely.box(0, 0, 1, 1), crs=None)


def test_an_empty_layer_is_refused():
    with pytest.raises(NoDataError, match="`layer` has no rows"):
        ellipsoidal_area(lonlat())


def test_an_invalid_polygon_is_refused_by_its_label():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    layer = lonlat(shapely.box(5, 5, 6, 6), bow, index=["good", "bad"])
    with pytest.raises(GeometryError, match=r"`layer` is 1 row \('bad'\)") as caught:
        ellipsoidal_area(layer)
    assert caught.value.index == ("bad",)


def test_metres_labelled_as_degrees_are_refused():
    metres = shapely.box(450_000, 3_120_000, 451_000, 3_121_000)
    with pytest.raises(GeometryError, match=r"longitude from 450000 .*set_crs"):
        area_of(metres)


def test_latitudes_beyond_the_pole_are_refused():
    with pytest.raises(GeometryError, match=r"latitude from 28\.2 to 114\.5"):
        area_of(shapely.box(28.2, 28.2, 28.5, 114.5))


def test_an_edge_that_may_run_either_way_round_is_refused_by_its_label():
    across = shapely.Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)])
    holed = shapely.difference(shapely.box(0, 5, 9, 9), shapely.box(1, 6, 2, 7))
    layer = lonlat(holed, across, index=["here", "there"])
    message = r"`layer` the polygons 'there' \(1 in all\).*segmentize\(1\.0\)"
    with pytest.raises(GeometryError, match=message) as caught:
        ellipsoidal_area(layer)
    assert caught.value.index == ("there",)


def test_a_polygon_around_the_pole_is_refused():
    cap = gpd.GeoSeries([shapely.Point(0, 0).buffer(1e6)], crs="EPSG:3413")
    with pytest.raises(GeometryError, match="around a pole"):
        ellipsoidal_area(cap.to_crs("+proj=stere +lat_0=90 +ellps=GRS80"))


def test_polygons_on_both_sides_of_the_world_are_measured():
    west, east = area_of(shapely.box(-120, 30, -119, 31), shapely.box(110, 30, 111, 31))
    np.testing.assert_allclose(west, east, rtol=1e-12)


# --- tables ------------------------------------------------------------------------


@pytest.fixture
def cells():
    """Return four cells of one degree at the equator, 12 309 km² each, two zones."""
    return gpd.GeoDataFrame(
        {"zone": ["n", "s", "n", "s"], "kind": ["wet", "wet", "dry", "wet"]},
        geometry=shapely.box([0, 0, 1, 1], [0, -1, 0, -1], [1, 1, 2, 2], [1, 0, 1, 0]),
        crs="EPSG:4490",
    )


def test_table_has_a_row_per_class_in_order_of_appearance(cells):
    table = area_table(cells, "zone")
    assert list(table.columns) == ["zone", "area_km2", "share_percent", "n"]
    assert table["zone"].tolist() == ["n", "s"]
    assert table["n"].tolist() == [2, 2]
    assert table["share_percent"].tolist() == [50.0, 50.0]


def test_table_adds_up_to_the_control_area_and_says_what_it_changed(cells):
    measured = ellipsoidal_area(cells).sum() / 1e6
    table = area_table(cells, ["zone", "kind"], control=49_000.0001)
    assert table["zone"].tolist() == ["n", "s", "n"]
    assert (table["area_km2"] * 1e4).round().astype(int).sum() == 490_000_001
    assert table.attrs["control_km2"] == 49_000.0001
    np.testing.assert_allclose(table.attrs["measured_km2"], measured, rtol=1e-12)
    correction = 100 * (49_000.0001 / measured - 1)
    np.testing.assert_allclose(table.attrs["correction_percent"], correction)


def test_table_without_control_adds_up_to_the_rounded_sum(cells):
    table = area_table(cells, "zone", decimals=2)
    assert round(table["area_km2"].sum(), 2) == table.attrs["control_km2"]
    assert table.attrs["control_km2"] == round(table.attrs["measured_km2"], 2)


def test_three_equal_classes_share_a_hundred(cells):
    # Parcels on one parallel are congruent: 33.33 each, and 0.01 to the first.
    three = gpd.GeoDataFrame(
        {"zone": list("abc")},
        geometry=shapely.box([0, 1, 2], 30, [1, 2, 3], 31),
        crs="EPSG:4490",
    )
    shares = area_table(three, "zone")["share_percent"]
    assert sorted(shares) == [33.33, 33.33, 33.34]


def test_the_total_is_a_last_row_and_only_on_request(cells):
    table = area_table(cells, ["zone", "kind"], control=49_000, total=True)
    assert table.iloc[-1].tolist() == ["total", "", 49_000.0, 100.0, 4]
    assert table["area_km2"].dtype == float
    assert table["n"].dtype.kind == "i"
    assert table.attrs["control_km2"] == 49_000.0
    assert len(area_table(cells, "zone")) == 2


def test_classes_that_are_numbers_or_categories_take_a_total_too(cells):
    cells["code"] = [1, 2, 1, 2]
    cells["kind"] = pd.Categorical(cells["kind"], ["dry", "wet", "nowhere"])
    assert area_table(cells, "code", total=True)["code"].tolist() == [1, 2, "total"]
    kinds = area_table(cells, "kind", total=True)["kind"].tolist()
    assert kinds == ["wet", "dry", "total"]


def test_table_refuses_a_control_in_hectares_and_says_so(cells):
    with pytest.raises(AreaBalanceError, match=r"areas in km2 and a control in hm2"):
        area_table(cells, "zone", control=4_900_000)


def test_table_refuses_polygons_that_overlap_unless_told(cells):
    cells.loc[0, "geometry"] = shapely.box(0.01, 0, 1.01, 1)
    with pytest.raises(GeometryError, match=r"1 pairs .* share 2\.5.e-03") as caught:
        area_table(cells, "zone")
    assert caught.value.index == (0, 2)
    assert area_table(cells, "zone", overlaps="allow")["n"].tolist() == [2, 2]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(shapely.box(0.2, 0.2, 0.8, 0.8), id="inside"),
        pytest.param(shapely.box(0, 0, 1, 1), id="the same"),
        pytest.param(shapely.box(-1, -0.5, 3, 1.5), id="around"),
        pytest.param(shapely.box(0, 0, 0.5, 1), id="along the border"),
    ],
)
def test_every_way_to_overlap_is_seen(other):
    pair = gpd.GeoDataFrame(
        {"zone": ["a", "b"]}, geometry=[shapely.box(0, 0, 1, 1), other], crs="EPSG:4490"
    )
    with pytest.raises(GeometryError, match="1 pairs of polygons overlap") as caught:
        area_table(pair, "zone")
    assert caught.value.index == (0, 1)


def test_a_hole_that_is_filled_twice_is_seen():
    # Edges of the hole occur three times, so that the union of what is odd is no proof.
    hole = shapely.box(1, 1, 2, 2)
    around = shapely.difference(shapely.box(0, 0, 3, 3), hole)
    layer = gpd.GeoDataFrame(
        {"zone": ["a", "b", "c"]}, geometry=[around, hole, hole], crs="EPSG:4490"
    )
    with pytest.raises(GeometryError, match="1 pairs of polygons overlap") as caught:
        area_table(layer, "zone")
    assert caught.value.index == (1, 2)


def test_a_union_smaller_than_its_polygons_proves_nothing(monkeypatch):
    # Old GEOS drops edges that occur twice without looking at their sides.
    monkeypatch.setattr(shapely, "coverage_union_all", lambda polygons: polygons[0])
    layer = gpd.GeoDataFrame(
        {"zone": ["a", "b"]}, geometry=[shapely.box(0, 0, 1, 1)] * 2, crs="EPSG:4490"
    )
    with pytest.raises(GeometryError, match="1 pairs of polygons overlap"):
        area_table(layer, "zone")


def test_neighbours_with_different_vertices_on_their_border_do_not_overlap():
    pair = gpd.GeoDataFrame(
        {"zone": ["a", "b", "b"]},
        geometry=shapely.box([0, 1, 1], [0, 0, 0.3], [1, 2, 2], [1, 0.3, 1]),
        crs="EPSG:4490",
    )
    assert area_table(pair, "zone")["n"].tolist() == [1, 2]


def test_a_polygon_without_class_is_refused(cells):
    cells.loc[2, "zone"] = None
    with pytest.raises(
        SchemaError, match=r"1 rows without a class .*\(first labels: 2"
    ):
        area_table(cells, "zone")


def test_a_column_that_is_not_there_is_refused_with_those_that_are(cells):
    with pytest.raises(SchemaError, match=r"lacks the column 'area'.*'zone', 'kind'"):
        area_table(cells, "area")


@pytest.mark.parametrize("by", [[], ["zone", "zone"], ["n"]])
def test_columns_that_cannot_name_classes_are_refused(cells, by):
    with pytest.raises(ParameterError, match=r"`by` is .*layer\.rename"):
        area_table(cells, by)


@pytest.mark.parametrize("decimals", [1.5, "2", 7])
def test_table_refuses_decimals_that_are_none(cells, decimals):
    with pytest.raises(ParameterError, match="`decimals` is "):
        area_table(cells, "zone", decimals=decimals)


def test_an_unknown_overlap_rule_is_refused(cells):
    with pytest.raises(
        ParameterError, match="`overlaps` is 'maybe'; use one of refuse"
    ):
        area_table(cells, "zone", overlaps="maybe")
