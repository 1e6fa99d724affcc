"""Reading rasters with their CRS, nodata and metadata intact."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio

from ecozoning._apply import thread_count
from ecozoning._optional import import_optional
from ecozoning.errors import ParameterError
from ecozoning.io.band_reader import CACHE_BYTES, BandReader

if TYPE_CHECKING:
    import os

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["open_raster"]

CHUNK_CELLS: Final = 2048
"""Rows and columns of a chunk that nobody asked a size of, 16 MiB in float32."""
STRIP_CELLS: Final = 4 << 20


def open_raster(
    path: str | os.PathLike[str],
    *,
    band: int | None = None,
    chunks: bool | int | tuple[int, int] | None = None,
    masked: bool = True,
) -> xr.DataArray:
    """
    Open one band of a raster file.

    Parameters
    ----------
    path : str or path-like
        A file that GDAL reads, with a CRS and rows from west to east.
    band : int, optional
        Number of the band, from 1. Needed if the file has several.
    chunks : bool, int or tuple of int, optional
        Read when computed, with Dask, in chunks of so many rows and columns; True
        takes about 2048 of each, in whole blocks of the file. By default all is read
        at once.
    masked : bool
        True gives NaN where the file has no value: an integer band that can have such
        cells becomes float32, or float64 if it has 32 bits and more. An integer band
        without nodata, and classes as `write_raster` writes them, stay as stored. False
        leaves every band as stored and puts its nodata value into ``_FillValue``.

    Returns
    -------
    xarray.DataArray, dims (y, x)
        With cell centres and CRS. Attributes are `long_name`, `units`, `flag_values`,
        `flag_meanings`, and `scale_factor` and `add_offset`, which are **not** applied.

    Raises
    ------
    InputError
        If the file is missing, damaged or cut short, or changes while it is in use; of
        a lazy raster also when it is computed.
    MissingCRSError
        If the file has no CRS.
    ParameterError
        If the band is not named and there are several, or is not there; if the grid is
        rotated; if `chunks` is no size; if `masked` is False and the file has a mask.

    Notes
    -----
    Each thread reads through a file handle of its own.

    Examples
    --------
    >>> import numpy as np, rioxarray, tempfile, xarray as xr
    >>> from pathlib import Path
    >>> from ecozoning.io.raster_files import write_raster
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60]}
    >>> dem = xr.DataArray([[1.0, 2, 3], [4, 5, np.nan]], axes, ("y", "x"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_raster(dem.rio.write_crs(4547), Path(folder, "dem.tif"))
    ...     open_raster(Path(folder, "dem.tif")).to_numpy()
    array([[ 1.,  2.,  3.],
           [ 4.,  5., nan]])
    """
    reader = BandReader(path, band=band, masked=masked)
    if chunks is None or chunks is False:
        try:
            return reader.raster(_whole(reader))
        finally:
            reader.close()
    return reader.raster(_lazily(reader, chunks))


def _whole(reader: BandReader) -> NDArray[Any]:
    """Return all cells, read in strips by threads."""
    rows, columns = reader.shape
    out = np.empty(reader.shape, reader.dtype)
    height = _multiple(max(1, STRIP_CELLS // columns), reader.block[0])
    edges = [*range(0, rows, height), rows]

    def strip(ends: tuple[int, int]) -> None:
        reader.read((*ends, 0, columns), out=out[slice(*ends)])

    with (
        rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES),
        ThreadPoolExecutor(min(thread_count(), len(edges) - 1)) as pool,
    ):
        list(pool.map(strip, pairwise(edges)))
    return out


def _lazily(reader: BandReader, chunks: bool | int | tuple[int, int]) -> Any:  # noqa: ANN401 -- a Dask array
    da: Any = import_optional("dask.array", extra="dask")

    sizes = _chunk_sizes(reader, chunks)
    cut = tuple(
        tuple(int(n) for n in np.diff([*range(0, cells, size), cells]))
        for cells, size in zip(reader.shape, sizes, strict=True)
    )

    return da.map_blocks(_chunk, reader=reader, chunks=cut, dtype=reader.dtype)


def _chunk(reader: BandReader, block_info: Any = None) -> NDArray[Any]:  # noqa: ANN401 -- Dask's
    """Return one chunk; Dask says which."""
    (first, last), (left, right) = block_info[None]["array-location"]
    return reader.read((first, last, left, right))


def _chunk_sizes(
    reader: BandReader, chunks: bool | int | tuple[int, int]
) -> tuple[int, int]:
    """Return rows and columns of a chunk."""
    if chunks is True:
        high, wide = (_multiple(CHUNK_CELLS, block) for block in reader.block)
        return high, wide
    sizes = chunks if isinstance(chunks, tuple | list) else (chunks, chunks)
    if len(sizes) != 2 or not all(type(n) is int and n > 0 for n in sizes):
        msg = (
            f"`chunks` is {chunks!r}, but True, a number of cells or (rows, columns) "
            "is needed."
        )
        raise ParameterError(msg)
    return sizes[0], sizes[1]


def _multiple(cells: int, block: int) -> int:
    """Return about so many cells in whole blocks of a file."""
    return -(-cells // block) * block
