"""Overlaps of red line, permanent farmland, development boundary and other layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import shapely

from ecozoning._validation import (
    check_lonlat_domain,
    check_polygons,
    check_same_crs,
    check_shapes,
    check_transformable,
)
from ecozoning.errors import GeometryError, ParameterError
from ecozoning.overlay.conflict_tables import (
    ledger_of,
    overlaps_of,
    parts_of,
    pieces_of,
)
from ecozoning.overlay.control_rules import PRIORITY, control_names
from ecozoning.overlay.faces import faces_of
from ecozoning.overlay.local_plane import LocalPlane, degrees_of, polygons_from_degrees
from ecozoning.raster.checks import check_positive

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

    from ecozoning.overlay.faces import Geometry

__all__ = ["Conflicts", "conflicts"]

QUARTER_SEGMENTS: Final = 32
"""Edges of a quarter of a round end: 0.04 % less than its circle."""
LONGEST_EDGE_M: Final = 1000.0
"""Longer edges are bent by a projection by more than some centimetres."""
FARTHEST_KM: Final = 500.0
KM_PER_DEGREE: Final = 111.2
_KINDS: Final = ("official", "open-data", "modelled")  # from sure to less sure


@dataclass(frozen=True)
class Conflicts:
    """Where layers overlap; the answer of `conflicts`.

    Attributes
    ----------
    pieces : geopandas.GeoDataFrame
        One row per connected piece of land that the same layers share, in their CRS:
        `piece` (1, 2, ...), `parties` (names of layers, separated by commas),
        `n_parties`, `area_m2`, `severity`, `severity_zh`, `rule`, `rule_zh`, `keeps`,
        `gives_way`, `action`, `action_zh`, `geometry_kind`. Most parties first, then by
        parties, the largest first.
    ledger : pandas.DataFrame
        One row per layer: `layer`, `area_km2`, `alone_km2`, `conflict_km2` (in
        `pieces`), `sliver_km2` (shared, but in pieces below the tolerance), `n_pieces`.
        The three add up to the first.
    overlaps : pandas.DataFrame
        One row per pair of layers, and per larger set that occurs: `parties`,
        `n_parties`, `n_pieces`, `area_m2`. A pair that does not overlap has 0.0.
    """

    pieces: gpd.GeoDataFrame
    ledger: pd.DataFrame
    overlaps: pd.DataFrame


def conflicts(
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    buffers: Mapping[str, float] | None = None,
    priority: Sequence[str] = PRIORITY,
    tolerance_m2: float = 1.0,
) -> Conflicts:
    """
    Find where control lines and other layers overlap, each piece of land once.

    What the rows of one layer share counts once. The overlaps are a partition: where
    three layers meet, the land belongs to the three and to no pair. Parties are judged
    by how many of them are control lines, as these must not overlap [1]_: all three is
    ``critical``, two is ``high``, one with another layer ``medium``, none ``low``. The
    control line that stands first in `priority` keeps the piece.

    Parameters
    ----------
    layers : mapping of str to geopandas.GeoDataFrame
        Two layers or more by name, in one CRS, which may be geographic or projected.
        ``redlines``, ``permanent_farmland`` and ``development_boundary``, or their
        Chinese names, are the control lines; any other name is another layer. Polygons;
        with a buffer also lines and points.
    buffers : mapping of str to float, optional
        Widths in metres by which layers are widened first, > 0, e.g. ``{"roads": 30}``
        for 30 m on each side. Made in an equidistant plane around the middle of the
        layer, whatever its CRS: true to 0.01 % within 150 km of it.
    priority : sequence of str, optional
        Names of control lines, the one to be kept first. By default farmland, red line,
        boundary, the order in which the lines were drawn [2]_.
    tolerance_m2 : float, default 1.0
        Pieces up to this area are slivers of drawing: not listed, but in the ledger.

    Returns
    -------
    Conflicts
        Pieces, ledger and overlaps by parties. Layers that do not overlap give no
        pieces.

    Raises
    ------
    ParameterError
        If fewer than two layers are given, a name in `buffers` is no layer, or a number
        is outside its domain.
    MissingCRSError, CRSMismatchError
        If a layer has no CRS, or they have several, or one that cannot be brought to
        CGCS2000.
    GeometryError
        If a layer has missing, empty, invalid or other geometry, or lies more than
        500 km from another: the coordinates of one are then wrong.
    NoDataError, SchemaError
        If a layer has no rows or a label twice.
    ComputationError
        If cutting changed the area of a layer by more than 1e-9.

    Notes
    -----
    Cut in the plane of the CRS, measured on the CGCS2000 ellipsoid. Cutting adds
    vertices where layers cross, between which an edge is the shortest line; `area_km2`
    is that of the layer with them. From `ellipsoidal_area` of the layer it differs by
    what its rows share and by the bend of the edges that were cut: some 10 m² for one
    of 1 km, 0.01 m² for one of 100 m.

    `geometry_kind` is the least certain that any row of a party states, ``modelled``
    for what was widened, and ``official`` where none states one: then the geometry is
    yours.

    References
    ----------
    .. [1] 中共中央办公厅、国务院办公厅 (2019).
       关于在国土空间规划中统筹划定落实三条控制线的指导意见. 厅字〔2019〕48号.
    .. [2] 中共中央、国务院 (2022). 关于做好2022年全面推进乡村振兴重点工作的意见.

    Examples
    --------
    Three strips of 300 m by 100 m that share their middle or their ends.

    >>> import geopandas as gpd, shapely
    >>> def strip(west, east):
    ...     box = shapely.box(5e5 + west, 3.1e6, 5e5 + east, 3.1e6 + 100)
    ...     return gpd.GeoDataFrame(geometry=[box], crs="EPSG:4547")
    >>> found = conflicts(
    ...     {
    ...         "redlines": strip(0, 300),
    ...         "permanent_farmland": strip(100, 400),
    ...         "development_boundary": strip(200, 500),
    ...     }
    ... )
    >>> found.pieces[["n_parties", "area_m2", "severity", "gives_way"]].round(0)
       n_parties  area_m2  severity                       gives_way
    0          3  10000.0  critical  redlines, development_boundary
    1          2  10000.0      high            development_boundary
    2          2  10000.0      high                        redlines
    """
    crs = _check_layers(layers)
    widths = _check_widths({} if buffers is None else buffers, layers)
    _check_tolerance(tolerance_m2)
    _check_priority(priority, layers)
    grounds = {
        name: _ground(layer, widths.get(name), name, crs)
        for name, layer in layers.items()
    }
    _check_one_place(grounds, crs)
    parts = parts_of(faces_of(grounds), crs, tolerance_m2)
    kinds = {name: _kind(layer, name in widths) for name, layer in layers.items()}
    pieces = pieces_of(parts, crs, priority)
    pieces["geometry_kind"] = [
        _KINDS[max(kinds[name] for name in parties.split(", "))]
        for parties in pieces["parties"]
    ]
    return Conflicts(
        pieces, ledger_of(parts, list(layers)), overlaps_of(parts, list(layers))
    )


def _check_layers(layers: Mapping[str, gpd.GeoDataFrame]) -> CRS:
    """Return the CRS of two named layers or more."""
    if not isinstance(layers, Mapping) or len(layers) < 2:
        told = f"{len(layers)} layers" if isinstance(layers, Mapping) else type(layers)
        msg = (
            f"`layers` is {told}, but a dict of at least two is needed, e.g. "
            "{'redlines': redlines, 'permanent_farmland': farmland}."
        )
        raise ParameterError(msg)
    bad = [name for name in layers if not isinstance(name, str) or "," in name]
    if bad or "" in layers:
        msg = f"`layers` has the names {bad or ['']}; use words without commas."
        raise ParameterError(msg)
    first = next(iter(layers))
    return check_transformable(check_same_crs(layers), name=first)


def _check_widths(
    buffers: Mapping[str, float], layers: Mapping[str, gpd.GeoDataFrame]
) -> dict[str, float]:
    """Return widths in metres, insisting that each belongs to a layer."""
    if not isinstance(buffers, Mapping):
        msg = (
            f"`buffers` is {buffers!r}, but metres by name are needed: {{'roads': 30}}."
        )
        raise ParameterError(msg)
    unknown = [name for name in buffers if name not in layers]
    if unknown:
        msg = (
            f"`buffers` names {unknown}, but `layers` has {list(layers)}; name one of "
            "these or leave it out."
        )
        raise ParameterError(msg)
    for name, width in buffers.items():
        check_positive(f"buffers[{name!r}]", width)
    return {name: float(width) for name, width in buffers.items()}


def _check_tolerance(tolerance_m2: float) -> None:
    if tolerance_m2 != 0:
        check_positive("tolerance_m2", tolerance_m2)


def _check_priority(
    priority: Sequence[str], layers: Mapping[str, gpd.GeoDataFrame]
) -> None:
    """Refuse names that no layer has: all overlaps would be called slight."""
    known = {*layers, *control_names()}
    names = list(priority) if isinstance(priority, list | tuple) else [priority]
    if isinstance(priority, list | tuple) and {*names} <= known:
        return
    msg = (
        f"`priority` is {priority!r}, but a tuple of names of control lines is needed, "
        f"those of `layers`, {list(layers)}, or the default, {PRIORITY}."
    )
    raise ParameterError(msg)


def _ground(
    layer: gpd.GeoDataFrame, width_m: float | None, name: str, crs: CRS
) -> Geometry:
    """Return the land of a layer as one geometry, after any widening."""
    if width_m is not None:
        return _widened(check_shapes(layer, name=name), width_m, name, crs)
    geometries = check_polygons(layer, name=name).geometry.to_numpy()
    if crs.is_geographic:
        check_lonlat_domain(*shapely.get_coordinates(geometries).T, name=name)
    return shapely.union_all(geometries)


def _widened(layer: gpd.GeoDataFrame, width_m: float, name: str, crs: CRS) -> Geometry:
    """Return the land within some metres of a layer."""
    degrees = degrees_of(layer, name=name)
    west, south, east, north = shapely.total_bounds(degrees)
    plane = LocalPlane((west + east) / 2, (south + north) / 2)
    bent = shapely.segmentize(degrees, LONGEST_EDGE_M / 1000 / KM_PER_DEGREE)
    wide = shapely.buffer(plane.flatten(bent), width_m, quad_segs=QUARTER_SEGMENTS)
    ground = shapely.segmentize(shapely.union_all(wide), LONGEST_EDGE_M)
    return polygons_from_degrees([plane.unflatten(ground)], crs)[0]


def _check_one_place(grounds: Mapping[str, Geometry], crs: CRS) -> None:
    """Refuse layers too far apart to be of one county."""
    unit = crs.axis_info[0].unit_conversion_factor / 1000  # km, if it is not degrees
    km = KM_PER_DEGREE if crs.is_geographic else unit
    for (a, one), (b, other) in combinations(grounds.items(), 2):
        boxes = [shapely.box(*shapely.bounds(ground)) for ground in (one, other)]
        apart = shapely.distance(*boxes) * km
        if apart > FARTHEST_KM:
            msg = (
                f"`{a}` and `{b}` lie {apart:,.0f} km apart, but layers of one county "
                f"are needed; see `{a}.total_bounds` and `{b}.total_bounds`: one has "
                "its axes swapped, or the wrong CRS (`set_crs(..., "
                "allow_override=True)`)."
            )
            raise GeometryError(msg)


def _kind(layer: gpd.GeoDataFrame, widened: bool) -> int:
    """Return how uncertain a layer is by its own words, as a place in `_KINDS`."""
    stated = set(layer["geometry_kind"]) if "geometry_kind" in layer else set()
    known = [_KINDS.index(kind) for kind in stated if kind in _KINDS]
    return len(_KINDS) - 1 if widened else max(known, default=0)
