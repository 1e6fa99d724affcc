"""Rules that hold published numbers against geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely

from ecozoning.plan.audit.facts import is_cross_border
from ecozoning.plan.fidelity.ground import Ground, area_km2, span_km
from ecozoning.plan.fidelity.rows import Row, compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecozoning.plan.audit import Figure

__all__ = [
    "areas",
    "checkable",
    "elevations",
    "extents",
    "lengths",
    "protected_areas",
    "redlines",
    "shares",
]

REDLINE: Final = "生态保护红线"
BOUNDS: Final = ("longitude_min", "latitude_min", "longitude_max", "latitude_max")
RELIEF: Final = ("elevation_min", "elevation_mean", "elevation_max")
SPANS: Final = ("extent_east_west", "extent_north_south")
CORRIDOR_WORDS: Final = ("生态廊道", "滨水绿廊", "绿廊", "廊道")
COUNTY_WORDS: Final = ("县", "全域")


def checkable(ground: Ground) -> list[Figure]:
    """Return the figures of what is, and red line targets, inside the county."""
    return [
        figure
        for figure in ground.plan.facts.figures
        if (figure.status == "observed" or _is_redline_target(figure))
        and not is_cross_border(figure)
    ]


def _is_redline_target(figure: Figure) -> bool:
    return figure.status == "target" and figure.subject.startswith(REDLINE)


def areas(ground: Ground) -> Iterator[Row]:
    """Hold areas of the county and of its zones against the ellipsoidal ones."""
    for figure in checkable(ground):
        if figure.quantity == "area" and figure.subject in ground.places:
            shape = ground.places[figure.subject]
            yield compare(figure, area_km2(shape), "area")


def shares(ground: Ground) -> Iterator[Row]:
    """Hold the zones' shares of the county against those of their geometry."""
    for figure in checkable(ground):
        if (
            figure.quantity == "area_share"
            and figure.subject in ground.zones
            and _of_county(figure)
        ):
            share = area_km2(ground.zones[figure.subject]) / ground.county_km2 * 100
            yield compare(figure, share, "share")


def _of_county(figure: Figure) -> bool:
    """Tell whether a share is one of the county, as it is unless it says 占 else."""
    whole = figure.definition.removeprefix("占")
    return whole == figure.definition or any(w in whole for w in COUNTY_WORDS)


def extents(ground: Ground) -> Iterator[Row]:
    """Hold longitudes, latitudes and spans against the bounds of the geometry."""
    for figure in checkable(ground):
        if figure.subject not in ground.places:
            continue
        bounds = ground.places[figure.subject].bounds
        if figure.quantity in BOUNDS:
            side = bounds[BOUNDS.index(figure.quantity)]
            yield compare(figure, float(side), "extent")
        elif figure.quantity in SPANS:
            span = span_km(bounds)[SPANS.index(figure.quantity)]
            yield compare(figure, span, "length")


def elevations(ground: Ground) -> Iterator[Row]:
    """Hold lowest, mean and highest elevation against the elevation model."""
    for figure in checkable(ground):
        if figure.quantity not in RELIEF or figure.subject not in ground.places:
            continue
        if figure.subject in ground.relief:  # read only if a figure asks for it
            computed = ground.relief[figure.subject][RELIEF.index(figure.quantity)]
            mean = figure.quantity == "elevation_mean"
            yield compare(figure, computed, "mean elevation" if mean else "elevation")


def lengths(ground: Ground) -> Iterator[Row]:
    """Hold lengths of rivers and corridors against the lines that were placed."""
    for figure in checkable(ground):
        if figure.quantity == "length":
            length = _corridor_length(ground, figure.subject)
            if length is not None:
                yield compare(figure, length, "length")


def _corridor_length(ground: Ground, subject: str) -> float | None:
    """Return the length of the line of this name, or of the corridor along it."""
    names = [subject, *(subject + word for word in CORRIDOR_WORDS)]
    return next((ground.corridors[n] for n in names if n in ground.corridors), None)


def redlines(ground: Ground) -> Iterator[Row]:
    """Hold area and share of the red line, and its share in a zone."""
    if ground.redline is None:
        return
    whole = area_km2(ground.redline)
    for figure in checkable(ground):
        if not figure.subject.startswith(REDLINE):
            continue
        if figure.subject == REDLINE and figure.quantity == "area":
            yield compare(figure, whole, "redline")
        elif figure.quantity == "area_share":
            share = _redline_share(ground, figure, whole)
            if share is not None:
                yield compare(figure, share, "redline share")


def _redline_share(ground: Ground, figure: Figure, whole: float) -> float | None:
    """Return the red line's share of the county, or a zone's share of the red line."""
    if figure.subject == REDLINE:
        return whole / ground.county_km2 * 100 if _of_county(figure) else None
    zone = _zone_called(ground, figure.subject.removeprefix(REDLINE))
    if zone is None:
        return None
    inside = shapely.intersection(ground.redline, ground.zones[zone])
    return _polygon_km2(inside) / whole * 100


def _zone_called(ground: Ground, words: str) -> str | None:
    """Return the one zone that words such as 中西南部分区所占 mean."""
    wanted = words.removeprefix("中").removesuffix("所占").removesuffix("占比")
    stem = wanted.removesuffix("修复分区").removesuffix("分区")
    hits = [name for name in ground.zones if stem and name.startswith(stem)]
    return hits[0] if len(hits) == 1 else None


def _polygon_km2(shape: shapely.Geometry) -> float:
    """Return the area of the polygons of an intersection; edges have none."""
    parts = shapely.get_parts(shape)
    return area_km2(shapely.union_all(parts[shapely.get_dimensions(parts) == 2]))


def protected_areas(ground: Ground) -> Iterator[Row]:
    """Hold protected areas, and their parts in a zone, against their geometry."""
    for figure in checkable(ground):
        if figure.quantity != "area":
            continue
        if figure.subject in ground.protected:
            yield compare(figure, area_km2(ground.protected[figure.subject]), "area")
            continue
        for zone, shape in ground.zones.items():
            name = figure.subject.removeprefix(zone)
            if name != figure.subject and name in ground.protected:
                inside = shapely.intersection(ground.protected[name], shape)
                yield compare(figure, _polygon_km2(inside), "area")
