"""Borders of polygons that tile the land drawn with fewer vertices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from ecozoning._validation.geometries import rows_named
from ecozoning.errors import ComputationError, GeometryError
from ecozoning.overlay.coverage_change import CoverageChange, change_of
from ecozoning.overlay.coverage_faces import unmatched
from ecozoning.overlay.coverage_inputs import check_layer, check_no_overlaps
from ecozoning.overlay.metric_scale import scale_of
from ecozoning.raster.checks import check_positive

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["simplify_coverage"]


def simplify_coverage(
    layer: gpd.GeoDataFrame | gpd.GeoSeries,
    tolerance_m: float,
    *,
    keep_boundary: bool = False,
) -> CoverageChange:
    """
    Draw the borders of polygons with fewer vertices, each border once for both sides.

    By the rule of Visvalingam and Whyatt [1]_: as long as the smallest triangle that a
    vertex makes with its two neighbours is below the square of the tolerance, that
    vertex goes. Points where three rows meet stay, no row vanishes, and neighbours
    neither overlap nor part.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Polygons with unique labels that neither overlap nor differ in the vertices of
        common edges, in any CRS that can be brought to CGCS2000.
    tolerance_m : float
        Side in metres, > 0, of the square that is as large as the smallest triangle
        that stays, whatever the CRS.
    keep_boundary : bool, default False
        Whether edges on the outside, and of holes in the coverage, stay as they are.

    Returns
    -------
    CoverageChange
        `layer` has the rows, columns, order and labels of the one given. `ledger` adds
        `vertices_before` and `vertices_after`.

    Raises
    ------
    ParameterError
        If `layer` is not a layer or `tolerance_m` not a number above 0.
    MissingCRSError, CRSMismatchError
        If `layer` has no CRS or one that cannot be brought to CGCS2000.
    NoDataError, SchemaError
        If `layer` has no rows or a label twice.
    GeometryError
        If `layer` has missing, empty, invalid or other geometry, rows that overlap, or
        edges that touch without having their vertices in common.
    ComputationError
        If the result is no coverage.

    Notes
    -----
    Degrees are stretched to metres at the middle latitude of the layer. Vertices that
    stay keep their coordinates.

    References
    ----------
    .. [1] Visvalingam, M. and Whyatt, J. D. (1993). Line generalisation by repeated
       elimination of points. The Cartographic Journal, 30(1), 46-51.
       doi:10.1179/000870493786962263

    Examples
    --------
    Two squares whose common border has a bend of 1 m, a triangle of 5 m².

    >>> import geopandas as gpd, shapely
    >>> west = shapely.Polygon([(0, 0), (10, 0), (11, 5), (10, 10), (0, 10)])
    >>> east = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (11, 5)])
    >>> layer = gpd.GeoDataFrame(geometry=[west, east], crs="EPSG:4547")
    >>> layer.geometry = layer.translate(5e5, 3.1e6)
    >>> simplify_coverage(layer, tolerance_m=3).ledger.round(1)
       area_before_m2  area_after_m2  change_m2  vertices_before  vertices_after
    0           105.0          100.0       -5.0                6               5
    1            95.0          100.0        5.0                6               5
    """
    frame, crs = check_layer(layer, name="layer")
    check_positive("tolerance_m", tolerance_m)
    plain = frame.geometry.to_numpy()
    _check_matched(frame)
    scale = scale_of(plain, crs)
    simple = shapely.coverage_simplify(
        scale.to_metres(plain), tolerance_m, simplify_boundary=not keep_boundary
    )
    result = scale.from_metres(simple, plain)
    _check_result(result, tolerance_m)
    change = change_of(frame, result)
    change.ledger["vertices_before"] = shapely.get_num_coordinates(plain)
    change.ledger["vertices_after"] = shapely.get_num_coordinates(result)
    return change


def _check_matched(frame: gpd.GeoDataFrame) -> None:
    """Refuse rows that overlap, or that touch without sharing their vertices."""
    if check_no_overlaps(frame, name="layer"):
        return
    labels = frame.index[unmatched(frame.geometry.to_numpy())].tolist()
    msg = (
        f"in `layer` {rows_named(labels, 'row')} touch others along edges of other "
        "vertices, and would part from them; give neighbours the same vertices with "
        "`ecozoning.clean_coverage(layer).layer`."
    )
    raise GeometryError(msg, index=tuple(labels))


def _check_result(polygons: object, tolerance_m: float) -> None:
    """Insist that what came out tiles the land."""
    if shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons):
        return
    msg = (
        f"with `tolerance_m={tolerance_m}` borders of `layer` would cross; use a "
        "smaller one."
    )
    raise ComputationError(msg)
