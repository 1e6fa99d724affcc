"""Label rasters as graphs: connected pieces, who borders whom, small ones merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ecozoning._kernels.labels import ROOK

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["border_lengths", "merge_small", "pieces"]


def pieces(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return connected pieces of equal labels, numbered from 0; -1 stays outside."""
    out = np.full(labels.shape, -1)
    count = 0
    for label in np.unique(labels[labels >= 0]):
        parts, found = ndimage.label(labels == label, structure=ROOK)
        out[parts > 0] = parts[parts > 0] - 1 + count
        count += found
    return out


def border_lengths(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return a symmetric matrix of the cell edges between labels; -1 is outside."""
    n = int(labels.max()) + 1
    lengths = np.zeros((n, n), dtype=int)
    for one, two in (
        (labels[1:], labels[:-1]),
        (labels[:, 1:], labels[:, :-1]),
    ):
        met = (one != two) & (one >= 0) & (two >= 0)
        np.add.at(lengths, (one[met], two[met]), 1)
    return lengths + lengths.T


def merge_small(labels: NDArray[np.intp], least: float) -> NDArray[np.intp]:
    """Give labels of fewer cells to the neighbour along the longest border.

    The smallest goes first; one without neighbours stays. Numbers close up from 0.
    """
    lengths = border_lengths(labels)
    sizes = np.bincount(labels[labels >= 0]).astype(float)
    into = np.arange(sizes.size)
    while True:
        small = np.flatnonzero((sizes < least) & (lengths.max(axis=1) > 0))
        if not small.size:
            break
        gone = small[np.argmin(sizes[small])]
        taker = int(np.argmax(lengths[gone]))
        into[into == gone] = taker
        sizes[taker] += sizes[gone]
        sizes[gone] = np.inf
        lengths[taker] += lengths[gone]
        lengths[:, taker] += lengths[:, gone]
        lengths[gone] = lengths[:, gone] = lengths[taker, taker] = 0
    _, closed = np.unique(into, return_inverse=True)
    return np.where(labels >= 0, closed[labels], -1)
