"""Areas of polygons on the CGCS2000 ellipsoid, and tables of them that close."""

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
from ecozoning.errors import GeometryError, ParameterError, SchemaError
from ecozoning.overlay.balance import closed_table
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["area_table", "ellipsoidal_area"]

Method = Literal["exact", "survey"]
Overlaps = Literal["refuse", "allow"]

_STRIPS: Final = {"exact": geodesic_strips, "survey": survey_strips}
_OVERLAP_SHARE: Final = 1e-6
_COLUMNS: Final = ("area_km2", "share_percent", "n")


class _Rings(NamedTuple):
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
    return _measure(check_polygons(layer, name="layer"), method)


def _measure(layer: gpd.GeoDataFrame, method: Method) -> pd.Series[float]:
    """Return the areas of a layer that was checked."""
    crs = check_transformable(check_crs(layer, name="layer"), name="layer")
    rings = _rings(layer.geometry.to_numpy())
    lon, lat = _lonlat(rings.vertices, crs)
    check_lonlat_domain(lon, lat, name="layer")
    _refuse_wide_edges(lon, rings, layer)
    areas = ring_areas(lon, lat, rings.starts, strips=_STRIPS[method])
    signed = np.where(rings.is_hole, -areas, areas)
    total = np.bincount(rings.owner, weights=signed, minlength=len(layer))
    return pd.Series(total, index=layer.index, name="area_m2")


