"""The pieces of land that change zones as a whole: units, and villages of some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from ecozoning._validation import check_polygons, check_same_crs
from ecozoning.errors import GeometryError, ParameterError
from ecozoning.overlay.datum_shift import check_not_shifted
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.zoning.snap_inputs import checked_names, positions_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.zoning.snap_inputs import Layers

    Places = NDArray[np.intp]

__all__ = ["NOWHERE", "REST", "Atoms", "atoms_of"]

NOWHERE: Final = -1
REST: Final = "rest"
UNIT, NAME = "unit", "name"


class Atoms(NamedTuple):
    """Units that stay whole, then the villages of those that do not.

    `unit` is the row of the unit, `village` the name of a village or None. `pinned` is
    the zone that `fixed` or a list of villages gives, -1 for none; `is_fixed` tells
    which of the two it was.
    """

    geometries: NDArray[np.object_]
    unit: Places
    village: NDArray[np.object_]
    pinned: Places
    is_fixed: NDArray[np.bool_]


def atoms_of(
    layers: Layers,
    *,
    fixed: Mapping[Any, Any] | None,
    split: Mapping[Any, Mapping[Any, Any]] | None,
    villages: gpd.GeoDataFrame | None,
    tolerance: float,
) -> Atoms:
    """Return what moves as a whole, and where lists have put it."""
    pins = _fixed_zones(layers, fixed)
    lists = _lists(layers, split)
    whole = [u for u in range(len(layers.unit_ids)) if u not in lists or u in pins]
    atoms = _whole(layers, whole, pins)
    cut = {unit: lists[unit] for unit in lists if unit not in pins}
    if not cut:
        return atoms
    frame = _checked_villages(villages, layers, list(cut))
    parts = [_villages_of(u, zones, layers, frame) for u, zones in cut.items()]
    for unit, part in zip(cut, parts, strict=True):
        _check_cover(unit, part, layers, tolerance)
    return Atoms(*map(np.concatenate, zip(atoms, *parts, strict=True)))


def _mapping(value: object, name: str, example: str) -> Mapping[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        msg = f"`{name}` is {value!r}, but a mapping is needed: {example}."
        raise ParameterError(msg)
    return value


def _fixed_zones(layers: Layers, fixed: object) -> dict[int, int]:
    """Return the zone of each unit that the user has placed, by rows."""
    given = _mapping(fixed, "fixed", "{'敖阳街道': 'zone1'}")
    units = positions_of(given, layers.unit_ids, of="`fixed`", there="`units`")
    zones = positions_of(given.values(), layers.zone_ids, of="`fixed`", there="`zones`")
    return dict(zip(units, zones, strict=True))


def _lists(layers: Layers, split: object) -> dict[int, dict[int, Any]]:
    """Return the lists of villages by rows of unit and zone."""
    example = "{'塔下乡': {'zone1': ['上新村'], 'zone2': 'rest'}}"
    given = _mapping(split, "split", example)
    units = positions_of(given, layers.unit_ids, of="`split`", there="`units`")
    found = {}
    for unit, (name, by_zone) in zip(units, given.items(), strict=True):
        where = f"split[{name!r}]"
        lists = _mapping(by_zone, where, example)
        zones = positions_of(lists, layers.zone_ids, of=f"`{where}`", there="`zones`")
        found[unit] = dict(zip(zones, lists.values(), strict=True))
        _check_lists(found[unit], where)
    return found


def _check_lists(lists: dict[int, Any], where: str) -> None:
    """Insist on lists of names, one rest at most, and no name in two lists."""
    rests = [zone for zone, names in lists.items() if isinstance(names, str)]
    wrong = [
        names
        for names in lists.values()
        if not isinstance(names, list | tuple | set) and names != REST
    ]
    if wrong or not lists:
        msg = (
            f"`{where}` has {(wrong[0] if wrong else lists)!r}, but each zone needs a "
            f"list of villages, or the word {REST!r} for all others."
        )
        raise ParameterError(msg)
    if len(rests) > 1:
        msg = f"`{where}` gives {REST!r} to {len(rests)} zones; only one can have it."
        raise ParameterError(msg)
    names = [n for one in lists.values() if not isinstance(one, str) for n in one]
    again = sorted({name for name in names if names.count(name) > 1})
    if again:
        msg = (
            f"`{where}` lists {', '.join(again[:5])} more than once, but a village "
            "lies in one zone; leave it in one list."
        )
        raise ParameterError(msg)


def _whole(layers: Layers, units: list[int], pins: dict[int, int]) -> Atoms:
    pinned = np.array([pins.get(unit, NOWHERE) for unit in units], dtype=np.intp)
    return Atoms(
        layers.units.geometry.to_numpy()[units],
        np.array(units, dtype=np.intp),
        np.full(len(units), None, dtype=object),
        pinned,
        pinned != NOWHERE,
    )


def _villages_of(
    unit: int, lists: dict[int, Any], layers: Layers, villages: gpd.GeoDataFrame
) -> Atoms:
    """Return the villages of a unit, each with the zone that names it."""
    name = layers.unit_ids[unit]
    own = villages[villages[UNIT] == name]
    if own.empty:
        msg = (
            f"`villages` has no village of the unit {name!r} in its column {UNIT!r}, "
            "but `split` divides that unit; add them, or take it out of `split`."
        )
        raise ParameterError(msg)
    known = checked_names(own[NAME], name=f"villages[{NAME!r}] of {name}")
    zone = np.full(len(own), NOWHERE, dtype=np.intp)
    for place, names in lists.items():
        if names != REST:
            of, there = f"`split[{name!r}]`", f"`villages` of {name}"
            zone[positions_of(names, known, of=of, there=there)] = place
    zone = _with_rest(zone, lists, known, name)
    return Atoms(
        own.geometry.to_numpy(),
        np.full(len(own), unit, dtype=np.intp),
        np.array(known, dtype=object),
        zone,
        np.zeros(len(own), dtype=bool),
    )


def _with_rest(
    zone: Places, lists: dict[int, Any], known: list[Any], unit: object
) -> Places:
    """Return zones of villages, those that nobody names in the zone of the rest."""
    unnamed = [
        name for name, place in zip(known, zone, strict=True) if place == NOWHERE
    ]
    rest = next((place for place, one in lists.items() if one == REST), None)
    if unnamed and rest is None:
        msg = (
            f"`split[{unit!r}]` leaves {', '.join(map(str, unnamed[:5]))} in no zone; "
            f"name them, or give one zone {REST!r}."
        )
        raise ParameterError(msg)
    return zone if rest is None else np.where(zone == NOWHERE, rest, zone)


def _checked_villages(
    villages: gpd.GeoDataFrame | None, layers: Layers, cut: list[int]
) -> gpd.GeoDataFrame:
    """Return the villages, insisting that they lie where the units do."""
    if villages is None:
        msg = (
            "`villages` is missing, but `split` divides units by their villages; give "
            f"polygons with the columns {NAME!r} and {UNIT!r}."
        )
        raise ParameterError(msg)
    frame = check_polygons(villages, name="villages", columns=[NAME, UNIT])
    check_same_crs(layers.units, frame, names=("units", "villages"))
    names = [layers.unit_ids[unit] for unit in cut]
    own = frame[frame[UNIT].isin(names)]
    check_not_shifted(layers.units.iloc[cut], own, names=("units", "villages"))
    return frame


def _check_cover(unit: int, part: Atoms, layers: Layers, tolerance: float) -> None:
    """Insist that the villages of a unit are the unit."""
    name = layers.unit_ids[unit]
    own = part.geometries
    frame = _layer(own, part.village, layers)
    check_no_overlaps(frame, name=f"villages of {name}")
    land = layers.units.geometry.to_numpy()[unit]
    inside = float(shapely.area(shapely.intersection(own, land)).sum())
    lacking = 1 - inside / shapely.area(land)
    beyond = float(shapely.area(own).sum() - inside) / shapely.area(land)
    if max(lacking, beyond) > tolerance:
        msg = (
            f"`villages` of {name} leave {max(lacking, 0):.3%} of that unit out and "
            f"reach beyond it by {max(beyond, 0):.3%}, but a unit that is split has to "
            "be covered by its villages; take both from one survey, or allow more by "
            "`tolerance`."
        )
        raise GeometryError(msg, index=(layers.units.index[unit],))


def _layer(
    geometries: NDArray[np.object_], names: NDArray[np.object_], layers: Layers
) -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.GeoDataFrame(geometry=geometries, index=names, crs=layers.units.crs)
