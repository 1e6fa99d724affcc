"""Zones made whole: units in no zone, strays, and zones that are too small."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.zoning.neighbours import Ground

    Places = NDArray[np.intp]
    Shapes = NDArray[np.object_]

__all__ = ["dissolve_small", "fill_unheld", "join_strays"]


def fill_unheld(zone: Places, ground: Ground, atoms: Shapes, zones: Shapes) -> Places:
    """Give atoms in which no zone has land to the neighbour with the longest border."""
    zone = zone.copy()
    while (zone < 0).any():
        unheld = np.flatnonzero(zone < 0).tolist()
        found = {atom: _neighbour(zone, ground, atom) for atom in unheld}
        if all(place < 0 for place in found.values()):
            break
        for atom, place in found.items():
            zone[atom] = place
    for atom in np.flatnonzero(zone < 0).tolist():  # an island that no zone reaches
        zone[atom] = int(np.argmin(shapely.distance(atoms[atom], zones)))
    return zone


def _neighbour(zone: Places, ground: Ground, atom: int) -> int:
    return ground.longest(zone, *ground.around(atom))


def join_strays(zone: Places, ground: Ground) -> Places:
    """
    Move what hangs apart from its zone to the neighbour with the longest border.

    On each island of the county the largest body of a zone stays, and so does one with
    an atom that the user has placed. The smallest stray goes first; with it the number
    of bodies falls, so that this ends.
    """
    zone = zone.copy()
    while True:
        bodies = ground.bodies(zone)
        moved = np.zeros(len(zone), dtype=bool)
        for body in _strays(bodies, zone, ground):
            atoms = np.flatnonzero(bodies == body)
            _move_stray(atoms, zone, ground, moved)
        if not moved.any():
            return zone


def _move_stray(
    atoms: Places, zone: Places, ground: Ground, moved: NDArray[np.bool_]
) -> None:
    """Move a stray in place, unless a neighbour has moved since bodies were counted."""
    around = [ground.around(atom) for atom in atoms]
    neighbours = np.concatenate([pair[0] for pair in around])
    border = np.concatenate([pair[1] for pair in around])
    apart = zone[neighbours] != zone[atoms[0]]
    if moved[neighbours].any() or not apart.any():
        return
    zone[atoms] = ground.longest(zone, neighbours[apart], border[apart])
    moved[atoms] = True


def _strays(bodies: NDArray[np.int32], zone: Places, ground: Ground) -> Places:
    """Return the bodies that are not the main one of a zone on their island."""
    area = np.bincount(bodies, weights=ground.area_m2).round()  # equals stay equal
    pinned = np.bincount(bodies, weights=ground.pinned) > 0
    first = np.unique(bodies, return_index=True)[1]
    key = ground.islands[first].astype(np.intp) * ground.zones + zone[first]
    order = np.lexsort((first, -area, key))
    main = np.unique(key[order], return_index=True)[1]
    stray = ~pinned
    stray[order[main]] = False
    found = np.flatnonzero(stray)
    return found[np.lexsort((first[found], area[found]))]


def dissolve_small(zone: Places, ground: Ground, least_m2: float) -> Places:
    """
    Give zones below an area to their neighbours, unit by unit.

    The smallest zone goes first, and of its units the one with the longest border to
    another zone. A zone with a unit that the user has placed stays.
    """
    zone = zone.copy()
    held = np.bincount(zone[ground.pinned], minlength=ground.zones) > 0
    kept = np.flatnonzero(held).tolist()
    while True:
        area = ground.zone_areas(zone)
        small = np.flatnonzero((area > 0) & (area < least_m2))
        small = small[~np.isin(small, kept)]
        if not small.size:
            return zone
        least = int(small[np.argmin(area[small])])
        _dissolve(least, zone, ground)
        kept.append(least)  # an island of it alone has no neighbour to go to


def _dissolve(least: int, zone: Places, ground: Ground) -> None:
    """Give the units of a zone away in place, as long as one has another neighbour."""
    while True:
        rim = np.flatnonzero(
            (zone[ground.left] == least) & (zone[ground.right] != least)
        )
        if not rim.size:
            return
        # Atom and goal in one number, so that the first of equals is the lowest.
        moves = ground.left[rim] * ground.zones + zone[ground.right[rim]]
        moves, which = np.unique(moves, return_inverse=True)
        lengths = np.bincount(which, weights=ground.border[rim]).round(3)
        atom, goal = divmod(int(moves[np.argmax(lengths)]), ground.zones)
        zone[atom] = goal
