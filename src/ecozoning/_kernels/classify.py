"""Values sorted into classes, and the breaks between natural ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BLOCK", "classify", "natural_ends"]

BLOCK: Final = 2048
"""Cells whose counts stay in the first-level cache."""


@njit(nogil=True, cache=True)
def classify(
    values: NDArray[Any],
    out: NDArray[Any],
    first: int,
    last: int,
    thresholds: NDArray[Any],
    codes: NDArray[Any],
    nothing: float,
) -> tuple[int, int, int]:
    """
    Fill `out` with ``codes[k]``, k being how many thresholds a value is greater than.

    ``codes[-1]`` is for cells without a value. Returns how many cells have one, how
    many are infinite, and how many are beyond the first or the last threshold.
    """
    valid, infinite, outside = 0, 0, 0
    columns, ends, missing = values.shape[1], thresholds.size, codes.size - 1
    passed = np.empty(BLOCK, np.int32)
    for row in range(first, last):
        for left in range(0, columns, BLOCK):
            line = values[row, left : left + BLOCK]
            cells = line.size
            passed[:cells] = 0
            for k in range(ends):
                for i in range(cells):
                    passed[i] += line[i] > thresholds[k]
            for i in range(cells):
                value, k = line[i], passed[i]
                known = value == value and value != nothing
                valid += known
                infinite += known and value - value != 0
                outside += known and (k == 0 or k == ends)
                out[row, left + i] = codes[k if known else missing]
    return valid, infinite, outside


@njit(nogil=True, cache=True)
def natural_ends(mean: Floats, weight: Floats, classes: int) -> NDArray[np.int64]:
    """
    Return the index of the last member of each class, least squares within classes.

    Fisher (1958) by dynamic programming; where a class begins moves up with where it
    ends, so that each row of the table is found by halving. `mean` ascends.
    """
    n = mean.size
    origin = (mean * weight).sum() / weight.sum()
    w, s, q = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    for i in range(n):
        x = mean[i] - origin
        w[i + 1] = w[i] + weight[i]
        s[i + 1] = s[i] + weight[i] * x
        q[i + 1] = q[i] + weight[i] * x * x
    best = np.empty(n)
    for j in range(n):
        best[j] = _spread(w, s, q, 0, j)
    starts = np.zeros((classes, n), np.int32)
    for k in range(1, classes):
        best = _one_more(w, s, q, best, starts[k], k)
    ends = np.empty(classes, np.int64)
    end = n - 1
    for k in range(classes - 1, -1, -1):
        ends[k] = end
        end = starts[k, end] - 1
    return ends


@njit(nogil=True, cache=True)
def _spread(w: Floats, s: Floats, q: Floats, first: int, last: int) -> float:
    """Return the sum of squares around the mean of members `first` to `last`."""
    total = s[last + 1] - s[first]
    square: float = q[last + 1] - q[first] - total * total / (w[last + 1] - w[first])
    return max(square, 0.0)


@njit(nogil=True, cache=True)
def _one_more(
    w: Floats, s: Floats, q: Floats, best: Floats, starts: NDArray[np.int32], k: int
) -> Floats:
    """Return the least squares with one class more, class `k` starting at `starts`."""
    n = best.size
    found = np.full(n, np.inf)
    todo = [(k, n - 1, k, n - 1)]
    while len(todo) > 0:
        first, last, low, high = todo.pop()
        if first > last:
            continue
        middle = (first + last) // 2
        for start in range(low, min(middle, high) + 1):
            square = best[start - 1] + _spread(w, s, q, start, middle)
            if square < found[middle]:
                found[middle], starts[middle] = square, start
        todo.append((first, middle - 1, low, starts[middle]))
        todo.append((middle + 1, last, starts[middle], high))
    return found
