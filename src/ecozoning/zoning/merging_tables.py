"""What came of merging units, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.overlay.adjacency import Adjacency
    from ecozoning.zoning.border_merging import Join
    from ecozoning.zoning.merging_inputs import Units

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Ints = NDArray[np.intp]

__all__ = ["Merged", "ledger_table", "zones_table"]

M2_PER_KM2 = 1e6


class Merged(NamedTuple):
    """Zones 0, 1, ... in the order of their first units."""

    labels: Ints  # per unit
    classes: Ints  # per zone, the number of its class
    joins: list[Join]


def zones_table(
    given: Units,
    merged: Merged,
    ground: Geometries,
    areas: Floats,
    near: Adjacency,
    least_km2: float,
) -> gpd.GeoDataFrame:
    """Return zones as a layer."""
    example = np.unique(given.classes, return_index=True)[1][merged.classes]
    other = given.classes != merged.classes[merged.labels]
    sums = {
        "n_units": np.bincount(merged.labels),
        "area_km2": np.bincount(merged.labels, weights=areas) / M2_PER_KM2,
        "other_class_km2": np.bincount(merged.labels, weights=areas * other)
        / M2_PER_KM2,
    }
    ends = np.column_stack([merged.labels[near.left], merged.labels[near.right]])
    touching = ends[ends[:, 0] != ends[:, 1]]
    zone = np.arange(len(ground))
    columns = {
        given.zone_id: zone + 1,
        **{name: given.frame[name].array[example] for name in given.columns},
        **sums,
        "is_island": ~np.isin(zone, touching),
        "below_minimum": sums["area_km2"] < least_km2,
    }
    if not given.columns:
        columns["other_class_km2"] = np.zeros(len(ground))
    return gpd.GeoDataFrame(columns, geometry=ground, crs=given.frame.crs)


def ledger_table(given: Units, merged: Merged) -> pd.DataFrame:
    """Return joins with the labels of units."""
    unit = np.array([join.unit for join in merged.joins], dtype=np.intp)
    into = np.array([join.into for join in merged.joins], dtype=np.intp)
    return pd.DataFrame(
        {
            "unit": given.frame.index[unit],
            "into_unit": given.frame.index[into],
            given.zone_id: merged.labels[unit] + 1,
            "n_units": np.array([join.n_units for join in merged.joins], np.int64),
            "area_km2": np.array([join.area for join in merged.joins]) / M2_PER_KM2,
            "border_km": np.array([join.border for join in merged.joins]) / 1000,
            "reason": pd.Series([join.reason for join in merged.joins], dtype=object),
        }
    )
