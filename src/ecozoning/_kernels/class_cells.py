"""Cells of class rasters: which classes there are, and sums per class of another.

Rows of a raster are shared out in bands; `bands` has the first and last row of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from ecozoning._kernels.coverage import ENDS, PARTS, STARTS
from ecozoning._kernels.tally import close_tally, new_tally, take_runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Values = NDArray[Any]

__all__ = ["class_histogram", "class_moments", "class_weights", "present"]


@njit(nogil=True, cache=True, error_model="numpy")
def present(
    classes: Values,
    seen: NDArray[np.uint8],
    out: Floats,
    first: int,
    last: int,
    lowest: int,
) -> tuple[int]:
    """Mark the values from `lowest` on that occur; return how many are no integers."""
    broken = 0
    for row in range(first, last):
        out[row] = 0
        cells = classes[row]
        for at in range(cells.size):
            value = cells[at]
            if value == value:
                number = int(value)
                seen[np.uint64(number - lowest)] = 1  # unsigned: no index wraps round
                broken += 1 if number != value else 0
    return (broken,)


@njit(nogil=True, cache=True, error_model="numpy")
def _code(value: float, codes: Codes, lowest: int) -> int:
    return codes[int(value) - lowest] if value == value else -1


@njit(nogil=True, cache=True, error_model="numpy")
def class_moments(  # noqa: PLR0913 -- a kernel
    values: Values,
    zones: Values,
    codes: Codes,
    bands: Ints,
    row_areas: Floats,
    out: Floats,
    first: int,
    last: int,
    lowest: int,
    nodata: float,
) -> tuple[int]:
    """Fill, per band and zone, a closed tally and the area of all cells of the zone."""
    tallies = np.empty((out.shape[1], 9))
    ints, floats = np.empty((ENDS + 1, 1), np.int64), np.empty((PARTS + 1, 1))
    floats[PARTS, 0] = 1.0
    infinite = 0
    for band in range(first, last):
        for code in range(out.shape[1]):
            new_tally(tallies[code])
            out[band, code, 8] = 0.0
        for row in range(bands[band, 0], bands[band, 1]):
            unit, start = row_areas[row], 0
            while start < values.shape[1]:
                code = _code(zones[row, start], codes, lowest)
                end = start + 1
                while end < values.shape[1] and (
                    _code(zones[row, end], codes, lowest) == code
                ):
                    end += 1
                if code >= 0:
                    tally = tallies[code]
                    ints[STARTS, 0], ints[ENDS, 0] = start, end
                    infinite += take_runs(
                        values, row, 0, unit, nodata, tally, True, 1, ints, floats
                    )
                    out[band, code, 8] += (end - start) * unit
                start = end
        for code in range(out.shape[1]):
            close_tally(tallies[code], out[band, code])
    return (infinite,)


@njit(nogil=True, cache=True, error_model="numpy")
def class_weights(  # noqa: PLR0913 -- a kernel
    values: Values,
    weights: Values,
    zones: Values,
    codes: Codes,
    bands: Ints,
    out: Floats,
    first: int,
    last: int,
    lowest: int,
    nodata: float,
    weights_nodata: float,
) -> tuple[int, int]:
    """Fill (weights, weighted values) per band and zone, see `zonal.weighted_sums`."""
    missing, below = 0, 0
    for band in range(first, last):
        out[band] = 0.0
        for row in range(bands[band, 0], bands[band, 1]):
            for column in range(values.shape[1]):
                code = _code(zones[row, column], codes, lowest)
                value = np.float64(values[row, column])
                if code < 0 or value != value or value == nodata:
                    continue
                weight = np.float64(weights[row, column])
                if not np.isfinite(weight) or weight == weights_nodata:
                    missing += 1
                elif weight < 0:
                    below += 1
                else:
                    out[band, code, 0] += weight
                    out[band, code, 1] += weight * value
    return missing, below


@njit(nogil=True, cache=True, error_model="numpy")
def class_histogram(  # noqa: PLR0913 -- a kernel
    classes: Values,
    zones: Values,
    codes: Codes,
    zone_codes: Codes,
    bands: Ints,
    row_areas: Floats,
    out: Floats,
    first: int,
    last: int,
    lowest: int,
    lowest_zone: int,
) -> tuple[int]:
    """Fill the area of each class in each zone per band; the last ones are nodata."""
    no_zone, nodata = out.shape[1] - 1, out.shape[2] - 1
    for band in range(first, last):
        out[band] = 0.0
        for row in range(bands[band, 0], bands[band, 1]):
            for column in range(classes.shape[1]):
                zone = _code(zones[row, column], zone_codes, lowest_zone)
                code = _code(classes[row, column], codes, lowest)
                zone = zone if zone >= 0 else no_zone
                out[band, zone, code if code >= 0 else nodata] += row_areas[row]
    return (0,)
