"""Whether polygons of one layer overlap, so that their sum counts land twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from ecozoning.errors import GeometryError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["check_no_overlaps"]

OVERLAP_SHARE: Final = 1e-6
ROUNDING: Final = 1e-9
"""Part of the area that the union of a coverage may miss by rounding."""


def check_no_overlaps(layer: gpd.GeoDataFrame, *, name: str, advice: str = "") -> None:
    """Refuse polygons that share more than a millionth of the area."""
    geometries = layer.geometry.to_numpy()
    if _is_matched(geometries):
        return
    left, right = _candidate_pairs(geometries)
    shared = shapely.area(shapely.intersection(geometries[left], geometries[right]))
    share = float(shared.sum() / shapely.area(geometries).sum())
    if share <= OVERLAP_SHARE:
        return
    real = shared > 0
    labels = layer.index[np.unique([left[real], right[real]])].tolist()
    msg = (
        f"in `{name}` {real.sum()} pairs of polygons overlap (first labels: "
        f"{', '.join(map(repr, labels[:5]))}) and share {share:.2e} of the area, which "
        f"would be counted twice; cut them apart with `{name}.overlay(...)`{advice}."
    )
    raise GeometryError(msg, index=tuple(labels))


def _is_matched(geometries: NDArray[np.object_]) -> bool:
    """
    Say whether dropping the edges that occur twice proves that nothing overlaps.

    Those that are left bound the land that an odd number of polygons cover; if they are
    a valid polygon as large as all together, that number is one. Five times as fast as
    looking for the edges that do not fit; saying no proves nothing.
    """
    try:
        union = shapely.coverage_union_all(geometries)
    except shapely.errors.GEOSException:  # edges meet that are not the same
        return False
    total = shapely.area(geometries).sum()
    same = abs(shapely.area(union) - total) <= ROUNDING * total
    return bool(same and shapely.is_valid(union))


def _candidate_pairs(
    geometries: NDArray[np.object_],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs that may overlap: one of the two has edges inside the other.

    In a clean coverage no polygon has such edges, and there is nothing to intersect.
    """
    suspect = ~shapely.is_empty(shapely.coverage_invalid_edges(geometries))
    found, right = shapely.STRtree(geometries).query(
        geometries[suspect], predicate="intersects"
    )
    left = np.flatnonzero(suspect)[found]
    once = (left < right) | ((left > right) & ~suspect[right])
    return left[once], right[once]
