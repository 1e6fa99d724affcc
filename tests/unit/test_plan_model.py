"""The five plans as objects: names, tables, layers, zones on real boundaries.

Expected numbers are those of the published texts and of the issue that asked for them.
"""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.text import Text

import ecozoning as ez
from ecozoning.errors import NoDataError
from ecozoning.io import plan_dir
from ecozoning.overlay import ellipsoidal_area

SLUGS = ["guyang", "jinping", "mulei", "shanggao", "shanshan"]
ZONED = ["guyang", "jinping", "shanggao", "shanshan"]
LAYERS = [
    "boundary",
    "zones",
    "redlines",
    "corridors",
    "pattern",
    "townships",
    "protected_areas",
]
TABLES = ["figures", "indicators", "projects", "land_use"]
EVERY_PLAN = pytest.mark.parametrize("slug", SLUGS)
EVERY_ZONED_PLAN = pytest.mark.parametrize("slug", ZONED)

_PLANS = {}


def plan_of(slug):
    """Return a packaged plan; plans do not change, so each is loaded once."""
    if slug not in _PLANS:
        _PLANS[slug] = ez.load_plan(slug)
    return _PLANS[slug]


def geometry_of(plan):
    return plan.boundary.geometry.iloc[0]


# --- by which names ----------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["shanggao", "上高县", "上高", "360923", 360923, " 上高县 "]
)
def test_plan_is_found_by_slug_name_and_code(name):
    assert ez.load_plan(name).slug == "shanggao"


@pytest.mark.parametrize("name", ["木垒哈萨克自治县", "木垒县", "木垒", "652328"])
def test_autonomous_county_is_found_by_its_short_names_too(name):
    assert ez.load_plan(name).slug == "mulei"


def test_plan_is_found_by_the_path_of_its_folder_as_path_and_as_text():
    folder = plan_dir("guyang")
    assert ez.load_plan(folder).name == "固阳县"
    assert ez.load_plan(str(folder)).name == "固阳县"


def test_list_of_plans_has_the_columns_of_the_design():
    assert list(ez.list_plans()) == (
        [
            "slug",
            "name",
            "name_en",
            "adcode",
            "area_km2",
            "base_year",
            "end_year",
            "n_zones",
            "pattern",
        ]
    )


def test_list_of_plans_has_one_row_per_county_sorted_by_slug():
    plans = ez.list_plans().set_index("slug")
    assert plans.index.tolist() == SLUGS
    assert plans["adcode"].tolist() == [
        "150222",
        "522628",
        "652328",
        "360923",
        "650421",
    ]
    assert plans["n_zones"].tolist() == [4, 3, 0, 3, 4]
    assert plans["end_year"].tolist() == [2035] * 5


def test_list_of_plans_gives_the_published_areas_in_square_kilometres():
    # printed: 4877.10 km2; 1619.15 km2; 1.35 万 km2; 134722.78 hm2; 39549.51 km2
    areas = ez.list_plans()["area_km2"]
    assert areas.tolist() == pytest.approx(
        [4877.10, 1619.15, 13500, 1347.2278, 39549.51], rel=1e-12
    )


def test_list_of_plans_gives_the_pattern_as_printed():
    patterns = ez.list_plans().set_index("slug")["pattern"]
    assert patterns["guyang"] == "一屏两带双廊"
    assert patterns["shanshan"] == "一屏一核、六廊三点"


@EVERY_PLAN
def test_plan_tells_its_names_and_period(slug):
    plan = plan_of(slug)
    row = ez.list_plans().set_index("slug").loc[slug]
    assert (plan.name, plan.name_en, plan.adcode) == tuple(
        row[["name", "name_en", "adcode"]]
    )
    assert (plan.base_year, plan.end_year) == (row["base_year"], row["end_year"])
    assert plan.base_year <= plan.start_year < plan.end_year
    assert plan.title.startswith(("新疆", "包头市", plan.name))


def test_plan_shows_itself_by_county_period_and_zones():
    assert repr(plan_of("guyang")) == "<Plan guyang 固阳县 2021–2035, 4 zones>"


# --- tables ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "least"),
    [
        ("guyang", 120),
        ("jinping", 120),
        ("mulei", 120),
        ("shanggao", 120),
        ("shanshan", 70),
    ],
)
def test_plan_has_as_many_figures_as_the_issue_expects(slug, least):
    assert len(plan_of(slug).figures) >= least


