"""Pattern, corridors, red lines, protected areas: what is said, and where it lies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd

from ecozoning.plan.layers import CRS, NOT_PLACED, plain_parts, published
from ecozoning.units import UNITS, convert

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "corridor_layer",
    "pattern_layer",
    "protected_area_layer",
    "redline_layer",
]

_CORRIDORS: Final = ("corridor", "river")
_MEASURES: Final = ("area_km2", "length_km")


def _placed(
    rows: list[dict[str, object]],
    columns: list[str],
    places: gpd.GeoDataFrame | None,
    key: str,
    without: str = NOT_PLACED,
) -> gpd.GeoDataFrame:
    """Join what a plan says with where it lies; what has no place says why."""
    shapes = {} if places is None else places.set_index(key).to_dict("index")
    found = [shapes.get(row[key], {}) for row in rows]
    table = pd.DataFrame(rows, columns=columns)
    table["geometry_kind"] = [f.get("geometry_kind", "none") for f in found]
    table["evidence"] = [f.get("evidence", without) for f in found]
    table["confidence"] = [f.get("confidence") or "" for f in found]
    numbers = {c for c in columns if c.startswith("published_") or c in _MEASURES}
    kinds = {c: "float64" if c in numbers else "str" for c in table.columns}
    shape = [f.get("geometry") for f in found]
    return plain_parts(gpd.GeoDataFrame(table.astype(kinds), geometry=shape, crs=CRS))


def _measure(places: gpd.GeoDataFrame | None, name: object, key: str) -> float:
    """Return the length or area that a placed row carries; NaN without one."""
    if places is None or key not in places.columns:
        return float("nan")
    rows = places.loc[places["name"] == name, key]
    return float("nan") if rows.empty or pd.isna(rows.iloc[0]) else float(rows.iloc[0])


def pattern_layer(
    document: Mapping[str, Any], *places: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """Return the elements of the plan's pattern in its order, placed by name."""
    known = [layer for layer in places if layer is not None]
    joined = gpd.GeoDataFrame(pd.concat(known), crs=CRS) if known else None
    columns = ["kind", "name", "name_en", "group", "position", "functions", "section"]
    rows: list[dict[str, object]] = [
        {key: element.get(key, "") for key in columns}
        | {
            "functions": ";".join(element.get("functions", ())),
            "length_km": _measure(joined, element["name"], "length_km"),
        }
        for element in document.get("pattern", ())
    ]
    return _placed(rows, [*columns, "length_km"], joined, "name")


def corridor_layer(pattern: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows of a pattern that are corridors or rivers."""
    corridors = pattern[pattern["kind"].isin(_CORRIDORS)]
    return gpd.GeoDataFrame(corridors.reset_index(drop=True), crs=pattern.crs)


def redline_layer(
    figures: pd.DataFrame, places: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """
    Return every published area of the ecological red line, one row a figure.

    The figure on which the modelled red line stands has its geometry. A plan that
    publishes only a share has one row, with the area that follows from it.
    """
    columns = ["name", "figure_id", "published_area_km2", "year", "status", "section"]
    of_redline = figures["subject"].str.contains("生态保护红线", regex=False)
    whole = of_redline & ~figures["subject_kind"].isin(["mine", "region"])
    rows = [_redline_row(row) for row in figures[whole].to_dict("records")]
    standing = [] if places is None else list(places["figure_id"])
    areas = {} if places is None else dict(places.set_index("figure_id")["area_km2"])
    kept = []
    for row in rows:
        if math.isnan(float(str(row["published_area_km2"]))):
            if row["figure_id"] not in standing or places is None:
                continue
            line = places[places["figure_id"] == row["figure_id"]]
            row["published_area_km2"] = float(line["published_area_km2"].iloc[0])
        kept.append(row | {"area_km2": areas.get(row["figure_id"], float("nan"))})
    told = f"another figure of the line; the geometry stands at {', '.join(standing)}"
    reason = told if standing else NOT_PLACED
    return _placed(kept, [*columns, "area_km2"], places, "figure_id", reason)


def _redline_row(row: Mapping[Any, Any]) -> dict[str, object]:
    area = float("nan")
    if row["quantity"] == "area":
        area = convert(float(row["number"]), str(row["unit"]), "km2")
    return {
        "name": str(row["subject"]),
        "figure_id": str(row["figure_id"]),
        "published_area_km2": area,
        "year": row["year"],
        "status": row["status"],
        "section": row["section"],
    }


def protected_area_layer(
    document: Mapping[str, Any],
    figures: pd.DataFrame,
    places: gpd.GeoDataFrame | None,
) -> gpd.GeoDataFrame:
    """Return the protected areas that the plan names, with their published area."""
    columns = ["name", "name_en", "category", "level", "published_area_km2"]
    columns += ["location", "section"]
    rows: list[dict[str, object]] = [
        {key: area.get(key, "") for key in columns}
        | {"published_area_km2": _first_area(area, figures)}
        for area in document.get("protected_areas", ())
    ]
    return _placed(rows, columns, places, "name")


def _first_area(area: Mapping[str, Any], figures: pd.DataFrame) -> float:
    """Return the first area printed for a protected area as a whole."""
    for figure_id in area.get("areas", ()):
        rows = figures[figures["figure_id"] == figure_id]
        if len(rows) and UNITS[str(rows.iloc[0]["unit"])].dimension == "area":
            return published(figures, figure_id, "km2")
    return float("nan")
