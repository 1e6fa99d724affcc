"""The steps of a delineation: what each takes in, and what it takes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning.redline.tidying import snapped_to_lines, whole_parcels
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.redline.inputs import Highest
    from ecozoning.redline.ledger import Ledger
    from ecozoning.redline.mosaic import Mosaic

    Bools = NDArray[np.bool_]
    Layers = Mapping[str, gpd.GeoDataFrame]

__all__ = ["areas_km2", "cut", "filled", "joined", "tidied", "without_small"]

PARTS: Final = ("importance", "sensitivity", "statutory")


def _within(mosaic: Mosaic, layers: Layers, name: str) -> Bools:
    if name not in layers:
        return mosaic.none
    return mosaic.rows_at(layers[name].geometry.to_numpy()) >= 0


def joined(
    mosaic: Mosaic, ledger: Ledger, land: Highest, layers: Layers
) -> dict[str, Bools]:
    """Take in all that belongs to the red line, and return the pieces of each kind."""
    origin = {name: land.within(mosaic, name) for name in PARTS[:2]}
    origin["statutory"] = _within(mosaic, layers, "statutory")
    for name, pieces in origin.items():
        asked = name != "statutory" or name in layers
        ledger.take(name, ledger.kept | pieces, asked=asked)
    return origin


def cut(mosaic: Mosaic, ledger: Ledger, layers: Layers) -> tuple[Bools, Bools]:
    """Take out what may not be in; return what never may, and what lies outside."""
    outside = mosaic.none
    if "boundary" in layers:
        outside = ~_within(mosaic, layers, "boundary")
    excluded = _within(mosaic, layers, "exclusions")
    ledger.take("boundary", ledger.kept & ~outside, asked="boundary" in layers)
    ledger.take("exclusions", ledger.kept & ~excluded, asked="exclusions" in layers)
    return outside | excluded, outside


def areas_km2(mosaic: Mosaic, numbers: NDArray[np.intp], count: int) -> Any:  # noqa: ANN401 -- an array
    """Return the area of each of so many patches by the number of its pieces."""
    rows = numbers >= 0
    sums = np.bincount(numbers[rows], mosaic.area_m2[rows], count)
    return sums * convert(1.0, "m2", "km2")


def without_small(
    mosaic: Mosaic, ledger: Ledger, least_km2: float, statutory: Bools
) -> None:
    """Take out patches below an area in which nothing is statutory."""
    patch, count = mosaic.connected(ledger.kept)
    small = areas_km2(mosaic, patch, count) < least_km2 * (1 - 1e-9)
    small[patch[ledger.kept & statutory]] = False
    small[patch[ledger.kept & mosaic.specks]] = True  # each is of many
    gone = ledger.kept.copy()
    gone[ledger.kept] = small[patch[ledger.kept]]
    ledger.take("minimum_patch", ledger.kept & ~gone, asked=least_km2 > 0)


def filled(
    mosaic: Mosaic, ledger: Ledger, most_km2: float, barred: tuple[Bools, Bools]
) -> None:
    """Fill land that only the red line surrounds, up to an area."""
    never, outside = barred
    if most_km2 > 0:
        empty = ~ledger.kept & ~outside
        hole, count = mosaic.connected(empty)
        is_hole = areas_km2(mosaic, hole, count) <= most_km2 * (1 + 1e-9)
        is_hole[hole[mosaic.open_sides(empty | ledger.kept) & empty]] = False
        filled = empty.copy()
        filled[empty] = is_hole[hole[empty]]
        ledger.take("holes", ledger.kept | (filled & ~never))
    else:
        ledger.take("holes", ledger.kept, asked=False)


def tidied(
    mosaic: Mosaic,
    ledger: Ledger,
    layers: Layers,
    snap_m: float,
    fixed: tuple[Bools, Bools, Bools],
) -> None:
    """Move the boundary to natural lines and to those of parcels."""
    statutory, never, outside = fixed
    kept = ledger.kept
    if "natural_lines" in layers:
        lines = layers["natural_lines"].geometry.to_numpy()
        moved = snapped_to_lines(mosaic, kept, lines, reach_m=snap_m, outside=outside)
        kept = (moved | (kept & statutory)) & ~never
    ledger.take("natural_lines", kept, asked="natural_lines" in layers)
    if "parcels" in layers:
        wanted = layers["parcels"].geometry.to_numpy()
        kept = whole_parcels(mosaic, kept, wanted, always=statutory, never=never)
    ledger.take("parcels", kept, asked="parcels" in layers)
