"""The most frequent class in a moving window, at a constant cost per cell and class.

Columns of the window are counted once and slid down the raster; along a row their sums
are slid sideways. So a window of 31 cells costs what one of 3 does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]
    Counts = NDArray[np.int32]

__all__ = ["majority"]

inlined = njit(nogil=True, error_model="numpy")


@inlined
def _count_row(
    line: Values, columns: Counts, places: NDArray[np.int16], by: int
) -> None:
    """Add a row of classes to the counts of its columns, or take it away."""
    for i in range(line.size):
        place = places[line[i]]
        if place >= 0:
            columns[place, i] += by


@inlined
def _slide(columns: Counts, k: int, half: int, sums: Counts) -> None:
    """Write the sums of counts of a class in the window of each cell of a row."""
    line, size = columns[k], sums.size
    total = np.int32(0)
    for i in range(min(half, size)):
        total += line[i]
    for i in range(size):
        if i + half < size:
            total += line[i + half]
        sums[i] = total
        if i >= half:
            total -= line[i - half]


@inlined
def _elect(
    line: Values,
    out: Values,
    sums: Counts,
    classes: tuple[NDArray[np.int16], NDArray[np.uint8]],
    nodata: int,
) -> tuple[int, int]:
    """Write the most frequent class of each cell of a row, and count cells."""
    places, values = classes
    valid, strange = 0, 0
    for i in range(line.size):
        best = places[line[i]]
        if best < 0:
            strange += line[i] != nodata
            out[i] = nodata
            continue
        valid += 1
        most = sums[best, i]
        for k in range(values.size - 1, -1, -1):
            if sums[k, i] > most:
                best, most = k, sums[k, i]
        out[i] = values[best]
    return valid, strange


@njit(nogil=True, error_model="numpy", cache=True)
def majority(
    classes: Values,
    out: Values,
    first: int,
    last: int,
    half: int,
    values: NDArray[np.uint8],
    nodata: int,
) -> tuple[int, int]:
    """
    Fill rows with the most frequent of `values`, ascending, within `half` cells.

    A cell keeps its class if none is more frequent; among others that tie the highest
    wins. Cells of other numbers are no data, neither counted nor changed. Returns how
    many cells have a class, and how many neither a class nor no data.
    """
    rows, size = classes.shape
    places = np.full(256, -1, np.int16)
    for k in range(values.size):
        places[values[k]] = k
    columns = np.zeros((values.size, size), np.int32)
    sums = np.empty((values.size, size), np.int32)
    for row in range(max(0, first - half), min(rows, first + half)):
        _count_row(classes[row], columns, places, 1)
    valid, strange = 0, 0
    for row in range(first, last):
        if row + half < rows:
            _count_row(classes[row + half], columns, places, 1)
        for k in range(values.size):
            _slide(columns, k, half, sums[k])
        known, odd = _elect(classes[row], out[row], sums, (places, values), nodata)
        valid, strange = valid + known, strange + odd
        if row - half >= 0:
            _count_row(classes[row - half], columns, places, -1)
    return valid, strange
