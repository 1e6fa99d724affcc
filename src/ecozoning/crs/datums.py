"""Layers of any datum brought to CGCS2000, the old ones by the user's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from ecozoning._validation import cgcs2000_degrees, check_crs, check_transformable
from ecozoning._validation.geometries import rows_named
from ecozoning.crs.parameters import (
    FourParameters,
    SevenParameters,
    helmert_step,
    turned_vertices,
)
from ecozoning.errors import CRSMismatchError, GeometryError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]
    Parameters: TypeAlias = SevenParameters | FourParameters

__all__ = ["CGCS2000", "FourParameters", "SevenParameters", "to_cgcs2000"]

CGCS2000: Final = "EPSG:4490"
FARTHEST_M: Final = 1000.0
"""No datum of China lies farther from CGCS2000; parameters that say so are misread."""
DEGREE_M: Final = 111_195.0


def to_cgcs2000(
    layer: gpd.GeoDataFrame,
    parameters: Parameters | None = None,
    *,
    name: str = "layer",
) -> gpd.GeoDataFrame:
    """
    Bring a layer to longitude and latitude of CGCS2000.

    Layers on CGCS2000, WGS 84 and other earth-centred datums, and those whose CRS
    carries its own shift (``+towgs84``), need no parameters. Those on Beijing 1954,
    Xian 1980 and other old datums do: the survey office of the province has them, they
    hold for one region, and none is built in.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or GeoSeries
        Any geometries; its CRS says on which datum and in which projection.
    parameters : SevenParameters or FourParameters, optional
        The shift from the datum of the layer to CGCS2000. Seven parameters turn
        positions in space; the heights above the ellipsoid are taken as 0, which moves
        a place by a few millimetres per 100 m of height. Four parameters turn the plane
        of the projection that the layer is in.
    name : str, default "layer"
        What messages call the layer.

    Returns
    -------
    geopandas.GeoDataFrame or GeoSeries
        In EPSG:4490; index, columns and heights (Z) as they were.

    Raises
    ------
    MissingCRSError
        If the layer has no CRS.
    CRSMismatchError
        If its datum needs parameters and none are given, or the other way round, or
        four parameters are given for a layer in degrees.
    GeometryError
        If coordinates are nowhere on the Earth in the CRS of the layer.
    ParameterError
        If `parameters` is of another type, or moves a vertex by more than 1000 m.

    Examples
    --------
    Parameters made up for the example; those of your county come from the survey
    office.

    >>> import geopandas as gpd
    >>> import ecozoning as ez
    >>> from shapely import Point
    >>> old = gpd.GeoSeries([Point(114.9, 28.2)], crs="EPSG:4610")  # Xian 1980
    >>> office = ez.SevenParameters(
    ...     dx_m=-100, dy_m=50, dz_m=20, convention="position_vector"
    ... )
    >>> new = ez.to_cgcs2000(old, office)
    >>> f"{new[0].x:.6f} {new[0].y:.6f}", new.crs.to_epsg()
    ('114.900709 28.199786', 4490)
    """
    crs = check_crs(layer, name=name)
    if parameters is None:
        check_transformable(crs, name=name)
        degrees = layer.to_crs(cgcs2000_degrees(crs))
        _refuse_nowhere(degrees, crs, name)
        return degrees.set_crs(CGCS2000, allow_override=True)
    if not isinstance(parameters, SevenParameters | FourParameters):
        msg = (
            f"`parameters` is a {type(parameters).__name__}, but `SevenParameters` or "
            "`FourParameters` are needed, which say what each number means: "
            "`ecozoning.SevenParameters(dx_m=..., convention=...)`."
        )
        raise ParameterError(msg)
    _refuse_known(crs, name)
    if isinstance(parameters, SevenParameters):
        shifted = _turned_in_space(layer, parameters, crs)
    else:
        shifted = _turned_in_plane(layer, parameters, crs, name)
    _refuse_nowhere(shifted, crs, name)
    _refuse_far(layer.to_crs(crs.geodetic_crs), shifted)
    return shifted


def _refuse_known(crs: CRS, name: str) -> None:
    """Refuse parameters for a CRS whose way to CGCS2000 is known."""
    try:
        check_transformable(crs, name=name)
    except CRSMismatchError:
        if crs.geodetic_crs is None or crs.is_geocentric:
            raise
        return
    msg = (
        f"`{name}` is in {crs.name}, from which CGCS2000 is reached without "
        "`parameters`: leave them out, or state the datum that its coordinates are on "
        f"with `{name}.set_crs(..., allow_override=True)`."
    )
    raise CRSMismatchError(msg)


def _turned_in_space(
    layer: gpd.GeoDataFrame, parameters: SevenParameters, crs: CRS
) -> gpd.GeoDataFrame:
    """Return a layer in degrees, turned about the middle of the Earth."""
    from pyproj import Transformer

    ellipsoid: Any = crs.ellipsoid  # a CRS with longitude and latitude has one
    axis, flattening = ellipsoid.semi_major_metre, ellipsoid.inverse_flattening
    pipeline = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart +a={axis!r} +rf={flattening!r} "
        f"+step {helmert_step(parameters)} "
        "+step +inv +proj=cart +a=6378137 +rf=298.257222101 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )

    def turn(vertices: Floats) -> Floats:
        x, y = vertices[:, :2].T
        lon, lat, _ = pipeline.transform(x, y, np.zeros(len(vertices)))
        return np.column_stack([lon, lat, vertices[:, 2:]])

    return _moved(layer.to_crs(crs.geodetic_crs), turn, CGCS2000)


def _turned_in_plane(
    layer: gpd.GeoDataFrame, parameters: FourParameters, crs: CRS, name: str
) -> gpd.GeoDataFrame:
    """Return a layer in degrees, turned in the plane of its projection."""
    if not crs.is_projected:
        msg = (
            f"`{name}` is in degrees ({crs.name}), but four parameters turn a plane in "
            f"metres; project it as those parameters ask: `{name}.to_crs(...)`."
        )
        raise CRSMismatchError(msg)

    def turn(vertices: Floats) -> Floats:
        return np.column_stack(
            [turned_vertices(vertices[:, :2], parameters), vertices[:, 2:]]
        )

    return to_cgcs2000(_moved(layer, turn, parameters.target), name=name)


def _moved(
    layer: gpd.GeoDataFrame, move: Callable[[Floats], Floats], crs: CRS | str
) -> gpd.GeoDataFrame:
    """Return a layer whose vertices were moved, heights included, in another CRS."""
    shapes = layer.geometry.to_numpy()
    has_z = bool(shapely.has_z(shapes).any())
    moved = shapely.transform(shapes, move, include_z=has_z)
    if hasattr(layer, "columns"):
        result = layer.set_geometry(moved, crs=layer.crs)
    else:
        result = type(layer)(moved, index=layer.index, name=layer.name, crs=layer.crs)
    return result.set_crs(crs, allow_override=True)


def _refuse_nowhere(degrees: gpd.GeoDataFrame, crs: CRS, name: str) -> None:
    """Refuse vertices that have no longitude and latitude."""
    vertices, row = shapely.get_coordinates(
        degrees.geometry.to_numpy(), return_index=True
    )
    lost = np.unique(row[~np.isfinite(vertices).all(axis=1)])
    if lost.size:
        labels = tuple(degrees.index[lost])
        msg = (
            f"`{name}` has coordinates in {rows_named(list(labels), 'row')} that are "
            f"nowhere on the Earth in {crs.name}; see whether that is its CRS, or "
            f"leave them out with `{name}.drop(index=...)`."
        )
        raise GeometryError(msg, index=labels)


def _refuse_far(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> None:
    """Refuse parameters that move vertices farther than any datum of China lies."""
    old, new = (
        shapely.get_coordinates(layer.geometry.to_numpy()) for layer in (before, after)
    )
    if not len(old):
        return
    step = (new - old) * DEGREE_M
    step[:, 0] *= np.cos(np.radians(old[:, 1]))
    farthest = np.hypot(*step.T).max()
    if not farthest <= FARTHEST_M:
        msg = (
            f"`parameters` move a vertex by {farthest:,.0f} m, but no datum of China "
            f"is more than {FARTHEST_M:.0f} m off CGCS2000: see whether they are meant "
            "in metres, arc seconds and parts per million, for this projection and its "
            "false easting, and in this direction."
        )
        raise ParameterError(msg)
