"""Invalid polygons made valid, with a report of what was changed."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from shapely import GeometryType

from ecozoning._validation import check_crs, check_layer, check_transformable
from ecozoning._validation.geometries import POLYGONS, rows_named
from ecozoning.errors import DroppedRowsWarning, NoDataError
from ecozoning.overlay.plane_areas import polygons_only, square_metres

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["Mended", "mend_polygons"]

NONE: Final = "no geometry"
EMPTY: Final = "empty geometry"


@dataclass(frozen=True)
class Mended:
    """
    Layer of valid polygons and what was done for it; the answer of `mend_polygons`.

    Attributes
    ----------
    layer : geopandas.GeoDataFrame
        The rows that have land, with their labels and columns. Rows that were valid
        keep their geometry object.
    report : pandas.DataFrame
        One line per row that was changed, under its label: `problem` (in the words of
        GEOS), `action` (``mended`` or ``dropped``), `area_before_m2` (by the rings as
        they came, where halves of a bow-tie cancel), `area_after_m2`, `parts_before`,
        `parts_after`.
    """

    layer: gpd.GeoDataFrame
    report: pd.DataFrame


def mend_polygons(layer: gpd.GeoDataFrame | gpd.GeoSeries) -> Mended:
    """
    Make polygons valid, and say what became of each row.

    Rings that cross themselves are cut where they cross, and each part inside is kept:
    a bow-tie becomes two triangles. Shells within shells and rings that occur twice
    count once, holes outside their shell become land, and parts without area, spikes,
    lines and points beside polygons, and heights go. What then has no land is dropped.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Any geometries, unique index, any CRS that `ellipsoidal_area` takes.

    Returns
    -------
    Mended
        Valid polygons and multipolygons, and the report, which is empty if all were
        valid.

    Raises
    ------
    ParameterError
        If `layer` is not a layer.
    MissingCRSError, CRSMismatchError
        If `layer` has no CRS, or one that cannot be brought to CGCS2000.
    SchemaError
        If its index has a label twice.
    NoDataError
        If it has no rows, or no row with land is left.

    Warns
    -----
    DroppedRowsWarning
        If rows are dropped, because they are missing, empty, lines or points, without
        area, or have coordinates that are not finite.

    Notes
    -----
    By `shapely.make_valid` with ``method="structure"``. Areas are in m²: of the map for
    a projected layer, in degrees of the ellipsoid between lines straight in degrees.

    Examples
    --------
    A bow-tie, whose halves cancel in its area, and a square.

    >>> import geopandas as gpd, shapely
    >>> bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> layer = gpd.GeoSeries([bow, shapely.box(5, 0, 6, 1)], ["bow", "box"], crs=4547)
    >>> mended = mend_polygons(layer)
    >>> mended.report[["action", "area_before_m2", "area_after_m2", "parts_after"]]
         action  area_before_m2  area_after_m2  parts_after
    bow  mended             0.0            2.0            2
    """
    frame = check_layer(layer, name="layer")
    crs = check_transformable(check_crs(frame, name="layer"), name="layer")
    before = frame.geometry.to_numpy()
    problems = _problems(before)
    rows = np.flatnonzero(problems != "")
    after = before.copy()
    after[rows] = _mended(before[rows])
    dropped = rows[shapely.is_missing(after[rows])]
    report = pd.DataFrame(
        {
            "problem": problems[rows],
            "action": np.where(np.isin(rows, dropped), "dropped", "mended"),
            "area_before_m2": square_metres(_polygons_or_empty(before[rows]), crs),
            "area_after_m2": square_metres(_polygons_or_empty(after[rows]), crs),
            "parts_before": shapely.get_num_geometries(before[rows]),
            "parts_after": shapely.get_num_geometries(after[rows]),
        },
        index=frame.index[rows],
    )
    mended = frame.set_geometry(_series(after, frame)).drop(frame.index[dropped])
    _tell_of(frame.index[dropped].tolist(), len(mended))
    return Mended(mended, report)


def _series(geometries: NDArray[np.object_], frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    import geopandas as gpd

    name = frame.active_geometry_name
    return gpd.GeoSeries(geometries, frame.index, crs=frame.crs, name=name)


def _problems(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what is wrong with each row in words, empty where nothing is."""
    problems = np.full(len(geometries), "", dtype=object)
    invalid = ~shapely.is_valid(geometries)
    problems[invalid] = shapely.is_valid_reason(geometries[invalid])
    problems[shapely.has_z(geometries)] = "heights"
    others = ~np.isin(shapely.get_type_id(geometries), POLYGONS.types)
    for row in np.flatnonzero(others & ~shapely.is_missing(geometries)):
        problems[row] = f"a {geometries[row].geom_type}"
    problems[shapely.is_empty(geometries)] = EMPTY
    problems[shapely.is_missing(geometries)] = NONE
    return problems


def _mended(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the polygons of any geometries, or None."""
    flat = shapely.force_2d(geometries)
    coordinates, row = shapely.get_coordinates(flat, return_index=True)
    flat[np.unique(row[~np.isfinite(coordinates).all(axis=1)])] = None
    valid = shapely.make_valid(flat, method="structure", keep_collapsed=False)
    return polygons_only(valid)


def _polygons_or_empty(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons as they are, and empty ones in place of all else."""
    kinds = shapely.get_type_id(geometries)
    finite = np.isfinite(shapely.bounds(geometries)).all(axis=1)
    polygons = np.full(len(geometries), shapely.Polygon(), dtype=object)
    keep = np.isin(kinds, (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)) & finite
    polygons[keep] = geometries[keep]
    return polygons


def _tell_of(dropped: list[object], left: int) -> None:
    """Warn of dropped rows, or refuse if all are."""
    if left == 0:
        msg = (
            f"`layer` has no land: {rows_named(dropped, 'row')} are empty, without "
            "area, or no polygons; see how they were read."
        )
        raise NoDataError(msg)
    if dropped:
        msg = (
            f"{rows_named(dropped, 'row')} of `layer` without land are left out; "
            "the report says why."
        )
        warnings.warn(msg, DroppedRowsWarning, stacklevel=3)
