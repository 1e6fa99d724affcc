"""Columns of a layer as a file can hold them, or the reason why it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from ecozoning.errors import GeometryError, ParameterError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

__all__ = ["check_flat", "check_shapefile", "own_columns", "renamed", "suited"]

NAME_BYTES: Final = 10
VALUE_BYTES: Final = 254
SHAPEFILE_DIGITS: Final = 18
NUL: Final = "\0"


def check_flat(layer: gpd.GeoDataFrame) -> None:
    """Insist on columns, with names of one level."""
    if not hasattr(layer, "columns"):
        msg = (
            "`layer` is a GeoSeries; make a layer of it: `layer.to_frame('geometry')`."
        )
        raise ParameterError(msg)
    if layer.columns.nlevels > 1:
        msg = (
            "the columns of `layer` have names of several levels, files of one; join "
            "them, e.g. `layer.columns.map('_'.join)`."
        )
        raise SchemaError(msg)


def renamed(
    layer: gpd.GeoDataFrame, rename: Mapping[str, str] | None
) -> gpd.GeoDataFrame:
    """Return a layer with its new names, all of them text and all different."""
    check_flat(layer)
    unknown = tuple(old for old in rename or {} if old not in layer.columns)
    if unknown:
        msg = f"`rename` names {', '.join(map(repr, unknown))}, which `layer` lacks."
        raise ParameterError(msg)
    new = {old: str((rename or {}).get(old, old)) for old in layer.columns}
    names = pd.Series(list(new.values()), dtype=object)
    twice = names[names.str.lower().duplicated()].unique().tolist()
    if twice or layer.columns.has_duplicates:
        msg = (
            f"the column {', '.join(map(repr, twice))} is there twice (files do not "
            "tell capitals from small letters); give it another name with `rename=`."
        )
        raise SchemaError(msg, bad_rows=tuple(twice))
    geometry = new.pop(layer.active_geometry_name)
    _check_words(names.tolist(), what="names of columns")
    frame = layer.set_axis(names.tolist(), axis="columns")
    return frame.set_geometry(geometry)


def _check_words(words: list[str], *, what: str) -> None:
    """Refuse text with the character that ends text in files."""
    ended = [word for word in words if NUL in word]
    if ended:
        msg = (
            f"{what} hold the character NUL ({ended[0]!r}), which ends a text in "
            "files; take it out with `.str.replace('\\0', '')`."
        )
        raise SchemaError(msg, bad_rows=tuple(ended[:5]))


def own_columns(frame: gpd.GeoDataFrame) -> dict[str, str]:
    """Return names for the two columns that a GeoPackage has of its own.

    They are ``fid`` and ``geom`` unless the layer has such columns, which GDAL would
    otherwise take for its own, and not give back.
    """
    taken = {name.lower() for name in frame.columns if name != frame.geometry.name}
    named = {}
    for option, name in (("FID", "fid"), ("GEOMETRY_NAME", "geom")):
        free = (f"{name}{number or ''}" for number in range(len(taken) + 1))
        named[option] = next(one for one in free if one not in taken)
    return named


def suited(frame: gpd.GeoDataFrame, driver: str) -> gpd.GeoDataFrame:
    """Return a layer with columns that a file holds, or refuse.

    Columns of Python's own numbers, truth values and dates, and categories of them,
    become such; other things would be written as text without saying so.
    """
    names = [name for name in frame.columns if name != frame.active_geometry_name]
    columns = {name: _held(frame[name], name, driver) for name in names}
    same = [name for name in names if columns[name] is frame[name]]
    _check_finite(frame, columns, driver)
    return frame.assign(**{n: columns[n] for n in names if n not in same})


def _held(column: pd.Series[Any], name: str, driver: str) -> pd.Series[Any]:
    """Return a column in a type that a file holds."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if column.dtype == object:
        column = _inferred(column)
    elif isinstance(column.dtype, pd.ArrowDtype) and "date" in str(column.dtype):
        column = pd.to_datetime(column.astype(object))
    elif column.dtype == np.float16:
        column = column.astype(np.float32)
    api = pd.api.types
    if api.is_string_dtype(column) or column.dtype == object:
        nested = (list, dict) if driver == "GeoJSON" else ()
        _check_text(column, name, nested)
    elif column.dtype.kind == "u":
        _check_most(column, name)
    elif column.dtype.kind not in "bifM" and not hasattr(column.dtype, "crs"):
        raise SchemaError(_not_held(name, str(column.dtype)), bad_rows=(name,))
    return column


