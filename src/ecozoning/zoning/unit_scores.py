"""How much of a function, a problem or a state units have, from rasters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError
from ecozoning.overlay.cross_tables import crosstab
from ecozoning.overlay.zonal_statistics import zonal
from ecozoning.zoning.unit_rasters import check_raster_of_units

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr

    from ecozoning.overlay.zonal_request import Rule
    from ecozoning.rulesets import Ruleset, Table

__all__ = ["STATES", "check_roles", "unit_scores"]

STATES: Final = ("damage", "resilience")
ROUNDING: Final = 1e-6
OWN: Final = ["nodata", "total"]


def check_roles(rasters: object, rules: Ruleset) -> None:
    """Insist on rasters with known names, and on both states or none."""
    if not isinstance(rasters, Mapping) or not rasters:
        msg = (
            f"`rasters` is {type(rasters).__name__}, but rasters by name are needed, "
            "e.g. {'water_conservation': importance, 'soil_erosion': severity}."
        )
        raise ParameterError(msg)
    known = {str(r.key) for name in ("functions", "problems") for r in rules[name].rows}
    strange = [name for name in rasters if name not in known and name not in STATES]
    if strange:
        msg = (
            f"`rasters` has {', '.join(map(repr, strange))}, which the tables "
            f"`functions` and `problems` of {rules.id!r} do not have; name them as "
            f"one of {', '.join(sorted(known))}, {', '.join(STATES)}, or add rows to "
            "a ruleset of your own."
        )
        raise ParameterError(msg)
    given = [name for name in STATES if name in rasters]
    if len(given) == 1:
        msg = (
            f"`rasters` has {given[0]!r} alone, but a mode of restoration follows from "
            f"{' and '.join(STATES)}; give both or none."
        )
        raise ParameterError(msg)


def unit_scores(
    units: gpd.GeoDataFrame,
    raster: xr.DataArray,
    *,
    name: str,
    rules: Ruleset,
    rule: Rule,
) -> pd.DataFrame:
    """Return `score`, from 0 to 1, NaN without a valid cell, and `share` of these."""
    check_raster_of_units(raster, units, name=f"rasters[{name!r}]")
    if str(raster.attrs.get("flag_meanings", "")).split():
        return _of_classes(units, raster, name, rules["class_scores"], rule)
    try:
        found = zonal(raster, units, ["mean", "min", "max"], rule=rule)
    except (NoDataError, ParameterError) as error:
        msg = f"in `rasters[{name!r}]`: {error}"
        raise type(error)(msg) from error
    low, high = found["min"].min(), found["max"].max()
    if low < -ROUNDING or high > 1 + ROUNDING:
        msg = (
            f"`rasters[{name!r}]` has values from {low:g} to {high:g}, but scores from "
            "0 to 1, or classes with `flag_meanings`, are needed to compare rasters; "
            "use `ecozoning.importance.normalised(raster, low=..., high=...)`."
        )
        raise ParameterError(msg)
    score = found["mean"].clip(0.0, 1.0)
    return pd.DataFrame({"score": score, "share": found["valid_share"].fillna(0.0)})


def _of_classes(
    units: gpd.GeoDataFrame, raster: xr.DataArray, name: str, table: Table, rule: Rule
) -> pd.DataFrame:
    """Return the mean by area of the scores of classes."""
    unnamed = units.geometry.reset_index(drop=True)  # one may be called "total"
    ledger = crosstab(unnamed, raster, rule=rule).iloc[:-1]
    areas = ledger.drop(columns=OWN)
    areas = areas.loc[:, (areas > 0).any()]
    scores = _scores_of(areas.columns, name, table)
    valid = areas.sum(axis=1).to_numpy()
    sums = areas.to_numpy() @ scores
    score = np.divide(sums, valid, out=np.full(len(valid), np.nan), where=valid > 0)
    total = ledger["total"].to_numpy()
    share = np.divide(valid, total, out=np.zeros(len(valid)), where=total > 0)
    return pd.DataFrame({"score": score, "share": share}, index=units.index)


def _scores_of(classes: Any, name: str, table: Table) -> Any:  # noqa: ANN401 -- arrays
    """Return the scores of classes, insisting that each has one from 0 to 1."""
    known = {str(row.key): float(row.scores[0]) for row in table.rows}
    strange = [one for one in classes if one not in known]
    if strange:
        msg = (
            f"`rasters[{name!r}]` has the classes {strange[:5]}, which the table "
            f"{table.id!r} does not have; it has {', '.join(known)}. Add rows in a "
            "ruleset of your own, or give scores from 0 to 1."
        )
        raise ParameterError(msg)
    scores = np.array([known[one] for one in classes], dtype=np.float64)
    if scores.size and not (scores.min() >= 0 and scores.max() <= 1):
        msg = f"table {table.id!r} has scores outside 0 to 1; bring them there."
        raise ParameterError(msg)
    return scores
