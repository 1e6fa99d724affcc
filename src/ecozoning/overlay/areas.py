"""Areas of polygons on the CGCS2000 ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from shapely import GeometryType

from ecozoning._kernels.ellipsoid import geodesic_strips, ring_areas, survey_strips
from ecozoning._validation import (
    cgcs2000_degrees,
    check_crs,
    check_lonlat_domain,
    check_polygons,
    check_transformable,
)
from ecozoning.errors import GeometryError, ParameterError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Rings", "areas_of", "checked_areas", "ellipsoidal_area", "rings_of"]

Method = Literal["exact", "survey"]

_STRIPS: Final = {"exact": geodesic_strips, "survey": survey_strips}


class Rings(NamedTuple):
    """The rings of a layer, one after the other, each closed by its first vertex."""

    vertices: Floats  # (n, 2)
    starts: NDArray[np.int64]  # one more than there are rings
    owner: NDArray[np.intp]  # row of the polygon
    is_hole: NDArray[np.bool_]


def ellipsoidal_area(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, method: Method = "exact"
) -> pd.Series[float]:
    r"""
    Measure polygons on the CGCS2000 ellipsoid, whatever their projection.

    Vertices of a projected layer are first brought back to longitude and latitude, as
    the land survey requires; what a projection does to areas drops out. Then every ring
    is the sum of the strips between its edges and the equator. The methods differ in
    the line that joins two vertices:

    ``"exact"``
        the shortest line on the ellipsoid (geodesic). With :math:`q` the area function
        and :math:`\sin\beta = q(\varphi)/q(90°)` the authalic latitude, the strip under
        an edge of longitude difference :math:`\lambda` has the spherical excess

        .. math::

           \tan\frac{E}{2} = \tan\frac{\lambda}{2}\,
           \frac{t_1 + t_2}{1 + t_1 t_2}, \qquad t = \tan\frac{\beta}{2},

        of a great circle of the authalic sphere, and
        :math:`\tfrac{1}{12} e^2 \sin\beta \cos^2\beta\, \sigma^2 \lambda` more (and a
        term in :math:`e^4`) because the geodesic, of angular length :math:`\sigma`, is
        not quite that circle.
    ``"survey"``
        the line that is straight in longitude and in the area function, so that a strip
        is a trapezoid; the area function is the series of the land survey [1]_.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Valid two-dimensional polygons or multipolygons, unique index, any geographic or
        projected CRS on CGCS2000, WGS 84 or another earth-centred datum, or one that
        carries its own ``+towgs84``. Degrees of WGS 84 are taken as degrees of
        CGCS2000 (they differ by centimetres). The direction of rings does not matter.
    method : {"exact", "survey"}, default "exact"
        Which line the edges follow, see above.

    Returns
    -------
    pandas.Series, float64, index of `layer`
        Areas in square metres, > 0, named ``area_m2``.

    Raises
    ------
    ParameterError
        If `layer` is not a layer or `method` is not known.
    MissingCRSError
        If `layer` has no CRS.
    CRSMismatchError
        If its CRS cannot be brought to CGCS2000, for instance Beijing 1954, Xian 1980
        or a local system without its parameters.
    NoDataError
        If `layer` has no rows.
    SchemaError
        If its index has a label twice.
    GeometryError
        If a row has no geometry, another kind than polygons, heights, invalid geometry,
        coordinates outside the degrees there are, or an edge over 180 degrees of
        longitude or more, as rings around a pole or over the 180th meridian have.

    Notes
    -----
    ``"exact"`` agrees with the geodesic polygon to 5e-11 of the area where edges are
    shorter than 10 km, to 2e-9 up to 100 km and to 2e-6 up to 1000 km. Rounding adds
    at most 2e-9 m times the perimeter: 8e-10 of the area of a parcel of 10 m by 10 m.
    ``"survey"`` differs from ``"exact"`` by what lies between the two lines, and for
    quadrangles of meridians and parallels agrees with the analytical area to 1e-11.
    Most of the time goes into checking geometries and undoing a projection, little into
    the areas. Memory is about 30 bytes per vertex, 50 for a projected layer.

    References
    ----------
    .. [1] 国务院第二次全国土地调查领导小组办公室 (2008). 图幅理论面积与图斑椭球面积计算
       公式及要求. 国土调查办发〔2008〕32号.
    .. [2] Bessel, F. W. (1825), translated by Karney, C. F. F. and Deakin, R. E.
       (2010). The calculation of longitude and latitude from geodesic measurements.
       Astronomische Nachrichten, 331, 852-861. doi:10.1002/asna.201011352
    .. [3] Karney, C. F. F. (2013). Algorithms for geodesics. Journal of Geodesy, 87,
       43-55. doi:10.1007/s00190-012-0578-z

    Examples
    --------
    One eighth of the ellipsoid, whose surface is 510 065 622 km²: the edges are two
    meridians and the equator, so every method must give the same.

    >>> import geopandas as gpd, shapely
    >>> octant = shapely.Polygon([(0, 0), (90, 0), (90, 90), (0, 90)])
    >>> layer = gpd.GeoSeries([octant], index=["octant"], crs="EPSG:4490")
    >>> [f"{area / 1e6:,.0f} km²" for area in ellipsoidal_area(layer)]
    ['63,758,203 km²']
    >>> f"{510_065_622 / 8:,.0f}"
    '63,758,203'
    """
    if method not in get_args(Method):
        msg = f"`method` is {method!r}; use one of {', '.join(get_args(Method))}."
        raise ParameterError(msg)
    return checked_areas(check_polygons(layer, name="layer"), method)


def checked_areas(layer: gpd.GeoDataFrame, method: Method) -> pd.Series[float]:
    """Return the areas in m2 of a layer that `check_polygons` has passed."""
    crs = check_transformable(check_crs(layer, name="layer"), name="layer")
    areas = areas_of(layer.geometry.to_numpy(), crs, layer.index, method)
    return pd.Series(areas, index=layer.index, name="area_m2")


def areas_of(
    geometries: NDArray[np.object_], crs: CRS, index: pd.Index, method: Method
) -> Floats:
    """Return the areas in m2 of valid polygons; `index` has what to call them."""
    rings = rings_of(geometries)
    lon, lat = _lonlat(rings.vertices, crs)
    check_lonlat_domain(lon, lat, name="layer")
    _refuse_wide_edges(lon, rings, index)
    areas = ring_areas(lon, lat, rings.starts, strips=_STRIPS[method])
    signed = np.where(rings.is_hole, -areas, areas)
    total = np.bincount(rings.owner, weights=signed, minlength=len(geometries))
    return total.astype(np.float64, copy=False)


def rings_of(geometries: NDArray[np.object_]) -> Rings:
    """Take polygons apart; those of one ring, nearly all, are taken as they are."""
    plain = shapely.get_type_id(geometries) == GeometryType.POLYGON
    plain[plain] = shapely.get_num_interior_rings(geometries[plain]) == 0
    others = np.flatnonzero(~plain)
    parts, part_of = shapely.get_parts(geometries[others], return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    is_hole = np.zeros(plain.sum() + len(rings), dtype=bool)
    is_hole[plain.sum() + 1 :] = np.diff(ring_of) == 0  # a polygon's first is its shell
    everything = np.concatenate([geometries[plain], rings])
    sizes = shapely.get_num_coordinates(everything)
    return Rings(
        vertices=shapely.get_coordinates(everything),
        starts=np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]),
        owner=np.concatenate([np.flatnonzero(plain), others[part_of[ring_of]]]),
        is_hole=is_hole,
    )


def _lonlat(vertices: Floats, crs: CRS) -> tuple[Floats, Floats]:
    """Return longitude and latitude in degrees of CGCS2000, from any meridian."""
    in_degrees = all(axis.unit_name == "degree" for axis in crs.axis_info[:2])
    if crs.is_geographic and in_degrees and not crs.is_bound:
        return vertices[:, 0], vertices[:, 1]
    to_degrees = Transformer.from_crs(crs, cgcs2000_degrees(crs), always_xy=True)
    lon, lat = to_degrees.transform(vertices[:, 0], vertices[:, 1])
    return lon, lat


def _refuse_wide_edges(lon: Floats, rings: Rings, index: pd.Index) -> None:
    """Refuse edges of 180 degrees and more: they may run either way round."""
    if np.ptp(lon) < 180:
        return
    wide = np.abs(np.diff(lon)) >= 180
    wide[rings.starts[1:-1] - 1] = False  # from one ring to the next
    if not wide.any():
        return
    ring = np.searchsorted(rings.starts, np.flatnonzero(wide), side="right") - 1
    labels = index[np.unique(rings.owner[ring])].tolist()
    msg = (
        f"in `layer` the polygons {', '.join(map(repr, labels[:5]))} ({len(labels)} in "
        "all) have edges over 180 degrees of longitude or more, which may run either "
        "way round the Earth; cut polygons at the 180th meridian and around a pole, or "
        "if they are meant as drawn in degrees, use `layer.segmentize(1.0)`."
    )
    raise GeometryError(msg, index=tuple(labels))
