"""Ecological quality of a county: EI of HJ 192 and EQI of 2021."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning.errors import EcozoningWarning, ParameterError
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["ei", "eqi", "quality_change", "quality_level"]

RULESETS: Final = {"EI": "hj192_2015", "EQI": "eqi2021"}
WORDS: Final = {"生态环境状况": "EI", "生态质量": "EQI"}
SHORT: Final = re.compile(r"(?<![A-Za-z])EQ?I(?![A-Za-z])")
ROUNDING: Final = 9
"""Decimals of a change: 32.3 - 31.3 is one."""


def ei(
    *,
    biological_richness: ArrayLike,
    vegetation_cover: ArrayLike,
    water_density: ArrayLike,
    land_stress: ArrayLike,
    pollution_load: ArrayLike,
) -> Any:  # noqa: ANN401 -- as the arguments are
    """
    Return the ecological index EI (生态环境状况指数) of HJ 192-2015.

    It is 0.35 of biological richness, 0.25 of vegetation cover, 0.15 of water density,
    0.15 of 100 less the land stress and 0.10 of 100 less the pollution load.

    Parameters
    ----------
    biological_richness, vegetation_cover, water_density : array_like of float
        Indices from 0 to 100: numbers, or Series of counties or years on one index.
    land_stress, pollution_load : array_like of float
        Indices from 0 to 100 of which less is better.

    Returns
    -------
    float or pandas.Series, float64
        From 0 to 100.

    Raises
    ------
    ParameterError
        If an index is missing or beyond 0 to 100.

    Examples
    --------
    0.35 x 60 + 0.25 x 80 + 0.15 x 40 + 0.15 x 90 + 0.10 x 95 = 70.

    >>> round(
    ...     ei(
    ...         biological_richness=60,
    ...         vegetation_cover=80,
    ...         water_density=40,
    ...         land_stress=10,
    ...         pollution_load=5,
    ...     ),
    ...     6,
    ... )
    70.0
    """
    given = {
        "biological_richness": biological_richness,
        "vegetation_cover": vegetation_cover,
        "water_density": water_density,
        "land_stress": land_stress,
        "pollution_load": pollution_load,
    }
    return _weighted("EI", given, inverse=("land_stress", "pollution_load"))


def eqi(
    *,
    pattern: ArrayLike,
    function: ArrayLike,
    biodiversity: ArrayLike,
    stress: ArrayLike,
) -> Any:  # noqa: ANN401 -- as the arguments are
    """
    Return the ecological quality index EQI (生态质量指数) of 2021.

    It is 0.36 of the pattern, 0.35 of the function, 0.19 of biodiversity and 0.10 of
    100 less the stress. The weights are from memory and unsure.

    Parameters
    ----------
    pattern, function, biodiversity : array_like of float
        Indices from 0 to 100: numbers, or Series of counties or years on one index.
    stress : array_like of float
        Index from 0 to 100 of which less is better.

    Returns
    -------
    float or pandas.Series, float64
        From 0 to 100.

    Raises
    ------
    ParameterError
        If an index is missing or beyond 0 to 100.

    Examples
    --------
    0.36 x 50 + 0.35 x 40 + 0.19 x 30 + 0.10 x 80 = 45.7.

    >>> round(eqi(pattern=50, function=40, biodiversity=30, stress=20), 6)
    45.7
    """
    given = {
        "pattern": pattern,
        "function": function,
        "biodiversity": biodiversity,
        "stress": stress,
    }
    return _weighted("EQI", given, inverse=("stress",))


def quality_level(value: ArrayLike, index: str = "EQI") -> pd.DataFrame:
    """
    Grade the quality of counties by EQI, or by EI.

    Parameters
    ----------
    value : array_like of float
        One number or several, or a Series, from 0 to 100.
    index : str, default "EQI"
        ``EQI`` or 生态质量指数, ``EI`` or 生态环境状况指数. They have other cuts: 40
        is class three of EQI and fair by EI. A name that mixes them, as
        生态质量指数（EI）, is taken by its letters, with a warning.

    Returns
    -------
    pandas.DataFrame
        `index`, `value`, `level` (1 is the best), `label`, `label_en`; a row for each
        value, on its index. ``attrs["ruleset"]`` and ``attrs["unsure"]`` say where the
        cuts are from.

    Raises
    ------
    ParameterError
        If a value is beyond 0 to 100, or the index is neither.

    Warns
    -----
    EcozoningWarning
        If the name of the index is that of both.

    Examples
    --------
    >>> print(quality_level([36.43, 54.76, 73.88]).to_string())
      index  value  level label     label_en
    0   EQI  36.43      4    四类   class_four
    1   EQI  54.76      3    三类  class_three
    2   EQI  73.88      1    一类    class_one
    """
    return _graded(value, index, table="level", column="value")


def quality_change(change: ArrayLike, index: str = "EQI") -> pd.DataFrame:
    """
    Grade how far the quality of counties changed.

    Parameters
    ----------
    change : array_like of float
        The later value less the earlier one.
    index : str, default "EQI"
        As of `quality_level`.

    Returns
    -------
    pandas.DataFrame
        `index`, `change`, `level` (1 is the least change), `label`, `label_en`,
        `direction`: ``better``, ``worse`` or, at the first level, ``none``.

    Raises
    ------
    ParameterError
        If a change is beyond 100, or the index is neither.

    Warns
    -----
    EcozoningWarning
        If the name of the index is that of both.

    Examples
    --------
    >>> quality_change([-0.73, 2.5])[["change", "label_en", "direction"]]
       change         label_en direction
    0   -0.73           stable      none
    1    2.50  moderate_change    better
    """
    frame = _graded(change, index, table="change", column="change")
    turned = np.where(frame["change"] > 0, "better", "worse")
    frame["direction"] = np.where(frame["level"] > 1, turned, "none")
    return frame


def _weighted(index: str, given: dict[str, Any], *, inverse: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Return the weighted sum of components, of some what they lack to 100."""
    weights = load_ruleset(RULESETS[index])["weights"]
    total: Any = 0.0
    for name, values in given.items():
        numbers = values if isinstance(values, pd.Series) else np.asarray(values)
        inside = (numbers >= 0) & (numbers <= 100)
        if not np.all(inside):
            msg = f"`{name}` is {values!r}, but an index from 0 to 100 is needed."
            raise ParameterError(msg)
        part = 100.0 - numbers if name in inverse else numbers
        total = total + weights.value(name) * part
    return total if isinstance(total, pd.Series) or np.ndim(total) else float(total)


