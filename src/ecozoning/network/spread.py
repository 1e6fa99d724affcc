"""What it costs to come from the nearest source to every cell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._kernels.cost import HERE, UNREACHED, finish, new_spread, spread
from ecozoning.errors import ParameterError
from ecozoning.network.spread_tiles import spread_by_tiles
from ecozoning.network.surfaces import checked_resistance, labelled_sources
from ecozoning.raster.values import as_raster, class_raster, is_lazy

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr

    from ecozoning._kernels.cost import Spread
    from ecozoning.network.surfaces import SourceCells, Surface

__all__ = ["CostDistance", "checked_connectivity", "cost_distance", "spread_from"]

DIRECTIONS: Final = {
    HERE: "source",
    1: "east",
    2: "south-east",
    3: "south",
    4: "south-west",
    5: "west",
    6: "north-west",
    7: "north",
    8: "north-east",
}


@dataclass(frozen=True)
class CostDistance:
    """
    The way from the nearest source to every cell.

    Attributes
    ----------
    cost : xarray.DataArray, dims (y, x), float64
        Accumulated cost, resistance x m; 0 in sources, NaN where no source comes.
    allocation : xarray.DataArray, dims (y, x), int32
        The `source_id` of the source that is nearest by cost, nodata 0.
    back_link : xarray.DataArray, dims (y, x), uint8
        The neighbour a cell is reached from: 0 a cell of a source, 1 east, 2
        south-east, 3 south, and on clockwise to 8 north-east; nodata 255.
    lost : dict of int to str
        Ids of sources without a cell that can be crossed, and why; the rest went on.
    """

    cost: xr.DataArray
    allocation: xr.DataArray
    back_link: xr.DataArray
    lost: dict[int, str]


def cost_distance(
    resistance: xr.DataArray,
    sources: gpd.GeoDataFrame | xr.DataArray,
    *,
    connectivity: int = 8,
    max_cost: float | None = None,
) -> CostDistance:
    r"""
    Return accumulated cost, nearest source and way back of every cell, in one sweep.

    The minimum cumulative resistance (最小累积阻力) from all sources at once. A step
    from one cell to a neighbour costs

    .. math:: c = \frac{R_1 + R_2}{2} \, l

    with l the distance of the two centres in metres, across a corner the diagonal; of
    cells that are not square both sides count. Nothing else enters: no exponent, no
    barrier at corners between two barriers.

    Parameters
    ----------
    resistance : xarray.DataArray, dims (y, x)
        Above 0; ``inf`` cannot be crossed, NaN or nodata is outside. In metres. NumPy
        or Dask.
    sources : geopandas.GeoDataFrame or xarray.DataArray
        Polygons with a column `source_id` (whole numbers from 1 on), in the CRS of
        `resistance`; or such numbers on its grid, 0 for none. A cell belongs to a
        source that holds its centre.
    connectivity : {8, 4}, default 8
        Whether a step may cross a corner.
    max_cost : float, optional
        Cells beyond stay without a value; above 0, resistance x m.

    Returns
    -------
    CostDistance
        `cost`, `allocation`, `back_link` on the grid of `resistance`, and the sources
        that were `lost`. Where two ways cost the same to the last bit the lower id
        wins, and of one id the neighbour with the lower row, then column.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a CRS is missing, in degrees or not the same, or a raster of sources is not
        on the grid.
    ParameterError
        If a resistance is 0 or less, ids repeat or are no whole numbers, or
        `connectivity` or `max_cost` is out of domain.
    GeometryError
        If sources overlap.
    NoDataError
        If no cell can be crossed, or no source has one.

    Notes
    -----
    Costs are added in double precision. In memory the peak above the input is 13 bytes
    a cell for the results and 4 for a copy of a float32 resistance. Grids of up to
    2**31 cells.

    Of a Dask raster only the borders of its chunks are settled when called: tile after
    tile is swept, the cheapest border first, until no border changes; that reads each
    chunk two to four times in most landscapes. The rasters that come back are lazy and
    sweep each chunk once more, from the borders that are known. The values are the same
    as in memory, to the last bit. Chunks of 1000 x 1000 cells and more keep it cheap.

    Examples
    --------
    Cells of 10 m. From the source on the left the direct way over the 9 costs
    10 * (1 + 9) / 2 + 10 * (9 + 1) / 2 = 100; across corners and the row of ones it is
    14.14 + 14.14.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [10.0, 0.0], "x": [0.0, 10.0, 20.0]}
    >>> values = np.array([[1.0, 9.0, 1.0], [1.0, 1.0, 1.0]])
    >>> resistance = xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)
    >>> sources = (resistance * 0).astype("int32")
    >>> sources[0, 0] = 7
    >>> found = cost_distance(resistance, sources)
    >>> found.cost.round(2).values
    array([[ 0.  , 50.  , 28.28],
           [10.  , 14.14, 24.14]])
    >>> found.back_link.values
    array([[0, 5, 4],
           [7, 6, 5]], dtype=uint8)
    """
    checked_connectivity(connectivity)
    limit = checked_cost(max_cost, "max_cost")
    if is_lazy([resistance]):
        parts, lost = spread_by_tiles(
            resistance, sources, connectivity=connectivity, limit=limit
        )
        return _as_rasters(parts, resistance, lost)
    surface = checked_resistance(resistance)
    cells = labelled_sources(sources, surface)
    state = spread_from(surface, cells, connectivity=connectivity, limit=limit)
    return labelled_spread(state, surface, cells)


def spread_from(
    surface: Surface, cells: SourceCells, *, connectivity: int, limit: float
) -> Spread:
    """Return the spread from all sources, which takes the array of labels over."""
    seeds = np.flatnonzero(cells.labels)
    state = new_spread(surface.values.shape, owner=cells.labels)
    state.cost.ravel()[seeds] = 0.0
    step = surface.steps_m
    spread(
        surface.values, state, seeds, step=step, connectivity=connectivity, limit=limit
    )
    return state


def labelled_spread(
    state: Spread, surface: Surface, cells: SourceCells
) -> CostDistance:
    """Return the results as rasters; the arrays of the state are used up."""
    number = np.concatenate([[0], cells.ids]).astype(np.int32)
    if not np.array_equal(number, np.arange(number.size)):
        np.take(number, state.owner, out=state.owner, mode="clip")
    finish(state, north_up=surface.grid.dy < 0)
    return _as_rasters((state.cost, state.owner, state.link), surface.like, cells.lost)


def _as_rasters(
    parts: tuple[Any, Any, Any], like: xr.DataArray, lost: dict[int, str]
) -> CostDistance:
    """Return three arrays, NumPy or Dask, as rasters that say what they are."""
    cost, allocation, link = parts
    attrs = {
        "long_name": "source that is nearest by cost",
        "_FillValue": np.int32(0),
    }
    return CostDistance(
        as_raster(
            cost, like, name="cost", units="m", long_name="accumulated resistance"
        ),
        as_raster(
            allocation, like, name="allocation", units="1", long_name=""
        ).assign_attrs(attrs),
        class_raster(
            link,
            like,
            name="back_link",
            long_name="neighbour that a cell is reached from",
            classes=DIRECTIONS,
            nodata=UNREACHED,
        ),
        dict(lost),
    )


def checked_connectivity(connectivity: object) -> int:
    """Return 4 or 8."""
    if connectivity in (4, 8) and not isinstance(connectivity, bool):
        return int(str(connectivity))
    msg = (
        f"`connectivity` is {connectivity!r}, but 8 (steps across corners as well) or "
        "4 is needed."
    )
    raise ParameterError(msg)


def checked_cost(value: object, name: str) -> float:
    """Return a cost above 0, infinite for none."""
    if value is None:
        return math.inf
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        return float(value)
    msg = (
        f"`{name}` is {value!r}, but a number above 0, in resistance x m, or None is "
        "needed."
    )
    raise ParameterError(msg)
