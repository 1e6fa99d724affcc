"""Areas in whole smallest units, shared out within groups, and control areas read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import fsum, inf, isfinite, nan
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

import numpy as np
import pandas as pd

from ecozoning.errors import AreaBalanceError, ParameterError, SchemaError
from ecozoning.overlay.balancing import MOST_UNITS, spread, unit_hint, whole_units
from ecozoning.survey.tables import rows_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "Control",
    "check_targets",
    "controls_by_label",
    "group_sums",
    "spread_within",
    "to_units",
]

Control: TypeAlias = float | Mapping[Any, float]
"""One area, or areas by label; a Series is read like a mapping."""


def group_sums(parts: Floats, owner: Ints, groups: int) -> Floats:
    """Return the sum of the parts of each group."""
    return np.bincount(owner, weights=parts, minlength=groups).astype(np.float64)


def to_units(areas: Floats, decimals: int) -> int:
    """Return the sum of areas in whole smallest units, ties to the even number."""
    total = fsum(areas) * 10**decimals
    if total > MOST_UNITS:
        msg = (
            f"areas add up to {total:.3g} smallest units, more digits than a float can "
            "keep; use fewer `decimals`, or see in which unit the areas are."
        )
        raise ParameterError(msg)
    return int(np.rint(total))


def spread_within(parts: Floats, owner: Ints, targets: Ints) -> Ints:
    """
    Return whole units in proportion to parts that add up to the target of each group.

    A group whose parts are all zero has to have the target zero.
    """
    units = np.zeros(len(parts), dtype=np.int64)
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(targets) + 1))
    for group, target in enumerate(targets.tolist()):
        rows = order[ends[group] : ends[group + 1]]
        if rows.size:
            units[rows] = spread(parts[rows], target)
    return units


def controls_by_label(
    control: Control, labels: pd.Index, *, decimals: int, what: str
) -> Ints:
    """Return control areas of all labels in whole units, in the order of `labels`."""
    given = _as_series(control, labels, what)
    again = given.index[given.index.duplicated()].unique().tolist()
    if again:
        msg = (
            f"`control` has {what} {rows_text(again)} more than once; one area for "
            "each is needed: `control.groupby(level=0).sum()`, if they are parts of it."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, again)))
    missing = labels.difference(given.index, sort=False).tolist()
    unknown = given.index.difference(labels, sort=False).tolist()
    if missing or unknown:
        msg = (
            f"`control` has {_without(missing, 'no area for')}"
            f"{' and ' if missing and unknown else ''}"
            f"{_without(unknown, 'areas for unknown')}; give one for each {what} of "
            "the layer and for no other, by the same names, or leave this level out."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, missing + unknown)))
    # By place: labels that are true or false would be taken for a mask.
    numbers = given.iloc[given.index.get_indexer(labels)].tolist()
    return np.array([_units(number, decimals) for number in numbers], dtype=np.int64)


def _as_series(control: object, labels: pd.Index, what: str) -> pd.Series[float]:
    """Return control areas as a Series; one number is that of the only label."""
    if isinstance(control, pd.Series):
        return control
    if isinstance(control, Mapping):
        return pd.Series(dict(control), dtype=object)
    if isinstance(control, Real | Decimal) and not isinstance(control, bool):
        if len(labels) == 1:
            return pd.Series([control], index=labels)
        msg = (
            f"`control` is one number, but there are {len(labels)} of {what} "
            f"({rows_text(labels.tolist())}); give an area for each, e.g. "
            f"`control={{{what!r}: {{{labels[0]!r}: ...}}}}`."
        )
        raise ParameterError(msg)
    msg = (
        f"`control` of {what} is a {type(control).__name__}, but a number, or a dict "
        "or Series of numbers by label is needed."
    )
    raise ParameterError(msg)


def _units(number: object, decimals: int) -> int:
    """Return one control area in whole units, refusing what is no area."""
    known = isinstance(number, Real | Decimal) and not isinstance(number, bool)
    area = float(cast("float", number)) if known else nan
    if not isfinite(area) or area < 0:
        msg = f"`control` has the value {number!r}, but finite areas >= 0 are needed."
        raise ParameterError(msg)
    return whole_units(area, decimals)


def check_targets(
    labels: pd.Index, measured: Floats, targets: Ints, *, tolerance: float, what: str
) -> None:
    """Refuse targets that are no small adjustment away from what was measured.

    `measured` is in smallest units too; one of these is rounding and always allowed,
    but not for what measures nothing: nobody has a share of that.
    """
    bad = (measured == 0) & (targets > 0)
    if tolerance < inf:
        bad |= np.abs(targets - measured) > tolerance * targets + 1
    if not bad.any():
        return
    first = int(np.argmax(bad))
    if not measured[first]:
        _no_share(labels[(measured == 0) & (targets > 0)], what)
    hint = unit_hint(float(measured[first]), float(targets[first]))
    msg = (
        f"in {what} {bad.sum()} areas are not within {tolerance:.3%} of their `control`"
        f" ({rows_text(labels[bad].tolist())}); of "
        f"{rows_text(labels[[first]].tolist())} the control is "
        f"{targets[first] / measured[first] - 1:+.3%} from what was measured; "
        f"{hint}check that both are of the same land, or say `tolerance=...`."
    )
    raise AreaBalanceError(msg)


def _no_share(labels: pd.Index, what: str) -> NoReturn:
    msg = (
        f"in {what} {len(labels)} areas measure nothing, so that their `control` "
        f"cannot be given to them in proportion ({rows_text(labels.tolist())}); "
        "measure them, or correct the control."
    )
    raise AreaBalanceError(msg)


def _without(labels: list[Any], words: str) -> str:
    return f"{words} {rows_text(labels)}" if labels else ""
