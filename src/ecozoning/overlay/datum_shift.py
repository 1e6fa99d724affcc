"""Two layers of the same land on two datums: alike, and a few hundred metres apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from pyproj import Transformer

from ecozoning._kernels.gcj02 import shift_of
from ecozoning._validation import cgcs2000_degrees, check_same_crs, check_transformable
from ecozoning.errors import CRSMismatchError
from ecozoning.overlay.outlines import Plane, best_move, misfits, outline_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]

__all__ = ["bearing_of", "check_not_shifted", "web_map_move"]

MOVES_M: Final = (50.0, 1000.0)
"""Shortest and longest displacement that datums, or web maps, make; beyond it is
something else."""
LONGEST_M: Final = 1500.0
"""What web maps make of a place that was moved twice."""
ALIKE_M: Final = 25.0
"""Extents that agree so well are of layers on one datum."""
SAME_MOVE_M: Final = 60.0
"""How much a displacement may differ from one side of a county to the other."""
TIMES_BETTER: Final = 4.0
LEFT_OVER: Final = 0.15
NEAR_SHARE: Final = 0.4
SIZES: Final = 20.0
SIZES_OF_WEB_MAPS: Final = 8.0


class _Found(NamedTuple):
    """A displacement of `b` against `a` in metres, and what it explains."""

    move: Floats
    before: float
    after: float


def check_not_shifted(
    a: gpd.GeoDataFrame,
    b: gpd.GeoDataFrame,
    *,
    names: tuple[str, str] = ("a", "b"),
    advice: str = "",
) -> None:
    """
    Refuse two layers of the same land whose outlines are alike but displaced.

    Parameters
    ----------
    a, b : geopandas.GeoDataFrame
        Valid polygons that should cover much the same land, in one CRS.
    names : (str, str), keyword-only
        What the caller names them.
    advice : str, keyword-only
        What the caller adds to the message.

    Raises
    ------
    CRSMismatchError
        If their CRSs differ, or if `b` moved by 50 to 1000 m lies on the outline of `a`
        at least four times better than as it is, and better than by a seventh of that
        move (1500 m for what web maps moved twice). Layers smaller than 20 times the
        move are let through (8 times, where it is the move of web maps at that place),
        and so are those of which 40 % of the outline is at its place already.

    Notes
    -----
    Extents are compared first, and in most cases that is all. Ragged edges, generalised
    outlines and a layer that covers a part of the other are honest differences and
    pass: no move makes them much smaller.

    Examples
    --------
    >>> import ecozoning as ez
    >>> from ecozoning.overlay.datum_shift import check_not_shifted
    >>> zones = ez.load_plan("shanggao").zones
    >>> check_not_shifted(zones, zones.iloc[1:])
    """
    crs = check_same_crs(a, b, names=names)
    if not (len(a) and len(b)):
        return
    here, there = a.total_bounds, b.total_bounds
    if not np.isfinite([here, there]).all():
        return
    plane = Plane.around(here, crs)
    sides = plane.metres(there.reshape(2, 2)) - plane.metres(here.reshape(2, 2))
    if np.abs(sides).max() <= ALIKE_M:
        return
    of_web_maps = web_map_move(plane, crs)
    guesses = _guesses(sides, of_web_maps)
    if not guesses:
        return
    found = _displacement(a, b, plane, guesses)
    if found is not None and _is_evident(found, a, b, plane, of_web_maps):
        raise CRSMismatchError(_message(found, names, of_web_maps) + advice)


def web_map_move(plane: Plane, crs: CRS) -> Floats:
    """Return how far web maps move the origin of a plane, metres east and north.

    Zeros where the CRS does not tell the place.
    """
    try:
        check_transformable(crs, name="layer")
    except CRSMismatchError:
        return np.zeros(2)
    to_degrees = Transformer.from_crs(crs, cgcs2000_degrees(crs), always_xy=True)
    lon, lat = (np.array([value]) for value in to_degrees.transform(*plane.origin))
    if not np.isfinite([lon, lat]).all() or abs(lat[0]) >= 89:
        return np.zeros(2)
    east, north = shift_of(lon, lat)
    degree = 111_195.0
    metres = [east[0] * degree * np.cos(np.radians(lat[0])), north[0] * degree]
    return np.array(metres)


def bearing_of(move: Floats) -> float:
    """Return the bearing of a displacement, degrees clockwise from north."""
    return float(np.degrees(np.arctan2(move[0], move[1])) % 360)


def _guesses(sides: Floats, of_web_maps: Floats) -> list[Floats]:
    """Return displacements that the extents speak for; none ends the matter.

    `sides` (2, 2) holds how far west, south and east, north sides lie apart.
    """
    found: list[Floats] = []
    if np.abs(sides[1] - sides[0]).max() <= SAME_MOVE_M:
        found += [sides.mean(axis=0), *sides]
    for times in (1, -1, 2, -2):
        move = times * of_web_maps
        fits = np.abs(sides - move) <= _leeway(move)
        if (fits & (np.abs(move) > SAME_MOVE_M)).any():
            found.append(move)
    return [move for move in found if np.linalg.norm(move) <= LONGEST_M]


def _displacement(
    a: gpd.GeoDataFrame, b: gpd.GeoDataFrame, plane: Plane, guesses: list[Floats]
) -> _Found | None:
    """Return the displacement of `b` against `a` that explains most."""
    first = outline_of(a.geometry.to_numpy(), plane)
    second = outline_of(b.geometry.to_numpy(), plane)
    if first is None or second is None:
        return None
    # The smaller one may be a part of the other, not the other way round.
    if np.prod(first.extent) < np.prod(second.extent):
        points, target, sign = first.points(), second, 1.0
    else:
        points, target, sign = second.points(), first, -1.0
    as_is = misfits(points, target, np.zeros(2))
    move, after = best_move(points, target, [sign * guess for guess in guesses])
    length = float(np.linalg.norm(move))
    if np.mean(as_is <= 0.05 * length) > NEAR_SHARE:
        return None
    return _Found(sign * move, float(np.median(as_is)), after)


def _is_evident(
    found: _Found,
    a: gpd.GeoDataFrame,
    b: gpd.GeoDataFrame,
    plane: Plane,
    of_web_maps: Floats,
) -> bool:
    """Say whether a displacement is one of datums rather than one of content."""
    length = float(np.linalg.norm(found.move))
    known = _times_moved(found.move, of_web_maps) is not None
    if not MOVES_M[0] <= length <= (LONGEST_M if known else MOVES_M[1]):
        return False
    corners = (layer.total_bounds.reshape(2, 2) for layer in (a, b))
    size = min(float(np.ptp(plane.metres(pair), axis=0).min()) for pair in corners)
    if size < length * (SIZES_OF_WEB_MAPS if known else SIZES):
        return False
    return found.after <= min(found.before / TIMES_BETTER, LEFT_OVER * length)


def _times_moved(move: Floats, of_web_maps: Floats) -> int | None:
    """Return how often web maps moved `b` against `a`, negative for `a` against `b`."""
    for times in (1, -1, 2, -2):
        if np.linalg.norm(move - times * of_web_maps) <= _leeway(move):
            return times
    return None


def _leeway(move: Floats) -> float:
    """Return how far a displacement may be off that of web maps at the middle, m."""
    return 10.0 + 0.2 * float(np.linalg.norm(move))


def _message(found: _Found, names: tuple[str, str], of_web_maps: Floats) -> str:
    length, bearing = float(np.linalg.norm(found.move)), bearing_of(found.move)
    times = _times_moved(found.move, of_web_maps)
    if times is None:
        mend = (
            "find out which of them is not on the datum that its CRS states, and state "
            f"the right one: `{names[1]}.set_crs('+proj=... +ellps=... +towgs84=...', "
            "allow_override=True)`, or `ecozoning.from_gcj02(...)` for one from a web "
            "map."
        )
    else:
        moved = names[1] if times > 0 else names[0]
        twice = ", and that twice" if abs(times) == 2 else ""
        mend = (
            f"this is how web maps (GCJ-02) move that place{twice}: undo it with "
            f"`{moved} = ecozoning.from_gcj02({moved}.to_crs({moved}.crs.geodetic_crs))"
            "`."
        )
    return (
        f"`{names[1]}` lies {length:.0f} m off `{names[0]}`, at a bearing of "
        f"{bearing:.0f} degrees: moved back, their outlines agree to {found.after:.0f} "
        f"m, as they are to {found.before:.0f} m, so one is on another datum; {mend}"
    )
