"""Units on a board: which zone has which, and how well the zones fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.sparse.csgraph import connected_components

from ecozoning._kernels.patches import border_lengths, merge_small, pieces
from ecozoning.errors import ConvergenceError
from ecozoning.zoning.elevation import Elevation, sample
from ecozoning.zoning.inputs import costs_of
from ecozoning.zoning.positions import Extent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from ecozoning.zoning.evidence import Evidence
    from ecozoning.zoning.grid import Grid

    Labels = NDArray[np.intp]
    Values = NDArray[np.float64]

__all__ = ["Board", "Measure", "arranged", "make_board"]

NEAR_DEGREES: Final = 2 / 60
NEAR_HEIGHT: Final = 0.10
NEAR_METRES: Final = 30.0
"""How near an extent and a height should come: the tolerances of `Plan.fidelity`."""
MISSED: Final = 4.0
"""What a figure costs that is not met, against 1/2 for one that is just met."""
LONGEST_CHAIN: Final = 12
"""Changes of units in a row that are looked at as one."""
PER_RADIUS: Final = 1.0
PER_KM: Final = 0.01
"""What the mean miss of other evidence, in county radii, and a border of 1 km cost."""


class Measure(NamedTuple):
    """A published figure of a zone as a whole, and each unit's part in it."""

    published: float
    near: float
    how: str  # "min", "max" or "mean"
    of_unit: Values

    def misfit(self, own: NDArray[np.bool_], size: Values) -> float:
        """Return the cost of a zone of these units."""
        values = self.of_unit[own]
        found = (
            np.average(values, weights=size[own])
            if self.how == "mean"
            else getattr(values, self.how)()
        )
        miss = abs(float(found) - self.published) / self.near
        return miss**2 / 2 if miss <= 1 else MISSED + 2 * (miss - 1)


class Board(NamedTuple):
    """Units with their sizes, borders and costs.

    Attributes
    ----------
    owner : numpy.ndarray of int, (cells,)
        The unit of each cell of the county.
    size : numpy.ndarray, (units,)
        Share of the county.
    border_km : numpy.ndarray, (units, units)
        Length of the border between two units.
    missed : numpy.ndarray, (zones, units)
        Mean cost of a zone's evidence in the cells of a unit.
    measures : list of list of Measure
        Of each zone.
    """

    owner: Labels
    size: Values
    border_km: Values
    missed: Values
    measures: list[list[Measure]]

    def cost(self, zone_of: Labels) -> float:
        """Return how badly an arrangement fits; infinite if a zone has no unit."""
        total = PER_RADIUS * float(
            self.size @ self.missed[zone_of, np.arange(zone_of.size)]
        )
        unlike = zone_of[:, None] != zone_of[None, :]
        total += PER_KM * float(self.border_km[unlike].sum()) / 2
        for zone, measures in enumerate(self.measures):
            own = zone_of == zone
            if not own.any():
                return float("inf")
            total += sum(measure.misfit(own, self.size) for measure in measures)
        return total

    def parts(self, zone_of: Labels, zone: int) -> tuple[Labels, Labels]:
        """Return the units of a zone, and which of its connected parts each is in."""
        own = np.flatnonzero(zone_of == zone)
        _, part = connected_components(self.border_km[np.ix_(own, own)])
        return own, np.asarray(part, dtype=np.intp)

    def moves(self, zone_of: Labels) -> Iterator[tuple[int, int]]:
        """Yield a unit and a zone beside it that it could change to."""
        for unit, zone in enumerate(zone_of):
            around = np.unique(zone_of[self.border_km[unit] > 0])
            yield from ((unit, int(other)) for other in around if other != zone)


def make_board(
    grid: Grid,
    owner: Labels,
    evidence: Mapping[str, Sequence[Evidence]],
    least_km2: float,
) -> Board:
    """Return the board of units given by the number of each cell's unit."""
    image = np.full(grid.inside.shape, -1)
    image[grid.inside] = owner
    image = merge_small(pieces(image), least_km2 * 1e6 / grid.cell_m**2)
    unit = image[grid.inside]
    cells = np.bincount(unit)
    missed = np.stack([np.bincount(unit, c) for c in costs_of(grid, evidence)]) / cells
    size = cells / cells.sum()
    return Board(
        unit,
        size,
        np.asarray(border_lengths(image) * grid.cell_m / 1e3, dtype=float),
        missed,
        [list(_measures(items, grid, unit)) for items in evidence.values()],
    )


def _measures(items: Sequence[Evidence], grid: Grid, unit: Labels) -> Iterator[Measure]:
    for item in items:
        for published, how, values, near in _told(item, grid):
            if published is not None:
                yield Measure(published, near, how, _per_unit(values, unit, how))


