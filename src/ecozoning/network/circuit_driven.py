"""Current flow from given currents to given grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ecozoning._validation.grids import check_same_grid
from ecozoning.errors import DisconnectedError, NoDataError, ParameterError
from ecozoning.network.circuit_choice import check_options
from ecozoning.network.circuit_graph import graph_of, region_cells
from ecozoning.network.circuit_result import CurrentFlow, maps_of
from ecozoning.network.circuit_runs import Network, Totals
from ecozoning.network.circuit_solver import CircuitRun, check_memory, potentials
from ecozoning.network.surfaces import checked_resistance
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.network.circuit_graph import Graph
    from ecozoning.network.surfaces import Surface

    Floats = NDArray[np.float64]

__all__ = ["driven_current"]


def driven_current(
    resistance: xr.DataArray,
    *,
    currents: xr.DataArray,
    grounds: xr.DataArray,
    connectivity: Literal[4, 8] = 8,
    average: Literal["resistance", "conductance"] = "resistance",
    short_circuits: gpd.GeoDataFrame | xr.DataArray | None = None,
    run: CircuitRun | None = None,
) -> CurrentFlow:
    """
    Return the currents that given sources of current drive to given grounds.

    The advanced mode of Circuitscape: for instance as many amperes in a cell as animals
    set out there, and grounds where they may end.

    Parameters
    ----------
    resistance : xarray.DataArray, dims (y, x), numbers
        As for `current_flow`.
    currents : xarray.DataArray, dims (y, x), numbers
        Amperes into each cell, below 0 out of it; 0 and nodata are none. On the grid of
        `resistance`.
    grounds : xarray.DataArray, dims (y, x), numbers
        Resistance between a cell and the ground, 0 or above; nodata is no ground. On
        the grid of `resistance`.
    connectivity : {8, 4}
        Neighbours of a cell.
    average : {"resistance", "conductance"}
        What is averaged between two cells.
    short_circuits : geopandas.GeoDataFrame or xarray.DataArray, optional
        Polygons, or a raster of whole numbers, that conduct without resistance. The
        currents and the grounds of all cells of one add up.
    run : CircuitRun, optional
        Solver, tolerance and limit of memory.

    Returns
    -------
    CurrentFlow
        `current` and `maximum` are the same; `voltage` is against the ground. `failed`
        has a row without ids for each part of the land whose currents no ground takes.

    Raises
    ------
    ParameterError, NoDataError
        If a resistance is 0 or below, a ground is below 0, no cell has a current or
        a ground, an option is none, or the memory needed is more than the limit.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster has no CRS, another one, degrees or another grid.
    DisconnectedError, ConvergenceError
        If no current reaches a ground, or the solution does not come near enough.

    Examples
    --------
    Three cells in a row, one ampere in on the left, and on the right a ground behind a
    resistance of 2: 4 volts fall.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0.0], "x": [0.0, 30, 60]}
    >>> land = np.array([[1.0, 1, 1], [np.nan, np.nan, np.nan]])
    >>> resistance = xr.DataArray(land, axes, ("y", "x")).rio.write_crs(4547)
    >>> currents = resistance.where(resistance["x"] == 0)
    >>> grounds = 2 * resistance.where(resistance["x"] == 60)
    >>> flow = driven_current(resistance, currents=currents, grounds=grounds)
    >>> flow.voltage.to_numpy()[0]
    array([4., 3., 2.])
    """
    run = run or CircuitRun()
    check_options("network", connectivity, average)
    surface = checked_resistance(resistance)
    check_same_grid(resistance=resistance, currents=currents, grounds=grounds)
    passable = int(np.isfinite(surface.values).sum())
    check_memory(run, nodes=passable, links=connectivity + 1, kept=1)
    regions = (
        []
        if short_circuits is None
        else region_cells(short_circuits, surface, name="short_circuits")
    )
    graph = graph_of(
        surface, regions=regions, connectivity=connectivity, average=average
    )
    amperes = _amperes(currents, graph)
    leaks = _leaks(grounds, graph)
    totals, lost = _driven(graph, amperes, leaks, run)
    return _result(surface, graph, totals, lost)


def _numbers(raster: xr.DataArray, graph: Graph, name: str) -> Floats:
    """Return the values of cells that are nodes, NaN for nodata."""
    values = np.asarray(raster.data, dtype=np.float64)
    values = np.where(values == nodata_of(raster), np.nan, values)
    if np.isinf(values).any():
        msg = (
            f"`{name}` is infinite in {int(np.isinf(values).sum())} cells; use nodata "
            f"for none: `{name}.where(np.isfinite({name}))`."
        )
        raise ParameterError(msg)
    return np.where(graph.cells >= 0, values, np.nan)


def _amperes(currents: xr.DataArray, graph: Graph) -> Floats:
    """Return the current into each node."""
    values = _numbers(currents, graph, "currents")
    here = np.nan_to_num(values) != 0
    if not here.any():
        msg = (
            "`currents` has no current in a cell that can be crossed; put amperes "
            "there, e.g. `xr.where(start, 1.0, np.nan)`."
        )
        raise NoDataError(msg)
    return np.bincount(
        graph.cells[here], values[here], minlength=graph.part_of.size
    ).astype(np.float64)


def _leaks(grounds: xr.DataArray, graph: Graph) -> Floats:
    """Return the conductance between each node and the ground, infinite if direct."""
    values = _numbers(grounds, graph, "grounds")
    low = int((values < 0).sum())
    if low:
        msg = (
            f"`grounds` is below 0 in {low} cells, but it is a resistance; use "
            "`grounds.where(grounds >= 0)`."
        )
        raise ParameterError(msg)
    here = ~np.isnan(values)
    if not here.any():
        msg = (
            "`grounds` has no ground in a cell that can be crossed; put resistances to "
            "the ground there, 0 for none, and nodata elsewhere."
        )
        raise NoDataError(msg)
    with np.errstate(divide="ignore"):
        conductance = 1.0 / values[here]
    return np.bincount(
        graph.cells[here], conductance, minlength=graph.part_of.size
    ).astype(np.float64)


def _driven(
    graph: Graph, amperes: Floats, leaks: Floats, run: CircuitRun
) -> tuple[Totals, int]:
    """Return the currents in parts with currents and grounds, and parts without."""
    from scipy.sparse import diags_array

    driven = np.unique(graph.part_of[amperes != 0])
    held = np.intersect1d(driven, graph.part_of[leaks > 0])
    if not held.size:
        msg = (
            f"of {driven.size} parts of the land with `currents` none has `grounds`; "
            "put a ground into the same part, or give barriers a finite resistance."
        )
        raise DisconnectedError(msg)
    nodes = np.flatnonzero(np.isin(graph.part_of, held))
    network = Network(nodes, graph.laplacian(nodes), [], graph.part_of[nodes])
    put_in, leak = amperes[nodes], leaks[nodes]
    free = np.flatnonzero(np.isfinite(leak))
    volts = np.zeros(nodes.size)
    if free.size:
        inner = network.laplacian[free][:, free] + diags_array(leak[free])
        inner = inner.tocsr()
        inner.sort_indices()
        one = [(np.arange(free.size), put_in[free])]
        volts[free] = next(iter(potentials(inner, one, run)))
    taken = put_in - network.laplacian @ volts
    totals = Totals(network)
    totals.add(volts, abs(put_in) + np.where(leak > 0, abs(taken), 0.0))
    return totals, int(driven.size - held.size)


def _result(surface: Surface, graph: Graph, totals: Totals, lost: int) -> CurrentFlow:
    import pandas as pd

    nothing = pd.DataFrame({"from_id": [], "to_id": []}, dtype=np.int64)
    reason = ["currents in a part of the land without a ground"] * lost
    return CurrentFlow(
        *maps_of(surface, graph, totals),
        resistances=nothing.assign(resistance=np.empty(0)),
        failed=pd.DataFrame({"from_id": pd.NA, "to_id": pd.NA, "reason": reason}),
        lost={},
    )
