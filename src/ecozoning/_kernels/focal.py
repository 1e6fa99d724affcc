"""Highest less lowest in a moving window of any size, at a constant cost per cell.

A window of 11 is two windows of 8 that overlap, one of 8 is two of 4, and so on: four
comparisons along the row and four down the column, each of them over whole rows of a
tile that stays in the cache. Cells without value and cells beyond the raster stand as
an infinity that loses every comparison. Faults are those of `terrain`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from .terrain import clean, compiled, inlined

if TYPE_CHECKING:
    from .terrain import Faults, Real, Reals

__all__ = ["local_relief"]

TILE_ROWS: Final = 256
TILE_COLUMNS: Final = 1024


# Loops over arrays that do not overlap, each in a function of its own: so the compiler
# can see that, and take many cells at a time.


@inlined
def copy(source: Reals, target: Reals) -> None:
    """Copy all of the source."""
    for i in range(source.size):
        target[i] = source[i]


@inlined
def higher(one: Reals, two: Reals, out: Reals) -> None:
    """Write the higher of two, for all of the first."""
    for i in range(one.size):
        out[i] = one[i] if one[i] > two[i] else two[i]


@inlined
def lower(one: Reals, two: Reals, out: Reals) -> None:
    """Write the lower of two, for all of the first."""
    for i in range(one.size):
        out[i] = one[i] if one[i] < two[i] else two[i]


@inlined
def extend(high: Reals, low: Reals, high_there: Reals, low_there: Reals) -> None:
    """Take over what is higher, or lower, there."""
    for i in range(high.size):
        one, two = high[i], high_there[i]
        high[i] = one if one > two else two
    for i in range(low.size):
        one, two = low[i], low_there[i]
        low[i] = one if one < two else two


@inlined
def fill_line(raw: Reals, high: Reals, low: Reals, start: int, blank: Real) -> None:
    """Write a row of the raster, from `start`, into lines that may overhang it."""
    work = type(blank)
    for i in range(high.size):
        high[i], low[i] = work(-np.inf), work(np.inf)
    stop = start + raw.size
    clean(raw, low[start:stop], blank)
    for i in range(start, stop):
        value = low[i]
        empty = value != value  # NaN alone
        high[i] = work(-np.inf) if empty else value
        low[i] = work(np.inf) if empty else value


@inlined
def widen_line(lines: Reals, window: int) -> tuple[Reals, Reals]:
    """Return the extremes of the `window` cells from each cell on.

    `lines` are highest and lowest, and room for as much again.
    """
    high, low, next_high, next_low = lines[0], lines[1], lines[2], lines[3]
    done = 1
    while done < window:
        span = min(done, window - done)
        done += span
        cells = high.size - done + 1
        higher(high[:cells], high[span:], next_high)
        lower(low[:cells], low[span:], next_low)
        high, low, next_high, next_low = next_high, next_low, high, low
    return high, low


@inlined
def along_rows(
    dem: Reals,
    high: Reals,
    low: Reals,
    corner: tuple[int, int],
    window: int,
    blank: Real,
) -> None:
    """Fill a tile with the extremes along each row, from `corner` of the raster on."""
    top, left = corner
    lines = np.full((4, high.shape[1] + window - 1), blank)
    west, east = max(left, 0), min(left + lines.shape[1], dem.shape[1])
    for k in range(high.shape[0]):
        inside = 0 <= top + k < dem.shape[0]
        raw = dem[top + k, west:east] if inside else dem[0, :0]
        fill_line(raw, lines[0], lines[1], west - left, blank)
        highest, lowest = widen_line(lines, window)
        copy(highest[: high.shape[1]], high[k])
        copy(lowest[: high.shape[1]], low[k])


@inlined
def down_columns(high: Reals, low: Reals, window: int) -> None:
    """Make of rows the extremes of the `window` rows from each on, in place."""
    done = 1
    while done < window:
        span = min(done, window - done)
        for k in range(high.shape[0] - span):
            extend(high[k], low[k], high[k + span], low[k + span])
        done += span


@inlined
def write_row(
    raw: Reals,
    highest: Reals,
    lowest: Reals,
    centre: Reals,
    out: Reals,
    blank: Real,
    faults: Reals,
) -> None:
    """Write the relief of a row where its cells have values; add up the faults."""
    found = clean(raw, centre, blank)
    for i in range(3):
        faults[i] += found[i]
    for i in range(out.size):
        out[i] = highest[i] - lowest[i] + 0 * centre[i]


@compiled
def local_relief(
    dem: Reals, out: Reals, first: int, last: int, blank: Real, window: int
) -> Faults:
    """Fill with highest less lowest in windows of `window` by `window`, odd."""
    half = window // 2
    tile_rows = min(max(TILE_ROWS, 2 * window), last - first)
    tile_columns = min(max(TILE_COLUMNS, 2 * window), dem.shape[1])
    shape = (tile_rows + window - 1, tile_columns)
    highs, lows = np.full(shape, blank), np.full(shape, blank)
    centre = np.full(tile_columns, blank)
    faults = np.zeros(3, np.int64)
    for top in range(first, last, tile_rows):
        bottom = min(top + tile_rows, last)
        high, low = (
            highs[: bottom - top + window - 1],
            lows[: bottom - top + window - 1],
        )
        for left in range(0, dem.shape[1], tile_columns):
            right = min(left + tile_columns, dem.shape[1])
            along_rows(dem, high, low, (top - half, left - half), window, blank)
            down_columns(high, low, window)
            for row in range(top, bottom):
                k, raw, line = row - top, dem[row, left:right], out[row, left:right]
                write_row(raw, high[k], low[k], centre, line, blank, faults)
    return faults[0], faults[1], faults[2]
