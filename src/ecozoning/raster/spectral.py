"""Normalized differences of two bands: vegetation, water, moisture, built-up land.

One pass over the bands as they are stored, integers included. Numbers in proportion to
reflectance, such as digital numbers without an offset, serve as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.spectral import normalized
from ecozoning.raster.bands import judge_of_bands, nodata_values, scaling_of
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.values import as_raster, reads_around

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["mndwi", "ndbi", "ndmi", "ndvi", "ndwi"]


@reads_around(0)
def ndvi(
    red: xr.DataArray,
    nir: xr.DataArray,
    *,
    scale: float | None = None,
    offset: float | None = None,
) -> xr.DataArray:
    r"""
    Return the normalized difference vegetation index [1]_.

    .. math:: NDVI = (NIR - R) / (NIR + R)

    High where leaves are dense, near 0 on bare soil, below 0 on water.

    Parameters
    ----------
    red, nir : xarray.DataArray, dims (y, x)
        Bands in red and near infrared on one grid, in any CRS.
    scale, offset : float, optional
        Reflectance is ``scale * stored + offset``. By default what the bands declare as
        `scale_factor` and `add_offset`, else 1 and 0; the scale matters with an offset.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        -1 to 1, and beyond where a reflectance is below 0. NaN where a band has no
        value and where both add up to 0. Lazy, block by block, if a band is.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a band has no CRS or the two are not on one grid; both sides are printed.
    ParameterError
        If a band is no raster of finite real numbers, or its scaling is unclear.
    NoDataError
        If no cell has a value in both bands.

    References
    ----------
    .. [1] Rouse, J. W. et al. (1974). Monitoring vegetation systems in the Great
       Plains with ERTS. NASA SP-351, 309-317.

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0.0], "x": [0.0, 30.0]}
    >>> red = xr.DataArray([[1, 2], [5, 0]], axes, ("y", "x")).rio.write_crs(4547)
    >>> nir = red.copy(data=[[3, 2], [3, 0]])
    >>> ndvi(red, nir).to_numpy()
    array([[ 0.5 ,  0.  ],
           [-0.25,   nan]], dtype=float32)
    """
    pair = {"nir": nir, "red": red}
    long_name = "normalized difference vegetation index"
    return _normalized(pair, ("ndvi", long_name), scale, offset)


@reads_around(0)
def ndwi(
    green: xr.DataArray,
    nir: xr.DataArray,
    *,
    scale: float | None = None,
    offset: float | None = None,
) -> xr.DataArray:
    r"""
    Return the normalized difference water index of McFeeters [1]_.

    .. math:: NDWI = (G - NIR) / (G + NIR)

    Above 0 on open water. Gao's index of that name, for water in leaves, is `ndmi`;
    Xu's, for water beside buildings, is `mndwi`.

    Parameters
    ----------
    green, nir : xarray.DataArray, dims (y, x)
        Bands in green and near infrared on one grid, in any CRS.
    scale, offset : float, optional
        Reflectance is ``scale * stored + offset``. By default what the bands declare as
        `scale_factor` and `add_offset`, else 1 and 0; the scale matters with an offset.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        -1 to 1, and beyond where a reflectance is below 0. NaN where a band has no
        value and where both add up to 0. Lazy, block by block, if a band is.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a band has no CRS or the two are not on one grid; both sides are printed.
    ParameterError
        If a band is no raster of finite real numbers, or its scaling is unclear.
    NoDataError
        If no cell has a value in both bands.

    References
    ----------
    .. [1] McFeeters, S. K. (1996). International Journal of Remote Sensing 17,
       1425-1432. doi:10.1080/01431169608948714

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0.0], "x": [0.0, 30.0]}
    >>> green = xr.DataArray([[3, 2], [3, 0]], axes, ("y", "x")).rio.write_crs(4547)
    >>> nir = green.copy(data=[[1, 2], [5, 0]])
    >>> ndwi(green, nir).to_numpy()
    array([[ 0.5 ,  0.  ],
           [-0.25,   nan]], dtype=float32)
    """
    pair = {"green": green, "nir": nir}
    long_name = "normalized difference water index"
    return _normalized(pair, ("ndwi", long_name), scale, offset)


@reads_around(0)
def ndmi(
    nir: xr.DataArray,
    swir1: xr.DataArray,
    *,
    scale: float | None = None,
    offset: float | None = None,
) -> xr.DataArray:
    r"""
    Return the normalized difference moisture index.

    .. math:: NDMI = (NIR - SWIR_1) / (NIR + SWIR_1)

    High where leaves hold water. It stands for the NDWI of Gao [1]_, whose band at 1.24
    µm Landsat and Sentinel-2 lack.

    Parameters
    ----------
    nir, swir1 : xarray.DataArray, dims (y, x)
        Bands in near infrared and short-wave infrared (1.6 µm) on one grid, in any CRS.
    scale, offset : float, optional
        Reflectance is ``scale * stored + offset``. By default what the bands declare as
        `scale_factor` and `add_offset`, else 1 and 0; the scale matters with an offset.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        -1 to 1, and beyond where a reflectance is below 0. NaN where a band has no
        value and where both add up to 0. Lazy, block by block, if a band is.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a band has no CRS or the two are not on one grid; both sides are printed.
    ParameterError
        If a band is no raster of finite real numbers, or its scaling is unclear.
    NoDataError
        If no cell has a value in both bands.

    References
    ----------
    .. [1] Gao, B. (1996). Remote Sensing of Environment 58, 257-266.
       doi:10.1016/S0034-4257(96)00067-3

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0.0], "x": [0.0, 30.0]}
    >>> nir = xr.DataArray([[3, 2], [3, 0]], axes, ("y", "x")).rio.write_crs(4547)
    >>> swir1 = nir.copy(data=[[1, 2], [5, 0]])
    >>> ndmi(nir, swir1).to_numpy()
    array([[ 0.5 ,  0.  ],
           [-0.25,   nan]], dtype=float32)
    """
    pair = {"nir": nir, "swir1": swir1}
    long_name = "normalized difference moisture index"
    return _normalized(pair, ("ndmi", long_name), scale, offset)


@reads_around(0)
def mndwi(
    green: xr.DataArray,
    swir1: xr.DataArray,
    *,
    scale: float | None = None,
    offset: float | None = None,
) -> xr.DataArray:
    r"""
    Return the modified normalized difference water index of Xu [1]_.

    .. math:: MNDWI = (G - SWIR_1) / (G + SWIR_1)

    Above 0 on open water, and lower on buildings than `ndwi`.

    Parameters
    ----------
    green, swir1 : xarray.DataArray, dims (y, x)
        Bands in green and short-wave infrared (1.6 µm) on one grid, in any CRS.
    scale, offset : float, optional
        Reflectance is ``scale * stored + offset``. By default what the bands declare as
        `scale_factor` and `add_offset`, else 1 and 0; the scale matters with an offset.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        -1 to 1, and beyond where a reflectance is below 0. NaN where a band has no
        value and where both add up to 0. Lazy, block by block, if a band is.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a band has no CRS or the two are not on one grid; both sides are printed.
    ParameterError
        If a band is no raster of finite real numbers, or its scaling is unclear.
    NoDataError
        If no cell has a value in both bands.

    References
    ----------
    .. [1] Xu, H. (2006). International Journal of Remote Sensing 27, 3025-3033.
       doi:10.1080/01431160600589179

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0.0], "x": [0.0, 30.0]}
    >>> green = xr.DataArray([[3, 2], [3, 0]], axes, ("y", "x")).rio.write_crs(4547)
    >>> swir1 = green.copy(data=[[1, 2], [5, 0]])
    >>> mndwi(green, swir1).to_numpy()
    array([[ 0.5 ,  0.  ],
           [-0.25,   nan]], dtype=float32)
    """
    pair = {"green": green, "swir1": swir1}
    long_name = "modified normalized difference water index"
    return _normalized(pair, ("mndwi", long_name), scale, offset)


@reads_around(0)
def ndbi(
    swir1: xr.DataArray,
    nir: xr.DataArray,
    *,
    scale: float | None = None,
    offset: float | None = None,
) -> xr.DataArray:
    r"""
    Return the normalized difference built-up index [1]_.

    .. math:: NDBI = (SWIR_1 - NIR) / (SWIR_1 + NIR)

    Above 0 on buildings, and on dry bare soil as well. It is `ndmi` with its sign
    turned.

    Parameters
    ----------
    swir1, nir : xarray.DataArray, dims (y, x)
        Bands in short-wave infrared (1.6 µm) and near infrared on one grid, in any CRS.
    scale, offset : float, optional
        Reflectance is ``scale * stored + offset``. By default what the bands declare as
        `scale_factor` and `add_offset`, else 1 and 0; the scale matters with an offset.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        -1 to 1, and beyond where a reflectance is below 0. NaN where a band has no
        value and where both add up to 0. Lazy, block by block, if a band is.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a band has no CRS or the two are not on one grid; both sides are printed.
    ParameterError
        If a band is no raster of finite real numbers, or its scaling is unclear.
    NoDataError
        If no cell has a value in both bands.

    References
    ----------
    .. [1] Zha, Y., Gao, J. and Ni, S. (2003). International Journal of Remote
       Sensing 24, 583-594. doi:10.1080/01431160304987

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0.0], "x": [0.0, 30.0]}
    >>> swir1 = xr.DataArray([[3, 2], [3, 0]], axes, ("y", "x")).rio.write_crs(4547)
    >>> nir = swir1.copy(data=[[1, 2], [5, 0]])
    >>> ndbi(swir1, nir).to_numpy()
    array([[ 0.5 ,  0.  ],
           [-0.25,   nan]], dtype=float32)
    """
    pair = {"swir1": swir1, "nir": nir}
    long_name = "normalized difference built-up index"
    return _normalized(pair, ("ndbi", long_name), scale, offset)


def _normalized(
    pair: dict[str, xr.DataArray],
    names: tuple[str, str],
    scale: float | None,
    offset: float | None,
) -> xr.DataArray:
    """Return the first of two bands less the second, over their sum."""
    check_same_grid(**pair)
    scaling = scaling_of(pair, scale, offset).of_ratio()
    data = apply(
        normalized,
        [band.data for band in pair.values()],
        dtype=np.float32,
        parameters=(nodata_values(pair), scaling.shift),
        judge=judge_of_bands(pair, scaling),
    )
    like, (name, long_name) = next(iter(pair.values())), names
    return as_raster(data, like, name=name, units="1", long_name=long_name)
