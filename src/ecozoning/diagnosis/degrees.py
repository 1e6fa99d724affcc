"""Degrees of sandy and of rocky desertification, four each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ecozoning.raster.factors import cite
from ecozoning.raster.steps import interval_step, level_raster, run_steps
from ecozoning.raster.values import reads_around
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from ecozoning.rulesets import Ruleset, Table

__all__ = ["rocky_desertification_degree", "sandy_land_degree"]


@reads_around(0)
def sandy_land_degree(
    cover: xr.DataArray,
    *,
    climate: Literal["arid", "subhumid"],
    ruleset: str | Path | Ruleset = "gbt24255_2009",
) -> xr.DataArray:
    """
    Grade sandy land by its vegetation cover (沙化程度).

    Cover of 0.4, 0.25 and 0.1 parts the degrees in arid and semi-arid climate, 0.5, 0.3
    and 0.1 elsewhere [1]_. **Unsure**: the standard was not at hand.

    Parameters
    ----------
    cover : xarray.DataArray, dims (y, x)
        Vegetation cover of sandy land, 0 to 1, in any CRS; other land as nodata, e.g.
        ``cover.where(sandy)``. NumPy or Dask.
    climate : {"arid", "subhumid"}
        Which column: arid and semi-arid regions, or others.
    ruleset : str, pathlib.Path or Ruleset, default "gbt24255_2009"
        With the choice ``climate`` and its tables.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        1 ``light``, 2 ``moderate``, 3 ``severe``, 4 ``very_severe``. Nodata is 255.
        Lazy if `cover` is.

    Raises
    ------
    ParameterError
        If a cover is beyond 0 to 1, as per cent are, or `climate` none of its words.
    MissingCRSError, NoDataError
        If the raster has no CRS, or no value.

    References
    ----------
    .. [1] GB/T 24255-2009, degrees of desertification.

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> cover = xr.DataArray([[0.05, 0.3, 0.45]], axes, ("y", "x")).rio.write_crs(4547)
    >>> sandy_land_degree(cover, climate="arid").to_numpy()
    array([[4, 2, 1]], dtype=uint8)
    >>> sandy_land_degree(cover, climate="subhumid").to_numpy()
    array([[4, 2, 2]], dtype=uint8)
    """
    rules = load_ruleset(ruleset)
    table = rules.choose("climate", climate)
    return _graded("cover", cover, table, rules, told="sandy_land_degree")


@reads_around(0)
def rocky_desertification_degree(
    score: xr.DataArray, *, ruleset: str | Path | Ruleset = "lyt1840"
) -> xr.DataArray:
    """
    Grade rocky desertification by its total score (石漠化程度).

    The score is the sum of those of bedrock, type of vegetation, cover and depth of
    soil [1]_; how each is scored is not on record. What comes out has the words of the
    table ``rocky_desertification`` of ``dual2020``.

    Parameters
    ----------
    score : xarray.DataArray, dims (y, x)
        Total score, 0 to 100, of land with rocky desertification; other land as nodata.
        In any CRS, NumPy or Dask.
    ruleset : str, pathlib.Path or Ruleset, default "lyt1840"
        With the table ``degree`` (from memory, surely).

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        1 ``light`` (up to 45), 2 ``moderate`` (to 60), 3 ``severe`` (to 75), 4
        ``very_severe``. Nodata is 255. Lazy if `score` is.

    Raises
    ------
    ParameterError
        If a score is beyond 0 to 100.
    MissingCRSError, NoDataError
        If the raster has no CRS, or no value.

    References
    ----------
    .. [1] LY/T 1840, degrees of rocky desertification.

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> score = xr.DataArray([[45.0, 46, 90]], axes, ("y", "x")).rio.write_crs(4547)
    >>> rocky_desertification_degree(score).to_numpy()
    array([[1, 2, 4]], dtype=uint8)
    """
    rules = load_ruleset(ruleset)
    told = "rocky_desertification_degree"
    return _graded("score", score, rules["degree"], rules, told=told)


def _graded(
    name: str, raster: xr.DataArray, table: Table, rules: Ruleset, *, told: str
) -> xr.DataArray:
    """Return the scores of one table as classes that say where they are from."""
    made = level_raster(
        run_steps([interval_step(name, raster, table, table.scores()[:, None])]),
        raster,
        table.levels,
        name=told,
        long_name=told.replace("_", " "),
    )
    return cite(made, rules, table.id)
