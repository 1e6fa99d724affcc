"""Levels: scores that correct each other in a chain, the highest and the least of many.

Level 0 stands for no data, and a matrix gives 0 for it. As in `factors`, a strip of
levels stays in the cache while one array after the other is worked into it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from .factors import PER_LAYER, compiled, strips, tell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]
    Floats = NDArray[np.float64]
    Bytes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.int32]
    Counts = NDArray[np.int64]
    Faults = tuple[int, int, int, int]
    Bounds = tuple[float, float, float]

__all__ = ["chain", "highest", "least_of", "least_which"]


@compiled
def _add_digit(
    values: Values, cuts: Values, missing: Values, weight: np.int32, place: Places
) -> None:
    """Add an array's digit to the places of cells; `missing` has at most one value."""
    digit = np.empty(4096, np.int32)
    for start in range(0, values.size, 4096):
        part = values[start : start + 4096]
        here = place[start : start + 4096]
        cells = part.size
        digit[:cells] = 1
        for k in range(cuts.size):
            for i in range(cells):
                digit[i] += part[i] >= cuts[k]
        for hole in missing:
            for i in range(cells):
                digit[i] = 0 if part[i] == hole else digit[i]
        for i in range(cells):
            here[i] += weight * digit[i] if part[i] == part[i] else 0


@compiled
def _look_up(
    place: Places, states: Bytes, table: Bytes, weights: Places, refused: Flags
) -> Counts:
    """Replace each state by ``table[place, state]``, and count refused digits."""
    odd = np.zeros(weights.size, np.int64)
    flat, width = table.ravel(), table.shape[1]
    for i in range(place.size):
        state = flat[place[i] * width + states[i]]
        states[i] = state
        if state == 0:
            rest = place[i]
            for k in range(weights.size):
                odd[k] += refused[k, rest // weights[k]]
                rest %= weights[k]
    return odd


@compiled
def _close(states: Bytes, values: Values, out: Values) -> int:
    """Write what each state stands for, and count those that are one."""
    valid = 0
    for i in range(states.size):
        valid += states[i] != 0
        out[i] = values[states[i]]
    return valid


def chain(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- arrays, see below
    """
    Fill rows with what each array in turn makes of a state, from state 1 on.

    Arguments are the arrays, `out`, first and last row, what to write for each state,
    of each array ``(cuts, missing, bounds, percent)``, and runs of arrays that are
    looked up together: ``(weights, refused, table)``. State 0 is no data.

    The digit of a cell is 0 without data, else 1 and one more for each cut that its
    value reaches. The digits of a run, each times its weight, are those of one number
    of mixed base, and that is the place, by state, in the table. `refused` tells of
    each array which digits are beyond it.

    Returns valid cells and the faults of each array; those of sound values are counted
    of `percent` only.
    """
    *layers, out, first, last, values, looks, runs = arguments
    faults, valid = np.zeros((len(layers), PER_LAYER), np.int64), 0
    for rows in strips(first, last, out.shape[1]):
        states = np.ones(out[rows].size, np.uint8)
        parts = iter(enumerate(zip(layers, looks, strict=True)))
        for weights, refused, table in runs:
            run = list(islice(parts, weights.size))
            place = np.zeros(states.size, np.int32)
            for weight, (_, (layer, (cuts, missing, _, _))) in zip(
                weights, run, strict=True
            ):
                _add_digit(layer[rows].reshape(-1), cuts, missing, weight, place)
            odd = _look_up(place, states, table, weights, refused)
            for beyond, (k, (layer, (_, _, bounds, percent))) in zip(
                odd, run, strict=True
            ):
                if beyond or percent:
                    told = tell(layer[rows].reshape(-1), bounds)
                    faults[k] += (told[0], beyond, *told[2:])
        valid += _close(states, values, out[rows].reshape(-1))
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
