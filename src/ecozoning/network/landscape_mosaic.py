"""A class raster seen as a mosaic of patches: what metrics of landscape are made of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import numpy as np

from ecozoning._apply import thread_count
from ecozoning._kernels.landscape import core_counts, patch_labels, patch_tallies
from ecozoning._kernels.nearest import nearest_squares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Mosaic", "mosaic_of"]

CLASSES_AT_ONCE: Final = 64
"""Classes in one sweep for neighbours, which keeps 16 bytes for each and a column."""


@dataclass(frozen=True)
class Mosaic:
    """Patches of a class raster, and what they share.

    Attributes
    ----------
    codes : (rows, columns) int32
        Class of each cell, -1 for none.
    labels : (rows, columns) int32
        Patch of each cell, -1 for none.
    kinds : (patches,) int32
        Class of each patch.
    cells : (patches,) int64
        Size of each patch.
    sides : (2, patches) int64
        Sides of cells around each patch, towards another class, no data or the rim:
        those that part columns, and those that part rows.
    shared : (2, classes + 1, classes + 1) int64
        Sides between classes, each counted once; the last class is no data and the rim.
    cell_m : tuple of float
        Width and height of a cell.
    diagonal : bool
        Whether cells that touch at a corner are of one patch.
    edge_depth_m : float or None
        What is no core; None is one cell.
    """

    codes: Codes
    labels: Codes
    kinds: Codes
    cells: Ints
    sides: Ints
    shared: Ints
    cell_m: tuple[float, float]
    diagonal: bool
    edge_depth_m: float | None

    @property
    def cell_area_m2(self) -> float:
        """Area of a cell."""
        return self.cell_m[0] * self.cell_m[1]

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return int(self.shared.shape[1]) - 1

    @cached_property
    def class_cells(self) -> Ints:
        """Cells of each class."""
        counts = np.zeros(self.n_classes, np.int64)
        np.add.at(counts, self.kinds, self.cells)
        return counts

    @cached_property
    def total_cells(self) -> int:
        """Cells with a class."""
        return int(self.cells.sum())

    @cached_property
    def area_m2(self) -> float:
        """Area of all cells with a class."""
        return self.total_cells * self.cell_area_m2

    @cached_property
    def perimeters(self) -> Ints:
        """Sides of cells around each patch."""
        return np.asarray(self.sides.sum(axis=0))

    @cached_property
    def perimeters_m(self) -> Floats:
        """Length around each patch; what parts columns is as long as a cell is high."""
        width, height = self.cell_m
        return np.asarray(self.sides[0] * height + self.sides[1] * width)

    @cached_property
    def contacts(self) -> Ints:
        """Sides between classes, from either side, so those within one count twice."""
        both = self.shared.sum(axis=0)
        return np.asarray(both + both.T)

    @cached_property
    def contacts_m(self) -> Floats:
        """Length of edges between any two classes; none within one or along no data."""
        width, height = self.cell_m
        lengths = self.shared[0] * height + self.shared[1] * width
        between = (lengths + lengths.T)[:-1, :-1]
        return np.asarray(between * ~np.eye(self.n_classes, dtype=bool))

    @cached_property
    def core_cells(self) -> Ints:
        """Cells of each patch that are farther than the edge depth from its edge."""
        reaches = _reaches(self.edge_depth_m, self.cell_m)
        return core_counts(self.codes, self.labels, self.kinds.size, reaches)

    @cached_property
    def nearest_m(self) -> Floats:
        """Distance of each patch to the nearest of its class; NaN where it is alone."""
        width, height = self.cell_m
        squares = (width * width, height * height)
        least = squares[0] + squares[1] if not self.diagonal else 4 * min(squares)
        bands = [
            (low, min(low + CLASSES_AT_ONCE, self.n_classes))
            for low in range(0, self.n_classes, CLASSES_AT_ONCE)
        ]
        sweep = partial(
            nearest_squares, self.codes, self.labels, self.kinds, squares, least=least
        )
        ends = (True, False)
        jobs = [partial(sweep, band, upward=up) for band in bands for up in ends]
        with ThreadPoolExecutor(thread_count()) as pool:
            found = list(pool.map(lambda job: job(), jobs))
        nearest = np.sqrt(np.min(found, axis=0))
        return np.where(np.isfinite(nearest), nearest, np.nan)


def mosaic_of(
    codes: Codes,
    n_classes: int,
    cell_m: tuple[float, float],
    *,
    diagonal: bool,
    edge_depth_m: float | None,
) -> Mosaic:
    """Return the patches of an array of classes."""
    labels, kinds = patch_labels(codes, diagonal)
    tallies = patch_tallies(codes, labels, kinds.size, n_classes)
    return Mosaic(codes, labels, kinds, *tallies, cell_m, diagonal, edge_depth_m)


def _reaches(depth_m: float | None, cell_m: tuple[float, float]) -> Ints:
    """Return how many columns around a cell are within a depth, for rows 0, 1, …."""
    if depth_m is None:
        return np.array([1, 0])
    width, height = cell_m
    depth = depth_m * (1 + 1e-12)  # 90 m are three cells of 30 m, not nearly three
    up = np.arange(int(depth // height) + 1) * height
    half = np.sqrt(np.maximum(depth * depth - up * up, 0.0))
    return np.asarray((half // width).astype(np.int64))
