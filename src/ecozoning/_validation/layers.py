"""Checks of layers: rows, labels, columns, and then their geometries."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ecozoning._validation.crs import check_crs, no_layer_message
from ecozoning._validation.geometries import (
    LINES,
    POINTS,
    POLYGONS,
    SHAPES,
    check_geometries,
    rows_named,
)
from ecozoning.errors import GeometryError, NoDataError, ParameterError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    Layer: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries

__all__ = [
    "check_columns",
    "check_layer",
    "check_lines",
    "check_points",
    "check_polygons",
    "check_shapes",
]


def check_polygons(
    layer: Layer,
    *,
    name: str,
    columns: Iterable[str] = (),
    allow_empty: bool = False,
) -> gpd.GeoDataFrame:
    """Return a layer of valid two-dimensional (multi)polygons as a GeoDataFrame."""
    frame = check_layer(layer, name=name, columns=columns, allow_empty=allow_empty)
    check_geometries(frame, name=name, kind=POLYGONS)
    return frame


def check_points(
    layer: Layer,
    *,
    name: str,
    columns: Iterable[str] = (),
    allow_empty: bool = False,
) -> gpd.GeoDataFrame:
    """Return a layer of two-dimensional points as a GeoDataFrame."""
    frame = check_layer(layer, name=name, columns=columns, allow_empty=allow_empty)
    check_geometries(frame, name=name, kind=POINTS)
    return frame


def check_lines(layer: Layer, *, name: str) -> gpd.GeoDataFrame:
    """Return a layer of valid two-dimensional (multi)lines as a GeoDataFrame."""
    frame = check_layer(layer, name=name, columns=(), allow_empty=False)
    check_geometries(frame, name=name, kind=LINES)
    return frame


def check_shapes(layer: Layer, *, name: str) -> gpd.GeoDataFrame:
    """Return a layer of valid two-dimensional points, lines or polygons."""
    frame = check_layer(layer, name=name, columns=(), allow_empty=False)
    check_geometries(frame, name=name, kind=SHAPES)
    return frame


def check_layer(
    layer: Layer,
    *,
    name: str,
    columns: Iterable[str] = (),
    allow_empty: bool = False,
) -> gpd.GeoDataFrame:
    """Check everything about a layer but its geometries."""
    frame = _as_frame(layer, name)
    check_crs(frame, name=name)
    if len(frame) == 0 and not allow_empty:
        msg = f"`{name}` has no rows, at least one is needed; see what emptied it."
        raise NoDataError(msg)
    _check_index(frame, name)
    check_columns(frame, name=name, columns=columns)
    return frame


def _as_frame(layer: object, name: str) -> gpd.GeoDataFrame:
    """Return a GeoDataFrame or GeoSeries as a GeoDataFrame with a geometry."""
    import geopandas as gpd  # whoever holds a layer has already paid for this import

    if isinstance(layer, gpd.GeoSeries):
        return gpd.GeoDataFrame(geometry=layer)
    if not isinstance(layer, gpd.GeoDataFrame):
        raise ParameterError(no_layer_message(layer, name))
    if layer.active_geometry_name is None:
        msg = f"`{name}` has no geometry; choose it with `{name}.set_geometry(...)`."
        raise GeometryError(msg)
    return layer


def _check_index(frame: gpd.GeoDataFrame, name: str) -> None:
    """Insist on unique labels: results come back on the same index."""
    if frame.index.is_unique:
        return
    again = frame.index[frame.index.duplicated()].unique().tolist()
    msg = (
        f"the index of `{name}` has {rows_named(again, 'label')} more than once, but "
        "results are returned by label; number the rows anew with "
        f"`{name}.reset_index(drop=True)`."
    )
    raise SchemaError(msg, bad_rows=tuple(str(label) for label in again))


def check_columns(
    frame: gpd.GeoDataFrame, *, name: str, columns: Iterable[str]
) -> gpd.GeoDataFrame:
    """Return a layer, insisting that it has the columns named."""
    missing = tuple(column for column in columns if column not in frame.columns)
    if missing:
        there = [str(c) for c in frame.columns if c != frame.active_geometry_name]
        msg = (
            f"`{name}` lacks the column {', '.join(map(repr, missing))}; it has "
            f"{', '.join(map(repr, there)) or 'none'}. Rename one with "
            f"`{name}.rename(columns={{...: {missing[0]!r}}})`."
        )
        raise SchemaError(msg, missing=missing)
    twice = tuple(one for one in columns if (frame.columns == one).sum() > 1)
    if twice:
        msg = (
            f"`{name}` has the column {', '.join(map(repr, twice))} more than once; "
            f"keep one: `{name}.loc[:, ~{name}.columns.duplicated()]`."
        )
        raise SchemaError(msg, unexpected=twice)
    return frame
