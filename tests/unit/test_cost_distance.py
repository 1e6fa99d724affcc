"""Accumulated cost: cases worked out by hand, ties, directions, refusals."""

import geopandas as gpd
import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import shapely
from rasterio.transform import Affine

import ecozoning as ez
from ecozoning._kernels import cost as kernel
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    GridMismatchError,
    NoDataError,
    ParameterError,
)

ROOT2 = 2**0.5


@pytest.fixture
def world(make_raster):
    """Return a builder of a resistance and sources as ids on its grid."""

    def build(resistance, sources, *, cell=10.0):
        rows = len(resistance)
        corner = Affine(cell, 0, -cell / 2, 0, -cell, (rows - 0.5) * cell)
        rasters = (make_raster(values, cell=cell) for values in (resistance, sources))
        crossed, owned = (raster.rio.write_transform(corner) for raster in rasters)
        return crossed, owned.astype("int32")

    return build


def test_a_step_costs_the_mean_of_two_cells_times_its_length(world):
    # From the middle: to a side 10 * (2 + 4) / 2, to a corner that times root 2.
    values = [[4, 4, 4], [4, 2, 4], [4, 4, 4]]
    found = ez.network.cost_distance(*world(values, [[0, 0, 0], [0, 1, 0], [0, 0, 0]]))
    corner, side = 30 * ROOT2, 30.0
    expected = [[corner, side, corner], [side, 0, side], [corner, side, corner]]
    np.testing.assert_allclose(found.cost, expected, rtol=1e-15)
    assert found.back_link.values.tolist() == [[2, 3, 4], [1, 0, 5], [8, 7, 6]]


def test_four_neighbours_do_not_cross_corners(world):
    found = ez.network.cost_distance(
        *world(np.ones((2, 2)), [[5, 0], [0, 0]]), connectivity=4
    )
    assert found.cost.values.tolist() == [[0, 10], [10, 20]]
    assert found.allocation.values.tolist() == [[5, 5], [5, 5]]


def test_a_detour_is_taken_where_it_is_cheaper(world):
    # Straight over the 9: 2 * 50. Around by two corners: 2 * 10 * root 2.
    values = [[1, 9, 1], [1, 1, 1]]
    found = ez.network.cost_distance(*world(values, [[3, 0, 0], [0, 0, 0]]))
    assert found.cost.values[0, 2] == pytest.approx(20 * ROOT2)
    assert found.back_link.values[0, 2] == 4


def test_sides_of_cells_that_are_not_square_both_count(world):
    rasters = world(np.ones((2, 2)), [[1, 0], [0, 0]])
    stretched = [
        raster.drop_attrs().assign_coords(y=raster["y"] * 3) for raster in rasters
    ]
    found = ez.network.cost_distance(*stretched)
    np.testing.assert_allclose(found.cost, [[0, 10], [30, 1000**0.5]])


def test_the_lower_id_wins_a_tie_and_then_the_first_row(world):
    found = ez.network.cost_distance(*world(np.ones((1, 3)), [[8, 0, 2]]))
    assert found.allocation.values.tolist() == [[8, 2, 2]]
    # The last cell is as near over the upper as over the left one.
    even = ez.network.cost_distance(
        *world(np.ones((2, 2)), [[1, 0], [0, 0]]), connectivity=4
    )
    assert even.back_link.values[1, 1] == 7


def test_a_barrier_and_nodata_shut_cells_off(world):
    values = [[1, np.inf, 1], [1, np.nan, 1]]
    found = ez.network.cost_distance(*world(values, [[1, 0, 0], [0, 0, 0]]))
    assert np.isnan(found.cost.values[:, 1:]).all()
    assert (found.allocation.values[:, 1:] == 0).all()
    assert (found.back_link.values[:, 1:] == 255).all()


def test_cells_beyond_max_cost_have_no_value(world):
    found = ez.network.cost_distance(
        *world(np.ones((1, 4)), [[1, 0, 0, 0]]), max_cost=20
    )
    np.testing.assert_array_equal(found.cost, [[0, 10, 20, np.nan]])


