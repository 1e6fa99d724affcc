"""Factor rasters to levels of sensitivity: one pass, and the script one would write."""

from __future__ import annotations

from typing import Any

import numpy as np

import ecozoning.importance
import ecozoning.sensitivity
from ecozoning.rulesets import load_ruleset, product_levels

from . import Job
from .scenes import largest_gap, on_grid

SIDE = 5_000
SOILS = dict(
    enumerate(row.key for row in load_ruleset("redline2017")["soil_erodibility"].rows)
)


def factors(side: int = SIDE) -> dict[str, Any]:
    """Return synthetic factors of water erosion, 25 million cells, a tenth nodata."""
    rng = np.random.default_rng(5)
    shape = (side, side)

    def quantity(top: float) -> Any:
        values = rng.random(shape, dtype=np.float32) * np.float32(top)
        values[: side // 10] = np.nan
        return on_grid(values)

    return {
        "rainfall_erosivity": quantity(1000.0),
        "soil": on_grid(rng.integers(0, len(SOILS), shape, dtype=np.uint8)),
        "relief": quantity(500.0),
        "cover": quantity(1.0),
    }


def our_erosion(rasters: dict[str, Any]) -> Any:
    result = ecozoning.sensitivity.water_erosion(**rasters, soil_codes=SOILS)
    return result.level.to_numpy()


def numpy_erosion(rasters: dict[str, Any]) -> Any:
    """Score by `np.digitize`, multiply, look up; each step an array, as in a script."""
    rules = load_ruleset("redline2017")
    tables = ("rainfall_erosivity", "soil_erodibility", "local_relief")
    product = np.ones(rasters["soil"].shape, np.int64)
    valid = np.ones(product.shape, bool)
    for raster, name in zip(
        rasters.values(), (*tables, "vegetation_cover"), strict=True
    ):
        table, values = rules[name], raster.to_numpy()
        if table.kind == "categories":
            score = table.scores()[values]
        else:
            valid &= ~np.isnan(values)
            known = np.where(np.isnan(values), np.float32(0), values)
            score = table.scores()[np.digitize(known, table.cuts(values.dtype))]
        product *= score
    levels = product_levels(rules.choose("index_cuts"), scores=(1, 3, 5), factors=4)
    return np.where(valid, levels[product], np.uint8(255))


def select_erosion(rasters: dict[str, Any]) -> Any:
    """Score by `np.select`, take the fourth root and cut it, as papers tell it."""
    rain, soil, relief, cover = (raster.to_numpy() for raster in rasters.values())
    scores = [
        np.select([rain < 100, rain <= 600, rain > 600], [1.0, 3.0, 5.0], np.nan),
        load_ruleset("redline2017")["soil_erodibility"].scores().astype(float)[soil],
        np.select([relief <= 50, relief <= 300, relief > 300], [1.0, 3.0, 5.0], np.nan),
        np.select([cover <= 0.2, cover < 0.6, cover >= 0.6], [5.0, 3.0, 1.0], np.nan),
    ]
    index = np.power(scores[0] * scores[1] * scores[2] * scores[3], 0.25)
    return np.select([index <= 2, index <= 4, index > 4], [1, 2, 3], 255)


def rusle(side: int = SIDE) -> dict[str, Any]:
    """Return synthetic factors of soil loss, float32, a tenth nodata."""
    rng = np.random.default_rng(8)
    tops = {
        "rainfall_erosivity": 8000.0,
        "soil_erodibility": 0.06,
        "slope_length": 30.0,
        "cover_factor": 1.0,
    }
    found = {}
    for name, top in tops.items():
        values = rng.random((side, side), dtype=np.float32) * np.float32(top)
        values[: side // 10] = np.nan
        found[name] = on_grid(values)
    return found


def our_retention(rasters: dict[str, Any]) -> Any:
    rain, soil, *others = rasters.values()
    names = ("slope_length", "cover_factor")
    asked = dict(zip(names, others, strict=True))
    return ecozoning.importance.soil_retention(rain, soil, **asked).to_numpy()


def numpy_retention(rasters: dict[str, Any]) -> Any:
    """Multiply; nobody looks whether the values are sound."""
    rain, soil, slope, cover = (raster.to_numpy() for raster in rasters.values())
    return rain * soil * slope * (1 - cover)


def checked_retention(rasters: dict[str, Any]) -> Any:
    """Multiply what has been looked at: no factor is negative or beyond its range."""
    for raster, high in zip(rasters.values(), (np.inf, 1, np.inf, 1), strict=True):
        values = raster.to_numpy()
        odd = (values < 0) | (values > high) | np.isinf(values)
        if odd.any():
            raise ValueError(raster.name)
    return numpy_retention(rasters)


JOBS = [
    Job(
        name="soil_retention",
        about="Soil retention by RUSLE of four synthetic float32 factors of 5 000 x "
        "5 000 in memory.",
        make=rusle,
        ours={"importance.soil_retention": our_retention},
        peers={
            "NumPy, R * K * LS * (1 - C)": numpy_retention,
            "NumPy, the same with ranges checked": checked_retention,
        },
        packages=("numpy", "numba", "xarray"),
        difference=largest_gap,
    ),
    Job(
        name="water_erosion",
        about="Level of sensitivity of four synthetic factors of 5 000 x 5 000 in "
        "memory: three float32, one uint8.",
        make=factors,
        ours={"water_erosion": our_erosion},
        peers={
            "NumPy, digitize and lookup": numpy_erosion,
            "NumPy, select and fourth root": select_erosion,
        },
        packages=("numpy", "numba", "xarray"),
        difference=largest_gap,
    ),
]
