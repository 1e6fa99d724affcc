"""Breaks between classes that come out of the values themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.grid import grid_of
from ecozoning.raster.summary import summary_of, valid_values
from ecozoning.raster.values import is_lazy, nodata_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ecozoning.raster.summary import Summary

    Floats = NDArray[np.float64]

__all__ = ["natural_breaks", "quantile_breaks"]


def natural_breaks(values: xr.DataArray | ArrayLike, classes: int) -> Floats:
    """
    Return the natural breaks of values: classes with the least squares within them.

    The optimum of Fisher and Jenks [1]_, not an approximation to it.

    Parameters
    ----------
    values : xarray.DataArray, dims (y, x), or array_like
        A raster, whose nodata is left out, or numbers, whose NaN are. A lazy raster is
        computed, chunk by chunk.
    classes : int
        How many, at least 1.

    Returns
    -------
    numpy.ndarray, float64, (classes + 1,)
        The least value, then the greatest of each class: breaks for `reclassify` with
        ``closed="right"``.

    Raises
    ------
    ParameterError
        If `classes` is no whole number, or there are fewer different values; if values
        are infinite.
    MissingCRSError
        If a raster has no CRS.
    NoDataError
        If there is no value.

    Notes
    -----
    Exact for up to 262 144 different values. More are put into as many groups of
    neighbours with equal numbers of cells, and a break falls between two groups.

    References
    ----------
    .. [1] Fisher, W. D. (1958). On grouping for maximum homogeneity. Journal of the
       American Statistical Association 53, 789-798.

    Examples
    --------
    >>> natural_breaks([1, 2, 3, 10, 11, 12, 50], 3)
    array([ 1.,  3., 12., 50.])
    """
    from ecozoning._kernels.classify import natural_ends

    _check_classes(classes)
    summary = _summary(_as_raster(values))
    distinct = summary.low.size
    if distinct < classes:
        msg = f"`classes` is {classes}, but there are {distinct} different values."
        raise ParameterError(msg)
    weight = summary.count.astype(np.float64)
    ends = natural_ends(summary.total / weight, weight, classes)
    return np.concatenate([summary.low[:1], summary.high[ends]])


def quantile_breaks(values: xr.DataArray | ArrayLike, classes: int) -> Floats:
    """
    Return breaks between classes of equal numbers of values.

    Parameters
    ----------
    values : xarray.DataArray, dims (y, x), or array_like
        A raster, whose nodata is left out, or numbers, whose NaN are. A lazy raster is
        computed, chunk by chunk.
    classes : int
        How many, at least 1.

    Returns
    -------
    numpy.ndarray, float64, (classes + 1,)
        Quantiles 0, 1 / classes, ..., 1, between two values interpolated linearly:
        breaks for `reclassify`.

    Raises
    ------
    ParameterError
        If `classes` is no whole number; if two breaks coincide because one value is too
        frequent; if values are infinite.
    MissingCRSError
        If a raster has no CRS.
    NoDataError
        If there is no value.

    Notes
    -----
    Exact, but for a lazy raster with more than 262 144 different values, where ranks
    are off by a few millionths.

    Examples
    --------
    >>> quantile_breaks([1, 2, 3, 10, 11, 12, 50], 3)
    array([ 1.,  3., 11., 50.])
    """
    _check_classes(classes)
    raster = _as_raster(values)
    summary = _summary(raster)
    place = (int(summary.count.sum()) - 1) * np.arange(classes + 1) / classes
    lower = np.floor(place).astype(np.int64)
    ranks = np.stack([lower, np.ceil(place).astype(np.int64)])
    if summary.exact or is_lazy([raster]):
        ends = np.cumsum(summary.count)
        found = summary.high[np.searchsorted(ends, ranks, side="right")]
    else:
        kept = valid_values(raster.data, nodata_of(raster), name="values")
        kept.partition(np.unique(ranks))
        found = kept[ranks].astype(np.float64)
    breaks = found[0] + (found[1] - found[0]) * (place - lower)
    if not (np.diff(breaks) > 0).all():
        msg = (
            f"`classes` is {classes}, but breaks coincide, {breaks.tolist()}, because "
            "some values are too frequent; take fewer classes, or `natural_breaks`."
        )
        raise ParameterError(msg)
    return np.asarray(breaks)


def _check_classes(classes: object) -> None:
    """Insist on a whole number, 1 or more."""
    if type(classes) is not int or classes < 1:
        msg = f"`classes` is {classes!r}; give a whole number, 1 or more."
        raise ParameterError(msg)


def _as_raster(values: xr.DataArray | ArrayLike) -> xr.DataArray:
    """Return a raster as it is, and other numbers as one of one row."""
    if isinstance(values, xr.DataArray) and values.ndim == 2:
        grid_of(values, name="values")
        return values
    numbers = np.asarray(values)
    if numbers.dtype.kind not in "iuf":
        msg = f"`values` hold {numbers.dtype}, but real numbers are needed."
        raise ParameterError(msg)
    return xr.DataArray(numbers.reshape(1, -1), dims=("y", "x"))


def _summary(raster: xr.DataArray) -> Summary:
    """Return the values of a raster, insisting that there are some."""
    found: Any = summary_of(raster, name="values") if raster.size else None
    summary: Summary | None = found.compute() if is_lazy([raster]) else found
    if summary is None or not summary.low.size:
        msg = "`values` has no value, all are nodata; see what cut it."
        raise NoDataError(msg)
    return summary
