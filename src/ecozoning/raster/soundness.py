"""Whether a raster can be used at all; the checks themselves are `_validation`'s."""

from ecozoning._validation.rasters import (
    DRIFT,
    check_metric,
    check_raster,
    crs_name,
    even_axis,
    raster_crs,
    stated_transform,
)

__all__ = [
    "DRIFT",
    "check_metric",
    "check_raster",
    "crs_name",
    "even_axis",
    "raster_crs",
    "stated_transform",
]
