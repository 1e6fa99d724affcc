"""Sums over the layers of a stack that come out the same in any order.

Each term is rounded to a multiple of 2**-20 before it is added. Sums up to 2**33 of
such numbers are exact in double precision, so parts of a long record may be summed
apart, in any order, and put together without a bit of difference.

`tally` fills ``(1 + 2 groups, rows, columns)``: how many layers have a value, then for
each group of layers two sums. What they are sums of is said by `Terms`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]
    Floats = NDArray[np.float64]

__all__ = ["FINENESS", "LARGEST_SUM", "Terms", "closed_mean", "tally"]

FINENESS: Final = 2.0**20
LARGEST_SUM: Final = 2.0**33
"""Beyond it a sum of terms would no longer be exact."""


class Terms(NamedTuple):
    """
    What is summed of a value x times `scale`: its power, and another.

    Values below `least` do not count. With `excess` the first term is not a power, but
    x (x - least)**2, what the wind carries. `high` is the highest value that can be.
    """

    least: float
    other: float
    scale: float
    excess: bool
    high: float


@njit(nogil=True, cache=True)
def _power(x: float, exponent: float) -> float:
    """Return a power, of which 0, 1 and 2 are the common ones."""
    if exponent == 0.0:
        return 1.0
    if exponent == 1.0:
        return x
    if exponent == 2.0:
        return x * x
    raised: float = x**exponent
    return raised


@njit(nogil=True, cache=True)
def tally(  # noqa: PLR0913 -- a kernel takes arrays one by one
    stack: Values,
    exponents: Floats,
    out: Floats,
    first: int,
    last: int,
    nodata: float,
    groups: NDArray[np.int64],
    weights: Floats,
    terms: Terms,
) -> tuple[int]:
    """
    Fill rows with counts and sums; return how many values cannot be.

    `exponents` has one number, or one per cell. A layer of group -1 is counted but not
    summed; `weights` multiply the first term.
    """
    least, other, scale, excess, high = terms
    bad = 0
    out[:, first:last] = 0.0
    across = exponents.shape[1] > 1 or exponents.shape[2] > 1
    for layer in range(stack.shape[0]):
        group, weight = groups[layer], weights[layer]
        for row in range(first, last):
            for column in range(stack.shape[2]):
                raw = float(stack[layer, row, column])
                if not (raw == raw and raw != nodata):
                    continue
                bad += not 0.0 <= raw <= high
                out[0, row, column] += 1.0
                x = raw * scale
                if group < 0 or x < least:
                    continue
                if excess:
                    term = x * (x - least) ** 2
                elif across:
                    term = _power(x, exponents[0, row, column])
                else:
                    term = _power(x, exponents[0, 0, 0])
                place = 1 + 2 * group
                out[place, row, column] += np.rint(weight * term * FINENESS) / FINENESS
                second = _power(x, other)
                out[place + 1, row, column] += np.rint(second * FINENESS) / FINENESS
    return (bad,)


def closed_mean(
    totals: Floats,
    out: Values,
    first: int,
    last: int,
    layers: int,
    divisor: float,
) -> tuple[int, int]:
    """
    Fill rows with the first sum over a divisor, NaN where no layer has a value.

    Returns valid cells, and cells in which some layers have a value and others not.
    """
    count = totals[0, first:last]
    out[0, first:last] = np.where(
        count == layers, totals[1, first:last] / divisor, np.nan
    )
    valid = int((count == layers).sum())
    return valid, int(((count > 0) & (count < layers)).sum())
