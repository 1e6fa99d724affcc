"""Square units of equal size, where no administrative ones will do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from ecozoning._validation import check_polygons
from ecozoning.errors import GeographicCRSError, ParameterError
from ecozoning.raster.checks import check_positive
from ecozoning.raster.grid import grid_of

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]

__all__ = ["grid_units"]

MOST: Final = 5_000_000
"""Squares that are still made; more is most likely a size in other units."""


def grid_units(
    like: gpd.GeoDataFrame | xr.DataArray, size_m: float
) -> gpd.GeoDataFrame:
    """
    Cut a layer, or the extent of a raster, into squares.

    Squares are aligned to multiples of their size, so that those of neighbouring
    counties fit together; of a raster to its north-western corner, so that each holds
    whole cells if `size_m` is a multiple of the cell. Those along the rim are cut off
    there.

    Parameters
    ----------
    like : geopandas.GeoDataFrame or xarray.DataArray
        Polygons, or a raster with dims (y, x); in metres.
    size_m : float
        Side of a square in metres, > 0.

    Returns
    -------
    geopandas.GeoDataFrame
        In the CRS of `like`, by `row` from the north and `column` from the west, both
        from 0 on: squares, or what of them lies in `like`.

    Raises
    ------
    GeographicCRSError
        If `like` is in degrees, or feet.
    ParameterError
        If `size_m` is not above 0, or makes more than five million squares.
    MissingCRSError, NoDataError, GeometryError, SchemaError
        If `like` has no CRS, is empty or invalid.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> county = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 2500, 1000)], crs=4547)
    >>> units = grid_units(county, 1000)
    >>> (units.area / 1e6).tolist()
    [1.0, 1.0, 0.5]
    """
    import geopandas as gpd

    check_positive("size_m", size_m)
    land, bounds, corner, crs = _extent(like, float(size_m))
    if {axis.unit_name for axis in crs.axis_info} != {"metre"}:
        msg = (
            f"`like` is in {crs.name}, but a CRS in metres is needed for squares; "
            "reproject it with `like.to_crs(ecozoning.cgcs2000_zone(like))`."
        )
        raise GeographicCRSError(msg)
    row, column, squares = _squares(bounds, corner, float(size_m))
    if land is not None:
        squares = _within(squares, land)
    kept = ~shapely.is_empty(squares)
    columns = {"row": row[kept], "column": column[kept]}
    return gpd.GeoDataFrame(columns, geometry=squares[kept], crs=crs)


def _extent(like: Any, size: float) -> tuple[Any, Floats, tuple[float, float], CRS]:  # noqa: ANN401
    """Return the land, if any, its bounds, the north-western corner, and the CRS."""
    if hasattr(like, "dims"):
        grid = grid_of(like, name="like", metric=True)
        ends = grid.row_centres[[0, -1]]
        west = grid.x - grid.dx / 2
        east = west + grid.columns * grid.dx
        north, south = ends.max() + abs(grid.dy) / 2, ends.min() - abs(grid.dy) / 2
        land = shapely.box(west, south, east, north)
        return land, np.array([west, south, east, north]), (west, north), grid.crs
    frame = check_polygons(like, name="like")
    land = shapely.union_all(frame.geometry.to_numpy())
    west, south, east, north = shapely.bounds(land)
    corner = (math.floor(west / size) * size, math.ceil(north / size) * size)
    return land, np.array([west, south, east, north]), corner, frame.crs


def _squares(
    bounds: Floats, corner: tuple[float, float], size: float
) -> tuple[Any, Any, NDArray[np.object_]]:
    """Return rows, columns and squares from the north-western corner on."""
    columns = max(1, math.ceil((bounds[2] - corner[0]) / size - 1e-9))
    rows = max(1, math.ceil((corner[1] - bounds[1]) / size - 1e-9))
    if rows * columns > MOST:
        msg = (
            f"`size_m` {size:g} makes {rows * columns:,} squares, but {MOST:,} at most "
            "are made; take larger ones, or zone the raster itself."
        )
        raise ParameterError(msg)
    row, column = (at.ravel() for at in np.indices((rows, columns)))
    west, north = corner[0] + column * size, corner[1] - row * size
    return row, column, shapely.box(west, north - size, west + size, north)


def _within(squares: NDArray[np.object_], land: Any) -> NDArray[np.object_]:  # noqa: ANN401
    """Return what of squares lies in the land, without lines and points."""
    shapely.prepare(land)
    inside = shapely.covers(land, squares)
    cut = squares.copy()
    cut[~inside] = [
        shapely.union_all([p for p in shapely.get_parts(part) if p.area > 0])
        for part in shapely.intersection(squares[~inside], land)
    ]
    return cut
