"""Two zonings of one county, as layers or class rasters, made ready to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ecozoning._validation import check_polygons, check_same_crs, check_transformable
from ecozoning._validation.geometries import rows_named
from ecozoning.errors import GeometryError, NoDataError, SchemaError
from ecozoning.overlay.class_codes import class_codes, class_labels, with_near_nodata
from ecozoning.overlay.datum_shift import check_not_shifted
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.raster.grid import grid_of
from ecozoning.raster.outlines import label_polygons
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr

__all__ = ["OUTSIDE", "check_one_county", "ids_of", "kind_of", "zoning_of"]

OUTSIDE: Final = "outside"
"""Row and column of land that only the other zoning covers."""
KINDS: Final = ("modelled", "open-data", "official")  # from less sure to sure


def zoning_of(
    given: gpd.GeoDataFrame | xr.DataArray, zone_id: str, *, name: str
) -> gpd.GeoDataFrame:
    """Return `zone_id` and geometry of each zone, none twice and none over another."""
    if hasattr(given, "dims"):
        return _of_raster(given, name)
    layer = check_polygons(given, name=name, columns=[zone_id])
    _check_ids(layer, zone_id, name)
    check_no_overlaps(layer, name=name)
    return gpd.GeoDataFrame(
        {"zone_id": layer[zone_id].to_numpy()},
        geometry=layer.geometry.to_numpy(),
        crs=layer.crs,
    )


def kind_of(*zonings: gpd.GeoDataFrame | xr.DataArray) -> str:
    """Return the least certain kind of geometry that any row states."""
    stated = {
        kind
        for zoning in zonings
        if not hasattr(zoning, "dims") and "geometry_kind" in zoning
        for kind in zoning["geometry_kind"]
    }
    return next((kind for kind in KINDS if kind in stated), KINDS[-1])


def _check_ids(layer: gpd.GeoDataFrame, column: str, name: str) -> None:
    """Insist on one row for each zone, all with an id."""
    ids = layer[column]
    unnamed = layer.index[ids.isna() | (ids.astype("str").str.strip() == "")].tolist()
    if unnamed:
        msg = (
            f"in `{name}` {rows_named(unnamed, 'row')} without an id in {column!r}; "
            f"leave out what is no zone, `{name}.dropna(subset={column!r})`, or name "
            "it."
        )
        raise SchemaError(msg, bad_rows=tuple(str(label) for label in unnamed))
    again = ids[ids.duplicated()].unique().tolist()
    if again:
        msg = (
            f"`{name}` has {rows_named(again, 'zone')} in more than one row of "
            f"{column!r}, but one row for each zone is needed: "
            f"`{name}.dissolve({column!r}, as_index=False)`."
        )
        raise SchemaError(msg, bad_rows=tuple(str(label) for label in again))
    _check_not_outside(
        ids, f"rename it with `{name}.replace({{{OUTSIDE!r}: ...}})`", name
    )


def _check_not_outside(ids: Iterable[object], advice: str, name: str) -> None:
    if OUTSIDE in set(ids):
        msg = (
            f"`{name}` has a zone called {OUTSIDE!r}, which is what land outside a "
            f"zoning is called; {advice}."
        )
        raise SchemaError(msg)


def _of_raster(raster: xr.DataArray, name: str) -> gpd.GeoDataFrame:
    """Return the outlines of the cells of every class."""
    grid = grid_of(raster, name=name, metric=True)
    data, nodata = with_near_nodata(np.asarray(raster.data), nodata_of(raster))
    found = class_codes(data, nodata, name=name, threads=None)
    classes, codes = found.values, found.codes  # noqa: PD011 -- a field
    if not len(classes):
        msg = f"`{name}` has no cell with a class, all are nodata; see what cut it."
        raise NoDataError(msg)
    known = (data != nodata) & np.isfinite(data)
    places = np.where(known, data, classes[0]).astype(np.int64) - found.lowest
    labels = np.where(known, codes[places] + 1, 0).astype(np.int32)
    numbers, polygons = label_polygons(labels, grid)
    named = class_labels(raster, classes, name=name)
    ids = [named[int(classes[number - 1])] for number in numbers]
    _check_not_outside(ids, "rename it among its `flag_meanings`", name)
    return gpd.GeoDataFrame({"zone_id": ids}, geometry=polygons, crs=grid.crs)


def check_one_county(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> None:
    """Refuse zonings on two CRSs or datums, or without land in common."""
    check_transformable(check_same_crs(a, b), name="a")
    check_not_shifted(a, b)
    apart = shapely.STRtree(b.geometry.to_numpy()).query(
        a.geometry.to_numpy(), predicate="intersects"
    )
    if not apart.size:
        msg = (
            "`a` and `b` have no land in common, so they cannot agree or disagree; see "
            "`a.total_bounds` and `b.total_bounds`: one may have the wrong CRS "
            "(`set_crs(..., allow_override=True)`)."
        )
        raise GeometryError(msg)


def ids_of(zoning: gpd.GeoDataFrame) -> pd.Index[Any]:
    """Return the ids of the zones in their order."""
    ids: pd.Index[Any] = pd.Index(zoning["zone_id"].tolist(), dtype=object)
    return ids
