"""Grades of importance from the amounts of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._optional import import_optional
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.classify import class_codes, thresholds_for
from ecozoning.raster.grid import grid_of
from ecozoning.raster.summary import Summary, summary_of, valid_values
from ecozoning.raster.values import class_raster, is_lazy, judge_of, nodata_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["cumulative_share"]

WORDS: Final = ("generally_important", "important", "extremely_important")
WORDS_ZH: Final = ("一般重要", "重要", "极重要")
SLACK: Final = 1e-12
"""Part of the total by which a sum of many values may miss a share and count."""
STEP: Final = 1 << 16


def cumulative_share(
    value: xr.DataArray, breaks: Sequence[float] = (0.5, 0.8)
) -> xr.DataArray:
    """
    Return grades of importance by the share of the total that the best cells hold.

    Cells are taken from the highest value down; those that together hold the first half
    of the total are extremely important, those up to four fifths important [1]_. This
    is about amounts, not about areas: few rich cells can hold half of the total.

    Parameters
    ----------
    value : xarray.DataArray, dims (y, x)
        Amount of a service in each cell. Negative cells are left out, as nodata.
    breaks : sequence of float, default (0.5, 0.8)
        Shares of the total, ascending, above 0 and below 1.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        The most important cells have the highest number: with two breaks 3
        ``extremely_important``, 2 ``important``, 1 ``generally_important``, with others
        ``grade_1`` and up. Nodata is 255. Equal values get one grade, the higher one.
        Lazy if `value` is.

    Raises
    ------
    ParameterError
        If `breaks` are no shares that ascend; if values are infinite; if the total is
        0.
    MissingCRSError
        If `value` has no CRS.
    NoDataError
        If no cell has a value of 0 or more. Of a lazy raster this, and what is wrong
        with its values, is said when it is computed.

    Notes
    -----
    In memory exact, and values are sorted in a copy. A lazy raster is read twice at
    constant memory, exact up to 262 144 different values; of more, cells with a few
    millionths of the total may fall on the other side of a break.

    References
    ----------
    .. [1] Ministry of Environmental Protection, National Development and Reform
       Commission (2017). Guide to delineating ecological conservation redlines,
       section on grading the importance of ecosystem services.

    Examples
    --------
    The total is 20; 6 and 5 hold half of it, with 3 and 3 it is more than four fifths.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60]}
    >>> water = xr.DataArray([[6.0, 5, 3], [3, 2, 1]], axes, ("y", "x"))
    >>> cumulative_share(water.rio.write_crs(4547)).to_numpy()
    array([[3, 3, 2],
           [2, 1, 1]], dtype=uint8)
    """
    grid_of(value, name="value")
    shares = _shares(breaks)
    if is_lazy([value]):
        delayed = import_optional("dask", extra="dask").delayed
        summary = summary_of(value, name="value", least=0.0)
        thresholds: Any = delayed(_sketched)(summary, shares, value.dtype)
    else:
        thresholds = _thresholds(_exact(value, shares), value.dtype)
    data, nodata = class_codes(
        value,
        thresholds,
        range(1, shares.size + 2),
        judge=judge_of("value", whole=False),
    )
    made = class_raster(
        data,
        value,
        name="importance",
        long_name="grade of importance by cumulative share",
        classes=_classes(shares.size + 1),
        nodata=nodata,
    )
    made.attrs["method"] = "cells from the highest value down, by share of the total"
    made.attrs["breaks"] = shares.tolist()
    if shares.size + 1 == len(WORDS):
        made.attrs["labels_zh"] = " ".join(WORDS_ZH)
    return made


def _classes(count: int) -> dict[int, str]:
    """Return the numbers and words of grades."""
    named = WORDS if count == len(WORDS) else [f"grade_{i + 1}" for i in range(count)]
    return dict(enumerate(named, start=1))


def _shares(breaks: Sequence[float]) -> Floats:
    """Return shares, insisting that they ascend within 0 and 1."""
    shares = np.asarray(breaks)
    numbers = shares.ndim == 1 and shares.size and shares.dtype.kind in "iuf"
    if not numbers or not (np.diff([0.0, *shares, 1.0]) > 0).all():
        msg = (
            f"`breaks` is {breaks!r}, but shares that ascend between 0 and 1 are "
            "needed, e.g. `(0.5, 0.8)`."
        )
        raise ParameterError(msg)
    if shares.size > 250:
        msg = f"`breaks` has {shares.size} shares; give at most 250."
        raise ParameterError(msg)
    return shares.astype(np.float64)


def _exact(value: xr.DataArray, shares: Floats) -> Floats:
    """Return the least value of the cells that hold each share."""
    kept = valid_values(value.data, nodata_of(value), name="value")
    kept = kept[kept >= 0]
    kept.sort()
    starts = np.arange(0, kept.size, STEP)
    sums = np.array([kept[i : i + STEP].sum(dtype=np.float64) for i in starts.tolist()])
    goals = _goals(float(sums.sum()), shares, kept.size)
    down = np.cumsum(sums[::-1])
    found = []
    for goal in goals.tolist():
        steps = min(int(np.searchsorted(down, goal)), starts.size - 1)
        first = int(starts[starts.size - 1 - steps])
        top = kept[first : first + STEP][::-1]
        before = down[steps] - sums[starts.size - 1 - steps]
        part = before + np.cumsum(top, dtype=np.float64)
        found.append(float(top[min(int(np.searchsorted(part, goal)), top.size - 1)]))
    return np.array(found)


def _sketched(summary: Summary, shares: Floats, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the thresholds of a lazy raster from its summary."""
    goals = _goals(float(summary.total.sum()), shares, summary.low.size)
    down = np.cumsum(summary.total[::-1])
    places = np.minimum(np.searchsorted(down, goals), down.size - 1)
    return _thresholds(summary.low[::-1][places], dtype)


def _goals(total: float, shares: Floats, cells: int) -> Floats:
    """Return the amounts to reach, insisting that there is something to share."""
    if not cells:
        msg = "`value` has no cell of 0 or more; see what cut it."
        raise NoDataError(msg)
    if not total > 0:
        msg = "`value` adds up to 0, so no cell holds a share of it."
        raise ParameterError(msg)
    return np.asarray(shares * total - SLACK * total)


def _thresholds(least: Floats, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return what values are compared with; a grade begins at its least value."""
    ends = np.concatenate([[0.0], least[::-1], [np.inf]])
    return thresholds_for(dtype, ends, closed="left")
