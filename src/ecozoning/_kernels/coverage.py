"""How much of each cell of a row a polygon covers: signed areas, summed from the left.

Every edge adds to the cells it crosses in a row what lies to its right, plus going down
and minus going up; the running sum along the row is the covered part of each cell. Only
touched cells are visited: between two of them the running sum stays as it is.

Coordinates are in cells: x to the east from the left side of the first column, y to the
south from the upper side of the northernmost row. An edge is (x0, y0, x1, y1, sign)
with y0 < y1 and a sign of 1 where the polygon lies to the east of it, else -1. Two
polygons that share an edge compute the same numbers from it, so that they neither
overlap nor leave a gap.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "ENDS",
    "PARTS",
    "STARTS",
    "cover_row",
    "open_band",
    "polygon_areas",
    "scratch_for",
]

DUST: Final = 1e-12
"""Part of a cell below which a cover is the rounding of the sums."""


HEADS: Final = 0
LINKS: Final = 1
ACTIVE: Final = 2
LOWS: Final = 3
HIGHS: Final = 4
STARTS: Final = 5
ENDS: Final = 6
"""Rows of the whole numbers of the scratch: the first edge to open at each row of the
band, -1 for none; the next one to open at the same row; edges that cross the current
row; the columns that each of them touches, from and to before; where runs of equal
cover begin and end."""
SUMS: Final = 0
PARTS: Final = 1
UPPER: Final = 2
"""Rows of the other numbers: what edges add to each column; the cover of each run;
where active edges enter the row."""


@njit(nogil=True, cache=True, error_model="numpy")
def scratch_for(bands: Ints, first: int, last: int) -> tuple[Ints, Floats]:
    """Return room for the largest of some bands, used again for each."""
    size = 1
    for band in range(first, last):
        size = max(size, bands[band, 1] - bands[band, 0])
        size = max(size, bands[band, 3] - bands[band, 2])
        size = max(size, bands[band, 5] - bands[band, 4])
    return np.empty((7, size), np.int64), np.zeros((3, size + 1), np.float64)


@njit(nogil=True, cache=True, error_model="numpy")
def open_band(edges: Floats, band: Ints, ints: Ints) -> None:
    """
    Chain the edges of a polygon by the first row of a band that they cross.

    A band is (first edge, last edge, top, bottom, left, right), all but the last of
    edges, rows and columns included.
    """
    first, last, top, bottom = band[0], band[1], band[2], band[3]
    for row in range(bottom - top):
        ints[HEADS, row] = -1
    for edge in range(first, last):
        if edges[edge, 3] <= top or edges[edge, 1] >= bottom:
            continue
        row = max(floor(edges[edge, 1]), top) - top
        ints[LINKS, edge - first] = ints[HEADS, row]
        ints[HEADS, row] = edge - first


@njit(nogil=True, cache=True, error_model="numpy")
def _x_at(edges: Floats, edge: int, y: float) -> float:
    """Return where an edge is at an ordinate; exactly its ends at and beyond them."""
    x0, y0 = float(edges[edge, 0]), float(edges[edge, 1])
    x1, y1 = float(edges[edge, 2]), float(edges[edge, 3])
    if y <= y0:
        return x0
    if y >= y1:
        return x1
    return x0 + (y - y0) / (y1 - y0) * (x1 - x0)


@njit(nogil=True, cache=True, error_model="numpy")
def _add_slope(
    x0: float, x1: float, cover: float, width: int, floats: Floats
) -> tuple[int, int]:
    """
    Add a piece of an edge inside one row, from x0 to x1 >= x0, `cover` high.

    Return the columns it touches, the last one not included.
    """
    if x0 >= width:
        return 0, 0
    if x1 <= 0.0:
        floats[SUMS, 0] += cover
        return 0, 1
    pace = cover / (x1 - x0) if x1 > x0 else 0.0
    if x0 < 0.0:
        floats[SUMS, 0] -= x0 * pace
        cover += x0 * pace
        x0 = 0.0
    if x1 > width:
        x1 = float(width)
        cover = pace * (x1 - x0)
    column, end = int(x0), ceil(x1) - 1
    if end <= column:
        east = cover * ((x0 + x1) / 2 - column)
        floats[SUMS, column] += cover - east
        floats[SUMS, column + 1] += east
        return column, min(column + 2, width)
    wide = column + 1 - x0
    floats[SUMS, column] += pace * wide * wide / 2
    floats[SUMS, column + 1] += pace * wide * (1 - wide / 2)
    for middle in range(column + 1, end):
        floats[SUMS, middle] += pace / 2
        floats[SUMS, middle + 1] += pace / 2
    wide = x1 - end
    floats[SUMS, end] += pace * wide * (1 - wide / 2)
    floats[SUMS, end + 1] += pace * wide * wide / 2
    return column, min(end + 2, width)


@njit(nogil=True, cache=True, error_model="numpy")
def _add_edge(
    edges: Floats, edge: int, row: int, band: Ints, floats: Floats, upper: float
) -> tuple[int, int, float]:
    """Add an edge to a row by areas; return its columns and where it leaves them."""
    left, width = band[4], band[5] - band[4]
    y0, y1, sign = edges[edge, 1], edges[edge, 3], edges[edge, 4]
    lower = _x_at(edges, edge, row + 1.0)
    cover = sign * (min(y1, row + 1.0) - max(y0, float(row)))
    west, east = min(upper, lower) - left, max(upper, lower) - left
    low, high = _add_slope(west, east, cover, width, floats)
    return low, high, lower


@njit(nogil=True, cache=True, error_model="numpy")
def _add_centres(
    edges: Floats, edge: int, row: int, band: Ints, floats: Floats
) -> tuple[int, int]:
    """Add an edge to a row by whole cells, from where it passes their centres."""
    left, width = band[4], band[5] - band[4]
    middle = row + 0.5
    if not edges[edge, 1] <= middle < edges[edge, 3]:
        return 0, 0
    x = max(_x_at(edges, edge, middle) - left - 0.5, 0.0)
    if x > width - 1:
        return 0, 0
    column = ceil(x)
    floats[SUMS, column] += edges[edge, 4]
    return column, column + 1


@njit(nogil=True, cache=True, error_model="numpy")
def _sort_spans(count: int, ints: Ints) -> None:
    """Sort spans of columns by where they begin (Shell 1959); most rows have few."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, count):
            low, high, j = ints[LOWS, i], ints[HIGHS, i], i
            while j >= gap and ints[LOWS, j - gap] > low:
                ints[LOWS, j] = ints[LOWS, j - gap]
                ints[HIGHS, j] = ints[HIGHS, j - gap]
                j -= gap
            ints[LOWS, j], ints[HIGHS, j] = low, high
        gap //= 3


