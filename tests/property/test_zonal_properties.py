"""What must not matter to zones on a grid: how they are drawn, where, and cut up."""

import geopandas as gpd
import numpy as np
import rioxarray  # noqa: F401 -- writes the CRS
import shapely
import xarray as xr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from ecozoning.overlay import crosstab, zonal

SIDE = 7
CELL = 10.0
STATS = ["count", "sum", "min", "max", "std", "variety"]
VALUES = np.random.default_rng(3).integers(0, 9, (SIDE, SIDE)).astype("float32")
VALUES[2, 3] = np.nan
FRAME = shapely.box(0, 0, SIDE * CELL, SIDE * CELL)


def raster_of(values, west=0.0, south=0.0):
    steps = CELL * (np.arange(SIDE) + 0.5)
    axes = {"y": south + steps[::-1], "x": west + steps}
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs("EPSG:4547")


def statistics(values, *polygons, **place):
    zones = gpd.GeoSeries(list(polygons), crs="EPSG:4547")
    return zonal(raster_of(values, **place), zones, STATS).to_numpy()


@st.composite
def stars(draw):
    """Return star shapes, often with a hole, over the raster, its edge or beyond."""
    count = draw(st.integers(3, 12))
    turns = np.sort(draw(st.lists(st.integers(0, 359), min_size=count, max_size=count)))
    reach = draw(st.lists(st.integers(4, 60), min_size=count, max_size=count))
    centre = draw(st.tuples(st.integers(-10, 80), st.integers(-10, 80)))
    rays = np.column_stack([np.cos(np.radians(turns)), np.sin(np.radians(turns))])
    ring = centre + rays * np.array(reach)[:, None]
    holes = [centre + rays * 2] if draw(st.booleans()) else []
    star = shapely.Polygon(ring, holes)
    assume(star.is_valid and star.area > 1)
    return star


@given(stars())
def test_covers_add_up_to_the_area_inside(star):
    count = statistics(np.ones((SIDE, SIDE), "float32"), star)[0, 0]
    assert_allclose(count * CELL**2, star.intersection(FRAME).area, atol=1e-8)


@given(stars(), st.integers(0, 40))
def test_the_direction_and_the_start_of_rings_do_not_matter(star, start):
    ring = np.roll(shapely.get_coordinates(star.exterior)[:-1], start, axis=0)
    holes = [hole.coords[::-1] for hole in star.interiors]
    for shell in (ring, ring[::-1]):
        found = statistics(VALUES, shapely.Polygon(shell, holes))
        assert_allclose(found, statistics(VALUES, star), rtol=1e-9, atol=1e-9)


@given(stars(), st.integers(-50, 50), st.integers(-50, 50))
def test_moving_both_by_cells_changes_nothing(star, columns, rows):
    move = {"west": columns * CELL, "south": rows * CELL}
    moved = shapely.affinity.translate(star, *move.values())
    found = statistics(VALUES, moved, **move)
    assert_allclose(found, statistics(VALUES, star), rtol=1e-7, atol=1e-7)


@given(stars())
def test_a_quarter_turn_of_both_changes_nothing(star):
    turned = shapely.transform(star, lambda xy: np.column_stack([-xy[:, 1], xy[:, 0]]))
    turned = shapely.affinity.translate(turned, SIDE * CELL, 0)
    found = statistics(np.rot90(VALUES).copy(), turned)
    assert_allclose(found[:, :2], statistics(VALUES, star)[:, :2], rtol=1e-9, atol=1e-9)


@settings(max_examples=40)
@given(st.lists(stars(), min_size=1, max_size=3), st.integers(-5, 75))
def test_parts_of_a_cut_zone_add_up(zones, cut):
    west, east = shapely.box(-99, -99, cut, 199), shapely.box(cut, -99, 199, 199)
    for star in zones:
        pieces = [star.intersection(side) for side in (west, east)]
        assume(all(p.geom_type in {"Polygon", "MultiPolygon"} for p in pieces))
        assume(all(p.is_valid and p.area > 0.01 for p in pieces))
        whole = statistics(VALUES, star)[0, :2]
        parts = np.nansum(statistics(VALUES, *pieces)[:, :2], axis=0)
        assert_allclose(parts, np.nan_to_num(whole), rtol=1e-9, atol=1e-7)


@given(
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), min_size=3, unique=True)
)
def test_a_partition_adds_up_to_the_raster_and_every_ledger_closes(points):
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=FRAME)
    pieces = shapely.intersection(shapely.get_parts(cells), FRAME)
    zones = gpd.GeoSeries(pieces[shapely.area(pieces) > 0], crs="EPSG:4547")
    assume(zones.is_valid.all() and (zones.geom_type == "Polygon").all())
    table = crosstab(zones, raster_of(VALUES))
    last = crosstab(gpd.GeoSeries([FRAME], crs=zones.crs), raster_of(VALUES)).iloc[-1]
    assert_allclose(table.loc["total"], last, rtol=1e-9, atol=1e-12)
    assert_allclose(table.iloc[:, :-1].sum(axis=1), table["total"], rtol=1e-12)
