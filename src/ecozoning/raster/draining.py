"""Drainage of a terrain: depressions filled, D8 directions, land behind each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning.errors import NoDataError
from ecozoning.raster.checks import check_positive
from ecozoning.raster.courses import Drainage
from ecozoning.raster.flow import PIT, route
from ecozoning.raster.surface import read_surface

if TYPE_CHECKING:
    import xarray as xr

    from ecozoning.raster.flow import Flow
    from ecozoning.raster.surface import Surface

__all__ = ["drainage"]


def drainage(
    dem: xr.DataArray, *, nodata: float | None = None, sink_depth_m: float | None = None
) -> Drainage:
    """
    Find where water runs on a terrain.

    Depressions are filled to where they spill by a flood from the rim [1]_. Each cell
    then drains to the neighbour to which the way down is steepest; on level ground
    water goes back the way the flood came. Water leaves at the rim, also beside nodata,
    in cells from which no way goes down.

    Parameters
    ----------
    dem : xarray.DataArray, dims (y, x)
        Elevations in metres, at least 3 by 3 cells of one size, CRS in degrees or
        metres, north or south up. Its own `units`, if it has any, must not be feet.
    nodata : float, optional
        Value of cells without elevation, beside NaN. Left out, `dem.rio.nodata`.
    sink_depth_m : float, optional
        Depressions deeper than this are real: water ends in their lowest cell. Left
        out, all are filled, also those of closed basins such as Turpan.

    Returns
    -------
    Drainage
        Flow directions and areas on the grid of `dem`; methods for streams, basins and
        ways.

    Raises
    ------
    ParameterError
        If `dem` is no DataArray, too small, uneven, infinite somewhere, in feet or
        beyond the heights of the Earth; if `sink_depth_m` is not a number above 0.
    MissingCRSError
        If `dem` has no CRS.
    CRSMismatchError
        If the CRS of `dem` is neither in degrees nor in metres.
    GeometryError
        If `dem` claims degrees that do not exist.
    NoDataError
        If all cells are nodata, or nothing drains: no relief, or sinks only.
    MissingDependencyError
        If `pyflwdir` is not installed.

    Notes
    -----
    Everything is computed in memory, Dask rasters are loaded: about 100 bytes a cell.
    Elevations count to 1/1024 m. Areas in degrees are those of the CGCS2000 ellipsoid.

    References
    ----------
    .. [1] Wang, L. and Liu, H. (2006). An efficient method for identifying and filling
       surface depressions in digital elevation models. *International Journal of
       Geographical Information Science*, 20(2), 193-213.

    Examples
    --------
    A valley of three columns of 1 km cells that falls to the south: its middle drains
    all nine cells.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> heights = np.array([[50.0, 30, 50], [40, 20, 40], [30, 10, 30]])
    >>> axes = {"y": [2500.0, 1500, 500], "x": [500.0, 1500, 2500]}
    >>> dem = xr.DataArray(heights, axes, ("y", "x")).rio.write_crs("EPSG:4527")
    >>> water = drainage(dem)
    >>> water.area_km2.to_numpy()
    array([[1., 1., 1.],
           [1., 4., 1.],
           [1., 9., 1.]])
    """
    surface = read_surface(dem, nodata)
    if sink_depth_m is not None:
        check_positive("sink_depth_m", sink_depth_m)
    lengths, areas = surface.cell_lengths(), surface.cell_areas_km2()
    flow = route(surface.height, lengths, areas, sink_depth_m)
    _check_drains(surface, flow)
    return Drainage(
        surface.to_raster(flow.filled, units="m", long_name="filled elevation"),
        surface.to_raster(flow.code, long_name="D8 flow direction"),
        surface.to_raster(flow.area_km2, units="km2", long_name="upstream area"),
        surface,
        flow,
    )


def _check_drains(surface: Surface, flow: Flow) -> None:
    """Refuse a terrain on which no water moves."""
    land = np.isfinite(surface.height)
    if np.ptp(surface.height[land]) == 0:
        cause, mend = "has no relief", "see whether it is an elevation model at all"
    elif (flow.code[land] == PIT).all():
        cause, mend = "consists of pits only", "see what cut its cells apart"
    elif np.ptp(flow.filled[land]) == 0:
        cause = "consists of sinks only, which filling makes level"
        mend = "take a `dem` with a margin, or keep the sinks with `sink_depth_m=`"
    else:
        return
    msg = f"`dem` {cause}, so nothing drains; slopes are needed: {mend}."
    raise NoDataError(msg)
