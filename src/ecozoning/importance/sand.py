"""Sand fixation (防风固沙): what vegetation keeps from being blown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning._kernels.factors import wind_erosion_prevented
from ecozoning.importance.indices import AS_IT_IS, SHARE, times
from ecozoning.raster.checks import check_positive
from ecozoning.raster.factors import Factor, bounds_of, run_factors
from ecozoning.raster.values import as_raster, reads_around

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["sand_fixation", "sand_fixation_npp"]

SECANT = (0.0, 1.0, True)
STEEPEST = 89.0
"""Degrees; beyond it the roughness of the land, 1 / cos, is no longer one."""


@reads_around(0)
def sand_fixation(
    weather: xr.DataArray,
    *,
    erodible_fraction: xr.DataArray,
    soil_crust: xr.DataArray,
    roughness: xr.DataArray,
    cover_factor: xr.DataArray,
    distance_m: float,
) -> xr.DataArray:
    r"""
    Return the soil that vegetation keeps from the wind in a year, by RWEQ [1]_ [2]_.

    .. math::

        SR = S_L(1) - S_L(C), \quad
        S_L(c) = \frac{2 z}{S^2} Q_{max} e^{-(z/S)^2}

    with :math:`x = WF \cdot EF \cdot SCF \cdot K' \cdot c`,
    :math:`S = 150.71 x^{-0.3711}` and :math:`Q_{max} = 109.8 x`.

    Parameters
    ----------
    weather : xarray.DataArray, dims (y, x)
        WF, kg/m, 0 or more.
    erodible_fraction, soil_crust, roughness : xarray.DataArray, dims (y, x)
        EF, SCF and K', 0 to 1.
    cover_factor : xarray.DataArray, dims (y, x)
        C, 0 (full cover) to 1 (bare).
    distance_m : float
        Distance downwind z, above 0; the guide's number was not at hand, papers
        often have 50.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        In kg/(m2 a), lazy if an argument is. Where x is large, at 50 m above about 60,
        the curve of RWEQ falls again, and the difference can be below 0.

    Raises
    ------
    ParameterError
        If a factor is beyond its range or infinite, or the distance is not above 0.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] Ministry of Environmental Protection, National Development and Reform
       Commission (2017). Guide to delineating ecological conservation redlines.
    .. [2] Fryrear, D.W. et al. (1998). Revised Wind Erosion Equation (RWEQ). Technical
       Bulletin 1, Wind Erosion and Water Conservation Research Unit, USDA-ARS.

    Examples
    --------
    With x = 1 before cover: S = 150.71, and bare soil would lose 0.4330 kg/m2.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> one = xr.DataArray([[1.0, 1]], axes, ("y", "x")).rio.write_crs(4547)
    >>> kept = sand_fixation(
    ...     one,
    ...     erodible_fraction=one,
    ...     soil_crust=one,
    ...     roughness=one,
    ...     cover_factor=one * 0,
    ...     distance_m=50,
    ... )
    >>> kept.to_numpy().round(4)
    array([[0.433, 0.433]], dtype=float32)
    """
    check_positive("distance_m", distance_m)
    shares = {
        "erodible_fraction": erodible_fraction,
        "soil_crust": soil_crust,
        "roughness": roughness,
        "cover_factor": cover_factor,
    }
    factors = [Factor("weather", weather, unit="kg/m")]
    factors += [Factor(name, one, 0.0, 1.0, "") for name, one in shares.items()]
    data = run_factors(
        wind_erosion_prevented, factors, bounds_of(factors), float(distance_m)
    )
    made = as_raster(
        data,
        weather,
        name="sand_fixation",
        units="kg m-2 a-1",
        long_name="soil kept from the wind by vegetation, by RWEQ",
    )
    made.attrs |= {"method": "RWEQ", "distance_m": float(distance_m)}
    return made


@reads_around(0)
def sand_fixation_npp(
    npp: xr.DataArray,
    *,
    soil_erodibility: xr.DataArray,
    wind: xr.DataArray,
    slope: xr.DataArray,
) -> xr.DataArray:
    r"""
    Return an index of sand fixation from net primary production [1]_.

    .. math:: S_{ws} = NPP \, K \, F_q \, D, \quad D = 1 / \cos \theta

    Parameters
    ----------
    npp : xarray.DataArray, dims (y, x)
        Mean net primary production of several years, 0 or more, in any unit.
    soil_erodibility, wind : xarray.DataArray, dims (y, x)
        K and the climatic factor of wind erosion, each brought to 0 to 1, see
        `normalised`.
    slope : xarray.DataArray, dims (y, x)
        Degrees, 0 to 89, of which the roughness D of the land is made.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Without a unit, to be compared within one study; lazy if an argument is.

    Raises
    ------
    ParameterError
        If `npp` is negative, or another factor is beyond its range or infinite.
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
    On 60 degrees the land is twice as rough: 400 by 0.5 by 0.5 by 2 is 200.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> npp = xr.DataArray([[400.0, 400]], axes, ("y", "x")).rio.write_crs(4547)
    >>> half = xr.full_like(npp, 0.5)
    >>> kept = sand_fixation_npp(
    ...     npp, soil_erodibility=half, wind=half, slope=xr.full_like(npp, 60.0)
    ... )
    >>> kept.to_numpy().round(3)
    array([[200., 200.]], dtype=float32)
    """
    factors = [
        Factor("npp", npp, unit=""),
        Factor("soil_erodibility", soil_erodibility, 0.0, 1.0, "", mend=SHARE),
        Factor("wind", wind, 0.0, 1.0, "", mend=SHARE),
        Factor("slope", slope, 0.0, STEEPEST, "degrees"),
    ]
    return times(
        factors,
        [AS_IT_IS, AS_IT_IS, AS_IT_IS, SECANT],
        name="sand_fixation",
        units="1",
        told=("index of sand fixation from NPP", "NPP * K * wind / cos(slope)"),
    )
