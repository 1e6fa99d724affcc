"""The mode of restoration of units: the guide's, or what their function asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import pandas as pd

from ecozoning.zoning.dominance import PLACES
from ecozoning.zoning.modes import restoration_mode

if TYPE_CHECKING:
    from ecozoning.rulesets import Ruleset, Table

__all__ = ["unit_modes"]

AS_THE_GUIDE: Final = "as_the_guide"
ADDED: Final = "added"
COLUMNS: Final = ("damage", "resilience", "mode", "mode_zh", "basis", "basis_zh")


def unit_modes(
    scores: pd.DataFrame,
    function: pd.Series[Any],
    problem: pd.Series[Any],
    rules: Ruleset,
) -> pd.DataFrame:
    """Return degrees and modes; all missing without scores of damage and resilience."""
    if "damage" not in scores:
        return pd.DataFrame(None, scores.index, COLUMNS, dtype=object)
    damage = _degrees(scores["damage"], rules["damage"])
    resilience = _degrees(scores["resilience"], rules["resilience"])
    modes = cast("pd.DataFrame", restoration_mode(damage, resilience, ruleset=rules))
    for table, column in (("mode_by_function", function), ("mode_by_problem", problem)):
        if table in rules:
            modes = _changed(modes, rules[table], column, damage, rules)
    return pd.concat(
        [damage.rename("damage"), resilience.rename("resilience"), modes], axis=1
    )


def _degrees(scores: pd.Series[Any], table: Table) -> pd.Series[Any]:
    """Return the words of scores, None where there is none."""
    words = {level.score: level.flag for level in table.levels}
    # The mean of cells that all have the score of a limit may be a digit below it.
    found = table.lookup(scores.to_numpy(dtype=float).round(PLACES))
    return pd.Series([words.get(int(n)) for n in found], scores.index, dtype=object)


def _changed(
    modes: pd.DataFrame,
    table: Table,
    words: Any,  # noqa: ANN401 -- a column
    damage: pd.Series[Any],
    rules: Ruleset,
) -> pd.DataFrame:
    """Return modes, other ones where a table of cross terms has one."""
    rows = {str(row.key) for row in table.rows}
    asked: Any = [word if word in rows else None for word in words]
    levels = {level.score: level for level in table.levels}
    found = [levels.get(int(n)) for n in table.lookup(asked, damage.to_list())]
    known = modes["mode"].notna()
    basis = {level.flag: level.label for level in rules["mode_basis"].levels}
    modes = modes.astype(object)
    for label, level, there in zip(modes.index, found, known, strict=True):
        if there and level is not None and level.flag != AS_THE_GUIDE:
            other = [level.flag, level.label, ADDED, basis[ADDED]]
            modes.loc[label, list(COLUMNS[2:])] = other
    return modes