def _told(
    item: Evidence, grid: Grid
) -> Iterator[tuple[float | None, str, Values, float]]:
    """Yield what evidence says of a zone as a whole, and of what in its cells."""
    lon, lat = grid.lonlat.T
    if isinstance(item, Extent):
        yield item.west, "min", lon, NEAR_DEGREES
        yield item.east, "max", lon, NEAR_DEGREES
        yield item.south, "min", lat, NEAR_DEGREES
        yield item.north, "max", lat, NEAR_DEGREES
    elif isinstance(item, Elevation):
        height = sample(item.dem, grid.lonlat)
        for value, how in (item.low, "min"), (item.mean, "mean"), (item.high, "max"):
            yield value, how, height, max(NEAR_METRES, NEAR_HEIGHT * abs(value or 0))


def _per_unit(values: Values, unit: Labels, how: str) -> Values:
    count = np.bincount(unit)
    if how == "mean":
        return np.asarray(np.bincount(unit, values) / count)
    reduce = np.minimum if how == "min" else np.maximum
    out = np.full(count.size, np.inf if how == "min" else -np.inf)
    reduce.at(out, unit, values)
    return out


def arranged(board: Board, held: Mapping[int, int], zones: list[str]) -> Labels:
    """
    Return the zone of each unit; `held` has the units that must stay in one.

    After Kernighan and Lin (1970): units change one after the other, each once and the
    best first even if it makes things worse, and as many changes are kept as give the
    best fit; a whole row of units can so cross a border that none would cross alone.
    """
    zone_of: Labels = np.argmin(board.missed, axis=0)
    for unit, zone in held.items():
        zone_of[unit] = zone
    _join_strays(board, zone_of, held, zones)
    cost = board.cost(zone_of)
    while True:
        chain = _chain(board, zone_of, set(held))
        best, changed = min(chain, key=lambda step: step[0], default=(cost, zone_of))
        if best >= cost - 1e-9:
            return zone_of
        cost, zone_of = best, changed


def _chain(
    board: Board, zone_of: Labels, fixed: set[int]
) -> Iterator[tuple[float, Labels]]:
    """Yield the arrangements of a chain of best changes, and what each costs."""
    for _ in range(LONGEST_CHAIN):
        steps = [
            (board.cost(_with(zone_of, unit, zone)), unit, zone)
            for unit, zone in board.moves(zone_of)
            if unit not in fixed and _still_whole(board, zone_of, unit)
        ]
        if not steps:
            return
        cost, unit, zone = min(steps)
        zone_of = _with(zone_of, unit, zone)
        fixed = fixed | {unit}
        yield cost, zone_of


def _with(zone_of: Labels, unit: int, zone: int) -> Labels:
    changed = zone_of.copy()
    changed[unit] = zone
    return changed


def _still_whole(board: Board, zone_of: Labels, unit: int) -> bool:
    """Tell whether a zone without one of its units stays in as many parts."""
    zone = int(zone_of[unit])
    before = board.parts(zone_of, zone)[1]
    after = board.parts(_with(zone_of, unit, -1), zone)[1]
    return after.size > 0 and after.max() <= before.max()


def _join_strays(
    board: Board, zone_of: Labels, held: Mapping[int, int], zones: list[str]
) -> None:
    """Give parts of a zone apart from its main one to the zone around them."""
    for _ in range(zone_of.size):
        strays = list(_strays(board, zone_of, held, zones))
        if not strays:
            return
        for own in strays:
            around = board.border_km[own].sum(axis=0)
            around[own] = 0
            if around.any():
                zone_of[own] = zone_of[np.argmax(around)]
    msg = f"the parts of {', '.join(zones)} do not join; give smaller `units`."
    raise ConvergenceError(msg)


def _strays(
    board: Board, zone_of: Labels, held: Mapping[int, int], zones: list[str]
) -> Iterator[Labels]:
    """Yield the units of each part of a zone that is neither its main one nor alone."""
    for zone, name in enumerate(zones):
        own, part = board.parts(zone_of, zone)
        if not own.size:
            msg = f"zone {name!r} is left without a unit; check `evidence`."
            raise ConvergenceError(msg)
        bound = {int(p) for u, p in zip(own, part, strict=True) if int(u) in held}
        if len(bound) > 1:
            msg = f"the seats of zone {name!r} lie in parts that do not touch."
            raise ConvergenceError(msg)
        sizes = np.bincount(part, board.size[own])
        main = bound.pop() if bound else int(np.argmax(sizes))
        for other in set(range(sizes.size)) - {main}:
            units = own[part == other]
            if board.border_km[units].any():
                yield units
