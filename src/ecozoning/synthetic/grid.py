"""The grid of a synthetic county, and rasters on it that say what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._optional import import_optional
from ecozoning.errors import ParameterError
from ecozoning.raster.checks import check_positive

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

__all__ = ["BLOCKS", "CRS", "Grid", "made_grid"]

CRS: Final = "EPSG:4547"
WEST_M, NORTH_M = 450_000.0, 3_200_000.0
LEAST_CELLS: Final = 40
BLOCKS: Final = 20
"""Blocks along each side; a class has a whole number of the 400."""


@dataclass(frozen=True)
class Grid:
    """Rows and columns of a square grid, its cell, and blocks of a Dask array."""

    rows: int
    columns: int
    cell_m: float
    chunks: int | None

    def fill(self, function: Callable[..., Any], dtype: Any) -> Any:  # noqa: ANN401
        """Return what a function makes of rows (n, 1) and columns (1, m)."""
        if self.chunks is None:
            down, across = np.arange(self.rows), np.arange(self.columns)
            return _whole(down[:, None], across[None, :], function, dtype)
        da: Any = import_optional("dask.array", extra="dask")
        down = da.arange(self.rows, chunks=self.chunks)[:, None]
        across = da.arange(self.columns, chunks=self.chunks)[None, :]
        return da.map_blocks(_whole, down, across, function, dtype, dtype=dtype)

    def raster(
        self, function: Callable[..., Any], name: str, units: str
    ) -> xr.DataArray:
        """Return a raster of quantities that says that it is synthetic."""
        return self._labelled(self.fill(function, np.float32), name, {"units": units})

    def classes(
        self, function: Callable[..., Any], name: str, words: list[str]
    ) -> xr.DataArray:
        """Return a raster of classes from 1 on that says that it is synthetic."""
        attrs = {
            "flag_values": np.arange(1, len(words) + 1, dtype=np.uint8),
            "flag_meanings": " ".join(words),
            "_FillValue": np.uint8(255),
        }
        return self._labelled(self.fill(function, np.uint8), name, attrs)

    def _labelled(self, data: Any, name: str, attrs: dict[str, Any]) -> xr.DataArray:  # noqa: ANN401
        import rioxarray  # noqa: F401 -- registers the accessor
        import xarray as xr

        y = NORTH_M - self.cell_m * (np.arange(self.rows) + 0.5)
        x = WEST_M + self.cell_m * (np.arange(self.columns) + 0.5)
        bare = xr.DataArray(data, {"y": y, "x": x}, ("y", "x"), name=name)
        raster: xr.DataArray = bare.rio.write_crs(CRS)
        named = {"long_name": f"synthetic {name.replace('_', ' ')}"}
        raster.attrs = named | attrs | {"synthetic": "yes"}
        return raster

    def box(self, west: float, north: float, east: float, south: float) -> Any:  # noqa: ANN401
        """Return the box between shares of the width and of the height."""
        import shapely

        wide, high = self.columns * self.cell_m, self.rows * self.cell_m
        return shapely.box(
            WEST_M + west * wide,
            NORTH_M - south * high,
            WEST_M + east * wide,
            NORTH_M - north * high,
        )


def _whole(down: Any, across: Any, function: Callable[..., Any], dtype: Any) -> Any:  # noqa: ANN401
    """Return what a function gives for each cell, as an array of its own."""
    shape = (down.shape[0], across.shape[1])
    return np.ascontiguousarray(np.broadcast_to(function(down, across), shape), dtype)


def made_grid(cells: int | tuple[int, int], cell_m: float, chunks: int | None) -> Grid:
    """Return the grid, insisting on its domain."""
    sides = cells if isinstance(cells, tuple) else (cells, cells)
    if len(sides) != 2 or min(sides) < LEAST_CELLS:
        msg = f"`cells` is {cells!r}, but at least {LEAST_CELLS} each way are needed."
        raise ParameterError(msg)
    check_positive("cell_m", cell_m)
    if chunks is not None:
        check_positive("chunks", chunks)
    rows, columns = (int(side) // BLOCKS * BLOCKS for side in sides)
    return Grid(rows, columns, float(cell_m), chunks)
