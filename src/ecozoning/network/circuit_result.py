"""What a circuit gives: maps of current, and resistances between sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.network.circuit_graph import Graph
    from ecozoning.network.circuit_runs import Totals
    from ecozoning.network.surfaces import SourceCells, Surface

    Floats = NDArray[np.float64]
    Pair = tuple[int, int]

__all__ = ["CurrentFlow", "maps_of", "result_of"]


@dataclass(frozen=True)
class CurrentFlow:
    """Currents over the land, and the resistances between sources.

    Attributes
    ----------
    current : xarray.DataArray, dims (y, x), float64
        Amperes through each cell, summed over runs; NaN where nothing passes, 0 in
        parts of the land that no run reached.
    maximum : xarray.DataArray, dims (y, x), float64
        The greatest of all runs.
    voltage : xarray.DataArray, dims (y, x), float64, or None
        Volts, if there was one run: a single pair, or given currents and grounds. Of a
        pair the source with the lower id is at 0.
    resistances : pandas.DataFrame
        `from_id`, `to_id`, `resistance`: effective, in units of `resistance` between
        the centres of cells one side apart; 0 between sources that share a node,
        infinite between those that nothing joins. Empty for given currents.
    failed : pandas.DataFrame
        `from_id`, `to_id`, `reason`: pairs between which no current goes.
    lost : dict of int to str
        Ids of sources without a cell that can be crossed, and why.
    """

    current: xr.DataArray
    maximum: xr.DataArray
    voltage: xr.DataArray | None
    resistances: pd.DataFrame
    failed: pd.DataFrame
    lost: dict[int, str]


def table_of(
    asked: Sequence[Pair], found: dict[Pair, float], cells: SourceCells
) -> pd.DataFrame:
    """Return the resistance of each pair, infinite where nothing joins it."""
    import pandas as pd

    rows = np.array(asked, dtype=np.int64).reshape(-1, 2)
    return pd.DataFrame(
        {
            "from_id": cells.ids[rows[:, 0]],
            "to_id": cells.ids[rows[:, 1]],
            "resistance": [found.get(pair, np.inf) for pair in asked],
        }
    )


def result_of(
    surface: Surface,
    graph: Graph,
    totals: Totals,
    cells: SourceCells,
    table: pd.DataFrame,
) -> CurrentFlow:
    """Return the maps and tables of currents between sources."""
    apart = table.loc[np.isinf(table["resistance"]), ["from_id", "to_id"]]
    return CurrentFlow(
        *maps_of(surface, graph, totals),
        resistances=table,
        failed=apart.assign(reason="no way between them").reset_index(drop=True),
        lost=cells.lost,
    )


def maps_of(
    surface: Surface, graph: Graph, totals: Totals
) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray | None]:
    """Return current, maximum and, of a single run, voltage as rasters."""

    def raster(values: Floats, rest: float, name: str, units: str) -> xr.DataArray:
        whole = np.full(graph.part_of.size, rest)
        whole[totals.network.nodes] = values
        drawn: xr.DataArray = surface.raster(
            graph.spread(whole), name=name.split()[0], units=units, long_name=name
        )
        return drawn

    volts = totals.potential if totals.runs == 1 else None
    return (
        raster(totals.current, 0.0, "current through cells", "A"),
        raster(totals.maximum, 0.0, "maximum current through cells", "A"),
        None if volts is None else raster(volts, np.nan, "voltage", "V"),
    )
