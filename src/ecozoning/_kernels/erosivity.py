"""Rainfall erosivity out of sums over time. Arrays in, arrays out.

Inputs are sums as `time_sums.tally` makes them. Kernels return how many cells have a
value, how many have gaps in time, and how many a model is not made for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]
    Floats = NDArray[np.float64]

__all__ = ["beta_of", "half_month_erosivity", "monthly_erosivity"]


def beta_of(
    totals: Floats,
    out: Floats,
    first: int,
    last: int,
    years: int,
    terms: tuple[float, float, float, float],
) -> tuple[int]:
    """
    Fill rows with the exponent of the half-month model, 1 where no day is erosive.

    `totals` has the rain of erosive days and their number; `terms` are the constant,
    what is divided by the mean of days and of years, and the largest exponent.
    """
    rain, days = totals[1, first:last], totals[2, first:last]
    constant, daily, annual, largest = terms
    wet = days > 0
    safe = np.where(wet, rain, 1.0)
    beta = constant + daily * days / safe + annual * years / safe
    out[0, first:last] = np.where(wet, beta, 1.0)
    return (int((out[0, first:last] > largest).sum()),)


def half_month_erosivity(
    totals: Floats,
    beta: Floats,
    out: Values,
    first: int,
    last: int,
    layers: int,
    years: int,
    terms: tuple[float, float],
) -> tuple[int, int]:
    """Fill rows with factor beta**exponent of the sum of rain**beta; see `terms`."""
    count = totals[0, first:last]
    known = count == layers
    factor = terms[0] * beta[0, first:last] ** terms[1]
    erosivity = factor * totals[1, first:last] / years
    out[0, first:last] = np.where(known, erosivity, np.nan)
    return int(known.sum()), int(((count > 0) & ~known).sum())


def monthly_erosivity(
    totals: Floats,
    out: Values,
    first: int,
    last: int,
    layers: int,
    terms: tuple[float, float],
) -> tuple[int, int]:
    """
    Fill rows with factor F**exponent, F the mean over years of squares over sums.

    `totals` has for each year the sum of squares and the sum; a dry year adds nothing.
    """
    count = totals[0, first:last]
    known = count == layers
    squares, sums = totals[1::2, first:last], totals[2::2, first:last]
    yearly = np.where(sums > 0, squares / np.where(sums > 0, sums, 1.0), 0.0)
    erosivity = terms[0] * yearly.mean(axis=0) ** terms[1]
    out[0, first:last] = np.where(known, erosivity, np.nan)
    return int(known.sum()), int(((count > 0) & ~known).sum())
