"""Coordinate reference systems of Chinese surveying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ecozoning._validation import cgcs2000_degrees, check_crs, check_transformable

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["CGCS2000", "to_cgcs2000"]

CGCS2000: Final = "EPSG:4490"


def to_cgcs2000(layer: gpd.GeoDataFrame, *, name: str) -> gpd.GeoDataFrame:
    """Return a layer in CGCS2000 longitude and latitude, its own datum shift kept."""
    crs = check_transformable(check_crs(layer, name=name), name=name)
    degrees = layer.to_crs(cgcs2000_degrees(crs))
    return degrees.set_crs(CGCS2000, allow_override=True)
