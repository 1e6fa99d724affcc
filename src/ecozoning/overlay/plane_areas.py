"""Areas in square metres between lines straight in the coordinates of a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import GeometryType

from ecozoning.overlay.laid_edges import own_plate_areas

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]

__all__ = ["polygons_only", "radians_of", "square_metres", "unit_area_m2"]


def radians_of(crs: CRS) -> float | None:
    """Return the unit of a geographic CRS in radians, None for a projected one."""
    return crs.axis_info[0].unit_conversion_factor if crs.is_geographic else None


def square_metres(
    geometries: NDArray[np.object_], crs: CRS, area: Floats | None = None
) -> Floats:
    """
    Return areas that add up when polygons are cut in the plane of their coordinates.

    Of the map for a projected CRS; for a geographic one on the ellipsoid, an edge being
    straight in degrees, where `ellipsoidal_area` takes the shortest line. `area` is
    that in the plane, if it is known.
    """
    radians = radians_of(crs)
    if radians is not None:
        return own_plate_areas(geometries, radians)
    plane: Floats = shapely.area(geometries) if area is None else area
    return np.asarray(plane * crs.axis_info[0].unit_conversion_factor ** 2)


def unit_area_m2(geometries: NDArray[np.object_], crs: CRS) -> Floats:
    """Return the m2 of a unit of area of the plane at each geometry, within a percent.

    Good for judging what is small, where the box is small as well.
    """
    from ecozoning.overlay.laid_edges import strip_polynomials

    radians = radians_of(crs)
    if radians is None:
        square = crs.axis_info[0].unit_conversion_factor ** 2
        return np.full(len(geometries), square)
    bounds = shapely.bounds(geometries)
    middle = (bounds[:, 1] + bounds[:, 3]) / 2
    return strip_polynomials(middle, middle, radians)[:, 0]


def polygons_only(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the polygons of each geometry, None where it has none with an area."""
    out: NDArray[np.object_] = geometries.copy()
    kinds = shapely.get_type_id(geometries)
    out[shapely.is_empty(geometries) | (shapely.get_dimensions(geometries) < 2)] = None
    mixed = np.flatnonzero(kinds == GeometryType.GEOMETRYCOLLECTION)
    out[mixed] = None
    parts, of = shapely.get_parts(geometries[mixed], return_index=True)
    parts, again = shapely.get_parts(parts, return_index=True)
    of = of[again]
    land = shapely.area(parts) > 0
    parts, of = parts[land], of[land]
    for row in np.unique(of):
        own = parts[of == row]
        out[mixed[row]] = own[0] if len(own) == 1 else shapely.multipolygons(own)
    return out
