"""Quantities brought to 0 to 1, so that they can be multiplied and weighed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.factors import rescale
from ecozoning._optional import import_optional
from ecozoning.errors import ParameterError
from ecozoning.raster.grid import grid_of
from ecozoning.raster.values import as_raster, is_lazy, judge_of, nodata_of

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Pair = tuple[float, float]

__all__ = ["normalised"]


def normalised(
    raster: xr.DataArray, *, low: float | None = None, high: float | None = None
) -> xr.DataArray:
    r"""
    Return a quantity brought to 0 to 1: :math:`(x - low) / (high - low)`.

    Parameters
    ----------
    raster : xarray.DataArray, dims (y, x)
        Any quantity.
    low, high : float, optional
        What becomes 0 and 1; values beyond are cut off there. What is left out is the
        least, or the greatest, value of the raster. With these the result depends on
        the extract: to compare studies, give both.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        0 to 1, NaN where `raster` has no value; lazy if `raster` is, which is then
        read twice. In memory attributes `low` and `high` say what was used.

    Raises
    ------
    ParameterError
        If `low` is not below `high`, as in a constant raster, or values are infinite;
        a lazy raster is judged when computed.
    MissingCRSError
        If `raster` has no CRS.
    NoDataError
        If no cell has a value.

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> rain = xr.DataArray([[200.0, 300, 600]], axes, ("y", "x")).rio.write_crs(4547)
    >>> normalised(rain).to_numpy()
    array([[0.  , 0.25, 1.  ]], dtype=float32)
    """
    grid_of(raster, name="raster")
    lazy = is_lazy([raster])
    ends: Any
    if low is not None and high is not None:
        ends = _ordered(low, high)
    elif lazy:
        ends = _lazy_ends(raster, low, high)
    else:
        ends = _merged([_extremes(raster.data, nodata_of(raster))], low, high)
    data = apply(
        rescale,
        [raster.data],
        dtype=np.float32,
        parameters=(nodata_of(raster), ends),
        judge=judge_of("raster", whole=not lazy),
    )
    name = "normalised" if raster.name is None else f"{raster.name}_normalised"
    told = raster.attrs.get("long_name", raster.name or "values")
    made = as_raster(data, raster, name=name, units="1", long_name=f"{told}, 0 to 1")
    if isinstance(ends, tuple):
        made.attrs |= dict(zip(("low", "high"), ends, strict=True))
    return made


def _extremes(values: NDArray[Any], nodata: float) -> Pair:
    """Return the least and the greatest value, infinite the wrong way without one."""
    if nodata == nodata:
        values = values[values != nodata]
    least = np.fmin.reduce(values, axis=None, initial=np.inf)
    return float(least), float(np.fmax.reduce(values, axis=None, initial=-np.inf))


def _merged(pairs: list[Pair], low: float | None, high: float | None) -> Pair:
    """Return the ends of all parts, where none are given."""
    least, most = min(pair[0] for pair in pairs), max(pair[1] for pair in pairs)
    if least > most:
        return 0.0, 1.0  # no value: the judge of the kernel says so
    return _ordered(least if low is None else low, most if high is None else high)


def _lazy_ends(raster: xr.DataArray, low: float | None, high: float | None) -> Any:  # noqa: ANN401 -- a Delayed
    delayed = import_optional("dask", extra="dask").delayed
    nodata = nodata_of(raster)
    blocks = raster.data.to_delayed().ravel()
    pairs = [delayed(_extremes)(block, nodata) for block in blocks]
    return delayed(_merged)(pairs, low, high)


def _ordered(low: float, high: float) -> Pair:
    """Return two ends, insisting that the first is below the second."""
    if not low < high:
        msg = (
            f"`low` is {low!r} and `high` {high!r}, but low < high is needed; a "
            "constant raster has no scale, so give both."
        )
        raise ParameterError(msg)
    return float(low), float(high)
