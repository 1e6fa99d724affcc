"""Vector layers: read, write, and the GeoPackage of a whole plan."""

from __future__ import annotations

import json
import math
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio

from ecozoning.errors import InputError, OutputError, PlanDataError
from ecozoning.io.atomic import atomic_path
from ecozoning.io.tables import read_text, write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

__all__ = ["read_geojson", "read_tables", "write_geojson", "write_tables"]

CGCS2000 = "EPSG:4490"
_WRITE_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
)


def read_geojson(path: Path) -> gpd.GeoDataFrame:
    """
    Return a packaged GeoJSON layer in CGCS2000 (EPSG:4490).

    GeoJSON cannot state that CRS, so the loader does. The property order of the first
    feature is the column order, and features without geometry keep their rows.
    """
    try:
        features = json.loads(read_text(path))["features"]
        if features == []:  # old versions of GeoPandas stumble over none
            return gpd.GeoDataFrame(geometry=[], crs=CGCS2000)
        layer = gpd.GeoDataFrame.from_features(features, crs=CGCS2000)
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        msg = f"{path.name} is not a GeoJSON FeatureCollection ({error})."
        raise PlanDataError(msg) from error
    return layer[[*layer.columns.drop("geometry"), "geometry"]]


def write_geojson(path: Path, layer: gpd.GeoDataFrame) -> None:
    """Write a layer as GeoJSON that diffs well: one feature a line, stable order."""
    if layer.crs != CGCS2000:
        msg = (
            f"`layer` is in {layer.crs}, but EPSG:4490 is needed; reproject first, "
            "e.g. `layer.to_crs(4490)`."
        )
        raise InputError(msg)
    lines: list[str] = []
    # By position: of a table without columns, some versions of pandas give no records.
    table = layer.drop(columns=layer.geometry.name)
    columns = [(str(name), table[name].tolist()) for name in table.columns]
    for at, geometry in enumerate(layer.geometry):
        feature = {
            "type": "Feature",
            "properties": {name: _value(values[at]) for name, values in columns},
            "geometry": None if geometry is None else geometry.__geo_interface__,
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = '{"type":"FeatureCollection","features":[\n'
    write_text(path, head + ",\n".join(lines) + "\n]}\n")


def _value(value: object) -> object:
    """Return a property as JSON knows it: a missing number is null."""
    return None if isinstance(value, float) and math.isnan(value) else value


def write_tables(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write layers and plain tables into one new GeoPackage, all or nothing."""
    with atomic_path(path) as part:
        try:
            for name, table in tables.items():
                pyogrio.write_dataframe(
                    table,
                    part,
                    layer=name,
                    driver="GPKG",
                    append=part.exists(),
                    **_geometry_options(table),
                )
        except _WRITE_ERRORS as error:
            msg = f"{str(path)!r} could not be written ({error})."
            raise OutputError(msg) from error


def _geometry_options(table: pd.DataFrame) -> dict[str, Any]:
    """Say the geometry type where the rows alone would not tell it."""
    if not isinstance(table, gpd.GeoDataFrame):
        return {}
    if table.geometry.isna().all():
        return {"geometry_type": "Unknown"}
    kinds = set(table.geom_type.dropna())
    if kinds <= {"Polygon", "MultiPolygon"}:
        return {"geometry_type": "MultiPolygon", "promote_to_multi": True}
    return {"geometry_type": kinds.pop() if len(kinds) == 1 else "Unknown"}


def read_tables(path: Path) -> dict[str, pd.DataFrame]:
    """Return every layer and table of a GeoPackage by name."""
    if not path.is_file():
        msg = f"{str(path)!r} does not exist or is not a file."
        raise InputError(msg)
    try:
        address = f"{path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute("SELECT count(*) FROM gpkg_contents").fetchone()
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        return {name: pyogrio.read_dataframe(path, layer=name) for name in names}
    except (sqlite3.DatabaseError, pyogrio.errors.DataSourceError) as error:
        msg = f"{path.name} is not a GeoPackage that can be read ({error})."
        raise InputError(msg) from error
