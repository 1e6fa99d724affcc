"""Modes of restoration from damage and resilience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning.errors import ParameterError, SchemaError
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

    from ecozoning.rulesets import Ruleset, Table

    Words = Mapping[int, str]

__all__ = ["restoration_mode"]

NO_MINE: Final = "none"
INVENTORY: Final = 3
"""Score of the basis `mine_inventory`."""


def restoration_mode(
    damage: Any,  # noqa: ANN401 -- a raster, or words
    resilience: Any,  # noqa: ANN401 -- a raster, or words
    mine: Any = None,  # noqa: ANN401 -- a raster, or words
    *,
    classes: Mapping[str, Words] | None = None,
    ruleset: str | Path | Ruleset = "restoration2020",
) -> xr.Dataset | pd.DataFrame:
    """
    Choose a mode of restoration by how damaged land is and how well it recovers.

    No damage means conservation, light damage with high resilience natural recovery,
    medium damage assisted regeneration, severe damage reconstruction [1]_. Light damage
    with low resilience is not in the guide; it gets assisted regeneration, and `basis`
    says that this condition was added. Where a mine has a planned treatment, that is
    the mode.

    Parameters
    ----------
    damage, resilience : xarray.DataArray, pandas.Series or sequence of str
        ``none``, ``light``, ``medium``, ``severe`` and ``high``, ``low``, as class
        rasters on one grid or as words, also 未受损、轻度、中度、严重 and 强、弱.
    mine : same kind, optional
        Planned treatment of the mine inventory: 1 natural recovery, 2 assisted
        regeneration, 3 reconstruction, 4 conversion; 0 or missing where there is none.
    classes : mapping of str to mapping of int to str, optional
        What the numbers of rasters without flags mean, by argument, e.g.
        ``{"damage": {0: "none", 1: "light", 2: "medium", 3: "severe"}}``.
    ruleset : str, pathlib.Path or Ruleset, default "restoration2020"
        With the tables `mode`, `mode_basis` and `mine_treatment`.

    Returns
    -------
    xarray.Dataset or pandas.DataFrame
        Of rasters the variables `mode` (1 ``conservation`` to 5 ``conversion``) and
        `basis` (1 ``official``, 2 ``added``, 3 ``mine_inventory``), uint8, nodata 255,
        lazy if one of them is. Of words a row for each, on the index of `damage`:
        `mode`, `mode_zh`, `basis`, `basis_zh`, missing where one is missing.

    Raises
    ------
    ParameterError
        If a word or a number is no class of the ruleset, or rasters and words are
        mixed.
    SchemaError
        If words differ in number or index.
    MissingCRSError, CRSMismatchError, GridMismatchError, NoDataError
        If rasters are not on one grid, or have no cell in common.

    References
    ----------
    .. [1] 自然资源部办公厅、财政部办公厅、生态环境部办公厅 (2020).
       山水林田湖草生态保护修复工程指南（试行）. 自然资办发〔2020〕38号.

    Examples
    --------
    >>> modes = restoration_mode(["light", "light", "severe"], ["high", "low", "low"])
    >>> print(modes[["mode", "basis"]].to_string())
                        mode     basis
    0       natural_recovery  official
    1  assisted_regeneration     added
    2         reconstruction  official
    """
    rules = load_ruleset(ruleset)
    given = {"damage": damage, "resilience": resilience, "mine": mine}
    given = {name: one for name, one in given.items() if one is not None}
    rasters = [name for name, one in given.items() if hasattr(one, "dims")]
    if rasters and len(rasters) < len(given):
        msg = (
            f"`{', '.join(rasters)}` are rasters but the others are not; give all as "
            "rasters on one grid, or all as words."
        )
        raise ParameterError(msg)
    if rasters:
        return _of_rasters(given, rules, {} if classes is None else classes)
    return _of_words(given, rules)


def _treatments(rules: Ruleset) -> dict[str, int]:
    """Return the mode of each treatment, in the order of its code from 1 on."""
    table = rules["mine_treatment"]
    return {str(row.key): int(row.scores[0]) for row in table.rows}


def _of_rasters(
    given: Mapping[str, xr.DataArray], rules: Ruleset, classes: Mapping[str, Words]
) -> xr.Dataset:
    """Look both tables up, one after the other, in class rasters."""
    import xarray as xr

    from ecozoning.raster.factors import cite
    from ecozoning.raster.steps import level_raster, run_steps

    found = {}
    for name, table in (("mode", "mode"), ("basis", "mode_basis")):
        data = run_steps(_steps(given, rules, classes, table))
        long_name = "restoration mode" if name == "mode" else "basis of the mode"
        raster = level_raster(
            data,
            given["damage"],
            rules[table].levels,
            name=name,
            long_name=long_name,
        )
        found[name] = cite(raster, rules, table)
    return xr.Dataset(found)


def _steps(
    given: Mapping[str, xr.DataArray],
    rules: Ruleset,
    classes: Mapping[str, Words],
    name: str,
) -> list[Any]:
    """Return damage as levels, resilience that turns them to scores, and mines."""
    from ecozoning.raster.steps import class_step

    table = rules[name]
    scores = table.scores()
    degrees = {str(row.key): [i] for i, row in enumerate(table.rows, start=1)}
    turns = {str(c.key): scores[:, i].tolist() for i, c in enumerate(table.columns)}
    steps = [
        class_step("damage", given["damage"], classes.get("damage"), degrees),
        class_step("resilience", given["resilience"], classes.get("resilience"), turns),
    ]
    if "mine" in given:
        width = int(scores.max())
        treatments = _treatments(rules)
        kept = {NO_MINE: list(range(1, width + 1))}
        kept |= {
            word: [score if name == "mode" else INVENTORY] * width
            for word, score in treatments.items()
        }
        coded = dict(enumerate([NO_MINE, *treatments]))
        own = classes.get("mine")
        has_words = own is not None or "flag_meanings" in given["mine"].attrs
        words = own if has_words else coded
        steps.append(class_step("mine", given["mine"], words, kept))
    return steps


def _of_words(given: Mapping[str, Any], rules: Ruleset) -> pd.DataFrame:
    """Look the tables up for words, in English or Chinese."""
    table = rules["mode"]
    series = {name: pd.Series(one) for name, one in given.items()}
    index = series["damage"].index
    for name, one in series.items():
        if not one.index.equals(index):
            msg = (
                f"`{name}` has {len(one)} rows but `damage` {len(index)}, or another "
                f"index; use `{name}.reindex(damage.index)`."
            )
            raise SchemaError(msg)
    damage = _english(series["damage"], {str(r.key): r.name for r in table.rows})
    columns = {str(column.key): column.name for column in table.columns}
    resilience = _english(series["resilience"], columns)
    mode = table.lookup(damage, resilience)
    basis = rules["mode_basis"].lookup(damage, resilience)
    if "mine" in series:
        treated = rules["mine_treatment"].lookup(_treated(series["mine"], rules))
        basis = np.where(treated > 0, INVENTORY, basis)
        mode = np.where(treated > 0, treated, mode)
    columns_made = _labels("mode", mode, table)
    columns_made |= _labels("basis", basis, rules["mode_basis"])
    return pd.DataFrame(columns_made, index=index)


def _english(words: pd.Series[Any], names: Mapping[str, str]) -> list[Any]:
    """Return the English words of a column that may be in Chinese."""
    back = {chinese: english for english, chinese in names.items()}
    return [None if pd.isna(word) else back.get(word, word) for word in words]


def _treated(mine: pd.Series[Any], rules: Ruleset) -> list[Any]:
    """Return the words of treatments that are given as codes or words."""
    names = {str(row.key): row.name for row in rules["mine_treatment"].rows}
    codes = dict(enumerate(names, start=1))
    found = []
    for word in _english(mine, names):
        nothing = word is None or word in (0, NO_MINE, "")
        found.append(None if nothing else codes.get(word, word))
    unknown = [word for word in found if word is not None and word not in names]
    if unknown:
        msg = (
            f"`mine` has {unknown[:5]}, but codes 1 to {len(codes)} of treatments, 0, "
            f"or {', '.join(names)} are needed."
        )
        raise ParameterError(msg)
    return found


def _labels(name: str, scores: Any, table: Table) -> dict[str, list[Any]]:  # noqa: ANN401
    """Return columns with the words of scores."""
    levels = {level.score: level for level in table.levels}
    rows = [levels.get(int(score)) for score in scores]
    return {
        name: [None if level is None else level.flag for level in rows],
        f"{name}_zh": [None if level is None else level.label for level in rows],
    }
