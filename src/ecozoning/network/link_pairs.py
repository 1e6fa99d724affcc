"""Which sources are to be linked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ecozoning.errors import ParameterError
from ecozoning.network.reaches import least_meetings
from ecozoning.network.spread import checked_cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecozoning._kernels.cost import Spread
    from ecozoning.network.reaches import Pair
    from ecozoning.network.surfaces import SourceCells, Surface

__all__ = ["checked_pairs", "cut_off", "wanted_pairs"]


def checked_pairs(
    pairs: str | Sequence[tuple[int, int]], cells: SourceCells
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
    place = {int(number): k for k, number in enumerate(cells.ids.tolist(), start=1)}
    found: set[Pair] = set()
    for one, two in pairs:
        unknown = [k for k in (one, two) if k not in place and k not in cells.lost]
        if unknown or one == two:
            msg = (
                f"`pairs` has ({one}, {two}), but two ids of `sources` are needed, "
                f"such as {sorted(place)[:5]}."
            )
            raise ParameterError(msg)
        if one in place and two in place:
            first, last = sorted((place[one], place[two]))
            found.add((first, last))
    return sorted(found)


def cut_off(cutoff_cost: object, width_m: object) -> tuple[float, float | None]:
    """Return the extent of corridors by cost, and by width if that is asked."""
    if width_m is None:
        zero = cutoff_cost is None or cutoff_cost == 0
        return 0.0 if zero else checked_cost(cutoff_cost, "cutoff_cost"), None
    if cutoff_cost is not None:
        msg = "`cutoff_cost` and `width_m` are both given, but one settles the extent."
        raise ParameterError(msg)
    width = checked_cost(width_m, "width_m")
    if not math.isfinite(width):
        msg = f"`width_m` is {width_m!r}, but a finite number above 0 is needed."
        raise ParameterError(msg)
    return 0.0, width


def wanted_pairs(
    surface: Surface, state: Spread, asked: list[Pair] | None, *, connectivity: int
) -> dict[Pair, float]:
    """Return pairs with an upper bound of their cost, infinite if none is known."""
    met = least_meetings(surface, state, connectivity)
    if asked is None:
        return met
    return {pair: met.get(pair, math.inf) for pair in asked}
