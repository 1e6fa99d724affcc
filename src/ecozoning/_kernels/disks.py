"""Extremes within a distance of every cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import minimum_filter1d

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["highest_within", "lowest_within"]


def lowest_within(values: Floats, radius: float, steps: tuple[float, float]) -> Floats:
    """
    Return the lowest value whose cell centre is within a radius of each cell's.

    `steps` are width and height of a cell, in the unit of the radius. No NaN. Beyond
    the rim there is nothing.
    """
    width, height = steps
    out = np.full_like(values, np.inf)
    reach = min(math.floor(radius / height + 1e-9), values.shape[0] - 1)
    spans: dict[int, Floats] = {}
    for offset in range(reach + 1):
        left = max(radius**2 - (offset * height) ** 2, 0.0)
        half = min(math.floor(math.sqrt(left) / width + 1e-9), values.shape[1] - 1)
        if half not in spans:
            spans = {half: _along_rows(values, half)}
        lowest = spans[half]
        stop = values.shape[0] - offset
        np.minimum(out[:stop], lowest[offset:], out=out[:stop])
        np.minimum(out[offset:], lowest[:stop], out=out[offset:])
    return out


def highest_within(values: Floats, radius: float, steps: tuple[float, float]) -> Floats:
    """Return the highest instead."""
    return -lowest_within(-values, radius, steps)


def _along_rows(values: Floats, half: int) -> Floats:
    """Return the lowest of each cell and `half` cells on both of its sides."""
    if half == 0:
        return values
    found: Floats = minimum_filter1d(
        values, 2 * half + 1, axis=1, mode="constant", cval=np.inf
    )
    return found
