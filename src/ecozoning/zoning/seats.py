"""Seats that a zone must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from ecozoning.errors import ConvergenceError, GeometryError, ParameterError
from ecozoning.zoning.landmarks import Seats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecozoning.zoning.evidence import Evidence

__all__ = ["binding_seats", "check_seats", "check_seats_held"]


def binding_seats(
    evidence: Mapping[str, Sequence[Evidence]],
) -> Iterator[tuple[str, str, tuple[float, float]]]:
    """Yield zone, name and lon/lat of every seat that binds its zone."""
    for zone, items in evidence.items():
        for item in items:
            if isinstance(item, Seats) and item.binding:
                for name, place in item.points.items():
                    yield zone, name, place


def check_seats(
    county: shapely.Geometry, evidence: Mapping[str, Sequence[Evidence]]
) -> None:
    """Refuse a binding seat outside the county, or one that binds two zones."""
    holder: dict[tuple[float, float], str] = {}
    for zone, name, place in binding_seats(evidence):
        if not shapely.contains_xy(county, *place):
            msg = f"seat {name!r} at {place} lies outside `boundary`; leave it out."
            raise GeometryError(msg, index=(name,))
        other = holder.setdefault(place, zone)
        if other != zone:
            msg = (
                f"seat {name!r} is binding for zones {other!r} and {zone!r}; "
                "choose one."
            )
            raise ParameterError(msg)


def check_seats_held(
    evidence: Mapping[str, Sequence[Evidence]],
    polygons: Mapping[str, shapely.Geometry],
) -> None:
    """Refuse zones that do not hold their binding seats."""
    for zone, name, place in binding_seats(evidence):
        if not shapely.contains_xy(polygons[zone], *place):
            msg = (
                f"seat {name!r} fell out of zone {zone!r}: other seats or the "
                "areas leave it no way; check `evidence`, or make the seat not "
                "binding."
            )
            raise ConvergenceError(msg)
