"""The window of the map: which metres of the plane lie where on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.maps.layout import Rect
    from ecozoning.maps.projection import Projection

__all__ = ["View"]


@dataclass(frozen=True)
class View:
    """A frame in mm on the page, the point of the plane at its middle, and 1:N."""

    frame: Rect
    projection: Projection
    centre: tuple[float, float]
    denominator: float

    @property
    def metres_per_mm(self) -> float:
        """Return how many metres of the plane one millimetre of paper shows."""
        return self.denominator / 1000

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north edge of the frame in metres."""
        x, y = self.centre
        half_width = self.frame.width / 2 * self.metres_per_mm
        half_height = self.frame.height / 2 * self.metres_per_mm
        return x - half_width, y - half_height, x + half_width, y + half_height

    def to_page(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return metres of the plane as millimetres of the page."""
        middle = (
            self.frame.x + self.frame.width / 2,
            self.frame.y + self.frame.height / 2,
        )
        return np.asarray((points - self.centre) / self.metres_per_mm + middle)

    def shape_to_page(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Return a geometry of the plane in millimetres of the page."""
        return shapely.transform(geometry, self.to_page)
