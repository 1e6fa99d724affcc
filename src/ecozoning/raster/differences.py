"""The normalized difference of two bands, which all indices of that kind are.

One pass over the bands as they are stored, integers included. Numbers in proportion to
reflectance, such as digital numbers without an offset, serve as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._apply import apply
from ecozoning._kernels.spectral import normalized
from ecozoning.raster.bands import judge_of_bands, nodata_values, scaling_of
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.values import as_raster

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["normalized_difference"]


def normalized_difference(
    pair: dict[str, xr.DataArray],
    names: tuple[str, str],
    scale: float | None,
    offset: float | None,
) -> xr.DataArray:
    """Return the first of two bands less the second, over their sum."""
    check_same_grid(**pair)
    scaling = scaling_of(pair, scale, offset).of_ratio()
    data = apply(
        normalized,
        [band.data for band in pair.values()],
        dtype=np.float32,
        parameters=(nodata_values(pair), scaling.shift),
        judge=judge_of_bands(pair, scaling),
    )
    like, (name, long_name) = next(iter(pair.values())), names
    return as_raster(data, like, name=name, units="1", long_name=long_name)
