"""NDVI of bare soil and of full vegetation, as percentiles of a scene.

Both are read off a histogram that one pass fills. In memory a second pass gathers the
values of the few bins that hold the percentiles, and these are exact; with Dask the
histogram decides alone, so that each block is read once and memory stays constant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import plain_array, run_kernel
from ecozoning._kernels.spectral import BINS, count_bins, gather
from ecozoning._optional import import_optional
from ecozoning.errors import ParameterError
from ecozoning.raster.grid import grid_of
from ecozoning.raster.values import is_lazy, judge_of, nodata_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float64]
    Judge = Callable[[NDArray[np.int64]], None]
    Counts = NDArray[np.int64]
    Pair = tuple[float, float]

__all__ = ["end_members", "judge_of_ndvi", "members_of"]

_STRIPS: Final = 64
"""Parts of a raster with a histogram each, shared out to threads: 10 MB in all."""
_FAN_IN: Final = 8
"""Histograms of blocks added up at a time: so few wait in memory."""
_WIDTH: Final = 2.0 / BINS


def end_members(
    ndvi: xr.DataArray, percentiles: tuple[float, float] = (5, 95)
) -> tuple[float, float]:
    """
    Return the NDVI of bare soil and of full vegetation, as percentiles of a scene.

    Take them from one scene, or from a composite of the growing season, and hand them
    to `vegetation_cover` for others that shall be compared with it.

    Parameters
    ----------
    ndvi : xarray.DataArray, dims (y, x)
        NDVI from -1 to 1, in any CRS.
    percentiles : tuple of two float, default (5, 95)
        Of soil and of vegetation, 0 <= soil < vegetation <= 100.

    Returns
    -------
    tuple of two float
        Soil and vegetation. Percentiles of the cells with a value, those between two
        values interpolated linearly (method ``linear`` of NumPy). Exact in memory; with
        Dask, which computes them here, within 0.0001, the width of a bin.

    Raises
    ------
    MissingCRSError
        If `ndvi` has no CRS.
    ParameterError
        If `ndvi` has infinite values or some beyond -1 to 1, or is no raster; if
        `percentiles` are out of order; if both have one NDVI.
    NoDataError
        If no cell has a value.

    Examples
    --------
    Of 0, 0.01, ..., 1 the percentiles are hundredths.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [0.0], "x": 30.0 * np.arange(101)}
    >>> values = np.arange(101.0)[None] / 100
    >>> ndvi = xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)
    >>> end_members(ndvi)
    (0.05, 0.95)
    """
    grid_of(ndvi, name="ndvi")
    members = members_of(ndvi, None, None, percentiles)
    found: Pair = members.compute() if is_lazy([ndvi]) else members
    return found


def members_of(
    ndvi: xr.DataArray,
    soil: float | None,
    vegetation: float | None,
    percentiles: tuple[float, float],
) -> Any:  # noqa: ANN401 -- two numbers, or a `dask.Delayed` of them
    """Return both end members: the given ones, and percentiles for those left out."""
    asked = _check_percentiles(percentiles)
    given = (_check_member("soil", soil), _check_member("vegetation", vegetation))
    if None not in given:
        return _in_order((), given, asked, 0.0)
    if not is_lazy([ndvi]):
        return _in_order(_exact(ndvi, asked), given, asked, 0.0)
    delayed = import_optional("dask", extra="dask").delayed
    return delayed(_in_order)(_sketched(ndvi, asked), given, asked, _WIDTH)


def judge_of_ndvi(*, whole: bool) -> Judge:
    """Return a judge of faults (with a value, infinite, beyond -1 to 1)."""
    plainly = judge_of("ndvi", whole=whole)

    def judge(faults: Counts) -> None:
        plainly(faults)
        if faults[2]:
            msg = (
                f"`ndvi` has {faults[2]} cells beyond -1 to 1; scale stored numbers, "
                "e.g. `ndvi * 0.0001`, name the nodata value with "
                "`ndvi.rio.write_nodata(...)`, and bring what comes of reflectance "
                "below 0 back with `ndvi.clip(-1, 1)`."
            )
            raise ParameterError(msg)

    return judge


def _check_percentiles(percentiles: tuple[float, float]) -> Pair:
    """Insist on two numbers in order from 0 to 100."""
    pair = np.asarray(percentiles)
    numbers = pair.shape == (2,) and pair.dtype.kind in "iuf"
    if not numbers or not 0 <= pair[0] < pair[1] <= 100:
        msg = (
            f"`percentiles` is {percentiles!r}, but two numbers are needed, that of "
            "soil and the larger one of vegetation, from 0 to 100, e.g. `(5, 95)`."
        )
        raise ParameterError(msg)
    return float(pair[0]), float(pair[1])


def _check_member(name: str, value: float | None) -> float | None:
    """Insist on an NDVI, if there is one."""
    if value is not None and not -1 <= value <= 1:
        msg = f"`{name}` is {value!r}, but an NDVI from -1 to 1 is needed."
        raise ParameterError(msg)
    return None if value is None else float(value)


def _in_order(
    found: tuple[float, ...],
    given: tuple[float | None, float | None],
    asked: Pair,
    blur: float,
) -> Pair:
    """Return soil and vegetation, insisting that they are further apart than `blur`."""
    soil, vegetation = (
        found[i] if value is None else value for i, value in enumerate(given)
    )
    if not vegetation - soil > blur:
        told = [
            f"{value:g} ({'given' if said is not None else f'percentile {part:g}'})"
            for value, said, part in zip((soil, vegetation), given, asked, strict=True)
        ]
        msg = (
            f"`ndvi` of soil is {told[0]} and of vegetation {told[1]}, but soil must "
            "be below vegetation; give `soil` and `vegetation`, percentiles further "
            "apart, or a larger extract."
        )
        raise ParameterError(msg)
    return soil, vegetation


def _exact(ndvi: xr.DataArray, asked: Pair) -> tuple[float, ...]:
    """Return percentiles of a raster in memory."""
    values, nothing = plain_array(ndvi.data), nodata_of(ndvi)
    height = -(-values.shape[0] // _STRIPS)
    counts = _histograms(values, nothing, height, judge_of_ndvi(whole=True))
    total = counts.sum(axis=0)
    ranks, parts = _ranks(total, asked)
    bins = np.searchsorted(np.cumsum(total), ranks, side="right")
    wanted = np.zeros(BINS, dtype=bool)
    wanted[bins] = True
    per_strip = counts[:, wanted].sum(axis=1)
    picked = np.empty(int(per_strip.sum()))
    places = np.cumsum(per_strip) - per_strip
    run_kernel(gather, [values, wanted, picked], places, (nothing, height))
    # Among the picked values those of all unwanted bins further down are missing.
    ranks -= np.cumsum(np.where(wanted, 0, total))[bins]
    picked.partition(np.unique(ranks))
    return _blend(picked[ranks], parts)


def _sketched(ndvi: xr.DataArray, asked: Pair) -> Any:  # noqa: ANN401 -- a `dask.Delayed`
    """Return percentiles of a raster held by Dask, to be read off its histogram."""
    delayed = import_optional("dask", extra="dask").delayed
    count, add = delayed(_block_counts, pure=True), delayed(_add, pure=True)
    blocks = ndvi.data.to_delayed().ravel().tolist()
    sums = [count(block, nodata_of(ndvi)) for block in blocks]
    while len(sums) > 1:
        sums = [add(sums[i : i + _FAN_IN]) for i in range(0, len(sums), _FAN_IN)]
    return delayed(_read_off)(sums[0], asked)


def _block_counts(block: Array, nothing: float) -> Counts:
    """Return the histogram of a block, in the thread of Dask."""
    judge = judge_of_ndvi(whole=False)
    counts: Counts = _histograms(plain_array(block), nothing, len(block), judge, 1)[0]
    return counts


def _add(counts: list[Counts]) -> Counts:
    """Return the sum of histograms."""
    total: Counts = np.sum(counts, axis=0)
    return total


def _read_off(total: Counts, asked: Pair) -> tuple[float, ...]:
    """Return percentiles as if the values of a bin lay evenly in it."""
    if not total.any():
        judge_of_ndvi(whole=True)(np.zeros(3, dtype=np.int64))
    ranks, parts = _ranks(total, asked)
    ends = np.cumsum(total)
    bins = np.searchsorted(ends, ranks, side="right")
    inside = (ranks - (ends - total)[bins] + 0.5) / total[bins]
    return _blend(-1.0 + _WIDTH * (bins + inside), parts)


def _histograms(
    values: Array, nothing: float, height: int, judge: Judge, threads: int | None = None
) -> Counts:
    """Return a histogram of each strip of so many rows, (strips, BINS)."""
    counts = np.empty((-(-values.shape[0] // height), BINS), dtype=np.int64)
    job = (nothing, height)
    judge(run_kernel(count_bins, [values], counts, job, threads=threads))
    return counts


def _ranks(total: Counts, asked: Pair) -> tuple[Counts, Floats]:
    """Return the ranks below and above each percentile, (2, 2), and where it lies."""
    cells = int(total.sum())
    place = (cells - 1) * np.array(asked) / 100
    lower = np.floor(place).astype(np.int64)
    return np.stack([lower, np.minimum(lower + 1, cells - 1)]), place - lower


def _blend(values: Floats, parts: Floats) -> tuple[float, ...]:
    """Return what lies between the values below and above."""
    found: list[float] = (values[0] + (values[1] - values[0]) * parts).tolist()
    return tuple(found)
