"""Least cost from the nearest of many sources to every cell. Arrays in, arrays out.

Dijkstra's order over the cells of a grid. Cells wait in a ring of buckets, each as wide
as the cheapest step there is: no cell of a bucket can then better another of the same
one, so a bucket is worked through in any order, without a heap (Denardo and Fox 1979).
Where the dearest step is more than `MOST_BUCKETS` times the cheapest, a four-ary heap
takes its place. Both give the same answer to the last bit.

A cell learns where it was reached from when its own turn comes: of the neighbours whose
cost and step add up to its cost it takes that with the lowest owner, and the first by
row and column among these.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numba import njit

from ecozoning._kernels.prefetch import ask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]
    Labels = NDArray[np.int32]
    Links = NDArray[np.uint8]

__all__ = ["HERE", "UNREACHED", "Spread", "finish", "new_spread", "spread"]

UNREACHED: Final = 255
"""Link of a cell that no source reaches."""
HERE: Final = 0
"""Link of a cell of a source."""
MIRRORED: Final = np.array([0, 1, 8, 7, 6, 5, 4, 3, 2], dtype=np.uint8)
"""Links on the map where rows run to the north."""
MOST_BUCKETS: Final = 1 << 16
SLACK: Final = 1e-6
"""Part of a bucket that rounding of costs cannot use up."""
FEW: Final = 1 << 12
NOBODY: Final = 2**31 - 1
AHEAD: Final = 12
"""Cells between asking the memory and reading."""
WAYS: Final = 4
"""Children of a node of the heap."""


class Spread(NamedTuple):
    """State of a spread, all of the shape of the resistance, and written in place.

    Attributes
    ----------
    cost : (rows, columns) float64
        Infinite where nothing has come; starting values at the seeds.
    owner : (rows, columns) int32
        Which source a cell goes to, 0 for none yet; at the seeds theirs.
    link : (rows, columns) uint8
        Where a cell was reached from: 1 east, 2 south-east, 3 south, ... 8 north-east,
        columns to the east and rows to the south; `HERE`, `UNREACHED`.
    """

    cost: NDArray[np.float64]
    owner: Labels
    link: Links


def new_spread(shape: tuple[int, int], owner: Labels | None = None) -> Spread:
    """Return a state in which nothing has been reached; `owner` is used as it is."""
    return Spread(
        np.full(shape, np.inf),
        np.zeros(shape, np.int32) if owner is None else owner,
        np.full(shape, UNREACHED, np.uint8),
    )


def spread(
    resistance: Floats,
    state: Spread,
    seeds: NDArray[np.int64],
    *,
    step: tuple[float, float],
    connectivity: int,
    limit: float = math.inf,
) -> None:
    """
    Spread from seeds, whose cost and owner stand in the state, over a resistance.

    A step costs the mean resistance of its two cells times its length. Seeds are flat
    cell numbers. Cells with a cost above `limit` stay unreached.
    """
    if not seeds.size:
        return
    cost = state.cost.ravel()
    order = seeds[np.argsort(cost[seeds], kind="stable")].astype(np.int32)
    cheapest, dearest = _range(resistance.ravel())
    wide, high = step
    width = cheapest * min(wide, high) * (1.0 - SLACK)
    buckets = dearest * math.hypot(wide, high) / width + 4.0
    fits = buckets < MOST_BUCKETS
    size = 1 << math.ceil(math.log2(buckets)) if fits else 1
    run = _by_buckets if fits else _by_heap
    run(
        _flat(resistance, state, limit),
        _moves(resistance.shape[1], wide, high, connectivity),
        order,
        width,
        np.full(size, -1, np.int32),
    )


def finish(state: Spread, *, north_up: bool) -> None:
    """Make costs of cells that are not reached NaN, and links those of the map."""
    state.cost[state.link == UNREACHED] = np.nan
    if not north_up:
        reached = state.link != UNREACHED
        state.link[reached] = MIRRORED[state.link[reached]]


def _flat(resistance: Floats, state: Spread, limit: float) -> tuple[Any, ...]:
    """Return what a step reads and writes."""
    flat = (resistance.ravel(), *(part.ravel() for part in state))
    return (*flat, *resistance.shape, limit)


def _moves(columns: int, wide: float, high: float, connectivity: int) -> Any:  # noqa: ANN401 -- arrays
    """Return by row and column the steps to neighbours: offsets, halves, links."""
    table = [
        (-1, -1, 6),
        (-1, 0, 7),
        (-1, 1, 8),
        (0, -1, 5),
        (0, 1, 1),
        (1, -1, 4),
        (1, 0, 3),
        (1, 1, 2),
    ]
    if connectivity == 4:
        table = [move for move in table if 0 in move[:2]]
    down, right, link = np.array(table, dtype=np.int64).T.copy()
    half = np.hypot(right * wide, down * high) / 2.0
    return down, right, down * columns + right, half, link.astype(np.uint8)


@njit(nogil=True, cache=True, error_model="numpy")
def _range(resistance: Floats) -> tuple[float, float]:
    """Return the least and the greatest finite value."""
    least, greatest = np.inf, 0.0
    for value in resistance:
        if value < least:
            least = value
        if value < np.inf and value > greatest:
            greatest = value
    return float(least), float(greatest)


@njit(nogil=True, cache=True, error_model="numpy")
def _settle(world: Any, moves: Any, cell: int, bettered: Labels) -> int:  # noqa: ANN401 -- tuples of arrays
    """Fix owner and link of a cell; list the neighbours that are cheaper by it."""
    resistance, cost, owner, link, rows, columns, limit = world
    down, right, offset, half, towards = moves
    own, mine = cost[cell], resistance[cell]
    row = cell // columns
    column = cell - row * columns
    inside = 0 < row < rows - 1 and 0 < column < columns - 1
    best = owner[cell] if owner[cell] else np.int32(NOBODY)
    way, count = np.uint8(HERE), 0
    for k in range(offset.size):
        if not inside:
            at_row, at_column = row + down[k], column + right[k]
            if not (0 <= at_row < rows and 0 <= at_column < columns):
                continue
        other = cell + offset[k]
        price = (mine + resistance[other]) * half[k]
        theirs = cost[other]
        if own + price < theirs:
            if own + price <= limit:
                cost[other] = own + price
                owner[other] = 0  # of a seed that is reached more cheaply
                bettered[count] = other
                count += 1
        elif theirs + price == own and owner[other] < best:
            best, way = owner[other], towards[k]
    owner[cell], link[cell] = best, way
    return count


@njit(nogil=True, cache=True, error_model="numpy")
def _by_buckets(world: Any, moves: Any, seeds: Labels, width: float, head: Any) -> None:  # noqa: ANN401 -- tuples of arrays
    """Work through buckets in ascending order."""
    cost, link, columns = world[1], world[3], world[5]
    pages = _pages(world)
    mask, inverse = head.size - 1, 1.0 / width
    queue = (head, np.empty(FEW, np.int32), np.empty(FEW, np.int32))
    ends = np.array([-1, 0], np.int64)  # first free slot, slots ever used
    bettered = np.empty(8, np.int32)
    waiting, seed, bucket = 0, 0, int(cost[seeds[0]] * inverse)
    while waiting or seed < seeds.size:
        if not waiting:
            bucket = max(bucket, int(cost[seeds[seed]] * inverse))
        while seed < seeds.size:
            place = int(cost[seeds[seed]] * inverse)
            if place > bucket + mask // 2:
                break
            queue = _with_room(queue, ends, 1)
            _put(queue, ends, seeds[seed], max(place, bucket) & mask)
            waiting, seed = waiting + 1, seed + 1
        cells = _taken(queue, ends, bucket & mask)
        queue = _with_room(queue, ends, 8 * cells.size)
        waiting -= cells.size
        for i in range(cells.size):
            if i + AHEAD < cells.size:
                ahead: Any = np.int64(cells[i + AHEAD])
                _ask(pages, columns, ahead)
            cell = cells[i]
            if link[cell] == UNREACHED:
                count = _settle(world, moves, cell, bettered)
                for k in range(count):
                    place = int(cost[bettered[k]] * inverse) & mask
                    _put(queue, ends, bettered[k], place)
                waiting += count
        bucket += 1


@njit(nogil=True, cache=True, error_model="numpy")
def _pages(world: Any) -> Any:  # noqa: ANN401 -- tuples of arrays
    """Return what a cell reads around it, each as one row."""
    resistance, cost, owner, link = world[0], world[1], world[2], world[3]
    return (
        resistance.reshape(1, resistance.size),
        cost.reshape(1, cost.size),
        owner.reshape(1, owner.size),
        link.reshape(1, link.size),
    )


@njit(nogil=True, cache=True, error_model="numpy")
def _ask(pages: Any, columns: int, cell: Any) -> None:  # noqa: ANN401 -- tuple of arrays
    """Ask the memory for what a cell will read."""
    resistance, cost, owner, link = pages
    here: Any = np.int64(0)  # of the width that addresses have
    ask(link, here, cell)
    for down in range(-1, 2):
        at = cell + down * columns
        ask(resistance, here, at)
        ask(cost, here, at)
        ask(owner, here, at)


@njit(nogil=True, cache=True, error_model="numpy")
def _with_room(queue: Any, ends: Any, more: int) -> Any:  # noqa: ANN401 -- tuple of arrays
    """Return the queue with room for more cells behind those ever used."""
    head, cells, after = queue
    if ends[1] + more <= cells.size:
        return queue
    size = max(2 * cells.size, ends[1] + more)
    larger, later = np.empty(size, np.int32), np.empty(size, np.int32)
    larger[: cells.size] = cells
    later[: cells.size] = after
    return head, larger, later


@njit(nogil=True, cache=True, error_model="numpy")
def _put(queue: Any, ends: Any, cell: int, place: int) -> None:  # noqa: ANN401 -- tuple of arrays
    """Put a cell into a bucket."""
    head, cells, after = queue
    slot = ends[0]
    if slot >= 0:
        ends[0] = after[slot]
    else:
        slot = ends[1]
        ends[1] += 1
    cells[slot], after[slot] = cell, head[place]
    head[place] = slot


@njit(nogil=True, cache=True, error_model="numpy")
def _taken(queue: Any, ends: Any, place: int) -> Labels:  # noqa: ANN401 -- tuple of arrays
    """Empty a bucket and return its cells."""
    head, cells, after = queue
    count, slot = 0, head[place]
    while slot >= 0:
        count, slot = count + 1, after[slot]
    taken = np.empty(count, np.int32)
    slot = head[place]
    for k in range(count):
        taken[k] = cells[slot]
        later = after[slot]
        after[slot] = ends[0]
        ends[0], slot = slot, later
    head[place] = -1
    return taken


@njit(nogil=True, cache=True, error_model="numpy")
def _by_heap(world: Any, moves: Any, seeds: Labels, _width: float, _head: Any) -> None:  # noqa: ANN401 -- tuples of arrays
    """Take the cheapest cell from a heap, whatever the range of steps."""
    cost, link = world[1], world[3]
    keys, cells = np.empty(FEW), np.empty(FEW, np.int32)
    bettered = np.empty(8, np.int32)
    size = 0
    for cell in seeds:
        keys, cells = _roomy(keys, cells, size)
        size = _sift_up(keys, cells, size, cost[cell], cell)
    while size:
        cell = cells[0]
        size = _sift_down(keys, cells, size)
        if link[cell] != UNREACHED:
            continue
        for k in range(_settle(world, moves, cell, bettered)):
            keys, cells = _roomy(keys, cells, size)
            other = bettered[k]
            size = _sift_up(keys, cells, size, cost[other], other)


@njit(nogil=True, cache=True, error_model="numpy")
def _roomy(keys: Any, cells: Any, size: int) -> Any:  # noqa: ANN401 -- arrays
    """Return the heap with room for one more."""
    if size < cells.size:
        return keys, cells
    longer, more = np.empty(2 * size), np.empty(2 * size, np.int32)
    longer[:size] = keys
    more[:size] = cells
    return longer, more


@njit(nogil=True, cache=True, error_model="numpy")
def _sift_up(keys: Any, cells: Any, size: int, key: float, cell: int) -> int:  # noqa: ANN401 -- arrays
    """Put a cell into the heap and return the new size."""
    at = size
    while at:
        above = (at - 1) // WAYS
        if keys[above] <= key:
            break
        keys[at], cells[at] = keys[above], cells[above]
        at = above
    keys[at], cells[at] = key, cell
    return size + 1


@njit(nogil=True, cache=True, error_model="numpy")
def _sift_down(keys: Any, cells: Any, size: int) -> int:  # noqa: ANN401 -- arrays
    """Drop the first of the heap and return the new size."""
    size -= 1
    key, cell, at = keys[size], cells[size], 0
    while WAYS * at + 1 < size:
        least = WAYS * at + 1
        for child in range(least + 1, min(least + WAYS, size)):
            if keys[child] < keys[least]:
                least = child
        if keys[least] >= key:
            break
        keys[at], cells[at] = keys[least], cells[least]
        at = least
    keys[at], cells[at] = key, cell
    return size
