"""Sensitivity to erosion: by water, and by wind that moves sand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecozoning.rulesets import load_ruleset
from ecozoning.sensitivity.grading import graded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

    from ecozoning.rulesets import Ruleset
    from ecozoning.sensitivity.grading import Sensitivity

    Codes = Mapping[int, str] | None

__all__ = ["desertification", "water_erosion"]

WATER: Final = {
    "rainfall_erosivity": "rainfall_erosivity",
    "soil": "soil_erodibility",
    "relief": "local_relief",
    "cover": "vegetation_cover",
}
SAND: Final = {
    "aridity": "aridity",
    "windy_days": "windy_days",
    "soil": "surface_soil",
    "cover": "vegetation_cover",
}


def water_erosion(
    *,
    rainfall_erosivity: xr.DataArray,
    soil: xr.DataArray,
    relief: xr.DataArray,
    cover: xr.DataArray,
    soil_codes: Codes = None,
    ruleset: str | Path | Ruleset = "redline2017",
    cuts: str | None = None,
) -> Sensitivity:
    r"""
    Return how sensitive land is to soil loss by water (水土流失敏感性).

    Each factor is scored by a table of the ruleset [1]_; the index is the geometric
    mean of the scores, and its level is looked up by their product:

    .. math:: SS = (R \cdot K \cdot LS \cdot C)^{1/4}

    Parameters
    ----------
    rainfall_erosivity : xarray.DataArray, dims (y, x)
        R in MJ mm/(hm2 h a), >= 0.
    soil : xarray.DataArray, dims (y, x)
        Class of soil texture, which stands for K. CRS and grid as the others.
    relief : xarray.DataArray, dims (y, x)
        Local relief in metres, >= 0 (`ecozoning.local_relief`); it stands for LS.
    cover : xarray.DataArray, dims (y, x)
        Vegetation cover, 0 to 1 (`ecozoning.vegetation_cover`).
    soil_codes : mapping of int to str, optional
        Category of table ``soil_erodibility``, English or Chinese, for each code of
        `soil`. Left out, the `flag_values` and `flag_meanings` of `soil` say it.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        Three levels; ``"eco2003"`` has five; or your own.
    cuts : str, optional
        Option of the choice ``index_cuts``: ``"2/4"`` or ``"thirds"``. Left out, the
        default of the ruleset.

    Returns
    -------
    Sensitivity
        With `level`, `rules`, and on demand `index` and `scores`. Lazy if a factor is.

    Raises
    ------
    ParameterError
        If a factor has values outside its table, such as a cover of 60, or a class that
        nothing names; if the ruleset has no such table or option. What is wrong with
        the values of a lazy raster is said when it is computed.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster has no CRS, or two are not on one grid.
    NoDataError
        If no cell has a value in all factors, in memory.

    References
    ----------
    .. [1] Ministry of Environmental Protection, National Development and Reform
       Commission (2017). Guide to delineating ecological conservation redlines
       (环办生态〔2017〕48号), sensitivity to soil loss by water.

    Examples
    --------
    Scores 5, 3, 1, 1 have the index 15 ** 0.25 = 1.97, and 5, 3, 3, 5 the index 3.87.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> def raster(*row):
    ...     return xr.DataArray([list(row)], axes, ("y", "x")).rio.write_crs(4547)
    >>> erosion = water_erosion(
    ...     rainfall_erosivity=raster(700.0, 700),
    ...     soil=raster(1, 1),
    ...     relief=raster(20.0, 120),
    ...     cover=raster(0.7, 0.1),
    ...     soil_codes={1: "loam"},
    ... )
    >>> erosion.level.to_numpy()
    array([[1, 2]], dtype=uint8)
    >>> erosion.index().to_numpy().round(2)
    array([[1.97, 3.87]], dtype=float32)
    """
    rasters = {
        "rainfall_erosivity": rainfall_erosivity,
        "soil": soil,
        "relief": relief,
        "cover": cover,
    }
    return graded(
        "water_erosion",
        rasters,
        WATER,
        ruleset=load_ruleset(ruleset),
        cuts=cuts,
        codes={"soil": soil_codes},
    )


def desertification(
    *,
    aridity: xr.DataArray,
    windy_days: xr.DataArray,
    soil: xr.DataArray,
    cover: xr.DataArray,
    soil_codes: Codes = None,
    ruleset: str | Path | Ruleset = "redline2017",
    cuts: str | None = None,
) -> Sensitivity:
    r"""
    Return how sensitive land is to desertification by sand (土地沙化敏感性).

    .. math:: D = (I \cdot W \cdot K \cdot C)^{1/4}

    of scores, as `water_erosion`, by the tables of the ruleset [1]_.

    Parameters
    ----------
    aridity : xarray.DataArray, dims (y, x)
        Index of aridity, >= 0 (`aridity_index`).
    windy_days : xarray.DataArray, dims (y, x)
        Days of winter and spring with wind that moves sand, 0 to 366.
    soil : xarray.DataArray, dims (y, x)
        Class of the surface: bedrock, clayey, gravelly, loamy, sandy.
    cover : xarray.DataArray, dims (y, x)
        Vegetation cover, 0 to 1.
    soil_codes : mapping of int to str, optional
        Category of table ``surface_soil`` for each code of `soil`, unless its flags say
        it.
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
        As `water_erosion`.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, sensitivity to desertification.

    Examples
    --------
    Scores 3, 5, 5, 3: the product is 225, which the two rules grade differently.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> def cell(value):
    ...     return xr.DataArray([[value]], axes, ("y", "x")).rio.write_crs(4547)
    >>> factors = {
    ...     "aridity": cell(4.0),
    ...     "windy_days": cell(30),
    ...     "soil": cell(9),
    ...     "cover": cell(0.3),
    ... }
    >>> [
    ...     int(
    ...         desertification(**factors, soil_codes={9: "沙质"}, cuts=cuts).level[
    ...             0, 0
    ...         ]
    ...     )
    ...     for cuts in ("2/4", "thirds")
    ... ]
    [2, 3]
    """
    rasters = {
        "aridity": aridity,
        "windy_days": windy_days,
        "soil": soil,
        "cover": cover,
    }
    return graded(
        "desertification",
        rasters,
        SAND,
        ruleset=load_ruleset(ruleset),
        cuts=cuts,
        codes={"soil": soil_codes},
    )
