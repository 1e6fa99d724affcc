"""Functions of shapely over many rows, in threads where that pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import shapely

from ecozoning._threads import share_out, thread_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Result: TypeAlias = NDArray[Any]

__all__ = ["in_threads"]

SHARES: Final = 32
SHARE_VERTICES: Final = 1_000
"""Shares of rows per thread, and vertices that make one worth handing out."""


def in_threads(call: Callable[..., Result], *arrays: NDArray[np.object_]) -> Result:
    """Run a function of shapely over rows, in threads if they have many vertices."""
    rows, workers = len(arrays[0]), thread_count()
    vertices = sum(int(shapely.get_num_coordinates(one).sum()) for one in arrays)
    count = min(SHARES * workers, rows, vertices // SHARE_VERTICES)
    if count < 2 or workers == 1:
        return call(*arrays)
    shares = np.array_split(np.arange(rows), count)
    parts = share_out(lambda some: call(*(a[some] for a in arrays)), shares, workers)
    return np.concatenate(parts)
