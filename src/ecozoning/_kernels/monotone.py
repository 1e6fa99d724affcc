"""Theil-Sen slope and Mann-Kendall test of the series of every cell, in one pass."""

from __future__ import annotations

from math import erfc, isinf, sqrt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[Any]
    Floats = NDArray[np.float64]
    Layers = NDArray[np.float32]

__all__ = ["LAYERS", "NO_CLASS", "monotone"]

LAYERS: Final = ("slope", "s", "z", "p", "trend", "count")
"""What the kernel writes, in this order."""
NO_CLASS: Final = 255
SQRT_2: Final = sqrt(2.0)

compiled = njit(nogil=True, cache=True, error_model="numpy")


@compiled
def _median(values: Floats, spare: Floats, size: int) -> float:
    """
    Return the median of the first values; both arrays are written over.

    Values less than a pivot stay, greater ones go to the spare array, and the side that
    holds the median is parted again. Each value is written to both, so that no branch
    depends on it: a branch that nobody can foresee costs more than a write.
    """
    even, rank, below = size % 2 == 0, size // 2, np.nan
    while True:
        a, b, c = values[0], values[size // 2], values[size - 1]
        pivot: float = max(min(a, b), min(max(a, b), c))
        less, more = 0, 0
        for i in range(size):
            value = values[i]
            values[less] = value
            spare[more] = value
            less += value < pivot
            more += value > pivot
        if rank < less:
            size = less
        elif rank < size - more:
            break
        else:
            rank -= size - more
            below, size = pivot, more
            values, spare = spare, values
    if not even:
        return pivot
    if rank == less:  # the value before it is not another pivot
        for i in range(less):
            below = values[i] if i == 0 else max(below, values[i])
        return 0.5 * (below + pivot)
    return pivot


@compiled
def _pairs(values: Floats, years: Floats, n: int, slopes: Floats) -> tuple[int, int]:
    """Fill in the slopes of all pairs; return S and how many pairs are tied."""
    score, tied, size = 0, 0, 0
    for i in range(n - 1):
        value, year = values[i], years[i]
        for j in range(i + 1, n):
            rise = values[j] - value
            slopes[size] = rise / (years[j] - year)
            score += (rise > 0.0) - (rise < 0.0)
            tied += rise == 0.0
            size += 1
    return score, tied


@compiled
def _variance(values: Floats, n: int, tied: int) -> float:
    """Return the variance of S; each of t tied values takes (t - 1) (2 t + 5) off."""
    total = n * (n - 1) * (2 * n + 5)
    if tied:
        for i in range(n):
            same = 0
            for j in range(n):
                same += values[i] == values[j]
            total -= (same - 1) * (2 * same + 5)
    return total / 18.0


@compiled
def _class(score: int, p: float, alpha: float) -> int:
    """Return 3 without a direction, 2 and 4 with one, 1 and 5 if it is significant."""
    direction = (score > 0) - (score < 0)
    return 3 + direction * (2 if p < alpha else 1)


@compiled
def monotone(
    stack: Reals,
    out: Layers,
    first: int,
    last: int,
    years: Floats,
    nothing: float,
    least: int,
    alpha: float,
) -> tuple[int, int]:
    """
    Write the layers of `LAYERS` of cells with at least `least` values.

    `stack` is (time, rows, columns), `out` (layers, rows, columns). Returns how many
    cells have enough values, and how many values are infinite.
    """
    layers = stack.shape[0]
    values, known = np.empty(layers), np.empty(layers)
    slopes = np.empty(layers * (layers - 1) // 2)
    spare = np.empty_like(slopes)
    enough, infinite = 0, 0
    for i in range(first, last):
        for j in range(stack.shape[2]):
            n = 0
            for k in range(layers):
                value = float(stack[k, i, j])
                if (value == value) & (value != nothing):
                    values[n], known[n] = value, years[k]
                    infinite += isinf(value)
                    n += 1
            out[5, i, j] = n
            if n < least:
                out[:4, i, j] = np.nan
                out[4, i, j] = NO_CLASS
                continue
            enough += 1
            score, tied = _pairs(values, known, n, slopes)
            z = float(score - (score > 0) + (score < 0))  # corrected for continuity
            if z != 0.0:
                z /= sqrt(_variance(values, n, tied))
            p = erfc(abs(z) / SQRT_2)
            out[0, i, j] = _median(slopes, spare, n * (n - 1) // 2)
            out[1, i, j] = score
            out[2, i, j] = z
            out[3, i, j] = p
            out[4, i, j] = _class(score, p, alpha)
    return enough, infinite
