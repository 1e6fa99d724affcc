"""Signs of red lines, corridors and the pattern, on the map and in the key.

Kinds differ in their hatch, in their dashes and in the shape of their point sign as
well as in colour, so that no reader depends on colour alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch

from ecozoning.maps.shapes import lines_of, path_of
from ecozoning.maps.style import PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ecozoning.maps.overlay import Overlay
    from ecozoning.maps.view import View

__all__ = [
    "REDLINE",
    "SIGNS",
    "Sign",
    "draw_area",
    "draw_line",
    "draw_overlay",
    "draw_points",
    "key_sign",
    "mark_points",
]

SIMPLER: Final = 0.1  # mm: what no printer shows makes files large
HATCH_WIDTH: Final = 0.45  # points
RIM_TINT: Final = 0.45
CASING_MORE: Final = 1.0  # points, of white around a line


@dataclass(frozen=True)
class Sign:
    """How a kind is drawn: outline or line, fill, band under a line, hatch, point."""

    colour: str
    width: float  # points
    dashes: tuple[float, ...] = ()
    angle: float | None = None  # of the hatch, degrees from east
    spacing: float = 2.0  # of the hatch, mm
    rim: float = 0.0  # mm inside the outline that are tinted
    band: tuple[str, float] | None = None  # colour and width in points
    marker: str = "o"
    fill: str = ""
    hatch: tuple[str, float] | None = None  # colour and points, if not the outline's
    size: float = 5.2  # of the point sign, points
    zorder: float = 2.4


REDLINE: Final = Sign("#B3202C", 1.0, angle=45, spacing=1.7, zorder=2.8)
SIGNS: Final = {
    "barrier": Sign("#34602F", 0.9, angle=135, spacing=1.8, marker="^"),
    "belt": Sign("#7A4E12", 0.9, (5.0, 2.0), rim=1.5, marker="s"),
    "district": Sign("#4B4F73", 0.9, (1.0, 1.6), rim=1.0, marker="h"),
    "core": Sign("#6A2F7A", 1.3, rim=1.5, marker="p"),
    "corridor": Sign(
        "#0B6B57", 1.0, (4.5, 1.6), band=("#7FCDB4", 5.0), marker="D", zorder=3.1
    ),
    "river": Sign("#0A6F8F", 1.9, marker="D", zorder=3.3),
    "node": Sign("#6A2F7A", 1.0, (2.0, 1.2), marker="D"),
}


# --- on the map --------------------------------------------------------------------


def draw_overlay(axes: Axes, view: View, overlay: Overlay) -> None:
    """Draw areas and lines in metres of the plane; points come with the labels."""
    mm = view.metres_per_mm
    for item in overlay.of("area"):
        draw_area(axes, item.geometry, SIGNS[item.kind], mm)
    if overlay.redlines is not None:
        draw_area(axes, overlay.redlines.geometry, REDLINE, mm)
    for item in overlay.of("line"):
        draw_line(axes, item.geometry, SIGNS[item.kind], mm)


def draw_area(axes: Axes, shape: shapely.Geometry, sign: Sign, mm: float) -> None:
    """Draw outline and hatch; `mm` is how many units of the axes a millimetre has."""
    shape = shapely.simplify(shape, SIMPLER * mm)
    if sign.fill:
        axes.add_patch(_filled(shape, sign))
    if sign.angle is not None:
        hatch = hatch_lines(shape, sign.angle, sign.spacing * mm)
        style = sign.hatch or (sign.colour, HATCH_WIDTH)
        _strokes(axes, hatch, *style, sign.zorder)
    if sign.rim:
        axes.add_patch(_rim(shape, sign, mm))
    outline = shapely.boundary(shape)
    _strokes(axes, outline, sign.colour, sign.width, sign.zorder, sign.dashes)


def _filled(shape: shapely.Geometry, sign: Sign) -> PathPatch:
    path, height = path_of(shape), sign.zorder - 0.1
    return PathPatch(path, facecolor=sign.fill, edgecolor="none", zorder=height)


def _rim(shape: shapely.Geometry, sign: Sign, mm: float) -> PathPatch:
    """Return a tinted strip inside the outline: a belt may cover half of a county."""
    left, low, right, high = shapely.bounds(shape)
    width = min(sign.rim * mm, (right - left) / 4, (high - low) / 4)
    strip = shapely.difference(shape, shapely.buffer(shape, -width))
    path, tint = path_of(strip), (sign.colour, RIM_TINT)
    return PathPatch(path, facecolor=tint, edgecolor="none", zorder=sign.zorder - 0.1)


def draw_line(axes: Axes, shape: shapely.Geometry, sign: Sign, mm: float) -> None:
    """Draw a line over its band, or over a rim of white."""
    shape = shapely.simplify(shape, SIMPLER * mm)
    under = sign.band or (PAPER, sign.width + CASING_MORE)
    _strokes(axes, shape, *under, sign.zorder - 0.05)
    _strokes(axes, shape, sign.colour, sign.width, sign.zorder, sign.dashes)


def _strokes(
    axes: Axes,
    shape: shapely.Geometry,
    colour: str,
    width: float,
    zorder: float,
    dashes: Sequence[float] = (),
) -> None:
    style = (0, tuple(dashes)) if dashes else "solid"
    strokes = LineCollection(
        lines_of(shape), colors=colour, linewidths=width, zorder=zorder
    )
    strokes.set(linestyle=style, capstyle="butt" if dashes else "round")
    axes.add_collection(strokes, autolim=False)


def hatch_lines(
    shape: shapely.Geometry, angle: float, spacing: float
) -> shapely.Geometry:
    """Return parallel lines inside a shape, `spacing` apart.

    The lines of all shapes belong to one family, so that neighbours match. They are
    drawn as lines because a hatch of matplotlib is a tile of pixels that each format
    scales in its own way.

    Examples
    --------
    >>> lines = hatch_lines(shapely.box(0, 0, 10, 4), angle=0, spacing=1.5)
    >>> [float(y) for y in shapely.get_coordinates(lines)[::2, 1]]
    [1.5, 3.0]
    """
    turn = math.radians(angle)
    along = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-along[1], along[0]])
    corners = shapely.get_coordinates(shapely.envelope(shape))
    low, high = np.sort(corners @ across)[[0, -1]] / spacing
    start, end = np.sort(corners @ along)[[0, -1]]
    feet = np.arange(math.floor(low) + 1, math.ceil(high)) * spacing
    ends = np.stack([feet[:, None] * across + s * along for s in (start, end)], axis=1)
    inside = shapely.intersection(shape, shapely.multilinestrings(list(ends)))
    parts = shapely.get_parts(inside)
    return shapely.multilinestrings(parts[shapely.length(parts) > 0])


# --- signs on the page -------------------------------------------------------------


def draw_points(page: Axes, kind: str, points: Sequence[tuple[float, float]]) -> None:
    """Draw the point signs of a kind in mm."""
    mark_points(page, SIGNS[kind], points)


def mark_points(page: Axes, sign: Sign, points: Sequence[tuple[float, float]]) -> None:
    """Draw point signs in mm."""
    xs, ys = zip(*points, strict=True) if points else ((), ())
    mark = Line2D(xs, ys, ls="", marker=sign.marker, zorder=6, mec=PAPER)
    mark.set(markersize=sign.size, markerfacecolor=sign.colour, markeredgewidth=0.7)
    page.add_line(mark)


def key_sign(page: Axes, kind: str, form: str, box: shapely.Polygon) -> None:
    """Draw the sign of the key into a box in mm; a point stands at its left end."""
    left, low, right, high = box.bounds
    middle = (low + high) / 2
    if form == "point":
        draw_points(page, kind, [(left + (high - low) / 2, middle)])
    elif form == "line":
        line = shapely.LineString([(left + 0.4, middle), (right - 0.4, middle)])
        draw_line(page, line, SIGNS[kind], 1.0)
    else:
        draw_area(page, box, REDLINE if kind == "redline" else SIGNS[kind], 1.0)
