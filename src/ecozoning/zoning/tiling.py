"""Smooth polygons that tile a county, out of labelled cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from ecozoning._kernels.labels import fill_outside
from ecozoning._validation import check_lonlat_domain, check_polygons
from ecozoning.crs import CGCS2000, to_cgcs2000
from ecozoning.errors import ConvergenceError, ParameterError
from ecozoning.overlay.areas import ellipsoidal_area
from ecozoning.zoning.borders import borders_of, shift_borders, smooth, thin
from ecozoning.zoning.coverage import cut, faces_to_zones
from ecozoning.zoning.grid import Grid, make_grid
from ecozoning.zoning.inputs import cell_size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ecozoning.zoning.borders import Border
    from ecozoning.zoning.evidence import Evidence

__all__ = ["SMOOTHING_CELLS", "Ground", "ground_of", "tile", "zone_layer"]

SMOOTHING_CELLS = 2.0
AREA_TOLERANCE = 1e-6
"""Relative miss of a zone's area at which the borders stop moving (a tenth of a hectare
on a thousand square kilometres)."""


class Ground(NamedTuple):
    """A county in CGCS2000 degrees, its area in m2 and the grid over it."""

    county: shapely.Geometry
    area_m2: float
    grid: Grid


def ground_of(boundary: gpd.GeoDataFrame, cell_m: float | None) -> Ground:
    """Return the county of a checked boundary and its grid."""
    check_polygons(boundary, name="boundary")
    degrees = to_cgcs2000(boundary, name="boundary")
    west, south, east, north = degrees.total_bounds
    check_lonlat_domain(
        np.array([west, east]), np.array([south, north]), name="boundary"
    )
    county = shapely.union_all(degrees.geometry.to_numpy())
    total = float(ellipsoidal_area(gpd.GeoSeries([county], crs=CGCS2000)).sum())
    grid = make_grid(county, cell_size(cell_m, total))
    if not grid.inside.any():
        msg = f"`cell_m` is {cell_m}, larger than the county; choose a smaller one."
        raise ParameterError(msg)
    return Ground(county, total, grid)


def tile(
    ground: Ground,
    labels: NDArray[np.intp],
    zones: list[str],
    targets: NDArray[np.float64],
    *,
    smoothing_cells: float = SMOOTHING_CELLS,
) -> list[shapely.Geometry]:
    """
    Return one smooth polygon per zone that together tile the county.

    `labels` has the zone of each cell inside, `targets` the areas in m2 that borders
    are moved to meet, NaN where free.
    """
    grid = ground.grid
    image = np.zeros(grid.inside.shape, dtype=int)
    image[grid.inside] = labels
    stepped = borders_of(fill_outside(image, grid.inside), grid)
    fine = grid.cell_m / 20
    borders = [thin(smooth(border, smoothing_cells), fine) for border in stepped]
    outline = grid.project(shapely.segmentize(ground.county, 0.005))
    shapely.prepare(outline)
    for _ in range(12):
        polygons = _cut_zones(ground, borders, labels, zones)
        lack = _lack(polygons, targets)
        if np.nanmax(np.abs([0.0, *lack])) <= AREA_TOLERANCE:
            return polygons
        borders = shift_borders(borders, lack * targets, outline)
    msg = (
        f"the borders of {', '.join(zones)} did not settle on their areas: "
        f"{np.nanmax(np.abs(lack)):.1e} relative is left; use a finer `cell_m`."
    )
    raise ConvergenceError(msg)


def _cut_zones(
    ground: Ground,
    borders: list[Border],
    labels: NDArray[np.intp],
    zones: list[str],
) -> list[shapely.Geometry]:
    faces = cut(ground.county, borders, ground.grid)
    polygons = faces_to_zones(faces, labels, ground.grid, len(zones))
    empty = [zone for zone, p in zip(zones, polygons, strict=True) if p.is_empty]
    if empty:
        msg = f"zone {empty[0]!r} vanished; use a finer `cell_m` or other evidence."
        raise ConvergenceError(msg)
    if not shapely.coverage_is_valid(polygons):
        msg = "the smoothed borders cross; use a finer `cell_m`."
        raise ConvergenceError(msg)
    return polygons


def _lack(
    polygons: list[shapely.Geometry], targets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the relative area that each zone lacks; NaN for a free one.

    A vertex that a border adds to the outline changes its area a little (by the sagitta
    of an edge), so targets for all zones are scaled to what the zones hold together.
    """
    held = ellipsoidal_area(gpd.GeoSeries(polygons, crs="EPSG:4490")).to_numpy()
    if not np.isnan(targets).any():
        targets = targets * held.sum() / targets.sum()
    return np.asarray((targets - held) / targets)


def zone_layer(
    evidence: Mapping[str, Sequence[Evidence]],
    polygons: list[shapely.Geometry],
    costs: NDArray[np.float64],
    labels: NDArray[np.intp],
) -> gpd.GeoDataFrame:
    """Return modelled zones as a layer; `cost` is the mean miss of a zone's cells."""
    own = costs[labels, np.arange(labels.size)]
    return gpd.GeoDataFrame(
        {
            "zone_id": list(evidence),
            "geometry_kind": "modelled",
            "evidence": ["; ".join(e.text() for e in es) for es in evidence.values()],
            "cost": [
                round(float(own[labels == zone].mean()), 4)
                for zone in range(len(evidence))
            ],
        },
        geometry=polygons,
        crs=CGCS2000,
    )
