"""Vector layers too large for memory: read and written block by block."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyogrio

from ecozoning._validation import check_crs
from ecozoning.errors import InputError, NoDataError, ParameterError, SchemaError
from ecozoning.io.atomic import atomic_path
from ecozoning.io.layer_columns import own_columns, renamed, suited
from ecozoning.io.layer_files import (
    READ_ERRORS,
    check_there,
    chosen_layer,
    frame_of,
    placed,
)
from ecozoning.io.layer_writing import kind_of, written

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    import geopandas as gpd

__all__ = ["read_blocks", "write_blocks"]


def read_blocks(
    path: str | os.PathLike[str],
    *,
    block_rows: int = 50_000,
    layer: str | None = None,
    crs: Any = None,  # noqa: ANN401 -- whatever pyproj takes
) -> Iterator[gpd.GeoDataFrame]:
    """
    Read a vector layer block by block, in the order of the file.

    Parameters
    ----------
    path : path-like
        As for `read_layer`, but no shapefile: the encoding of its text is decided by
        all of it. Write it to a GeoPackage first.
    block_rows : int, default 50 000
        Rows of a block.
    layer : str, optional
        Which layer; needed where the file holds several.
    crs : any CRS, optional
        The CRS of a file that states none.

    Returns
    -------
    iterator of geopandas.GeoDataFrame
        Rows numbered through from 0.

    Raises
    ------
    InputError
        If the file is not there, cannot be read or is a shapefile.
    ParameterError
        If `layer` or `block_rows` does not fit.
    MissingCRSError, CRSMismatchError
        As for `read_layer`.

    Examples
    --------
    >>> import tempfile
    >>> import ecozoning as ez
    >>> zones = ez.load_plan("shanggao").zones
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = ez.write_layer(zones, Path(folder, "zones.gpkg"))
    ...     blocks = [len(block) for block in ez.read_blocks(path, block_rows=3)]
    >>> sum(blocks) == len(zones), max(blocks)
    (True, 3)
    """
    path = Path(path)
    if type(block_rows) is not int or block_rows < 1:
        msg = f"`block_rows` is {block_rows!r}, but a whole number from 1 is needed."
        raise ParameterError(msg)
    check_there(path)
    if path.suffix.lower() == ".shp":
        msg = (
            f"{path.name!r} is a shapefile, whose encoding is decided by all of its "
            "text; write it to a GeoPackage: `write_layer(read_layer(path), ...)`."
        )
        raise InputError(msg)
    return _blocks(path, chosen_layer(path, layer), block_rows, crs)


def _blocks(
    path: Path,
    layer: str,
    rows: int,
    crs: Any,  # noqa: ANN401
) -> Iterator[gpd.GeoDataFrame]:
    try:
        count = pyogrio.read_info(path, layer=layer, force_feature_count=True)
        for start in range(0, count["features"], rows):
            block = frame_of(path, layer=layer, skip_features=start, max_features=rows)
            block.index += start
            yield placed(block, crs, path)
    except READ_ERRORS as error:
        msg = f"{str(path)!r} cannot be read ({error})."
        raise InputError(msg) from error


def write_blocks(
    blocks: Iterable[gpd.GeoDataFrame], path: str | os.PathLike[str]
) -> Path:
    """
    Write blocks of a layer into one new GeoPackage, all or nothing.

    Parameters
    ----------
    blocks : iterable of geopandas.GeoDataFrame
        With the same columns and CRS, such as `partition_blocks` gives. They are asked
        for one after the other.
    path : path-like
        A ``.gpkg`` file, which is replaced when the last block is written.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    ParameterError
        If `path` is no GeoPackage.
    MissingCRSError
        If a block has no CRS.
    SchemaError
        If blocks have other columns or another CRS than the first, or values that
        its columns cannot hold.
    NoDataError
        If there are no blocks.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import ecozoning as ez
    >>> zones = ez.load_plan("shanggao").zones
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = ez.write_blocks(
    ...         (zones.iloc[:2], zones.iloc[2:]), Path(folder, "zones.gpkg")
    ...     )
    ...     len(ez.read_layer(path)) == len(zones)
    True
    """
    path = Path(path)
    if path.suffix.lower() != ".gpkg":
        msg = f"`path` ends with {path.suffix!r}; blocks are written to a .gpkg file."
        raise ParameterError(msg)
    first: gpd.GeoDataFrame | None = None
    kinds: dict[str, str] = {}
    options: dict[str, Any] = {"driver": "GPKG", "layer": path.stem}
    with atomic_path(path) as part:
        for given in blocks:
            check_crs(given, name="block")
            block = suited(renamed(given, None), "GPKG")
            if first is None:
                first, kinds = block.iloc[:0], _kinds(block)
                options |= _any_kind(block) | own_columns(block)
            elif list(block) != list(first) or block.crs != first.crs:
                msg = "a block has other columns or another CRS than the first one."
                raise SchemaError(msg)
            _check_kinds(block, kinds)
            written(block, part, append=part.exists(), **options)
        if first is None:
            msg = "there are no blocks to write; see what emptied them."
            raise NoDataError(msg)
    return path


def _kinds(block: gpd.GeoDataFrame) -> dict[str, str]:
    """Return what columns hold in a file: floats, integers, truth values, times, text.

    The letters are those of NumPy; text is "O".
    """
    names = [name for name in block.columns if name != block.active_geometry_name]
    kinds = {name: block[name].dtype.kind for name in names}
    return {name: kind if kind in "fibM" else "O" for name, kind in kinds.items()}


def _check_kinds(block: gpd.GeoDataFrame, first: dict[str, str]) -> None:
    """Refuse values that the columns made by the first block would change."""
    for name, kind in _kinds(block).items():
        fits = kind == first[name] or (kind, first[name]) == ("i", "f")
        if not fits and block[name].notna().any():
            msg = (
                f"the column {name!r} of a block is {block[name].dtype}, which that of "
                "the first block cannot hold; make it of one type in all blocks, e.g. "
                f"`block.astype({{{name!r}: float}})`."
            )
            raise SchemaError(msg, bad_rows=(name,))


def _any_kind(block: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return a kind of geometry that the blocks to come will fit in as well."""
    kind = str(kind_of(block)["geometry_type"])
    if kind in {"Polygon", "LineString", "Point"}:
        kind = f"Multi{kind}"
    return {"geometry_type": kind, "promote_to_multi": kind.startswith("Multi")}
