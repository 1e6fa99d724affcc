"""Which CGCS2000 zone coordinates without a CRS look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS, Transformer

from ecozoning._validation import check_polygons
from ecozoning.crs.datums import CGCS2000, to_cgcs2000
from ecozoning.crs.systems import ZONES
from ecozoning.errors import CRSMismatchError, NoDataError, ParameterError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["guess_zone"]

LONGITUDES: Final = (73.0, 136.0)
LATITUDES: Final = (3.0, 54.0)
NORTHINGS: Final = (330_000.0, 5_990_000.0)
"""Metres from the equator to 3 and to 54 degrees."""
EASTINGS: Final = (100_000.0, 900_000.0)
WEB_MERCATOR: Final = 3857
INSIDE: Final = 0.5
"""Share of the extent of a layer that has to lie within that of the boundary."""


def guess_zone(
    layer: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame | None = None
) -> CRS:
    """
    Suggest the CRS of a layer that came without one, from its coordinates.

    Degrees of China are taken as CGCS2000; eight-digit eastings begin with the number
    of their zone, 25 to 45 for 3 degrees and 13 to 23 for 6 degrees. Six-digit eastings
    fit in any zone, so a boundary has to tell which.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or GeoSeries
        Any geometries, without a CRS.
    boundary : geopandas.GeoDataFrame, optional
        The county, in any CRS, where the layer should lie.

    Returns
    -------
    pyproj.CRS
        EPSG:4490, a zone of CGCS2000, or the projection of web maps (EPSG:3857), to be
        stated with ``layer.set_crs(...)``. It is a suggestion: coordinates tell the
        zone but not the datum. On Beijing 1954 or Xian 1980 they look the same, and
        those of UTM much the same.

    Raises
    ------
    CRSMismatchError
        If the layer has a CRS.
    NoDataError
        If it has no vertex.
    ParameterError
        If its coordinates fit none or several systems, or fit far from the boundary, or
        look as if x and y were the wrong way round; the message names what would do.

    Examples
    --------
    >>> import ecozoning as ez
    >>> county = ez.load_plan("shanggao").boundary
    >>> bare = county.to_crs(4526).set_crs(None, allow_override=True)
    >>> ez.guess_zone(bare).to_epsg()
    4526
    """
    if not hasattr(layer, "total_bounds"):
        msg = (
            f"`layer` is a {type(layer).__name__}, but a GeoDataFrame or GeoSeries "
            "with a geometry is needed, e.g. `geopandas.read_file(path)`."
        )
        raise ParameterError(msg)
    if getattr(layer, "crs", None) is not None:
        msg = (
            f"`layer` says that it is in {CRS.from_user_input(layer.crs).name}; "
            "nothing is left to guess. If that is wrong, pass "
            "`layer.set_crs(None, allow_override=True)`."
        )
        raise CRSMismatchError(msg)
    bounds = np.asarray(layer.total_bounds, float)
    if not np.isfinite(bounds).all():
        msg = "`layer` has no vertex with finite coordinates to guess from."
        raise NoDataError(msg)
    codes = _candidates(bounds)
    if not codes:
        raise ParameterError(_nothing_fits(bounds))
    if boundary is not None:
        return _where_the_county_is(codes, bounds, boundary)
    if len(codes) > 1:
        raise ParameterError(_several_fit(codes, bounds))
    return CRS.from_epsg(codes[0])


def _candidates(bounds: Floats) -> list[int]:
    """Return the EPSG codes that an extent (4,) may be in."""
    west, south, east, north = bounds
    if _within((west, east), LONGITUDES) and _within((south, north), LATITUDES):
        return [4490]
    if not _within((south, north), NORTHINGS):
        return []
    if _within((west, east), EASTINGS):
        return [first_bare + i for first_bare, i in _unzoned()]
    return _with_numbers(west, east) + _of_web_mercator(bounds)


def _unzoned() -> list[tuple[int, int]]:
    """Return (EPSG of the first zone, number of zones on) of the 3-degree zones.

    Those of 6 degrees have meridians of 3-degree zones, and so the same coordinates.
    """
    first, last, _, bare = ZONES[3]
    return [(bare, i) for i in range(last - first + 1)]


def _with_numbers(west: float, east: float) -> list[int]:
    """Return the code of the zone whose number both eastings begin with."""
    number = int(west // 1_000_000)
    offsets = (west - number * 1e6, east - number * 1e6)
    if not _within(offsets, EASTINGS):
        return []
    return [
        code + number - first
        for first, last, code, _ in ZONES.values()
        if first <= number <= last
    ]


def _of_web_mercator(bounds: Floats) -> list[int]:
    """Return the code of web maps' projection if an extent is one of China in it."""
    to_degrees = Transformer.from_crs(WEB_MERCATOR, 4326, always_xy=True)
    lon, lat = to_degrees.transform(bounds[[0, 2]], bounds[[1, 3]])
    inside = _within(tuple(lon), LONGITUDES) and _within(tuple(lat), LATITUDES)
    return [WEB_MERCATOR] if inside else []


