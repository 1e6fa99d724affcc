"""Ellipsoidal areas of many parcels against the geodesics of PROJ."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

from ecozoning._kernels.ellipsoid import geodesic_strips, ring_areas
from ecozoning.overlay import ellipsoidal_area

from . import Job

GEOD = Geod(a=6_378_137.0, rf=298.257222101)
PARCELS = 100_000


@dataclass(frozen=True)
class Parcels:
    """One layer and the same rings as arrays."""

    layer: gpd.GeoSeries
    vertices: Any
    starts: Any


def parcels(crs: str = "EPSG:4490") -> Parcels:
    """Return star-shaped parcels of 5 to 20 corners, 100 to 200 m across, at 28 N."""
    rng = np.random.default_rng(0)
    corners = rng.integers(5, 21, PARCELS)
    owner = np.repeat(np.arange(PARCELS), corners)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(corners) - corners, corners)
    turn = turn + rng.uniform(-0.3, 0.3, len(owner))
    angle = 2 * np.pi * turn / corners[owner]
    reach = 0.0009 * rng.uniform(0.5, 1, len(owner))
    row, column = np.divmod(owner, 317)
    lon = 114.5 + column * 0.002 + reach * np.cos(angle)
    lat = 28.0 + row * 0.002 + reach * np.sin(angle)
    rings = shapely.linearrings(np.c_[lon, lat], indices=owner)
    polygons = shapely.polygons(rings)
    starts = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))])
    layer = gpd.GeoSeries(polygons, crs="EPSG:4490").to_crs(crs)
    return Parcels(layer, shapely.get_coordinates(rings), starts)


def projected_parcels() -> Parcels:
    """Return the same parcels in their 3 degree zone."""
    return parcels("EPSG:4547")


def whole(data: Parcels) -> Any:
    return ellipsoidal_area(data.layer)


def kernel(data: Parcels) -> Any:
    return ring_areas(*data.vertices.T, data.starts, strips=geodesic_strips)


def geod_loop(data: Parcels) -> Any:
    return [abs(GEOD.geometry_area_perimeter(parcel)[0]) for parcel in data.layer]


def geod_ragged(data: Parcels) -> Any:
    _, vertices, (starts, _) = shapely.to_ragged_array(data.layer.to_numpy())
    lon, lat = np.ascontiguousarray(vertices.T)
    return [
        abs(GEOD.polygon_area_perimeter(lon[first:last], lat[first:last])[0])
        for first, last in pairwise(starts)
    ]


def to_crs_and_geod_loop(data: Parcels) -> Any:
    degrees = data.layer.to_crs("EPSG:4490")
    return [abs(GEOD.geometry_area_perimeter(parcel)[0]) for parcel in degrees]


PACKAGES = ("numpy", "shapely", "geopandas", "pyproj")

JOBS = [
    Job(
        name="ellipsoidal_area",
        about="Geodesic areas of 100 000 parcels of 5 to 20 corners, in degrees.",
        make=parcels,
        ours={
            "ellipsoidal_area": whole,
            "its kernel alone": kernel,
        },
        peers={
            "pyproj.Geod, one polygon at a time": geod_loop,
            "pyproj.Geod on ragged arrays": geod_ragged,
        },
        packages=PACKAGES,
    ),
    Job(
        name="ellipsoidal_area_projected",
        about="The same parcels in a Gauss-Krüger zone, which has to be undone first.",
        make=projected_parcels,
        ours={"ellipsoidal_area": whole},
        peers={"to_crs, then pyproj.Geod, one at a time": to_crs_and_geod_loop},
        packages=PACKAGES,
    ),
]
