"""Positions as Chinese web maps show them (GCJ-02), and the way back.

GCJ-02 moves a position by a polynomial and sums of sines of its distance from 105 E,
35 N, laid on the ellipsoid of Krasovsky. The law is not published; these constants are
those that all open implementations agree on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["from_gcj02", "shift_of", "to_gcj02"]

AXIS_M: Final = 6_378_245.0
ECCENTRICITY_SQUARED: Final = 0.006_693_421_622_965_943
ORIGIN: Final = (105.0, 35.0)
CLOSE: Final = 1e-12
"""Degrees; a ten-thousandth of a millimetre."""
ROUNDS: Final = 50


def _waves(t: Floats, *terms: tuple[float, float]) -> Floats:
    """Return two thirds of a sum of sines, each (amplitude, half waves a degree)."""
    total = np.zeros_like(t)
    for amplitude, rate in terms:
        total += amplitude * np.sin(t * rate * np.pi)
    return 2.0 / 3.0 * total


def shift_of(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return in degrees how far GCJ-02 moves true positions, east and north."""
    x, y = lon - ORIGIN[0], lat - ORIGIN[1]
    both = _waves(x, (20.0, 6.0), (20.0, 2.0))
    root = np.sqrt(np.abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += _waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += _waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    sine = np.sin(np.radians(lat))
    w = 1.0 - ECCENTRICITY_SQUARED * sine * sine
    meridian = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (w * np.sqrt(w))
    parallel = AXIS_M / np.sqrt(w) * np.cos(np.radians(lat))
    return np.degrees(east / parallel), np.degrees(north / meridian)


def to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return positions as web maps show them, degrees."""
    east, north = shift_of(lon, lat)
    return lon + east, lat + north


def from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return true positions, degrees: the last guess says how far to go back."""
    x, y = lon.copy(), lat.copy()
    for _ in range(ROUNDS):
        east, north = shift_of(x, y)
        nearer = lon - east, lat - north
        step = max(np.abs(nearer[0] - x).max(), np.abs(nearer[1] - y).max())
        x, y = nearer
        if step < CLOSE:
            break
    return x, y
