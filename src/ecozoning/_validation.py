"""Checks shared by public functions; each returns what it checked or raises.

A message names the argument, says how many rows are concerned and which come first,
what was needed, and the call that mends it. Errors about rows carry `.index`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
import shapely
from pyproj import CRS
from shapely import GeometryType

from ecozoning.errors import (
    CRSMismatchError,
    GeometryError,
    MissingCRSError,
    NoDataError,
    ParameterError,
    SchemaError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    Layer: TypeAlias = gpd.GeoDataFrame | gpd.GeoSeries

__all__ = [
    "cgcs2000_degrees",
    "check_columns",
    "check_crs",
    "check_lonlat_domain",
    "check_points",
    "check_polygons",
    "check_same_crs",
    "check_transformable",
]

_SHOWN: Final = 5
_THREADED_ROWS: Final = 20_000  # below, starting threads costs more than they save


class _Kind(NamedTuple):
    """A kind of geometry that a function can work with, and how to select it."""

    noun: str
    types: tuple[GeometryType, ...]
    single: str


_POLYGONS = _Kind(
    "polygons", (GeometryType.POLYGON, GeometryType.MULTIPOLYGON), "Polygon"
)
_POINTS = _Kind("points", (GeometryType.POINT,), "Point")


# --- coordinate reference systems --------------------------------------------------


def check_crs(layer: Layer, *, name: str) -> CRS:
    """Return the CRS of a layer, insisting that it has one."""
    if not hasattr(layer, "crs"):
        raise ParameterError(_no_layer_message(layer, name))
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
        "saying so. Get the seven parameters of the survey office and state them: "
        f"`{name}.set_crs('+proj=... +ellps=... +towgs84=dx,dy,dz,rx,ry,rz,s', "
        "allow_override=True)`."
    )


def cgcs2000_degrees(crs: CRS) -> str:
    """Return the geographic CRS through which a layer reaches CGCS2000 degrees.

    PROJ honours the ``+towgs84`` of a bound CRS on the way to WGS 84 and drops it on
    the way to EPSG:4490. WGS 84 and CGCS2000 themselves differ by centimetres.
    """
    return "EPSG:4326" if crs.is_bound else "EPSG:4490"


def check_lonlat_domain(
    lon: NDArray[np.float64], lat: NDArray[np.float64], *, name: str
) -> None:
    """Insist that degrees are degrees: longitude within 360, latitude within 90."""
    extremes = [(float(axis.min()), float(axis.max())) for axis in (lon, lat)]
    for (low, high), limit, noun in zip(
        extremes, (360.0, 90.0), ("longitude", "latitude"), strict=True
    ):
        if not (-limit <= low and high <= limit):  # NaN and inf fail as well
            msg = (
                f"`{name}` has a {noun} from {low:g} to {high:g}, but {-limit:g} to "
                f"{limit:g} degrees is what there is; its CRS is probably not the one "
                "of its coordinates: state the right one with "
                f"`{name}.set_crs(..., allow_override=True)`."
            )
            raise GeometryError(msg)


def _named(crs: CRS) -> str:
    """Return the name of a CRS with its EPSG code where it has one."""
    code = crs.to_epsg()
    return crs.name if code is None else f"{crs.name} (EPSG:{code})"


# --- layers ------------------------------------------------------------------------


def check_polygons(
    layer: Layer,
    *,
    name: str,
    columns: Iterable[str] = (),
    allow_empty: bool = False,
) -> gpd.GeoDataFrame:
    """Return a layer of valid two-dimensional (multi)polygons as a GeoDataFrame."""
    frame = _check_layer(layer, name=name, columns=columns, allow_empty=allow_empty)
    _check_geometries(frame, name=name, kind=_POLYGONS)
    return frame


def check_points(
    layer: Layer,
    *,
    name: str,
    columns: Iterable[str] = (),
    allow_empty: bool = False,
) -> gpd.GeoDataFrame:
    """Return a layer of two-dimensional points as a GeoDataFrame."""
    frame = _check_layer(layer, name=name, columns=columns, allow_empty=allow_empty)
    _check_geometries(frame, name=name, kind=_POINTS)
    return frame


def _check_layer(
    layer: Layer, *, name: str, columns: Iterable[str], allow_empty: bool
) -> gpd.GeoDataFrame:
    """Check everything about a layer but its geometries."""
    frame = _as_frame(layer, name)
    check_crs(frame, name=name)
    if len(frame) == 0 and not allow_empty:
        msg = f"`{name}` has no rows, at least one is needed; see what emptied it."
        raise NoDataError(msg)
    _check_index(frame, name)
    check_columns(frame, name=name, columns=columns)
    return frame


def _as_frame(layer: object, name: str) -> gpd.GeoDataFrame:
    """Return a GeoDataFrame or GeoSeries as a GeoDataFrame with a geometry."""
    import geopandas as gpd  # whoever holds a layer has already paid for this import

    if isinstance(layer, gpd.GeoSeries):
        return gpd.GeoDataFrame(geometry=layer)
    if not isinstance(layer, gpd.GeoDataFrame):
        raise ParameterError(_no_layer_message(layer, name))
    if layer.active_geometry_name is None:
        msg = f"`{name}` has no geometry; choose it with `{name}.set_geometry(...)`."
        raise GeometryError(msg)
    return layer


def _no_layer_message(layer: object, name: str) -> str:
    return (
        f"`{name}` is a {type(layer).__name__}, but a GeoDataFrame or GeoSeries with a "
        f"geometry is needed, e.g. `geopandas.GeoDataFrame({name}, geometry=..., "
        "crs=...)`."
    )


def _check_index(frame: gpd.GeoDataFrame, name: str) -> None:
    """Insist on unique labels: results come back on the same index."""
    if frame.index.is_unique:
        return
    again = frame.index[frame.index.duplicated()].unique().tolist()
    msg = (
        f"the index of `{name}` has {_rows(again, 'label')} more than once, but "
        "results are returned by label; number the rows anew with "
        f"`{name}.reset_index(drop=True)`."
    )
    raise SchemaError(msg, bad_rows=tuple(str(label) for label in again))


def check_columns(
    frame: gpd.GeoDataFrame, *, name: str, columns: Iterable[str]
) -> gpd.GeoDataFrame:
    """Return a layer, insisting that it has the columns named."""
    missing = tuple(column for column in columns if column not in frame.columns)
    if missing:
        there = [str(c) for c in frame.columns if c != frame.active_geometry_name]
        msg = (
            f"`{name}` lacks the column {', '.join(map(repr, missing))}; it has "
            f"{', '.join(map(repr, there)) or 'none'}. Rename one with "
            f"`{name}.rename(columns={{...: {missing[0]!r}}})`."
        )
        raise SchemaError(msg, missing=missing)
    return frame


# --- geometries --------------------------------------------------------------------


def _check_geometries(frame: gpd.GeoDataFrame, *, name: str, kind: _Kind) -> None:
    """Refuse, in this order, missing, empty, other, 3-D and invalid geometries."""
    geometries = frame.geometry.to_numpy()
    absent = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    _refuse(
        frame,
        absent,
        f"in `{name}` {{rows}} without a geometry, but every row needs one; drop them "
        f"with `{name}[{name}.count_coordinates() > 0]`.",
    )
    _refuse(
        frame,
        ~np.isin(shapely.get_type_id(geometries), kind.types),
        f"in `{name}` {{rows}} of another kind than {kind.noun}; take the {kind.noun} "
        f"out with `{name}.explode(ignore_index=True).loc[lambda layer: "
        f"layer.geom_type == {kind.single!r}]`.",
    )
    _refuse(
        frame,
        shapely.has_z(geometries),
        f"in `{name}` {{rows}} with heights, but plane geometry is needed; drop the "
        f"heights by `shapely.force_2d`: `{name}.force_2d()`.",
    )
    _refuse_invalid(frame, geometries, name)


def _refuse_invalid(
    frame: gpd.GeoDataFrame, geometries: NDArray[np.object_], name: str
) -> None:
    """Refuse coordinates that are not finite, then geometries that are not valid."""
    invalid = ~_is_valid(geometries)
    if not invalid.any():
        return
    finite = np.ones(len(geometries), dtype=bool)
    coordinates, row = shapely.get_coordinates(geometries[invalid], return_index=True)
    lost = np.unique(row[~np.isfinite(coordinates).all(axis=1)])
    finite[np.flatnonzero(invalid)[lost]] = False
    _refuse(
        frame,
        ~finite,
        f"in `{name}` {{rows}} with coordinates that are NaN or infinite, but finite "
        f"ones are needed; leave them out with `{name}.drop(index=...)` or read the "
        "source again.",
    )
    reason = shapely.is_valid_reason(geometries[invalid][0])
    _refuse(
        frame,
        invalid,
        f"in `{name}` {{rows}} with invalid geometry (the first: {reason}); mend them "
        f"by `shapely.make_valid`: `{name}.make_valid(method='structure', "
        "keep_collapsed=False)`, and look at what it changed.",
    )


def _is_valid(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return `shapely.is_valid`, in threads for many rows: no check takes longer."""
    if len(geometries) < _THREADED_ROWS:
        return np.asarray(shapely.is_valid(geometries))
    workers = min(4, os.cpu_count() or 1)
    pieces = np.array_split(geometries, 4 * workers)
    with ThreadPoolExecutor(workers) as pool:
        return np.concatenate(list(pool.map(shapely.is_valid, pieces)))


def _refuse(frame: gpd.GeoDataFrame, bad: NDArray[np.bool_], message: str) -> None:
    """Raise a `GeometryError` about the rows marked; ``{rows}`` becomes their list."""
    if not bad.any():
        return
    labels = frame.index[bad].tolist()
    verb = "is" if len(labels) == 1 else "are"
    msg = message.replace("{rows}", f"{verb} {_rows(labels, 'row')}")
    raise GeometryError(msg, index=tuple(labels))


def _rows(labels: Sequence[object], noun: str) -> str:
    """Return for instance ``3 rows (0, 4, 'x')``, with at most five labels."""
    shown = ", ".join(repr(label) for label in labels[:_SHOWN])
    more = ", ..." if len(labels) > _SHOWN else ""
    plural = "" if len(labels) == 1 else "s"
    return f"{len(labels)} {noun}{plural} ({shown}{more})"
