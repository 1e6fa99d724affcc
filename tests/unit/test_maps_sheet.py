"""The sheet as a page: what stands on it, where, and what is refused.

County lines are the packaged ones. All zones here are **synthetic**: strips of the
county with made-up names.
"""

import itertools
import json

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.patches import PathPatch, Rectangle
from shapely import LineString, Point, box

from ecozoning.errors import (
    CRSMismatchError,
    DroppedRowsWarning,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.io import boundary_dir
from ecozoning.maps import zoning_sheet
from ecozoning.maps.fonts import drawing
from ecozoning.maps.style import PALETTE, UNZONED

# pyproj tries a layer of one point as a scalar first; NumPy before 2.4 frowns on that.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Conversion of an array with ndim:DeprecationWarning"
)

COUNTIES = ["shanggao", "guyang", "jinping", "shanshan", "mulei"]
NAMES = [
    "东北部水环境综合治理与土地综合整治分区",
    "中部水源涵养与矿山生态修复分区",
    "南部荒漠自然封育区",
]
SHORT = ["东北部治理区", "中部矿山区", "南部封育区"]
SQUARE = box(114.4, 28.0, 114.9, 28.4)


def layer_of(slug, name):
    text = (boundary_dir(slug) / f"{name}.geojson").read_text(encoding="utf-8")
    layer = gpd.GeoDataFrame.from_features(json.loads(text)["features"], crs=4490)
    return layer[layer.geometry.notna()]


def strips(shape, count=3, **columns):
    """Return synthetic zones: strips of equal width, from west to east."""
    west, south, east, north = shape.bounds
    edges = np.linspace(west, east, count + 1)
    parts = [
        shape.intersection(box(a, south, b, north))
        for a, b in itertools.pairwise(edges)
    ]
    table = {
        "zone_id": [f"zone{i + 1}" for i in range(count)],
        "order": range(1, count + 1),
        "name": [NAMES[i % 3] for i in range(count)],
        "name_en": [f"Synthetic zone {i + 1}" for i in range(count)],
        "short_name": [SHORT[i % 3] for i in range(count)],
        "short_name_en": [f"Zone {i + 1}" for i in range(count)],
        "area_km2": [100.25 * (i + 1) for i in range(count)],
        "share_percent": [100 / count] * count,
        "geometry_kind": "official",
    }
    return gpd.GeoDataFrame(table | columns, geometry=parts, crs=4490)


@pytest.fixture
def county():
    return gpd.GeoDataFrame(geometry=[SQUARE], crs=4490)


@pytest.fixture
def zones():
    return strips(SQUARE)


@pytest.fixture
def seats():
    return gpd.GeoDataFrame(
        {"name": ["敖阳街道", "泗溪镇"], "county_seat": [True, False]},
        geometry=[Point(114.6, 28.2), Point(114.8, 28.3)],
        crs=4490,
    )


def draw(zones, county, **options):
    words = {"title": "修复分区图（合成）", "source": "合成数据", "note": ""}
    return zoning_sheet(zones, county, **(words | options))


def texts_of(sheet):
    """Return the texts on the page; a rim under a text counts once."""
    return [t for t in sheet.axes[1].texts if not t.get_path_effects()]


def words_of(sheet):
    return [text.get_text() for text in texts_of(sheet)]


def all_words(sheet):
    return "".join(words_of(sheet))


def boxes_of(sheet):
    """Return the boxes of all texts in mm from the lower left corner of the page."""
    sheet.set_dpi(25.4 * 8)  # eight pixels a millimetre
    with drawing():
        sheet.draw_without_rendering()
        boxes = [text.get_window_extent() for text in texts_of(sheet)]
    return np.array([box.extents for box in boxes]) / 8


# --- the page ----------------------------------------------------------------------


def test_page_is_a4_landscape(zones, county):
    width, height = draw(zones, county).get_size_inches()
    assert (width * 25.4, height * 25.4) == pytest.approx((297, 210))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("slug", COUNTIES)
def test_no_text_leaves_the_page_or_meets_another(slug, language):
    boundary, seats = layer_of(slug, "boundary"), layer_of(slug, "townships")
    seats = seats.drop(columns="name_en", errors="ignore")
    zones = strips(boundary.geometry.iloc[0], 3, geometry_kind="modelled")
    sheet = draw(
        zones,
        boundary,
        seats=seats,
        subtitle="规划期 2021—2035 年",
        note="分区为合成条带，仅供版面测试。" * 2,
        language=language,
    )
    boxes = boxes_of(sheet)
    assert boxes.min() > 4
    assert boxes[:, 2].max() < 288 + 0.1  # the right edge of the legend
    assert boxes[:, 3].max() < 206
    inner = boxes + np.array([0.05, 0.05, -0.05, -0.05])  # touching is not meeting
    shapes = shapely.box(*inner.T)
    tree = shapely.STRtree(shapes)
    met = [(a, b) for a, b in tree.query(shapes, "intersects").T if a < b]
    words = words_of(sheet)
    assert [(words[a], words[b]) for a, b in met] == []


