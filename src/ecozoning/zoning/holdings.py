"""Which zone holds how much of each unit, on a balance that closes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely
from shapely import GeometryType

from ecozoning.errors import GeometryError, ParameterError
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.zonal_statistics import zonal
from ecozoning.zoning.atoms import NOWHERE
from ecozoning.zoning.unit_rasters import check_raster_of_units

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.zoning.atoms import Atoms
    from ecozoning.zoning.snap_inputs import Layers, Rules

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]
    Shapes = NDArray[np.object_]

__all__ = ["Holdings", "holdings_of", "weights_of"]

ROUNDING: Final = 1e-9
"""Part of a unit below which a piece is what rounding left."""
THREADED: Final = 2_000
"""Pairs from which two threads are worth starting."""


class Holdings(NamedTuple):
    """Land by atom and zone: rows by atom, then zone.

    `zone` is -1 where no zone lies. Areas are those of the ellipsoid; the pieces of an
    atom add up to `total_m2` of the atom. `outside_m2` is the land of each zone that
    lies in no unit.
    """

    atom: Places
    zone: Places
    geometries: Shapes
    area_m2: Floats
    total_m2: Floats
    outside_m2: Floats


def holdings_of(layers: Layers, atoms: Atoms, rules: Rules) -> Holdings:
    """Measure the land of each zone in each atom, refusing what is not covered."""
    zones = layers.zones.geometry.to_numpy()
    atom, zone, pieces = _pieces(atoms.geometries, zones)
    bare, rests = _uncovered(atoms.geometries, atom, pieces, rules.tolerance)
    atom = np.concatenate([atom, bare])
    zone = np.concatenate([zone, np.full(len(bare), NOWHERE)])
    pieces = np.concatenate([pieces, rests])
    order = np.lexsort((zone, atom))
    atom, zone, pieces = atom[order], zone[order], pieces[order]
    total = _areas(atoms.geometries, layers)
    area = _areas(pieces, layers)
    sums = np.bincount(atom, weights=area, minlength=len(total))
    # A cut edge is a little less bent on the ellipsoid: pieces miss some square metres.
    area = area * (total / sums)[atom]
    if rules.uncovered == "refuse" and len(bare):
        _refuse_uncovered(layers, atoms, bare, area[zone == NOWHERE], total)
    outside = _outside(layers, atoms.geometries, zone, pieces, rules.tolerance)
    return Holdings(atom, zone, pieces, area, total, outside)


def _pieces(atoms: Shapes, zones: Shapes) -> tuple[Places, Places, Shapes]:
    """Return the atom, the zone and the land of each pair that shares any."""
    tree = shapely.STRtree(atoms)
    zone, atom = tree.query(zones, predicate="intersects")
    shapely.prepare(zones)
    within = shapely.covers(zones[zone], atoms[atom])
    pieces = atoms[atom]
    pieces[~within] = _intersections(atoms[atom[~within]], zones[zone[~within]])
    real = shapely.area(pieces) > ROUNDING * shapely.area(atoms[atom])
    return atom[real], zone[real], pieces[real]


def _intersections(left: Shapes, right: Shapes) -> Shapes:
    """Return the land that pairs share, without lines and points."""
    if len(left) < THREADED:
        shared = shapely.intersection(left, right)
    else:
        cuts = [np.array_split(side, 8) for side in (left, right)]
        with ThreadPoolExecutor(2) as pool:
            shared = np.concatenate(list(pool.map(shapely.intersection, *cuts)))
    mixed = shapely.get_type_id(shared) == GeometryType.GEOMETRYCOLLECTION
    shared[mixed] = [_land(one) for one in shared[mixed]]
    return np.asarray(shared)


def _land(mixed: Any) -> Any:  # noqa: ANN401 -- a shapely geometry
    parts = shapely.get_parts(mixed)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _uncovered(
    atoms: Shapes, atom: Places, pieces: Shapes, tolerance: float
) -> tuple[Places, Shapes]:
    """Return atoms with land in no zone, and that land."""
    whole = shapely.area(atoms)
    held = np.bincount(atom, weights=shapely.area(pieces), minlength=len(atoms))
    bare = np.flatnonzero(whole - held > tolerance * whole)
    rests = [
        shapely.difference(atoms[one], shapely.union_all(pieces[atom == one]))
        for one in bare
    ]
    return bare, np.array(rests, dtype=object)


def _areas(geometries: Shapes, layers: Layers) -> Floats:
    import geopandas as gpd

    series = gpd.GeoSeries(geometries, crs=layers.units.crs)
    return np.asarray(checked_areas(series, "exact"), dtype=np.float64)


def _refuse_uncovered(
    layers: Layers, atoms: Atoms, bare: Places, area_m2: Floats, total_m2: Floats
) -> None:
    rows = np.unique(atoms.unit[bare])
    names = [str(layers.unit_ids[row]) for row in rows[:5]]
    lost = float(area_m2.sum())
    msg = (
        f"`zones` leave {lost / 1e6:,.6g} km2 of `units` in no zone "
        f"({lost / total_m2.sum():.2%}), in {len(rows)} units ({', '.join(names)}); "
        "complete the zones, or let this land go with its units by "
        "`uncovered='assign'`; the ledger lists it."
    )
    raise GeometryError(msg, index=tuple(layers.units.index[rows]))


def _outside(
    layers: Layers, atoms: Shapes, zone: Places, pieces: Shapes, tolerance: float
) -> Floats:
    """Return the land in m2 of each zone that lies in no unit."""
    zones = layers.zones.geometry.to_numpy()
    inside = zone != NOWHERE
    held = np.bincount(
        zone[inside], weights=shapely.area(pieces[inside]), minlength=len(zones)
    )
    whole = shapely.area(zones)
    outside = np.zeros(len(zones))
    for one in np.flatnonzero(whole - held > tolerance * whole):
        rest = shapely.difference(zones[one], shapely.union_all(atoms))
        outside[one] = _areas(np.array([rest]), layers)[0]
    return outside


def weights_of(holdings: Holdings, by: str | xr.DataArray, layers: Layers) -> Floats:
    """Return what each piece weighs, as a part of what zones have of its atom."""
    weight = _raw_weights(holdings, by, layers)
    in_zone = holdings.zone != NOWHERE
    size = len(holdings.total_m2)
    area = np.where(in_zone, holdings.area_m2, 0.0)
    weight = np.where(in_zone, weight, 0.0)
    sums = np.bincount(holdings.atom, weights=weight, minlength=size)
    weight = np.where(sums[holdings.atom] > 0, weight, area)  # nothing weighs: by area
    sums = np.bincount(holdings.atom, weights=weight, minlength=size)
    whole = sums[holdings.atom]
    return np.divide(weight, whole, out=np.zeros_like(weight), where=whole > 0)


def _raw_weights(holdings: Holdings, by: Any, layers: Layers) -> Floats:  # noqa: ANN401
    import geopandas as gpd

    if isinstance(by, str):
        if by != "area":
            msg = f"`by` is {by!r}; use 'area', or a raster of weights."
            raise ParameterError(msg)
        return holdings.area_m2
    check_raster_of_units(by, layers.units, name="by")
    pieces = gpd.GeoSeries(holdings.geometries, crs=layers.units.crs)
    found = zonal(by, pieces, ["sum", "min"])
    if (found["min"] < 0).any():
        msg = "`by` has weights below 0; clip them with `by.clip(min=0)`."
        raise ParameterError(msg)
    return np.asarray(found["sum"].fillna(0.0), dtype=np.float64)
