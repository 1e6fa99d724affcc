"""Slope, aspect and ruggedness of three cells by three, in one pass over the rows.

A kernel walks down the rows and keeps three of them at hand, cleaned: nodata has become
NaN there, so that the inner loops need no branches and NaN alone carries nodata on.
The faults are counts of cells: with a value, infinite, not on Earth. What is computed
in has the type of `blank`, the nodata value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numba import njit

from .earth import HIGHEST_M, LOWEST_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

Reals: TypeAlias = "NDArray[Any]"
Real: TypeAlias = Any
"""A scalar of either floating type."""
Faults: TypeAlias = "tuple[int, int, int]"
Rows: TypeAlias = "tuple[Reals, Reals, Reals]"
"""Cleaned rows: above, here, below."""
Frame: TypeAlias = "tuple[Real, Real, Real]"
"""Weights: of a difference along the row, down the rows, and of outer pairs."""

__all__ = [
    "aspect",
    "clean",
    "roughness",
    "slope",
    "tri_riley",
    "tri_wilson",
]

F: Final = np.float32
DEGREES: Final = np.float32(180 / np.pi)

# Contraction to fused multiply-add alone: NaN and infinity stay what they are, and
# neighbours are subtracted before anything is added up, which loses nothing.
inlined = njit(nogil=True, error_model="numpy", fastmath={"contract"})
compiled = njit(nogil=True, error_model="numpy", cache=True)


@inlined
def clean(raw: Reals, values: Reals, blank: Real) -> Faults:
    """Write `raw` with NaN for `blank`, and return the faults."""
    work = type(blank)
    low, high, nothing = work(LOWEST_M), work(HIGHEST_M), work(np.nan)
    odd = np.int32(0)
    for i in range(raw.size):
        value = work(raw[i])
        value = nothing if value == blank else value
        values[i] = value
        odd = np.int32(odd + np.int32(not ((value >= low) & (value <= high))))
    if odd == 0:  # nearly every row
        return raw.size, 0, 0
    valid = infinite = outside = 0
    for i in range(raw.size):
        value = values[i]
        valid += value == value  # all but NaN
        infinite += abs(value) == np.inf
        outside += (value < low) | (value > high)
    return valid, infinite, outside


@inlined
def rows_around(
    dem: Reals,
    row: int,
    band: tuple[int, int],
    buffer: Reals,
    blank: Real,
    faults: Reals,
) -> Rows:
    """Return three cleaned rows and add up the faults of the band.

    The buffer holds the rows that the call for the row before has cleaned.
    """
    first, last = band
    for k in range(row - 1 if row == first else row + 1, row + 2):
        values = buffer[k % 3]
        if not 0 <= k < dem.shape[0]:
            values[:] = np.nan
            continue
        found = clean(dem[k], values, blank)
        if first <= k < last:
            for i in range(3):
                faults[i] += found[i]
    return buffer[(row - 1) % 3], buffer[row % 3], buffer[(row + 1) % 3]


@inlined
def inner(line: Reals) -> Reals:
    """Return a row without its ends, which become NaN."""
    line[0] = line[-1] = np.nan
    return line[1:-1]


@inlined
def frame_of(lengths: Reals, blank: Real, side: float) -> Frame:
    """Return the weights for cells of a width and a height, of the type of `blank`."""
    work = type(blank)
    return work(0.5 / lengths[0]), work(0.5 / lengths[1]), work(side)


@inlined
def gradient(rows: Rows, i: int, frame: Frame) -> tuple[Real, Real]:
    """Return the rise eastward and northward in the window with west end `i`.

    The outer pairs weigh 1/4 after Horn (1981), 0 after Zevenbergen and Thorne (1987).
    NaN outlives a product with 0, so that the nine cells must have values in either.
    """
    above, here, below = rows
    along, across, side = frame
    middle = 1 - 2 * side
    pairs = (above[i + 2] - above[i]) + (below[i + 2] - below[i])
    east = along * (side * pairs + middle * (here[i + 2] - here[i]))
    pairs = (below[i] - above[i]) + (below[i + 2] - above[i + 2])
    north = across * (side * pairs + middle * (below[i + 1] - above[i + 1]))
    # The centre is in no difference.
    return F(east + 0 * here[i + 1]), F(north)


@inlined
def arctangent(x: Real) -> Real:
    """Return the arctangent of 0 to 1 within 2e-8 (Abramowitz and Stegun 4.4.49)."""
    t = x * x
    s = F(0.0028662257) * t - F(0.0161657367)
    s = s * t + F(0.0429096138)
    s = s * t - F(0.0752896400)
    s = s * t + F(0.1065626393)
    s = s * t - F(0.1420889944)
    s = s * t + F(0.1999355085)
    s = s * t - F(0.3333314528)
    return x + x * (t * s)


@inlined
def slope_line(rows: Rows, out: Reals, frame: Frame) -> None:
    """Write the angle of the gradient to the horizontal."""
    for i in range(out.size):
        east, north = gradient(rows, i, frame)
        rise = np.sqrt(east * east + north * north)
        steep = rise > F(1)
        angle = arctangent(F(1) / rise if steep else rise)
        out[i] = DEGREES * (F(np.pi / 2) - angle if steep else angle)


@inlined
def aspect_line(rows: Rows, out: Reals, frame: Frame, flat: Real) -> None:
    """Write the azimuth of the fall, `flat` where there is none."""
    for i in range(out.size):
        east, north = gradient(rows, i, frame)
        abs_east, abs_north = abs(east), abs(north)
        near_east = abs_east > abs_north
        less = abs_north if near_east else abs_east
        more = abs_east if near_east else abs_north
        angle = DEGREES * arctangent(less / more)
        angle = F(90) - angle if near_east else angle
        angle = F(180) - angle if north > 0 else angle
        angle = F(360) - angle if east > 0 else angle
        angle = F(0) if angle == F(360) else angle
        out[i] = flat if more == 0 else angle


@inlined
def squares_line(rows: Rows, out: Reals) -> None:
    """Write the root of the summed squares of differences from the centre."""
    above, here, below = rows
    for i in range(out.size):
        centre = here[i + 1]
        total = (here[i] - centre) ** 2 + (here[i + 2] - centre) ** 2
        for k in range(3):
            total += (above[i + k] - centre) ** 2 + (below[i + k] - centre) ** 2
        out[i] = np.sqrt(total)


@inlined
def distances_line(rows: Rows, out: Reals) -> None:
    """Write the mean distance in height from the centre."""
    above, here, below = rows
    for i in range(out.size):
        centre = here[i + 1]
        total = abs(here[i] - centre) + abs(here[i + 2] - centre)
        for k in range(3):
            total += abs(above[i + k] - centre) + abs(below[i + k] - centre)
        out[i] = total / 8


@inlined
def spread_line(rows: Rows, out: Reals) -> None:
    """Write highest less lowest of nine cells, NaN if one of them is."""
    above, here, below = rows
    for i in range(out.size):
        high = low = here[i + 1]
        total = high
        for k in range(3):
            for value in (above[i + k], here[i + k], below[i + k]):
                high = value if value > high else high
                low = value if value < low else low
                total += value
        out[i] = high - low + 0 * total


@compiled
def slope(
    dem: Reals,
    lengths: Reals,
    out: Reals,
    first: int,
    last: int,
    blank: Real,
    side: float,
) -> Faults:
    """Fill with degrees; `lengths` are width and height of a row's cells, (rows, 2)."""
    faults, buffer = np.zeros(3, np.int64), np.full((3, dem.shape[1]), blank)
    for row in range(first, last):
        rows = rows_around(dem, row, (first, last), buffer, blank, faults)
        slope_line(rows, inner(out[row]), frame_of(lengths[row], blank, side))
    return faults[0], faults[1], faults[2]


