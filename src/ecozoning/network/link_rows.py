"""Links and corridors as layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
import xarray as xr

from ecozoning.network.belts import outline
from ecozoning.raster.burning import to_map

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.network.link_search import Link
    from ecozoning.network.surfaces import SourceCells, Surface

__all__ = ["corridor_layer", "dropped_table", "link_layer"]


def link_layer(
    links: list[Link],
    sources: gpd.GeoDataFrame | xr.DataArray,
    surface: Surface,
    cells: SourceCells,
) -> gpd.GeoDataFrame:
    """Return paths as lines with what Linkage Mapper tells of them."""
    import geopandas as gpd

    shapes = _shapes(sources, surface, cells)
    ends = np.array([link.pair for link in links], dtype=np.int64).reshape(-1, 2) - 1
    cost = np.array([link.cost for link in links], dtype=np.float64)
    length = np.array([link.length for link in links], dtype=np.float64)
    apart = shapely.distance(shapes[ends[:, 0]], shapes[ends[:, 1]])
    touching = apart <= 0
    columns = {
        "link_id": np.arange(1, len(links) + 1),
        "from_id": cells.ids[ends[:, 0]],
        "to_id": cells.ids[ends[:, 1]],
        "euclidean_distance_m": apart,
        "cost_distance": cost,
        "path_length_m": length,
        "cost_to_euclidean": np.where(
            touching, np.nan, cost / np.where(touching, 1.0, apart)
        ),
        "cost_to_length": cost / length,
        "through_ids": [_joined(link, cells) for link in links],
    }
    lines = [_line(link, surface) for link in links]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=surface.grid.crs)


def _joined(link: Link, cells: SourceCells) -> str:
    return ",".join(str(cells.ids[k - 1]) for k in link.through)


def _line(link: Link, surface: Surface) -> Any:  # noqa: ANN401 -- a geometry
    """Return a path through centres of cells."""
    grid = surface.grid
    x = grid.x + link.path[:, 1] * grid.dx
    y = grid.y + link.path[:, 0] * (grid.dy if grid.rows > 1 else 0.0)
    return shapely.LineString(np.column_stack([x, y]))


def _shapes(
    sources: gpd.GeoDataFrame | xr.DataArray, surface: Surface, cells: SourceCells
) -> NDArray[Any]:
    """Return the polygons of the sources that take part, by position."""
    if not isinstance(sources, xr.DataArray):
        by_id = sources.set_index("source_id").geometry
        return np.asarray(by_id.loc[cells.ids].to_numpy())
    from rasterio.features import shapes

    grid = surface.grid
    corner = to_map(grid)
    numbers = np.asarray(sources.data)
    place = np.searchsorted(cells.ids, numbers)
    place[place == cells.ids.size] = 0
    labels = np.where(cells.ids[place] == numbers, place + 1, 0).astype(np.int32)
    parts: list[list[Any]] = [[] for _ in cells.ids]
    for drawn, label in shapes(labels, mask=labels > 0, transform=corner):
        rings = drawn["coordinates"]
        parts[int(label) - 1].append(shapely.Polygon(rings[0], rings[1:]))
    return np.array([shapely.MultiPolygon(own) for own in parts], dtype=object)


def corridor_layer(
    links: list[Link], layer: gpd.GeoDataFrame, surface: Surface
) -> gpd.GeoDataFrame:
    """Return corridors as polygons, of links that have any land between them."""
    import geopandas as gpd

    wide, high = surface.steps_m
    there = np.array([link.belt.cells > 0 for link in links], dtype=bool)
    kept = [link for link in links if link.belt.cells]
    area = np.array([link.belt.cells for link in kept], dtype=np.float64) * wide * high
    length = np.array([link.length for link in kept], dtype=np.float64)
    columns = layer.loc[there, ["link_id", "from_id", "to_id"]].reset_index(drop=True)
    columns = pd.DataFrame(columns).assign(
        area_km2=area / 1e6,
        mean_width_m=area / length,
        cutoff_cost=[link.belt.cutoff for link in kept],
    )
    outlines = [outline(link.belt, surface.grid) for link in kept]
    return gpd.GeoDataFrame(columns, geometry=outlines, crs=surface.grid.crs)


def dropped_table(links: list[Link], cells: SourceCells) -> pd.DataFrame:
    """Return paths through other sources, which the network does without."""
    rows = [
        (
            int(cells.ids[link.pair[0] - 1]),
            int(cells.ids[link.pair[1] - 1]),
            link.cost,
            _joined(link, cells),
        )
        for link in links
    ]
    names = ["from_id", "to_id", "cost_distance", "through_ids"]
    return pd.DataFrame(rows, columns=names).astype(
        {"from_id": "int64", "to_id": "int64", "cost_distance": "float64"}
    )
