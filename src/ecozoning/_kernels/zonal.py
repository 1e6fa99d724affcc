"""Statistics of the cells that polygons cover, and of the cells of classes.

All rasters are read in place. `place` is (row of the grid's row 0 in the array, step
from row to row, column of the grid's column 0), so that a block of a raster, with north
up or down, is read by the rows and columns of the whole grid. Nodata is NaN and one
value more. Bands of polygons are those of `coverage.open_band`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

from ecozoning._kernels.coverage import (
    ENDS,
    PARTS,
    STARTS,
    cover_row,
    open_band,
    scratch_for,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Values = NDArray[Any]
    Place = tuple[int, int, int]

__all__ = [
    "close_tally",
    "gather",
    "histogram",
    "moments",
    "new_tally",
    "take_runs",
    "weighted_sums",
]

NONE: Final[Any] = np.int64(0)
"""No active edge; a bare 0 would have `cover_row` compiled for it alone, and again."""

# Reductions in any order, but NaN and infinity as they are.
FLAGS: Final = {"reassoc", "contract", "nsz", "arcp"}


@njit(nogil=True, cache=True, error_model="numpy", fastmath=FLAGS)
def _sum_run(
    values: Values, row: int, start: int, end: int, nodata: float, pivot: float
) -> tuple[int, float, float]:
    """Return cells with a value, the sum of them less the pivot, and their squares."""
    cells, total, squares = 0, 0.0, 0.0
    for column in range(start, end):
        value = np.float64(values[row, column])
        good = (value == value) & (value != nodata)
        step = value - pivot if good else 0.0
        cells += 1 if good else 0
        total += step
        squares += step * step
    return cells, total, squares


@njit(nogil=True, cache=True, error_model="numpy", fastmath=FLAGS)
def _extremes(
    values: Values, row: int, start: int, end: int, nodata: float
) -> tuple[float, float]:
    low, high = np.inf, -np.inf
    for column in range(start, end):
        value = np.float64(values[row, column])
        good = (value == value) & (value != nodata)
        low = value if good & (value < low) else low
        high = value if good & (value > high) else high
    return low, high


@njit(nogil=True, cache=True, error_model="numpy")
def _first_value(
    values: Values, row: int, start: int, end: int, nodata: float
) -> float:
    """Return the first value of a run, NaN if there is none."""
    for column in range(start, end):
        value = np.float64(values[row, column])
        if value == value and value != nodata:
            return value
    return np.nan


@njit(nogil=True, cache=True, error_model="numpy")
def _infinite(values: Values, row: int, start: int, end: int) -> int:
    count = 0
    for column in range(start, end):
        count += 1 if np.isinf(np.float64(values[row, column])) else 0
    return count


@njit(nogil=True, cache=True, error_model="numpy")
def take_runs(  # noqa: PLR0913 -- a kernel
    values: Values,
    row: int,
    shift: int,
    unit: float,
    nodata: float,
    tally: Floats,
    extremes: bool,
    runs: int,
    ints: Ints,
    floats: Floats,
) -> int:
    """Add the runs of a row to a tally, see `new_tally`; return infinite values."""
    pivot = tally[8]
    count, total, squares, touched = 0.0, 0.0, 0.0, 0
    for run in range(runs):
        start, end = ints[STARTS, run] + shift, ints[ENDS, run] + shift
        part = floats[PARTS, run]
        if pivot != pivot:
            pivot = _first_value(values, row, start, end, nodata)
            if pivot != pivot:
                continue
        if end - start == 1:  # most runs of a border are, and loops take long to begin
            value = np.float64(values[row, start])
            if value != value or value == nodata:
                continue
            cells, plus = 1, value - pivot
            square = plus * plus
        else:
            cells, plus, square = _sum_run(values, row, start, end, nodata, pivot)
        count += part * cells
        total += part * plus
        squares += part * square
        touched += cells
        if extremes:
            low, high = _extremes(values, row, start, end, nodata)
            tally[5], tally[6] = min(tally[5], low), max(tally[6], high)
    tally[0] += count
    tally[1] += count * unit
    tally[2] += total
    tally[3] += squares
    tally[4] += total * unit
    tally[7] += touched
    tally[8] = pivot
    if np.isfinite(squares):
        return 0
    infinite = 0
    for run in range(runs):
        start, end = ints[STARTS, run] + shift, ints[ENDS, run] + shift
        infinite += _infinite(values, row, start, end)
    return infinite


@njit(nogil=True, cache=True, error_model="numpy")
def new_tally(tally: Floats) -> None:
    """
    Empty a tally.

    It has the count, that is the sum of covers of cells with a value; their area; the
    sum of covered values; of their squares, or, when closed, the squares about the
    mean; of values by area; the least and the greatest; the cells touched; and the
    pivot. All values are taken less the pivot, a value of the zone: without it squares
    about the mean would be the difference of large numbers.
    """
    tally[:] = 0.0
    tally[5], tally[6], tally[8] = np.inf, -np.inf, np.nan


@njit(nogil=True, cache=True, error_model="numpy")
def close_tally(tally: Floats, out: Floats) -> None:
    """Write a tally out, the pivot put back."""
    out[:8] = tally[:8]
    if tally[7] == 0:
        return
    out[2] = tally[2] + tally[8] * tally[0]
    out[3] = max(tally[3] - tally[2] * tally[2] / tally[0], 0.0)
    out[4] = tally[4] + tally[8] * tally[1]


@njit(nogil=True, cache=True, error_model="numpy")
def moments(  # noqa: PLR0913 -- a kernel
    values: Values,
    edges: Floats,
    bands: Ints,
    row_areas: Floats,
    out: Floats,
    first: int,
    last: int,
    place: Place,
    exact: bool,
    nodata: float,
    extremes: bool,
) -> tuple[int]:
    """Fill a closed tally for each band; return how many infinite values it covers."""
    ints, floats = scratch_for(bands, first, last)
    tally = np.empty(9)
    infinite = 0
    for index in range(first, last):
        band = bands[index]
        open_band(edges, band, ints)
        new_tally(tally)
        active = NONE
        for row in range(band[2], band[3]):
            runs, active = cover_row(edges, band, row, active, exact, ints, floats)
            line = place[0] + place[1] * row
            unit = row_areas[row]
            infinite += take_runs(
                values,
                line,
                place[2],
                unit,
                nodata,
                tally,
                extremes,
                runs,
                ints,
                floats,
            )
        close_tally(tally, out[index])
    return (infinite,)


@njit(nogil=True, cache=True, error_model="numpy")
def weighted_sums(  # noqa: PLR0913 -- a kernel
    values: Values,
    weights: Values,
    edges: Floats,
    bands: Ints,
    out: Floats,
    first: int,
    last: int,
    place: Place,
    exact: bool,
    nodata: float,
    weights_nodata: float,
) -> tuple[int, int]:
    """Fill (weights, weighted values); return missing weights and those below 0."""
    ints, floats = scratch_for(bands, first, last)
    missing, below = 0, 0
    for index in range(first, last):
        band = bands[index]
        open_band(edges, band, ints)
        heavy, total, active = 0.0, 0.0, NONE
        for row in range(band[2], band[3]):
            runs, active = cover_row(edges, band, row, active, exact, ints, floats)
            line = place[0] + place[1] * row
            for run in range(runs):
                start, end = ints[STARTS, run] + place[2], ints[ENDS, run] + place[2]
                for column in range(start, end):
                    value = np.float64(values[line, column])
                    if value != value or value == nodata:
                        continue
                    weight = np.float64(weights[line, column])
                    if not np.isfinite(weight) or weight == weights_nodata:
                        missing += 1
                    elif weight < 0:
                        below += 1
                    else:
                        heavy += floats[PARTS, run] * weight
                        total += floats[PARTS, run] * weight * value
        out[index, 0], out[index, 1] = heavy, total
    return missing, below


@njit(nogil=True, cache=True, error_model="numpy")
def gather(  # noqa: PLR0913 -- a kernel
    values: Values,
    edges: Floats,
    bands: Ints,
    offsets: Ints,
    found: Floats,
    covers: Floats,
    out: Floats,
    first: int,
    last: int,
    place: Place,
    exact: bool,
    nodata: float,
) -> tuple[int]:
    """Write the values and covers of each band's cells from its offset on."""
    ints, floats = scratch_for(bands, first, last)
    for index in range(first, last):
        band = bands[index]
        open_band(edges, band, ints)
        at, active = offsets[index], NONE
        for row in range(band[2], band[3]):
            runs, active = cover_row(edges, band, row, active, exact, ints, floats)
            line = place[0] + place[1] * row
            for run in range(runs):
                start, end = ints[STARTS, run] + place[2], ints[ENDS, run] + place[2]
                for column in range(start, end):
                    value = np.float64(values[line, column])
                    if value == value and value != nodata:
                        found[at], covers[at] = value, floats[PARTS, run]
                        at += 1
        out[index, 0] = at - offsets[index]
    return (0,)


@njit(nogil=True, cache=True, error_model="numpy")
def histogram(  # noqa: PLR0913 -- a kernel
    classes: Values,
    edges: Floats,
    bands: Ints,
    row_areas: Floats,
    codes: NDArray[np.int32],
    out: Floats,
    first: int,
    last: int,
    place: Place,
    exact: bool,
    lowest: int,
) -> tuple[int]:
    """Fill the area of each class in each band; `codes` are those from `lowest` on."""
    ints, floats = scratch_for(bands, first, last)
    nodata = out.shape[1] - 1
    for index in range(first, last):
        band = bands[index]
        out[index] = 0.0
        open_band(edges, band, ints)
        active = NONE
        for row in range(band[2], band[3]):
            runs, active = cover_row(edges, band, row, active, exact, ints, floats)
            line = place[0] + place[1] * row
            for run in range(runs):
                start, end = ints[STARTS, run] + place[2], ints[ENDS, run] + place[2]
                area = floats[PARTS, run] * row_areas[row]
                for column in range(start, end):
                    value = classes[line, column]
                    code = codes[int(value) - lowest] if value == value else -1
                    out[index, code if code >= 0 else nodata] += area
    return (0,)
