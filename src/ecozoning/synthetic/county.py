"""A synthetic county whose slopes, classes and areas are known beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning.synthetic.grid import BLOCKS, CRS, made_grid
from ecozoning.synthetic.patterns import KnownSlope, Squares, Steps, Terrain
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.synthetic.grid import Grid

__all__ = ["SyntheticCounty", "synthetic_county"]

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
    grid = made_grid(cells, cell_m, chunks)
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
            Squares(drawn[name], grid), name, list(map(str, boards[name]))
        )
        for name in list(boards)[1:]
    }
    shares = np.array(list(COVER), dtype=np.float32)
    cover = Squares(np.append(0.0, shares)[drawn["cover"]], grid)
    boundary, zones, townships = _layers(grid)
    return SyntheticCounty(
        dem=grid.raster(Terrain(grid), "elevation", "m"),
        rainfall=grid.raster(Steps(RAIN_MM, grid.rows), "rainfall", "mm"),
        rainfall_erosivity=grid.raster(
            Steps(EROSIVITY, grid.rows), "rainfall_erosivity", "MJ mm/(hm2 h a)"
        ),
        cover=grid.raster(cover, "vegetation_cover", "1"),
        boundary=boundary,
        zones=zones,
        townships=townships,
        slope_deg=grid.raster(KnownSlope(grid), "known_slope", "degree"),
        answers=_answers(boards, grid),
        **rasters,
    )


def _worded(word: str) -> dict[str, int]:
    return {f"{grade}_{word}": count for grade, count in GRADES.items()}


def _board(rng: np.random.Generator, counts: list[int]) -> NDArray[np.uint8]:
    """Return the classes of 20 by 20 squares, from 1 on, shuffled."""
    kinds = np.repeat(np.arange(1, len(counts) + 1, dtype=np.uint8), counts)
    return rng.permutation(kinds).reshape(BLOCKS, BLOCKS)


def _layers(grid: Grid) -> tuple[Any, Any, Any]:
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


def _answers(boards: Mapping[str, Mapping[Any, int]], grid: Grid) -> pd.DataFrame:
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
