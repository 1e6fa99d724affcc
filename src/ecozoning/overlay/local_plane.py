"""A plane in metres around a place, on which widths and short ways are true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Proj

from ecozoning._kernels.ellipsoid import INVERSE_FLATTENING, SEMI_MAJOR_M
from ecozoning._validation import cgcs2000_degrees, check_lonlat_domain
from ecozoning.crs import CGCS2000, to_cgcs2000

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning.overlay.faces import Geometry

    Geometries = NDArray[np.object_]

__all__ = ["LocalPlane", "degrees_of", "polygons_from_degrees"]


@dataclass(frozen=True)
class LocalPlane:
    """
    Plane that touches the CGCS2000 ellipsoid: azimuthal, equidistant from its centre.

    Attributes
    ----------
    lon, lat : float
        Centre, in degrees. At a distance of d km from it lengths are off by less than
        d² / (6 · 6371²): a ten-thousandth 150 km away, nothing that counts at 10 km.
    """

    lon: float
    lat: float

    @property
    def _proj(self) -> Proj:
        return Proj(
            proj="aeqd",
            lon_0=self.lon,
            lat_0=self.lat,
            a=SEMI_MAJOR_M,
            rf=INVERSE_FLATTENING,
        )

    def flatten(self, geometries: Geometry) -> Geometry:
        """Return geometries in degrees as metres east and north of the centre."""
        return self._moved(geometries, inverse=False)

    def unflatten(self, geometries: Geometry) -> Geometry:
        """Return geometries given in metres, in degrees."""
        return self._moved(geometries, inverse=True)

    def _moved(self, geometries: Geometry, *, inverse: bool) -> Geometry:
        proj = self._proj

        def move(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
            moved = proj(pairs[:, 0], pairs[:, 1], inverse=inverse, errcheck=True)
            return np.column_stack(moved)

        return shapely.transform(geometries, move)


def degrees_of(layer: gpd.GeoDataFrame, *, name: str) -> Geometries:
    """Return the geometries of a layer in degrees of CGCS2000."""
    geometries: Geometries = to_cgcs2000(layer, name=name).geometry.to_numpy()
    lon, lat = shapely.get_coordinates(geometries).T
    check_lonlat_domain(lon, lat, name=name)
    return geometries


def polygons_from_degrees(polygons: Geometry, crs: CRS) -> Geometries:
    """Return polygons in degrees of CGCS2000 in the CRS of the user's layer.

    Rounding on the way may let parts that touch cross; this is mended.
    """
    series = gpd.GeoSeries(polygons, crs=CGCS2000)
    series = series.set_crs(cgcs2000_degrees(crs), allow_override=True).to_crs(crs)
    mended: Geometries = shapely.make_valid(
        series.to_numpy(), method="structure", keep_collapsed=False
    )
    return mended
