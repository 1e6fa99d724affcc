"""How time grows with the raster, and how memory does not.

    python benchmarks/large.py                       both tables
    python benchmarks/large.py --growth              time per cell, 1 000² to 20 000²
    python benchmarks/large.py --memory              a raster of 4 GiB by Dask
    python benchmarks/large.py --markdown docs/benchmarks.md

The rasters are synthetic. Memory is the peak of a process of its own that makes the
raster chunk by chunk, runs one function and adds up the result; the raster is four
times LIMIT_GIB.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

import dask.array as da  # noqa: E402  the path has to be set first
import numpy as np  # noqa: E402
import peers  # noqa: E402
from jobs.scenes import on_grid, voronoi  # noqa: E402

import ecozoning as ez  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_GIB = 1.0
SIDE = 32_768  # float32: 4 GiB
CHUNK = 2_048
SIZES = (1_000, 2_000, 5_000, 10_000, 20_000)


def lazy(low: float, high: float, kind: str = "float32") -> Any:
    """Return a raster of noise that is made chunk by chunk."""
    rng = da.random.default_rng(1)
    values = rng.uniform(low, high, (SIDE, SIDE), chunks=CHUNK).astype(kind)
    return on_grid(values)


def total(raster: Any) -> float:
    return float(da.nansum(raster.data.astype("float64")).compute(num_workers=2))


def bands() -> tuple[Any, Any]:
    return lazy(200, 3_000, "uint16"), lazy(800, 6_000, "uint16")


def dem() -> Any:
    return lazy(0, 900)


def grades(raster: Any) -> Any:
    return ez.reclassify(raster, [300, 600], ["low", "medium", "high"])


LARGE: dict[str, Callable[[], Any]] = {
    "ndvi": lambda: total(ez.ndvi(*bands())),
    "savi": lambda: total(ez.savi(*bands(), scale=0.0001)),
    "vegetation_cover": lambda: total(ez.vegetation_cover(lazy(-1, 1))),
    "slope": lambda: total(ez.slope(dem())),
    "aspect": lambda: total(ez.aspect(dem())),
    "local_relief, 31": lambda: total(ez.local_relief(dem(), window_cells=31)),
    "reclassify": lambda: total(grades(dem())),
    "cumulative_share": lambda: total(ez.importance.cumulative_share(dem())),
    "zonal, 1 000 zones": lambda: ez.zonal(dem(), voronoi(1_000, SIDE)),
    "crosstab, 1 000 zones": lambda: ez.crosstab(voronoi(1_000, SIDE), grades(dem())),
}

SMALL: dict[str, Callable[[Any], Any]] = {
    "slope": ez.slope,
    "ndvi": lambda dem: ez.ndvi(dem, dem),
    "local_relief, 11": lambda dem: ez.local_relief(dem, window_cells=11),
    "local_relief, 31": lambda dem: ez.local_relief(dem, window_cells=31),
    "reclassify": grades,
    "zonal, 1 000 zones": lambda dem: ez.zonal(dem, voronoi(1_000, dem.shape[0])),
}


def growth() -> list[list[str]]:
    """Return nanoseconds per cell by size."""
    table = [["ns per cell", *(f"{size:,}²".replace(",", " ") for size in SIZES)]]
    table += [[name] for name in SMALL]
    rng = np.random.default_rng(1)
    for size in SIZES:
        raster = on_grid(rng.uniform(0, 900, (size, size)).astype("float32"))
        for row, call in zip(table[1:], SMALL.values(), strict=True):
            call(raster)
            times = []
            for _ in range(3):
                start = time.perf_counter()
                call(raster)
                times.append(time.perf_counter() - start)
            row.append(f"{median(times) / size**2 * 1e9:.2f}")
    return table


def memory() -> list[list[str]]:
    """Return the peak memory and time of each function on the large raster."""
    table = [["4 GiB by Dask", "peak, GiB", "s"]]
    for name in LARGE:
        words = [sys.executable, __file__, "--one", name]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        peak, seconds = json.loads(done.stdout.splitlines()[-1])
        table.append([name, f"{peak:.2f}", f"{seconds:.0f}"])
        print(*table[-1], flush=True)
    return table


def one(name: str) -> None:
    start = time.perf_counter()
    LARGE[name]()
    peak = peers.status_kib("VmHWM") / 2**20
    print(json.dumps([peak, time.perf_counter() - start]))


def main() -> None:
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("--growth", action="store_true")
    words.add_argument("--memory", action="store_true")
    words.add_argument("--markdown", type=Path, metavar="FILE")
    words.add_argument("--one", help=argparse.SUPPRESS)
    options = words.parse_args()
    if options.one:
        one(options.one)
        return
    both = not (options.growth or options.memory)
    for name, make in (("growth", growth), ("memory", memory)):
        if both or getattr(options, name):
            table = make()
            print("\n".join(peers.aligned(table)), "\n", flush=True)
            if options.markdown:
                lines = peers.markdown(table)
                peers.write_block(options.markdown, name, lines)


if __name__ == "__main__":
    main()