@pytest.mark.parametrize(
    ("slug", "count"), [("guyang", 18), ("jinping", 12), ("shanggao", 16)]
)
def test_indicator_table_has_every_numbered_row(slug, count):
    numbers = plan_of(slug).indicators["number"].astype(int)
    assert sorted(set(numbers)) == list(range(1, count + 1))


def test_indicator_table_of_mulei_has_19_main_and_6_reference_rows_with_sub_rows():
    table = plan_of("mulei").indicators
    numbers = table.groupby("series")["number"].agg(lambda n: len(set(n)))
    assert numbers.to_dict() == {"main": 19, "reference": 6}
    assert (table["sub_number"] != "").sum() >= 2


@pytest.mark.parametrize(("slug", "count"), [("shanggao", 17), ("mulei", 40)])
def test_project_table_has_every_numbered_project(slug, count):
    projects = plan_of(slug).projects
    assert projects["project_id"].tolist() == [f"p{i:02d}" for i in range(1, count + 1)]


def test_every_project_of_mulei_has_its_investment_or_the_plan_gives_none():
    projects = plan_of("mulei").projects
    assert (projects["budget"] != "").sum() == 37  # the table leaves three blank


@EVERY_PLAN
def test_number_is_the_printed_value_as_a_float(slug):
    figures = plan_of(slug).figures
    plain = figures[figures["value"].str.fullmatch(r"-?\d+(\.\d+)?")]
    assert figures["number"].dtype == float
    assert figures["number"].notna().all()
    assert len(plain) > 50
    assert plain["number"].tolist() == [float(text) for text in plain["value"]]


def test_number_of_an_angle_is_in_degrees_and_of_a_numeral_its_value():
    figures = plan_of("shanggao").figures.set_index("figure_id")
    west = figures.loc["county_longitude_min"]
    assert west["value"] == "114°28′"
    assert west["number"] == pytest.approx(114 + 28 / 60)
    assert figures.loc["pattern_six_branch_count", ["value", "number"]].tolist() == [
        "六",
        6.0,
    ]


@EVERY_PLAN
def test_every_cell_of_a_table_but_the_number_is_text(slug):
    for name in TABLES:
        table = getattr(plan_of(slug), name).drop(columns="number", errors="ignore")
        assert all(isinstance(cell, str) for cell in table.to_numpy().ravel())


@pytest.mark.parametrize(
    ("slug", "rows"),
    [("guyang", 0), ("jinping", 7), ("mulei", 0), ("shanggao", 10), ("shanshan", 0)],
)
def test_land_use_has_the_classes_that_the_plan_tables(slug, rows):
    assert len(plan_of(slug).land_use) == rows


# --- layers ------------------------------------------------------------------------


@EVERY_PLAN
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_in_degrees_of_cgcs2000(slug, name):
    layer = getattr(plan_of(slug), name)
    assert isinstance(layer, gpd.GeoDataFrame)
    assert layer.crs == "EPSG:4490"
    assert layer.index.tolist() == list(range(len(layer)))


@EVERY_PLAN
@pytest.mark.parametrize("name", LAYERS)
def test_every_row_of_a_layer_says_how_its_geometry_came_to_be(slug, name):
    layer = getattr(plan_of(slug), name)
    kinds = set(layer["geometry_kind"])
    assert kinds <= {"official", "open-data", "modelled", "none"}
    missing = layer.geometry.isna()
    assert ((layer["geometry_kind"] == "none") == missing).all()


@EVERY_PLAN
def test_boundary_is_one_valid_polygon_of_about_the_published_area(slug):
    plan = plan_of(slug)
    assert len(plan.boundary) == 1
    assert geometry_of(plan).geom_type in ("Polygon", "MultiPolygon")
    assert shapely.is_valid(geometry_of(plan))
    published = ez.list_plans().set_index("slug").loc[slug, "area_km2"]
    assert plan.area_km2 == pytest.approx(published, rel=0.01)  # generalised


@EVERY_PLAN
def test_townships_are_points_where_the_seat_is_known(slug):
    townships = plan_of(slug).townships
    known = townships.geometry.notna()
    assert set(townships[known].geom_type) == {"Point"}
    assert townships["name"].is_unique
    assert townships["county_seat"].sum() == 1


@EVERY_PLAN
def test_corridors_are_the_corridors_and_rivers_of_the_pattern(slug):
    plan = plan_of(slug)
    pattern = plan.pattern
    wanted = pattern.loc[pattern["kind"].isin(["corridor", "river"]), "name"]
    assert plan.corridors["name"].tolist() == wanted.tolist()


