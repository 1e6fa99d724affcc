"""Rasters of quantities turned into classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ecozoning._apply import apply, plain_array
from ecozoning.errors import ParameterError
from ecozoning.raster.class_labels import class_table, code_type
from ecozoning.raster.grid import grid_of
from ecozoning.raster.values import (
    class_raster,
    is_lazy,
    judge_of,
    nodata_of,
    reads_around,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import xarray as xr
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Label = int | str | tuple[int, str]

__all__ = ["class_codes", "reclassify", "thresholds_for"]

EXACT: Final = {"uint8": "int16", "int16": "int32", "uint16": "int32"}
"""Types of thresholds that the values of small whole numbers cannot leave."""


@reads_around(0)
def reclassify(
    raster: xr.DataArray,
    breaks: ArrayLike,
    labels: Sequence[Label],
    *,
    closed: Literal["right", "left"] = "right",
    outside: Literal["error", "nodata"] = "error",
) -> xr.DataArray:
    """
    Return the class of each value.

    Parameters
    ----------
    raster : xarray.DataArray, dims (y, x)
        Quantities.
    breaks : array_like of float
        Ascending. Either the ends of all classes, one more than there are labels; the
        first and the last may be infinite. Or those between classes only, one less.
    labels : sequence of str, int or (int, str)
        A class for each interval: words are numbered from 1, numbers are called
        ``class_1`` and so on, pairs are number and word. A label may be repeated.
    closed : {"right", "left"}
        Which class a value on an inner break belongs to: the one below, ``(a, b]``, or
        the one above, ``[a, b)``. The outermost breaks belong to their classes.
    outside : {"error", "nodata"}
        What becomes of values beyond the outermost breaks.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8, int16 or int32
        Class numbers with `flag_values` and `flag_meanings`. Nodata is 255, or the
        least number of the type if labels are below 0 or above 254. Lazy if `raster`
        is.

    Raises
    ------
    ParameterError
        If `breaks` do not ascend, are NaN, or do not fit in number; if a label is none,
        or one number has two words; if values are infinite, or beyond the outermost
        breaks while `outside` is ``"error"``, which a lazy raster says when computed.
    MissingCRSError
        If `raster` has no CRS.
    NoDataError
        If `raster` is in memory and has no value.

    Notes
    -----
    Values are compared with the breaks exactly, whatever the type of the raster: a
    float32 value never moves over a break by rounding.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60]}
    >>> slope = xr.DataArray([[0.0, 2, 6], [6.1, 25, 40]], axes, ("y", "x"))
    >>> slope = slope.rio.write_crs(4547)
    >>> steepness = reclassify(slope, [6, 25], ["gentle", "moderate", "steep"])
    >>> steepness.to_numpy()
    array([[1, 1, 1],
           [2, 2, 3]], dtype=uint8)
    >>> steepness.attrs["flag_meanings"]
    'gentle moderate steep'
    """
    grid_of(raster, name="raster")
    if closed not in ("right", "left") or outside not in ("error", "nodata"):
        msg = (
            f"`closed` is {closed!r} and `outside` {outside!r}, but 'right' or 'left', "
            "and 'error' or 'nodata' are needed."
        )
        raise ParameterError(msg)
    values, classes = class_table(labels)
    ends = _ends(breaks, len(values))
    strict = _judge(ends, whole=not is_lazy([raster]), loud=outside == "error")
    data, nodata = class_codes(
        raster, thresholds_for(raster.dtype, ends, closed=closed), values, judge=strict
    )
    name = "classes" if raster.name is None else f"{raster.name}_classes"
    told = raster.attrs.get("long_name", raster.name or "values")
    return class_raster(
        data,
        raster,
        name=name,
        long_name=f"classes of {told}",
        classes=classes,
        nodata=nodata,
    )


def class_codes(
    raster: xr.DataArray,
    thresholds: Any,  # noqa: ANN401 -- an array, or a `dask.Delayed` of one
    values: Sequence[int],
    *,
    judge: Callable[[NDArray[np.int64]], None],
) -> tuple[Any, int]:
    """
    Return an array of class numbers, and the number for nodata.

    Between `thresholds`, see `thresholds_for`, there is one class fewer; beyond them
    and without a value there is nodata.
    """
    from ecozoning._kernels.classify import classify

    kind, nodata = code_type(values)
    codes = np.array([nodata, *values, nodata, nodata], dtype=kind)
    data = apply(
        classify,
        [raster.data],
        dtype=kind,
        parameters=(thresholds, codes, nodata_of(raster)),
        judge=judge,
    )
    return data, nodata


def thresholds_for(
    dtype: np.dtype[Any], ends: Floats, *, closed: Literal["right", "left"]
) -> NDArray[Any]:
    """
    Return numbers that values of a type are greater than if they are past an end.

    The first end belongs to what is above, the last to what is below, and the inner
    ones to what is below if `closed` is "right".
    """
    kind = plain_array(np.empty((0, 0), dtype)).dtype
    above = np.full(ends.size, closed == "left")
    above[0], above[-1] = True, False
    if kind.kind in "iu" and kind.name in EXACT:
        whole = np.where(above, np.ceil(ends) - 1, np.floor(ends))
        info = np.iinfo(kind)
        return np.clip(whole, int(info.min) - 1, info.max).astype(EXACT[kind.name])
    real = kind if kind.kind == "f" else np.dtype("float64")
    with np.errstate(over="ignore"):
        near = ends.astype(real)
    down, up = real.type(-np.inf), real.type(np.inf)
    at_most = np.where(near > ends, np.nextafter(near, down), near)
    at_least = np.where(near < ends, np.nextafter(near, up), near)
    return np.where(above, np.nextafter(at_least, down), at_most).astype(real)


def _ends(breaks: ArrayLike, classes: int) -> Floats:
    """Return the ends of all classes, insisting that they ascend."""
    ends = np.asarray(breaks)
    if ends.ndim != 1 or ends.dtype.kind not in "iuf":
        msg = f"`breaks` is {breaks!r}, but a sequence of numbers is needed."
        raise ParameterError(msg)
    ends = ends.astype(np.float64)
    if ends.size == classes - 1:
        ends = np.concatenate([[-np.inf], ends, [np.inf]])
    elif ends.size != classes + 1:
        msg = (
            f"`breaks` has {ends.size} numbers and `labels` {classes} classes; give "
            f"{classes + 1} breaks with the outermost ones, or {classes - 1} without."
        )
        raise ParameterError(msg)
    if np.isnan(ends).any() or not (ends[1:] > ends[:-1]).all():
        msg = f"`breaks` is {ends.tolist()}, but numbers that ascend are needed."
        raise ParameterError(msg)
    return ends


def _judge(
    ends: Floats, *, whole: bool, loud: bool
) -> Callable[[NDArray[np.int64]], None]:
    """Return a judge of faults (with a value, infinite, outside)."""
    plainly = judge_of("raster", whole=whole)

    def judge(faults: NDArray[np.int64]) -> None:
        plainly(faults)
        if loud and faults[2]:
            msg = (
                f"`raster` has {faults[2]} values outside {ends[0]:g} to {ends[-1]:g}; "
                "widen the outermost `breaks`, e.g. to -inf and inf, or make these "
                "nodata with `outside='nodata'`."
            )
            raise ParameterError(msg)

    return judge
