"""Zones over a raster in memory: means and class areas against exactextract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import exactextract
import numpy as np
import xrspatial
from exactextract.raster import NumPyRasterSource
from rasterio.features import rasterize

import ecozoning as ez

from . import Job
from .scenes import on_grid, stars, terrain, voronoi

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import xarray as xr

PACKAGES = ("numpy", "numba", "exactextract", "shapely")


@dataclass(frozen=True)
class Data:
    """A raster, zones over it, and the raster as exactextract takes it fastest."""

    raster: xr.DataArray
    zones: gpd.GeoDataFrame
    source: Any


def data(raster: xr.DataArray, zones: gpd.GeoDataFrame) -> Data:
    west, south, east, north = raster.rio.bounds()
    source = NumPyRasterSource(
        raster.to_numpy(),
        xmin=west,
        ymin=south,
        xmax=east,
        ymax=north,
        srs_wkt=raster.rio.crs.to_wkt(),
    )
    return Data(raster, zones, source)


def our_mean(given: Data) -> Any:
    return ez.zonal(given.raster, given.zones, stats=["mean"])["mean"].to_numpy()


def exactextract_by(strategy: str, operation: str = "mean") -> Any:
    def call(given: Data) -> Any:
        table = exactextract.exact_extract(
            given.source,
            given.zones,
            operation,
            strategy=strategy,
            output="pandas",
        )
        return table[operation].to_numpy()

    return call


def mean_job(name: str, about: str, zones: Callable[[], gpd.GeoDataFrame]) -> Job:
    return Job(
        name=f"zonal_mean_{name}",
        about=f"Mean of float32 10 000 x 10 000 in {about}, exact cell fractions.",
        make=lambda: data(terrain(), zones()),
        ours={"zonal": our_mean},
        peers={
            "exactextract, feature-sequential": exactextract_by("feature-sequential"),
            "exactextract, raster-sequential": exactextract_by("raster-sequential"),
        },
        packages=PACKAGES,
    )


def classes() -> Data:
    """Return 12 classes in patches of 20 cells, and 1 000 zones."""
    rng = np.random.default_rng(5)
    patches = rng.integers(1, 13, (500, 500), dtype=np.uint8)
    raster = on_grid(np.repeat(np.repeat(patches, 20, axis=0), 20, axis=1))
    return data(raster, voronoi(1_000))


def our_crosstab(rule: str) -> Any:
    def call(given: Data) -> Any:
        table = ez.crosstab(given.zones, given.raster, rule=rule)
        return table.iloc[:-1, :12].to_numpy()

    return call


def exactextract_fractions(given: Data) -> Any:
    table = exactextract.exact_extract(
        given.source,
        given.zones,
        ["unique", "frac", "count"],
        strategy="raster-sequential",
        output="pandas",
    )
    km2 = np.zeros((len(table), 12))
    cell_km2 = 900.0 / 1e6
    for row, (unique, frac, count) in enumerate(
        zip(table["unique"], table["frac"], table["count"], strict=True)
    ):
        km2[row, np.asarray(unique, int) - 1] = np.asarray(frac) * count * cell_km2
    return km2


def xrspatial_crosstab(given: Data) -> Any:
    shapes = zip(given.zones.geometry, range(1, len(given.zones) + 1), strict=True)
    drawn = rasterize(
        shapes,
        out_shape=given.raster.shape,
        transform=given.raster.rio.transform(),
        dtype=np.int32,
    )
    zones = given.raster.copy(data=drawn)
    table = xrspatial.zonal.crosstab(zones, given.raster, layer=None)
    return table.set_index("zone").drop(index=0, errors="ignore").to_numpy() * 9e-4


JOBS = [
    mean_job("20", "20 convex zones", lambda: voronoi(20)),
    mean_job("1000", "1 000 convex zones", lambda: voronoi(1_000)),
    mean_job("20000", "20 000 convex zones", lambda: voronoi(20_000)),
    mean_job("stars", "19 000 stars of 24 corners with a hole of 12", stars),
    Job(
        name="crosstab_exact",
        about="Areas of 12 classes in 1 000 zones, uint8 10 000 x 10 000, exact.",
        make=classes,
        ours={"crosstab": our_crosstab("exact")},
        peers={"exactextract, fractions": exactextract_fractions},
        packages=PACKAGES,
    ),
    Job(
        name="crosstab_centre",
        about="The same by cell centres, rasterising included.",
        make=classes,
        ours={"crosstab": our_crosstab("centre")},
        peers={"rasterio, then xarray-spatial": xrspatial_crosstab},
        packages=("numpy", "numba", "rasterio", "xarray-spatial"),
    ),
]
