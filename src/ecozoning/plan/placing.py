"""What the recipes of red lines and pattern refer to: figures, zones, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from scipy.ndimage import distance_transform_edt

from ecozoning.errors import PlanDataError
from ecozoning.plan.layers import published
from ecozoning.plan.recipe import _piece
from ecozoning.plan.terrain import packaged_dem
from ecozoning.zoning import Elevation, Evidence, Near, SideOfLine
from ecozoning.zoning.positions import BEARINGS
from ecozoning.zoning.surface import Band

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.plan.model import Plan

__all__ = ["common_keys", "evidence_of", "figure_of", "zones_of"]

_COMMON: Final = ("weight", "basis", "note")


def common_keys(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys that every kind of evidence has."""
    return {key: entry[key] for key in _COMMON if key in entry}


def figure_of(plan: Plan, figure_id: str, unit: str, where: str) -> float:
    """Return a published figure in a unit, or refuse an unknown one."""
    value = published(plan.figures, figure_id, unit)
    if value != value:
        msg = f"plan.toml, {where}: figure {figure_id!r} does not exist."
        raise PlanDataError(msg)
    return value


def zones_of(plan: Plan, names: Sequence[str], where: str) -> shapely.Geometry | None:
    """Return the land of some zones, or None where a recipe names no zones."""
    if not names:
        return None
    zones = plan.zones.set_index("zone_id").geometry
    lacking = [n for n in names if n not in zones.index or zones[n] is None]
    if lacking:
        msg = f"plan.toml, {where}: zone {lacking[0]!r} does not exist or has no shape."
        raise PlanDataError(msg)
    return shapely.union_all(zones[list(names)].to_numpy())


def evidence_of(plan: Plan, entry: Mapping[str, Any], where: str) -> Evidence:
    """Return a piece of evidence: of this module, or as for zones."""
    makers: Mapping[str, Callable[..., Evidence]] = {
        "band": lambda _, e, c: Band(
            direction=e["direction"], first=e["first"], last=e["last"], **c
        ),
        "beyond": _beyond,
        "elevation": _elevation,
        "summit": _summit,
    }
    common = common_keys(entry)
    try:
        if entry["kind"] in makers:
            return makers[entry["kind"]](plan, entry, common)
        return _piece(plan, {"zone_id": where, "name": ""}, entry)
    except KeyError as error:
        msg = f"plan.toml, {where}: {error} is missing or unknown."
        raise PlanDataError(msg) from error


def _beyond(
    plan: Plan, entry: Mapping[str, Any], common: Mapping[str, Any]
) -> Evidence:
    """Return the land on one side of a seat."""
    seat = plan.townships.set_index("name").geometry[entry["seat"]]
    east, north = BEARINGS[str(entry["direction"])]
    # Across the direction; a degree of longitude is shorter than one of latitude.
    across = np.array([north / np.cos(np.radians(seat.y)), -east]) * 3
    middle = np.array([seat.x, seat.y])
    # Dense, because a parallel is no straight line in the grid's projection.
    line = shapely.segmentize(
        shapely.LineString([middle - across, middle + across]), 0.02
    )
    name = f"the seat of {entry['seat']}"
    return SideOfLine(line=line, side=str(entry["direction"]), name=name, **common)


def _summit(
    plan: Plan, entry: Mapping[str, Any], common: Mapping[str, Any]
) -> Evidence:
    """Return nearness to the highest cell of the county."""
    dem = _dem(plan)
    heights, east, north = _inside(plan, dem)
    top = int(np.argmax(heights))
    name = f"{entry['name']}, the highest cell of the elevation grid"
    return Near(feature=shapely.Point(east[top], north[top]), name=name, **common)


def _elevation(
    plan: Plan, entry: Mapping[str, Any], common: Mapping[str, Any]
) -> Evidence:
    """Return high or low ground, or a band in metres, at a seat or of the relief."""
    dem = _dem(plan)
    if entry.get("prefer"):
        return Elevation(dem=dem, prefer=entry["prefer"], **common)
    band = {end: _height(plan, dem, entry, end) for end in ("low", "high")}
    return Elevation(dem=dem, low=band["low"], high=band["high"], **common)


def _height(
    plan: Plan, dem: xr.DataArray, entry: Mapping[str, Any], end: str
) -> float | None:
    """Return one end of a band: metres, a seat's height, a percentile of the county."""
    if f"{end}_seat" in entry:
        seat = plan.townships.set_index("name").geometry[entry[f"{end}_seat"]]
        return float(dem.sel(x=seat.x, y=seat.y, method="nearest"))
    if f"{end}_percentile" in entry:
        heights, _, _ = _inside(plan, dem)
        return float(np.round(np.percentile(heights, entry[f"{end}_percentile"])))
    return float(entry[end]) if end in entry else None


def _inside(
    plan: Plan, dem: xr.DataArray
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return height, longitude and latitude of the cells inside the county."""
    east, north = np.meshgrid(dem["x"], dem["y"])
    county = shapely.union_all(plan.boundary.geometry.to_numpy())
    shapely.prepare(county)
    inside = shapely.contains_xy(county, east, north)
    return dem.to_numpy()[inside].astype(float), east[inside], north[inside]


def _dem(plan: Plan) -> xr.DataArray:
    """Return the elevations of a county, gaps at its rim filled from the nearest."""
    dem = packaged_dem(plan.slug)
    gaps = np.isnan(dem.to_numpy())
    if not gaps.any():
        return dem
    nearest = distance_transform_edt(gaps, return_distances=False, return_indices=True)
    return dem.copy(data=dem.to_numpy()[tuple(nearest)])
