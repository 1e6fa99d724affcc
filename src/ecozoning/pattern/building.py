"""From resistance and sources to the layers of a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ecozoning import network  # its functions load when they are called
from ecozoning.errors import NoDataError
from ecozoning.network.surfaces import checked_resistance
from ecozoning.pattern.nodes import nodes_of
from ecozoning.raster.checks import check_positive
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import xarray as xr

    from ecozoning.network.surfaces import Surface
    from ecozoning.rulesets import Ruleset

__all__ = ["Choices", "built"]


@dataclass(frozen=True)
class Choices:
    """What a user decides about a pattern; None is left to ruleset and resistance."""

    width_m: float
    radii_m: float | Sequence[float] | None
    restored_resistance: float | None
    minimum_pinch_m2: float
    merge_distance_m: float
    ruleset: str | Ruleset


def built(
    resistance: xr.DataArray, sources: gpd.GeoDataFrame, choices: Choices
) -> dict[str, gpd.GeoDataFrame]:
    """Return corridors, pinch points, barriers and nodes by name."""
    check_positive("width_m", choices.width_m)
    surface = checked_resistance(resistance)
    found = network.corridors(resistance, sources, width_m=choices.width_m)
    links = found.links
    flow = network.current_flow(resistance, sources, mode="network", pairs=links)
    pinched = network.pinch_points(
        flow.current,
        found.polygons,
        sources=sources,
        minimum_area_m2=choices.minimum_pinch_m2,
    )
    nodes = nodes_of(links, pinched, sources, merge_distance_m=choices.merge_distance_m)
    blocked = _barriers(surface, sources, links, choices)
    return {
        "corridors": links,
        "pinch_points": pinched,
        "barriers": pinched.iloc[:0] if blocked is None else blocked,
        "nodes": nodes,
    }


def _barriers(
    surface: Surface,
    sources: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    choices: Choices,
) -> gpd.GeoDataFrame | None:
    """Return the barriers of the highest class; on even land there are none."""
    radii = choices.radii_m
    if radii is None:
        table = load_ruleset(choices.ruleset)["circuit"]
        ends = [table.value(f"barrier_radius_{end}") for end in ("lowest", "highest")]
        radii = [max(radius, *surface.steps_m) for radius in ends]
    restored = choices.restored_resistance
    if restored is None:
        restored = float(np.nanmin(surface.values))
    try:
        found = network.barriers(
            surface.like,
            sources,
            radii_m=radii,
            pairs=links,
            restored_resistance=restored,
        )
    except NoDataError:  # sources and land are sound by now: nothing can be gained
        return None
    return found.polygons
