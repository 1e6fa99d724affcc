"""Parts below a minimum taken in by the neighbour with the longest border."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]
    Floats = NDArray[np.float64]

__all__ = ["Absorption", "absorbed"]


class Absorption(NamedTuple):
    """One part, by its row, taken in by another; -1 if it has no neighbour."""

    row: int
    to: int
    area: float
    border: float


def absorbed(
    areas: Floats, minima: Floats, borders: tuple[Ints, Ints, Floats]
) -> list[Absorption]:
    """
    Return in their order which parts go where, the smallest first.

    A part that took others in has their area and borders, and its own minimum. Of equal
    parts, and of equal borders, the earlier row comes first.
    """
    size, parts = areas.tolist(), areas.size
    around: list[dict[int, float]] = [{} for _ in range(parts)]
    for left, right, length in zip(
        *(column.tolist() for column in borders), strict=True
    ):
        around[left][right] = around[right][left] = length
    waiting = [(size[row], row) for row in range(parts) if size[row] < minima[row]]
    heapq.heapify(waiting)
    gone = [False] * parts
    steps = []
    while waiting:
        area, row = heapq.heappop(waiting)
        if gone[row] or area != size[row]:
            continue  # taken in meanwhile, or grown and waiting anew
        if not around[row]:
            steps.append(Absorption(row, -1, area, 0.0))
            continue
        to = min(around[row], key=lambda other: (-around[row][other], other))
        steps.append(Absorption(row, to, area, around[row][to]))
        gone[row] = True
        size[to] += area
        _hand_over(around, row, to)
        if size[to] < minima[to]:
            heapq.heappush(waiting, (size[to], to))
    return steps


def _hand_over(around: list[dict[int, float]], row: int, to: int) -> None:
    """Give the borders of a part to the one that takes it in."""
    for other, length in around[row].items():
        del around[other][row]
        if other != to:
            around[to][other] = around[to].get(other, 0.0) + length
            around[other][to] = around[to][other]
    around[row] = {}
