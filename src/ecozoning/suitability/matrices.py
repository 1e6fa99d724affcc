"""Factors of suitability in the order in which they count, each a step by a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.raster.factors import cite
from ecozoning.raster.steps import (
    Step,
    class_step,
    interval_step,
    level_raster,
    run_steps,
    scale_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset, Table

    Rasters = Mapping[str, xr.DataArray]
    Classes = Mapping[str, Mapping[int, str]]

__all__ = ["Rule", "Told", "suitability_of"]

FLAG = {0: "no", 1: "yes"}
"""What the numbers of a condition mean, unless it is said otherwise."""


@dataclass(frozen=True)
class Rule:
    """
    What a factor does to the level: scores by `table`, put into the matrix `into`.

    Without `into` the table is a matrix by level, or, of a negative list, scores that
    the level must not be below. `group` names factors of which one is enough, `needs`
    one without which this one means nothing. With `clears` a condition does not exclude
    land, but takes an exclusion back.
    """

    factor: str
    table: str
    into: str = ""
    group: str = ""
    needs: str = ""
    percent: bool = False
    clears: bool = False


@dataclass(frozen=True)
class Told:
    """The scale of a result, its name and title, and a table that groups its levels."""

    scale: str
    name: str
    long_name: str
    groups: str = ""


def suitability_of(
    factors: Rasters,
    rules: Ruleset,
    order: Sequence[Rule],
    *,
    classes: Classes | None,
    told: Told,
) -> xr.DataArray:
    """Return the level by the factors that are given, in the order of the rules."""
    given = _given(factors, order)
    names = _names(classes, given)
    steps = [_step(rule, factors, rules, names.get(rule.factor)) for rule in given]
    if told.groups:
        steps[-1] = _grouped(steps[-1], rules[told.groups])
    made = level_raster(
        run_steps(steps),
        steps[0].factor.raster,
        scale_of(rules, told.scale),
        name=told.name,
        long_name=told.long_name,
    )
    made.attrs["method"] = ", then ".join(rule.factor for rule in given)
    tables = [table for rule in given for table in (rule.table, rule.into)]
    used = [table for table in (*tables, told.groups) if table]
    return cite(made, rules, *dict.fromkeys(used))


def _given(factors: Rasters, order: Sequence[Rule]) -> list[Rule]:
    """Return the rules of the factors that are given, insisting that they fit."""
    known = [rule.factor for rule in order]
    if not isinstance(factors, Mapping) or not factors or set(factors) - set(known):
        msg = f"`factors` is to be rasters by name, some of {known}, and no others."
        raise ParameterError(msg)
    given = [rule for rule in order if rule.factor in factors]
    for rule in given:
        if rule.needs and rule.needs not in factors:
            msg = f"`factors` has {rule.factor!r} but not {rule.needs!r}; give both."
            raise ParameterError(msg)
        same = [one.factor for one in given if rule.group and one.group == rule.group]
        if len(same) > 1:
            msg = f"`factors` has {same}, of which one is to be used: leave out others."
            raise ParameterError(msg)
    return given


def _names(classes: Classes | None, given: Sequence[Rule]) -> Classes:
    """Return the words of classes by factor, insisting that they are of given ones."""
    names = classes or {}
    strangers = sorted(set(names) - {rule.factor for rule in given})
    if strangers:
        msg = (
            f"`classes` has {strangers}, which are not among `factors`; it holds words "
            "by factor, e.g. `{'soil_pollution': {1: 'safe', 2: 'risk'}}`."
        )
        raise ParameterError(msg)
    return names


def _grouped(step: Step, table: Table) -> Step:
    """Return a step whose levels are those that a table makes of them."""
    groups = np.arange(256, dtype=np.uint8)
    for row in table.rows:
        groups[int(str(row.key))] = row.scores[0]
    return replace(step, matrix=groups[step.matrix])


def _step(
    rule: Rule, factors: Rasters, rules: Ruleset, classes: Mapping[int, str] | None
) -> Step:
    """Return the step of a factor."""
    raster = factors[rule.factor]
    table = rules[rule.table]
    if rule.clears or rule.factor in {str(row.key) for row in table.rows}:
        after = [1, 1] if rule.clears else [2, 2]
        matrix = {"no": [1, 2], "yes": after}
        return class_step(rule.factor, raster, classes or _flags(raster), matrix)
    by_row = _matrix(table, rules[rule.into] if rule.into else None)
    if table.kind == "intervals" or not isinstance(table.rows[0].key, str):
        return interval_step(rule.factor, raster, table, by_row, percent=rule.percent)
    keys = [str(row.key) for row in table.rows]
    rows = dict(zip(keys, by_row.tolist(), strict=True))
    if classes is None and all(key.isdigit() for key in keys):
        classes = {int(key): key for key in keys}
    return class_step(rule.factor, raster, classes, rows)


def _flags(raster: xr.DataArray) -> Mapping[int, str] | None:
    return None if "flag_meanings" in raster.attrs else FLAG


def _matrix(table: Table, into: Table | None) -> NDArray[Any]:
    """Return the level after, (row of the table, level before)."""
    scores = table.scores()
    if table.columns:
        return scores
    if into is None:
        levels = max(level.score for level in table.levels)
        before = np.arange(1, levels + 1)
        return np.asarray(np.maximum(scores[:, None], before[None, :]))
    # Rows of `into` are levels before, its columns scores from 1 on.
    return np.asarray(into.scores()[:, scores.astype(int) - 1].T)
