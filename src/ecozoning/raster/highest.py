"""The highest of several levels in each cell, and which layer it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._kernels.levels import highest
from ecozoning.errors import ParameterError
from ecozoning.raster.factors import bounds_of, run_factors
from ecozoning.raster.steps import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecozoning.raster.factors import Factor

__all__ = ["MOST_LAYERS", "MOST_LEVELS", "highest_levels"]

MOST_LEVELS: Final = 7
MOST_LAYERS: Final = 30
"""What fits into a byte beside 255: a level and 8 times the place of a layer."""


def highest_levels(factors: Sequence[Factor], *, missing: str) -> tuple[Any, Any]:
    """
    Return the highest level, and the number from 1 of the first layer that has it.

    Both uint8, 255 for no data: with `missing` ``"nodata"`` where any layer has none,
    with ``"skip"`` where all have none.
    """
    if missing not in ("nodata", "skip"):
        msg = f"`missing` is {missing!r}, but 'nodata' or 'skip' is needed."
        raise ParameterError(msg)
    packed = run_factors(
        highest, factors, bounds_of(factors), missing == "skip", dtype=np.uint8
    )
    return _unpacked(packed, packed % 8), _unpacked(packed, packed // 8 + 1)


def _unpacked(packed: Any, part: Any) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """Return a part of packed numbers, with the number for no data where it is due."""
    none = packed == 0
    return (part * ~none + none * np.uint8(NOTHING)).astype(np.uint8)
