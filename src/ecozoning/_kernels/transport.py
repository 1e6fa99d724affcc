"""Capacity-constrained assignment of cells to zones: arrays in, arrays out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["assign", "solve_offsets"]


def assign(
    costs: NDArray[np.float64], offsets: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return for each cell the zone of least cost plus offset; ties to the first."""
    zones: NDArray[np.intp] = np.argmin(costs + offsets[:, None], axis=0)
    return zones


def solve_offsets(
    costs: NDArray[np.float64],
    counts: NDArray[np.float64],
    *,
    sweeps: int = 500,
) -> tuple[NDArray[np.float64], int]:
    """
    Return the zone offsets that give every zone its number of cells, and the miss.

    The offsets maximise the dual of a transport problem with cells as sources of one
    unit and zones as sinks of `counts`,

        g(w) = sum_x min_k (c_k(x) + w_k) - sum_k w_k n_k,

    which is concave and piecewise linear. One coordinate of it is maximised exactly by
    an order statistic of the margins, so coordinate ascent needs no step length.

    `counts` is NaN for a zone without a capacity, whose offset stays 0; with capacities
    for all zones they must add up to the number of cells. Infinite costs forbid.
    """
    zones, cells = costs.shape
    offsets = np.zeros(zones)
    bound = np.flatnonzero(np.isfinite(counts))
    wanted = np.rint(counts[bound]).astype(int)
    if bound.size == zones:  # one offset is free: pin the zone that is last to move
        wanted[-1] = cells - wanted[:-1].sum()
    miss = cells
    best = offsets.copy()
    for _ in range(sweeps):
        for zone, count in zip(bound, wanted, strict=True):
            offsets[zone] = _exact_offset(costs, offsets, int(zone), int(count))
        held = np.bincount(assign(costs, offsets), minlength=zones)
        now = int(np.abs(held[bound] - wanted).max(initial=0))
        if now < miss:
            miss, best = now, offsets.copy()
        if miss <= 1:
            break
    return best, miss


def _exact_offset(
    costs: NDArray[np.float64], offsets: NDArray[np.float64], zone: int, count: int
) -> float:
    """Return the offset at which one zone holds `count` cells, the others fixed."""
    rest = costs + offsets[:, None]
    rest[zone] = np.inf
    with np.errstate(invalid="ignore"):  # inf - inf: no zone may take the cell
        margin = rest.min(axis=0) - costs[zone]
    margin[np.isnan(margin)] = -np.inf
    finite = margin[np.isfinite(margin)]
    if not finite.size:
        return 0.0
    return _between(margin, count, (float(finite.min()), float(finite.max())))


def _between(
    margin: NDArray[np.float64], count: int, extremes: tuple[float, float]
) -> float:
    """Return a number that `count` of the margins exceed, or come nearest to it."""
    lowest, highest = extremes
    rank = margin.size - count  # of the smallest margin that should exceed it
    places = [place for place in (rank - 1, rank) if 0 <= place < margin.size]
    ordered = np.partition(margin, places)
    above = ordered[rank] if rank < margin.size else np.inf
    below = ordered[rank - 1] if rank > 0 else -np.inf
    if np.isfinite(above) and np.isfinite(below):
        return float((above + below) / 2)
    return lowest - 1.0 if below == -np.inf else highest + 1.0
