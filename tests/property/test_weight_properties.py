"""What must hold for weights, whatever the judgements and the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecozoning.weights import ahp, combined, critic, entropy

POSITIVE = st.lists(st.floats(0.1, 9), min_size=2, max_size=9)


@st.composite
def tables(draw):
    """Return units and factors of which each tells some units apart."""
    rows, columns = draw(st.integers(4, 12)), draw(st.integers(2, 5))
    seed = draw(st.integers(0, 10_000))
    values = np.random.default_rng(seed).uniform(0, 100, (rows, columns))
    return pd.DataFrame(values, columns=list("abcde")[:columns])


def consistent(weights):
    return pd.DataFrame(np.divide.outer(weights, weights))


@given(weights=POSITIVE)
def test_ahp_gives_back_the_weights_behind_consistent_comparisons(weights):
    found = ahp(consistent(weights))
    wanted = np.array(weights) / sum(weights)
    np.testing.assert_allclose(found.weights, wanted, rtol=1e-9)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)


@given(weights=POSITIVE, data=st.data())
def test_the_order_of_factors_does_not_matter_to_ahp(weights, data):
    noise = np.random.default_rng(len(weights)).uniform(0.9, 1.1, (len(weights),) * 2)
    upper = np.triu(consistent(weights) * noise, k=1)
    matrix = (
        upper
        + np.eye(len(upper))
        + np.divide(1, upper.T, where=upper.T > 0, out=0 * upper)
    )
    matrix = pd.DataFrame(matrix)
    order = data.draw(st.permutations(range(len(weights))))
    there = ahp(matrix.loc[order, order])
    np.testing.assert_allclose(
        there.weights.sort_index(), ahp(matrix).weights, rtol=1e-9
    )


@pytest.mark.parametrize("weigh", [entropy, critic])
@given(table=tables(), scale=st.floats(1e-3, 1e3), shift=st.floats(-100, 100))
def test_units_of_measurement_do_not_matter(weigh, table, scale, shift):
    there = weigh(table * scale + shift)
    np.testing.assert_allclose(there, weigh(table), rtol=1e-6)
    assert there.sum() == pytest.approx(1, abs=1e-12)
    assert (there >= 0).all()


@pytest.mark.parametrize("weigh", [entropy, critic])
@given(table=tables(), data=st.data())
def test_the_order_of_units_and_factors_does_not_matter(weigh, table, data):
    rows = data.draw(st.permutations(range(len(table))))
    columns = data.draw(st.permutations(list(table)))
    there = weigh(table.iloc[rows][columns])
    np.testing.assert_allclose(there[list(table)], weigh(table), rtol=1e-9)


@pytest.mark.parametrize("method", ["multiply", "mean"])
@given(one=POSITIVE)
def test_equal_weights_add_nothing_to_a_product(method, one):
    weights = pd.Series(one) / sum(one)
    even = weights * 0 + 1 / len(one)
    found = combined(weights, even, method=method)
    wanted = weights if method == "multiply" else (weights + even) / 2
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
