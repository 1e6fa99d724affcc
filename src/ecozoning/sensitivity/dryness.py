"""How dry land is: the index of aridity."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.soil_loss import scaled_ratio
from ecozoning.errors import ParameterError
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.values import as_raster, is_lazy, nodata_of, reads_around
from ecozoning.sensitivity.faults import judge_of_values

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["aridity_index"]


@reads_around(0)
def aridity_index(
    accumulated_temperature: xr.DataArray,
    precipitation: xr.DataArray,
    *,
    coefficient: float = 0.16,
) -> xr.DataArray:
    r"""
    Return the index of aridity by the modified formula of Selyaninov [1]_.

    .. math:: I = 0.16 \sum T / \sum P

    over the part of the year in which days have 10 degrees Celsius or more.

    Parameters
    ----------
    accumulated_temperature : xarray.DataArray, dims (y, x)
        Sum of the daily mean temperatures of that time, degree days, >= 0.
    precipitation : xarray.DataArray, dims (y, x)
        Precipitation of the same time, mm, > 0. Where there was none, the index has no
        value; decide what the least is, e.g. ``precipitation.clip(min=1)``.
    coefficient : float, default 0.16
        Of the modified formula, from public code that implements the guide.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Index, >= 0; 1 is a balance, above 4 is arid. NaN where an input has no value.
        Lazy if one is.

    Raises
    ------
    ParameterError
        If a sum of temperatures is below 0, a precipitation not above 0, or
        `coefficient` no number above 0.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster has no CRS, or the two are not on one grid.
    NoDataError
        If no cell has a value in both, in memory.

    References
    ----------
    .. [1] ChinaXiv-201811.00060 names the formula; 环办生态〔2017〕48号, sensitivity to
       desertification.

    Examples
    --------
    4000 degree days and 160 mm: 0.16 * 4000 / 160 = 4.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> def cell(value):
    ...     return xr.DataArray([[value]], axes, ("y", "x")).rio.write_crs(4547)
    >>> aridity_index(cell(4000.0), cell(160.0)).to_numpy()
    array([[4.]], dtype=float32)
    """
    if not 0 < coefficient < math.inf:
        msg = f"`coefficient` is {coefficient!r}, but a number above 0 is needed."
        raise ParameterError(msg)
    rasters = {
        "accumulated_temperature": accumulated_temperature,
        "precipitation": precipitation,
    }
    check_same_grid(**rasters)
    accepted = {
        "accumulated_temperature": "0 and more degree days",
        "precipitation": "what is above 0 mm",
    }
    found = list(rasters.values())
    data = apply(
        scaled_ratio,
        [raster.data for raster in found],
        dtype=np.float32,
        parameters=(
            np.array([nodata_of(raster) for raster in found]),
            float(coefficient),
        ),
        judge=judge_of_values(accepted, whole=not is_lazy(found)),
    )
    index = as_raster(
        data, found[0], name="aridity", units="1", long_name="index of aridity"
    )
    index.attrs["method"] = f"modified Selyaninov, coefficient {coefficient:g}"
    return index
