"""From GeoTIFF to GeoTIFF: slope and NDVI against gdaldem, NumPy and plain copies."""

from __future__ import annotations

import atexit
import math
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import rasterio

import ecozoning as ez

from . import Job
from .scenes import bands, largest_gap, terrain

FOLDER = Path(tempfile.mkdtemp(prefix="ecozoning-bench-"))
RESULTS = FOLDER / "results"
RESULTS.mkdir()
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
TILED = {"tiled": True, "blockxsize": 512, "blockysize": 512}


def write(name: str, raster: Any, **options: Any) -> Path:
    path = FOLDER / name
    profile = {
        "driver": "GTiff",
        "height": raster.shape[0],
        "width": raster.shape[1],
        "count": 1,
        "dtype": raster.dtype,
        "crs": raster.rio.crs,
        "transform": raster.rio.transform(),
    }
    with rasterio.open(path, "w", **profile, **TILED, **options) as target:
        target.write(raster.to_numpy(), 1)
    return path


def terrain_file() -> Path:
    return write("dem.tif", terrain(), nodata=np.nan)


def band_files() -> tuple[Path, Path]:
    red, nir = bands()
    return write("red.tif", red), write("nir.tif", nir)


def no_results() -> None:
    """Have every contender write a new file: replacing one takes a time of its own."""
    for path in RESULTS.iterdir():
        path.unlink()


def our_slope(dem: Path) -> Path:
    ez.process_file(ez.slope, dem, RESULTS / "ours.tif", compress="none")
    return RESULTS / "ours.tif"


def gdaldem(dem: Path) -> Path:
    out = RESULTS / "gdaldem.tif"
    words = ["gdaldem", "slope", dem, out, "-q", "-co", "TILED=YES"]
    words += ["-co", "BLOCKXSIZE=512", "-co", "BLOCKYSIZE=512"]
    subprocess.run(words, check=True)
    return out


def copy_file(dem: Path) -> None:
    words = ["cp", "--reflink=never", "--sparse=never", dem, RESULTS / "copy.tif"]
    subprocess.run(words, check=True)


def our_ndvi(compress: str) -> Any:
    def call(pair: Any) -> Path:
        out = RESULTS / f"ours-{compress}.tif"
        names = dict(zip(("red", "nir"), pair, strict=True))
        ez.process_file(ez.ndvi, names, out, compress=compress)
        return out

    return call


def numpy_ndvi(**codec: Any) -> Any:
    def call(pair: Any) -> Path:
        out = RESULTS / "numpy.tif"
        arrays = []
        for path in pair:
            with rasterio.open(path) as source:
                arrays.append(source.read(1).astype(np.float32))
                profile = source.profile
        red, nir = arrays
        profile.update(dtype="float32", nodata=np.nan, **TILED, **codec)
        with rasterio.open(out, "w", **profile, num_threads="ALL_CPUS") as target:
            target.write((nir - red) / (nir + red), 1)
        return out

    return call


def gap(a: Path | None, b: Path | None) -> float:
    if a is None or b is None:
        return math.nan
    with rasterio.open(a) as one, rasterio.open(b) as two:
        return largest_gap(one.read(1, masked=True), two.read(1, masked=True))


DEFLATE = {"compress": "deflate", "zlevel": 6}

JOBS = [
    Job(
        name="slope_file",
        about="Slope from an uncompressed tiled GeoTIFF of float32 10 000 x 10 000 to "
        "another. The memory of gdaldem and cp, programs of their own, is not counted.",
        make=terrain_file,
        ours={"process_file(slope)": our_slope},
        peers={"gdaldem slope": gdaldem, "cp": copy_file},
        packages=("rasterio", "numba"),
        difference=gap,
        before=no_results,
    ),
    Job(
        name="ndvi_file",
        about="NDVI from two uint16 GeoTIFFs of 10 980 x 10 980 to one of float32.",
        make=band_files,
        ours={
            "process_file(ndvi), deflate 6": our_ndvi("deflate"),
            "process_file(ndvi), its default, zstd": our_ndvi("zstd"),
        },
        peers={"NumPy, threaded deflate 6": numpy_ndvi(**DEFLATE)},
        packages=("numpy", "rasterio", "numba"),
        difference=gap,
        before=no_results,
    ),
]
