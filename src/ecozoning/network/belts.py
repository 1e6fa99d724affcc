"""Normalised least-cost corridors: the land about as good as the best path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning._validation.grids import RasterGrid
    from ecozoning.network.reaches import Reach

    Window = tuple[slice, slice]

__all__ = ["Belt", "belt_between", "outline"]

ROUNDING: Final = 1e-9
"""Part of the cost of a link by which sums along a path may differ."""


class Belt(NamedTuple):
    """A corridor: its window, the excess of cost in its cells, NaN elsewhere.

    `cutoff` is the excess it ends at, `cells` how many it has.
    """

    window: Window
    excess: NDArray[np.float64]
    cutoff: float
    cells: int


def belt_between(
    one: Reach,
    two: Reach,
    least: float,
    own: NDArray[np.bool_],
    *,
    known: float,
    wanted: int | None,
) -> Belt | None:
    """
    Return the cells through which a detour costs little more than the best path.

    The excess of a cell is the cost from one source and from the other less that of the
    best path, `least`. It is known up to `known`; `wanted` is the number of cells to
    have, None for all that are known. `own` are cells of the two sources in the common
    window. None if more has to be known.
    """
    window = one.window(two)
    excess = one.costs(window) + two.costs(window)
    excess -= least
    np.maximum(excess, 0.0, out=excess)
    excess[own] = np.inf
    cutoff = known
    if wanted is not None:
        near = excess[excess <= known]
        if near.size < wanted and np.isfinite(known):
            return None
        wanted = min(wanted, near.size)
        cutoff = float(np.partition(near, wanted - 1)[wanted - 1]) if wanted else 0.0
    inside = excess <= cutoff + ROUNDING * least
    inside &= np.isfinite(excess)
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return Belt((slice(0, 0), slice(0, 0)), np.empty((0, 0)), cutoff, 0)
    cut = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    kept = np.where(inside[cut], excess[cut], np.nan)
    corner = (window[0].start, window[1].start)
    place = tuple(
        slice(int(part.start) + start, int(part.stop) + start)
        for part, start in zip(cut, corner, strict=True)
    )
    return Belt((place[0], place[1]), kept, cutoff, int(inside.sum()))


def outline(belt: Belt, grid: RasterGrid) -> Any:  # noqa: ANN401 -- a geometry
    """Return the polygon of the cells of a corridor."""
    from rasterio.features import shapes
    from rasterio.transform import Affine

    rows, columns = belt.window
    dy = grid.dy if grid.rows > 1 else -abs(grid.dy)
    corner = Affine(
        grid.dx,
        0,
        grid.x + (columns.start - 0.5) * grid.dx,
        0,
        dy,
        grid.y + (rows.start - 0.5) * dy,
    )
    mask = np.isfinite(belt.excess)
    drawn = shapes(mask.astype(np.uint8), mask=mask, transform=corner)
    parts = [
        shapely.Polygon(rings[0], rings[1:])
        for rings in (part["coordinates"] for part, _ in drawn)
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
