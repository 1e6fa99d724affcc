"""Spectral indices and vegetation cover, cell by cell, in one pass without temporaries.

Bands come as they are stored; arithmetic is float64, which costs nothing here because
memory is the limit, so that unsigned numbers never wrap and an offset never cancels
what float32 could hold. There is no fast-math: a cell has the same last bit wherever a
block or a vector begins. Faults are counts of cells; all kernels of bands begin with
(with a value, infinite, stored as a fraction near 0).
"""

from __future__ import annotations

from math import floor, isinf
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reals = NDArray[Any]
    Floats = NDArray[np.float32]
    Counts = NDArray[np.int64]
    Pair = tuple[float, float]

__all__ = [
    "BINS",
    "FAR",
    "SLACK",
    "count_bins",
    "enhanced",
    "gather",
    "normalized",
    "soil_adjusted",
    "stretch",
]

FAR: Final = 2.0
"""Beyond it nothing is a reflectance; within it fractions are no digital numbers."""
BINS: Final = 20_000
"""Of a histogram of NDVI from -1 to 1, so each is 0.0001 wide."""
SLACK: Final = 1e-6
"""What float32 may add to an NDVI of 1."""

compiled = njit(nogil=True, cache=True, error_model="numpy")


@compiled
def _known(value: float, nothing: float) -> bool:
    """Tell a value from NaN and from nodata."""
    return (value == value) & (value != nothing)


@compiled
def _fraction(value: float) -> bool:
    """Tell whether a stored value is a fraction near 0, as reflectances are."""
    return (abs(value) <= FAR) & (value != floor(value))


@compiled
def normalized(
    plus: Reals,
    minus: Reals,
    out: Floats,
    first: int,
    last: int,
    nothing: Pair,
    shift: float,
) -> tuple[int, int, int]:
    """Write (plus - minus) / (plus + minus + shift), `shift` being 2 offset / scale."""
    valid = infinite = fractions = 0
    for i in range(first, last):
        for j in range(plus.shape[1]):
            a, b = float(plus[i, j]), float(minus[i, j])
            known_a, known_b = _known(a, nothing[0]), _known(b, nothing[1])
            known = known_a & known_b
            total = a + b + shift
            ratio = (a - b) / total
            out[i, j] = ratio if known & (total != 0.0) else np.nan
            valid += known
            infinite += (known_a & isinf(a)) | (known_b & isinf(b))
            fractions += known & (_fraction(a) | _fraction(b))
    return valid, infinite, fractions


@compiled
def soil_adjusted(
    red: Reals,
    nir: Reals,
    out: Floats,
    first: int,
    last: int,
    nothing: Pair,
    scaling: Pair,
    L: float,
) -> tuple[int, int, int, int]:
    """Write SAVI; `scaling` is (scale, offset); count, last, what is beyond FAR."""
    scale, offset = scaling
    valid = infinite = fractions = far = 0
    for i in range(first, last):
        for j in range(red.shape[1]):
            r, n = float(red[i, j]), float(nir[i, j])
            known_r, known_n = _known(r, nothing[0]), _known(n, nothing[1])
            known = known_r & known_n
            R, N = scale * r + offset, scale * n + offset
            total = N + R + L
            ratio = (1.0 + L) * (N - R) / total
            out[i, j] = ratio if known & (total != 0.0) else np.nan
            valid += known
            infinite += (known_r & isinf(r)) | (known_n & isinf(n))
            fractions += known & (_fraction(r) | _fraction(n))
            far += known & ((abs(R) > FAR) | (abs(N) > FAR))
    return valid, infinite, fractions, far


@compiled
def enhanced(
    blue: Reals,
    red: Reals,
    nir: Reals,
    out: Floats,
    first: int,
    last: int,
    nothing: tuple[float, float, float],
    scaling: Pair,
) -> tuple[int, int, int, int]:
    """Write EVI with the coefficients of MODIS; count as `soil_adjusted` does."""
    scale, offset = scaling
    valid = infinite = fractions = far = 0
    for i in range(first, last):
        for j in range(red.shape[1]):
            b, r, n = float(blue[i, j]), float(red[i, j]), float(nir[i, j])
            known_b, known_r = _known(b, nothing[0]), _known(r, nothing[1])
            known_n = _known(n, nothing[2])
            known = known_b & known_r & known_n
            B, R, N = scale * b + offset, scale * r + offset, scale * n + offset
            total = N + 6.0 * R - 7.5 * B + 1.0
            ratio = 2.5 * (N - R) / total
            out[i, j] = ratio if known & (total != 0.0) else np.nan
            valid += known
            infinite += (
                (known_b & isinf(b)) | (known_r & isinf(r)) | (known_n & isinf(n))
            )
            fractions += known & (_fraction(b) | _fraction(r) | _fraction(n))
            far += known & ((abs(B) > FAR) | (abs(R) > FAR) | (abs(N) > FAR))
    return valid, infinite, fractions, far


@compiled
def stretch(
    ndvi: Reals,
    out: Floats,
    first: int,
    last: int,
    nothing: float,
    members: Pair,
) -> tuple[int, int, int]:
    """Write how far NDVI is from soil to vegetation, 0 to 1; count those beyond 1."""
    soil, vegetation = members
    valid = infinite = far = 0
    for i in range(first, last):
        for j in range(ndvi.shape[1]):
            value = float(ndvi[i, j])
            known = _known(value, nothing)
            part = (value - soil) / (vegetation - soil)
            part = min(max(part, 0.0), 1.0)
            out[i, j] = part if known else np.nan
            valid += known
            infinite += known & isinf(value)
            far += known & (abs(value) > 1.0 + SLACK)
    return valid, infinite, far


@compiled
def _bin(value: float) -> int:
    """Return the bin of a value; what is beyond an end goes into the last bin there."""
    return int(min(max((value + 1.0) * (BINS / 2), 0.0), BINS - 1.0))


@compiled
def count_bins(
    ndvi: Reals, counts: Counts, first: int, last: int, nothing: float, height: int
) -> tuple[int, int, int]:
    """Fill a row of `counts` with the histogram of each strip of so many rows."""
    valid = infinite = far = 0
    for strip in range(first, last):
        counts[strip] = 0
        for i in range(strip * height, min((strip + 1) * height, ndvi.shape[0])):
            for j in range(ndvi.shape[1]):
                value = float(ndvi[i, j])
                if _known(value, nothing):
                    counts[strip, _bin(value)] += 1
                    valid += 1
                    infinite += isinf(value)
                    far += abs(value) > 1.0 + SLACK
    return valid, infinite, far


@compiled
def gather(
    ndvi: Reals,
    wanted: NDArray[np.bool_],
    picked: NDArray[np.float64],
    places: Counts,
    first: int,
    last: int,
    nothing: float,
    height: int,
) -> tuple[int]:
    """Write the values of wanted bins to `picked`, those of a strip from its place."""
    taken = 0
    for strip in range(first, last):
        place = places[strip]
        for i in range(strip * height, min((strip + 1) * height, ndvi.shape[0])):
            for j in range(ndvi.shape[1]):
                value = float(ndvi[i, j])
                if _known(value, nothing) and wanted[_bin(value)]:
                    picked[place] = value
                    place += 1
        taken += place - places[strip]
    return (taken,)
