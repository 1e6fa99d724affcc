"""Results that come strip by strip, written in order to one GeoTIFF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.io.tiff import TiffWriter, check_complete, described

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    import xarray as xr

__all__ = ["StripWriter"]


class StripWriter:
    """Writes strips; the first one with values says what kind of raster they make."""

    def __init__(
        self, part: Path, target: Path, compress: str, whole: dict[str, Any]
    ) -> None:
        self._part, self._target, self._compress = part, target, compress
        self._whole = whole
        self._writer: TiffWriter | None = None
        self._profile: dict[str, Any] = {}
        self._empty: list[tuple[int, int]] = []
        self._reason: NoDataError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Close the file; if all went well, insist that it is there and whole."""
        if self._writer is None:
            if kind is None and self._reason is not None:
                raise self._reason
            return
        if kind is None:
            self._fill_empty(self._writer)
        self._writer.close()
        if kind is None:
            check_complete(self._part, self._target)

    def take(self, strip: xr.DataArray | NoDataError, first: int, last: int) -> None:
        """Write rows from `first` to before `last`."""
        if isinstance(strip, NoDataError):
            self._reason = strip
            self._empty.append((first, last))
            return
        if self._writer is None:
            self._writer = self._open(strip)
        if strip.dtype != self._profile["dtype"]:
            msg = (
                f"the function returned {self._profile['dtype']} for one strip and "
                f"{strip.dtype} for another; have it return one type."
            )
            raise ParameterError(msg)
        self._fill_empty(self._writer)
        self._writer.write(strip.to_numpy(), first)
        self._writer.flush_ahead()

    def _open(self, strip: xr.DataArray) -> TiffWriter:
        """Make the file for results of this kind."""
        self._profile = described(strip, name="result") | self._whole
        attrs = {**strip.attrs, "name": strip.name}
        return TiffWriter(self._part, self._profile, attrs, self._compress)

    def _fill_empty(self, writer: TiffWriter) -> None:
        """Write nodata where strips had no values."""
        nodata = self._profile["nodata"]
        for first, last in self._empty:
            if nodata is None and self._reason is not None:
                raise self._reason
            shape = (last - first, self._profile["width"])
            writer.write(np.full(shape, nodata, self._profile["dtype"]), first)
        self._empty.clear()
