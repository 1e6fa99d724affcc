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
from ecozoning._kernels.prefetch import ask_ahead
from ecozoning._kernels.tally import close_tally, new_tally, take_runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Values = NDArray[Any]
    Place = tuple[int, int, int]

__all__ = ["gather", "histogram", "moments", "weighted_sums"]

NONE: Final[Any] = np.int64(0)
"""No active edge; a bare 0 would have `cover_row` compiled for it alone, and again."""

LANES: Final = 4
"""Tables that cells next to each other are counted in by turns: a cell of the class of
the one before need not wait for its sum."""
LONG: Final = 4
"""Cells per class from which a run is counted first and measured after."""

AHEAD: Final = 2
"""Rows that are asked for before they are needed."""


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
            if runs > 0 and row + AHEAD < band[3]:
                start, end = ints[STARTS, 0] + place[2], ints[ENDS, runs - 1] + place[2]
                ask_ahead(values, line + AHEAD * place[1], start, end)
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
def _class_of(
    value: float, known: NDArray[np.uint32], lowest: int, nodata: int
) -> np.uint64:
    """Return the place of a value; an unsigned one, which Numba need not wrap round."""
    if value == value:
        return np.uint64(known[np.uint64(int(value) - lowest)])
    return np.uint64(nodata)


@njit(nogil=True, cache=True, error_model="numpy")
def _count_run(
    cells: Values,
    known: NDArray[np.uint32],
    lowest: int,
    counts: NDArray[np.uint32],
) -> None:
    """Count the classes of cells next to each other, in four tables by turns."""
    first, second, third, fourth = counts[0], counts[1], counts[2], counts[3]
    nodata = counts.shape[1] - 1
    one = np.uint32(1)
    quarter = cells.size // LANES
    for turn in range(quarter):
        at = LANES * turn
        first[_class_of(cells[at], known, lowest, nodata)] += one
        second[_class_of(cells[at + 1], known, lowest, nodata)] += one
        third[_class_of(cells[at + 2], known, lowest, nodata)] += one
        fourth[_class_of(cells[at + 3], known, lowest, nodata)] += one
    for at in range(LANES * quarter, cells.size):
        first[_class_of(cells[at], known, lowest, nodata)] += one


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
    known = np.where(codes < 0, nodata, codes).astype(np.uint32)
    counts = np.zeros((LANES, nodata + 1), np.uint32)
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
                cells = classes[line, start:end]
                if cells.size < LONG * counts.shape[1]:
                    for at in range(cells.size):
                        out[index, _class_of(cells[at], known, lowest, nodata)] += area
                    continue
                _count_run(cells, known, lowest, counts)
                for code in range(counts.shape[1]):
                    cover = 0
                    for lane in range(LANES):
                        cover += counts[lane, code]
                        counts[lane, code] = 0
                    out[index, code] += area * cover
    return (0,)
