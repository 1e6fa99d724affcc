"""Sweeps over a sparse symmetric matrix for several right-hand sides at once.

A matrix is read once for `WIDTH` right-hand sides that lie side by side, which is what
makes solving for many sources cheap. Vectors are (n, WIDTH); `starts`, `columns` and
`weights` are a matrix in compressed rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]
    Ints = NDArray[np.int32]

__all__ = [
    "WIDTH",
    "advance",
    "inner",
    "product",
    "prolong",
    "relax_down",
    "relax_up",
    "restrict_residual",
    "turn",
]

WIDTH: Final = 4

sweep = njit(
    nogil=True, cache=True, error_model="numpy", fastmath={"contract", "reassoc"}
)


@sweep
def relax_down(
    starts: Ints, columns: Ints, weights: Floats, inverse: Floats, b: Floats, x: Floats
) -> None:
    """Sweep Gauss and Seidel from the first row to the last, beginning at zero.

    `x` need not be zero: what it held is not read. Columns ascend in each row.
    """
    for i in range(b.shape[0]):
        s0, s1, s2, s3 = b[i, 0], b[i, 1], b[i, 2], b[i, 3]
        for k in range(starts[i], starts[i + 1]):
            j = columns[k]
            if j >= i:
                break
            w = weights[k]
            s0 -= w * x[j, 0]
            s1 -= w * x[j, 1]
            s2 -= w * x[j, 2]
            s3 -= w * x[j, 3]
        d = inverse[i]
        x[i, 0], x[i, 1], x[i, 2], x[i, 3] = s0 * d, s1 * d, s2 * d, s3 * d


@sweep
def relax_up(
    starts: Ints, columns: Ints, weights: Floats, inverse: Floats, b: Floats, x: Floats
) -> None:
    """Sweep Gauss and Seidel from the last row to the first."""
    for i in range(b.shape[0] - 1, -1, -1):
        s0, s1, s2, s3 = b[i, 0], b[i, 1], b[i, 2], b[i, 3]
        for k in range(starts[i], starts[i + 1]):
            j = columns[k]
            w = weights[k]
            s0 -= w * x[j, 0]
            s1 -= w * x[j, 1]
            s2 -= w * x[j, 2]
            s3 -= w * x[j, 3]
        # The diagonal was taken off with the rest.
        d = inverse[i]
        x[i, 0] += s0 * d
        x[i, 1] += s1 * d
        x[i, 2] += s2 * d
        x[i, 3] += s3 * d


@sweep
def restrict_residual(
    matrix: tuple[Ints, Ints, Floats],
    transfer: tuple[Ints, Ints, Floats],
    b: Floats,
    x: Floats,
    out: Floats,
) -> None:
    """Write what is left of `b`, brought to the coarser level, into `out`."""
    starts, columns, weights = matrix
    to_starts, to_columns, shares = transfer
    out[:] = 0
    for i in range(b.shape[0]):
        s0, s1, s2, s3 = b[i, 0], b[i, 1], b[i, 2], b[i, 3]
        for k in range(starts[i], starts[i + 1]):
            j = columns[k]
            w = weights[k]
            s0 -= w * x[j, 0]
            s1 -= w * x[j, 1]
            s2 -= w * x[j, 2]
            s3 -= w * x[j, 3]
        for k in range(to_starts[i], to_starts[i + 1]):
            j = to_columns[k]
            w = shares[k]
            out[j, 0] += w * s0
            out[j, 1] += w * s1
            out[j, 2] += w * s2
            out[j, 3] += w * s3


@sweep
def prolong(transfer: tuple[Ints, Ints, Floats], coarse: Floats, x: Floats) -> None:
    """Add what a coarser level found."""
    starts, columns, shares = transfer
    for i in range(x.shape[0]):
        s0, s1, s2, s3 = x[i, 0], x[i, 1], x[i, 2], x[i, 3]
        for k in range(starts[i], starts[i + 1]):
            j = columns[k]
            w = shares[k]
            s0 += w * coarse[j, 0]
            s1 += w * coarse[j, 1]
            s2 += w * coarse[j, 2]
            s3 += w * coarse[j, 3]
        x[i, 0], x[i, 1], x[i, 2], x[i, 3] = s0, s1, s2, s3


@sweep
def product(
    starts: Ints, columns: Ints, weights: Floats, p: Floats, out: Floats
) -> Floats:
    """Write the matrix times `p`, and return `p` times that, column by column."""
    d0 = d1 = d2 = d3 = 0.0
    for i in range(p.shape[0]):
        s0 = s1 = s2 = s3 = 0.0
        for k in range(starts[i], starts[i + 1]):
            j = columns[k]
            w = weights[k]
            s0 += w * p[j, 0]
            s1 += w * p[j, 1]
            s2 += w * p[j, 2]
            s3 += w * p[j, 3]
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = s0, s1, s2, s3
        d0 += s0 * p[i, 0]
        d1 += s1 * p[i, 1]
        d2 += s2 * p[i, 2]
        d3 += s3 * p[i, 3]
    return np.array((d0, d1, d2, d3))


@sweep
def advance(
    x: Floats, r: Floats, p: Floats, q: Floats, step: Floats, r32: Floats
) -> Floats:
    """Go along `p`, write the new residual twice, and return its squares summed."""
    t0, t1, t2, t3 = step[0], step[1], step[2], step[3]
    d0 = d1 = d2 = d3 = 0.0
    for i in range(x.shape[0]):
        x[i, 0] += t0 * p[i, 0]
        x[i, 1] += t1 * p[i, 1]
        x[i, 2] += t2 * p[i, 2]
        x[i, 3] += t3 * p[i, 3]
        s0 = r[i, 0] - t0 * q[i, 0]
        s1 = r[i, 1] - t1 * q[i, 1]
        s2 = r[i, 2] - t2 * q[i, 2]
        s3 = r[i, 3] - t3 * q[i, 3]
        r[i, 0], r[i, 1], r[i, 2], r[i, 3] = s0, s1, s2, s3
        r32[i, 0], r32[i, 1], r32[i, 2], r32[i, 3] = s0, s1, s2, s3
        d0 += s0 * s0
        d1 += s1 * s1
        d2 += s2 * s2
        d3 += s3 * s3
    return np.array((d0, d1, d2, d3))


@sweep
def turn(z: Floats, p: Floats, share: Floats) -> None:
    """Write the next direction: `z` and a share of the last one."""
    t0, t1, t2, t3 = share[0], share[1], share[2], share[3]
    for i in range(z.shape[0]):
        p[i, 0] = z[i, 0] + t0 * p[i, 0]
        p[i, 1] = z[i, 1] + t1 * p[i, 1]
        p[i, 2] = z[i, 2] + t2 * p[i, 2]
        p[i, 3] = z[i, 3] + t3 * p[i, 3]


@sweep
def inner(a: Floats, b: Floats) -> Floats:
    """Return the products of two sets of vectors, column by column."""
    d0 = d1 = d2 = d3 = 0.0
    for i in range(a.shape[0]):
        d0 += a[i, 0] * b[i, 0]
        d1 += a[i, 1] * b[i, 1]
        d2 += a[i, 2] * b[i, 2]
        d3 += a[i, 3] * b[i, 3]
    return np.array((d0, d1, d2, d3))
