"""Trends and correlations of a stack of years, and the change between two of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pymannkendall
import xarray as xr
from scipy import stats

import ecozoning as ez

from . import Job
from .scenes import on_grid

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = ("numpy", "numba", "scipy", "pymannkendall")
LAYERS = 22
SAMPLE = 50
"""Cells along each side of what is small enough for a call per cell."""


def years(side: int) -> xr.DataArray:
    """Return a synthetic NDVI of 22 years with a trend, noise and ties, float32."""
    rng = np.random.default_rng(6)
    layers = []
    for year in range(LAYERS):
        noise = rng.random((side, side), dtype=np.float32)
        layers.append(on_grid((0.3 + 0.005 * year + 0.2 * noise).round(3)))
    index = pd.Index(range(2000, 2000 + LAYERS), name="time")
    return xr.concat(layers, index)


def our_trend(stack: Any) -> Any:
    found = ez.change.trend(stack)
    return np.stack([found[name].to_numpy() for name in ("slope", "s", "p")])


def numpy_trend(stack: Any) -> Any:
    """Go through the rows, all pairs of years of a row at a time; no gaps allowed."""
    values, time = stack.to_numpy(), stack["time"].to_numpy()
    early, late = np.array([*combinations(range(len(time)), 2)]).T
    apart = (time[late] - time[early])[:, None]
    out = np.empty((3, *values.shape[1:]))
    for row in range(values.shape[1]):
        rise = values[late, row].astype(float) - values[early, row]
        score = np.sign(rise).sum(axis=0)
        z = (score - np.sign(score)) / np.sqrt(_variances(values[:, row]))
        slope = np.median(rise / apart, axis=0)
        out[:, row] = slope, score, 2 * stats.norm.sf(np.abs(z))
    return out


def _variances(values: Any) -> Any:
    same = (values[:, None] == values[None]).sum(axis=1)
    n = len(values)
    ties = ((same - 1) * (2 * same + 5)).sum(axis=0)
    return (n * (n - 1) * (2 * n + 5) - ties) / 18


def pymannkendall_trend(stack: Any) -> Any:
    cells = stack.to_numpy().reshape(LAYERS, -1).T
    found = [pymannkendall.original_test(cell) for cell in cells]
    table = np.array([(each.slope, each.s, each.p) for each in found])
    return table.T.reshape(3, *stack.shape[1:])


def our_correlation(stack: Any) -> Any:
    found = ez.change.correlation(stack, np.arange(LAYERS))
    return np.stack([found["r"].to_numpy(), found["p"].to_numpy()])


def scipy_correlation(stack: Any) -> Any:
    found = stats.pearsonr(stack.to_numpy(), np.arange(LAYERS)[:, None, None], axis=0)
    return np.stack([found.statistic, found.pvalue])


@dataclass(frozen=True)
class Pair:
    """Land cover of two years."""

    before: xr.DataArray
    after: xr.DataArray


def covers(side: int = 10_000) -> Pair:
    """Return 11 synthetic classes, of which one cell in ten has changed."""
    rng = np.random.default_rng(7)
    before = np.repeat(rng.integers(1, 12, (side, side // 20), np.uint8), 20, axis=1)
    changed = rng.random(before.shape, dtype=np.float32) < 0.1
    after = np.where(changed, before % 11 + 1, before).astype(np.uint8)
    return Pair(on_grid(before), on_grid(after))


def our_transition(pair: Pair) -> Any:
    return ez.transition(pair.before, pair.after).matrix.iloc[:-1, :-1].to_numpy()


def numpy_transition(pair: Pair) -> Any:
    both = pair.before.to_numpy().astype(np.int64) * 12 + pair.after.to_numpy()
    return np.bincount(both.ravel(), minlength=144).reshape(12, 12)[1:, 1:] * 9e-4


def gap(a: Any, b: Any) -> float:
    return math.nan if a is None or b is None else float(np.nanmax(np.abs(a - b)))


def trend_job(name: str, side: int, peers: dict[str, Callable[[Any], Any]]) -> Job:
    return Job(
        name=name,
        about=f"Theil-Sen and Mann-Kendall of {LAYERS} layers of {side} x {side}.",
        make=lambda: years(side),
        ours={"change.trend": our_trend},
        peers=peers,
        packages=PACKAGES,
        difference=gap,
    )


JOBS = [
    trend_job("trend", 2_000, {"NumPy, row by row": numpy_trend}),
    trend_job("trend_sample", SAMPLE, {"pymannkendall": pymannkendall_trend}),
    Job(
        name="correlation",
        about=f"Pearson r and p of {LAYERS} layers of 2 000 x 2 000 with one series.",
        make=lambda: years(2_000),
        ours={"change.correlation": our_correlation},
        peers={"SciPy, pearsonr along an axis": scipy_correlation},
        packages=PACKAGES,
        difference=gap,
    ),
    Job(
        name="transition",
        about="Change between two rasters of 11 classes, uint8 10 000 x 10 000.",
        make=covers,
        ours={"transition": our_transition},
        peers={"NumPy, bincount of pairs": numpy_transition},
        packages=("numpy", "numba"),
        difference=gap,
    ),
]
