"""Conjugate gradients under smoothed aggregation, for many right-hand sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse

from ecozoning._kernels.aggregation import aggregates
from ecozoning._kernels.smoothing import (
    WIDTH,
    advance,
    inner,
    product,
    prolong,
    relax_down,
    relax_up,
    restrict_residual,
    turn,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[Any]
    Matrix = tuple[NDArray[np.int32], NDArray[np.int32], Floats]
    Sparse = sparse.csr_array[Any, Any]

__all__ = ["Hierarchy", "hierarchy", "solve_block"]

COARSEST: Final = 400
STRONG: Final = 0.08
"""Entries below this share of the diagonals are weak; halved on each level."""


@dataclass(frozen=True)
class Level:
    """A matrix, the inverse of its diagonal, and the way to the next level; float32."""

    matrix: Matrix
    inverse: Floats
    transfer: Matrix
    coarse_size: int


@dataclass(frozen=True)
class Hierarchy:
    """A symmetric positive definite matrix and its coarser images.

    Attributes
    ----------
    matrix : tuple of arrays
        Compressed rows, float64.
    levels : tuple of Level
        From fine to coarse.
    last : (m, m) float32
        Inverse of the coarsest matrix.
    """

    matrix: Matrix
    levels: tuple[Level, ...]
    last: Floats


def hierarchy(matrix: Sparse, operator: Sparse | None = None) -> Hierarchy:
    """
    Return the hierarchy of a symmetric positive definite matrix; no randomness.

    Indices ascend in each row. With `operator` it is that which is solved for, and the
    matrix, close to it, that which leads the way.
    """
    solved = matrix if operator is None else operator
    levels: list[Level] = []
    least = STRONG
    while matrix.shape[0] > COARSEST:
        transfer = _transfer(matrix, least)
        if transfer.shape[1] > 0.8 * matrix.shape[0]:
            if least == 0.0:
                break
            least = 0.0  # nothing is strong: join along whatever there is
            continue
        levels.append(_level(matrix, transfer))
        matrix = (transfer.T.tocsr() @ (matrix @ transfer)).tocsr()
        matrix.sort_indices()
        least *= 0.5
    last = np.linalg.inv(matrix.toarray()).astype(np.float32)
    return Hierarchy(_rows(solved, np.float64), tuple(levels), last)


def _transfer(matrix: Sparse, least: float) -> Sparse:
    """Return piecewise constant groups, smoothed once by damped Jacobi."""
    size = matrix.shape[0]
    group, count = aggregates(
        *_rows(matrix, np.float64), matrix.diagonal(), least=least
    )
    ends = np.arange(size + 1, dtype=np.int32)
    flat = sparse.csr_array((np.ones(size), group, ends), shape=(size, count))
    filtered = _filtered(matrix, least)
    # Rows' sums of absolute values bound the spectrum, which needs no random start.
    bound = np.asarray(abs(filtered).sum(axis=1)).ravel()
    # A row without strong neighbours has next to nothing left: it stays as it is.
    bound = np.maximum(bound, 1e-9 * matrix.diagonal())
    damped = sparse.diags_array((4.0 / 3.0) / bound) @ filtered
    smooth: Sparse = (flat - (damped @ flat)).tocsr()
    smooth.sort_indices()
    return smooth


def _filtered(matrix: Sparse, least: float) -> Sparse:
    """Return a matrix without weak entries, their sum put on the diagonal."""
    if least == 0.0:
        return matrix
    diagonal = matrix.diagonal()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    mean = diagonal[row] * diagonal[matrix.indices]
    weak = matrix.data**2 < least**2 * mean
    if not weak.any():
        return matrix
    dropped = np.bincount(row[weak], matrix.data[weak], minlength=matrix.shape[0])
    kept = matrix.copy()
    kept.data[weak] = 0.0
    kept.eliminate_zeros()
    whole: Sparse = (kept + sparse.diags_array(dropped)).tocsr()
    return whole


def _level(matrix: Sparse, transfer: Sparse) -> Level:
    inverse = (1.0 / matrix.diagonal()).astype(np.float32)
    return Level(
        _rows(matrix, np.float32),
        inverse,
        _rows(transfer, np.float32),
        transfer.shape[1],
    )


def _rows(matrix: Sparse, kind: type) -> Matrix:
    return (
        matrix.indptr.astype(np.int32, copy=False),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data.astype(kind, copy=False),
    )


def _cycle(over: Hierarchy, b: Floats, work: list[tuple[Floats, Floats]]) -> Floats:
    """Return one V-cycle's answer to `b`, (n, WIDTH) float32."""
    rights = [b]
    for level, (x, below) in zip(over.levels, work, strict=True):
        relax_down(*level.matrix, level.inverse, rights[-1], x)
        restrict_residual(level.matrix, level.transfer, rights[-1], x, below)
        rights.append(below)
    answer: Floats = over.last @ rights[-1]
    for k in range(len(over.levels) - 1, -1, -1):
        level, x = over.levels[k], work[k][0]
        prolong(level.transfer, answer, x)
        relax_up(*level.matrix, level.inverse, rights[k], x)
        answer = x
    return answer


def solve_block(
    over: Hierarchy,
    b: Floats,
    *,
    fixed: Sequence[NDArray[np.intp]] = (),
    tolerance: float,
    most: int,
) -> tuple[Floats, int, float]:
    """
    Return the answers to up to `WIDTH` right-hand sides, rounds taken, and residual.

    `b` is (n, WIDTH) float64 and is used up. Rows in ``fixed[k]`` stay zero in column
    k, whose equations there are left out. The residual is the greatest over columns,
    relative to the right-hand side.
    """
    work = _workspace(over)
    x, p, q = np.zeros_like(b), np.zeros_like(b), np.empty_like(b)
    _clear(b, fixed)
    r32 = b.astype(np.float32)
    size = np.sqrt(inner(b, b))
    size[size == 0] = 1.0
    before, left = np.ones(WIDTH), 1.0
    for count in range(1, most + 1):
        z = _clear(_cycle(over, r32, work), fixed)
        now = inner(b, z)
        turn(z, p, now / before)
        bent = product(*over.matrix, p, q)
        _clear(q, fixed)
        step = np.divide(now, bent, out=np.zeros(WIDTH), where=bent > 0)
        left = float((np.sqrt(advance(x, b, p, q, step, r32)) / size).max())
        if left <= tolerance:
            return x, count, left
        before = np.where(now > 0, now, 1.0)
    return x, most, left


def _clear(values: Floats, fixed: Sequence[NDArray[np.intp]]) -> Floats:
    """Set the fixed rows of each column to zero, and return the values."""
    for column, rows in enumerate(fixed):
        values[rows, column] = 0.0
    return values


def _workspace(over: Hierarchy) -> list[tuple[Floats, Floats]]:
    """Return an answer and a coarser right-hand side for every level."""
    return [
        (
            np.empty((level.inverse.size, WIDTH), np.float32),
            np.empty((level.coarse_size, WIDTH), np.float32),
        )
        for level in over.levels
    ]
