"""Zones of CGCS2000, and the equal-area projection of maps of China."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

from ecozoning.crs.datums import CGCS2000, to_cgcs2000
from ecozoning.errors import NoDataError, ParameterError

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

__all__ = ["ZONES", "cgcs2000_zone", "china_albers"]

ZONES: Final = {3: (25, 45, 4513, 4534), 6: (13, 23, 4491, 4502)}
"""Width in degrees: first and last zone, EPSG of the first with its number before the
easting and without."""


def cgcs2000_zone(
    layer_or_lon: gpd.GeoDataFrame | float, zoned: bool = False, *, width: int = 3
) -> CRS:
    """
    Return the CGCS2000 Gauss-Krüger zone that a place lies in.

    Parameters
    ----------
    layer_or_lon : geopandas.GeoDataFrame, GeoSeries or float
        A layer, of which the middle of the extent counts, or a longitude in degrees.
    zoned : bool, default False
        Whether eastings begin with the number of the zone (eight digits).
    width : {3, 6}, default 3
        Degrees of a zone: 3 for scales of 1:10 000 and larger, 6 for smaller ones.

    Returns
    -------
    pyproj.CRS
        EPSG:4534 to 4554, zoned 4513 to 4533; of 6 degrees EPSG:4502 to 4512, zoned
        4491 to 4501. A longitude on the border of two zones belongs to the eastern one.

    Raises
    ------
    ParameterError
        If `width` is neither, or the longitude lies in no zone of China.
    NoDataError
        If a layer has no geometry.
    MissingCRSError, CRSMismatchError
        If a layer has no CRS, or one on a datum whose shift nobody states.

    Notes
    -----
    Zones of 3 degrees are numbered 25 to 45 from the central meridian of 75 E, those of
    6 degrees 13 to 23 from that of 75 E (GB/T 13989; EPSG registry).

    Examples
    --------
    上高 lies at 114.9 E.

    >>> import ecozoning as ez
    >>> ez.cgcs2000_zone(114.9).to_epsg(), ez.cgcs2000_zone(114.9, zoned=True).to_epsg()
    (4547, 4526)
    """
    from pyproj import CRS

    if width not in ZONES or isinstance(width, bool):
        msg = f"`width` is {width!r}, but zones are 3 or 6 degrees wide."
        raise ParameterError(msg)
    lon = _longitude(layer_or_lon)
    number = math.floor(lon / 3 + 0.5) if width == 3 else math.floor(lon / 6) + 1
    first, last, with_number, without = ZONES[width]
    if not first <= number <= last:
        msg = (
            f"the longitude {lon:g} lies in no zone of CGCS2000 of {width} degrees; "
            "73.5 to 136.5 E is what there is: see whether longitude and latitude are "
            "the wrong way round."
        )
        raise ParameterError(msg)
    return CRS.from_epsg((with_number if zoned else without) + number - first)


def _longitude(layer_or_lon: Any) -> float:  # noqa: ANN401 -- a layer or a number
    """Return a longitude, or that of the middle of a layer."""
    if isinstance(layer_or_lon, Real) and not isinstance(layer_or_lon, bool):
        lon = float(layer_or_lon)
        if not math.isfinite(lon):
            msg = f"`layer_or_lon` is {lon}, but a longitude in degrees is needed."
            raise ParameterError(msg)
        return lon
    west, _, east, _ = to_cgcs2000(layer_or_lon, name="layer_or_lon").total_bounds
    if not math.isfinite(west + east):
        msg = "`layer_or_lon` has no geometry, so nobody can tell where it lies."
        raise NoDataError(msg)
    return float(west + east) / 2


def china_albers() -> CRS:
    """
    Return the equal-area projection of maps of China, on CGCS2000.

    Returns
    -------
    pyproj.CRS
        Albers' conic: standard parallels 25 and 47 N, origin 0 N, 105 E, metres. It has
        no EPSG code; ``ESRI:102025`` is another one (15 and 65 N, 95 E).

    Examples
    --------
    >>> import ecozoning as ez
    >>> crs = ez.china_albers()
    >>> crs.coordinate_operation.method_name, crs.geodetic_crs.to_epsg()
    ('Albers Equal Area', 4490)
    """
    from pyproj import CRS
    from pyproj.crs import ProjectedCRS
    from pyproj.crs.coordinate_operation import AlbersEqualAreaConversion

    return ProjectedCRS(
        AlbersEqualAreaConversion(25, 47, 0, 105),
        name="CGCS2000 / China Albers",
        geodetic_crs=CRS.from_user_input(CGCS2000),
    )
