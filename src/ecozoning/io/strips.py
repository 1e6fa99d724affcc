"""Raster functions run over files, strip by strip, without the whole in memory."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio

from ecozoning._apply import one_thread, thread_count
from ecozoning._validation.grids import check_same_grid
from ecozoning.errors import ParameterError
from ecozoning.io.atomic import atomic_path
from ecozoning.io.band_reader import CACHE_BYTES, BandReader
from ecozoning.io.strip_job import StripJob
from ecozoning.io.strip_writer import StripWriter
from ecozoning.io.tiff import Codec, check_codec, refuse_other_suffix, writing

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from typing import TypeAlias

    import xarray as xr

    Source: TypeAlias = str | os.PathLike[str] | tuple[str | os.PathLike[str], int]

__all__ = ["process_file"]

TALLEST_BLOCK: Final = 4096
"""Blocks of a source up to this height are read whole; taller ones are cut."""


def process_file(
    function: Callable[..., xr.DataArray],
    sources: Source | Mapping[str, Source],
    output: str | os.PathLike[str],
    *,
    halo: int | None = None,
    compress: Codec = "zstd",
    strip_rows: int = 512,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    **keywords: Any,  # noqa: ANN401 -- whatever the function takes
) -> None:
    """
    Run a raster function from file to file.

    Reading, computing and writing overlap in threads. The values are those of the
    function on the whole raster.

    Parameters
    ----------
    function : callable
        Takes rasters and `keywords`, returns a raster on the same grid: `slope`,
        `ndvi`, `reclassify`, or one of your own. It is called in several threads.
    sources : path, (path, band), or mapping of argument name to these
        What to read. A mapping is handed on by name, ``{"red": ..., "nir": ...}``.
        The function sees cells as stored, with the nodata value in ``_FillValue``, or
        NaN where the file has a mask.
    output : str or path-like
        GeoTIFF in tiles, without overviews. What stood there stays until it is whole.
    halo : int, optional
        How many cells around a cell the function reads. Functions of this library
        know it; say it for your own, 0 if a cell depends on itself alone.
    compress : {"zstd", "deflate", "lzw", "none"}
        Codec, see `write_raster`.
    strip_rows : int
        Rows that are read at a time, rounded up to whole blocks of the sources.
    threads : int, optional
        How many strips are computed at a time; by default one per processor.
    progress : callable, optional
        Called with the rows that are done and all rows, after each strip.
    **keywords
        Handed to the function.

    Raises
    ------
    ParameterError
        If the function looks at the whole raster, or returns another grid; if an
        argument is outside its domain.
    InputError
        If a source is missing or damaged, or has no sound grid.
    GridMismatchError, CRSMismatchError
        If the sources are not on one grid; nothing is read then.
    NoDataError
        If no strip has any value.
    OutputError
        If the output cannot be written, also if the disk is full.

    Notes
    -----
    Memory: ``threads + 2`` strips of each source and of the result. A strip without any
    value becomes nodata.

    Examples
    --------
    >>> import numpy as np, rioxarray, tempfile, xarray as xr
    >>> from ecozoning.io.raster_files import write_raster
    >>> from ecozoning.io.rasters import open_raster
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60]}
    >>> dem = xr.DataArray([[1.0, 2, 3], [4, 5, 6]], axes, ("y", "x"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     feet, metres = Path(folder, "feet.tif"), Path(folder, "metres.tif")
    ...     write_raster(dem.rio.write_crs(4547), feet)
    ...     process_file(lambda dem: dem * 0.3048, feet, metres, halo=0)
    ...     open_raster(metres).to_numpy()
    array([[0.3048, 0.6096, 0.9144],
           [1.2192, 1.524 , 1.8288]])
    """
    target = Path(output)
    refuse_other_suffix(target)
    check_codec(compress)
    workers = thread_count() if threads is None else threads
    for name, value in (("threads", workers), ("strip_rows", strip_rows)):
        _check_count(name, value, least=1)
    around = _halo(function, halo, keywords)
    with contextlib.ExitStack() as stack:
        readers = _readers(sources, stack)
        call = _call(function, keywords, by_name=isinstance(sources, Mapping))
        job = StripJob(call, readers, around)
        edges = _edges(job.readers, max(strip_rows, 2 * around + 1))
        stack.enter_context(rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES))
        part = stack.enter_context(atomic_path(target))
        stack.enter_context(writing(target))
        writer = stack.enter_context(StripWriter(part, target, compress, job.whole))
        strips = stack.enter_context(contextlib.closing(job.strips(edges, workers)))
        for (first, last), strip in zip(pairwise(edges), strips, strict=True):
            writer.take(strip, first, last)
            if progress is not None:
                progress(last, edges[-1])


def _check_count(name: str, value: object, *, least: int) -> None:
    """Insist on a whole number."""
    if type(value) is not int or value < least:
        msg = f"`{name}` is {value!r}; give a whole number, {least} or more."
        raise ParameterError(msg)


def _halo(
    function: Callable[..., Any], halo: int | None, keywords: dict[str, Any]
) -> int:
    """Return how many cells around a cell a function reads."""
    if halo is None:
        known = getattr(function, "halo_cells", None)
        halo = known(**keywords) if callable(known) else known
    if halo is None:
        msg = (
            f"`{_name(function)}` does not say how many cells around a cell it reads; "
            "if it looks at the whole raster, call it on "
            "`ecozoning.open_raster(path)`, and if not, give `halo=`, e.g. 0 for a "
            "function of single cells."
        )
        raise ParameterError(msg)
    _check_count("halo", halo, least=0)
    return halo


def _readers(
    sources: Source | Mapping[str, Source], stack: contextlib.ExitStack
) -> dict[str, BandReader]:
    """Open all sources, and compare their grids before anything is read."""
    named = sources if isinstance(sources, Mapping) else {"source": sources}
    if not named:
        msg = "`sources` is empty; give at least one path."
        raise ParameterError(msg)
    readers = {}
    for name, source in named.items():
        path, band = source if isinstance(source, tuple) else (source, None)
        readers[name] = BandReader(path, band=band, masked=None)
        stack.callback(readers[name].close)
    # Cells that take no memory: the grid is all that is looked at.
    check_same_grid(
        **{
            name: reader.raster(
                np.broadcast_to(np.zeros(1, reader.dtype), reader.shape)
            )
            for name, reader in readers.items()
        }
    )
    return readers


def _edges(readers: list[BandReader], least: int) -> list[int]:
    """Return where strips begin and end: at blocks of the sources, none too thin."""
    rows = readers[0].shape[0]
    blocks = [min(reader.block[0], rows) for reader in readers]
    block = max((n for n in blocks if n <= TALLEST_BLOCK), default=1)
    height = -(-least // block) * block
    edges = [*range(0, rows, height), rows]
    if len(edges) > 2 and edges[-1] - edges[-2] < height / 2:
        del edges[-2]
    return edges


def _call(
    function: Callable[..., xr.DataArray], keywords: dict[str, Any], *, by_name: bool
) -> Callable[[dict[str, xr.DataArray]], xr.DataArray]:
    """Return a function of the rasters of a strip, computed in one thread."""

    def call(rasters: dict[str, xr.DataArray]) -> xr.DataArray:
        given = next(iter(rasters.values()))
        with one_thread():
            if by_name:
                found = function(**rasters, **keywords)
            else:
                found = function(given, **keywords)
        if getattr(found, "dims", None) != given.dims or found.shape != given.shape:
            shape = getattr(found, "shape", type(found).__name__)
            msg = (
                f"`{_name(function)}` made {shape} of a raster of {given.shape}; a "
                "function that returns a raster on the same cells is needed."
            )
            raise ParameterError(msg)
        return found

    return call


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", repr(function))
