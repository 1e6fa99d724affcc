"""Morphological spatial pattern analysis of maps too large for labels of all cells.

The steps are those of `morphology`, each taken strip by strip of whole rows. Of the map
there is one byte a cell, with a bit for each thing known of it, beside those given and
returned; thinning needs three more while it lasts. Labels and whatever else is wider
exist for one strip at a time, with rows around it as far as the step looks.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ecozoning._kernels.linking import joining, note_joins
from ecozoning._kernels.morphology import (
    MISSING,
    QUEEN,
    ROOK,
    Layers,
    filled,
    inverse,
    nearby,
    paint_openings,
    painted,
    thin_in_place,
    widened,
)
from ecozoning._kernels.morphology_parts import Parts
from ecozoning._kernels.nesting import (
    beside_others,
    looked_up,
    note_holders,
    note_inner,
    note_open,
)
from ecozoning._kernels.reach import column_heights
from ecozoning._kernels.thinning import ANCHOR, REMOVABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Labels = NDArray[np.int32]

__all__ = ["Strips", "pattern_by_strips"]

STRIP_CELLS: Final = 2**20
MASK, CORE, KEPT, LINE, LINK, BRIDGE, HOLE, INNER = (1 << bit for bit in range(8))
OFF: Final = LINE  # lines are done with when openings are looked for


class Strips:
    """
    A map and what is known of its cells, with the rim gone on beyond it by an edge.

    Parameters
    ----------
    cells : numpy.ndarray, shape (rows, columns), uint8
        The map, of `MISSING`, `BACKGROUND` and `FOREGROUND`.
    width, connectivity : int
        Edge width in cells; 4 or 8.
    rows : int, optional
        Rows of a strip; by default as many as hold a million cells.
    """

    def __init__(
        self, cells: Bytes, width: int, connectivity: int, rows: int | None = None
    ) -> None:
        self.cells, self.width, self.connectivity = cells, width, connectivity
        high, wide = (size + 2 * width for size in cells.shape)
        rows = rows or max(STRIP_CELLS // wide, 4 * width)
        self.bounds = [*range(0, high, rows), high]
        self.known = np.zeros((high, wide), np.uint8)
        square, other = (ROOK, QUEEN) if connectivity == 4 else (QUEEN, ROOK)
        self.square, self.other = square, other

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Yield the first row of each strip and the one past its last."""
        return pairwise(self.bounds)

    def around(self, first: int, last: int, reach: int) -> tuple[int, int, slice]:
        """Return rows with those around them, and where they are among these."""
        low, high = max(first - reach, 0), min(last + reach, self.known.shape[0])
        return low, high, slice(first - low, last - low)

    def has(self, bit: int, first: int, last: int) -> Bytes:
        """Return 1 where cells of rows have a bit, else 0."""
        held: Bytes = ((self.known[first:last] & bit) > 0).view(np.uint8)
        return held

    def add(self, bit: int, first: int, found: Bytes) -> None:
        """Give a bit to the cells of a strip that are 1."""
        self.known[first : first + found.shape[0]] |= found * np.uint8(bit)

    def inside(self, first: int, last: int) -> tuple[slice, tuple[slice, slice]]:
        """Return the rows of a strip on the map, and where they are in the strip."""
        rows, width = self.cells.shape[0], self.width
        low, high = min(max(first, width), rows + width), min(last, rows + width)
        high = max(high, low)
        own = slice(low - width, high - width)
        return own, (slice(low - first, high - first), slice(width, -width))

    def filled(self, first: int, last: int, radius: int) -> Bytes:
        """Return rows of the foreground with missing cells near it."""
        rows, width = self.cells.shape[0], self.width
        start = min(max(first - width, 0), rows - 1)
        stop = max(min(last - width, rows), 1)
        low, high = max(start - radius, 0), min(stop + radius, rows)
        mask = filled(self.cells[low:high], radius, width)
        row = np.clip(np.arange(first, last) - width, 0, rows - 1) - low + width
        found: Bytes = mask[row]
        return found


def pattern_by_strips(strips: Strips, *, transition: bool, intext: bool) -> Bytes:
    """Return the class of each cell, the same as `morphology.pattern` does."""
    _find_core(strips)
    _keep(strips)
    _thin(strips)
    _widen(strips)
    core = _parts(strips, CORE)
    _find_bridges(strips, core)
    nest = _nested(strips, core)
    out = np.empty_like(strips.cells)
    for first, last in strips:
        layers = _layers(strips, nest, first, last)
        own, kept = strips.inside(first, last)
        out[own] = painted(layers, transition)[kept]
    if intext:
        _name_openings(strips, out)
    out[strips.cells == MISSING] = MISSING
    return out


def _parts(strips: Strips, bit: int) -> Parts:
    return Parts(lambda *rows: strips.has(bit, *rows), strips.bounds, strips.square)


def _find_core(strips: Strips) -> None:
    """Find the foreground, and what is left of it without a border."""
    width = strips.width
    for first, last in strips:
        strips.add(MASK, first, strips.filled(first, last, width))
    for first, last in strips:
        low, high, own = strips.around(first, last, width)
        core = inverse(nearby(strips.has(MASK, low, high), 0, width))
        strips.add(CORE, first, core[own])


def _keep(strips: Strips) -> None:
    """Find the parts of the foreground that hold a core cell."""
    parts = _parts(strips, MASK)
    held = np.zeros(parts.count + 1, np.uint8)
    for rows in strips:
        held[parts.rows(*rows)[strips.has(CORE, *rows).view(bool)]] = 1
    for rows in strips:
        strips.add(KEPT, rows[0], looked_up(held, parts.rows(*rows), 1))