def _graded(values: ArrayLike, index: str, *, table: str, column: str) -> pd.DataFrame:
    """Return values with the level, of a change that of its size."""
    name = _index_of(index)
    rules = load_ruleset(RULESETS[name])
    rows = rules[table]
    series = (
        values if isinstance(values, pd.Series) else pd.Series(np.atleast_1d(values))
    )
    numbers = series.astype("float64")
    sizes = numbers.abs().round(ROUNDING) if table == "change" else numbers
    levels = {level.score: level for level in rows.levels}
    scores = rows.lookup(sizes.to_numpy())
    found = [levels.get(int(score)) for score in scores]
    frame = pd.DataFrame(
        {
            "index": name,
            column: numbers,
            "level": scores,
            "label": [None if level is None else level.label for level in found],
            "label_en": [None if level is None else level.flag for level in found],
        },
        index=series.index,
    )
    unsure = [f"{table} {key}" for key in rules.unsure(table)["key"]]
    frame.attrs.update(ruleset=rules.id, unsure="; ".join(unsure))
    return frame


def _index_of(index: str) -> str:
    """Return EI or EQI by a name, warning of one that is that of both."""
    match = SHORT.search(index)
    letters = match.group() if match else ""
    word = next((short for word, short in WORDS.items() if word in index), "")
    if not letters and not word:
        msg = (
            f"`index` is {index!r}; use 'EQI' (生态质量指数) or "
            "'EI' (生态环境状况指数)."
        )
        raise ParameterError(msg)
    if letters and word and letters != word:
        msg = (
            f"`index` {index!r} mixes 生态质量指数 (EQI) and "
            f"生态环境状况指数 (EI), which have other cuts; taken as {letters}."
        )
        warnings.warn(msg, EcozoningWarning, stacklevel=4)
    return letters or word
