"""Normalized differences that tell land from land: plants, their water, buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.raster.differences import normalized_difference
from ecozoning.raster.values import reads_around

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["ndbi", "ndmi", "ndvi"]


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
    return normalized_difference(pair, ("ndvi", long_name), scale, offset)


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
    return normalized_difference(pair, ("ndmi", long_name), scale, offset)


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
    return normalized_difference(pair, ("ndbi", long_name), scale, offset)
