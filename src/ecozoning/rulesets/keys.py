"""Which row of a table each value belongs to: among intervals, or among categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.rulesets.intervals import Interval, cuts_between, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["find_keys"]


def find_keys(
    keys: Sequence[Interval | str], values: ArrayLike, what: str
) -> NDArray[np.intp]:
    """Return the place of each value among the keys of a table, -1 for no data."""
    intervals = [key for key in keys if isinstance(key, Interval)]
    if intervals:
        return _find_intervals(intervals, _as_floats(values, what), what)
    return _find_categories([str(key) for key in keys], values, what)


def _as_floats(values: ArrayLike, what: str) -> NDArray[Any]:
    """Return float32 as it is and all else as float64."""
    array = np.asarray(values)
    if array.dtype == np.float32:
        return array
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        msg = f"{what} should be numbers, not {str(array.flat[0])!r}."
        raise ParameterError(msg) from None


def _find_intervals(
    intervals: Sequence[Interval], array: NDArray[Any], what: str
) -> NDArray[np.intp]:
    domain = span(intervals)
    strangers = array[domain.outside(array)]
    if strangers.size:
        msg = (
            f"{what}: {strangers.size} lie outside {domain}, such as "
            f"{strangers[0]:.6g}; check the unit, and set cells without data to NaN."
        )
        raise ParameterError(msg)
    cuts = cuts_between(intervals, array.dtype)
    places = np.searchsorted(cuts, array, side="right")
    return np.where(np.isnan(array), -1, places)


def _find_categories(
    keys: Sequence[str], values: ArrayLike, what: str
) -> NDArray[np.intp]:
    array = np.asarray(values, dtype=object)
    names = ["" if _is_nothing(value) else str(value) for value in array.flat]
    places = {key: place for place, key in enumerate(keys)} | {"": -1}
    strangers = sorted(set(names) - set(places))
    if strangers:
        msg = (
            f"{what}: the table does not know {', '.join(map(repr, strangers[:5]))}; "
            f"use {', '.join(keys)}, or a ruleset that has rows for them."
        )
        raise ParameterError(msg)
    found = [places[name] for name in names]
    return np.array(found, dtype=np.intp).reshape(array.shape)


def _is_nothing(value: object) -> bool:
    return value is None or value != value  # NaN is not itself