@pytest.mark.parametrize(
    ("slug", "counts"),
    [  # as the numerals of the pattern's name say
        ("guyang", {"barrier": 1, "belt": 2, "corridor": 2}),  # 一屏两带双廊
        ("jinping", {"barrier": 3, "corridor": 2, "district": 3}),  # 三屏、两廊、三区
        (
            "mulei",
            {"barrier": 1, "belt": 2, "corridor": 7, "node": 2},
        ),  # 多点: two kinds
        ("shanggao", {"river": 8, "barrier": 1, "corridor": 4}),  # 一江七脉, 多廊: four
        ("shanshan", {"barrier": 1, "core": 1, "corridor": 6, "node": 3}),
    ],
)
def test_pattern_has_as_many_elements_as_its_name_says(slug, counts):
    assert plan_of(slug).pattern["kind"].value_counts().to_dict() == counts


def test_redlines_hold_every_published_area_in_square_kilometres():
    # 锦屏 prints 380.1058, 844.29 and, in its indicator table, 380.18
    areas = plan_of("jinping").redlines["published_area_km2"]
    assert areas.tolist() == [380.1058, 844.29, 380.18]


def test_protected_areas_have_their_published_area_in_square_kilometres():
    # 锦屏: 6488.11 hm2 of forest park
    areas = plan_of("jinping").protected_areas.set_index("name")["published_area_km2"]
    assert areas["贵州黔东南锦屏春蕾省级森林公园"] == pytest.approx(64.8811)


@EVERY_PLAN
@pytest.mark.parametrize("name", [*LAYERS, *TABLES])
def test_what_a_plan_hands_out_is_a_copy(slug, name):
    plan = plan_of(slug)
    first = getattr(plan, name)
    before = first.copy()
    first["mark"] = 1
    del first[before.columns[0]]
    pd.testing.assert_frame_equal(getattr(plan, name), before)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_elevation_grid_covers_the_county_in_the_crs_of_its_layers(slug):
    plan = plan_of(slug)
    dem = plan.dem
    west, south, east, north = plan.boundary.total_bounds
    inside = dem.sel(x=slice(west, east), y=slice(north, south))
    assert dem.rio.crs == plan.boundary.crs
    assert np.isfinite(inside).mean() > 0.99
    assert -160 < float(dem.min()) < float(dem.max()) < 5500


def test_a_county_without_a_packaged_grid_has_no_elevation():
    plan = plan_of("mulei")
    other = dataclasses.replace(plan, document={**plan.document, "slug": "atlantis"})
    with pytest.raises(NoDataError, match=r"'atlantis'.*take a `dem` of your own"):
        _ = other.dem


def test_cells_of_a_copy_may_be_changed_without_changing_the_plan():
    plan = ez.load_plan("guyang")
    figures = plan.figures
    figures.loc[0, "value"] = "0"
    zones = plan.zones
    zones.loc[0, "name"] = "other"
    assert plan.figures.loc[0, "value"] != "0"
    assert plan.zones.loc[0, "name"] != "other"


# --- zones -------------------------------------------------------------------------


def test_mulei_has_no_zones_and_says_why():
    plan = plan_of("mulei")
    assert len(plan.zones) == 0
    assert len(plan.zone_statistics()) == 0
    assert "分区" in plan.zones_note or "zone" in plan.zones_note.lower()
    assert list(plan.zones) == list(plan_of("guyang").zones)


@EVERY_ZONED_PLAN
def test_plan_with_zones_needs_no_note(slug):
    assert plan_of(slug).zones_note == ""


@pytest.mark.parametrize(
    ("slug", "areas"),
    [
        ("guyang", [1619.28, 2501.41, 317.90, 438.51]),
        ("shanggao", [505.07, 331.73, 510.66]),
    ],
)
def test_zones_have_their_published_areas_to_one_per_mille(slug, areas):
    table = plan_of(slug).zone_statistics()
    assert table["published_area_km2"].tolist() == areas
    assert table["area_km2"].tolist() == pytest.approx(areas, rel=1e-3)


@pytest.mark.parametrize(
    ("slug", "shares"),
    [
        # 1619.28 of 4877.10 and so on; the four add up to 4877.10
        ("guyang", [33.202, 51.289, 6.518, 8.991]),
        ("shanggao", [37.48, 24.62, 37.90]),  # as printed
    ],
)
def test_zones_have_their_published_shares(slug, shares):
    table = plan_of(slug).zone_statistics()
    assert table["share_percent"].tolist() == pytest.approx(shares, abs=0.01)


