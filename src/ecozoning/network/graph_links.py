"""Patches as nodes and what joins them as links: checks, distances, rows of links."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy import sparse

from ecozoning._apply import thread_count
from ecozoning._validation.layers import check_polygons
from ecozoning.errors import GeographicCRSError, ParameterError, SchemaError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "Links",
    "checked_areas",
    "checked_patches",
    "euclidean_links",
    "known_links",
]

SHOWN: Final = 5
PAIRS_AT_ONCE: Final = 20_000
ENDS: Final = ("from_id", "to_id")


@dataclass(frozen=True)
class Links:
    """Links between nodes 0 to n - 1, each pair once.

    Attributes
    ----------
    one, two : (links,) int64
        Ends, the lower first; ascending.
    lengths : (links,) float64
        Finite, 0 or more.
    n : int
        Number of nodes.
    """

    one: Ints
    two: Ints
    lengths: Floats
    n: int

    def where(self, chosen: NDArray[np.bool_]) -> Links:
        """Return some of the links."""
        return Links(self.one[chosen], self.two[chosen], self.lengths[chosen], self.n)

    def rows(self, lengths: Floats | None = None) -> tuple[Ints, Ints, Floats]:
        """Return starts, nodes and lengths of the links of each node, both ways."""
        known = self.lengths if lengths is None else lengths
        ends = np.concatenate([self.one, self.two])
        others = np.concatenate([self.two, self.one])
        order = np.lexsort((others, ends))
        starts = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=self.n))])
        both = np.concatenate([known, known])[order]
        return starts.astype(np.int64), others[order], np.ascontiguousarray(both)

    def components(self) -> Ints:
        """Return which nodes hang together, numbered from 1 by their first node."""
        graph = sparse.coo_array(
            (np.ones(self.one.size), (self.one, self.two)), shape=(self.n, self.n)
        )
        found = sparse.csgraph.connected_components(graph, directed=False)[1]
        _, first, place = np.unique(found, return_index=True, return_inverse=True)
        return np.asarray(np.argsort(np.argsort(first))[place] + 1)


def checked_patches(patches: gpd.GeoDataFrame, *, name: str) -> tuple[Any, Ints]:
    """Return a layer of patches in metres, and their ids, which differ."""
    frame = check_polygons(patches, name=name, columns=("source_id",))
    if frame.crs.is_geographic or frame.crs.axis_info[0].unit_name != "metre":
        msg = (
            f"`{name}` is in {frame.crs.name}, but distances in metres are needed; use "
            f"`{name}.to_crs({name}.estimate_utm_crs())`, or the EPSG code of your "
            "CGCS2000 zone."
        )
        raise GeographicCRSError(msg)
    ids = frame["source_id"].to_numpy()
    if ids.dtype.kind not in "iu" or (ids < 1).any():
        msg = (
            f"the column 'source_id' of `{name}` holds {ids.dtype}, but whole numbers "
            f"from 1 on are needed; number them with "
            f"`{name}.assign(source_id=range(1, len({name}) + 1))`."
        )
        raise ParameterError(msg)
    known, counts = np.unique(ids, return_counts=True)
    if (counts > 1).any():
        twice = known[counts > 1][:SHOWN].tolist()
        msg = (
            f"`{name}` has the ids {twice} more than once; join their parts with "
            f"`{name}.dissolve('source_id', as_index=False)`, or number them anew."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, twice)))
    return frame, ids.astype(np.int64)


def checked_areas(frame: gpd.GeoDataFrame, column: str | None, *, name: str) -> Floats:
    """Return areas of patches, m2, or what a column has instead; all above 0."""
    if column is None:
        return np.asarray(frame.area.to_numpy(), dtype=np.float64)
    values = checked_column(frame, column, name=name)
    if not (values > 0).all():
        bad = frame["source_id"][~(values > 0)].tolist()
        msg = (
            f"the column {column!r} of `{name}` is 0, below or missing for the ids "
            f"{bad[:SHOWN]}, but numbers above 0 are needed; leave them out with "
            f"`{name}[{name}[{column!r}] > 0]`."
        )
        raise ParameterError(msg)
    return values


def checked_column(table: pd.DataFrame, column: str, *, name: str) -> Floats:
    """Return a column of real numbers."""
    if column not in table.columns:
        msg = (
            f"`{name}` lacks the column {column!r}; it has "
            f"{', '.join(map(repr, table.columns)) or 'none'}."
        )
        raise SchemaError(msg, missing=(column,))
    if table[column].dtype.kind not in "iuf":
        msg = (
            f"the column {column!r} of `{name}` holds {table[column].dtype}, but "
            f"numbers are needed; use `{name}.astype({{{column!r}: float}})`."
        )
        raise ParameterError(msg)
    return table[column].to_numpy(dtype=np.float64)


def link_ends(links: pd.DataFrame, ids: Ints) -> tuple[Ints, Ints]:
    """Return the positions in `ids` of both ends of each row of a link table."""
    import pandas as pd

    if not isinstance(links, pd.DataFrame):
        msg = (
            f"`links` is a {type(links).__name__}, but a table with the columns "
            "'from_id' and 'to_id' is needed, such as "
            "`ecozoning.network.corridors(...).links`."
        )
        raise ParameterError(msg)
    place = pd.Index(ids)
    named = [pd.Index(checked_column(links, end, name="links")) for end in ENDS]
    ends = [place.get_indexer(each) for each in named]
    strange = sorted({*links[ENDS[0]][ends[0] < 0], *links[ENDS[1]][ends[1] < 0]})
    if strange:
        msg = (
            f"`links` names the ids {strange[:SHOWN]}, which `patches` has not; take "
            "those it has with `links[links['from_id'].isin(patches['source_id']) & "
            "links['to_id'].isin(patches['source_id'])]`."
        )
        raise ParameterError(msg)
    itself = links[ENDS[0]][ends[0] == ends[1]]
    if len(itself):
        msg = (
            f"`links` joins {itself.iloc[0]} with itself; leave such rows out with "
            "`links[links['from_id'] != links['to_id']]`."
        )
        raise ParameterError(msg)
    return np.minimum(*ends).astype(np.int64), np.maximum(*ends).astype(np.int64)


def known_links(links: pd.DataFrame, ids: Ints, column: str) -> Links:
    """Return the finite links of a table, the shortest of each pair."""
    one, two = link_ends(links, ids)
    lengths = checked_column(links, column, name="links")
    if not (lengths >= 0).all():
        bad = int((~(lengths >= 0)).sum())
        msg = (
            f"the column {column!r} of `links` is below 0 or missing in {bad} rows, "
            "but a distance of 0 or more is needed; infinite means no link. Leave "
            f"them out with `links[links[{column!r}] >= 0]`."
        )
        raise ParameterError(msg)
    order = np.lexsort((lengths, two, one))
    one, two, lengths = one[order], two[order], lengths[order]
    first = np.ones(one.size, dtype=bool)
    first[1:] = (one[1:] != one[:-1]) | (two[1:] != two[:-1])
    return Links(one, two, lengths, ids.size).where(first & np.isfinite(lengths))


def euclidean_links(frame: gpd.GeoDataFrame, farthest_m: float | None) -> Links:
    """Return distances between the edges of all patches, or of those near enough."""
    shapes = frame.geometry.to_numpy()
    if farthest_m is None:
        one, two = np.triu_indices(len(shapes), 1)
    else:
        found = shapely.STRtree(shapes).query(
            shapes, predicate="dwithin", distance=farthest_m
        )
        one, two = found[:, found[0] < found[1]]
        order = np.lexsort((two, one))
        one, two = one[order], two[order]
    one, two = one.astype(np.int64), two.astype(np.int64)
    return Links(one, two, _distances(shapes[one], shapes[two]), len(shapes))


def _distances(ones: NDArray[Any], twos: NDArray[Any]) -> Floats:
    """Return distances of pairs, in threads."""
    parts = -(-ones.size // PAIRS_AT_ONCE) or 1
    with ThreadPoolExecutor(thread_count()) as pool:
        found = pool.map(
            shapely.distance, np.array_split(ones, parts), np.array_split(twos, parts)
        )
        return np.concatenate(list(found))
