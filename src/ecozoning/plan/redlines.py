"""Red lines, areal pattern and protected areas, modelled by the recipe of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import shapely

from ecozoning.errors import PlanDataError
from ecozoning.overlay.areas import ellipsoidal_area
from ecozoning.plan.placing import common_keys, evidence_of, figure_of, zones_of
from ecozoning.zoning import Evidence, Near
from ecozoning.zoning.growth import Block, cover, grow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecozoning.plan.model import Plan

__all__ = ["AREAL", "model_pattern", "model_protected_areas", "model_redlines"]

AREAL: Final = ("barrier", "belt", "core", "node", "district")
"""Kinds of pattern elements that are areas or points; the others are lines."""
_UNPLACED: Final = "the plan names it and does not say where it lies"


class _Placed(NamedTuple):
    shape: shapely.Geometry | None
    evidence: str
    confidence: str


def model_redlines(plan: Plan) -> gpd.GeoDataFrame:
    """
    Model the ecological red line of a plan by the table ``redline`` of its recipe.

    Parameters
    ----------
    plan : Plan
        A plan; its zones must have a geometry where the recipe names them.

    Returns
    -------
    geopandas.GeoDataFrame
        One row, or none for a plan that publishes no area: ``name``, ``figure_id``,
        ``published_area_km2``, ``area_km2``, ``geometry_kind``, ``evidence``,
        ``confidence``, ``geometry``.

    Raises
    ------
    PlanDataError
        If the recipe names an unknown kind, zone, element or figure.

    Examples
    --------
    >>> import ecozoning as ez
    >>> plan = ez.load_plan("shanggao")
    >>> model_redlines(plan)["area_km2"].tolist()
    [76.3878]
    """
    recipe = plan.document.get("redline")
    rows = [] if recipe is None else [_redline(plan, recipe)]
    columns = ["name", "figure_id", "published_area_km2", "area_km2"]
    columns += ["geometry_kind", "evidence", "confidence"]
    shapes = [row.pop("geometry") for row in rows]
    table = {column: [row[column] for row in rows] for column in columns}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=plan.boundary.crs)


def model_pattern(plan: Plan) -> gpd.GeoDataFrame:
    """
    Place the barriers, belts, cores, nodes and districts of a plan's pattern.

    Takes and refuses what `model_redlines` does. One row per element: ``name``,
    ``geometry_kind``, ``evidence``, ``confidence``, ``geometry``; what cannot be
    placed has none, and ``evidence`` says why.

    Examples
    --------
    >>> import ecozoning as ez
    >>> plan = ez.load_plan("mulei")
    >>> model_pattern(plan)["geometry_kind"].tolist()
    ['modelled', 'modelled', 'modelled', 'none', 'none']
    """
    elements = [e for e in plan.document.get("pattern", ()) if e["kind"] in AREAL]
    return _layer(plan, elements)


def model_protected_areas(plan: Plan) -> gpd.GeoDataFrame:
    """
    Place the protected areas whose area and position a plan publishes.

    Takes and refuses what `model_redlines` does; one row per protected area, with the
    columns of `model_pattern`.

    Examples
    --------
    >>> import ecozoning as ez
    >>> plan = ez.load_plan("mulei")
    >>> model_protected_areas(plan)["geometry_kind"].tolist()
    ['none', 'none', 'modelled']
    """
    return _layer(plan, plan.document.get("protected_areas", ()))


def _layer(plan: Plan, elements: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    placed = [_place(plan, element) for element in elements]
    table = {
        "name": [str(element["name"]) for element in elements],
        "geometry_kind": ["none" if p.shape is None else "modelled" for p in placed],
        "evidence": [p.evidence for p in placed],
        "confidence": [p.confidence for p in placed],
    }
    shapes = [p.shape for p in placed]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=plan.boundary.crs)


# --- one element -------------------------------------------------------------------


def _place(plan: Plan, element: Mapping[str, Any]) -> _Placed:
    """Return where an element lies by the key ``place`` of its table."""
    place = element.get("place", {})
    where = f"{element['name']}, place"
    if not {"zones", "evidence", "seat"} & set(place):
        return _Placed(None, str(place.get("none", _UNPLACED)), "")
    zones = zones_of(plan, place.get("zones", ()), where)
    pieces = [_evidence(plan, e, where) for e in place.get("evidence", ())]
    shape = _shape(plan, place, zones, pieces, where)
    if place.get("point"):
        shape = shapely.set_precision(shapely.point_on_surface(shape), 1e-6)
    texts = [str(place["note"])] if place.get("note") else []
    texts += [_within(place)] if place.get("zones") else []
    texts += [piece.text() for piece in pieces]
    return _Placed(shape, "; ".join(texts), str(place.get("confidence", "fair")))


def _shape(
    plan: Plan,
    place: Mapping[str, Any],
    zones: shapely.Geometry | None,
    pieces: Sequence[Evidence],
    where: str,
) -> shapely.Geometry:
    """Return whole zones, land of a published area, or land that meets everything."""
    if not pieces:
        return shapely.normalize(shapely.set_precision(zones, 1e-6))
    if "area" not in place:
        return cover(plan.boundary, pieces, within=zones)
    block = Block(name=where, evidence=pieces, within=zones, pieces=place.get("pieces"))
    area = figure_of(plan, place["area"], "km2", where)
    return grow(plan.boundary, [block], area).geometry.iloc[0]


def _within(table: Mapping[str, Any]) -> str:
    return f"within {', '.join(table['zones'])} of the modelled zones"


# --- the red line ------------------------------------------------------------------


def _redline(plan: Plan, recipe: Mapping[str, Any]) -> dict[str, Any]:
    area = _target(plan, recipe)
    blocks = [_block(plan, entry) for entry in recipe["blocks"]]
    land = grow(plan.boundary, blocks, area)
    shape = shapely.union_all(land.geometry.to_numpy(), grid_size=1e-6)
    shapes = gpd.GeoSeries([shapely.normalize(shape)], crs=land.crs)
    texts = [str(recipe["note"])] if recipe.get("note") else []
    texts += [
        _block_text(entry, row)
        for entry, row in zip(recipe["blocks"], land.itertuples(), strict=True)
    ]
    return {
        "name": "生态保护红线",
        "figure_id": str(recipe["figure"]),
        "published_area_km2": round(area, 4),
        "area_km2": round(float(ellipsoidal_area(shapes).iloc[0]) / 1e6, 4),
        "geometry_kind": "modelled",
        "evidence": "; ".join(texts),
        "confidence": str(recipe.get("confidence", "fair")),
        "geometry": shapes.iloc[0],
    }


def _target(plan: Plan, recipe: Mapping[str, Any]) -> float:
    """Return the published area in km2, or a published share of another figure."""
    figure = str(recipe["figure"])
    if "of" not in recipe:
        return figure_of(plan, figure, "km2", "redline")
    share = figure_of(plan, figure, "%", "redline") / 100
    return share * figure_of(plan, str(recipe["of"]), "km2", "redline")


def _block(plan: Plan, entry: Mapping[str, Any]) -> Block:
    where = f"redline, block {entry['name']}"
    return Block(
        name=str(entry["name"]),
        evidence=[_evidence(plan, e, where) for e in entry["evidence"]],
        share=_share(plan, entry, where),
        within=zones_of(plan, entry.get("zones", ()), where),
        pieces=entry.get("pieces"),
    )


def _share(plan: Plan, entry: Mapping[str, Any], where: str) -> float:
    """Return the share of a block: a number, a figure, or what a figure leaves."""
    if "share_figure" in entry:
        return figure_of(plan, str(entry["share_figure"]), "%", where) / 100
    if "rest_of" in entry:
        return 1 - figure_of(plan, str(entry["rest_of"]), "%", where) / 100
    return float(entry.get("share", 1.0))


def _block_text(entry: Mapping[str, Any], row: Any) -> str:  # noqa: ANN401 -- a tuple
    within = f" {_within(entry)}" if entry.get("zones") else ""
    share = f"{row.share:.2%} of it" if row.share < 1 else "all of it"
    return f"{row.name}: {share}{within}, {row.evidence}"


# --- evidence ----------------------------------------------------------------------


def _evidence(plan: Plan, entry: Mapping[str, Any], where: str) -> Evidence:
    """Return nearness to elements of the pattern, or any other kind of evidence."""
    if entry.get("kind") != "pattern":
        return evidence_of(plan, entry, where)
    by_name = {str(e["name"]): e for e in plan.document["pattern"]}
    names = [str(name) for name in entry["names"]]
    unknown = [name for name in names if name not in by_name]
    if unknown:
        msg = f"plan.toml, {where}: the pattern has no element {unknown[0]!r}."
        raise PlanDataError(msg)
    shapes = [_place(plan, by_name[name]).shape for name in names]
    land = shapely.union_all(shapes)
    return Near(feature=land, name="、".join(names), **common_keys(entry))
