"""Which atoms are neighbours, which hang together, and which border they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ecozoning.overlay.adjacency import adjacency

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["Ground", "ground_of"]

M_PER_DEGREE: Final = 111_320.0
MILLIMETRES: Final = 3  # decimals of a border, so that the same shape breaks ties alike


@dataclass(frozen=True)
class Ground:
    """
    Atoms as a graph.

    Attributes
    ----------
    left, right : (pairs,) intp
        Neighbours, each pair in both directions, by `left`, then `right`.
    border : (pairs,) float64
        Metres of border, 0 where they meet in points.
    starts : (atoms + 1,) intp
        Where the pairs of an atom begin.
    area_m2 : (atoms,) float64
        Of each atom.
    pinned : (atoms,) bool
        Atoms that the user has placed and nothing moves.
    islands : (atoms,) int32
        The part of the county, connected in itself, that an atom belongs to.
    zones : int
        Number of zones.
    """

    left: Places
    right: Places
    border: Floats
    starts: Places
    area_m2: Floats
    pinned: NDArray[np.bool_]
    islands: NDArray[np.int32]
    zones: int

    def around(self, atom: int) -> tuple[Places, Floats]:
        """Return the neighbours of an atom and the borders with them."""
        own = slice(self.starts[atom], self.starts[atom + 1])
        return self.right[own], self.border[own]

    def bodies(self, zone: Places) -> NDArray[np.int32]:
        """Return the number of the body of land of one zone that each atom is in."""
        same = zone[self.left] == zone[self.right]
        return _connected(self.left[same], self.right[same], len(zone))

    def parts_of(self, atoms: Places) -> int:
        """Return into how many pieces some atoms fall."""
        place = np.full(len(self.area_m2), -1)
        place[atoms] = np.arange(len(atoms))
        left, right = place[self.left], place[self.right]
        inside = (left >= 0) & (right >= 0)
        numbers = _connected(left[inside], right[inside], len(atoms))
        return int(numbers.max()) + 1

    def zone_areas(self, zone: Places) -> Floats:
        """Return the area of each zone; atoms in none do not count."""
        known = zone >= 0
        areas: Floats = np.zeros(self.zones)
        np.add.at(areas, zone[known], self.area_m2[known])
        return areas

    def longest(self, zone: Places, neighbours: Places, border: Floats) -> int:
        """Return the zone with the longest border, the first of equals, -1 for none."""
        known = zone[neighbours] >= 0
        if not known.any():
            return -1
        met = zone[neighbours[known]]
        lengths = np.bincount(met, weights=border[known], minlength=self.zones)
        touched = np.bincount(met, minlength=self.zones) > 0
        return int(np.argmax(np.where(touched, lengths.round(MILLIMETRES), -1.0)))


def _connected(left: Places, right: Places, size: int) -> NDArray[np.int32]:
    graph = csr_array((np.ones(len(left), bool), (left, right)), shape=(size, size))
    numbers: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return numbers


def ground_of(
    geometries: NDArray[np.object_],
    *,
    crs: CRS,
    contiguity: str,
    area_m2: Floats,
    pinned: NDArray[np.bool_],
    zones: int,
) -> Ground:
    """Return the graph of atoms; those that meet in points only are queen's."""
    met = adjacency(_in_metres(geometries, crs))
    taken = met.shared > 0 if contiguity != "queen" else np.ones(len(met.left), bool)
    left = np.concatenate([met.left[taken], met.right[taken]])
    right = np.concatenate([met.right[taken], met.left[taken]])
    border = np.tile(met.shared[taken].round(MILLIMETRES), 2)
    order = np.lexsort((right, left))
    left, right, border = left[order], right[order], border[order]
    starts = np.searchsorted(left, np.arange(len(geometries) + 1)).astype(np.intp)
    islands = _connected(left, right, len(geometries))
    return Ground(left, right, border, starts, area_m2, pinned, islands, zones)


def _in_metres(geometries: NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return shapes whose borders have lengths: degrees are narrower to the north."""
    if not crs.is_geographic:
        return geometries
    south, north = shapely.total_bounds(geometries)[[1, 3]]
    scale = M_PER_DEGREE * np.array([np.cos(np.radians((south + north) / 2)), 1.0])

    def flatten(lonlat: Any) -> Any:  # noqa: ANN401 -- an array of coordinates
        return lonlat * scale

    flat: NDArray[np.object_] = shapely.transform(geometries, flatten)
    return flat
