"""Measures of agreement of two partitions of land, from a square of areas."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Measures", "measures_of", "paired"]


class Measures(NamedTuple):
    """Shares of the land that both cover: overall, kappa, and the two disagreements."""

    overall: float
    kappa: float
    quantity: float
    allocation: float


def paired(areas: Floats, pairs: dict[int, int]) -> Floats:
    """Return a square whose diagonal is what paired zones share.

    Categories are the pairs, then zones of `a` and of `b` without a partner, which have
    an empty column or row.
    """
    rows, columns = areas.shape
    lone_rows = [row for row in range(rows) if row not in pairs]
    lone_columns = [one for one in range(columns) if one not in pairs.values()]
    size = len(pairs) + len(lone_rows) + len(lone_columns)
    row_at = {row: place for place, row in enumerate([*pairs, *lone_rows])}
    column_at = {column: place for place, column in enumerate(pairs.values())}
    first = len(pairs) + len(lone_rows)
    column_at |= {column: first + k for k, column in enumerate(lone_columns)}
    square = np.zeros((size, size))
    places = [column_at[column] for column in range(columns)]
    square[np.ix_([row_at[row] for row in range(rows)], places)] = areas
    return square


def measures_of(square: Floats) -> Measures:
    """
    Return the measures of a square of areas with agreement on its diagonal.

    Kappa compares the agreement with that of a random arrangement of the same amounts;
    of one zone that covers all in both it is 0 / 0, and told as 1. Quantity is the
    disagreement that the amounts force, allocation the rest.
    """
    shares = square / square.sum()
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    overall = fsum(np.diag(square)) / fsum(square.flat)  # 1 where all agrees
    by_chance = float(rows @ columns)
    quantity = float(np.abs(rows - columns).sum() / 2)
    one_zone = 1 - by_chance <= 1e-12
    kappa = 1.0 if one_zone else (overall - by_chance) / (1 - by_chance)
    return Measures(overall, kappa, quantity, max(0.0, 1 - overall - quantity))
