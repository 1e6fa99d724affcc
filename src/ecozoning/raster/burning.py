"""Which cells of a grid geometries hold, or touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ecozoning.raster.grid import RasterGrid

__all__ = ["burnt", "to_map"]


def burnt(
    geometries: Sequence[Any] | NDArray[np.object_],
    grid: RasterGrid,
    *,
    touched: bool = False,
) -> NDArray[np.bool_]:
    """Return the cells whose centre is in a geometry, or all that one touches.

    A line that runs along the side of cells touches those on one side only.
    """
    from rasterio.features import rasterize

    mask = rasterize(
        geometries,
        out_shape=(grid.rows, grid.columns),
        transform=to_map(grid),
        fill=0,
        default_value=1,
        all_touched=touched,
        dtype="uint8",
    )
    return np.asarray(mask, dtype=bool)


def to_map(grid: RasterGrid) -> Any:  # noqa: ANN401 -- affine has no types
    """Return what brings columns and rows to coordinates, rows as they run."""
    from rasterio.transform import Affine

    dy = grid.dy if grid.rows > 1 else -abs(grid.dy)
    return Affine(grid.dx, 0, grid.x - grid.dx / 2, 0, dy, grid.y - dy / 2)
