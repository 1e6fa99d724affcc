"""Morphological spatial pattern analysis of a map in memory. Arrays in, arrays out.

The steps are those of Soille and Vogt (2009), in their order: core, islets, links
between cores, edges and perforations, branches; then openings of the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage

from ecozoning._kernels.linking import joins, widen
from ecozoning._kernels.nesting import (
    beside_others,
    holders,
    inner_parts,
    looked_up,
    open_gaps,
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
    "pattern",
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


def _inverse(mask: Bytes) -> Bytes:
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
    mask = _filled(cells, width, width)
    square, other = (ROOK, QUEEN) if connectivity == 4 else (QUEEN, ROOK)
    core = _inverse(nearby(mask, 0, width))
    parts, count = connected(core, square)
    kept = _with_core(mask, core, square)
    links = _links(kept, core, width, connectivity)
    bridges = _bridges(links, parts, square)
    near = nearby(core, 1, width) & kept & _inverse(core)
    labels, around = _nested(parts, core, other)
    holes = _in_holes(labels, around)
    inner = near & holes & _inverse(_at_inner_cores(near, labels, around, count, width))

    out = np.where(kept, _KIND["branch"], _KIND["islet"])
    shown = links if transition else links & _inverse(near)
    out[near.view(bool)] = _KIND["edge"]
    out[inner.view(bool)] = _KIND["perforation"]
    out[shown.view(bool)] = _KIND["loop"]
    out[(shown & bridges).view(bool)] = _KIND["bridge"]
    out[core.view(bool)] = _KIND["core"]
    out[mask == 0] = _KIND["background"]
    if intext:
        _name_openings(out, _filled(cells, 1, width), holes, other)
    out = np.ascontiguousarray(out[inside])
    out[cells == MISSING] = _KIND["missing"]
    return out


def _filled(cells: Bytes, radius: int, width: int) -> Bytes:
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


def _links(kept: Bytes, core: Bytes, width: int, connectivity: int) -> Bytes:
    """Return lines outside the core that its topology needs, made wide."""
    state = np.pad(kept * np.uint8(REMOVABLE) + core * np.uint8(ANCHOR - REMOVABLE), 2)
    columns = state.shape[1]
    steps = np.array([row * columns + column for row, column in RING])
    lut = simple_codes(connectivity)
    thin(state.ravel(), columns, steps, lut, connectivity == 4)
    lines: Bytes = (state[2:-2, 2:-2] == REMOVABLE).view(np.uint8)
    if width == 1:
        return lines
    limit = width * (width - 1)  # squares of whole lengths below (width - 1 / 2)**2
    side = np.arange(1 - width, width)
    spots = np.argwhere(side[:, None] ** 2 + side**2 <= limit) - (width - 1)
    wide: Bytes = widen(lines, kept & _inverse(core), spots, limit)
    return wide


def _bridges(links: Bytes, parts: Labels, square: Flags) -> Bytes:
    """Return the links that join two parts of the core."""
    labels, count = connected(links, square)
    joining = joins(labels, parts, count, not square.all())
    return looked_up(joining, labels, 1)


def _nested(parts: Labels, core: Bytes, other: Flags) -> tuple[Labels, Labels]:
    """Return labels of core parts and, below 0, of gaps; and the part around a gap."""
    gaps, count = connected(_inverse(core), other)
    labels = np.subtract(parts, gaps, out=parts)
    return labels, holders(labels, count)


def _in_holes(labels: Labels, around: Labels) -> Bytes:
    """Return cells of gaps that a part of the core surrounds."""
    return looked_up((around > 0).view(np.uint8), labels, -1)


def _at_inner_cores(
    near: Bytes, labels: Labels, around: Labels, count: int, width: int
) -> Bytes:
    """Return cells at the edge of a core within the hole of another."""
    inner = looked_up(inner_parts(labels, count, around), labels, 1)
    if not inner.any():
        return inner
    close = near & nearby(inner, 1, width)
    beside_others(close, labels, around, column_heights(width))
    return close


def _name_openings(out: Bytes, mask: Bytes, holes: Bytes, other: Flags) -> None:
    """Name background in holes of the core, and what else has no way outside."""
    off = _inverse(mask)
    gaps, count = connected(off, other)
    shut = looked_up(_inverse(open_gaps(gaps, count)), gaps, 1)
    out[shut > 0] = _KIND["border_opening"]
    out[(off & holes) > 0] = _KIND["core_opening"]
