"""Vector layers from the files that offices exchange."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from ecozoning.errors import (
    CRSMismatchError,
    EcozoningWarning,
    InputError,
    MissingCRSError,
    ParameterError,
)
from ecozoning.io.encodings import (
    NATIVE,
    chosen_encoding,
    decoded,
    known_codec,
    stated_encoding,
)
from ecozoning.io.shapefile_sizes import check_whole

if TYPE_CHECKING:
    import os

__all__ = ["READ_ERRORS", "check_there", "chosen_layer", "placed", "read_layer"]

LANGUAGE_BYTE: Final = 29
READ_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    shapely.errors.ShapelyError,
    UnicodeDecodeError,
)
PARSED: Final = "Non-conformant content"
"""What GDAL says of times that it has read, but finds written in another way."""


def read_layer(
    path: str | os.PathLike[str],
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: Any = None,  # noqa: ANN401 -- whatever pyproj takes
) -> gpd.GeoDataFrame:
    """
    Read a vector layer, its Chinese names and its CRS as they are meant.

    Parameters
    ----------
    path : path-like
        GeoPackage, shapefile (the ``.shp`` of its files), File Geodatabase (the
        ``.gdb`` folder), GeoJSON, FlatGeobuf, or another format of GDAL.
    layer : str, optional
        Which layer; needed where the file holds several.
    encoding : str, optional
        Encoding of the text of a shapefile, such as ``"GBK"``. By default its bytes
        decide: text that is valid UTF-8 with Chinese characters is that, and text that
        reads as common Chinese characters in GBK is that, whatever the ``.cpg`` beside
        it says.
    crs : any CRS, optional
        The CRS of a file that states none.

    Returns
    -------
    geopandas.GeoDataFrame
        Rows in the order of the file, numbered from 0.

    Raises
    ------
    InputError
        If the file is not there, cannot be read, or holds no geometries.
    ParameterError
        If `layer` is not there, or missing where it is needed; if the bytes do not tell
        the encoding, or are not in `encoding`.
    MissingCRSError
        If the file states no CRS, as a shapefile without ``.prj``, and `crs` neither.
    CRSMismatchError
        If `crs` is given and the file states another.

    Warns
    -----
    EcozoningWarning
        If names of columns or values end inside a character, of which the rest was
        lost when the shapefile was written.

    Notes
    -----
    GeoJSON is by its standard in longitude and latitude of WGS 84; files that state
    another CRS in the older way, EPSG:4490 among them, are believed. WGS 84 and
    CGCS2000 agree within centimetres to decimetres in China; no shift is applied.

    Examples
    --------
    >>> import tempfile
    >>> import ecozoning as ez
    >>> zones = ez.load_plan("shanggao").zones[["name", "geometry"]]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "zones.shp")
    ...     _ = ez.write_layer(zones, path, encoding="GBK", rename={"name": "分区名称"})
    ...     path.with_suffix(".cpg").unlink()
    ...     back = ez.read_layer(path)
    >>> list(back), back.crs.to_epsg()
    (['分区名称', 'geometry'], 4490)
    """
    path = Path(path)
    check_there(path)
    chosen = chosen_layer(path, layer)
    is_shapefile = path.suffix.lower() == ".shp"
    try:
        if is_shapefile:
            frame = _shapefile(path, encoding)
        else:
            frame = frame_of(path, layer=chosen, encoding=encoding)
    except READ_ERRORS as error:
        msg = f"{str(path)!r} cannot be read ({error})."
        raise InputError(msg) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        msg = (
            f"{str(path)!r} is a table without geometries; read it with "
            "`pyogrio.read_dataframe(path)`."
        )
        raise InputError(msg)
    return placed(frame, crs, path)


def frame_of(path: Path, **options: Any) -> pd.DataFrame:  # noqa: ANN401
    """Read a file with GDAL, and pass on what it says."""
    # An error in the place of a warning would not come out of GDAL.
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        frame: pd.DataFrame = pyogrio.read_dataframe(path, **options)
    idle = ("Could not decode error message", "Several features with id", PARSED)
    for text in dict.fromkeys(str(warning.message) for warning in said):
        if not text.startswith(idle):
            msg = f"reading {path.name!r}: {text}"
            warnings.warn(msg, EcozoningWarning, stacklevel=4)
    return frame


def check_there(path: Path) -> None:
    """Insist that a file is there, and the others that belong to a shapefile."""
    if path.suffix.lower() == ".zip":
        msg = f"{str(path)!r} is an archive; unpack it and name the layer inside."
        raise InputError(msg)
    if not path.exists():
        msg = f"{str(path)!r} does not exist."
        raise InputError(msg)
    if path.suffix.lower() != ".shp":
        return
    for suffix in (".shx", ".dbf"):
        if _beside(path, suffix) is None:
            msg = (
                f"{path.name!r} lacks the {suffix} file that belongs to it; copy all "
                "files of the shapefile into one folder."
            )
            raise InputError(msg)
    check_whole(path, _beside(path, ".shx") or path, _beside(path, ".dbf") or path)


def _beside(path: Path, suffix: str) -> Path | None:
    """Return the file of a shapefile with that suffix, in capitals or not."""
    for form in (suffix, suffix.upper()):
        if path.with_suffix(form).is_file():
            return path.with_suffix(form)
    return None


def chosen_layer(path: Path, layer: str | None) -> str:
    """Return the layer to read, refusing to choose among several."""
    try:
        listed = pyogrio.list_layers(path)
    except READ_ERRORS as error:
        msg = f"{str(path)!r} cannot be read as a vector file ({error})."
        raise InputError(msg) from error
    names = [str(name) for name in listed[:, 0]]
    placed = [str(name) for name, kind in listed if kind is not None]
    if layer is None and len(placed or names) == 1:
        return (placed or names)[0]
    if layer not in names:
        what = "no `layer` was named" if layer is None else f"`layer` {layer!r} is none"
        msg = (
            f"{str(path)!r} holds the layers {', '.join(map(repr, names)) or 'none'}; "
            f"{what}: choose one with `layer=`."
        )
        raise ParameterError(msg)
    return layer


def _shapefile(path: Path, encoding: str | None) -> gpd.GeoDataFrame:
    """Read a shapefile byte by byte, and its text when its encoding is known."""
    if encoding is not None:
        known_codec(encoding)  # refused before the reading, not after it
    frame = frame_of(path, encoding=NATIVE)
    columns = [name for name in frame.columns if name != frame.geometry.name]
    texts = [name for name in columns if _is_text(frame[name])]
    values = {name: _values(frame[name]) for name in texts}
    raw = [*columns, *(value for found in values.values() for value in found)]
    odd = [text.encode(NATIVE) for text in raw if not text.isascii()]
    codec = chosen_encoding(
        odd, encoding=encoding, stated=_stated(path), path=path.name
    )
    cut = [text for text in odd if _is_cut(text, codec)]
    for name in texts:
        meant = {value: _meant(value, codec) for value in values[name]}
        frame[name] = frame[name].map(meant)
    if cut:
        _warn_cut(cut, codec, path)
    return frame.rename(columns={name: _meant(name, codec) for name in columns})


def _is_text(column: pd.Series[Any]) -> bool:
    """Say whether a column holds text; before pandas 3 one with gaps is of objects."""
    if column.dtype == object:
        return all(isinstance(value, str) for value in column.dropna())
    return bool(pd.api.types.is_string_dtype(column))


def _values(column: pd.Series[Any]) -> list[str]:
    return [str(value) for value in column.dropna().unique()]


def _meant(text: str, codec: str) -> str:
    """Return text read byte by byte as what it is, without the half of a character."""
    return decoded(text.encode(NATIVE), codec, cut=True)


def _is_cut(raw: bytes, codec: str) -> bool:
    """Say whether text ends inside a character."""
    try:
        decoded(raw, codec)
    except UnicodeDecodeError:
        return True
    return False


def _warn_cut(cut: list[bytes], codec: str, path: Path) -> None:
    shown = ", ".join(repr(decoded(text, codec, cut=True)) for text in cut[:5])
    msg = (
        f"in {path.name!r} {len(cut)} names or values end inside a character, whose "
        f"rest was lost when the file was written; without it they are {shown}."
    )
    warnings.warn(msg, EcozoningWarning, stacklevel=4)


def _stated(path: Path) -> str | None:
    """Return the encoding that the files of a shapefile state."""
    page, table = _beside(path, ".cpg"), _beside(path, ".dbf")
    text = None if page is None else page.read_bytes()[:64].decode(NATIVE)
    if table is None:  # pragma: no cover -- refused before
        return None
    with table.open("rb") as handle:
        head = handle.read(LANGUAGE_BYTE + 1)
    return stated_encoding(text, head[-1] if len(head) > LANGUAGE_BYTE else 0)


def placed(frame: gpd.GeoDataFrame, crs: Any, path: Path) -> gpd.GeoDataFrame:  # noqa: ANN401
    """Return a layer with the CRS of its file, or the one given for it."""
    given = None if crs is None else _known_crs(crs)
    if frame.crs is None:
        if given is None:
            why = " (it has no .prj file)" if path.suffix.lower() == ".shp" else ""
            msg = (
                f"{path.name!r} states no CRS{why}; say in which one its coordinates "
                "are: `read_layer(path, crs='EPSG:4490')` for CGCS2000 degrees. "
                "`ecozoning.guess_zone(geopandas.read_file(path))` suggests one."
            )
            raise MissingCRSError(msg)
        return frame.set_crs(given)
    stated = CRS.from_user_input(frame.crs)
    if given is not None and not stated.equals(given, ignore_axis_order=True):
        msg = (
            f"{path.name!r} states the CRS {stated.name}, not the `crs` given; leave "
            "`crs` out, and state another afterwards with "
            "`layer.set_crs(..., allow_override=True)` if the file is wrong."
        )
        raise CRSMismatchError(msg)
    return frame


def _known_crs(crs: Any) -> CRS:  # noqa: ANN401 -- whatever pyproj takes
    try:
        return CRS.from_user_input(crs)
    except CRSError as error:
        msg = f"`crs` {crs!r} is not known ({error}); give one as 'EPSG:4490'."
        raise ParameterError(msg) from error
