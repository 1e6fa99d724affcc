"""Products and differences of factors, in one pass over any number of arrays.

Rows are taken a strip at a time, and a strip of running results stays in the cache
while one array after the other is worked into it. So there is one small compiled
function per step and type of array, not one for each mixture of types.

Each array comes with ``(low, high, nodata)``; its faults are how many cells are
infinite, lie beyond low or high, are above 1, and are not 0. The last two are counted
only in rows with one of the first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Values = NDArray[Any]
    Floats = NDArray[np.float64]
    Faults = tuple[int, int, int, int]
    Bounds = tuple[float, float, float]
    Pair = tuple[float, float]

__all__ = [
    "PER_LAYER",
    "product",
    "rescale",
    "strips",
    "tell",
    "water_yield",
    "wind_erosion_prevented",
]

STRIP_CELLS: Final = 1 << 16
FOUR: Final = 4
ALL: Final = (-np.inf, np.inf, np.nan)
NEUTRAL: Final = (1.0, 0.0)
"""Bounds and terms of an array that only makes up the number of four."""
LARGEST: Final = float(np.finfo(np.float64).max)
PER_LAYER: Final = 4
"""How many faults are counted of an array."""

inlined = njit(nogil=True, error_model="numpy")
compiled = njit(nogil=True, error_model="numpy", cache=True)


def strips(first: int, last: int, columns: int) -> Iterator[slice]:
    """Yield rows from first to last in strips that stay in the cache."""
    step = max(1, STRIP_CELLS // max(columns, 1))
    for top in range(first, last, step):
        yield slice(top, min(top + step, last))


@compiled
def tell(raw: Values, bounds: Bounds) -> Faults:
    """Count the faults of a row."""
    low, high, nodata = bounds
    infinite, beyond, above_one, nonzero = 0, 0, 0, 0
    for i in range(raw.size):
        value: float = np.float64(raw[i])
        known = value == value and value != nodata
        infinite += known and value - value != 0
        beyond += known and (value < low or value > high)
        above_one += known and value > 1.0
        nonzero += known and value != 0.0
    return infinite, beyond, above_one, nonzero


@inlined
def _term(raw: float, bounds: Bounds, term: Pair) -> tuple[float, bool]:
    """Return offset + factor x, NaN without a value, and whether x is not sound."""
    value = raw if raw != bounds[2] else np.nan
    odd = (value < bounds[0]) | (value > min(bounds[1], LARGEST))
    return term[0] + term[1] * value, odd


@inlined
def _scale(raw: Values, total: Floats, bounds: Bounds, term: Pair) -> int:
    """Multiply a row by offset + factor x, and count what is not sound."""
    odd = 0
    for i in range(raw.size):
        value, is_odd = _term(np.float64(raw[i]), bounds, term)
        odd += is_odd
        total[i] *= value
    return odd


@inlined
def _turn(raw: Values, total: Floats, bounds: Bounds) -> int:
    """Divide a row by the cosine of degrees, and count what is not sound."""
    low, high, nodata = bounds
    odd = 0
    for i in range(raw.size):
        value: float = np.float64(raw[i])
        known = (value == value) & (value != nodata)
        odd += known & ((value < low) | (value > high))
        total[i] /= math.cos(math.radians(value)) if known else np.nan
    return odd


@compiled
def _multiply(
    raw: Values, total: Floats, bounds: Bounds, term: Pair, turn: bool
) -> Faults:
    """Multiply `total` by offset + factor x; or, with `turn`, by 1 / cos x degrees."""
    a, b, c, d = 0, 0, 0, 0
    for row in range(raw.shape[0]):
        line, into = raw[row], total[row]
        odd = _turn(line, into, bounds) if turn else _scale(line, into, bounds, term)
        if odd > 0:
            faults = tell(line, bounds)
            a, b, c, d = a + faults[0], b + faults[1], c + faults[2], d + faults[3]
    return a, b, c, d


@compiled
def _add(raw: Values, total: Floats, bounds: Bounds, sign: float) -> Faults:
    """Add an array, or take it away, and count faults."""
    low, high, nodata = bounds
    a, b, c, d = 0, 0, 0, 0
    for row in range(raw.shape[0]):
        line, into, odd = raw[row], total[row], 0
        for i in range(line.size):
            value: float = np.float64(line[i])
            known = (value == value) & (value != nodata)
            odd += known & ((value < low) | (value > high))
            into[i] += sign * (value if known else np.nan)
        if odd > 0:
            faults = tell(line, bounds)
            a, b, c, d = a + faults[0], b + faults[1], c + faults[2], d + faults[3]
    return a, b, c, d


@compiled
def _multiply_by_class(
    raw: Values, total: Floats, nodata: float, codes: Floats, values: Floats
) -> Faults:
    """Multiply `total` by the value of each cell's class; unknown codes are beyond."""
    beyond = 0
    for row in range(raw.shape[0]):
        line, into = raw[row], total[row]
        for i in range(line.size):
            code = np.float64(line[i])
            if code != code or code == nodata:
                into[i] = np.nan
                continue
            k = np.searchsorted(codes, code)
            if k == codes.size or codes[k] != code:
                beyond += 1
                into[i] = np.nan
            else:
                into[i] *= values[k]
    return 0, beyond, 0, 0


