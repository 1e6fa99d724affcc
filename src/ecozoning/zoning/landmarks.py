"""Evidence of what a zone lies by: seats of townships, a feature, a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
import shapely
from scipy.sparse.csgraph import minimum_spanning_tree

from ecozoning.errors import ParameterError
from ecozoning.zoning.evidence import Evidence
from ecozoning.zoning.positions import BEARINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Geometry

    from ecozoning.zoning.grid import Grid

__all__ = ["HELD_CELLS", "Near", "Seats", "SideOfLine"]

HELD_CELLS: Final = 4.0
"""Cells on either side of the tree of binding seats that no other zone may take."""


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
