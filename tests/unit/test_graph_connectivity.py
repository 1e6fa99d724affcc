"""Connectivity of patches, by hand and by taking each patch out."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.testing import assert_allclose

from ecozoning.errors import (
    GeographicCRSError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.network import connectivity

KM = 1000.0


def row_of(*positions_km, crs="EPSG:4547"):
    """Return squares of 1 km2 whose west edges lie at these kilometres."""
    squares = [shapely.box(x * KM, 0, (x + 1) * KM, KM) for x in positions_km]
    ids = range(1, len(squares) + 1)
    return gpd.GeoDataFrame({"source_id": ids}, geometry=squares, crs=crs)


def scattered(seed, count=22, extent=5_000.0):
    """Return boxes that lie apart, in shuffled order of ids."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(100, count, replace=False)
    corner = np.column_stack([cells % 10, cells // 10]) * extent / 10
    low = corner + rng.uniform(0, extent / 30, (count, 2))
    high = low + rng.uniform(extent / 100, extent / 20, (count, 2))
    boxes = shapely.box(*low.T, *high.T)
    ids = rng.permutation(count) + 1
    return gpd.GeoDataFrame({"source_id": ids}, geometry=boxes, crs="EPSG:4547")


def test_two_patches_by_hand():
    found = connectivity(row_of(0, 2), threshold=KM, total_area=1e7)
    # p = 1/2 at 1 km: 1 + 1 + 2 * 1/2 over 10 * 10; the same with 1 / (1 + 1) for IIC.
    assert (found.pc, found.iic) == pytest.approx((0.03, 0.03))
    assert (found.eca_pc, found.eca_iic) == pytest.approx((3**0.5 * 1e6, 3**0.5 * 1e6))


def test_the_middle_of_a_chain_is_a_connector():
    patches = connectivity(row_of(0, 2, 4), threshold=KM).patches
    # PC: 3 + 4 * 1/2 + 2 * 1/4 = 5.5; straight from end to end is 3 km, p = 1/8.
    sums = {
        "intra": [1, 1, 1],
        "flux": [1.5, 2, 1.5],
        "connector": [0, 2 * (1 / 4 - 1 / 8), 0],
    }
    for part, expected in sums.items():
        assert_allclose(patches[f"dPC_{part}"], np.divide(expected, 0.055))
    # IIC: 3 + 4 * 1/2 + 2 * 1/3; without the middle the ends are not linked at all.
    assert_allclose(patches["dIIC_connector"], [0, 100 * 2 / 3 / (5 + 2 / 3), 0])
    assert patches["betweenness"].tolist() == [0, 1, 0]


def test_parts_add_up_to_what_a_patch_takes_with_it():
    patches = connectivity(scattered(3), threshold=400.0).patches
    for name in ("dPC", "dIIC"):
        parts = patches[[f"{name}_intra", f"{name}_flux", f"{name}_connector"]]
        assert_allclose(parts.sum(axis=1), patches[name])


@pytest.mark.parametrize("seed", range(4))
def test_what_a_patch_takes_with_it_is_what_is_lost_without_it(seed):
    patches = scattered(seed)
    whole = connectivity(patches, threshold=400.0)
    for label in patches.index:
        rest = connectivity(patches.drop(index=label), threshold=400.0)
        for index, eca in (("dPC", "eca_pc"), ("dIIC", "eca_iic")):
            total = getattr(whole, eca) ** 2
            lost = 100 * (total - getattr(rest, eca) ** 2) / total
            assert whole.patches.loc[label, index] == pytest.approx(lost, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_indices_and_betweenness_are_those_of_networkx(seed):
    nx = pytest.importorskip("networkx")
    patches = scattered(seed)
    found = connectivity(patches, threshold=400.0, probability=0.3)
    full, near = nx.Graph(), nx.Graph()
    near.add_nodes_from(patches["source_id"])
    for link in found.links.itertuples():
        full.add_edge(link.from_id, link.to_id, length=link.distance)
        if link.within:
            near.add_edge(link.from_id, link.to_id, length=link.distance)
    area = dict(zip(patches["source_id"], patches.area, strict=True))
    rate = -np.log(0.3) / 400
    pc = sum(
        area[a] * area[b] * np.exp(-rate * length)
        for a, row in nx.all_pairs_dijkstra_path_length(full, weight="length")
        for b, length in row.items()
    )
    iic = sum(
        area[a] * area[b] / (1 + steps)
        for a, row in nx.all_pairs_shortest_path_length(near)
        for b, steps in row.items()
    )
    assert (found.eca_pc**2, found.eca_iic**2) == pytest.approx((pc, iic))
    between = nx.betweenness_centrality(near, weight="length")
    assert_allclose(
        found.patches["betweenness"],
        [between[i] for i in patches["source_id"]],
        atol=1e-12,
    )
    assert found.patches["component"].nunique() == nx.number_connected_components(near)


def test_links_of_a_table_take_the_place_of_straight_distances():
    links = pd.DataFrame(
        {"from_id": [1, 3, 2], "to_id": [2, 2, 3], "cost_distance": [2e3, 9e9, 4e3]}
    )
    found = connectivity(row_of(0, 2, 4), links, threshold=2e3, total_area=1e7)
    # p is 1/2 and 1/4; from end to end 1/8. The shorter of two links counts.
    assert found.pc == pytest.approx((3 + 2 * (1 / 2 + 1 / 4 + 1 / 8)) / 100)
    assert found.links["distance"].tolist() == [2e3, 4e3]
    assert found.links["within"].tolist() == [True, False]


def test_an_infinite_link_is_none():
    links = pd.DataFrame({"from_id": [1], "to_id": [2], "cost_distance": [np.inf]})
    found = connectivity(row_of(0, 2), links, threshold=1.0, total_area=1e7)
    assert found.pc == pytest.approx(0.02)
    assert found.patches["component"].tolist() == [1, 2]


def test_a_column_stands_for_area():
    patches = row_of(0, 2).assign(habitat=[2.0, 4.0])
    found = connectivity(patches, threshold=KM, area="habitat", total_area=10)
    assert found.pc == pytest.approx((4 + 16 + 2 * 8 / 2) / 100)


def test_one_patch_is_connected_with_itself():
    found = connectivity(row_of(0), threshold=KM, total_area=2e6)
    assert found.pc == pytest.approx(0.25)
    assert found.patches["dPC"].tolist() == [100]


def test_without_an_area_of_the_landscape_there_is_no_share_of_it():
    found = connectivity(row_of(0, 2), threshold=KM)
    assert np.isnan(found.pc)
    assert np.isnan(found.iic)


def test_a_reach_leaves_out_far_links_and_little_else():
    patches = scattered(5)
    all_linked = connectivity(patches, threshold=200.0)
    near_linked = connectivity(patches, threshold=200.0, farthest=2_000.0)
    assert len(near_linked.links) < len(all_linked.links)
    assert near_linked.eca_pc == pytest.approx(all_linked.eca_pc, rel=1e-4)


def test_order_of_patches_does_not_matter():
    patches = scattered(6)
    found = connectivity(patches, threshold=400.0).patches
    turned = connectivity(patches.iloc[::-1], threshold=400.0).patches
    names = ["dPC", "dIIC", "betweenness"]
    assert_allclose(turned.loc[found.index, names], found[names], rtol=1e-9, atol=1e-12)


def test_patches_keep_their_index_and_are_not_changed():
    patches = row_of(0, 2, 4).set_index(pd.Index(["a", "b", "c"]))
    before = patches.copy()
    found = connectivity(patches, threshold=KM)
    assert found.patches.index.tolist() == ["a", "b", "c"]
    assert patches.equals(before)


def test_degrees_are_refused_with_the_call_that_mends_it():
    patches = row_of(0, 2).to_crs("EPSG:4490")
    with pytest.raises(GeographicCRSError, match=r"`patches` is in.*metres.*to_crs"):
        connectivity(patches, threshold=KM)


def test_a_layer_without_crs_is_refused():
    with pytest.raises(MissingCRSError, match="`patches` has no CRS"):
        connectivity(row_of(0, 2, crs=None), threshold=KM)


def test_an_empty_layer_is_refused():
    with pytest.raises(NoDataError, match="`patches` has no rows"):
        connectivity(row_of(0).iloc[:0], threshold=KM)


def test_repeated_ids_are_refused():
    patches = row_of(0, 2).assign(source_id=[7, 7])
    with pytest.raises(SchemaError, match=r"\[7\] more than once.*dissolve"):
        connectivity(patches, threshold=KM)


def test_ids_that_are_no_numbers_are_refused():
    patches = row_of(0, 2).assign(source_id=["a", "b"])
    with pytest.raises(ParameterError, match=r"'source_id'.*whole numbers"):
        connectivity(patches, threshold=KM)


def test_a_missing_id_column_is_refused():
    with pytest.raises(SchemaError, match="lacks the column 'source_id'"):
        connectivity(row_of(0, 2).drop(columns="source_id"), threshold=KM)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"threshold": 0}, "`threshold` is 0"),
        ({"threshold": KM, "probability": 1.0}, "`probability` is 1.0"),
        ({"threshold": KM, "farthest": 10}, "`farthest` is 10.*not be below"),
        (
            {"threshold": KM, "total_area": 1e6},
            "`total_area` is 1000000.*patches alone",
        ),
    ],
)
def test_a_number_out_of_its_domain_is_refused(options, words):
    with pytest.raises(ParameterError, match=words):
        connectivity(row_of(0, 2), **options)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"to_id": [9]}, r"`links` names the ids \[9\].*isin"),
        ({"to_id": [1]}, "joins 1 with itself"),
        ({"cost_distance": [-1.0]}, "below 0 or missing in 1 rows"),
        ({"cost_distance": [np.nan]}, "below 0 or missing in 1 rows"),
        ({"cost_distance": ["far"]}, "numbers are needed"),
    ],
)
def test_links_that_cannot_be_are_refused(columns, words):
    good = {"from_id": [1], "to_id": [2], "cost_distance": [1.0]}
    links = pd.DataFrame({**good, **columns})
    with pytest.raises(ParameterError, match=words):
        connectivity(row_of(0, 2), links, threshold=KM)


def test_a_missing_column_of_links_is_refused():
    links = pd.DataFrame({"from_id": [1], "to_id": [2]})
    with pytest.raises(SchemaError, match=r"`links` lacks the column 'cost_distance'"):
        connectivity(row_of(0, 2), links, threshold=KM)


def test_an_area_of_nothing_is_refused():
    patches = row_of(0, 2).assign(habitat=[0.0, 1.0])
    with pytest.raises(ParameterError, match=r"'habitat' of `patches`.*ids \[1\]"):
        connectivity(patches, threshold=KM, area="habitat")
