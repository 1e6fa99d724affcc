"""Whether a layer stands where Chinese web maps show it, or at its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np
import shapely

from ecozoning._kernels import gcj02
from ecozoning._validation import (
    check_crs,
    check_polygons,
    check_shapes,
    check_transformable,
)
from ecozoning.crs import check_in_china, to_cgcs2000
from ecozoning.errors import NoDataError
from ecozoning.overlay.datum_shift import bearing_of, web_map_move
from ecozoning.overlay.outlines import Outline, Plane, misfits, outline_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]

__all__ = ["WebMapEvidence", "suspect_gcj02"]

TIMES: Final = (0, 1, 2, -1)
"""How often a layer may have been moved; the first of equals counts. Minus one stands
for a layer from which a shift was taken that it did not have."""
NEAR: Final = 0.1
"""Share of the shift within which a vertex counts as lying on the outline."""
LEAST_NEAR: Final = 0.1
TIMES_MORE: Final = 3.0
LEAST_OUTSIDE: Final = 4
LOOKED_AT: Final = 20_000
EDGE_M: Final = 15.0
"""How far out of the boundary a place may lie because outlines are drawn by hand."""


@dataclass(frozen=True)
class WebMapEvidence:
    """
    What a boundary says of a layer that may come from a web map.

    Attributes
    ----------
    suspected : bool
        Whether the layer stands where web maps show it.
    times : int
        How often it was moved: 0 at its place, 1 or 2 moved, -1 if a shift was taken
        from it that it did not have.
    shift_m, bearing : float
        How far and in which direction, degrees from north, the layer is off; zeros if
        it is at its place.
    misfit_as_is, misfit_undone : float
        With evidence of the outline the median distance of its places to the boundary,
        metres; with evidence of the inside the share of the places outside the
        boundary. As the layer is, and with the shift taken off (`times`, at least
        once).
    evidence : {"outline", "inside"}
        ``"outline"`` is strong: edges of the layer run along the boundary. ``"inside"``
        is weak: places lie outside the boundary in one case and inside in the other.
    reason : str
        The same in words.
    """

    suspected: bool
    times: int
    shift_m: float
    bearing: float
    misfit_as_is: float
    misfit_undone: float
    evidence: Literal["outline", "inside"]
    reason: str


class _Places(NamedTuple):
    """Places of a layer in degrees, for each number of times that a shift is undone."""

    by_times: dict[int, Floats]
    plane: Plane

    def metres(self, times: int) -> Floats:
        return self.plane.metres(self.by_times[times])


def suspect_gcj02(
    layer: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame
) -> WebMapEvidence:
    """
    Tell from a trusted boundary whether a layer comes from a Chinese web map.

    The layer is laid on the boundary as it is, with the shift of GCJ-02 taken off once
    and twice, and with one put on; the way in which it fits at least three times better
    than in every other is the answer.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame or GeoSeries
        Valid points, lines or polygons of the county in any CRS.
    boundary : geopandas.GeoDataFrame or GeoSeries
        The county, at its place, in any CRS.

    Returns
    -------
    WebMapEvidence
        Strong where edges or vertices of the layer run along the boundary (zones that
        tile the county, roads and rivers cut to it), weak where all that can be said is
        that places lie inside in one way and not in the others.

    Raises
    ------
    MissingCRSError, CRSMismatchError
        If a layer has no CRS, or one on a datum whose shift nobody states.
    GeometryError, ParameterError, NoDataError
        If geometries are missing, invalid or of another kind, lie outside China, or a
        layer has no rows.
    NoDataError
        If no way fits much better than the others: places in the middle of the county
        look right in all of them.

    Examples
    --------
    >>> import ecozoning as ez
    >>> plan = ez.load_plan("shanggao")
    >>> found = ez.suspect_gcj02(plan.zones, plan.boundary)
    >>> found.suspected, found.times, found.evidence
    (False, 0, 'outline')
    """
    shapes = _degrees(check_shapes(layer, name="layer"), "layer")
    county = to_cgcs2000(check_polygons(boundary, name="boundary"), name="boundary")
    check_in_china(shapely.get_coordinates(county.geometry.to_numpy()))
    plane = Plane.around(county.total_bounds, county.crs)
    move = web_map_move(plane, county.crs)
    target = outline_of(county.geometry.to_numpy(), plane)
    if target is None:
        msg = "`boundary` has no outline; see whether all its rows are there twice."
        raise NoDataError(msg)
    found = _by_outline(shapes, target, plane, move)
    if found is None:
        found = _by_inside(shapes, county.geometry.to_numpy(), plane, move)
    if found is None:
        raise NoDataError(_no_evidence())
    return found


def _degrees(layer: gpd.GeoDataFrame, name: str) -> Geometries:
    """Return geometries in degrees of the datum that a layer says it is on."""
    check_transformable(check_crs(layer, name=name), name=name)
    shapes: Geometries = to_cgcs2000(layer, name=name).geometry.to_numpy()
    check_in_china(shapely.get_coordinates(shapes))
    return shapes


def _undone(places: Floats, plane: Plane) -> _Places:
    """Return places as they are, with the shift off once and twice, and on once."""
    once = np.column_stack(gcj02.from_gcj02(*places.T))
    twice = np.column_stack(gcj02.from_gcj02(*once.T))
    more = np.column_stack(gcj02.to_gcj02(*places.T))
    return _Places({0: places, 1: once, 2: twice, -1: more}, plane)


def _by_outline(
    shapes: Geometries, target: Outline, plane: Plane, move: Floats
) -> WebMapEvidence | None:
    """Return what edges along the boundary say, None if none run along it."""
    places = _undone(_edge_places(shapes, plane), plane)
    radius = max(EDGE_M, NEAR * float(np.linalg.norm(move)))
    off = {t: misfits(places.metres(t), target, np.zeros(2)) for t in TIMES}
    near = {t: float(np.mean(off[t] <= radius)) for t in TIMES}
    best, second = sorted(TIMES, key=lambda t: -near[t])[:2]
    if near[best] < max(LEAST_NEAR, TIMES_MORE * near[second]):
        return None
    undone = off[best or 1]
    # Edges inside the county are far from its outline however it is moved.
    along = off[best] <= radius
    as_is, after = float(np.median(off[0][along])), float(np.median(undone[along]))
    reason = (
        f"{near[best]:.0%} of the outline lie on the boundary {_state(best)}, at most "
        f"{near[second]:.0%} otherwise{_mend(best)}."
    )
    return _evidence(best, move, (as_is, after), "outline", reason)


def _edge_places(shapes: Geometries, plane: Plane) -> Floats:
    """Return places in degrees on the outline of polygons, or vertices of the rest."""
    areal = shapely.get_dimensions(shapes) == 2
    outline = outline_of(shapes[areal], plane) if areal.any() else None
    if outline is not None:
        places: Floats = outline.points() / plane.scale + np.array(plane.origin)
        return places
    vertices: Floats = shapely.get_coordinates(shapes)
    return _some(vertices)


def _by_inside(
    shapes: Geometries, county: Geometries, plane: Plane, move: Floats
) -> WebMapEvidence | None:
    """Return what places outside the boundary say, None if they say nothing."""
    places = _undone(_some(shapely.get_coordinates(shapes)), plane)
    # A margin in degrees, for places that the layer or the boundary has a little off.
    whole = shapely.buffer(shapely.union_all(county), EDGE_M / plane.scale[1])
    shapely.prepare(whole)
    outside = {
        t: int(np.count_nonzero(~shapely.contains_xy(whole, places.by_times[t])))
        for t in TIMES
    }
    best, second = sorted(TIMES, key=lambda t: outside[t])[:2]
    if outside[second] < max(LEAST_OUTSIDE, TIMES_MORE * outside[best]):
        return None
    count = len(places.by_times[0])
    if outside[best] > count / 2:
        return None
    reason = (
        f"of {count} places {outside[best]} lie outside the boundary {_state(best)}, "
        f"at least {outside[second]} otherwise; this is weak evidence{_mend(best)}."
    )
    shares = (outside[0] / count, outside[best or 1] / count)
    return _evidence(best, move, shares, "inside", reason)


def _some(places: Floats) -> Floats:
    """Return at most so many places as are needed, evenly taken."""
    step = max(1, -(-len(places) // LOOKED_AT))
    return places[::step]


def _evidence(
    times: int,
    move: Floats,
    misfit: tuple[float, float],
    evidence: Literal["outline", "inside"],
    reason: str,
) -> WebMapEvidence:
    shift = times * move
    return WebMapEvidence(
        suspected=times > 0,
        times=times,
        shift_m=float(np.linalg.norm(shift)),
        bearing=bearing_of(shift) if times else 0.0,
        misfit_as_is=misfit[0],
        misfit_undone=misfit[1],
        evidence=evidence,
        reason=reason,
    )


def _state(times: int) -> str:
    return {
        0: "as the layer is",
        1: "with the shift of GCJ-02 taken off",
        2: "with the shift of GCJ-02 taken off twice",
        -1: "with a shift of GCJ-02 put on",
    }[times]


def _mend(times: int) -> str:
    return {
        0: "",
        1: "; bring it to its place with `ecozoning.from_gcj02(layer)`",
        2: "; call `ecozoning.from_gcj02` on it twice",
        -1: "; `ecozoning.from_gcj02` was called on it once too often",
    }[times]


def _no_evidence() -> str:
    return (
        "`layer` does not tell whether it comes from a web map: it fits `boundary` in "
        "several ways as well, or in none; give polygons or lines of the same source "
        "that reach the boundary, or places all over the county."
    )
