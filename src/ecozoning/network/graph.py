"""How well patches are connected, and what each of them adds: IIC and PC."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from ecozoning._apply import thread_count
from ecozoning._kernels.graph import flows_and_losses, spare_links
from ecozoning.errors import ParameterError
from ecozoning.network.graph_indices import shares_of_paths
from ecozoning.network.graph_links import (
    Links,
    checked_areas,
    checked_patches,
    euclidean_links,
    known_links,
)

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Connectivity", "connectivity"]

SOURCES_AT_ONCE: Final = 32
MANY_LINKS: Final = 8
"""Links for each patch above which those that no path needs are taken out."""
MOST_IN_A_MATRIX: Final = 8_000


@dataclass(frozen=True)
class Connectivity:
    """How well patches are connected.

    Areas are in the unit of the `area` that was given, m2 by default.

    Attributes
    ----------
    iic : float
        Integral index of connectivity, 0 to 1; NaN without `total_area`.
    pc : float
        Probability of connectivity, 0 to 1; NaN without `total_area`.
    eca_iic, eca_pc : float
        Equivalent connected area: of the one patch that would score as much.
    patches : geopandas.GeoDataFrame
        On the index of what was given: `source_id`, `area`, `component` (those that
        links within the threshold join, numbered from 1), `betweenness` (0 to 1), and
        in percent of the index `dIIC` and `dPC`, which a patch takes with it, each the
        sum of its parts `_intra`, `_flux` and `_connector`.
    links : pandas.DataFrame
        `from_id`, `to_id`, `distance`, `probability` of every direct link, and
        `within`, whether its distance is within the threshold.
    """

    iic: float
    pc: float
    eca_iic: float
    eca_pc: float
    patches: gpd.GeoDataFrame
    links: pd.DataFrame


class _Index(NamedTuple):
    """The sum below IIC or PC, and the parts of it that go with each patch."""

    total: float
    intra: Floats
    flux: Floats
    connector: Floats


def connectivity(
    patches: gpd.GeoDataFrame,
    links: pd.DataFrame | None = None,
    *,
    threshold: float,
    probability: float = 0.5,
    distance: str = "cost_distance",
    area: str | None = None,
    total_area: float | None = None,
    farthest: float | None = None,
) -> Connectivity:
    r"""
    Return indices of connectivity among patches, and what each patch adds to them.

    The integral index [1]_ and the probability of connectivity [2]_,

    .. math::
       IIC = \frac{1}{A_L^2} \sum_i \sum_j \frac{a_i a_j}{1 + nl_{ij}}, \qquad
       PC = \frac{1}{A_L^2} \sum_i \sum_j a_i a_j p^*_{ij}

    with nl the fewest links within the threshold on a path between two patches, and p*
    the greatest product of probabilities on any path, where a link of length d has
    p = exp(-k d). The share of an index that goes with a patch is split [3]_ into what
    lies within it (intra), what comes from and goes to it (flux), and what others lose
    because paths between them led over it (connector).

    Parameters
    ----------
    patches : geopandas.GeoDataFrame
        Polygons with a column `source_id`, projected CRS in metres.
    links : pandas.DataFrame, optional
        Columns `from_id`, `to_id` and `distance`. Default: straight distances between
        the edges of all patches.
    threshold : float
        Distance up to which two patches are linked for IIC, and at which the
        probability is `probability`. In metres, or the unit of `distance`.
    probability : float, default 0.5
        Between 0 and 1.
    distance : str, default "cost_distance"
        Column of `links` that has lengths, 0 or more; an infinite one is no link. The
        shortest of several between two patches counts.
    area : str, optional
        Column of `patches` with area, or area by quality, above 0. Default: m2 on the
        plane.
    total_area : float, optional
        Area of the whole landscape, habitat or not, in the unit of `area`; at least
        that of all patches.
    farthest : float, optional
        Straight distance beyond which patches have no direct link. Default: all have,
        as the definition says. At ten times a threshold of 0.5, p is 0.001.

    Returns
    -------
    Connectivity
        Four numbers and two tables.

    Raises
    ------
    GeographicCRSError, MissingCRSError
        If `patches` is in degrees or feet, or has no CRS.
    GeometryError, NoDataError, SchemaError
        If `patches` is empty, has invalid shapes, lacks a column or repeats an id.
    ParameterError
        If a number is out of its domain, `links` names patches that are not there, or
        links are below 0.

    Notes
    -----
    Nothing is removed and computed anew: when a patch goes, only paths over it are
    looked for again, in the branch of shortest paths that hung on it. Two matrices of
    n times n when links are many, up to 8 000 patches. Results do not depend on the
    number of threads.

    References
    ----------
    .. [1] Pascual-Hortal, L., & Saura, S. (2006). Comparison and development of new
       graph-based landscape connectivity indices. Landscape Ecology, 21, 959-967.
       doi:10.1007/s10980-006-0013-z
    .. [2] Saura, S., & Pascual-Hortal, L. (2007). A new habitat availability index to
       integrate connectivity in landscape conservation planning. Landscape and Urban
       Planning, 83, 91-103. doi:10.1016/j.landurbplan.2007.03.005
    .. [3] Saura, S., & Rubio, L. (2010). A common currency for the different ways in
       which patches and links can contribute to habitat availability and connectivity
       in the landscape. Ecography, 33, 523-537. doi:10.1111/j.1600-0587.2009.05760.x

    Examples
    --------
    Two squares of 1 km2 that are 1 km apart, in a landscape of 10 km2, with p = 0.5 at
    1 km: PC = (1 + 1 + 0.5 + 0.5) / 100, IIC as well, and each takes 2/3 of it along.

    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(0, 0, 1e3, 1e3), shapely.box(2e3, 0, 3e3, 1e3)]
    >>> patches = gpd.GeoDataFrame({"source_id": [1, 2]}, geometry=squares, crs=4547)
    >>> found = connectivity(patches, threshold=1000, total_area=1e7)
    >>> round(found.pc, 6), round(found.iic, 6)
    (0.03, 0.03)
    >>> found.patches["dPC"].round(2).tolist()
    [66.67, 66.67]
    """
    frame, ids = checked_patches(patches, name="patches")
    areas = checked_areas(frame, area, name="patches")
    _check_numbers(threshold, probability, farthest)
    whole = _checked_total(total_area, areas)
    if links is None:
        graph = euclidean_links(frame, farthest)
    else:
        graph = known_links(links, ids, distance)
    rate = -np.log(probability) / threshold
    within = graph.where(graph.lengths <= threshold)
    iic = _index(within, np.ones(within.lengths.size), areas, decays=False)
    pc = _index(*_needed(graph, rate * graph.lengths), areas, decays=True)
    table = frame[["source_id", frame.active_geometry_name]].assign(
        area=areas,
        component=within.components(),
        betweenness=shares_of_paths(within),
        **_shares("dIIC", iic),
        **_shares("dPC", pc),
    )
    return Connectivity(
        iic=iic.total / whole**2,
        pc=pc.total / whole**2,
        eca_iic=iic.total**0.5,
        eca_pc=pc.total**0.5,
        patches=table,
        links=_link_table(graph, ids, rate, threshold),
    )


def _check_numbers(
    threshold: float, probability: float, farthest: float | None
) -> None:
    number = isinstance(threshold, int | float | np.number)
    if not number or not 0 < threshold < np.inf:
        msg = f"`threshold` is {threshold!r}, but a distance above 0 is needed."
        raise ParameterError(msg)
    if not 0 < probability < 1:
        msg = (
            f"`probability` is {probability!r}, but a number between 0 and 1 is "
            "needed, that of moving as far as `threshold`, e.g. 0.5."
        )
        raise ParameterError(msg)
    if farthest is not None and not threshold <= farthest < np.inf:
        msg = (
            f"`farthest` is {farthest!r}, but it must not be below `threshold`, "
            f"{threshold!r}."
        )
        raise ParameterError(msg)


def _checked_total(total_area: float | None, areas: Floats) -> float:
    if total_area is None:
        return float("nan")
    total = float(areas.sum())
    if not total * (1 - 1e-9) <= total_area < np.inf:
        msg = (
            f"`total_area` is {total_area!r}, but patches alone have {total:.9g}; that "
            "of the whole landscape is needed, in the unit of their areas."
        )
        raise ParameterError(msg)
    return float(total_area)


def _needed(graph: Links, lengths: Floats) -> tuple[Links, Floats]:
    """Return links and lengths without those that no path needs, if links are many."""
    if graph.one.size < MANY_LINKS * graph.n or graph.n > MOST_IN_A_MATRIX:
        return graph, lengths
    matrix = np.full((graph.n, graph.n), np.inf)
    matrix[graph.one, graph.two] = matrix[graph.two, graph.one] = lengths
    needed = ~spare_links(matrix)[graph.one, graph.two]
    return graph.where(needed), lengths[needed]


def _index(graph: Links, lengths: Floats, areas: Floats, *, decays: bool) -> _Index:
    """Return the sum over all pairs of patches, and what goes with each."""
    rows = graph.rows(lengths)
    parts = [
        np.arange(first, min(first + SOURCES_AT_ONCE, graph.n))
        for first in range(0, graph.n, SOURCES_AT_ONCE)
    ]
    job = partial(flows_and_losses, *rows, areas)
    with ThreadPoolExecutor(thread_count()) as pool:
        found = list(pool.map(lambda part: job(part, decays), parts))
    flows = np.concatenate([flow for flow, _ in found])
    losses = np.sum([loss for _, loss in found], axis=0)
    intra = areas * areas
    return _Index(float(intra.sum() + flows.sum()), intra, 2 * flows, losses)


def _shares(name: str, index: _Index) -> dict[str, Floats]:
    """Return the percentages of an index that go with each patch."""
    parts = {
        f"{name}_intra": 100 * index.intra / index.total,
        f"{name}_flux": 100 * index.flux / index.total,
        f"{name}_connector": 100 * index.connector / index.total,
    }
    return {name: np.sum(list(parts.values()), axis=0), **parts}


def _link_table(graph: Links, ids: Ints, rate: float, threshold: float) -> pd.DataFrame:
    """Return the direct links by the ids of their ends, the lower first."""
    ends = np.sort(np.column_stack([ids[graph.one], ids[graph.two]]), axis=1)
    table = pd.DataFrame(
        {
            "from_id": ends[:, 0],
            "to_id": ends[:, 1],
            "distance": graph.lengths,
            "probability": np.exp(-rate * graph.lengths),
            "within": graph.lengths <= threshold,
        }
    )
    return table.sort_values(["from_id", "to_id"], ignore_index=True)
