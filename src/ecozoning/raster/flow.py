"""Flow over a grid of elevations: arrays in, arrays out.

Cells are named by their flat index. `downstream` holds for each cell the next one;
a cell where water leaves names itself, and so does a cell without elevation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy import ndimage

from ecozoning._optional import import_optional

if TYPE_CHECKING:
    from types import ModuleType
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Cells: TypeAlias = NDArray[np.intp]

__all__ = ["PIT", "Flow", "Link", "links", "roots", "route", "upstream_of"]

# Row, column and code of the eight directions, those across a side before those across
# a corner: the first of equally steep ones is taken.
STEPS: Final = (
    (1, 0, 4),
    (0, 1, 1),
    (-1, 0, 64),
    (0, -1, 16),
    (1, 1, 2),
    (-1, 1, 128),
    (-1, -1, 32),
    (1, -1, 8),
)
PIT: Final = 0
NO_CELL: Final = 247
_GRAIN: Final = 1024.0
"""Elevations are taken to 1/1024 m: 32-bit sums of them are exact up to 16 km."""
_EIGHT: Final = np.ones((3, 3), dtype=bool)


class Flow(NamedTuple):
    """Where water goes from each cell of a grid, and how much land is behind it.

    `sinks` are cells inside the terrain where water ends.
    """

    filled: Floats
    code: NDArray[np.uint8]
    downstream: Cells
    area_km2: Floats
    sinks: Cells


class Link(NamedTuple):
    """The cells of one stream from its head, or a confluence, to the next one."""

    cells: list[int]
    next_cell: int

    @property
    def ends(self) -> bool:
        """Say whether water leaves, or ends, in the last cell."""
        return self.next_cell == self.cells[-1]


def route(
    height: Floats, lengths: Floats, areas: Floats, sink_depth_m: float | None
) -> Flow:
    """Return the flow over elevations; NaN is no land, and water may leave beside it.

    `lengths` has the width and height of the cells of each row in metres.
    """
    pyflwdir = import_optional("pyflwdir", extra="water")
    valid = np.isfinite(height)
    ground = np.round(height * _GRAIN) / _GRAIN
    rim = valid & ~ndimage.binary_erosion(valid, _EIGHT)
    filled, parent, exits = _fill(pyflwdir, ground, rim, sink_depth_m)
    code = _steepest(filled, lengths)
    level = (code == PIT) & ~exits
    code[level] = parent[level]
    sinks = np.flatnonzero((code == PIT) & exits & ~rim)
    code[~valid] = NO_CELL
    flow = pyflwdir.from_array(code, ftype="d8", check_ftype=False)
    behind = np.where(valid, flow.accuflux(np.where(valid, areas, 0.0)), np.nan)
    return Flow(filled, code, _next_cells(code), behind, sinks)


def _fill(
    pyflwdir: ModuleType,
    ground: Floats,
    exits: NDArray[np.bool_],
    depth_m: float | None,
) -> tuple[Floats, NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the filled elevations, the way the flood came, and where water leaves.

    A hollow deeper than `depth_m` keeps an exit at its lowest cell, and filling begins
    again, because there may be another one inside it.
    """
    while True:
        filled, parent = pyflwdir.dem.fill_depressions(
            ground.astype(np.float32),
            idxs_pit=np.flatnonzero(exits),
            nodata=np.float32("nan"),
        )
        filled = np.asarray(filled, dtype=np.float64)
        sinks = [] if depth_m is None else _deep_cells(ground, filled, depth_m)
        if len(sinks) == 0:
            return filled, parent, exits
        exits = exits.copy()
        exits.flat[sinks] = True


def _deep_cells(ground: Floats, filled: Floats, depth_m: float) -> list[int]:
    """Return the lowest cell of every hollow that is filled higher than `depth_m`."""
    depth = filled - ground
    hollows, n = ndimage.label(depth > 0, _EIGHT)
    numbers = np.arange(1, n + 1)
    deepest = np.atleast_1d(ndimage.maximum(depth, hollows, numbers))
    places = ndimage.minimum_position(ground, hollows, numbers[deepest > depth_m])
    return [int(np.ravel_multi_index(place, ground.shape)) for place in places]


def _steepest(filled: Floats, lengths: Floats) -> NDArray[np.uint8]:
    """Return the direction of the steepest way down, `PIT` where none goes down."""
    rows, columns = filled.shape
    padded = np.pad(filled, 1, constant_values=np.nan)
    best = np.zeros_like(filled)
    code = np.full(filled.shape, PIT, dtype=np.uint8)
    for down, right, name in STEPS:
        there = padded[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
        across = np.hypot(right * lengths[:, :1], down * lengths[:, 1:])
        slope = (filled - there) / across
        steeper = slope > best  # not where either is NaN
        best[steeper] = slope[steeper]
        code[steeper] = name
    return code


def _next_cells(code: NDArray[np.uint8]) -> Cells:
    """Return the flat index of the cell that each cell's direction leads to."""
    offset = np.zeros(256, dtype=np.intp)
    for down, right, name in STEPS:
        offset[name] = down * code.shape[1] + right
    flat = code.ravel()
    return np.arange(flat.size) + offset[flat]


def roots(downstream: Cells, stops: NDArray[np.bool_]) -> Cells:
    """Return for each cell the first of `stops`, or the exit, that its water meets."""
    target = np.where(stops, np.arange(downstream.size), downstream)
    while True:  # every turn doubles the steps, so that few are needed
        further = target[target]
        if np.array_equal(further, target):
            return target
        target = further


def upstream_of(flow: Flow, cell: int) -> list[int]:
    """Return the cells that drain right into a cell, that with most land first."""
    rows, columns = flow.code.shape
    row, column = divmod(cell, columns)
    found = []
    for down, right, _ in STEPS:
        r, c = row + down, column + right
        if 0 <= r < rows and 0 <= c < columns:
            found.append(r * columns + c)
    behind = flow.area_km2.ravel()
    into = [other for other in found if flow.downstream[other] == cell]
    return sorted(into, key=lambda other: (-behind[other], other))


def links(downstream: Cells, is_stream: NDArray[np.bool_]) -> list[Link]:
    """Return the streams cut at confluences; the cell of one is the lower stream's."""
    cells = np.flatnonzero(is_stream)
    moving = cells[downstream[cells] != cells]
    inflows = np.bincount(downstream[moving], minlength=downstream.size)
    begins = is_stream & (inflows != 1)
    return [_link(downstream, begins, head) for head in np.flatnonzero(begins).tolist()]


def _link(downstream: Cells, begins: NDArray[np.bool_], head: int) -> Link:
    """Follow a stream from its head; it ends before the cell where another begins."""
    cells = [head]
    while True:
        following = int(downstream[cells[-1]])
        if following == cells[-1] or begins[following]:
            return Link(cells, following)
        cells.append(following)
