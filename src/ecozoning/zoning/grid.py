"""The equal-area grid on which zones are modelled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS, Transformer

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Geometry

__all__ = ["Grid", "make_grid"]

PAD_CELLS = 4
"""Cells around the county, so that lines between zones can run out of it."""


@dataclass(frozen=True)
class Grid:
    """Square cells of equal area over a county, and how to get from and to lon/lat.

    Attributes
    ----------
    crs : pyproj.CRS
        Lambert azimuthal equal area on the CGCS2000 ellipsoid, centred on the county.
    cell_m : float
        Side of a cell in metres.
    x, y : numpy.ndarray, float64
        Cell centres in metres along columns (eastwards) and rows (southwards).
    inside : numpy.ndarray, bool, (rows, columns)
        Cells whose centre lies in the county.
    """

    crs: CRS
    cell_m: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    inside: NDArray[np.bool_]

    @cached_property
    def to_lonlat(self) -> Transformer:
        """Transformer from the grid's metres to CGCS2000 longitude and latitude."""
        return Transformer.from_crs(self.crs, "EPSG:4490", always_xy=True)

    @cached_property
    def centres(self) -> NDArray[np.float64]:
        """(n, 2) metres of the centres inside the county, row by row."""
        columns, rows = np.meshgrid(self.x, self.y)
        return np.column_stack([columns[self.inside], rows[self.inside]])

    @cached_property
    def lonlat(self) -> NDArray[np.float64]:
        """(n, 2) longitude and latitude of the same centres."""
        return np.column_stack(self.to_lonlat.transform(*self.centres.T))

    @property
    def radius_m(self) -> float:
        """Radius of a circle of the county's area: the yardstick of all distances."""
        return float(np.sqrt(self.inside.sum() / np.pi) * self.cell_m)

    def project(self, geometry: Geometry) -> Geometry:
        """Return a lon/lat geometry in the grid's metres."""
        forward = Transformer.from_crs("EPSG:4490", self.crs, always_xy=True)
        return _transformed(geometry, forward)

    def unproject(self, geometry: Geometry) -> Geometry:
        """Return a geometry in the grid's metres as lon/lat."""
        return _transformed(geometry, self.to_lonlat)

    def corners(self, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return metres of (column, row) cell corners."""
        out = np.empty_like(edges, dtype=float)
        out[..., 0] = self.x[0] + (edges[..., 0] - 0.5) * self.cell_m
        out[..., 1] = self.y[0] - (edges[..., 1] - 0.5) * self.cell_m
        return out


def _transformed(geometry: Geometry, transformer: Transformer) -> Any:  # noqa: ANN401
    return shapely.transform(geometry, transformer.transform, interleaved=False)


def make_grid(county: Geometry, cell_m: float) -> Grid:
    """Return the grid over a county given in CGCS2000 longitude and latitude."""
    centre = county.centroid
    crs = CRS.from_dict(
        {"proj": "laea", "lat_0": centre.y, "lon_0": centre.x, "ellps": "GRS80"}
    )
    forward = Transformer.from_crs("EPSG:4490", crs, always_xy=True)
    # Straight lon/lat edges bend in the projection: densify to well below a cell.
    outline = _transformed(shapely.segmentize(county, 0.005), forward)
    west, south, east, north = outline.bounds
    x = np.arange(west - PAD_CELLS * cell_m, east + PAD_CELLS * cell_m, cell_m)
    y = np.arange(north + PAD_CELLS * cell_m, south - PAD_CELLS * cell_m, -cell_m)
    shapely.prepare(outline)
    inside = shapely.contains_xy(outline, *np.meshgrid(x, y))
    return Grid(crs, cell_m, x, y, inside)
