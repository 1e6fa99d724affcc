"""Water conservation (水源涵养): what the land keeps of its rain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ecozoning._kernels.factors import water_yield
from ecozoning.errors import ParameterError
from ecozoning.importance.indices import npp_index
from ecozoning.raster.factors import Factor, bounds_of, cite, class_words, run_factors
from ecozoning.raster.values import as_raster, reads_around
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from ecozoning.rulesets import Ruleset

    Unlisted = Literal["error", "nodata"]

__all__ = ["water_conservation", "water_conservation_npp"]

MOST_RAIN_MM = 30_000.0
"""More than any place on Earth has had in a year."""


@reads_around(0)
def water_conservation(
    precipitation: xr.DataArray,
    evapotranspiration: xr.DataArray,
    ecosystem: xr.DataArray,
    *,
    classes: Mapping[int, str] | None = None,
    unlisted: Unlisted = "error",
    negative: Literal["nodata", "keep"] = "nodata",
    ruleset: str | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return the water that land keeps in a year, by the water balance [1]_.

    .. math:: Q = P - R - ET, \quad R = \alpha P

    The runoff coefficient :math:`\alpha` is that of the type of ecosystem, table
    ``runoff_coefficient`` of the ruleset.

    Parameters
    ----------
    precipitation, evapotranspiration : xarray.DataArray, dims (y, x)
        Means of several years, mm/a, 0 to 30 000.
    ecosystem : xarray.DataArray, dims (y, x)
        Numbers of types of ecosystems.
    classes : mapping of int to str, optional
        What the numbers mean, in words of the table such as ``mixed_forest``; if left
        out, `flag_values` and `flag_meanings` of `ecosystem` say it.
    unlisted : {"error", "nodata"}
        What becomes of types that the table does not have, such as farmland: refused or
        left out.
    negative : {"nodata", "keep"}
        The guide leaves out cells where more water goes than comes; a balance of a
        whole area needs them.
    ruleset : str or Ruleset
        An id, a path or a loaded ruleset.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        In mm/a, lazy if an argument is. 1 mm on 1 km2 is 1000 m3.

    Raises
    ------
    ParameterError
        If an amount is negative, above 30 000 or infinite, if a class has no word, or
        a word is not in the table while `unlisted` is ``"error"``.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] Ministry of Environmental Protection, National Development and Reform
       Commission (2017). Guide to delineating ecological conservation redlines.

    Examples
    --------
    Of 1000 mm a mixed forest loses 2.29 % as runoff; 977.1 less 600 is 377.1.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> rain = xr.DataArray([[1000.0, 1000]], axes, ("y", "x")).rio.write_crs(4547)
    >>> kinds = xr.zeros_like(rain).astype("uint8") + 3
    >>> kept = water_conservation(
    ...     rain, rain * 0 + 600, kinds, classes={3: "mixed_forest"}
    ... )
    >>> kept.to_numpy().round(1)
    array([[377.1, 377.1]], dtype=float32)
    """
    if unlisted not in ("error", "nodata") or negative not in ("nodata", "keep"):
        msg = (
            f"`unlisted` is {unlisted!r} and `negative` {negative!r}, but 'error' or "
            "'nodata', and 'nodata' or 'keep', are needed."
        )
        raise ParameterError(msg)
    rules = load_ruleset(ruleset) if isinstance(ruleset, str) else ruleset
    words = class_words(ecosystem, classes, name="ecosystem")
    kept = _kept(rules, words, unlisted)
    named = ", ".join(f"{code}: {word}" for code, word in words.items())
    factors = [
        Factor("precipitation", precipitation, 0.0, MOST_RAIN_MM, "mm/a"),
        Factor("evapotranspiration", evapotranspiration, 0.0, MOST_RAIN_MM, "mm/a"),
        Factor("ecosystem", ecosystem, mend=f"named are {named}; name them all"),
    ]
    codes, parts = np.array(sorted(kept), np.float64), [kept[k] for k in sorted(kept)]
    least = 0.0 if negative == "nodata" else -np.inf
    data = run_factors(
        water_yield, factors, bounds_of(factors), codes, np.array(parts), least
    )
    made = as_raster(
        data,
        precipitation,
        name="water_conservation",
        units="mm a-1",
        long_name="water conservation, by water balance",
    )
    made.attrs["method"] = "P - R - ET"
    return cite(made, rules, "runoff_coefficient")


def _kept(
    rules: Ruleset, words: Mapping[int, str], unlisted: Unlisted
) -> dict[int, float]:
    """Return the part of its rain that each class does not lose as runoff."""
    table = rules["runoff_coefficient"]
    share = {str(row.key): 1.0 - row.scores[0] / 100.0 for row in table.rows}
    strangers = sorted(set(words.values()) - set(share))
    if strangers and unlisted == "error":
        msg = (
            f"`ecosystem` has classes {strangers[:5]}, which have no coefficient in "
            "table 'runoff_coefficient'; call them by words of the table in "
            "`classes`, or leave them out with `unlisted='nodata'`."
        )
        raise ParameterError(msg)
    return {code: share.get(word, float("nan")) for code, word in words.items()}


@reads_around(0)
def water_conservation_npp(
    npp: xr.DataArray,
    *,
    infiltration: xr.DataArray,
    precipitation: xr.DataArray,
    slope: xr.DataArray,
) -> xr.DataArray:
    r"""
    Return an index of water conservation from net primary production [1]_.

    .. math:: WR = NPP \, F_{sic} \, F_{pre} \, (1 - F_{slo})

    Parameters
    ----------
    npp : xarray.DataArray, dims (y, x)
        Mean net primary production of several years, 0 or more, in any unit.
    infiltration, precipitation, slope : xarray.DataArray, dims (y, x)
        Infiltration of the soil, precipitation and slope, each brought to 0 to 1, see
        `normalised`.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Without a unit, to be compared within one study; lazy if an argument is.

    Raises
    ------
    ParameterError
        If `npp` is negative, or another factor is beyond 0 to 1, as degrees are.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] Ministry of Environmental Protection, National Development and Reform
       Commission (2017). Guide to delineating ecological conservation redlines.

    Examples
    --------
    400 by 0.5 by 0.5 by 1 - 0.25 is 75.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> npp = xr.DataArray([[400.0, 400]], axes, ("y", "x")).rio.write_crs(4547)
    >>> half = xr.full_like(npp, 0.5)
    >>> water_conservation_npp(
    ...     npp, infiltration=half, precipitation=half, slope=half / 2
    ... ).to_numpy()
    array([[75., 75.]], dtype=float32)
    """
    parts = {"infiltration": infiltration, "precipitation": precipitation}
    return npp_index(npp, parts, {"slope": slope}, name="water_conservation")
