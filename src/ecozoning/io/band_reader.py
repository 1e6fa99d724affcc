"""One band of a raster file, read by many threads at once."""

from __future__ import annotations

import contextlib
import os
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from ecozoning.errors import InputError, MissingCRSError, ParameterError
from ecozoning.io.tiff_blocks import blocks_beyond

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["CACHE_BYTES", "BandReader"]

CACHE_BYTES: Final = 64 << 20
"""What GDAL may keep of blocks it has read; by default it takes 5 % of the memory."""
FLAGS: Final = ("flag_values", "flag_meanings")


class BandReader:
    """A band with its grid and metadata; every thread reads through its own handle.

    With `masked` cells without a value become NaN, with None only those that a mask
    tells and no nodata value can.

    Attributes
    ----------
    path : str
        Of the file.
    shape : tuple of int
        Rows and columns.
    block : tuple of int
        Rows and columns of a block of the file.
    dtype : numpy.dtype
        Of what is read: the stored type, or a floating one that has NaN for nodata.
    attrs : dict
        Name, units, scale, classes and nodata of the band, as far as the file has them.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, band: int | None, masked: bool | None
    ) -> None:
        self.path = os.fspath(path)
        self._start()
        self._print = _fingerprint(self.path)
        with self._reading(), _placed(self.path):
            dataset = self._handle()
        self.band = _chosen_band(dataset, band, self.path)
        _check_whole(dataset, self.band, self.path, self._print[0])
        self.shape: tuple[int, int] = dataset.shape
        self.block: tuple[int, int] = dataset.block_shapes[self.band - 1]
        self.crs, self.transform = _grid(dataset, self.path)
        self.stored = np.dtype(dataset.dtypes[self.band - 1])
        self.name, self.attrs = _metadata(dataset, self.band)
        self.nodata = _as_stored(dataset.nodatavals[self.band - 1], self.stored)
        self.masking = self._masking(dataset, masked=masked)
        self.dtype = self.stored if self.masking is None else _floating(self.stored)
        if self.masking is None and self.nodata is not None:
            self.attrs["_FillValue"] = self.nodata

    def _start(self) -> None:
        self._local = threading.local()
        self._handles: list[Any] = []

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process can use: all but the open handles."""
        state = self.__dict__.copy()
        return {key: state[key] for key in state.keys() - {"_local", "_handles"}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        """Return what two readers of the same cells have in common."""
        return (self.path, self._print, self.band, self.masking)

    def coords(self, first: int = 0, last: int | None = None) -> dict[str, Any]:
        """Return the centres of columns and of some rows, and the CRS."""
        rows = np.arange(self.shape[0])[first:last]
        t = self.transform
        words = (t.c, t.a, t.b, t.f + first * t.e, t.d, t.e)
        reference = dict(self._reference)
        reference["GeoTransform"] = " ".join(repr(float(word)) for word in words)
        return {
            "y": ("y", t.f + (rows + 0.5) * t.e, {"axis": "Y"}),
            "x": ("x", t.c + (np.arange(self.shape[1]) + 0.5) * t.a, {"axis": "X"}),
            "spatial_ref": ((), 0, reference),
        }

    @property
    def _reference(self) -> dict[str, str]:
        wkt = self.crs.to_wkt()
        return {"crs_wkt": wkt, "spatial_ref": wkt}

    def raster(self, data: Any, first: int = 0) -> xr.DataArray:  # noqa: ANN401 -- NumPy or Dask
        """Return rows of the band, from `first` on, as a raster."""
        import rioxarray  # noqa: F401 -- users ask rasters for `.rio`
        import xarray as xr

        coords = self.coords(first, first + data.shape[0])
        attrs = dict(self.attrs)
        return xr.DataArray(data, coords, ("y", "x"), name=self.name, attrs=attrs)

    def read(
        self, window: tuple[int, int, int, int], out: Array | None = None
    ) -> Array:
        """Return the cells of ``(first, last, left, right)``, in `out` if given."""
        first, last, left, right = window
        box = Window(left, first, right - left, last - first)
        if self.masking is None:
            with self._reading():
                return np.asarray(self._handle().read(self.band, window=box, out=out))
        with self._reading():
            stored = self._handle().read(self.band, window=box)
        found = np.empty(stored.shape, self.dtype) if out is None else out
        found[...] = stored
        found[self._missing(stored, box)] = np.nan
        return found

    def _missing(self, stored: Array, box: Window) -> NDArray[np.bool_]:
        if self.masking == "nodata":
            return np.asarray(stored == self.nodata)
        with self._reading():
            return np.asarray(self._handle().read_masks(self.band, window=box) == 0)

    def _masking(self, dataset: Any, *, masked: bool | None) -> str | None:  # noqa: ANN401 -- rasterio has no types
        """Return how cells without a value become NaN; None: cells stay as stored."""
        flags = {flag.name for flag in dataset.mask_flag_enums[self.band - 1]}
        if flags & {"per_dataset", "alpha"}:
            if masked is not False and self.stored.kind in "iuf":
                return "mask"
            msg = (
                f"{self.path!r} says by a mask which cells have a value, and stored "
                "values alone would hide it; open it with `masked=True`."
            )
            raise ParameterError(msg)
        is_class = "flag_values" in self.attrs
        if not masked or is_class or self.nodata is None:
            return None
        return "nodata"

    def _handle(self) -> Any:  # noqa: ANN401 -- rasterio has no types
        """Return the handle of this thread."""
        handle = getattr(self._local, "handle", None)
        if handle is None:
            if _fingerprint(self.path) != self._print:
                msg = f"{self.path!r} has changed since it was opened; open it again."
                raise InputError(msg)
            handle = self._local.handle = rasterio.open(self.path)
            self._handles.append(handle)
        return handle

    def close(self) -> None:
        """Close the handles of all threads; a later read opens new ones."""
        handles = self._handles
        self._start()
        for handle in handles:
            handle.close()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what GDAL says of a bad file into an error that names it."""
        try:
            yield
        except RasterioError as error:
            cause = error.__cause__ or error
            msg = (
                f"{self.path!r} cannot be read as a raster ({cause}); it is of another "
                "kind, damaged or cut short: fetch or make it again."
            )
            raise InputError(msg) from error


def _fingerprint(path: str) -> tuple[int, int]:
    """Return size and time of a file, to see that it stays the same."""
    try:
        status = Path(path).stat()
    except OSError as error:
        if path.startswith("/vsi") or ":" in path:  # GDAL's own names of things
            return (0, 0)
        msg = f"raster {path!r} cannot be opened ({error.strerror or error})."
        raise InputError(msg) from error
    return (status.st_size, status.st_mtime_ns)


@contextlib.contextmanager
def _placed(path: str) -> Iterator[None]:
    """Refuse a file of which GDAL says that it has no place on the ground."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", NotGeoreferencedWarning)
            yield
    except NotGeoreferencedWarning as error:
        msg = (
            f"{path!r} has no CRS and no place on the ground; a raster with both is "
            "needed: state them in a copy, e.g. with `gdal_translate -a_srs EPSG:4490 "
            "-a_ullr west north east south`."
        )
        raise MissingCRSError(msg) from error


