"""Amperes of every source in each run, by mode."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pair = tuple[int, int]
    Plan = Callable[[Floats], list[Floats]]

__all__ = ["planned"]


def planned(mode: str, joined: Sequence[Pair]) -> Plan:
    """
    Return what makes the runs of a mode from the response of sources to each other.

    The response is volts at each source (columns) from an ampere at each (rows), into
    a ground that is the first source of a connected part. Those of `joined` have a way
    between them.
    """
    if mode in ("pairwise", "network"):
        return partial(_of_pairs, joined)
    return partial(_of_all, joined, mode == "one_to_all")


def _of_pairs(joined: Sequence[Pair], response: Floats) -> list[Floats]:
    runs = []
    for one, two in joined:
        amperes = np.zeros(len(response))
        if _apart(response, one, two):
            amperes[one], amperes[two] = -1.0, 1.0
            runs.append(amperes)
    return runs


def _of_all(joined: Sequence[Pair], spreads: bool, response: Floats) -> list[Floats]:
    """Return runs of one source against all it is joined to, in the order of ids."""
    runs = []
    for one in range(len(response)):
        pairs = [pair for pair in joined if one in pair and _apart(response, *pair)]
        others = np.array([b if a == one else a for a, b in pairs], dtype=np.intp)
        if others.size:
            run = _spread if spreads else _gather
            runs.append(run(one, others, response))
    return runs


def _gather(one: int, others: NDArray[np.intp], response: Floats) -> Floats:
    """Return an ampere into each of the others, all of it out at one."""
    amperes = np.zeros(len(response))
    amperes[others] = 1.0
    amperes[one] = -float(others.size)
    return amperes


def _spread(one: int, others: NDArray[np.intp], response: Floats) -> Floats:
    """Return an ampere into one, and what of it leaves at each of the others.

    The others are grounded: what leaves is such that all have one potential.
    """
    size = others.size
    level = np.zeros((size + 1, size + 1))
    level[:size, :size] = response[np.ix_(others, others)]
    level[:size, size], level[size, :size] = -1.0, 1.0
    volts = np.append(-response[one, others], -1.0)
    amperes = np.zeros(len(response))
    amperes[one] = 1.0
    # Sources that share a node share what leaves there: the least squares are even.
    amperes[others] = np.linalg.lstsq(level, volts, rcond=1e-13)[0][:size]
    return amperes


def _apart(response: Floats, one: int, two: int) -> bool:
    """Whether there is any resistance between two sources."""
    between = response[one, one] + response[two, two] - 2 * response[one, two]
    return bool(between > 1e-12 * max(response[one, one], response[two, two], 1e-300))
