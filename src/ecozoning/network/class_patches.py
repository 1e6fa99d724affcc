"""Patches of the highest classes of a quantity, as ranked polygons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from ecozoning.errors import ParameterError
from ecozoning.overlay.areas import checked_areas
from ecozoning.raster.breaks import natural_breaks
from ecozoning.raster.outlines import label_polygons
from ecozoning.units import convert

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from ecozoning._validation.grids import RasterGrid

    Floats = NDArray[np.float64]

__all__ = ["PatchChoice", "ranked_patches"]

QUEEN = np.ones((3, 3), dtype=int)


@dataclass(frozen=True)
class PatchChoice:
    """Which patches are drawn.

    Attributes
    ----------
    classes : int
        Classes by natural breaks.
    top : int
        How many of the highest are drawn.
    minimum_area_m2 : float
        Smaller patches are left out.
    """

    classes: int
    top: int
    minimum_area_m2: float

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant."""
        for name, most in (("classes", None), ("top", self.classes)):
            value = getattr(self, name)
            whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
            if not whole or value < 1 or (most is not None and value > most):
                told = "" if most is None else f", and {most} `classes` at most"
                msg = f"`{name}` is {value!r}, but a whole number from 1 on{told}, is."
                raise ParameterError(msg.replace(", is.", " is needed."))
        if not 0 <= self.minimum_area_m2 < np.inf:
            msg = (
                f"`minimum_area_m2` is {self.minimum_area_m2!r}; give square metres, 0 "
                "or more."
            )
            raise ParameterError(msg)


def ranked_patches(
    values: Floats, grid: RasterGrid, choice: PatchChoice, *, names: tuple[str, str]
) -> gpd.GeoDataFrame:
    """
    Return the patches of the top classes of values; NaN takes no part.

    `names` are the columns of the mean and the maximum. Ranks go by class, then by
    mean, then by area, then from north to south and from west to east.
    """
    import geopandas as gpd

    classes = _classes(values, choice.classes)
    labels, count = np.zeros(values.shape, np.int32), 0
    for number in range(choice.classes, choice.classes - choice.top, -1):
        found, more = ndimage.label(classes == number, structure=QUEEN)
        labels = np.where(found > 0, found + count, labels).astype(np.int32)
        count += more
    numbers, polygons = label_polygons(labels, grid)
    frame = gpd.GeoDataFrame(
        {
            "class": ndimage.maximum(classes, labels, numbers).astype(np.int64),
            names[0]: ndimage.mean(values, labels, numbers),
            names[1]: ndimage.maximum(values, labels, numbers),
        },
        geometry=polygons,
        crs=grid.crs,
    )
    area = checked_areas(frame, "exact").to_numpy() if len(frame) else np.zeros(0)
    frame.insert(3, "area_km2", area * convert(1.0, "m2", "km2"))
    return _ranked(frame[area >= choice.minimum_area_m2], names[0], grid)


def _classes(values: Floats, count: int) -> NDArray[np.int64]:
    """Return the class of each cell by natural breaks, 0 where there is none."""
    known = ~np.isnan(values)
    classes = np.zeros(values.shape, np.int64)
    if not known.any():
        return classes
    different = np.unique(values[known]).size
    if different < count:
        msg = (
            f"`classes` is {count}, but there are {different} different values to part;"
            f" use `classes={different}`."
        )
        raise ParameterError(msg)
    ends = natural_breaks(values[known], count)[1:-1]
    classes[known] = np.searchsorted(ends, values[known], side="left") + 1
    return classes


def _ranked(frame: gpd.GeoDataFrame, by: str, grid: RasterGrid) -> gpd.GeoDataFrame:
    """Return patches in the order of their ranks."""
    place = frame.geometry.representative_point()
    keys: list[Any] = [place.x, -place.y, -frame["area_km2"], -frame[by]]
    order = np.lexsort([*keys, -frame["class"]])
    ranked = frame.iloc[order].reset_index(drop=True)
    ranked.insert(0, "rank", np.arange(1, len(ranked) + 1))
    ranked["geometry_kind"] = "modelled"
    wide, high = abs(grid.dx), abs(grid.dy)
    ranked["evidence"] = f"cells of {wide:.0f} m by {high:.0f} m"
    return ranked
