"""The GeoDataFrames of a plan, joined from its document, figures and geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from ecozoning.overlay.areas import ellipsoidal_area
from ecozoning.plan.document import zone_unit_text
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecozoning.plan.schema import Vocabulary

__all__ = [
    "WORD_COLUMNS",
    "plain_parts",
    "published",
    "zone_columns",
    "zone_layer",
]

CRS: Final = "EPSG:4490"
NOT_PLACED: Final = "no geometry has been derived yet"
WORD_COLUMNS: Final = ("problems", "directions", "functions", "modes")
MULTIPOLYGON: Final = shapely.GeometryType.MULTIPOLYGON.value


def published(figures: pd.DataFrame, figure_id: str, unit: str) -> float:
    """Return a figure by id in another unit of its dimension; NaN for no such id."""
    rows = figures[figures["figure_id"] == figure_id]
    if not figure_id or rows.empty:
        return float("nan")
    row = rows.iloc[0]
    return convert(float(row["number"]), str(row["unit"]), unit)


def plain_parts(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer in which a multipolygon of one part is a polygon.

    This is the form in which plans hold their layers; files may promote all to
    multipolygons, and reading them back gives this form again.
    """
    shapes = layer.geometry.to_numpy().copy()
    parts = shapely.get_num_geometries(shapes)
    single = (shapely.get_type_id(shapes) == MULTIPOLYGON) & (parts == 1)
    shapes[single] = [shapely.get_geometry(s, 0) for s in shapes[single]]
    out = layer.copy()
    out[layer.geometry.name] = gpd.GeoSeries(shapes, index=layer.index, crs=layer.crs)
    return out


def zone_layer(
    document: Mapping[str, Any],
    figures: pd.DataFrame,
    geometry: gpd.GeoDataFrame | None,
    vocabulary: Vocabulary,
) -> gpd.GeoDataFrame:
    """Return the zones with what the plan says of them, areas and geometry."""
    zones = sorted(document.get("zones", ()), key=lambda zone: int(zone["order"]))
    rows = pd.DataFrame(
        [_zone_row(zone, figures, vocabulary) for zone in zones],
        columns=zone_columns(),
    ).astype(_zone_types())
    shapes = {} if geometry is None else geometry.set_index("zone_id").to_dict("index")
    shape = [shapes.get(zone_id, {}) for zone_id in rows["zone_id"]]
    layer = gpd.GeoDataFrame(rows, geometry=[s.get("geometry") for s in shape], crs=CRS)
    for column, empty in (("geometry_kind", "none"), ("evidence", NOT_PLACED)):
        values = [str(s.get(column, empty)) for s in shape]
        layer[column] = pd.Series(values, dtype="str")
    costs = [float(s.get("cost", "nan")) for s in shape]
    layer["cost"] = pd.Series(costs, dtype="float64")
    return with_areas(layer)


def with_areas(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a zone layer with computed areas in km2 and shares of all zones in %."""
    out = layer.copy()
    known = layer.geometry.notna()
    area = pd.Series(float("nan"), index=layer.index)
    if known.any():
        area[known] = ellipsoidal_area(layer[known]) / 1e6
    out["area_km2"] = area.astype("float64")
    out["share_percent"] = out["area_km2"] / out["area_km2"].sum() * 100
    return gpd.GeoDataFrame(
        out[[*_ordered_columns(out)]], geometry="geometry", crs=layer.crs
    )


def _ordered_columns(layer: gpd.GeoDataFrame) -> list[str]:
    last = ["area_km2", "share_percent", "geometry_kind", "evidence", "cost"]
    first = [c for c in layer.columns if c not in (*last, "geometry")]
    return [*first, *(c for c in last if c in layer.columns), "geometry"]


def zone_columns() -> list[str]:
    """Return the columns of a zone layer that come from the plan's words."""
    return [
        "zone_id",
        "order",
        "name",
        "name_en",
        "short_name",
        "short_name_en",
        "bearing",
        "units",
        "problems",
        "directions",
        "functions",
        "modes",
        "problems_zh",
        "directions_zh",
        "functions_zh",
        "modes_zh",
        "section",
        "published_area_km2",
        "published_share_percent",
    ]


def _zone_types() -> dict[str, str]:
    """Return the types of these columns, also for a plan without zones."""
    numbers = {"order": "int64"} | {
        c: "float64" for c in zone_columns() if c.startswith("published_")
    }
    return {c: numbers.get(c, "str") for c in zone_columns()}


def _zone_row(
    zone: Mapping[str, Any], figures: pd.DataFrame, vocabulary: Vocabulary
) -> dict[str, object]:
    row: dict[str, object] = {
        key: zone.get(key, "") for key in zone_columns() if key in zone
    }
    row["bearing"] = zone.get("bearing", "")
    row["units"] = "；".join(zone_unit_text(unit) for unit in zone.get("units", ()))
    for key in WORD_COLUMNS:
        words = list(zone.get(key, ()))
        row[key] = ";".join(words)
        row[f"{key}_zh"] = "、".join(vocabulary.label(key, word) for word in words)
    row["published_area_km2"] = published(figures, str(zone.get("area", "")), "km2")
    share = published(figures, str(zone.get("share", "")), "%")
    row["published_share_percent"] = share
    return row
