"""Townships and villages modelled from their seats, where no polygons are public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from ecozoning.crs import CGCS2000
from ecozoning.errors import NoDataError
from ecozoning.plan.unit_lists import REST, unit_lists

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ecozoning.plan.model import Plan
    from ecozoning.plan.unit_lists import UnitLists

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

__all__ = ["ModelledUnits", "modelled_units"]

STEP: Final = 60
"""Points along the longer side of land in which a place is looked for."""
BEYOND: Final = 1e-4
"""Degrees by which lines cross the rim of what they cut."""
VILLAGE: Final = "cell within its township, towards its zone; place and size assumed"


@dataclass(frozen=True)
class ModelledUnits:
    """
    Cells around seats that stand in for townships and villages.

    Attributes
    ----------
    units : geopandas.GeoDataFrame
        EPSG:4490: `name`, `geometry_kind` (always ``"modelled"``), `evidence`.
    villages : geopandas.GeoDataFrame
        Of the units that the plan divides: `name`, `unit`, `geometry_kind`, `evidence`.
    """

    units: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame


def modelled_units(plan: Plan) -> ModelledUnits:
    """Return cells of land around the seats of the units that a plan lists."""
    lists = unit_lists(plan.document)
    if not lists.fixed and not lists.split:
        msg = f"the plan of {plan.name} lists no units by zone; none can be modelled."
        raise NoDataError(msg)
    seats = _seats(plan, lists.fixed)
    county = shapely.union_all(plan.boundary.geometry.to_numpy())
    places = np.array([place for place, _ in seats.values()])
    rough = _faces(county, [_edges(county, places)])
    spread = _all_villages(lists, dict(zip(seats, _joined(rough, places), strict=True)))
    # All lines are noded at once, so that neighbours have their vertices in common.
    lines = [_edges(county, places), *(_edges(one.land, one.places) for one in spread)]
    faces = _faces(county, lines)
    owner = _nearest(faces, places)
    units = _layer(
        name=list(seats),
        evidence=[basis for _, basis in seats.values()],
        geometry=_joined(faces, places),
    )
    own = {one.unit: faces[owner == list(seats).index(one.unit)] for one in spread}
    villages = _layer(
        name=[name for one in spread for name in one.names],
        unit=[one.unit for one in spread for _ in one.names],
        evidence=[VILLAGE for one in spread for _ in one.names],
        geometry=[c for one in spread for c in _joined(own[one.unit], one.places)],
    )
    return ModelledUnits(units, villages)


def _layer(**columns: Any) -> gpd.GeoDataFrame:  # noqa: ANN401 -- columns
    geometry = columns.pop("geometry")
    kind = ["modelled"] * len(geometry)
    return gpd.GeoDataFrame(
        {**columns, "geometry_kind": kind}, geometry=geometry, crs=CGCS2000
    )


def _seats(plan: Plan, fixed: Mapping[str, str]) -> dict[str, tuple[Floats, str]]:
    """Return the place of each unit, and where it is from.

    A unit that no gazetteer places lies where its zone has most room: as far as can be
    from the seats that are known and from the border of the zone.
    """
    known = plan.townships[plan.townships.geometry.notna()]
    places = shapely.get_coordinates(known.geometry.to_numpy())
    seats = {
        str(name): (place, "cell around the seat (GeoNames)")
        for name, place in zip(known["name"], places, strict=True)
    }
    zones = dict(zip(plan.zones["zone_id"], plan.zones.geometry, strict=True))
    for name, zone in fixed.items():
        if name not in seats:
            taken = shapely.MultiPoint([place for place, _ in seats.values()])
            land = zones[zone]
            room = _room(land, [taken, land.boundary])
            seats[name] = (room, "cell around the emptiest place of its zone")
    return seats


def _candidates(land: shapely.Geometry) -> Floats:
    """Return points of a lattice within land, lon/lat."""
    west, south, east, north = shapely.bounds(land)
    step = max((east - west) * _squeeze(land), north - south) / STEP
    x = np.arange(west, east, step / _squeeze(land)) + step / 2
    y = np.arange(south, north, step) + step / 2
    points = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
    shapely.prepare(land)
    inside: Floats = points[shapely.contains_xy(land, *points.T)]
    return inside


def _squeeze(land: shapely.Geometry) -> float:
    """Return how much shorter a degree of longitude is than one of latitude."""
    south, north = shapely.bounds(land)[[1, 3]]
    return float(np.cos(np.radians((south + north) / 2)))


def _flat(geometry: Any, squeeze: float) -> Any:  # noqa: ANN401 -- geometries
    return shapely.transform(geometry, lambda xy: xy * [squeeze, 1.0])


def _room(land: shapely.Geometry, obstacles: Sequence[shapely.Geometry]) -> Floats:
    """Return the point of land that is farthest from all obstacles."""
    points, squeeze = _candidates(land), _squeeze(land)
    flat = _flat(shapely.points(points), squeeze)
    room = [shapely.distance(flat, _flat(one, squeeze)) for one in obstacles]
    best: Floats = points[int(np.argmax(np.min(room, axis=0)))]
    return best


def _edges(land: shapely.Geometry, places: Floats) -> shapely.Geometry:
    """Return the lines between places of land, a little beyond its rim."""
    squeeze = _squeeze(land)
    edges = shapely.voronoi_polygons(
        _flat(shapely.multipoints(places), squeeze),
        only_edges=True,
        extend_to=_flat(land, squeeze),
    )
    lines = shapely.transform(edges, lambda xy: xy / [squeeze, 1.0])
    return shapely.intersection(lines, shapely.buffer(land, BEYOND))


def _faces(land: shapely.Geometry, lines: Sequence[shapely.Geometry]) -> Shapes:
    """Return the pieces into which lines cut land."""
    noded = shapely.union_all([shapely.boundary(land), *lines])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    found: Shapes = faces[shapely.contains(land, shapely.point_on_surface(faces))]
    return found


def _nearest(faces: Shapes, places: Floats) -> NDArray[np.intp]:
    """Return the place that each face is nearest to."""
    middle = shapely.point_on_surface(faces)
    squeeze = _squeeze(shapely.multipoints(places))
    tree = shapely.STRtree(_flat(shapely.points(places), squeeze))
    nearest: NDArray[np.intp] = tree.nearest(_flat(middle, squeeze))
    return nearest


def _joined(faces: Shapes, places: Floats) -> list[shapely.Geometry]:
    """Return the land of each place, of the faces nearest to it."""
    owner = _nearest(faces, places)
    return [shapely.coverage_union_all(faces[owner == i]) for i in range(len(places))]


def _zone_land(fixed: Mapping[str, str], land: Mapping[str, Any]) -> dict[str, Any]:
    """Return the land of units that lie wholly in each zone."""
    return {
        zone: shapely.union_all([land[n] for n, z in fixed.items() if z == zone])
        for zone in dict.fromkeys(fixed.values())
    }


class _Villages(NamedTuple):
    """Villages of a unit: their names and places, in one order."""

    unit: str
    land: shapely.Geometry
    names: list[str]
    places: Floats


def _all_villages(
    lists: UnitLists, land: Mapping[str, shapely.Geometry]
) -> list[_Villages]:
    """Return the villages named and as many others, spread over each unit."""
    zone_land = _zone_land(lists.fixed, land)
    found = []
    for unit, by_zone in lists.split.items():
        named = _named(unit, by_zone)
        places = _spread(land[unit], sum(map(len, named.values())))
        order = _towards(named, places, zone_land)
        names = [name for one in named.values() for name in one]
        found.append(_Villages(unit, land[unit], names, places[order]))
    return found


def _named(unit: str, by_zone: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the villages of each zone, those of the rest by number."""
    named = {zone: list(names) for zone, names in by_zone.items() if names != REST}
    size = sum(map(len, named.values()))
    for zone, names in by_zone.items():
        if names == REST:
            named[zone] = [f"{unit}其余村{i}" for i in range(1, size + 1)]
    return named


