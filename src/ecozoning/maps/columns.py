"""Columns that every layer of a sheet is read by: names, languages, origins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecozoning.errors import SchemaError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["GEOMETRY_KINDS", "check_kinds", "in_language", "texts_of"]

GEOMETRY_KINDS: Final = ("official", "open-data", "modelled")


def in_language(layer: gpd.GeoDataFrame, column: str, language: str) -> str:
    """Return the column that holds a text in the language, if there is one."""
    other = f"{column}_en"
    return other if language == "en" and other in layer.columns else column


def texts_of(layer: gpd.GeoDataFrame, column: str, name: str = "zones") -> list[str]:
    """Return a column of names, insisting that every row has one."""
    texts = [str(value).strip() for value in layer[column].fillna("")]
    labels = [row for row, text in zip(layer.index, texts, strict=True) if not text]
    if labels:
        msg = (
            f"`{name}` has no {column!r} in the rows {labels[:5]}, but each needs a "
            f"name to be told by; fill them with `{name}[{column!r}] = ...`."
        )
        raise SchemaError(msg, bad_rows=tuple(str(label) for label in labels))
    return texts


def check_kinds(layer: gpd.GeoDataFrame, name: str = "zones") -> None:
    """Refuse a kind we do not know: a misspelt one would switch the warning off."""
    unknown = layer.loc[~layer["geometry_kind"].isin(GEOMETRY_KINDS), "geometry_kind"]
    if len(unknown):
        msg = (
            f"`{name}` has geometry_kind {unknown.iloc[0]!r}, but one of "
            f"{', '.join(map(repr, GEOMETRY_KINDS))} is needed, so that modelled lines "
            f"are marked; set it with `{name}['geometry_kind'] = ...`."
        )
        raise SchemaError(msg, bad_rows=tuple(str(label) for label in unknown.index))
