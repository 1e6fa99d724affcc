"""The values of a raster in ascending order with how often they occur.

Exact as long as there are at most `LIMIT` different ones. More are put into groups of
neighbours with about equal numbers of cells, so that a rank is off by a few parts in
`LIMIT` at most, and memory stays the same for any raster.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import thread_count
from ecozoning._optional import import_optional
from ecozoning.raster.values import is_lazy, judge_of, nodata_of

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float64]

__all__ = ["LIMIT", "Summary", "grouped", "summary_of", "valid_values"]

LIMIT: Final = 1 << 18
FAN_IN: Final = 8
STRIP_CELLS: Final = 1 << 22
PIECE_CELLS: Final = 1 << 20


@dataclass(frozen=True)
class Summary:
    """Groups of values in ascending order; a group holds one value if `exact`.

    Attributes
    ----------
    low, high : numpy.ndarray of float64
        Least and greatest value of each group.
    count : numpy.ndarray of int64
        Cells of each group.
    total : numpy.ndarray of float64
        Sum of each group.
    exact : bool
        Whether every group is one value.
    """

    low: Floats
    high: Floats
    count: NDArray[np.int64]
    total: Floats
    exact: bool = True


def valid_values(values: Array, nodata: float, *, name: str) -> Array:
    """Return the values of cells that have one, refusing infinite ones."""
    flat = np.asarray(values).ravel()
    known = flat == flat
    if nodata == nodata:
        known &= flat != nodata
    kept: Array = flat[known]
    infinite = int(np.isinf(kept).sum()) if kept.dtype.kind == "f" else 0
    judge_of(name, whole=False)(np.array([kept.size, infinite]))
    return kept


def summary_of(raster: xr.DataArray, *, name: str, least: float | None = None) -> Any:  # noqa: ANN401 -- a Summary, or a `dask.Delayed` of one
    """Return the summary of a raster, delayed if it is; `least` leaves smaller out."""
    nodata = nodata_of(raster)

    def part(values: Array) -> Summary:
        return _of_part(valid_values(values, nodata, name=name), least)

    if is_lazy([raster]):
        delayed = import_optional("dask", extra="dask").delayed
        one, add = delayed(part, pure=False), delayed(_merged, pure=False)
        parts = [one(block) for block in raster.data.to_delayed().ravel().tolist()]
        while len(parts) > 1:
            parts = [add(parts[i : i + FAN_IN]) for i in range(0, len(parts), FAN_IN)]
        return parts[0]
    height = max(1, STRIP_CELLS // raster.shape[1])
    strips = [raster.data[i : i + height] for i in range(0, raster.shape[0], height)]
    with ThreadPoolExecutor(thread_count()) as pool:
        merged = _of_part(np.empty(0), None)
        for i in range(0, len(strips), FAN_IN):
            merged = _merged([merged, *pool.map(part, strips[i : i + FAN_IN])])
    return merged


def _of_part(values: Array, least: float | None) -> Summary:
    """Return the summary of values that are all there."""
    if least is not None:
        values = values[values >= least]
    # Sorting takes several times the room of the values: a piece after the other.
    pieces = np.array_split(values, max(1, -(-values.size // PIECE_CELLS)))
    parts = [_of_piece(piece) for piece in pieces]
    return parts[0] if len(parts) == 1 else _merged(parts)


def _of_piece(values: Array) -> Summary:
    found, count = np.unique(values, return_counts=True)
    distinct = found.astype(np.float64)
    return grouped(Summary(distinct, distinct, count, distinct * count), LIMIT)


def _merged(parts: list[Summary]) -> Summary:
    """Return the summary of all values together."""
    low, high, count, total = (
        np.concatenate([getattr(part, field) for part in parts])
        for field in ("low", "high", "count", "total")
    )
    order = np.lexsort([low, high])
    low, high, count, total = low[order], high[order], count[order], total[order]
    exact = all(part.exact for part in parts)
    if exact and low.size:
        starts = np.flatnonzero(np.diff(low, prepend=-np.inf))
        low = high = low[starts]
        count, total = np.add.reduceat(count, starts), np.add.reduceat(total, starts)
    return grouped(Summary(low, high, count, total, exact), LIMIT)


def grouped(summary: Summary, limit: int) -> Summary:
    """Return at most about so many groups, of equal numbers of cells."""
    if summary.low.size <= limit:
        return summary
    middle = np.cumsum(summary.count) - summary.count / 2
    group = (middle * (limit / summary.count.sum())).astype(np.int64)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    return Summary(
        np.minimum.reduceat(summary.low, starts),
        np.maximum.reduceat(summary.high, starts),
        np.add.reduceat(summary.count, starts),
        np.add.reduceat(summary.total, starts),
        exact=False,
    )
