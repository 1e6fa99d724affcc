"""Dominant function, dominant problem and mode of restoration of units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecozoning._validation import check_polygons
from ecozoning.errors import SchemaError
from ecozoning.overlay.zonal_request import check_rule
from ecozoning.rulesets import load_ruleset
from ecozoning.zoning.dominance import dominant
from ecozoning.zoning.unit_modes import unit_modes
from ecozoning.zoning.unit_scores import check_roles, unit_scores

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd
    import xarray as xr

    from ecozoning.overlay.zonal_request import Rule
    from ecozoning.rulesets import Ruleset

__all__ = ["assign"]


def assign(
    units: gpd.GeoDataFrame,
    rasters: Mapping[str, xr.DataArray],
    rules: str | Path | Ruleset = "zone_units",
    *,
    rule: Rule = "exact",
) -> gpd.GeoDataFrame:
    r"""
    Give units their dominant function and problem, and a mode of restoration.

    The score of a unit is the mean of a raster over its valid cells, from 0 to 1. In a
    raster of classes a cell has the score of its class in the table `class_scores`;
    with scores of 0 and 1 that is the share of high classes. The dominant function is
    the one with the greatest score,

    .. math:: f^* = \arg\max_f s_f, \qquad m = s_{f^*} - \max_{f \ne f^*} s_f,

    with the margin :math:`m`; of equals, to six decimals, the first in the table
    `functions`. It is ``none`` below `least_score`. Problems likewise. From `damage`
    and `resilience` follow degrees, and from these the mode of the guide (see
    `restoration_mode`), unless `mode_by_function`, or with the last word
    `mode_by_problem`, has another for the function or the problem at that degree of
    damage; then `basis` is ``added``. All but the mode of the guide is our own
    proposal, and data: give your own TOML.

    Parameters
    ----------
    units : geopandas.GeoDataFrame
        Townships, villages, basins, or squares of `grid_units`: valid polygons, unique
        index, in the CRS of the rasters.
    rasters : mapping of str to xarray.DataArray, dims (y, x)
        By names of the tables `functions` and `problems`, and ``damage`` (more is
        worse) with ``resilience``: scores from 0 to 1, or classes with `flag_meanings`.
        They need not share a grid. NumPy or Dask.
    rules : str, pathlib.Path or Ruleset, default "zone_units"
        The tables named above.
    rule : {"exact", "centre"}, default "exact"
        Which cells a unit holds, see `zonal`.

    Returns
    -------
    geopandas.GeoDataFrame
        On the index of `units`, with its columns and `score_<raster>`, `function`,
        `function_zh`, `function_margin`, `second_function`, the same for `problem`,
        `damage`, `resilience`, `mode`, `mode_zh`, `basis`, `basis_zh`, `covered_share`
        (the least part of the unit that a raster has values for) and `missing`: the
        rasters without any valid cell there. Where one of the functions is missing
        there is no dominant function, since it might have been that; likewise
        problems, and the mode. Without damage and resilience there is no mode.

    Raises
    ------
    ParameterError
        If a name of `rasters` is not in the tables, damage comes without resilience, a
        raster has values outside 0 to 1 or classes without a score.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster or `units` has no CRS, or another.
    NoDataError, GeometryError, SchemaError
        If `units` or a raster is empty, a polygon invalid, a label there twice, or the
        ruleset cannot be read.

    Warns
    -----
    SmallZonesWarning
        If units hold less than 50 centres by the rule ``"centre"``.

    Examples
    --------
    Two units of four cells each: the west stores water, the east holds soil.

    >>> import geopandas as gpd, rioxarray, shapely, xarray as xr
    >>> def raster(values):
    ...     axes = {"y": [45.0, 15], "x": [15.0, 45, 75, 105]}
    ...     return xr.DataArray([values] * 2, axes, ("y", "x")).rio.write_crs(4547)
    >>> boxes = [shapely.box(0, 0, 60, 60), shapely.box(60, 0, 120, 60)]
    >>> units = gpd.GeoDataFrame(geometry=boxes, crs=4547)
    >>> found = assign(
    ...     units,
    ...     {
    ...         "water_conservation": raster([0.9, 0.7, 0.2, 0.2]),
    ...         "soil_retention": raster([0.1, 0.3, 0.6, 0.8]),
    ...     },
    ... )
    >>> found[["function", "function_margin", "second_function"]].round(2)
                 function  function_margin     second_function
    0  water_conservation              0.6      soil_retention
    1      soil_retention              0.5  water_conservation
    """
    tables = load_ruleset(rules)
    check_rule(rule)
    units = check_polygons(units, name="units")
    check_roles(rasters, tables)
    found = {
        name: unit_scores(units, raster, name=name, rules=tables, rule=rule)
        for name, raster in rasters.items()
    }
    scores = pd.DataFrame({name: one["score"] for name, one in found.items()})
    function = dominant(scores, "function", tables)
    problem = dominant(scores, "problem", tables)
    modes = unit_modes(scores, function["function"], problem["problem"], tables)
    shares = pd.DataFrame({name: one["share"] for name, one in found.items()})
    extra = pd.concat([scores.add_prefix("score_"), function, problem, modes], axis=1)
    extra["covered_share"] = shares.min(axis=1)
    extra["missing"] = [
        ", ".join(scores.columns[lost]) for lost in scores.isna().to_numpy()
    ]
    return _joined(units, extra)


def _joined(units: gpd.GeoDataFrame, extra: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return units with columns, in the place of those of the same name."""
    shape = units.active_geometry_name
    if shape in extra:
        msg = (
            f"the geometry of `units` is called {shape!r}, as a column of the result "
            "is; rename it with `units.rename_geometry('geometry')`."
        )
        raise SchemaError(msg, unexpected=(str(shape),))
    kept = units.drop(columns=[name for name in extra if name in units])
    joined: gpd.GeoDataFrame = kept.join(extra)
    return joined
