"""Zones snapped to townships, villages or basins, with every transfer in a ledger."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.errors import DroppedRowsWarning
from ecozoning.zoning.atoms import NOWHERE, atoms_of
from ecozoning.zoning.holdings import holdings_of, weights_of
from ecozoning.zoning.joining import dissolve_small, fill_unheld, join_strays
from ecozoning.zoning.neighbours import ground_of
from ecozoning.zoning.snap_inputs import (
    Rules,
    check_rules,
    checked_layers,
    target_areas,
)
from ecozoning.zoning.snap_results import (
    REASONS,
    Outcome,
    ledger_of,
    snapped_units,
    snapped_zones,
)
from ecozoning.zoning.target_moves import move_to_targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.zoning.atoms import Atoms
    from ecozoning.zoning.holdings import Holdings
    from ecozoning.zoning.neighbours import Ground
    from ecozoning.zoning.snap_inputs import Contiguity, Layers, Uncovered

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["Snapped", "snap"]


@dataclass(frozen=True)
class Snapped:
    """
    Zones made of whole units; the answer of `snap`.

    Attributes
    ----------
    zones : geopandas.GeoDataFrame
        The columns and the index of the zones given, with the land of their units, and
        `area_before_km2`, `area_km2`, and with targets `target_km2`, `deviation_km2`.
        A zone that no unit is left of has no row.
    units : geopandas.GeoDataFrame
        The units, those that are split as one row for each village, with `unit`,
        `village`, the id of the zone, `share` (part in that zone before, by the weight
        asked for), `margin` (that less the part of the next zone; below 0 where the
        unit went against its majority), `area_km2` and `reason`; columns of these names
        are replaced.
    ledger : pandas.DataFrame
        A row for all land of a unit or village that was in `from_zone` and is in
        `to_zone`: `unit`, `village`, `from_zone`, `to_zone`, `area_km2`, `reason`.
    """

    zones: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    ledger: pd.DataFrame

    def __repr__(self) -> str:
        """Return how many zones and units there are, and how much land moved."""
        moved = self.ledger["area_km2"].sum()
        return (
            f"<Snapped {len(self.zones)} zones of {len(self.units)} units, "
            f"{moved:,.2f} km2 moved>"
        )


def snap(  # noqa: PLR0913 -- the rules of a county, each with a default
    zones: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    *,
    zone_id: str = "zone_id",
    unit_id: str | None = None,
    by: str | xr.DataArray = "area",
    villages: gpd.GeoDataFrame | None = None,
    split: Mapping[Any, Mapping[Any, Any]] | None = None,
    fixed: Mapping[Any, Any] | None = None,
    contiguity: Contiguity = "rook",
    min_area_km2: float = 0.0,
    targets: Mapping[Any, float] | None = None,
    uncovered: Uncovered = "refuse",
    tolerance: float = 1e-6,
) -> Snapped:
    """
    Snap zones to units, and account for every piece of land that changes its zone.

    In this order:

    1. a unit goes to the zone that has most of it, the first of equals; a unit in
       `split` goes by its villages, each to the zone whose list names it; `fixed`
       comes before both;
    2. what is apart from the main body of its zone goes to the neighbouring zone with
       the longest common border, the smallest such piece first. Land that no border
       joins to the rest of the county stays where it is;
    3. zones below `min_area_km2` go to their neighbours unit by unit, the one with the
       longest border to another zone first;
    4. with `targets`, units along borders move to lower the sum of the deviations from
       them: at each step the move that lowers it most, or else the exchange of two
       units that does, as long as zones stay whole and large enough. It ends when no
       move and none of the 2 000 best exchanges lowers the sum by a square metre; that
       need not be the least there is.

    Units of `fixed` and listed villages never move.

    Parameters
    ----------
    zones : geopandas.GeoDataFrame
        Valid polygons that do not overlap, unique index, on CGCS2000 or WGS 84, in
        degrees or projected.
    units : geopandas.GeoDataFrame
        The same for townships, villages or basins, in the CRS of `zones`.
    zone_id : str, default "zone_id"
        Column of `zones` with a name of its own for each.
    unit_id : str, optional
        The same for `units`. Default: their index.
    by : "area" or xarray.DataArray, dims (y, x), default "area"
        What most of a unit means: its area, or the sum of a raster of weights, 0 or
        more, in the CRS of `zones`. A unit without any weight goes by area.
    villages : geopandas.GeoDataFrame, optional
        Polygons that make up the units in `split`, with `name` and `unit`.
    split : mapping of unit to mapping of zone to list of str or "rest", optional
        Villages by zone, for units that may be divided; ``"rest"`` stands for all that
        no list names, as 除…外 does in a plan.
    fixed : mapping of unit to zone, optional
        Units whose zone is settled. Such a unit is not split.
    contiguity : {"rook", "queen", "none"}, default "rook"
        Whether land hangs together by a common border, by a point as well, or need not.
    min_area_km2 : float, default 0.0
        Least area of a zone.
    targets : mapping of zone to float, optional
        Areas in km2 that zones should have, of some zones or all.
    uncovered : {"refuse", "assign"}, default "refuse"
        What to do with land of units in no zone: refuse, or let it go with its unit. A
        unit wholly uncovered goes to the neighbour with the longest border.
    tolerance : float, default 1e-6
        Part of a unit, or of a zone, that may lack or stick out as if drawn so.

    Returns
    -------
    Snapped
        `zones`, `units` and the `ledger`. Areas are those of the ellipsoid. For each
        zone `area_km2` less `area_before_km2` is what the ledger says went in less
        what went out, to rounding. Reasons: ``majority``, ``village_list``, ``fixed``,
        ``contiguity``, ``minimum_area``, ``target``; ``uncovered`` of land that was in
        no zone, with `from_zone` missing; ``outside`` of land of zones in no unit,
        with `unit` and `to_zone` missing.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If a layer has no CRS, they have two, or their outlines are shifted.
    NoDataError, GeometryError
        If a layer is empty or invalid, polygons overlap, zones leave land of units out,
        or villages are not the whole of their unit.
    SchemaError
        If a column is missing, or an index or a name stands twice.
    ParameterError
        If `fixed`, `split` or `targets` name a zone, unit or village that is not there
        (the message lists those with a similar name), a village stands in two lists or
        in none, or a word or number is outside its domain.

    Warns
    -----
    DroppedRowsWarning
        If a zone has no unit left.

    Notes
    -----
    To snap again what has been snapped changes nothing. Ties are broken by the order of
    rows. Pieces of a unit and a zone are cut on the map; their areas are brought to add
    up to that of the unit, because an edge that is cut is less bent (see
    `ellipsoidal_area`): square metres for edges of some hundred metres, 0.003 % of a
    zone for edges of 20 km in degrees. Where units do not share vertices, edges are
    made one within rounding; `area_km2` is the sum of the units, from which the area of
    the geometry may differ by such bends, by square centimetres for edges of 1 km.

    Examples
    --------
    A border 400 m into the second of three townships of 1 km by 1 km: it goes east.

    >>> import geopandas as gpd, shapely
    >>> def boxes(ids, edges):
    ...     shapes = [
    ...         shapely.box(5e5 + w, 3.1e6, 5e5 + e, 3.101e6)
    ...         for w, e in zip(edges, edges[1:])
    ...     ]
    ...     return gpd.GeoDataFrame({"id": ids}, geometry=shapes, crs="EPSG:4547")
    >>> zones = boxes(["west", "east"], [0, 1400, 3000])
    >>> towns = boxes(["A", "B", "C"], [0, 1000, 2000, 3000])
    >>> snapped = snap(zones, towns, zone_id="id", unit_id="id")
    >>> snapped.zones[["id", "area_before_km2", "area_km2"]].round(3)
         id  area_before_km2  area_km2
    0  west              1.4       1.0
    1  east              1.6       2.0
    >>> snapped.ledger.round(3).to_dict("records")[0]["area_km2"]
    0.4
    """
    rules = Rules(contiguity, min_area_km2, uncovered, tolerance)
    check_rules(rules)
    layers = checked_layers(zones, units, zone_id=zone_id, unit_id=unit_id)
    wanted = target_areas(targets, layers.zone_ids)
    atoms = atoms_of(
        layers, fixed=fixed, split=split, villages=villages, tolerance=tolerance
    )
    holdings = holdings_of(layers, atoms, rules)
    weights = weights_of(holdings, by, layers)
    ground = _ground(layers, atoms, holdings, rules)
    outcome = _settled(layers, atoms, holdings, weights, ground, rules, wanted)
    _warn_of_lost(layers, outcome)
    return Snapped(
        snapped_zones(
            layers, atoms, holdings, outcome, ground=ground, targets_m2=wanted
        ),
        snapped_units(
            layers, atoms, holdings, outcome, weights=weights, zone_id=zone_id
        ),
        ledger_of(layers, atoms, holdings, outcome),
    )


def _ground(layers: Layers, atoms: Atoms, holdings: Holdings, rules: Rules) -> Ground:
    return ground_of(
        atoms.geometries,
        crs=layers.units.crs,
        contiguity=rules.contiguity,
        area_m2=holdings.total_m2,
        pinned=atoms.pinned != NOWHERE,
        zones=len(layers.zone_ids),
    )


def _settled(
    layers: Layers,
    atoms: Atoms,
    holdings: Holdings,
    weights: Floats,
    ground: Ground,
    rules: Rules,
    targets_m2: Floats,
) -> Outcome:
    """Run the steps one after the other and note which of them moved an atom last."""
    zone, reason = _first_zones(atoms, holdings, weights)
    contiguous = rules.contiguity != "none"
    shapes = layers.zones.geometry.to_numpy()
    steps: dict[str, Callable[[Places], Places]] = {
        "uncovered": lambda z: fill_unheld(z, ground, atoms.geometries, shapes),
        "contiguity": lambda z: join_strays(z, ground) if contiguous else z,
        "minimum_area": lambda z: dissolve_small(z, ground, rules.least_m2),
        "target": lambda z: move_to_targets(
            z,
            ground,
            targets_m2,
            least_m2=rules.least_m2,
            contiguous=contiguous,
        ),
    }
    for name, step in steps.items():
        after = step(zone)
        reason = np.where(after != zone, REASONS.index(name), reason)
        zone = after
    return Outcome(zone, reason)


def _first_zones(
    atoms: Atoms, holdings: Holdings, weights: Floats
) -> tuple[Places, Places]:
    """Return the zone that has most of each atom, or that a list or the user gives."""
    zone = np.full(len(atoms.unit), NOWHERE, dtype=np.intp)
    held = np.flatnonzero(holdings.zone != NOWHERE)
    # To nine places, so that halves are halves whatever rounding says.
    best = np.lexsort(
        (holdings.zone[held], -weights[held].round(9), holdings.atom[held])
    )
    atom, first = np.unique(holdings.atom[held][best], return_index=True)
    zone[atom] = holdings.zone[held][best][first]
    by_list = np.where(
        atoms.is_fixed, REASONS.index("fixed"), REASONS.index("village_list")
    )
    pinned = atoms.pinned != NOWHERE
    reason = np.where(pinned, by_list, REASONS.index("majority"))
    return np.where(pinned, atoms.pinned, zone), reason


def _warn_of_lost(layers: Layers, outcome: Outcome) -> None:
    """Warn of zones that no unit is left of."""
    lost = np.setdiff1d(np.arange(len(layers.zone_ids)), outcome.zone)
    if lost.size:
        names = [layers.zone_ids[one] for one in lost]
        msg = (
            f"{len(names)} of `zones` have no unit left ({names[:5]}) and no row in "
            "the result; the ledger says where their land went. Place a unit by "
            "`fixed` to keep one."
        )
        warnings.warn(msg, DroppedRowsWarning, stacklevel=3)
