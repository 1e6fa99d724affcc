"""From factor rasters to a red line: seconds and memory of every step of the chain.

    python benchmarks/chain.py                       44 million cells of 30 m
    python benchmarks/chain.py --side 2000
    python benchmarks/chain.py --markdown docs/benchmarks.md

One process, and all rasters in memory. The county is synthetic: smooth fields with the
noise of a sensor on them. Making it is not counted in the seconds. Memory is the peak
of the process during a step, with all that is kept at that time.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "benchmarks")]

import geopandas as gpd  # noqa: E402  the path has to be set first
import numpy as np  # noqa: E402
import peers  # noqa: E402
import shapely  # noqa: E402
from jobs.scenes import CRS, on_grid, terrain  # noqa: E402

import ecozoning as ez  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    Rasters = dict[str, Any]

SIDE = 6_640  # squared 44 million
SOILS = {1: "gravel", 2: "sand", 3: "loam", 4: "silt"}
SURFACES = {1: "bedrock", 2: "clayey", 3: "loamy", 4: "sandy"}
ECOSYSTEMS = {1: "mixed_forest", 2: "meadow", 3: "steppe", 4: "sparse_grassland"}
SMALLEST_KM2 = 0.05
PATCH_KM2 = 1.0


# --- the county --------------------------------------------------------------------


def field(seed: int, side: int, noise: float = 0.0) -> Any:
    """Return a smooth field from 0 to 1 with noise, float32."""
    rng = np.random.default_rng(seed)
    total = np.zeros((side, side), np.float32)
    for knots, reach in ((6, 1.0), (25, 0.5), (110, 0.25)):
        weights = _between_knots(side, knots)
        heights = rng.random((knots, knots), dtype=np.float32) * np.float32(reach)
        total += (weights @ heights) @ weights.T
    low, high = total.min(), total.max()
    total -= low
    total /= high - low
    if noise:
        total += rng.random((side, side), dtype=np.float32) * np.float32(noise)
        np.minimum(total, 1, out=total)
    return total


def _between_knots(side: int, knots: int) -> Any:
    """Return how much each knot counts along a side, (side, knots)."""
    place = np.linspace(0, knots - 1, side, dtype=np.float32)[:, None]
    return np.maximum(0, 1 - np.abs(place - np.arange(knots, dtype=np.float32)))


def kinds(seed: int, side: int, count: int) -> Any:
    """Return classes from 1 on in areas of some square kilometres, uint8."""
    levels = field(seed, side) * np.float32(count * 0.999)
    return on_grid(levels.astype(np.uint8) + np.uint8(1))


def county(side: int) -> Rasters:
    """Return what is measured and mapped of a synthetic county."""

    def quantity(seed: int, low: float, high: float, noise: float = 0.0) -> Any:
        values = field(seed, side, noise)
        values *= np.float32(high - low)
        values += np.float32(low)
        return on_grid(values)

    return {
        "dem": terrain(side),
        "ndvi": quantity(11, -0.1, 0.9, noise=0.1),
        "rainfall_erosivity": quantity(12, 20.0, 900.0),
        "precipitation": quantity(13, 300.0, 1500.0),
        "evapotranspiration": quantity(14, 250.0, 800.0, noise=0.05),
        "aridity": quantity(15, 0.8, 20.0),
        "windy_days": quantity(16, 0.0, 60.0),
        "soil_erodibility": quantity(17, 0.005, 0.06, noise=0.1),
        "soil": kinds(18, side, 4),
        "surface": kinds(19, side, 4),
        "ecosystem": kinds(20, side, 4),
    }


def layers(side: int) -> dict[str, gpd.GeoDataFrame]:
    """Return a boundary of many corners, reserves, and towns that are excluded."""
    rng = np.random.default_rng(21)
    width = side * 30.0
    middle = np.array([400_000.0, 3_200_000.0]) + width * np.array([0.5, -0.5])
    angle = np.linspace(0, 2 * np.pi, 5_000, endpoint=False)
    reach = width * (0.49 - 0.05 * np.sin(7 * angle) ** 2 - 0.002 * rng.random(5_000))
    ring = middle + reach[:, None] * np.c_[np.cos(angle), np.sin(angle)]
    places = middle + rng.uniform(-0.4, 0.4, (60, 2)) * width
    discs = shapely.buffer(shapely.points(places), rng.uniform(300, 3_000, 60))

    def layer(geometry: Any) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(geometry=geometry, crs=CRS)

    return {
        "boundary": layer([shapely.Polygon(ring)]),
        "statutory": layer(discs[:20]),
        "exclusions": layer(discs[20:]),
    }


# --- the chain ---------------------------------------------------------------------


def factors(rasters: Rasters) -> Rasters:
    slope = ez.slope(rasters["dem"])
    cover = ez.vegetation_cover(rasters["ndvi"], 0.05, 0.85)
    return {
        "relief": ez.local_relief(rasters["dem"], window_cells=17),
        "cover": cover,
        "slope_length": ez.sensitivity.slope_length_factor(slope, slope_length_m=30.0),
        "cover_factor": ez.sensitivity.cover_factor(cover),
    }


def sensitivity(rasters: Rasters) -> Rasters:
    water = ez.sensitivity.water_erosion(
        rainfall_erosivity=rasters["rainfall_erosivity"],
        soil=rasters["soil"],
        relief=rasters["relief"],
        cover=rasters["cover"],
        soil_codes=SOILS,
    )
    sand = ez.sensitivity.desertification(
        aridity=rasters["aridity"],
        windy_days=rasters["windy_days"],
        soil=rasters["surface"],
        cover=rasters["cover"],
        soil_codes=SURFACES,
    )
    return {"sensitivity": ez.sensitivity.combine(water, sand)["level"]}


def importance(rasters: Rasters) -> Rasters:
    water = ez.importance.water_conservation(
        rasters["precipitation"],
        rasters["evapotranspiration"],
        rasters["ecosystem"],
        classes=ECOSYSTEMS,
    )
    soil = ez.importance.soil_retention(
        rasters["rainfall_erosivity"],
        rasters["soil_erodibility"],
        slope_length=rasters["slope_length"],
        cover_factor=rasters["cover_factor"],
    )
    return {"water": water, "soil_kept": soil}


def grades(rasters: Rasters) -> Rasters:
    graded = {
        "water": ez.importance.cumulative_share(rasters["water"]),
        "soil": ez.importance.cumulative_share(rasters["soil_kept"]),
    }
    # What is left of the water balance is no data where more goes than comes.
    merged = ez.importance.merge(missing="skip", **graded)
    return {"importance": merged["level"]}


def cleaned(rasters: Rasters) -> Rasters:
    return {
        name: ez.importance.clean_up(rasters[name], minimum_patch_km2=SMALLEST_KM2)
        for name in ("importance", "sensitivity")
    }


def redline(rasters: Rasters) -> Rasters:
    found = ez.redline.delineate(
        rasters["importance"],
        rasters["sensitivity"],
        **layers(rasters["dem"].shape[0]),
        minimum_patch_km2=PATCH_KM2,
    )
    return {"redline": found}


STEPS: dict[str, Callable[[Rasters], Rasters]] = {
    "slope, relief, cover, LS, C": factors,
    "sensitivity: water erosion, desertification, the worse": sensitivity,
    "importance: water conservation, soil retention": importance,
    "grades by cumulative share, merged": grades,
    "clean-up of importance and sensitivity": cleaned,
    "redline.delineate": redline,
}
SPENT = {  # what nothing after a step needs
    "importance: water conservation, soil retention": (
        *("relief", "cover", "slope_length", "cover_factor"),
        *("precipitation", "evapotranspiration", "ecosystem"),
    ),
    "grades by cumulative share, merged": ("water", "soil_kept"),
}


def chain(rasters: Rasters) -> list[list[str]]:
    """Run all steps, and return a row for each, and for all."""
    table = [["step", "s", "peak, MiB"]]
    seconds, most = 0.0, 0.0
    for name, step in STEPS.items():
        print(f"{name} ...", file=sys.stderr, flush=True)
        forget_peak()
        start = time.perf_counter()
        rasters |= step(rasters)
        spent = time.perf_counter() - start
        peak = peers.status_kib("VmHWM") / 1024
        for key in SPENT.get(name, ()):
            del rasters[key]
        seconds, most = seconds + spent, max(most, peak)
        table.append([name, f"{spent:.1f}", f"{peak:.0f}"])
        print(f"  {spent:.1f} s, {peak:.0f} MiB", file=sys.stderr, flush=True)
    return [*table, ["all", f"{seconds:.1f}", f"{most:.0f}"]]


def forget_peak() -> None:
    """Have the system forget the peak of memory, where it can."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5", encoding="ascii")


def told(found: Any) -> str:
    """Return what came out, in one line."""
    gap = found.ledger["area_out_km2"].iloc[-1] - found.redlines["area_km2"].sum()
    corners = shapely.get_num_coordinates(found.redlines.geometry.to_numpy()).sum()
    return (
        f"{len(found.redlines)} patches of {found.redlines['area_km2'].sum():.0f} km2 "
        f"with {corners} corners; the ledger closes to {abs(gap):.0e} km2"
    )


def main() -> None:
    words = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("--side", type=int, default=SIDE, metavar="CELLS")
    words.add_argument("--markdown", type=Path, metavar="FILE")
    options = words.parse_args()
    warm_up()
    print(f"a synthetic county of {options.side}² cells ...", file=sys.stderr)
    rasters = county(options.side)
    table = chain(rasters)
    note = told(rasters["redline"])
    print("\n".join(peers.aligned(table)), note, sep="\n")
    if options.markdown:
        lines = [*peers.markdown(table), "", f"{note}."]
        peers.write_block(options.markdown, "chain", lines)


def warm_up() -> None:
    """Compile and import what is needed, on a county that is too small to count."""
    small = county(200)
    for step in STEPS.values():
        small |= step(small)


if __name__ == "__main__":
    main()
