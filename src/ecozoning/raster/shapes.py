"""Shapes that follow from flow: polygons of labels, lines and orders of streams."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ecozoning.raster.flow import STEPS
from ecozoning.raster.outlines import outline

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.raster.surface import Surface

__all__ = ["course", "modelled", "outlined", "strahler"]


class Outlined(NamedTuple):
    """Labels in ascending order, each with its area and its polygon."""

    labels: NDArray[np.int32]
    area_km2: NDArray[np.float64]
    polygons: list[Any]


def outlined(surface: Surface, labels: NDArray[np.int32]) -> Outlined:
    """Return the polygons of the labels from 0 up that the cells of a surface carry.

    Neighbours share every vertex. Parts that meet at a corner only make one
    multipolygon.
    """
    land = np.isfinite(surface.height).ravel() & (labels >= 0)
    cells = np.where(land, labels, -1).astype(np.int32).reshape(surface.height.shape)
    polygons = outline(cells, surface.corners)
    found = list(polygons)
    weights = surface.cell_areas_km2().ravel()[land]
    areas = np.bincount(labels[land], weights=weights).astype(np.float64)
    numbers = np.array(found, dtype=np.int32)
    return Outlined(numbers, areas[found], list(polygons.values()))


def modelled(
    surface: Surface, columns: dict[str, Any], geometry: list[Any]
) -> gpd.GeoDataFrame:
    """Return a layer that says how its geometry came about."""
    import geopandas as gpd

    wide, high = surface.cell_lengths().mean(axis=0)
    evidence = f"D8 flow over a terrain with cells of {wide:.0f} m by {high:.0f} m"
    frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=surface.crs)
    return frame.assign(geometry_kind="modelled", evidence=evidence)


def course(surface: Surface, cells: list[int]) -> NDArray[np.float64]:
    """Return cell centres; where the last cell is named twice, on to the rim."""
    ends = cells[-1] == cells[-2]
    line = surface.centres(np.array(cells[:-1] if ends else cells))
    rim = _exit_point(surface, cells[-1]) if ends else None
    return line if rim is None else np.vstack([line, rim])


def _exit_point(surface: Surface, cell: int) -> NDArray[np.float64] | None:
    """Return the middle of the side where water leaves a cell, None from a sink.

    Of several sides the first of `STEPS`; a corner if only a corner is open.
    """
    rows, columns = surface.height.shape
    row, column = divmod(cell, columns)
    width, height = surface.step
    for down, right, _ in STEPS:
        r, c = row + down, column + right
        inside = 0 <= r < rows and 0 <= c < columns
        if not inside or np.isnan(surface.height[r, c]):
            x = surface.x[column] + right * width / 2
            return np.array([x, surface.y[row] - down * height / 2])
    return None


def strahler(below: list[int]) -> list[int]:
    """Return the order of streams numbered from 1, those with less land last.

    `below` has the number of the stream that each flows into, 0 for none. A stream has
    the highest order of those that flow into it, and one more if two of them share it.
    """
    into: list[list[int]] = [[] for _ in range(len(below) + 1)]
    order = [0] * (len(below) + 1)
    for number in range(len(below), 0, -1):  # what flows in has less land behind it
        ways = Counter(into[number])
        highest = max(ways, default=1)
        order[number] = highest + (ways[highest] > 1)
        into[below[number - 1]].append(order[number])
    return order[1:]
