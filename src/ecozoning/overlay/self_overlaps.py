"""Rows of one layer that overlap: refused, or settled for the row that comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import shapely

from ecozoning._validation.geometries import rows_named
from ecozoning.errors import GeometryError
from ecozoning.overlay.laid_edges import overlapping
from ecozoning.overlay.plane_areas import polygons_only, unit_area_m2

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    from ecozoning.overlay.laid_edges import Pairs

__all__ = ["OnInvalid", "Settled", "settled"]

OnInvalid = Literal["refuse", "mend"]


class Settled(NamedTuple):
    """Polygons that do not overlap, None where one lay under others, and overlaps."""

    geometries: NDArray[np.object_]
    overlaps: int
    area_m2: float


def settled(
    layer: gpd.GeoDataFrame,
    crs: CRS,
    *,
    name: str,
    tolerance_m2: float,
    on_invalid: OnInvalid,
) -> Settled:
    """
    Return the polygons of a layer, none of the land twice.

    Of two rows the first keeps what they share. More than `tolerance_m2` is refused
    unless it is to be mended.
    """
    geometries = layer.geometry.to_numpy()
    pairs = overlapping(geometries, geometries, once=True)
    area_m2 = pairs.area * unit_area_m2(geometries[pairs.left], crs)
    if on_invalid == "refuse":
        _refuse(layer, pairs, area_m2, name, tolerance_m2)
    out = geometries.copy()
    for one, other in zip(pairs.left, pairs.right, strict=True):
        if out[one] is not None and out[other] is not None:
            rest = shapely.difference(out[other], out[one])
            out[other] = polygons_only(np.array([rest], dtype=object))[0]
    return Settled(out, len(pairs.left), float(area_m2.sum()))


def _refuse(
    layer: gpd.GeoDataFrame,
    pairs: Pairs,
    area_m2: NDArray[np.float64],
    name: str,
    tolerance_m2: float,
) -> None:
    real = area_m2 > tolerance_m2
    if not real.any():
        return
    worst = int(np.argmax(area_m2))
    one, other = (layer.index[side[worst]] for side in (pairs.left, pairs.right))
    both = np.concatenate([pairs.left[real], pairs.right[real]])
    labels = layer.index[np.unique(both)].tolist()
    msg = (
        f"in `{name}` {int(real.sum())} pairs of rows overlap, of "
        f"{rows_named(labels, 'row')}, the most {one!r} and {other!r} by "
        f"{area_m2[worst]:,.2f} m², so land would be counted twice; mend it with "
        f"`clean_coverage({name})`, or by `on_invalid='mend'` give it to the first row."
    )
    raise GeometryError(msg, index=tuple(labels))