def _chosen_band(dataset: Any, band: int | None, path: str) -> int:  # noqa: ANN401
    """Return the number of the band to read, refusing to choose among several."""
    if not dataset.count:
        msg = f"{path!r} holds several rasters; open one of {dataset.subdatasets}."
        raise ParameterError(msg)
    if band is None and dataset.count == 1:
        return 1
    if type(band) is not int or band not in dataset.indexes:
        names = ", ".join(
            f"{number}: {words or dataset.dtypes[number - 1]}"
            for number, words in zip(dataset.indexes, dataset.descriptions, strict=True)
        )
        given = "" if band is None else f"`band` is {band!r}, but "
        msg = f"{given}{path!r} has {dataset.count} band(s); say which with `band=`: "
        raise ParameterError(msg + names + ".")
    return band


def _check_whole(dataset: Any, band: int, path: str, size: int) -> None:  # noqa: ANN401
    """Insist on a GeoTIFF that holds all the blocks that it says it has."""
    if size and dataset.driver in {"GTiff", "COG"}:
        beyond = blocks_beyond(dataset, band, size)
        if beyond:
            msg = (
                f"{path!r} cannot be read whole, {beyond} blocks lie behind its end; "
                "it was cut short: fetch or make it again."
            )
            raise InputError(msg)


def _grid(dataset: Any, path: str) -> tuple[Any, Any]:  # noqa: ANN401
    """Return CRS and transform, insisting on a CRS and rows along x."""
    if dataset.crs is None:
        msg = (
            f"{path!r} has no CRS, so nobody can tell where it lies; state it in a "
            "copy, e.g. with `gdal_translate -a_srs EPSG:4490`."
        )
        raise MissingCRSError(msg)
    transform = dataset.transform
    if transform.b or transform.d or transform.a <= 0:
        msg = (
            f"{path!r} is rotated, sheared or mirrored ({tuple(transform)[:6]}), but "
            "rows from west to east are needed; use `gdalwarp` to make it so."
        )
        raise ParameterError(msg)
    return dataset.crs, transform


def _metadata(dataset: Any, band: int) -> tuple[str | None, dict[str, Any]]:  # noqa: ANN401
    """Return the name of a band, and what is known of its values."""
    tags = dataset.tags(band)
    words = {
        "long_name": dataset.descriptions[band - 1],
        "units": dataset.units[band - 1],
    }
    attrs: dict[str, Any] = {key: value for key, value in words.items() if value}
    scale, offset = dataset.scales[band - 1], dataset.offsets[band - 1]
    if (scale, offset) != (1.0, 0.0):
        attrs |= {"scale_factor": scale, "add_offset": offset}
    if all(tags.get(flag) for flag in FLAGS):
        numbers = [int(word) for word in tags["flag_values"].split()]
        attrs["flag_values"] = np.array(numbers, dtype=dataset.dtypes[band - 1])
        attrs["flag_meanings"] = tags["flag_meanings"]
    return tags.get("name"), attrs


def _as_stored(nodata: float | None, stored: np.dtype[Any]) -> Any:  # noqa: ANN401 -- a scalar of that type
    """Return nodata as cells hold it; None if there is none but NaN, or none can."""
    if nodata is None or nodata != nodata:
        return None
    if stored.kind in "iu":
        info = np.iinfo(stored)
        fits = info.min <= nodata <= info.max
        return stored.type(int(nodata)) if fits and nodata == int(nodata) else None
    with np.errstate(over="ignore"):  # no float32 cell holds the least float64
        return stored.type(nodata)


def _floating(stored: np.dtype[Any]) -> np.dtype[Any]:
    """Return the smallest floating type that holds every stored value."""
    return np.result_type(stored, np.float32)
