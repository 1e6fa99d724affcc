"""Areas of classes per zone, as a ledger that closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.overlay.blocks import over_blocks
from ecozoning.overlay.class_codes import class_labels
from ecozoning.overlay.footprints import footprints_of, warn_of_small_zones
from ecozoning.overlay.polygon_zones import PolygonClasses
from ecozoning.overlay.raster_zones import RasterClasses
from ecozoning.overlay.zonal_request import check_rule, nodata_in
from ecozoning.raster.grid import check_same_grid, grid_of
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.overlay.polygon_zones import ClassPart
    from ecozoning.overlay.zonal_request import Rule

    Floats = NDArray[np.float64]

__all__ = ["crosstab"]

ROUNDING: Final = 1e-9
"""Part of a zone below which what is left outside the raster is rounding."""


def crosstab(
    zones: gpd.GeoDataFrame | gpd.GeoSeries | xr.DataArray,
    classes: xr.DataArray,
    *,
    rule: Rule = "exact",
) -> pd.DataFrame:
    """
    Measure the area of each class in each zone, in a ledger that closes.

    By rule ``"exact"`` a cell counts by the part of it that a zone covers, by
    ``"centre"`` whole if its centre lies inside, see `zonal`. Areas of cells are those
    on the map in a projected CRS, in degrees those on the ellipsoid of CGCS2000.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame, geopandas.GeoSeries or xarray.DataArray
        Valid polygons or multipolygons in the CRS of `classes`, unique index; or a
        raster of classes on the same grid, for which both rules are one. What zones
        share, if they overlap, is counted in each.
    classes : xarray.DataArray, dims (y, x)
        Whole numbers on a regular grid, in degrees or metres, with NaN or the nodata
        value it states; names by the CF attributes ``flag_values`` and
        ``flag_meanings``. NumPy or Dask.
    rule : {"exact", "centre"}, default "exact"
        Which cells a polygon holds.

    Returns
    -------
    pandas.DataFrame, float64
        Square kilometres. Rows are the zones, by index or by class value or name, and
        ``total``; columns the classes, those with a name first, then ``nodata``, what
        lies on nodata or outside the raster, and ``total``, the whole zone. Every row
        and every column adds up to its total.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If `classes` or `zones` has no CRS, they are in two, or rasters on two grids.
    GeometryError, SchemaError
        If a polygon is invalid, empty or far off, or a label of the index occurs twice.
    NoDataError
        If `zones` has no rows, or a raster no class.
    ParameterError
        If `rule` is not known, `classes` does not hold whole numbers or far too many,
        or a class or a zone is called as the table calls its own.

    Warns
    -----
    SmallZonesWarning
        If polygons hold less than 50 centres by the rule ``"centre"``.

    Notes
    -----
    The total of a polygon is its own area on the same measure, computed from its edges
    and not from the classes: by ``"exact"`` on a map the area of the polygon, in
    degrees its covers of cells times their areas, also beyond the raster, which differs
    from `ellipsoidal_area` by what lies between a geodesic and the edge drawn straight
    in degrees; by ``"centre"`` the area of the cells it holds.

    The table is computed at once, also from Dask, block by block.

    Examples
    --------
    A zone of 60 m by 30 m half on water, and a quarter of it outside.

    >>> import geopandas as gpd, numpy as np, rioxarray, shapely, xarray as xr
    >>> axes = {"y": [45.0, 15], "x": [15.0, 45]}
    >>> flags = {"flag_values": [1, 2], "flag_meanings": "forest water"}
    >>> cover = xr.DataArray([[1, 2], [1, 1]], axes, ("y", "x"), attrs=flags)
    >>> zones = gpd.GeoSeries([shapely.box(15, 30, 75, 60)], index=["a"], crs=4547)
    >>> crosstab(zones, cover.rio.write_crs(4547)) * 1e6
           forest  water  nodata   total
    a       450.0  900.0   450.0  1800.0
    total   450.0  900.0   450.0  1800.0
    """
    check_rule(rule)
    if hasattr(zones, "dims"):
        parts, keys, index, totals = _of_raster(zones, classes)
    else:
        parts, keys, index, totals = _of_polygons(zones, classes, rule)
    found = np.unique(np.concatenate([part.classes for part in parts]))
    if not found.size:
        msg = "`classes` has no cell with a class, all are nodata; see what cut it."
        raise NoDataError(msg)
    labels = class_labels(classes, found, name="classes")
    areas = _merged(parts, keys, pd.Index(list(labels)))
    return _ledger(areas, totals, index, list(labels.values()))


def _of_polygons(
    zones: gpd.GeoDataFrame, classes: xr.DataArray, rule: Rule
) -> tuple[list[ClassPart], pd.Index, pd.Index, Floats]:
    """Return what blocks say of polygons, their numbers, labels and areas in m2."""
    grid = grid_of(classes, name="classes", metric=True)
    footprints = footprints_of(zones, grid, of="classes")
    if rule == "centre":
        warn_of_small_zones(footprints, zones.index)
    job = PolygonClasses(footprints, rule == "exact", nodata_in(classes))
    parts = over_blocks(job, [classes.data], grid)
    totals = footprints.areas(exact=rule == "exact")[:, 1]
    return parts, pd.RangeIndex(len(zones)), zones.index, totals


def _of_raster(
    zones: xr.DataArray, classes: xr.DataArray
) -> tuple[list[ClassPart], pd.Index, pd.Index, None]:
    """Return what blocks say of the classes of a raster, these, and their names."""
    grid = grid_of(classes, name="classes", metric=True)
    check_same_grid(classes=classes, zones=zones)
    job = RasterClasses(grid, nodata_in(zones), nodata_in(classes))
    found = over_blocks(job, [classes.data, zones.data], grid)
    parts = [part._replace(areas=part.areas[:-1]) for part in found]
    values = np.unique(np.concatenate([part.zones for part in parts]))
    labels = class_labels(zones, values, name="zones")
    if not labels:
        msg = "`zones` has no cell with a class, all are nodata; see what cut it."
        raise NoDataError(msg)
    index = pd.Index(list(labels.values()), name=zones.name)
    return parts, pd.Index(list(labels)), index, None


def _merged(parts: Sequence[ClassPart], zones: pd.Index, classes: pd.Index) -> Floats:
    """Return m2 per zone and class, nodata in the last column."""
    areas = np.zeros((len(zones), len(classes) + 1))
    for part in parts:
        rows = zones.get_indexer(pd.Index(part.zones))
        columns = np.append(classes.get_indexer(pd.Index(part.classes)), len(classes))
        areas[np.ix_(rows, columns)] += part.areas
    return areas


def _ledger(
    areas: Floats, totals: Floats | None, index: pd.Index, names: list[int | str]
) -> pd.DataFrame:
    """Return km2 with nodata, totals and a row of totals."""
    for noun, labels in (("class", names), ("zone", index.tolist())):
        if {"nodata", "total"} & {*labels} and (noun == "class" or "total" in labels):
            msg = (
                f"a {noun} is called as the table calls its own, 'nodata' or 'total'; "
                "give it another name."
            )
            raise ParameterError(msg)
    if totals is not None:
        outside = totals - areas.sum(axis=1)
        areas[:, -1] += np.where(outside > ROUNDING * totals, outside, 0.0)
    table = pd.DataFrame(areas, index=index, columns=[*names, "nodata"])
    table *= convert(1, "m2", "km2")
    table["total"] = table.sum(axis=1)
    last = table.sum(axis=0).to_frame().T
    last.index = _total_label(index)
    return pd.concat([table, last])


def _total_label(index: pd.Index) -> pd.Index:
    if isinstance(index, pd.MultiIndex):
        label = ("total", *[""] * (index.nlevels - 1))
        return pd.MultiIndex.from_tuples([label], names=index.names)
    return pd.Index(["total"], name=index.name)
