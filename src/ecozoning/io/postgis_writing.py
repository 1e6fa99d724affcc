"""Vector layers into a PostGIS database: in one transaction, or not at all."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import pandas as pd
import shapely
from pyproj import CRS

from ecozoning._optional import import_optional
from ecozoning._validation import check_crs
from ecozoning.errors import (
    CRSMismatchError,
    OutputError,
    ParameterError,
    SchemaError,
)
from ecozoning.io.layer_columns import check_flat, suited
from ecozoning.io.postgis import EXTRA, cause_of, connected, geometry_column, quoted

if TYPE_CHECKING:
    import geopandas as gpd
    from sqlalchemy.engine import URL, Connection, Engine

__all__ = ["write_postgis"]

IfExists = Literal["refuse", "replace", "append"]
NAME_BYTES: Final = 63
NUL: Final = "\0"
ROWS_AT_ONCE: Final = 5_000
WHOLE: Final = ("bigint", "integer", "smallint")
HELD_BY: Final[dict[str, tuple[str, ...]]] = {
    "boolean": ("boolean",),
    "bigint": (*WHOLE, "numeric", "double precision"),
    "double precision": ("double precision",),
    "timestamptz": ("timestamp with time zone",),
    "timestamp": ("timestamp without time zone",),
    "text": ("text", "character varying"),
}
"""Types of a column that was there in which values stay what they are, or, if they are
too long or too large, are refused by the database."""


def write_postgis(
    layer: gpd.GeoDataFrame,
    engine_or_url: Engine | URL | str,
    table: str,
    *,
    schema: str = "public",
    if_exists: IfExists = "refuse",
) -> None:
    """
    Write a layer to a PostGIS database.

    All is done in one transaction: a failure leaves the old table as it was.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        In a CRS with an EPSG code, which becomes the SRID. Its columns are written, its
        index is not.
    engine_or_url : sqlalchemy.Engine, URL or str
        A database with PostGIS, see `read_postgis`.
    table : str
        Name of the table; at most 63 bytes, 21 Chinese characters.
    schema : str, default "public"
        Where it is.
    if_exists : {"refuse", "replace", "append"}, default "refuse"
        What to do with a table of that name.

    Raises
    ------
    ParameterError
        If `if_exists` is none of these, or a table of that name is there and
        `if_exists` is ``"refuse"``.
    MissingCRSError, CRSMismatchError
        If the layer has no CRS, or one without an EPSG code, or rows are to be added to
        a table with another SRID.
    SchemaError
        If names are too long, or a column holds what a table cannot, or rows are to be
        added to a table with other columns.
    OutputError
        If the database cannot be reached or refuses; nothing is changed.
    MissingDependencyError
        If SQLAlchemy or its driver is not installed.

    Examples
    --------
    >>> import ecozoning as ez
    >>> zones = ez.load_plan("shanggao").zones
    >>> url = "postgresql://planner@localhost/county"
    >>> ez.write_postgis(zones, url, "分区", if_exists="replace")  # doctest: +SKIP
    """
    if if_exists not in get_args(IfExists):
        msg = (
            f"`if_exists` is {if_exists!r}; use one of {', '.join(get_args(IfExists))}."
        )
        raise ParameterError(msg)
    srid = _srid(check_crs(layer, name="layer"))
    check_flat(layer)
    _check_same_names(layer)
    layer = suited(layer.rename(columns=str), "PostGIS")
    kinds = _kinds(layer)
    _check_names([table, schema, str(layer.geometry.name), *kinds])
    alchemy = import_optional("sqlalchemy", extra=EXTRA)
    try:
        with connected(engine_or_url) as connection:
            place = (schema, table)
            _prepare(connection, layer, place, if_exists, kinds=kinds, srid=srid)
            _insert(connection, layer, place, kinds=kinds, srid=srid)
    except alchemy.exc.SQLAlchemyError as error:
        msg = (
            f"table {table!r} could not be written ({cause_of(error)}); nothing was "
            "changed."
        )
        raise OutputError(msg) from error
    except UnicodeEncodeError as error:
        msg = f"`layer` holds text that is no Unicode ({error}); nothing was changed."
        raise SchemaError(msg) from error


def _srid(crs: CRS) -> int:
    code = crs.to_epsg()
    # The code is one that is alike; it counts where it says the very same.
    if code is None or not crs.equals(CRS.from_epsg(code), ignore_axis_order=True):
        msg = (
            f"`layer` is in {crs.name}, which has no EPSG code, so PostGIS has no "
            "number for it; bring it to one that has: `layer.to_crs('EPSG:4490')`."
        )
        raise CRSMismatchError(msg)
    return code


def _kinds(layer: gpd.GeoDataFrame) -> dict[str, str]:
    """Return names and SQL types of all columns but the geometry."""
    return {n: _kind(layer[n]) for n in layer.columns if n != layer.geometry.name}


def _check_same_names(layer: gpd.GeoDataFrame) -> None:
    if len({str(name) for name in layer.columns}) < len(layer.columns):
        msg = "columns of `layer` have the same name; rename one of them."
        raise SchemaError(msg)


def _kind(column: pd.Series[Any]) -> str:
    """Return the SQL type that holds a column without a loss."""
    api = pd.api.types
    tests = (
        (api.is_bool_dtype, "boolean"),
        (api.is_integer_dtype, "bigint"),
        (api.is_float_dtype, "double precision"),
        (lambda c: isinstance(c.dtype, pd.DatetimeTZDtype), "timestamptz"),
        (api.is_datetime64_dtype, "timestamp"),
        (_is_text, "text"),
    )
    for test, kind in tests:
        if test(column):
            return kind
    msg = (
        f"the column {str(column.name)!r} of `layer` ({column.dtype}) holds neither "
        "numbers, truth values, times nor text alone; convert or drop it."
    )
    raise SchemaError(msg, bad_rows=(str(column.name),))


def _is_text(column: pd.Series[Any]) -> bool:
    return all(isinstance(value, str) for value in column.dropna().tolist())


def _check_names(names: list[str]) -> None:
    wrong = [x for x in names if not isinstance(x, str) or not x or NUL in x]
    if wrong:
        msg = (
            f"{wrong[0]!r} cannot name a table, a schema or a column in "
            "PostgreSQL; choose a word."
        )
        raise SchemaError(msg)
    long = [name for name in names if len(name.encode()) > NAME_BYTES]
    if long:
        msg = (
            f"{', '.join(map(repr, long))} is too long for PostgreSQL, which cuts "
            f"names at {NAME_BYTES} bytes (21 Chinese characters); shorten it."
        )
        raise SchemaError(msg, bad_rows=tuple(long))


def _prepare(
    connection: Connection,
    layer: gpd.GeoDataFrame,
    place: tuple[str, str],
    if_exists: IfExists,
    *,
    kinds: dict[str, str],
    srid: int,
) -> None:
    """Make a new table, or see whether the rows fit into the old one."""
    text = import_optional("sqlalchemy", extra=EXTRA).text
    name = quoted(*place)
    there = connection.execute(
        text("SELECT to_regclass(:name) IS NOT NULL"),
        {"name": name.replace("\\:", ":")},
    ).scalar()
    if there and if_exists == "refuse":
        msg = (
            f"table {place[1]!r} is there already; pass `if_exists='replace'` or "
            "`if_exists='append'`."
        )
        raise ParameterError(msg)
    if there and if_exists == "append":
        _check_fits(connection, place, str(layer.geometry.name), kinds=kinds, srid=srid)
        return
    geometry = "GeometryZ" if layer.has_z.any() else "Geometry"
    columns = [f"{quoted(column)} {kind}" for column, kind in kinds.items()]
    columns.append(f"{quoted(str(layer.geometry.name))} geometry({geometry}, {srid})")
    connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    connection.execute(text(f"CREATE TABLE {name} ({', '.join(columns)})"))
    index = f"CREATE INDEX ON {name} USING gist ({quoted(str(layer.geometry.name))})"
    connection.execute(text(index))


def _check_fits(
    connection: Connection,
    place: tuple[str, str],
    geometry: str,
    *,
    kinds: dict[str, str],
    srid: int,
) -> None:
    """Refuse to add rows to a table with other columns, or in another CRS."""
    text = import_optional("sqlalchemy", extra=EXTRA).text
    _, there = geometry_column(connection, place[1], place[0], geometry)
    if there != srid:
        msg = (
            f"table {place[1]!r} has SRID {there}, `layer` {srid}; one is needed: "
            f"`layer.to_crs({there})`."
        )
        raise CRSMismatchError(msg)
    found = connection.execute(
        text(
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod) "
            "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = :schema AND c.relname = :table "
            "AND a.attnum > 0 AND NOT a.attisdropped"
        ),
        {"schema": place[0], "table": place[1]},
    ).fetchall()
    there_are = {str(row[0]): str(row[1]) for row in found}
    columns, own = set(there_are), {*kinds, geometry}
    if columns != own:
        missing, more = sorted(columns - own), sorted(own - columns)
        msg = (
            f"table {place[1]!r} has other columns than `layer`: it has {missing} "
            f"more, and lacks {more}."
        )
        raise SchemaError(msg, missing=tuple(missing), unexpected=tuple(more))
    for name, kind in kinds.items():
        if not there_are[name].startswith(HELD_BY[kind]):
            msg = (
                f"the column {name!r} of table {place[1]!r} is {there_are[name]}, in "
                f"which {kind} would be changed; convert that of `layer`, or the table."
            )
            raise SchemaError(msg, bad_rows=(name,))


def _insert(
    connection: Connection,
    layer: gpd.GeoDataFrame,
    place: tuple[str, str],
    *,
    kinds: dict[str, str],
    srid: int,
) -> None:
    """Put rows into a table, thousands in one statement.

    They go as one text in JSON, which every driver can send, and which the database
    takes apart by the types of the columns.
    """
    text = import_optional("sqlalchemy", extra=EXTRA).text
    geometry = str(layer.geometry.name)
    types = kinds | {geometry: "geometry"}
    names = ", ".join(quoted(name) for name in types)
    typed = ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())
    statement = text(
        f"INSERT INTO {quoted(*place)} ({names}) SELECT {names} "
        f"FROM json_to_recordset(CAST(:rows AS json)) AS r ({typed})"
    )
    for start in range(0, len(layer), ROWS_AT_ONCE):
        part = layer.iloc[start : start + ROWS_AT_ONCE]
        connection.execute(statement, {"rows": _json(part, types, geometry, srid)})


def _json(
    part: gpd.GeoDataFrame, types: dict[str, str], geometry: str, srid: int
) -> str:
    """Return rows as a list of JSON objects, geometries as EWKB in hexadecimal."""
    shapes = shapely.set_srid(part.geometry.to_numpy(), srid)
    hexes = shapely.to_wkb(shapes, hex=True, include_srid=True)
    frame = part.rename(columns=str)
    columns = [
        hexes.tolist() if name == geometry else [_cell(cell) for cell in frame[name]]
        for name in types
    ]
    rows = [
        dict(zip(types, cells, strict=True)) for cells in zip(*columns, strict=True)
    ]
    return json.dumps(rows, ensure_ascii=False, allow_nan=False)


def _cell(value: Any) -> Any:  # noqa: ANN401 -- a cell of any column
    """Return a value as JSON has it; missing ones are null."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value
