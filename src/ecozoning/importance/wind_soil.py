"""Soil against the wind: erodible fraction, crust and roughness of RWEQ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import xarray as xr

from ecozoning._kernels.wind_erosion import crust, erodible_part, ridges
from ecozoning.raster.checks import check_positive
from ecozoning.raster.factors import Factor, bounds_of, cite, run_factors
from ecozoning.raster.values import as_raster, reads_around
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from pathlib import Path

    from ecozoning.rulesets import Ruleset

__all__ = ["erodible_fraction", "soil_crust", "soil_roughness"]

LEAST_CLAY = 0.1
"""Per cent; without clay the ratio of sand to clay has no value."""
MOST_RELIEF_M = 9000.0


@reads_around(0)
def erodible_fraction(
    sand: xr.DataArray,
    silt: xr.DataArray,
    clay: xr.DataArray,
    organic_matter: xr.DataArray,
    calcium_carbonate: xr.DataArray | float,
    *,
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return the fraction of soil that wind can carry, EF, by RWEQ [1]_ [2]_.

    .. math::

        EF = (29.09 + 0.31 sa + 0.17 si + 0.33 \, sa / cl
              - 2.59 \, OM - 0.95 \, CaCO_3) / 100

    Parameters
    ----------
    sand, silt, clay : xarray.DataArray, dims (y, x)
        Per cent of mass, 0 to 100; clay from 0.1 on.
    organic_matter : xarray.DataArray, dims (y, x)
        Per cent of mass, 0 to 100; 1.724 times organic carbon.
    calcium_carbonate : xarray.DataArray, dims (y, x), or float
        Per cent of mass, 0 to 100; one number if no raster is at hand, 0 for soil
        without lime.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the table ``erodible_fraction`` (known from memory, surely).

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        0 to 1, cut off there. NaN where an input has no value. Lazy if one is.

    Raises
    ------
    ParameterError
        If a part is beyond its range or infinite; if sand, silt or clay are in
        fractions: no value above 1, told in memory only.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    Notes
    -----
    The regression was made for soils of about 5 to 40 % clay; with hardly any, EF is 1.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, sand fixation.
    .. [2] Fryrear, D.W. et al. (1998). Revised Wind Erosion Equation (RWEQ). Technical
       Bulletin 1, Wind Erosion and Water Conservation Research Unit, USDA-ARS.

    Examples
    --------
    29.09 + 0.31 * 60 + 0.17 * 20 + 0.33 * 60 / 20 - 2.59 * 1 - 0.95 * 2 is 47.59.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> def cell(value):
    ...     return xr.DataArray([[value]], axes, ("y", "x")).rio.write_crs(4547)
    >>> erodible_fraction(cell(60.0), cell(20.0), cell(20.0), cell(1.0), 2.0).to_numpy()
    array([[0.4759]], dtype=float32)
    """
    rules = load_ruleset(ruleset)
    factors = [
        Factor("sand", sand, 0.0, 100.0, "%", percent=True),
        Factor("silt", silt, 0.0, 100.0, "%", percent=True),
        Factor("clay", clay, LEAST_CLAY, 100.0, "%", percent=True),
        Factor("organic_matter", organic_matter, 0.0, 100.0, "%"),
        Factor("calcium_carbonate", _spread(calcium_carbonate, sand), 0.0, 100.0, "%"),
    ]
    data = run_factors(
        erodible_part, factors, bounds_of(factors), _numbers(rules, "erodible_fraction")
    )
    made = as_raster(
        data,
        sand,
        name="erodible_fraction",
        units="1",
        long_name="fraction of soil that wind can carry, EF of RWEQ",
    )
    return cite(made, rules, "erodible_fraction")


