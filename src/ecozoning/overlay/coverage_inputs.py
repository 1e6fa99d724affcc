"""Checks of what the functions on coverages are asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._validation import check_crs, check_polygons, check_transformable
from ecozoning.errors import GeometryError, ParameterError
from ecozoning.overlay.coverage_faces import overlapping_pairs, unmatched

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["check_layer", "check_no_overlaps", "check_width"]


def check_layer(
    layer: gpd.GeoDataFrame | gpd.GeoSeries, *, name: str
) -> tuple[gpd.GeoDataFrame, CRS]:
    """Return a layer of polygons that can be measured, and its CRS."""
    frame = check_polygons(layer, name=name)
    return frame, check_transformable(check_crs(frame, name=name), name=name)


def check_width(name: str, value: object) -> None:
    """Insist on a finite number of metres, 0 or more."""
    good = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not good or not 0 <= float(value) < np.inf:  # type: ignore[arg-type]
        msg = f"`{name}` is {value!r}, but metres are needed, a number of 0 or more."
        raise ParameterError(msg)


def check_no_overlaps(frame: gpd.GeoDataFrame, *, name: str) -> bool:
    """Return whether rows share their vertices, refusing rows that share land."""
    polygons: NDArray[np.object_] = frame.geometry.to_numpy()
    suspect = unmatched(polygons)
    if not suspect.any():
        return True
    left, right = overlapping_pairs(polygons, suspect)
    if not left.size:
        return False
    pairs = [(frame.index[a], frame.index[b]) for a, b in zip(left, right, strict=True)]
    told = ", ".join(f"{a!r} and {b!r}" for a, b in pairs[:3])
    msg = (
        f"in `{name}` {len(pairs)} pair{'s' * (len(pairs) > 1)} of rows overlap "
        f"({told}), so that land would count twice; see "
        f"`ecozoning.check_coverage({name})` and mend it with "
        f"`ecozoning.clean_coverage({name}).layer`."
    )
    raise GeometryError(msg, index=tuple(dict.fromkeys(sum(pairs, ()))))