def _within(pair: tuple[float, ...], limits: tuple[float, float]) -> bool:
    return limits[0] <= min(pair) and max(pair) <= limits[1]


def _where_the_county_is(
    codes: list[int], bounds: Floats, boundary: gpd.GeoDataFrame
) -> CRS:
    """Return the one system in which an extent lies within that of the county."""
    county = to_cgcs2000(check_polygons(boundary, name="boundary"), name="boundary")
    west, south, east, north = county.total_bounds
    fits = []
    for code in codes:
        to_degrees = Transformer.from_crs(code, CGCS2000, always_xy=True)
        lon, lat = to_degrees.transform(bounds[[0, 2, 0, 2]], bounds[[1, 3, 3, 1]])
        box = (lon.min(), lat.min(), lon.max(), lat.max())
        across = _share((box[0], box[2]), (west, east))
        up = _share((box[1], box[3]), (south, north))
        if across * up >= INSIDE:
            fits.append(code)
    if len(fits) == 1:
        return CRS.from_epsg(fits[0])
    if fits:
        raise ParameterError(_several_fit(fits, bounds))
    msg = (
        f"`layer` with x from {bounds[0]:g} to {bounds[2]:g} and y from {bounds[1]:g} "
        f"to {bounds[3]:g} lies far from `boundary` in each of the systems that its "
        "coordinates may be in; see whether it is the right county."
    )
    raise ParameterError(msg)


def _share(own: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the share of an interval that lies in another; of a point 1 or 0."""
    common = min(own[1], other[1]) - max(own[0], other[0])
    width = own[1] - own[0]
    return float(common >= 0) if width == 0 else max(common, 0.0) / width


def _several_fit(codes: list[int], bounds: Floats) -> str:
    named = ", ".join(f"EPSG:{code}" for code in codes[:4])
    more = f" and {len(codes) - 4} more" if len(codes) > 4 else ""
    return (
        f"`layer` with x from {bounds[0]:g} to {bounds[2]:g} may be in {named}{more}; "
        "pass a `boundary` that it should lie in, or, if you know the place, take "
        "`ecozoning.cgcs2000_zone(longitude)`."
    )


def _nothing_fits(bounds: Floats) -> str:
    """Return why no system fits, and whether one would with x and y exchanged."""
    text = (
        f"`layer` has x from {bounds[0]:g} to {bounds[2]:g} and y from {bounds[1]:g} "
        f"to {bounds[3]:g}, which is neither in degrees of China nor in one zone of "
        "CGCS2000"
    )
    if _candidates(bounds[[1, 0, 3, 2]]):
        return (
            f"{text}, but with x and y exchanged it would be: surveys put the northing "
            "first. Exchange them with `layer.set_geometry(layer.transform(lambda xy: "
            "xy[:, ::-1]))` and ask again."
        )
    first, second = (int(value // 1_000_000) for value in bounds[[0, 2]])
    if second > first:
        return (
            f"{text}: eastings begin with {first} and with {second}, so it may run "
            "through several zones; take it apart and bring the parts to one."
        )
    return f"{text}; ask for the system at its source."
