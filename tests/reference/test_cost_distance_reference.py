"""Accumulated cost against scikit-image's MCP_Geometric."""

import numpy as np
import pytest

import ecozoning as ez

graph = pytest.importorskip("skimage.graph")

pytestmark = pytest.mark.reference


def test_costs_are_those_of_scikit_image(make_raster):
    rng = np.random.default_rng(8)
    values = rng.uniform(1, 50, (120, 150))
    values[rng.random(values.shape) < 0.15] = np.inf
    starts = [(5, 7), (100, 20), (60, 140)]
    ids = np.zeros(values.shape)
    for number, start in enumerate(starts, start=1):
        values[start], ids[start] = 3.0, number
    found = ez.network.cost_distance(
        make_raster(values), make_raster(ids).astype("int32")
    )
    blocked = np.where(np.isinf(values), -1, values * 30.0)
    expected, _ = graph.MCP_Geometric(blocked).find_costs(starts)
    expected[np.isinf(expected) | np.isinf(values)] = np.nan
    np.testing.assert_allclose(found.cost, expected, rtol=1e-12)
