"""Which sources are to be linked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecozoning.errors import ParameterError
from ecozoning.network.pair_ids import listed_pairs
from ecozoning.network.reaches import least_meetings
from ecozoning.network.spread import checked_cost
from ecozoning.raster.checks import check_positive

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from ecozoning._kernels.cost import Spread
    from ecozoning.network.reaches import Pair
    from ecozoning.network.surfaces import SourceCells, Surface

__all__ = ["checked_pairs", "cut_off", "wanted_pairs"]


def checked_pairs(
    pairs: str | pd.DataFrame | Iterable[Pair], cells: SourceCells
) -> list[Pair] | None:
    """Return listed pairs as ascending positions from 1, None for neighbours."""
    if cells.ids.size < 2:
        msg = (
            f"`sources` has {cells.ids.size} source that can be left, but a link needs "
            f"two; lost were {cells.lost or 'none'}."
        )
        raise ParameterError(msg)
    if isinstance(pairs, str):
        if pairs == "neighbours":
            return None
        msg = f"`pairs` is {pairs!r}, but 'neighbours' or a list of pairs is needed."
        raise ParameterError(msg)
    return [(one + 1, two + 1) for one, two in listed_pairs(pairs, cells)]


def cut_off(
    cutoff_cost: float | None, width_m: float | None
) -> tuple[float, float | None]:
    """Return the extent of corridors by cost, and by width if that is asked."""
    if width_m is None:
        zero = cutoff_cost is None or cutoff_cost == 0
        return 0.0 if zero else checked_cost(cutoff_cost, "cutoff_cost"), None
    if cutoff_cost is not None:
        msg = "`cutoff_cost` and `width_m` are both given, but one settles the extent."
        raise ParameterError(msg)
    check_positive("width_m", width_m)
    return 0.0, float(width_m)


def wanted_pairs(
    surface: Surface, state: Spread, asked: list[Pair] | None, *, connectivity: int
) -> dict[Pair, float]:
    """Return pairs with an upper bound of their cost, infinite if none is known."""
    met = least_meetings(surface, state, connectivity)
    if asked is None:
        return met
    return {pair: met.get(pair, math.inf) for pair in asked}
