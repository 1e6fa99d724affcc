"""From a raster of elevations to a kernel, and from its result to a raster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.earth import HIGHEST_M, LOWEST_M
from ecozoning.errors import ParameterError
from ecozoning.raster.grid import grid_of
from ecozoning.raster.values import as_raster, is_lazy, judge_of, nodata_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning._apply import Kernel
    from ecozoning.raster.grid import RasterGrid

__all__ = ["checked_grid", "of_elevations"]

LEAST_CELL_M: Final = 0.01
"""Below it cells of a map in metres are degrees under a wrong CRS: 30'' is 0.0083."""


def of_elevations(
    kernel: Kernel,
    dem: xr.DataArray,
    *,
    halo: int,
    rows: Sequence[NDArray[np.float64]] = (),
    parameters: Sequence[float | np.float32] = (),
    labels: tuple[str, str, str],
) -> xr.DataArray:
    """Run a kernel over elevations; `labels` are name, units and long name to be."""
    data = apply(
        kernel,
        [dem.data],
        dtype=np.float32,
        halo=halo,
        rows=rows,
        parameters=(_blank(dem), *parameters),
        judge=_judge(whole=not is_lazy([dem])),
    )
    name, units, long_name = labels
    return as_raster(data, dem, name=name, units=units, long_name=long_name)


def checked_grid(dem: xr.DataArray, *, least_cells: int = 1) -> RasterGrid:
    """Return the grid of elevations, insisting that its cells are metres long."""
    grid = grid_of(dem, name="dem", metric=True, least_cells=least_cells)
    if not grid.is_geographic and min(abs(grid.dx), abs(grid.dy)) < LEAST_CELL_M:
        msg = (
            f"`dem` has cells of {abs(grid.dx):.3g} x {abs(grid.dy):.3g} m by its CRS, "
            "as if these were degrees; state the right CRS, e.g. "
            "`dem.rio.write_crs('EPSG:4490')`."
        )
        raise ParameterError(msg)
    return grid


def _blank(dem: xr.DataArray) -> Any:  # noqa: ANN401 -- a NumPy scalar
    """Return the nodata value, of the type to compute in; NaN if there is none.

    That is float32 where it holds what is stored exactly, else float64.
    """
    kind = dem.dtype
    exact = kind.itemsize <= 2 or kind.newbyteorder("=") == np.float32
    work = np.float32 if exact else np.float64
    nodata = nodata_of(dem)
    with np.errstate(over="ignore"):
        blank = work(nodata)
    # What the type cannot hold, no cell can be.
    return work(np.nan) if np.isinf(blank) and np.isfinite(nodata) else blank


def _judge(*, whole: bool) -> Callable[[NDArray[np.int64]], None]:
    """Return a judge of faults: cells with a value, infinite, not on Earth."""
    common = judge_of("dem", whole=whole)

    def judge(faults: NDArray[np.int64]) -> None:
        common(faults)
        if faults[2]:
            msg = (
                f"`dem` has {int(faults[2])} cells outside {LOWEST_M:g} to "
                f"{HIGHEST_M:g} m, the range of elevations on Earth; if they stand for "
                "nodata, say so with e.g. `dem = dem.rio.write_nodata(-32768)`."
            )
            raise ParameterError(msg)

    return judge
