"""Local relief (地形起伏度), and the window that suits a terrain."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from ecozoning._kernels import focal as kernels
from ecozoning._optional import import_optional
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.elevations import checked_grid, of_elevations
from ecozoning.raster.values import is_lazy, reads_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["ReliefWindow", "best_relief_window", "local_relief"]

LEAST_WINDOWS: Final = 3
"""Two segments of which one has a spread."""


@dataclass(frozen=True, eq=False)
class ReliefWindow:
    """The window from which on relief grows with area as it does in all larger ones.

    Attributes
    ----------
    window_cells : int
        Its side.
    area_m2 : float
        Its area; of degrees, where cells have their mean size.
    table : pandas.DataFrame
        One row per window: `window_cells`, `area_m2`, `mean_relief_m`, `log_relief`
        (logarithm of mean relief in m over area in m2), `spread` (S_i, the sum of
        squares about the means of the windows before this one and of those from it on)
        and `gain` (S - S_i), the last two NaN in the first row.
    """

    window_cells: int
    area_m2: float
    table: pd.DataFrame


@reads_around(lambda window_cells: _checked_window(window_cells) // 2)
def local_relief(dem: xr.DataArray, *, window_cells: int) -> xr.DataArray:
    """
    Return highest less lowest in a moving square window around each cell.

    The window moves cell by cell; it does not part the raster into blocks. Time hardly
    depends on its size: 31 cells take about a quarter longer than 11.

    Parameters
    ----------
    dem : xarray.DataArray, dims (y, x)
        Elevations in metres, CRS in metres or degrees; NaN or a declared nodata value
        where there are none.
    window_cells : int
        Side of the window, odd, 3 or more. The Chinese guides want about 20 ha: 15 at
        30 m, 9 at 50 m; `best_relief_window` asks the terrain.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Metres, 0 or more. NaN where the cell itself is nodata; other nodata cells are
        passed over, and at the rim of the raster the window is what lies inside. Lazy
        if `dem` is.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If `dem` has no CRS, or one in another unit.
    ParameterError
        If the window is even or below 3, or `dem` is in feet, has no even grid,
        infinite values, values that no place on Earth has, or cells whose size looks
        like degrees.
    NoDataError
        If all cells are nodata; told at once unless `dem` is lazy.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30, 60, 90]}
    >>> rise = np.tile([100.0, 101, 105, 111], (2, 1))
    >>> dem = xr.DataArray(rise, axes, ("y", "x")).rio.write_crs(4547)
    >>> local_relief(dem, window_cells=3).to_numpy()
    array([[ 1.,  5., 10.,  6.],
           [ 1.,  5., 10.,  6.]], dtype=float32)
    """
    window = _checked_window(window_cells)
    checked_grid(dem)
    return of_elevations(
        kernels.local_relief,
        dem,
        halo=window // 2,
        parameters=(window,),
        labels=("local_relief", "m", f"local relief, {window} x {window} cells"),
    )


def best_relief_window(
    dem: xr.DataArray, *, windows_cells: Sequence[int] = range(3, 42, 2)
) -> ReliefWindow:
    r"""
    Return the window size that suits a terrain, by the mean change point (均值变点法).

    Mean relief grows with the window, fast at first, slowly once whole slopes fit in.
    With :math:`X_i` the logarithm of mean relief over area of the i-th window, the
    windows are parted before each :math:`i`,

    .. math:: S_i = \sum_{t<i} (X_t - \bar X_{<i})^2
              + \sum_{t \ge i} (X_t - \bar X_{\ge i})^2,
              \quad S = \sum_t (X_t - \bar X)^2,

    and the best window is the one where :math:`S - S_i` is largest [1]_.

    Parameters
    ----------
    dem : xarray.DataArray, dims (y, x)
        Elevations in metres, CRS in metres or degrees; NaN or a declared nodata value
        where there are none. If lazy it is computed here, once, block by block.
    windows_cells : sequence of int
        Sides of the windows to compare, odd, growing, at least three. The answer
        depends on the largest: published studies go to a few km2.

    Returns
    -------
    ReliefWindow
        The window and the table behind it. Means are over cells with a value, all of
        one weight.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If `dem` has no CRS, or one in another unit.
    ParameterError
        If windows are even, too few or do not grow, or `dem` is flat or not sound, see
        `local_relief`.
    NoDataError
        If all cells are nodata.

    References
    ----------
    .. [1] Zhong, J. & Lu, T. (2018). Optimal statistical unit for relief amplitude in
       Southwestern China (in Chinese). Bulletin of Soil and Water Conservation 38 (1),
       175-181, doi:10.13961/j.cnki.stbctb.2018.01.031.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": np.arange(40) * -30.0, "x": np.arange(40) * 30.0}
    >>> ridges = np.tile(10 * (np.arange(40) % 8), (40, 1))  # 70 m, eight cells apart
    >>> dem = xr.DataArray(ridges, axes, ("y", "x")).rio.write_crs(4547)
    >>> best = best_relief_window(dem, windows_cells=range(3, 18, 2))
    >>> best.window_cells, best.area_m2
    (9, 72900.0)
    """
    windows = _checked_windows(windows_cells)
    areas = np.square(windows) * checked_grid(dem).cell_areas_m2().mean()
    relief = _means(dem, windows)
    logs = np.log(relief / areas)
    return _at_change(windows, areas, relief, logs)


def _checked_window(window: object) -> int:
    """Insist on an odd whole number of three cells or more."""
    whole = isinstance(window, int | np.integer) and not isinstance(window, bool)
    if not whole or window < 3 or window % 2 == 0:  # type: ignore[operator]
        msg = (
            f"`window_cells` is {window!r}, but an odd whole number, 3 or more, is "
            "needed: a window has a cell in its middle."
        )
        raise ParameterError(msg)
    return int(window)  # type: ignore[call-overload, no-any-return]


def _checked_windows(windows: Sequence[int]) -> NDArray[np.int64]:
    """Insist on enough windows that grow."""
    sides = [_checked_window(window) for window in windows]
    grow = all(one < two for one, two in pairwise(sides))
    if len(sides) < LEAST_WINDOWS or not grow:
        msg = (
            f"`windows_cells` is {list(windows)}, but at least {LEAST_WINDOWS} growing "
            "sizes are needed, e.g. `range(3, 42, 2)`."
        )
        raise ParameterError(msg)
    return np.array(sides, dtype=np.int64)


def _means(dem: xr.DataArray, windows: NDArray[np.int64]) -> Floats:
    """Return the mean relief of each window in metres, insisting that there is some."""
    reliefs = (local_relief(dem, window_cells=int(side)) for side in windows)
    sums = [(relief.sum(dtype=np.float64), relief.count()) for relief in reliefs]
    if is_lazy([dem]):
        sums = import_optional("dask", extra="dask").compute(*sums)
    total, count = np.array(sums, dtype=np.float64).T
    if not count.all():
        msg = "`dem` has no cell with a value, all are nodata; see what cut it."
        raise NoDataError(msg)
    if not total.all():
        msg = (
            f"`dem` has no relief in windows of {windows[0]} cells: it is level, and "
            "there is no best window; take a wider extract."
        )
        raise ParameterError(msg)
    return np.asarray(total / count)


def _at_change(
    windows: NDArray[np.int64], areas: Floats, relief: Floats, logs: Floats
) -> ReliefWindow:
    """Return the window at the change point of the logarithms."""
    import pandas as pd

    parts = [
        _spread(logs[:i]) + _spread(logs[i:]) if i else np.nan for i in range(logs.size)
    ]
    gain = _spread(logs) - np.array(parts)
    best = int(np.nanargmax(gain))
    table = pd.DataFrame(
        {
            "window_cells": windows,
            "area_m2": areas,
            "mean_relief_m": relief,
            "log_relief": logs,
            "spread": parts,
            "gain": gain,
        }
    )
    return ReliefWindow(int(windows[best]), float(areas[best]), table)


def _spread(values: Floats) -> float:
    """Return the sum of squares about the mean."""
    return float(np.square(values - values.mean()).sum())
