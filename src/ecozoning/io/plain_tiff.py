"""Cells of uncompressed GeoTIFF files, read and written where they lie.

GDAL takes every block through its cache, one copy and one lock more than it needs when
there is nothing to decode. Where the blocks lie GDAL says, so no tag is read here.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.io.tiff_blocks import COUNT, FIRST, blocks_missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Window = tuple[int, int, int, int]

__all__ = ["PlainFile", "PlainLayout", "plain_layout"]

MARKS = {b"II": "little", b"MM": "big"}
"""First bytes of a TIFF: which end of a number comes first."""


@dataclass(frozen=True)
class PlainLayout:
    """Where the cells of a band lie: first byte of each block, and what blocks are."""

    starts: NDArray[np.int64]
    block: tuple[int, int]
    width: int
    dtype: np.dtype[Any]

    def place(self, down: int, across: int, row: int) -> int:
        """Return where a row of the raster begins in a block."""
        skipped = (row - down * self.block[0]) * self.block[1]
        return int(self.starts[down, across]) + skipped * self.dtype.itemsize

    def spans(self, across: int, west: int, east: int) -> bool:
        """Return whether some columns are all that a block has of the raster."""
        width = self.block[1]
        return west == across * width and east == min((across + 1) * width, self.width)

    def slabs(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """Yield (row of blocks, first row, last row) of some rows, cut at blocks."""
        height = self.block[0]
        for down in range(first // height, -(-last // height)):
            yield down, max(first, down * height), min(last, (down + 1) * height)

    def pieces(self, left: int, right: int) -> Iterator[tuple[int, int, int]]:
        """Yield (column of blocks, first column, last column), cut at blocks."""
        width = self.block[1]
        for across in range(left // width, -(-right // width)):
            yield across, max(left, across * width), min(right, (across + 1) * width)


def plain_layout(
    dataset: Any,  # noqa: ANN401 -- rasterio has no types
    band: int,
    places: NDArray[np.int64],
) -> PlainLayout | None:
    """Return where cells lie, None if GDAL has to decode them or no file has them."""
    if not hasattr(os, "preadv") or dataset.driver not in {"GTiff", "COG"}:
        return None
    block = dataset.block_shapes[band - 1]
    dtype = np.dtype(dataset.dtypes[band - 1])
    structure = dataset.tags(ns="IMAGE_STRUCTURE")
    packed = "NBITS" in dataset.tags(band, ns="IMAGE_STRUCTURE")
    mixed = dataset.count > 1 and structure.get("INTERLEAVE") != "BAND"
    if packed or mixed or "COMPRESSION" in structure or dtype.kind not in "iuf":
        return None
    if blocks_missing(places) or not _native(dataset.name):
        return None
    rows = np.minimum(block[0], dataset.height - np.arange(len(places)) * block[0])
    if (places[..., COUNT] < (rows * block[1] * dtype.itemsize)[:, None]).any():
        return None
    return PlainLayout(places[..., FIRST], block, dataset.width, dtype)


def _native(path: str) -> bool:
    """Return whether a file of the disk has its numbers the way this machine has."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- a name as GDAL has it
            return MARKS.get(file.read(2)) == sys.byteorder
    except OSError:
        return False


class PlainFile:
    """
    An open file of which the layout is known.

    Threads may read at the same time; one at a time may write.
    """

    def __init__(
        self, path: str | os.PathLike[str], layout: PlainLayout, *, write: bool = False
    ) -> None:
        self._layout = layout
        self._file = os.open(path, os.O_RDWR if write else os.O_RDONLY)
        self._pool = ThreadPoolExecutor(1) if write else None
        self._flush: Future[None] | None = None

    def read(self, window: Window, out: Array) -> None:
        """Fill `out` with the cells of (first, last, left, right)."""
        first, last, left, right = window
        for down, top, bottom in self._layout.slabs(first, last):
            room = self._room(bottom - top)
            for across, west, east in self._layout.pieces(left, right):
                self._take(room, self._layout.place(down, across, top))
                cells = self._inside(room, across, west, east)
                out[top - first : bottom - first, west - left : east - left] = cells

    def write(self, values: Array, row: int, column: int = 0) -> None:
        """Write a window whose first cell is at a row and a column."""
        right = column + values.shape[1]
        for down, top, bottom in self._layout.slabs(row, row + values.shape[0]):
            room = self._room(bottom - top)
            for across, west, east in self._layout.pieces(column, right):
                place = self._layout.place(down, across, top)
                if not self._layout.spans(across, west, east):
                    self._take(room, place)  # what was written beside it stays
                self._inside(room, across, west, east)[...] = values[
                    top - row : bottom - row, west - column : east - column
                ]
                self._put(room, place)

    def flush_ahead(self) -> None:
        """Send what was written to the disk, so that little is left for the end."""
        if self._flush is not None:
            if not self._flush.done():
                return
            self._flush.result()
        if self._pool is not None:
            self._flush = self._pool.submit(os.fsync, self._file)

    def _room(self, rows: int) -> Array:
        return np.zeros((rows, self._layout.block[1]), self._layout.dtype)

    def _inside(self, room: Array, across: int, west: int, east: int) -> Array:
        """Return some columns of the raster in the rows of one block."""
        left = across * self._layout.block[1]
        return room[:, west - left : east - left]

    def _take(self, room: Array, place: int) -> None:
        """Fill whole rows of a block; a system may give less than asked at a time."""
        rest = room.data.cast("B")
        while rest:
            count = os.preadv(self._file, [rest], place)
            if count == 0:
                msg = "the file ends before its cells do"
                raise OSError(msg)
            rest, place = rest[count:], place + count

    def _put(self, room: Array, place: int) -> None:
        """Write whole rows of a block, where a system may take less than given."""
        rest = room.data.cast("B")
        while rest:
            count = os.pwrite(self._file, rest, place)
            rest, place = rest[count:], place + count

    def close(self) -> None:
        """Close the file, and say if the disk did not take all of it."""
        try:
            if self._flush is not None:
                self._flush.result()
        finally:
            if self._pool is not None:
                self._pool.shutdown()
            os.close(self._file)
