"""Levels: scores that correct each other in a chain, the highest and the least of many.

Level 0 stands for no data, and a matrix gives 0 for it. As in `factors`, a strip of
levels stays in the cache while one array after the other is worked into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .factors import compiled, strips

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]
    Floats = NDArray[np.float64]
    Bytes = NDArray[np.uint8]
    Faults = tuple[int, int, int, int]
    Bounds = tuple[float, float, float]

__all__ = ["UNKNOWN", "chain", "highest", "least_of", "least_which"]

UNKNOWN: Final = 255
"""What a matrix gives for a class that it does not know."""


@compiled
def _step(
    raw: Values, levels: Bytes, bounds: Bounds, cuts: Floats, matrix: Bytes
) -> Faults:
    """Replace each level by ``matrix[cuts passed, level]``, and count faults."""
    low, high, nodata = bounds
    infinite, beyond, above_one, nonzero = 0, 0, 0, 0
    passed = np.empty(raw.shape[1], np.int16)
    flat, width = matrix.ravel(), matrix.shape[1]
    for row in range(raw.shape[0]):
        line, into = raw[row], levels[row]
        passed[:] = 0
        for cut in cuts:
            for i in range(line.size):
                passed[i] += line[i] >= cut
        for i in range(line.size):
            value: float = np.float64(line[i])
            known = value == value and value != nodata
            new = flat[passed[i] * width + into[i]] if known else np.uint8(0)
            infinite += known and value - value != 0
            beyond += known and (value < low or value > high or new == UNKNOWN)
            above_one += known and value > 1.0
            nonzero += known and value != 0.0
            into[i] = new if new != UNKNOWN else np.uint8(0)
    return infinite, beyond, above_one, nonzero


@compiled
def _close(levels: Bytes, out: Values, nothing: int) -> int:
    """Write levels with a number for no data, and count those that are one."""
    valid = 0
    for row in range(out.shape[0]):
        line, to = levels[row], out[row]
        for i in range(line.size):
            level = line[i]
            valid += level != 0
            to[i] = level if level != 0 else nothing
    return valid


def chain(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- arrays, see below
    """
    Fill rows with levels that each array corrects in turn, from level 1 on.

    Arguments are the arrays, `out`, first and last row, the number for no data, and of
    each array ``(bounds, cuts, matrix)``. Returns valid cells and the faults of each.
    """
    *layers, out, first, last, nothing, steps = arguments
    faults, valid = np.zeros((len(layers), 4), np.int64), 0
    for rows in strips(first, last, out.shape[1]):
        levels = np.ones(out[rows].shape, np.uint8)
        for k, (layer, step) in enumerate(zip(layers, steps, strict=True)):
            faults[k] += _step(layer[rows], levels, *step)
        valid += _close(levels, out[rows], nothing)
    return (valid, *faults.ravel().tolist())


@compiled
def _raise_to(
    raw: Values, best: Bytes, bounds: Bounds, place: int, skip: bool
) -> Faults:
    """Take over levels that are higher, with the place of their array."""
    low, high, nodata = bounds
    beyond = 0
    for row in range(raw.shape[0]):
        line, into = raw[row], best[row]
        for i in range(line.size):
            value: float = np.float64(line[i])
            if value != value or value == nodata:
                into[i] = into[i] if skip else np.uint8(255)
            elif value < low or value > high or value != np.floor(value):
                beyond += 1
            elif into[i] != 255 and value > into[i] % 8:
                into[i] = np.uint8(value) + np.uint8(8 * place)
    return 0, beyond, 0, 0


def highest(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- arrays, see below
    """
    Fill rows with the highest level + 8 times the place of the first array that has it.

    Arguments are the arrays, `out`, first and last row, bounds of each array, and
    whether to `skip` arrays without a value, or else give 0.
    """
    *layers, out, first, last, bounds, skip = arguments
    faults, valid = np.zeros((len(layers), 4), np.int64), 0
    for rows in strips(first, last, out.shape[1]):
        best = np.zeros(out[rows].shape, np.uint8)
        for k, layer in enumerate(layers):
            faults[k] += _raise_to(layer[rows], best, bounds[k], k, skip)
        best[best == 255] = 0
        out[rows] = best
        valid += int(np.count_nonzero(best))
    return (valid, *faults.ravel().tolist())


@compiled
def _lower_to(
    raw: Values, least: Floats, which: Bytes, bounds: Bounds, place: int
) -> Faults:
    """Take over values that are lower, with the place of their array."""
    low, high, nodata = bounds
    infinite, beyond = 0, 0
    for row in range(raw.shape[0]):
        line, into, at = raw[row], least[row], which[row]
        for i in range(line.size):
            value: float = np.float64(line[i])
            if value != value or value == nodata:
                into[i] = np.nan
                at[i] = 255
                continue
            infinite += value - value != 0
            beyond += value < low or value > high
            if value < into[i]:
                into[i] = value
                at[i] = place
    return infinite, beyond, 0, 0


def _least(arguments: tuple[Any, ...], *, named: bool) -> tuple[int, ...]:
    *layers, out, first, last, bounds = arguments
    faults, valid = np.zeros((len(layers), 4), np.int64), 0
    for rows in strips(first, last, out.shape[1]):
        least = np.full(out[rows].shape, np.inf)
        which = np.zeros(out[rows].shape, np.uint8)
        for k, layer in enumerate(layers):
            faults[k] += _lower_to(layer[rows], least, which, bounds[k], k + 1)
        out[rows] = which if named else least
        valid += int(np.count_nonzero(which != 255))
    return (valid, *faults.ravel().tolist())


def least_of(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- arrays, see `_least`
    """Fill rows with the least value of arrays; bounds of each array come last."""
    return _least(arguments, named=False)


def least_which(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- see `_least`
    """Fill rows with the place, from 1, of the first array that is least, or 255."""
    return _least(arguments, named=True)
