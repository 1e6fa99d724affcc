"""Indices of a network, gravity and betweenness, by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from ecozoning.errors import ParameterError, SchemaError
from ecozoning.network import betweenness, gravity, indices


def squares(count, **columns):
    boxes = [shapely.box(1e3 * k, 0, 1e3 * k + 100, 100) for k in range(count)]
    ids = range(1, count + 1)
    return gpd.GeoDataFrame({"source_id": ids, **columns}, geometry=boxes, crs=4547)


def table(*rows):
    return pd.DataFrame(rows, columns=["from_id", "to_id", "cost_distance"])


def test_indices_of_a_published_network():
    found = indices(18, 26)
    printed = [round(value, 2) for value in (found.alpha, found.beta, found.gamma)]
    assert printed == [0.29, 1.44, 0.54]


def test_indices_of_a_triangle_are_one():
    found = indices(3, 3)
    assert (found.alpha, found.beta, found.gamma) == (1, 1, 1)


def test_tables_are_counted_and_a_pair_once():
    links = table((1, 2, 1.0), (2, 1, 3.0), (2, 3, 1.0))
    found = indices(squares(5), links)
    assert (found.n_nodes, found.n_links) == (5, 2)
    assert indices(5, links) == found


@pytest.mark.parametrize(
    ("nodes", "links", "words"),
    [
        (2, 1, "`nodes` has 2, but at least 3"),
        (4, 7, "`links` has 7, but 4 nodes have 0 to 6"),
        (4, -1, "`links` has -1"),
        (4.5, 3, "`nodes` is 4.5, but a whole number or a table"),
        (4, None, "`links` is None"),
    ],
)
def test_counts_that_cannot_be_are_refused(nodes, links, words):
    with pytest.raises(ParameterError, match=words):
        indices(nodes, links)


def test_gravity_by_hand():
    patches = squares(3, mean=[2.0, 4.0, 8.0])
    found = gravity(patches, table((1, 2, 10.0), (3, 2, 40.0)), resistance="mean")
    mass = np.log(10_000.0) ** 2
    assert found.tolist() == pytest.approx([16 * mass / 8, mass / 32])


def test_gravity_takes_area_from_a_column_and_keeps_the_index():
    patches = squares(2, mean=[1.0, 1.0], size=[np.e, np.e**3])
    links = table((1, 2, 5.0)).set_index(pd.Index(["a"]))
    found = gravity(patches, links, resistance="mean", area="size")
    assert found.to_dict() == pytest.approx({"a": 3.0})


@pytest.mark.parametrize("length", [0.0, np.inf, np.nan, -1.0])
def test_gravity_over_no_distance_is_refused(length):
    patches = squares(2, mean=[1.0, 1.0])
    with pytest.raises(ParameterError, match="gravity divides by it"):
        gravity(patches, table((1, 2, length)), resistance="mean")


def test_gravity_of_patches_without_mass_is_refused():
    patches = squares(2, mean=[1.0, 1.0], size=[0.5, 9.0])
    with pytest.raises(ParameterError, match="logarithm must be above 0"):
        gravity(patches, table((1, 2, 1.0)), resistance="mean", area="size")


def test_gravity_needs_resistance_of_patches():
    with pytest.raises(SchemaError, match="lacks the column 'mean'"):
        gravity(squares(2), table((1, 2, 1.0)), resistance="mean")
    with pytest.raises(ParameterError, match=r"'mean' of `patches`.*\[2\]"):
        gravity(squares(2, mean=[1.0, np.nan]), table((1, 2, 1.0)), resistance="mean")


def test_the_hub_of_a_star_lies_on_every_path():
    links = table(*[(1, k, 1.0 + k) for k in range(2, 6)])
    assert betweenness(squares(5), links).tolist() == [1, 0, 0, 0, 0]


def test_two_paths_of_one_length_share_a_pair():
    ring = table((1, 2, 1.0), (2, 3, 1.0), (3, 4, 1.0), (1, 4, 1.0))
    # Of the three pairs of others one passes, by one of two ways.
    assert betweenness(squares(4), ring).tolist() == pytest.approx([1 / 6] * 4)


def test_an_isolated_patch_lies_between_nothing():
    found = betweenness(squares(3), table((1, 2, 1.0)))
    assert found.tolist() == [0, 0, 0]
    assert found.name == "betweenness"


def test_a_table_that_is_none_is_refused():
    with pytest.raises(ParameterError, match=r"`links` is a list.*corridors"):
        betweenness(squares(3), [(1, 2, 1.0)])