def test_published_shares_are_those_of_the_plan():
    table = plan_of("shanggao").zone_statistics()
    assert table["published_share_percent"].tolist() == [37.48, 24.62, 37.90]


@EVERY_ZONED_PLAN
def test_statistics_compare_the_area_of_the_geometry_with_the_published_one(slug):
    plan = plan_of(slug)
    table = plan.zone_statistics()
    areas = ellipsoidal_area(plan.zones).to_numpy() / 1e6
    assert table["area_km2"].to_numpy() == pytest.approx(areas, rel=1e-12)
    assert table["share_percent"].sum() == pytest.approx(100, abs=1e-9)
    deviation = (areas - table["published_area_km2"]) / table["published_area_km2"]
    np.testing.assert_allclose(table["deviation_percent"], deviation * 100, atol=1e-9)


@EVERY_ZONED_PLAN
def test_statistics_have_the_columns_of_the_design(slug):
    assert list(plan_of(slug).zone_statistics()) == (
        [
            "zone_id",
            "name",
            "area_km2",
            "share_percent",
            "published_area_km2",
            "published_share_percent",
            "deviation_percent",
            "geometry_kind",
        ]
    )


@EVERY_ZONED_PLAN
def test_modelled_zones_say_so_and_name_their_evidence(slug):
    zones = plan_of(slug).zones
    assert set(zones["geometry_kind"]) == {"modelled"}
    assert (zones["evidence"].str.len() > 10).all()
    assert (zones["cost"] >= 0).all()


@EVERY_ZONED_PLAN
def test_zones_are_one_coverage_without_gaps_or_overlaps(slug):
    shapes = plan_of(slug).zones.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


@EVERY_ZONED_PLAN
def test_zones_fill_the_county_and_do_not_leave_it(slug):
    plan = plan_of(slug)
    union = shapely.coverage_union_all(plan.zones.geometry.to_numpy())
    # Where a zone boundary meets the county's, a vertex is put on an edge: that is off
    # by less than a rounding of the coordinates, 1e-14 degrees.
    difference = shapely.symmetric_difference(union, geometry_of(plan))
    assert shapely.area(difference) < 1e-14
    assert shapely.area(union) == pytest.approx(shapely.area(geometry_of(plan)))


@EVERY_ZONED_PLAN
def test_no_vertex_of_the_county_boundary_is_moved(slug):
    plan = plan_of(slug)
    union = shapely.coverage_union_all(plan.zones.geometry.to_numpy())
    county = set(map(tuple, shapely.get_coordinates(geometry_of(plan))))
    merged = set(map(tuple, shapely.get_coordinates(union)))
    assert county <= merged
    added = shapely.points(np.array(sorted(merged - county)).reshape(-1, 2))
    edge = shapely.boundary(geometry_of(plan))
    assert (shapely.distance(added, edge) < 1e-6).all()


@EVERY_ZONED_PLAN
def test_zones_come_in_the_order_of_the_plan(slug):
    zones = plan_of(slug).zones
    assert zones["order"].tolist() == list(range(1, len(zones) + 1))
    assert zones["zone_id"].is_unique


def seats_and_zones(plan):
    """Return (seat, zones that name its unit, zone it lies in) for seats in the county.

    One seat of 锦屏 (新化乡, of weak confidence) lies outside the generalised boundary.
    金山镇, the seat of 固阳, lies in the city zone, which lists no township; only parts
    of 金山镇 away from the town are listed elsewhere. It has a test of its own below.
    """
    naming = {}
    for zone in plan.document["zones"]:
        for unit in zone["units"]:
            naming.setdefault(unit["name"], []).append(zone["zone_id"])
    zones, seats = plan.zones, plan.townships.dropna(subset="geometry")
    return [
        (name, naming[name], zones.loc[zones.contains(point), "zone_id"].tolist())
        for name, point in zip(seats["name"], seats.geometry, strict=True)
        if name in naming and name != "金山镇" and geometry_of(plan).contains(point)
    ]


