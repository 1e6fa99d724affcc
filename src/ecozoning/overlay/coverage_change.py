"""A layer before and after a change, with the areas of both."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

import pandas as pd

from ecozoning.overlay.areas import checked_areas

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CoverageChange", "change_of", "change_table"]


@dataclass(frozen=True)
class CoverageChange:
    """What a change of a layer made, and what it did to areas.

    Attributes
    ----------
    layer : geopandas.GeoDataFrame
        The changed layer.
    ledger : pandas.DataFrame
        One row per row of `layer`, same index: `area_before_m2`, `area_after_m2`,
        `change_m2`, the second less the first, on the CGCS2000 ellipsoid, and what the
        function adds. ``ledger.attrs`` has the sums over all rows: `before_m2`,
        `after_m2`, `change_m2`.
    """

    layer: gpd.GeoDataFrame
    ledger: pd.DataFrame


def change_of(
    before: gpd.GeoDataFrame, geometries: NDArray[np.object_]
) -> CoverageChange:
    """Return a layer with other geometries, row by row, and the ledger of areas."""
    after = before.copy()
    after.geometry = geometries
    return CoverageChange(after, change_table(checked_areas(before, "exact"), after))


def change_table(before_m2: pd.Series[float], layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the ledger of a changed layer, of whose rows the old areas are known."""
    after_m2 = checked_areas(layer, "exact")
    areas = {"area_before_m2": before_m2, "area_after_m2": after_m2}
    ledger = pd.DataFrame(areas, index=layer.index)
    ledger["change_m2"] = after_m2 - before_m2
    ledger.attrs = {
        "before_m2": fsum(before_m2),
        "after_m2": fsum(after_m2),
        "change_m2": fsum([*after_m2, *-before_m2]),
    }
    return ledger
