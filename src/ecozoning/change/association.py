"""How two quantities go together over the years, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import xarray as xr

from ecozoning._apply import apply_stack
from ecozoning._kernels.pearson import LAYERS, pearson
from ecozoning.change.stacks import check_least, decimal_years, judge_of_stacks
from ecozoning.errors import ParameterError
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.stacks import check_stack, first_layer, layer_of
from ecozoning.raster.values import is_lazy, nodata_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["correlation"]

SAME_TIME: Final = 1e-6
"""Years by which times that are one may be apart."""


def correlation(
    stack: xr.DataArray,
    other: xr.DataArray | pd.Series | Sequence[float] | NDArray[Any],
    *,
    least_count: int = 3,
) -> xr.Dataset:
    r"""
    Correlate two quantities over the years in every cell, after Pearson.

    .. math:: r = \frac{\sum (a - \bar a)(b - \bar b)}
       {\sqrt{\sum (a - \bar a)^2 \sum (b - \bar b)^2}}, \qquad
       t = r \sqrt{\frac{n - 2}{1 - r^2}}

    p is the chance of such an r, or one farther from 0, if the two were independent and
    normal, from both tails of the t distribution with n - 2 degrees of freedom. Two
    quantities that both rise over the years correlate for that alone.

    Parameters
    ----------
    stack : xarray.DataArray, dims (time, y, x)
        One quantity, in any unit and CRS. NumPy or Dask.
    other : xarray.DataArray, pandas.Series or sequence of float
        The other one: a stack on the same grid, or one number for each layer, such as
        the rain of a station. What has times of its own, as DataArray or as index of a
        Series, must have those of `stack`.
    least_count : int, default 3
        Pairs that a cell must have, 3 or more. A year in which one of the two is NaN or
        nodata is skipped.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        `r` from -1 to 1 and `p`, float32, NaN in cells with too few pairs or a constant
        quantity; `count`, how many pairs a cell has, uint16. Lazy if one is.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a stack has no CRS, or the two are not on one grid; both sides are printed.
    ParameterError
        If `stack` or `other` is no stack or series of finite real numbers, they differ
        in times or number of layers, there are fewer layers than `least_count`, or that
        is out of domain.
    NoDataError
        If a stack has no layer, or no cell has `least_count` pairs. Of a lazy stack
        values are judged when computed.

    Notes
    -----
    One pass, cell by cell, float64 inside. Chunks along time are joined, so a block
    needs all its layers at once. Values are the same however it is cut.

    Examples
    --------
    By hand: both have a mean of 2, sums of squares 2 and 2 and of products 1, so r is
    1/2; with one degree of freedom p is 2/3.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"time": [2001, 2002, 2003], "y": [0.0], "x": [0.0]}
    >>> ndvi = np.reshape([1.0, 2.0, 3.0], (3, 1, 1))
    >>> stack = xr.DataArray(ndvi, axes, ("time", "y", "x")).rio.write_crs(4547)
    >>> found = correlation(stack, [1.0, 3.0, 2.0])
    >>> round(found["r"].item(), 4), round(found["p"].item(), 4)
    (0.5, 0.6667)
    """
    check_stack(stack, name="stack")
    least = check_least(least_count, len(stack), least_legal=3, name="stack")
    pair = stack, _counterpart(stack, other)
    data = apply_stack(
        pearson,
        [each.data for each in pair],
        layers=len(LAYERS),
        parameters=((nodata_of(stack), nodata_of(pair[1])), least),
        judge=judge_of_stacks("stack", "other", least=least, whole=not is_lazy(pair)),
    )
    layers = dict(zip(LAYERS, data, strict=True))
    told = {"r": "correlation", "p": "two-tailed significance", "count": "pairs"}
    rasters = {
        name: layer_of(layers[name], stack, name=name, units="1", long_name=words)
        for name, words in told.items()
    }
    rasters["count"] = rasters["count"].astype("uint16")
    attrs = {"method": "pearson", "least_count": least}
    return xr.Dataset(rasters, attrs=attrs)


def _counterpart(stack: xr.DataArray, other: Any) -> xr.DataArray:  # noqa: ANN401 -- checked here
    """Return the other quantity as a stack, (time, 1, 1) if it is one series."""
    if isinstance(other, xr.DataArray) and other.dims != ("time",):
        check_stack(other, name="other")
        check_same_grid(stack=first_layer(stack), other=first_layer(other))
        _check_times(stack, _times_of(other), len(other))
        return other
    series = _series(other)
    _check_times(stack, _times_of(other), series.size)
    return xr.DataArray(series.reshape(-1, 1, 1), dims=("time", "y", "x"))


def _times_of(other: Any) -> NDArray[Any] | None:  # noqa: ANN401 -- any series
    """Return the times that a stack or a series has of its own, if any."""
    if isinstance(other, pd.Series):
        return other.index.to_numpy()
    stated = isinstance(other, xr.DataArray) and "time" in other.coords
    return other["time"].to_numpy() if stated else None


def _series(other: Any) -> NDArray[np.float64]:  # noqa: ANN401 -- checked here
    """Return one number for each layer."""
    series = np.asarray(other)
    if series.ndim != 1 or series.dtype.kind not in "iuf":
        msg = (
            f"`other` is {series.ndim}-dimensional {series.dtype}, but a stack like "
            "`stack`, or one number for each of its layers, is needed."
        )
        raise ParameterError(msg)
    return series.astype(np.float64)


def _check_times(stack: xr.DataArray, times: NDArray[Any] | None, layers: int) -> None:
    """Insist on as many layers as `stack` has, at the same times if both have some."""
    if layers != len(stack):
        msg = (
            f"`stack` has {len(stack)} layers and `other` {layers}, but pairs are "
            "needed; choose common years with `xarray.align(stack, other)`."
        )
        raise ParameterError(msg)
    if times is None or "time" not in stack.coords:
        return
    ours = decimal_years(stack["time"].to_numpy(), name="stack['time']")
    theirs = decimal_years(times, name="times of `other`")
    if (np.abs(ours - theirs) > SAME_TIME).any():
        first = int(np.argmax(np.abs(ours - theirs) > SAME_TIME))
        msg = (
            f"`stack` and `other` are not of the same times: layer {first} is "
            f"{ours[first]:.9g} in one and {theirs[first]:.9g} in the other; choose "
            "common ones with `xarray.align(stack, other)`, or give `other` as plain "
            "numbers with `other.to_numpy()`."
        )
        raise ParameterError(msg)
