"""Sensitivity of what lies under the soil: rocky desertification, salinization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.raster.grid import grid_of
from ecozoning.raster.values import is_lazy, nodata_of
from ecozoning.rulesets import load_ruleset
from ecozoning.sensitivity.grading import graded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

    from ecozoning.rulesets import Ruleset
    from ecozoning.sensitivity.grading import Sensitivity

    Codes = Mapping[int, str] | None

__all__ = ["rocky_desertification", "salinization"]

KARST: Final = {
    "carbonate_share": "carbonate_share",
    "slope": "karst_slope",
    "cover": "vegetation_cover",
}
SALT: Final = {
    "evaporation_ratio": "evaporation_ratio",
    "groundwater_salinity": "groundwater_salinity",
    "groundwater_depth": "groundwater_depth",
    "soil": "salinization_soil",
}


def rocky_desertification(
    *,
    carbonate_share: xr.DataArray,
    slope: xr.DataArray,
    cover: xr.DataArray,
    ruleset: str | Path | Ruleset = "redline2017",
    cuts: str | None = None,
) -> Sensitivity:
    r"""
    Return how sensitive karst is to rocky desertification (石漠化敏感性).

    .. math:: S = (D \cdot P \cdot C)^{1/3}

    of scores, as `water_erosion`, by the tables of the ruleset [1]_.

    Parameters
    ----------
    carbonate_share : xarray.DataArray, dims (y, x)
        Outcrop of carbonate rock in per cent, 0 to 100. A raster in memory with no
        value above 1 and some between 0 and 1 is taken for fractions and refused.
    slope : xarray.DataArray, dims (y, x)
        Degrees, 0 to 90 (`ecozoning.slope`).
    cover : xarray.DataArray, dims (y, x)
        Vegetation cover, 0 to 1.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        As `water_erosion`.
    cuts : str, optional
        As `water_erosion`.

    Returns
    -------
    Sensitivity
        As `water_erosion`.

    Raises
    ------
    ParameterError, MissingCRSError, CRSMismatchError, GridMismatchError, NoDataError
        As `water_erosion`; also if `carbonate_share` looks like fractions.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, sensitivity to rocky desertification.

    Examples
    --------
    Scores 5, 5, 3 have the product 75, the index 4.22.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> def cell(value):
    ...     return xr.DataArray([[value]], axes, ("y", "x")).rio.write_crs(4547)
    >>> karst = rocky_desertification(
    ...     carbonate_share=cell(80.0), slope=cell(25.0), cover=cell(0.4)
    ... )
    >>> int(karst.level[0, 0]), karst.level.attrs["flag_meanings"].split()[2]
    (3, 'extremely_sensitive')
    """
    grid_of(carbonate_share, name="carbonate_share")
    _refuse_fractions(carbonate_share, "carbonate_share")
    rasters = {"carbonate_share": carbonate_share, "slope": slope, "cover": cover}
    return graded(
        "rocky_desertification",
        rasters,
        KARST,
        ruleset=load_ruleset(ruleset),
        cuts=cuts,
        codes={},
    )


def salinization(
    *,
    evaporation_ratio: xr.DataArray,
    groundwater_salinity: xr.DataArray,
    groundwater_depth: xr.DataArray,
    soil: xr.DataArray,
    soil_codes: Codes = None,
    ruleset: str | Path | Ruleset = "dual2019draft",
    cuts: str | None = None,
) -> Sensitivity:
    r"""
    Return how sensitive land is to salinization (盐渍化敏感性).

    .. math:: S = (I \cdot M \cdot D \cdot K)^{1/4}

    of scores, as `water_erosion`. The tables are those of public code that implements
    the draft of 2019; the red-line guide has none.

    Parameters
    ----------
    evaporation_ratio : xarray.DataArray, dims (y, x)
        Evaporation over precipitation, >= 0.
    groundwater_salinity : xarray.DataArray, dims (y, x)
        Dissolved salts in g/L, >= 0.
    groundwater_depth : xarray.DataArray, dims (y, x)
        Metres from the surface down to groundwater, >= 0.
    soil : xarray.DataArray, dims (y, x)
        Class of soil texture: sand, clay, clay_loam, loam, sandy_loam.
    soil_codes : mapping of int to str, optional
        Category of table ``salinization_soil`` for each code of `soil`, unless its
        flags say it.
    ruleset : str, pathlib.Path or Ruleset, default "dual2019draft"
        One that has the tables.
    cuts : str, optional
        As `water_erosion`; or ``"salinization_level"``, the five levels of the draft.
        Those are cuts of scores up to 9: with its own scores, up to 5, they only give
        levels 1 and 2.

    Returns
    -------
    Sensitivity
        As `water_erosion`.

    Raises
    ------
    ParameterError, MissingCRSError, CRSMismatchError, GridMismatchError, NoDataError
        As `water_erosion`.

    Examples
    --------
    Scores 5, 3, 5, 5: the product is 375, the index 4.40.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> def cell(value):
    ...     return xr.DataArray([[value]], axes, ("y", "x")).rio.write_crs(4547)
    >>> salt = salinization(
    ...     evaporation_ratio=cell(40.0),
    ...     groundwater_salinity=cell(6.0),
    ...     groundwater_depth=cell(1.0),
    ...     soil=cell(3),
    ...     soil_codes={3: "sandy_loam"},
    ... )
    >>> int(salt.level[0, 0])
    3
    """
    rasters = {
        "evaporation_ratio": evaporation_ratio,
        "groundwater_salinity": groundwater_salinity,
        "groundwater_depth": groundwater_depth,
        "soil": soil,
    }
    return graded(
        "salinization",
        rasters,
        SALT,
        ruleset=load_ruleset(ruleset),
        cuts=cuts,
        codes={"soil": soil_codes},
    )


def _refuse_fractions(raster: xr.DataArray, name: str) -> None:
    """Refuse percentages that are all 0 to 1 and not only 0 and 1, if in memory."""
    if is_lazy([raster]) or raster.dtype.kind != "f":
        return
    values = raster.to_numpy()
    nodata = nodata_of(raster)
    known = values[values != nodata] if nodata == nodata else values
    highest = np.fmax.reduce(known, axis=None, initial=0)
    if highest <= 1 and ((known > 0) & (known < 1)).any():
        msg = (
            f"`{name}` goes up to {highest:g}, which looks like fractions, but per "
            f"cent are needed; use `{name} * 100`."
        )
        raise ParameterError(msg)
