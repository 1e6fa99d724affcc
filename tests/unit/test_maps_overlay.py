"""Red lines, corridors and pattern on the sheet: what is drawn, said and refused.

All layers here are **synthetic**, in a county that is a square.
"""

import hashlib
import itertools

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, MultiLineString, Point, Polygon, box

from ecozoning.errors import (
    CRSMismatchError,
    DroppedRowsWarning,
    GeometryError,
    MissingCRSError,
    ParameterError,
    SchemaError,
)
from ecozoning.maps import save_sheet, zoning_sheet
from ecozoning.maps.fonts import drawing
from ecozoning.maps.signs import SIGNS, hatch_lines

# pyproj tries a layer of one point as a scalar first; NumPy before 2.4 frowns on that.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Conversion of an array with ndim:DeprecationWarning"
)

SQUARE = box(114.4, 28.0, 114.9, 28.4)
BOX = "模拟边界 / Modelled geometry"


def layer(**columns):
    return gpd.GeoDataFrame(columns, geometry="geometry", crs=4490)


@pytest.fixture
def county():
    return gpd.GeoDataFrame(geometry=[SQUARE], crs=4490)


@pytest.fixture
def zones(county):
    return county.assign(
        name="合成分区", area_km2=2177.02, share_percent=100.0, geometry_kind="official"
    )


@pytest.fixture
def redlines():
    return layer(
        name=["甲", "乙"],
        area_km2=[100.25, 20.5],
        geometry_kind="modelled",
        geometry=[box(114.45, 28.05, 114.55, 28.15), box(114.6, 28.05, 114.65, 28.1)],
    )


@pytest.fixture
def corridors():
    return layer(
        name=["清溪", "东廊道", "失踪河"],
        name_en=["Clear Creek", "East corridor", "Lost River"],
        kind=["river", "corridor", "river"],
        geometry_kind=["open-data", "modelled", "none"],
        geometry=[
            LineString([(114.42, 28.3), (114.88, 28.32)]),
            LineString([(114.8, 28.02), (114.82, 28.38)]),
            None,
        ],
    )


@pytest.fixture
def pattern():
    return layer(
        name=["北屏障", "中带", "绿核", "湿地", "无处"],
        name_en=["North barrier", "Belt", "Core", "Wetland", "Nowhere"],
        kind=["barrier", "belt", "core", "node", "node"],
        geometry_kind=["modelled"] * 4 + ["none"],
        geometry=[
            box(114.42, 28.33, 114.75, 28.39),
            box(114.42, 28.2, 114.75, 28.27),
            Point(114.6, 28.17).buffer(0.02),
            Point(114.7, 28.12),
            None,
        ],
    )


def draw(zones, county, **options):
    words = {"title": "修复分区图（合成）", "source": "合成数据", "note": ""}
    return zoning_sheet(zones, county, **(words | options))


def texts_of(sheet):
    return [t for t in sheet.axes[1].texts if not t.get_path_effects()]


def words_of(sheet):
    return [text.get_text() for text in texts_of(sheet)]


def all_words(sheet):
    return "".join(words_of(sheet))


def colours_of(sheet):
    """Return the colours of the lines on the map."""
    strokes = sheet.axes[0].collections
    return {mpl.colors.to_hex(colour) for s in strokes for colour in s.get_colors()}


def outlines_of(sheet):
    """Return the turned boxes of all texts in mm."""
    sheet.set_dpi(25.4 * 8)  # eight pixels a millimetre
    outlines = []
    with drawing():
        sheet.draw_without_rendering()
        for text in texts_of(sheet):
            turn, anchor = text.get_rotation(), text.get_transform()
            x, y = anchor.transform(text.get_position())
            text.set_rotation(0)
            upright = box(*text.get_window_extent().extents)
            text.set_rotation(turn)
            outlines.append(shapely.affinity.rotate(upright, turn, origin=(x, y)))
    return outlines


# --- without them ------------------------------------------------------------------


