"""Coverages: joined, cleaned and checked, against geopandas and shapely."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

import ecozoning as ez

from . import Job
from .scenes import voronoi

PACKAGES = ("geopandas", "shapely", "numpy")
GROUPS = 500
MOVED = 0.02


def coverage(count: int) -> gpd.GeoDataFrame:
    """Return cells that tile a square, each in one of 500 compact groups."""
    cells = voronoi(count)
    clean = shapely.coverage_clean(cells.geometry.to_numpy(), snapping_distance=0.001)
    middle = shapely.get_coordinates(shapely.centroid(clean))
    ranks = np.argsort(np.argsort(middle, axis=0), axis=0) * 22 // len(clean)
    return gpd.GeoDataFrame(
        {"zone": ranks[:, 0] * 22 + ranks[:, 1]}, geometry=clean, crs=cells.crs
    )


def faulty(count: int) -> gpd.GeoDataFrame:
    """Return a coverage of which one cell in fifty has moved by 3 m."""
    layer = coverage(count)
    rng = np.random.default_rng(7)
    rows = np.sort(rng.choice(len(layer), int(len(layer) * MOVED), replace=False))
    layer.loc[rows, "geometry"] = layer.loc[rows].translate(3.0, 2.0).to_numpy()
    return layer


def by_zone(areas: Any, zones: Any) -> Any:
    return np.asarray(areas)[np.argsort(np.asarray(zones), kind="stable")]


def our_dissolve(layer: gpd.GeoDataFrame) -> Any:
    joined = ez.dissolve(layer, "zone").layer
    return by_zone(joined.area, joined["zone"])


def geopandas_dissolve(method: str) -> Any:
    def call(layer: gpd.GeoDataFrame) -> Any:
        joined = layer.dissolve("zone", method=method)
        return joined.area.to_numpy()

    return call


def our_clean(layer: gpd.GeoDataFrame) -> Any:
    return ez.clean_coverage(layer, gap_width_m=5.0).layer.area.to_numpy()


def shapely_clean(layer: gpd.GeoDataFrame) -> Any:
    cleaned = shapely.coverage_clean(
        layer.geometry.to_numpy(), gap_width=5.0, snapping_distance=0.001
    )
    return shapely.area(cleaned)


def our_faults(layer: gpd.GeoDataFrame) -> Any:
    faults = ez.check_coverage(layer, gap_width_m=5.0, sliver_width_m=0.0)
    return faults.loc[faults["kind"] == "overlap"].area.sum()


def overlay_faults(layer: gpd.GeoDataFrame) -> Any:
    """What is written by hand: the layer over itself, and the holes of its union."""
    rows = layer.assign(row=np.arange(len(layer)))
    twice = gpd.overlay(rows, rows, how="intersection")
    ground = layer.union_all()
    shapely.area(shapely.get_rings(ground))
    return twice.loc[twice["row_1"] < twice["row_2"]].area.sum()


JOBS = [
    Job(
        name="dissolve_coverage",
        about="20 000 cells of a coverage joined to about 480 zones.",
        make=lambda: coverage(20_000),
        ours={"dissolve": our_dissolve},
        peers={
            "geopandas dissolve, unary": geopandas_dissolve("unary"),
            "geopandas dissolve, coverage": geopandas_dissolve("coverage"),
        },
        packages=PACKAGES,
    ),
    Job(
        name="clean_coverage",
        about="5 000 cells, one in fifty moved by 3.6 m, made a coverage again.",
        make=lambda: faulty(5_000),
        ours={"clean_coverage": our_clean},
        peers={"shapely.coverage_clean alone": shapely_clean},
        packages=PACKAGES,
    ),
    Job(
        name="check_coverage",
        about="Overlaps and gaps of the same 5 000 cells as polygons.",
        make=lambda: faulty(5_000),
        ours={"check_coverage": our_faults},
        peers={"geopandas.overlay with itself, union_all": overlay_faults},
        packages=PACKAGES,
    ),
]
