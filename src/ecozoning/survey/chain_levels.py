"""The units of a chain of control areas: who belongs where, what each is held to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from ecozoning.errors import AreaBalanceError, ParameterError, SchemaError
from ecozoning.survey.nested import (
    controls_by_label,
    group_sums,
    spread_within,
    to_units,
)
from ecozoning.survey.tables import rows_text, unnamed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.survey.nested import Control

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "Level",
    "check_levels_known",
    "claimed_controls",
    "given_controls",
    "levels_of",
    "sources_of",
    "targets_of",
]


class Level(NamedTuple):
    """The units of a level: who they are, where they belong, what was measured."""

    name: str
    labels: pd.Index
    owner: Ints  # (parcels,) unit of each parcel
    parent: Ints  # (units,) unit of the level above, 0 in the first
    measured: Floats  # (units,) in smallest units


def check_levels_known(
    by_level: Mapping[str, object], names: list[str], what: str
) -> None:
    """Refuse the names of levels that there are not."""
    unknown = [name for name in by_level if name not in names]
    if unknown:
        msg = (
            f"`{what}` names {unknown[0]!r}, which is no level; use some of {names}, "
            "or add it to `levels`."
        )
        raise ParameterError(msg)


def levels_of(parcels: pd.DataFrame, names: list[str], measured: Floats) -> list[Level]:
    """Return the units of all levels, insisting that each has one parent."""
    chain: list[Level] = []
    for name in names:
        _check_named(parcels, name)
        owner, labels = pd.factorize(parcels[name])
        owner = owner.astype(np.int64)
        first = np.zeros(len(labels), dtype=np.int64)
        above = chain[-1].owner if chain else np.zeros(len(owner), dtype=np.int64)
        first[owner[::-1]] = np.arange(len(owner))[::-1]
        parent = above[first]
        if chain:
            _check_one_parent(parcels, (chain[-1].name, name), parent[owner] != above)
        sums = group_sums(measured, owner, len(labels))
        chain.append(Level(name, pd.Index(labels, name=name), owner, parent, sums))
    return chain


def _check_named(parcels: pd.DataFrame, name: str) -> None:
    nameless = unnamed(parcels[name])
    if nameless.any():
        rows = parcels.index[nameless].tolist()
        msg = (
            f"`parcels` has {len(rows)} rows without a {name} (first labels: "
            f"{rows_text(rows)}), so their area belongs nowhere; name it "
            f"with `parcels.fillna({{{name!r}: ...}})`."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, rows)))


def _check_one_parent(
    parcels: pd.DataFrame, names: tuple[str, str], elsewhere: NDArray[np.bool_]
) -> None:
    """Refuse a village that lies in two townships, or two of one name."""
    if not elsewhere.any():
        return
    above, below = names
    split = parcels.loc[elsewhere, below].unique().tolist()
    both = parcels.loc[parcels[below] == split[0], above].unique().tolist()
    msg = (
        f"`parcels` has {len(split)} of {below} in more than one {above} (the first: "
        f"{split[0]!r} in {', '.join(map(repr, both))}), but one is needed; use codes, "
        f"or tell them apart: `parcels[{below!r}] = parcels[{above!r}] + "
        f"parcels[{below!r}]`."
    )
    raise SchemaError(msg, bad_rows=tuple(map(str, split)))


def given_controls(
    control: Control | Mapping[str, Control] | None, chain: list[Level], decimals: int
) -> dict[str, Ints]:
    """Return the control areas that were given, by level, in whole units."""
    names = [level.name for level in chain]
    if control is None:
        return {}
    if not isinstance(control, Mapping):
        control = {names[0]: control}
    check_levels_known(control, names, "control")
    return {
        level.name: controls_by_label(
            control[level.name], level.labels, decimals=decimals, what=level.name
        )
        for level in chain
        if level.name in control
    }


def claimed_controls(chain: list[Level], given: dict[str, Ints]) -> list[Ints | None]:
    """Return controls of each level, given or summed up; refuse contradictions."""
    claimed: list[Ints | None] = []
    below: tuple[Level, Ints] | None = None
    for level in reversed(chain):
        own = given.get(level.name)
        if below is not None:
            sums = np.zeros(len(level.labels), dtype=np.int64)
            np.add.at(sums, below[0].parent, below[1])
            if own is not None:
                _check_agree(level, below[0].name, own, sums)
            own = sums
        claimed.append(own)
        below = None if own is None else (level, own)
    return claimed[::-1]


def _check_agree(level: Level, below: str, own: Ints, sums: Ints) -> None:
    """Refuse controls of a level that are not the sums of those below."""
    apart = np.flatnonzero(own != sums)
    if not apart.size:
        return
    first = apart[0]
    msg = (
        f"`control` contradicts itself in {apart.size} of {level.name}: that of "
        f"{level.labels[first]!r} is {own[first]} smallest units, but those of its "
        f"{below} add up to {sums[first]}, {sums[first] - own[first]:+d}; correct one "
        f"of the two, or leave {below!r} out of `control` and let it follow."
    )
    raise AreaBalanceError(msg)


def targets_of(
    chain: list[Level], claimed: list[Ints | None], *, decimals: int
) -> list[Ints]:
    """Return control areas of all levels in whole units, from the whole down."""
    targets: list[Ints] = []
    above = np.array([to_units(chain[0].measured, 0)], dtype=np.int64)
    for level, own in zip(chain, claimed, strict=True):
        if own is None:
            _check_shareable(level, above)
            own = spread_within(level.measured, level.parent, above)
        targets.append(own)
        above = own
    return targets


def _check_shareable(level: Level, above: Ints) -> None:
    """Refuse a control of a whole whose parts have no area at all."""
    sums = group_sums(level.measured, level.parent, len(above))
    empty = (sums == 0) & (above > 0)
    if empty.any():
        msg = (
            f"`control` gives area to {empty.sum()} units above {level.name!r} whose "
            "parcels measure nothing, so it cannot be given to them in proportion; "
            "measure them, or correct the control."
        )
        raise AreaBalanceError(msg)


def sources_of(
    names: list[str], given: dict[str, Ints], claimed: list[Ints | None]
) -> list[str]:
    """Return in a word where the controls of each level are from."""
    words = []
    for name, own in zip(names, claimed, strict=True):
        if name in given:
            words.append("given")
        elif own is not None:
            words.append("sum")
        else:
            words.append("proportion" if words else "measured")
    return words
