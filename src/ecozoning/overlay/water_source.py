"""Protection zones of drinking-water sources on rivers (饮用水水源保护区)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from ecozoning._validation import check_lines, check_points, check_same_crs
from ecozoning._validation.geometries import rows_named
from ecozoning.errors import GeometryError, ParameterError
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.faces import polygons_of
from ecozoning.overlay.local_plane import LocalPlane, degrees_of, polygons_from_degrees
from ecozoning.overlay.waterways import waterways_at
from ecozoning.raster.checks import check_positive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from ecozoning.overlay.faces import Geometry
    from ecozoning.overlay.waterways import Waterways

    Geometries = NDArray[np.object_]

__all__ = ["RIVER_LEVELS", "ProtectionLevel", "water_source_zones"]

QUARTER_SEGMENTS: Final = 16


class ProtectionLevel(NamedTuple):
    """How far a level goes along the water, from where the level before it ends.

    Attributes
    ----------
    upstream_m, downstream_m : float
        Metres, > 0. Those of the first level begin at the intake.
    """

    upstream_m: float
    downstream_m: float


RIVER_LEVELS: Final = (ProtectionLevel(1000.0, 100.0), ProtectionLevel(2000.0, 200.0))
"""The least lengths for sources on common rivers; those of the plan of 木垒."""


class _Reached(NamedTuple):
    """How far a level goes from the intake, and how wide it is."""

    upstream_m: float
    downstream_m: float
    width_m: float


class _Rule(NamedTuple):
    """What is asked of every intake."""

    levels: tuple[_Reached, ...]
    tolerance_m: float

    @property
    def farthest_m(self) -> float:
        """How far from an intake a stream can matter."""
        return max(*self.levels[-1][:2], self.tolerance_m)

    def told(self, levels: Iterable[int]) -> list[str]:
        """Return the rule of each level in words."""
        return [
            "{:g} m up and {:g} m down the streams given, {:g} m on each side".format(
                *self.levels[level - 1]
            )
            for level in levels
        ]


_INTAKE: Final = shapely.Point(0, 0)  # of its own plane


def water_source_zones(
    intakes: gpd.GeoDataFrame,
    streams: gpd.GeoDataFrame,
    *,
    width_m: float | Sequence[float],
    levels: Sequence[ProtectionLevel | tuple[float, float]] = RIVER_LEVELS,
    tolerance_m: float = 50.0,
) -> gpd.GeoDataFrame:
    """
    Delimit the protection zones of intakes along their streams, level by level.

    Level 1 covers the water from 1000 m above an intake to 100 m below it, level 2 goes
    on from the ends of level 1: upstream for 2000 m more, downstream for 200 m more
    [1]_. So level 2 reaches from 3000 m above to 300 m below and leaves level 1 out.
    All streams that join on the way up are followed, for what is left of the length;
    what joins below the intake is not.

    Parameters
    ----------
    intakes : geopandas.GeoDataFrame
        Points where water is taken, any CRS of `streams`. Each is moved to the stream
        nearest to it.
    streams : geopandas.GeoDataFrame
        Lines that run with the water, such as `Drainage.streams` gives. Ends within 1 m
        of another line meet it, so lines need not be cut where others join.
    width_m : float or sequence of float
        Width on each side of the line in metres, > 0; a sequence has one per level,
        none smaller than that before. The plan states none.
    levels : sequence of (float, float), optional
        Upstream and downstream length in metres of each level, measured from the ends
        of the level before. By default the least that the plan of 木垒 asks [1]_.
    tolerance_m : float, default 50.0
        How far an intake may lie from its stream.

    Returns
    -------
    geopandas.GeoDataFrame
        In the CRS of `intakes`, one row per intake and level: `intake` (its label),
        `level` (1, 2, ...), `upstream_m` and `downstream_m` (how far along the water
        the level goes from the intake: less than the rule where the lines end),
        `area_m2`, `geometry_kind` ("modelled"), `evidence`. Zones of neighbouring
        intakes may overlap.

    Raises
    ------
    ParameterError
        If a width, a length or the tolerance is outside its domain.
    MissingCRSError, CRSMismatchError
        If a layer has no CRS, they have two, or it cannot be brought to CGCS2000.
    GeometryError
        If intakes are no points, streams no lines or none of any length, one is
        invalid, or an intake is farther than the tolerance from every stream; `index`
        has its label.
    NoDataError, SchemaError
        If a layer has no rows or a label twice.

    Notes
    -----
    Everything around an intake is computed in a plane that touches the ellipsoid there:
    lengths are geodesic to 1e-6 within 10 km. Ends are cut straight across the stream.
    The result is a first draft: the rule asks for at least these lengths, and official
    zones follow ridges, roads and parcels.

    References
    ----------
    .. [1] 木垒哈萨克自治县人民政府 (2024).
       木垒哈萨克自治县生态文明建设规划（2024—2035年）, 专栏1 重要生态空间保护管控要求.

    Examples
    --------
    A stream of 10 km that runs east along a meridian's zero line of its zone, with an
    intake in the middle, 50 m to each side: 1100 m and 2200 m by 100 m.

    >>> import geopandas as gpd, shapely
    >>> stream = shapely.LineString([(495e3, 3.1e6), (505e3, 3.1e6)])
    >>> streams = gpd.GeoDataFrame(geometry=[stream], crs="EPSG:4547")
    >>> intake = gpd.GeoDataFrame(geometry=[shapely.Point(5e5, 3.1e6)], crs="EPSG:4547")
    >>> zones = water_source_zones(intake, streams, width_m=50)
    >>> zones[["level", "upstream_m", "downstream_m", "area_m2"]].round(0)
       level  upstream_m  downstream_m   area_m2
    0      1      1000.0         100.0  110000.0
    1      2      3000.0         300.0  220000.0
    """
    intakes = check_points(intakes, name="intakes")
    streams = check_lines(streams, name="streams")
    crs = check_same_crs(intakes, streams, names=("intakes", "streams"))
    rule = _rule(levels, width_m, tolerance_m)
    lines = shapely.get_parts(degrees_of(streams, name="streams"))
    places = shapely.get_coordinates(degrees_of(intakes, name="intakes"))
    planes = dict(zip(intakes.index, (LocalPlane(*xy) for xy in places), strict=True))
    nets = _nets(planes, lines, rule)
    rows = [
        {"intake": label, **row, "geometry": planes[label].unflatten(row["geometry"])}
        for label, net in nets.items()
        for row in _zones(net, rule)
    ]
    if not rows:
        msg = (
            "`streams` has no line longer than 2 m at any intake, so no water is "
            "protected; give whole streams, in the CRS in which they were drawn."
        )
        raise GeometryError(msg)
    zones = gpd.GeoDataFrame(rows, geometry="geometry")
    shapes = polygons_from_degrees(zones.geometry.to_numpy(), crs)
    zones = zones.set_geometry(gpd.GeoSeries(shapes, crs=crs))
    zones.insert(4, "area_m2", checked_areas(zones, "exact"))
    return zones.assign(geometry_kind="modelled", evidence=rule.told(zones["level"]))


def _rule(
    levels: Sequence[ProtectionLevel | tuple[float, float]],
    width_m: float | Sequence[float],
    tolerance_m: float,
) -> _Rule:
    """Return what is asked, with lengths counted from the intake."""
    if not len(levels):
        msg = "`levels` is empty; at least one is needed, e.g. [(1000, 100)]."
        raise ParameterError(msg)
    if any(np.shape(level) != (2,) for level in levels):
        msg = f"`levels` is {levels!r}, but pairs (upstream, downstream) are needed."
        raise ParameterError(msg)
    pairs = [ProtectionLevel(*level) for level in levels]
    for place, level in enumerate(pairs):
        for noun, length in level._asdict().items():
            check_positive(f"levels[{place}].{noun}", length)
    widths = list(width_m) if isinstance(width_m, Sequence) else [width_m] * len(pairs)
    for width in widths:
        check_positive("width_m", width)
    if len(widths) != len(pairs) or sorted(widths) != widths:
        msg = (
            f"`width_m` is {widths}, but one number is needed, or {len(pairs)}, one "
            "per level, none smaller than that before."
        )
        raise ParameterError(msg)
    check_positive("tolerance_m", tolerance_m)
    reaches = np.column_stack([np.cumsum(pairs, axis=0), widths]).astype(float)
    return _Rule(tuple(_Reached(*row) for row in reaches.tolist()), float(tolerance_m))


def _nets(
    planes: Mapping[object, LocalPlane], lines: Geometries, rule: _Rule
) -> dict[object, Waterways]:
    """Return the streams around each intake, insisting that one is near enough."""
    tree = shapely.STRtree(lines)
    box = shapely.box(*np.multiply((-1, -1, 1, 1), 1.01 * rule.farthest_m))
    nets, far = {}, []
    for label, plane in planes.items():
        near = plane.flatten(lines[np.sort(tree.query(plane.unflatten(box)))])
        gaps = shapely.distance(near, _INTAKE)
        if not len(near) or gaps.min() > rule.tolerance_m:
            far.append(label)
            continue
        closest = shapely.shortest_line(near[np.argmin(gaps)], _INTAKE)
        nets[label] = waterways_at(near, shapely.get_point(closest, 0))
    if far:
        msg = (
            f"`intakes` has {rows_named(far, 'point')} more than "
            f"{rule.tolerance_m:g} m from every stream, but water is taken from one; "
            "move them onto it, or say `tolerance_m=...` if that is meant."
        )
        raise GeometryError(msg, index=tuple(far))
    return nets


def _zones(net: Waterways, rule: _Rule) -> Iterator[dict[str, Any]]:
    """Yield level after level, each without those before it."""
    taken: Geometry = shapely.Polygon()
    before = _Reached(0.0, 0.0, 0.0)
    for level, now in enumerate(rule.levels, start=1):
        # A wider level has land beside the one before, others begin at its ends.
        inner = before if now.width_m == before.width_m else _Reached(0.0, 0.0, 0.0)
        up = net.reach(now.upstream_m, upstream=True, beyond_m=inner.upstream_m)
        down = net.reach(now.downstream_m, upstream=False, beyond_m=inner.downstream_m)
        strip = _strip(np.concatenate([up.lines, down.lines]), now.width_m)
        own = polygons_of(shapely.difference(strip, taken))[0]
        if len(own):
            yield {
                "level": level,
                "upstream_m": up.farthest_m,
                "downstream_m": down.farthest_m,
                "geometry": own[0] if len(own) == 1 else shapely.multipolygons(own),
            }
        taken, before = shapely.union(taken, strip), now


def _strip(lines: Geometries, width_m: float) -> Geometry:
    """Return the land beside lines, cut straight at ends, filled where they meet."""
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    ends = np.concatenate([shapely.get_point(merged, end) for end in (0, -1)])
    places, times = np.unique(shapely.get_coordinates(ends), axis=0, return_counts=True)
    discs = shapely.buffer(
        shapely.points(places[times > 1]), width_m, quad_segs=QUARTER_SEGMENTS
    )
    strips = shapely.buffer(
        merged, width_m, cap_style="flat", quad_segs=QUARTER_SEGMENTS
    )
    return shapely.union_all(np.concatenate([strips, discs]))