def _towards(
    named: Mapping[str, list[str]],
    places: Floats,
    zone_land: Mapping[str, shapely.Geometry],
) -> list[int]:
    """Return which place each village has: towards the land of its zone.

    That is all that a plan says of where its villages are.
    """
    points = shapely.points(places)
    squeeze = _squeeze(shapely.multipoints(places))
    flat = _flat(points, squeeze)
    far = {z: shapely.distance(flat, _flat(zone_land[z], squeeze)) for z in named}
    order: list[int] = []
    for zone, names in named.items():
        others = np.min([far[z] for z in named if z != zone], axis=0)
        nearer = np.argsort(far[zone] - others, kind="stable").tolist()
        order += [place for place in nearer if place not in order][: len(names)]
    return order


def _spread(land: shapely.Geometry, count: int) -> Floats:
    """Return places spread over land: each takes the emptiest of what is left."""
    places = [_room(land, [land.boundary])]
    while len(places) < count:
        taken = shapely.MultiPoint(places)
        edge = _flat(land.boundary, _squeeze(land))
        points = _candidates(land)
        flat = _flat(shapely.points(points), _squeeze(land))
        apart = shapely.distance(flat, _flat(taken, _squeeze(land)))
        room = np.minimum(apart, 2 * shapely.distance(flat, edge))
        places.append(points[int(np.argmax(room))])
    return np.array(places)
