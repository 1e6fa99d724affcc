"""Areas of rings on the CGCS2000 ellipsoid: degrees in, square metres out.

Every ring is cut into strips between its edges and the equator; the signed strips
add up to the ring. What differs between the methods is the line that an edge follows.
"""

from __future__ import annotations

from math import atanh, pi, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.polynomial import chebyshev

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Strips = Callable[[Floats, Floats], Floats]

SEMI_MAJOR_M: Final = 6_378_137.0
INVERSE_FLATTENING: Final = 298.257_222_101
E2: Final = (2 - 1 / INVERSE_FLATTENING) / INVERSE_FLATTENING
"""Square of the first eccentricity of CGCS2000."""

_Q_POLE = (1 / (1 - E2) + atanh(sqrt(E2)) / sqrt(E2)) / 2
AUTHALIC_R2: Final = SEMI_MAJOR_M**2 * (1 - E2) * _Q_POLE
"""Square of the radius of the sphere with the area of the ellipsoid, m2."""

# sin(beta) = sum (k+1)/(2k+1) e^2k s^(2k+1) / q(90), in s = sin(phi); the first term
# left out is 3e-16 of the whole at the pole.
_AUTHALIC = tuple((k + 1) / (2 * k + 1) * E2**k / _Q_POLE for k in range(7))

_RADIAN = pi / 180  # numpy.deg2rad takes ten times as long as a product
_CHUNK = 16_384  # vertices whose temporaries stay in the second-level cache


def ring_areas(
    lon: Floats, lat: Floats, starts: NDArray[np.int64], *, strips: Strips
) -> Floats:
    """Return the unsigned area of each ring in m2.

    Ring i is ``[starts[i]:starts[i + 1]]`` with its first vertex repeated at its end.
    An edge must span less than 180 degrees of longitude.
    """
    under = np.empty(lon.size)
    for first in range(0, lon.size - 1, _CHUNK):
        last = min(first + _CHUNK, lon.size - 1)
        under[first:last] = strips(lon[first : last + 1], lat[first : last + 1])
    under[starts[1:] - 1] = 0.0  # the step from one ring to the next is no edge
    return np.abs(np.add.reduceat(under, starts[:-1]))


def geodesic_strips(lon: Floats, lat: Floats) -> Floats:
    """Return the signed area between each edge and the equator, m2.

    Great circles of the authalic sphere by their spherical excess E,
    tan(E/2) = tan(d/2) m, m = (t1 + t2) / (1 + t1 t2), t = tan(beta/2), and what the
    geodesic of the ellipsoid adds to them.
    """
    sine = _odd_polynomial(_AUTHALIC, np.sin(lat * _RADIAN))
    tangent = sine * sine
    np.subtract(1, tangent, out=tangent)
    np.sqrt(tangent, out=tangent)
    tangent += 1
    np.divide(sine, tangent, out=tangent)  # tan(x/2) = sin(x) / (1 + cos(x))
    step = np.diff(lon)
    step *= _RADIAN
    height = tangent[:-1] * tangent[1:]
    height += 1
    np.divide(tangent[:-1] + tangent[1:], height, out=height)
    excess = step / 2
    np.tan(excess, out=excess)
    excess *= height
    np.arctan(excess, out=excess)
    excess *= 2
    excess += _geodesic_correction(step, height, np.diff(sine))
    excess *= AUTHALIC_R2
    return excess


def survey_strips(lon: Floats, lat: Floats) -> Floats:
    """Return the signed area between each edge and the equator, m2.

    An edge is straight in longitude and the area function Z of the series below.
    """
    zone = _odd_polynomial(_SURVEY, np.sin(lat * _RADIAN))
    strip = zone[:-1] + zone[1:]
    strip *= np.diff(lon)
    strip *= _RADIAN / 2
    return strip


def _odd_polynomial(coefficients: tuple[float, ...], s: Floats) -> Floats:
    """Return c0 s + c1 s^3 + c2 s^5 + ... by Horner's rule."""
    square = s * s
    total = coefficients[-1] * square
    for coefficient in coefficients[-2:0:-1]:
        total += coefficient
        total *= square
    total += coefficients[0]
    total *= s
    return total


def _geodesic_correction(step: Floats, height: Floats, rise: Floats) -> Floats:
    """Return what the geodesic's strip has beyond the great circle's, as an excess.

    With d, m of `geodesic_strips`, u the rise of sin(beta), c = 1 - m^2, w = (d c)^2:
    e^2/12 d m ((u^2 + w) (1 + e^2 (17 c - 3) / 15) + e^2 w c / 15), which follows from
    the second derivatives of both lines in longitude; left out are e^6 and L^5.
    """
    total = height * height
    np.subtract(1, total, out=total)
    level = step * total
    level *= level
    rise *= rise
    rise += level
    level *= total
    level *= E2 / 15
    total *= 17 * E2 / 15
    total += 1 - 3 * E2 / 15
    total *= rise
    total += level
    total *= E2 / 12
    total *= height
    total *= step
    return total


def _survey_coefficients() -> tuple[float, ...]:
    """Return Z(B) = b^2 (A sin B - B sin 3B + C sin 5B - ...) as powers of sin B.

    A to E are those of 国土调查办发〔2008〕32号. The signs vanish because
    (-1)^k sin((2k+1) B) is the Chebyshev polynomial T(2k+1) of sin B.
    """
    e2, e4, e6, e8 = E2, E2**2, E2**3, E2**4
    series = (
        1 + 3 / 6 * e2 + 30 / 80 * e4 + 35 / 112 * e6 + 630 / 2304 * e8,
        1 / 6 * e2 + 15 / 80 * e4 + 21 / 112 * e6 + 420 / 2304 * e8,
        3 / 80 * e4 + 7 / 112 * e6 + 180 / 2304 * e8,
        1 / 112 * e6 + 45 / 2304 * e8,
        5 / 2304 * e8,
    )
    by_order = np.zeros(2 * len(series))
    by_order[1::2] = series
    semi_minor2 = SEMI_MAJOR_M**2 * (1 - E2)
    return tuple(semi_minor2 * chebyshev.cheb2poly(by_order)[1::2])


_SURVEY = _survey_coefficients()
