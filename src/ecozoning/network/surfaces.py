"""What a network begins with: a surface to cross, and sources in its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning._validation.grids import check_same_grid, grid_of
from ecozoning._validation.layers import check_polygons
from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    NoDataError,
    ParameterError,
)
from ecozoning.raster.burning import to_map
from ecozoning.raster.values import as_raster, is_lazy, nodata_of

if TYPE_CHECKING:
    from typing import TypeAlias

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning._validation.grids import RasterGrid

    Floats = NDArray[Any]
    Ints = NDArray[np.int64]
    Labels = NDArray[np.int32]
    Sources: TypeAlias = gpd.GeoDataFrame | xr.DataArray

__all__ = [
    "SourceCells",
    "Surface",
    "check_ids",
    "checked_layer",
    "checked_metric_grid",
    "checked_resistance",
    "labelled_sources",
]

OVERLAP_M2 = 1.0
"""Land that two sources may share before they are held to overlap."""
SHOWN = 5
MOST = 2**31 - 1
"""Cells that can be numbered, and the largest id, in 32 bits."""


@dataclass(frozen=True)
class Surface:
    """Resistance in memory, float, NaN outside, infinite where nothing passes.

    Attributes
    ----------
    values : (rows, columns) float32 or float64
        Above 0.
    grid : RasterGrid
        In metres.
    like : xarray.DataArray
        The raster it came from.
    """

    values: Floats
    grid: RasterGrid
    like: xr.DataArray

    @property
    def steps_m(self) -> tuple[float, float]:
        """Width and height of a cell."""
        return abs(self.grid.dx), abs(self.grid.dy)

    def raster(self, data: Any, *, name: str, units: str, long_name: str) -> Any:  # noqa: ANN401 -- an array; a DataArray
        """Return an array as a raster on this grid, NaN being nodata."""
        return as_raster(data, self.like, name=name, units=units, long_name=long_name)


@dataclass(frozen=True)
class SourceCells:
    """Which source each cell belongs to.

    Attributes
    ----------
    labels : (rows, columns) int32
        0 for none, else 1 + the position in `ids`; passable cells alone.
    ids : (sources,) int64
        Of the sources that have a cell, ascending.
    at_edge : tuple of int
        Ids of sources with a cell on the rim of the raster: the land beyond is not
        known, and paths over it are missing.
    lost : dict of int to str
        Ids of sources without a passable cell, and why.
    """

    labels: Labels
    ids: Ints
    at_edge: tuple[int, ...]
    lost: dict[int, str]


def checked_metric_grid(raster: xr.DataArray, *, name: str) -> RasterGrid:
    """Return the grid of a raster, insisting on metres."""
    grid = grid_of(raster, name=name, metric=True)
    if grid.is_geographic:
        msg = (
            f"`{name}` is in degrees ({grid.crs.name}), but lengths in metres are "
            f"needed; use `{name}.rio.reproject({name}.rio.estimate_utm_crs())`, or "
            "the EPSG code of your CGCS2000 zone."
        )
        raise CRSMismatchError(msg)
    return grid


def checked_resistance(
    resistance: xr.DataArray, *, name: str = "resistance"
) -> Surface:
    """Return a surface of positive resistances, or say what is wrong with it."""
    grid = checked_metric_grid(resistance, name=name)
    if is_lazy([resistance]):
        msg = f"`{name}` is lazy, but the whole is needed; use `{name}.compute()`."
        raise ParameterError(msg)
    if resistance.size > MOST:
        msg = (
            f"`{name}` has {resistance.size:,} cells, but {MOST:,} is the most that "
            f"can be numbered; use larger cells or a part: `{name}.coarsen(y=2, x=2, "
            "boundary='trim').mean()`."
        )
        raise ParameterError(msg)
    raw, nodata = resistance.data, nodata_of(resistance)
    values = raw.astype(np.result_type(raw.dtype, np.float32))
    values[raw == nodata] = np.nan
    low = int(np.count_nonzero(values <= 0))
    if low:
        msg = (
            f"`{name}` is 0 or below in {low} cells, but crossing land costs "
            f"something: raise them, e.g. `{name}.clip(min=1)`, or make them nodata "
            f"with `{name}.where({name} > 0)`."
        )
        raise ParameterError(msg)
    if not np.isfinite(values).any():
        msg = (
            f"`{name}` has no cell that can be crossed, all are nodata or infinite; "
            "see what made it."
        )
        raise NoDataError(msg)
    return Surface(values, grid, resistance)


def labelled_sources(
    sources: Sources, surface: Surface, *, name: str = "sources"
) -> SourceCells:
    """Return the cells of sources; those that have none are told, not refused."""
    import xarray as xr

    if isinstance(sources, xr.DataArray):
        burnt, ids, outside = _from_raster(sources, surface, name)
    else:
        burnt, ids, outside = _from_layer(sources, surface, name)
    lost = {int(ids[k]): "outside the raster" for k in outside}
    burnt[~np.isfinite(surface.values)] = 0
    alive = _present(burnt, ids.size)
    for k in np.flatnonzero(~alive):
        lost.setdefault(int(ids[k]), "on nodata or infinite resistance")
    if not alive.any():
        msg = (
            f"of `{name}` none has a cell that can be crossed: "
            f"{_told(lost)}; see whether both lie in the same place."
        )
        raise NoDataError(msg)
    number = np.zeros(ids.size + 1, np.int32)
    number[1:][alive] = np.arange(1, alive.sum() + 1)
    labels, kept = burnt if alive.all() else number[burnt], ids[alive]
    return SourceCells(labels, kept, _at_edge(labels, kept), lost)


def _from_raster(
    sources: xr.DataArray, surface: Surface, name: str
) -> tuple[Labels, Ints, list[int]]:
    """Return positions of ids, and the ids, of a raster of them."""
    check_same_grid(resistance=surface.like, **{name: sources})
    if sources.dtype.kind not in "iu":
        msg = (
            f"`{name}` holds {sources.dtype}, but whole numbers, one for each source "
            f"and 0 for none, are needed; use `{name}.fillna(0).astype('int32')`."
        )
        raise ParameterError(msg)
    cells = np.asarray(sources.data)
    owned = np.flatnonzero((cells != 0) & (cells != nodata_of(sources)))
    ids, position = np.unique(cells.ravel()[owned], return_inverse=True)
    check_ids(ids, name)
    if not ids.size:
        msg = f"`{name}` has no source, all cells are 0 or nodata; see what made it."
        raise NoDataError(msg)
    labels = np.zeros(cells.shape, np.int32)
    labels.ravel()[owned] = position + 1
    return labels, ids.astype(np.int64), []


def _from_layer(
    sources: gpd.GeoDataFrame, surface: Surface, name: str
) -> tuple[Labels, Ints, list[int]]:
    """Return positions of ids, the ids, and positions of those outside, of polygons."""
    frame = checked_layer(sources, surface.grid, name)
    ids = frame["source_id"].to_numpy(dtype=np.int64)
    labels = _burnt(frame, surface.grid)
    here = _present(labels, ids.size)
    return labels, ids, np.flatnonzero(~here).tolist()


def checked_layer(
    sources: gpd.GeoDataFrame, grid: RasterGrid, name: str
) -> gpd.GeoDataFrame:
    """Return polygons of sources by ascending id, none of which share land."""
    frame = check_polygons(sources, name=name, columns=("source_id",))
    if not grid.crs.equals(frame.crs, ignore_axis_order=True):
        msg = (
            f"`{name}` is in {frame.crs.name} but `resistance` in "
            f"{grid.crs.name}; use `{name}.to_crs(resistance.rio.crs)`."
        )
        raise CRSMismatchError(msg)
    check_ids(frame["source_id"].to_numpy(), name)
    frame = frame.sort_values("source_id")
    _refuse_overlaps(frame, name)
    return frame


def check_ids(ids: NDArray[Any], name: str) -> None:
    """Insist on whole numbers from 1 on, each once."""
    if ids.dtype.kind not in "iu" or (ids < 1).any():
        msg = (
            f"the ids of `{name}` are {ids.dtype}, from {ids.min() if ids.size else 0},"
            " but whole numbers of 1 and more are needed; number them with "
            f"`{name}.assign(source_id=range(1, len({name}) + 1))`."
        )
        raise ParameterError(msg)
    if (ids > MOST).any():
        msg = (
            f"the ids of `{name}` go up to {ids.max()}, but {MOST:,} is the most that "
            "a raster of sources can hold; number them with "
            f"`{name}.assign(source_id=range(1, len({name}) + 1))`."
        )
        raise ParameterError(msg)
    known, count = np.unique(ids, return_counts=True)
    if (count > 1).any():
        twice = known[count > 1][:SHOWN].tolist()
        msg = (
            f"`{name}` has the ids {twice} more than once; join their parts with "
            f"`{name}.dissolve('source_id', as_index=False)`, or number them anew."
        )
        raise ParameterError(msg)


def _refuse_overlaps(frame: gpd.GeoDataFrame, name: str) -> None:
    """Refuse sources that share land."""
    import shapely

    shapes = frame.geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, two = one[one < two], two[one < two]
    shared = shapely.area(shapely.intersection(shapes[one], shapes[two])) > OVERLAP_M2
    if not shared.any():
        return
    ids = frame["source_id"].to_numpy()
    pairs = list(zip(ids[one[shared]].tolist(), ids[two[shared]].tolist(), strict=True))
    msg = (
        f"in `{name}` {len(pairs)} pairs of sources overlap, such as "
        f"{pairs[:SHOWN]}; join them, e.g. by `ecozoning.network.select_sources`."
    )
    raise GeometryError(msg, index=tuple(frame.index[np.unique(one[shared])]))


def _burnt(frame: gpd.GeoDataFrame, grid: RasterGrid) -> Labels:
    """Return 1 + the row of the source whose land the centre of each cell is."""
    from rasterio.features import rasterize
    from rasterio.transform import rowcol

    place = to_map(grid)
    size = (grid.rows, grid.columns)
    numbered = zip(frame.geometry, range(1, len(frame) + 1), strict=True)
    labels: Labels = rasterize(numbered, size, transform=place, dtype="int32")
    here = _present(labels, len(frame))
    small = np.flatnonzero(~here)
    # A source without a centre is one cell, unless that belongs to another.
    inside = frame.geometry.iloc[small].representative_point()
    rows, columns = rowcol(place, inside.x.to_numpy(), inside.y.to_numpy())
    for k, row, column in zip(
        small, np.atleast_1d(rows), np.atleast_1d(columns), strict=True
    ):
        if 0 <= row < size[0] and 0 <= column < size[1] and not labels[row, column]:
            labels[row, column] = k + 1
    return labels


def _present(labels: Labels, count: int) -> NDArray[np.bool_]:
    """Tell which labels from 1 on have a cell; row by row, to take no memory."""
    here = np.zeros(count + 1, bool)
    for line in labels:
        here[line] = True
    return here[1:]


def _at_edge(labels: Labels, ids: Ints) -> tuple[int, ...]:
    """Return the ids of sources on the rim."""
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    positions = np.unique(rim[rim > 0])
    return tuple(ids[positions - 1].tolist())


def _told(lost: dict[int, str]) -> str:
    words = [f"{number} {why}" for number, why in list(lost.items())[:SHOWN]]
    return ", ".join(words) + (", ..." if len(lost) > SHOWN else "")
