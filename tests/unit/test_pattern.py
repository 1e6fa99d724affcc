"""The security pattern: what it holds, counts, writes and draws."""

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from shapely import LineString, MultiPolygon, Point, box

from ecozoning.errors import CRSMismatchError, NoDataError, ParameterError
from ecozoning.pattern import SecurityPattern
from ecozoning.pattern.nodes import nodes_of

CRS = "EPSG:4547"
EAST, NORTH = 500_000.0, 3_100_000.0


def at(x, y):
    """Return a place by km from the corner of the world."""
    return EAST + 1000 * x, NORTH + 1000 * y


def square(west, south, east, north):
    return box(*at(west, south), *at(east, north))


def layer(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


@pytest.fixture
def sources():
    squares = [square(0, 0, 2, 2), square(8, 0, 10, 2), square(0, 8, 2, 10)]
    return layer(*squares, source_id=[1, 2, 3])


@pytest.fixture
def corridors():
    paths = [
        LineString([at(2, 1), at(8, 1)]),
        LineString([at(1, 2), at(1, 8)]),
        LineString([at(8, 2), at(5, 2), at(5, -1), at(3, -1), at(3, 9), at(2, 9)]),
    ]
    return layer(*paths, from_id=[1, 1, 2], to_id=[2, 3, 3])


@pytest.fixture
def pattern(sources, corridors):
    pinch = layer(square(4, 0.9, 4.2, 1.1), rank=[1])
    barriers = layer(square(1, 4, 1.5, 4.5), square(6, 1, 6.5, 1.5), rank=[1, 2])
    nodes = nodes_of(corridors, pinch, sources, merge_distance_m=0)
    return SecurityPattern(sources, corridors, pinch, barriers, nodes)


def test_table_has_numbers_areas_and_lengths(pattern):
    table = pattern.table().set_index("kind")
    assert table["count"].tolist() == [3, 3, 1, 2, 3]
    assert table["area_km2"].round(3).tolist()[2:4] == [0.04, 0.5]
    assert table.loc["corridors", "length_km"] == pytest.approx(6 + 6 + 3 + 3 + 2 + 11)
    assert table.loc["nodes", ["area_km2", "length_km"]].isna().all()
    assert table.loc["barriers", "name"] == "生态障碍点"


def test_areas_are_those_of_the_ellipsoid(pattern):
    # On the central meridian the map is true to scale: 3 squares of 4 km2.
    table = pattern.table().set_index("kind")
    assert table.loc["sources", "area_km2"] == pytest.approx(12, rel=1e-5)


def test_nodes_are_crossings_off_the_sources_and_middles_of_pinch_points(pattern):
    nodes = pattern.nodes
    found = {
        (kind, round((p.x - EAST) / 1000, 3), round((p.y - NORTH) / 1000, 3))
        for kind, p in zip(nodes["kind"], nodes.geometry, strict=True)
    }
    # The long path crosses the first one twice, at x = 5 and x = 3.
    assert found == {
        ("crossing", 5.0, 1.0),
        ("crossing", 3.0, 1.0),
        ("pinch_point", 4.1, 1.0),
    }
    assert nodes["node_id"].tolist() == [1, 2, 3]


def test_a_shared_stretch_has_two_nodes(sources):
    one = LineString([at(2, 1), at(4, 1), at(6, 1), at(8, 1)])
    two = LineString([at(4, 5), at(4, 1), at(6, 1), at(6, 5)])
    nodes = nodes_of(layer(one, two), layer(), sources, merge_distance_m=0)
    assert sorted(p.x for p in nodes.geometry) == [at(4, 1)[0], at(6, 1)[0]]


def test_crossings_near_each_other_are_one_node(sources):
    one = LineString([at(2, 1), at(8, 1)])
    two = LineString([at(4, 2), at(4, 0), at(4.2, 0), at(4.2, 2)])
    apart = nodes_of(layer(one, two), layer(), sources, merge_distance_m=199)
    joined = nodes_of(layer(one, two), layer(), sources, merge_distance_m=200)
    assert (len(apart), len(joined)) == (2, 1)
    assert joined.geometry[0].equals_exact(Point(at(4.1, 1)), 1e-6)


def test_middle_of_a_bent_pinch_point_lies_in_it(sources):
    bent = MultiPolygon([square(4, 4, 5, 4.1), square(4, 5, 5, 5.1)])
    nodes = nodes_of(layer(), layer(bent), sources, merge_distance_m=0)
    assert bent.distance(nodes.geometry[0]) < 1e-6


def test_geopackage_holds_all_layers_and_the_table(pattern, tmp_path):
    file = tmp_path / "pattern.gpkg"
    pattern.to_gpkg(file)
    names = set(pyogrio.list_layers(file)[:, 0])
    assert names == {*pattern.layers, "summary"}
    back = gpd.read_file(file, layer="corridors")
    assert back.crs == CRS
    assert back.length.sum() == pytest.approx(pattern.corridors.length.sum())


def test_pattern_without_pinch_points_can_be_written_and_drawn(sources, tmp_path):
    none = sources.iloc[:0]
    bare = SecurityPattern(sources, none, none, none, none)
    bare.to_gpkg(tmp_path / "bare.gpkg")
    assert len(gpd.read_file(tmp_path / "bare.gpkg", layer="barriers")) == 0
    assert bare.plot().axes


@pytest.mark.parametrize(("language", "word"), [("zh", "生态源地"), ("en", "Barriers")])
def test_sheet_says_what_it_shows_and_that_it_is_modelled(pattern, language, word):
    sheet = pattern.plot(title="合成县", language=language)
    texts = " ".join(text.get_text() for axes in sheet.axes for text in axes.texts)
    assert word in texts
    assert "模拟边界" in texts
    assert "31.00 km" in texts


def test_sheet_takes_the_extent_of_the_boundary(pattern):
    county = layer(square(-20, -20, 30, 30)).to_crs(4490)
    wide = pattern.plot(boundary=county).axes[0].get_xlim()
    narrow = pattern.plot().axes[0].get_xlim()
    assert np.ptp(wide) > 3 * np.ptp(narrow)


# --- built ------------------------------------------------------------------------


@pytest.fixture
def plain(make_raster):
    """Return a plain of 21 x 41 cells of 30 m with two sources at its ends."""
    land = make_raster(np.ones((21, 41)))
    ends = [box(-15, -15, 75, 615), box(1125, -15, 1215, 615)]
    return land, gpd.GeoDataFrame({"source_id": [1, 2]}, geometry=ends, crs=CRS)


def test_a_wall_with_a_gate_is_a_barrier_and_the_gate_a_pinch_point(plain):
    land, sources = plain
    land[:, 20] = 100
    land[10, 20] = 1
    made = SecurityPattern.build(land, sources, width_m=300, radii_m=60)
    gate = Point(600, 300)
    assert made.corridors[["from_id", "to_id"]].to_numpy().tolist() == [[1, 2]]
    assert made.corridors.geometry[0].distance(gate) == 0
    assert made.pinch_points.geometry[0].contains(gate)
    assert made.nodes["kind"].tolist() == ["pinch_point"] * len(made.pinch_points)
    assert made.sources is sources


def test_even_land_has_no_barriers(plain):
    made = SecurityPattern.build(*plain, width_m=300)
    assert len(made.barriers) == 0
    assert len(made.corridors) == 1


def test_build_refuses_what_cannot_be(plain):
    land, sources = plain
    with pytest.raises(ParameterError, match="`width_m`"):
        SecurityPattern.build(land, sources, width_m=0)
    with pytest.raises(ParameterError, match="`radii_m`"):
        SecurityPattern.build(land, sources, width_m=300, radii_m=1)
    with pytest.raises(ParameterError, match="0 or below"):
        SecurityPattern.build(land * 0, sources, width_m=300)


def test_layers_that_do_not_fit_together_are_refused(pattern):
    parts = dict(pattern.layers)
    with pytest.raises(CRSMismatchError, match=r"nodes\.to_crs"):
        SecurityPattern(**parts | {"nodes": parts["nodes"].to_crs(4548)})
    degrees = {name: layer.to_crs(4490) for name, layer in parts.items()}
    with pytest.raises(CRSMismatchError, match="in degrees"):
        SecurityPattern(**degrees)
    with pytest.raises(NoDataError, match="`sources` has no rows"):
        SecurityPattern(**parts | {"sources": parts["sources"].iloc[:0]})


def test_bad_arguments_of_outputs_are_refused(pattern, tmp_path):
    with pytest.raises(ParameterError, match=r"ends in \.gpkg"):
        pattern.to_gpkg(tmp_path / "pattern.shp")
    with pytest.raises(ParameterError, match="`title` is empty"):
        pattern.plot(title=" ")
    with pytest.raises(ParameterError, match="shorten"):
        pattern.plot(note="很长的说明" * 400)
