"""What a block of a raster says of each zone, and the zones put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.overlay.tallies import merged_tallies, summed
from ecozoning.overlay.value_tables import merged_values, order_statistics

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ecozoning.overlay.zonal_request import Request

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "Part",
    "Whole",
    "check_infinite",
    "check_weights",
    "put_together",
]


class Part(NamedTuple):
    """Sums of the zones that a block of a raster touches."""

    zones: Ints  # (m,) which
    tallies: Floats  # (m, 8 or 9) see `tallies`
    weighted: Floats  # (m, 2) weights and weighted values
    counts: Floats  # (k, 6) see `value_tables`, of whole numbers
    ordered: list[tuple[Any, dict[str, Floats]]]  # statistics of zones that are whole


class Whole(NamedTuple):
    """Sums and statistics of whole zones, in the order asked for."""

    tallies: Floats
    weighted: Floats
    ordered: dict[str, Floats]


def put_together(parts: Sequence[Part], zones: pd.Index, request: Request) -> Whole:
    """Put the parts of zones together; what no part has is empty."""
    size = len(zones)
    numbers = np.concatenate([part.zones for part in parts])
    at = zones.get_indexer(numbers)  # type: ignore[arg-type]  # takes arrays too
    tallies = merged_tallies(at, np.concatenate([p.tallies for p in parts]), size)
    weighted = summed(at, np.concatenate([p.weighted for p in parts]), size)
    done = [piece for part in parts for piece in part.ordered]
    if request.by_order:
        table = merged_values([part.counts for part in parts])
        done.append(order_statistics(table, request.ordered, request.quantiles))
    ordered: dict[str, Floats] = {}
    for owners, found in done:
        for name, column in found.items():
            empty = np.full(size, 0.0 if name == "variety" else np.nan)
            ordered.setdefault(name, empty)[zones.get_indexer(owners)] = column
    return Whole(tallies, weighted, ordered)


def check_infinite(faults: NDArray[np.int64]) -> None:
    """Refuse infinite values in zones."""
    if faults[0]:
        msg = (
            f"`raster` has {faults[0]} infinite values in zones (counted once per "
            "zone); make them nodata with `raster.where(numpy.isfinite(raster))`."
        )
        raise ParameterError(msg)


def check_weights(faults: NDArray[np.int64]) -> None:
    """Refuse weights that are missing, infinite or below zero."""
    missing, below = faults
    if missing or below:
        msg = (
            f"`weights` has no finite value in {missing} cells of zones where `raster` "
            f"has one, and a value below 0 in {below}, but a weight of 0 or more is "
            "needed for each; say what they weigh, e.g. `weights.fillna(0)`."
        )
        raise ParameterError(msg)
