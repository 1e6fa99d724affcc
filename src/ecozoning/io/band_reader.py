"""One band of a raster file, read by many threads at once."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.windows import Window

from ecozoning.errors import InputError, ParameterError
from ecozoning.io.band_facts import (
    as_stored,
    checked_layout,
    chosen_band,
    floating,
    grid,
    metadata,
    placed,
)
from ecozoning.io.plain_tiff import PlainFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.io.plain_tiff import PlainLayout

    Array = NDArray[Any]

__all__ = ["CACHE_BYTES", "BandReader"]

CACHE_BYTES: Final = 64 << 20
"""What GDAL may keep of blocks it has read; by default it takes 5 % of the memory."""


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
        with self._reading(), placed(self.path):
            dataset = self._handle()
        self.band = chosen_band(dataset, band, self.path)
        self._layout = checked_layout(dataset, self.band, self.path, self._print[0])
        self.shape: tuple[int, int] = dataset.shape
        self.block: tuple[int, int] = dataset.block_shapes[self.band - 1]
        self.crs, self.transform = grid(dataset, self.path)
        self.stored = np.dtype(dataset.dtypes[self.band - 1])
        self.name, self.attrs = metadata(dataset, self.band)
        self.nodata = as_stored(dataset.nodatavals[self.band - 1], self.stored)
        self.masking = self._masking(dataset, masked=masked)
        self.dtype = self.stored if self.masking is None else floating(self.stored)
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
            return self._stored(window, box, out)
        stored = self._stored(window, box, None)
        found = np.empty(stored.shape, self.dtype) if out is None else out
        found[...] = stored
        found[self._missing(stored, box)] = np.nan
        return found

    def _stored(
        self, window: tuple[int, int, int, int], box: Window, out: Array | None
    ) -> Array:
        """Return cells as the file has them."""
        handle = self._handle()
        with self._reading():
            if self._layout is None:
                return np.asarray(handle.read(self.band, window=box, out=out))
            found = (
                np.empty((box.height, box.width), self.stored) if out is None else out
            )
            self._plain(self._layout).read(window, found)
            return found

    def _plain(self, layout: PlainLayout) -> PlainFile:
        """Return the plain cells, opened by this thread."""
        plain: PlainFile | None = getattr(self._local, "plain", None)
        if plain is None:
            plain = self._local.plain = PlainFile(self.path, layout)
            self._handles.append(plain)
        return plain

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
        except (RasterioError, OSError) as error:
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
