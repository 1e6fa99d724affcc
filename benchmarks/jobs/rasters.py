"""Rasters in memory: slope, NDVI and relief against peers and a plain copy."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import xrspatial
import xrspatial.multispectral
from scipy import ndimage

import ecozoning as ez

from . import Job
from .scenes import CELL_M, bands, largest_gap, terrain

PACKAGES = ("numpy", "numba", "xarray", "xarray-spatial", "scipy")


def copy(dem: Any) -> Any:
    """Read and write the same bytes; there is nothing to compare."""
    dem.to_numpy().copy()


def numpy_slope(dem: Any) -> Any:
    down, right = np.gradient(dem.to_numpy(), np.float32(CELL_M))
    return np.degrees(np.arctan(np.hypot(down, right)))


def xrspatial_slope(dem: Any) -> Any:
    return xrspatial.slope(dem).to_numpy()


def our_slope(dem: Any) -> Any:
    return ez.slope(dem).to_numpy()


def our_ndvi(pair: Any) -> Any:
    return ez.ndvi(*pair).to_numpy()


def xrspatial_ndvi(pair: Any) -> Any:
    red, nir = pair
    return xrspatial.multispectral.ndvi(nir, red).to_numpy()


def numpy_ndvi(pair: Any) -> Any:
    red, nir = (band.to_numpy().astype("float32") for band in pair)
    return (nir - red) / (nir + red)


def copy_pair(pair: Any) -> Any:
    """Read both bands and write as many bytes as the result has."""
    red, nir = (band.to_numpy() for band in pair)
    out = np.empty((2, *red.shape), np.uint16)
    out[0], out[1] = red, nir


def our_relief(window: int) -> Any:
    return lambda dem: ez.local_relief(dem, window_cells=window).to_numpy()


def scipy_relief(window: int) -> Any:
    def relief(dem: Any) -> Any:
        values = dem.to_numpy()
        high = ndimage.maximum_filter(values, window, mode="nearest")
        return high - ndimage.minimum_filter(values, window, mode="nearest")

    return relief


def opencv_relief(window: int) -> Any:
    kernel = np.ones((window, window), np.uint8)

    def relief(dem: Any) -> Any:
        values = dem.to_numpy()
        return cv2.dilate(values, kernel) - cv2.erode(values, kernel)

    return relief


def gap(a: Any, b: Any) -> float:
    return math.nan if a is None or b is None else largest_gap(a, b)


def relief_job(window: int) -> Job:
    return Job(
        name=f"local_relief_{window}",
        about=f"Relief in a window of {window} x {window} cells, float32 10 000 x "
        "10 000. OpenCV does not know NaN.",
        make=terrain,
        ours={"local_relief": our_relief(window)},
        peers={
            "OpenCV, dilate - erode": opencv_relief(window),
            "scipy.ndimage, maximum - minimum": scipy_relief(window),
            "one copy": copy,
        },
        packages=("numpy", "numba", "scipy", "opencv-python-headless"),
        difference=gap,
    )


JOBS = [
    Job(
        name="slope",
        about="Slope in degrees of float32 10 000 x 10 000 in memory.",
        make=terrain,
        ours={"slope": our_slope},
        peers={
            "xarray-spatial": xrspatial_slope,
            "NumPy, gradient and arctan": numpy_slope,
            "one copy": copy,
        },
        packages=PACKAGES,
        difference=gap,
    ),
    Job(
        name="ndvi",
        about="NDVI of two uint16 bands of 10 980 x 10 980 in memory.",
        make=bands,
        ours={"ndvi": our_ndvi},
        peers={
            "xarray-spatial": xrspatial_ndvi,
            "NumPy, (nir - red) / (nir + red)": numpy_ndvi,
            "one copy": copy_pair,
        },
        packages=PACKAGES,
        difference=gap,
    ),
    relief_job(11),
    relief_job(31),
]
