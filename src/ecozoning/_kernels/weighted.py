"""Weighted sums of any number of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["weighted_sum"]


def weighted_sum(*arguments: Any) -> tuple[int, int]:  # noqa: ANN401
    """
    Fill rows of an array with the weighted sum of others; count valid and infinite.

    Arguments are the arrays, `out`, first and last row, and a weight and a nodata value
    per array. A cell that is NaN or nodata in one array is NaN in the sum. In double
    precision, an array after the other, so that the sum does not depend on blocks.
    """
    *layers, out, first, last, weights, nodata = arguments
    total: NDArray[np.float64] = np.zeros((last - first, out.shape[1]))
    for layer, weight, hole in zip(layers, weights, nodata, strict=True):
        rows = layer[first:last]
        term = rows * np.float64(weight)
        term[rows == hole] = np.nan
        total += term
    out[first:last] = total
    infinite = int(np.isinf(total).sum())
    return int(np.isfinite(total).sum()), infinite
