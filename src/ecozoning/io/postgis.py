"""Vector layers in a PostGIS database, through SQLAlchemy and the user's driver."""

from __future__ import annotations

import contextlib
import getpass
import os
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from ecozoning._optional import import_optional
from ecozoning.errors import (
    InputError,
    MissingCRSError,
    MissingDependencyError,
    ParameterError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from sqlalchemy.engine import URL, Connection, Engine

__all__ = [
    "EXTRA",
    "cause_of",
    "connected",
    "geometry_column",
    "quoted",
    "read_postgis",
]

EXTRA = "postgis"


def read_postgis(
    engine_or_url: Engine | URL | str,
    table: str,
    *,
    schema: str = "public",
    geometry: str | None = None,
) -> gpd.GeoDataFrame:
    """
    Read a layer from a PostGIS database.

    Parameters
    ----------
    engine_or_url : sqlalchemy.Engine, URL or str
        A database, for instance ``"postgresql://user@host/county"``. A URL without a
        driver is opened with pg8000, which the extra ``postgis`` installs; an engine
        keeps its own.
    table : str
        Name of a table or view, with Chinese characters or not.
    schema : str, default "public"
        Where it is.
    geometry : str, optional
        Column of the geometry; needed where there are several.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows of a table in the order in which they were put in, numbered from 0; numbers
        of any precision as float64. The CRS is that of the SRID.

    Raises
    ------
    InputError
        If the database cannot be reached, or there is no such table with a geometry.
    ParameterError
        If there are several geometries and `geometry` chooses none.
    MissingCRSError
        If the SRID is 0.
    MissingDependencyError
        If SQLAlchemy or its driver is not installed.

    Examples
    --------
    >>> import ecozoning as ez
    >>> ez.read_postgis(
    ...     "postgresql://planner@localhost/county", "分区"
    ... )  # doctest: +SKIP
    """
    alchemy = import_optional("sqlalchemy", extra=EXTRA)
    try:
        with connected(engine_or_url) as connection:
            place = geometry_column(connection, table, schema, geometry)
            names, rows = _rows(connection, table, schema, place[0])
            crs = _crs(connection, place[1], table)
    except alchemy.exc.SQLAlchemyError as error:
        msg = f"table {table!r} could not be read ({cause_of(error)})."
        raise InputError(msg) from error
    frame = pd.DataFrame({name: _plain(rows, at) for at, name in enumerate(names)})
    shapes = shapely.from_wkb(
        [None if cell is None else bytes(cell) for cell in frame[place[0]]]
    )
    layer = gpd.GeoDataFrame(frame.drop(columns=place[0]), geometry=shapes, crs=crs)
    return layer if place[0] == "geometry" else layer.rename_geometry(place[0])


@contextlib.contextmanager
def connected(
    engine_or_url: Engine | URL | str,
) -> Iterator[Connection]:
    """Give a connection whose transaction is kept if all goes well."""
    alchemy = import_optional("sqlalchemy", extra=EXTRA)
    own = isinstance(engine_or_url, str | alchemy.engine.URL)
    if not own and not isinstance(engine_or_url, alchemy.engine.Engine):
        msg = (
            f"the database is a {type(engine_or_url).__name__}, but a SQLAlchemy "
            "engine or a URL is needed, e.g. "
            "`sqlalchemy.create_engine('postgresql+pg8000://...')`."
        )
        raise ParameterError(msg)
    engine: Any = _engine(engine_or_url) if own else engine_or_url
    try:
        if engine.dialect.name != "postgresql":
            msg = f"the database is {engine.dialect.name}, but PostGIS is needed."
            raise ParameterError(msg)
        with engine.begin() as connection:
            yield connection
    finally:
        if own:
            engine.dispose()


def _engine(url: Engine | URL | str) -> Engine:
    """Return an engine for a URL, with our driver if it names none."""
    alchemy = import_optional("sqlalchemy", extra=EXTRA)
    try:
        parts = alchemy.make_url(url)
    except (alchemy.exc.ArgumentError, ValueError) as error:
        msg = (
            "the URL of the database cannot be read; it looks like "
            "`postgresql://user@host:5432/database`."
        )
        raise ParameterError(msg) from error
    if parts.drivername in {"postgresql", "postgres"}:
        import_optional("pg8000", extra=EXTRA)
        parts = parts.set(drivername="postgresql+pg8000")
    if (
        parts.username is None and parts.get_backend_name() == "postgresql"
    ):  # as other programs of PostgreSQL do
        parts = parts.set(username=os.environ.get("PGUSER") or getpass.getuser())
    try:
        engine: Engine = alchemy.create_engine(parts)
    except ImportError as error:
        msg = (
            f"the driver of {parts.drivername!r} is not installed; leave it out of the "
            "URL, `postgresql://...`, to use pg8000."
        )
        raise MissingDependencyError(msg) from error
    return engine


def quoted(*names: str) -> str:
    """Return names as SQL takes them, whatever characters they hold.

    SQLAlchemy takes a colon for the beginning of a parameter unless told otherwise.
    """
    parts = ['"' + name.replace('"', '""').replace(":", "\\:") + '"' for name in names]
    return ".".join(parts)


def geometry_column(
    connection: Connection, table: str, schema: str, geometry: str | None
) -> tuple[str, int]:
    """Return name and SRID of the geometry of a table, refusing to choose."""
    text = import_optional("sqlalchemy", extra=EXTRA).text
    found = connection.execute(
        text(
            "SELECT f_table_name, f_geometry_column, srid FROM geometry_columns "
            "WHERE f_table_schema = :schema"
        ),
        {"schema": schema},
    ).fetchall()
    here = {str(row[1]): int(row[2]) for row in found if row[0] == table}
    if not here:
        names = ", ".join(sorted({repr(row[0]) for row in found})) or "none"
        msg = (
            f"there is no table {table!r} with a geometry in schema {schema!r}; there "
            f"are {names}."
        )
        raise InputError(msg)
    if geometry is None and len(here) == 1:
        return next(iter(here.items()))
    if geometry not in here:
        what = "none was named" if geometry is None else f"{geometry!r} is none of them"
        msg = (
            f"table {table!r} has the geometries {', '.join(map(repr, here))}; {what}: "
            "choose one with `geometry=`."
        )
        raise ParameterError(msg)
    return geometry, here[geometry]


def _rows(
    connection: Connection, table: str, schema: str, geometry: str
) -> tuple[list[str], list[Any]]:
    """Return names of columns and rows, the geometry as EWKB."""
    text = import_optional("sqlalchemy", extra=EXTRA).text
    listed = connection.execute(
        text(
            "SELECT a.attname, c.relkind FROM pg_attribute a "
            "JOIN pg_class c ON c.oid = a.attrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = :schema AND c.relname = :table AND a.attnum > 0 "
            "AND NOT a.attisdropped ORDER BY a.attnum"
        ),
        {"schema": schema, "table": table},
    ).fetchall()
    names = [str(row[0]) for row in listed]
    wanted = [
        f"ST_AsEWKB({quoted(name)})" if name == geometry else quoted(name)
        for name in names
    ]
    # A view has no places of rows.
    order = " ORDER BY ctid" if listed[0][1] in {"r", b"r"} else ""
    query = f"SELECT {', '.join(wanted)} FROM {quoted(schema, table)}{order}"
    return names, list(connection.execute(text(query)).fetchall())


def _plain(rows: list[Any], at: int) -> list[Any]:
    """Return a column of a result; numbers of any precision become floats."""
    from decimal import Decimal

    cells: list[Decimal | Any] = [row[at] for row in rows]
    return [float(cell) if isinstance(cell, Decimal) else cell for cell in cells]


def _crs(connection: Connection, srid: int, table: str) -> CRS:
    """Return the CRS that the database knows under a number."""
    text = import_optional("sqlalchemy", extra=EXTRA).text
    if srid == 0:
        msg = (
            f"table {table!r} has SRID 0, so nobody can tell where it lies; state it "
            "in the database with `SELECT UpdateGeometrySRID('table', 'column', 4490)`."
        )
        raise MissingCRSError(msg)
    row = connection.execute(
        text(
            "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys "
            "WHERE srid = :srid"
        ),
        {"srid": srid},
    ).fetchone()
    if row is None:
        return CRS.from_epsg(srid)
    if row[0] is None:
        return CRS.from_wkt(row[2])
    return CRS.from_authority(row[0], row[1])


def cause_of(error: BaseException) -> str:
    """Return what the database said, on one line, without the statement."""
    own = getattr(error, "orig", None) or error
    said = own.args[0] if own.args else None
    if isinstance(said, dict):  # of pg8000: message and detail among other fields
        own = "; ".join(str(said[field]) for field in ("M", "D") if field in said)
    return " ".join(str(own).split())[:300]