@pytest.mark.parametrize("slug", COUNTIES)
def test_printed_scale_is_true_on_paper(slug):
    """The map shows as many metres a millimetre as 1:N says."""
    boundary = layer_of(slug, "boundary")
    sheet = draw(strips(boundary.geometry.iloc[0]), boundary)
    (ratio,) = [word for word in words_of(sheet) if word.startswith("1:")]
    denominator = float(ratio.removeprefix("1:").replace(" ", ""))
    west, east = sheet.axes[0].get_xlim()
    width_mm = sheet.axes[0].get_position().width * 297
    assert (east - west) / width_mm * 1000 == pytest.approx(denominator, rel=1e-9)


def test_scale_bar_is_as_long_as_it_says(zones, county):
    sheet = draw(zones, county, scale_km=10)
    parts = [p for p in sheet.axes[1].patches if isinstance(p, Rectangle)]
    bar = [p for p in parts if p.get_height() == pytest.approx(1.5)]
    (ratio,) = [word for word in words_of(sheet) if word.startswith("1:")]
    millimetres = 10e6 / float(ratio.removeprefix("1:").replace(" ", ""))
    assert sum(part.get_width() for part in bar) == pytest.approx(millimetres)
    assert {"0", "5", "10", "公里"} <= set(words_of(sheet))


def test_county_stands_in_the_middle_of_the_map(zones, county):
    sheet = draw(zones, county)
    plane = county.to_crs(4547).total_bounds  # 3-degree zone 38, 114 E
    middle = (plane[:2] + plane[2:]) / 2
    axes = sheet.axes[0]
    assert np.mean(axes.get_xlim()) == pytest.approx(middle[0], abs=0.01)
    assert np.mean(axes.get_ylim()) == pytest.approx(middle[1], abs=0.01)


# --- what it says ------------------------------------------------------------------


def test_table_lists_zones_in_order_with_areas_shares_and_total(zones, county):
    words = words_of(draw(zones.iloc[::-1], county))
    areas = [w for w in words if w in {"100.25", "200.50", "300.75"}]
    assert areas == ["100.25", "200.50", "300.75"]
    assert words.count("33.33") == 3
    after = words[words.index("合计") :]
    assert {"601.50", "100.00"} <= set(after[:3])


def test_each_zone_has_its_colour_of_the_palette(zones, county):
    patches = [
        p for p in draw(zones, county).axes[0].patches if isinstance(p, PathPatch)
    ]
    colours = [mpl.colors.to_hex(patch.get_facecolor()).upper() for patch in patches]
    assert colours == [UNZONED, *PALETTE[:3]]  # the county lies under its zones


def test_zone_names_are_whole_in_the_legend_and_short_on_the_map(zones, county):
    words = all_words(draw(zones, county))
    assert all(name in words for name in (*NAMES, *SHORT))


def test_published_areas_stand_beside_the_drawn_ones(zones, county):
    figures = pd.DataFrame(
        {"zone_id": ["zone3", "zone1"], "published_area_km2": [299.5, 101.0]}
    )
    words = words_of(draw(zones, county, figures=figures))
    assert {"规划面积", "101.00", "299.50", "—"} <= set(words)
    assert "500.50" not in words  # a sum without zone2 would be no total


def test_no_column_of_published_areas_where_none_is_published(zones, county):
    figures = zones[["zone_id"]].assign(published_area_km2=np.nan)
    assert "规划面积" not in words_of(draw(zones, county, figures=figures))


def test_coordinate_system_is_named_with_its_central_meridian(zones, county):
    words = all_words(draw(zones, county))
    assert "CGCS2000" in words
    assert "中央经线114°E" in words.replace(" ", "")
    assert "子午线收敛角+0.3°" in words.replace(" ", "")  # (114.65 - 114) sin 28.2 N


def test_source_note_and_subtitle_are_printed(zones, county):
    sheet = draw(zones, county, subtitle="甲", source="乙来源", note="丙说明")
    assert {"甲", "资料来源：乙来源", "说明：丙说明"} <= set(words_of(sheet))


