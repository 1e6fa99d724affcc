"""Checks shared by public functions; each returns what it checked or raises.

A message names the argument, says how many rows are concerned and which come first,
what was needed, and the call that mends it. Errors about rows carry `.index`.
"""

from .crs import (
    cgcs2000_degrees,
    check_crs,
    check_lonlat_domain,
    check_same_crs,
    check_transformable,
)
from .layers import (
    check_columns,
    check_layer,
    check_lines,
    check_points,
    check_polygons,
    check_shapes,
)

__all__ = [
    "cgcs2000_degrees",
    "check_columns",
    "check_crs",
    "check_layer",
    "check_lines",
    "check_lonlat_domain",
    "check_points",
    "check_polygons",
    "check_same_crs",
    "check_shapes",
    "check_transformable",
]
