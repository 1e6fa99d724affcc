"""Classes of a raster in pieces of land, on the measure of the ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from ecozoning.errors import NoDataError
from ecozoning.overlay.blocks import over_blocks
from ecozoning.overlay.class_codes import class_labels
from ecozoning.overlay.footprints import (
    check_zones_crs,
    footprints_in,
    warn_of_small_zones,
)
from ecozoning.overlay.polygon_zones import PolygonClasses
from ecozoning.overlay.zonal_request import nodata_in
from ecozoning.raster.grid import grid_of

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.overlay.polygon_zones import ClassPart
    from ecozoning.overlay.zonal_request import Rule
    from ecozoning.survey.ledger_inputs import Land

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["ClassAreas", "cell_class_areas"]

ROUNDING: Final = 1e-9


class ClassAreas(NamedTuple):
    """Areas of classes in pieces, one row for each pair that there is."""

    piece: Ints  # -1 is land in no piece
    class_: Ints  # position in `labels`, -1 is none
    area_m2: Floats
    labels: list[int | str]


def cell_class_areas(
    land: Land, classes: xr.DataArray, rule: Rule, zones: gpd.GeoDataFrame
) -> ClassAreas:
    """Measure the classes of a raster in pieces of zones."""
    grid = grid_of(classes, name="classes", metric=True)
    check_zones_crs(zones.crs, grid, of="classes")
    footprints = footprints_in(land.geometry, land.owner, grid)
    if rule == "centre":
        whole_zones = footprints_in(zones.geometry.to_numpy(), zones.index, grid)
        warn_of_small_zones(whole_zones, zones.index)
    job = PolygonClasses(footprints, rule == "exact", nodata_in(classes))
    parts = over_blocks(job, [classes.data], grid)
    found = np.unique(np.concatenate([part.classes for part in parts]))
    names = class_labels(classes, found, name="classes")
    areas = _merged(parts, len(land.area_m2), list(names))
    if not areas[:, :-1].any():
        msg = (
            "`classes` has no cell with a class in `zones`, all are nodata or they lie "
            "apart; compare `zones.total_bounds` with `classes.rio.bounds()`."
        )
        raise NoDataError(msg)
    whole = footprints.areas(exact=True)[:, 1]
    held = whole if rule == "exact" else footprints.areas(exact=False)[:, 1]
    outside = held - areas.sum(axis=1)
    areas[:, -1] += np.where(outside > ROUNDING * held, outside, 0.0)
    scale = np.divide(land.area_m2, whole, out=np.ones_like(whole), where=whole > 0)
    areas *= scale[:, None]
    piece, class_ = np.nonzero(areas)
    values = areas[piece, class_]
    class_[class_ == len(names)] = -1
    return ClassAreas(piece, class_, values, list(names.values()))


def _merged(parts: list[ClassPart], pieces: int, values: list[int]) -> Floats:
    """Return m2 on the grid by piece and class, nodata in the last column."""
    areas = np.zeros((pieces, len(values) + 1))
    place = {value: column for column, value in enumerate(values)}
    for part in parts:
        columns = np.array([*(place[int(v)] for v in part.classes), len(values)])
        areas[np.ix_(part.zones, columns)] += part.areas
    return areas
