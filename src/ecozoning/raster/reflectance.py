"""Vegetation indices with constants in them, which make sense of reflectance alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.spectral import enhanced, soil_adjusted
from ecozoning.errors import ParameterError
from ecozoning.raster.bands import judge_of_bands, nodata_values, scaling_of
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.values import as_raster, reads_around

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["evi", "savi"]


@reads_around(0)
def savi(
    red: xr.DataArray,
    nir: xr.DataArray,
    soil_factor: float = 0.5,
    *,
    scale: float | None = None,
    offset: float | None = None,
) -> xr.DataArray:
    r"""
    Return the soil-adjusted vegetation index [1]_.

    .. math:: SAVI = (1 + L) (NIR - R) / (NIR + R + L)

    It depends less on the brightness of the soil than `ndvi` where plants are sparse.

    Parameters
    ----------
    red, nir : xarray.DataArray, dims (y, x)
        Bands in red and near infrared on one grid, in any CRS.
    soil_factor : float, default 0.5
        :math:`L`, 0 to 1: 1 where plants are very sparse, 0.25 where they are dense; 0
        makes it `ndvi`.
    scale, offset : float, optional
        Surface reflectance is ``scale * stored + offset``. By default what the bands
        declare as `scale_factor` and `add_offset`, else 1 and 0.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        NaN where a band has no value and where the denominator is 0. Lazy, block by
        block, if a band is.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a band has no CRS or the two are not on one grid; both sides are printed.
    ParameterError
        If a band is no raster of finite real numbers, or its scaling is unclear; if
        `soil_factor` is not in 0 to 1; if a reflectance is beyond -2 to 2, for bright
        snow, glint and overdone corrections stay within, and digital numbers do not. A
        lazy raster is judged when it is computed.
    NoDataError
        If no cell has a value in both bands.

    References
    ----------
    .. [1] Huete, A. R. (1988). A soil-adjusted vegetation index (SAVI). Remote Sensing
       of Environment 25, 295-309. doi:10.1016/0034-4257(88)90106-X

    Examples
    --------
    1.5 · (0.5 - 0.1) / (0.5 + 0.1 + 0.5) of stored numbers of Sentinel-2.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30.0]}
    >>> red = xr.DataArray([[1000, 2000]], axes, ("y", "x")).rio.write_crs(4547)
    >>> nir = red.copy(data=[[5000, 2000]])
    >>> savi(red, nir, scale=0.0001).to_numpy()
    array([[0.5454545, 0.       ]], dtype=float32)
    """
    if not 0 <= soil_factor <= 1:
        msg = f"`soil_factor` is {soil_factor!r}, but a number from 0 to 1 is needed."
        raise ParameterError(msg)
    bands = {"red": red, "nir": nir}
    check_same_grid(**bands)
    scaling = scaling_of(bands, scale, offset)
    data = apply(
        soil_adjusted,
        [red.data, nir.data],
        dtype=np.float32,
        parameters=(nodata_values(bands), scaling.numbers, float(soil_factor)),
        judge=judge_of_bands(bands, scaling),
    )
    long_name = "soil-adjusted vegetation index"
    return as_raster(data, red, name="savi", units="1", long_name=long_name)


@reads_around(0)
def evi(
    blue: xr.DataArray,
    red: xr.DataArray,
    nir: xr.DataArray,
    *,
    scale: float | None = None,
    offset: float | None = None,
) -> xr.DataArray:
    r"""
    Return the enhanced vegetation index with the coefficients of MODIS [1]_.

    .. math:: EVI = 2.5 (NIR - R) / (NIR + 6 R - 7.5 B + 1)

    It goes on rising with the leaves where `ndvi` has stopped. On bright snow and cloud
    the denominator comes near 0 and the index says nothing: mask them.

    Parameters
    ----------
    blue, red, nir : xarray.DataArray, dims (y, x)
        Bands in blue, red and near infrared on one grid, in any CRS.
    scale, offset : float, optional
        Surface reflectance is ``scale * stored + offset``. By default what the bands
        declare as `scale_factor` and `add_offset`, else 1 and 0.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        NaN where a band has no value and where the denominator is 0. Lazy, block by
        block, if a band is.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a band has no CRS or the three are not on one grid; both sides are printed.
    ParameterError
        If a band is no raster of finite real numbers, or its scaling is unclear; if a
        reflectance is beyond -2 to 2 (see `savi`).
    NoDataError
        If no cell has a value in all bands.

    References
    ----------
    .. [1] Huete, A. et al. (2002). Overview of the radiometric and biophysical
       performance of the MODIS vegetation indices. Remote Sensing of Environment 83,
       195-213. doi:10.1016/S0034-4257(02)00096-2

    Examples
    --------
    2.5 · (0.5 - 0.1) / (0.5 + 0.6 - 0.6 + 1) of reflectances.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30.0]}
    >>> blue = xr.DataArray([[0.08, 0.1]], axes, ("y", "x")).rio.write_crs(4547)
    >>> red, nir = blue.copy(data=[[0.1, 0.2]]), blue.copy(data=[[0.5, 0.2]])
    >>> evi(blue, red, nir).to_numpy()
    array([[0.6666667, 0.       ]], dtype=float32)
    """
    bands = {"blue": blue, "red": red, "nir": nir}
    check_same_grid(**bands)
    scaling = scaling_of(bands, scale, offset)
    data = apply(
        enhanced,
        [blue.data, red.data, nir.data],
        dtype=np.float32,
        parameters=(nodata_values(bands), scaling.numbers),
        judge=judge_of_bands(bands, scaling),
    )
    long_name = "enhanced vegetation index"
    return as_raster(data, red, name="evi", units="1", long_name=long_name)
