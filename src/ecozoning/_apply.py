"""The one bridge between kernels and rasters held by NumPy or Dask.

A kernel is compiled without the interpreter's lock and fills some rows of an array that
it is given::

    faults = kernel(*inputs, out, first_row, last_row, *parameters)

It may read its inputs around these rows, as far as they go. `faults` is a tuple of
counts. Rows are shared out to threads here, so that kernels know nothing of threads and
the same kernel serves a whole array and a block of a Dask array.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._optional import import_optional
from ecozoning._threads import one_thread, share_out, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Kernel = Callable[..., tuple[int, ...]]
    Judge = Callable[[NDArray[np.int64]], None]

__all__ = [
    "apply",
    "apply_stack",
    "one_thread",
    "plain_array",
    "run_kernel",
    "thread_count",
]

BAND_CELLS: Final = 1 << 20
"""Cells that a thread takes at a time: enough to hide the call, few enough to share."""
LEAST_ROWS: Final = 16
LEAST_HALOS: Final = 16
"""Height of a band in halos: what two bands both read stays under an eighth."""
PLAIN: Final = frozenset({"uint8", "int16", "uint16", "int32", "float32", "float64"})
"""Types that kernels are compiled for; others are widened without loss below 2**53."""


def run_kernel(
    kernel: Kernel,
    inputs: Sequence[Array],
    out: Array,
    parameters: Sequence[Any] = (),
    *,
    threads: int | None = None,
    ends: Sequence[int] | None = None,
    halo: int = 0,
    axis: int = 0,
) -> NDArray[np.int64]:
    """
    Fill `out` row by row with a kernel, in threads, and return the summed faults.

    `ends` are where bands of rows begin and end, if some are more work than others;
    `halo` is how many rows a kernel reads around one; `axis` is that of the rows in
    `out`.
    """
    rows = out.shape[axis]
    workers = min(threads or thread_count(), rows)
    if workers == 1:
        return np.asarray(kernel(*inputs, out, 0, rows, *parameters), dtype=np.int64)
    edges = ends or _bands(rows, out.size // max(rows, 1), workers, halo)

    def band(ends: tuple[int, int]) -> tuple[int, ...]:
        return kernel(*inputs, out, *ends, *parameters)

    faults = share_out(band, list(pairwise(edges)), workers)
    total: NDArray[np.int64] = np.sum(faults, axis=0, dtype=np.int64)
    return total


def _bands(rows: int, columns: int, workers: int, halo: int) -> list[int]:
    """Return where bands of rows begin and end."""
    height = max(LEAST_ROWS, LEAST_HALOS * halo, BAND_CELLS // max(columns, 1))
    height = min(height, -(-rows // workers))
    return [*range(0, rows, height), rows]


def apply(
    kernel: Kernel,
    arrays: Sequence[Any],
    *,
    dtype: Any,  # noqa: ANN401 -- whatever NumPy takes for one
    halo: int = 0,
    rows: Sequence[Array] = (),
    parameters: Sequence[Any] = (),
    judge: Judge | None = None,
) -> Any:  # noqa: ANN401 -- the array type of the inputs decides
    """
    Run a kernel over arrays of one shape, eagerly or lazily as the first one is.

    Parameters
    ----------
    kernel : callable
        See the module. It is called with the arrays, then `rows`, as inputs.
    arrays : sequence of numpy.ndarray or dask.array.Array
        Two-dimensional, of one shape.
    dtype : dtype
        Of the result.
    halo : int
        Rows and columns that the kernel reads around a cell. Blocks of a Dask array are
        widened by it; beyond the raster there is nothing.
    rows : sequence of numpy.ndarray
        Parameters with one entry per row, cut along with the blocks.
    parameters : sequence
        Handed to the kernel as they are. With Dask any of them may be a `Delayed`,
        which the kernel gets computed.
    judge : callable, optional
        Takes the summed faults of the raster, or of each block, and raises.
    """
    job = _Job(kernel, np.dtype(dtype), judge, halo)
    if all(isinstance(array, np.ndarray) for array in arrays):
        return job((*arrays, *rows), tuple(parameters))
    return _lazily(job, arrays, halo, rows, tuple(parameters))


class _Job:
    """A kernel, its type of result, judge and halo; Dask can send it elsewhere."""

    def __init__(
        self, kernel: Kernel, dtype: np.dtype[Any], judge: Judge | None, halo: int
    ) -> None:
        self.kernel, self.dtype, self.judge, self.halo = kernel, dtype, judge, halo

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        """Return what two jobs that do the same have in common."""
        name = f"{self.kernel.__module__}.{self.kernel.__name__}"
        return (name, self.dtype.str)

    def __call__(
        self,
        inputs: Sequence[Array],
        parameters: Sequence[Any],
        threads: int | None = None,
    ) -> Array:
        inputs = tuple(plain_array(array) for array in inputs)
        out = np.empty(inputs[0].shape, self.dtype)
        faults = run_kernel(
            self.kernel, inputs, out, parameters, threads=threads, halo=self.halo
        )
        if self.judge is not None:
            self.judge(faults)
        return out

    def block(
        self,
        trim: tuple[int, int, int, int],
        rows: Sequence[Array],
        parameters: Sequence[Any],
        *blocks: Array,
    ) -> Array:
        """Compute a widened block in this thread; Dask has its own; then trim it."""
        out = self((*blocks, *rows), parameters, threads=1)
        top, bottom, left, right = trim
        inner = out[top : out.shape[0] - bottom, left : out.shape[1] - right]
        return np.ascontiguousarray(inner)


def plain_array(array: Array) -> Array:
    """Return an array that compiled code takes: contiguous, native, a common type."""
    kind = array.dtype.newbyteorder("=")
    if kind.name not in PLAIN:
        kind = np.dtype("float32" if kind == np.float16 else "float64")
    return np.ascontiguousarray(array, dtype=kind)


def _lazily(
    job: _Job,
    arrays: Sequence[Any],
    halo: int,
    rows: Sequence[Array],
    parameters: tuple[Any, ...],
) -> Any:  # noqa: ANN401 -- a Dask array
    da: Any = import_optional("dask.array", extra="dask")
    delayed = import_optional("dask", extra="dask").delayed

    first = next(array for array in arrays if not isinstance(array, np.ndarray))
    lazy = [da.asarray(array).rechunk(first.chunks) for array in arrays]
    height, width = first.shape
    compute = delayed(job.block, pure=True, traverse=False)

    def piece(top: int, bottom: int, left: int, right: int) -> Any:  # noqa: ANN401
        up, low = max(0, top - halo), min(height, bottom + halo)
        west, east = max(0, left - halo), min(width, right + halo)
        trim = (top - up, low - bottom, left - west, east - right)
        blocks = [array[up:low, west:east] for array in lazy]
        lines = [line[up:low] for line in rows]
        done = compute(trim, lines, parameters, *blocks)
        return da.from_delayed(done, (bottom - top, right - left), job.dtype)

    edges = [np.cumsum((0, *sizes)).tolist() for sizes in first.chunks]
    return da.block(
        [
            [piece(*vertical, *horizontal) for horizontal in pairwise(edges[1])]
            for vertical in pairwise(edges[0])
        ]
    )


def apply_stack(
    kernel: Kernel,
    stacks: Sequence[Any],
    *,
    layers: int,
    dtype: Any = np.float32,  # noqa: ANN401 -- whatever NumPy takes for one
    parameters: Sequence[Any] = (),
    judge: Judge | None = None,
) -> Any:  # noqa: ANN401 -- the array type of the inputs decides
    """
    Run a kernel over stacks of layers, eagerly or lazily as they are.

    Parameters
    ----------
    kernel : callable
        See the module; inputs and `out` have the rows along their second axis.
    stacks : sequence of numpy.ndarray or dask.array.Array
        (time, rows, columns), of one grid. A NumPy array of (time, 1, 1) is handed to
        every block as it is. Layers of a Dask array are gathered, block by block.
    layers : int
        Of the result, (layers, rows, columns).
    dtype : dtype
        Of the result.
    parameters : sequence
        Handed to the kernel as they are.
    judge : callable, optional
        Takes the summed faults of the stack, or of each block, and raises.
    """
    job = _StackJob(kernel, (layers, np.dtype(dtype)), tuple(parameters), judge)
    if all(isinstance(stack, np.ndarray) for stack in stacks):
        return job(*stacks)
    da: Any = import_optional("dask.array", extra="dask")
    first = next(stack for stack in stacks if not isinstance(stack, np.ndarray))
    blocks = [
        da.asarray(stack).rechunk((stack.shape[0], *first.chunks[1:]))
        if stack.shape[1:] == first.shape[1:]
        else stack
        for stack in stacks
    ]
    return da.map_blocks(
        job,
        *blocks,
        threads=1,
        chunks=((layers,), *first.chunks[1:]),
        dtype=dtype,
        meta=np.empty((0, 0, 0), dtype),
    )


class _StackJob:
    """A kernel over stacks with its parameters; Dask can send it elsewhere."""

    def __init__(
        self,
        kernel: Kernel,
        made: tuple[int, np.dtype[Any]],
        parameters: tuple[Any, ...],
        judge: Judge | None,
    ) -> None:
        self.kernel, (self.layers, self.dtype) = kernel, made
        self.parameters, self.judge = parameters, judge

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        """Return what two jobs that do the same have in common."""
        name = f"{self.kernel.__module__}.{self.kernel.__name__}"
        return (name, self.layers, self.dtype.str, self.parameters)

    def __call__(self, *stacks: Array, threads: int | None = None) -> Array:
        inputs = tuple(plain_array(stack) for stack in stacks)
        out = np.empty((self.layers, *inputs[0].shape[1:]), self.dtype)
        faults = run_kernel(
            self.kernel, inputs, out, self.parameters, threads=threads, axis=1
        )
        if self.judge is not None:
            self.judge(faults)
        return out
