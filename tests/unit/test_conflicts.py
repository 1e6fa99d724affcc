"""Overlaps of control lines: areas by hand, who gives way, and what is refused."""

import geopandas as gpd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
)
from ecozoning.overlay import ellipsoidal_area
from ecozoning.overlay.conflict_pieces import conflicts

EAST, NORTH = 5e5, 3.1e6  # on the central meridian of EPSG:4547, where 1 m is 1 m


def boxes(*bounds, crs="EPSG:4547", **columns):
    """Return a layer of boxes in metres from a corner: west, south, east, north."""
    shapes = [
        shapely.box(EAST + w, NORTH + s, EAST + e, NORTH + n) for w, s, e, n in bounds
    ]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


@pytest.fixture
def three():
    """Three strips of 300 m by 100 m, each 100 m east of the one before."""
    return {
        "redlines": boxes((0, 0, 300, 100)),
        "permanent_farmland": boxes((100, 0, 400, 100)),
        "development_boundary": boxes((200, 0, 500, 100)),
    }


def areas(found):
    return dict(zip(found.pieces["parties"], found.pieces["area_m2"], strict=True))


ALL = "development_boundary, permanent_farmland, redlines"


def test_land_of_three_layers_is_not_counted_in_their_pairs(three):
    assert areas(conflicts(three)) == {
        ALL: pytest.approx(1e4, abs=0.01),
        "permanent_farmland, redlines": pytest.approx(1e4, abs=0.01),
        "development_boundary, permanent_farmland": pytest.approx(1e4, abs=0.01),
    }


def test_the_ledger_says_what_is_alone_and_what_is_shared(three):
    ledger = conflicts(three).ledger.set_index("layer")
    assert ledger["area_km2"].tolist() == pytest.approx([0.03] * 3, abs=1e-8)
    assert ledger["alone_km2"].tolist() == pytest.approx([0.01, 0, 0.01], abs=1e-8)
    assert ledger["conflict_km2"].tolist() == pytest.approx(
        [0.02, 0.03, 0.02], abs=1e-8
    )
    assert ledger["n_pieces"].tolist() == [2, 3, 2]


def test_the_area_of_the_ledger_is_that_of_the_layer(three):
    ledger = conflicts(three).ledger.set_index("layer")["area_km2"]
    for name, layer in three.items():
        whole = ellipsoidal_area(layer).sum() / 1e6
        assert ledger[name] == pytest.approx(whole, abs=1e-9)


def test_farmland_comes_first_then_red_line_then_boundary(three):
    found = conflicts(three).pieces.set_index("parties")
    assert found.loc[ALL, "keeps"] == "permanent_farmland"
    assert found.loc[ALL, "gives_way"] == "redlines, development_boundary"
    three["permanent_farmland"] = boxes((900, 0, 950, 100))
    (piece,) = conflicts(three).pieces.itertuples()
    assert (piece.keeps, piece.gives_way) == ("redlines", "development_boundary")


def test_severity_counts_control_lines(three):
    three["mines"] = boxes((0, 0, 50, 50), (700, 0, 800, 100))
    three["roads"] = boxes((750, 0, 900, 100))
    found = conflicts(three).pieces.set_index("parties")["severity"]
    assert found[ALL] == "critical"
    assert found["permanent_farmland, redlines"] == "high"
    assert found["mines, redlines"] == "medium"
    assert found["mines, roads"] == "low"


def test_an_action_says_in_both_languages_who_avoids_what(three):
    three["mines"] = boxes((0, 0, 50, 50))
    found = conflicts(three).pieces.set_index("parties").loc["mines, redlines"]
    assert found["action"].startswith("keep the red line; let mines avoid the piece")
    assert found["action_zh"] == "保留生态保护红线；mines避让该图斑，或人工核查审批手续"


def test_chinese_names_of_control_lines_are_known(three):
    chinese = {
        "生态保护红线": three["redlines"],
        "永久基本农田": three["permanent_farmland"],
    }
    (piece,) = conflicts(chinese).pieces.itertuples()
    assert (piece.keeps, piece.severity_zh) == ("永久基本农田", "高")


def test_another_priority_keeps_another_layer(three):
    order = ("redlines", "permanent_farmland", "development_boundary")
    found = conflicts(three, priority=order).pieces
    assert found["keeps"].tolist() == ["redlines", "permanent_farmland", "redlines"]


def test_layers_that_only_touch_have_no_pieces():
    found = conflicts(
        {"redlines": boxes((0, 0, 100, 100)), "mines": boxes((100, 0, 200, 100))}
    )
    assert len(found.pieces) == 0
    assert found.pieces.crs == "EPSG:4547"
    assert found.overlaps["area_m2"].tolist() == [0.0]
    assert found.ledger["alone_km2"].tolist() == pytest.approx([0.01, 0.01], abs=1e-8)


@pytest.mark.parametrize(("width", "listed"), [(0.009, 0), (0.011, 1)])
def test_a_sliver_up_to_a_square_metre_is_in_the_ledger_only(width, listed):
    layers = {
        "redlines": boxes((0, 0, 100 + width, 100)),
        "mines": boxes((100, 0, 200, 100)),
    }
    found = conflicts(layers)
    assert len(found.pieces) == listed
    sliver = found.ledger["sliver_km2"].to_numpy() * 1e6
    assert sliver == pytest.approx([0.0 if listed else 100 * width] * 2, abs=1e-4)
    assert len(conflicts(layers, tolerance_m2=0).pieces) == 1


