"""Morphological spatial pattern analysis of four million cells against pyguidos."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyguidos
import rasterio
from scipy import ndimage

import ecozoning as ez

from . import Job
from .scenes import on_grid

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

SIDE = 2_000
KINDS = {0: 1, 1: 8, 3: 5, 5: 4, 9: 3, 17: 2, 33: 7, 35: 7, 37: 7, 65: 6, 67: 6, 69: 6}


@dataclass(frozen=True)
class Data:
    """A synthetic map in memory, and as the file that pyguidos takes."""

    foreground: xr.DataArray
    folder: tempfile.TemporaryDirectory[str]

    @property
    def path(self) -> Path:
        return Path(self.folder.name) / "map.tif"


def data() -> Data:
    rng = np.random.default_rng(7)
    coarse, fine = (
        ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), size)
        for size in (6.0, 1.5)
    )
    habitat = (coarse + 0.35 * fine > 0).astype(np.uint8)
    given = Data(on_grid(habitat), tempfile.TemporaryDirectory())
    shape = {"height": SIDE, "width": SIDE, "count": 1, "dtype": "uint8"}
    place = {"crs": "EPSG:4547", "transform": given.foreground.rio.transform()}
    with rasterio.open(given.path, "w", **shape, **place) as sink:
        sink.write(habitat + 1, 1)
    return given


def ours(width: int) -> Callable[[Data], Any]:
    return lambda given: ez.network.mspa(given.foreground, width).to_numpy()


def guidos(width: int) -> Callable[[Data], Any]:
    table = np.zeros(256, np.uint8)
    for code, kind in KINDS.items():
        table[[code, code + 100]] = kind
    table[[100, 220, 129]] = 9, 10, 0

    def call(given: Data) -> Any:
        folder = Path(given.folder.name)
        pyguidos.mspa(
            given.path,
            edge_width=width,
            outdir=folder,
            statists=False,
            stat_files=False,
        )
        with rasterio.open(folder / f"map_8_{width}_1_1.tif") as source:
            return table[source.read(1)]

    return call


def share_apart(one: Any, two: Any) -> float:
    """Return the share of cells whose classes differ."""
    return float(np.mean(one != two))


JOBS = [
    Job(
        name=f"mspa_{width}",
        about=(
            f"Pattern classes of 2 000 x 2 000 cells, half of them habitat, edge width "
            f"{width}. The difference is the share of cells in another class."
        ),
        make=data,
        ours={"mspa": ours(width)},
        peers={"pyguidos, file to file": guidos(width)},
        packages=("numpy", "numba", "scipy", "pyguidos"),
        difference=share_apart,
    )
    for width in (1, 5)
]
