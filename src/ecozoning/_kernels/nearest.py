"""How far each patch is from the nearest other patch of its class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    Floats = NDArray[np.float64]

__all__ = ["nearest_squares"]


@njit(nogil=True, cache=True, error_model="numpy")
def nearest_squares(
    codes: Codes,
    labels: Codes,
    kinds: Codes,
    squares: tuple[float, float],
    band: tuple[int, int],
    least: float,
    *,
    upward: bool,
) -> Floats:
    """
    Return for each patch the least squared distance to one of its class before it.

    Between centres of cells, infinite where there is none. Rows are read downward, or
    upward, and of each class and column the last cell is kept, and the last one of
    another patch than that; the cells of a row then look for the nearest such cell to
    both sides, as far as their patch has not found a nearer one. So a patch sees what
    lies in its rows and in those read before; both directions together see all.
    `squares` are those of the width and height of a cell. Only classes from the first
    of `band` up to the last are looked at. A patch that is `least` away, as near as two
    can be, looks no further.
    """
    rows, columns = codes.shape
    low, high = band
    best = np.full(kinds.size, np.inf)
    # Last row and patch, and the same of the last other patch, by class and column.
    seen = np.full((high - low, columns, 4), -1, np.int32)
    first = np.full(high - low, -1, np.int32)
    several = np.zeros(high - low, np.bool_)
    for step in range(rows):
        row = rows - 1 - step if upward else step
        before = row + 1 if upward else row - 1
        line, found = codes[row], labels[row]
        over = labels[before] if step else found
        for column in range(columns):
            kind = line[column] - low
            if line[column] < low or line[column] >= high:
                continue
            patch = found[column]
            _keep(seen[kind, column], step, patch)
            if first[kind] < 0:
                first[kind] = patch
            elif first[kind] != patch:
                several[kind] = True
        for column in range(columns):
            kind = line[column] - low
            if line[column] < low or line[column] >= high or not several[kind]:
                continue
            patch = found[column]
            inner = step > 0 and over[column] == patch
            inner &= column == 0 or found[column - 1] == patch
            inner &= column + 1 == columns or found[column + 1] == patch
            if not inner and best[patch] > least:
                best[patch] = _nearer(
                    seen[kind], column, step, patch, squares, best[patch]
                )
    return best


@njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _keep(last: Codes, step: int, patch: int) -> None:
    """Note the cell of a patch as the last of its class in a column."""
    if last[1] != patch:
        last[2] = last[0]
        last[3] = last[1]
        last[1] = patch
    last[0] = step


@njit(nogil=True, cache=True, error_model="numpy")
def _nearer(
    seen: Codes,
    column: int,
    step: int,
    patch: int,
    squares: tuple[float, float],
    best: float,
) -> float:
    """Return the least of `best` and the squares to cells of other patches."""
    columns = seen.shape[0]
    for away in range(columns):
        aside = squares[0] * away * away
        if aside >= best:
            break
        for place in (column - away, column + away):
            if 0 <= place < columns:
                last = seen[place]
                pick = 2 if last[1] == patch else 0
                if last[pick + 1] >= 0:
                    rise = step - last[pick]
                    best = min(best, aside + squares[1] * rise * rise)
    return best
