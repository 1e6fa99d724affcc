"""Slope, aspect and ruggedness of a terrain, from the eight cells around each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ecozoning._kernels import terrain as kernels
from ecozoning.errors import ParameterError
from ecozoning.raster.elevations import checked_grid, of_elevations
from ecozoning.raster.values import reads_around

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    GradientMethod = Literal["horn", "zevenbergen-thorne"]
    RuggednessMethod = Literal["riley", "wilson"]

__all__ = ["aspect", "roughness", "slope", "tri"]

LEAST_CELLS: Final = 3
SIDE_WEIGHTS: Final = {"horn": 0.25, "zevenbergen-thorne": 0.0}
"""Of the outer pairs of neighbours in a gradient; both and the middle add up to 1."""
RUGGEDNESS: Final = {"riley": kernels.tri_riley, "wilson": kernels.tri_wilson}


@reads_around(1)
def slope(dem: xr.DataArray, *, method: GradientMethod = "horn") -> xr.DataArray:
    """
    Return the steepest angle of the ground to the horizontal.

    From the eight neighbours of a cell by Horn [1]_, the usual formula, or from four of
    them by Zevenbergen and Thorne [2]_, which smooths less. In degrees of longitude and
    latitude each row is taken with the true size of its cells on the ellipsoid.

    Parameters
    ----------
    dem : xarray.DataArray, dims (y, x)
        Elevations in metres, at least 3 cells by 3, CRS in metres or degrees; NaN or a
        declared nodata value where there are none.
    method : {"horn", "zevenbergen-thorne"}
        The formula.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Degrees, 0 to 90, within 1e-4 of the formula. NaN in the outermost ring of
        cells, which lack neighbours, and where the cell or one of its eight neighbours
        is nodata, with either method. Lazy if `dem` is.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If `dem` has no CRS, or one in another unit.
    ParameterError
        If `dem` is in feet, has no even grid or too few cells, infinite values, values
        that no place on Earth has, or cells whose size looks like degrees.
    NoDataError
        If all cells are nodata; told at once unless `dem` is lazy.

    References
    ----------
    .. [1] Horn, B. K. P. (1981). Hill shading and the reflectance map. Proceedings of
       the IEEE 69 (1), 14-47.
    .. [2] Zevenbergen, L. W. & Thorne, C. R. (1987). Quantitative analysis of land
       surface topography. Earth Surface Processes and Landforms 12 (1), 47-56.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30, 0], "x": [0.0, 30, 60]}
    >>> rise = np.tile([100.0, 130, 160], (3, 1))  # 30 m up in 30 m
    >>> dem = xr.DataArray(rise, axes, ("y", "x")).rio.write_crs(4547)
    >>> slope(dem).to_numpy()
    array([[nan, nan, nan],
           [nan, 45., nan],
           [nan, nan, nan]], dtype=float32)
    """
    lengths = _signed_lengths(dem)
    return of_elevations(
        kernels.slope,
        dem,
        halo=1,
        rows=[lengths],
        parameters=(_choice(method, SIDE_WEIGHTS),),
        labels=("slope", "degree", "slope"),
    )


@reads_around(1)
def aspect(
    dem: xr.DataArray, *, method: GradientMethod = "horn", flat: float = float("nan")
) -> xr.DataArray:
    """
    Return the compass direction in which the ground falls.

    Parameters
    ----------
    dem : xarray.DataArray, dims (y, x)
        Elevations in metres, at least 3 cells by 3, CRS in metres or degrees; NaN or a
        declared nodata value where there are none.
    method : {"horn", "zevenbergen-thorne"}
        The formula of the gradient, as in `slope`.
    flat : float
        Value of level cells, which face nowhere. NaN sets them aside with nodata, as
        `gdaldem` does; ArcGIS writes -1.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Degrees clockwise from the direction of rising `y`, 0 or more and below 360: 0
        faces north, 90 east. NaN where `slope` is NaN. Lazy if `dem` is.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If `dem` has no CRS, or one in another unit.
    ParameterError
        If `dem` is in feet, has no even grid or too few cells, infinite values, values
        that no place on Earth has, or cells whose size looks like degrees.
    NoDataError
        If all cells are nodata; told at once unless `dem` is lazy.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30, 0], "x": [0.0, 30, 60]}
    >>> rise = np.tile([100.0, 130, 160], (3, 1))  # eastward up: it faces west
    >>> dem = xr.DataArray(rise, axes, ("y", "x")).rio.write_crs(4547)
    >>> float(aspect(dem)[1, 1])
    270.0
    """
    lengths = _signed_lengths(dem)
    return of_elevations(
        kernels.aspect,
        dem,
        halo=1,
        rows=[lengths],
        parameters=(_choice(method, SIDE_WEIGHTS), np.float32(flat)),
        labels=("aspect", "degree", "aspect, clockwise from north"),
    )


@reads_around(1)
def tri(dem: xr.DataArray, *, method: RuggednessMethod = "riley") -> xr.DataArray:
    """
    Return the terrain ruggedness index: how much neighbours differ from a cell.

    Parameters
    ----------
    dem : xarray.DataArray, dims (y, x)
        Elevations in metres, at least 3 cells by 3, CRS in metres or degrees; NaN or a
        declared nodata value where there are none.
    method : {"riley", "wilson"}
        Riley [1]_ takes the root of the eight summed squares of differences, for land;
        Wilson [2]_ the mean of the eight differences without sign, for the sea floor.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Metres, 0 or more. NaN where `slope` is NaN. Lazy if `dem` is.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If `dem` has no CRS, or one in another unit.
    ParameterError
        If `dem` is in feet, has no even grid or too few cells, infinite values, values
        that no place on Earth has, or cells whose size looks like degrees.
    NoDataError
        If all cells are nodata; told at once unless `dem` is lazy.

    References
    ----------
    .. [1] Riley, S. J., DeGloria, S. D. & Elliot, R. (1999). A terrain ruggedness index
       that quantifies topographic heterogeneity. Intermountain Journal of Sciences 5
       (1-4), 23-27.
    .. [2] Wilson, M. F. J. et al. (2007). Multiscale terrain analysis of multibeam
       bathymetry data for habitat mapping on the continental slope. Marine Geodesy 30
       (1-2), 3-35.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30, 0], "x": [0.0, 30, 60]}
    >>> hill = np.array([[2.0, 2, 2], [2, 4, 2], [2, 2, 2]])
    >>> dem = xr.DataArray(hill, axes, ("y", "x")).rio.write_crs(4547)
    >>> float(tri(dem, method="wilson")[1, 1])
    2.0
    """
    kernel = _choice(method, RUGGEDNESS)
    checked_grid(dem, least_cells=LEAST_CELLS)
    labels = ("tri", "m", "terrain ruggedness index")
    return of_elevations(kernel, dem, halo=1, labels=labels)


@reads_around(1)
def roughness(dem: xr.DataArray) -> xr.DataArray:
    """
    Return highest less lowest of a cell and its eight neighbours.

    The same as `local_relief` with a window of 3, but for nodata and the rim: here all
    nine cells must have a value.

    Parameters
    ----------
    dem : xarray.DataArray, dims (y, x)
        Elevations in metres, at least 3 cells by 3, CRS in metres or degrees; NaN or a
        declared nodata value where there are none.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Metres, 0 or more. NaN where `slope` is NaN. Lazy if `dem` is.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If `dem` has no CRS, or one in another unit.
    ParameterError
        If `dem` is in feet, has no even grid or too few cells, infinite values, values
        that no place on Earth has, or cells whose size looks like degrees.
    NoDataError
        If all cells are nodata; told at once unless `dem` is lazy.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30, 0], "x": [0.0, 30, 60]}
    >>> hill = np.array([[2.0, 2, 1], [2, 4, 2], [2, 2, 2]])
    >>> dem = xr.DataArray(hill, axes, ("y", "x")).rio.write_crs(4547)
    >>> float(roughness(dem)[1, 1])
    3.0
    """
    checked_grid(dem, least_cells=LEAST_CELLS)
    labels = ("roughness", "m", "roughness")
    return of_elevations(kernels.roughness, dem, halo=1, labels=labels)


def _signed_lengths(dem: xr.DataArray) -> NDArray[np.float64]:
    """Return width and height of a row's cells in metres, heights as y runs."""
    grid = checked_grid(dem, least_cells=LEAST_CELLS)
    return grid.cell_lengths_m() * (1, np.sign(grid.dy))


def _choice(value: str, choices: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- of any
    """Return what a word stands for."""
    if value not in choices:
        msg = f"`method` is {value!r}, but one of {sorted(choices)} is needed."
        raise ParameterError(msg)
    return choices[value]