def test_signs_in_the_key_are_those_on_the_map(zones, county, seats):
    river = gpd.GeoDataFrame(
        geometry=[LineString([(114.4, 28.1), (114.9, 28.3)])], crs=4490
    )
    assert "河流" not in words_of(draw(zones, county))
    words = words_of(draw(zones, county, seats=seats, rivers=river))
    assert {"县级界", "县级驻地", "乡镇级驻地", "河流"} <= set(words)
    assert {"敖阳街道", "泗溪镇"} <= set(words)


def test_degrees_stand_on_the_frame(zones, county):
    words = words_of(draw(zones, county))
    assert {"114°30′E", "28°10′N"} <= set(words)


def test_english_sheet_reads_english_columns_and_has_no_chinese_of_its_own(
    zones, county
):
    sheet = draw(zones, county, title="Zones", source="synthetic", language="en")
    words = all_words(sheet).replace("模拟边界", "")
    assert "Synthetic zone 1" in words_of(sheet)
    assert "Zone 3" in words_of(sheet)
    assert not any("\u4e00" <= char <= "\u9fff" for char in words)


def test_a_dollar_in_a_name_stays_a_dollar(zones, county):
    named = zones.assign(short_name=["a$b$c", "甲", "乙"])
    texts = {text.get_text(): text for text in texts_of(draw(named, county))}
    assert not texts["a$b$c"].get_parse_math()


# --- modelled geometry -------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "sentence"),
    [
        (["modelled"] * 3, "分区界线由规划文字和公开数据推算"),
        (["official", "modelled", "official"], "3 个分区中有 1 个的界线"),
    ],
)
def test_modelled_zones_are_always_marked(zones, county, kinds, sentence):
    words = all_words(draw(zones.assign(geometry_kind=kinds), county))
    assert "模拟边界 / Modelled geometry" in words
    assert sentence.replace(" ", "") in words.replace(" ", "")


def test_official_zones_are_not_called_modelled(zones, county):
    assert "Modelled" not in all_words(draw(zones, county))


@pytest.mark.parametrize("kind", ["Modelled", "model", None])
def test_unknown_geometry_kind_is_refused_for_it_would_hide_the_mark(
    zones, county, kind
):
    with pytest.raises(SchemaError, match=r"`zones` has geometry_kind .*'modelled'"):
        draw(zones.assign(geometry_kind=kind), county)


def test_zones_without_geometry_kind_are_refused(zones, county):
    with pytest.raises(SchemaError, match=r"`zones` lacks the column 'geometry_kind'"):
        draw(zones.drop(columns="geometry_kind"), county)


# --- no zones ----------------------------------------------------------------------


def test_a_plan_without_zones_gives_a_sheet_that_says_so(county, seats):
    empty = gpd.GeoDataFrame({"name": []}, geometry=[], crs=4490)
    words = all_words(draw(empty, county, seats=seats))
    assert "该规划未划定修复分区" in words
    assert "合计" not in words
    assert "敖阳街道" in words


def test_land_in_no_zone_is_in_the_key_only_where_it_can_be_seen(zones, county):
    assert "未划入分区" in words_of(draw(zones.iloc[:2], county))
    assert "未划入分区" not in words_of(draw(zones, county))


# --- seats -------------------------------------------------------------------------


def test_seats_off_the_sheet_are_named_in_a_warning(zones, county, seats):
    far = pd.concat([seats, seats.iloc[:1].set_geometry([Point(120, 30)])])
    far = far.reset_index(drop=True).assign(name=["甲镇", "乙镇", "丙镇"])
    with pytest.warns(DroppedRowsWarning, match=r"1 of `seats` lie off.*丙镇"):
        sheet = draw(zones, county, seats=far)
    assert "丙镇" not in words_of(sheet)


def test_names_without_room_are_left_out_and_said(zones, county):
    crowd = gpd.GeoDataFrame(
        {"name": [f"同一地点的乡镇{i:02d}" for i in range(60)]},
        geometry=[Point(114.65, 28.2)] * 60,
        crs=4490,
    )
    with pytest.warns(DroppedRowsWarning, match=r"names of `seats` find no room"):
        draw(zones, county, seats=crowd)


def test_the_warning_points_at_the_callers_line(zones, county, seats):
    far = seats.set_geometry([Point(120, 30), Point(121, 30)])
    with pytest.warns(DroppedRowsWarning) as caught:
        zoning_sheet(zones, county, title="图", source="合成", note="", seats=far)
    assert caught[0].filename == __file__


# --- it leaves everything as it was ------------------------------------------------


def test_layers_and_settings_of_the_caller_are_not_changed(zones, county, seats):
    before = [layer.copy() for layer in (zones, county, seats)]
    settings = dict(mpl.rcParams)
    draw(zones, county, seats=seats)
    for layer, copy in zip((zones, county, seats), before, strict=True):
        pd.testing.assert_frame_equal(layer, copy)
    assert dict(mpl.rcParams) == settings


