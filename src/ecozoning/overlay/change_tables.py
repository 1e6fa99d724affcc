"""Tables of a change matrix: what each class gained, lost and only moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from ecozoning.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["UNMATCHED", "Transition", "transition_of"]

UNMATCHED: Final = "unmatched"
"""Row and column of land that only one of the two layers covers."""


@dataclass(frozen=True)
class Transition:
    """What became of every class; the answer of `transition`.

    Attributes
    ----------
    matrix : pandas.DataFrame, float64
        Areas in km², >= 0: classes before in rows, after in columns, the same in both,
        in the order in which they first appear, and ``unmatched`` last. Its row is land
        that only `after` covers, its column land that only `before` covers. A row adds
        up to the class before, a column to the class after.
    classes : pandas.DataFrame
        One row per class: `class`, `before_km2`, `after_km2`, `unchanged_km2`,
        `loss_km2` and `gain_km2` (to and from other classes), `net_km2` (gain less
        loss), `swap_km2` (twice the smaller of the two: lost here, gained there),
        `before_unmatched_km2`, `after_unmatched_km2`. Before is unchanged, loss and
        unmatched; after is unchanged, gain and unmatched.
    """

    matrix: pd.DataFrame
    classes: pd.DataFrame


def transition_of(
    areas_km2: NDArray[np.float64], names: Sequence[object]
) -> Transition:
    """Label a square of areas, its last row and column unmatched, and sum it up."""
    if UNMATCHED in names:
        msg = (
            f"a class is called {UNMATCHED!r}, which is what land is called that only "
            "one layer covers; rename it with `layer.replace({'unmatched': ...})`."
        )
        raise SchemaError(msg)
    labels = [*names, UNMATCHED]
    matrix = pd.DataFrame(
        areas_km2,
        index=pd.Index(labels, name="before"),
        columns=pd.Index(labels, name="after"),
    )
    return Transition(matrix, _classes(areas_km2, names))


def _classes(areas: NDArray[np.float64], names: Sequence[object]) -> pd.DataFrame:
    """Return gain, loss, net change and swap of each class."""
    inner = areas[:-1, :-1]
    unchanged = np.diagonal(inner)
    off = inner - np.diag(unchanged)  # summed by itself: a difference would round
    loss, gain = off.sum(axis=1), off.sum(axis=0)
    return pd.DataFrame(
        {
            "class": list(names),
            "before_km2": areas[:-1].sum(axis=1),
            "after_km2": areas[:, :-1].sum(axis=0),
            "unchanged_km2": unchanged,
            "loss_km2": loss,
            "gain_km2": gain,
            "net_km2": gain - loss,
            "swap_km2": 2 * np.minimum(gain, loss),
            "before_unmatched_km2": areas[:-1, -1],
            "after_unmatched_km2": areas[-1, :-1],
        }
    )