@compiled
def _write(total: Floats, out: Values, least: float) -> int:
    """Write what is at least `least`, NaN for the rest, and count values."""
    valid = 0
    for row in range(out.shape[0]):
        line, to = total[row], out[row]
        for i in range(line.size):
            value = line[i]
            known = value >= least
            valid += known
            to[i] = value if known else np.nan
    return valid


@compiled
def _multiply_four(
    layers: tuple[Values, ...],
    out: Values,
    bounds: tuple[Bounds, ...],
    terms: tuple[Pair, ...],
) -> tuple[int, int]:
    """Fill `out` with the product of four terms; return values, and unsound ones."""
    a, b, c, d = layers
    valid, odd = 0, 0
    for row in range(out.shape[0]):
        line_a, line_b, line_c, line_d, to = a[row], b[row], c[row], d[row], out[row]
        for i in range(to.size):
            p, odd_a = _term(np.float64(line_a[i]), bounds[0], terms[0])
            q, odd_b = _term(np.float64(line_b[i]), bounds[1], terms[1])
            r, odd_c = _term(np.float64(line_c[i]), bounds[2], terms[2])
            s, odd_d = _term(np.float64(line_d[i]), bounds[3], terms[3])
            total = p * q * r * s
            odd += odd_a | odd_b | odd_c | odd_d
            valid += total == total
            to[i] = total
    return valid, odd


def _product_of_four(
    layers: list[Values],
    out: Values,
    rows: tuple[int, int],
    bounds: list[Bounds],
    terms: list[Pair],
) -> tuple[int, ...]:
    """Do what `product` does for four plain terms, of which any may be neutral."""
    faults, valid = np.zeros((len(layers), PER_LAYER), np.int64), 0
    for strip in strips(*rows, out.shape[1]):
        four = tuple(layer[strip] for layer in layers)
        known, odd = _multiply_four(four, out[strip], tuple(bounds), tuple(terms))
        valid += known
        if odd:
            for k, part in enumerate(four):
                faults[k] += tell(part.ravel(), bounds[k])
    return (valid, *faults.ravel().tolist())


