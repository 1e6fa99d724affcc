"""Distance of cells to features: roads, water, settlements. And cells they touch."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from ecozoning._validation import check_crs, check_shapes
from ecozoning._validation.grids import check_same_grid
from ecozoning.errors import CRSMismatchError, GeometryError, ParameterError
from ecozoning.raster.burning import burnt
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from typing import TypeAlias

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning._validation.grids import RasterGrid

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Features: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries | xr.DataArray

__all__ = ["distance_to", "feature_cells"]


def distance_to(
    features: Features, grid: RasterGrid, *, reach_m: float, name: str
) -> Floats:
    """
    Return metres from the centre of each cell to that of the nearest feature's.

    Exact up to `reach_m`, also for features of a layer that lie beyond the raster; a
    cell without a feature within reach gets infinity, or what is nearest in the raster.
    """
    is_raster = hasattr(features, "dims")
    rows, columns = (
        0 if is_raster else math.ceil(reach_m / abs(step))
        for step in (grid.dy, grid.dx)
    )
    wide = replace(
        grid,
        rows=grid.rows + 2 * rows,
        columns=grid.columns + 2 * columns,
        x=grid.x - columns * grid.dx,
        y=grid.y - rows * grid.dy,
    )
    there = feature_cells(features, wide, name=name)
    if not there.any():
        return np.full((grid.rows, grid.columns), np.inf)
    steps = (abs(grid.dy), abs(grid.dx))
    far = np.asarray(ndimage.distance_transform_edt(~there, sampling=steps))
    return far[rows : rows + grid.rows, columns : columns + grid.columns]


def feature_cells(features: Features, grid: RasterGrid, *, name: str) -> Bools:
    """Return the cells that a layer touches, or that a raster of 0 and 1 marks."""
    if hasattr(features, "dims"):
        return _marked(features, grid, name)
    check_crs(features, name=name)
    frame = check_shapes(features, name=name)
    if not grid.crs.equals(frame.crs, ignore_axis_order=True):
        msg = (
            f"`{name}` is in {frame.crs.name} but the factors are in {grid.crs.name}; "
            f"use `{name}.to_crs(land_cover.rio.crs)`."
        )
        raise CRSMismatchError(msg)
    cells = burnt(frame.geometry.to_numpy(), grid, touched=True)
    if not cells.any():
        box = ", ".join(f"{edge:.9g}" for edge in frame.total_bounds)
        msg = (
            f"`{name}` touches no cell: it lies in ({box}), but the factors are "
            f"{grid.describe()}; it is of another place and can be left out, or has "
            "the wrong CRS."
        )
        raise GeometryError(msg, index=tuple(frame.index))
    return cells


def _marked(raster: Any, grid: RasterGrid, name: str) -> Bools:  # noqa: ANN401 -- a raster
    """Return where a raster is 1, insisting on 0, 1 and nodata."""
    own = check_same_grid(**{name: raster})
    apart = grid.difference(own)
    if apart:
        msg = (
            f"`{name}` is not on the grid of the factors, {apart}; use "
            f"`ecozoning.align_to({name}, land_cover, resampling='nearest')`."
        )
        raise ParameterError(msg)
    values = np.asarray(raster.data)
    known = (values == values) & (values != nodata_of(raster))
    odd = int(np.count_nonzero(known & (values != 0) & (values != 1)))
    if odd:
        msg = f"`{name}` has {odd} values besides 0 and 1; use e.g. `{name} == 2`."
        raise ParameterError(msg)
    return np.asarray(known & (values == 1))