def test_links_are_those_of_the_map_where_rows_run_north(world):
    rasters = world(np.ones((2, 2)), [[1, 0], [0, 0]])
    up = [raster.isel(y=[1, 0]) for raster in rasters]
    assert ez.network.cost_distance(*up).back_link.values.tolist() == [[7, 6], [0, 5]]


def test_polygons_own_the_cells_whose_centres_they_hold(world):
    resistance, _ = world(np.ones((1, 4)), np.zeros((1, 4)))
    polygons = gpd.GeoDataFrame(
        {"source_id": [9]},
        geometry=[shapely.box(-5, -5, 14, 5)],
        crs=resistance.rio.crs,
    )
    found = ez.network.cost_distance(resistance, polygons)
    assert found.cost.values.tolist() == [[0, 0, 10, 20]]


def test_lost_sources_are_told_and_the_rest_goes_on(world):
    found = ez.network.cost_distance(*world([[1, 1, np.inf]], [[4, 0, 6]]))
    assert found.lost == {6: "on nodata or infinite resistance"}
    np.testing.assert_array_equal(found.cost, [[0, 10, np.nan]])


def test_a_wide_range_of_resistances_gives_the_same_by_heap(monkeypatch):
    rng = np.random.default_rng(3)
    resistance = rng.integers(1, 9, (40, 50)).astype(np.float32)
    seeds = np.array([17, 900, 1999])

    def run():
        state = kernel.new_spread(resistance.shape)
        state.cost.ravel()[seeds], state.owner.ravel()[seeds] = 0.0, [3, 1, 2]
        kernel.spread(resistance, state, seeds, step=(30.0, 20.0), connectivity=8)
        return state

    by_buckets = run()
    monkeypatch.setattr(kernel, "MOST_BUCKETS", 1)
    for one, two in zip(by_buckets, run(), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"connectivity": 6}, ParameterError, "`connectivity` is 6"),
        ({"max_cost": 0}, ParameterError, "`max_cost` is 0"),
    ],
)
def test_parameters_out_of_domain_are_refused(world, change, error, told):
    with pytest.raises(error, match=told):
        ez.network.cost_distance(*world(np.ones((1, 2)), [[1, 0]]), **change)


@pytest.mark.parametrize("value", [0.0, -2.0])
def test_resistance_of_zero_or_less_is_refused(world, value):
    with pytest.raises(ParameterError, match="0 or below in 1 cells"):
        ez.network.cost_distance(*world([[1, value]], [[1, 0]]))


def test_degrees_are_refused_with_the_remedy(make_raster):
    degrees = make_raster(np.ones((2, 2)), cell=0.001, crs="EPSG:4490")
    with pytest.raises(CRSMismatchError, match=r"rio\.reproject"):
        ez.network.cost_distance(degrees, degrees.astype("int32"))


def test_repeated_ids_and_overlaps_are_refused(world):
    resistance, _ = world(np.ones((1, 4)), np.zeros((1, 4)))
    shapes = [shapely.box(-5, -5, 14, 5), shapely.box(5, -5, 24, 5)]
    layer = gpd.GeoDataFrame(
        {"source_id": [1, 1]}, geometry=shapes, crs=resistance.rio.crs
    )
    with pytest.raises(ParameterError, match="more than once"):
        ez.network.cost_distance(resistance, layer)
    with pytest.raises(GeometryError, match="overlap"):
        ez.network.cost_distance(resistance, layer.assign(source_id=[1, 2]))


def test_no_source_with_a_passable_cell_is_refused(world):
    with pytest.raises(NoDataError, match="none has a cell"):
        ez.network.cost_distance(*world([[1, np.nan]], [[0, 1]]))


def test_sources_on_another_grid_are_refused(world):
    resistance, sources = world(np.ones((2, 2)), np.ones((2, 2)))
    with pytest.raises(GridMismatchError, match="not on one grid"):
        ez.network.cost_distance(resistance, sources.isel(x=[0]))
