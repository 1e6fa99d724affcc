"""Evidence of where in the county a zone lies: degrees, a direction, a side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

import numpy as np
import shapely

from ecozoning.errors import ParameterError
from ecozoning.zoning.evidence import Evidence, check_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.zoning.grid import Grid

__all__ = ["BEARINGS", "Bearing", "Extent", "Rim"]

BEARINGS: Final = {
    "north": (0.0, 1.0),
    "northeast": (1.0, 1.0),
    "east": (1.0, 0.0),
    "southeast": (1.0, -1.0),
    "south": (0.0, -1.0),
    "southwest": (-1.0, -1.0),
    "west": (-1.0, 0.0),
    "northwest": (-1.0, 1.0),
    "centre": (0.0, 0.0),
}


@dataclass(frozen=True, kw_only=True)
class Extent(Evidence):
    """A published longitude and latitude range, in degrees; None leaves a side open."""

    west: float | None = None
    south: float | None = None
    east: float | None = None
    north: float | None = None
    kind: ClassVar[str] = "extent"

    def __post_init__(self) -> None:
        """Refuse an extent without sides, or turned around."""
        super().__post_init__()
        if (self.west, self.south, self.east, self.north) == (None,) * 4:
            msg = "an extent has no side; give west, east, south or north in degrees."
            raise ParameterError(msg)
        check_order("west", self.west, "east", self.east)
        check_order("south", self.south, "north", self.north)

    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return metres outside the range, 0 within."""
        lon, lat = grid.lonlat.T
        east = np.maximum(0.0, self._over(lon, self.west, self.east))
        north = np.maximum(0.0, self._over(lat, self.south, self.north))
        metre = np.pi / 180 * 6_371_000.0
        return np.asarray(np.hypot(east * np.cos(np.radians(lat)), north) * metre)

    @staticmethod
    def _over(
        value: NDArray[np.float64], low: float | None, high: float | None
    ) -> NDArray[np.float64]:
        below = -np.inf if low is None else low - value
        above = -np.inf if high is None else value - high
        return np.maximum(below, above)

    def describe(self) -> str:
        """Return the four sides."""
        sides = (self.west, self.east, self.south, self.north)
        west, east, south, north = ("…" if s is None else f"{s:.3f}" for s in sides)
        return f"within {west}–{east}°E, {south}–{north}°N"


@dataclass(frozen=True, kw_only=True)
class Bearing(Evidence):
    """A stated position in the county: a point of the compass, or its centre."""

    direction: str
    kind: ClassVar[str] = "bearing"

    def __post_init__(self) -> None:
        """Refuse an unknown direction."""
        super().__post_init__()
        if self.direction not in BEARINGS:
            msg = (
                f"`direction` is {self.direction!r}; use one of {', '.join(BEARINGS)}."
            )
            raise ParameterError(msg)

    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return metres from that end of the county, or from its centre."""
        centred = grid.centres - grid.centres.mean(axis=0)
        toward = np.array(BEARINGS[self.direction])
        if not toward.any():
            return np.asarray(np.hypot(*centred.T))
        along = centred @ (toward / np.hypot(*toward))
        return np.asarray(along.max() - along)

    def describe(self) -> str:
        """Return the direction."""
        return f"in the {self.direction} of the county"


@dataclass(frozen=True, kw_only=True)
class Rim(Evidence):
    """A belt along one side of the county, however that side is shaped."""

    side: Literal["north", "east", "south", "west"]
    kind: ClassVar[str] = "rim"

    def __post_init__(self) -> None:
        """Refuse an unknown side."""
        super().__post_init__()
        if self.side not in ("north", "east", "south", "west"):
            msg = f"`side` is {self.side!r}; use north, east, south or west."
            raise ParameterError(msg)

    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return metres to the line of the last cells towards that side."""
        axis = 0 if self.side in ("north", "south") else 1
        forward = self.side in ("north", "west")
        inside = grid.inside if forward else np.flip(grid.inside, axis)
        last = np.argmax(inside, axis=axis)
        last = last if forward else inside.shape[axis] - 1 - last
        used = np.flatnonzero(grid.inside.any(axis=axis))
        ends = (
            np.column_stack([grid.x[used], grid.y[last[used]]])
            if axis == 0
            else np.column_stack([grid.x[last[used]], grid.y[used]])
        )
        rim = shapely.LineString(ends) if len(ends) > 1 else shapely.Point(ends[0])
        return np.asarray(shapely.distance(shapely.points(grid.centres), rim))

    def describe(self) -> str:
        """Return the side."""
        return f"along the {self.side}ern edge of the county"
