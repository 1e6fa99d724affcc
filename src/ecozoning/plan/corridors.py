"""Rivers and corridors of a plan, placed on the terrain by the rules of its recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from ecozoning.errors import PlanDataError
from ecozoning.io.layers import read_geojson
from ecozoning.io.packaged import data_dir
from ecozoning.plan.corridor_recipe import RULES, Ground, Placed
from ecozoning.plan.stream_net import geodesic_km, stream_net
from ecozoning.plan.terrain import packaged_dem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecozoning.plan.corridor_recipe import Rule
    from ecozoning.plan.model import Plan

    Entry = Mapping[str, Any]

__all__ = ["LINEAR", "model_corridors"]

LINEAR: Final = ("corridor", "river")
"""Kinds of pattern elements that are lines; the others are areas or points."""
_SILENT: Final = "the plan names it and does not say where it runs"
_OF_ONE: Final = ("seat", "basis", "within_km", "figure", "note")
"""Keys that speak of one row only and are not taken over by ``like``."""
_COLUMNS: Final = ("name", "geometry_kind", "evidence", "confidence", "length_km")


def model_corridors(plan: Plan) -> gpd.GeoDataFrame:
    """
    Place the rivers and corridors of a plan by the table ``place`` of each.

    Parameters
    ----------
    plan : Plan
        A packaged plan, or one of the same slug: elevations and open river lines are
        those of the packaged county.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per corridor and river in the plan's order: ``name``,
        ``geometry_kind``, ``evidence``, ``confidence``, ``length_km``, ``geometry``.
        What cannot be placed has no geometry, and ``evidence`` says why.

    Raises
    ------
    PlanDataError
        If a recipe names an unknown rule, element, seat or figure, or if the terrain
        has fewer streams than the recipe names.

    Examples
    --------
    >>> import ecozoning as ez
    >>> model_corridors(ez.load_plan("jinping"))["confidence"].tolist()
    ['good', 'good']
    """
    elements = [e for e in plan.document.get("pattern", ()) if e["kind"] in LINEAR]
    entries = {str(e["name"]): e.get("place", {"none": _SILENT}) for e in elements}
    placed = _placed(_ground(plan), entries)
    rows = [(name, *_cells_of(placed[name])) for name in entries]
    table = {c: [row[n] for row in rows] for n, c in enumerate(_COLUMNS)}
    shapes = [placed[name].shape for name in entries]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=plan.boundary.crs)


def _cells_of(placed: Placed) -> tuple[str, str, str, float]:
    length = np.nan if placed.shape is None else round(geodesic_km(placed.shape), 2)
    return placed.kind, placed.evidence, placed.confidence, float(length)


def _ground(plan: Plan) -> Ground:
    county = plan.boundary.union_all()
    rivers = read_geojson(data_dir() / "rivers" / "gshhg_wdbii_f.geojson")
    river = shapely.line_merge(shapely.intersection(rivers.union_all(), county))
    dem = packaged_dem(plan.slug)
    return Ground(plan, county, river, stream_net(dem, river))


def _placed(ground: Ground, entries: Mapping[str, Entry]) -> dict[str, Placed]:
    """Return every row placed; rows that share a recipe are placed together."""
    groups: dict[str, list[str]] = {}
    for name, entry in entries.items():
        groups.setdefault(str(entry.get("like", name)), []).append(name)
    out: dict[str, Placed] = {}
    for leader, names in groups.items():
        recipe = _known(entries, leader, names[0])
        own = {n: _with(recipe, entries[n]) for n in names}
        try:
            out |= _rule(recipe, leader)(ground, own)
        except KeyError as error:
            msg = f"plan.toml, pattern {leader!r}: {error} is missing or unknown."
            raise PlanDataError(msg) from error
    for name, entry in entries.items():
        if "along" in entry:
            out[name] = _along(out, str(entry["along"]), name)
    return out


def _known(entries: Mapping[str, Entry], leader: str, name: str) -> Entry:
    if leader in entries and "like" not in entries[leader]:
        return entries[leader]
    msg = f"plan.toml, pattern {name!r}: like = {leader!r} names no row with a rule."
    raise PlanDataError(msg)


def _with(recipe: Entry, own: Entry) -> Entry:
    """Return a recipe with the keys that a row has of its own."""
    shared = {k: v for k, v in recipe.items() if k not in _OF_ONE}
    return {**shared, **own}


def _rule(recipe: Entry, name: str) -> Rule:
    if "none" in recipe or "along" in recipe:
        return _without
    rule = str(recipe.get("rule"))
    if rule not in RULES:
        msg = (
            f"plan.toml, pattern {name!r}: the rule {rule!r} should be one of "
            f"{', '.join(RULES)}; or say `none` or `along`."
        )
        raise PlanDataError(msg)
    return RULES[rule]


def _without(_: Ground, entries: Mapping[str, Entry]) -> dict[str, Placed]:
    """Return rows that have no line, or that of another row once it is known."""
    return {
        name: Placed(None, "none", str(entry.get("none", "")), "")
        for name, entry in entries.items()
    }


def _along(placed: Mapping[str, Placed], other: str, name: str) -> Placed:
    if other not in placed or placed[other].shape is None:
        msg = (
            f"plan.toml, pattern {name!r}: along = {other!r} names no row with a line."
        )
        raise PlanDataError(msg)
    line = placed[other]
    return line._replace(evidence=f"the line of {other}: {line.evidence}")
