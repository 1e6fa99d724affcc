"""Counts, sums, squares and extremes of runs of cells, each with a part of its area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

from ecozoning._kernels.coverage import ENDS, PARTS, STARTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Values = NDArray[Any]

__all__ = ["close_tally", "new_tally", "take_runs"]

# Reductions in any order, but NaN and infinity as they are. Loops run over slices,
# whose indices count up from 0: with `values[row, column]` Numba has to allow for
# indices below 0, and no loop becomes one over vectors.
FLAGS: Final = {"reassoc", "contract", "nsz", "arcp"}


@njit(nogil=True, cache=True, error_model="numpy", fastmath=FLAGS)
def _sum_run(
    values: Values, row: int, start: int, end: int, nodata: float, pivot: float
) -> tuple[int, float, float]:
    """Return cells with a value, the sum of them less the pivot, and their squares."""
    cells, total, squares = 0, 0.0, 0.0
    line = values[row, start:end]
    for at in range(line.size):
        value = np.float64(line[at])
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
    line = values[row, start:end]
    for at in range(line.size):
        value = np.float64(line[at])
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
