"""The user's own zone polygons in place of the modelled ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from ecozoning._validation import check_polygons
from ecozoning.crs import to_cgcs2000
from ecozoning.errors import GeometryError, ParameterError, SchemaError
from ecozoning.overlay.areas import ellipsoidal_area
from ecozoning.plan.layers import WORD_COLUMNS, plain_parts, with_areas

if TYPE_CHECKING:
    from ecozoning.plan.model import Plan

__all__ = ["official_zones"]

OVERLAP_M2 = 1.0
"""Overlap of two zones that is still taken as rounding (the tolerance with which the
three control lines are tested, see methods of land survey practice)."""
METRES_PER_DEGREE = 111_320.0


def official_zones(
    plan: Plan, zones: gpd.GeoDataFrame, *, tolerance_m: float
) -> gpd.GeoDataFrame:
    """Return the zone layer of a plan with checked polygons of the user."""
    if not (np.isfinite(tolerance_m) and tolerance_m >= 0):
        msg = f"`tolerance_m` is {tolerance_m}; give a length in metres, 0 or more."
        raise ParameterError(msg)
    check_polygons(zones, name="zones")
    layer = to_cgcs2000(zones, name="zones")
    _check_inside(layer, plan.boundary, tolerance_m)
    _check_overlaps(layer)
    known = plan.zones
    if known.empty:
        return _as_they_come(layer)
    key = _key(layer, known)
    shapes = layer.set_index(key)[layer.geometry.name]
    out = known.copy()
    out["geometry"] = gpd.GeoSeries(
        shapes.loc[out[key]].to_numpy(), index=out.index, crs=layer.crs
    )
    return _marked(out)


def _marked(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    out = plain_parts(layer)
    out["geometry_kind"] = "official"
    out["evidence"] = "polygons given by the user"
    out["cost"] = float("nan")
    return with_areas(out)


def _as_they_come(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take the zones of a plan that names none, by their own column `name`."""
    if "name" not in layer.columns:
        msg = "`zones` has no column 'name'; add one with the name of every zone."
        raise SchemaError(msg, missing=("name",))
    rows: dict[str, Any] = {
        "zone_id": [f"zone{i}" for i in range(1, len(layer) + 1)],
        "order": range(1, len(layer) + 1),
        "name": layer["name"].astype(str).to_numpy(),
    }
    for column in ("name_en", "short_name", "short_name_en"):
        rows[column] = rows["name"]
    words = [*WORD_COLUMNS, *(f"{column}_zh" for column in WORD_COLUMNS)]
    for column in ("bearing", "units", *words):
        rows[column] = ""
    rows["section"] = ""
    for column in ("published_area_km2", "published_share_percent"):
        rows[column] = float("nan")
    return _marked(
        gpd.GeoDataFrame(rows, geometry=layer.geometry.to_numpy(), crs=layer.crs)
    )


def _key(layer: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> str:
    """Return the column by which rows are matched, or say which names do not."""
    for column in ("zone_id", "name"):
        if column in layer.columns and set(layer[column]) & set(known[column]):
            _check_names(list(layer[column]), list(known[column]), column)
            return column
    msg = (
        "`zones` has no column 'name' or 'zone_id' with the plan's zones; needed are "
        f"{', '.join(known['name'])}."
    )
    raise SchemaError(msg, missing=("name",))


def _check_names(given: list[str], wanted: list[str], column: str) -> None:
    missing = [name for name in wanted if name not in given]
    unknown = [str(name) for name in given if name not in wanted]
    twice = sorted({str(name) for name in given if given.count(name) > 1})
    if missing or unknown or twice:
        msg = (
            f"`zones` column {column!r} should hold each zone once; "
            f"missing: {', '.join(missing) or 'none'}; "
            f"unknown: {', '.join(unknown) or 'none'}; "
            f"repeated: {', '.join(twice) or 'none'} (dissolve those first, e.g. "
            f"`zones.dissolve({column!r}).reset_index()`)."
        )
        raise SchemaError(msg, missing=tuple(missing), unexpected=tuple(unknown))


def _check_inside(
    layer: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame, tolerance_m: float
) -> None:
    county = shapely.union_all(boundary.geometry.to_numpy())
    away = layer.geometry.disjoint(county)
    if away.any():
        labels = tuple(layer.index[away])
        msg = (
            f"`zones` rows {list(labels[:5])} lie outside the county altogether; check "
            "the CRS and the county."
        )
        raise GeometryError(msg, index=labels)
    # A buffer in degrees of longitude and latitude is widest where a degree is
    # shortest: dividing by cos(latitude) keeps it no narrower than the tolerance.
    latitude = np.radians(county.centroid.y)
    width = tolerance_m / METRES_PER_DEGREE / np.cos(latitude)
    beyond = ~layer.geometry.covered_by(county.buffer(width + 1e-9))
    if beyond.any():
        labels = tuple(layer.index[beyond])
        msg = (
            f"`zones` rows {list(labels[:5])} reach more than {tolerance_m:g} m beyond "
            "the packaged boundary; clip them, or raise `tolerance_m` if your "
            "boundary is the better one."
        )
        raise GeometryError(msg, index=labels)


def _check_overlaps(layer: gpd.GeoDataFrame) -> None:
    shapes = layer.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    common = gpd.GeoSeries(
        shapely.intersection(shapes[first], shapes[second]), crs=layer.crs
    )
    solid = shapely.area(common.to_numpy()) > 0
    if not solid.any():
        return
    polygons = common[solid].map(_polygonal)
    area = ellipsoidal_area(gpd.GeoSeries(polygons, crs=layer.crs))
    worst = int(area.to_numpy().argmax())
    first, second = first[solid], second[solid]
    if float(area.iloc[worst]) > OVERLAP_M2:
        labels = (layer.index[first[worst]], layer.index[second[worst]])
        msg = (
            f"`zones` rows {labels[0]!r} and {labels[1]!r} overlap by "
            f"{area.iloc[worst]:.1f} m2; cut one by the other first, e.g. with "
            "`shapely.difference`."
        )
        raise GeometryError(msg, index=labels)


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Drop the points and lines at which two zones merely touch."""
    parts = shapely.get_parts(geometry)
    return shapely.union_all([p for p in parts if p.geom_type.endswith("Polygon")])
