"""Areas of classes by zone and township over a raster, against exactextract."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import exactextract
import geopandas as gpd
import numpy as np
from exactextract.raster import NumPyRasterSource
from rasterio.features import rasterize

import ecozoning as ez

from . import Job
from .scenes import CELL_M, on_grid, regions, voronoi

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

SIDE = 2_000
CLASSES = 12


@dataclass(frozen=True)
class Data:
    """What a user has, and what exactextract is given ready made: pieces, a source."""

    classes: xr.DataArray
    zones: gpd.GeoDataFrame
    towns: gpd.GeoDataFrame
    pieces: gpd.GeoDataFrame
    source: Any


def ragged() -> Data:
    """Return 20 zones and 18 townships with borders of 200 to 500 corners."""
    return data(regions(20, 11, SIDE), regions(18, 12, SIDE))


def convex() -> Data:
    """Return 20 zones and 18 townships of a few corners each."""
    return data(voronoi(20, side=SIDE), voronoi(18, side=SIDE))


def data(zones: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> Data:
    """Return them with 12 classes in patches of 10 cells."""
    rng = np.random.default_rng(5)
    patches = rng.integers(1, CLASSES + 1, (SIDE // 10, SIDE // 10), dtype=np.uint8)
    raster = on_grid(np.repeat(np.repeat(patches, 10, axis=0), 10, axis=1))
    zones["zone_id"], towns["unit_id"] = range(len(zones)), range(len(towns))
    pieces = pieces_of(zones, towns)
    west, south, east, north = raster.rio.bounds()
    source = NumPyRasterSource(
        raster.to_numpy(),
        xmin=west,
        ymin=south,
        xmax=east,
        ymax=north,
        srs_wkt=raster.rio.crs.to_wkt(),
    )
    return Data(raster, zones, towns, pieces, source)


def ours(rule: str) -> Callable[[Data], Any]:
    def call(given: Data) -> Any:
        ledger = ez.survey.area_ledger(
            given.zones, given.classes, given.towns, rule=rule
        )
        zone = ledger.table["zone"].to_numpy(int) * len(given.towns)
        cells = np.zeros((len(given.zones) * len(given.towns), CLASSES))
        at = zone + ledger.table["unit"].to_numpy(int)
        cells[at, ledger.table["class"].to_numpy(int) - 1] = ledger.table["area_m2"]
        return cells

    return call


def pieces_of(zones: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    pieces = gpd.overlay(zones, towns, keep_geom_type=True)
    return pieces.sort_values(["zone_id", "unit_id"])


def cut_and_fractions(given: Data) -> Any:
    """The whole job: pieces are cut too."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of lines where two only touch
        return fractions(given, pieces_of(given.zones, given.towns))


def fractions(given: Data, pieces: gpd.GeoDataFrame | None = None) -> Any:
    pieces = given.pieces if pieces is None else pieces
    table = exactextract.exact_extract(
        given.source,
        pieces,
        ["unique", "frac", "count"],
        strategy="raster-sequential",
        output="pandas",
    )
    cells = np.zeros((len(given.zones) * len(given.towns), CLASSES))
    at = pieces["zone_id"] * len(given.towns) + pieces["unit_id"]
    for row, unique, frac, count in zip(
        at, table["unique"], table["frac"], table["count"], strict=True
    ):
        cells[row, np.asarray(unique, int) - 1] = np.asarray(frac) * count * CELL_M**2
    return cells


def drawn(given: Data) -> Any:
    """Draw zones and townships with rasterio and count with NumPy."""
    layers = []
    for layer in (given.zones, given.towns):
        shapes = zip(layer.geometry, range(len(layer)), strict=True)
        layers.append(
            rasterize(
                shapes,
                out_shape=given.classes.shape,
                transform=given.classes.rio.transform(),
                dtype=np.int32,
            )
        )
    piece = layers[0] * len(given.towns) + layers[1]
    key = piece * CLASSES + given.classes.to_numpy() - 1
    size = len(given.zones) * len(given.towns)
    counts = np.bincount(key.ravel(), minlength=size * CLASSES)
    return counts.reshape(size, CLASSES) * CELL_M**2


def share_of_all(a: Any, b: Any) -> float:
    """Return the largest difference of the shares in all land: ours is on the Earth."""
    return float(np.abs(a / a.sum() - b / b.sum()).max())


JOBS = [
    Job(
        name="ledger_exact",
        about="Areas of 12 classes in 20 zones by 18 townships with ragged borders of "
        "200 to 500 corners, uint8 2 000 x 2 000, exact. Differences are of shares.",
        make=ragged,
        ours={"area_ledger": ours("exact")},
        peers={
            "exactextract, fractions of pieces ready cut": fractions,
            "geopandas.overlay, then exactextract": cut_and_fractions,
        },
        packages=("numpy", "numba", "exactextract", "shapely"),
        difference=share_of_all,
    ),
    Job(
        name="ledger_exact_convex",
        about="The same in convex zones and townships of a few corners.",
        make=convex,
        ours={"area_ledger": ours("exact")},
        peers={
            "exactextract, fractions of pieces ready cut": fractions,
            "geopandas.overlay, then exactextract": cut_and_fractions,
        },
        packages=("numpy", "numba", "exactextract", "shapely"),
        difference=share_of_all,
    ),
    Job(
        name="ledger_centre",
        about="The first by cell centres.",
        make=ragged,
        ours={"area_ledger": ours("centre")},
        peers={"rasterio, then NumPy": drawn},
        packages=("numpy", "numba", "rasterio"),
        difference=share_of_all,
    ),
]
