"""A synthetic county whose slopes, classes and areas are known beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning._optional import import_optional
from ecozoning.errors import ParameterError
from ecozoning.raster.checks import check_positive
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["SyntheticCounty", "synthetic_county"]

CRS: Final = "EPSG:4547"
WEST_M, NORTH_M = 450_000.0, 3_200_000.0
LEAST_CELLS: Final = 40
BLOCKS: Final = 20
"""Blocks along each side; a class has a whole number of the 400."""
FOLD_CELLS: Final = 20
"""Rows from a valley to the next ridge."""

GRADIENTS: Final = (0.0, 0.1, 0.3, 0.6)  # rise over run, by columns from west to east
RAIN_MM: Final = (300.0, 700.0, 1300.0)  # by rows from north to south
EROSIVITY: Final = (60.0, 300.0, 900.0)
COVER: Final = {0.1: 40, 0.4: 160, 0.8: 200}
TEXTURES: Final = {"sand": 80, "loam": 200, "silt": 120}
LAND: Final = {
    "forest": 200,
    "grassland": 80,
    "cropland": 80,
    "built_up": 20,
    "water": 20,
}
GRADES: Final = {"generally": 280, "moderately": 80, "extremely": 40}


@dataclass(frozen=True)
class SyntheticCounty:
    """A county that does not exist; the answer of `synthetic_county`.

    Attributes
    ----------
    dem, rainfall, rainfall_erosivity, cover : xarray.DataArray, float32
        Quantities on one grid, in m, mm, MJ mm/(hm² h a) and as a fraction.
    soil, land_cover, importance, sensitivity : xarray.DataArray, uint8
        Classes on that grid, with flags.
    boundary, zones, townships : geopandas.GeoDataFrame
        The rectangle, three strips of it from west to east, and nine boxes.
    slope_deg : xarray.DataArray, float32
        The known slope, NaN along folds of the terrain and its rim.
    answers : pandas.DataFrame
        What is known: `layer`, `class`, `area_km2` on the map.
    """

    dem: xr.DataArray
    rainfall: xr.DataArray
    rainfall_erosivity: xr.DataArray
    cover: xr.DataArray
    soil: xr.DataArray
    land_cover: xr.DataArray
    importance: xr.DataArray
    sensitivity: xr.DataArray
    boundary: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    slope_deg: xr.DataArray
    answers: pd.DataFrame

    def __repr__(self) -> str:
        """Return that it is synthetic, and its size."""
        rows, columns = self.dem.shape
        return f"<SyntheticCounty {rows} x {columns} cells, made up>"


@dataclass(frozen=True)
class _Grid:
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


def synthetic_county(
    seed: int,
    *,
    cells: int | tuple[int, int] = 600,
    cell_m: float = 30.0,
    chunks: int | None = None,
) -> SyntheticCounty:
    """
    Make up a county of planes and blocks, and say what is known of it.

    The terrain is folded: ridges and valleys run from west to east, and the gradient
    is 0, 0.1, 0.3 and 0.6 in four strips of columns, so that the slope of every cell
    off the folds is known. Rainfall has three steps from north to south. Cover, soil,
    land cover, importance and sensitivity are squares of a board of 20 by 20, of which
    each class has a fixed number; the seed only says where. All is called synthetic in
    `attrs` and `geometry_kind`.

    Parameters
    ----------
    seed : int
        Where classes lie. The same seed gives the same county.
    cells : int or (int, int), default 600
        Rows and columns, at least 40; rounded down to a multiple of 20, so that all
        squares are of one size.
    cell_m : float, default 30.0
        Side of a cell in metres, > 0.
    chunks : int, optional
        Side of the blocks of Dask arrays; without it NumPy arrays.

    Returns
    -------
    SyntheticCounty
        Rasters, layers and answers, in CGCS2000 / 3-degree Gauss-Kruger CM 114E.

    Raises
    ------
    ParameterError
        If there are fewer than 40 cells along a side, or `cell_m` is not above 0.

    Examples
    --------
    Two fifths of the 400 squares have a cover of 0.4: 0.4 x 36 x 36 km².

    >>> county = synthetic_county(1, cells=1200)
    >>> county.answers.query("layer == 'cover'")[["class", "area_km2"]]
      class  area_km2
    0   0.1     129.6
    1   0.4     518.4
    2   0.8     648.0
    >>> float((county.cover == np.float32(0.4)).sum()) * 900 / 1e6
    518.4
    """
    grid = _grid(cells, cell_m, chunks)
    rng = np.random.default_rng(seed)
    boards: dict[str, Mapping[Any, int]] = {
        "cover": COVER,
        "soil": TEXTURES,
        "land_cover": LAND,
        "importance": _worded("important"),
        "sensitivity": _worded("sensitive"),
    }
    drawn = {name: _board(rng, list(kinds.values())) for name, kinds in boards.items()}
    rasters = {
        name: grid.classes(
            _Squares(drawn[name], grid), name, list(map(str, boards[name]))
        )
        for name in list(boards)[1:]
    }
    shares = np.array(list(COVER), dtype=np.float32)
    cover = _Squares(np.append(0.0, shares)[drawn["cover"]], grid)
    boundary, zones, townships = _layers(grid)
    return SyntheticCounty(
        dem=grid.raster(_Terrain(grid), "elevation", "m"),
        rainfall=grid.raster(_Steps(RAIN_MM, grid.rows), "rainfall", "mm"),
        rainfall_erosivity=grid.raster(
            _Steps(EROSIVITY, grid.rows), "rainfall_erosivity", "MJ mm/(hm2 h a)"
        ),
        cover=grid.raster(cover, "vegetation_cover", "1"),
        boundary=boundary,
        zones=zones,
        townships=townships,
        slope_deg=grid.raster(_KnownSlope(grid), "known_slope", "degree"),
        answers=_answers(boards, grid),
        **rasters,
    )


def _worded(word: str) -> dict[str, int]:
    return {f"{grade}_{word}": count for grade, count in GRADES.items()}


def _grid(cells: int | tuple[int, int], cell_m: float, chunks: int | None) -> _Grid:
    """Return the grid, insisting on its domain."""
    sides = cells if isinstance(cells, tuple) else (cells, cells)
    if len(sides) != 2 or min(sides) < LEAST_CELLS:
        msg = f"`cells` is {cells!r}, but at least {LEAST_CELLS} each way are needed."
        raise ParameterError(msg)
    check_positive("cell_m", cell_m)
    if chunks is not None:
        check_positive("chunks", chunks)
    rows, columns = (int(side) // BLOCKS * BLOCKS for side in sides)
    return _Grid(rows, columns, float(cell_m), chunks)


def _whole(down: Any, across: Any, function: Callable[..., Any], dtype: Any) -> Any:  # noqa: ANN401
    """Return what a function gives for each cell, as an array of its own."""
    shape = (down.shape[0], across.shape[1])
    return np.ascontiguousarray(np.broadcast_to(function(down, across), shape), dtype)


def _board(rng: np.random.Generator, counts: list[int]) -> NDArray[np.uint8]:
    """Return the classes of 20 by 20 squares, from 1 on, shuffled."""
    kinds = np.repeat(np.arange(1, len(counts) + 1, dtype=np.uint8), counts)
    return rng.permutation(kinds).reshape(BLOCKS, BLOCKS)


@dataclass(frozen=True)
class _Squares:
    """Values of squares of a board."""

    board: NDArray[Any]
    grid: _Grid

    def __call__(self, row: Any, column: Any) -> Any:  # noqa: ANN401 -- arrays
        down = row // (self.grid.rows // BLOCKS)
        return self.board[down, column // (self.grid.columns // BLOCKS)]


@dataclass(frozen=True)
class _Steps:
    """Values of bands of rows."""

    values: tuple[float, ...]
    rows: int

    def __call__(self, row: Any, column: Any) -> Any:  # noqa: ANN401 -- arrays
        return np.array(self.values)[row * len(self.values) // self.rows]


@dataclass(frozen=True)
class _Terrain:
    """Folds that run from west to east, the steeper the further east."""

    grid: _Grid

    def __call__(self, row: Any, column: Any) -> Any:  # noqa: ANN401 -- arrays
        place = row % (2 * FOLD_CELLS)
        up = np.minimum(place, 2 * FOLD_CELLS - place)
        return 100.0 + up * self.grid.cell_m * self.gradient(column)

    def gradient(self, column: Any) -> Any:  # noqa: ANN401 -- arrays
        """Return the gradient of each column."""
        return np.array(GRADIENTS)[column * len(GRADIENTS) // self.grid.columns]


@dataclass(frozen=True)
class _KnownSlope:
    """Slope in degrees, NaN where neighbours do not lie in one plane."""

    grid: _Grid

    def __call__(self, row: Any, column: Any) -> Any:  # noqa: ANN401 -- arrays
        grid, terrain = self.grid, _Terrain(self.grid)
        here = terrain.gradient(column)
        west = terrain.gradient(np.maximum(column - 1, 0))
        east = terrain.gradient(np.minimum(column + 1, grid.columns - 1))
        plane = (here == west) & (here == east) & (row % FOLD_CELLS != 0)
        rim = (row == 0) | (row == grid.rows - 1)
        rim = rim | (column == 0) | (column == grid.columns - 1)
        return np.where(plane & ~rim, np.degrees(np.arctan(here)), np.nan)


def _layers(grid: _Grid) -> tuple[Any, Any, Any]:
    """Return the boundary, three zones and nine townships."""
    thirds = [0.0, 0.3, 0.6, 1.0]  # on edges of squares
    spans = list(pairwise(thirds))
    zones = [grid.box(west, 0, east, 1) for west, east in spans]
    towns = [grid.box(w, n, e, s) for n, s in spans for w, e in spans]
    return (
        _layer(["合成县"], [grid.box(0, 0, 1, 1)]),
        _layer([f"合成{place}区" for place in "西中东"], zones),
        _layer([f"合成{number}乡" for number in "一二三四五六七八九"], towns),
    )


def _layer(names: list[str], boxes: list[Any]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    columns = {"name": names, "geometry_kind": "modelled", "evidence": "synthetic"}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=CRS)


def _answers(boards: Mapping[str, Mapping[Any, int]], grid: _Grid) -> pd.DataFrame:
    """Return the area of every class on the map."""
    square = grid.rows * grid.columns / BLOCKS**2 * grid.cell_m**2
    rows = [
        {"layer": layer, "class": str(kind), "area_m2": count * square}
        for layer, kinds in boards.items()
        for kind, count in kinds.items()
    ]
    frame = pd.DataFrame(rows)
    frame["area_km2"] = frame.pop("area_m2") * convert(1.0, "m2", "km2")
    return frame
