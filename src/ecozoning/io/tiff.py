"""GeoTIFF files in tiles: options, metadata, and the proof that all was written."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.transform import Affine
from rasterio.windows import Window

from ecozoning._apply import thread_count
from ecozoning._validation.grids import grid_of
from ecozoning.errors import OutputError, ParameterError
from ecozoning.io.plain_tiff import PlainFile, plain_layout
from ecozoning.io.tiff_blocks import block_places, blocks_beyond, blocks_missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    import xarray as xr
    from numpy.typing import NDArray

__all__ = [
    "TILE",
    "Codec",
    "TiffWriter",
    "check_codec",
    "check_complete",
    "codec_options",
    "described",
    "refuse_other_suffix",
    "writing",
]

Codec: TypeAlias = Literal["zstd", "deflate", "lzw", "none"]
TILE: Final = 512
CODECS: Final = get_args(Codec)
WRITABLE: Final = frozenset(
    f"{kind}{size}" for kind in "ui" for size in (1, 2, 4, 8)
) | {
    "f4",
    "f8",
}


def check_codec(compress: str) -> None:
    """Insist on a compression that this library writes."""
    if compress not in CODECS:
        msg = f"`compress` is {compress!r}, but one of {CODECS} is needed."
        raise ParameterError(msg)


def refuse_other_suffix(path: Path) -> None:
    """Insist on the name of a GeoTIFF."""
    if path.suffix.lower() not in {".tif", ".tiff"}:
        msg = f"{str(path)!r} does not end in .tif, but only GeoTIFF is written."
        raise ParameterError(msg)


def codec_options(
    dtype: np.dtype[Any], compress: str, *, classes: bool
) -> dict[str, Any]:
    """Return creation options: codec, level, and a predictor that fits the values."""
    if compress == "none":
        return {}
    options: dict[str, Any] = {"compress": compress, "predictor": 1}
    if dtype.kind == "f" and compress != "lzw":
        options["predictor"] = 3
    elif not classes and dtype.kind in "iu":
        options["predictor"] = 2
    if compress == "zstd":
        options["zstd_level"] = 1
    return options


def described(raster: xr.DataArray, *, name: str) -> dict[str, Any]:
    """Return what a file says of a raster: grid, type, nodata; and refuse a bad one."""
    grid = grid_of(raster, name=name)
    if not np.isfinite((grid.dx, grid.dy)).all():
        msg = (
            f"`{name}` is one cell wide or high, and nobody says how large it is; "
            f"state it with `{name}.rio.write_transform(...)`."
        )
        raise ParameterError(msg)
    if raster.dtype.str[1:] not in WRITABLE:
        msg = f"`{name}` holds {raster.dtype}; use `{name}.astype('float32')`."
        raise ParameterError(msg)
    nodata = raster.rio.nodata
    if nodata is None and raster.dtype.kind == "f":
        nodata = np.nan
    corner = (grid.x - grid.dx / 2, grid.y - grid.dy / 2)
    return {
        "crs": raster.rio.crs,
        "transform": Affine(grid.dx, 0, corner[0], 0, grid.dy, corner[1]),
        "height": grid.rows,
        "width": grid.columns,
        "dtype": raster.dtype.newbyteorder("=").name,
        "nodata": nodata,
        "count": 1,
    }


class TiffWriter:
    """A GeoTIFF in tiles that is filled in windows, by one thread at a time."""

    def __init__(
        self, path: Path, profile: dict[str, Any], attrs: dict[str, Any], compress: str
    ) -> None:
        dtype = np.dtype(profile["dtype"])
        self._path = path
        # Without a nodata value GDAL leaves a hole where tiles will be, which takes no
        # time; with one it would fill them all.
        plain = compress == "none"
        given = profile | {"nodata": None} if plain else profile
        self._dataset = rasterio.open(
            path,
            "w",
            driver="GTiff",
            tiled=True,
            blockxsize=TILE,
            blockysize=TILE,
            bigtiff="IF_SAFER",
            num_threads=thread_count(),
            **given,
            **codec_options(dtype, compress, classes="flag_values" in attrs),
        )
        _write_metadata(self._dataset, attrs)
        self._cells = self._plain_cells(profile["nodata"]) if plain else None

    def _plain_cells(self, nodata: float | None) -> PlainFile | None:
        """Return the tiles of a file without compression, to be written in place."""
        self._dataset.close()
        self._dataset = rasterio.open(self._path, "r+")
        if nodata is not None:
            self._dataset.nodata = nodata
        layout = plain_layout(self._dataset, 1, block_places(self._dataset, 1))
        if layout is None:  # a system that cannot write at a place
            return None
        self._dataset.close()
        return PlainFile(self._path, layout, write=True)

    def write(self, values: NDArray[Any], row: int, column: int = 0) -> None:
        """Write a window whose first cell is at a row and a column."""
        if self._cells is not None:
            self._cells.write(values, row, column)
            return
        height, width = values.shape
        self._dataset.write(values, 1, window=Window(column, row, width, height))

    def flush_ahead(self) -> None:
        """Send what was written to the disk while more is computed."""
        if self._cells is not None:
            self._cells.flush_ahead()

    def __setitem__(self, place: tuple[slice, slice], values: NDArray[Any]) -> None:
        """Write a window as Dask asks for it."""
        self.write(values, place[0].start, place[1].start)

    def overviews(self, resampling: str) -> None:
        """Add smaller versions of the raster, down to one tile; nothing comes after."""
        if self._cells is not None:
            self.close()
            self._dataset, self._cells = rasterio.open(self._path, "r+"), None
        sizes = (self._dataset.height, self._dataset.width)
        factors = list(
            itertools.takewhile(
                lambda factor: max(sizes) * 2 > TILE * factor,
                (2**power for power in range(1, 30)),
            )
        )
        if max(sizes) > TILE:
            kind = rasterio.enums.Resampling[resampling]
            self._dataset.build_overviews(factors, kind)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is left, as far as it goes: `check_complete` tells."""
        if self._cells is not None:
            self._cells.close()
        self._dataset.close()


def _write_metadata(dataset: Any, attrs: dict[str, Any]) -> None:  # noqa: ANN401 -- rasterio has no types
    """Write what attributes say of the values where GDAL has a place for it."""
    if attrs.get("long_name"):
        dataset.set_band_description(1, str(attrs["long_name"]))
    if attrs.get("units"):
        dataset.set_band_unit(1, str(attrs["units"]))
    if {"scale_factor", "add_offset"} & attrs.keys():
        dataset.scales = (float(attrs.get("scale_factor", 1)),)
        dataset.offsets = (float(attrs.get("add_offset", 0)),)
    tags = {"name": attrs["name"]} if attrs.get("name") else {}
    if "flag_values" in attrs:
        numbers = np.atleast_1d(attrs["flag_values"]).tolist()
        tags["flag_values"] = " ".join(str(number) for number in numbers)
        tags["flag_meanings"] = str(attrs.get("flag_meanings", ""))
    if tags:
        dataset.update_tags(1, **tags)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what GDAL says of a failed write into an error that names the target."""
    try:
        yield
    except RasterioError as error:
        cause = error.__cause__ or error
        msg = f"{str(path)!r} could not be written ({cause}); is the disk full?"
        raise OutputError(msg) from error


def check_complete(part: Path, path: Path) -> None:
    """Prove that every tile of a written file is there."""
    with writing(path), rasterio.open(part) as dataset:
        places = block_places(dataset, 1)
        if blocks_missing(places) or blocks_beyond(places, part.stat().st_size):
            msg = f"{str(path)!r} could not be written whole; is the disk full?"
            raise OutputError(msg)
