"""Pinch points: where current crowds within corridors."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ecozoning._validation.layers import check_polygons
from ecozoning.errors import CRSMismatchError, NoDataError, ParameterError
from ecozoning.network.circuit_graph import region_cells
from ecozoning.network.class_patches import PatchChoice, ranked_patches
from ecozoning.network.surfaces import Surface, checked_metric_grid
from ecozoning.raster.burning import burnt
from ecozoning.raster.values import is_lazy, nodata_of

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning._validation.grids import RasterGrid

    Layer: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries

__all__ = ["pinch_points"]


def pinch_points(
    current: xr.DataArray,
    corridors: Layer | None = None,
    *,
    sources: gpd.GeoDataFrame | xr.DataArray | None = None,
    classes: int = 3,
    top: int = 1,
    minimum_area_m2: float = 0.0,
) -> gpd.GeoDataFrame:
    """
    Return the places where current crowds: few ways lead on, and each is needed.

    Cells within the corridors are put into classes by natural breaks of their current,
    and the patches of the highest are drawn, as Chinese studies after Pinchpoint Mapper
    do [1]_.

    Parameters
    ----------
    current : xarray.DataArray, dims (y, x), float
        Amperes, such as `CurrentFlow.current`. In metres, in memory.
    corridors : geopandas.GeoDataFrame or GeoSeries, optional
        Polygons in the CRS of `current`. Without them all land counts.
    sources : geopandas.GeoDataFrame or xarray.DataArray, optional
        As for `current_flow`. Their cells are left out, since all current of a source
        goes through it.
    classes : int
        How many, at least 1.
    top : int
        How many of the highest classes are drawn.
    minimum_area_m2 : float
        Smaller patches are left out. On the ellipsoid of CGCS2000.

    Returns
    -------
    geopandas.GeoDataFrame
        A row for each patch of cells that touch, also in a corner: `rank` (1 is the
        highest class and mean), `class` (up to `classes`), `mean_current`,
        `max_current` (A), `area_km2`, `geometry`, `geometry_kind` (``"modelled"``) and
        `evidence`. Ties by area, then from north to south and west to east.

    Raises
    ------
    ParameterError, NoDataError
        If there are fewer different values than classes, a value is below 0, or no
        land is in the corridors.
    MissingCRSError, CRSMismatchError, GridMismatchError, GeometryError
        If layers have no CRS, another one, degrees or another grid.

    References
    ----------
    .. [1] McRae, B. H. (2012). Pinchpoint Mapper connectivity analysis software. The
       Nature Conservancy, Seattle.

    Examples
    --------
    Ten amperes through one cell, five through each of two.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60]}
    >>> amperes = np.array([[5.0, 10, 5], [5, np.nan, 5]])
    >>> current = xr.DataArray(amperes, axes, ("y", "x")).rio.write_crs(4547)
    >>> pinch_points(current, classes=2)[["rank", "mean_current", "max_current"]]
       rank  mean_current  max_current
    0     1          10.0         10.0
    """
    choice = PatchChoice(classes, top, minimum_area_m2)
    grid = checked_metric_grid(current, name="current")
    if is_lazy([current]):
        msg = "`current` is lazy, but the whole is needed; use `current.compute()`."
        raise ParameterError(msg)
    values = np.asarray(current.data, dtype=np.float64)
    values = np.where(values == nodata_of(current), np.nan, values)
    below = int(np.count_nonzero(values < 0))
    if below:
        msg = (
            f"`current` is below 0 in {below} cells, but amperes through a cell are 0 "
            "or more; give the `current` of `current_flow`, not its voltage."
        )
        raise ParameterError(msg)
    if corridors is not None:
        values = np.where(_inside(corridors, grid), values, np.nan)
    if sources is not None:
        surface = Surface(values, grid, current)
        for region in region_cells(sources, surface, name="sources"):
            values = np.where(region > 0, np.nan, values)
    if np.isnan(values).all():
        msg = (
            "`current` has no value within `corridors` and outside `sources`; see "
            "whether they lie in the same place."
        )
        raise NoDataError(msg)
    return ranked_patches(values, grid, choice, names=("mean_current", "max_current"))


def _inside(corridors: Layer, grid: RasterGrid) -> NDArray[np.bool_]:
    """Return the cells whose centre is in a corridor."""
    frame = check_polygons(corridors, name="corridors")
    if not grid.crs.equals(frame.crs, ignore_axis_order=True):
        msg = (
            f"`corridors` is in {frame.crs.name} but `current` in {grid.crs.name}; use "
            "`corridors.to_crs(current.rio.crs)`."
        )
        raise CRSMismatchError(msg)
    return burnt(frame.geometry.to_numpy(), grid)
