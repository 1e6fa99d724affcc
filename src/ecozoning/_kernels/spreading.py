"""How a threat wanes with distance from where it is. Arrays in, arrays out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage, signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["by_density", "by_nearest", "decayed"]

RIM: Final = 1.0 + 1e-9
"""How far a reach goes, in reaches: three cells of 30.1 m are not quite 90.3 m."""


def decayed(distance: Floats, reach: float, rate: float) -> Floats:
    """
    Return what is left of a threat at a distance, 0 beyond its reach.

    A `rate` of 0 is linear, 1 - d / reach; another is exp(-rate d / reach).
    """
    part = distance / reach
    left = np.exp(-rate * part) if rate else 1.0 - part
    return np.where(part <= RIM, np.maximum(left, 0.0), 0.0)


def by_nearest(
    threat: Floats, cell: tuple[float, float], reach: float, rate: float
) -> Floats:
    """Return what is left of the nearest cell with a threat; exact distances."""
    here = threat > 0
    if not here.any():
        return np.zeros(threat.shape)
    distance = ndimage.distance_transform_edt(~here, sampling=cell)
    return decayed(np.asarray(distance), reach, rate)


def by_density(
    threat: Floats, cell: tuple[float, float], reach: float, rate: float
) -> Floats:
    """
    Return the mean of the threat around each cell, weighted by what is left of it.

    Weights add up to 1, also where part of them falls off the raster, which counts as
    free of threats. Convolution by FFT, off by rounding in double precision.
    """
    rows, columns = (int(reach * RIM / side) for side in cell)
    y = np.arange(-rows, rows + 1)[:, None] * cell[0]
    x = np.arange(-columns, columns + 1)[None, :] * cell[1]
    weights = decayed(np.hypot(y, x), reach, rate)
    spread = signal.oaconvolve(threat, weights / weights.sum(), mode="full")
    inner = spread[rows : rows + threat.shape[0], columns : columns + threat.shape[1]]
    return np.clip(inner, 0.0, 1.0)
