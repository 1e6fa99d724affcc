"""How far the borders between zones lie from those of another zoning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from ecozoning.overlay.local_plane import LocalPlane, degrees_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Geometry = Any  # shapely has no types

__all__ = ["border_distances"]

STEP_M: Final = 10.0
MOST_STEPS: Final = 50_000
ALONG_OUTLINE_M: Final = 1.0
"""A line so near to the outline of all zones belongs to it."""
HIGH: Final = 0.95
SLIT_M: Final = 1.0
GRID_M: Final = 0.01
"""Borders of two neighbours so near to each other are one line."""


def border_distances(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Return length and distances of the inner borders of each zoning to the other's.

    Inner borders are those between zones; the outline of all zones, holes filled, is
    none, nor are slits up to 1 m wide within a zone. A border is cut into steps of 10 m
    (longer ones, if there are more than 50 000), whose middles and ends are measured:
    mean and 95 % by length from the middles, the maximum from both.
    """
    one, other = _inner_borders(a, b)
    rows = {"a_to_b": _distances(one, other), "b_to_a": _distances(other, one)}
    columns = ["length_km", "mean_m", "p95_m", "max_m"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _inner_borders(
    a: gpd.GeoDataFrame, b: gpd.GeoDataFrame
) -> tuple[Geometry, Geometry]:
    """Return the inner borders of both in metres of one plane."""
    degrees = [degrees_of(layer, name=name) for name, layer in (("a", a), ("b", b))]
    west, south, east, north = shapely.total_bounds(np.concatenate(degrees))
    plane = LocalPlane((west + east) / 2, (south + north) / 2)
    one, other = (_inner(_whole(plane.flatten(shapes))) for shapes in degrees)
    return one, other


def _whole(polygons: Geometry) -> Geometry:
    """Return polygons without slits, which are no borders: both sides are one zone.

    Units whose neighbours lack their vertices leave some when they are joined. And what
    was valid in its own CRS may not be so in another one.
    """
    valid = shapely.make_valid(polygons, method="structure", keep_collapsed=False)
    wide = shapely.buffer(valid, SLIT_M / 2, join_style="mitre", mitre_limit=2)
    return shapely.buffer(wide, -SLIT_M / 2, join_style="mitre", mitre_limit=2)


def _inner(polygons: Geometry) -> Geometry:
    """Return the lines between polygons, without the outline of them all."""
    lines = shapely.union_all(shapely.boundary(polygons), grid_size=GRID_M)
    parts = shapely.get_parts(shapely.union_all(polygons, grid_size=GRID_M))
    outline = shapely.union_all(shapely.get_exterior_ring(parts))
    return shapely.difference(lines, shapely.buffer(outline, ALONG_OUTLINE_M))


def _distances(lines: Geometry, target: Geometry) -> tuple[float, ...]:
    """Return km of lines, and mean, high and largest metres to a target."""
    length = float(shapely.length(lines))
    if not length:
        return 0.0, np.nan, np.nan, np.nan
    if shapely.is_empty(target):
        return length / 1000, np.nan, np.nan, np.nan
    starts, ends = _segments(
        shapely.segmentize(lines, max(STEP_M, length / MOST_STEPS))
    )
    tree = shapely.STRtree(shapely.linestrings(np.stack(_segments(target), axis=1)))
    weights = np.hypot(*(ends - starts).T)
    middle = _nearest(tree, (starts + ends) / 2)
    at_ends = _nearest(tree, np.concatenate([starts, ends]))
    mean = float(np.average(middle, weights=weights))
    largest = float(max(middle.max(), at_ends.max()))
    return length / 1000, mean, _quantile(middle, weights), largest


def _segments(lines: Geometry) -> tuple[Floats, Floats]:
    """Return the first and the last point of every edge."""
    points, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    same = line[1:] == line[:-1]
    return points[:-1][same], points[1:][same]


def _nearest(tree: shapely.STRtree, points: Floats) -> Floats:
    found = tree.query_nearest(
        shapely.points(points), return_distance=True, all_matches=False
    )
    return np.asarray(found[1])


def _quantile(values: Floats, weights: Floats) -> float:
    """Return the value under which 95 % of the weight lies."""
    order = np.argsort(values)
    heap = np.cumsum(weights[order])
    place = np.searchsorted(heap, HIGH * heap[-1])
    return float(values[order][min(int(place), len(values) - 1)])
