"""Where in a county its zones lie, in the words of the compass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from ecozoning._validation import check_polygons, check_same_crs
from ecozoning.errors import GeometryError
from ecozoning.overlay.local_plane import LocalPlane, degrees_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["bearings_of"]

CENTRE: Final = 0.2
"""Of half the county: a middle nearer to the county's is in the centre."""
HALF_WAY: Final = 0.45
"""Nearer than this a zone is half way, 中南部: the second of five equal bands of a
county (0.4) is, one of its halves (0.5) is not."""
POINTS: Final = (
    "east",
    "northeast",
    "north",
    "northwest",
    "west",
    "southwest",
    "south",
    "southeast",
)


def bearings_of(zones: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame) -> pd.Series[str]:
    """
    Return where the middle of each zone lies in its county.

    The centroid of a zone is seen from that of the county, in half-widths of the county
    from west to east and half-heights from south to north, so that a long county has a
    north too. The eight points of the compass are sectors of 45 degrees.
    """
    check_same_crs(zones, boundary, names=("zones", "boundary"))
    shapes = degrees_of(check_polygons(zones, name="zones"), name="zones")
    land = check_polygons(boundary, name="boundary").dissolve()
    outline = degrees_of(land, name="boundary")
    west, south, east, north = shapely.total_bounds(outline)
    plane = LocalPlane((west + east) / 2, (south + north) / 2)
    county = plane.flatten(outline)
    middles = _middles(plane.flatten(shapes)) - _middles(county)
    sides = np.reshape(shapely.total_bounds(county), (2, 2))
    steps = middles / ((sides[1] - sides[0]) / 2)
    _check_inside(steps, zones)
    return pd.Series([_word(*step) for step in steps], index=zones.index, dtype="str")


def _middles(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    return np.asarray(shapely.get_coordinates(shapely.centroid(shapes)))


def _word(east: float, north: float) -> str:
    """Return the bearing of a step, in halves of the county."""
    far = float(np.hypot(east, north))
    if far < CENTRE:
        return "centre"
    if far < HALF_WAY:
        along, ways = (
            (east, ("west", "east"))
            if abs(east) > abs(north)
            else (north, ("south", "north"))
        )
        return f"{ways[int(along > 0)]}_centre"
    sector = round(np.degrees(np.arctan2(north, east)) / 45)
    return POINTS[sector % len(POINTS)]


def _check_inside(steps: NDArray[np.float64], zones: gpd.GeoDataFrame) -> None:
    """Refuse zones whose middle lies out of sight of the county."""
    away = np.abs(steps).max(axis=1) > 2
    if away.any():
        labels = zones.index[away].tolist()
        msg = (
            f"of `zones` the rows {labels[:5]} lie outside the extent of `boundary`; "
            "give the zones and the boundary of one county, each with its true CRS."
        )
        raise GeometryError(msg, index=tuple(labels))
