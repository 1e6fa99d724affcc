"""Which of several scores is the greatest, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from ecozoning.rulesets import Ruleset, Table

__all__ = ["PLACES", "dominant"]

NONE: Final = "none"
PLACES: Final = 6
"""Decimals by which scores are told apart: 0.7 of float32 is 0.7 too."""


def dominant(scores: pd.DataFrame, role: str, rules: Ruleset) -> pd.DataFrame:
    """
    Return the greatest score of each row, the second and the margin between them.

    Columns are in the order of the table of the role, so that the first of equals wins.
    A row without one of the scores has no answer: what is missing might be greatest.
    """
    table = rules[f"{role}s"]
    order = [str(row.key) for row in table.rows if str(row.key) in scores]
    values = scores[order].to_numpy(dtype=float).round(PLACES)
    size = len(scores)
    if not order:
        nothing = np.full(size, None)
        return _columns(role, nothing, nothing, np.nan, table).set_axis(scores.index)
    known = ~np.isnan(values).any(axis=1)
    filled = np.nan_to_num(values)
    ranks = np.argsort(-filled, axis=1, kind="stable")
    ordered = np.take_along_axis(filled, ranks, axis=1)
    least = np.array([_least(name, role, rules) for name in order])
    enough = filled >= least
    first, second = _first_two(ranks, enough, order)
    runner = ordered[:, 1] if len(order) > 1 else 0.0
    margin = np.where(known, ordered[:, 0] - runner, np.nan)
    first, second = np.where(known, first, None), np.where(known, second, None)
    return _columns(role, first, second, margin, table).set_axis(scores.index)


def _first_two(ranks: Any, enough: Any, order: list[str]) -> tuple[Any, Any]:  # noqa: ANN401
    """Return the names of the greatest and the second, "none" below the threshold."""
    names = np.array([*order, NONE], dtype=object)
    found = []
    for place in (0, 1):
        if place >= len(order):
            found.append(np.full(len(ranks), NONE, dtype=object))
            continue
        column = ranks[:, place]
        there = enough[np.arange(len(ranks)), column]
        found.append(names[np.where(there, column, len(order))])
    return found[0], found[1]


def _least(name: str, role: str, rules: Ruleset) -> float:
    """Return the score from which a raster can be dominant."""
    table = rules["least_score"]
    rows = {str(row.key) for row in table.rows}
    return table.value(name if name in rows else role)


def _columns(
    role: str,
    first: Any,  # noqa: ANN401 -- an array
    second: Any,  # noqa: ANN401 -- an array
    margin: Any,  # noqa: ANN401 -- an array
    table: Table,
) -> pd.DataFrame:
    labels = {level.flag: level.label for level in table.levels}
    return pd.DataFrame(
        {
            role: first,
            f"{role}_zh": [labels.get(word) for word in first],
            f"{role}_margin": margin,
            f"second_{role}": second,
        }
    )
