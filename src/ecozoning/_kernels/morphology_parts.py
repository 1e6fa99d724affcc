"""Connected parts of a map that is looked at strip by strip.

Each strip of rows is labelled by itself, and labels that meet over a seam are united.
Labels are never kept for more than the strips asked for: they are found again.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from ecozoning._kernels.morphology import connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Labels = NDArray[np.int32]
    Ints = NDArray[np.int64]

__all__ = ["Parts"]


class Parts:
    """
    Labels of the connected parts of a map, from 1, the same in all strips.

    Attributes
    ----------
    count : int
        How many parts the map has.
    """

    def __init__(
        self, mask: Callable[[int, int], Bytes], bounds: list[int], square: Flags
    ) -> None:
        """Unite the parts of strips; `mask` returns rows of the map, 1 where it is."""
        self._mask, self._bounds, self._square = mask, bounds, square
        self._at_work: dict[int, Labels] = {}
        starts, pairs = [0], [np.empty((2, 0), np.int64)]
        above = None
        for first, last in pairwise(bounds):
            labels, count = connected(mask(first, last), square)
            if above is not None:
                reach = int(square.all())
                pairs += _meeting(above, _numbered(labels[0], starts[-1]), reach)
            above = _numbered(labels[-1], starts[-1])
            starts.append(starts[-1] + count)
        self.count, numbers = _united(starts[-1], np.concatenate(pairs, axis=1))
        self._numbers = np.split(numbers, starts[1:-1])

    def rows(self, first: int, last: int) -> Labels:
        """Return the labels of rows; those of strips that they touch stay at hand."""
        ends = self._bounds[1:]
        low, high = np.searchsorted(ends, [first, last - 1], "right").tolist()
        self._at_work = {
            strip: self._at_work[strip] if strip in self._at_work else self._of(strip)
            for strip in range(low, high + 1)
        }
        start = self._bounds[low]
        if low == high:
            return self._at_work[low][first - start : last - start]
        strips = [self._at_work[strip] for strip in range(low, high + 1)]
        end = self._bounds[high]
        strips[0], strips[-1] = strips[0][first - start :], strips[-1][: last - end]
        return np.concatenate(strips)

    def _of(self, strip: int) -> Labels:
        labels, _ = connected(
            self._mask(*self._bounds[strip : strip + 2]), self._square
        )
        table = np.concatenate([np.zeros(1, np.int32), self._numbers[strip]])
        found: Labels = table[labels]
        return found


def _numbered(line: Labels, start: int) -> Ints:
    """Return labels of a strip as places among those of all, -1 where there is none."""
    return np.where(line > 0, line.astype(np.int64) + (start - 1), -1)


def _meeting(above: Ints, below: Ints, reach: int) -> list[Ints]:
    """Return labels that meet over a seam, in pairs; with a reach of 1 at corners."""
    found = []
    for shift in range(-reach, reach + 1):
        upper = above[max(shift, 0) : above.size + min(shift, 0)]
        lower = below[max(-shift, 0) : below.size + min(-shift, 0)]
        both = (upper >= 0) & (lower >= 0)
        found.append(np.stack([upper[both], lower[both]]))
    return found


def _united(count: int, pairs: Ints) -> tuple[int, Labels]:
    """Return how many parts are left, and the number, from 1, of each label."""
    if not pairs.size:
        return count, np.arange(1, count + 1, dtype=np.int32)
    joined = np.unique(pairs)
    ends = np.searchsorted(joined, pairs)
    graph = sparse.coo_array(
        (np.ones(ends.shape[1], bool), tuple(ends)), (joined.size, joined.size)
    )
    groups, group = csgraph.connected_components(graph, directed=False)
    numbers = np.empty(count, np.int32)
    alone = np.ones(count, bool)
    alone[joined] = False
    numbers[joined] = group + 1
    total = groups + count - joined.size
    numbers[alone] = np.arange(groups + 1, total + 1)
    return int(total), numbers
