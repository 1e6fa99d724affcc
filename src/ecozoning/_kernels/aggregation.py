"""Groups of the rows of a sparse matrix, for the next coarser level of a multigrid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]
    Ints = NDArray[np.int32]
    Matrix = tuple[Ints, Ints, Floats, Floats]

__all__ = ["aggregates"]


def aggregates(
    starts: Ints, columns: Ints, weights: Floats, diagonal: Floats, *, least: float
) -> tuple[Ints, int]:
    """
    Return the group of each row, and how many groups there are.

    Rows are joined along strong entries: those at least `least` times the geometric
    mean of the two diagonals. First come groups of a row and all its strong
    neighbours, then what is left joins the group it is tied to most, then the rest
    makes groups of its own (Vanek, Mandel and Brezina 1996).
    """
    matrix = (starts, columns, weights, diagonal)
    square = least * least
    first = np.full(starts.size - 1, -1, np.int32)
    count = _whole_neighbourhoods(matrix, square, first)
    group = first.copy()
    _join(matrix, square, first, group)
    return group, _rest(matrix, square, group, count)


@njit(nogil=True, cache=True, error_model="numpy")
def _strong(matrix: Matrix, square: float, row: int, k: int) -> bool:
    """Say whether an entry of a row is strong; the diagonal is."""
    _, columns, weights, diagonal = matrix
    weight = weights[k]
    return bool(weight * weight >= square * diagonal[row] * diagonal[columns[k]])


@njit(nogil=True, cache=True, error_model="numpy")
def _is_free(matrix: Matrix, square: float, row: int, group: Ints) -> bool:
    """Say whether neither a row nor a strong neighbour has a group."""
    starts, columns = matrix[0], matrix[1]
    for k in range(starts[row], starts[row + 1]):
        if group[columns[k]] >= 0 and _strong(matrix, square, row, k):
            return False
    return bool(group[row] < 0)


@njit(nogil=True, cache=True, error_model="numpy")
def _whole_neighbourhoods(matrix: Matrix, square: float, group: Ints) -> int:
    """Make a group of every row that is free, with its strong neighbours."""
    starts, columns = matrix[0], matrix[1]
    count = 0
    for row in range(group.size):
        if _is_free(matrix, square, row, group):
            for k in range(starts[row], starts[row + 1]):
                if _strong(matrix, square, row, k):
                    group[columns[k]] = count
            group[row] = count
            count += 1
    return count


@njit(nogil=True, cache=True, error_model="numpy")
def _join(matrix: Matrix, square: float, first: Ints, group: Ints) -> None:
    """Put rows without a group into that of their strongest neighbour."""
    starts, columns, weights, diagonal = matrix
    for row in range(first.size):
        if first[row] >= 0:
            continue
        best = 0.0
        for k in range(starts[row], starts[row + 1]):
            other = columns[k]
            tie = weights[k] * weights[k] / diagonal[other]
            if first[other] >= 0 and tie > best and _strong(matrix, square, row, k):
                best = tie
                group[row] = first[other]


@njit(nogil=True, cache=True, error_model="numpy")
def _rest(matrix: Matrix, square: float, group: Ints, count: int) -> int:
    """Make groups of what is left, and return how many groups there are then."""
    starts, columns = matrix[0], matrix[1]
    for row in range(group.size):
        if group[row] >= 0:
            continue
        for k in range(starts[row], starts[row + 1]):
            if group[columns[k]] < 0 and _strong(matrix, square, row, k):
                group[columns[k]] = count
        group[row] = count
        count += 1
    return count