@reads_around(0)
def soil_crust(
    clay: xr.DataArray,
    organic_matter: xr.DataArray,
    *,
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return how far a crust leaves soil to the wind, SCF, by RWEQ [1]_.

    .. math:: SCF = 1 / (1 + 0.0066 \, cl^2 + 0.021 \, OM^2)

    Parameters
    ----------
    clay : xarray.DataArray, dims (y, x)
        Per cent of mass, 0 to 100.
    organic_matter : xarray.DataArray, dims (y, x)
        Per cent of mass, 0 to 100; 1.724 times organic carbon.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the table ``soil_crust`` (known from memory, surely).

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Above 0 to 1, which is no crust. NaN where an input has no value. Lazy if one
        is.

    Raises
    ------
    ParameterError
        If a part is beyond 0 to 100 or infinite; if clay is in fractions: no value
        above 1, told in memory only.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in both rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, sand fixation.

    Examples
    --------
    1 / (1 + 0.0066 * 400 + 0.021 * 1) is 1 / 3.661.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> def cell(value):
    ...     return xr.DataArray([[value]], axes, ("y", "x")).rio.write_crs(4547)
    >>> soil_crust(cell(20.0), cell(1.0)).to_numpy().round(4)
    array([[0.2731]], dtype=float32)
    """
    rules = load_ruleset(ruleset)
    factors = [
        Factor("clay", clay, 0.0, 100.0, "%", percent=True),
        Factor("organic_matter", organic_matter, 0.0, 100.0, "%"),
    ]
    data = run_factors(
        crust, factors, bounds_of(factors), _numbers(rules, "soil_crust")
    )
    made = as_raster(
        data, clay, name="soil_crust", units="1", long_name="soil crust, SCF of RWEQ"
    )
    return cite(made, rules, "soil_crust")


@reads_around(0)
def soil_roughness(
    relief: xr.DataArray,
    *,
    length_m: float,
    random_roughness: xr.DataArray | float = 0.0,
    unit: Literal["m", "cm", "km"] = "m",
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return how far roughness leaves the land to the wind, K', by RWEQ [1]_.

    .. math::

        K' = e^{1.86 K_r - 2.41 K_r^{0.934} - 0.127 C_{rr}}, \quad
        K_r = 0.2 (\Delta H)^2 / L

    Parameters
    ----------
    relief : xarray.DataArray, dims (y, x)
        Difference of heights, m, 0 to 9000 (`ecozoning.local_relief`).
    length_m : float
        Length L within which the difference is, such as the side of the window of
        `local_relief`, m, > 0.
    random_roughness : xarray.DataArray, dims (y, x), or float, default 0
        :math:`C_{rr}`, cm, 0 to 100: that of clods; land that is not tilled is often
        given none.
    unit : {"m", "cm", "km"}
        Of :math:`K_r`. **Unsure**: the guide was not at hand, and sources differ, which
        changes K' greatly.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the tables ``soil_roughness`` and ``roughness_unit``.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Above 0 to 1, which is smooth. The curve falls up to a :math:`K_r` of about 18,
        then rises again, and is cut off at 1. NaN where an input has no value. Lazy if
        one is.

    Raises
    ------
    ParameterError
        If a raster is beyond its range or infinite, the length not above 0, or `unit`
        none of its words.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, sand fixation.

    Examples
    --------
    50 m within 500 m have a roughness of 1: exp(1.86 - 2.41) is 0.5769.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> relief = xr.DataArray([[0.0, 50]], axes, ("y", "x")).rio.write_crs(4547)
    >>> soil_roughness(relief, length_m=500).to_numpy().round(4)
    array([[1.    , 0.5769]], dtype=float32)
    """
    check_positive("length_m", length_m)
    rules = load_ruleset(ruleset)
    row = rules["roughness_unit"].row(unit)
    clods = _spread(random_roughness, relief)
    factors = [
        Factor("relief", relief, 0.0, MOST_RELIEF_M, "m"),
        Factor("random_roughness", clods, 0.0, 100.0, "cm"),
    ]
    terms = (*_numbers(rules, "soil_roughness"), float(length_m), row.scores[0])
    data = run_factors(ridges, factors, bounds_of(factors), terms)
    made = as_raster(
        data,
        relief,
        name="soil_roughness",
        units="1",
        long_name="roughness, K' of RWEQ",
    )
    made.attrs |= {"length_m": float(length_m), "unit_of_ridges": unit}
    made = cite(made, rules, "soil_roughness", "roughness_unit")
    made.attrs["unsure"] = f"roughness_unit {unit}" * (row.confidence == "unsure")
    return made


def _numbers(rules: Ruleset, table: str) -> tuple[float, ...]:
    """Return the numbers of a table in its order."""
    return tuple(row.scores[0] for row in rules[table].rows)


def _spread(value: xr.DataArray | float, like: xr.DataArray) -> xr.DataArray:
    """Return a raster, or a number as one."""
    if isinstance(value, xr.DataArray):
        return value
    flat = xr.full_like(like, float(value), dtype=np.float64)
    flat.attrs, flat.encoding = {}, {}
    return flat
