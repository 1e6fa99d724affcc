"""The formulas of landscape metrics, each for classes or for the whole landscape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ecozoning.network.landscape_mosaic import Mosaic

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["LEVELS", "STATISTICS", "UNITS", "Scope", "metric", "patch_values"]

HA_M2: Final = 1e4
PER_100_HA_M2: Final = 1e6

UNITS: Final = {
    "CA": "ha",
    "TA": "ha",
    "PLAND": "%",
    "NP": "1",
    "PD": "1/(100 ha)",
    "LPI": "%",
    "TE": "m",
    "ED": "m/ha",
    "LSI": "1",
    "AREA": "ha",
    "PERIM": "m",
    "SHAPE": "1",
    "CORE": "ha",
    "TCA": "ha",
    "ENN": "m",
    "CONTAG": "%",
    "PR": "1",
    "SHDI": "1",
    "SIDI": "1",
    "SHEI": "1",
    "COHESION": "%",
    "DIVISION": "1",
    "MESH": "ha",
    "AI": "%",
}
BOTH: Final = (
    *("NP", "PD", "LPI", "TE", "ED", "LSI", "AREA_MN", "SHAPE_MN", "ENN_MN"),
    *("CORE_MN", "TCA", "COHESION", "DIVISION", "MESH", "AI"),
)
LEVELS: Final = {
    "patch": ("AREA", "PERIM", "SHAPE", "CORE", "ENN"),
    "class": ("CA", "PLAND", *BOTH),
    "landscape": ("TA", *BOTH, "CONTAG", "PR", "SHDI", "SIDI", "SHEI"),
}
"""What each level has by default."""
STATISTICS: Final = ("MN", "AM", "SD", "CV")
"""Mean, mean weighted by area, standard deviation and its percentage of the mean."""


@dataclass(frozen=True)
class Scope:
    """Which patches are taken together.

    Attributes
    ----------
    mosaic : Mosaic
        All patches.
    by_class : bool
        One row per class; else one row for all.
    """

    mosaic: Mosaic
    by_class: bool

    @property
    def rows(self) -> Ints:
        """Row of each patch."""
        kinds = self.mosaic.kinds.astype(np.int64)
        return kinds if self.by_class else np.zeros_like(kinds)

    @property
    def cells(self) -> Ints:
        """Cells of each row."""
        mosaic = self.mosaic
        return mosaic.class_cells if self.by_class else np.array([mosaic.total_cells])

    def sum(self, values: NDArray[np.int64] | Floats) -> Floats:
        """Return the sum of values of patches, for each row."""
        rows = self.rows
        sums = np.bincount(rows, weights=values, minlength=self.cells.size)
        return sums.astype(np.float64)


def metric(name: str, scope: Scope) -> Floats:
    """Return a metric for each row of a scope."""
    base, _, statistic = name.partition("_")
    if statistic:
        return _statistic(patch_values(base, scope.mosaic), statistic, scope)
    return FORMULAS[name](scope)


def patch_values(name: str, mosaic: Mosaic) -> Floats:
    """Return a metric of each patch."""
    if name == "AREA":
        return np.asarray(mosaic.cells * (mosaic.cell_area_m2 / HA_M2))
    if name == "PERIM":
        return mosaic.perimeters_m
    if name == "SHAPE":
        return mosaic.perimeters / _least_perimeter(mosaic.cells)
    if name == "CORE":
        return np.asarray(mosaic.core_cells * (mosaic.cell_area_m2 / HA_M2))
    return mosaic.nearest_m


def _statistic(values: Floats, statistic: str, scope: Scope) -> Floats:
    """Return mean or spread of a metric of patches; those without it are left out."""
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    weights = np.where(known, scope.mosaic.cells if statistic == "AM" else 1, 0)
    mean = scope.sum(filled * weights) / scope.sum(weights)
    if statistic in {"MN", "AM"}:
        return mean
    apart = np.where(known, values - mean[scope.rows], 0.0)
    spread = np.sqrt(scope.sum(apart**2) / scope.sum(weights))
    return spread if statistic == "SD" else 100 * spread / mean


def _least_perimeter(cells: Ints) -> Ints:
    """Return the sides around the most compact patch of so many cells."""
    side, rest = _square(cells)
    more = np.where(rest > side, 4, 2)
    return np.asarray(4 * side + np.where(rest > 0, more, 0))


def _most_joins(cells: Ints) -> Ints:
    """Return the sides within the most compact patch of so many cells."""
    side, rest = _square(cells)
    more = np.where(rest > side, 2 * rest - 2, 2 * rest - 1)
    return np.asarray(2 * side * (side - 1) + np.where(rest > 0, more, 0))


def _square(cells: Ints) -> tuple[Ints, Ints]:
    """Return the side of the largest square of so many cells, and the cells left."""
    side = np.floor(np.sqrt(cells)).astype(np.int64)
    return side, np.asarray(cells - side * side)


def _area(scope: Scope) -> Floats:
    return np.asarray(scope.cells * (scope.mosaic.cell_area_m2 / HA_M2))


def _share(scope: Scope) -> Floats:
    return 100 * scope.cells / scope.mosaic.total_cells


def _number(scope: Scope) -> Floats:
    return scope.sum(np.ones(scope.mosaic.kinds.size))


def _density(scope: Scope) -> Floats:
    return _number(scope) / scope.mosaic.area_m2 * PER_100_HA_M2


def _largest(scope: Scope) -> Floats:
    largest = np.zeros(scope.cells.size)
    np.maximum.at(largest, scope.rows, scope.mosaic.cells)
    return 100 * largest / scope.mosaic.total_cells


def _edge(scope: Scope) -> Floats:
    lengths = scope.mosaic.contacts_m.sum(axis=1)
    return lengths if scope.by_class else np.array([lengths.sum() / 2])


def _edge_density(scope: Scope) -> Floats:
    return _edge(scope) / scope.mosaic.area_m2 * HA_M2


def _shape_index(scope: Scope) -> Floats:
    """Take all sides, those on the rim and along no data as well."""
    mosaic = scope.mosaic
    sides = scope.sum(mosaic.perimeters)
    if not scope.by_class:  # between two classes each was counted from either side
        rim = mosaic.contacts[:-1, -1].sum()
        sides = (sides + rim) / 2
    return sides / _least_perimeter(scope.cells)


def _core(scope: Scope) -> Floats:
    return scope.sum(patch_values("CORE", scope.mosaic))


def _cohesion(scope: Scope) -> Floats:
    mosaic = scope.mosaic
    sides = mosaic.perimeters
    part = 1 - scope.sum(sides) / scope.sum(sides * np.sqrt(mosaic.cells))
    return 100 * part / float(1 - 1 / np.sqrt(mosaic.total_cells))


def _division(scope: Scope) -> Floats:
    return 1 - scope.sum((scope.mosaic.cells / scope.mosaic.total_cells) ** 2)


def _mesh(scope: Scope) -> Floats:
    squares = scope.sum(scope.mosaic.cells.astype(np.float64) ** 2)
    return squares / scope.mosaic.total_cells * (scope.mosaic.cell_area_m2 / HA_M2)


def _aggregation(scope: Scope) -> Floats:
    mosaic = scope.mosaic
    joins = np.diagonal(mosaic.contacts)[:-1] / 2
    classes = 100 * joins / _most_joins(mosaic.class_cells)
    if scope.by_class:
        return classes
    return np.array([np.nansum(classes * _proportions(scope))])


def _proportions(scope: Scope) -> Floats:
    return scope.mosaic.class_cells / scope.mosaic.total_cells


def _contagion(scope: Scope) -> Floats:
    """Count sides within a class twice, and none to no data or beyond the rim."""
    met = scope.mosaic.contacts[:-1, :-1]
    all_met = met.sum(axis=1, keepdims=True)
    chance = _proportions(scope)[:, None] * met / np.where(all_met, all_met, 1)
    terms = chance * np.log(np.where(chance, chance, 1))
    return np.array([100 * (1 + terms.sum() / (2 * np.log(scope.mosaic.n_classes)))])


def _richness(scope: Scope) -> Floats:
    return np.array([float(scope.mosaic.n_classes)])


def _shannon(scope: Scope) -> Floats:
    share = _proportions(scope)
    return np.array([-(share * np.log(share)).sum()])


def _simpson(scope: Scope) -> Floats:
    return np.array([1 - (_proportions(scope) ** 2).sum()])


def _evenness(scope: Scope) -> Floats:
    """Divide by the most there can be; a single class is as uneven as can be."""
    most = np.log(scope.mosaic.n_classes)
    return _shannon(scope) / most if most else np.zeros(1)


FORMULAS: Final[dict[str, Callable[[Scope], Floats]]] = {
    "CA": _area,
    "TA": _area,
    "PLAND": _share,
    "NP": _number,
    "PD": _density,
    "LPI": _largest,
    "TE": _edge,
    "ED": _edge_density,
    "LSI": _shape_index,
    "TCA": _core,
    "COHESION": _cohesion,
    "DIVISION": _division,
    "MESH": _mesh,
    "AI": _aggregation,
    "CONTAG": _contagion,
    "PR": _richness,
    "SHDI": _shannon,
    "SIDI": _simpson,
    "SHEI": _evenness,
}
