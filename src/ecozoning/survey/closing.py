"""A ledger of zones, units and classes in whole smallest units that closes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from ecozoning.errors import AreaBalanceError, ParameterError
from ecozoning.survey.nested import (
    check_targets,
    controls_by_label,
    group_sums,
    spread_within,
    to_units,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.survey.nested import Control

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Cells", "Controls", "closed_units", "controls_of"]

ROUNDS: Final = 1000
NEAR: Final = 1e-3
"""Smallest units by which margins may be off before the last rounding."""


class Cells(NamedTuple):
    """The cells of a ledger; zone and unit -1 stand for land in none."""

    zone: Ints
    unit: Ints
    measured: Floats  # smallest units


class Controls(NamedTuple):
    """What a ledger is held to, in whole smallest units."""

    total: int | None
    zone: Ints | None
    unit: Ints | None


class _Side(NamedTuple):
    """Zones, or units, with those of land in none last."""

    what: str
    labels: pd.Index
    owner: Ints
    measured: Floats
    given: Ints | None

    @property
    def has_rest(self) -> bool:
        return bool(self.measured[-1] > 0)


def controls_of(
    control: Control | Mapping[str, Control] | None,
    labels: tuple[pd.Index, pd.Index | None],
    *,
    decimals: int,
) -> Controls:
    """Read control areas in km2, of which `decimals` are kept."""
    sides = _sides_by_key(*labels)
    if control is None:
        control = {}
    elif isinstance(control, pd.Series):
        msg = (
            "`control` is a Series, but whose areas it has is not said; write "
            "`control={'zone': control}` or `control={'unit': control}`."
        )
        raise ParameterError(msg)
    elif not isinstance(control, Mapping):
        control = {"total": control}
    read: dict[str, Ints] = {}
    for key, value in control.items():
        side, index = sides.get(str(key), ("", None))
        if index is None or side in read:
            msg = f"`control` names {key!r}; use some of {[*sides]}, each side once."
            raise ParameterError(msg)
        read[side] = controls_by_label(value, index, decimals=decimals, what=str(key))
    total = read.get("total")
    whole = None if total is None else int(total[0])
    return Controls(whole, read.get("zone"), read.get("unit"))


def _sides_by_key(
    zones: pd.Index, units: pd.Index | None
) -> dict[str, tuple[str, pd.Index]]:
    """Return side and labels by what `control` may call them: so, or by its column."""
    sides = {"total": ("total", pd.Index(["total"])), "zone": ("zone", zones)}
    if units is not None:
        sides["unit"] = ("unit", units)
    for side, index in list(sides.values()):
        if units is None or zones.name != units.name:
            sides.setdefault(str(index.name or side), (side, index))
    return sides


def closed_units(
    cells: Cells,
    controls: Controls,
    labels: tuple[pd.Index, pd.Index | None],
    *,
    tolerance: float,
) -> Ints:
    """
    Return whole units of all cells whose sums are the controls.

    From the total to zones, to units in zones, to classes in these; where only units
    have controls, to units first. With controls of both, areas are fitted to both
    margins in turn first.
    """
    if controls.total is not None:
        check_targets(
            pd.Index(["total"]),
            np.array([cells.measured.sum()]),
            np.array([controls.total]),
            tolerance=tolerance,
            what="all",
        )
    zone = _side(cells, cells.zone, labels[0], controls.zone)
    units = pd.Index([], name="unit") if labels[1] is None else labels[1]
    unit = _side(cells, cells.unit, units, controls.unit)
    pair, at = np.unique(
        zone.owner * len(unit.measured) + unit.owner, return_inverse=True
    )
    rows, columns = np.divmod(pair, len(unit.measured))
    inner = group_sums(cells.measured, at, len(pair))
    if zone.given is not None and unit.given is not None:
        targets = _both(zone, unit, controls.total)
        _check(zone, targets[0], tolerance)
        _check(unit, targets[1], tolerance)
        pieces = _fitted(inner, rows, columns, targets)
    else:
        first, owner = (unit, columns) if unit.given is not None else (zone, rows)
        target = _one(first, controls.total)
        _check(first, target, tolerance)
        pieces = spread_within(inner, owner, target)
    return spread_within(cells.measured, at, pieces)


def _side(cells: Cells, owner: Ints, labels: pd.Index, given: Ints | None) -> _Side:
    owner = np.where(owner < 0, len(labels), owner)
    measured = group_sums(cells.measured, owner, len(labels) + 1)
    return _Side(str(labels.name), labels, owner, measured, given)


def _check(side: _Side, targets: Ints, tolerance: float) -> None:
    labels = pd.Index([*side.labels.tolist(), "none"])
    check_targets(labels, side.measured, targets, tolerance=tolerance, what=side.what)


def _one(side: _Side, total: int | None) -> Ints:
    """Return targets of one side, those of land in none last."""
    if side.given is None:
        whole = to_units(side.measured, 0) if total is None else total
        if not side.measured.any():
            return np.zeros(len(side.measured), dtype=np.int64)
        everything = np.zeros(len(side.measured), dtype=np.int64)
        return spread_within(side.measured, everything, np.array([whole]))
    rest = int(np.rint(side.measured[-1]))
    if total is not None:
        rest = total - int(side.given.sum())
        _check_rest(side, rest, "the total")
    return np.append(side.given, rest)


def _both(zone: _Side, unit: _Side, total: int | None) -> tuple[Ints, Ints]:
    """Return targets of both sides, which have to agree."""
    zones, units = _one(zone, total), _one(unit, total)
    apart = int(zones.sum() - units.sum())
    if apart and unit.has_rest and total is None:
        units[-1] += apart
    elif apart and zone.has_rest and total is None:
        zones[-1] -= apart
    elif apart:
        _contradiction(zone.what, unit.what, apart)
    _check_rest(zone, int(zones[-1]), unit.what)
    _check_rest(unit, int(units[-1]), zone.what)
    return zones, units


def _check_rest(side: _Side, rest: int, other: str) -> None:
    """Refuse controls that leave less than nothing, or something for no land."""
    if rest < 0 or (rest > 0 and not side.has_rest):
        _contradiction(side.what, other, -rest)


def _contradiction(what: str, other: str, apart: int) -> None:
    msg = (
        f"`control` contradicts itself: the areas of {what} and those of {other} are "
        f"{apart:+d} smallest units apart; correct one, or leave one of the two out."
    )
    raise AreaBalanceError(msg)


def _fitted(
    inner: Floats, rows: Ints, columns: Ints, targets: tuple[Ints, Ints]
) -> Ints:
    """Return whole units of pieces whose sums are the targets of both sides.

    Areas are fitted to one margin and the other in turn (Deming and Stephan 1940), cut
    down to whole units, and what is missing is sent as a flow of single units from rows
    to columns through the pieces that were cut: if margins are whole, one exists.
    """
    fitted = _raked(inner, rows, columns, targets)
    units = np.floor(fitted + NEAR).astype(np.int64)
    short = [
        target - np.bincount(at, units, minlength=len(target)).astype(np.int64)
        for target, at in zip(targets, (rows, columns), strict=True)
    ]
    units += _single_units(rows, columns, fitted - units > NEAR, short)
    return units


def _raked(
    inner: Floats, rows: Ints, columns: Ints, targets: tuple[Ints, Ints]
) -> Floats:
    fitted = inner.astype(np.float64)
    for _ in range(ROUNDS):
        worst = 0.0
        for target, at in zip(targets, (rows, columns), strict=True):
            sums = np.bincount(at, fitted, minlength=len(target))
            worst = max(worst, float(np.abs(sums - target).max()))
            factor = np.divide(target, sums, out=np.zeros_like(sums), where=sums > 0)
            fitted = fitted * factor[at]
        if worst < NEAR / 10:
            return fitted
    return _no_fit()


def _no_fit() -> Floats:
    msg = (
        "`control` asks of zones and units what their common land cannot give: no "
        "areas of the pieces add up to both; leave one of the two out of `control`."
    )
    raise AreaBalanceError(msg)


def _single_units(
    rows: Ints, columns: Ints, some: NDArray[np.bool_], short: list[Ints]
) -> Ints:
    """Return which pieces get one unit more, so that no row or column is short."""
    wanted, taken = short
    if min(wanted.min(), taken.min()) < 0:
        _no_fit()
    count, others = len(wanted), len(taken)
    source, sink = count + others, count + others + 1
    heads = [np.full(count, source), rows[some], count + np.arange(others)]
    tails = [np.arange(count), count + columns[some], np.full(others, sink)]
    sizes = [wanted, np.ones(int(some.sum()), dtype=np.int64), taken]
    capacity = np.concatenate(sizes).astype(np.int32)
    # Old versions of scipy take places of 32 bits only.
    at, to = (np.concatenate(ends).astype(np.int32) for ends in (heads, tails))
    graph = csr_array((capacity, (at, to)), shape=(sink + 1, sink + 1))
    found = maximum_flow(graph, source, sink)
    if found.flow_value < wanted.sum():
        _no_fit()
    flow = found.flow.tocsr()
    more = np.zeros(len(rows), dtype=np.int64)
    more[some] = np.asarray(flow[rows[some], count + columns[some]]).ravel()
    return more
