"""Least-cost paths and corridors between sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from ecozoning.errors import DisconnectedError, ParameterError
from ecozoning.network.link_pairs import checked_pairs, cut_off, wanted_pairs
from ecozoning.network.link_rows import corridor_layer, dropped_table, link_layer
from ecozoning.network.link_search import Terms, found_links
from ecozoning.network.reaches import cells_of
from ecozoning.network.spread import (
    checked_connectivity,
    checked_cost,
    labelled_spread,
    spread_from,
)
from ecozoning.network.surfaces import checked_resistance, labelled_sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd
    import xarray as xr

    from ecozoning.network.spread import CostDistance

__all__ = ["CorridorNetwork", "corridors"]

Through = Literal["drop", "keep"]


@dataclass(frozen=True)
class CorridorNetwork:
    """
    Links between sources, by least cost.

    Attributes
    ----------
    links : geopandas.GeoDataFrame of LineString
        A least-cost path for each pair, by `from_id` and `to_id` (from < to), from the
        centre of the last cell of one source to that of the first of the other:
        `link_id` from 1; `euclidean_distance_m`, edge to edge of the sources;
        `cost_distance`, resistance x m; `path_length_m`; `cost_to_euclidean` (NaN of
        sources that touch) and `cost_to_length`, the mean resistance on the way;
        `through_ids`, other sources that it crosses, joined by commas.
    polygons : geopandas.GeoDataFrame of Polygon and MultiPolygon
        The normalised least-cost corridor of each link, without its two sources:
        `link_id`, `from_id`, `to_id`, `area_km2`, `mean_width_m` (area by path length)
        and `cutoff_cost`. Links of sources that touch may have none.
    mosaic : xarray.DataArray, dims (y, x), float64
        The least excess over all corridors, resistance x m: 0 on a least-cost path; NaN
        outside corridors.
    cost_distance : CostDistance
        The sweep from all sources.
    unreachable : pandas.DataFrame
        `from_id`, `to_id` (missing if it concerns the source alone) and `reason`.
    dropped : pandas.DataFrame
        Pairs whose path runs through another source: `from_id`, `to_id`,
        `cost_distance`, `through_ids`.
    at_edge : tuple of int
        Ids of sources on the rim of the raster: a cheaper way may lie beyond it.
    """

    links: gpd.GeoDataFrame
    polygons: gpd.GeoDataFrame
    mosaic: xr.DataArray
    cost_distance: CostDistance
    unreachable: pd.DataFrame
    dropped: pd.DataFrame
    at_edge: tuple[int, ...]


def corridors(
    resistance: xr.DataArray,
    sources: gpd.GeoDataFrame | xr.DataArray,
    *,
    connectivity: int = 8,
    pairs: Literal["neighbours"] | pd.DataFrame | Iterable[tuple[int, int]] = (
        "neighbours"
    ),
    max_cost: float | None = None,
    cutoff_cost: float | None = None,
    width_m: float | None = None,
    through: Through = "drop",
) -> CorridorNetwork:
    r"""
    Return least-cost paths and corridors between sources.

    Neighbours are sources whose allocations by cost touch. Of each pair the path is the
    cheapest there is on the whole raster, also where that crosses land nearest to a
    third source: the least cost over the border of two allocations is only an upper
    bound, which tells how far the sweep from each source has to go. A path that runs
    through a third source says nothing that its parts do not, and is dropped, as by
    default in Linkage Mapper [1]_; ``through="keep"`` keeps it.

    A corridor is where a detour costs little: the cells with

    .. math:: C_a + C_b - C_{ab} \le t

    of costs from both sources and that of the path. Its extent t is `cutoff_cost`, or
    the least that makes it `width_m` wide in the mean: area without the sources, by
    length of the path. Without either, t is 0, the cells of all paths of least cost.

    Parameters
    ----------
    resistance : xarray.DataArray, dims (y, x)
        As in `cost_distance`; in memory.
    sources : geopandas.GeoDataFrame or xarray.DataArray
        As in `cost_distance`; two or more.
    connectivity : {8, 4}, default 8
        Whether a step may cross a corner.
    pairs : "neighbours", pandas.DataFrame or iterable of two ids
        Which sources to link; a table has `from_id` and `to_id`, such as the links of
        another network. Of listed pairs that are no neighbours the search goes over
        the whole raster.
    max_cost : float, optional
        Longest link, resistance x m.
    cutoff_cost : float, optional
        Extent of corridors, resistance x m, >= 0.
    width_m : float, optional
        Mean width of corridors, > 0. Only one of the two.
    through : {"drop", "keep"}, default "drop"
        What becomes of paths through other sources.

    Returns
    -------
    CorridorNetwork
        `links`, `polygons`, `mosaic`, `cost_distance`, `unreachable`, `dropped`. Of
        paths of equal cost one is returned, the same on every run: it comes to the
        first cell by row and column, and back over neighbours in that order.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError, GeometryError, NoDataError
        As in `cost_distance`.
    ParameterError
        As in `cost_distance`; if fewer than two sources can be left, a pair names no
        source, or both `cutoff_cost` and `width_m` are given.
    DisconnectedError
        If no pair can be linked at all.

    Notes
    -----
    One sweep for all sources, then one from each as far as its links need, in threads.
    Memory above the input is about 40 bytes a cell with two threads, and 9 bytes for
    each cell and source that reaches it.

    References
    ----------
    .. [1] McRae, B. H. and Kavanagh, D. M. (2011). Linkage Mapper Connectivity Analysis
       Software. The Nature Conservancy, Seattle.

    Examples
    --------
    Two sources 30 m apart over ones: three steps of 10 m.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [20.0, 10.0, 0.0], "x": [0.0, 10.0, 20.0, 30.0]}
    >>> resistance = xr.DataArray(np.ones((3, 4)), axes, ("y", "x")).rio.write_crs(4547)
    >>> sources = (resistance * 0).astype("int32")
    >>> sources[1, 0], sources[1, 3] = 1, 2
    >>> network = corridors(resistance, sources, cutoff_cost=10)
    >>> print(network.links.geometry[0], network.links["cost_distance"][0])
    LINESTRING (0 10, 10 10, 20 10, 30 10) 30.0
    >>> network.polygons["area_km2"].round(6).tolist()
    [0.0006]
    """
    checked_connectivity(connectivity)
    limit = checked_cost(max_cost, "max_cost")
    cutoff, width = cut_off(cutoff_cost, width_m)
    _check_through(through)
    surface = checked_resistance(resistance)
    cells = labelled_sources(sources, surface)
    asked = checked_pairs(pairs, cells)
    labels = cells.labels.copy()
    state = spread_from(surface, cells, connectivity=connectivity, limit=limit)
    wanted = wanted_pairs(surface, state, asked, connectivity=connectivity)
    terms = Terms(connectivity, limit, cutoff, width)
    search = found_links(surface, labels, cells_of(labels), wanted, terms)
    unreachable = search.missing(cells, asked)
    if not search.links:
        told = unreachable.to_string(index=False, max_rows=5)
        msg = (
            f"none of {cells.ids.size} `sources` can be linked:\n{told}\nSee whether "
            "barriers shut them in, or raise `max_cost`."
        )
        raise DisconnectedError(msg)
    crossing = through == "drop"
    kept = [link for link in search.links if not (crossing and link.through)]
    links = link_layer(kept, sources, surface, cells)
    return CorridorNetwork(
        links,
        corridor_layer(kept, links, surface),
        search.mosaic(kept, surface),
        labelled_spread(state, surface, cells),
        unreachable,
        dropped_table([link for link in search.links if link not in kept], cells),
        cells.at_edge,
    )


def _check_through(through: object) -> None:
    if through not in get_args(Through):
        msg = f"`through` is {through!r}, but one of {get_args(Through)} is needed."
        raise ParameterError(msg)
