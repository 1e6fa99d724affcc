"""Factors of the soil loss equation, cell by cell.

Every kernel returns how many cells have a result, then for each input how many of its
values are outside its domain. NaN and the declared nodata value are no values.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "SUM_SLACK",
    "cover_by_formula",
    "cover_by_type",
    "epic_erodibility",
    "length_and_steepness",
    "scaled_ratio",
]

UNIT_PLOT_M: Final = 22.13
"""Length of the plot that the soil loss equation is relative to."""
SUM_SLACK: Final = 1.0
"""Per cent by which sand, silt and clay may miss 100 by their rounding."""


@njit(nogil=True, cache=True)
def epic_erodibility(  # noqa: PLR0913 -- four rasters
    sand: NDArray[Any],
    silt: NDArray[Any],
    clay: NDArray[Any],
    carbon: NDArray[Any],
    out: NDArray[np.float32],
    first: int,
    last: int,
    nodata: Floats,
    terms: Floats,
) -> tuple[int, int, int, int, int, int]:
    """Fill `out` with (offset + factor K) conversion, K by EPIC; `terms` are these."""
    valid, bad_sand, bad_silt, bad_clay, bad_carbon, bad_sum = 0, 0, 0, 0, 0, 0
    for row in range(first, last):
        for column in range(out.shape[1]):
            s, i = float(sand[row, column]), float(silt[row, column])
            c, o = float(clay[row, column]), float(carbon[row, column])
            known_s, known_i = s == s and s != nodata[0], i == i and i != nodata[1]
            known_c, known_o = c == c and c != nodata[2], o == o and o != nodata[3]
            bad_sand += known_s and not 0 <= s <= 100
            bad_silt += known_i and not 0 <= i <= 100
            bad_clay += known_c and not 0 <= c <= 100
            bad_carbon += known_o and not 0 <= o <= 100
            if not (known_s and known_i and known_c and known_o):
                out[row, column] = np.nan
                continue
            bad_sum += not abs(s + i + c - 100) <= SUM_SLACK
            k = terms[0] + terms[1] * _epic(s, i, c, o)
            out[row, column] = max(k, 0.0) * terms[2]
            valid += 1
    return valid, bad_sand, bad_silt, bad_clay, bad_carbon, bad_sum


@njit(nogil=True, cache=True)
def _epic(s: float, i: float, c: float, o: float) -> float:
    """Return K of EPIC from per cent of sand, silt, clay and organic carbon."""
    fines = (i / (c + i)) ** 0.3 if c + i > 0 else 0.0
    coarse = 0.2 + 0.3 * math.exp(-0.0256 * s * (1 - i / 100))
    carbon = 1 - 0.25 * o / (o + math.exp(3.72 - 2.95 * o))
    rest = 1 - s / 100
    sandy: float = 1 - 0.7 * rest / (rest + math.exp(-5.51 + 22.9 * rest))
    return coarse * fines * carbon * sandy


@njit(nogil=True, cache=True)
def length_and_steepness(  # noqa: PLR0913 -- two tables
    slope: NDArray[Any],
    extent: NDArray[Any],
    side: Floats,
    out: NDArray[np.float32],
    first: int,
    last: int,
    nodata: Floats,
    given: tuple[int, float, float],
    steepness: Floats,
    exponents: Floats,
    divisor: float,
) -> tuple[int, int, int]:
    """
    Fill `out` with L times S for slopes in degrees.

    `given` says what `extent` is: 0 nothing, then the second number is the length; 1
    lengths in metres; 2 land in km2 that drains through the cell, whose way is at most
    the third number. `side` is the side of a cell by row. `steepness` and `exponents`
    are rows of a lower end and what holds from there on; a `divisor` above 0 asks for
    the exponent without steps.
    """
    valid, bad_slope, bad_extent = 0, 0, 0
    kind, length, longest = given
    least = 0.0 if kind == 1 else 1e-12
    for row in range(first, last):
        for column in range(out.shape[1]):
            angle, reach = float(slope[row, column]), length
            known_angle = angle == angle and angle != nodata[0]
            known_reach = True
            if kind > 0:
                reach = float(extent[row, column])
                known_reach = reach == reach and reach != nodata[1]
                bad_extent += known_reach and not least <= reach < np.inf
            bad_slope += known_angle and not 0 <= angle <= 90
            if not (known_angle and known_reach):
                out[row, column] = np.nan
                continue
            sine = math.sin(math.radians(angle))
            if divisor > 0:
                beta = sine / divisor / (3 * max(sine, 0.0) ** 0.8 + 0.56)
                m = beta / (1 + beta)
            else:
                m = _step(exponents, 100 * math.tan(math.radians(angle)))[1]
            step = _step(steepness, angle)
            if kind == 2:
                factor = _length_by_flow(reach * 1e6, side[row], longest, m)
            else:
                factor = (max(reach, 0.0) / UNIT_PLOT_M) ** m
            out[row, column] = factor * (step[1] * sine + step[2])
            valid += 1
    return valid, bad_slope, bad_extent


@njit(nogil=True, cache=True)
def _step(steps: Floats, value: float) -> Floats:
    """Return the last row whose lower end is not above a value, or the first."""
    k = 0
    while k + 1 < steps.shape[0] and value >= steps[k + 1, 0]:
        k += 1
    row: Floats = steps[k]
    return row


@njit(nogil=True, cache=True)
def _length_by_flow(area: float, side: float, longest: float, m: float) -> float:
    """Return L of a cell between the ways of water at its upper and lower side."""
    upper = min(max(area / side - side, 0.0), max(longest - side, 0.0))
    lower = upper + side
    factor: float = (lower ** (m + 1) - upper ** (m + 1)) / (side * UNIT_PLOT_M**m)
    return factor


@njit(nogil=True, cache=True)
def cover_by_type(
    cover: NDArray[Any],
    types: NDArray[Any],
    out: NDArray[np.float32],
    first: int,
    last: int,
    nodata: Floats,
    cuts: NDArray[Any],
    rules: Floats,
) -> tuple[int, int, int]:
    """
    Fill `out` with C by type and cover.

    A row of `rules` has a code, C of each step of cover, and a and b, which are NaN
    unless C = a + b lg(cover).
    """
    valid, bad_cover, bad_type = 0, 0, 0
    for row in range(first, last):
        for column in range(out.shape[1]):
            part, kind = cover[row, column], float(types[row, column])
            known_part = part == part and part != nodata[0]
            known_kind = kind == kind and kind != nodata[1]
            out[row, column] = np.nan
            bad_cover += known_part and not 0 <= part <= 1
            rule = -1
            for k in range(rules.shape[0]):
                if rules[k, 0] == kind:
                    rule = k
            bad_type += known_kind and rule < 0
            if not (known_part and known_kind) or rule < 0:
                continue
            step = 0
            for cut in cuts:
                step += part >= cut
            c = rules[rule, 1 + step]
            slope = rules[rule, -1]
            if slope == slope:
                c = rules[rule, -2] + slope * math.log10(part) if part > 0 else 1.0
            out[row, column] = min(max(c, 0.0), 1.0)
            valid += 1
    return valid, bad_cover, bad_type


@njit(nogil=True, cache=True)
def cover_by_formula(
    cover: NDArray[Any],
    out: NDArray[np.float32],
    first: int,
    last: int,
    nodata: float,
    terms: Floats,
) -> tuple[int, int]:
    """Fill `out` with a - b lg(cover in per cent), 1 up to an end, 0 from another."""
    valid, bad = 0, 0
    for row in range(first, last):
        for column in range(out.shape[1]):
            part = cover[row, column]
            if not (part == part and part != nodata):
                out[row, column] = np.nan
                continue
            bad += not 0 <= part <= 1
            percent, c = 100.0 * part, 1.0
            if percent >= terms[3]:
                c = 0.0
            elif percent > terms[2]:
                c = min(max(terms[0] - terms[1] * math.log10(percent), 0.0), 1.0)
            out[row, column] = c
            valid += 1
    return valid, bad


@njit(nogil=True, cache=True)
def scaled_ratio(
    above: NDArray[Any],
    below: NDArray[Any],
    out: NDArray[np.float32],
    first: int,
    last: int,
    nodata: Floats,
    factor: float,
) -> tuple[int, int, int]:
    """Fill `out` with factor times above, >= 0, over below, > 0."""
    valid, bad_above, bad_below = 0, 0, 0
    for row in range(first, last):
        for column in range(out.shape[1]):
            a, b = float(above[row, column]), float(below[row, column])
            known_a, known_b = a == a and a != nodata[0], b == b and b != nodata[1]
            bad_above += known_a and not 0 <= a < np.inf
            bad_below += known_b and not 0 < b < np.inf
            if known_a and known_b and b > 0:
                out[row, column] = factor * a / b
                valid += 1
            else:
                out[row, column] = np.nan
    return valid, bad_above, bad_below
