"""Polygons laid on the grid of a raster: their edges in cells, their boxes, bands."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ecozoning._apply import run_kernel
from ecozoning._validation import check_lonlat_domain, check_polygons
from ecozoning.errors import CRSMismatchError, GeometryError, SmallZonesWarning
from ecozoning.overlay.areas import rings_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning.overlay.areas import Rings
    from ecozoning.raster.grid import RasterGrid

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.int64]

__all__ = [
    "Bands",
    "Footprints",
    "Window",
    "check_zones_crs",
    "footprints_in",
    "footprints_of",
    "row_areas_m2",
    "warn_of_small_zones",
]

BAND_CELLS: Final = 1 << 20
"""Cells of the box of a polygon that are one piece of work."""
STRIP_ROWS: Final = 64
FARTHEST_CELLS: Final = 1e9
ROUNDING: Final = 8 * float(np.finfo(np.float64).eps)
FEW_CELLS: Final = 50
EDGE_WORK: Final = 30
"""Cells that take as long as an edge."""


class Window(NamedTuple):
    """A block of a raster: rows from the north and columns, last ones not included.

    `origin` and `step` lead from these rows to those of the array.
    """

    top: int
    bottom: int
    left: int
    right: int
    origin: int
    step: int

    @property
    def place(self) -> tuple[int, int, int]:
        """Return what kernels take, see `_kernels.zonal`."""
        return self.origin, self.step, -self.left


class Bands(NamedTuple):
    """Pieces of work: bands of rows of the box of a polygon, in the order of these."""

    owner: Ints  # (n,) position of the polygon
    table: Ints  # (n, 6) first and last edge, top, bottom, left, right

    def shares(self, count: int) -> list[int]:
        """Return where some `count` shares of about the same work begin and end."""
        rows, columns = self.table[:, 3] - self.table[:, 2], self.table[:, 5]
        cells = rows * (columns - self.table[:, 4])
        work = np.cumsum(cells + EDGE_WORK * (self.table[:, 1] - self.table[:, 0]))
        cuts = np.searchsorted(work, np.linspace(0, work[-1], count + 1)[1:-1])
        ends: list[int] = np.unique([0, *cuts.tolist(), len(work)]).tolist()
        return ends

    def part(self, first: int, last: int) -> Bands:
        """Return the bands from the first to before the last."""
        return Bands(self.owner[first:last], self.table[first:last])


@dataclass(frozen=True)
class Footprints:
    """Polygons in cells of a grid, see `_kernels.coverage`.

    Attributes
    ----------
    grid : RasterGrid
        Of the raster.
    edges : (n, 5) float64
        Of all polygons, one polygon after the other.
    ends : (polygons, 2) int64
        First and last edge of each.
    boxes : (polygons, 4) int64
        Top, bottom, left and right of the cells that each may touch.
    """

    grid: RasterGrid
    edges: Floats
    ends: Ints
    boxes: Ints

    def bands(self, window: Window) -> Bands:
        """Return the bands of all polygons that may cover cells of a window."""
        top = np.maximum(self.boxes[:, 0], window.top)
        bottom = np.minimum(self.boxes[:, 1], window.bottom)
        left = np.maximum(self.boxes[:, 2], window.left)
        right = np.minimum(self.boxes[:, 3], window.right)
        owner = np.flatnonzero((top < bottom) & (left < right))
        # From west to east along strips, so that neighbours find pages of the raster
        # still mapped; in any other order small zones wait for memory.
        owner = owner[np.lexsort((left[owner], top[owner] // STRIP_ROWS))]
        height = np.maximum(BAND_CELLS // np.maximum(right - left, 1), 1)[owner]
        pieces = -(-(bottom - top)[owner] // height)
        before = np.cumsum(pieces) - pieces
        number = np.arange(pieces.sum()) - np.repeat(before, pieces)
        owner, height = np.repeat(owner, pieces), np.repeat(height, pieces)
        first = top[owner] + number * height
        last = np.minimum(first + height, bottom[owner])
        columns = (first, last, left[owner], right[owner])
        table = np.column_stack([self.ends[owner], *columns])
        return Bands(owner, np.ascontiguousarray(table, dtype=np.int64))

    def areas(self, *, exact: bool) -> Floats:
        """Return cells and m2 of whole polygons, on the grid continued without end."""
        from ecozoning._kernels.coverage import polygon_areas

        first, last = int(self.boxes[:, 0].min()), int(self.boxes[:, 1].max())
        out = np.empty((len(self.ends), 2))
        if self.grid.is_geographic:
            row_areas = row_areas_m2(self.grid, first, max(last, first + 1))
        else:
            row_areas = row_areas_m2(self.grid, 0, 1)
        inputs = (self.edges, self.ends, row_areas)
        run_kernel(polygon_areas, inputs, out, (first, exact))
        return out


def row_areas_m2(grid: RasterGrid, first: int, last: int) -> Floats:
    """Return the area of a cell of the rows counted from the north, also beyond."""
    north = grid.y if grid.dy < 0 else grid.y + (grid.rows - 1) * grid.dy
    height = abs(grid.dy)
    rows = replace(grid, rows=last - first, y=north - first * height, dy=-height)
    return rows.cell_areas_m2()


def footprints_of(zones: gpd.GeoDataFrame, grid: RasterGrid, *, of: str) -> Footprints:
    """Lay a layer of polygons on the grid of the raster named `of`."""
    frame = check_polygons(zones, name="zones")
    check_zones_crs(frame.crs, grid, of=of)
    return footprints_in(frame.geometry.to_numpy(), frame.index, grid)


def footprints_in(
    geometries: Geometries, index: pd.Index, grid: RasterGrid
) -> Footprints:
    """Lay valid polygons in the CRS of a grid on it; `index` has what to call them."""
    rings = rings_of(geometries)
    cells = _in_cells(rings, index, grid)
    return _laid(cells, rings, grid, len(geometries))


def _laid(cells: Floats, rings: Rings, grid: RasterGrid, polygons: int) -> Footprints:
    """Return polygons by the edges of their rings in cells."""
    from ecozoning._kernels.ring_edges import ring_edges

    edges = np.empty((max(len(cells) - len(rings.owner), 0), 5))
    ends = np.zeros((polygons, 2), dtype=np.int64)
    boxes = np.tile([np.inf, -np.inf, np.inf, -np.inf], (polygons, 1))
    owner = rings.owner.astype(np.int64)
    order = np.argsort(owner, kind="stable")
    starts = rings.starts.astype(np.int64)
    count = ring_edges(cells, starts, owner, rings.is_hole, order, edges, ends, boxes)
    boxes[:, ::2], boxes[:, 1::2] = np.floor(boxes[:, ::2]), np.ceil(boxes[:, 1::2])
    return Footprints(grid, edges[:count], ends, boxes.astype(np.int64))


def check_zones_crs(crs: CRS, grid: RasterGrid, *, of: str) -> None:
    """Insist that zones are in the CRS of the grid of the raster named `of`."""
    if grid.crs.equals(crs, ignore_axis_order=True):
        return
    msg = (
        f"`zones` is in {crs.name} but `{of}` in {grid.crs.name}; one CRS is "
        f"needed, and it is the zones that can move without loss: "
        f"`zones = zones.to_crs({of}.rio.crs)`."
    )
    raise CRSMismatchError(msg)


def _in_cells(rings: Rings, index: pd.Index, grid: RasterGrid) -> Floats:
    """Return the vertices of rings in columns and rows of a grid."""
    x, y = rings.vertices.T
    if grid.is_geographic:
        check_lonlat_domain(x, y, name="zones")
    height = abs(grid.dy)
    north = max(grid.y, grid.y + (grid.rows - 1) * grid.dy) + height / 2
    west = grid.x - grid.dx / 2
    cells = np.column_stack([(x - west) / grid.dx, (north - y) / height])
    if cells.size and max(cells.max(), -cells.min()) > FARTHEST_CELLS:
        far = np.abs(cells).max(axis=1) > FARTHEST_CELLS
        ring = np.searchsorted(rings.starts, np.flatnonzero(far), side="right") - 1
        labels = index[np.unique(rings.owner[ring])].tolist()
        msg = (
            f"in `zones` the polygons {labels[:5]} ({len(labels)} in all) lie more "
            f"than {FARTHEST_CELLS:.0e} cells from the raster; their CRS is probably "
            "not that of their coordinates, see `zones.total_bounds`."
        )
        raise GeometryError(msg, index=tuple(labels))
    # What lies on the border or the centre of a cell but for the rounding of its
    # coordinates is put there; else such cells would be covered by a trillionth.
    scale = (max(abs(west), np.abs(x).max()), max(abs(north), np.abs(y).max()))
    halves = np.rint(2 * cells) / 2
    slack = ROUNDING * np.divide(scale, (grid.dx, height))
    return np.where(np.abs(cells - halves) <= slack, halves, cells)


def warn_of_small_zones(footprints: Footprints, index: pd.Index) -> None:
    """Warn of polygons with few centres, whose areas are hit by chance."""
    cells = footprints.areas(exact=False)[:, 0]
    labels = index[np.rint(cells) < FEW_CELLS].tolist()
    if labels:
        more = ", ..." if len(labels) > 5 else ""
        msg = (
            f"{len(labels)} zones ({', '.join(map(repr, labels[:5]))}{more}) hold less "
            f"than {FEW_CELLS} cells by their centres, too few for areas and means to "
            "be right; use `rule='exact'`."
        )
        warnings.warn(msg, SmallZonesWarning, stacklevel=4)
