"""What `snap` returns: zones, units and the ledger of transfers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from ecozoning.overlay.unions import joined_ground
from ecozoning.units import convert
from ecozoning.zoning.atoms import NOWHERE

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.zoning.atoms import Atoms
    from ecozoning.zoning.holdings import Holdings
    from ecozoning.zoning.neighbours import Ground
    from ecozoning.zoning.snap_inputs import Layers

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["REASONS", "Outcome", "ledger_of", "snapped_units", "snapped_zones"]

REASONS: Final = (
    "majority",
    "village_list",
    "fixed",
    "uncovered",
    "contiguity",
    "minimum_area",
    "target",
)
OUTSIDE: Final = "outside"


class Outcome(NamedTuple):
    """Zone of each atom in the end, and the place in `REASONS` of what decided it."""

    zone: Places
    reason: Places


def _km2(area_m2: Any) -> Any:  # noqa: ANN401 -- a number or an array
    return area_m2 * convert(1.0, "m2", "km2")


def ledger_of(
    layers: Layers, atoms: Atoms, holdings: Holdings, outcome: Outcome
) -> pd.DataFrame:
    """Return a row for all land that is in another zone than it was, or was in none."""
    goal = outcome.zone[holdings.atom]
    moved = np.flatnonzero(holdings.zone != goal)
    atom, source = holdings.atom[moved], holdings.zone[moved]
    why = np.where(source == NOWHERE, REASONS.index("uncovered"), outcome.reason[atom])
    rows = pd.DataFrame(
        {
            "unit": _named(layers.unit_ids, atoms.unit[atom]),
            "village": atoms.village[atom],
            "from_zone": _named(layers.zone_ids, source),
            "to_zone": _named(layers.zone_ids, goal[moved]),
            "area_km2": _km2(holdings.area_m2[moved]),
            "reason": np.array(REASONS, dtype=object)[why],
        }
    )
    beyond = np.flatnonzero(holdings.outside_m2)
    if not beyond.size:
        return rows
    outside = pd.DataFrame(
        {
            "from_zone": _named(layers.zone_ids, beyond),
            "area_km2": _km2(holdings.outside_m2[beyond]),
            "reason": OUTSIDE,
        }
    ).reindex(columns=rows.columns)
    return (
        pd.concat([rows.astype(object), outside.astype(object)])
        .astype({"area_km2": float})
        .reset_index(drop=True)
    )


def _named(names: list[Any], places: Places) -> pd.Series[Any]:
    """Return names by place, None for -1."""
    return pd.Series([None if p == NOWHERE else names[p] for p in places], dtype=object)


def snapped_units(
    layers: Layers,
    atoms: Atoms,
    holdings: Holdings,
    outcome: Outcome,
    *,
    weights: Floats,
    zone_id: str,
) -> gpd.GeoDataFrame:
    """Return units, those that are split as their villages, with their zones."""
    units = layers.units.iloc[atoms.unit].copy()
    if (atoms.village != None).any():  # noqa: E711 -- element by element
        units = units.reset_index(drop=True)
        units = _reshaped(units, atoms.geometries)
    share, margin = _shares(holdings, outcome.zone, weights)
    units["unit"] = _named(layers.unit_ids, atoms.unit).to_numpy()
    units["village"] = atoms.village
    units[zone_id] = _named(layers.zone_ids, outcome.zone).to_numpy()
    units["share"] = share
    units["margin"] = margin
    units["area_km2"] = _km2(holdings.total_m2)
    units["reason"] = np.array(REASONS, dtype=object)[outcome.reason]
    return units


def _reshaped(
    layer: gpd.GeoDataFrame, geometries: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Return a layer with other geometries in the column it has for them."""
    import geopandas as gpd

    name = layer.active_geometry_name
    series = gpd.GeoSeries(geometries, index=layer.index, crs=layer.crs, name=name)
    return layer.set_geometry(series)


def _shares(holdings: Holdings, zone: Places, weights: Floats) -> tuple[Floats, Floats]:
    """Return the part of each atom in its zone, and that less the next best part."""
    size = len(zone)
    own = holdings.zone == zone[holdings.atom]
    share, other = np.zeros(size), np.zeros(size)
    np.add.at(share, holdings.atom[own], weights[own])
    np.maximum.at(other, holdings.atom[~own], weights[~own])
    return share, share - other


def snapped_zones(
    layers: Layers,
    atoms: Atoms,
    holdings: Holdings,
    outcome: Outcome,
    *,
    ground: Ground,
    targets_m2: Floats,
) -> gpd.GeoDataFrame:
    """Return zones put together from their atoms; a zone without any is left out."""
    after = ground.zone_areas(outcome.zone)
    there = np.flatnonzero(np.bincount(outcome.zone, minlength=ground.zones))
    inside = holdings.zone != NOWHERE
    before = holdings.outside_m2 + np.bincount(
        holdings.zone[inside],
        weights=holdings.area_m2[inside],
        minlength=ground.zones,
    )
    clean = bool(shapely.coverage_is_valid(atoms.geometries))
    zones = layers.zones.iloc[there].copy()
    shapes = [
        joined_ground(atoms.geometries[outcome.zone == one], matched=clean)
        for one in there
    ]
    zones = _reshaped(zones, np.array(shapes, dtype=object))
    zones["area_before_km2"] = _km2(before[there])
    zones["area_km2"] = _km2(after[there])
    if not np.isnan(targets_m2).all():
        zones["target_km2"] = _km2(targets_m2[there])
        zones["deviation_km2"] = _km2((after - targets_m2)[there])
    return zones
