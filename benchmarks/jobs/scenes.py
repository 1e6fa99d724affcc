"""Synthetic rasters and zones that the raster jobs share; nothing here is real."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import rioxarray  # noqa: F401 -- registers the accessor that writes the CRS
import shapely
import xarray as xr
from scipy.spatial import cKDTree

JOBS: list[Any] = []
CELL_M = 30.0
CRS = 4547
SIDE = 10_000
SCENE = 10_980
SMALL_CELLS = 30_000


def on_grid(values: Any, cell: float = CELL_M) -> xr.DataArray:
    """Return an array as a raster with north up."""
    rows, columns = values.shape
    axes = {
        "y": 3_200_000.0 - (np.arange(rows) + 0.5) * cell,
        "x": 400_000.0 + (np.arange(columns) + 0.5) * cell,
    }
    return xr.DataArray(values, axes, ("y", "x")).rio.write_crs(CRS)


def terrain(side: int = SIDE) -> xr.DataArray:
    """Return hills of several sizes with a rough surface, float32 metres."""
    rng = np.random.default_rng(1)
    line = np.linspace(0.0, 60.0, side, dtype=np.float32)
    height = rng.random((side, side), dtype=np.float32)
    height *= 3.0
    for size, reach in ((1.0, 300.0), (3.1, 90.0), (11.0, 20.0)):
        height += np.float32(reach) * np.sin(line * np.float32(size))[:, None]
        height += np.float32(reach) * np.cos(line * np.float32(size * 0.83))[None, :]
    height += 900.0
    return on_grid(height)


def bands(side: int = SCENE) -> tuple[xr.DataArray, xr.DataArray]:
    """Return a red and a near infrared band, uint16 digital numbers."""
    rng = np.random.default_rng(2)
    red = rng.integers(200, 3_000, (side, side), dtype=np.uint16)
    nir = rng.integers(800, 6_000, (side, side), dtype=np.uint16)
    return on_grid(red, 10.0), on_grid(nir, 10.0)


def voronoi(count: int, side: int = SIDE) -> gpd.GeoDataFrame:
    """Return convex cells that tile the raster, as many as points."""
    rng = np.random.default_rng(3)
    width = side * CELL_M
    west, north = 400_000.0, 3_200_000.0
    points = rng.uniform((west, north - width), (west + width, north), (count, 2))
    frame = shapely.box(west, north - width, west + width, north)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame)
    cut = shapely.intersection(shapely.get_parts(cells), frame)
    return gpd.GeoDataFrame(geometry=cut[shapely.area(cut) > 0], crs=CRS)


def regions(count: int, seed: int, side: int) -> gpd.GeoDataFrame:
    """Return regions that tile the raster, with ragged borders of hundreds of corners.

    Each is the cells, of 30 000 convex ones, that lie nearest to its seat.
    """
    rng = np.random.default_rng(seed)
    width = side * CELL_M
    low, high = (400_000.0, 3_200_000.0 - width), (400_000.0 + width, 3_200_000.0)
    points, seats = (rng.uniform(low, high, (n, 2)) for n in (SMALL_CELLS, count))
    frame = shapely.box(*low, *high)
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame)
    cells = shapely.intersection(shapely.get_parts(cells), frame)
    middle = shapely.get_coordinates(shapely.centroid(cells))
    layer = gpd.GeoDataFrame(
        {"region": cKDTree(seats).query(middle)[1]}, geometry=cells, crs=CRS
    )
    merged = layer.dissolve("region", method="coverage")
    return merged[["geometry"]].reset_index(drop=True)


def stars(count: int = 19_000, side: int = SIDE) -> gpd.GeoDataFrame:
    """Return star shapes of 24 corners with a hole of 12, none over the rim."""
    rng = np.random.default_rng(4)
    width = side * CELL_M
    across = int(np.ceil(np.sqrt(count)))
    step = width / across
    row, column = np.divmod(np.arange(count), across)
    middle = np.c_[400_000.0 + (column + 0.5) * step, 3_200_000.0 - (row + 0.5) * step]
    outer = _rings(rng, middle, 24, 0.2 * step, 0.47 * step)
    inner = _rings(rng, middle, 12, 0.05 * step, 0.15 * step)
    return gpd.GeoDataFrame(geometry=shapely.polygons(outer, inner[:, None]), crs=CRS)


def _rings(
    rng: np.random.Generator, middle: Any, corners: int, least: float, most: float
) -> Any:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = rng.uniform(least, most, (len(middle), corners))
    x = middle[:, :1] + reach * np.cos(angle)
    y = middle[:, 1:] + reach * np.sin(angle)
    return shapely.linearrings(np.stack([x, y], axis=-1))


def largest_gap(a: Any, b: Any) -> float:
    """Return the largest difference where both rasters have a value, in its unit."""
    worst = 0.0
    for first in range(0, len(a), 512):
        rows = slice(first, first + 512)
        gap = np.abs(np.asarray(a[rows], float) - np.asarray(b[rows], float))
        worst = max(worst, float(np.nanmax(np.append(gap, 0.0))))
    return worst
