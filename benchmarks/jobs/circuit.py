"""Currents between neighbouring sources, against solvers that one would reach for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyamg
from scipy import sparse
from scipy.ndimage import gaussian_filter
from scipy.sparse.linalg import LinearOperator, cg, splu

import ecozoning as ez

from . import Job
from .scenes import on_grid

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

    Solver = Callable[[Any], Callable[[Any], Any]]

PACKAGES = ("numpy", "numba", "scipy", "pyamg")
EAST, SOUTH, DOWN, UP = (0, 1), (1, 0), (1, 1), (1, -1)


@dataclass(frozen=True)
class Data:
    """Resistance, sources of one cell in rows, and the pairs of neighbours."""

    resistance: xr.DataArray
    sources: xr.DataArray
    pairs: list[tuple[int, int]]


def scene(side: int, per_row: int) -> Data:
    """Return synthetic land of 1 to 300, smooth over some 20 cells."""
    rng = np.random.default_rng(1)
    smooth = gaussian_filter(rng.normal(size=(side, side)), 8)
    land = np.clip(np.exp(1.2 * smooth / smooth.std()) * 10, 1, 300).round()
    ids = np.zeros((side, side), np.int32)
    centres = (np.arange(per_row) + 0.5) * side / per_row
    rows, columns = np.meshgrid(*[centres.astype(int)] * 2, indexing="ij")
    ids[rows, columns] = np.arange(1, per_row**2 + 1).reshape(per_row, per_row)
    numbers = ids[rows, columns]
    pairs = [*zip(numbers[:, :-1].ravel(), numbers[:, 1:].ravel(), strict=True)]
    pairs += zip(numbers[:-1].ravel(), numbers[1:].ravel(), strict=True)
    return Data(on_grid(land), on_grid(ids), [(int(a), int(b)) for a, b in pairs])


def laplacian(land: Any) -> Any:
    """Return the Laplacian of eight neighbours by NumPy and SciPy."""
    number = np.arange(land.size).reshape(land.shape)
    one, two, weight = [], [], []
    for down, right in (EAST, SOUTH, DOWN, UP):
        rows, columns = land.shape
        here = np.s_[: rows - down, max(0, -right) : columns - max(0, right)]
        there = np.s_[down:, max(0, right) : columns + min(0, right)]
        one.append(number[here].ravel())
        two.append(number[there].ravel())
        mean = (land[here] + land[there]) / 2
        weight.append((1 / (mean * np.hypot(down, right))).ravel())
    ends, w = (np.concatenate(one), np.concatenate(two)), np.concatenate(weight)
    half = sparse.coo_array((w, ends), shape=(land.size,) * 2).tocsr()
    both = half + half.T
    return (sparse.diags_array(both.sum(axis=1)) - both).tocsr(), (*ends, w)


def by_hand(solver: Solver) -> Callable[[Data], Any]:
    """Return currents by one grounded matrix and potentials from every source."""

    def call(given: Data) -> Any:
        matrix, (one, two, weight) = laplacian(given.resistance.to_numpy())
        ids = given.sources.to_numpy().ravel()
        node = np.flatnonzero(ids)[np.argsort(ids[ids > 0])]
        free = np.delete(np.arange(ids.size), node[0])
        solve = solver(matrix[free][:, free].tocsr())
        volts = np.zeros((node.size, ids.size))
        for k in range(1, node.size):
            right = np.zeros(ids.size)
            right[node[k]] = 1.0
            volts[k, free] = solve(right[free])
        total = np.zeros(ids.size)
        for a, b in given.pairs:
            fall = volts[b - 1] - volts[a - 1]
            carried = np.abs(weight * (fall[one] - fall[two]))
            total += 0.5 * np.bincount(one, carried, minlength=ids.size)
            total += 0.5 * np.bincount(two, carried, minlength=ids.size)
            total[node[[a - 1, b - 1]]] += 0.5
        return total

    return call


def superlu(matrix: Any) -> Callable[[Any], Any]:
    options = {"SymmetricMode": True}
    return splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", options=options).solve


def plain_cg(matrix: Any) -> Callable[[Any], Any]:
    inverse = 1 / matrix.diagonal()
    jacobi = LinearOperator(matrix.shape, lambda x: inverse * x)
    return lambda right: cg(matrix, right, rtol=1e-7, maxiter=20_000, M=jacobi)[0]


def amg(maker: Callable[[Any], Any]) -> Solver:
    def prepare(matrix: Any) -> Callable[[Any], Any]:
        with_int_indices = sparse.csr_matrix(matrix)
        levels = maker(with_int_indices)
        return lambda right: levels.solve(right, tol=1e-7, accel="cg")

    return prepare


def ours(given: Data) -> Any:
    flow = ez.network.current_flow(given.resistance, given.sources, pairs=given.pairs)
    return flow.current.to_numpy().ravel()


def of_the_most(a: Any, b: Any) -> float:
    """Return the largest difference as a share of the largest current."""
    return float(np.abs(a - b).max() / np.abs(b).max())


JOBS = [
    Job(
        name="circuit",
        about="Currents between 12 neighbouring pairs of 9 sources, 40 000 nodes.",
        make=lambda: scene(200, 3),
        ours={"current_flow": ours},
        peers={
            "SciPy, SuperLU": by_hand(superlu),
            "SciPy, conjugate gradients": by_hand(plain_cg),
            "PyAMG, Ruge-Stüben": by_hand(amg(pyamg.ruge_stuben_solver)),
            "PyAMG, smoothed aggregation": by_hand(
                amg(pyamg.smoothed_aggregation_solver)
            ),
        },
        packages=PACKAGES,
        difference=of_the_most,
    ),
    Job(
        name="circuit_million",
        about="Currents between 4 neighbouring pairs of 4 sources, 1 million nodes.",
        make=lambda: scene(1000, 2),
        ours={"current_flow": ours},
        peers={
            "PyAMG, Ruge-Stüben": by_hand(amg(pyamg.ruge_stuben_solver)),
            "PyAMG, smoothed aggregation": by_hand(
                amg(pyamg.smoothed_aggregation_solver)
            ),
        },
        packages=PACKAGES,
        difference=of_the_most,
    ),
]
