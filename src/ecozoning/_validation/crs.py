"""Checks of coordinate reference systems, and of degrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from pyproj import CRS

from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    ParameterError,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    Layer: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries

__all__ = [
    "cgcs2000_degrees",
    "check_crs",
    "check_lonlat_domain",
    "check_same_crs",
    "check_transformable",
    "no_layer_message",
]


def check_crs(layer: Layer, *, name: str) -> CRS:
    """Return the CRS of a layer, insisting that it has one."""
    if not hasattr(layer, "crs"):
        raise ParameterError(no_layer_message(layer, name))
    if layer.crs is None:
        msg = (
            f"`{name}` has no CRS, so nobody can tell where it lies; say in which one "
            f"its coordinates are, e.g. `{name}.set_crs('EPSG:4490')` for CGCS2000 "
            "degrees."
        )
        raise MissingCRSError(msg)
    return CRS.from_user_input(layer.crs)


def check_same_crs(
    a: Layer | Mapping[str, Layer],
    b: Layer | None = None,
    *,
    names: tuple[str, str] = ("a", "b"),
) -> CRS:
    """Return the CRS that two layers, or all layers of a mapping, have in common."""
    layers = (
        dict(a) if isinstance(a, Mapping) else dict(zip(names, (a, b), strict=True))
    )
    if not layers:
        msg = "no layer was given; at least one is needed to have a CRS."
        raise ParameterError(msg)
    systems = {name: check_crs(layer, name=name) for name, layer in layers.items()}
    first, *others = systems
    for other in others:
        _refuse_other_crs(systems, first, other)
    return systems[first]


def _refuse_other_crs(systems: Mapping[str, CRS], first: str, other: str) -> None:
    """Raise unless two named systems are one; the order of axes is of no account."""
    if systems[first].equals(systems[other], ignore_axis_order=True):
        return
    for name in (first, other):
        check_transformable(systems[name], name=name)  # `to_crs` would not mend these
    msg = (
        f"`{first}` is in {_named(systems[first])} but `{other}` is in "
        f"{_named(systems[other])}; one CRS is needed: "
        f"`{other} = {other}.to_crs({first}.crs)`."
    )
    raise CRSMismatchError(msg)


def check_transformable(crs: CRS, *, name: str) -> CRS:
    """Return a CRS that can be brought to CGCS2000 without a guessed datum shift.

    Accepted are earth-centred datums on the ellipsoids of CGCS2000 and WGS 84, which
    agree within a metre or two, and any CRS that carries its own shift (``+towgs84``).
    PROJ turns all others into CGCS2000 without moving them, and does not say so; for
    Beijing 1954 and Xian 1980 that is wrong by up to a hundred metres and more.
    """
    if crs.geodetic_crs is None or crs.is_geocentric:
        msg = (
            f"`{name}` is in {_named(crs)}, a system of type {crs.type_name} whose "
            "place in longitude and latitude is not known or is not a plane position; "
            f"a geographic or projected CRS is needed: `{name}.to_crs(...)`, or "
            f"`{name}.set_crs(..., allow_override=True)` if the label is wrong."
        )
        raise CRSMismatchError(msg)
    if not crs.is_bound and not _is_earth_centred(crs):
        raise CRSMismatchError(_legacy_message(crs, name))
    return crs


def _is_earth_centred(crs: CRS) -> bool:
    """Say whether a CRS stands on the ellipsoid of CGCS2000, GRS 80 or WGS 84."""
    ellipsoid = crs.ellipsoid
    return (
        ellipsoid is not None
        and abs(ellipsoid.semi_major_metre - 6_378_137.0) < 0.01
        and abs(ellipsoid.inverse_flattening - 298.2572225) < 2e-6
    )


def _legacy_message(crs: CRS, name: str) -> str:
    datum = crs.datum.name if crs.datum is not None else crs.name
    return (
        f"`{name}` is in {_named(crs)} on the datum {datum}; PROJ has no shift from it "
        "to CGCS2000, and `to_crs` would leave the coordinates where they are without "
        "saying so. Get the seven parameters of the survey office and give them to "
        f"`ecozoning.to_cgcs2000({name}, ecozoning.SevenParameters(...))`, or state "
        f"them: `{name}.set_crs('+proj=... +ellps=... +towgs84=dx,dy,dz,rx,ry,rz,s', "
        "allow_override=True)`."
    )


def cgcs2000_degrees(crs: CRS) -> str:
    """Return the geographic CRS through which a layer reaches CGCS2000 degrees.

    PROJ honours the ``+towgs84`` of a bound CRS on the way to WGS 84 and drops it on
    the way to EPSG:4490. WGS 84 and CGCS2000 themselves differ by centimetres.
    """
    return "EPSG:4326" if crs.is_bound else "EPSG:4490"


def check_lonlat_domain(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    *,
    name: str,
    mend: str = "set_crs(..., allow_override=True)",
) -> None:
    """Insist that degrees are degrees: longitude within 360, latitude within 90.

    `mend` is the call of a layer, or a raster, that states another CRS.
    """
    extremes = [(float(axis.min()), float(axis.max())) for axis in (lon, lat)]
    for (low, high), limit, noun in zip(
        extremes, (360.0, 90.0), ("longitude", "latitude"), strict=True
    ):
        if not (-limit <= low and high <= limit):  # NaN and inf fail as well
            msg = (
                f"`{name}` has a {noun} from {low:g} to {high:g}, but {-limit:g} to "
                f"{limit:g} degrees is what there is; its CRS is probably not the one "
                "of its coordinates: state the right one with "
                f"`{name}.{mend}`."
            )
            raise GeometryError(msg)


def _named(crs: CRS) -> str:
    """Return the name of a CRS with its EPSG code where it has one."""
    code = crs.to_epsg()
    return crs.name if code is None else f"{crs.name} (EPSG:{code})"


def no_layer_message(layer: object, name: str) -> str:
    """Return what is said of a thing that is no layer, and so has no CRS."""
    return (
        f"`{name}` is a {type(layer).__name__}, but a GeoDataFrame or GeoSeries with a "
        f"geometry is needed, e.g. `geopandas.GeoDataFrame({name}, geometry=..., "
        "crs=...)`."
    )
