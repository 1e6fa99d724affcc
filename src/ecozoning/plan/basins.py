"""Basins of the packaged terrain that a recipe refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from ecozoning.errors import PlanDataError
from ecozoning.plan.terrain import packaged_dem
from ecozoning.raster.draining import drainage

if TYPE_CHECKING:
    from ecozoning.raster.courses import Drainage

__all__ = ["river_basin", "subbasins"]

SNAP_CELLS: Final = 2
LARGER: Final = 2.0
"""A river ends where it joins one that has at least as much land as itself."""


def subbasins(slug: str, min_area_km2: float) -> gpd.GeoDataFrame:
    """Return the county's terrain cut into the land of each stream."""
    return drainage(packaged_dem(slug)).subbasins(min_area_km2)


def river_basin(slug: str, seat: shapely.Point) -> shapely.Geometry:
    """Return the basin of the river at a seat, down to where it joins a larger one."""
    water = drainage(packaged_dem(slug))
    mouth = _mouth(water, water.snap(seat, SNAP_CELLS))
    outlet = gpd.GeoSeries([mouth], crs=water.filled.rio.crs)
    return water.basins(outlet).geometry.iloc[0]


def _mouth(water: Drainage, start: shapely.Point) -> shapely.Point:
    way = shapely.get_coordinates(water.downstream(start))
    x, y = water.area_km2["x"].to_numpy(), water.area_km2["y"].to_numpy()
    column = np.abs(x[None, :] - way[:, :1]).argmin(axis=1)
    row = np.abs(y[None, :] - way[:, 1:]).argmin(axis=1)
    behind = water.area_km2.to_numpy()[row, column]
    joins = np.flatnonzero(behind[1:] > LARGER * behind[:-1])
    if not joins.size:
        msg = f"the river at {start.x:.3f}, {start.y:.3f} joins no larger one."
        raise PlanDataError(msg)
    return shapely.Point(way[joins[0]])
