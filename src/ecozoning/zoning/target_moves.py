"""Units along borders moved so that zones come near the areas they should have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ecozoning.zoning.neighbours import Ground

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["move_to_targets"]

WORTH_M2: Final = 1.0
"""Least area by which a move has to lower the sum of deviations."""
TRIES: Final = 2_000
"""Exchanges that are tried for one that keeps zones whole."""


class Moves(NamedTuple):
    """Atoms, and zones that they border on and could go to."""

    atom: Places
    goal: Places


@dataclass(frozen=True)
class _Search:
    """What does not change while units move."""

    ground: Ground
    targets_m2: Floats
    least_m2: float
    contiguous: bool

    def cost(self, area: Floats) -> Floats:
        """Return the sum of deviations of areas (..., zones); no target, no cost."""
        total: Floats = np.nansum(np.abs(area - self.targets_m2), axis=-1)
        return total

    def changed(self, area: Floats, moves: Moves, zone: Places) -> Floats:
        """Return the areas of zones (moves, zones) after each single move."""
        rows = np.arange(len(moves.atom))
        after = np.tile(area, (len(rows), 1))
        own = self.ground.area_m2[moves.atom]
        np.subtract.at(after, (rows, zone[moves.atom]), own)
        np.add.at(after, (rows, moves.goal), own)
        return after

    def allowed(self, zone: Places, before: Places) -> bool:
        """Tell whether zones that lost or got atoms are there, whole and not small."""
        touched = np.unique(before[zone != before])
        touched = np.union1d(touched, np.unique(zone[zone != before]))
        area = self.ground.zone_areas(zone)[touched]
        old = self.ground.zone_areas(before)[touched]
        if (area == 0).any() or ((area < self.least_m2) & (area < old)).any():
            return False
        if not self.contiguous:
            return True
        return all(
            self.ground.parts_of(np.flatnonzero(zone == one))
            <= self.ground.parts_of(np.flatnonzero(before == one))
            for one in touched
        )


def move_to_targets(
    zone: Places,
    ground: Ground,
    targets_m2: Floats,
    *,
    least_m2: float,
    contiguous: bool,
) -> Places:
    """
    Move atoms over borders as long as that brings areas nearer to their targets.

    Each step is the move of one atom that lowers the sum of deviations most, or, when
    none does, the exchange of two. It ends when neither lowers it by a square metre.
    """
    search = _Search(ground, targets_m2, least_m2, contiguous)
    if np.isnan(targets_m2).all():
        return zone
    while True:
        moves = _moves(zone, ground)
        better = _first(search, _singles(search, moves, zone), zone)
        if better is None:
            better = _first(search, _exchanges(search, moves, zone), zone)
        if better is None:
            return zone
        zone = better


def _moves(zone: Places, ground: Ground) -> Moves:
    """Return the atoms along borders between zones, and where they could go."""
    crossing = (zone[ground.left] != zone[ground.right]) & ~ground.pinned[ground.left]
    pairs = np.column_stack([ground.left[crossing], zone[ground.right[crossing]]])
    atom, goal = np.unique(pairs, axis=0).T
    return Moves(atom, goal)


def _first(
    search: _Search, candidates: Iterator[Places], zone: Places
) -> Places | None:
    """Return the first of the zonings that is allowed."""
    return next((one for one in candidates if search.allowed(one, zone)), None)


def _by_gain(gain: Floats) -> Places:
    """Return which candidates are worth it, best first, in order among equals."""
    worth = np.flatnonzero(gain > WORTH_M2)
    return worth[np.argsort(-gain[worth].round(), kind="stable")]


def _singles(search: _Search, moves: Moves, zone: Places) -> Iterator[Places]:
    area = search.ground.zone_areas(zone)
    gain = search.cost(area) - search.cost(search.changed(area, moves, zone))
    for one in _by_gain(gain):
        after = zone.copy()
        after[moves.atom[one]] = moves.goal[one]
        yield after


def _exchanges(search: _Search, moves: Moves, zone: Places) -> Iterator[Places]:
    """Yield exchanges of an atom of one zone for an atom of another."""
    area = search.ground.zone_areas(zone)
    a, b = _opposite(moves, zone)
    if not a.size:
        return
    source, goal = zone[moves.atom[a]], moves.goal[a]
    net = search.ground.area_m2[moves.atom[a]] - search.ground.area_m2[moves.atom[b]]
    deviation = np.nan_to_num(np.abs(area - search.targets_m2))
    lower = np.nan_to_num(np.abs(area[source] - net - search.targets_m2[source]))
    upper = np.nan_to_num(np.abs(area[goal] + net - search.targets_m2[goal]))
    gain = deviation[source] + deviation[goal] - lower - upper
    for one in _by_gain(gain)[:TRIES]:
        after = zone.copy()
        after[moves.atom[a[one]]] = goal[one]
        after[moves.atom[b[one]]] = source[one]
        yield after


def _opposite(moves: Moves, zone: Places) -> tuple[Places, Places]:
    """Return pairs of moves that go opposite ways between two zones."""
    source = zone[moves.atom]
    found = [
        np.meshgrid(
            np.flatnonzero((source == low) & (moves.goal == high)),
            np.flatnonzero((source == high) & (moves.goal == low)),
            indexing="ij",
        )
        for low, high in np.unique(
            np.sort(np.column_stack([source, moves.goal]), axis=1), axis=0
        )
    ]
    if not found:
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, nothing
    left = np.concatenate([pair[0].ravel() for pair in found])
    right = np.concatenate([pair[1].ravel() for pair in found])
    return left, right
