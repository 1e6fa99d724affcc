"""Patches of a class raster: who they are, their edges, cores and neighbours.

Classes are positions 0, 1, … in a table, -1 where there is none; patches are numbered
from 0 in the order in which their first cells are read, row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Values = NDArray[Any]

__all__ = ["coded", "core_counts", "patch_labels", "patch_tallies"]


@njit(nogil=True, cache=True, error_model="numpy")
def coded(values: Values, positions: Codes, lowest: int) -> Codes:
    """Return the position of each value in a table of classes, -1 for NaN."""
    out = np.empty(values.shape, np.int32)
    for row in range(values.shape[0]):
        line, found = values[row], out[row]
        for column in range(line.size):
            value = line[column]
            found[column] = positions[int(value) - lowest] if value == value else -1
    return out


@njit(nogil=True, cache=True, error_model="numpy")
def _root(parents: Codes, patch: int) -> int:
    while parents[patch] != patch:
        parents[patch] = parents[parents[patch]]
        patch = parents[patch]
    return patch


@njit(nogil=True, cache=True, error_model="numpy")
def _join(parents: Codes, one: int, two: int) -> None:
    """Make two parts one, under the number that came first."""
    one, two = _root(parents, one), _root(parents, two)
    if one < two:
        parents[two] = one
    else:
        parents[one] = two


@njit(nogil=True, cache=True, error_model="numpy")
def patch_labels(  # noqa: C901 -- a call for each cell takes ten times as long
    codes: Codes, diagonal: bool
) -> tuple[Codes, Codes]:
    """Return the patch of each cell, -1 for none, and the class of each patch.

    Two passes with a union of parts. Cells that touch at a corner are of one patch if
    `diagonal`.
    """
    rows, columns = codes.shape
    labels = np.empty((rows, columns), np.int32)
    parents = np.empty(rows * columns, np.int32)
    outside = np.full(columns, -1, np.int32)
    count = 0
    for row in range(rows):
        line, found = codes[row], labels[row]
        above = codes[row - 1] if row else outside
        over = labels[row - 1] if row else outside
        for column in range(columns):
            kind = line[column]
            if kind < 0:
                found[column] = -1
                continue
            north = above[column] == kind
            part = -1
            if column and line[column - 1] == kind:
                part = found[column - 1]
                if north and not diagonal:  # with corners the two have met already
                    _join(parents, part, over[column])
            elif north:
                part = over[column]
            elif diagonal and column and above[column - 1] == kind:
                part = over[column - 1]
            corner = diagonal and not north and column + 1 < columns
            if corner and above[column + 1] == kind:
                if part < 0:
                    part = over[column + 1]
                else:
                    _join(parents, part, over[column + 1])
            if part < 0:
                part = count
                parents[count] = count
                count += 1
            found[column] = part
    return labels, _numbered(codes, labels, parents[:count])


@njit(nogil=True, cache=True, error_model="numpy")
def _numbered(codes: Codes, labels: Codes, parents: Codes) -> Codes:
    """Give patches numbers without gaps, in place, and return the class of each."""
    count = 0
    for part in range(parents.size):
        if parents[part] == part:
            parents[part] = count
            count += 1
        else:  # a parent comes first, and has its number
            parents[part] = parents[parents[part]]
    kinds = np.empty(count, np.int32)
    for row in range(labels.shape[0]):
        line, found = codes[row], labels[row]
        for column in range(line.size):
            if found[column] >= 0:
                found[column] = parents[found[column]]
                kinds[found[column]] = line[column]
    return kinds


@njit(nogil=True, cache=True, error_model="numpy")
def patch_tallies(
    codes: Codes, labels: Codes, patches: int, classes: int
) -> tuple[Ints, Ints, Ints]:
    """
    Return cells and sides of patches, and the sides that classes share.

    Sides are (2, patches): those that part columns and those that part rows, also
    along no data and the rim. Shared ones are (2, classes + 1, classes + 1), each
    counted once, from the west or north cell to the other; the last class is no data
    and what lies beyond the rim.
    """
    rows, columns = codes.shape
    cells = np.zeros(patches, np.int64)
    sides = np.zeros((2, patches), np.int64)
    shared = np.zeros((2, classes + 1, classes + 1), np.int64)
    for row in range(rows):
        line, found = codes[row], labels[row]
        last = row + 1 == rows
        below = line if last else codes[row + 1]
        under = found if last else labels[row + 1]
        _take(line[0], found[0], -1, -1, sides[0], shared[0])
        for column in range(columns):
            kind, patch = line[column], found[column]
            if patch >= 0:
                cells[patch] += 1
            east, their = (-1, -1)
            if column + 1 < columns:
                east, their = line[column + 1], found[column + 1]
            _take(kind, patch, east, their, sides[0], shared[0])
            south, their = (-1, -1) if last else (below[column], under[column])
            _take(kind, patch, south, their, sides[1], shared[1])
            if row == 0:
                _take(kind, patch, -1, -1, sides[1], shared[1])
    return cells, sides, shared


@njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _take(
    kind: int, patch: int, other: int, their: int, sides: Ints, met: Ints
) -> None:
    """Count the side between two cells."""
    met[kind, other] += 1  # -1 is the last class
    if kind != other:
        if patch >= 0:
            sides[patch] += 1
        if their >= 0:
            sides[their] += 1


@njit(nogil=True, cache=True, error_model="numpy")
def core_counts(codes: Codes, labels: Codes, patches: int, reaches: Ints) -> Ints:
    """
    Return how many cells of each patch are core.

    A core cell has no cell of another class, nor no data, nor the rim, within an
    ellipse: `reaches` has, for rows 0, 1, … away, how many columns that is wide to
    either side.
    """
    rows, columns = codes.shape
    high = reaches.size - 1
    # Steps along the row to the nearest other class, for the rows around a row.
    free = np.zeros((2 * high + 1, columns), np.int32)
    core = np.empty(columns, np.bool_)
    counts = np.zeros(patches, np.int64)
    for row in range(min(high, rows)):
        _steps_free(codes[row], free[row % free.shape[0]])
    for row in range(rows):
        if row + high < rows:
            _steps_free(codes[row + high], free[(row + high) % free.shape[0]])
        if row < high or row + high >= rows:
            continue
        line, found = codes[row], labels[row]
        core[:] = line >= 0
        for away in range(-high, high + 1):
            other, steps = codes[row + away], free[(row + away) % free.shape[0]]
            reach = reaches[abs(away)]
            for column in range(columns):
                core[column] &= (other[column] == line[column]) & (
                    steps[column] > reach
                )
        for column in range(columns):
            if core[column]:
                counts[found[column]] += 1
    return counts


@njit(nogil=True, cache=True, error_model="numpy")
def _steps_free(line: Codes, out: Codes) -> None:
    """Fill `out` with the columns to the nearest cell of another class, or the rim."""
    last = line.size - 1
    run = 0
    for column in range(line.size):
        run = run + 1 if column and line[column] == line[column - 1] else 1
        out[column] = run
    run = 0
    for column in range(last, -1, -1):
        run = run + 1 if column < last and line[column] == line[column + 1] else 1
        out[column] = min(run, out[column])
