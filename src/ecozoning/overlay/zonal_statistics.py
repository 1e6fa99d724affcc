"""Statistics of a raster per zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError
from ecozoning.overlay.blocks import over_blocks
from ecozoning.overlay.class_codes import class_labels
from ecozoning.overlay.footprints import footprints_of, warn_of_small_zones
from ecozoning.overlay.polygon_zones import PolygonValues
from ecozoning.overlay.raster_zones import RasterValues
from ecozoning.overlay.tallies import AREA, AREA_SUM, COUNT, simple_statistics
from ecozoning.overlay.value_tables import quantile_name
from ecozoning.overlay.zonal_request import (
    WEIGHTED,
    check_rule,
    nodata_in,
    request_of,
)
from ecozoning.overlay.zone_parts import put_together
from ecozoning.raster.grid import check_same_grid, grid_of
from ecozoning.raster.values import is_lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.overlay.zonal_request import Request, Rule
    from ecozoning.overlay.zone_parts import Whole
    from ecozoning.raster.grid import RasterGrid

    Floats = NDArray[np.float64]

__all__ = ["zonal"]


class _Zones(NamedTuple):
    """Zones of either kind: how they are labelled, found and measured."""

    keys: pd.Index
    labels: pd.Index
    area_m2: Floats | None  # of polygons; those of a raster are measured in passing


def zonal(
    raster: xr.DataArray,
    zones: gpd.GeoDataFrame | gpd.GeoSeries | xr.DataArray,
    stats: str | Sequence[str] = ("mean",),
    *,
    rule: Rule = "exact",
    weights: xr.DataArray | Literal["area"] | None = None,
    quantiles: Sequence[float] = (),
) -> pd.DataFrame:
    r"""
    Summarise the cells of a raster in each zone.

    By rule ``"exact"`` a cell counts by the part :math:`f` of it that a zone covers,
    computed from the edges of the zone without sampling; by ``"centre"`` it counts
    whole if its centre lies inside, a centre on a border belonging to the zone to the
    east or the south of it. Zones may overlap, have parts and holes, be smaller than a
    cell, or lie partly or wholly outside the raster.

    ``count``
        :math:`\sum f` over cells with a value, in cells.
    ``area_km2``
        the area of these: of cells on the map in a projected CRS, in degrees
        :math:`\sum f A` with the area :math:`A` of a cell on the ellipsoid of CGCS2000.
    ``sum``, ``mean``, ``std``
        :math:`\sum f v`, :math:`\sum f v / \sum f`, and the standard deviation of the
        population (``ddof`` 0) with the same weights.
    ``min``, ``max``, ``variety``
        extremes, and the number of different values, of all cells touched.
    ``majority``, ``minority``
        the value that covers most, and least; of several that cover the same the
        greatest, and the smallest.
    ``median``
        the quantile 0.5. Quantiles are interpolated between cells in order of value,
        with their covers as weights; with equal covers that is NumPy's ``linear``.
    ``weighted_mean``
        :math:`\sum f w v / \sum f w` with the `weights` :math:`w`.

    Parameters
    ----------
    raster : xarray.DataArray, dims (y, x)
        Real numbers on a regular grid, in degrees or metres, with NaN or the nodata
        value it states. NumPy or Dask.
    zones : geopandas.GeoDataFrame, geopandas.GeoSeries or xarray.DataArray
        Valid polygons or multipolygons in the CRS of `raster`, unique index; or a
        raster of classes on the same grid, for which both rules are one.
    stats : str or sequence of str, default ("mean",)
        Names from the list above, in the order of the columns.
    rule : {"exact", "centre"}, default "exact"
        Which cells a polygon holds, see above.
    weights : xarray.DataArray or "area", optional
        Of ``weighted_mean``: a raster on the same grid, finite and not below 0 wherever
        `raster` has a value in a zone; or the area of cells, which matters in degrees,
        where cells get narrower to the north and ``mean`` takes all as equal.
    quantiles : sequence of float, optional
        From 0 to 1, each a column: ``q05`` for 0.05, ``q97.5`` for 0.975.

    Returns
    -------
    pandas.DataFrame, float64
        On the index of `zones`, or on the values of a class raster, by their
        ``flag_meanings`` if it has them. Columns as asked for, then ``valid_share``:
        the part of the area of the zone that lies on cells with a value, below 1 where
        a zone has nodata or reaches beyond the raster. A zone without a value has
        count, area and variety 0, all else NaN; ``valid_share`` is NaN where a zone
        holds no centre at all.

    Raises
    ------
    MissingCRSError, CRSMismatchError, GridMismatchError
        If `raster` or `zones` has no CRS, they are in two, or rasters on two grids.
    GeometryError, SchemaError
        If a polygon is invalid, empty or far off, or a label of the index occurs twice.
    NoDataError
        If `zones` has no rows, or `raster`, when it is not lazy, no value.
    ParameterError
        If a statistic, the rule, a quantile or a weight is not one; if `raster` has
        infinite values in a zone; if quantiles, ``median``, ``majority``, ``minority``
        or ``variety`` of a lazy raster are asked that does not hold integers.

    Warns
    -----
    SmallZonesWarning
        If polygons hold less than 50 centres by the rule ``"centre"``.

    Notes
    -----
    The table is computed at once, also from Dask: block by block, with memory for the
    blocks in work and one line per zone. Sums are in float64 whatever the raster holds;
    how it is cut into blocks changes the last digits only. Statistics by order hold the
    values of one zone, and of others up to four million cells, about 60 bytes each; for
    integers, lazy or not, a count for each value is enough.

    A cell that a zone covers by less than 1e-12 is not touched. Covers of cells in
    degrees are those on the map of degrees, where edges are straight.

    Examples
    --------
    A zone of two cells and a half: 1 + 2 + 3 / 2 is 4.5.

    >>> import geopandas as gpd, numpy as np, rioxarray, shapely, xarray as xr
    >>> axes = {"y": [45.0, 15], "x": [15.0, 45, 75]}
    >>> values = [[1.0, 2, 3], [4, 5, 6]]
    >>> raster = xr.DataArray(values, axes, ("y", "x")).rio.write_crs(4547)
    >>> zones = gpd.GeoSeries([shapely.box(0, 30, 75, 60)], index=["a"], crs=4547)
    >>> zonal(raster, zones, ["count", "sum", "mean"])
       count  sum  mean  valid_share
    a    2.5  4.5   1.8          1.0
    """
    check_rule(rule)
    request = request_of(raster, stats, weights, quantiles)
    arrays = {"raster": raster}
    if weights is not None and not isinstance(weights, str):
        arrays["weights"] = weights
    if hasattr(zones, "dims"):
        whole, found = _of_raster(arrays, zones, request)
    else:
        whole, found = _of_polygons(arrays, zones, request, rule)
    _check_any_value(raster, whole)
    return _table(whole, found, request)


def _table(whole: Whole, zones: _Zones, request: Request) -> pd.DataFrame:
    """Return the columns asked for, in their order, and the valid share."""
    columns = simple_statistics(whole.tallies, request.names) | whole.ordered
    columns[WEIGHTED] = _weighted_mean(whole, by_area=not request.weighted)
    order = [*request.names, *map(quantile_name, request.quantiles)]
    size = len(zones.labels)
    table = {name: columns.get(name, _empty(name, size)) for name in order}
    table["valid_share"] = _valid_share(whole, zones)
    return pd.DataFrame(table, index=zones.labels)


def _of_polygons(
    arrays: dict[str, xr.DataArray],
    zones: gpd.GeoDataFrame,
    request: Request,
    rule: Rule,
) -> tuple[Whole, _Zones]:
    """Sum up a raster in polygons."""
    grid = _common_grid(arrays)
    footprints = footprints_of(zones, grid, of="raster")
    if rule == "centre":
        warn_of_small_zones(footprints, zones.index)
    job = PolygonValues(footprints, rule == "exact", request)
    keys = pd.RangeIndex(len(zones))
    parts = over_blocks(job, [array.data for array in arrays.values()], grid)
    area = footprints.areas(exact=rule == "exact")[:, 1]
    return put_together(parts, keys, request), _Zones(keys, zones.index, area)


def _of_raster(
    arrays: dict[str, xr.DataArray], zones: xr.DataArray, request: Request
) -> tuple[Whole, _Zones]:
    """Sum up a raster in the classes of another."""
    rasters = {"raster": arrays["raster"], "zones": zones, **arrays}
    grid = _common_grid(rasters)
    job = RasterValues(grid, nodata_in(zones), request)
    parts = over_blocks(job, [array.data for array in rasters.values()], grid)
    values = np.unique(np.concatenate([part.zones for part in parts]))
    labels = class_labels(zones, values, name="zones")
    if not labels:
        msg = "`zones` has no cell with a class, all are nodata; see what cut it."
        raise NoDataError(msg)
    index = pd.Index(list(labels.values()), name=zones.name)
    keys = pd.Index(list(labels))
    return put_together(parts, keys, request), _Zones(keys, index, None)


def _common_grid(rasters: dict[str, xr.DataArray]) -> RasterGrid:
    """Return the grid of rasters, with cells of a size in metres or degrees."""
    first, raster = next(iter(rasters.items()))
    grid = grid_of(raster, name=first, metric=True)
    if len(rasters) > 1:
        check_same_grid(**rasters)
    return grid


def _check_any_value(raster: xr.DataArray, whole: Whole) -> None:
    """Refuse a raster in memory that has no value anywhere."""
    if is_lazy([raster]) or whole.tallies[:, COUNT].any():
        return
    nodata = nodata_in(raster)
    for line in raster.data:
        if ((line == line) & (line != nodata)).any():
            return
    msg = "`raster` has no cell with a value, all are nodata; see what cut it."
    raise NoDataError(msg)


def _weighted_mean(whole: Whole, *, by_area: bool) -> Floats:
    weight, total = whole.weighted.T
    if by_area:
        weight, total = whole.tallies[:, AREA], whole.tallies[:, AREA_SUM]
    means = np.full(len(weight), np.nan)
    np.divide(total, weight, out=means, where=weight > 0)
    return means


def _valid_share(whole: Whole, zones: _Zones) -> Floats:
    """Return the part of each zone on cells with a value; NaN if it holds no cell."""
    valid = whole.tallies[:, AREA]
    area = whole.tallies[:, -1] if zones.area_m2 is None else zones.area_m2
    empty = np.full(len(area), np.nan)
    share = np.divide(valid, area, out=empty, where=area > 0)
    # A zone that lies on values altogether may differ from 1 by rounding.
    return np.where(np.abs(share - 1) < 1e-9, 1.0, share)


def _empty(name: str, size: int) -> Floats:
    return np.full(size, 0.0 if name == "variety" else np.nan)
