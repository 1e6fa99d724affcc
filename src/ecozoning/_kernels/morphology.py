"""Morphological spatial pattern analysis of a map in memory. Arrays in, arrays out.

The steps are those of Soille and Vogt (2009), in their order: core, islets, links
between cores, edges and perforations, branches; then openings of the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy import ndimage

from ecozoning._kernels.linking import joining, note_joins, widen
from ecozoning._kernels.nesting import (
    beside_others,
    looked_up,
    note_holders,
    note_inner,
    note_open,
)
from ecozoning._kernels.reach import column_heights, spread
from ecozoning._kernels.thinning import ANCHOR, REMOVABLE, RING, simple_codes, thin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Labels = NDArray[np.int32]
    Ints = NDArray[np.int64]

__all__ = [
    "BACKGROUND",
    "FOREGROUND",
    "KINDS",
    "MISSING",
    "QUEEN",
    "ROOK",
    "Layers",
    "connected",
    "filled",
    "inverse",
    "nearby",
    "paint_openings",
    "painted",
    "pattern",
    "thin_in_place",
    "widened",
]

MISSING: Final = 0
BACKGROUND: Final = 1
FOREGROUND: Final = 2
KINDS: Final = {
    0: "missing",
    1: "background",
    2: "core",
    3: "islet",
    4: "perforation",
    5: "edge",
    6: "loop",
    7: "bridge",
    8: "branch",
    9: "core_opening",
    10: "border_opening",
}
_KIND: Final = {name: np.uint8(code) for code, name in KINDS.items()}
ROOK: Final = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
QUEEN: Final = np.ones((3, 3), bool)


def nearby(cells: Bytes, value: int, radius: int) -> Bytes:
    """Return where a disk around a cell holds a value: 1, else 0."""
    out = np.empty_like(cells)
    spread(cells, out, 0, cells.shape[0], value, column_heights(radius))
    return out


def connected(mask: Bytes, square: Flags) -> tuple[Labels, int]:
    """Return connected parts, numbered from 1 in the order of rows, and how many."""
    labels = np.empty(mask.shape, np.int32)
    count = ndimage.label(mask, square, output=labels)
    return labels, int(count)


def inverse(mask: Bytes) -> Bytes:
    return np.bitwise_xor(mask, np.uint8(1))


def pattern(
    cells: Bytes, width: int, connectivity: int, *, transition: bool, intext: bool
) -> Bytes:
    """
    Return the class of each cell of a map of `MISSING`, `BACKGROUND`, `FOREGROUND`.

    Missing cells near the foreground count as foreground while classes are found, and
    the rim goes on beyond the map as it is, for the width of an edge.
    """
    inside = (slice(width, -width),) * 2
    mask = filled(cells, width, width)
    square, other = (ROOK, QUEEN) if connectivity == 4 else (QUEEN, ROOK)
    core = inverse(nearby(mask, 0, width))
    parts, count = connected(core, square)
    kept = _with_core(mask, core, square)
    lines = thinned(kept, core, connectivity)
    links = widened(lines, kept & inverse(core), width)
    bridges = _bridges(links, parts, square)
    near = nearby(core, 1, width) & kept & inverse(core)
    labels, around = _nested(parts, core, other)
    holes = _in_holes(labels, around)
    inner = near & holes & inverse(_at_inner_cores(near, labels, around, count, width))
    layers = Layers(mask, kept, core, links, bridges, near, inner)
    out = painted(layers, transition)
    if intext:
        _name_openings(out, filled(cells, 1, width), holes, other)
    out = np.ascontiguousarray(out[inside])
    out[cells == MISSING] = _KIND["missing"]
    return out


class Layers(NamedTuple):
    """What the classes of the foreground are made of: 1 or 0 for each cell."""

    mask: Bytes
    kept: Bytes
    core: Bytes
    links: Bytes
    bridges: Bytes
    near: Bytes
    inner: Bytes


def painted(layers: Layers, transition: bool) -> Bytes:
    """Return the class of each cell, openings aside."""
    mask, kept, core, links, bridges, near, inner = layers
    out = np.where(kept, _KIND["branch"], _KIND["islet"])
    out[near.view(bool)] = _KIND["edge"]
    out[inner.view(bool)] = _KIND["perforation"]
    shown = links if transition else links & inverse(near)
    out[shown.view(bool)] = _KIND["loop"]
    out[(shown & bridges).view(bool)] = _KIND["bridge"]
    out[core.view(bool)] = _KIND["core"]
    out[mask == 0] = _KIND["background"]
    return out


def filled(cells: Bytes, radius: int, width: int) -> Bytes:
    """Return the foreground with missing cells near it, going on beyond the rim."""
    mask = (cells == FOREGROUND).view(np.uint8)
    lost = (cells == MISSING).view(np.uint8)
    if lost.any():
        mask |= lost & nearby(mask, 1, radius)
    return np.pad(mask, width, mode="edge")


def _with_core(mask: Bytes, core: Bytes, square: Flags) -> Bytes:
    """Return the connected parts of a mask that hold a core cell."""
    labels, count = connected(mask, square)
    held = np.zeros(count + 1, np.uint8)
    held[labels[core.view(bool)]] = 1
    return looked_up(held, labels, 1)


def thinned(kept: Bytes, core: Bytes, connectivity: int) -> Bytes:
    """Return lines outside the core that its topology needs."""
    state = np.pad(kept * np.uint8(REMOVABLE) + core * np.uint8(ANCHOR - REMOVABLE), 2)
    thin_in_place(state, connectivity)
    lines: Bytes = (state[2:-2, 2:-2] == REMOVABLE).view(np.uint8)
    return lines


def thin_in_place(state: Bytes, connectivity: int) -> None:
    """Thin a mask with two rows and columns of 0 around it."""
    columns = state.shape[1]
    steps = np.array([row * columns + column for row, column in RING])
    lut = simple_codes(connectivity)
    thin(state.ravel(), columns, steps, lut, connectivity == 4)


def widened(lines: Bytes, free: Bytes, width: int) -> Bytes:
    """Return lines made wide within a mask."""
    if width == 1:
        return lines
    limit = width * (width - 1)  # squares of whole lengths below (width - 1 / 2)**2
    side = np.arange(1 - width, width)
    spots = np.argwhere(side[:, None] ** 2 + side**2 <= limit) - (width - 1)
    wide: Bytes = widen(lines, free, spots, limit)
    return wide


def _bridges(links: Bytes, parts: Labels, square: Flags) -> Bytes:
    """Return the links that join two parts of the core."""
    labels, count = connected(links, square)
    noted = np.zeros((count + 1, 3), np.int32)
    note_joins(labels, parts, not square.all(), noted)
    return looked_up(joining(noted), labels, 1)


def _nested(parts: Labels, core: Bytes, other: Flags) -> tuple[Labels, Labels]:
    """Return labels of core parts and, below 0, of gaps; and the part around a gap."""
    gaps, count = connected(inverse(core), other)
    labels = np.subtract(parts, gaps, out=parts)
    around = np.full(count + 1, -1, np.int32)
    note_holders(labels, around, 0, True)
    return labels, around


def _in_holes(labels: Labels, around: Labels) -> Bytes:
    """Return cells of gaps that a part of the core surrounds."""
    return looked_up((around > 0).view(np.uint8), labels, -1)


def _at_inner_cores(
    near: Bytes, labels: Labels, around: Labels, count: int, width: int
) -> Bytes:
    """Return cells at the edge of a core within the hole of another."""
    found = np.full(count + 1, 2, np.uint8)
    note_inner(labels, around, found, 0)
    inner = looked_up(found, labels, 1)
    if not inner.any():
        return inner
    close = near & nearby(inner, 1, width)
    beside_others(close, labels, around, column_heights(width))
    return close


def _name_openings(out: Bytes, mask: Bytes, holes: Bytes, other: Flags) -> None:
    """Name background in holes of the core, and what else has no way outside."""
    off = inverse(mask)
    gaps, count = connected(off, other)
    outside = np.zeros(count + 1, np.uint8)
    for side in (gaps[0], gaps[-1], gaps[:, 0], gaps[:, -1]):
        note_open(np.ascontiguousarray(side), outside)
    shut = looked_up(inverse(outside), gaps, 1)
    paint_openings(out, shut, off & holes)


def paint_openings(out: Bytes, shut: Bytes, holes: Bytes) -> None:
    """Set the class of background without a way out, and of such in holes of a core."""
    out[shut > 0] = _KIND["border_opening"]
    out[holes > 0] = _KIND["core_opening"]
