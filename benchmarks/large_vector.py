"""A million parcels cut by 500 zones: how long it takes, and how much memory.

    python benchmarks/large_vector.py                      all ways
    python benchmarks/large_vector.py --side 300           90 000 parcels
    python benchmarks/large_vector.py --markdown docs/benchmarks.md

Land is modelled: parcels are the cells of a lattice with displaced corners and a bend
in every edge, zones are cells around random places. Each way runs in a process of its
own; the peak is that of the whole process, libraries and parcels included.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

import geopandas as gpd  # noqa: E402  the path has to be set first
import numpy as np  # noqa: E402
import peers  # noqa: E402
import shapely  # noqa: E402

import ecozoning as ez  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIDE = 1_000
ZONES = 500
CELL_M = 60.0
BLOCK_ROWS = 50_000
CRS = 4547


def parcels(side: int, start: int = 0, stop: int | None = None) -> gpd.GeoDataFrame:
    """Return rows of a lattice of cells with 8 vertices each, without gaps."""
    knots = np.stack(np.meshgrid(*[np.arange(2 * side + 1)] * 2), axis=-1) / 2.0
    knots += np.random.default_rng(1).uniform(-0.12, 0.12, knots.shape)
    edge = np.zeros(knots.shape[:2], bool)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    whole = np.stack(np.meshgrid(*[np.arange(2 * side + 1)] * 2), axis=-1) / 2.0
    knots[edge] = whole[edge]
    row, column = np.divmod(np.arange(start, stop or side * side), side)
    around = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0)]
    rings = np.stack(
        [knots[2 * row + down, 2 * column + over] for down, over in around], axis=1
    )
    cells = shapely.polygons(rings * CELL_M + [5e5, 3e6])
    kind = np.random.default_rng(2).integers(0, 12, side * side)[start:stop]
    table = {"DLBM": np.array([f"c{k:02}" for k in range(12)])[kind]}
    return gpd.GeoDataFrame(
        table, geometry=cells, crs=CRS, index=range(start, start + len(cells))
    )


def zones(side: int) -> gpd.GeoDataFrame:
    seats = np.random.default_rng(3).uniform(0, side * CELL_M, (ZONES, 2))
    seats += [5e5, 3e6]
    whole = shapely.box(5e5, 3e6, 5e5 + side * CELL_M, 3e6 + side * CELL_M)
    cells = shapely.voronoi_polygons(shapely.multipoints(seats), extend_to=whole)
    parts = shapely.intersection(shapely.get_parts(cells), whole)
    names = [f"z{number:03}" for number in range(len(parts))]
    return gpd.GeoDataFrame({"zone_id": names}, geometry=parts, crs=CRS)


def whole(side: int) -> list[float]:
    pieces = ez.partition(parcels(side), zones(side))
    return [len(pieces), pieces.area.sum()]


def blocks(side: int) -> list[float]:
    found = ez.partition_blocks(parcels(side), zones(side), block_rows=BLOCK_ROWS)
    return np.sum([(len(part), part.area.sum()) for part in found], axis=0).tolist()


def streamed(side: int) -> list[float]:
    """Write the parcels in blocks, then cut them from file to file."""
    made = (
        parcels(side, start, min(start + BLOCK_ROWS, side * side))
        for start in range(0, side * side, BLOCK_ROWS)
    )
    with tempfile.TemporaryDirectory() as folder:
        source = ez.write_blocks(made, Path(folder, "parcels.gpkg"))
        start = time.perf_counter()
        read = ez.read_blocks(source, block_rows=BLOCK_ROWS)
        found = ez.partition_blocks(read, zones(side))
        target = ez.write_blocks(found, Path(folder, "pieces.gpkg"))
        seconds = time.perf_counter() - start
        done = (
            (len(part), part.area.sum())
            for part in ez.read_blocks(target, block_rows=BLOCK_ROWS)
        )
        return [*np.sum(list(done), axis=0).tolist(), seconds]


@contextlib.contextmanager
def lazily(side: int) -> Iterator[Any]:
    """Give the parcels to two workers of dask.distributed, threads of one process."""
    import dask_geopandas
    from distributed import Client, LocalCluster

    options = {"processes": False, "dashboard_address": None}
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster,
        Client(cluster),
    ):
        yield dask_geopandas.from_geopandas(
            parcels(side), npartitions=-(-(side * side) // BLOCK_ROWS), sort=False
        )


def clustered(side: int) -> list[float]:
    with lazily(side) as lazy:
        pieces = ez.partition_lazy(lazy, zones(side)).compute()
    return [len(pieces), pieces.area.sum()]


def counted(parcels: Any, side: int) -> list[float]:
    """Return rows and area of a ledger, of which parcels of twelve classes are held."""
    found = ez.survey.area_ledger(zones(side), parcels, class_column="DLBM")
    return [len(found.table), found.table["area_km2"].sum() * 1e6]


def ledger(side: int) -> list[float]:
    return counted(parcels(side), side)


def ledger_blocks(side: int) -> list[float]:
    starts = range(0, side * side, BLOCK_ROWS)
    made = (parcels(side, at, min(at + BLOCK_ROWS, side * side)) for at in starts)
    return counted(made, side)


def ledger_lazy(side: int) -> list[float]:
    with lazily(side) as lazy:
        return counted(lazy, side)


WAYS: dict[str, Callable[[int], list[float]]] = {
    "partition, all at once": whole,
    "partition_blocks, from memory": blocks,
    "partition_blocks, from file to file": streamed,
    "partition_lazy, two workers": clustered,
    "area_ledger, all at once": ledger,
    "area_ledger, blocks made as needed": ledger_blocks,
    "area_ledger, two workers": ledger_lazy,
}


def measured(name: str, side: int) -> dict[str, Any]:
    """Return what a way needed in a process of its own."""
    words = [sys.executable, __file__, "--one", name, "--side", str(side)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def one(name: str, side: int) -> None:
    start = time.perf_counter()
    parcels(side)
    made = time.perf_counter() - start
    start = time.perf_counter()
    rows, area, *inner = WAYS[name](side)
    seconds = inner[0] if inner else time.perf_counter() - start - made
    peak = peers.status_kib("VmHWM") / 2**20
    print(json.dumps({"rows": rows, "area": area, "s": seconds, "peak": peak}))


def main() -> None:
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("--side", type=int, default=SIDE)
    words.add_argument("--way", choices=WAYS, action="append")
    words.add_argument("--markdown", type=Path, metavar="FILE")
    words.add_argument("--one", help=argparse.SUPPRESS)
    options = words.parse_args()
    if options.one:
        one(options.one, options.side)
        return
    count = f"{options.side**2:,}".replace(",", " ")
    table = [[f"{count} parcels, {ZONES} zones", "rows", "km²", "peak, GiB", "s"]]
    for name in options.way or WAYS:
        found = measured(name, options.side)
        rows = f"{found['rows']:,.0f}".replace(",", " ")
        area = f"{found['area'] / 1e6:.3f}"
        table.append([name, rows, area, f"{found['peak']:.2f}", f"{found['s']:.0f}"])
        print(*table[-1], flush=True)
    if options.markdown:
        peers.write_block(options.markdown, "large_vector", peers.markdown(table))


if __name__ == "__main__":
    main()
