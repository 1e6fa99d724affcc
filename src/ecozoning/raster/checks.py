"""Checks of what is asked of a terrain: places on it, and thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from ecozoning._validation import check_points
from ecozoning.errors import CRSMismatchError, GeometryError, ParameterError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning.raster.surface import Surface

__all__ = ["check_inside", "check_positive", "check_reach", "outlet_cells"]


def check_inside(cells: NDArray[np.intp], labels: list[object], *, name: str) -> None:
    """Insist that every point lies on a cell with an elevation."""
    outside = tuple(
        label for label, cell in zip(labels, cells, strict=True) if cell < 0
    )
    if outside:
        msg = (
            f"`{name}` has {len(outside)} point(s) outside the elevations of `dem` "
            f"({', '.join(map(repr, outside[:5]))}); give points inside, in the CRS of "
            "`dem`, or a `dem` with a margin."
        )
        raise GeometryError(msg, index=outside)


def outlet_cells(
    surface: Surface, outlets: gpd.GeoDataFrame | gpd.GeoSeries
) -> NDArray[np.intp]:
    """Return the cell of each outlet, insisting that no two share one."""
    frame = check_points(outlets, name="outlets")
    if not surface.crs.equals(frame.crs, ignore_axis_order=True):
        msg = (
            f"`outlets` is in {frame.crs.name} but the terrain in {surface.crs.name}; "
            "use `outlets.to_crs(dem.rio.crs)`."
        )
        raise CRSMismatchError(msg)
    cells = surface.cells(shapely.get_coordinates(frame.geometry.array))
    check_inside(cells, frame.index.tolist(), name="outlets")
    first = np.unique(cells, return_index=True)[1]
    again = tuple(frame.index.delete(first))
    if again:
        msg = (
            f"`outlets` {again[:5]} lie in a cell that has an outlet already; leave "
            "them out with `outlets.drop(index=...)`."
        )
        raise GeometryError(msg, index=again)
    return cells


def check_positive(name: str, value: object) -> None:
    """Insist on a finite number above 0."""
    good = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not good or not 0 < float(value) < np.inf:  # type: ignore[arg-type]
        msg = f"`{name}` is {value!r}, but a number above 0 is needed."
        raise ParameterError(msg)


def check_reach(name: str, value: object) -> None:
    """Insist on a whole number, 0 or more."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or int(value) < 0:  # type: ignore[call-overload]
        msg = f"`{name}` is {value!r}; give a whole number, 0 or more."
        raise ParameterError(msg)
