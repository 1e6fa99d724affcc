"""Measures of a network as a graph: α, β, γ, gravity between patches, betweenness."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from ecozoning._apply import thread_count
from ecozoning._kernels.graph import betweenness_counts
from ecozoning.errors import ParameterError
from ecozoning.network.graph_links import (
    Links,
    checked_areas,
    checked_column,
    checked_patches,
    known_links,
    link_ends,
)

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["NetworkIndices", "betweenness", "gravity", "indices"]

SOURCES_AT_ONCE: Final = 32
LEAST_NODES: Final = 3


@dataclass(frozen=True)
class NetworkIndices:
    """How closely a network is knit.

    Attributes
    ----------
    alpha : float
        Circuits there are, of those there could be: 0 a tree, 1 a full net.
    beta : float
        Links for each node.
    gamma : float
        Links there are, of those there could be.
    n_nodes, n_links : int
        What was counted.
    """

    alpha: float
    beta: float
    gamma: float
    n_nodes: int
    n_links: int


def indices(nodes: int | gpd.GeoDataFrame, links: int | pd.DataFrame) -> NetworkIndices:
    r"""
    Return α, β and γ of a network: its circuits, its links for each node, its density.

    .. math:: \alpha = \frac{L - V + 1}{2V - 5}, \qquad \beta = \frac{L}{V}, \qquad
       \gamma = \frac{L}{3 (V - 2)}

    for V nodes and L links [1]_. "Could be" is what fits on a plane without crossing:
    a network whose links cross can have α and γ above 1. α is that of a network in one
    piece, and below 0 where links are too few for that.

    Parameters
    ----------
    nodes : int or geopandas.GeoDataFrame
        How many there are, 3 or more; or patches, with `source_id`.
    links : int or pandas.DataFrame
        How many there are; or a table with `from_id` and `to_id`, of which every pair
        counts once.

    Returns
    -------
    NetworkIndices
        Three ratios and two counts.

    Raises
    ------
    ParameterError
        If nodes are fewer than 3, or links are below 0 or more than pairs of nodes.
    GeographicCRSError, MissingCRSError, SchemaError
        If `nodes` are no patches in metres, or tables lack a column.

    References
    ----------
    .. [1] Forman, R. T. T., & Godron, M. (1986). Landscape Ecology. Wiley, New York.

    Examples
    --------
    18 nodes and 26 links: (26 - 18 + 1) / 31, 26 / 18 and 26 / 48.

    >>> found = indices(18, 26)
    >>> round(found.alpha, 2), round(found.beta, 2), round(found.gamma, 2)
    (0.29, 1.44, 0.54)
    """
    n_nodes = _count(nodes, "nodes")
    if n_nodes < LEAST_NODES:
        msg = (
            f"`nodes` has {n_nodes}, but at least 3 are needed: with fewer there "
            "is nothing to compare the number of links with."
        )
        raise ParameterError(msg)
    n_links = _count(links, "links", nodes)
    most = n_nodes * (n_nodes - 1) // 2
    if not 0 <= n_links <= most:
        msg = (
            f"`links` has {n_links}, but {n_nodes} nodes have 0 to {most} pairs; count "
            "a pair once."
        )
        raise ParameterError(msg)
    return NetworkIndices(
        alpha=(n_links - n_nodes + 1) / (2 * n_nodes - 5),
        beta=n_links / n_nodes,
        gamma=n_links / (3 * (n_nodes - 2)),
        n_nodes=n_nodes,
        n_links=n_links,
    )


def _count(things: object, name: str, nodes: object = None) -> int:
    """Return a number as it is, the rows of patches, or the pairs of a table."""
    if isinstance(things, int | np.integer) and not isinstance(things, bool):
        return int(things)
    if not isinstance(things, pd.DataFrame):
        msg = f"`{name}` is {things!r}, but a whole number or a table is needed."
        raise ParameterError(msg)
    if name == "nodes":
        return len(checked_patches(things, name=name)[0])
    if isinstance(nodes, pd.DataFrame):
        ids = checked_patches(nodes, name="nodes")[1]
    else:
        ends = [checked_column(things, end, name=name) for end in ("from_id", "to_id")]
        ids = np.unique(np.concatenate(ends)).astype(np.int64)
    return len({*zip(*link_ends(things, ids), strict=True)})


def gravity(
    patches: gpd.GeoDataFrame,
    links: pd.DataFrame,
    *,
    resistance: str,
    distance: str = "cost_distance",
    area: str | None = None,
) -> pd.Series:
    r"""
    Return how strongly the two patches of each link attract each other.

    The gravity model of ecological networks [1]_,

    .. math:: G_{ab} = \frac{L_{max}^2 \ln S_a \ln S_b}{L_{ab}^2 P_a P_b}

    with S the area of a patch, P its mean resistance, L the resistance accumulated
    along the corridor, and L max the greatest of all corridors. It orders corridors of
    one study; values of two studies do not compare, as they depend on the units of S
    and on the scale of resistance.

    Parameters
    ----------
    patches : geopandas.GeoDataFrame
        Polygons with `source_id` and the column `resistance`, projected CRS in metres.
    links : pandas.DataFrame
        Columns `from_id`, `to_id` and `distance`.
    resistance : str
        Column of `patches` with their mean resistance, above 0, for instance from
        ``ecozoning.zonal(resistance, patches, ["mean"])``.
    distance : str, default "cost_distance"
        Column of `links`, above 0 and finite.
    area : str, optional
        Column of `patches` with area, above 1, since its logarithm counts. Default: m2
        on the plane.

    Returns
    -------
    pandas.Series, float64, index of `links`
        Called `gravity`, above 0.

    Raises
    ------
    GeographicCRSError, MissingCRSError, SchemaError
        If `patches` is in degrees, has no CRS or repeats an id, or a column is missing.
    ParameterError
        If `links` names patches that are not there, or a number is out of its domain.

    References
    ----------
    .. [1] Kong, F., Yin, H., Nakagoshi, N., & Zong, Y. (2010). Urban green space
       network development for biodiversity conservation: Identification based on graph
       theory and gravity modeling. Landscape and Urban Planning, 95, 16-27.
       doi:10.1016/j.landurbplan.2009.11.001

    Examples
    --------
    Two corridors between patches of e m2 and of resistance 1 and 2; the second is twice
    as long, which is 2 ** 2 / (2 ** 2 * 1 * 2).

    >>> import geopandas as gpd, pandas as pd, shapely
    >>> places = [shapely.box(x, 0, x + 1, 2.718281828) for x in (0, 10, 30)]
    >>> columns = {"source_id": [1, 2, 3], "mean": [1.0, 1.0, 2.0]}
    >>> patches = gpd.GeoDataFrame(columns, geometry=places, crs=4547)
    >>> ends = {"from_id": [1, 2], "to_id": [2, 3], "cost_distance": [10.0, 20.0]}
    >>> gravity(patches, pd.DataFrame(ends), resistance="mean").round(6).tolist()
    [4.0, 0.5]
    """
    frame, ids = checked_patches(patches, name="patches")
    sizes = checked_areas(frame, area, name="patches")
    own = checked_areas(frame, resistance, name="patches")
    one, two = link_ends(links, ids)
    lengths = checked_column(links, distance, name="links")
    if not (sizes > 1).all():
        msg = (
            f"the area of {int((sizes <= 1).sum())} of `patches` is 1 or below, but "
            "its logarithm must be above 0; give areas in m2."
        )
        raise ParameterError(msg)
    if not ((lengths > 0) & np.isfinite(lengths)).all():
        msg = (
            f"the column {distance!r} of `links` has values that are 0, below, missing "
            "or infinite, but gravity divides by it; leave such rows out with "
            f"`links[links[{distance!r}] > 0]`."
        )
        raise ParameterError(msg)
    mass = np.log(sizes) / own
    pull = (lengths.max(initial=0.0) / lengths) ** 2 * mass[one] * mass[two]
    return pd.Series(pull, index=links.index, name="gravity")


def betweenness(
    patches: gpd.GeoDataFrame,
    links: pd.DataFrame,
    *,
    distance: str = "cost_distance",
) -> pd.Series:
    """
    Return the share of shortest paths between other patches that lead over each patch.

    Betweenness centrality [1]_: of all pairs of other patches, the part whose shortest
    path passes; several of one length share a pair evenly. 1 for the hub of a star, 0
    for a dead end.

    Parameters
    ----------
    patches : geopandas.GeoDataFrame
        Polygons with `source_id`, projected CRS in metres.
    links : pandas.DataFrame
        Columns `from_id`, `to_id` and `distance`.
    distance : str, default "cost_distance"
        Column of `links` with lengths, 0 or more; an infinite one is no link.

    Returns
    -------
    pandas.Series, float64, index of `patches`
        Called `betweenness`, 0 to 1; all 0 with fewer than three patches.

    Raises
    ------
    GeographicCRSError, MissingCRSError, SchemaError
        If `patches` is in degrees, has no CRS or repeats an id, or a column is missing.
    ParameterError
        If `links` names patches that are not there, or lengths are below 0.

    References
    ----------
    .. [1] Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of
       Mathematical Sociology, 25, 163-177. doi:10.1080/0022250X.2001.9990249

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> places = [shapely.box(x, 0, x + 5, 5) for x in (0, 10, 30)]
    >>> patches = gpd.GeoDataFrame({"source_id": [1, 2, 3]}, geometry=places, crs=4547)
    >>> ends = {"from_id": [1, 2], "to_id": [2, 3], "cost_distance": [5.0, 15.0]}
    >>> betweenness(patches, pd.DataFrame(ends)).tolist()
    [0.0, 1.0, 0.0]
    """
    frame, ids = checked_patches(patches, name="patches")
    shares = shares_of_paths(known_links(links, ids, distance))
    return pd.Series(shares, index=frame.index, name="betweenness")


def shares_of_paths(graph: Links) -> Floats:
    """Return the share of shortest paths between other nodes that pass each node."""
    parts = [
        np.arange(first, min(first + SOURCES_AT_ONCE, graph.n))
        for first in range(0, graph.n, SOURCES_AT_ONCE)
    ]
    with ThreadPoolExecutor(thread_count()) as pool:
        counts = list(pool.map(partial(betweenness_counts, *graph.rows()), parts))
    pairs = (graph.n - 1) * (graph.n - 2)
    shares: Floats = np.sum(counts, axis=0) / max(pairs, 1)
    return shares
