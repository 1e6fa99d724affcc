"""Circuits on grids: branches between cells, and currents through nodes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]

__all__ = ["branches", "mean_resistance", "node_currents"]


@njit(nogil=True, cache=True, error_model="numpy")
def mean_resistance(a: float, b: float, by_conductance: bool) -> float:
    """Return the resistance between the centres of two cells, a unit apart."""
    if by_conductance:
        return 2.0 / (1.0 / a + 1.0 / b)
    return 0.5 * (a + b)


@njit(nogil=True, cache=True, error_model="numpy")
def branches(
    resistance: Floats,
    nodes: Ints,
    steps: tuple[float, float],
    diagonal: bool,
    by_conductance: bool,
) -> tuple[Ints, Ints, Floats]:
    """
    Return from-node, to-node and conductance of each pair of neighbouring cells.

    `nodes` is -1 where nothing passes. Cells of one node have no branch between them,
    and a cell without finite resistance has none at all. Lengths are in units of the
    side of a square as large as a cell, `steps` being width and height.
    """
    rows, columns = nodes.shape
    width, height = steps
    side = math.sqrt(width * height)
    across, down = width / side, height / side
    slant = math.hypot(across, down)
    most = 4 * rows * columns if diagonal else 2 * rows * columns
    start = np.empty(most, np.int32)
    end = np.empty(most, np.int32)
    conductance = np.empty(most, np.float64)
    count = 0
    for row in range(rows):
        for column in range(columns):
            here = resistance[row, column]
            one = nodes[row, column]
            if one < 0 or not here < np.inf:
                continue
            for side_number in range(4 if diagonal else 2):
                # East and south, then the two ways south on the slant.
                step_down = 0 if side_number == 0 else 1
                step_across = (1, 0, 1, -1)[side_number]
                length = (across, down, slant, slant)[side_number]
                below, beside = row + step_down, column + step_across
                if below >= rows or beside < 0 or beside >= columns:
                    continue
                there = resistance[below, beside]
                other = nodes[below, beside]
                if other < 0 or other == one or not there < np.inf:
                    continue
                mean = mean_resistance(here, there, by_conductance)
                start[count], end[count] = one, other
                conductance[count] = 1.0 / (length * mean)
                count += 1
    return start[:count].copy(), end[:count].copy(), conductance[:count].copy()


@njit(nogil=True, cache=True, error_model="numpy")
def node_currents(
    starts: Ints, columns: Ints, weights: Floats, potential: Floats, out: Floats
) -> None:
    """
    Write the current through each node: half the sum of what its branches carry.

    `out` comes with the absolute current that enters or leaves the circuit at each
    node, half of which passes through it as well. The three first arguments are a
    Laplacian in compressed rows; its diagonal carries nothing.
    """
    for node in range(potential.size):
        here = potential[node]
        total = out[node]
        for k in range(starts[node], starts[node + 1]):
            total += abs(weights[k] * (potential[columns[k]] - here))
        out[node] = 0.5 * total
