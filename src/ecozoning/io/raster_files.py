"""Writing rasters as GeoTIFF, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
import rasterio.shutil

from ecozoning._apply import thread_count
from ecozoning._optional import import_optional
from ecozoning.io.atomic import atomic_path
from ecozoning.io.band_reader import CACHE_BYTES
from ecozoning.io.tiff import (
    TILE,
    Codec,
    TiffWriter,
    check_codec,
    check_complete,
    codec_options,
    described,
    refuse_other_suffix,
    writing,
)

if TYPE_CHECKING:
    import os

    import xarray as xr

__all__ = ["write_raster"]


def write_raster(
    raster: xr.DataArray,
    path: str | os.PathLike[str],
    *,
    compress: Codec = "zstd",
    cog: bool = True,
    overviews: bool = True,
) -> None:
    """
    Write a raster to a GeoTIFF, tile by tile.

    The file gets the CRS, the grid, the type and the nodata value of the raster, and
    what its attributes say: `long_name`, `units`, `scale_factor`, `add_offset`,
    `flag_values` and `flag_meanings`, which `open_raster` gives back. What stood at
    `path` stays until the new file is whole.

    Parameters
    ----------
    raster : xarray.DataArray, dims (y, x)
        With a CRS. A lazy one is computed chunk by chunk, in threads of this process.
    path : str or path-like
        Ends in ``.tif`` or ``.tiff``; its folder exists.
    compress : {"zstd", "deflate", "lzw", "none"}
        Codec. ``"zstd"`` (level 1) is the fastest to write and to read; programs whose
        GDAL was built without it need ``"deflate"``.
    cog : bool
        Order the file for reading in parts over a network (cloud-optimised GeoTIFF).
        It is written twice then, as plain tiles and in that order, and needs room for
        both; without it and without overviews writing takes about a quarter.
    overviews : bool
        Add smaller versions for zooming out: averages of quantities, the most frequent
        class of classes.

    Raises
    ------
    ParameterError
        If the codec or the suffix is not known, or the raster has no sound grid, or a
        type that GeoTIFF does not hold.
    MissingCRSError
        If the raster has no CRS.
    OutputError
        If the file cannot be written, also if the disk is full.

    Notes
    -----
    Memory: some tiles, and of a lazy raster the chunks that Dask works on. Chunks in
    multiples of 512 cells go to disk fastest.

    Examples
    --------
    >>> import numpy as np, rioxarray, tempfile, xarray as xr
    >>> from ecozoning.io.rasters import open_raster
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60]}
    >>> dem = xr.DataArray([[1.0, 2, 3], [4, 5, np.nan]], axes, ("y", "x"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_raster(dem.rio.write_crs(4547), Path(folder, "dem.tif"))
    ...     int(open_raster(Path(folder, "dem.tif")).count())
    5
    """
    target = Path(path)
    refuse_other_suffix(target)
    check_codec(compress)
    profile = described(raster, name="raster")
    attrs = {**raster.attrs, "name": raster.name}
    resampling = "mode" if "flag_values" in attrs else "average"
    cache = rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES)
    with atomic_path(target) as part, writing(target), cache:
        tiles = part.with_name("tiles.tif") if cog else part
        with TiffWriter(tiles, profile, attrs, "none" if cog else compress) as writer:
            _fill(writer, raster)
            if overviews and not cog:
                writer.overviews(resampling)
        check_complete(tiles, target)
        if cog:
            chosen = resampling if overviews else None
            _reorder(tiles, part, _cog_options(raster, compress, chosen))
            check_complete(part, target)


def _fill(writer: TiffWriter, raster: xr.DataArray) -> None:
    """Write all cells, of a lazy raster chunk by chunk as they are computed."""
    if isinstance(raster.data, np.ndarray):
        for row in range(0, raster.shape[0], TILE):
            writer.write(raster.data[row : row + TILE], row)
        return
    da: Any = import_optional("dask.array", extra="dask")
    # One chunk at a time goes to the file, and a waiting one holds its thread up.
    da.store(raster.data, writer, lock=True, scheduler="threads")


def _reorder(tiles: Path, part: Path, options: dict[str, Any]) -> None:
    """Copy plain tiles into the order of a cloud-optimised GeoTIFF."""
    rasterio.shutil.copy(
        tiles,
        part,
        driver="COG",
        blocksize=TILE,
        bigtiff="IF_SAFER",
        num_threads=thread_count(),
        **options,
    )


def _cog_options(
    raster: xr.DataArray, compress: str, resampling: str | None
) -> dict[str, Any]:
    """Return the options of a codec in the words of GDAL's COG driver."""
    classes = "flag_values" in raster.attrs
    options = codec_options(raster.dtype, compress, classes=classes)
    predictor = {1: "NO", 2: "STANDARD", 3: "FLOATING_POINT"}
    return {
        "compress": compress,
        "predictor": predictor[options.get("predictor", 1)],
        **({"level": options["zstd_level"]} if "zstd_level" in options else {}),
        "overviews": "NONE" if resampling is None else "AUTO",
        "overview_resampling": resampling or "nearest",
    }
