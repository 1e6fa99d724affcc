"""What an area ledger can be asked: margins, crossed tables, whether it closes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
import pandas as pd

from ecozoning.errors import ParameterError
from ecozoning.overlay.balancing import balance
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["AreaLedger", "Side", "closed_columns"]

Side = Literal["zone", "unit", "class"]

COLUMNS: Final = {"km2": "area_km2", "hm2": "area_hm2", "亩": "area_mu"}
NOBODY: Final = {"zone": "outside", "unit": "outside", "class": "nodata"}
"""What land in no zone, no unit and no class is called in crossed tables."""


@dataclass(frozen=True)
class AreaLedger:
    """
    Areas by zone, administrative unit and class that add up in every direction.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per zone, unit and class that has land: ``zone``, ``unit`` (if units
        were given), ``class`` (None for land in none), ``area_m2`` as measured on the
        ellipsoid, and ``area_km2``, ``area_hm2``, ``area_mu``, which are one whole
        number of smallest units.
    decimals : int
        Decimals of hm² and 亩; km² has two more.
    labels : mapping of str to tuple
        The zones, units and classes in their order.
    controls : mapping of str to pandas.Series
        Control areas in km² that were given: ``"total"``, ``"zone"``, ``"unit"``.
    """

    table: pd.DataFrame
    decimals: int
    labels: Mapping[str, tuple[Any, ...]]
    controls: Mapping[str, pd.Series[float]] = field(default_factory=dict)

    def by(self, *sides: Side) -> pd.DataFrame:
        """
        Return the sums of the closed cells by some sides, in the order of `labels`.

        Columns are those asked for, ``area_m2``, ``area_km2``, ``area_hm2``,
        ``area_mu`` and ``share_percent``, which adds up to 100.00; nothing asked for
        gives the total.
        """
        self._check_sides(sides)
        shape = [len(self.labels[side]) + 1 for side in sides]
        codes = [self._codes(side) for side in sides]
        key = np.zeros(len(self.table), dtype=np.int64)
        for size, code in zip(shape, codes, strict=True):
            key = key * size + code
        found, at = np.unique(key, return_inverse=True)
        sums = np.zeros(len(found), dtype=np.int64)
        np.add.at(sums, at, self._units())
        table = pd.DataFrame(index=range(len(found)))
        for size, side in zip(shape[::-1], sides[::-1], strict=True):
            found, code = np.divmod(found, size)
            names = np.array([*self.labels[side], None], dtype=object)[code]
            table.insert(0, side, pd.Series(names, dtype=object))
        table["area_m2"] = np.bincount(at, self.table["area_m2"], len(table))
        table = table.assign(**closed_columns(sums, self.decimals))
        some = bool(table["area_hm2"].any())
        share = balance(table["area_hm2"], 100.0, tolerance=np.inf) if some else 0.0
        return table.assign(share_percent=share)

    def wide(
        self, rows: Side = "zone", columns: Side = "class", *, unit: str = "km2"
    ) -> pd.DataFrame:
        """
        Return one side down, another across, and totals, in ``km2``, ``hm2`` or ``亩``.

        Land in no zone or unit is called ``outside``, land in no class ``nodata``.
        """
        self._check_sides((rows, columns))
        if unit not in COLUMNS:
            msg = f"`unit` is {unit!r}; use one of {', '.join(COLUMNS)}."
            raise ParameterError(msg)
        names = [self._named(side) for side in (rows, columns)]
        counts = np.zeros([len(one) for one in names], dtype=np.int64)
        np.add.at(counts, (self._codes(rows), self._codes(columns)), self._units())
        present = [np.unique(self._codes(side)) for side in (rows, columns)]
        counts = counts[np.ix_(*present)]
        counts = np.vstack([counts, counts.sum(axis=0)])
        counts = np.column_stack([counts, counts.sum(axis=1)])
        values = closed_columns(counts, self.decimals)[COLUMNS[unit]]
        axes = [
            pd.Index([*one[here], "total"], name=side)
            for one, here, side in zip(names, present, (rows, columns), strict=True)
        ]
        return pd.DataFrame(values, index=axes[0], columns=axes[1])

    def check(self) -> pd.DataFrame:
        """
        Return what does not close; no rows if all does.

        Columns are ``direction``, ``label``, ``expected_km2`` and ``found_km2``: cells
        that are no whole number of smallest units or say different things in km², hm²
        and 亩, and sums that are not their control area.
        """
        faults: list[tuple[str, Any, float, float]] = []
        closed = closed_columns(self._units(), self.decimals)
        for unit, name in COLUMNS.items():
            found = self.table[name].to_numpy(float)
            off = np.abs(found - closed[name]) > 1e-9 * found + 1e-9
            for at in np.flatnonzero(off).tolist():
                km2 = convert(float(found[at]), unit, "km2")
                label = self.table.index[at]
                faults.append((name, label, float(closed["area_km2"][at]), km2))
        for side, control in self.controls.items():
            faults += self._misses(side, control)
        names = ["direction", "label", "expected_km2", "found_km2"]
        return pd.DataFrame(faults, columns=names)

    def _misses(
        self, side: str, control: pd.Series[float]
    ) -> list[tuple[str, Any, float, float]]:
        """Return the sums of a side that are not their control areas."""
        sums = self.by(*(one for one in get_args(Side) if one == side))
        labels = sums[side].tolist() if side in sums else ["total"]
        found = dict(zip(labels, sums["area_km2"].tolist(), strict=True))
        least = closed_columns(np.ones(1, np.int64), self.decimals)["area_km2"][0]
        return [
            (side, label, expected, found.get(label, 0.0))
            for label, expected in control.items()
            if abs(found.get(label, 0.0) - expected) > least / 2
        ]

    def _units(self) -> Ints:
        """Return the closed cells in whole smallest units."""
        hm2 = self.table["area_hm2"].to_numpy(float)
        units: Ints = np.rint(hm2 * 10**self.decimals).astype(np.int64)
        return units

    def _codes(self, side: Side) -> Ints:
        """Return the place of the label of each row, the last one for none."""
        code = pd.Index(self.labels[side]).get_indexer(pd.Index(self.table[side]))
        return np.where(code < 0, len(self.labels[side]), code).astype(np.int64)

    def _named(self, side: Side) -> NDArray[np.object_]:
        """Return labels and what none is called, insisting that no other has it."""
        taken = [one for one in (NOBODY[side], "total") if one in self.labels[side]]
        if taken:
            msg = (
                f"a {side} is called {taken[0]!r}, as the table calls its own; give it "
                "another name."
            )
            raise ParameterError(msg)
        return np.array([*self.labels[side], NOBODY[side]], dtype=object)

    def _check_sides(self, sides: tuple[str, ...]) -> None:
        known = [*self.labels]
        if all(side in known and sides.count(side) == 1 for side in sides):
            return
        msg = (
            f"{sides} was asked for, but the ledger is kept by {known}, each "
            "of which can be asked for once."
        )
        raise ParameterError(msg)


def closed_columns(units: Ints, decimals: int) -> dict[str, Floats]:
    """Return km2, hm2 and 亩 of whole smallest units, each the float next to it."""
    scale = 10**decimals
    return {
        "area_km2": units / (scale * 100),
        "area_hm2": units / scale,
        "area_mu": units * 15 / scale,
    }