def _rings(geometries: NDArray[np.object_]) -> _Rings:
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
    return _Rings(
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


def _refuse_wide_edges(lon: Floats, rings: _Rings, layer: gpd.GeoDataFrame) -> None:
    """Refuse edges of 180 degrees and more: they may run either way round."""
    if np.ptp(lon) < 180:
        return
    wide = np.abs(np.diff(lon)) >= 180
    wide[rings.starts[1:-1] - 1] = False  # from one ring to the next
    if not wide.any():
        return
    ring = np.searchsorted(rings.starts, np.flatnonzero(wide), side="right") - 1
    labels = layer.index[np.unique(rings.owner[ring])].tolist()
    msg = (
        f"in `layer` the polygons {', '.join(map(repr, labels[:5]))} ({len(labels)} in "
        "all) have edges over 180 degrees of longitude or more, which may run either "
        "way round the Earth; cut polygons at the 180th meridian and around a pole, or "
        "if they are meant as drawn in degrees, use `layer.segmentize(1.0)`."
    )
    raise GeometryError(msg, index=tuple(labels))


def area_table(
    layer: gpd.GeoDataFrame,
    by: str | Sequence[str],
    *,
    control: float | None = None,
    total: bool = False,
    decimals: int = 4,
    overlaps: Overlaps = "refuse",
) -> pd.DataFrame:
    """
    Sum up areas per class in a table that closes.

    Areas add up to the control area and shares to 100.00, both to the last decimal, by
    the adjustment of `balance`: in proportion first, then single units to the largest
    classes.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        Polygons as for `ellipsoidal_area`, with the columns of `by`.
    by : str or sequence of str
        Column, or columns, that name the class of a polygon; no value may be missing.
    control : float, optional
        Control area in km², at most 5 % from the measured one. Without it the areas
        add up to the measured sum, rounded.
    total : bool, default False
        Whether a last row holds the totals, ``"total"`` in the first column of `by`.
    decimals : int, default 4
        Decimals of ``area_km2``. Four are a hundredth of a hectare, which is what the
        land survey prints.
    overlaps : {"refuse", "allow"}, default "refuse"
        Whether polygons may overlap by more than a millionth of their area; what two
        of them share is counted twice.

    Returns
    -------
    pandas.DataFrame
        One row per class, in the order in which classes first appear: the columns of
        `by`, ``area_km2``, ``share_percent`` (two decimals) and ``n``, the number of
        polygons. ``attrs`` has ``measured_km2``, ``control_km2`` and
        ``correction_percent``, by how much the measured area was changed.

    Raises
    ------
    ParameterError
        If `by`, `overlaps`, `decimals` or `control` is outside its domain.
    SchemaError
        If a column of `by` is not there or has missing values.
    GeometryError
        If polygons overlap, or for the reasons of `ellipsoidal_area`.
    AreaBalanceError
        If `control` is more than 5 % from the measured area.
    MissingCRSError, CRSMismatchError, NoDataError
        For the reasons of `ellipsoidal_area`.

    Examples
    --------
    Three cells of a grid, one degree wide, at the equator.

    >>> import geopandas as gpd, shapely
    >>> cells = gpd.GeoDataFrame(
    ...     {"zone": ["north", "south", "north"]},
    ...     geometry=shapely.box([0, 0, 1], [0, -1, 0], [1, 1, 2], [1, 0, 1]),
    ...     crs="EPSG:4490",
    ... )
    >>> area_table(cells, "zone", control=36_900, total=True)
        zone  area_km2  share_percent  n
    0  north   24600.0          66.67  2
    1  south   12300.0          33.33  1
    2  total   36900.0         100.00  3
    """
    if overlaps not in get_args(Overlaps):
        msg = f"`overlaps` is {overlaps!r}; use one of {', '.join(get_args(Overlaps))}."
        raise ParameterError(msg)
    columns = _class_columns(by)
    layer = check_polygons(layer, name="layer", columns=columns)
    _check_classes(layer, columns)
    if overlaps == "refuse":
        _check_overlaps(layer)
    measured = _class_areas(layer, columns)
    table = closed_table(measured, control, decimals)
    return _with_total(table, columns) if total else table


def _class_columns(by: str | Sequence[str]) -> list[str]:
    """Return the columns that name a class, insisting on at least one, each once."""
    columns = [by] if isinstance(by, str) else list(by)
    if not columns or len(set(columns)) < len(columns) or set(columns) & set(_COLUMNS):
        msg = (
            f"`by` is {by!r}, but one or more different columns are needed, none of "
            f"them called {', '.join(_COLUMNS)}; `layer.rename(columns=...)` helps."
        )
        raise ParameterError(msg)
    return columns


def _check_classes(layer: gpd.GeoDataFrame, columns: list[str]) -> None:
    """Refuse polygons that have no class."""
    unnamed = layer[columns].isna().any(axis=1)
    if unnamed.any():
        labels = layer.index[unnamed].tolist()
        msg = (
            f"`layer` has {len(labels)} rows without a class in {columns} (first "
            f"labels: {', '.join(map(repr, labels[:5]))}); name them with "
            f"`layer.fillna({{{columns[0]!r}: ...}})` or leave them out with "
            f"`layer.dropna(subset={columns})`."
        )
        raise SchemaError(msg, bad_rows=tuple(str(label) for label in labels))


def _check_overlaps(layer: gpd.GeoDataFrame) -> None:
    """Refuse polygons that share more than a millionth of the area."""
    geometries = layer.geometry.to_numpy()
    left, right = _candidate_pairs(geometries)
    shared = shapely.area(shapely.intersection(geometries[left], geometries[right]))
    share = float(shared.sum() / shapely.area(geometries).sum())
    if share <= _OVERLAP_SHARE:
        return
    real = shared > 0
    labels = layer.index[np.unique([left[real], right[real]])].tolist()
    msg = (
        f"in `layer` {real.sum()} pairs of polygons overlap (first labels: "
        f"{', '.join(map(repr, labels[:5]))}) and share {share:.2e} of the area, which "
        "would be counted twice; cut them apart with `layer.overlay(...)`, or say "
        "`overlaps='allow'` if that is meant."
    )
    raise GeometryError(msg, index=tuple(labels))


def _candidate_pairs(
    geometries: NDArray[np.object_],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs that may overlap: one of the two has edges inside the other.

    In a clean coverage no polygon has such edges, and there is nothing to intersect.
    """
    suspect = ~shapely.is_empty(shapely.coverage_invalid_edges(geometries))
    found, right = shapely.STRtree(geometries).query(
        geometries[suspect], predicate="intersects"
    )
    left = np.flatnonzero(suspect)[found]
    once = (left < right) | ((left > right) & ~suspect[right])
    return left[once], right[once]


def _class_areas(layer: gpd.GeoDataFrame, columns: list[str]) -> pd.DataFrame:
    """Return measured km² and number of polygons per class, unrounded."""
    classes = pd.DataFrame(layer[columns])
    classes["area_km2"] = _measure(layer, "exact") * convert(1, "m2", "km2")
    grouped = classes.groupby(columns, sort=False, observed=True)["area_km2"]
    return grouped.agg(area_km2="sum", n="size").reset_index()


def _with_total(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return a table with a last row of totals."""
    last = dict.fromkeys(columns, "") | {
        columns[0]: "total",
        "area_km2": table.attrs["control_km2"],
        "share_percent": 100.0,
        "n": table["n"].sum(),
    }
    whole = table.astype(dict.fromkeys(columns, object))
    whole.loc[len(whole)] = last
    whole.attrs = table.attrs
    return whole
