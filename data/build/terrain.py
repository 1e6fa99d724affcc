"""Remake the elevation grids of `data/terrain`, byte for byte.

Usage: python data/build/terrain.py SOURCE [--into data/terrain] [SLUG ...]

SOURCE is `meteva/resources/stations/dem_0.00833.nc` of PyPI meteva 1.9.6.2, or any
raster in longitude and latitude that GDAL reads (SRTM, Copernicus DEM, ...). Each grid
covers its county with a margin of 0.25 degrees: int16 metres, nodata -32768.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window, from_bounds

import ecozoning as ez

MARGIN_DEG = 0.25
NODATA = -32768
LOWEST_LAND_M = -500
"""The shore of the Dead Sea is at -430 m; the source marks missing cells by -999."""


def cut(source: rasterio.DatasetReader, slug: str, target: Path) -> None:
    """Write the part of a source that covers one county."""
    west, south, east, north = ez.load_plan(slug).boundary.total_bounds
    box = (west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)
    exact = from_bounds(*box, transform=source.transform)
    # Cells whose centre lies in the box.
    column, row = int(np.ceil(exact.col_off - 0.5)), int(np.ceil(exact.row_off - 0.5))
    right = int(np.floor(exact.col_off + exact.width + 0.5))
    bottom = int(np.floor(exact.row_off + exact.height + 0.5))
    window = Window(column, row, right - column, bottom - row)
    values = source.read(1, window=window, masked=True).filled(NODATA)
    values = np.where(values < LOWEST_LAND_M, NODATA, np.rint(values))
    profile = {
        "driver": "GTiff",
        "dtype": "int16",
        "nodata": NODATA,
        "count": 1,
        "width": window.width,
        "height": window.height,
        "crs": "EPSG:4326",
        "transform": source.window_transform(window),
        "compress": "deflate",
        "predictor": 2,
    }
    with rasterio.open(target, "w", **profile) as grid:
        grid.write(values.astype("int16"), 1)


def main() -> None:
    """Write the grid of every packaged county, or of those named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--into", type=Path, default=Path("data/terrain"))
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    with rasterio.open(arguments.source) as source:
        for slug in arguments.slugs or list(ez.list_plans()["slug"]):
            cut(source, slug, arguments.into / f"{slug}_dem_30s.tif")


if __name__ == "__main__":
    main()
