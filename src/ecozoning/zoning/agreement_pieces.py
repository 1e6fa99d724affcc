"""The land of two zonings, one piece for each pair of zones that share some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np

from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.partitioning import partition
from ecozoning.units import convert

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["matrix_of", "shared_pieces"]

SLIVER_M2: Final = 1.0
"""What two drawings of one line leave between them is nobody's disagreement."""


def shared_pieces(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows of `a` and `b` (-1 for none), km2 and geometry of all their land.

    Zones that were found to overlap by less than a millionth of the area are cut.
    """
    cut = partition(
        a[["geometry"]],
        b[["geometry"]],
        how="union",
        tolerance_m2=SLIVER_M2,
        on_invalid="mend",
    )
    areas = checked_areas(cut, "exact").to_numpy() * convert(1, "m2", "km2")
    rows = {
        name: cut[f"{name}_index"].fillna(-1).to_numpy(dtype=np.intp)
        for name in ("a", "b")
    }
    return gpd.GeoDataFrame(
        {**rows, "km2": areas}, geometry=cut.geometry.to_numpy(), crs=a.crs
    )


def matrix_of(pieces: gpd.GeoDataFrame, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return km2 of `a` in rows and `b` in columns, outside in the last of both."""
    areas = np.zeros((shape[0] + 1, shape[1] + 1))
    places = pieces["a"].to_numpy(), pieces["b"].to_numpy()
    np.add.at(areas, places, pieces["km2"].to_numpy())
    return areas
