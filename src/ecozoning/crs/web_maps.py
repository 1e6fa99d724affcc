"""Layers of Chinese web maps brought back to their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ecozoning._kernels import gcj02
from ecozoning._validation import check_crs, check_transformable
from ecozoning.crs.datums import CGCS2000
from ecozoning.errors import CRSMismatchError, NoDataError, ParameterError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["check_in_china", "from_gcj02"]

CHINA: Final = (72.004, 137.8347, 0.8293, 55.8271)
"""West, east, south and north of where web maps move positions, degrees."""


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
        If it is not in degrees (a projection of shifted degrees has to be undone first)
        or says to be on a datum whose shift nobody states.
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
    >>> import ecozoning as ez
    >>> shown = gpd.GeoSeries([Point(116.410244499, 39.916404282)], crs=4326)
    >>> ez.from_gcj02(shown)[0].wkt
    'POINT (116.404 39.915)'
    """
    import shapely

    crs = check_transformable(check_crs(layer, name="layer"), name="layer")
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
    check_in_china(shapely.get_coordinates(shapes))
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


def check_in_china(vertices: Floats) -> None:
    """Insist that vertices (n, 2), degrees, lie where web maps move positions."""
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
