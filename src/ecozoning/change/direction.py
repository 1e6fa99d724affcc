"""Where a quantity rises or falls over the years: Theil-Sen and Mann-Kendall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import xarray as xr

from ecozoning._apply import apply_stack
from ecozoning._kernels.monotone import LAYERS, NO_CLASS, monotone
from ecozoning.change.stacks import check_least, judge_of_stacks, years_of
from ecozoning.errors import ParameterError
from ecozoning.raster.stacks import check_stack, first_layer, layer_of
from ecozoning.raster.values import class_raster, is_lazy, nodata_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["mann_kendall", "sen_slope", "trend"]

CLASSES: Final[Mapping[int, tuple[str, str]]] = {
    1: ("significant decrease", "显著减少"),
    2: ("decrease", "不显著减少"),
    3: ("no trend", "无变化趋势"),
    4: ("increase", "不显著增加"),
    5: ("significant increase", "显著增加"),
}
LONG_NAMES: Final = {
    "slope": "slope by Theil and Sen",
    "s": "score of Mann and Kendall",
    "z": "standardized score of Mann and Kendall",
    "p": "two-tailed significance by Mann and Kendall",
    "count": "layers with a value",
}


def trend(
    stack: xr.DataArray, *, alpha: float = 0.05, least_count: int = 3
) -> xr.Dataset:
    r"""
    Return the slope over the years of every cell, and whether it is more than chance.

    The slope of Theil and Sen [1]_ is the median of the slopes of all pairs of years;
    the score of Mann and Kendall [2]_ counts pairs that rise less those that fall,

    .. math:: S = \sum_{i<j} \mathrm{sgn}(v_j - v_i), \qquad
       Z = \frac{S - \mathrm{sgn}\,S}{\sqrt{\mathrm{var}\,S}}, \qquad
       \mathrm{var}\,S = \frac{n(n-1)(2n+5) - \sum_g t_g(t_g-1)(2t_g+5)}{18}

    with t the sizes of groups of equal values. Neither minds an outlier, a missing year
    or uneven steps. Years are taken as independent: if one carries over to the next, p
    is too small.

    Parameters
    ----------
    stack : xarray.DataArray, dims (time, y, x)
        One quantity in any unit and CRS. The coordinate `time` has years as numbers, or
        dates, which become years of twelve equal months; ascending. NaN, or the nodata
        value it states, is skipped. NumPy or Dask.
    alpha : float, default 0.05
        Significance below which a class is called significant, between 0 and 1.
    least_count : int, default 3
        Values that a cell must have, 2 or more. The normal approximation of p needs
        about 10.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        `slope`, the unit of `stack` per year; `s`; `z`; `p`, two-tailed, by the normal
        distribution; `count`, how many values a cell has, uint16; `trend`, uint8 with
        nodata 255: 1 ``significant_decrease``, 2 ``decrease``, 3 ``no_trend`` (S is 0),
        4 ``increase``, 5 ``significant_increase``. The others are float32, NaN in cells
        with fewer than `least_count` values.

    Raises
    ------
    MissingCRSError
        If `stack` has no CRS.
    ParameterError
        If `stack` is no stack of finite real numbers with years that ascend, or has
        fewer layers than `least_count`; if `alpha` or `least_count` is out of domain.
    NoDataError
        If `stack` has no layer, or no cell with `least_count` values. Of a lazy stack
        values are judged when computed.

    Notes
    -----
    One pass, cell by cell. A lazy stack stays lazy; chunks along time are joined, so a
    block needs all its layers at once. Values are the same however it is cut.

    References
    ----------
    .. [1] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's
       tau. Journal of the American Statistical Association, 63, 1379-1389.
       doi:10.1080/01621459.1968.10480934
    .. [2] Mann, H. B. (1945). Nonparametric tests against trend. Econometrica, 13,
       245-259. doi:10.2307/1907187

    Examples
    --------
    Of the six pairs of 1, 3, 2, 5 five rise and one falls. S is 4, var S is 156 / 18,
    and the slopes 2, 1/2, 4/3, -1, 1, 3 have a median of 7/6.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"time": [2001, 2002, 2003, 2004], "y": [0.0], "x": [0.0]}
    >>> ndvi = np.reshape([1.0, 3.0, 2.0, 5.0], (4, 1, 1))
    >>> stack = xr.DataArray(ndvi, axes, ("time", "y", "x")).rio.write_crs(4547)
    >>> found = trend(stack)
    >>> [round(found[name].item(), 3) for name in ("slope", "s", "z", "p")]
    [1.167, 4.0, 1.019, 0.308]
    >>> found["trend"].item()
    4
    """
    check_stack(stack, name="stack")
    years = years_of(stack, name="stack")
    least = check_least(least_count, years.size, least_legal=2, name="stack")
    data = apply_stack(
        monotone,
        [stack.data],
        layers=len(LAYERS),
        parameters=(years, nodata_of(stack), least, _checked_alpha(alpha)),
        judge=judge_of_stacks("stack", least=least, whole=not is_lazy([stack])),
    )
    return _labelled(dict(zip(LAYERS, data, strict=True)), stack, alpha, least)


def sen_slope(stack: xr.DataArray, *, least_count: int = 3) -> xr.DataArray:
    """
    Return the slope of Theil and Sen of every cell, per year.

    The median of the slopes of all pairs of years [1]_; see `trend`, which computes it
    together with its significance.

    Parameters
    ----------
    stack : xarray.DataArray, dims (time, y, x)
        As in `trend`.
    least_count : int, default 3
        Values that a cell must have, 2 or more.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        The unit of `stack` per year, NaN in cells with too few values. Lazy if `stack`
        is.

    Raises
    ------
    MissingCRSError, ParameterError, NoDataError
        As in `trend`.

    References
    ----------
    .. [1] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's
       tau. Journal of the American Statistical Association, 63, 1379-1389.
       doi:10.1080/01621459.1968.10480934

    Examples
    --------
    One wild year among four leaves the slope where it was, at 2 per year.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"time": [2001, 2002, 2003, 2004, 2006], "y": [0.0], "x": [0.0]}
    >>> rain = np.reshape([10.0, 12.0, 99.0, 16.0, 20.0], (5, 1, 1))
    >>> stack = xr.DataArray(rain, axes, ("time", "y", "x")).rio.write_crs(4547)
    >>> sen_slope(stack).item()
    2.0
    """
    slope = trend(stack, least_count=least_count)["slope"]
    return slope.copy()  # a view would keep the other layers in memory


def mann_kendall(
    stack: xr.DataArray, *, alpha: float = 0.05, least_count: int = 3
) -> xr.Dataset:
    """
    Test every cell for a trend in one direction, after Mann and Kendall.

    With the correction for continuity and for ties; see `trend`, which has the slope as
    well.

    Parameters
    ----------
    stack : xarray.DataArray, dims (time, y, x)
        As in `trend`.
    alpha : float, default 0.05
        Significance below which a class is called significant, between 0 and 1.
    least_count : int, default 3
        Values that a cell must have, 2 or more; p needs about 10.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        `s`, `z`, `p`, `trend` and `count` of `trend`. Lazy if `stack` is.

    Raises
    ------
    MissingCRSError, ParameterError, NoDataError
        As in `trend`.

    Examples
    --------
    Ten years that only rise: S is 45, var S is 10 * 9 * 25 / 18 = 125, and Z is
    44 / 125 ** 0.5.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"time": np.arange(2001, 2011), "y": [0.0], "x": [0.0]}
    >>> cover = np.arange(10.0).reshape(10, 1, 1)
    >>> stack = xr.DataArray(cover, axes, ("time", "y", "x")).rio.write_crs(4547)
    >>> found = mann_kendall(stack)
    >>> found["s"].item(), round(found["z"].item(), 3), found["trend"].item()
    (45.0, 3.935, 5)
    """
    return trend(stack, alpha=alpha, least_count=least_count).drop_vars("slope")


def _checked_alpha(alpha: object) -> float:
    if isinstance(alpha, int | float) and not isinstance(alpha, bool) and 0 < alpha < 1:
        return float(alpha)
    msg = f"`alpha` is {alpha!r}, but a number between 0 and 1 is needed, e.g. 0.05."
    raise ParameterError(msg)


def _labelled(
    layers: Mapping[str, Any], stack: xr.DataArray, alpha: float, least: int
) -> xr.Dataset:
    """Return the layers of the kernel as rasters that say what they are."""
    units = {"slope": f"{stack.attrs.get('units') or '1'}/year"}
    rasters = {
        name: layer_of(
            layers[name], stack, name=name, units=units.get(name, "1"), long_name=told
        )
        for name, told in LONG_NAMES.items()
    }
    rasters["count"] = rasters["count"].astype("uint16")
    rasters["trend"] = class_raster(
        layers["trend"].astype("uint8"),
        first_layer(stack),
        name="trend",
        long_name="direction by Mann and Kendall",
        classes={code: words[0] for code, words in CLASSES.items()},
        nodata=NO_CLASS,
    ).assign_attrs(labels_zh=[words[1] for words in CLASSES.values()], alpha=alpha)
    attrs = {"method": "theil-sen, mann-kendall", "least_count": least}
    return xr.Dataset(rasters, attrs=attrs)