def product(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- arrays, see below
    """
    Fill rows with the product of terms, each offset + factor x, or 1 / cos x.

    Arguments are the arrays, `out`, first and last row, bounds of each array, and of
    each ``(offset, factor, turn)``. Returns valid cells, then the faults of each array.
    """
    *layers, out, first, last, bounds, terms = arguments
    few = len(layers) <= FOUR and len({layer.dtype for layer in layers}) == 1
    if few and not any(turn for *_, turn in terms):
        spare = FOUR - len(layers)
        told = _product_of_four(
            [*layers, *layers[:1] * spare],
            out,
            (first, last),
            [*bounds, *[ALL] * spare],
            [*(term[:2] for term in terms), *[NEUTRAL] * spare],
        )
        return told[: 1 + len(layers) * PER_LAYER]
    faults, valid = np.zeros((len(layers), PER_LAYER), np.int64), 0
    for rows in strips(first, last, out.shape[1]):
        total = np.ones(out[rows].shape)
        for k, (layer, term) in enumerate(zip(layers, terms, strict=True)):
            faults[k] += _multiply(layer[rows], total, bounds[k], term[:2], term[2])
        valid += _write(total, out[rows], -np.inf)
    return (valid, *faults.ravel().tolist())


def water_yield(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- see below
    """
    Fill rows with precipitation that is kept less evapotranspiration.

    Arguments are precipitation, evapotranspiration, classes of ecosystems, `out`, first
    and last row, bounds of each array, codes of classes in ascending order, the part
    of precipitation that each keeps, and the least value that is one.
    """
    rain, loss, ecosystem, out, first, last, bounds, codes, kept, least = arguments
    faults, valid = np.zeros((3, PER_LAYER), np.int64), 0
    nodata = bounds[2][2]
    for rows in strips(first, last, out.shape[1]):
        total = np.zeros(out[rows].shape)
        faults[0] += _add(rain[rows], total, bounds[0], 1.0)
        faults[2] += _multiply_by_class(ecosystem[rows], total, nodata, codes, kept)
        faults[1] += _add(loss[rows], total, bounds[1], -1.0)
        valid += _write(total, out[rows], least)
    return (valid, *faults.ravel().tolist())


@inlined
def _soil_moved(load: float, distance: float) -> float:
    """Return RWEQ's soil loss for WF EF SCF K' C at a distance in m, kg/m2."""
    if load <= 0.0:
        return 0.0
    s = 150.71 * load**-0.3711
    away = distance / s
    moved: float = 2.0 * away / s * 109.8 * load * math.exp(-away * away)
    return moved


@compiled
def _prevent(load: Floats, cover: Floats, distance: float) -> None:
    """Turn the load of bare soil into what its cover keeps from being moved."""
    for row in range(load.shape[0]):
        for i in range(load.shape[1]):
            bare = load[row, i]
            if bare == bare:
                kept = _soil_moved(bare * cover[row, i], distance)
                load[row, i] = _soil_moved(bare, distance) - kept


def wind_erosion_prevented(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401
    """
    Fill rows with potential less actual wind erosion after RWEQ.

    Arguments are the factors of bare soil, the cover factor, `out`, first and last row,
    bounds of each array, and the distance in m.
    """
    *layers, out, first, last, bounds, distance = arguments
    faults, valid = np.zeros((len(layers), PER_LAYER), np.int64), 0
    for rows in strips(first, last, out.shape[1]):
        bare, cover = np.ones(out[rows].shape), np.ones(out[rows].shape)
        for k, layer in enumerate(layers):
            into = cover if k == len(layers) - 1 else bare
            faults[k] += _multiply(layer[rows], into, bounds[k], (0.0, 1.0), False)
        bare[np.isnan(cover)] = np.nan
        _prevent(bare, cover, distance)
        valid += _write(bare, out[rows], -np.inf)
    return (valid, *faults.ravel().tolist())


@compiled
def rescale(
    raw: Values,
    out: Values,
    first: int,
    last: int,
    nodata: float,
    ends: tuple[float, float],
) -> tuple[int, int]:
    """Fill rows with (x - low) / (high - low), cut off at 0 and 1."""
    low, high = ends
    valid, infinite = 0, 0
    for row in range(first, last):
        for i in range(raw.shape[1]):
            value = np.float64(raw[row, i])
            known = value == value and value != nodata
            valid += known
            infinite += known and value - value != 0
            part = min(max((value - low) / (high - low), 0.0), 1.0)
            out[row, i] = part if known else np.nan
    return valid, infinite
