"""A job over a whole raster, or over the blocks of a lazy one, one after the other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning._apply import plain_array
from ecozoning._optional import import_optional
from ecozoning.overlay.footprints import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecozoning.raster.grid import RasterGrid

    Job = Callable[..., Any]

__all__ = ["over_blocks"]


def over_blocks(job: Job, arrays: Sequence[Any], grid: RasterGrid) -> list[Any]:
    """
    Return what a job makes of each block: ``job(window, *blocks, threads=...)``.

    Arrays of NumPy are one block. Those of Dask are computed, a block in each of Dask's
    threads at a time, and nothing is kept of them but what the job returns.
    """
    if all(isinstance(array, np.ndarray) for array in arrays):
        whole = _window(grid, (0, grid.rows), (0, grid.columns))
        return [job(whole, *map(plain_array, arrays), threads=None)]
    da: Any = import_optional("dask.array", extra="dask")
    dask: Any = import_optional("dask", extra="dask")
    first = next(array for array in arrays if not isinstance(array, np.ndarray))
    lazy = [da.asarray(array).rechunk(first.chunks).to_delayed() for array in arrays]
    call, shared = dask.delayed(_in_one_thread), dask.delayed(job, traverse=False)
    ends = [list(pairwise(np.cumsum((0, *sizes)).tolist())) for sizes in first.chunks]
    parts = [
        call(shared, _window(grid, rows, columns), *(array[i, j] for array in lazy))
        for i, rows in enumerate(ends[0])
        for j, columns in enumerate(ends[1])
    ]
    return list(dask.compute(*parts))


def _in_one_thread(job: Job, window: Window, *blocks: Any) -> Any:  # noqa: ANN401 -- the job's
    return job(window, *map(plain_array, blocks), threads=1)


def _window(
    grid: RasterGrid, rows: tuple[int, int], columns: tuple[int, int]
) -> Window:
    """Return the window of some rows and columns of the array of a raster."""
    first, last = rows
    if grid.dy < 0:
        return Window(first, last, *columns, -first, 1)
    rows_up = grid.rows - last, grid.rows - first
    return Window(*rows_up, *columns, grid.rows - 1 - first, -1)
