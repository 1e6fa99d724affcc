"""What each source reaches, as far as its links need it."""

from __future__ import annotations

import queue
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ecozoning._apply import thread_count
from ecozoning._kernels.cost import UNREACHED, new_spread, spread
from ecozoning._kernels.meeting import meetings, trace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from numpy.typing import NDArray

    from ecozoning._kernels.cost import Spread
    from ecozoning.network.surfaces import Surface

    Cells: TypeAlias = NDArray[np.int64]
    Labels: TypeAlias = NDArray[np.int32]
    Pair: TypeAlias = tuple[int, int]

__all__ = ["Reach", "cells_of", "least_meetings", "path_between", "reaches"]


class Reach(NamedTuple):
    """Cost and links from one source, in the window of what it reaches.

    Attributes
    ----------
    row, column : int
        First cell of the window.
    cost : (rows, columns) float64
        Infinite where it does not come.
    link : (rows, columns) uint8
        As the kernel writes them.
    """

    row: int
    column: int
    cost: NDArray[np.float64]
    link: NDArray[np.uint8]

    def window(self, other: Reach) -> tuple[slice, slice]:
        """Return the rows and columns that two have in common."""
        ends = [
            (
                max(self.row, other.row),
                min(self.row + self.cost.shape[0], other.row + other.cost.shape[0]),
            ),
            (
                max(self.column, other.column),
                min(
                    self.column + self.cost.shape[1],
                    other.column + other.cost.shape[1],
                ),
            ),
        ]
        rows, columns = (slice(start, max(start, end)) for start, end in ends)
        return rows, columns

    def costs(self, window: tuple[slice, slice]) -> NDArray[np.float64]:
        """Return the costs in a window of the grid inside its own."""
        rows, columns = window
        return self.cost[
            rows.start - self.row : rows.stop - self.row,
            columns.start - self.column : columns.stop - self.column,
        ]


def cells_of(labels: Labels) -> list[Cells]:
    """Return the flat cells of each label from 0 on; those of 0 are left out."""
    cells = np.flatnonzero(labels)
    owner = labels.ravel()[cells]
    cells = cells[np.argsort(owner, kind="stable")]
    ends = np.cumsum(np.bincount(owner))
    return np.split(cells, ends[:-1])


def least_meetings(
    surface: Surface, state: Spread, connectivity: int
) -> dict[Pair, float]:
    """Return for sources whose allocations touch the least cost over their border."""
    wide, high = surface.steps_m
    corner = np.hypot(wide, high) / 2 if connectivity == 8 else 0.0
    parts = (surface.values, state.cost, state.owner, (wide / 2, high / 2, corner))
    count = meetings(*parts, np.empty((0, 3)))
    found = np.empty((count, 3))
    meetings(*parts, found)
    found = found[np.isfinite(found[:, 2])]
    found = found[np.lexsort(found.T[::-1])]
    first = np.ones(len(found), bool)
    first[1:] = (found[1:, :2] != found[:-1, :2]).any(axis=1)
    return {(int(a), int(b)): float(cost) for a, b, cost in found[first]}


def reaches(
    surface: Surface,
    cells: list[Cells],
    limits: Mapping[int, float],
    connectivity: int,
) -> dict[int, Reach]:
    """Return the reach of sources up to a cost each, several at a time."""
    shape = surface.values.shape
    workers = min(thread_count(), len(limits)) or 1
    spare: queue.SimpleQueue[Spread] = queue.SimpleQueue()
    for _ in range(workers):
        spare.put(new_spread(shape))

    def reach(number: int) -> Reach:
        state = spare.get()
        seeds = cells[number]
        state.cost.ravel()[seeds], state.owner.ravel()[seeds] = 0.0, 1
        spread(
            surface.values,
            state,
            seeds,
            step=surface.steps_m,
            connectivity=connectivity,
            limit=limits[number],
        )
        cut = _cut(state)
        spare.put(state)
        return cut

    numbers = sorted(limits)
    with ThreadPoolExecutor(workers) as pool:
        return dict(zip(numbers, pool.map(reach, numbers), strict=True))


def _cut(state: Spread) -> Reach:
    """Return the window of what was reached, and clear it in the state."""
    reached = state.link != UNREACHED
    rows = np.flatnonzero(reached.any(axis=1))
    first, last = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(reached[first:last].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    window = (slice(first, last), slice(left, right))
    cut = Reach(first, left, state.cost[window].copy(), state.link[window].copy())
    state.cost[window], state.owner[window] = np.inf, 0
    state.link[window] = UNREACHED
    return cut


def path_between(
    reach: Reach, cells: Cells, columns: int
) -> tuple[NDArray[np.int64], float] | None:
    """
    Return the least-cost path from a source to cells of another, and its cost.

    Rows and columns of the grid; the first of cells of equal cost. None if none of them
    is within reach.
    """
    row, column = np.divmod(cells, columns)
    row, column = row - reach.row, column - reach.column
    high, wide = reach.cost.shape
    inside = (row >= 0) & (row < high) & (column >= 0) & (column < wide)
    row, column = row[inside], column[inside]
    costs = reach.cost[row, column]
    if not costs.size or not np.isfinite(costs.min()):
        return None
    least = int(costs.argmin())
    path = trace(reach.link, int(row[least]), int(column[least]))[::-1]
    return path + np.array([reach.row, reach.column]), float(costs[least])