def _inferred(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column of Python's objects as one of numbers, if they all are such."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind in {"date", "datetime", "datetime64"}:
        return pd.to_datetime(column)
    if kind in {"integer", "boolean", "floating", "mixed-integer-float"}:
        return column.convert_dtypes()
    return column


def _check_text(column: pd.Series[Any], name: str, nested: tuple[type, ...]) -> None:
    """Insist on text, or what else the format nests."""
    values = column.dropna().tolist()
    if not all(isinstance(value, (str, *nested)) for value in values):
        kinds = sorted({type(value).__name__ for value in values})
        raise SchemaError(_not_held(name, " and ".join(kinds)), bad_rows=(name,))
    words = [value for value in values if isinstance(value, str)]
    _check_words(words, what=f"values of the column {name!r}")


def _not_held(name: str, kind: str) -> str:
    return (
        f"the column {name!r} of `layer` holds {kind}, which files would turn into "
        "something else; make it numbers, text or times, e.g. "
        f"`layer[{name!r}].astype(float)` or `.astype(str)`, or drop it."
    )


def _check_most(column: pd.Series[Any], name: str) -> None:
    """Refuse whole numbers beyond those that files have."""
    if (column > np.iinfo(np.int64).max).any():
        msg = (
            f"the column {name!r} holds whole numbers above 2^63, which no file has; "
            f"write them as text: `layer[{name!r}].astype(str)`."
        )
        raise SchemaError(msg, bad_rows=(name,))


def _check_finite(
    frame: gpd.GeoDataFrame, columns: Mapping[str, pd.Series[Any]], driver: str
) -> None:
    """Refuse places that are nowhere, and what GeoJSON has no word for."""
    shapes = frame.geometry.to_numpy()
    vertices, row = shapely.get_coordinates(shapes, return_index=True)
    bad = np.unique(row[~np.isfinite(vertices).all(axis=1)])
    if bad.size:
        labels = tuple(frame.index[bad])
        msg = (
            f"`layer` has coordinates that are not finite in {bad.size} rows, such as "
            f"{labels[0]!r}; see whether it was projected from afar."
        )
        raise GeometryError(msg, index=labels)
    if driver != "GeoJSON":
        return
    for name, column in columns.items():
        if (
            column.dtype.kind == "f"
            and np.isinf(column.to_numpy(float, na_value=0)).any()
        ):
            msg = (
                f"the column {name!r} holds infinity, which GeoJSON cannot; make it "
                "missing, or write a GeoPackage."
            )
            raise SchemaError(msg, bad_rows=(name,))


def check_shapefile(frame: gpd.GeoDataFrame, codec: str, encoding: str) -> None:
    """Refuse what a shapefile would cut, change or leave out without saying so."""
    if codec not in {"gb18030", "utf-8"}:
        msg = f"`encoding` is {encoding!r}; shapefiles are written in 'UTF-8' or 'GBK'."
        raise ParameterError(msg)
    columns = [name for name in frame.columns if name != frame.active_geometry_name]
    _check_names(columns, codec)
    for name in columns:
        _check_column(frame[name], codec)
    kinds = {kind.removeprefix("Multi") for kind in frame.geom_type.dropna()}
    if len(kinds) > 1:
        msg = (
            f"`layer` holds {', '.join(sorted(kinds))}, but a shapefile holds one "
            "kind; write a GeoPackage, or one file of each kind."
        )
        raise GeometryError(msg)


def _check_names(columns: list[str], codec: str) -> None:
    long = {
        name: len(name.encode(codec))
        for name in columns
        if len(name.encode(codec)) > NAME_BYTES
    }
    if long:
        shown = ", ".join(f"{name!r} ({size} bytes)" for name, size in long.items())
        chinese = 3 if codec == "utf-8" else 5
        msg = (
            f"names of columns are too long for a shapefile: {shown}; it holds "
            f"{NAME_BYTES} bytes, {chinese} Chinese characters in this encoding. Write "
            f"a GeoPackage, or give short names: `rename={{{next(iter(long))!r}: ...}}`"
            "."
        )
        raise SchemaError(msg, bad_rows=tuple(long))


def _check_column(column: pd.Series[Any], codec: str) -> None:
    """Refuse a column whose values a shapefile cannot hold."""
    name = str(column.name)
    reason = None
    if column.dtype.kind == "M":
        times = column.dropna()
        if (times != times.dt.normalize()).any():
            reason = "times of day, a shapefile only dates"
    elif column.dtype.kind in "iu":
        if (column.abs() >= 10**SHAPEFILE_DIGITS).any():
            reason = f"numbers of more than {SHAPEFILE_DIGITS} digits"
    elif pd.api.types.is_string_dtype(column) or column.dtype == object:
        reason = _too_much_text(column, codec)
    if reason is not None:
        msg = f"the column {name!r} holds {reason}; write a GeoPackage, or change it."
        raise SchemaError(msg, bad_rows=(name,))


def _too_much_text(column: pd.Series[Any], codec: str) -> str | None:
    """Return why text does not fit in a shapefile, None if it does."""
    try:
        sizes = [len(value.encode(codec)) for value in column.dropna().unique()]
    except UnicodeEncodeError as error:
        return f"text that is not in {codec} ({error})"
    longest = max(sizes, default=0)
    if longest <= VALUE_BYTES:
        return None
    return f"a value of {longest} bytes, a shapefile {VALUE_BYTES}"
