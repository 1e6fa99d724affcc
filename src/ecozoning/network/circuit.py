"""Current flow between sources, as if the land were a sheet of resistors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ecozoning.network.circuit_choice import (
    asked_pairs,
    check_options,
    refuse_disconnected,
)
from ecozoning.network.circuit_graph import graph_of, region_cells
from ecozoning.network.circuit_plans import planned
from ecozoning.network.circuit_result import CurrentFlow, result_of, table_of
from ecozoning.network.circuit_runs import network_of, run_merged, run_pairs
from ecozoning.network.circuit_solver import CircuitRun, check_memory
from ecozoning.network.surfaces import checked_resistance, labelled_sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.network.circuit_graph import Graph
    from ecozoning.network.surfaces import SourceCells, Surface

    Pair = tuple[int, int]
    Mode = Literal["pairwise", "network", "one_to_all", "all_to_one"]

__all__ = ["current_flow"]


def current_flow(
    resistance: xr.DataArray,
    sources: gpd.GeoDataFrame | xr.DataArray,
    *,
    mode: Mode = "pairwise",
    pairs: Literal["all"] | pd.DataFrame | Iterable[Pair] = "all",
    connectivity: Literal[4, 8] = 8,
    average: Literal["resistance", "conductance"] = "resistance",
    short_circuits: gpd.GeoDataFrame | xr.DataArray | None = None,
    run: CircuitRun | None = None,
) -> CurrentFlow:
    r"""
    Return the currents between sources, the land being a sheet of resistors.

    Every cell that can be crossed is a node, joined to its neighbours by resistors
    [1]_; current is the chance that somebody who wanders at random from one source to
    another passes through a cell, so that it is high where there is no way round.

    Parameters
    ----------
    resistance : xarray.DataArray, dims (y, x), numbers
        Above 0; infinite is a barrier, nodata is outside. In metres, in memory.
    sources : geopandas.GeoDataFrame or xarray.DataArray
        Polygons with the column `source_id`, or a raster of whole numbers on the grid
        of `resistance`, 0 for none. In the CRS of `resistance`. Two or more.
    mode : {"pairwise", "network", "one_to_all", "all_to_one"}
        ``"pairwise"``: one ampere between the two sources of each pair, each of which
        is one node; other sources are land. ``"network"``: the same, but all sources
        are one node each in every run, which needs one solution to a source instead of
        one to a pair. ``"one_to_all"``: one ampere into each source in turn, all
        others grounded. ``"all_to_one"``: one ampere into all others, one grounded.
        For given currents and grounds see `driven_current`.
    pairs : "all", pandas.DataFrame or iterable of two ids
        Which pairs, for the first two modes: a table with `from_id` and `to_id`, such
        as the links of `corridors`, keeps to neighbours.
    connectivity : {8, 4}
        Neighbours of a cell.
    average : {"resistance", "conductance"}
        What is averaged between two cells.
    short_circuits : geopandas.GeoDataFrame or xarray.DataArray, optional
        Polygons, or a raster of whole numbers, that conduct without resistance: all
        cells of one are one node, also those apart or on nodata.
    run : CircuitRun, optional
        Solver, tolerance, limit of memory, progress and restart.

    Returns
    -------
    CurrentFlow
        Current, maximum, voltage of a single run, resistances, and what failed.

    Raises
    ------
    ParameterError, NoDataError
        If a resistance is 0 or below, there is one source, an id is repeated or not
        known, an option is none, the raster is lazy, or the memory needed is more than
        the limit.
    MissingCRSError, CRSMismatchError, GridMismatchError, GeometryError
        If layers have no CRS, another one, degrees or another grid, or sources overlap.
    DisconnectedError, ConvergenceError
        If nothing joins any two sources, or a solution does not come near enough.

    Notes
    -----
    The resistor between neighbours has the mean of their resistances, or the
    reciprocal of the mean of their conductances, times the distance between their
    centres in sides of a cell: 1 along rows and columns, :math:`\sqrt 2` on the slant.
    The current through a cell is half the sum of what its branches carry and what
    enters or leaves there. All as in Circuitscape, whose maps this gives.

    The whole raster is held in memory, with about 1 kB to a cell and 8 bytes more to a
    cell and source in all modes but the first. Runs are the same on every machine up
    to `tolerance`.

    References
    ----------
    .. [1] McRae, B. H., Dickson, B. G., Keitt, T. H. and Shah, V. B. (2008). Using
       circuit theory to model connectivity in ecology, evolution, and conservation.
       Ecology 89, 2712-2724, doi:10.1890/07-1861.1.

    Examples
    --------
    Two ways between the ends, with resistances of 4 and of 7: together 28 / 11, and 7
    of 11 parts go the easy way.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30, 0], "x": [0.0, 30, 60]}
    >>> land = np.array([[1, 1, 1], [1, np.inf, 1], [1, 4, 1]], float)
    >>> resistance = xr.DataArray(land, axes, ("y", "x")).rio.write_crs(4547)
    >>> ends = xr.zeros_like(resistance, dtype="int32")
    >>> ends[1, 0], ends[1, 2] = 1, 2
    >>> flow = current_flow(resistance, ends, connectivity=4)
    >>> flow.resistances
       from_id  to_id  resistance
    0        1      2    2.545455
    >>> flow.current.to_numpy()
    array([[0.63636364, 0.63636364, 0.63636364],
           [1.        ,        nan, 1.        ],
           [0.36363636, 0.36363636, 0.36363636]])
    """
    run = run or CircuitRun()
    check_options(mode, connectivity, average)
    surface = checked_resistance(resistance)
    cells = labelled_sources(sources, surface)
    asked = asked_pairs(pairs, mode, cells)
    merged = mode != "pairwise" or bool(np.bincount(cells.labels.ravel())[1:].max() < 2)
    check_memory(
        run,
        nodes=int(np.isfinite(surface.values).sum()),
        links=connectivity + 1,
        kept=cells.ids.size if merged else 2,
    )
    graph = graph_of(
        surface,
        regions=_regions(surface, short_circuits, cells if merged else None),
        connectivity=connectivity,
        average=average,
    )
    sets = _nodes_of(graph, cells)
    network = network_of(graph, sets)
    joined = [pair for pair in asked if network.joined(*pair)]
    if not joined:
        refuse_disconnected(asked, cells)
    names = [str(number) for number in cells.ids]
    if merged:
        plan = planned(mode, joined)
        totals, found = run_merged(network, joined, plan, run, names)
    else:
        totals, found = run_pairs(network, joined, run, names)
    return result_of(surface, graph, totals, cells, table_of(asked, found, cells))


def _regions(
    surface: Surface,
    short_circuits: gpd.GeoDataFrame | xr.DataArray | None,
    cells: SourceCells | None,
) -> list[NDArray[np.int32]]:
    """Return what is one node: polygons without resistance, and sources if asked."""
    regions = [] if cells is None else [cells.labels]
    if short_circuits is not None:
        regions += region_cells(short_circuits, surface, name="short_circuits")
    return regions


def _nodes_of(graph: Graph, cells: SourceCells) -> list[NDArray[np.intp]]:
    """Return the nodes of each source."""
    inside = cells.labels > 0
    order = np.argsort(cells.labels[inside], kind="stable")
    ends = np.searchsorted(
        cells.labels[inside][order], np.arange(1, cells.ids.size + 2)
    )
    nodes = graph.cells[inside][order]
    return [
        np.unique(nodes[ends[k] : ends[k + 1]]).astype(np.intp)
        for k in range(cells.ids.size)
    ]
