"""Land grown from evidence, on a county whose land can be told beforehand.

The county is a square of 0.2 degrees on the equator: 22.264 km by 22.115 km, 492.36
km2.
"""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor that knows the CRS
import shapely
import xarray as xr

from ecozoning import ellipsoidal_area
from ecozoning.errors import (
    ConvergenceError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    PlanDataError,
)
from ecozoning.plan import load_plan
from ecozoning.plan.redlines import (
    model_pattern,
    model_protected_areas,
    model_redlines,
)
from ecozoning.zoning import Bearing, Elevation, Extent, Near, Rim
from ecozoning.zoning.growth import Block, cover, grow
from ecozoning.zoning.surface import Band

SQUARE = shapely.box(109.9, -0.1, 110.1, 0.1)
WEST, EAST = shapely.box(109.9, -0.1, 110.0, 0.1), shapely.box(110.0, -0.1, 110.1, 0.1)
AREA_KM2 = 492.36
NORTH = [Bearing(direction="north")]
# rioxarray 0.19 multiplies transforms in the way that affine 3.1 lets go of.
packaged = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")


def county(*shapes, crs="EPSG:4490"):
    return gpd.GeoDataFrame(geometry=list(shapes) or [SQUARE], crs=crs)


def near(*places):
    return Near(feature=shapely.MultiPoint(places), name="two springs")


def km2(shape):
    return float(ellipsoidal_area(gpd.GeoSeries([shape], crs=4490)).sum()) / 1e6


def hills(*tops, height=1000.0, width=0.01):
    """Return a DEM of bell-shaped hills: (lon, lat, part of the height)."""
    x, y = np.arange(109.8, 110.2, 0.004), np.arange(0.2, -0.2, -0.004)
    east, north = np.meshgrid(x, y)
    ground = np.zeros_like(east)
    for lon, lat, part in tops:
        away = (east - lon) ** 2 + (north - lat) ** 2
        ground += part * height * np.exp(-away / (2 * width**2))
    dem = xr.DataArray(ground, coords={"y": y, "x": x}, dims=("y", "x"))
    return dem.rio.write_crs(4490)


def test_the_northern_quarter_is_a_straight_strip_of_exactly_a_quarter():
    row = grow(county(), [Block(name="n", evidence=NORTH)], AREA_KM2 / 4).iloc[0]
    assert row["area_km2"] == pytest.approx(AREA_KM2 / 4, rel=1e-5)
    assert row.geometry.bounds == pytest.approx((109.9, 0.05, 110.1, 0.1), abs=2e-3)
    assert row["geometry_kind"] == "modelled"
    assert row["evidence"] == "in the north of the county (stated, weight 1)"


def test_land_around_a_point_is_a_disc():
    land = grow(county(), [Block(name="d", evidence=[near((110, 0))])], 50.0)
    shape = land.geometry.iloc[0]
    radius_deg = np.sqrt(50.0 / np.pi) / 111.0
    assert shapely.hausdorff_distance(
        shape, shapely.Point(110, 0).buffer(radius_deg)
    ) == pytest.approx(0, abs=2e-3)


def test_the_same_input_gives_the_same_coordinates():
    block = Block(name="d", evidence=[near((110, 0))])
    first, again = (grow(county(), [block], 50.0).geometry.iloc[0] for _ in range(2))
    assert shapely.equals_exact(first, again)


def test_land_stays_inside_a_ragged_county_and_is_valid():
    star = [
        (110 + r * np.cos(a), r * np.sin(a))
        for a, r in zip(
            np.linspace(0, 2 * np.pi, 41)[:-1], [0.1, 0.07] * 20, strict=True
        )
    ]
    ragged = shapely.Polygon(star)
    land = grow(county(ragged), [Block(name="n", evidence=NORTH)], 60.0)
    shape = land.geometry.iloc[0]
    assert shape.is_valid
    assert shapely.covers(shapely.buffer(ragged, 2e-6), shape)
    assert km2(shape) == pytest.approx(60.0, rel=1e-5)


def test_each_block_has_its_share_and_stays_in_its_own_land():
    blocks = [
        Block(name="w", evidence=NORTH, share=0.7, within=WEST),
        Block(name="e", evidence=NORTH, share=0.3, within=EAST),
    ]
    land = grow(county(), blocks, 100.0)
    assert land["area_km2"].tolist() == pytest.approx([70.0, 30.0], rel=1e-4)
    assert shapely.covers(shapely.buffer(WEST, 2e-6), land.geometry[0])
    assert shapely.covers(shapely.buffer(EAST, 2e-6), land.geometry[1])


def test_a_hill_too_small_for_a_patch_is_left_out_and_the_others_make_up_for_it():
    dem = hills((109.96, 0, 1.0), (110.06, 0.05, 0.52), width=0.012)
    block = Block(name="h", evidence=[Elevation(dem=dem, prefer="high")])
    shape = grow(county(), [block], 10.0, min_patch_km2=2.0).geometry.iloc[0]
    patches = shapely.get_parts(shape)
    assert all(km2(patch) >= 2.0 for patch in patches)
    assert km2(shape) == pytest.approx(10.0, rel=1e-5)


