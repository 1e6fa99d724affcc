"""Intensity of erosion by water and by wind, six levels of SL 190."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.raster.factors import cite
from ecozoning.raster.steps import class_step, interval_step, level_raster, run_steps
from ecozoning.raster.values import reads_around
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

    from ecozoning.raster.steps import Step
    from ecozoning.rulesets import Ruleset, Table

__all__ = ["erosion_intensity", "wind_erosion_intensity"]

CROPLAND = {0: "other", 1: "cropland"}


@reads_around(0)
def erosion_intensity(
    modulus: xr.DataArray | None = None,
    *,
    slope: xr.DataArray | None = None,
    cover: xr.DataArray | None = None,
    cropland: xr.DataArray | None = None,
    region: str | None = None,
    ruleset: str | Path | Ruleset = "sl190_2007",
) -> xr.DataArray:
    """
    Grade erosion by water: by soil loss, or by slope and cover.

    Levels are those of SL 190 [1]_. By soil loss the first begins above the tolerance
    of the region. Where it was not measured, sheet erosion is read from a matrix of
    slope and cover; on cropland on slopes the slope alone decides.

    Parameters
    ----------
    modulus : xarray.DataArray, dims (y, x), optional
        Soil loss in t/(km² a), which is 100 times t/(hm² a), >= 0.
    slope : xarray.DataArray, dims (y, x), optional
        Degrees, 0 to 90; with `cover`, in place of `modulus`.
    cover : xarray.DataArray, dims (y, x), optional
        Vegetation cover as a fraction, 0 to 1.
    cropland : xarray.DataArray, dims (y, x), optional
        1 on cropland, 0 elsewhere; or a class raster with the words ``cropland`` and
        ``other``. Needs cover too.
    region : str, optional
        Needed with `modulus`: a category of the table `soil_loss_tolerance`, e.g.
        ``southern_red_soil`` or 南方红壤丘陵区.
    ruleset : str, pathlib.Path or Ruleset, default "sl190_2007"
        With the tables named here.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        1 ``slight``, 2 ``light``, 3 ``moderate``, 4 ``intense``, 5 ``very_intense``, 6
        ``severe``. Nodata is 255. Lazy if a raster is.

    Raises
    ------
    ParameterError
        If neither `modulus` nor slope and cover are given, or both; if the region is
        missing or unknown; if values are beyond their range, infinite, or in t/hm² by
        their own `units`.
    MissingCRSError, CRSMismatchError, GridMismatchError, NoDataError
        If rasters are not on one grid, or have no cell in common.

    Notes
    -----
    Ends of classes are those of :doc:`/rulesets`: 2 500 is light, 8° belongs to 5-8°,
    a cover of 0.6 to 0.6-0.75.

    References
    ----------
    .. [1] 水利部 (2008). 土壤侵蚀分类分级标准. SL 190-2007.

    Examples
    --------
    On the red soil of the south up to 500 t/(km² a) are slight.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60, 90]}
    >>> loss = xr.DataArray([[400.0, 500, 8000, 20000]], axes, ("y", "x"))
    >>> loss = loss.rio.write_crs(4547)
    >>> erosion_intensity(loss, region="southern_red_soil").to_numpy()
    array([[1, 2, 4, 6]], dtype=uint8)
    """
    rules = load_ruleset(ruleset)
    if modulus is not None and slope is None and cover is None and cropland is None:
        _check_units(modulus)
        table = rules.choose("water_erosion", _tolerance(rules, region))
        tables = ["soil_loss_tolerance", table.id]
        steps = [_step("modulus", modulus, table)]
        like = modulus
    elif modulus is None and slope is not None and cover is not None:
        tables = ["sheet_erosion"]
        tables += [] if cropland is None else ["slope_farmland_erosion"]
        steps = _sheet_steps(rules, slope, cover, cropland)
        like = slope
    else:
        msg = (
            "either `modulus`, or `slope` and `cover` with or without `cropland`, are "
            "needed, not both."
        )
        raise ParameterError(msg)
    return _graded(steps, like, rules, tables, kind="water")


@reads_around(0)
def wind_erosion_intensity(
    *,
    cover: xr.DataArray | None = None,
    depth: xr.DataArray | None = None,
    modulus: xr.DataArray | None = None,
    ruleset: str | Path | Ruleset = "sl190_2007",
) -> xr.DataArray:
    """
    Grade erosion by wind by one of its three measures.

    Parameters
    ----------
    cover : xarray.DataArray, dims (y, x), optional
        Vegetation cover as a fraction, 0 to 1. It cannot tell ``severe`` from
        ``very_intense``, and gives the latter.
    depth : xarray.DataArray, dims (y, x), optional
        What the wind takes away, mm a year, >= 0.
    modulus : xarray.DataArray, dims (y, x), optional
        Soil loss in t/(km² a), >= 0.
    ruleset : str, pathlib.Path or Ruleset, default "sl190_2007"
        With the tables `wind_erosion_cover`, `wind_erosion_depth`, `wind_erosion`.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        1 ``slight`` to 6 ``severe`` as of `erosion_intensity`.

    Raises
    ------
    ParameterError
        If not exactly one raster is given, or values are beyond their range.
    MissingCRSError, NoDataError
        If the raster has no CRS, or no value.

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> cover = xr.DataArray([[0.05, 0.5, 0.8]], axes, ("y", "x")).rio.write_crs(4547)
    >>> wind_erosion_intensity(cover=cover).to_numpy()
    array([[5, 2, 1]], dtype=uint8)
    """
    given = {
        name: (table, raster)
        for name, table, raster in (
            ("cover", "wind_erosion_cover", cover),
            ("depth", "wind_erosion_depth", depth),
            ("modulus", "wind_erosion", modulus),
        )
        if raster is not None
    }
    if len(given) != 1:
        msg = (
            f"{list(given) or 'nothing'} was given; give one of cover, depth, modulus."
        )
        raise ParameterError(msg)
    rules = load_ruleset(ruleset)
    name, (table, raster) = next(iter(given.items()))
    if name == "modulus":
        _check_units(raster)
    steps = [_step(name, raster, rules[table])]
    return _graded(steps, raster, rules, [table], kind="wind")


def _graded(
    steps: list[Step],
    like: xr.DataArray,
    rules: Ruleset,
    tables: list[str],
    *,
    kind: str,
) -> xr.DataArray:
    """Return levels as a raster that says where they are from."""
    raster = level_raster(
        run_steps(steps),
        like,
        rules[tables[-1]].levels,
        name=f"{kind}_erosion_intensity",
        long_name=f"intensity of erosion by {kind}",
    )
    return cite(raster, rules, *tables)


def _step(name: str, raster: xr.DataArray, table: Table) -> Step:
    """Return the one step of a table of intervals."""
    return interval_step(name, raster, table, table.scores()[:, None])


def _sheet_steps(
    rules: Ruleset,
    slope: xr.DataArray,
    cover: xr.DataArray,
    cropland: xr.DataArray | None,
) -> list[Step]:
    """Return slope as classes, moved up on cropland, and cover that turns them over."""
    sheet = rules["sheet_erosion"]
    matrix = sheet.scores()
    classes = matrix.shape[1]
    numbers = np.arange(1, classes + 1, dtype=np.uint8)
    steps = [interval_step("slope", slope, _columns_of(sheet), numbers[:, None])]
    if cropland is not None:
        moved = {"other": numbers, "cropland": numbers + classes}
        steps.append(class_step("cropland", cropland, _words(cropland), moved))
        farmland = _farmland_scores(rules, sheet)
        matrix = np.hstack([matrix, np.tile(farmland, (matrix.shape[0], 1))])
    return [*steps, interval_step("cover", cover, sheet, matrix)]


def _columns_of(matrix: Table) -> Table:
    """Return the columns of a matrix as the rows of a table."""
    rows = tuple(
        replace(matrix.rows[0], key=column.key, scores=(float(i),))
        for i, column in enumerate(matrix.columns, start=1)
    )
    unit = matrix.column_unit
    return replace(matrix, unit=unit, kind="intervals", rows=rows, columns=())


def _farmland_scores(rules: Ruleset, sheet: Table) -> Any:  # noqa: ANN401 -- an array
    """Return the level of farmland in each class of slope of the matrix."""
    table = rules["slope_farmland_erosion"]
    keys = {str(row.key): row.scores[0] for row in table.rows}
    wanted = [str(column.key) for column in sheet.columns]
    if sorted(keys) != sorted(wanted):
        msg = (
            f"in ruleset {rules.id!r} `slope_farmland_erosion` has the slopes "
            f"{list(keys)} but `sheet_erosion` {wanted}; give both the same."
        )
        raise ParameterError(msg)
    return np.array([keys[key] for key in wanted], dtype=np.uint8)


def _words(cropland: xr.DataArray) -> Mapping[int, str] | None:
    return None if "flag_meanings" in cropland.attrs else CROPLAND


def _tolerance(rules: Ruleset, region: str | None) -> str:
    """Return the tolerable soil loss of a region, as options are called."""
    table = rules["soil_loss_tolerance"]
    names = {row.name: str(row.key) for row in table.rows}
    keys = list(names.values())
    key = names.get(str(region), region)
    if key not in keys:
        msg = (
            f"`region` is {region!r}, but the tolerance of soil loss depends on it; "
            f"use one of {', '.join(keys)}."
        )
        raise ParameterError(msg)
    return f"{table.value(key):g}"


def _check_units(modulus: xr.DataArray) -> None:
    """Refuse soil loss that says itself that it is per hectare."""
    units = str(modulus.attrs.get("units", ""))
    if any(word in units for word in ("hm2", "hm²", "ha")):
        msg = (
            f"`modulus` is in {units!r} by its own `units`, but t/(km2 a) is needed: "
            "`(modulus * 100).assign_attrs(units='t/(km2 a)')`."
        )
        raise ParameterError(msg)
