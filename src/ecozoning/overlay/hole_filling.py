"""Holes of polygons filled where no other polygon lies in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.coverage_change import CoverageChange, change_of
from ecozoning.overlay.coverage_faces import ROUNDING
from ecozoning.overlay.coverage_inputs import check_layer
from ecozoning.raster.checks import check_positive

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = ["fill_holes"]


def fill_holes(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, *, max_area_m2: float | None = None
) -> CoverageChange:
    """
    Fill the holes of rows in which no other row lies.

    A hole with land of another row in it stays as it is, also where that row leaves
    part of it open; `clean_coverage` closes such gaps. Ground that several rows
    enclose together is no hole of any of them. Parts of a row in its own hole become
    one with what fills it.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or geopandas.GeoSeries
        Valid polygons with unique labels, in any CRS that can be brought to CGCS2000.
    max_area_m2 : float, optional
        Holes up to this area on the CGCS2000 ellipsoid are filled, by default all. The
        whole ring counts, with whatever lies in it.

    Returns
    -------
    CoverageChange
        `layer` has the rows, columns, order and labels of the one given. `ledger` adds
        the numbers of holes `filled`, `occupied` by other rows, and `too_large`.

    Raises
    ------
    ParameterError
        If `layer` is not a layer or `max_area_m2` not a number above 0.
    MissingCRSError, CRSMismatchError
        If `layer` has no CRS or one that cannot be brought to CGCS2000.
    NoDataError, SchemaError
        If `layer` has no rows or a label twice.
    GeometryError
        If `layer` has missing, empty, invalid or other geometry.

    Examples
    --------
    A square of 10 m with two holes, in one of which a village lies.

    >>> import geopandas as gpd, shapely
    >>> square, village = shapely.box(0, 0, 10, 10), shapely.box(6, 6, 8, 8)
    >>> around = square - village - shapely.box(1, 1, 4, 4)
    >>> layer = gpd.GeoDataFrame(geometry=[around, village], crs="EPSG:4547")
    >>> layer.geometry = layer.translate(5e5, 3.1e6)
    >>> fill_holes(layer).ledger[["change_m2", "filled", "occupied"]].round(1)
       change_m2  filled  occupied
    0        9.0       1         1
    1        0.0       0         0
    """
    frame, _ = check_layer(layer, name="layer")
    if max_area_m2 is not None:
        check_positive("max_area_m2", max_area_m2)
    polygons = frame.geometry.to_numpy()
    holes, row = _holes(polygons)
    occupied = _occupied(holes, row, polygons)
    too_large = ~occupied & _above(holes, max_area_m2, frame)
    fill = ~occupied & ~too_large
    result = polygons.copy()
    for one in np.unique(row[fill]):
        own = [polygons[one], *holes[fill & (row == one)]]
        result[one] = shapely.union_all(own)
    change = change_of(frame, result)
    for column, which in (
        ("filled", fill),
        ("occupied", occupied),
        ("too_large", too_large),
    ):
        change.ledger[column] = np.bincount(row[which], minlength=len(frame))
    return change


def _holes(polygons: Geometries) -> tuple[Geometries, Ints]:
    """Return the ground inside of inner rings, and the position of each one's row."""
    parts, row = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_hole = np.diff(part, prepend=-1) == 0
    return shapely.polygons(rings[is_hole]), row[part[is_hole]]


def _occupied(holes: Geometries, row: Ints, polygons: Geometries) -> Bools:
    """Say in which holes another row has land, more than by rounding."""
    hole, other = shapely.STRtree(polygons).query(holes, predicate="intersects")
    foreign = other != row[hole]
    hole, other = hole[foreign], other[foreign]
    shared = shapely.area(shapely.intersection(holes[hole], polygons[other]))
    occupied = np.zeros(len(holes), dtype=bool)
    occupied[hole[shared > ROUNDING * shapely.area(holes[hole])]] = True
    return occupied


def _above(holes: Geometries, most_m2: float | None, frame: gpd.GeoDataFrame) -> Bools:
    """Say which holes are larger than some area."""
    if most_m2 is None or not len(holes):
        return np.zeros(len(holes), dtype=bool)
    areas = checked_areas(gpd.GeoDataFrame(geometry=holes, crs=frame.crs), "exact")
    return np.asarray(areas.to_numpy() > most_m2)
