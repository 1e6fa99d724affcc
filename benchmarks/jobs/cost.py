"""Cost distance and corridors against scikit-image and xarray-spatial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
import xarray as xr
import xrspatial
from scipy.ndimage import gaussian_filter
from skimage.graph import MCP_Geometric

import ecozoning as ez

from . import Job, largest_difference

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELL = 30.0
PACKAGES = ("numpy", "numba", "scikit-image", "xarray-spatial")


@dataclass(frozen=True)
class Data:
    """A resistance, its values for others, and sources as cells and as polygons."""

    resistance: xr.DataArray
    one: xr.DataArray
    fifty: xr.DataArray
    polygons: gpd.GeoDataFrame


def data(side: int) -> Data:
    """Return resistances of 1 to about 100 in patches of some 20 cells, with noise."""
    rng = np.random.default_rng(6)
    patches = gaussian_filter(rng.standard_normal((side, side), dtype=np.float32), 20)
    patches = (patches - patches.min()) / np.ptp(patches)
    noise = rng.uniform(0.5, 1.5, (side, side)).astype(np.float32)
    axes = {"y": np.arange(side)[::-1] * CELL, "x": np.arange(side) * CELL}
    raster = xr.DataArray(1 + 99 * patches**2 * noise, axes, ("y", "x"))
    raster = raster.rio.write_crs(4547)
    one, fifty = (raster.copy(data=np.zeros((side, side), np.int32)) for _ in range(2))
    one[side // 2, side // 2] = 1
    # Seven by seven places and one more, each moved a little.
    places = [(row, column) for row in range(7) for column in range(7)] + [(3.5, 3.5)]
    cells = (np.array(places) + 0.5 + rng.uniform(-0.2, 0.2, (50, 2))) * side / 7.1
    rows, columns = np.clip(cells, 30, side - 31).astype(int).T
    fifty.to_numpy()[rows, columns] = np.arange(1, 51)
    centres = shapely.points(columns * CELL, (side - 1 - rows) * CELL)
    polygons = gpd.GeoDataFrame(
        {"source_id": np.arange(1, 51)},
        geometry=shapely.buffer(centres, rng.uniform(200, 800, 50)),
        crs=raster.rio.crs,
    )
    return Data(raster, one, fifty, polygons)


def ours(given: Data) -> Any:
    return ez.network.cost_distance(given.resistance, given.one).cost.to_numpy()


def ours_fifty(given: Data) -> Any:
    return ez.network.cost_distance(given.resistance, given.fifty).cost.to_numpy()


def by_skimage(given: Data) -> NDArray[Any]:
    """Return accumulated costs; scikit-image traces back as well."""
    search = MCP_Geometric(given.resistance.to_numpy() * CELL)
    costs, _ = search.find_costs(np.argwhere(given.one.to_numpy()))
    return costs


def by_xrspatial(given: Data) -> NDArray[Any]:
    """Return accumulated costs alone."""
    return xrspatial.cost_distance(given.one, given.resistance).to_numpy()


def difference(got: Any, reference: Any) -> float:
    """Return the largest difference; of 50 sources another thing is computed."""
    there = reference > 0
    gap = largest_difference(got[there], reference[there])
    return gap if gap < 1e-2 else float("nan")


def network(given: Data) -> ez.network.CorridorNetwork:
    return ez.network.corridors(given.resistance, given.polygons, cutoff_cost=20_000)


def five_sweeps(given: Data) -> None:
    """Sweep from five of the fifty sources, without paths or corridors."""
    values = given.resistance.to_numpy() * CELL
    for number in range(1, 6):
        cells = np.argwhere(given.fifty.to_numpy() == number)
        MCP_Geometric(values).find_costs(cells)


JOBS = [
    Job(
        name="cost_distance",
        about="Accumulated cost over 4 000 x 4 000 float32 resistances, one source. "
        "Ours has allocation and back links as well.",
        make=lambda: data(4_000),
        ours={"cost_distance": ours, "50 sources": ours_fifty},
        peers={
            "skimage MCP_Geometric, with back links": by_skimage,
            "xarray-spatial, cost alone": by_xrspatial,
        },
        packages=PACKAGES,
        difference=difference,
    ),
    Job(
        name="corridors",
        about="All neighbouring paths and corridors of 50 sources on 2 000 x 2 000 "
        "cells.",
        make=lambda: data(2_000),
        ours={"corridors": network},
        peers={"skimage, 5 of the 50 sweeps alone": five_sweeps},
        packages=PACKAGES,
        difference=lambda _got, _reference: float("nan"),
    ),
]
