"""Levels corrected by polygons: reserves, water sources, distributions of species."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from ecozoning._kernels.levels import highest
from ecozoning._optional import import_optional
from ecozoning._validation import check_polygons
from ecozoning.errors import CRSMismatchError, ParameterError
from ecozoning.importance.merging import levels_of
from ecozoning.raster.burning import burnt
from ecozoning.raster.factors import bounds_of, run_factors
from ecozoning.raster.grid import grid_of
from ecozoning.raster.steps import NOTHING, level_raster, scale_of
from ecozoning.raster.values import is_lazy
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr

    from ecozoning.raster.grid import RasterGrid

__all__ = ["corrected"]

Mode = Literal["raise", "set"]


def corrected(
    levels: xr.DataArray,
    polygons: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    level: int = 3,
    mode: Mode = "raise",
) -> xr.DataArray:
    """
    Return levels of importance with another level in polygons.

    For what is known without a model, such as reserves, sources of drinking water and
    where endangered species live: by the guide of 2020 extremely important.

    Parameters
    ----------
    levels : xarray.DataArray, dims (y, x)
        Levels 1 to 3, 3 the most important.
    polygons : geopandas.GeoDataFrame or GeoSeries
        In the CRS of `levels`. A cell belongs to a polygon that holds its centre.
    level : int, default 3
        1 to 3.
    mode : {"raise", "set"}
        Whether cells that have a higher level keep it, or all get this one.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        Nodata, 255, stays nodata, also within polygons. Lazy if `levels` is.

    Raises
    ------
    ParameterError
        If a level is not 1, 2 or 3, `mode` is not known, or no polygon holds the
        centre of a cell.
    GeometryError
        If geometries are no valid polygons.
    CRSMismatchError, MissingCRSError
        If polygons and raster are not in one CRS, or have none.
    NoDataError
        If no cell has a level; of a lazy raster this is not asked.

    Examples
    --------
    >>> import geopandas as gpd, rioxarray, shapely, xarray as xr
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60]}
    >>> levels = xr.DataArray([[1, 2, 1], [1, 1, 1]], axes, ("y", "x")).rio.write_crs(
    ...     4547
    ... )
    >>> reserve = gpd.GeoSeries([shapely.box(-15, 15, 45, 45)], crs=4547)
    >>> corrected(levels, reserve).to_numpy()
    array([[3, 3, 1],
           [1, 1, 1]], dtype=uint8)
    """
    if mode not in get_args(Mode) or level not in (1, 2, 3):
        msg = f"`level` is {level!r} and `mode` {mode!r}; use 1 to 3, 'raise' or 'set'."
        raise ParameterError(msg)
    grid = grid_of(levels, name="levels", metric=True)
    frame = check_polygons(polygons, name="polygons")
    _check_crs(grid, frame)
    inside = burnt(frame.geometry, grid)
    if not inside.any():
        msg = (
            "`polygons` hold no centre of a cell of `levels`; compare their bounds, "
            "and take smaller cells for small polygons."
        )
        raise ParameterError(msg)
    factor = levels_of("levels", levels)
    own = run_factors(highest, [factor], bounds_of([factor]), False, dtype=np.uint8)
    mask: Any = inside
    if is_lazy([levels]):
        da: Any = import_optional("dask.array", extra="dask")
        mask = da.from_array(inside, chunks=own.chunks)
    scale = scale_of(load_ruleset("dual2020"), "importance_level")
    made = level_raster(
        _put(own, mask, level, mode),
        levels,
        scale,
        name="level",
        long_name="level of importance, corrected",
    )
    made.attrs["method"] = f"{mode} to {level} where polygons hold the centre of a cell"
    return made


def _put(own: Any, inside: Any, level: int, mode: Mode) -> Any:  # noqa: ANN401 -- arrays
    """Return levels with another one inside, 0 become nodata."""
    there = inside & (own > 0)
    if mode == "raise":
        there = there & (own < level)
    put = own * ~there + there * np.uint8(level)
    return (put + (own == 0) * np.uint8(NOTHING)).astype(np.uint8)


def _check_crs(grid: RasterGrid, frame: gpd.GeoDataFrame) -> None:
    """Insist that polygons are in the CRS of the raster."""
    if not grid.crs.equals(frame.crs, ignore_axis_order=True):
        msg = (
            f"`polygons` is in {frame.crs.name} but `levels` in {grid.crs.name}; use "
            "`polygons.to_crs(levels.rio.crs)`."
        )
        raise CRSMismatchError(msg)
