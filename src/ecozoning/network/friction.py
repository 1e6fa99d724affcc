"""Resistance (阻力面): factors scored by a published table, weighted and added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ecozoning._validation.grids import check_same_grid
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.network.lights import corrected
from ecozoning.network.proximity import distance_to, feature_cells
from ecozoning.network.scores import class_scores, interval_scores, score_table
from ecozoning.network.surfaces import checked_metric_grid
from ecozoning.raster.factors import cite
from ecozoning.raster.values import as_raster
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning._validation.grids import RasterGrid
    from ecozoning.network.proximity import Features
    from ecozoning.rulesets import Ruleset, Table

    Floats = NDArray[np.float64]
    Rasters = Mapping[str, xr.DataArray]

__all__ = ["resistance_surface"]

DISTANCES = {
    "roads": "road_distance",
    "water": "water_distance",
    "settlements": "settlement_distance",
}
"""The factor that distance to each kind of feature is."""
SLACK = 1e-6
"""By which weights may miss 1."""


def resistance_surface(  # noqa: PLR0913 -- one argument for each part of the method
    factors: Rasters,
    *,
    ruleset: str | Path | Ruleset,
    classes: Mapping[int, str] | None = None,
    weights: Mapping[str, float] | None = None,
    roads: Features | None = None,
    water: Features | None = None,
    settlements: Features | None = None,
    night_light: xr.DataArray | None = None,
    barriers: Features | None = None,
) -> xr.DataArray:
    r"""
    Return what it costs to cross each cell, by the table of a published study.

    Each factor is scored by its table; scores are weighted by the ruleset's table
    ``weights`` or by yours, or added up where a study has no weights. With night light
    the sum is corrected within each land-cover class a, and where there are barriers
    it is infinite:

    .. math::

        R = \sum_f w_f \, s_f, \qquad
        R' = \max\left(\frac{NL}{\overline{NL}_a} R,\ \min R\right)

    The lower bound is ours: without it unlit cells would cost nothing. In a class
    without any light R stays as it is.

    Parameters
    ----------
    factors : mapping of str to xarray.DataArray, dims (y, x)
        Rasters on one grid in metres by the factor of the ruleset's tables:
        ``land_cover``, ``slope`` (degrees), ``elevation`` (m), ``sensitivity_level``,
        or e.g. ``road_distance`` (m) where you have it.
    ruleset : str, pathlib.Path or Ruleset
        Table of resistance: ``resistance_jilin2022``, ``resistance_turpan2018``,
        ``resistance_beijing2017``, ``resistance_dali2018``, or your own.
    classes : mapping of int to str, optional
        What numbers of ``land_cover`` mean in the words of the table, as in
        ``{1: "forest", 2: "farmland"}``. By default its `flag_meanings`.
    weights : mapping of str to float, optional
        By factor, each above 0, together 1. In place of the ruleset's.
    roads, water, settlements : geopandas.GeoDataFrame or xarray.DataArray, optional
        Features, as a layer of any kind or as a raster of 0 and 1. Distance between
        centres of cells makes the factor ``road_distance``, ``water_distance`` or
        ``settlement_distance``; exact, and aware of features of a layer that lie off
        the raster.
    night_light : xarray.DataArray, dims (y, x), optional
        Light >= 0 on the same grid. Needs ``land_cover``.
    barriers : geopandas.GeoDataFrame or xarray.DataArray, optional
        What nothing passes: cells that a layer touches, or of 1 in a raster.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        Above 0; infinite in barriers; NaN where a factor is nodata. `attrs` have
        ``ruleset``, ``tables``, ``weights``, ``method``, ``confidence`` (how many rows
        of these tables are known how well) and ``unsure``.

    Raises
    ------
    ParameterError
        If a factor has no table in the ruleset, a class is not in the table, values
        are outside it, weights do not add up to 1 or are not those of the factors, or
        a factor comes twice.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If rasters are not on one grid in metres, or layers in another CRS.
    GeometryError
        If a layer touches no cell, or is broken.
    NoDataError
        If no cell has all factors.

    Notes
    -----
    Scores run from 1 to 6 in one study and to 1500 in another: costs and currents of
    different tables cannot be compared. A lazy raster is computed. Distances take 8
    bytes per cell and some 10 more while they are made.

    Examples
    --------
    Forest and farmland of western Jilin, 0.65 x 1 and 0.65 x 100, on flat low land.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [30.0, 0], "x": [0.0, 30]}
    >>> cover = xr.DataArray(np.uint8([[1, 1], [1, 2]]), axes, ("y", "x"))
    >>> cover = cover.rio.write_crs(4547)
    >>> factors = {"land_cover": cover, "slope": cover * 1.0, "elevation": cover * 50.0}
    >>> cost = resistance_surface(
    ...     factors,
    ...     ruleset="resistance_jilin2022",
    ...     classes={1: "forest", 2: "farmland"},
    ... )
    >>> cost.to_numpy().round(2)
    array([[ 1.54,  1.54],
           [ 1.54, 65.89]], dtype=float32)
    """
    rules = load_ruleset(ruleset)
    grid = _common_grid(factors)
    features = {"roads": roads, "water": water, "settlements": settlements}
    layers = {name: one for name, one in features.items() if one is not None}
    tables = _tables(rules, factors, layers)
    parts = _weights(rules, tables, weights)
    total = np.zeros((grid.rows, grid.columns))
    for factor, table in tables.items():
        scores = _scores(factor, table, factors, classes, layers, grid)
        total += scores if parts is None else parts[factor] * scores
    _check_total(total)
    if night_light is not None:
        total = corrected(total, night_light, factors)
    if barriers is not None:
        stop = feature_cells(barriers, grid, name="barriers")
        total[stop & ~np.isnan(total)] = np.inf
    like = next(iter(factors.values()))
    return _labelled(total, like, rules, tables, parts, lit=night_light is not None)


def _common_grid(factors: Rasters) -> RasterGrid:
    """Return the grid of the factors, in metres."""
    if not isinstance(factors, Mapping) or not factors:
        msg = "`factors` must be rasters by name, e.g. {'land_cover': land_cover}."
        raise ParameterError(msg)
    name, first = next(iter(factors.items()))
    grid = checked_metric_grid(first, name=name)
    check_same_grid(**factors)
    return grid


def _tables(
    rules: Ruleset, factors: Rasters, layers: Mapping[str, Features]
) -> dict[str, Table]:
    """Return the table of each factor, in the order in which they were given."""
    made = {DISTANCES[name]: name for name in layers}
    twice = sorted(set(made) & set(factors))
    if twice:
        msg = f"`factors` has {twice[0]!r}, but `{made[twice[0]]}` makes it; give one."
        raise ParameterError(msg)
    return {factor: score_table(rules, factor) for factor in [*factors, *made]}


def _weights(
    rules: Ruleset, tables: Mapping[str, Table], weights: Mapping[str, float] | None
) -> dict[str, float] | None:
    """Return the weight of each factor, None for a plain sum."""
    if weights is None:
        if "weights" not in rules:
            return None
        weights = {str(row.key): row.scores[0] for row in rules["weights"].rows}
    lacking, strange = set(weights) - set(tables), set(tables) - set(weights)
    if lacking or strange:
        msg = (
            f"weights are of {sorted(weights)}, but factors are {sorted(tables)}; give "
            f"all of them, or `weights=` for those you have, as a study of your own."
        )
        raise ParameterError(msg)
    sound = all(0 < value < np.inf for value in weights.values())
    total = sum(weights.values())
    if not sound or abs(total - 1.0) > SLACK:
        msg = (
            f"`weights` add up to {total:g}, but weights above 0 that add up to 1 are "
            "needed; divide each by their sum."
        )
        raise ParameterError(msg)
    return {factor: float(weights[factor]) for factor in tables}


def _scores(
    factor: str,
    table: Table,
    factors: Rasters,
    classes: Mapping[int, str] | None,
    layers: Mapping[str, Features],
    grid: RasterGrid,
) -> Floats:
    """Return the scores of a factor, NaN for nodata."""
    if factor in factors:
        if table.kind == "intervals":
            return interval_scores(factors[factor], table, name=factor)
        told = classes if factor == "land_cover" else None
        return class_scores(factors[factor], table, told, name=factor)
    name = next(name for name, made in DISTANCES.items() if made == factor)
    reach = float(table.edges().max(initial=0.0))
    far = distance_to(layers[name], grid, reach_m=reach, name=name)
    # What is out of reach is farther than the last edge, however far.
    return np.asarray(table.lookup(np.minimum(far, 2.0 * reach + 1.0)), np.float64)


def _check_total(total: Floats) -> None:
    """Insist on land that costs something."""
    if np.isnan(total).all():
        msg = "no cell has all factors; see where their nodata cells are."
        raise NoDataError(msg)
    free = int(np.count_nonzero(total <= 0))
    if free:
        msg = (
            f"{free} cells have a resistance of 0 or below by `ruleset`, but crossing "
            "land costs something; give scores above 0."
        )
        raise ParameterError(msg)


def _labelled(
    total: Floats,
    like: xr.DataArray,
    rules: Ruleset,
    tables: Mapping[str, Table],
    parts: Mapping[str, float] | None,
    *,
    lit: bool,
) -> xr.DataArray:
    """Return the raster with all that it rests on."""
    made = as_raster(
        total.astype(np.float32),
        like,
        name="resistance",
        units="1",
        long_name="resistance to movement",
    )
    used = [table.id for table in tables.values()]
    counts: dict[str, int] = {}
    for row in [row for table in tables.values() for row in table.rows]:
        counts[row.confidence] = counts.get(row.confidence, 0) + 1
    attrs: dict[str, Any] = {
        "method": "sum of scores" if parts is None else "weighted sum of scores",
        "weights": ", ".join(f"{k} {v:g}" for k, v in (parts or {}).items()),
        "confidence": ", ".join(f"{count} {word}" for word, count in counts.items()),
    }
    if lit:
        attrs["method"] += ", corrected by night light"
    made.attrs |= attrs
    return cite(made, rules, *used)
