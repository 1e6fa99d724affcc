"""What `snap` is given, checked: layers, names and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

import numpy as np

from ecozoning._validation import (
    check_polygons,
    check_same_crs,
    check_transformable,
)
from ecozoning.errors import ParameterError, SchemaError
from ecozoning.overlay.datum_shift import check_not_shifted
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.raster.checks import check_positive
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = [
    "Layers",
    "Rules",
    "check_rules",
    "checked_layers",
    "checked_names",
    "positions_of",
    "target_areas",
]

Contiguity = Literal["rook", "queen", "none"]
Uncovered = Literal["refuse", "assign"]

NEAR: Final = 0.4
"""How alike a name must be to be suggested, from 0 to 1."""


class Layers(NamedTuple):
    """Zones and units that have passed all checks, and their names in order."""

    zones: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    zone_ids: list[Any]
    unit_ids: list[Any]


class Rules(NamedTuple):
    """How units move after the majority has spoken."""

    contiguity: Contiguity
    min_area_km2: float
    uncovered: Uncovered
    tolerance: float

    @property
    def least_m2(self) -> float:
        """Least area of a zone."""
        return self.min_area_km2 * convert(1.0, "km2", "m2")


def checked_layers(
    zones: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    *,
    zone_id: str,
    unit_id: str | None,
) -> Layers:
    """Return zones and units, insisting that they are two tilings of one place."""
    zones = check_polygons(zones, name="zones", columns=[zone_id])
    columns = [] if unit_id is None else [unit_id]
    units = check_polygons(units, name="units", columns=columns)
    crs = check_same_crs(zones, units, names=("zones", "units"))
    check_transformable(crs, name="zones")
    check_not_shifted(zones, units, names=("zones", "units"))
    zone_ids = checked_names(zones[zone_id], name=f"zones[{zone_id!r}]")
    unit_ids = list(units.index)
    if unit_id is not None:
        unit_ids = checked_names(units[unit_id], name=f"units[{unit_id!r}]")
    check_no_overlaps(zones, name="zones", advice=": a unit would lie in two zones")
    check_no_overlaps(units, name="units")
    return Layers(zones, units, zone_ids, unit_ids)


def checked_names(column: Any, *, name: str) -> list[Any]:  # noqa: ANN401 -- a Series
    """Return the names in a column, insisting that each is there and stands once."""
    lost = column.index[column.isna()].tolist()
    if lost:
        msg = f"`{name}` is missing in the rows {lost[:5]}; every row needs a name."
        raise SchemaError(msg, bad_rows=tuple(map(str, lost)))
    again = column[column.duplicated()].unique().tolist()
    if again:
        msg = (
            f"`{name}` has {', '.join(map(repr, again[:5]))} more than once, but names "
            "must tell rows apart; join rows of one name with `.dissolve(by=...)`, or "
            "give them names of their own."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, again)))
    return list(column)


def check_rules(rules: Rules) -> None:
    """Insist on words that are known and numbers in their domain."""
    for name, word, known in (
        ("contiguity", rules.contiguity, get_args(Contiguity)),
        ("uncovered", rules.uncovered, get_args(Uncovered)),
    ):
        if word not in known:
            msg = f"`{name}` is {word!r}; use one of {', '.join(known)}."
            raise ParameterError(msg)
    if rules.min_area_km2 != 0:
        check_positive("min_area_km2", rules.min_area_km2)
    check_positive("tolerance", rules.tolerance)
    if rules.tolerance >= 1:
        msg = f"`tolerance` is {rules.tolerance!r}, but a part of 1 is needed."
        raise ParameterError(msg)


def positions_of(
    names: Iterable[Any], known: Sequence[Any], *, of: str, there: str
) -> list[int]:
    """Return where names stand in a list, refusing others with those that are near."""
    places = {name: place for place, name in enumerate(known)}
    wanted = list(names)
    strange = [name for name in wanted if name not in places]
    if strange:
        near = get_close_matches(str(strange[0]), map(str, known), n=3, cutoff=NEAR)
        hint = f"near {strange[0]!r} are {', '.join(near)}" if near else _some(known)
        msg = (
            f"{of} names {', '.join(map(repr, strange[:5]))}, which {there} does not "
            f"have; {hint}. Write names as they stand there."
        )
        raise ParameterError(msg)
    return [places[name] for name in wanted]


def _some(known: Sequence[Any]) -> str:
    more = ", ..." if len(known) > 5 else ""
    return f"it has {', '.join(map(repr, known[:5]))}{more}"


def target_areas(targets: object, zone_ids: Sequence[Any]) -> NDArray[np.float64]:
    """Return the area in m2 that each zone should have, NaN where none is stated."""
    wanted = np.full(len(zone_ids), np.nan)
    if targets is None:
        return wanted
    if not isinstance(targets, Mapping):
        msg = f"`targets` is {targets!r}, but km2 by zone are needed: {{'z1': 505.07}}."
        raise ParameterError(msg)
    places = positions_of(targets, zone_ids, of="`targets`", there="`zones`")
    for place, (name, area_km2) in zip(places, targets.items(), strict=True):
        check_positive(f"targets[{name!r}]", area_km2)
        wanted[place] = convert(float(area_km2), "km2", "m2")
    return wanted
