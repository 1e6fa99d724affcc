r"""Levels of an index that is a geometric mean of integer scores, without rounding.

The index of n factors is :math:`I = (s_1 s_2 \cdots s_n)^{1/n}`. Scores are whole
numbers, so I is at most a cut c exactly where the product of the scores is at most
:math:`c^n`. That is decided in fractions, once per attainable product; a raster then
looks its level up by the product.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from ecozoning.errors import ParameterError
from ecozoning.rulesets.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ecozoning.rulesets.model import Table

__all__ = ["attainable_levels", "product_levels"]

LARGEST_PRODUCT: Final = 10**7
"""Of scores; a lookup of that many bytes still fits anywhere."""


def product_levels(
    table: Table, *, scores: Iterable[int], factors: int
) -> NDArray[np.uint8]:
    """
    Return the level of every product of scores, as an array to be indexed by products.

    Parameters
    ----------
    table : Table
        Of kind ``"intervals"`` with a scale: the levels of the index.
    scores : iterable of int
        What a factor can score, >= 1.
    factors : int
        How many factors the index has, >= 1.

    Returns
    -------
    numpy.ndarray, shape (largest product + 1,), uint8
        Level by product; 0, no data, where a product cannot come about, so that a
        score of 0 (no data) in any factor gives level 0.

    Raises
    ------
    ParameterError
        If `table` is of another kind or does not cover the index, if scores are no
        positive integers, or if their products are beyond ten million.

    Examples
    --------
    >>> from ecozoning.rulesets import load_ruleset, product_levels
    >>> cuts = load_ruleset("redline2017").choose("index_cuts", "2/4")
    >>> lookup = product_levels(cuts, scores=(1, 3, 5), factors=4)
    >>> lookup[[5 * 3 * 1 * 1, 5 * 5 * 1 * 1, 5 * 5 * 5 * 3, 0]]
    array([1, 2, 3, 0], dtype=uint8)
    """
    products = _attainable_products(scores, factors)
    lookup = np.zeros(products[-1] + 1, dtype=np.uint8)
    for product in products:
        lookup[product] = _level_of(table, product, factors)
    return lookup


def attainable_levels(
    table: Table, *, scores: Iterable[int], factors: int
) -> pd.DataFrame:
    """
    Return every value that an index can take, with its level.

    Parameters
    ----------
    table : Table
        Of kind ``"intervals"`` with a scale: the levels of the index.
    scores : iterable of int
        What a factor can score, >= 1.
    factors : int
        How many factors the index has, >= 1.

    Returns
    -------
    pandas.DataFrame
        Columns product (int), index (float), level (int), label, label_en; ascending.

    Raises
    ------
    ParameterError
        As `product_levels`.

    Examples
    --------
    >>> from ecozoning.rulesets import attainable_levels, load_ruleset
    >>> cuts = load_ruleset("redline2017").choose("index_cuts")
    >>> attainable_levels(cuts, scores=(1, 3, 5), factors=3)["index"].round(3).tolist()
    [1.0, 1.442, 1.71, 2.08, 2.466, 2.924, 3.0, 3.557, 4.217, 5.0]
    """
    products = _attainable_products(scores, factors)
    levels = [_level_of(table, product, factors) for product in products]
    names = {level.score: level for level in table.levels}
    return pd.DataFrame(
        {
            "product": products,
            "index": [product ** (1 / factors) for product in products],
            "level": levels,
            "label": [names[level].label for level in levels],
            "label_en": [names[level].label_en for level in levels],
        }
    )


def _attainable_products(scores: Iterable[int], factors: int) -> list[int]:
    given = sorted({_positive(score, "scores") for score in scores})
    _positive(factors, "factors")
    if not given:
        msg = "`scores` is empty; give what a factor can score, such as (1, 3, 5)."
        raise ParameterError(msg)
    if given[-1] ** factors > LARGEST_PRODUCT:
        msg = (
            f"`scores` up to {given[-1]} of {factors} factors multiply beyond "
            f"{LARGEST_PRODUCT}; use smaller scores, such as 1 to 9."
        )
        raise ParameterError(msg)
    return sorted({math.prod(s) for s in combinations_with_replacement(given, factors)})


def _positive(number: object, name: str) -> int:
    if isinstance(number, int | np.integer) and number >= 1:
        return int(number)
    msg = f"`{name}` has {number!r}, but whole numbers from 1 on are needed."
    raise ParameterError(msg)


def _level_of(table: Table, product: int, factors: int) -> int:
    if table.kind != "intervals" or not table.levels:
        msg = (
            f"table {table.id!r} is no table of index levels; use one of kind "
            f"'intervals' with a scale, for instance `ruleset.choose('index_cuts')`."
        )
        raise ParameterError(msg)
    for row in table.rows:
        if isinstance(row.key, Interval) and _holds(row.key, product, factors):
            return int(row.scores[0])
    msg = (
        f"table {table.id!r} has no level for the index {product ** (1 / factors):.4g} "
        f"(product {product} of {factors} scores); its scale is that of other scores."
    )
    raise ParameterError(msg)


def _holds(interval: Interval, product: int, factors: int) -> bool:
    """Say whether the n-th root of a product lies in an interval, exactly."""
    above = _compare(product, interval.low, factors)
    below = -_compare(product, interval.high, factors)
    return above >= (not interval.closed_low) and below >= (not interval.closed_high)


def _compare(product: int, end: float, factors: int) -> int:
    """Return the sign of root minus end; the end is the decimal that was written."""
    if math.isinf(end) or end < 0:
        return -1 if end > 0 else 1
    power = Fraction(repr(end)) ** factors
    return (product > power) - (product < power)
