"""Change between two times: who became what, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecozoning._validation import check_polygons, check_same_crs, check_transformable
from ecozoning._validation.geometries import rows_named
from ecozoning.errors import GeometryError, ParameterError, SchemaError
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.change_rasters import raster_transition
from ecozoning.overlay.change_tables import transition_of
from ecozoning.overlay.faces import CONSERVED, check_conserved, polygons_of
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.units import convert

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning.overlay.change_tables import Transition

    Geometries = NDArray[np.object_]
    Rows = NDArray[np.intp]

__all__ = ["transition"]


class _Pieces(NamedTuple):
    """Land cut by both layers, with its row in each; -1 where one does not cover it."""

    geometries: Geometries
    before: Rows
    after: Rows


def transition(
    before: gpd.GeoDataFrame | xr.DataArray,
    after: gpd.GeoDataFrame | xr.DataArray,
    *,
    by: str | tuple[str, str] | None = None,
) -> Transition:
    """
    Cross the classes of two times in a matrix that closes.

    Polygons are cut by one another and every piece is measured on the ellipsoid; cells
    of rasters are measured on the map, in degrees on the ellipsoid. What only one of
    the two covers is shown as ``unmatched``, not left out. Net change and swap are
    those of Pontius et al. [1]_.

    Parameters
    ----------
    before, after : geopandas.GeoDataFrame or xarray.DataArray
        Polygons of classes in one CRS, geographic or projected; none may overlap
        another of its own layer by more than a millionth of the area. Or rasters of
        whole numbers with dims (y, x) on one grid, in degrees or metres, with NaN or
        the nodata value they state, NumPy or Dask. Their classes are the same if their
        names by the CF attributes ``flag_values`` and ``flag_meanings`` are; a raster
        without names has those of the other.
    by : str or (str, str), optional
        For polygons: column of the classes, or its name in `before` and its name in
        `after`. No value may be missing, none may be ``unmatched``.

    Returns
    -------
    Transition
        Matrix in km² and gains and losses per class. Rows and columns add up to the
        areas before and after to 1e-9. Classes of rasters are in the order of `before`,
        those that occur only.

    Raises
    ------
    ParameterError
        If an argument is no layer, one is a layer and one a raster, a raster does not
        hold classes, or two have no name of one in common, or `by` is neither a name
        nor a pair of names.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a layer has no CRS, both have different ones, it cannot be brought to
        CGCS2000, or rasters are on two grids.
    SchemaError
        If a column of `by` is not there, or has missing values, or a class is called
        ``unmatched``.
    GeometryError
        If a geometry is missing, empty, invalid or no polygon, polygons of one layer
        overlap, or the two layers have no land in common.
    NoDataError
        If a layer has no rows, or no cell a class in both rasters.
    ComputationError
        If cutting changed the area of a layer by more than 1e-9.

    Notes
    -----
    As in `conflicts`, areas are those of the pieces, whose edges have more vertices
    than the layers where these cross. Rasters are read block by block, at once.

    References
    ----------
    .. [1] Pontius, R. G., Shusas, E. and McEachern, M. (2004). Detecting important
       categorical land changes while accounting for persistence. Agriculture,
       Ecosystems and Environment, 101, 251-268. doi:10.1016/j.agee.2003.09.008

    Examples
    --------
    Two fields of 1 km². A quarter of the grassland becomes cropland.

    >>> import geopandas as gpd, shapely
    >>> def fields(border):
    ...     west = shapely.box(5e5, 3.1e6, border, 3.101e6)
    ...     east = shapely.box(border, 3.1e6, 5.02e5, 3.101e6)
    ...     kinds = {"cover": ["grass", "crops"]}
    ...     return gpd.GeoDataFrame(kinds, geometry=[west, east], crs="EPSG:4547")
    >>> change = transition(fields(5.01e5), fields(5.0075e5), by="cover")
    >>> change.matrix.round(4)
    after      grass  crops  unmatched
    before
    grass       0.75   0.25        0.0
    crops       0.00   1.00        0.0
    unmatched   0.00   0.00        0.0
    >>> change.classes[["class", "loss_km2", "gain_km2", "net_km2"]].round(4)
       class  loss_km2  gain_km2  net_km2
    0  grass      0.25      0.00    -0.25
    1  crops      0.00      0.25     0.25

    Four cells of 1 km², two of which change.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [1500.0, 500], "x": [500.0, 1500]}
    >>> old = xr.DataArray([[1, 1], [2, 2]], axes, ("y", "x")).rio.write_crs(4547)
    >>> transition(old, old.copy(data=[[1, 2], [2, 3]])).matrix
    after        1    2    3  unmatched
    before
    1          1.0  1.0  0.0        0.0
    2          0.0  1.0  1.0        0.0
    3          0.0  0.0  0.0        0.0
    unmatched  0.0  0.0  0.0        0.0
    """
    if hasattr(before, "dims") or hasattr(after, "dims"):
        return raster_transition(before, after, by=by)
    columns = _columns(by)
    before = _classified(before, columns[0], name="before")
    after = _classified(after, columns[1], name="after")
    crs = check_same_crs(before, after, names=("before", "after"))
    check_transformable(crs, name="before")
    pieces = _cut(before.geometry.to_numpy(), after.geometry.to_numpy())
    classes = [before[columns[0]].to_numpy(), after[columns[1]].to_numpy()]
    codes, names = pd.factorize(np.concatenate(classes).astype(object))
    # Row -1, where a layer does not cover a piece, is the one appended: unmatched.
    old = np.append(codes[: len(before)], len(names))[pieces.before]
    new = np.append(codes[len(before) :], len(names))[pieces.after]
    areas = _square(pieces.geometries, crs, (old, new), len(names) + 1)
    return transition_of(areas, names.tolist())


def _columns(by: object) -> tuple[str, str]:
    """Return the column of classes before and after."""
    pair = (by, by) if isinstance(by, str) else by
    match pair:
        case (str(old), str(new)):
            return old, new
    msg = (
        f"`by` is {by!r}, but the name of a column is needed, or one for `before` and "
        "one for `after`, e.g. ('DLMC', 'cover')."
    )
    raise ParameterError(msg)


def _classified(layer: gpd.GeoDataFrame, column: str, *, name: str) -> gpd.GeoDataFrame:
    """Return a layer of polygons that do not overlap, each with a class."""
    frame = check_polygons(layer, name=name, columns=[column])
    unnamed = frame.index[frame[column].isna()].tolist()
    if unnamed:
        msg = (
            f"in `{name}` {rows_named(unnamed, 'row')} without a class in {column!r}; "
            f"name the class with `{name}.fillna({{{column!r}: ...}})`."
        )
        raise SchemaError(msg, bad_rows=tuple(str(label) for label in unnamed))
    check_no_overlaps(frame, name=name)
    return frame


def _cut(before: Geometries, after: Geometries) -> _Pieces:
    """Cut two layers by one another, leftovers of both included."""
    old, new = shapely.STRtree(after).query(before, predicate="intersects")
    shared, pair = polygons_of(shapely.intersection(before[old], after[new]))
    if not len(shared):
        msg = (
            "`before` and `after` have no land in common, so nothing can have changed; "
            "see `before.total_bounds` and `after.total_bounds`."
        )
        raise GeometryError(msg)
    old, new = old[pair], new[pair]
    lost, lost_row = _left_over(before, after, (shared, old, new), name="before")
    won, won_row = _left_over(after, before, (shared, new, old), name="after")
    nowhere = np.full(len(lost) + len(won), -1)
    return _Pieces(
        np.concatenate([shared, lost, won]),
        np.concatenate([old, lost_row, nowhere[: len(won)]]),
        np.concatenate([new, nowhere[: len(lost)], won_row]),
    )


def _left_over(
    layer: Geometries,
    other: Geometries,
    shared: tuple[Geometries, Rows, Rows],
    *,
    name: str,
) -> tuple[Geometries, Rows]:
    """Return the land of a layer that the other does not cover, and its rows."""
    pieces, own, theirs = shared
    areas = shapely.area(layer)
    covered = np.bincount(own, weights=shapely.area(pieces), minlength=len(layer))
    open_rows = np.flatnonzero(covered < areas * (1 - CONSERVED))
    by_row = pd.Series(theirs).groupby(own).unique()
    rests = [
        shapely.difference(layer[row], shapely.union_all(other[by_row.get(row, [])]))
        for row in open_rows.tolist()
    ]
    rest, place = polygons_of(np.array(rests, dtype=object))
    total = covered.sum() + shapely.area(rest).sum()
    check_conserved(float(areas.sum()), float(total), name=name)
    return rest, open_rows[place]


def _square(
    geometries: Geometries, crs: CRS, codes: tuple[Rows, Rows], size: int
) -> NDArray[np.float64]:
    """Return the km2 of every pair of classes."""
    areas = checked_areas(gpd.GeoDataFrame(geometry=geometries, crs=crs), "exact")
    cells = np.bincount(codes[0] * size + codes[1], areas, minlength=size * size)
    return np.asarray(cells * convert(1, "m2", "km2"), np.float64).reshape(size, size)