@pytest.mark.parametrize(
    ("slug", "least"), [("guyang", 3), ("jinping", 4), ("shanggao", 13)]
)
def test_every_known_seat_lies_in_a_zone_that_names_its_unit(slug, least):
    rows = seats_and_zones(plan_of(slug))
    assert len(rows) >= least
    wrong = [row for row in rows if len(row[2]) != 1 or row[2][0] not in row[1]]
    assert not wrong


@EVERY_PLAN
def test_every_seat_known_well_lies_in_the_county(slug):
    plan = plan_of(slug)
    good = plan.townships[plan.townships["confidence"] == "good"]
    assert good.geometry.within(geometry_of(plan)).all()


def test_city_zone_of_guyang_surrounds_the_county_seat():
    plan = plan_of("guyang")
    seat = plan.townships.set_index("name").geometry["金山镇"]
    city = plan.zones.set_index("name").geometry["城市人居环境提升区"]
    assert city.contains(seat)
    # 438.51 km2 are a circle of 11.8 km; 0.03 degrees are 2.5 km or more here
    assert city.boundary.distance(seat) > 0.03


def offsets_of(slug):
    """Return longitude and latitude of each zone's centroid from the county's."""
    plan = plan_of(slug)
    centre = geometry_of(plan).centroid
    centroids = shapely.centroid(plan.zones.geometry.to_numpy())
    return shapely.get_coordinates(centroids) - (centre.x, centre.y)


def test_zones_of_shanggao_lie_northeast_south_of_centre_and_southwest():
    northeast, south, southwest = offsets_of("shanggao")
    assert (northeast > 0).all()
    assert (southwest < 0).all()
    assert south[1] < 0
    assert southwest[0] < south[0] < northeast[0]


def test_zones_of_shanshan_follow_each_other_from_north_to_south():
    latitudes = offsets_of("shanshan")[:, 1]
    assert (np.diff(latitudes) < 0).all()


def test_zones_of_guyang_lie_north_in_the_middle_and_south():
    north, middle, mountains, _ = offsets_of("guyang")[:, 1]
    assert north > middle > mountains
    assert north > 0 > mountains


def test_zones_say_what_the_plan_says_of_them():
    zone = plan_of("guyang").zones.iloc[0]
    assert zone["units"] == "西斗铺镇西部；兴顺西镇中北部；怀朔镇"
    assert zone["problems"].split(";")[0] == "low_vegetation_cover"
    assert zone["bearing"] == "north"


def test_zones_can_be_written_as_they_are(tmp_path):
    file = tmp_path / "zones.gpkg"
    plan_of("guyang").zones.to_file(file)
    assert len(gpd.read_file(file)) == 4


@EVERY_PLAN
def test_every_layer_is_drawn_over_the_zones_unless_told_otherwise(slug):
    plan = plan_of(slug)
    sheet, plain = plan.plot(), plan.plot(layers=())
    assert len(artists_of(sheet)) > len(artists_of(plain))
    named = plan.plot(layers=["redlines", "corridors", "pattern"])
    assert words_of(sheet) == words_of(named)


def artists_of(sheet):
    return [a for axes in sheet.axes for a in axes.get_children()]


def words_of(sheet):
    return [text.get_text() for text in sheet.findobj(match=Text)]


def without_pattern(plan):
    layers = {**plan._layers, "pattern": plan.pattern.iloc[:0]}
    return dataclasses.replace(plan, _layers=layers)


def test_a_county_without_zones_is_titled_by_its_pattern():
    title = "木垒哈萨克自治县生态保护修复格局图"
    assert title in words_of(plan_of("mulei").plot())
    assert title in words_of(plan_of("mulei").plot(layers=["pattern"]))


def test_a_county_without_zones_and_pattern_is_titled_by_its_extent():
    words = words_of(without_pattern(plan_of("mulei")).plot())
    assert "木垒哈萨克自治县规划范围图" in words


def test_sheet_credits_the_elevation_and_the_rivers_that_it_shows():
    # 锦江 is an open river line; the zones of 上高 come from seats alone.
    credit = "高程据 meteva；河流据 GSHHG（LGPL）"
    plan = plan_of("shanggao")
    assert credit in "".join(words_of(plan.plot()))
    assert "meteva" not in "".join(words_of(plan.plot(layers=())))
    assert "meteva" not in "".join(words_of(plan.plot(source="本所")))


@pytest.mark.parametrize("layers", ["redlines", ["redline"], ["zones"]])
def test_other_layers_are_refused(layers):
    with pytest.raises(ez.errors.ParameterError, match="`layers`"):
        plan_of("jinping").plot(layers=layers)