def digest_of(sheet, path):
    save_sheet(sheet, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_layers_without_rows_leave_every_byte_as_it_was(zones, county, tmp_path):
    bare = digest_of(draw(zones, county), tmp_path / "bare.svg")
    columns = {"name": [], "kind": [], "geometry_kind": [], "geometry": []}
    empty = layer(**columns)
    sheet = draw(zones, county, redlines=empty, corridors=empty, pattern=empty)
    assert digest_of(sheet, tmp_path / "empty.svg") == bare


# Of the sheet as it was before there were such layers, by version of matplotlib.
BEFORE = {"3.11.2": "9cfb61237ec46953d52e3d8a78ec4f225d838691ea5739226a927ab7b1207f4b"}


def test_sheet_without_the_layers_is_the_one_from_before_there_were_any(
    zones, county, tmp_path
):
    if mpl.__version__ not in BEFORE:
        pytest.skip(f"no picture from before with matplotlib {mpl.__version__}")
    seats = layer(
        name=["敖阳街道", "泗溪镇"],
        county_seat=[True, False],
        geometry=[Point(114.6, 28.2), Point(114.8, 28.3)],
    )
    rivers = layer(geometry=[LineString([(114.42, 28.1), (114.88, 28.15)])])
    zones = zones.assign(geometry_kind="modelled")
    sheet = draw(zones, county, seats=seats, rivers=rivers)
    assert digest_of(sheet, tmp_path / "s.svg") == BEFORE[mpl.__version__]


# --- what the sheet says -----------------------------------------------------------


def test_legend_names_each_kind_once_and_sums_the_red_lines(
    zones, county, redlines, corridors, pattern
):
    sheet = draw(zones, county, redlines=redlines, corridors=corridors, pattern=pattern)
    words = words_of(sheet)
    assert "生态保护红线（模拟）120.75 km²" in words
    kinds = ["生态屏障", "生态带", "生态核心", "生态廊道", "水系廊道", "生态节点"]
    assert [word for word in words if word in kinds] == kinds


def test_official_red_lines_without_area_have_a_plain_entry(zones, county, redlines):
    official = redlines.assign(geometry_kind="official").drop(columns="area_km2")
    words = words_of(draw(zones, county, redlines=official))
    assert "生态保护红线" in words
    assert BOX not in words


def test_every_placed_row_is_named_on_the_map(zones, county, corridors, pattern):
    words = words_of(draw(zones, county, corridors=corridors, pattern=pattern))
    for name in ("清溪", "东廊道", "北屏障", "中带", "绿核", "湿地"):
        assert words.count(name) == 1


def test_rows_without_a_place_are_listed_at_the_foot(zones, county, corridors, pattern):
    words = words_of(draw(zones, county, corridors=corridors, pattern=pattern))
    assert "未绘出（无可靠位置依据）：失踪河、无处" in words
    assert "失踪河" not in words


def test_of_many_rows_without_a_place_six_are_named(zones, county):
    lost = layer(
        name=[f"河{i}" for i in range(9)],
        kind="river",
        geometry_kind="none",
        geometry=[None] * 9,
    )
    assert "河4、河5等 9 项" in all_words(draw(zones, county, corridors=lost))


def test_english_sheet_reads_english_names(zones, county, redlines, corridors, pattern):
    layers = {"redlines": redlines, "corridors": corridors, "pattern": pattern}
    words = words_of(draw(zones, county, language="en", **layers))
    assert {"Clear Creek", "Wetland", "River corridor"} <= set(words)
    assert "Ecological red line (modelled) 120.75 km²" in words
    text = " ".join(words)
    assert "Ecological red lines, corridors and pattern elements are derived" in text


@pytest.mark.parametrize(
    ("name", "thing"),
    [("redlines", "生态保护红线"), ("corridors", "生态廊道"), ("pattern", "格局要素")],
)
def test_one_modelled_layer_brings_the_box_that_names_it(
    request, zones, county, name, thing
):
    given = {name: request.getfixturevalue(name)}
    assert f"{thing}由规划文字" in all_words(draw(zones, county, **given))
    assert BOX in words_of(draw(zones, county, **given))
    official = {name: given[name].assign(geometry_kind="official")}
    assert BOX not in words_of(draw(zones, county, **official))


def test_box_names_modelled_zones_beside_the_layers(zones, county, redlines):
    zones = zones.assign(geometry_kind="modelled")
    words = all_words(draw(zones, county, redlines=redlines))
    assert "分区界线、生态保护红线由规划文字" in words


def test_a_plan_without_zones_shows_its_pattern(county, pattern):
    empty = layer(name=[], geometry=[])
    words = all_words(draw(empty, county, pattern=pattern))
    assert "本图表示其生态格局" in words
    assert "县域范围" not in words


def test_corridor_of_both_layers_is_drawn_once(zones, county, corridors):
    sheet = draw(zones, county, corridors=corridors, pattern=corridors)
    assert words_of(sheet).count("清溪") == 1
    assert all_words(sheet).count("失踪河") == 1


def test_element_that_is_a_zone_is_not_drawn_again(zones, county, pattern):
    same = pattern.assign(name=["合成分区", "中带", "绿核", "湿地", "无处"])
    sheet = draw(zones, county, pattern=same)
    assert "生态屏障" not in words_of(sheet)


# --- how it looks ------------------------------------------------------------------


def test_red_lines_are_red_and_corridors_green(zones, county, redlines, corridors):
    colours = colours_of(draw(zones, county, redlines=redlines, corridors=corridors))
    assert "#b3202c" in colours
    assert {SIGNS[kind].colour.lower() for kind in ("river", "corridor")} <= colours


def test_kinds_of_area_can_be_told_without_colour():
    signs = [SIGNS[kind] for kind in ("barrier", "belt", "core", "district")]
    looks = {(sign.angle, sign.dashes, sign.width) for sign in signs}
    assert len(looks) == len(signs)


def test_hatch_of_a_square_is_as_long_as_its_rows():
    """Ten by ten, lines at 1.5, 3, ... 9: six of length ten."""
    lines = hatch_lines(box(0, 0, 10, 10), angle=0, spacing=1.5)
    assert shapely.length(lines) == pytest.approx(60)


def test_hatch_leaves_holes_open():
    ring = box(0, 0, 10, 10) - box(2, 2, 8, 8)
    lines = hatch_lines(ring, angle=45, spacing=0.7)
    assert shapely.length(shapely.intersection(lines, box(2.01, 2.01, 7.9, 7.9))) == 0


def test_no_text_meets_another_with_all_layers(
    zones, county, redlines, corridors, pattern
):
    seats = layer(
        name=[f"{c}{d}镇" for c in "甲乙丙丁" for d in "东南西北"],
        geometry=[
            Point(114.45 + 0.12 * i, 28.05 + 0.1 * j)
            for i in range(4)
            for j in range(4)
        ],
    )
    layers = {"redlines": redlines, "corridors": corridors, "pattern": pattern}
    outlines = outlines_of(draw(zones, county, seats=seats, **layers))
    tree = shapely.STRtree(shapely.buffer(outlines, -0.5))
    pairs = tree.query(tree.geometries, "intersects").T
    assert [(a, b) for a, b in pairs if a < b] == []


def test_name_of_a_slanting_corridor_is_turned_along_it(zones, county):
    line = LineString([(114.45, 28.05), (114.85, 28.35)])
    slant = layer(
        name=["斜廊道"], kind="corridor", geometry_kind="official", geometry=[line]
    )
    sheet = draw(zones, county, corridors=slant)
    (text,) = [t for t in texts_of(sheet) if t.get_text() == "斜廊道"]
    along = np.diff(slant.to_crs(4547).get_coordinates().to_numpy(), axis=0)[0]
    assert text.get_rotation() == pytest.approx(
        np.degrees(np.arctan2(along[1], along[0])), abs=0.5
    )


def test_area_too_small_for_its_name_bears_it_beside_its_largest_part(zones, county):
    # Two specks; a degree of longitude is 98 km here, and the wider one lies east.
    west, east = Point(114.5, 28.2).buffer(0.002), Point(114.8, 28.3).buffer(0.003)
    specks = layer(
        name=["一处很小的生态核心"],
        kind="core",
        geometry_kind="official",
        geometry=[shapely.union_all([west, east])],
    )
    sheet = draw(zones, county, pattern=specks)
    (text,) = [t for t in texts_of(sheet) if t.get_text() == "一处很小的生态核心"]
    frame = sheet.axes[0].get_position()
    share = (text.get_position()[0] / 297 - frame.x0) / frame.width
    assert share > 0.6


def test_names_without_room_are_said(zones, county):
    crowd = layer(
        name=[f"同一地点的生态节点{i:02d}" for i in range(60)],
        kind="node",
        geometry_kind="official",
        geometry=[Point(114.65, 28.2)] * 60,
    )
    with pytest.warns(
        DroppedRowsWarning, match=r"names of `pattern` find no"
    ) as caught:
        zoning_sheet(zones, county, title="图", source="合成", note="", pattern=crowd)
    assert caught[0].filename == __file__


def test_the_same_layers_give_the_same_bytes(
    zones, county, redlines, corridors, pattern, tmp_path
):
    layers = {"redlines": redlines, "corridors": corridors, "pattern": pattern}
    one, two = (
        digest_of(draw(zones, county, **layers), tmp_path / f"{i}.svg")
        for i in range(2)
    )
    assert one == two


def test_layers_may_come_in_other_systems_and_are_not_changed(
    zones, county, redlines, corridors
):
    copies = [redlines.copy(), corridors.copy()]
    words = words_of(draw(zones, county, redlines=redlines, corridors=corridors))
    moved = {"redlines": redlines.to_crs(4547), "corridors": corridors.to_crs(3857)}
    assert words_of(draw(zones, county, **moved)) == words
    for given, copy in zip((redlines, corridors), copies, strict=True):
        pd.testing.assert_frame_equal(given, copy)


# --- refusals ----------------------------------------------------------------------


BOWTIE = Polygon([(114.5, 28.1), (114.6, 28.2), (114.6, 28.1), (114.5, 28.2)])
LAYERS = ["redlines", "corridors", "pattern"]


@pytest.fixture(params=LAYERS)
def given(request):
    return request.param, request.getfixturevalue(request.param)


def test_a_layer_without_crs_is_refused_by_name(zones, county, given):
    name, frame = given
    bare = {name: frame.set_crs(None, allow_override=True)}
    with pytest.raises(MissingCRSError, match=f"`{name}` has no CRS"):
        draw(zones, county, **bare)


def test_a_legacy_datum_is_refused_by_name(zones, county, given):
    name, frame = given
    old = {name: frame.set_crs(4214, allow_override=True)}
    with pytest.raises(CRSMismatchError, match=f"`{name}` is in Beijing 1954"):
        draw(zones, county, **old)


def test_a_table_without_geometry_is_refused_by_name(zones, county, given):
    name, frame = given
    table = {name: pd.DataFrame(frame.drop(columns="geometry"))}
    with pytest.raises(ParameterError, match=f"`{name}` is a DataFrame"):
        draw(zones, county, **table)


def test_a_layer_of_another_county_is_refused_by_name(zones, county, given):
    name, frame = given
    moved = {name: frame.set_geometry(frame.translate(xoff=3.0))}
    with pytest.raises(GeometryError, match=f"`{name}` lie wholly outside.*`boundary`"):
        draw(zones, county, **moved)


def test_a_misspelt_geometry_kind_is_refused_by_name(zones, county, given):
    name, frame = given
    slip = {name: frame.assign(geometry_kind="modeled")}
    with pytest.raises(SchemaError, match=f"`{name}` has geometry_kind 'modeled'"):
        draw(zones, county, **slip)


@pytest.mark.parametrize(
    ("name", "column"),
    [("redlines", "geometry_kind"), ("corridors", "kind"), ("pattern", "name")],
)
def test_a_missing_column_is_refused(request, zones, county, name, column):
    frame = request.getfixturevalue(name).drop(columns=column)
    with pytest.raises(SchemaError, match=f"`{name}` lacks the column '{column}'"):
        draw(zones, county, **{name: frame})


def test_a_row_without_a_name_is_refused(zones, county, corridors):
    blank = corridors.assign(name=["清溪", " ", "失踪河"])
    with pytest.raises(SchemaError, match=r"`corridors` has no 'name' in the rows \[1"):
        draw(zones, county, corridors=blank)


@pytest.mark.parametrize("name", ["corridors", "pattern"])
def test_a_kind_without_a_sign_is_refused(zones, county, corridors, name):
    odd = {name: corridors.assign(kind="road")}
    with pytest.raises(SchemaError, match=f"`{name}` has the kind 'road'.*'river'"):
        draw(zones, county, **odd)


def test_a_barrier_is_no_corridor(zones, county, corridors):
    with pytest.raises(SchemaError, match=r"`corridors` has the kind 'barrier'"):
        draw(zones, county, corridors=corridors.assign(kind="barrier"))


def test_areas_that_are_no_numbers_are_refused(zones, county, redlines):
    with pytest.raises(ParameterError, match=r"`redlines` .*'area_km2'.*ellipsoidal"):
        draw(zones, county, redlines=redlines.assign(area_km2=[1.0, np.nan]))


def test_corridors_that_are_no_lines_are_refused(zones, county, corridors):
    areas = corridors.set_geometry([SQUARE, SQUARE, None])
    with pytest.raises(GeometryError, match=r"`corridors` has rows .*than lines: \[0"):
        draw(zones, county, corridors=areas)


def test_red_lines_that_are_no_polygons_are_refused(zones, county, redlines):
    lines = redlines.set_geometry(redlines.boundary)
    with pytest.raises(GeometryError, match=r"in `redlines` .*than polygons"):
        draw(zones, county, redlines=lines)


def test_a_collection_in_the_pattern_is_refused(zones, county, pattern):
    mixed = shapely.GeometryCollection([Point(114.5, 28.1), SQUARE])
    odd = pattern.set_geometry([mixed, *pattern.geometry[1:]])
    with pytest.raises(GeometryError, match=r"`pattern` has rows .*\[0\].*explode"):
        draw(zones, county, pattern=odd)


@pytest.mark.parametrize("name", ["redlines", "pattern"])
def test_an_invalid_polygon_is_refused(request, zones, county, name):
    frame = request.getfixturevalue(name)
    broken = frame.set_geometry([BOWTIE, *frame.geometry[1:]])
    with pytest.raises(GeometryError, match=f"in `{name}` .*invalid geometry"):
        draw(zones, county, **{name: broken})


def test_corridor_of_several_parts_is_one_corridor(zones, county, corridors):
    parts = MultiLineString(
        [[(114.42, 28.1), (114.6, 28.12)], [(114.62, 28.12), (114.88, 28.15)]]
    )
    broken = corridors.set_geometry([parts, *corridors.geometry[1:]])
    assert words_of(draw(zones, county, corridors=broken)).count("清溪") == 1


# --- room on the page --------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::ecozoning.errors.DroppedRowsWarning")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("count", "high"), [(12, 0.4), (4, 0.11)])
def test_legend_of_everything_fits_beside_and_below_the_map(language, count, high):
    """Twelve zones, or a county four times as wide as high; all kinds."""
    county = gpd.GeoDataFrame(geometry=[box(114.4, 28, 114.9, 28 + high)], crs=4490)
    edges = np.linspace(114.4, 114.9, count + 1)
    zones = layer(
        name=[f"第{i + 1}水源涵养与生态修复分区" for i in range(count)],
        short_name=[f"第{i + 1}区" for i in range(count)],
        area_km2=100.0,
        share_percent=100 / count,
        geometry_kind="modelled",
        geometry=[box(a, 28, b, 28 + high) for a, b in itertools.pairwise(edges)],
    )
    forms = [
        box(114.5, 28.02, 114.6, 28.06),
        LineString([(114.5, 28.07), (114.85, 28.08)]),
        Point(114.7, 28.03),
    ]
    rows = [(kind, forms[i % 3]) for i, kind in enumerate(SIGNS)]
    everything = layer(
        name=[f"{kind}{i}" for i, (kind, _) in enumerate(rows)],
        kind=[kind for kind, _ in rows],
        geometry_kind="modelled",
        geometry=[form for _, form in rows],
    )
    redlines = layer(geometry_kind=["modelled"], area_km2=[99.0], geometry=forms[:1])
    layers = {"redlines": redlines, "pattern": everything, "language": language}
    sheet = draw(zones, county, **layers)
    boxes = np.array([outline.bounds for outline in outlines_of(sheet)]) / 8
    assert boxes.min() > 4
    assert boxes[:, 2].max() < 289
