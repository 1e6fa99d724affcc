"""Label rasters: connected parts, filling, borders. Arrays in, arrays out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["border_segments", "fill_outside", "stray_parts"]

ROOK = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])


def stray_parts(
    labels: NDArray[np.intp], zone: int, keep: NDArray[np.bool_]
) -> list[tuple[NDArray[np.bool_], int]]:
    """
    Return the parts of a zone apart from its largest one, and who surrounds each.

    Parts that hold a `keep` cell stay. Neighbours share an edge; a label below zero is
    outside and surrounds nothing. The surrounding zone is the most frequent one along
    the edge, the first of several; -1 if there is none.
    """
    parts, count = ndimage.label(labels == zone, structure=ROOK)
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    sizes[0] = 0
    kept = set(np.unique(parts[keep])) | {int(sizes.argmax())}
    strays = []
    for part in range(1, count + 1):
        if part not in kept:
            mask = parts == part
            strays.append((mask, _surrounding(labels, mask)))
    return strays


def _surrounding(labels: NDArray[np.intp], mask: NDArray[np.bool_]) -> int:
    around = labels[ndimage.binary_dilation(mask, ROOK) & ~mask]
    around = around[around >= 0]
    return int(np.bincount(around).argmax()) if around.size else -1


def fill_outside(
    labels: NDArray[np.intp], inside: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Give every cell outside the label of the nearest cell inside."""
    nearest = ndimage.distance_transform_edt(
        ~inside, return_distances=False, return_indices=True
    )
    return np.asarray(labels[tuple(nearest)])


def border_segments(
    labels: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """
    Return the unit edges between unlike cells, and the labels on their two sides.

    Edges are (n, 2, 2) with (column, row) of cell corners; sides are (n, 2): left and
    right of the direction from the first to the second end, rows counting downwards.
    """
    rows, columns = np.nonzero(labels[:, :-1] != labels[:, 1:])
    upright = _edges(columns + 1, rows, columns + 1, rows + 1)
    upright_sides = np.column_stack([labels[rows, columns + 1], labels[rows, columns]])
    rows, columns = np.nonzero(labels[:-1] != labels[1:])
    level = _edges(columns, rows + 1, columns + 1, rows + 1)
    level_sides = np.column_stack([labels[rows, columns], labels[rows + 1, columns]])
    return (
        np.concatenate([upright, level]),
        np.concatenate([upright_sides, level_sides]),
    )


def _edges(
    x0: NDArray[np.intp],
    y0: NDArray[np.intp],
    x1: NDArray[np.intp],
    y1: NDArray[np.intp],
) -> NDArray[np.float64]:
    return np.stack([np.column_stack([x0, y0]), np.column_stack([x1, y1])], axis=1)