def _thin(strips: Strips) -> None:
    """Find the lines outside the core that its topology needs."""
    high, wide = strips.known.shape
    state = np.zeros((high + 4, wide + 4), np.uint8)
    for first, last in strips:
        own = state[first + 2 : last + 2, 2:-2]
        own[:] = strips.has(KEPT, first, last) * np.uint8(REMOVABLE)
        own[strips.has(CORE, first, last).view(bool)] = ANCHOR
    thin_in_place(state, strips.connectivity)
    for first, last in strips:
        own = state[first + 2 : last + 2, 2:-2]
        strips.add(LINE, first, (own == REMOVABLE).view(np.uint8))


def _widen(strips: Strips) -> None:
    """Find the links: what lines reach from within a strip and a little beyond."""
    reach = strips.width - 1
    for first, last in strips:
        low, high, own = strips.around(first, last, 2 * reach)
        start, stop, _ = strips.around(first, last, reach)
        lines = strips.has(LINE, low, high)
        lines[: start - low] = lines[stop - low :] = 0
        free = strips.has(KEPT, low, high) & inverse(strips.has(CORE, low, high))
        strips.add(LINK, first, widened(lines, free, strips.width)[own])


def _find_bridges(strips: Strips, core: Parts) -> None:
    """Find the links that join two parts of the core."""
    links = _parts(strips, LINK)
    noted = np.zeros((links.count + 1, 3), np.int32)
    by_edges = strips.connectivity == 4
    for first, last in strips:
        low, high, own = strips.around(first, last, 1)
        labels = np.zeros((high - low, strips.known.shape[1]), np.int32)
        labels[own] = links.rows(first, last)
        note_joins(labels, core.rows(low, high), by_edges, noted)
    joins = joining(noted)
    for rows in strips:
        strips.add(BRIDGE, rows[0], looked_up(joins, links.rows(*rows), 1))


class _Nest(NamedTuple):
    """Parts of the core and, below 0, gaps; the part around a gap; is one inside."""

    core: Parts
    gaps: Parts
    around: Labels
    deep: bool

    def rows(self, first: int, last: int) -> Labels:
        """Return labels of rows."""
        return np.subtract(self.core.rows(first, last), self.gaps.rows(first, last))


def _nested(strips: Strips, core: Parts) -> _Nest:
    """Find holes in the core, and the parts of the core that lie in one."""
    gaps = Parts(
        lambda *rows: inverse(strips.has(CORE, *rows)), strips.bounds, strips.other
    )
    around = np.full(gaps.count + 1, -1, np.int32)
    inner = np.full(core.count + 1, 2, np.uint8)
    nest = _Nest(core, gaps, around, False)
    for first, last in strips:
        low = max(first - 1, 0)
        end = last == strips.bounds[-1]
        note_holders(nest.rows(low, last), around, first - low, end)
    for first, last in strips:
        low = max(first - 1, 0)
        note_inner(nest.rows(low, last), around, inner, first - low)
    held = (around > 0).view(np.uint8)
    for first, last in strips:
        labels = nest.rows(first, last)
        strips.add(HOLE, first, looked_up(held, labels, -1))
        strips.add(INNER, first, looked_up(inner, labels, 1))
    return nest._replace(deep=bool((inner[1:] == 1).any()))


def _layers(strips: Strips, nest: _Nest, first: int, last: int) -> Layers:
    """Return what the classes of a strip are made of."""
    bits = (MASK, KEPT, CORE, LINK, BRIDGE, HOLE)
    mask, kept, core, links, bridges, holes = (
        strips.has(bit, first, last) for bit in bits
    )
    width = strips.width
    low, high, own = strips.around(first, last, width)
    near = nearby(strips.has(CORE, low, high), 1, width)[own] & kept & inverse(core)
    inner = near & holes
    if nest.deep:
        inner &= inverse(_at_inner_cores(strips, nest, near, first))
    return Layers(mask, kept, core, links, bridges, near, inner)


def _at_inner_cores(strips: Strips, nest: _Nest, near: Bytes, first: int) -> Bytes:
    """Return cells at the edge of a core within the hole of another."""
    width = strips.width
    low, high, own = strips.around(first, first + near.shape[0], width)
    close = nearby(strips.has(INNER, low, high), 1, width)
    close[: own.start] = close[own.stop :] = 0
    close[own] &= near
    if close.any():
        heights = column_heights(width)
        beside_others(close, nest.rows(low, high), nest.around, heights)
    return close[own]


def _name_openings(strips: Strips, out: Bytes) -> None:
    """Name background in holes of the core, and what else has no way outside."""
    strips.known &= np.uint8(255 - OFF)
    for first, last in strips:
        strips.add(OFF, first, inverse(strips.filled(first, last, 1)))
    gaps = Parts(lambda *rows: strips.has(OFF, *rows), strips.bounds, strips.other)
    shut = inverse(_open(strips, gaps))
    for first, last in strips:
        own, kept = strips.inside(first, last)
        holes = strips.has(OFF, first, last) & strips.has(HOLE, first, last)
        closed = looked_up(shut, gaps.rows(first, last), 1)
        paint_openings(out[own], closed[kept], holes[kept])


def _open(strips: Strips, gaps: Parts) -> Bytes:
    """Return, of each gap, whether it opens to the outside."""
    outside = np.zeros(gaps.count + 1, np.uint8)
    left, right = np.empty((2, strips.known.shape[0]), np.int32)
    for first, last in strips:
        labels = gaps.rows(first, last)
        left[first:last], right[first:last] = labels[:, 0], labels[:, -1]
        if first == 0:
            note_open(labels[0], outside)
        if last == strips.bounds[-1]:
            note_open(labels[-1], outside)
    note_open(left, outside)
    note_open(right, outside)
    return outside
