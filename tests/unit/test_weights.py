"""Weights: comparisons and tables worked out by hand, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import rioxarray  # noqa: F401 -- registers the accessor

from ecozoning.errors import (
    GridMismatchError,
    NoDataError,
    ParameterError,
    SchemaError,
)
from ecozoning.weights import ahp, combined, critic, entropy, weighted_overlay


def comparisons(*upper, names="abc"):
    """Return a matrix of comparisons from its upper triangle, row by row."""
    matrix = np.ones((len(names), len(names)))
    row, column = np.triu_indices(len(names), k=1)
    matrix[row, column] = upper
    matrix[column, row] = 1 / np.asarray(upper)
    return pd.DataFrame(matrix, list(names), list(names))


# --- ahp -----------------------------------------------------------------------------


def test_comparisons_that_agree_give_back_the_weights_they_came_from():
    found = ahp(comparisons(2, 6, 3))  # 6 : 3 : 1
    assert found.weights.tolist() == pytest.approx([0.6, 0.3, 0.1])
    assert found.principal_eigenvalue == pytest.approx(3)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-12)


def test_three_comparisons_by_hand():
    # For a 3 by 3 matrix the eigenvector is the geometric mean of the rows, and with
    # q = (a12 a23 / a13)^(1/3) the eigenvalue is 1 + q + 1/q. Here a12 = 3, a13 = 5,
    # a23 = 3: q^3 = 9/5, rows 15^(1/3), 1, 15^(-1/3).
    found = ahp(comparisons(3, 5, 3))
    rows = np.array([15 ** (1 / 3), 1, 15 ** (-1 / 3)])
    q = 1.8 ** (1 / 3)
    assert found.weights.to_numpy() == pytest.approx(rows / rows.sum())
    assert found.principal_eigenvalue == pytest.approx(1 + q + 1 / q)
    assert found.principal_eigenvalue == pytest.approx(3.0385, abs=5e-5)
    assert found.consistency_ratio == pytest.approx(0.0385 / 2 / 0.58, abs=1e-4)


@pytest.mark.parametrize("count", [1, 2])
def test_one_factor_or_two_cannot_contradict_each_other(count):
    found = ahp(comparisons(*[4][: count - 1], names="ab"[:count]))
    assert found.consistency_ratio == 0
    assert found.weights.tolist() == pytest.approx([[1.0], [0.8, 0.2]][count - 1])


def test_fractions_may_be_rounded_to_two_digits():
    rounded = comparisons(3, 6, 2).round(2)
    assert rounded.loc["c", "a"] == 0.17
    assert ahp(rounded).weights.tolist() == pytest.approx(
        [2 / 3, 2 / 9, 1 / 9], abs=4e-3
    )


def test_the_three_that_agree_least_are_named():
    said = comparisons(
        3, 1, 1, 4, 1, 1, names="abcd"
    )  # a = 3 b, b = 4 c, and yet a = c
    told = r"ratio of 0\.\d+, .* 'a' is 3 times 'b' and 'b' 4 times 'c', so 'a' would "
    said.loc["b", "c"], said.loc["c", "b"] = 4, 1 / 4
    with pytest.raises(ParameterError, match=told + "be 12 times 'c'"):
        ahp(said)


def test_the_largest_comparisons_are_not_the_worst_ones():
    # a is 9 times each of the others, which go round in a circle.
    circle = comparisons(9, 9, 9, 2, 0.5, 2, names="adef")
    with pytest.raises(ParameterError, match=r"'[def]' is 2 times '[def]'"):
        ahp(circle)


def test_it_does_not_matter_which_of_two_opposites_is_rounded():
    rounded = comparisons(3, 6, 2).round(2)
    other = 1 / rounded.T
    assert ahp(other).weights.tolist() == pytest.approx(ahp(rounded).weights.tolist())


def test_a_ratio_of_exactly_a_tenth_is_the_limit():
    # CR = (q + 1/q - 2) / 2 / 0.58 = 0.1 at q + 1/q = 2.116, q = 1.4035, q^3 = 2.765.
    assert ahp(comparisons(2.76, 1, 1)).consistency_ratio < 0.1
    with pytest.raises(ParameterError, match=r"consistency ratio of 0\.10"):
        ahp(comparisons(2.77, 1, 1))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({("a", "b"): 0}, "has .*0.* for 'a' over 'b', but numbers above 0"),
        ({("a", "b"): np.nan}, "has .*nan.* for 'a' over 'b'"),
        ({("a", "b"): 5}, r"5 for 'a' over 'b' .* `matrix.loc\['b', 'a'\] = 0.2`"),
        ({("a", "a"): 2}, "2 for 'a' over 'a'"),
    ],
)
def test_cells_that_cannot_be_are_refused(change, told):
    matrix = comparisons(2, 6, 3)
    for place, value in change.items():
        matrix.loc[place] = value
    with pytest.raises(ParameterError, match=told):
        ahp(matrix)


def test_other_shapes_are_refused():
    with pytest.raises(SchemaError, match="each factor must be one row and one column"):
        ahp(comparisons(2, 6, 3).iloc[:2])
    with pytest.raises(ParameterError, match="a DataFrame with the names"):
        ahp(np.ones((3, 3)))
    many = pd.DataFrame(np.ones((16, 16)))
    with pytest.raises(ParameterError, match="compares 16 factors, but 15"):
        ahp(many)


# --- entropy and CRITIC --------------------------------------------------------------


def test_entropy_by_hand():
    # Shares of a: 0, 1/4, 3/4 (of 0, 1/3, 1); of b: 0, 1/2, 1/2.
    table = pd.DataFrame({"a": [0, 1, 3], "b": [0, 1, 1]})
    e_a = (0.25 * np.log(4) + 0.75 * np.log(4 / 3)) / np.log(3)
    e_b = np.log(2) / np.log(3)
    wanted = np.array([1 - e_a, 1 - e_b]) / (2 - e_a - e_b)
    assert entropy(table).to_numpy() == pytest.approx(wanted)


def test_less_is_better_for_factors_that_are_no_benefit():
    table = pd.DataFrame({"a": [0, 1, 3], "b": [0, 1, 1]})
    turned = table.assign(a=3 - table["a"])
    found = entropy(turned, benefit=["b"])
    assert found.to_numpy() == pytest.approx(entropy(table).to_numpy())


def test_critic_by_hand():
    # Both between 0 and 1. a: mean 1/2, variance 1/6; b: mean 2/3, variance 2/9;
    # covariance 1/6, so r = 3/2 sqrt(4/27) = 0.866; the conflict is one for both.
    table = pd.DataFrame({"a": [0.0, 1, 2], "b": [0.0, 1, 1]})
    wanted = np.sqrt([1 / 6, 2 / 9])
    assert critic(table).to_numpy() == pytest.approx(wanted / wanted.sum())


def test_factors_that_say_the_same_are_refused_by_critic():
    table = pd.DataFrame({"a": [0.0, 1, 2], "b": [5.0, 7, 9]})
    with pytest.raises(ParameterError, match="all say the same"):
        critic(table)
    with pytest.raises(NoDataError, match="one factor, but CRITIC"):
        critic(table[["a"]])


@pytest.mark.parametrize("weigh", [entropy, critic])
def test_tables_that_tell_nothing_are_refused(weigh):
    table = pd.DataFrame({"a": [0.0, 1, 2], "b": [5.0, 7, 7]})
    with pytest.raises(ParameterError, match=r"one value only in \['b'\]"):
        weigh(table.assign(b=5))
    with pytest.raises(ParameterError, match=r"values in \['a'\] that are missing"):
        weigh(table.assign(a=[1, 2, np.inf]))
    with pytest.raises(NoDataError, match="1 rows and 2 columns"):
        weigh(table[:1])
    with pytest.raises(SchemaError, match="names of columns are needed"):
        weigh(table, benefit=["c"])
    with pytest.raises(SchemaError, match="`table` has the columns"):
        weigh(table.set_axis(["a", "a"], axis=1))
    with pytest.raises(ParameterError, match="a DataFrame with a column per factor"):
        weigh(table.to_numpy())


# --- combined ------------------------------------------------------------------------


def test_products_and_means_by_hand():
    one, two = pd.Series({"a": 0.6, "b": 0.4}), pd.Series({"b": 0.5, "a": 0.5})
    three = pd.Series({"a": 0.2, "b": 0.8})
    # Products .06 and .16; means 1.3 / 3 and 1.7 / 3.
    assert combined(one, two, three)["a"] == pytest.approx(6 / 22)
    assert combined(two, one).index.tolist() == ["b", "a"]
    assert combined(one, two, three, method="mean")["a"] == pytest.approx(1.3 / 3)


def test_weights_that_are_none_are_refused():
    good = pd.Series({"a": 0.5, "b": 0.5})
    with pytest.raises(ParameterError, match=r"`weights\[1\]` add up to 2, but to 1"):
        combined(good, 2 * good)
    with pytest.raises(ParameterError, match=r"`weights\[1\]` of \['a'\] are missing"):
        combined(good, pd.Series({"a": -0.5, "b": 1.5}))
    with pytest.raises(SchemaError, match=r"\['b'\] only in the first, \['c'\] only"):
        combined(good, good.rename({"b": "c"}))
    with pytest.raises(ParameterError, match="1 weights were given"):
        combined(good)
    with pytest.raises(ParameterError, match="`method` is 'sum'"):
        combined(good, good, method="sum")
    with pytest.raises(ParameterError, match=r"take its `\.weights`"):
        combined(good, ahp(comparisons(2, 6, 3)))
    with pytest.raises(ParameterError, match="all products are 0"):
        combined(pd.Series({"a": 1.0, "b": 0}), pd.Series({"a": 0.0, "b": 1}))


# --- weighted overlay ----------------------------------------------------------------


@pytest.fixture
def factors(make_raster):
    return {
        "slope": make_raster([[1, 2], [3, np.nan]]),
        "rain": make_raster([[5, 5], [-9, 5]]).rio.write_nodata(-9),
    }


WEIGHTS = {"rain": 0.25, "slope": 0.75}  # in another order than the rasters


def test_a_cell_is_the_weighted_sum_or_nothing(factors):
    found = weighted_overlay(factors, WEIGHTS)
    np.testing.assert_array_equal(found, [[2, 2.75], [np.nan, np.nan]])
    assert found.rio.crs == "EPSG:4547"
    assert found.attrs == {"long_name": "weighted sum", "units": "1"}


def test_integer_rasters_and_series_of_weights_will_do(factors):
    whole = {"slope": factors["slope"].fillna(7).astype("int16")}
    found = weighted_overlay(whole, pd.Series({"slope": 1.0}))
    np.testing.assert_array_equal(found, [[1, 2], [3, 7]])
    assert found.dtype == np.float32


def test_dask_gives_the_same_and_stays_lazy(factors):
    lazy = {name: raster.chunk({"y": 1}) for name, raster in factors.items()}
    found = weighted_overlay(lazy, WEIGHTS)
    assert found.chunks == ((1, 1), (2,))
    np.testing.assert_array_equal(found, weighted_overlay(factors, WEIGHTS))


def test_rasters_and_weights_must_fit(factors):
    with pytest.raises(ParameterError, match=r"`weights` add up to 0\.9"):
        weighted_overlay(factors, {"slope": 0.65, "rain": 0.25})
    with pytest.raises(SchemaError, match=r"\['rain'\] only in the first"):
        weighted_overlay(factors, {"slope": 1.0})
    moved = factors["rain"].assign_coords(x=factors["rain"]["x"] + 7)
    with pytest.raises(GridMismatchError, match="`slope` and `rain` are not on one"):
        weighted_overlay({**factors, "rain": moved}, WEIGHTS)
    with pytest.raises(ParameterError, match="a dict of rasters by name"):
        weighted_overlay([factors["slope"]], [1.0])
