"""What holds for every resistance: SciPy's Dijkstra, monotone, mirrored, scaled."""

import numpy as np
import pytest
import rioxarray  # noqa: F401 -- registers the accessor
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

import ecozoning as ez

STEPS = [(0, 1), (1, 0), (1, 1), (1, -1)]
MOVES = {1: (0, 1), 2: (1, 1), 3: (1, 0), 4: (1, -1), 5: (0, -1)} | {
    6: (-1, -1),
    7: (-1, 0),
    8: (-1, 1),
}
WIDE, HIGH = 30.0, 20.0

resistances = arrays(
    float, (5, 6), elements=st.sampled_from([1.0, 2.0, 3.5, 10.0, 400.0, np.inf])
)
seeds = st.lists(st.integers(0, 29), min_size=2, max_size=3, unique=True)


def rasters(values, cells):
    """Return a resistance and sources at flat cells, which are made passable."""
    values = values.copy()
    values.ravel()[cells] = 5.0
    ids = np.zeros(values.shape, np.int32)
    ids.ravel()[cells] = np.arange(1, len(cells) + 1)
    axes = {
        "y": np.arange(values.shape[0])[::-1] * HIGH,
        "x": np.arange(values.shape[1]) * WIDE,
    }
    return [
        xr.DataArray(data, axes, ("y", "x")).rio.write_crs(4547)
        for data in (values, ids)
    ]


def graph_of(values, connectivity):
    """Return all steps between cells as a sparse graph."""
    places = np.arange(values.size).reshape(values.shape)
    parts = []
    for down, right in STEPS[: 4 if connectivity == 8 else 2]:
        rows, columns = np.indices(values.shape)
        there = (rows + down < values.shape[0]) & (columns + right >= 0)
        there &= columns + right < values.shape[1]
        one = places[there]
        two = one + down * values.shape[1] + right
        price = (values.ravel()[one] + values.ravel()[two]) / 2
        price = price * np.hypot(down * HIGH, right * WIDE)
        keep = np.isfinite(price)
        parts.append((one[keep], two[keep], price[keep]))
    one, two, price = (np.concatenate(part) for part in zip(*parts, strict=True))
    return coo_array((price, (one, two)), shape=(values.size, values.size)).tocsr()


@pytest.mark.parametrize("connectivity", [4, 8])
@given(values=resistances, cells=seeds)
@settings(max_examples=60)
def test_costs_are_those_of_dijkstra_on_the_graph_of_steps(values, cells, connectivity):
    resistance, sources = rasters(values, cells)
    found = ez.network.cost_distance(resistance, sources, connectivity=connectivity)
    graph = graph_of(resistance.to_numpy(), connectivity)
    each = dijkstra(graph, directed=False, indices=cells)
    expected = np.where(np.isfinite(each.min(axis=0)), each.min(axis=0), np.nan)
    np.testing.assert_allclose(found.cost.to_numpy().ravel(), expected, rtol=1e-12)
    owner = found.allocation.to_numpy().ravel()
    there = owner > 0
    own = each[owner[there] - 1, np.flatnonzero(there)]
    np.testing.assert_allclose(own, expected[there], rtol=1e-12)


@given(values=resistances, cells=seeds)
@settings(max_examples=60)
def test_links_lead_to_the_source_at_the_cost_that_is_stated(values, cells):
    resistance, sources = rasters(values, cells)
    found = ez.network.cost_distance(resistance, sources)
    link, crossed = found.back_link.to_numpy(), resistance.to_numpy()
    for start in np.argwhere(link != 255):
        at, paid = tuple(start), 0.0
        while link[at]:
            down, right = MOVES[int(link[at])]
            to = (at[0] + down, at[1] + right)
            mean = (crossed[at] + crossed[to]) / 2
            paid += mean * np.hypot(down * HIGH, right * WIDE)
            at = to
        assert sources.to_numpy()[at] == found.allocation.to_numpy()[tuple(start)]
        assert paid == pytest.approx(found.cost.to_numpy()[tuple(start)])


@given(values=resistances, cells=seeds, where=st.integers(0, 29))
@settings(max_examples=40)
def test_more_resistance_never_lowers_a_cost(values, cells, where):
    harder = values.copy()
    harder.ravel()[where] *= 3
    before, after = (
        np.nan_to_num(ez.network.cost_distance(*rasters(each, cells)).cost, nan=np.inf)
        for each in (values, harder)
    )
    assert (after >= before).all()


@given(values=resistances, cells=seeds, power=st.integers(-6, 6))
@settings(max_examples=30)
def test_costs_scale_with_resistance(values, cells, power):
    resistance, sources = rasters(values, cells)
    one = ez.network.cost_distance(resistance, sources)
    two = ez.network.cost_distance(resistance * 2.0**power, sources)
    np.testing.assert_array_equal(one.cost * 2.0**power, two.cost)
    np.testing.assert_array_equal(one.back_link, two.back_link)


@given(values=resistances, cells=seeds)
@settings(max_examples=30)
def test_a_mirrored_raster_has_mirrored_costs(values, cells):
    both = rasters(values, cells)
    turned = [raster.copy(data=raster.to_numpy()[::-1, ::-1].copy()) for raster in both]
    one, two = (
        ez.network.cost_distance(*each).cost.to_numpy() for each in (both, turned)
    )
    np.testing.assert_allclose(one, two[::-1, ::-1], rtol=1e-12)


@given(
    values=resistances, cells=st.permutations(range(30)).map(lambda order: order[:3])
)
@settings(max_examples=40)
def test_the_way_past_a_third_source_is_never_shorter_than_the_direct_one(
    values, cells
):
    resistance, _ = rasters(values, cells)
    cost = np.empty((3, 3))
    for k, cell in enumerate(cells):
        only = xr.zeros_like(resistance).fillna(0).astype("int32")
        only.to_numpy().ravel()[cell] = 1
        found = ez.network.cost_distance(resistance, only).cost.to_numpy().ravel()
        cost[k] = np.nan_to_num(found[cells], nan=np.inf)
    np.testing.assert_allclose(cost, cost.T, rtol=1e-12)
    assert cost[0, 2] <= (cost[0, 1] + cost[1, 2]) * (1 + 1e-12)


@given(
    values=resistances.map(lambda raw: np.where(np.isinf(raw), 50.0, raw)), cells=seeds
)
@settings(max_examples=40)
def test_paths_cost_what_dijkstra_says_of_their_pair(values, cells):
    resistance, sources = rasters(values, cells)
    network = ez.network.corridors(resistance, sources, through="keep")
    each = dijkstra(graph_of(resistance.to_numpy(), 8), directed=False, indices=cells)
    for _, link in network.links.iterrows():
        expected = each[link["from_id"] - 1, cells[link["to_id"] - 1]]
        assert link["cost_distance"] == pytest.approx(expected)
        assert link.geometry.length == pytest.approx(link["path_length_m"])
