"""Vegetation against the wind: the factor C of RWEQ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning._kernels.wind_erosion import cover_decay
from ecozoning.errors import ParameterError
from ecozoning.raster.factors import Factor, bounds_of, cite, class_words, run_factors
from ecozoning.raster.values import as_raster, reads_around
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

    from ecozoning.rulesets import Ruleset, Table

__all__ = ["wind_cover_factor"]

TABLE = "wind_cover_decay"


@reads_around(0)
def wind_cover_factor(
    cover: xr.DataArray,
    cover_type: xr.DataArray,
    *,
    classes: Mapping[int, str] | None = None,
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return how far vegetation leaves the land to the wind, C, by RWEQ [1]_.

    .. math:: C = e^{a \cdot SC}

    with SC the cover in per cent, and a by type of cover: forest -0.1535, grassland
    -0.1151, shrub -0.0921, bare land -0.0768, sandy land -0.0658, farmland -0.0438.

    Parameters
    ----------
    cover : xarray.DataArray, dims (y, x)
        Vegetation cover, 0 to 1 (`ecozoning.vegetation_cover`).
    cover_type : xarray.DataArray, dims (y, x)
        Class of land cover, on the grid of `cover`.
    classes : mapping of int to str, optional
        What the numbers mean, in words of the table, English or Chinese; if left out,
        `flag_values` and `flag_meanings` of `cover_type` say it.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the table ``wind_cover_decay`` (known from memory, surely).

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Above 0 (full cover) to 1 (bare). NaN where an input has no value. Lazy if one
        is.

    Raises
    ------
    ParameterError
        If a cover is beyond 0 to 1, as per cent are; if a class has no word, or a word
        is not in the table.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in both rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, sand fixation.

    Examples
    --------
    Twenty per cent of grass: exp(-0.1151 * 20) is 0.1.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30]}
    >>> cover = xr.DataArray([[0.0, 0.2]], axes, ("y", "x")).rio.write_crs(4547)
    >>> grass = xr.ones_like(cover).astype("uint8")
    >>> wind_cover_factor(cover, grass, classes={1: "grassland"}).to_numpy().round(4)
    array([[1.    , 0.1001]], dtype=float32)
    """
    rules = load_ruleset(ruleset)
    words = class_words(cover_type, classes, name="cover_type")
    rates = _rates(rules[TABLE], words)
    named = ", ".join(f"{code}: {word}" for code, word in words.items())
    factors = [
        Factor("cover", cover, 0.0, 1.0, "", mend="divide per cent by 100"),
        Factor("cover_type", cover_type, mend=f"named are {named}; name them all"),
    ]
    codes = np.array(sorted(rates), np.float64)
    terms = (codes, np.array([rates[int(code)] for code in codes]))
    data = run_factors(cover_decay, factors, bounds_of(factors), terms)
    made = as_raster(
        data,
        cover,
        name="wind_cover_factor",
        units="1",
        long_name="factor of vegetation against the wind, C of RWEQ",
    )
    return cite(made, rules, TABLE)


def _rates(table: Table, words: Mapping[int, str]) -> dict[int, float]:
    """Return how fast each class of cover stops the wind."""
    known = {str(row.key): row.scores[0] for row in table.rows}
    known |= {row.name: row.scores[0] for row in table.rows}
    strangers = sorted(set(words.values()) - set(known))
    if strangers:
        told = ", ".join(str(row.key) for row in table.rows)
        msg = f"`classes` has {strangers[:5]}, but the table knows {told}; use these."
        raise ParameterError(msg)
    return {code: known[word] for code, word in words.items()}