@njit(nogil=True, cache=True, error_model="numpy")
def _runs(spans: int, band: Ints, ints: Ints, floats: Floats) -> int:
    """Sum the touched columns up to runs of equal cover, and leave the sums empty."""
    left, width = band[4], band[5] - band[4]
    cover, part, count, column = 0.0, 0.0, 0, 0
    for span in range(spans + 1):
        low = ints[LOWS, span] if span < spans else width
        end = ints[HIGHS, span] if span < spans else width
        if low > column:
            if part > 0.0:  # as the last touched column, whose run goes on
                ints[ENDS, count - 1] = left + low
            column = low
        while column < end:
            cover += floats[SUMS, column]
            floats[SUMS, column] = 0.0
            last, part = part, 0.0
            if cover > DUST:
                part = 1.0 if cover > 1 - DUST else cover
            column += 1
            if part > 0.0 and part == last:
                ints[ENDS, count - 1] = left + column
            elif part > 0.0:
                ints[STARTS, count] = left + column - 1
                ints[ENDS, count] = left + column
                floats[PARTS, count] = part
                count += 1
    floats[SUMS, width] = 0.0
    return count


@njit(nogil=True, cache=True, error_model="numpy")
def cover_row(
    edges: Floats,
    band: Ints,
    row: int,
    active: int,
    exact: bool,
    ints: Ints,
    floats: Floats,
) -> tuple[int, int]:
    """
    Return how many runs a row has, written to the scratch, and the edges that go on.

    Rows must be asked for in turn from the top of the band, 0 being active at first.
    """
    opened = ints[HEADS, row - band[2]]
    while opened >= 0:
        ints[ACTIVE, active] = opened
        floats[UPPER, active] = _x_at(edges, band[0] + opened, float(row))
        active += 1
        opened = ints[LINKS, opened]
    spans, kept = 0, 0
    for i in range(active):
        edge = band[0] + ints[ACTIVE, i]
        lower = floats[UPPER, i]
        if exact:
            low, high, lower = _add_edge(edges, edge, row, band, floats, lower)
        else:
            low, high = _add_centres(edges, edge, row, band, floats)
        if low < high:
            ints[LOWS, spans], ints[HIGHS, spans] = low, high
            spans += 1
        if edges[edge, 3] > row + 1:
            ints[ACTIVE, kept] = ints[ACTIVE, i]
            floats[UPPER, kept] = lower
            kept += 1
    if spans > 1:
        _sort_spans(spans, ints)
    return _runs(spans, band, ints, floats), kept


@njit(nogil=True, cache=True, error_model="numpy")
def polygon_areas(
    edges: Floats,
    ends: Ints,
    row_areas: Floats,
    out: Floats,
    first: int,
    last: int,
    top: int,
    exact: bool,
) -> tuple[int]:
    """
    Fill (cells, area) of whole polygons, on the grid continued without end.

    `ends` are the first and last edge of each; `row_areas` are those of a cell of each
    row from `top`, the last one standing for all below.
    """
    for polygon in range(first, last):
        cells, area = 0.0, 0.0
        start, stop = ends[polygon, 0], ends[polygon, 1]
        # From a column nearby, so that no digits are lost; the covers of a row add up
        # to nothing, and any column will do.
        origin = floor(edges[start, 0]) if stop > start else 0
        for edge in range(start, stop):
            y0, y1, sign = edges[edge, 1], edges[edge, 3], edges[edge, 4]
            for row in range(floor(y0), ceil(y1)):
                unit = row_areas[min(max(row - top, 0), row_areas.size - 1)]
                if exact:
                    upper, lower = max(y0, float(row)), min(y1, row + 1.0)
                    x = _x_at(edges, edge, upper) + _x_at(edges, edge, lower)
                    east = sign * (lower - upper) * (origin - x / 2)
                elif y0 <= row + 0.5 < y1:
                    east = sign * (origin - ceil(_x_at(edges, edge, row + 0.5) - 0.5))
                else:
                    continue
                cells += east
                area += east * unit
        out[polygon, 0], out[polygon, 1] = cells, area
    return (0,)