@pytest.mark.parametrize("area", [11.0, 12.5, 14.0, 17.0, 21.0, 30.0])
def test_the_area_is_met_also_where_a_new_patch_appears(area):
    dem = hills((109.96, 0, 1.0), (110.05, 0.04, 0.9), (110.05, -0.05, 0.8))
    block = Block(name="h", evidence=[Elevation(dem=dem, prefer="high")])
    shape = grow(county(), [block], area, min_patch_km2=3.0).geometry.iloc[0]
    assert km2(shape) == pytest.approx(area, rel=1e-4)
    assert min(km2(patch) for patch in shapely.get_parts(shape)) >= 3.0 * 0.999


@pytest.mark.parametrize("area", [20.0, 60.0, 80.0, 90.0, 120.0, 200.0])
def test_one_piece_grows_also_past_the_place_where_two_would_meet(area):
    springs = [near((109.95, 0), (110.05, 0))]
    block = Block(name="s", evidence=springs, pieces=1)
    shape = grow(county(), [block], area).geometry.iloc[0]
    assert shapely.get_num_geometries(shape) == 1
    assert km2(shape) == pytest.approx(area, rel=1e-5)


def test_two_springs_without_a_number_of_pieces_are_two_patches():
    springs = [near((109.95, 0), (110.05, 0))]
    shape = grow(county(), [Block(name="s", evidence=springs)], 40.0).geometry.iloc[0]
    assert shapely.get_num_geometries(shape) == 2


def test_cover_is_the_land_that_meets_every_piece():
    land = cover(county(), [Extent(north=0.0), Extent(west=110.0)])
    assert land.bounds == pytest.approx((110.0, -0.1, 110.1, 0.0), abs=1e-3)
    assert km2(land) == pytest.approx(AREA_KM2 / 4, rel=0.01)


def test_cover_stays_within_a_polygon():
    land = cover(county(), [Extent(north=0.0)], within=WEST)
    assert land.bounds == pytest.approx((109.9, -0.1, 110.0, 0.0), abs=1e-3)


def test_a_band_is_a_part_of_the_county_from_one_side():
    land = cover(county(), [Band(direction="north", first=0.25, last=0.5)])
    assert land.bounds == pytest.approx((109.9, 0.0, 110.1, 0.05), abs=1e-3)


def test_a_band_says_what_it_is():
    text = Band(direction="south", first=0, last=0.5).text()
    assert text == "0%–50% of the county from its south (stated, weight 1)"


def test_land_that_meets_nothing_is_refused():
    with pytest.raises(NoDataError, match="no patch of 1 km2 meets all `evidence`"):
        cover(county(), [Extent(north=0.0), Extent(south=0.05)])


@pytest.mark.parametrize(
    ("first", "last"), [(0.5, 0.5), (0.6, 0.2), (-0.1, 0.5), (0, 1.1)]
)
def test_a_band_that_is_no_range_is_refused(first, last):
    with pytest.raises(ParameterError, match="0 <= `first` < `last` <= 1"):
        Band(direction="north", first=first, last=last)


@pytest.mark.parametrize("direction", ["up", "centre"])
def test_a_band_without_a_direction_is_refused(direction):
    with pytest.raises(ParameterError, match=r"use one of|a point of the compass"):
        Band(direction=direction, first=0, last=0.5)


@pytest.mark.parametrize("area", [-5.0, 0.0, 0.5, 500.0, float("nan")])
def test_an_area_below_a_patch_or_above_the_county_is_refused(area):
    with pytest.raises(ParameterError, match=r"between one patch of 1 km2 and the 492"):
        grow(county(), [Block(name="n", evidence=NORTH)], area)


def test_an_area_above_the_land_of_its_block_is_refused():
    block = Block(name="w", evidence=NORTH, within=WEST)
    with pytest.raises(ParameterError, match=r"gives block 'w' 300\.00 km2"):
        grow(county(), [block], 300.0)


@pytest.mark.parametrize("shares", [(0.5, 0.4), (0.7, 0.7), (1.2, -0.2)])
def test_shares_that_do_not_make_one_are_refused(shares):
    blocks = [
        Block(name=name, evidence=NORTH, share=share, within=within)
        for name, share, within in zip("we", shares, (WEST, EAST), strict=True)
    ]
    with pytest.raises(ParameterError, match="give parts above 0 that make 1"):
        grow(county(), blocks, 100.0)


def test_blocks_that_may_overlap_are_refused():
    blocks = [
        Block(name="a", evidence=NORTH, share=0.5),
        Block(name="b", evidence=NORTH, share=0.5, within=EAST),
    ]
    with pytest.raises(ParameterError, match="blocks 'a' and 'b' may overlap"):
        grow(county(), blocks, 100.0)


