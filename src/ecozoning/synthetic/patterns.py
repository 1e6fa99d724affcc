"""What the cells of a synthetic county hold, as functions of row and column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning.synthetic.grid import BLOCKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.synthetic.grid import Grid

__all__ = ["KnownSlope", "Squares", "Steps", "Terrain"]

FOLD_CELLS: Final = 20
"""Rows from a valley to the next ridge."""
GRADIENTS: Final = (0.0, 0.1, 0.3, 0.6)  # rise over run, by columns from west to east


@dataclass(frozen=True)
class Squares:
    """Values of squares of a board."""

    board: NDArray[Any]
    grid: Grid

    def __call__(self, row: Any, column: Any) -> Any:  # noqa: ANN401 -- arrays
        """Return the value of the square of each cell."""
        down = row // (self.grid.rows // BLOCKS)
        return self.board[down, column // (self.grid.columns // BLOCKS)]


@dataclass(frozen=True)
class Steps:
    """Values of bands of rows."""

    values: tuple[float, ...]
    rows: int

    def __call__(self, row: Any, column: Any) -> Any:  # noqa: ANN401 -- arrays
        """Return the value of the band of each row."""
        return np.array(self.values)[row * len(self.values) // self.rows]


@dataclass(frozen=True)
class Terrain:
    """Folds that run from west to east, the steeper the further east."""

    grid: Grid

    def __call__(self, row: Any, column: Any) -> Any:  # noqa: ANN401 -- arrays
        """Return heights in metres."""
        place = row % (2 * FOLD_CELLS)
        up = np.minimum(place, 2 * FOLD_CELLS - place)
        return 100.0 + up * self.grid.cell_m * self.gradient(column)

    def gradient(self, column: Any) -> Any:  # noqa: ANN401 -- arrays
        """Return the gradient of each column."""
        return np.array(GRADIENTS)[column * len(GRADIENTS) // self.grid.columns]


@dataclass(frozen=True)
class KnownSlope:
    """Slope in degrees, NaN where neighbours do not lie in one plane."""

    grid: Grid

    def __call__(self, row: Any, column: Any) -> Any:  # noqa: ANN401 -- arrays
        """Return the slope of each cell."""
        grid, terrain = self.grid, Terrain(self.grid)
        here = terrain.gradient(column)
        west = terrain.gradient(np.maximum(column - 1, 0))
        east = terrain.gradient(np.minimum(column + 1, grid.columns - 1))
        plane = (here == west) & (here == east) & (row % FOLD_CELLS != 0)
        rim = (row == 0) | (row == grid.rows - 1)
        rim = rim | (column == 0) | (column == grid.columns - 1)
        return np.where(plane & ~rim, np.degrees(np.arctan(here)), np.nan)
