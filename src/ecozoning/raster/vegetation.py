"""Vegetation cover (植被覆盖度): the part of a cell that plants cover, out of NDVI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.spectral import stretch
from ecozoning.raster.cover_ends import judge_of_ndvi, members_of
from ecozoning.raster.grid import grid_of
from ecozoning.raster.values import as_raster, is_lazy, nodata_of

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["vegetation_cover"]


def vegetation_cover(
    ndvi: xr.DataArray,
    soil: float | None = None,
    vegetation: float | None = None,
    percentiles: tuple[float, float] = (5, 95),
) -> xr.DataArray:
    r"""
    Return the part of each cell that plants cover, by the dimidiate pixel model [1]_.

    .. math:: f_c = (NDVI - NDVI_{soil}) / (NDVI_{veg} - NDVI_{soil})

    cut off at 0 and 1. A cell is taken for a mixture of bare soil and full vegetation,
    whose NDVI is given, or read off the scene as percentiles. Percentiles depend on the
    extract: to compare scenes, give both numbers (see `end_members`). Maxima of the
    growing season, over several years, are the usual input.

    Parameters
    ----------
    ndvi : xarray.DataArray, dims (y, x)
        NDVI from -1 to 1, in any CRS.
    soil, vegetation : float, optional
        NDVI of bare soil and of full vegetation, -1 <= soil < vegetation <= 1. What is
        left out is taken from `percentiles`.
    percentiles : tuple of two float, default (5, 95)
        Of soil and of vegetation among the cells with a value, 0 <= soil < vegetation
        <= 100.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        0 to 1; NaN where `ndvi` has no value. In memory attributes `soil` and
        `vegetation` say which end members were used.

    Raises
    ------
    MissingCRSError
        If `ndvi` has no CRS.
    ParameterError
        If `ndvi` has infinite values or some beyond -1 to 1, or is no raster; if
        `percentiles` or end members are out of order or domain; if soil and vegetation
        have one NDVI, as in a constant raster. A lazy raster is judged when computed.
    NoDataError
        If no cell has a value.

    Notes
    -----
    In memory percentiles are exact, interpolated linearly between two values (method
    ``linear`` of NumPy). A Dask raster stays lazy: when computed it is read twice, once
    for a histogram of 20 000 bins from -1 to 1, of constant size, whose percentiles are
    off by at most the width of a bin, 0.0001; then cell by cell.

    References
    ----------
    .. [1] Gutman, G. and Ignatov, A. (1998). The derivation of the green vegetation
       fraction from NOAA/AVHRR data for use in numerical weather prediction models.
       International Journal of Remote Sensing 19, 1533-1543.
       doi:10.1080/014311698215333

    Examples
    --------
    Halfway from soil at 0.1 to vegetation at 0.9 half of the cell is covered.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30.0, 60.0]}
    >>> ndvi = xr.DataArray([[-0.2, 0.5, 0.95]], axes, ("y", "x")).rio.write_crs(4547)
    >>> vegetation_cover(ndvi, soil=0.1, vegetation=0.9).to_numpy()
    array([[0. , 0.5, 1. ]], dtype=float32)
    """
    grid_of(ndvi, name="ndvi")
    members = members_of(ndvi, soil, vegetation, percentiles)
    known = isinstance(members, tuple)
    data = apply(
        stretch,
        [ndvi.data],
        dtype=np.float32,
        parameters=(nodata_of(ndvi), members),
        judge=judge_of_ndvi(whole=not is_lazy([ndvi])),
    )
    named = {"name": "vegetation_cover", "long_name": "vegetation cover"}
    cover = as_raster(data, ndvi, units="1", **named)
    used = dict(zip(("soil", "vegetation"), members, strict=True)) if known else {}
    cover.attrs.update(used)
    return cover