def test_land_that_rows_of_one_layer_share_counts_once():
    twice = boxes((0, 0, 100, 100), (50, 0, 150, 100))
    ledger = conflicts({"redlines": twice, "mines": boxes((0, 0, 10, 10))}).ledger
    assert ledger["area_km2"][0] == pytest.approx(0.015, abs=1e-8)


def test_a_road_is_as_wide_as_its_buffer_says():
    road = shapely.LineString([(EAST - 500, NORTH + 50), (EAST + 1500, NORTH + 50)])
    roads = gpd.GeoDataFrame(geometry=[road], crs="EPSG:4547")
    layers = {"redlines": boxes((0, 0, 1000, 100)), "roads": roads}
    for crs in ("EPSG:4547", "EPSG:4490", "EPSG:3857"):
        there = {name: layer.to_crs(crs) for name, layer in layers.items()}
        (piece,) = conflicts(there, buffers={"roads": 30}).pieces.itertuples()
        assert piece.area_m2 == pytest.approx(60_000, abs=3)
        assert piece.geometry_kind == "modelled"


def test_a_buffered_point_is_a_disc():
    well = gpd.GeoDataFrame(geometry=[shapely.Point(EAST, NORTH)], crs="EPSG:4547")
    layers = {"redlines": boxes((-500, -500, 500, 500)), "wells": well}
    (piece,) = conflicts(layers, buffers={"wells": 100}).pieces.itertuples()
    assert piece.area_m2 == pytest.approx(3.14159e4, rel=5e-4)


def test_pieces_are_as_certain_as_the_least_certain_party():
    red = boxes((0, 0, 100, 100), geometry_kind=["modelled"])
    mines = boxes((50, 0, 150, 100), geometry_kind=["open-data"])
    town = boxes((80, 0, 150, 100))
    found = conflicts({"redlines": red, "mines": mines, "town": town}).pieces
    kinds = dict(zip(found["parties"], found["geometry_kind"], strict=True))
    assert kinds == {
        "mines, redlines, town": "modelled",
        "mines, redlines": "modelled",
        "mines, town": "open-data",
    }


def test_inputs_stay_as_they_are(three):
    before = {name: layer.copy() for name, layer in three.items()}
    conflicts(three, buffers={"redlines": 5})
    for name, layer in three.items():
        assert_geodataframe_equal(layer, before[name])


# --- refusals ------------------------------------------------------------------------


def test_one_layer_is_refused(three):
    with pytest.raises(ParameterError, match="1 layers, but a dict of at least two"):
        conflicts({"redlines": three["redlines"]})
    with pytest.raises(ParameterError, match="a dict of at least two"):
        conflicts(list(three.values()))


def test_a_mixture_of_crs_is_refused_with_the_call_that_mends_it(three):
    three["redlines"] = three["redlines"].to_crs(4490)
    with pytest.raises(CRSMismatchError, match=r"to_crs\(redlines.crs\)"):
        conflicts(three)
    three["redlines"] = three["redlines"].set_crs(None, allow_override=True)
    with pytest.raises(MissingCRSError, match="`redlines` has no CRS"):
        conflicts(three)


def test_bad_geometry_is_refused_by_the_name_of_its_layer(three):
    bow = shapely.Polygon(
        [(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)]
    )
    with pytest.raises(GeometryError, match=r"in `redlines` is 1 row .* invalid"):
        conflicts({**three, "redlines": gpd.GeoDataFrame(geometry=[bow], crs=4547)})
    with pytest.raises(NoDataError, match="`redlines` has no rows"):
        conflicts({**three, "redlines": three["redlines"].iloc[:0]})
    line = gpd.GeoDataFrame(geometry=[bow.exterior], crs=4547)
    with pytest.raises(GeometryError, match=r"in `roads` is 1 row .* than polygons"):
        conflicts({**three, "roads": line})


def test_layers_of_two_places_are_refused(three):
    swapped = gpd.GeoDataFrame(geometry=[shapely.box(28, 114, 28.1, 114.1)], crs=4490)
    there = gpd.GeoDataFrame(geometry=[shapely.box(114, 28, 114.1, 28.1)], crs=4490)
    with pytest.raises(GeometryError, match=r"latitude from 114 to 114\.1"):
        conflicts({"redlines": there, "mines": swapped})
    far = boxes((6e5, 0, 6.1e5, 100))
    with pytest.raises(GeometryError, match="`redlines` and `mines` lie 600 km apart"):
        conflicts({"redlines": three["redlines"], "mines": far})


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"buffers": {"road": 5}}, r"`buffers` names \['road'\]"),
        ({"buffers": {"redlines": -5}}, "is -5, but a number above 0"),
        ({"tolerance_m2": -1}, "`tolerance_m2` is -1"),
        ({"tolerance_m2": float("nan")}, "`tolerance_m2` is nan"),
    ],
)
def test_numbers_outside_their_domain_are_refused(three, options, told):
    with pytest.raises(ParameterError, match=told):
        conflicts(three, **options)


@pytest.mark.parametrize("wrong", ["redlines", ("redline",), None])
def test_a_priority_that_names_no_layer_is_refused(three, wrong):
    with pytest.raises(ParameterError, match=r"`priority` is .*permanent_farmland"):
        conflicts(three, priority=wrong)


def test_buffers_without_widths_are_refused(three):
    with pytest.raises(ParameterError, match=r"`buffers` is .*'roads': 30"):
        conflicts(three, buffers=["redlines"])
