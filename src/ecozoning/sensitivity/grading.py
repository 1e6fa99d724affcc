"""Sensitivity to one issue: the level of a geometric mean of scores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xarray as xr

from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.values import as_raster, class_raster
from ecozoning.rulesets import product_levels
from ecozoning.sensitivity.scores import Scored, look_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ecozoning.rulesets import Ruleset, Table

__all__ = ["NODATA", "Sensitivity", "graded", "level_table", "rules_used"]

NODATA = 255
METHOD = "level of the geometric mean of scores, decided by their product"


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How sensitive land is to one issue; the answer of the functions per issue.

    The factor rasters are kept, not copied: `index` and `scores` are computed from them
    when asked for.

    Attributes
    ----------
    issue : str
        ``"water_erosion"``, ``"desertification"``, ...
    level : xarray.DataArray, dims (y, x), uint8
        Levels from 1 up, the worst is the highest, with `flag_values`, `flag_meanings`
        and `labels_zh`; 255 where a factor has no value. `attrs` name the ruleset, its
        tables, and in `unsure` the rows that are known unsurely.
    rules : pandas.DataFrame
        The rows of the ruleset that were used, each with source and confidence.
    """

    issue: str
    level: xr.DataArray
    rules: pd.DataFrame
    _factors: tuple[Scored, ...]

    def index(self) -> xr.DataArray:
        """
        Return the geometric mean of the scores.

        Returns
        -------
        xarray.DataArray, dims (y, x), float32
            For display; NaN where a factor has no value. Levels are not cut from it,
            but from the product of scores, so that rounding decides nothing.
        """
        root = 1 / len(self._factors)
        data = look_up(
            self._factors,
            lambda product: float(product**root),
            dtype="float32",
            nothing=math.nan,
        )
        told = f"index of sensitivity to {self.issue.replace('_', ' ')}"
        like = self._factors[0].raster
        index = as_raster(data, like, name=self.issue, units="1", long_name=told)
        index.attrs["method"] = "geometric mean of scores"
        index.attrs["ruleset"] = self.level.attrs["ruleset"]
        return index

    def scores(self) -> xr.Dataset:
        """
        Return the score of each factor.

        Returns
        -------
        xarray.Dataset
            By name of the factor, dims (y, x), uint8, 255 without data.
        """
        return xr.Dataset({factor.name: _scores(factor) for factor in self._factors})


def graded(
    issue: str,
    rasters: Mapping[str, xr.DataArray],
    tables: Mapping[str, str],
    *,
    ruleset: Ruleset,
    cuts: str | None,
    codes: Mapping[str, Mapping[int, str] | None],
) -> Sensitivity:
    """Return the sensitivity by named factors, each with the id of its table."""
    check_same_grid(**rasters)
    factors = tuple(
        Scored(name, raster, ruleset[tables[name]], codes.get(name))
        for name, raster in rasters.items()
    )
    levels = level_table(ruleset, cuts, issue)
    by_product = product_levels(
        levels, scores=_attainable(factors), factors=len(factors)
    )
    data = look_up(
        factors,
        lambda product: int(by_product[product]),
        dtype="uint8",
        nothing=NODATA,
    )
    level = class_raster(
        data,
        factors[0].raster,
        name=issue,
        long_name=f"sensitivity to {issue.replace('_', ' ')}",
        classes={one.score: one.flag for one in levels.levels},
        nodata=NODATA,
    )
    used = ruleset.to_frame(*(tables[name] for name in rasters), levels.id)
    level.attrs |= {"labels_zh": " ".join(one.label for one in levels.levels)}
    level.attrs |= {"units": "1", "method": METHOD, **rules_used(ruleset, used)}
    return Sensitivity(issue, level, used, factors)


def level_table(ruleset: Ruleset, cuts: str | None, issue: str) -> Table:
    """Return the table that makes levels of an index, by option or by its own id."""
    indices = ("sensitivity_index", f"{issue}_index")
    if cuts is not None and cuts in ruleset and ruleset[cuts].factor in indices:
        return ruleset[cuts]
    return ruleset.choose("index_cuts", cuts)


def rules_used(ruleset: Ruleset, used: pd.DataFrame) -> dict[str, str]:
    """Return what a result says of the rows of a ruleset that it rests on."""
    doubtful = used[used["confidence"] == "unsure"]
    rows = [f"{row.table} {row.key}" for row in doubtful.itertuples()]
    return {
        "ruleset": ruleset.id,
        "tables": ", ".join(dict.fromkeys(used["table"])),
        "unsure": "; ".join(dict.fromkeys(rows)),
    }


def _attainable(factors: tuple[Scored, ...]) -> set[int]:
    """Return all scores that the tables of the factors have."""
    return {int(score) for factor in factors for score in factor.table.scores()}


def _scores(factor: Scored) -> xr.DataArray:
    """Return the scores of one factor as a raster of classes."""
    data: Any = look_up([factor], lambda score: score, dtype="uint8", nothing=255)
    levels = factor.table.levels
    raster = class_raster(
        data,
        factor.raster,
        name=factor.name,
        long_name=f"score of {factor.name.replace('_', ' ')}",
        classes={one.score: one.flag for one in levels},
        nodata=NODATA,
    )
    raster.attrs |= {"labels_zh": " ".join(one.label for one in levels), "units": "1"}
    raster.attrs["tables"] = factor.table.id
    return raster
