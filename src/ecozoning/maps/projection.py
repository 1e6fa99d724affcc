"""The plane of a sheet: CGCS2000, the 3-degree Gauss-Krüger zone of the county."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pyproj import Transformer

from ecozoning.errors import GeometryError

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Projection", "projection_of"]

GEOGRAPHIC: Final = "EPSG:4490"
FIRST_ZONE, LAST_ZONE = 25, 45
FIRST_EPSG: Final = 4534  # zone 25, easting without the zone number


@dataclass(frozen=True)
class Projection:
    """A 3-degree zone, and the point of the county it was chosen for."""

    zone: int
    lon: float
    lat: float

    @property
    def crs(self) -> str:
        """Return the EPSG code of the zone, metres, false easting 500 km."""
        return f"EPSG:{FIRST_EPSG + self.zone - FIRST_ZONE}"

    @property
    def central_meridian(self) -> int:
        """Return degrees east of Greenwich."""
        return 3 * self.zone

    @cached_property
    def _transformer(self) -> Transformer:
        return Transformer.from_crs(GEOGRAPHIC, self.crs, always_xy=True)

    def forward(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return easting and northing in metres of degrees."""
        x, y = self._transformer.transform(lon, lat)
        return x, y

    def inverse(self, x: float, y: float) -> tuple[float, float]:
        """Return degrees of an easting and a northing in metres."""
        lon, lat = self._transformer.transform(x, y, direction="INVERSE")
        return float(lon), float(lat)

    @property
    def convergence(self) -> float:
        """Return how far, in degrees, true north lies left of the top of the sheet.

        Taken from the plane itself, by a step to the north, so that no sign
        convention of meridian convergence has to be believed.
        """
        x, y = self._transformer.transform(
            [self.lon, self.lon], [self.lat, self.lat + 0.01]
        )
        return math.degrees(math.atan2(x[0] - x[1], y[1] - y[0]))


def projection_of(boundary: gpd.GeoDataFrame) -> Projection:
    """Return the projection for a county given in degrees."""
    west, south, east, north = boundary.total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    zone = math.floor(lon / 3 + 0.5)
    if not FIRST_ZONE <= zone <= LAST_ZONE:
        msg = (
            f"`boundary` lies about {lon:.2f} E, outside China's 3-degree zones "
            f"({FIRST_ZONE} to {LAST_ZONE}); if its CRS is labelled wrongly, state it "
            "with `boundary.set_crs(..., allow_override=True)`."
        )
        raise GeometryError(msg)
    return Projection(zone, float(lon), float(lat))
