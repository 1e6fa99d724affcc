"""Whether rasters share a grid, and how large its cells are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning._validation.grids import (
    RasterGrid,
    check_same_grid,
    compared_grids,
    grid_of,
)

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["RasterGrid", "cell_area", "check_same_grid", "grid_of", "same_grid"]


def same_grid(*rasters: xr.DataArray) -> bool:
    """
    Tell whether rasters share one grid: CRS, size, cell size and place.

    Parameters
    ----------
    *rasters : xarray.DataArray, dims (y, x)
        Two or more. Coordinates may be off by a hundredth of a cell.

    Returns
    -------
    bool
        True if all have the grid of the first.

    Raises
    ------
    ParameterError, MissingCRSError, NoDataError
        If fewer than two are given, or one has no sound grid of its own.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30, 0], "x": [0.0, 30, 60]}
    >>> red = xr.DataArray(np.ones((3, 3)), axes, ("y", "x")).rio.write_crs(4547)
    >>> same_grid(red, red * 2)
    True
    >>> same_grid(red, red.assign_coords(x=red["x"] + 997))
    False
    """
    grids = compared_grids(
        {f"rasters[{i}]": raster for i, raster in enumerate(rasters)}
    )
    first, *others = grids.values()
    return not any(first.difference(other) for other in others)


def cell_area(raster: xr.DataArray) -> xr.DataArray:
    """
    Return the area of the cells of each row.

    Parameters
    ----------
    raster : xarray.DataArray, dims (y, x)
        In degrees or in metres.

    Returns
    -------
    xarray.DataArray, dims (y,), float64
        Square metres: in degrees on the ellipsoid of CGCS2000, exact to the band
        between two parallels; in metres the product of the cell's sides on the map.

    Raises
    ------
    MissingCRSError, CRSMismatchError, ParameterError, NoDataError
        If the raster has no CRS, is in feet or another unit, or has no sound grid.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30, 0], "x": [0.0, 30, 60]}
    >>> red = xr.DataArray(np.ones((3, 3)), axes, ("y", "x")).rio.write_crs(4547)
    >>> cell_area(red).to_numpy()
    array([900., 900., 900.])
    """
    import xarray as xr

    grid = grid_of(raster, name="raster", metric=True)
    attrs = {"long_name": "cell area", "units": "m2"}
    return xr.DataArray(
        grid.cell_areas_m2(), {"y": raster["y"]}, ("y",), name="cell_area", attrs=attrs
    )
