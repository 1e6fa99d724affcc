"""Least-cost paths and corridors between sources: cases worked out by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import ecozoning as ez
from ecozoning.errors import DisconnectedError, ParameterError


@pytest.fixture
def world(make_raster):
    """Return a builder of a resistance and sources on its grid, cells of 10 m."""

    def build(resistance, sources):
        raster = make_raster(resistance, cell=10.0)
        return raster, make_raster(sources, cell=10.0).astype("int32")

    return build


def row_of(*ids):
    """Return three rows of cells with ids in the middle one."""
    return [[0] * len(ids), list(ids), [0] * len(ids)]


def test_a_link_tells_what_linkage_mapper_tells(world):
    # Three steps of 10 m over resistance 2; the sources' edges are 20 m apart.
    network = ez.network.corridors(*world(np.full((3, 4), 2.0), row_of(7, 0, 0, 3)))
    link = network.links.iloc[0]
    assert (link["from_id"], link["to_id"]) == (3, 7)
    assert link["euclidean_distance_m"] == 20
    assert (link["cost_distance"], link["path_length_m"]) == (60, 30)
    assert (link["cost_to_euclidean"], link["cost_to_length"]) == (3, 2)
    assert link.geometry.wkt == "LINESTRING (30 10, 20 10, 10 10, 0 10)"


def test_sources_on_the_rim_are_told(world):
    ids = np.zeros((5, 6), int)
    ids[2, 0], ids[2, 4] = 4, 9
    network = ez.network.corridors(*world(np.ones((5, 6)), ids))
    assert network.at_edge == (4,)


def test_the_path_may_cross_land_nearest_to_a_third_source(world):
    # Over the border of 1 and 2 a step costs much; the cheap way leads past source 3.
    values = np.full((5, 7), 50.0)
    values[2:4, :] = 1.0
    values[:3, 3] = 400.0
    ids = np.zeros((5, 7), int)
    ids[0, 1], ids[0, 5], ids[4, 3] = 1, 2, 3
    network = ez.network.corridors(*world(values, ids), pairs=[(1, 2)])
    path = network.links.geometry[0]
    allocation = network.cost_distance.allocation
    crossed = {int(allocation.sel(x=x, y=y, method="nearest")) for x, y in path.coords}
    assert crossed == {1, 2, 3}


def test_a_path_through_another_source_is_dropped_or_kept(world):
    values = np.full((3, 5), 100.0)
    values[1] = 1.0
    given = world(values, row_of(1, 0, 2, 0, 3))
    dropped = ez.network.corridors(*given, pairs=[(1, 3), (1, 2)])
    assert dropped.links[["from_id", "to_id"]].to_numpy().tolist() == [[1, 2]]
    assert dropped.dropped["through_ids"].tolist() == ["2"]
    kept = ez.network.corridors(*given, pairs=[(1, 3)], through="keep")
    assert kept.links["through_ids"].tolist() == ["2"]
    assert kept.links["cost_distance"].tolist() == [40]


def test_neighbours_are_those_whose_allocations_touch(world):
    values = np.ones((3, 9))
    network = ez.network.corridors(*world(values, row_of(1, 0, 0, 0, 2, 0, 0, 0, 3)))
    pairs = network.links[["from_id", "to_id"]].to_numpy().tolist()
    assert pairs == [[1, 2], [2, 3]]


def test_a_corridor_is_where_a_detour_costs_no_more_than_the_cutoff(world):
    # Between the sources the middle row costs 40. By the upper row it is two corners
    # more: 2 * 14.14 + 20 - 40 = 8.28 over the inner cells.
    given = world(np.ones((3, 5)), row_of(1, 0, 0, 0, 2))
    narrow = ez.network.corridors(*given, cutoff_cost=8.2)
    wide = ez.network.corridors(*given, cutoff_cost=8.3)
    assert narrow.polygons["area_km2"].tolist() == pytest.approx([300e-6])
    assert wide.polygons["area_km2"].tolist() == pytest.approx([900e-6])
    excess = wide.mosaic.to_numpy()[:, 1:4]
    np.testing.assert_allclose(excess[1], 0, atol=1e-9)
    np.testing.assert_allclose(excess[0], 20 * 2**0.5 - 20)


def test_the_area_of_a_polygon_is_that_of_its_geometry(world):
    network = ez.network.corridors(
        *world(np.ones((5, 6)), np.pad([[1, 0, 0, 0, 0, 2]], ((2, 2), (0, 0)))),
        cutoff_cost=15,
    )
    areas = network.polygons.geometry.area / 1e6
    np.testing.assert_allclose(areas, network.polygons["area_km2"])
    assert network.polygons.geometry.is_valid.all()


def test_a_corridor_by_width_has_that_width_in_the_mean(world):
    # The path is 40 m long and has 3 cells: 22.5 m wide are 9 cells of 100 m2.
    network = ez.network.corridors(
        *world(np.ones((3, 5)), row_of(1, 0, 0, 0, 2)), width_m=22.5
    )
    assert network.polygons["mean_width_m"].tolist() == pytest.approx([22.5])
    assert network.polygons["cutoff_cost"].tolist() == pytest.approx([20 * 2**0.5 - 20])


def test_a_width_that_the_land_does_not_have_takes_all_of_it(world):
    network = ez.network.corridors(
        *world(np.ones((3, 5)), row_of(1, 0, 0, 0, 2)), width_m=5000
    )
    assert network.polygons["area_km2"].tolist() == pytest.approx([1300e-6])


def test_sources_that_cannot_be_reached_are_told_and_the_rest_is_linked(world):
    values = np.ones((3, 7))
    values[:, 5] = np.inf
    network = ez.network.corridors(*world(values, row_of(1, 0, 2, 0, 0, 0, 9)))
    assert network.links[["from_id", "to_id"]].to_numpy().tolist() == [[1, 2]]
    assert network.unreachable["from_id"].tolist() == [9]
    assert "largest group" in network.unreachable["reason"][0]


def test_a_listed_pair_without_a_path_is_told(world):
    values = np.ones((3, 7))
    values[:, 5] = np.inf
    given = world(values, row_of(1, 0, 2, 0, 0, 0, 9))
    network = ez.network.corridors(*given, pairs=[(1, 2), (9, 1)])
    told = network.unreachable.to_numpy().tolist()
    assert told == [[1, 9, "no path"]]


def test_links_dearer_than_max_cost_are_left_out(world):
    given = world(np.ones((3, 9)), row_of(1, 0, 0, 2, 0, 0, 0, 0, 3))
    network = ez.network.corridors(*given, max_cost=35)
    assert network.links["to_id"].tolist() == [2]
    assert (
        3
        in network.unreachable["from_id"].tolist()
        + network.unreachable["to_id"].dropna().tolist()
    )


def test_nothing_to_link_is_an_error(world):
    values = np.ones((3, 3))
    values[:, 1] = np.inf
    with pytest.raises(DisconnectedError, match="can be linked"):
        ez.network.corridors(*world(values, row_of(1, 0, 2)))


def test_sources_that_touch_have_a_link_and_no_corridor(world):
    network = ez.network.corridors(*world(np.ones((3, 2)), row_of(1, 2)))
    assert network.links["euclidean_distance_m"].tolist() == [0]
    assert np.isnan(network.links["cost_to_euclidean"][0])
    assert network.polygons.empty


def test_polygons_are_measured_edge_to_edge(world):
    resistance, _ = world(np.ones((3, 6)), np.zeros((3, 6)))
    boxes = [shapely.box(-4, 6, 6, 14), shapely.box(36, 6, 54, 14)]
    layer = gpd.GeoDataFrame(
        {"source_id": [5, 2]}, geometry=boxes, crs=resistance.rio.crs
    )
    link = ez.network.corridors(resistance, layer).links.iloc[0]
    assert (link["from_id"], link["euclidean_distance_m"]) == (2, 30)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"pairs": "all"}, "`pairs` is 'all'"),
        ({"pairs": [(1, 5)]}, "names the id 5"),
        ({"cutoff_cost": -1}, "`cutoff_cost` is -1"),
        ({"width_m": 0}, "`width_m` is 0"),
        ({"cutoff_cost": 1, "width_m": 1}, "both given"),
        ({"through": "no"}, "`through` is 'no'"),
    ],
)
def test_what_cannot_be_meant_is_refused(world, change, told):
    with pytest.raises(ParameterError, match=told):
        ez.network.corridors(*world(np.ones((3, 3)), row_of(1, 0, 2)), **change)


def test_one_source_is_refused(world):
    with pytest.raises(ParameterError, match="a link needs two"):
        ez.network.corridors(*world(np.ones((3, 3)), row_of(1, 0, 0)))


def test_a_lazy_resistance_is_refused_with_the_remedy(world):
    pytest.importorskip("dask")
    resistance, sources = world(np.ones((3, 3)), row_of(1, 0, 2))
    with pytest.raises(ParameterError, match=r"compute\(\)"):
        ez.network.corridors(resistance.chunk(2), sources)


BAD_PAIRS = [[(1, 2, 3)], [(1, 1)], [("a", "b")], [(1.5, 2)], [], 5, [7]]


@pytest.mark.parametrize("pairs", BAD_PAIRS, ids=str)
@pytest.mark.parametrize("call", [ez.network.corridors, ez.network.current_flow])
def test_pairs_that_cannot_be_meant_are_refused(world, call, pairs):
    with pytest.raises(ParameterError, match=r"`pairs` has .*two different ids"):
        call(*world(np.ones((3, 4)), row_of(1, 0, 0, 2)), pairs=pairs)


def test_the_links_of_one_network_are_pairs_of_the_next(world):
    land = world(np.ones((3, 7)), row_of(1, 0, 0, 2, 0, 0, 3))
    links = ez.network.corridors(*land).links
    again = ez.network.corridors(*land, pairs=links).links
    assert again["from_id"].tolist() == links["from_id"].tolist() == [1, 2]
