"""The recipe of `plan.toml` by which a zone's geometry is modelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import shapely

from ecozoning.errors import PlanDataError
from ecozoning.plan.basins import river_basin, subbasins
from ecozoning.plan.layers import published
from ecozoning.plan.terrain import packaged_dem
from ecozoning.zoning import (
    Bearing,
    Elevation,
    Evidence,
    Extent,
    Near,
    Rim,
    Seats,
    SideOfLine,
    assemble,
    reconstruct,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    import pandas as pd

    from ecozoning.plan.model import Plan

__all__ = ["model_zones", "zone_areas", "zone_evidence"]

_COMMON: Final = ("weight", "basis", "note")
_SIDES: Final = {
    "west": "longitude_min",
    "east": "longitude_max",
    "south": "latitude_min",
    "north": "latitude_max",
}


def model_zones(plan: Plan) -> gpd.GeoDataFrame:
    """
    Model the zones of a plan anew by its own recipe.

    Parameters
    ----------
    plan : Plan
        A plan whose zones each have a table ``evidence`` in ``plan.toml``. A table
        ``zoning`` with ``basins_km2`` has zones put together from basins.

    Returns
    -------
    geopandas.GeoDataFrame
        What `ecozoning.zoning.reconstruct`, or `assemble`, returns.

    Raises
    ------
    PlanDataError
        If the recipe names an unknown kind, unit or figure.
    """
    rule = plan.document.get("zoning", {})
    if "basins_km2" in rule:
        units = subbasins(plan.slug, float(rule["basins_km2"]))
        return assemble(plan.boundary, units, zone_evidence(plan))
    return reconstruct(plan.boundary, zone_evidence(plan), zone_areas(plan))


def zone_areas(plan: Plan) -> dict[str, float | None]:
    """Return the published area of each zone in km2; None where there is none."""
    table = plan.zones.set_index("zone_id")["published_area_km2"]
    return {str(k): None if v != v else float(v) for k, v in table.items()}


def zone_evidence(plan: Plan) -> dict[str, list[Evidence]]:
    """Return the evidence of each zone, from `plan.toml` and the plan's figures."""
    return {
        str(zone["zone_id"]): [_piece(plan, zone, e) for e in zone.get("evidence", ())]
        for zone in plan.document.get("zones", ())
    }


def _piece(plan: Plan, zone: Mapping[str, Any], entry: Mapping[str, Any]) -> Evidence:
    makers: Mapping[str, Callable[..., Evidence]] = {
        "seats": _seats,
        "bearing": lambda _p, _z, e, **c: Bearing(direction=e["direction"], **c),
        "rim": lambda _p, _z, e, **c: Rim(side=e["side"], **c),
        "extent": _extent,
        "elevation": _elevation,
        "near": _near,
        "basin": _basin,
        "side": _side,
    }
    kind = str(entry.get("kind"))
    place = f"plan.toml, zone {zone['zone_id']}, evidence {kind!r}"
    if kind not in makers:
        msg = f"{place}: the kind should be one of {', '.join(makers)}."
        raise PlanDataError(msg)
    common = {key: entry[key] for key in _COMMON if key in entry}
    try:
        return makers[kind](plan, zone, entry, **common)
    except KeyError as error:
        msg = f"{place}: {error} is missing or unknown."
        raise PlanDataError(msg) from error


def _seats(plan: Plan, _: object, entry: Mapping[str, Any], **common: Any) -> Evidence:  # noqa: ANN401 -- keywords of the evidence
    seats = plan.townships.set_index("name").geometry
    points = {name: seats[name] for name in entry["units"]}
    unknown = [name for name, point in points.items() if point is None]
    if unknown:
        raise KeyError(unknown[0])
    lonlat = {name: (point.x, point.y) for name, point in points.items()}
    return Seats(points=lonlat, binding=bool(entry.get("binding", True)), **common)


def _of_zone(
    figures: pd.DataFrame, name: str, quantity: str, unit: str
) -> float | None:
    rows = figures[(figures["subject"] == name) & (figures["quantity"] == quantity)]
    if rows.empty:
        return None
    return published(figures, str(rows.iloc[0]["figure_id"]), unit)


def _extent(
    plan: Plan,
    zone: Mapping[str, Any],
    _: object,
    **common: Any,  # noqa: ANN401 -- keywords of the evidence
) -> Evidence:
    """Return the published longitude and latitude range of a zone."""
    name, figures = str(zone["name"]), plan.figures
    sides = {s: _of_zone(figures, name, q, "°") for s, q in _SIDES.items()}
    if all(side is None for side in sides.values()):
        msg = "longitude_min"
        raise KeyError(msg)
    return Extent(
        west=sides["west"],
        east=sides["east"],
        south=sides["south"],
        north=sides["north"],
        **common,
    )


def _elevation(
    plan: Plan,
    zone: Mapping[str, Any],
    entry: Mapping[str, Any],
    **common: Any,  # noqa: ANN401 -- keywords of the evidence
) -> Evidence:
    """Return a band given in the recipe, or the one that the plan publishes."""
    dem = packaged_dem(plan.slug)
    if entry.get("prefer"):
        return Elevation(dem=dem, prefer=entry["prefer"], **common)
    low, high, mean = entry.get("low"), entry.get("high"), None
    if low is None and high is None:
        name, figures = str(zone["name"]), plan.figures
        low = _of_zone(figures, name, "elevation_min", "m")
        high = _of_zone(figures, name, "elevation_max", "m")
        mean = _of_zone(figures, name, "elevation_mean", "m")
    return Elevation(dem=dem, low=low, high=high, mean=mean, **common)


def _line(entry: Mapping[str, Any]) -> shapely.Geometry:
    return shapely.from_wkt(entry["line"])


def _near(_: object, __: object, entry: Mapping[str, Any], **common: Any) -> Evidence:  # noqa: ANN401 -- keywords of the evidence
    return Near(feature=_line(entry), name=entry["name"], **common)


def _basin(
    plan: Plan,
    _: object,
    entry: Mapping[str, Any],
    **common: Any,  # noqa: ANN401 -- keywords of the evidence
) -> Evidence:
    """Return nearness to the basin of the river that flows past a seat."""
    seat = plan.townships.set_index("name").geometry[entry["seat"]]
    return Near(feature=river_basin(plan.slug, seat), name=entry["name"], **common)


def _side(_: object, __: object, entry: Mapping[str, Any], **common: Any) -> Evidence:  # noqa: ANN401 -- keywords of the evidence
    return SideOfLine(
        line=_line(entry), side=entry["side"], name=entry["name"], **common
    )
