"""Vector layers into files, all or nothing, and only what the format can hold."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyogrio
from pyproj import CRS

from ecozoning._validation import check_crs
from ecozoning.errors import (
    CRSMismatchError,
    EcozoningWarning,
    GeometryError,
    InputError,
    OutputError,
    ParameterError,
    SchemaError,
)
from ecozoning.io.atomic import atomic_path, output_folder
from ecozoning.io.encodings import known_codec

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    import geopandas as gpd

__all__ = ["kind_of", "write_layer", "written"]

DRIVERS: Final = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".fgb": "FlatGeobuf",
}
# FlatGeobuf with an index has its rows in the order of the index. GeoJSON has seven
# decimals by default: a centimetre in degrees.
OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "FlatGeobuf": {"SPATIAL_INDEX": "NO"},
    "GeoJSON": {"COORDINATE_PRECISION": "12"},
}
NAME_BYTES: Final = 10
VALUE_BYTES: Final = 254
SIDE_FILES: Final = (
    *(".shp", ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj"),
    *(".fix", ".ain", ".aih", ".atx", ".ixs", ".mxs", ".idm", ".ind", ".shp.xml"),
)
_WRITE_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
)


def write_layer(
    layer: gpd.GeoDataFrame,
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    encoding: str = "UTF-8",
    rename: Mapping[str, str] | None = None,
) -> Path:
    """
    Write a vector layer so that it reads back the same, or refuse.

    A failure leaves what stood at `path` as it was.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        With a CRS. Its columns are written, its index is not.
    path : path-like
        ``.gpkg`` (also where there is no suffix), ``.shp``, ``.geojson`` or ``.fgb``.
    name : str, optional
        Name of the layer in a GeoPackage, by default that of the file. A layer of that
        name is replaced; other layers of the file stay.
    encoding : {"UTF-8", "GBK"}, default "UTF-8"
        Encoding of the text of a shapefile; a ``.cpg`` file states it.
    rename : mapping of str to str, optional
        New names of columns, old ones first, for formats that cannot hold them.

    Returns
    -------
    pathlib.Path
        What was written, with its suffix.

    Raises
    ------
    ParameterError
        If the suffix is not known, or `encoding` or `rename` do not fit.
    MissingCRSError
        If the layer has no CRS.
    SchemaError
        If names are there twice or are too long for a shapefile (10 bytes: three
        Chinese characters in UTF-8, five in GBK), if values are (254 bytes), or columns
        hold what the format cannot.
    GeometryError
        If a shapefile would have to hold several kinds of geometries.
    CRSMismatchError
        If the format cannot state the CRS, as a shapefile cannot state ``+towgs84``.
    OutputError
        If the file cannot be written.

    Warns
    -----
    EcozoningWarning
        What the driver says of values that it changes.

    Notes
    -----
    GeoJSON holds twelve decimals, other formats every bit of a coordinate.

    Examples
    --------
    >>> import tempfile
    >>> import ecozoning as ez
    >>> zones = ez.load_plan("shanggao").zones
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = ez.write_layer(zones, Path(folder, "分区"))
    ...     back = ez.read_layer(path)
    >>> path.name, back["name"].tolist() == zones["name"].tolist()
    ('分区.gpkg', True)
    """
    path = _with_suffix(Path(path))
    check_crs(layer, name="layer")
    frame = _renamed(layer, rename)
    driver = DRIVERS[path.suffix.lower()]
    if driver == "ESRI Shapefile":
        codec = known_codec(encoding)
        _check_shapefile(frame, codec, encoding)
        with _files_together(path) as part:
            written(frame, part, driver=driver, encoding=_gdal_name(codec))
            _check_same(frame, part, None)
        return path
    with atomic_path(path) as part:
        if driver == "GPKG":
            _copied(path, part)
            options = {"layer": name or path.stem}
        else:
            options = OPTIONS[driver]
        written(frame, part, driver=driver, **options)
        _check_same(frame, part, options.get("layer"))
    return path


def _with_suffix(path: Path) -> Path:
    if not path.suffix:
        return path.with_name(f"{path.name}.gpkg")
    if path.suffix.lower() not in DRIVERS:
        msg = (
            f"`path` ends with {path.suffix!r}; layers are written to "
            f"{', '.join(DRIVERS)}, of which .gpkg holds everything."
        )
        raise ParameterError(msg)
    return path


def _renamed(
    layer: gpd.GeoDataFrame, rename: Mapping[str, str] | None
) -> gpd.GeoDataFrame:
    """Return a layer with its new names, all different, and text as text."""
    unknown = tuple(old for old in rename or {} if old not in layer.columns)
    if unknown:
        msg = f"`rename` names {', '.join(map(repr, unknown))}, which `layer` lacks."
        raise ParameterError(msg)
    frame = layer.rename(columns=dict(rename or {}))
    names = pd.Series([str(column) for column in frame.columns])
    twice = names[names.str.lower().duplicated()].unique().tolist()
    if twice:
        msg = (
            f"the column {', '.join(map(repr, twice))} is there twice (files do not "
            "tell capitals from small letters); give it another name with `rename=`."
        )
        raise SchemaError(msg, bad_rows=tuple(twice))
    return frame


def _gdal_name(codec: str) -> str:
    return {"gb18030": "GBK", "utf-8": "UTF-8"}[codec]


def _check_shapefile(frame: gpd.GeoDataFrame, codec: str, encoding: str) -> None:
    """Refuse what a shapefile would cut, change or leave out without saying so."""
    if codec not in {"gb18030", "utf-8"}:
        msg = f"`encoding` is {encoding!r}; shapefiles are written in 'UTF-8' or 'GBK'."
        raise ParameterError(msg)
    columns = [name for name in frame.columns if name != frame.geometry.name]
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


def _check_names(columns: list[Any], codec: str) -> None:
    long = {
        str(name): len(str(name).encode(codec))
        for name in columns
        if len(str(name).encode(codec)) > NAME_BYTES
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
    if isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind == "M":
        times = pd.to_datetime(column).dropna()
        if (times != times.dt.normalize()).any():
            msg = f"the column {name!r} holds times of day, a shapefile only dates."
            raise SchemaError(msg, bad_rows=(name,))
        return
    if not pd.api.types.is_string_dtype(column) and column.dtype != object:
        return
    values = column.dropna().unique()
    if not all(isinstance(value, str) for value in values):
        msg = (
            f"the column {name!r} holds other things than text, which a shapefile "
            "cannot tell apart; make it text or numbers."
        )
        raise SchemaError(msg, bad_rows=(name,))
    try:
        longest = max((len(value.encode(codec)) for value in values), default=0)
    except UnicodeEncodeError as error:
        msg = f"the column {name!r} holds text that is not in GBK ({error})."
        raise SchemaError(msg, bad_rows=(name,)) from error
    if longest > VALUE_BYTES:
        msg = (
            f"the column {name!r} holds a value of {longest} bytes, a shapefile "
            f"{VALUE_BYTES}; write a GeoPackage, or shorten it."
        )
        raise SchemaError(msg, bad_rows=(name,))


def written(frame: gpd.GeoDataFrame, part: Path, **options: Any) -> None:  # noqa: ANN401
    """Write a layer with GDAL, and pass on what it says."""
    try:
        # An error in the place of a warning would not come out of GDAL.
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            pyogrio.write_dataframe(frame, part, **(kind_of(frame) | options))
    except _WRITE_ERRORS as error:
        msg = f"{part.name!r} could not be written ({error})."
        raise OutputError(msg) from error
    except (ValueError, TypeError) as error:
        msg = f"{part.name!r} cannot hold a column of `layer` ({error})."
        raise SchemaError(msg) from error
    for warning in said:
        msg = f"writing {part.name!r}: {warning.message}"
        warnings.warn(msg, EcozoningWarning, stacklevel=4)


def kind_of(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Say the kind of geometry, which GDAL takes from the first rows otherwise."""
    kinds = set(frame.geom_type.dropna())
    for kind in ("Polygon", "LineString", "Point"):
        if kinds and kinds <= {kind, f"Multi{kind}"}:
            many = len(kinds) > 1
            chosen = f"Multi{kind}" if many else kinds.pop()
            heights = " Z" if frame.has_z.any() else ""
            return {"geometry_type": chosen + heights, "promote_to_multi": many}
    return {"geometry_type": "Unknown"}