@compiled
def aspect(
    dem: Reals,
    lengths: Reals,
    out: Reals,
    first: int,
    last: int,
    blank: Real,
    side: float,
    flat: Real,
) -> Faults:
    """Fill with degrees clockwise from north; heights have the sign of the y step."""
    faults, buffer = np.zeros(3, np.int64), np.full((3, dem.shape[1]), blank)
    for row in range(first, last):
        rows = rows_around(dem, row, (first, last), buffer, blank, faults)
        frame = frame_of(lengths[row], blank, side)
        aspect_line(rows, inner(out[row]), frame, flat)
    return faults[0], faults[1], faults[2]


@compiled
def tri_riley(dem: Reals, out: Reals, first: int, last: int, blank: Real) -> Faults:
    """Fill with Riley's ruggedness (1999)."""
    faults, buffer = np.zeros(3, np.int64), np.full((3, dem.shape[1]), blank)
    for row in range(first, last):
        rows = rows_around(dem, row, (first, last), buffer, blank, faults)
        squares_line(rows, inner(out[row]))
    return faults[0], faults[1], faults[2]


@compiled
def tri_wilson(dem: Reals, out: Reals, first: int, last: int, blank: Real) -> Faults:
    """Fill with Wilson's ruggedness (2007)."""
    faults, buffer = np.zeros(3, np.int64), np.full((3, dem.shape[1]), blank)
    for row in range(first, last):
        rows = rows_around(dem, row, (first, last), buffer, blank, faults)
        distances_line(rows, inner(out[row]))
    return faults[0], faults[1], faults[2]


@compiled
def roughness(dem: Reals, out: Reals, first: int, last: int, blank: Real) -> Faults:
    """Fill with highest less lowest."""
    faults, buffer = np.zeros(3, np.int64), np.full((3, dem.shape[1]), blank)
    for row in range(first, last):
        rows = rows_around(dem, row, (first, last), buffer, blank, faults)
        spread_line(rows, inner(out[row]))
    return faults[0], faults[1], faults[2]
