"""Polygon layers cut by one another, and the areas of their pieces alone."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

import ecozoning as ez

from . import Job
from .scenes import CRS, stars

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = ("numpy", "numba", "shapely", "geopandas")
WEST, SOUTH, WIDTH = 400_000.0, 2_900_000.0, 300_000.0


@dataclass(frozen=True)
class Layers:
    """Two layers of synthetic polygons."""

    a: gpd.GeoDataFrame
    b: gpd.GeoDataFrame


def cells(count: int, seed: int) -> gpd.GeoDataFrame:
    """Return convex cells around random points, cut to a box."""
    rng = np.random.default_rng(seed)
    points = rng.uniform((WEST, SOUTH), (WEST + WIDTH, SOUTH + WIDTH), (count, 2))
    frame = shapely.box(WEST, SOUTH, WEST + WIDTH, SOUTH + WIDTH)
    diagram = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame)
    shapes = shapely.intersection(shapely.get_parts(diagram), frame)
    shapes = shapes[shapely.area(shapes) > 0]
    return gpd.GeoDataFrame({"id": np.arange(len(shapes))}, geometry=shapes, crs=CRS)


def zones(count: int, kept: int) -> gpd.GeoDataFrame:
    """Return irregular zones, each of hundreds of cells, some of them left out."""
    small = cells(200_000, seed=9)
    rng = np.random.default_rng(8)
    seats = rng.uniform((WEST, SOUTH), (WEST + WIDTH, SOUTH + WIDTH), (count, 2))
    middle = shapely.get_coordinates(shapely.centroid(small.geometry.to_numpy()))
    nearest = cKDTree(seats).query(middle)[1]
    merged = small.assign(zone=nearest).dissolve("zone", method="coverage")
    return merged[["geometry"]].reset_index().iloc[:kept]


def scattered_stars(count: int, seed: int) -> gpd.GeoDataFrame:
    """Return stars of 24 corners with a hole of 12 at random places; they overlap."""
    rng = np.random.default_rng(seed)
    corner = np.array([WEST, SOUTH])
    middle = corner + rng.uniform(0, WIDTH, (count, 1, 2))
    rings = []
    for corners, least, most in ((24, 600, 1_500), (12, 150, 450)):
        angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        reach = rng.uniform(least, most, (count, corners, 1))
        spokes = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * reach
        rings.append(shapely.linearrings(middle + spokes))
    shapes = shapely.polygons(rings[0], rings[1][:, None])
    return gpd.GeoDataFrame(geometry=shapes, crs=CRS)


def pieces(how: str) -> Callable[[Layers], Any]:
    def call(data: Layers) -> Any:
        return ez.partition(data.a, data.b, how)

    return call


def overlay(how: str) -> Callable[[Layers], Any]:
    def call(data: Layers) -> Any:
        return gpd.overlay(data.a, data.b, how, keep_geom_type=True)

    return call


def total_area(a: Any, b: Any) -> float:
    """Return the relative difference of the sums of all areas."""
    return float(
        abs(shapely.area(a.geometry).sum() / shapely.area(b.geometry).sum() - 1)
    )


def our_areas(data: Layers) -> Any:
    return np.sort(ez.intersection_areas(data.a, data.b)["area_m2"].to_numpy())


def intersections(data: Layers) -> Any:
    """Build all intersections in as many threads as there are processors."""
    a, b = data.a.geometry.to_numpy(), data.b.geometry.to_numpy()
    left, right = shapely.STRtree(b).query(a, predicate="intersects")
    workers = os.cpu_count() or 1
    shares = np.array_split(np.arange(len(left)), 16 * workers)
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(
            lambda some: shapely.area(
                shapely.intersection(a[left[some]], b[right[some]])
            ),
            shares,
        )
        found = np.concatenate(list(parts))
    return np.sort(found[found > 1e-6])


def overlay_areas(data: Layers) -> Any:
    found = gpd.overlay(data.a, data.b, "intersection", keep_geom_type=True).area
    return np.sort(found[found > 1e-6].to_numpy())


def largest_gap_m2(a: Any, b: Any) -> float:
    """Return the largest difference of sorted areas in m2."""
    return float(np.abs(a - b).max()) if len(a) == len(b) else float("inf")


def cut_job(name: str, about: str, how: str, make: Callable[[], Layers]) -> Job:
    return Job(
        name=f"partition_{name}",
        about=about,
        make=make,
        ours={"partition": pieces(how)},
        peers={"geopandas.overlay": overlay(how)},
        packages=PACKAGES,
        difference=total_area,
    )


def area_job(name: str, about: str, make: Callable[[], Layers]) -> Job:
    return Job(
        name=f"intersection_areas_{name}",
        about=about + " The difference is in m².",
        make=make,
        ours={"intersection_areas": our_areas},
        peers={
            "STRtree and shapely.intersection, threads": intersections,
            "geopandas.overlay": overlay_areas,
        },
        packages=PACKAGES,
        difference=largest_gap_m2,
    )


JOBS = [
    cut_job(
        "identity",
        "Identity of 20 000 convex parcels and 17 of 20 irregular zones.",
        "identity",
        lambda: Layers(cells(20_000, 1), zones(20, kept=17)),
    ),
    cut_job(
        "union",
        "Union of 20 000 and 8 000 convex cells.",
        "union",
        lambda: Layers(cells(20_000, 1), cells(8_000, 2)),
    ),
    cut_job(
        "dense",
        "Union of 50 000 and 20 000 convex cells.",
        "union",
        lambda: Layers(cells(50_000, 1), cells(20_000, 2)),
    ),
    cut_job(
        "stars",
        "Identity of 19 000 stars of 24 corners with a hole of 12, and 8 000 cells.",
        "identity",
        lambda: Layers(stars()[["geometry"]], cells(8_000, 2)),
    ),
    area_job(
        "cells",
        "Areas of all pieces of 20 000 and 50 000 convex cells.",
        lambda: Layers(cells(20_000, 1), cells(50_000, 2)),
    ),
    area_job(
        "stars",
        "Areas of all pieces of 20 000 and 50 000 stars of 24 corners, holes of 12.",
        lambda: Layers(scattered_stars(20_000, 1), scattered_stars(50_000, 2)),
    ),
]
