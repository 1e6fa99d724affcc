"""Where the blocks of a GeoTIFF lie, to see whether they are all there.

GDAL says that a file was cut short when it comes to the end, perhaps after an hour, and
nothing at all of a full disk when the last blocks go out on closing.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["blocks_beyond", "blocks_missing"]


def blocks_beyond(dataset: Any, band: int, size: int) -> int:  # noqa: ANN401 -- rasterio has no types
    """Return how many blocks of a band end behind the end of a file of `size` bytes."""
    return sum(first + count > size for first, count in _places(dataset, band))


def blocks_missing(dataset: Any, band: int) -> int:  # noqa: ANN401
    """Return how many blocks of a band were never written."""
    return sum(not first for first, _ in _places(dataset, band))


def _places(dataset: Any, band: int) -> Iterator[tuple[int, int]]:  # noqa: ANN401
    """Yield first byte and length of each block, zeros for one that is not there."""
    shape, block = dataset.shape, dataset.block_shapes[band - 1]
    rows, columns = (-(-n // size) for n, size in zip(shape, block, strict=True))
    for row, column in itertools.product(range(rows), range(columns)):
        first, count = (
            dataset.get_tag_item(f"{what}_{column}_{row}", "TIFF", bidx=band)
            for what in ("BLOCK_OFFSET", "BLOCK_SIZE")
        )
        yield int(first or 0), int(count or 0)
