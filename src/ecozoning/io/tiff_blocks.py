"""Where the blocks of a GeoTIFF lie, and whether they are all there.

GDAL says that a file was cut short when it comes to the end, perhaps after an hour, and
nothing at all of a full disk when the last blocks go out on closing.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["block_places", "blocks_beyond", "blocks_missing"]

FIRST: Final = 0
COUNT: Final = 1


def block_places(dataset: Any, band: int) -> NDArray[np.int64]:  # noqa: ANN401 -- rasterio has no types
    """
    Return first byte and length of each block of a band.

    Shape (blocks down, blocks across, 2); zeros for a block that was never written.
    """
    shape, block = dataset.shape, dataset.block_shapes[band - 1]
    down, across = (-(-n // size) for n, size in zip(shape, block, strict=True))
    places = np.zeros((down, across, 2), np.int64)
    for row, column in itertools.product(range(down), range(across)):
        for item, what in ((FIRST, "BLOCK_OFFSET"), (COUNT, "BLOCK_SIZE")):
            key = f"{what}_{column}_{row}"
            places[row, column, item] = (
                dataset.get_tag_item(key, "TIFF", bidx=band) or 0
            )
    return places


def blocks_beyond(places: NDArray[np.int64], size: int) -> int:
    """Return how many blocks end behind the end of a file of `size` bytes."""
    return int(np.count_nonzero(places.sum(axis=2) > size))


def blocks_missing(places: NDArray[np.int64]) -> int:
    """Return how many blocks were never written."""
    return int(np.count_nonzero(places[..., FIRST] == 0))
