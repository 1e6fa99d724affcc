"""Metrics of landscape pattern."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pylandstats
from scipy import ndimage

import ecozoning as ez

from . import Job
from .scenes import CELL_M, on_grid

if TYPE_CHECKING:
    import xarray as xr

METRICS = {
    "PLAND": "proportion_of_landscape",
    "NP": "number_of_patches",
    "PD": "patch_density",
    "LPI": "largest_patch_index",
    "TE": "total_edge",
    "ED": "edge_density",
    "AREA_MN": "area_mn",
    "SHAPE_MN": "shape_index_mn",
    "LSI": "landscape_shape_index",
    "MESH": "effective_mesh_size",
    "CORE_MN": "core_area_mn",
    "TCA": "total_core_area",
}
NEAREST = {"ENN_MN": "euclidean_nearest_neighbor_mn"}


def cover(side: int = 2_000) -> xr.DataArray:
    """Return 15 synthetic classes in patches of some dozen cells, uint8."""
    rng = np.random.default_rng(8)
    most = np.full((side, side), -np.inf, dtype=np.float32)
    classes = np.zeros((side, side), dtype=np.uint8)
    for number in range(1, 16):
        field = rng.normal(size=(side, side)).astype(np.float32)
        field = ndimage.gaussian_filter(field, 4)
        classes[field > most] = number
        most = np.maximum(most, field)
    return on_grid(classes)


def ours(names: dict[str, str]) -> Any:
    def call(classes: xr.DataArray) -> Any:
        return ez.network.landscape_metrics(classes, metrics=list(names)).to_numpy()

    return call


def theirs(names: dict[str, str]) -> Any:
    def call(classes: xr.DataArray) -> Any:
        landscape = pylandstats.Landscape(
            classes.to_numpy(), res=(CELL_M, CELL_M), nodata=0
        )
        table = landscape.compute_class_metrics_df(
            metrics=list(names.values()),
            metrics_kwargs={"total_edge": {"count_boundary": False}},
        )
        return table.to_numpy()

    return call


def gap(a: Any, b: Any) -> float:
    if a is None or b is None:
        return math.nan
    return float(np.nanmax(np.abs(a - b) / np.abs(b)))


def job(name: str, about: str, side: int, names: dict[str, str]) -> Job:
    return Job(
        name=name,
        about=about,
        make=partial(cover, side),
        ours={"network.landscape_metrics": ours(names)},
        peers={"PyLandStats": theirs(names)},
        packages=("numpy", "numba", "scipy", "pylandstats"),
        difference=gap,
    )


JOBS = [
    job(
        "landscape",
        "12 metrics of 15 classes, uint8 2 000 x 2 000.",
        2_000,
        METRICS,
    ),
    job(
        "landscape_nearest",
        "The same and distances to nearest neighbours, uint8 300 x 300.",
        300,
        {**METRICS, **NEAREST},
    ),
]
