"""Vector layers into files, all or nothing, and only what the format can hold."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from ecozoning._validation import check_crs
from ecozoning.errors import (
    CRSMismatchError,
    EcozoningWarning,
    InputError,
    OutputError,
    ParameterError,
    SchemaError,
)
from ecozoning.io.atomic import atomic_path, output_folder
from ecozoning.io.encodings import known_codec
from ecozoning.io.layer_columns import (
    check_shapefile,
    own_columns,
    renamed,
    suited,
)
from ecozoning.io.layer_files import check_there

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

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
    GeoJSON holds twelve decimals, other formats every bit of a coordinate. Shapefiles
    hold numbers to fifteen digits, and text without blanks at its ends; empty text is
    missing text. Times are held to a millisecond.

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
    if not isinstance(name, str | None):
        msg = f"`name` is {name!r}, but text is needed, the name of the layer."
        raise ParameterError(msg)
    check_crs(layer, name="layer")
    driver = DRIVERS[path.suffix.lower()]
    frame = suited(renamed(layer, rename), driver)
    if driver == "ESRI Shapefile":
        codec = known_codec(encoding)
        check_shapefile(frame, codec, encoding)
        with _files_together(path) as part:
            written(frame, part, driver=driver, encoding=_gdal_name(codec))
            _check_same(frame, part, None)
        return path
    with atomic_path(path) as part:
        if driver == "GPKG":
            _copied(path, part)
            options = {"layer": name or path.stem} | own_columns(frame)
        else:
            options = OPTIONS[driver]
        written(frame, part, driver=driver, **options)
        _check_same(frame, part, options.get("layer"))
    return path


def _with_suffix(path: Path) -> Path:
    if not path.name:
        msg = f"`path` is {str(path)!r}, but the name of a file is needed."
        raise ParameterError(msg)
    if not path.suffix:
        return path.with_name(f"{path.name}.gpkg")
    if path.suffix.lower() not in DRIVERS:
        msg = (
            f"`path` ends with {path.suffix!r}; layers are written to "
            f"{', '.join(DRIVERS)}, of which .gpkg holds everything."
        )
        raise ParameterError(msg)
    return path


def _gdal_name(codec: str) -> str:
    return {"gb18030": "GBK", "utf-8": "UTF-8"}[codec]


def written(frame: gpd.GeoDataFrame, part: Path, **options: Any) -> None:  # noqa: ANN401
    """Write a layer with GDAL, and pass on what it says."""
    try:
        # An error in the place of a warning would not come out of GDAL.
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            _write(frame, part, kind_of(frame) | options)
    except _WRITE_ERRORS as error:
        msg = f"{part.name!r} could not be written ({error})."
        raise OutputError(msg) from error
    except (ValueError, TypeError, NotImplementedError) as error:
        msg = f"{part.name!r} cannot hold a column of `layer` ({error})."
        raise SchemaError(msg) from error
    for warning in said:
        msg = f"writing {part.name!r}: {warning.message}"
        warnings.warn(msg, EcozoningWarning, stacklevel=4)


def _write(frame: gpd.GeoDataFrame, part: Path, options: dict[str, Any]) -> None:
    """Write a layer; in a shapefile, where GDAL would make text of times, dates."""
    names = [name for name in frame.columns if name != frame.geometry.name]
    times = [
        name for name in names if pd.api.types.is_datetime64_any_dtype(frame[name])
    ]
    if options["driver"] != "ESRI Shapefile" or not times:
        pyogrio.write_dataframe(_in_utc(frame, times), part, **options)
        return
    # Only arrays of NumPy have a type for dates.
    pyogrio.raw.write(
        part,
        shapely.to_wkb(frame.geometry.to_numpy()),
        [_plain(frame[name]) for name in names],
        names,
        field_mask=[frame[name].isna().to_numpy() for name in names],
        crs=CRS.from_user_input(frame.crs).to_wkt(),
        **options,
    )


def _in_utc(frame: gpd.GeoDataFrame, times: list[str]) -> gpd.GeoDataFrame:
    """Return a layer with its times in that of Greenwich, as a GeoPackage has them."""
    zoned = [name for name in times if frame[name].dt.tz is not None]
    return frame.assign(**{name: frame[name].dt.tz_convert("UTC") for name in zoned})


def _plain(column: pd.Series[Any]) -> NDArray[Any]:
    """Return the values of a column for a shapefile; what is missing is masked."""
    if pd.api.types.is_datetime64_any_dtype(column):
        days = column.dt.tz_localize(None).to_numpy("datetime64[D]")
        return np.asarray(days)
    if pd.api.types.is_numeric_dtype(column):
        filled = column.fillna(0) if column.dtype.kind != "f" else column
        return filled.to_numpy(filled.to_numpy().dtype)
    return column.astype(object).where(column.notna(), None).to_numpy()


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
    try:
        found = pyogrio.read_info(part, layer=layer, force_feature_count=True)
        count = found["features"]
        if part.suffix.lower() == ".fgb":  # says nothing of a full disk
            count = pyogrio.read_bounds(part)[0].size
        if part.suffix.lower() == ".shp":
            check_there(part)
            lost = len(found["fields"]) < len(frame.columns) - 1
            count = 0 if lost else count
    except (InputError, *_WRITE_ERRORS) as error:
        msg = f"{part.name!r} could not be written whole ({error}); is the disk full?"
        raise OutputError(msg) from error
    if count != len(frame):
        msg = f"{part.name!r} holds {count} of {len(frame)} rows; is the disk full?"
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
    except sqlite3.OperationalError as error:
        msg = f"{str(path)!r} could not be written ({error})."
        raise OutputError(msg) from error
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
    if path.is_dir():
        msg = f"{str(path)!r} is a folder; give the file another name."
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
