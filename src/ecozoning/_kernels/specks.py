"""Small patches of class rasters, given to the class around them."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["without_specks"]

QUEEN = np.ones((3, 3), dtype=bool)


def without_specks(
    classes: Bytes, nodata: int, row_areas: Floats, least: float
) -> Bytes:
    """
    Return classes without patches that are smaller than `least`.

    A patch is made of cells of one class that touch along an edge or at a corner; its
    area is the sum of those of its rows' cells. The smallest goes first, to the class
    with most cells touching it, the higher one of several, and becomes part of all
    patches of this class around it. One that only no data surrounds stays.
    """
    labels, kinds = _patches(classes, nodata)
    areas = np.zeros(kinds.size)
    for row, area in zip(labels, row_areas.tolist(), strict=True):
        areas += np.bincount(row, minlength=kinds.size) * area
    small = areas < least
    small[0] = False
    if not small.any():
        return classes.copy()
    borders = _borders(labels, small)
    kinds = _dissolved(kinds, areas, borders, least)
    return np.where(labels > 0, kinds[labels], np.uint8(nodata)).astype(np.uint8)


def _patches(classes: Bytes, nodata: int) -> tuple[NDArray[np.int32], Bytes]:
    """Return patches numbered from 1, 0 for no data, and the class of each number."""
    labels = np.zeros(classes.shape, np.int32)
    kinds = [np.zeros(1, np.uint8)]
    count = 0
    for value in np.flatnonzero(np.bincount(classes.ravel(), minlength=256)).tolist():
        if value == nodata:
            continue
        parts, found = ndimage.label(classes == value, structure=QUEEN)
        np.add(parts, count, out=labels, where=parts > 0, casting="unsafe")
        kinds.append(np.full(found, value, np.uint8))
        count += found
    return labels, np.concatenate(kinds)


def _borders(
    labels: NDArray[np.int32], small: NDArray[np.bool_]
) -> dict[int, dict[int, int]]:
    """Return, of each patch that meets a small one, how often it touches others."""
    found = []
    for one, two in (
        (labels[1:], labels[:-1]),
        (labels[:, 1:], labels[:, :-1]),
        (labels[1:, 1:], labels[:-1, :-1]),
        (labels[1:, :-1], labels[:-1, 1:]),
    ):
        met = (one != two) & (one > 0) & (two > 0)
        met[met] = small[one[met]] | small[two[met]]
        found.append(one[met].astype(np.int64) * small.size + two[met])
    pairs, counts = np.unique(np.concatenate(found), return_counts=True)
    borders: dict[int, dict[int, int]] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        a, b = divmod(pair, small.size)
        for here, there in ((a, b), (b, a)):
            row = borders.setdefault(here, {})
            row[there] = row.get(there, 0) + count
    return borders


def _dissolved(
    kinds: Bytes, areas: Floats, borders: dict[int, dict[int, int]], least: float
) -> Bytes:
    """Return the class of each patch after the small ones have gone."""
    into = np.arange(kinds.size)

    def root(patch: int) -> int:
        while into[patch] != patch:
            into[patch] = into[into[patch]]
            patch = int(into[patch])
        return patch

    todo = [(float(areas[patch]), patch) for patch in borders if areas[patch] < least]
    heapq.heapify(todo)
    while todo:
        area, patch = heapq.heappop(todo)
        if into[patch] != patch or area != areas[patch]:
            continue  # it has grown since, or gone
        around = _around(borders[patch], root, patch)
        if not around:
            continue
        touching: dict[int, int] = {}
        for other, count in around.items():
            kind = int(kinds[other])
            touching[kind] = touching.get(kind, 0) + count
        taker = max(touching, key=lambda kind: (touching[kind], kind))
        takers = [other for other in around if kinds[other] == taker]
        whole = _united([patch, *takers], into, areas, borders)
        kinds[whole] = taker
        if areas[whole] < least:
            heapq.heappush(todo, (float(areas[whole]), whole))
    roots = np.array([root(patch) for patch in range(kinds.size)])
    return np.asarray(kinds[roots])


def _around(
    row: dict[int, int], root: Callable[[int], int], patch: int
) -> dict[int, int]:
    """Return what touches a patch now, by the number it goes under now."""
    around: dict[int, int] = {}
    for other, count in row.items():
        now = root(other)
        if now != patch:
            around[now] = around.get(now, 0) + count
    return around


def _united(
    patches: list[int], into: Ints, areas: Floats, borders: dict[int, dict[int, int]]
) -> int:
    """Make patches one, under the number with the longest list, and return it."""
    whole = max(patches, key=lambda patch: (len(borders[patch]), -patch))
    for patch in patches:
        if patch == whole:
            continue
        into[patch] = whole
        areas[whole] += areas[patch]
        for other, count in borders.pop(patch).items():
            borders[whole][other] = borders[whole].get(other, 0) + count
    return whole
