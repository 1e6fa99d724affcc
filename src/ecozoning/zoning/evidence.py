"""What a plan says of where a zone lies, each turned into a cost per cell.

Every cost is a distance, in radii of the county, by which a cell misses the evidence,
so that pieces of evidence can be weighed against each other and added.
"""

from __future__ import annotations

import math
import numbers
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

import numpy as np
import shapely
from scipy.sparse.csgraph import minimum_spanning_tree

from ecozoning.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Geometry

    from ecozoning.zoning.grid import Grid

__all__ = [
    "Bearing",
    "Evidence",
    "Extent",
    "Near",
    "Rim",
    "Seats",
    "SideOfLine",
    "check_order",
    "is_finite_number",
]

Basis = Literal["stated", "assumed"]

HELD_CELLS: Final = 4.0
"""Cells on either side of the tree of binding seats that no other zone may take."""

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
class Evidence(ABC):
    """One statement on where a zone lies.

    Attributes
    ----------
    weight : float
        Factor of its cost, > 0.
    basis : {"stated", "assumed"}
        Whether the plan says it or the modeller takes it to be so.
    note : str
        A few words on where it comes from.
    """

    weight: float = 1.0
    basis: Basis = "stated"
    note: str = ""
    kind: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Refuse a weight that would turn or void the evidence."""
        if not (is_finite_number(self.weight) and self.weight > 0):
            msg = f"`weight` of {self.kind} is {self.weight!r}; give a number above 0."
            raise ParameterError(msg)
        if self.basis not in ("stated", "assumed"):
            msg = f"`basis` is {self.basis!r}; use 'stated' or 'assumed'."
            raise ParameterError(msg)

    @abstractmethod
    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return per cell of the county the miss in metres, >= 0."""

    def cost(self, grid: Grid) -> NDArray[np.float64]:
        """Return per cell of the county the weighed miss in county radii."""
        return self.weight * self.distance(grid) / grid.radius_m

    @abstractmethod
    def describe(self) -> str:
        """Return the evidence in a few words, for the row of the zone."""

    def text(self) -> str:
        """Return description, basis, weight and note in one line."""
        note = f", {self.note}" if self.note else ""
        return f"{self.describe()} ({self.basis}, weight {self.weight:g}{note})"


@dataclass(frozen=True, kw_only=True)
class Seats(Evidence):
    """Township seats that lie in the zone: nearness to the tree that joins them.

    A zone is one piece of land, so what lies between its seats is as near to it as the
    seats are; the joining lines are their minimum spanning tree. `points` maps the
    unit's name to longitude and latitude. With `binding` the zone must hold the tree:
    no other zone may take the cells along it.
    """

    points: dict[str, tuple[float, float]]
    binding: bool = True
    kind: ClassVar[str] = "seats"

    def __post_init__(self) -> None:
        """Refuse an empty set of seats."""
        super().__post_init__()
        if not self.points:
            msg = "`points` of seats is empty; give at least one unit's lon and lat."
            raise ParameterError(msg)
        for unit, place in self.points.items():
            if not np.isfinite(place).all():
                msg = f"`points` has no place for {unit!r}: {place}; leave it out."
                raise ParameterError(msg)

    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return metres to the nearest seat or joining line."""
        seats = grid.project(shapely.MultiPoint(list(self.points.values())))
        tree = _spanning_tree(shapely.get_coordinates(seats))
        return np.asarray(shapely.distance(shapely.points(grid.centres), tree))

    def describe(self) -> str:
        """Return the names of the units."""
        return f"near the seats of {'、'.join(self.points)}"


def _spanning_tree(places: NDArray[np.float64]) -> Geometry:
    """Return the shortest lines that join points; the point itself if it is one."""
    points = np.unique(places, axis=0)
    if len(points) == 1:
        return shapely.Point(points[0])
    apart = np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))
    first, second = minimum_spanning_tree(apart).nonzero()
    return shapely.multilinestrings(
        shapely.linestrings(np.stack([points[first], points[second]], axis=1))
    )


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


def is_finite_number(value: object) -> bool:
    """Tell whether a value is a real number, NumPy's included, and finite."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and math.isfinite(float(str(value)))


def check_order(
    low_name: str, low: float | None, high_name: str, high: float | None
) -> None:
    """Refuse a range whose ends are exchanged or no numbers; None leaves one open."""
    for name, value in ((low_name, low), (high_name, high)):
        if value is not None and not is_finite_number(value):
            msg = f"`{name}` is {value!r}; give a number, or None to leave it open."
            raise ParameterError(msg)
    if low is not None and high is not None and low > high:
        msg = (
            f"`{low_name}` and `{high_name}` are turned around (`{low_name}` {low:g}, "
            f"`{high_name}` {high:g}); exchange them."
        )
        raise ParameterError(msg)


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


@dataclass(frozen=True, kw_only=True)
class Near(Evidence):
    """Nearness to a feature: a river line, a mountain, a road (lon/lat geometry)."""

    feature: Geometry
    name: str
    kind: ClassVar[str] = "near"

    def __post_init__(self) -> None:
        """Refuse an empty feature."""
        super().__post_init__()
        if self.feature is None or self.feature.is_empty:
            msg = f"`feature` of {self.name} is empty; give a line, point or polygon."
            raise ParameterError(msg)

    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return metres to the feature."""
        feature = grid.project(self.feature)
        return np.asarray(shapely.distance(shapely.points(grid.centres), feature))

    def describe(self) -> str:
        """Return the name of the feature."""
        return f"near {self.name}"


@dataclass(frozen=True, kw_only=True)
class SideOfLine(Evidence):
    """One side of a line that crosses the county (lon/lat LineString).

    The side is told by a direction: ``north`` is where the line is crossed by going
    south from the cell.
    """

    line: Geometry
    side: str
    name: str
    kind: ClassVar[str] = "side of a line"

    def __post_init__(self) -> None:
        """Refuse what is no line."""
        super().__post_init__()
        kind = getattr(self.line, "geom_type", type(self.line).__name__)
        if kind not in ("LineString", "MultiLineString") or self.line.is_empty:
            msg = f"`line` of {self.name} is no line ({kind}); give a LineString."
            raise ParameterError(msg)

    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return metres beyond the line, 0 on the right side of it."""
        if self.side not in BEARINGS or self.side == "centre":
            msg = f"`side` is {self.side!r}; use a point of the compass."
            raise ParameterError(msg)
        line = grid.project(self.line)
        points = shapely.points(grid.centres)
        foot = shapely.line_interpolate_point(
            line, shapely.line_locate_point(line, points)
        )
        away = grid.centres - shapely.get_coordinates(foot)
        wrong = away @ np.array(BEARINGS[self.side]) < 0
        return np.where(wrong, np.hypot(*away.T), 0.0)

    def describe(self) -> str:
        """Return the side and the line."""
        return f"{self.side} of {self.name}"