def _check_same(frame: gpd.GeoDataFrame, part: Path, layer: str | None) -> None:
    """Prove that rows and CRS are in the file."""
    found = pyogrio.read_info(part, layer=layer, force_feature_count=True)
    if found["features"] != len(frame):
        msg = f"{part.name!r} holds {found['features']} of {len(frame)} rows."
        raise OutputError(msg)
    back = None if found["crs"] is None else CRS.from_user_input(found["crs"])
    crs = CRS.from_user_input(frame.crs)
    if back is None or not back.equals(crs, ignore_axis_order=True):
        msg = (
            f"{part.name!r} cannot state the CRS {crs.name}; write a GeoPackage, or "
            "bring `layer` to CGCS2000 with `ecozoning.to_cgcs2000(layer)`."
        )
        raise CRSMismatchError(msg)


def _copied(path: Path, part: Path) -> None:
    """Copy a GeoPackage that other layers live in."""
    if not path.exists():
        return
    try:
        with (
            contextlib.closing(sqlite3.connect(path)) as old,
            contextlib.closing(sqlite3.connect(part)) as new,
        ):
            old.backup(new)
            new.execute("SELECT count(*) FROM gpkg_contents").fetchone()
    except sqlite3.DatabaseError as error:
        msg = f"{path.name!r} is there and is no GeoPackage ({error}); move it away."
        raise InputError(msg) from error


@contextlib.contextmanager
def _files_together(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and move all files of a shapefile at once.

    Old files go to a folder of their own first, and come back if a move fails.
    """
    if not path.parent.is_dir():
        msg = f"folder {str(path.parent)!r} does not exist; create it first."
        raise OutputError(msg)
    output_folder(path.parent)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent) as folder:
        fresh, old = Path(folder, "new"), Path(folder, "old")
        fresh.mkdir()
        old.mkdir()
        yield fresh / path.name
        _exchanged(path, fresh, old)


def _exchanged(path: Path, fresh: Path, old: Path) -> None:
    """Put new files where old ones were, or leave the old ones."""
    standing = [
        file
        for suffix in SIDE_FILES
        for file in (path.with_name(path.stem + suffix),)
        if file.is_file()
    ]
    moved: list[Path] = []
    try:
        for file in standing:
            file.replace(old / file.name)
        for file in sorted(fresh.iterdir()):
            moved.append(path.with_name(file.name))
            file.replace(moved[-1])
    except OSError as error:
        for file in moved:
            file.unlink(missing_ok=True)
        for file in old.iterdir():
            file.replace(path.with_name(file.name))
        msg = f"{str(path)!r} could not be written ({error.strerror or error})."
        raise OutputError(msg) from error
