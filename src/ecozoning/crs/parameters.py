"""What a survey office gives to leave an old datum: seven numbers, or four."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from ecozoning.errors import CRSMismatchError, ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "FourParameters",
    "SevenParameters",
    "helmert_step",
    "turned_vertices",
]

Convention = Literal["position_vector", "coordinate_frame"]
Turn = Literal["clockwise", "counterclockwise"]


@dataclass(frozen=True, kw_only=True)
class SevenParameters:
    """
    Shift, turn and scale of positions in space, from an old datum to CGCS2000.

    Attributes
    ----------
    dx_m, dy_m, dz_m : float
        Shift along the axes of the Earth, metres.
    rx_seconds, ry_seconds, rz_seconds : float, default 0
        Rotations about them, arc seconds.
    scale_ppm : float, default 0
        Change of scale, parts per million.
    convention : {"position_vector", "coordinate_frame"}
        What a positive rotation turns: the position (EPSG method 9606, also called
        Bursa-Wolf), or the axes (EPSG method 9607). One is the other with the signs of
        the rotations changed. There is no default: the sheet of the survey office says.
    """

    dx_m: float
    dy_m: float
    dz_m: float
    convention: Convention
    rx_seconds: float = 0.0
    ry_seconds: float = 0.0
    rz_seconds: float = 0.0
    scale_ppm: float = 0.0

    def __post_init__(self) -> None:
        """Refuse numbers that are none, and a convention nobody knows."""
        _check_choice(self.convention, "convention", get_args(Convention))
        _check_numbers(self, leave_out=("convention",))


@dataclass(frozen=True, kw_only=True)
class FourParameters:
    """
    Shift, turn and scale of a plane, from an old projection to one of CGCS2000.

    With `turn` clockwise, angle α and scale m, as the survey writes it for x to the
    north and y to the east:

        north' = north_m + (1 + m) (north cos α - east sin α)

        east' = east_m + (1 + m) (north sin α + east cos α)

    Attributes
    ----------
    east_m, north_m : float
        Shift, metres. In the survey's notation Δy and Δx.
    turn_seconds : float
        Angle of the turn, arc seconds.
    turn : {"clockwise", "counterclockwise"}
        Which way points go round on the map, north up. No default.
    scale_ppm : float
        Change of scale m, parts per million.
    target : any CRS
        Projection of CGCS2000 that the turned coordinates are in, e.g. EPSG:4547.
        Parameters hold for the false eastings, with or without the number of a zone,
        that they were computed from.
    """

    east_m: float
    north_m: float
    turn_seconds: float
    turn: Turn
    scale_ppm: float
    target: Any

    def __post_init__(self) -> None:
        """Refuse numbers that are none, and a target that is no plane of CGCS2000."""
        from pyproj import CRS

        _check_choice(self.turn, "turn", get_args(Turn))
        _check_numbers(self, leave_out=("turn", "target"))
        target = CRS.from_user_input(self.target)
        datum = target.geodetic_crs.to_epsg() if target.geodetic_crs else None
        if not target.is_projected or datum != 4490:
            msg = (
                f"`target` is {target.name}, but the projection of CGCS2000 that the "
                "parameters lead to is needed, e.g. `ecozoning.cgcs2000_zone(lon)`."
            )
            raise CRSMismatchError(msg)


def helmert_step(parameters: SevenParameters) -> str:
    """Return the step of a PROJ pipeline that turns positions in space."""
    p = parameters
    return (
        f"+proj=helmert +x={p.dx_m!r} +y={p.dy_m!r} +z={p.dz_m!r} "
        f"+rx={p.rx_seconds!r} +ry={p.ry_seconds!r} +rz={p.rz_seconds!r} "
        f"+s={p.scale_ppm!r} +convention={p.convention}"
    )


def turned_vertices(vertices: Floats, parameters: FourParameters) -> Floats:
    """Return vertices (n, 2), east and north in metres, in the target."""
    angle = math.radians(parameters.turn_seconds / 3600)
    angle = angle if parameters.turn == "clockwise" else -angle
    east, north = vertices.T
    scale = 1 + parameters.scale_ppm * 1e-6
    new_north = north * math.cos(angle) - east * math.sin(angle)
    new_east = north * math.sin(angle) + east * math.cos(angle)
    return np.column_stack(
        [parameters.east_m + scale * new_east, parameters.north_m + scale * new_north]
    )


def _check_choice(value: object, name: str, known: tuple[str, ...]) -> None:
    if value not in known:
        msg = f"`{name}` is {value!r}; it has to be {' or '.join(map(repr, known))}."
        raise ParameterError(msg)


def _check_numbers(parameters: Any, *, leave_out: tuple[str, ...]) -> None:  # noqa: ANN401 -- either class
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if field.name in leave_out:
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value):
            msg = f"`{field.name}` is {value!r}, but a finite number is needed."
            raise ParameterError(msg)
