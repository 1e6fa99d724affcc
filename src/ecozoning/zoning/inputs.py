"""What `reconstruct` is given: evidence, areas and cell size, checked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.zoning.evidence import Evidence, is_finite_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ecozoning.zoning.grid import Grid

__all__ = ["cell_size", "check_evidence", "costs_of", "target_areas"]

TARGET_CELLS = 60_000
MOST_CELLS = 20_000_000
"""Above it, the costs of four zones alone would fill a gigabyte."""
CLOSURE = 0.02
"""How far published areas may be off the boundary's own before they are refused."""


def cell_size(cell_m: float | None, total: float) -> float:
    """Return the cell size in metres for a county of so many m2."""
    if cell_m is None:
        return max(10.0, round(math.sqrt(total / TARGET_CELLS), -1))
    if not (is_finite_number(cell_m) and cell_m > 0):
        msg = f"`cell_m` is {cell_m!r}; give a length in metres above 0."
        raise ParameterError(msg)
    if total / cell_m**2 > MOST_CELLS:
        msg = (
            f"`cell_m` is {cell_m:g}, which makes {total / cell_m**2:.1e} cells of the "
            f"county; choose at least {math.ceil(math.sqrt(total / MOST_CELLS))}."
        )
        raise ParameterError(msg)
    return float(cell_m)


def check_evidence(
    evidence: Mapping[str, Sequence[Evidence]], areas: Mapping[str, float | None]
) -> None:
    """Refuse zones without evidence and areas of zones that are not there."""
    bare = [zone for zone, items in evidence.items() if not items]
    if bare or not evidence:
        msg = (
            f"`evidence` has none for zone {bare[0]!r}; every zone needs at least one "
            "piece, for instance Bearing or Seats."
            if bare
            else "`evidence` is empty; give at least one zone."
        )
        raise ParameterError(msg)
    for zone, items in evidence.items():
        if isinstance(items, Evidence):
            msg = f"`evidence` of zone {zone!r} is a single piece; put it into a list."
            raise ParameterError(msg)
    unknown = [zone for zone in areas if zone not in evidence]
    if unknown:
        msg = f"`areas` names zone {unknown[0]!r}, which `evidence` does not have."
        raise ParameterError(msg)


def costs_of(
    grid: Grid, evidence: Mapping[str, Sequence[Evidence]]
) -> NDArray[np.float64]:
    """Return the summed cost of each zone's evidence per cell, (zones, cells)."""
    return np.stack([np.sum([e.cost(grid) for e in es], 0) for es in evidence.values()])


def target_areas(
    zones: list[str], areas: Mapping[str, float | None], total: float
) -> NDArray[np.float64]:
    """Return target areas in m2, NaN where free."""
    try:
        published = np.array(
            [np.nan if areas.get(z) is None else _number(areas[z]) for z in zones]
        )
    except (TypeError, ValueError):
        published = np.zeros(1)
    if (published <= 0).any() or np.isinf(published).any():
        msg = f"`areas` are {dict(areas)}; give square kilometres above 0, or None."
        raise ParameterError(msg)
    given, county = float(np.nansum(published)), total / 1e6
    free = bool(np.isnan(published).any())
    if given > county * (1 + CLOSURE) or (not free and given < county * (1 - CLOSURE)):
        msg = (
            f"`areas` add up to {given:.2f} km2 and the boundary has {county:.2f} km2; "
            "give areas in km2 of this county."
        )
        raise ParameterError(msg)
    if free and given >= county:
        msg = (
            f"`areas` take all {county:.2f} km2 of the county; nothing is left for "
            "the zones without an area."
        )
        raise ParameterError(msg)
    return published * 1e6 * (1.0 if free else county / given)


def _number(value: object) -> float:
    return float(str(value))
