"""Normalized differences that tell open water from land."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.raster.differences import normalized_difference
from ecozoning.raster.values import reads_around

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["mndwi", "ndwi"]


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
    return normalized_difference(pair, ("ndwi", long_name), scale, offset)


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
    return normalized_difference(pair, ("mndwi", long_name), scale, offset)
