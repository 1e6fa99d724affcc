"""The grid of a raster: where its cells are, how large, and whether two agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod

from ecozoning._kernels.ellipsoid import survey_strips
from ecozoning._validation.crs import check_lonlat_domain
from ecozoning._validation.rasters import (
    DRIFT,
    check_metric,
    check_raster,
    crs_name,
    even_axis,
    raster_crs,
    stated_transform,
)
from ecozoning.errors import CRSMismatchError, GridMismatchError, ParameterError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]

__all__ = ["RasterGrid", "check_same_grid", "compared_grids", "grid_of"]


@dataclass(frozen=True)
class RasterGrid:
    """Where the cells of a raster are.

    Attributes
    ----------
    crs : pyproj.CRS
        Of the coordinates.
    rows, columns : int
        Size.
    x, y : float
        Centre of the first cell of the first row.
    dx, dy : float
        Step to the next column and row; `dy` is below 0 in a raster with north up. NaN
        along an axis of one cell whose length nobody states.
    """

    crs: CRS
    rows: int
    columns: int
    x: float
    y: float
    dx: float
    dy: float

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.crs.is_geographic

    @property
    def row_centres(self) -> Floats:
        """Ordinate of each row."""
        step = self.dy if self.rows > 1 else 0.0
        return np.asarray(self.y + np.arange(self.rows) * step, dtype=np.float64)

    def cell_lengths_m(self) -> Floats:
        """Return per row the width and the height of its cells in metres, (rows, 2)."""
        width, height = abs(self.dx), abs(self.dy)
        if not self.is_geographic:
            return np.full((self.rows, 2), (width, height))
        geod = self.crs.get_geod() or Geod(ellps="GRS80")
        y = self.row_centres
        origin, across = np.zeros_like(y), np.full_like(y, width)
        lower = np.maximum(y - height / 2, -90.0)
        upper = np.minimum(y + height / 2, 90.0)
        wide = geod.inv(origin, y, across, y)[2]
        high = geod.inv(origin, lower, origin, upper)[2]
        # To the millimetre, so that the same terrain elsewhere breaks ties alike.
        return np.column_stack([wide, high]).round(3)

    def cell_areas_m2(self) -> Floats:
        """Return per row the area of a cell; of degrees on the CGCS2000 ellipsoid."""
        width, height = abs(self.dx), abs(self.dy)
        if not self.is_geographic:
            return np.full(self.rows, width * height)
        edges = np.append(
            self.row_centres - self.dy / 2, self.row_centres[-1] + self.dy / 2
        )
        lat = np.repeat(np.clip(edges, -90.0, 90.0), 2)
        strips = survey_strips(np.tile([0.0, width], edges.size), lat)[::2]
        return np.asarray(np.abs(np.diff(strips)))

    def describe(self) -> str:
        """Return size, first cell, steps and CRS in one line, for messages."""
        return (
            f"{self.rows} x {self.columns} cells of {self.dx:.9g} x {self.dy:.9g} "
            f"from ({self.x:.9g}, {self.y:.9g}) in {crs_name(self.crs)}"
        )

    def difference(self, other: RasterGrid) -> str:
        """Return in words what sets two grids apart, "" if nothing does."""
        if not self.crs.equals(other.crs, ignore_axis_order=True):
            return "their CRS differ"
        if (self.rows, self.columns) != (other.rows, other.columns):
            return "their sizes differ"
        for axis, step, theirs, cells in (
            ("x", self.dx, other.dx, self.columns),
            ("y", self.dy, other.dy, self.rows),
        ):
            if cells > 1 and not abs(step - theirs) * cells <= DRIFT * abs(step):
                return f"their cell sizes along {axis!r} differ"
        shifts = (abs(self.x - other.x), abs(self.y - other.y))
        # A lone cell without a stated size has nothing to measure a shift by.
        scales = [DRIFT * abs(s) if s == s else 0.0 for s in (self.dx, self.dy)]
        if shifts[0] > scales[0] or shifts[1] > scales[1]:
            return f"they are {shifts[0]:.9g}, {shifts[1]:.9g} apart"
        return ""


def grid_of(
    raster: xr.DataArray, *, name: str, metric: bool = False, least_cells: int = 1
) -> RasterGrid:
    """
    Return the grid of a raster, insisting that it has a sound one.

    With `metric` cells must have a size in metres: a CRS in metres or in degrees, not
    in feet, and more than one cell, or a stated transform, along each axis.
    """
    check_raster(raster, name=name, least_cells=least_cells)
    crs = raster_crs(raster, name)
    transform = stated_transform(raster, name)
    x, dx = even_axis(raster, "x", None if transform is None else transform[1], name)
    y, dy = even_axis(raster, "y", None if transform is None else transform[5], name)
    if dx < 0:
        msg = f"`{name}` runs from east to west; use `{name}.sortby('x')`."
        raise ParameterError(msg)
    grid = RasterGrid(crs, raster.shape[0], raster.shape[1], x, y, dx, dy)
    if metric:
        check_metric(raster, crs, (dx, dy), name)
    if crs.is_geographic:
        ends = np.array([x, x + (grid.columns - 1) * dx]) if dx == dx else np.array([x])
        check_lonlat_domain(
            ends,
            grid.row_centres[[0, -1]][: ends.size],
            name=name,
            mend="rio.write_crs(...)",
        )
    return grid


def check_same_grid(**rasters: xr.DataArray) -> RasterGrid:
    """Return the grid that named rasters share, or print both sides and refuse."""
    grids = _each(rasters)
    (name, first), *others = grids.items()
    for other, grid in others:
        apart = first.difference(grid)
        if apart:
            kind = CRSMismatchError if "CRS" in apart else GridMismatchError
            msg = (
                f"`{name}` and `{other}` are not on one grid, {apart}:\n"
                f"  {name}: {first.describe()}\n  {other}: {grid.describe()}\n"
                f"Use `{other} = ecozoning.align_to({other}, {name}, "
                "resampling='bilinear')`, or 'nearest' for classes."
            )
            raise kind(msg)
    return first


def compared_grids(rasters: dict[str, xr.DataArray]) -> dict[str, RasterGrid]:
    """Return the grids of two named rasters or more."""
    if len(rasters) < 2:
        msg = f"{len(rasters)} rasters were given; at least two can be compared."
        raise ParameterError(msg)
    return _each(rasters)


def _each(rasters: dict[str, xr.DataArray]) -> dict[str, RasterGrid]:
    return {name: grid_of(raster, name=name) for name, raster in rasters.items()}
