"""Every kernel called once, so that none has to be compiled while somebody waits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import rioxarray  # noqa: F401 -- registers the accessor that writes the CRS
import shapely
import xarray as xr

from ecozoning.change.association import correlation
from ecozoning.change.direction import trend
from ecozoning.importance.cleaning import clean_up
from ecozoning.importance.grade import cumulative_share
from ecozoning.importance.merging import merge
from ecozoning.importance.soil import soil_retention
from ecozoning.network.circuit import current_flow
from ecozoning.network.circuit_solver import CircuitRun
from ecozoning.network.graph import connectivity
from ecozoning.network.landscape import landscape_metrics
from ecozoning.network.linkage import corridors
from ecozoning.network.morphology import mspa
from ecozoning.overlay.change_matrices import transition
from ecozoning.overlay.cross_tables import crosstab
from ecozoning.overlay.pair_areas import intersection_areas
from ecozoning.overlay.partitioning import partition
from ecozoning.overlay.zonal_statistics import zonal
from ecozoning.raster.breaks import natural_breaks
from ecozoning.raster.classify import reclassify
from ecozoning.raster.land_indices import ndvi
from ecozoning.raster.reflectance import evi, savi
from ecozoning.raster.relief import local_relief
from ecozoning.raster.terrain import aspect, roughness, slope, tri
from ecozoning.raster.vegetation import vegetation_cover
from ecozoning.sensitivity.combining import combine
from ecozoning.sensitivity.erosion import water_erosion
from ecozoning.sensitivity.wind import windy_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["warm_up"]

SIDE: Final = 12
BANDS: Final = ("uint8", "int16", "uint16", "float32", "float64")
HEIGHTS: Final = ("int16", "float32", "float64")
CLASSES: Final = ("uint8", "int16", "int32", "float32")
YEARLY: Final = ("int16", "float32", "float64")
FACTORS: Final = ("float32", "float64")
STATS: Final = ("mean", "min", "max", "std", "median", "majority", "variety")


def warm_up() -> Iterator[str]:
    """
    Compile all kernels into the cache of Numba, and yield the name of each job.

    Yields
    ------
    str
        What was compiled, after it is done.

    Examples
    --------
    >>> jobs = warm_up()  # nothing happens until it is walked through
    """
    for name, job in _jobs():
        job()
        yield name


def _jobs() -> Iterator[tuple[str, Callable[[], object]]]:
    for kind in BANDS:
        yield f"spectral indices of {kind}", partial(_spectral, kind)
    for kind in HEIGHTS:
        yield f"terrain of {kind}", partial(_terrain, kind)
    for kind in CLASSES:
        yield f"grades of {kind}", partial(_grades, kind)
    for kind in CLASSES:
        yield f"zones over {kind}", partial(_zones, kind)
    for kind in YEARLY:
        yield f"change of {kind}", partial(_change, kind)
    for kind in FACTORS:
        yield f"sensitivity and importance from {kind}", partial(_evaluation, kind)
    for kind in CLASSES:
        yield f"landscape metrics of {kind}", partial(_landscape, kind)
    yield "overlays of polygons", _overlays
    yield "pattern classes", _pattern
    yield "connectivity of patches", _connectivity
    yield "currents", _currents
    for kind in FACTORS:
        yield f"corridors over {kind}", partial(_corridors, kind)


def _raster(kind: str, top: float = 100.0) -> xr.DataArray:
    """Return a small synthetic raster of real numbers of a type."""
    values = np.linspace(1.0, top, SIDE * SIDE).reshape(SIDE, SIDE)
    if top > 1:
        values = values.round()
    axes = {"y": 30.0 * np.arange(SIDE)[::-1], "x": 30.0 * np.arange(SIDE)}
    raster = xr.DataArray(values.astype(kind), axes, ("y", "x"))
    placed: xr.DataArray = raster.rio.write_crs(4547)
    return placed


def _pattern() -> None:
    for width in (1, 2):
        mspa(_raster("float32") > 30, width)


def _spectral(kind: str) -> None:
    band = _raster(kind)
    ndvi(band, band)
    savi(band, band, scale=0.001)
    evi(band, band, band, scale=0.001)
    if kind.startswith("float"):
        vegetation_cover(band / 200)


def _terrain(kind: str) -> None:
    dem = _raster(kind)
    slope(dem)
    slope(dem, method="zevenbergen-thorne")
    aspect(dem)
    aspect(dem, method="zevenbergen-thorne")
    roughness(dem)
    tri(dem)
    tri(dem, method="wilson")
    local_relief(dem, window_cells=5)


def _grades(kind: str) -> None:
    raster = _raster(kind)
    reclassify(raster, [20, 60], ["low", "medium", "high"])
    natural_breaks(raster, 3)
    cumulative_share(raster)


def _zones(kind: str) -> None:
    squares = [shapely.box(10, 10, 200, 200), shapely.box(200, 10, 340, 340)]
    zones = gpd.GeoDataFrame(geometry=squares, crs=4547)
    raster = _raster(kind)
    rows = reclassify(_raster("float32"), [60], ["north", "south"])
    zonal(raster, zones, STATS)
    zonal(raster, zones, ("weighted_mean",), weights=_raster("float32"))
    zonal(raster, rows, STATS)
    if not kind.startswith("float"):
        crosstab(zones, raster)
        crosstab(rows, raster)


def _overlays() -> None:
    degrees = [shapely.box(114, 28, 114.2, 28.2), shapely.box(114.1, 27, 115, 28.1)]
    a, b = (gpd.GeoDataFrame(geometry=[one], crs=4490) for one in degrees)
    intersection_areas(a, b)
    squares = [shapely.box(x, 0, x + 1, 1) for x in range(3)]
    parcels = gpd.GeoDataFrame(geometry=squares, crs=4547)
    zones = gpd.GeoDataFrame(geometry=[shapely.box(0.5, 0, 2.4, 1)], crs=4547)
    partition(parcels, zones, tolerance_m2=0.45)  # one part of it joins another


def _change(kind: str) -> None:
    years = [_raster(kind) + year for year in range(4)]
    stack = xr.concat([year.astype(kind) for year in years], "time")
    stack = stack.assign_coords(time=range(4))
    trend(stack)
    correlation(stack, stack)
    correlation(stack, range(4))
    days = xr.concat([_raster(kind)] * 31, "time")
    january = days.assign_coords(time=pd.date_range("2021-01-01", periods=31))
    windy_days(january.rio.write_nodata(0), months=(1,))
    transition(_raster("uint8"), _raster("uint8"))


def _corridors(kind: str) -> None:
    resistance = _raster(kind)
    sources = (resistance * 0).astype("int32")
    sources[0, 0], sources[-1, -1] = 1, 2
    corridors(resistance, sources)
    # So wide a range of steps needs the other of two kernels.
    corridors(resistance.where(resistance > 50, 1e-6), sources)


def _evaluation(kind: str) -> None:
    quantity = _raster(kind)
    part = quantity / 200
    soil = reclassify(quantity, [50], ["sand", "loam"])
    erosion = water_erosion(
        rainfall_erosivity=quantity,
        soil=soil,
        soil_codes={1: "sand", 2: "loam"},
        relief=quantity,
        cover=part,
    )
    erosion.index()
    combine(erosion, erosion.level.rename("another"))
    kept = soil_retention(quantity, part / 10, slope_length=part, cover_factor=part)
    level = cumulative_share(kept)
    merge(level, level)
    clean_up(level, minimum_patch_km2=0.01)


def _landscape(kind: str) -> None:
    landscape_metrics(_raster(kind))


def _connectivity() -> None:
    squares = [shapely.box(x, 0, x + 1, 1) for x in range(0, 40, 2)]
    ids = range(1, len(squares) + 1)
    patches = gpd.GeoDataFrame({"source_id": ids}, geometry=squares, crs=4547)
    connectivity(patches, threshold=2.0)


def _currents() -> None:
    land = xr.concat([_raster("float64")] * 2, "y")  # enough for two levels
    land = xr.concat([land] * 2, "x")
    axes = {"y": 30.0 * np.arange(2 * SIDE)[::-1], "x": 30.0 * np.arange(2 * SIDE)}
    ends = xr.zeros_like(land, dtype="int32")
    ends[0, 0], ends[0, -1] = 1, 2
    land, ends = (one.assign_coords(axes).rio.write_crs(4547) for one in (land, ends))
    current_flow(land, ends, run=CircuitRun(solver="multigrid"))
