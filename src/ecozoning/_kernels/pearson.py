"""Pearson correlation of two series per cell, and how likely it is by chance."""

from __future__ import annotations

from math import exp, isinf, lgamma, log, pi, sqrt
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[Any]
    Floats = NDArray[np.float64]
    Layers = NDArray[np.float32]

__all__ = ["LAYERS", "pearson", "two_tailed"]

LAYERS: Final = ("r", "p", "count")
"""What the kernel writes, in this order."""
STEPS: Final = 10_000
"""Of the continued fraction; it needs some ten, more for hundreds of layers."""
CLOSE: Final = 1e-15
TINY: Final = 1e-300

compiled = njit(nogil=True, cache=True, error_model="numpy")


@compiled
def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz."""
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    total = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for step in (even, odd):
            d = 1.0 / max(1.0 + step * d, TINY)
            c = max(1.0 + step / c, TINY)
            total *= c * d
        if abs(c * d - 1.0) < CLOSE:
            break
    return total


@compiled
def two_tailed(r: float, n: int) -> float:
    """
    Return the chance of a correlation of |r| or more among n independent pairs.

    The t distribution with n - 2 degrees of freedom holds it beyond both tails, the
    incomplete beta function I(1 - r^2; (n - 2) / 2, 1 / 2).
    """
    a, b = 0.5 * (n - 2), 0.5
    rest = (1.0 - r) * (1.0 + r)
    if rest <= 0.0:
        return 0.0
    if r == 0.0:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) + a * log(rest)) * abs(r) / sqrt(pi)
    if rest < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(rest, a, b) / a
    return 1.0 - front * _fraction(r * r, b, a) / b


@compiled
def _r(x: Floats, y: Floats, n: int) -> float:
    """Return the correlation of n pairs, NaN if one of the series is constant.

    Both are taken from their first value, so that a constant one is exactly 0.
    """
    mean_x, mean_y = 0.0, 0.0
    for k in range(n):
        mean_x += (x[k] - x[0]) / n
        mean_y += (y[k] - y[0]) / n
    xx, yy, xy = 0.0, 0.0, 0.0
    for k in range(n):
        dx, dy = x[k] - x[0] - mean_x, y[k] - y[0] - mean_y
        xx += dx * dx
        yy += dy * dy
        xy += dx * dy
    if xx == 0.0 or yy == 0.0:
        return np.nan
    return min(max(xy / (sqrt(xx) * sqrt(yy)), -1.0), 1.0)


@compiled
def pearson(
    stack: Reals,
    other: Reals,
    out: Layers,
    first: int,
    last: int,
    nothing: tuple[float, float],
    least: int,
) -> tuple[int, int, int]:
    """
    Write the layers of `LAYERS` of cells with at least `least` pairs.

    `stack` is (time, rows, columns), so is `other`, or (time, 1, 1) if it is one series
    for all cells. Returns how many cells have enough pairs, and how many values of
    either are infinite.
    """
    layers = stack.shape[0]
    x, y = np.empty(layers), np.empty(layers)
    bottom, right = other.shape[1] - 1, other.shape[2] - 1
    enough, infinite, infinite_other = 0, 0, 0
    for i in range(first, last):
        for j in range(stack.shape[2]):
            n = 0
            for k in range(layers):
                a, b = (
                    float(stack[k, i, j]),
                    float(other[k, min(i, bottom), min(j, right)]),
                )
                known_a = (a == a) & (a != nothing[0])
                known_b = (b == b) & (b != nothing[1])
                infinite += known_a & isinf(a)
                infinite_other += known_b & isinf(b)
                if known_a & known_b:
                    x[n], y[n] = a, b
                    n += 1
            r = _r(x, y, n) if n >= least else np.nan
            enough += n >= least
            out[0, i, j] = r
            out[1, i, j] = two_tailed(r, n) if r == r else np.nan
            out[2, i, j] = n
    return enough, infinite, infinite_other
