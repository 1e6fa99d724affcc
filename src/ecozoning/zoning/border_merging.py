"""Small zones joined to the neighbour with the longest border, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = ["Join", "Mosaic"]

EVEN: Final = 1e-6
"""Part of a length by which borders may differ and still be equally long."""


class Join(NamedTuple):
    """A zone that joined another, each named by its first unit."""

    unit: int
    into: int
    n_units: int
    area: float
    border: float
    reason: str


@dataclass
class Mosaic:
    """
    Zones, numbered from 0 in the order of their first units, that join one another.

    A zone keeps the lower of two numbers; what had the other is left without units.

    Attributes
    ----------
    grounds : list of numpy.ndarray of object
        Polygons of the units of each zone.
    members : list of list of int
        Units of each zone.
    areas : numpy.ndarray of float64
        Area of each zone in m2.
    classes : numpy.ndarray of intp
        Number of the class of each zone.
    values : numpy.ndarray of float64
        By number of a class: the class itself if classes are numbers, else NaN.
    traits : numpy.ndarray of float64, (n, k)
        Mean attributes of each zone by area, scaled to equal weight.
    borders : list of dict
        Length of the border with each neighbour, 0 where they meet in points.
    joins : list of Join
        What has been done.
    """

    grounds: list[Geometries]
    members: list[list[int]]
    areas: Floats
    classes: Ints
    values: Floats
    traits: Floats
    borders: list[dict[int, float]]
    joins: list[Join] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Keep the first unit of each zone, which members will not show."""
        self.first = [own[0] for own in self.members]

    @property
    def alive(self) -> list[int]:
        """Zones that have units."""
        return [zone for zone, own in enumerate(self.members) if own]

    @property
    def n_zones(self) -> int:
        """Number of zones: every join leaves one less."""
        return len(self.members) - len(self.joins)

    def labels(self) -> NDArray[np.intp]:
        """Return per unit its zone, 0, 1, ... in the order of first units."""
        labels = np.empty(sum(map(len, self.members)), dtype=np.intp)
        for number, zone in enumerate(self.alive):
            labels[self.members[zone]] = number
        return labels

    def named_joins(self) -> list[Join]:
        """Return what has been done, with first units in the place of numbers."""
        return [
            join._replace(unit=self.first[join.unit], into=self.first[join.into])
            for join in self.joins
        ]

    def grow_to(self, least_area: float, *, lone: bool) -> None:
        """Join zones below an area to others, smallest first; `lone` ones as well."""
        queue = self._queue()
        while (zone := self._next(queue, lone=lone)) is not None:
            if self.areas[zone] >= least_area:
                return
            self._absorb(zone, "below minimum", queue)

    def reduce_to(self, n_zones: int, *, lone: bool) -> int:
        """Join the smallest zones until so many are left; return how many are."""
        queue = self._queue()
        while self.n_zones > n_zones:
            zone = self._next(queue, lone=lone)
            if zone is None:
                break
            self._absorb(zone, "too many zones", queue)
        return self.n_zones

    def _queue(self) -> list[tuple[float, int]]:
        queue = [(self._size(zone), zone) for zone in self.alive]
        heapify(queue)
        return queue

    def _size(self, zone: int) -> float:
        """Return an area in whole m2: below, equal shapes differ by their place."""
        return round(float(self.areas[zone]))

    def _next(self, queue: list[tuple[float, int]], *, lone: bool) -> int | None:
        """Return the smallest zone that can join another."""
        while queue:
            area, zone = heappop(queue)
            current = self.members[zone] and area == self._size(zone)
            if current and (self.borders[zone] or (lone and self.n_zones > 1)):
                return zone
        return None

    def _absorb(self, zone: int, reason: str, queue: list[tuple[float, int]]) -> None:
        """Join a zone to its best neighbour, and then what has become alike."""
        if self.borders[zone]:
            joined = self._join(zone, self._best_neighbour(zone), reason)
        else:
            joined = self._join(zone, self._nearest(zone), f"{reason}, nearest")
        while like := self._alike(joined):
            joined = self._join(min(like), joined, "same class")
        heappush(queue, (self._size(joined), joined))

    def _alike(self, zone: int) -> list[int]:
        """Return the neighbours of the class of a zone."""
        own = self.classes[zone]
        return [other for other in self.borders[zone] if self.classes[other] == own]

    def _best_neighbour(self, zone: int) -> int:
        """Return the neighbour of the longest border, then likest, smallest, first."""
        borders = self.borders[zone]
        long_enough = max(borders.values()) * (1 - EVEN)
        return min(
            (other for other, length in borders.items() if length >= long_enough),
            key=lambda other: (*self._unlike(zone, other), self._size(other), other),
        )

    def _unlike(self, a: int, b: int) -> tuple[float, float]:
        """Return how far two zones differ, in class first and then in attributes."""
        step = abs(self.values[self.classes[a]] - self.values[self.classes[b]])
        unlike = float(self.classes[a] != self.classes[b])
        apart = float(np.linalg.norm(self.traits[a] - self.traits[b]))
        return (unlike if np.isnan(step) else float(step)), apart

    def _nearest(self, zone: int) -> int:
        """Return the zone whose land is nearest, the first of equals."""
        own = shapely.geometrycollections(self.grounds[zone].tolist())
        others = [other for other in self.alive if other != zone]
        apart = [shapely.distance(own, self.grounds[one]).min() for one in others]
        return others[int(np.argmin(apart))]

    def _join(self, zone: int, into: int, reason: str) -> int:
        """Join a zone to another, and return the number that the two have now."""
        size = float(self.areas[zone])
        border = self.borders[zone].get(into, 0.0)
        self.joins.append(
            Join(zone, into, len(self.members[zone]), size, border, reason)
        )
        first, other = min(zone, into), max(zone, into)
        both = self.areas[[first, other]]
        self.traits[first] = both / both.sum() @ self.traits[[first, other]]
        self.classes[first] = self.classes[zone if size > self.areas[into] else into]
        self.areas[first], self.areas[other] = both.sum(), 0.0
        self.members[first] += self.members[other]
        self.members[other] = []
        self.grounds[first] = np.concatenate([self.grounds[first], self.grounds[other]])
        self._move_borders(other, first)
        return first

    def _move_borders(self, zone: int, into: int) -> None:
        """Give the borders of a zone to another, and end the one between them."""
        for neighbour, length in self.borders[zone].items():
            del self.borders[neighbour][zone]
            if neighbour != into:
                longer = self.borders[into].get(neighbour, 0.0) + length
                self.borders[into][neighbour] = longer
                self.borders[neighbour][into] = longer
        self.borders[zone] = {}
