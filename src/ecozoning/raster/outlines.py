"""Cells as polygons: the outline of every label, with the corners of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ecozoning.raster.grid import RasterGrid

    Corners = Callable[[NDArray[np.intp]], NDArray[np.float64]]

__all__ = ["label_polygons", "outline"]


def label_polygons(
    labels: NDArray[np.integer[Any]], grid: RasterGrid
) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    """
    Return the labels from 1 up that cells carry, ascending, and the polygon of each.

    Neighbours share every vertex. Parts of a label that meet at a corner only, or not
    at all, make one multipolygon.
    """
    step = np.array([grid.dx, grid.dy if grid.rows > 1 else -abs(grid.dy)])
    first = np.array([grid.x, grid.y]) - step / 2
    found = outline(
        np.where(labels > 0, labels, -1).astype(np.int32),
        lambda columns_rows: np.asarray(first + columns_rows * step),
    )
    polygons = np.empty(len(found), dtype=object)
    polygons[:] = list(found.values())
    return np.array(list(found), dtype=np.int32), polygons


def outline(labels: NDArray[np.int32], corners: Corners) -> dict[int, Any]:
    """Return the polygon of every label from 0 up; `corners` places columns, rows."""
    from rasterio.features import shapes

    bends = _bends(labels)
    parts: dict[int, list[Any]] = {}
    for shape, label in shapes(labels, mask=labels >= 0):
        rings = [corners(_ring(ring, bends)) for ring in shape["coordinates"]]
        polygon = shapely.Polygon(rings[0], rings[1:])
        parts.setdefault(int(label), []).append(polygon)
    return {
        label: parts[label][0]
        if len(parts[label]) == 1
        else shapely.MultiPolygon(parts[label])
        for label in sorted(parts)
    }


def _bends(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return the corners of cells through which no border goes straight on."""
    around = np.pad(labels, 1, constant_values=-1)
    a, b, c, d = around[:-1, :-1], around[:-1, 1:], around[1:, :-1], around[1:, 1:]
    return np.asarray(~(((a == b) & (c == d)) | ((a == c) & (b == d))))


def _ring(
    ring: list[tuple[float, float]], bends: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Return a ring of columns and rows with a vertex at every bend.

    One of a neighbour's borders may begin in the middle of a straight side.
    """
    corners = np.rint(ring).astype(np.intp)
    sides = np.diff(corners, axis=0)
    steps = np.abs(sides).max(axis=1)
    before = np.repeat(np.cumsum(steps) - steps, steps)
    along = np.arange(steps.sum()) - before
    walked = np.repeat(corners[:-1], steps, axis=0)
    walked += np.repeat(np.sign(sides), steps, axis=0) * along[:, None]
    return np.asarray(walked[bends[walked[:, 1], walked[:, 0]]])
