"""What a plan says of where a zone lies, turned into a cost per cell.

Every cost is a distance, in radii of the county, by which a cell misses the evidence,
so that pieces of evidence can be weighed against each other and added.
"""

from __future__ import annotations

import math
import numbers
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from ecozoning.errors import ParameterError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ecozoning.zoning.grid import Grid

__all__ = ["Evidence", "check_order", "is_finite_number"]

Basis = Literal["stated", "assumed"]


@dataclass(frozen=True, kw_only=True)
class Evidence(ABC):
    """One statement on where a zone lies.

    Attributes
    ----------
    weight : float
        Factor of its cost, > 0.
    basis : {"stated", "assumed"}
        Whether the plan says it or the modeller takes it to be so.
    note : str
        A few words on where it comes from.
    """

    weight: float = 1.0
    basis: Basis = "stated"
    note: str = ""
    kind: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Refuse a weight that would turn or void the evidence."""
        if not (is_finite_number(self.weight) and self.weight > 0):
            msg = f"`weight` of {self.kind} is {self.weight!r}; give a number above 0."
            raise ParameterError(msg)
        if self.basis not in ("stated", "assumed"):
            msg = f"`basis` is {self.basis!r}; use 'stated' or 'assumed'."
            raise ParameterError(msg)

    @abstractmethod
    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return per cell of the county the miss in metres, >= 0."""

    def cost(self, grid: Grid) -> NDArray[np.float64]:
        """Return per cell of the county the weighed miss in county radii."""
        return self.weight * self.distance(grid) / grid.radius_m

    @abstractmethod
    def describe(self) -> str:
        """Return the evidence in a few words, for the row of the zone."""

    def text(self) -> str:
        """Return description, basis, weight and note in one line."""
        note = f", {self.note}" if self.note else ""
        return f"{self.describe()} ({self.basis}, weight {self.weight:g}{note})"


def is_finite_number(value: object) -> bool:
    """Tell whether a value is a real number, NumPy's included, and finite."""
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return real and math.isfinite(float(str(value)))


def check_order(
    low_name: str, low: float | None, high_name: str, high: float | None
) -> None:
    """Refuse a range whose ends are exchanged or no numbers; None leaves one open."""
    for name, value in ((low_name, low), (high_name, high)):
        if value is not None and not is_finite_number(value):
            msg = f"`{name}` is {value!r}; give a number, or None to leave it open."
            raise ParameterError(msg)
    if low is not None and high is not None and low > high:
        msg = (
            f"`{low_name}` and `{high_name}` are turned around (`{low_name}` {low:g}, "
            f"`{high_name}` {high:g}); exchange them."
        )
        raise ParameterError(msg)
