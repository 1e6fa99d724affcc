"""Coordinate reference systems of Chinese surveying."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._kernels import gcj02
from ecozoning._validation import cgcs2000_degrees, check_crs, check_transformable
from ecozoning.errors import CRSMismatchError, NoDataError, ParameterError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]

__all__ = ["CGCS2000", "cgcs2000_zone", "china_albers", "from_gcj02", "to_cgcs2000"]

CGCS2000: Final = "EPSG:4490"
CHINA: Final = (72.004, 137.8347, 0.8293, 55.8271)
"""West, east, south and north of where web maps move positions, degrees."""
ZONES: Final = {3: (25, 45, 4513, 4534), 6: (13, 23, 4491, 4502)}
"""Width in degrees: first and last zone, EPSG of the first with its number before the
easting and without."""


def to_cgcs2000(layer: gpd.GeoDataFrame, *, name: str) -> gpd.GeoDataFrame:
    """Return a layer in CGCS2000 longitude and latitude, its own datum shift kept."""
    crs = check_transformable(check_crs(layer, name=name), name=name)
    degrees = layer.to_crs(cgcs2000_degrees(crs))
    return degrees.set_crs(CGCS2000, allow_override=True)


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

    >>> from ecozoning.crs import cgcs2000_zone
    >>> cgcs2000_zone(114.9).to_epsg(), cgcs2000_zone(114.9, zoned=True).to_epsg()
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
    >>> from ecozoning.crs import china_albers
    >>> crs = china_albers()
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


def from_gcj02(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Bring a layer from a Chinese web map, in GCJ-02, to CGCS2000.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or GeoSeries
        In degrees; files from web maps say WGS 84 or CGCS2000 of what is GCJ-02.

    Returns
    -------
    geopandas.GeoDataFrame or GeoSeries
        In EPSG:4490; all columns kept, heights too.

    Raises
    ------
    MissingCRSError
        If the layer has no CRS.
    NoDataError
        If no row has a geometry.
    CRSMismatchError
        If it is not in degrees: a projection of shifted degrees has to be undone first.
    ParameterError
        If a vertex lies outside the rectangle in which positions are moved.

    Notes
    -----
    GCJ-02 moves places in China by 300 to 700 m, by a law that is not published; the
    constants are those on which open implementations agree. It is undone by iteration
    to below a millimetre; how well the law itself is known is another matter: a few
    metres.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> from ecozoning.crs import from_gcj02
    >>> shown = gpd.GeoSeries([Point(116.410244499, 39.916404282)], crs=4326)
    >>> from_gcj02(shown)[0].wkt
    'POINT (116.404 39.915)'
    """
    import shapely

    crs = check_crs(layer, name="layer")
    if not crs.is_geographic:
        msg = (
            f"`layer` is in {crs.name}, but GCJ-02 is in degrees; undo the projection "
            "with `layer.to_crs(layer.crs.geodetic_crs)` first."
        )
        raise CRSMismatchError(msg)
    shapes = layer.geometry.to_numpy()
    if not shapely.get_num_coordinates(shapes).sum():
        msg = "`layer` has no vertex to move; see what emptied it."
        raise NoDataError(msg)
    _check_in_china(shapely.get_coordinates(shapes))
    has_z = shapely.has_z(shapes).any()
    moved = shapely.transform(shapes, _undone, include_z=bool(has_z))
    result = (
        layer.set_geometry(moved, crs=layer.crs) if hasattr(layer, "columns") else None
    )
    if result is None:
        result = type(layer)(moved, index=layer.index, name=layer.name, crs=layer.crs)
    return result.set_crs(CGCS2000, allow_override=True)


def _undone(vertices: Floats) -> Floats:
    """Return vertices, heights as they were, at their true place."""
    lon, lat = gcj02.from_gcj02(vertices[:, 0], vertices[:, 1])
    # To a tenth of a millimetre: the rest is the rounding of the iteration.
    places = np.column_stack([lon, lat]).round(9)
    return np.column_stack([places, vertices[:, 2:]])


def _check_in_china(vertices: Floats) -> None:
    west, east, south, north = CHINA
    lon, lat = vertices.T
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if not inside.all():
        lost = vertices[~inside][0].tolist()
        msg = (
            f"{np.count_nonzero(~inside)} vertices of `layer` lie outside China, such "
            f"as {lost}, where GCJ-02 moves nothing; leave them out, or see whether "
            "longitude and latitude are the wrong way round."
        )
        raise ParameterError(msg)
