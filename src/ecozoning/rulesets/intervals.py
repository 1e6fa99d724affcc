"""Intervals with explicit ends, and the search of many values among them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import DTypeLike, NDArray

__all__ = ["Interval", "cuts_between", "seam_fault", "span"]

_NUMBER: Final = r"[+-]?(?:inf|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
_NOTATION: Final = re.compile(
    rf"([\[(])\s*({_NUMBER})\s*,\s*({_NUMBER})\s*([\])])", flags=re.ASCII
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of numbers; a closed end belongs to it, an open end does not."""

    low: float
    high: float
    closed_low: bool
    closed_high: bool

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Return the interval that a text such as ``"(100, 600]"`` means."""
        match = _NOTATION.fullmatch(text.strip())
        if match is None:
            msg = (
                f"interval {text!r} cannot be read; write two numbers in brackets, "
                f'"[" or "]" where the end belongs to it: "(100, 600]", "[0, inf)"'
            )
            raise ParameterError(msg)
        interval = cls(
            float(match[2]), float(match[3]), match[1] == "[", match[4] == "]"
        )
        if fault := interval.fault():
            raise ParameterError(fault)
        return interval

    def fault(self) -> str:
        """Return what is wrong with the ends, or an empty text."""
        if self.low > self.high:
            return f"interval {self} has its ends turned; write the smaller one first"
        if self.low == self.high and not (self.closed_low and self.closed_high):
            return f"interval {self} holds no number; close both ends or part them"
        endless = (self.closed_low, self.low), (self.closed_high, self.high)
        if any(closed and math.isinf(end) for closed, end in endless):
            return f"interval {self} closes an endless end; write '(-inf' or 'inf)'"
        return ""

    def outside(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Return where values lie outside; NaN lies nowhere and is not marked."""
        low, high = values.dtype.type(self.low), values.dtype.type(self.high)
        below = values < low if self.closed_low else values <= low
        above = values > high if self.closed_high else values >= high
        return np.asarray(below | above)

    def __str__(self) -> str:
        left, right = "(["[self.closed_low], ")]"[self.closed_high]
        return f"{left}{self.low:.15g}, {self.high:.15g}{right}"


def seam_fault(lower: Interval, upper: Interval) -> str:
    """Return how two neighbours fail to meet without gap or overlap, or nothing."""
    if lower.high < upper.low:
        return f"{lower} and {upper} leave a gap from {lower.high:g} to {upper.low:g}"
    if lower.high > upper.low:
        end = min(lower.high, upper.high)
        return f"{lower} and {upper} overlap from {upper.low:g} to {end:g}"
    if lower.closed_high and upper.closed_low:
        return f"{lower} and {upper} overlap at {upper.low:g}; open one of the ends"
    if not (lower.closed_high or upper.closed_low):
        return (
            f"{lower} and {upper} leave a gap at {upper.low:g}; close one of the ends"
        )
    return ""


def cuts_between(intervals: Sequence[Interval], dtype: DTypeLike) -> NDArray[Any]:
    """
    Return the cuts by which ``np.digitize(values, cuts)`` numbers the intervals.

    `np.digitize` gives a value on a cut to the upper side. Where the edge belongs to
    the lower interval, the cut is the next number of the type above the edge. Edges are
    rounded to `dtype` first, so that 0.2 in a float32 raster is the edge 0.2.
    """
    edges = np.array([interval.high for interval in intervals[:-1]], dtype=dtype)
    low_side = np.array([interval.closed_high for interval in intervals[:-1]], bool)
    above = np.nextafter(edges, edges.dtype.type(np.inf))
    return np.asarray(np.where(low_side, above, edges))


def span(intervals: Sequence[Interval]) -> Interval:
    """Return the interval that ascending intervals cover together."""
    first, last = intervals[0], intervals[-1]
    return Interval(first.low, last.high, first.closed_low, last.closed_high)
