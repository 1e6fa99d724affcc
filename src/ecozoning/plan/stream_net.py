"""Streams of an elevation grid as chains of cells, for placing named rivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from pyproj import Geod
from rasterio.features import rasterize

from ecozoning.raster.draining import drainage

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["StreamNet", "geodesic_km", "stream_net"]

_GEOD: Final = Geod(ellps="GRS80")  # CGCS2000's ellipsoid to a tenth of a millimetre
_STEPS: Final = {
    1: (0, 1),
    2: (1, 1),
    4: (1, 0),
    8: (1, -1),
    16: (0, -1),
    32: (-1, -1),
    64: (-1, 0),
    128: (-1, 1),
}
_BURN_M: Final = 30.0
"""How deep an open river line is cut into the grid, so that tributaries meet it."""
HEAD_KM2: Final = 2.0
"""Basin at which a stream begins: above, a line of 0.9 km cells is no stream."""


@dataclass(frozen=True)
class StreamNet:
    """Cells of a grid, each with the cell it drains to; indices are flat."""

    downstream: NDArray[np.int64]
    upstream: NDArray[np.int64]
    basin_km2: NDArray[np.float64]
    cell_km2: NDArray[np.float64]
    elevation: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def trace(self, cell: int) -> list[int]:
        """Return a cell and all below it, down to the edge of the grid."""
        path = [int(cell)]
        while (below := int(self.downstream[path[-1]])) != path[-1]:
            path.append(below)
        return path

    def main_stem(self, cell: int) -> list[int]:
        """Return the cells from the head of the largest branch down to a cell."""
        path = [int(cell)]
        while (above := int(self.upstream[path[-1]])) >= 0:
            if self.basin_km2[above] < HEAD_KM2:
                break
            path.append(above)
        return path[::-1]

    def outlet(self) -> NDArray[np.int64]:
        """Return the last cell that each cell drains to."""
        out = self.downstream
        while not np.array_equal(out, out[out]):
            out = out[out]
        return out

    def inside(self, area: shapely.Geometry) -> NDArray[np.bool_]:
        """Say which cells have their centre in an area, and an elevation."""
        within = shapely.contains_xy(area, self.lon, self.lat)
        return np.asarray(within & np.isfinite(self.basin_km2))

    def nearest(self, point: shapely.Point) -> int:
        """Return the cell whose centre is nearest to a point."""
        east = (self.lon - point.x) * np.cos(np.radians(point.y))
        return int(np.argmin(np.hypot(east, self.lat - point.y)))

    def line(self, cells: Sequence[int]) -> shapely.LineString:
        """Return the line through the centres of cells."""
        return shapely.linestrings(self.lon[list(cells)], self.lat[list(cells)])

    def area_above(self, metres: float) -> NDArray[np.float64]:
        """Return the part of each cell's basin above an elevation, in km2."""
        total = np.where(self.elevation > metres, self.cell_km2, 0.0)
        # Basins grow downstream, so a cell comes after every cell above it.
        for cell in np.argsort(self.basin_km2, kind="stable"):
            below = self.downstream[cell]
            if below != cell:
                total[below] += total[cell]
        return total


def stream_net(dem: xr.DataArray, river: shapely.Geometry | None = None) -> StreamNet:
    """
    Return the drainage of a grid in degrees, with an open river line cut into it.

    Parameters
    ----------
    dem : xarray.DataArray
        Elevations in metres, in longitude and latitude, as `open_raster` returns them.
    river : shapely geometry, optional
        A known river line; its cells are lowered, so that the land drains to it.

    Returns
    -------
    StreamNet
        The cells and where each drains to.

    Raises
    ------
    EcozoningError
        What `ecozoning.raster.drainage` raises for a grid that cannot be used.
    """
    import rioxarray  # noqa: F401 -- registers the accessor

    heights = dem.astype("float64")
    if river is not None and not river.is_empty:
        shape, transform = dem.shape, dem.rio.transform()
        heights = heights - _BURN_M * rasterize([river], shape, transform=transform)
    water = drainage(heights.rio.write_crs(dem.rio.crs))
    basin = water.area_km2.to_numpy().ravel()
    below = _downstream(water.direction.to_numpy())
    lon, lat = np.meshgrid(dem["x"].to_numpy(), dem["y"].to_numpy())
    return StreamNet(
        downstream=below,
        upstream=_main_upstream(below, basin),
        basin_km2=basin,
        cell_km2=_own_area(below, basin),
        elevation=dem.to_numpy().ravel().astype(np.float64),
        lon=lon.ravel(),
        lat=lat.ravel(),
    )


def _downstream(code: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the flat index that each D8 direction leads to, its own for none."""
    step = np.zeros(256, dtype=np.int64)
    for direction, (rows, columns) in _STEPS.items():
        step[direction] = rows * code.shape[1] + columns
    return np.arange(code.size) + step[code.ravel()]


def _main_upstream(
    below: NDArray[np.int64], basin: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the cell with most land that drains into each cell, -1 for none."""
    out = np.full(below.size, -1, dtype=np.int64)
    # The last one written stays: the largest, and of equals the first.
    order = np.lexsort((-np.arange(below.size), np.nan_to_num(basin)))
    order = order[below[order] != order]
    out[below[order]] = order
    return out


def _own_area(
    below: NDArray[np.int64], basin: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the area of each cell: its basin less those that drain into it."""
    into = np.nan_to_num(basin).copy()
    moving = np.flatnonzero(below != np.arange(below.size))
    np.subtract.at(into, below[moving], np.nan_to_num(basin)[moving])
    return into


def geodesic_km(shape: shapely.Geometry) -> float:
    """
    Return the length of a line in degrees over the ellipsoid, in kilometres.

    Examples
    --------
    >>> geodesic_km(shapely.LineString([(115, 28), (115, 29)]))
    110.8
    """
    return float(_GEOD.geometry_length(shape)) / 1e3
