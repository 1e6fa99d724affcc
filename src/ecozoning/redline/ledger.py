"""What each step of a delineation adds and removes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning.units import convert

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

__all__ = ["STEPS", "Ledger"]

STEPS: Final = {
    "importance": "生态系统服务功能极重要区",
    "sensitivity": "生态极敏感区",
    "statutory": "法定保护地",
    "boundary": "裁切至范围",
    "exclusions": "扣除",
    "minimum_patch": "剔除细小图斑",
    "holes": "填充空洞",
    "natural_lines": "落到自然边界",
    "parcels": "落到地块边界",
}


class Ledger:
    """The pieces that are in, and a row for every step that changed them."""

    def __init__(self, area_m2: NDArray[np.float64]) -> None:
        self.area_m2 = area_m2
        self.kept: Bools = np.zeros(area_m2.size, dtype=bool)
        self.rows: list[dict[str, Any]] = []

    def take(self, step: str, kept: Bools, *, asked: bool = True) -> None:
        """Note what a step changed; `asked` is whether it was called for."""
        sums = {
            "area_in_km2": self.kept,
            "added_km2": kept & ~self.kept,
            "removed_km2": self.kept & ~kept,
            "area_out_km2": kept,
        }
        areas = {
            name: convert(float(self.area_m2[rows].sum()), "m2", "km2")
            for name, rows in sums.items()
        }
        row = {"step": step, "step_zh": STEPS[step], "applied": asked}
        self.rows.append(row | areas)
        self.kept = kept

    def table(self) -> pd.DataFrame:
        """Return the rows so far."""
        return pd.DataFrame(self.rows)
