"""Values of zones and how much each covers: middle, most and least frequent ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

__all__ = ["ORDERED", "merged_values", "order_statistics", "value_table"]

OWNER, VALUE, CELLS, COVER, LEAST, MOST = range(6)
TIE: Final = 1e-9
"""Relative difference of covers that is the rounding of their sums."""
ORDERED: Final = ("median", "majority", "minority", "variety")


def value_table(owner: Ints, values: Floats, covers: Floats) -> Floats:
    """
    Return one row per zone and value: zone, value, cells, cover, least, most.

    The last two are the least and the largest cover of one of the cells.
    """
    ones = np.ones_like(covers)
    return _grouped(owner, values, (ones, covers, covers, covers))


def merged_values(tables: Sequence[Floats]) -> Floats:
    """Return one table of the tables of parts of zones."""
    table = np.concatenate([np.empty((0, 6)), *tables])
    return _grouped(table[:, OWNER], table[:, VALUE], tuple(table[:, CELLS:].T))


def _grouped(
    owner: NDArray[Any], values: Floats, columns: tuple[Floats, ...]
) -> Floats:
    """Sort by zone and value, and add up what is alike."""
    order = np.lexsort((values, owner))
    owner, values = owner[order], values[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(owner) != 0) | (np.diff(values) != 0)
    first = np.flatnonzero(fresh)
    if not first.size:
        return np.empty((0, 6))
    ways = (np.add, np.add, np.minimum, np.maximum)
    done = [
        way.reduceat(column[order], first)
        for way, column in zip(ways, columns, strict=True)
    ]
    return np.column_stack([owner[first], values[first], *done])


def order_statistics(
    table: Floats, names: Sequence[str], quantiles: Sequence[float]
) -> tuple[Ints, dict[str, Floats]]:
    """Return the zones of a table of values and their statistics, as columns."""
    if not len(table):
        return np.empty(0, dtype=np.intp), {}
    first = np.flatnonzero(np.diff(table[:, OWNER], prepend=-1.0))
    found = {name: _STATISTICS[name](table, first) for name in names if name in ORDERED}
    found |= {quantile_name(part): _quantile(table, first, part) for part in quantiles}
    return table[first, OWNER].astype(np.intp), found


def quantile_name(part: float) -> str:
    """Return the name of the column of a quantile: ``q05``, ``q50``, ``q97.5``."""
    percent = f"{100 * part:.10g}"
    return f"q{'0' if len(percent.split('.')[0]) < 2 else ''}{percent}"


def _majority(table: Floats, first: Ints) -> Floats:
    """Return the value that covers most; the greater of two that cover the same."""
    most = np.maximum.reduceat(table[:, COVER], first)
    alike = table[:, COVER] >= _spread(most, first, table) * (1 - TIE)
    rows = np.where(alike, np.arange(len(table)), -1)
    return np.asarray(table[np.maximum.reduceat(rows, first), VALUE])


def _minority(table: Floats, first: Ints) -> Floats:
    """Return the value that covers least; the smaller of two that cover the same."""
    least = np.minimum.reduceat(table[:, COVER], first)
    alike = table[:, COVER] <= _spread(least, first, table) * (1 + TIE)
    rows = np.where(alike, np.arange(len(table)), len(table))
    return np.asarray(table[np.minimum.reduceat(rows, first), VALUE])


def _variety(table: Floats, first: Ints) -> Floats:
    return np.diff(first, append=len(table)).astype(np.float64)


def _spread(per_zone: Floats, first: Ints, table: Floats) -> Floats:
    """Return for every row what belongs to its zone."""
    return np.repeat(per_zone, np.diff(first, append=len(table)))


def _before(column: Floats, first: Ints) -> Floats:
    """Return the sum of a column over the rows of the same zone that come before."""
    total = np.cumsum(column) - column
    return total - np.repeat(total[first], np.diff(first, append=len(column)))


def _quantile(table: Floats, first: Ints, part: float) -> Floats:
    r"""
    Return a quantile of cells of unequal cover, between values where it falls there.

    Cell k of n, in order, with cover w and W before it, stands at k w + (n - 1) W, the
    last one at n - 1 times all cover; with equal covers that is NumPy's ``linear``.
    Cells of one value are taken from the least cover to the largest.
    """
    cells, cover = table[:, CELLS], table[:, COVER]
    rank, weight = _before(cells, first), _before(cover, first)
    steps = _spread(np.add.reduceat(cells, first) - 1, first, table)
    lower = rank * table[:, LEAST] + steps * weight
    upper = (rank + cells - 1) * table[:, MOST] + steps * (
        weight + cover - table[:, MOST]
    )
    target = part * np.add.reduceat(cover, first) * steps[first]
    reached = lower <= _spread(target, first, table)
    at = first + np.maximum(np.add.reduceat(reached.astype(np.intp), first), 1) - 1
    last = np.append(first[1:], len(table)) - 1
    after = np.minimum(at + 1, last)
    gap = lower[after] - upper[at]
    share = np.divide(target - upper[at], gap, out=np.zeros_like(gap), where=gap > 0)
    step = table[after, VALUE] - table[at, VALUE]
    return np.asarray(table[at, VALUE] + np.clip(share, 0.0, 1.0) * step)


_STATISTICS: Final[dict[str, Callable[[Floats, Ints], Floats]]] = {
    "median": lambda table, first: _quantile(table, first, 0.5),
    "majority": _majority,
    "minority": _minority,
    "variety": _variety,
}
