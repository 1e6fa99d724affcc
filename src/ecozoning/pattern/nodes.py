"""Nodes (生态节点): where corridors cross or part, and the middle of pinch points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

__all__ = ["nodes_of"]

ROUNDING_M = 1e-3
"""Places nearer than this are one."""


def nodes_of(
    corridors: gpd.GeoDataFrame,
    pinch_points: gpd.GeoDataFrame,
    sources: gpd.GeoDataFrame,
    *,
    merge_distance_m: float,
) -> gpd.GeoDataFrame:
    """
    Return the nodes of a network.

    A crossing is a point off the sources in which two corridors meet: where they cross,
    and both ends of a stretch that they share. Crossings no farther apart than the
    distance, also by way of others, are one node at their mean. A pinch point has its
    node in the point inside it that is nearest to its centroid. From north to south,
    crossings first.
    """
    found = _meetings(corridors.geometry.to_numpy())
    land = shapely.union_all(sources.geometry.to_numpy())
    shapely.prepare(land)
    off = ~shapely.dwithin(land, shapely.points(found), ROUNDING_M)
    crossings = _clustered(found[off], max(merge_distance_m, ROUNDING_M))
    middles = np.array(
        [_middle(shape) for shape in pinch_points.geometry], dtype=np.float64
    ).reshape(-1, 2)
    places = np.concatenate([_ordered(crossings), _ordered(middles)])
    kinds = ["crossing"] * len(crossings) + ["pinch_point"] * len(middles)
    columns: dict[str, Any] = {
        "node_id": np.arange(1, len(kinds) + 1),
        "kind": np.array(kinds, dtype=object),
        "geometry_kind": "modelled",
    }
    points = shapely.points(places)
    return gpd.GeoDataFrame(columns, geometry=points, crs=sources.crs)


def _meetings(lines: NDArray[np.object_]) -> Points:
    """Return the points in which lines meet, and ends of stretches that they share."""
    one, two = shapely.STRtree(lines).query(lines, predicate="intersects")
    one, two = one[one < two], two[one < two]
    both = shapely.intersection(lines[one], lines[two])
    shared, pair = shapely.get_parts(both, return_index=True)
    shared, part = shapely.get_parts(shared, return_index=True)
    pair, along = pair[part], shapely.get_dimensions(shared) == 1
    crossed = shapely.get_coordinates(shared[~along])
    if not along.any():
        return np.asarray(crossed)
    stretches = shapely.multilinestrings(shared[along], indices=_numbered(pair[along]))
    ends = shapely.get_coordinates(shapely.boundary(shapely.line_merge(stretches)))
    return np.concatenate([crossed, ends])


def _numbered(pair: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return ascending numbers without gaps."""
    return np.asarray(np.unique(pair, return_inverse=True)[1])


def _clustered(points: Points, distance_m: float) -> Points:
    """Return the mean of points that hang together by steps of a distance."""
    if not len(points):
        return points
    shapes = shapely.points(points)
    one, two = shapely.STRtree(shapes).query(
        shapes, predicate="dwithin", distance=distance_m
    )
    links = coo_array((np.ones(one.size, np.int8), (one, two)), (len(points),) * 2)
    count, group = connected_components(links, directed=False)
    members = np.bincount(group, minlength=count)
    sums = [np.bincount(group, points[:, axis], count) for axis in (0, 1)]
    return np.column_stack(sums) / members[:, None]


def _ordered(points: Points) -> Points:
    return points[np.lexsort((points[:, 0], -points[:, 1]))]


def _middle(shape: shapely.Geometry) -> tuple[float, float]:
    """Return the point of a shape that is nearest to its centroid."""
    line = shapely.shortest_line(shape, shapely.centroid(shape))
    x, y = shapely.get_coordinates(line)[0].tolist()
    return x, y
