"""A smooth surface of cost over a county, and the land below one of its contours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeAlias, cast

import geopandas as gpd
import numpy as np
import shapely
from contourpy import FillType, contour_generator
from scipy.ndimage import distance_transform_edt, gaussian_filter

from ecozoning.crs import CGCS2000
from ecozoning.errors import ParameterError
from ecozoning.overlay.areas import ellipsoidal_area
from ecozoning.zoning.evidence import Evidence
from ecozoning.zoning.grid import Grid, make_grid
from ecozoning.zoning.positions import Bearing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Points: TypeAlias = NDArray[np.float64]
    Ends: TypeAlias = NDArray[np.uint32]


TARGET_CELLS = 60_000
SMOOTHING_CELLS = 2.0
SMOOTHING_M = 600.0
"""Least width of the smoothing: below it the cells of a 30-second DEM show as steps."""
PRECISION = 1e-6
"""Degrees to which coordinates are rounded: a tenth of a metre."""
AREA_TOLERANCE = 1e-5
"""Relative miss of an area at which growth stops."""
SETTLED = 1e-4
"""Relative miss that is accepted: rounding moves a long straight edge all at once."""


@dataclass(frozen=True, kw_only=True)
class Band(Evidence):
    """A part of the county by its extent in a direction, as in "the northern third".

    `first` and `last` are shares of that extent, counted from the end that lies in
    `direction`: the northern third is ``direction="north", first=0, last=1 / 3``.
    """

    direction: str
    first: float
    last: float
    kind: ClassVar[str] = "band"

    def __post_init__(self) -> None:
        """Refuse an unknown direction and shares that are no range."""
        super().__post_init__()
        Bearing(direction=self.direction)
        if self.direction == "centre" or not 0 <= self.first < self.last <= 1:
            msg = (
                f"a band needs a point of the compass and 0 <= `first` < `last` <= 1, "
                f"not {self.direction!r}, {self.first!r} and {self.last!r}."
            )
            raise ParameterError(msg)

    def distance(self, grid: Grid) -> NDArray[np.float64]:
        """Return metres outside the band, 0 within."""
        along = Bearing(direction=self.direction).distance(grid)
        whole = float(along.max())
        below, above = self.first * whole - along, along - self.last * whole
        return np.maximum(0.0, np.maximum(below, above))

    def describe(self) -> str:
        """Return the part and the direction."""
        return (
            f"{self.first:.0%}–{self.last:.0%} of the county from its {self.direction}"
        )


class Surface(NamedTuple):
    """Cost over a county, and where land may be taken.

    Attributes
    ----------
    grid : Grid
        The cells.
    field : numpy.ndarray, (rows, columns)
        Smooth cost, also around the county.
    limit, flat_limit : shapely.Geometry
        The polygon that land cannot leave, in lon/lat and in the grid's metres.
    least_m2 : float
        Area below which a patch is left out and a hole is filled.
    pieces : int or None
        Number of patches that are kept.
    """

    grid: Grid
    field: NDArray[np.float64]
    limit: shapely.Geometry
    flat_limit: shapely.Geometry
    least_m2: float
    pieces: int | None


def make_surface(
    county: shapely.Geometry,
    evidence: Sequence[Evidence],
    within: shapely.Geometry | None,
    cell_m: float | None,
    *,
    least_m2: float,
    pieces: int | None = None,
    met: bool = False,
) -> Surface:
    """Return the smooth cost of evidence; with `met`, 0 where all is met and else 1."""
    cell = cell_m or max(10.0, round(math.sqrt(area_m2(county) / TARGET_CELLS), -1))
    grid = make_grid(county, cell)
    cost = np.sum([e.cost(grid) for e in evidence], axis=0)
    image = np.zeros(grid.inside.shape)
    image[grid.inside] = cost > 0 if met else cost
    nearest = distance_transform_edt(
        ~grid.inside, return_distances=False, return_indices=True
    )
    width = max(SMOOTHING_CELLS, SMOOTHING_M / cell)
    field = gaussian_filter(image[tuple(nearest)], width)
    limit = county if within is None else within
    flat = grid.project(shapely.segmentize(limit, 0.005))
    return Surface(grid, field, limit, flat, least_m2, pieces)


def contour(model: Surface, level: float) -> shapely.Geometry:
    """Return all land up to a level of cost, small holes filled, in metres."""
    lines = contour_generator(
        model.grid.x, model.grid.y, model.field, fill_type=FillType.OuterOffset
    )
    found = lines.filled(float(model.field.min()) - 1.0, level)
    outer, offsets = cast("tuple[list[Points], list[Ends]]", found)
    shapes = []
    for points, ends in zip(outer, offsets, strict=True):
        rings = [shapely.linearrings(points[a:b]) for a, b in pairwise(ends)]
        holes = [r for r in rings[1:] if shapely.Polygon(r).area >= model.least_m2]
        shapes.append(shapely.make_valid(shapely.Polygon(rings[0], holes)))
    smooth = shapely.simplify(shapely.union_all(shapes), model.grid.cell_m / 20)
    return shapely.intersection(smooth, model.flat_limit)


def kept(shape: shapely.Geometry, model: Surface) -> shapely.Geometry:
    """Return the patches that are large enough, the largest first if counted."""
    parts = shapely.get_parts(shape)
    parts = parts[shapely.area(parts) >= model.least_m2]
    order = np.argsort(-shapely.area(parts), kind="stable")
    return shapely.union_all(parts[order][: model.pieces])


def land(model: Surface, level: float) -> shapely.Geometry:
    """Return the patches of one contour that are large enough."""
    return kept(contour(model, level), model)


def to_lonlat(shape: shapely.Geometry, model: Surface) -> shapely.Geometry:
    """Return land in rounded lon/lat, inside its limit, without slivers."""
    patches = kept(shape, model)
    degrees = shapely.intersection(
        model.grid.unproject(patches), model.limit, grid_size=PRECISION
    )
    parts = shapely.get_parts(degrees)
    parts = parts[shapely.get_dimensions(parts) == 2]
    return shapely.normalize(shapely.union_all(parts, grid_size=PRECISION))


def area_m2(shape: shapely.Geometry) -> float:
    """Return the ellipsoidal area in m2, 0 of nothing."""
    if shape.is_empty:
        return 0.0
    return float(ellipsoidal_area(gpd.GeoSeries([shape], crs=CGCS2000)).sum())


def largest(
    area: Callable[[float], float], target: float, low: float, high: float
) -> float:
    """Return by bisection the largest value whose area does not exceed the target."""
    for _ in range(45):
        middle = (low + high) / 2
        held = area(middle)
        if held <= target:
            low = middle
            if held > target * (1 - AREA_TOLERANCE / 10):
                break
        else:
            high = middle
    return low
