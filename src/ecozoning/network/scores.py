"""Scores of factors by the tables of a ruleset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.raster.factors import class_words
from ecozoning.raster.values import nodata_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset, Table

    Floats = NDArray[np.float64]

__all__ = ["class_scores", "interval_scores", "score_table"]

SHOWN = 5


def score_table(rules: Ruleset, factor: str) -> Table:
    """Return the table that scores a factor."""
    known = [table for table in rules.tables if _scores(table)]
    for table in known:
        if table.factor == factor:
            return table
    names = ", ".join(table.factor for table in known)
    have = f"it has {names}" if names else "it has weights only"
    msg = (
        f"ruleset {rules.id!r} has no scores for {factor!r}; {have}. Leave the factor "
        f'out, or write a ruleset of your own with a table of factor = "{factor}".'
    )
    raise ParameterError(msg)


def _scores(table: Table) -> bool:
    """Tell whether a table turns a factor into a score, and is none of terms."""
    return table.kind in ("intervals", "values") and table.factor != "term"


def interval_scores(raster: xr.DataArray, table: Table, *, name: str) -> Floats:
    """Return scores of quantities, NaN for nodata."""
    raw = np.asarray(raster.data)
    values = raw.astype(np.float32 if raw.dtype == np.float32 else np.float64)
    values[raw == nodata_of(raster)] = np.nan
    try:
        return np.asarray(table.lookup(values), dtype=np.float64)
    except ParameterError as error:
        msg = f"`{name}`: {error}"
        raise ParameterError(msg) from error


def class_scores(
    raster: xr.DataArray,
    table: Table,
    classes: Mapping[int, str] | None,
    *,
    name: str,
) -> Floats:
    """Return scores of classes, NaN for nodata; of all classes that occur."""
    scores = {str(row.key): row.scores[0] for row in table.rows}
    values = np.asarray(raster.data)
    known = (values == values) & (values != nodata_of(raster))
    words = _words(raster, classes, list(scores), name)
    present = np.unique(values[known])
    unknown = [code for code in present.tolist() if words.get(code) not in scores]
    if unknown:
        told = [f"{code:g} ({words.get(code, 'no word')})" for code in unknown[:SHOWN]]
        msg = (
            f"`{name}` has classes that table {table.id!r} does not know: "
            f"{', '.join(told)}; say which of {', '.join(scores)} they are by "
            f"`classes={{{unknown[0]:g}: ...}}`, or add rows in a ruleset of your own."
        )
        raise ParameterError(msg)
    by_class = np.array([scores[words[code]] for code in present.tolist()] or [np.nan])
    place = np.searchsorted(present, values).clip(max=max(present.size - 1, 0))
    return np.where(known, by_class[place], np.nan)


def _words(
    raster: xr.DataArray,
    classes: Mapping[int, str] | None,
    keys: list[str],
    name: str,
) -> dict[int, str]:
    """Return the word of each class; a table of numbers needs none."""
    if classes is None and all(key.isdigit() for key in keys):
        return {int(key): key for key in keys}
    return class_words(raster, classes, name=name)
