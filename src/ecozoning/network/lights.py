"""Night light as a measure of how much people use land of one class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._validation.grids import check_same_grid
from ecozoning.errors import ParameterError
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["corrected"]


def corrected(
    resistance: Floats, night_light: xr.DataArray, factors: Mapping[str, xr.DataArray]
) -> Floats:
    """Return resistance times light over the mean light of the land-cover class.

    Not below the lowest resistance there was; as it was in a class without any light.
    """
    if "land_cover" not in factors:
        msg = (
            "`night_light` needs `factors['land_cover']`, of whose classes is the mean."
        )
        raise ParameterError(msg)
    cover = factors["land_cover"]
    check_same_grid(land_cover=cover, night_light=night_light)
    light = np.asarray(night_light.data).astype(np.float64)
    light[np.asarray(night_light.data) == nodata_of(night_light)] = np.nan
    below = int(np.count_nonzero(light < 0) + np.isinf(light).sum())
    if below:
        msg = (
            f"`night_light` has {below} values below 0 or infinite; use "
            "`night_light.clip(min=0)` if these are noise."
        )
        raise ParameterError(msg)
    known = ~np.isnan(resistance) & ~np.isnan(light)
    code = np.unique(np.asarray(cover.data)[known], return_inverse=True)[1].ravel()
    mean = np.bincount(code, light[known]) / np.maximum(np.bincount(code), 1)
    lit = mean[code] > 0
    ratio = np.ones(code.size)
    np.divide(light[known], mean[code], out=ratio, where=lit)
    made = np.full_like(resistance, np.nan)
    made[known] = np.maximum(resistance[known] * ratio, np.nanmin(resistance))
    return made