def test_a_block_without_evidence_is_refused():
    with pytest.raises(ParameterError, match="block 'n' has no `evidence`"):
        grow(county(), [Block(name="n", evidence=[])], 100.0)
    with pytest.raises(ParameterError, match="`blocks` is empty"):
        grow(county(), [], 100.0)
    with pytest.raises(ParameterError, match="has no `evidence`"):
        cover(county(), [])


def test_a_boundary_without_crs_is_refused():
    with pytest.raises(MissingCRSError, match="`boundary` has no CRS"):
        grow(county(crs=None), [Block(name="n", evidence=NORTH)], 100.0)


def test_land_that_cannot_grow_on_is_refused():
    islands = shapely.MultiPolygon(
        [shapely.box(109.9, -0.1, 109.95, 0.1), shapely.box(110.05, -0.1, 110.1, 0.1)]
    )
    block = Block(name="i", evidence=[Rim(side="west")], within=islands, pieces=1)
    with pytest.raises(ConvergenceError, match="cannot grow on; allow more `pieces`"):
        grow(county(), [block], 200.0)


# --- the packaged recipes ----------------------------------------------------------


@packaged
@pytest.mark.parametrize(
    ("slug", "area"),
    [
        ("guyang", 339.57),
        ("shanshan", 1887.82),
        ("jinping", 380.18),
        ("shanggao", 76.39),
    ],
)
def test_the_red_line_has_the_published_area_inside_the_county(slug, area):
    plan = load_plan(slug)
    row = model_redlines(plan).iloc[0]
    assert row["area_km2"] == pytest.approx(area, rel=1e-3)
    assert row["area_km2"] == pytest.approx(row["published_area_km2"], rel=1e-4)
    boundary = shapely.union_all(plan.boundary.geometry.to_numpy())
    assert row.geometry.is_valid
    assert shapely.difference(row.geometry, boundary).area < 1e-6


@packaged
def test_the_share_of_the_southwestern_zone_is_the_published_one():
    plan = load_plan("shanggao")
    row = model_redlines(plan).iloc[0]
    zone = plan.zones.set_index("zone_id").geometry["zone3"]
    inside = km2(shapely.intersection(row.geometry, zone))
    assert inside / row["area_km2"] == pytest.approx(0.7874, abs=1e-3)


@packaged
def test_a_plan_that_publishes_no_red_line_gets_none():
    assert model_redlines(load_plan("mulei")).empty


@packaged
def test_the_desert_park_lies_south_of_the_county_seat():
    plan = load_plan("shanshan")
    park = model_protected_areas(plan).set_index("name").loc["鄯善国家沙漠公园"]
    seat = plan.townships.set_index("name").geometry["鄯善镇"]
    assert km2(park.geometry) == pytest.approx(200, rel=1e-4)
    assert park.geometry.centroid.y < seat.y - 0.02


@packaged
def test_what_is_not_placed_says_why():
    for slug in ("guyang", "shanshan", "mulei", "shanggao", "jinping"):
        plan = load_plan(slug)
        for layer in (model_pattern(plan), model_protected_areas(plan)):
            unplaced = layer[layer.geometry.isna()]
            assert (unplaced["geometry_kind"] == "none").all()
            assert unplaced["evidence"].str.len().gt(20).all()
            assert (
                layer[layer.geometry.notna()]["confidence"]
                .isin(["good", "fair", "poor"])
                .all()
            )


@packaged
def test_the_belts_of_mulei_lie_from_the_mountains_to_the_desert():
    pattern = model_pattern(load_plan("mulei")).set_index("name").geometry
    names = ["南部天山森林生态屏障", "山前生态保护带", "沙漠生态防护带"]
    north = [pattern[name].centroid.y for name in names]
    assert north == sorted(north)
    for one, other in pairwise(names):
        assert shapely.intersection(pattern[one], pattern[other]).area < 1e-3


@packaged
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zones": ["zone9"]}, "zone 'zone9' does not exist"),
        ({"evidence": [{"kind": "magic"}]}, "the kind should be one of"),
        ({"evidence": [{"kind": "elevation", "low_seat": "乌有镇"}]}, "'乌有镇'"),
        ({"evidence": [{"kind": "band", "direction": "north"}]}, "'first'"),
        ({"evidence": [{"kind": "pattern", "names": ["乌有"]}]}, "no element '乌有'"),
    ],
)
def test_a_recipe_that_names_the_unknown_is_refused(change, message):
    plan = load_plan("guyang")
    element = next(e for e in plan.document["pattern"] if e["kind"] == "barrier")
    element["place"] = change
    with pytest.raises(PlanDataError, match=message):
        model_pattern(plan)


@packaged
def test_a_red_line_of_an_unknown_figure_is_refused():
    plan = load_plan("guyang")
    plan.document["redline"]["figure"] = "no_such_figure"
    with pytest.raises(PlanDataError, match="figure 'no_such_figure' does not exist"):
        model_redlines(plan)
