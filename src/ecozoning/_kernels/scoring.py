"""Scores of several factors looked up together, and the worst of several grades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["judged_together", "worst_grade"]

BLOCK: Final = 1 << 15
"""Cells of all factors that stay in the cache while they are looked at."""


def judged_together(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401
    """
    Fill rows of `out` by what several factors are together, in one pass over them.

    Arguments are the factors, `out`, first and last row, then a sequence per factor of
    thresholds and of nodata values, an array (factor, digit) of refused digits, and the
    table to look up. The digit of a cell is 0 without data, else 1 and one more for
    each threshold that its value reaches. The digits of all factors are the digits of
    one number, of mixed base, and that is the place in the table.

    Returns how many cells have a result, and for each factor how many are refused.
    """
    *factors, out, first, last, thresholds, missing, refused, table = arguments
    bases = np.array([ends.size + 2 for ends in thresholds], np.int64)
    weights = np.append(np.cumprod(bases[:0:-1])[::-1], 1).astype(np.int32)
    counts = np.zeros(len(factors) + 1, np.int64)
    step = max(1, BLOCK // max(out.shape[1], 1))
    place = np.empty(step * out.shape[1], np.int32)
    for top in range(first, last, step):
        low = min(top + step, last)
        cells = out[top:low].reshape(-1)
        here = place[: cells.size]
        here[:] = 0
        for factor, ends, holes, weight in zip(
            factors, thresholds, missing, weights, strict=True
        ):
            _add_digit(factor[top:low].reshape(-1), ends, holes, weight, here)
        _look_up(here, table, refused, weights, cells, counts)
    return tuple(counts.tolist())


@njit(nogil=True, cache=True)
def _add_digit(
    values: NDArray[Any],
    thresholds: NDArray[Any],
    missing: NDArray[Any],
    weight: np.int32,
    place: NDArray[np.int32],
) -> None:
    """Add a factor's digit to the places of cells; `missing` has at most one value."""
    digit = np.empty(4096, np.int32)
    for start in range(0, values.size, 4096):
        part = values[start : start + 4096]
        here = place[start : start + 4096]
        cells = part.size
        digit[:cells] = 1
        for k in range(thresholds.size):
            for i in range(cells):
                digit[i] += part[i] >= thresholds[k]
        for hole in missing:
            for i in range(cells):
                digit[i] = 0 if part[i] == hole else digit[i]
        for i in range(cells):
            here[i] += weight * digit[i] if part[i] == part[i] else 0


@njit(nogil=True, cache=True)
def _look_up(
    place: NDArray[np.int32],
    table: NDArray[Any],
    refused: NDArray[np.bool_],
    weights: NDArray[np.int32],
    out: NDArray[Any],
    counts: NDArray[np.int64],
) -> None:
    """Look results up; the last entry of the table means that there is none."""
    nothing = table[-1]
    for i in range(place.size):
        found = table[place[i]]
        out[i] = found
        if found == nothing or found != found:
            rest = place[i]
            for k in range(weights.size):
                counts[k + 1] += refused[k, rest // weights[k]]
                rest %= weights[k]
        else:
            counts[0] += 1


def worst_grade(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401
    """
    Fill rows of `out` with the highest of several grades, or with which one it is.

    Arguments are the grades, `out`, first and last row, a nodata value per grade, the
    highest grade there is, whether cells need all grades, and whether which one it is
    is asked: from 1, the first of those that are equal. 255 stands for cells without
    any. Returns how many cells have one, and how many of each array are no grades.
    """
    *grades, out, first, last, missing, top_grade, all_needed, which = arguments
    step = max(1, BLOCK // max(out.shape[1], 1))
    best = np.empty((3, step * out.shape[1]), np.uint8)
    counts = np.zeros(len(grades) + 1, np.int64)
    for top in range(first, last, step):
        low = min(top + step, last)
        cells = out[top:low].reshape(-1)
        highest, place, known = best[:, : cells.size]
        best[:] = 0
        for number, (grade, hole) in enumerate(zip(grades, missing, strict=True), 1):
            rows = grade[top:low].reshape(-1)
            state = highest, place, known
            counts[number] += _take_over(rows, hole, top_grade, np.uint8(number), state)
        needed = len(grades) if all_needed else 1
        has = known >= needed
        cells[:] = np.where(has, place if which else highest, 255)
        counts[0] += np.count_nonzero(has)
    return tuple(counts.tolist())


@njit(nogil=True, cache=True)
def _take_over(
    grades: NDArray[Any],
    hole: float,
    top_grade: int,
    number: np.uint8,
    state: tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]],
) -> int:
    """Take over the grades that are higher, and count values that are no grades."""
    highest, place, known = state
    odd = 0
    for i in range(grades.size):
        grade = grades[i]
        if grade == grade and grade != hole:
            odd += not 1 <= grade <= top_grade or grade != np.floor(grade)
            known[i] += np.uint8(1)
            if grade > highest[i]:
                highest[i] = np.uint8(grade)
                place[i] = number
    return odd
