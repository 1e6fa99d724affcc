"""Sums of parts of zones put together, and the statistics that follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "AREA",
    "AREA_SUM",
    "CELLS",
    "COUNT",
    "SIMPLE",
    "merged_tallies",
    "simple_statistics",
    "summed",
]

COUNT, AREA, SUM, SPREAD, AREA_SUM, LEAST, MOST, CELLS = range(8)
"""Columns that the kernels fill, see `_kernels.tally.new_tally`."""


def summed(owner: Ints, table: Floats, size: int) -> Floats:
    """Return the sums of the rows of each owner."""
    columns = [np.bincount(owner, column, minlength=size) for column in table.T]
    return np.column_stack(columns).astype(np.float64)  # of nothing they are integers


def merged_tallies(owner: Ints, table: Floats, size: int) -> Floats:
    """
    Return tallies of whole zones from tallies of their parts.

    Columns are those above, what follows them is summed up. The squares about
    the mean of the whole are those about the means of the parts, and the squares of
    the means about the mean (Chan, Golub and LeVeque 1983).
    """
    whole = summed(owner, table, size)
    count = table[:, COUNT]
    filled = count > 0
    part_means = np.divide(table[:, SUM], count, out=np.zeros_like(count), where=filled)
    off = np.where(filled, part_means - _mean(whole)[owner], 0.0)
    whole[:, SPREAD] += np.bincount(owner, count * off * off, minlength=size)
    whole[:, LEAST], whole[:, MOST] = np.inf, -np.inf
    np.minimum.at(whole[:, LEAST], owner, table[:, LEAST])
    np.maximum.at(whole[:, MOST], owner, table[:, MOST])
    return whole


def _mean(tallies: Floats) -> Floats:
    """Return means, NaN for zones without a value."""
    count = tallies[:, COUNT]
    means = np.full(len(tallies), np.nan)
    np.divide(tallies[:, SUM], count, out=means, where=count > 0)
    return means


def _deviation(tallies: Floats) -> Floats:
    count = tallies[:, COUNT]
    variances = np.full(len(tallies), np.nan)
    np.divide(tallies[:, SPREAD], count, out=variances, where=count > 0)
    return np.asarray(np.sqrt(variances))


SIMPLE: Final[dict[str, Callable[[Floats], Floats]]] = {
    "count": lambda tallies: tallies[:, COUNT],
    "area_km2": lambda tallies: tallies[:, AREA] * convert(1, "m2", "km2"),
    "sum": lambda tallies: _where_filled(tallies, SUM),
    "mean": _mean,
    "min": lambda tallies: _where_filled(tallies, LEAST),
    "max": lambda tallies: _where_filled(tallies, MOST),
    "std": _deviation,
}
"""The statistics that follow from tallies."""


def _where_filled(tallies: Floats, column: int) -> Floats:
    """Return a column, NaN for zones without a value."""
    return np.where(tallies[:, COUNT] > 0, tallies[:, column], np.nan)


def simple_statistics(tallies: Floats, names: Sequence[str]) -> dict[str, Floats]:
    """Return those of some statistics that follow from tallies."""
    return {name: SIMPLE[name](tallies) for name in names if name in SIMPLE}
