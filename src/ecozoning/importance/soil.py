"""Soil retention (水土保持): what vegetation keeps from being washed away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.importance.indices import AS_IT_IS, THE_REST, npp_index, times
from ecozoning.raster.factors import Factor
from ecozoning.raster.values import reads_around

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["soil_retention", "soil_retention_npp"]


@reads_around(0)
def soil_retention(
    rainfall_erosivity: xr.DataArray,
    soil_erodibility: xr.DataArray,
    *,
    slope_length: xr.DataArray,
    cover_factor: xr.DataArray,
) -> xr.DataArray:
    r"""
    Return the soil that vegetation retains in a year, by RUSLE [1]_.

    .. math:: A_c = A_p - A_r = R \, K \, LS \, (1 - C)

    Parameters
    ----------
    rainfall_erosivity : xarray.DataArray, dims (y, x)
        R, MJ mm/(hm2 h a), 0 or more.
    soil_erodibility : xarray.DataArray, dims (y, x)
        K, t hm2 h/(hm2 MJ mm), 0 to 1.
    slope_length : xarray.DataArray, dims (y, x)
        LS, length and steepness together, 0 or more.
    cover_factor : xarray.DataArray, dims (y, x)
        C, 0 (full cover) to 1 (bare).

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        In t/(hm2 a), lazy if an argument is.

    Raises
    ------
    ParameterError
        If a factor is beyond its range or infinite, such as a cover in per cent.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] Ministry of Environmental Protection, National Development and Reform
       Commission (2017). Guide to delineating ecological conservation redlines.

    Examples
    --------
    2000 by 0.03 by 5 by 1 - 0.1 is 270.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> rain = xr.DataArray([[2000.0, 2000]], axes, ("y", "x")).rio.write_crs(4547)
    >>> kept = soil_retention(
    ...     rain,
    ...     xr.full_like(rain, 0.03),
    ...     slope_length=xr.full_like(rain, 5.0),
    ...     cover_factor=xr.full_like(rain, 0.1),
    ... )
    >>> kept.to_numpy()
    array([[270., 270.]], dtype=float32)
    """
    factors = [
        Factor("rainfall_erosivity", rainfall_erosivity, unit="MJ mm/(hm2 h a)"),
        Factor("soil_erodibility", soil_erodibility, 0.0, 1.0, "t hm2 h/(hm2 MJ mm)"),
        Factor("slope_length", slope_length, unit=""),
        Factor(
            "cover_factor",
            cover_factor,
            0.0,
            1.0,
            "",
            mend="give the factor C, which is 1 for bare soil, not a cover in per cent",
        ),
    ]
    return times(
        factors,
        [AS_IT_IS, AS_IT_IS, AS_IT_IS, THE_REST],
        name="soil_retention",
        units="t hm-2 a-1",
        told=("soil retained by vegetation, by RUSLE", "R * K * LS * (1 - C)"),
    )


@reads_around(0)
def soil_retention_npp(
    npp: xr.DataArray, *, soil_erodibility: xr.DataArray, slope: xr.DataArray
) -> xr.DataArray:
    r"""
    Return an index of soil retention from net primary production [1]_.

    .. math:: S_{pro} = NPP \, (1 - K) \, (1 - F_{slo})

    Parameters
    ----------
    npp : xarray.DataArray, dims (y, x)
        Mean net primary production of several years, 0 or more, in any unit.
    soil_erodibility, slope : xarray.DataArray, dims (y, x)
        Each brought to 0 to 1, see `normalised`. K in t hm2 h/(hm2 MJ mm) is some
        hundredths, and as it stands hardly counts.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Without a unit, to be compared within one study; lazy if an argument is.

    Raises
    ------
    ParameterError
        If `npp` is negative, or another factor is beyond 0 to 1, as degrees are.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] Ministry of Environmental Protection, National Development and Reform
       Commission (2017). Guide to delineating ecological conservation redlines.

    Examples
    --------
    400 by 1 - 0.5 by 1 - 0.25 is 150.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> npp = xr.DataArray([[400.0, 400]], axes, ("y", "x")).rio.write_crs(4547)
    >>> half = xr.full_like(npp, 0.5)
    >>> soil_retention_npp(npp, soil_erodibility=half, slope=half / 2).to_numpy()
    array([[150., 150.]], dtype=float32)
    """
    against = {"soil_erodibility": soil_erodibility, "slope": slope}
    return npp_index(npp, {}, against, name="soil_retention")
