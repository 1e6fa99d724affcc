"""Searching the links of sources: sweeps, paths, corridors."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ecozoning._apply import thread_count
from ecozoning.network.belts import ROUNDING, belt_between
from ecozoning.network.reaches import path_between, reaches

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.network.belts import Belt
    from ecozoning.network.reaches import Cells, Labels, Pair, Reach
    from ecozoning.network.surfaces import SourceCells, Surface

__all__ = ["Link", "Search", "Terms", "found_links"]

FIRST_GUESS: Final = 2.0
"""Excess at the rim of a corridor, in widths times the mean resistance of the link."""
NEXT_GUESS: Final = 4.0
MOST_GUESSES: Final = 8
NO_PATH: Final = "no path"
TOO_DEAR: Final = "costs more than max_cost"
CUT_OFF: Final = "no path to the largest group of sources"


class Terms(NamedTuple):
    """How links are searched: costs in resistance x m, width in metres or None."""

    connectivity: int
    limit: float
    cutoff: float
    width: float | None


@dataclass(frozen=True, eq=False)
class Link:
    """A path between the sources at two positions, and its corridor."""

    pair: Pair
    path: NDArray[np.int64]
    cost: float
    length: float
    through: tuple[int, ...]
    belt: Belt


@dataclass(frozen=True)
class Search:
    """What was found: links by pair, and why pairs have none."""

    links: list[Link] = field(default_factory=list)
    failed: dict[Pair, str] = field(default_factory=dict)

    def missing(self, cells: SourceCells, asked: list[Pair] | None) -> pd.DataFrame:
        """Return what could not be linked, by id, with the sources that are lost."""
        rows: list[tuple[int, int | None, str]] = [
            (number, None, why) for number, why in cells.lost.items()
        ]
        rows += [
            (int(cells.ids[a - 1]), int(cells.ids[b - 1]), why)
            for (a, b), why in sorted(self.failed.items())
        ]
        if asked is None:
            rows += [(k, None, CUT_OFF) for k in self._outside(cells)]
        table = pd.DataFrame(rows, columns=["from_id", "to_id", "reason"])
        return table.astype({"from_id": "int64", "to_id": "Int64"})

    def _outside(self, cells: SourceCells) -> list[int]:
        """Return the ids that no links join to the largest group of sources."""
        count = cells.ids.size
        ends = np.array([link.pair for link in self.links]).reshape(-1, 2).T - 1
        graph = coo_array((np.ones(ends.shape[1]), tuple(ends)), shape=(count, count))
        group = connected_components(graph, directed=False)[1]
        sizes = np.bincount(group)
        return [int(k) for k in cells.ids[group != sizes.argmax()]]

    def mosaic(self, links: list[Link], surface: Surface) -> xr.DataArray:
        """Return the least excess over the corridors of links."""
        least = np.full((surface.grid.rows, surface.grid.columns), np.nan)
        for link in links:
            window = least[link.belt.window]
            np.fmin(window, link.belt.excess, out=window)
        raster: xr.DataArray = surface.raster(
            least,
            name="excess_cost",
            units="m",
            long_name="cost above that of the least-cost path",
        )
        return raster


def found_links(
    surface: Surface,
    labels: Labels,
    cells: list[Cells],
    pairs: dict[Pair, float],
    terms: Terms,
) -> Search:
    """
    Return the links of pairs, given upper bounds of their costs.

    Of corridors by width it is not known how far to sweep: it is guessed, and guessed
    again, farther, for those that were not wide enough.
    """
    search = Search()
    bounds = {pair: min(bound, terms.limit) for pair, bound in pairs.items()}
    guess = {pair: _first_guess(surface, cells, pair, bounds, terms) for pair in bounds}
    for turn in range(MOST_GUESSES + 1):
        if not guess:
            break
        if turn == MOST_GUESSES:
            guess = dict.fromkeys(guess, math.inf)
        limits = _limits(bounds, guess)
        reach = reaches(surface, cells, limits, terms.connectivity)
        one = _Pairing(surface, labels, cells, reach, terms)
        with ThreadPoolExecutor(thread_count()) as pool:
            results = list(pool.map(one.link, guess, guess.values()))
        again = {}
        for (pair, extent), result in zip(guess.items(), results, strict=True):
            if isinstance(result, Link):
                search.links.append(result)
            elif result:
                search.failed[pair] = result
            else:
                again[pair] = NEXT_GUESS * extent
        guess = again
    search.links.sort(key=lambda link: link.pair)
    return search


def _first_guess(
    surface: Surface,
    cells: list[Cells],
    pair: Pair,
    bounds: dict[Pair, float],
    terms: Terms,
) -> float:
    """Return an excess that a corridor may well end at."""
    if terms.width is None:
        return terms.cutoff
    columns = surface.grid.columns
    wide, high = surface.steps_m
    (y1, x1), (y2, x2) = (np.divmod(cells[k], columns) for k in pair)
    apart = math.hypot(
        max(x2.min() - x1.max(), x1.min() - x2.max(), 1) * wide,
        max(y2.min() - y1.max(), y1.min() - y2.max(), 1) * high,
    )
    return FIRST_GUESS * terms.width * bounds[pair] / apart


def _limits(bounds: dict[Pair, float], extents: dict[Pair, float]) -> dict[int, float]:
    """Return how far the sweep from each source has to go."""
    limits: dict[int, float] = {}
    for pair, extent in extents.items():
        far = (bounds[pair] + extent) * (1.0 + 2.0 * ROUNDING)
        for number in pair:
            limits[number] = max(limits.get(number, 0.0), far)
    return limits


@dataclass(frozen=True)
class _Pairing:
    """All that a pair needs to be linked."""

    surface: Surface
    labels: Labels
    cells: list[Cells]
    reach: dict[int, Reach]
    terms: Terms

    def link(self, pair: Pair, extent: float) -> Link | str | None:
        """Return the link of a pair, why there is none, or None to look farther."""
        a, b = pair
        columns = self.labels.shape[1]
        found = path_between(self.reach[a], self.cells[b], columns)
        if found is None:
            return TOO_DEAR if math.isfinite(self.terms.limit) else NO_PATH
        path, cost = found
        if cost > self.terms.limit:
            return TOO_DEAR
        length = self._length(path)
        belt = self._belt(pair, cost, extent, length)
        if belt is None:
            return None
        crossed = set(self.labels[tuple(path.T)].tolist()) - {0, a, b}
        return Link(pair, path, cost, length, tuple(sorted(crossed)), belt)

    def _length(self, path: NDArray[Any]) -> float:
        wide, high = self.surface.steps_m
        steps = np.abs(np.diff(path, axis=0))
        return float(np.hypot(steps[:, 0] * high, steps[:, 1] * wide).sum())

    def _belt(
        self, pair: Pair, cost: float, extent: float, length: float
    ) -> Belt | None:
        one, two = (self.reach[k] for k in pair)
        there = self.labels[one.window(two)]
        wide, high = self.surface.steps_m
        width = self.terms.width
        cells = None if width is None else max(round(width * length / (wide * high)), 1)
        own = (there == pair[0]) | (there == pair[1])
        return belt_between(one, two, cost, own, known=extent, wanted=cells)