def test_layers_may_come_in_other_systems(zones, county, seats):
    words = words_of(draw(zones, county, seats=seats))
    moved = [layer.to_crs(code) for layer, code in ((zones, 4547), (county, 4326))]
    assert words_of(draw(*moved, seats=seats.to_crs(3857))) == words


# --- refusals ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"language": "fr"}, ParameterError, r"`language` is 'fr'; use 'zh' or 'en'"),
        ({"title": " "}, ParameterError, r"`title` is empty"),
        ({"source": ""}, ParameterError, r"`source` is empty"),
        ({"title": "图" * 90}, ParameterError, r"`title` has 90 .*at most 7\d.*`note`"),
        ({"subtitle": "图" * 200}, ParameterError, r"`subtitle` has 200"),
        ({"note": "说明" * 1500}, ParameterError, r"`source` and `note` are too long"),
        ({"scale_km": 900}, ParameterError, r"`scale_km` is 900.*`scale_km=1\d`"),
        ({"scale_km": 0}, ParameterError, r"`scale_km` is 0"),
        ({"scale_km": float("nan")}, ParameterError, r"`scale_km` is nan"),
        ({"zone_column": "title"}, SchemaError, r"`zones` lacks the column 'title'"),
        ({"label_column": "tag"}, SchemaError, r"`zones` lacks the column 'tag'"),
        (
            {"figures": pd.DataFrame({"zone": [1]})},
            SchemaError,
            r"`figures` lacks .*zone_statistics",
        ),
    ],
)
def test_options_that_cannot_be_are_refused(zones, county, options, error, message):
    with pytest.raises(error, match=message):
        draw(zones, county, **options)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            {"name": ["甲", "", "丙"]},
            SchemaError,
            r"`zones` has no 'name' in the rows \[1",
        ),
        ({"short_name": ["甲", None, "丙"]}, SchemaError, r"no 'short_name'"),
        ({"area_km2": [1, np.nan, 2]}, ParameterError, r"'area_km2'.*area_table"),
        ({"share_percent": [1, -2, 2]}, ParameterError, r"'share_percent'"),
        (
            {"name": ["很长的名字" * 160] * 3},
            ParameterError,
            r"do not fit into the legend.*short_name",
        ),
    ],
)
def test_zone_tables_that_cannot_be_printed_are_refused(
    zones, county, change, error, message
):
    with pytest.raises(error, match=message):
        draw(zones.assign(**change), county)


def test_more_than_twelve_zones_are_refused(county):
    with pytest.raises(ParameterError, match=r"`zones` has 13 rows.*dissolve"):
        draw(strips(SQUARE, 13), county)


@pytest.mark.parametrize("name", ["zones", "boundary", "seats", "rivers"])
def test_a_layer_without_crs_is_refused_by_name(zones, county, seats, name):
    rivers = gpd.GeoDataFrame(geometry=[LineString([(114.5, 28.1), (114.6, 28.2)])])
    layers = {"zones": zones, "boundary": county, "seats": seats, "rivers": rivers}
    layers[name] = layers[name].set_crs(None, allow_override=True)
    layers["rivers"] = layers["rivers"] if name == "rivers" else None
    rest = {key: layers[key] for key in ("seats", "rivers")}
    with pytest.raises(MissingCRSError, match=f"`{name}` has no CRS"):
        draw(layers["zones"], layers["boundary"], **rest)


def test_a_legacy_datum_is_refused(zones, county):
    old = county.set_crs(4214, allow_override=True)
    with pytest.raises(CRSMismatchError, match=r"`boundary` is in Beijing 1954"):
        draw(zones, old)


def test_an_empty_boundary_is_refused(zones, county):
    with pytest.raises(NoDataError, match=r"`boundary` has no rows"):
        draw(zones, county.iloc[:0])


def test_zones_of_another_county_are_refused(zones, county):
    moved = zones.set_geometry(zones.translate(xoff=3.0))
    with pytest.raises(GeometryError, match=r"`zones` lie .*`boundary`"):
        draw(moved, county)


def test_layers_of_the_wrong_kind_are_refused(zones, county, seats):
    with pytest.raises(GeometryError, match=r"`boundary`"):
        draw(zones, seats)
    with pytest.raises(GeometryError, match=r"`seats`"):
        draw(zones, county, seats=zones)
    with pytest.raises(GeometryError, match=r"`rivers` has rows of another kind"):
        draw(zones, county, rivers=seats)
