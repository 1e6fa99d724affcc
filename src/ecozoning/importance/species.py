"""Biodiversity (生物多样性维护) from production and climate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecozoning.importance.indices import npp_index
from ecozoning.raster.values import reads_around

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["biodiversity"]


@reads_around(0)
def biodiversity(
    npp: xr.DataArray,
    *,
    precipitation: xr.DataArray,
    temperature: xr.DataArray,
    elevation: xr.DataArray,
) -> xr.DataArray:
    r"""
    Return an index of biodiversity from net primary production [1]_.

    .. math:: S_{bio} = NPP \, F_{pre} \, F_{tem} \, (1 - F_{alt})

    Parameters
    ----------
    npp : xarray.DataArray, dims (y, x)
        Mean net primary production of several years, 0 or more, in any unit.
    precipitation, temperature, elevation : xarray.DataArray, dims (y, x)
        Means of several years and elevation, each brought to 0 to 1, see `normalised`.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Without a unit, to be compared within one study; lazy if an argument is.

    Raises
    ------
    ParameterError
        If `npp` is negative, or another factor is beyond 0 to 1, as metres are.
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
    400 by 0.5 by 0.5 by 1 - 0.25 is 75.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> npp = xr.DataArray([[400.0, 400]], axes, ("y", "x")).rio.write_crs(4547)
    >>> half = xr.full_like(npp, 0.5)
    >>> biodiversity(
    ...     npp, precipitation=half, temperature=half, elevation=half / 2
    ... ).to_numpy()
    array([[75., 75.]], dtype=float32)
    """
    parts = {"precipitation": precipitation, "temperature": temperature}
    return npp_index(npp, parts, {"elevation": elevation}, name="biodiversity")
