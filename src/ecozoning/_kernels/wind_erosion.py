"""Factors of wind erosion: RWEQ's, and the climatic factor of the red-line guide.

Kernels of rasters return how many cells have a value, then four faults of each raster
as `factors` does. Kernels of stacks of months return how many cells have a value, then
of each stack how many values are beyond its range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._kernels.factors import strips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Values = NDArray[Any]
    Floats = NDArray[np.float64]
    Bounds = tuple[float, float, float]

__all__ = [
    "MONTH_DAYS",
    "cover_decay",
    "crust",
    "erodible_part",
    "ridges",
    "wind_and_drought",
    "wind_and_weather",
]

MONTH_DAYS: Final = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], float)
ZERO_KELVIN: Final = -273.15


def erodible_part(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- see `_filled`
    """Fill rows with EF of sand, silt, clay, organic matter and lime, per cent."""

    def fraction(values: Sequence[Floats], terms: Sequence[float]) -> Floats:
        sand, silt, clay, organic, lime = values
        constant, by_sand, by_silt, by_ratio, by_organic, by_lime = terms
        total = constant + by_sand * sand + by_silt * silt + by_ratio * (sand / clay)
        total += by_organic * organic + by_lime * lime
        return np.asarray(np.clip(total / 100.0, 0.0, 1.0))

    return _filled(fraction, arguments)


def crust(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- see `_filled`
    """Fill rows with SCF of clay and organic matter, per cent."""

    def factor(values: Sequence[Floats], terms: Sequence[float]) -> Floats:
        clay, organic = values
        return 1.0 / (1.0 + terms[0] * clay**2 + terms[1] * organic**2)

    return _filled(factor, arguments)


def ridges(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- see `_filled`
    """Fill rows with K' of relief in m and random roughness in cm."""

    def factor(values: Sequence[Floats], terms: Sequence[float]) -> Floats:
        relief, random = values
        of_ridge, by_ridge, by_power, exponent, by_random, length, unit = terms
        ridge = of_ridge * relief**2 / length * unit
        power = by_ridge * ridge + by_power * ridge**exponent + by_random * random
        return np.exp(np.minimum(power, 0.0))

    return _filled(factor, arguments)


def cover_decay(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- see `_filled`
    """Fill rows with exp(a cover), cover in per cent; unknown classes are beyond."""
    strangers = 0

    def factor(values: Sequence[Floats], terms: tuple[Floats, Floats]) -> Floats:
        nonlocal strangers
        cover, kinds = values
        codes, rates = terms
        place = np.searchsorted(codes, kinds).clip(max=codes.size - 1)
        known = codes[place] == kinds
        strangers += int((~known & (kinds == kinds)).sum())
        return np.exp(np.where(known, rates[place], np.nan) * 100.0 * cover)

    faults = list(_filled(factor, arguments))
    faults[6] += strangers
    return tuple(faults)


def _filled(
    formula: Callable[..., Floats], arguments: Sequence[Any]
) -> tuple[int, ...]:
    """Fill rows by a formula of rasters: these, `out`, rows, their bounds, terms."""
    *layers, out, first, last, bounds, terms = arguments
    faults, valid = np.zeros((len(layers), 4), np.int64), 0
    for rows in strips(first, last, out.shape[1]):
        values = []
        for k, layer in enumerate(layers):
            value, counts = _read(layer[rows], bounds[k])
            faults[k] += counts
            values.append(value)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            made = formula(values, terms)
        out[rows] = made
        valid += int((made == made).sum())
    return (valid, *faults.ravel().tolist())


def _read(raw: Values, bounds: Bounds) -> tuple[Floats, tuple[int, int, int, int]]:
    """Return numbers, NaN for no data, and faults of an array."""
    low, high, nodata = bounds
    value = raw.astype(np.float64)
    value[value == nodata] = np.nan
    known = value == value
    infinite = np.isinf(value)
    beyond = (value < low) | (value > high)
    counts = (infinite, beyond & ~infinite, value > 1.0, known & (value != 0.0))
    return value, tuple(int(count.sum()) for count in counts)  # type: ignore[return-value]


def wind_and_drought(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- arrays, see below
    """
    Fill rows with F_q: cubes of the wind by what could evaporate beyond what falls.

    Arguments are stacks of twelve months: wind at 2 m in m/s, temperature in degrees,
    relative humidity as a fraction, precipitation in mm; then `out`, first and last
    row, bounds of each stack, and a factor, and factor and offset of evaporation.
    """
    *stacks, out, first, last, bounds, terms = arguments
    (wind, heat, humidity, rain), bad = _months(stacks, first, last, bounds)
    scale, factor, offset, to_two_metres = terms
    dry = factor * np.maximum(offset + heat, 0.0) ** 2 * (1.0 - humidity)
    part = _part_left(dry, rain)
    days = MONTH_DAYS[:, None, None]
    made = scale * ((wind * to_two_metres) ** 3 * part * days).sum(axis=0)
    out[0, first:last] = made
    return (int((made == made).sum()), *bad)


def wind_and_weather(*arguments: Any) -> tuple[int, ...]:  # noqa: ANN401 -- arrays, see below
    """
    Fill rows with RWEQ's weather factor.

    Arguments are sums over time of what the wind carries (see `time_sums.tally`), by
    month; stacks of twelve months: precipitation in mm, days with rain, potential
    evapotranspiration in mm, temperature in degrees, share of days under snow; and the
    elevation in m, one layer. Then `out`, first and last row, bounds of the others but
    the first, the layers of the record, its years, and the terms of the density of air
    and gravity.
    """
    totals, *stacks, out, first, last, bounds, layers, years, terms = arguments
    read, bad = _months(stacks, first, last, bounds)
    rain, rainy, evaporation, heat, snow, height = read
    count = totals[0, first:last]
    carried = totals[1::2, first:last] / years
    factor, constant, linear, square, gravity = terms
    km = height / 1000.0
    air = factor * (constant + linear * km + square * km**2) / (heat - ZERO_KELVIN)
    dry = _part_left(evaporation, rain * rainy / MONTH_DAYS[:, None, None])
    made = (air / gravity * carried * dry * (1.0 - snow)).sum(axis=0)
    made[count != layers] = np.nan
    gaps = int(((count > 0) & (count < layers)).sum())
    out[0, first:last] = made
    return (int((made == made).sum()), gaps, *bad)


def _part_left(evaporation: Floats, rain: Floats) -> Floats:
    """Return (evaporation - rain) / evaporation, 1 without rain, at least 0."""
    safe = np.where(evaporation > 0, evaporation, 1.0)
    part = np.where(evaporation > 0, np.maximum(1.0 - rain / safe, 0.0), 0.0)
    return np.where(rain == 0, 1.0, part) + 0.0 * (evaporation + rain)  # keeps NaN


def _months(
    stacks: Sequence[Values], first: int, last: int, bounds: Sequence[Bounds]
) -> tuple[list[Floats], list[int]]:
    """Return rows of stacks as numbers, and of each how many values are beyond."""
    values, bad = [], []
    for stack, (low, high, nodata) in zip(stacks, bounds, strict=True):
        value = stack[:, first:last].astype(np.float64)
        value[value == nodata] = np.nan
        bad.append(int(((value < low) | (value > high)).sum()))
        values.append(value)
    return values, bad
