"""How much land keeps its soil: the rate of water and soil conservation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.grid import check_same_grid, grid_of
from ecozoning.raster.values import nodata_of
from ecozoning.rulesets import load_ruleset
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Level

    Floats = NDArray[np.float64]

__all__ = ["ConservationRate", "conservation_rate"]


@dataclass(frozen=True)
class ConservationRate:
    """Land by intensity of erosion; the answer of `conservation_rate`.

    Attributes
    ----------
    rate_percent : float
        Share of land of at most slight erosion.
    sound_km2, eroded_km2, land_km2 : float
        That land, land eroded lightly or worse, and both.
    levels : pandas.DataFrame
        One row per level: `level`, `name`, `name_zh`, `area_km2`, `share_percent`.
    """

    rate_percent: float
    sound_km2: float
    eroded_km2: float
    land_km2: float
    levels: pd.DataFrame


def conservation_rate(
    intensity: xr.DataArray | Mapping[int | str, float] | pd.Series[float],
    wind: xr.DataArray | None = None,
) -> ConservationRate:
    """
    Return the share of land that is not eroded (水土保持率).

    Land is eroded from the level light on, by water or by wind; the rate is the rest
    over all land.

    Parameters
    ----------
    intensity : xarray.DataArray, or mapping or pandas.Series of float
        Levels 1 to 6 of SL 190, as `erosion_intensity` gives them; or areas in km² by
        level: number, English or Chinese word.
    wind : xarray.DataArray, dims (y, x), optional
        Levels of erosion by wind on the same grid; the worse of the two counts.

    Returns
    -------
    ConservationRate
        Rate and areas. Cells without data in one of the rasters are no land.

    Raises
    ------
    ParameterError
        If there are other levels, or areas below 0.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster has no CRS, or the two are not on one grid.
    NoDataError
        If there is no land.

    Notes
    -----
    Areas of cells are those of :func:`ecozoning.cell_area`. Dask rasters are read
    block by block; only counts by row are kept.

    Examples
    --------
    Shanggao: 120.18 of 1347.46 km² are eroded; the plan prints 91.1 %.

    >>> found = conservation_rate({"slight": 1227.28, "light": 120.18})
    >>> round(found.rate_percent, 2)
    91.08
    """
    levels = load_ruleset("sl190_2007")["wind_erosion"].levels
    if hasattr(intensity, "dims"):
        areas = _areas_of_cells(intensity, wind, levels)
    elif wind is None:
        areas = _areas_of_words(intensity, levels)
    else:
        msg = "`wind` is a raster, so `intensity` has to be one."
        raise ParameterError(msg)
    return _rate(areas, levels)


def _rate(areas: Floats, levels: tuple[Level, ...]) -> ConservationRate:
    land = float(areas.sum())
    if not land > 0:
        msg = "`intensity` has no land; see what cut it."
        raise NoDataError(msg)
    table = pd.DataFrame(
        {
            "level": [level.score for level in levels],
            "name": [level.flag for level in levels],
            "name_zh": [level.label for level in levels],
            "area_km2": areas,
            "share_percent": areas / land * 100,
        }
    )
    eroded = float(areas[1:].sum())
    return ConservationRate(
        (land - eroded) / land * 100, land - eroded, eroded, land, table
    )


def _areas_of_words(
    areas: Mapping[int | str, float] | pd.Series[float], levels: tuple[Level, ...]
) -> Floats:
    """Return the area of each level out of a table."""
    found = np.zeros(len(levels))
    places: dict[int | str, int] = {}
    for i, level in enumerate(levels):
        places |= dict.fromkeys(
            (level.score, level.flag, level.label_en, level.label), i
        )
    for key, area in dict(areas).items():
        good = np.isfinite(area) and area >= 0
        if key not in places or not good:
            told = ", ".join(level.flag for level in levels)
            msg = (
                f"`intensity` has {area!r} km2 of {key!r}, but areas >= 0 of {told} "
                "are needed."
            )
            raise ParameterError(msg)
        found[places[key]] += float(area)
    return found


def _areas_of_cells(
    intensity: Any,  # noqa: ANN401 -- a raster: it has dims
    wind: xr.DataArray | None,
    levels: tuple[Level, ...],
) -> Floats:
    """Return the area in km2 of the cells of each level."""
    rasters = {"intensity": intensity} | ({} if wind is None else {"wind": wind})
    check_same_grid(**rasters)
    grid = grid_of(intensity, name="intensity", metric=True)
    last = len(levels)
    known: Any = True
    worst: Any = 0
    for name, raster in rasters.items():
        data = raster.data
        here = (data == data) & (data != nodata_of(raster))
        sound = (data >= 1) & (data <= last) & (data == np.floor(data))
        strange = int((here & ~sound).sum())
        if strange:
            msg = f"`{name}` has {strange} values that are no level from 1 to {last}."
            raise ParameterError(msg)
        known = known & here
        worst = np.maximum(worst, data)
    per_row = [(known & (worst == level.score)).sum(axis=1) for level in levels]
    counts = np.asarray(np.stack(per_row), dtype=np.float64)
    return np.asarray(counts @ grid.cell_areas_m2() * convert(1.0, "m2", "km2"))
