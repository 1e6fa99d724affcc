"""The map itself: zones, rivers, the county line, seats and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch

from ecozoning.maps.labels import (
    DETAIL,
    box_around,
    point_places,
    quiet_place,
)
from ecozoning.maps.legend import draw_seats
from ecozoning.maps.lettering import (
    lettering,
    letterings,
    warn_left_out,
    write_lettering,
)
from ecozoning.maps.naming import draw_names, line_room, line_shapes, sign_boxes
from ecozoning.maps.shapes import lines_of, path_of
from ecozoning.maps.style import (
    BOUNDARY_DASHES,
    CASING,
    INK,
    UNZONED,
    WATER,
    ZONE_EDGE,
)
from ecozoning.maps.text import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ecozoning.maps.content import Content, Seat
    from ecozoning.maps.labels import Lettering, PointLabel
    from ecozoning.maps.view import View

__all__ = ["draw_county", "draw_labels", "draw_shapes"]

ZONE_SIZES: Final = (10.5, 9.5, 8.5, 7.5, 6.5)
SEAT_SIZE: Final = 7.2
COUNTY_SEAT_SIZE: Final = 8.2
DOT: Final = 1.1  # half the room of a seat's sign, mm
ASIDE: Final = 1.2  # mm, left and right of a zone's name
DOT_IN_ZONE: Final = 2.8  # the same for a zone's name, which is not to seem the seat's


# --- shapes ------------------------------------------------------------------------


def draw_shapes(axes: Axes, content: Content) -> None:
    """Draw zones, rivers and the county line in metres of the plane."""
    draw_county(axes, content.county)
    for zone in content.zones:
        axes.add_patch(_patch(zone.geometry, zone.row.colour, zorder=2))
    if content.rivers is not None:
        rivers = _strokes(lines_of(content.rivers), WATER, 0.9, zorder=3)
        axes.add_collection(rivers, autolim=False)


def draw_county(axes: Axes, county: shapely.Geometry) -> None:
    """Draw the land of the county, its casing and its line."""
    outline = lines_of(shapely.boundary(county))
    for colour, width in CASING:
        axes.add_collection(_strokes(outline, colour, width, zorder=1), autolim=False)
    axes.add_patch(_patch(county, UNZONED, zorder=2))
    line = _strokes(outline, INK, 1.0, zorder=4)
    line.set_linestyle((0, BOUNDARY_DASHES))
    axes.add_collection(line, autolim=False)


def _patch(geometry: shapely.Geometry, colour: str, *, zorder: float) -> PathPatch:
    """Return a (multi)polygon as one patch, holes left open."""
    return PathPatch(
        path_of(geometry),
        facecolor=colour,
        edgecolor=ZONE_EDGE,
        linewidth=0.5,
        joinstyle="round",
        zorder=zorder,
    )


def _strokes(
    lines: list[NDArray[np.float64]], colour: str, width: float, *, zorder: float
) -> LineCollection:
    return LineCollection(
        lines,
        colors=colour,
        linewidths=width,
        zorder=zorder,
        capstyle="round",
        joinstyle="round",
    )


# --- labels ------------------------------------------------------------------------


def draw_labels(page: Axes, view: View, content: Content) -> None:
    """Draw the seats and write the names of zones and seats, clear of each other."""
    seats = _seats_in_frame(content.seats, view)
    places = _on_page(seats, view)
    dots = np.hstack([places - DOT, places + DOT])
    wide = np.hstack([places - DOT_IN_ZONE, places + DOT_IN_ZONE])
    signs = sign_boxes(view, content.overlay)
    names = _zone_labels(page, view, content, np.vstack([wide, signs]))
    outlines = _outlines(view, content)
    taken = np.vstack([dots, signs, *names])
    taken = draw_names(page, view, content.overlay, taken, outlines)
    _seat_labels(page, view, (seats, places), taken, outlines)
    for county in (False, True):
        chosen = [
            tuple(p) for p, s in zip(places, seats, strict=True) if s.county == county
        ]
        draw_seats(page, chosen, county=county)


def _on_page(seats: Sequence[Seat], view: View) -> NDArray[np.float64]:
    return view.to_page(
        np.array([(s.x, s.y) for s in seats], dtype=float).reshape(-1, 2)
    )


def _seats_in_frame(seats: Sequence[Seat], view: View) -> list[Seat]:
    """Return the seats on the sheet; say which are not."""
    west, south, east, north = view.bounds
    inside = [s for s in seats if west < s.x < east and south < s.y < north]
    outside = [s.name for s in seats if s not in inside]
    if outside:
        what = f"{len(outside)} of `seats` lie off the sheet"
        warn_left_out(what, "seats", outside, stacklevel=5)
    return inside


def _zone_labels(
    page: Axes, view: View, content: Content, dots: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Write the short name of each zone inside it; return the boxes taken."""
    taken: list[NDArray[np.float64]] = []
    lines = line_room(view, content.overlay)
    for zone in content.zones:
        shape = view.shape_to_page(zone.geometry)
        ways, obstacles = letterings(zone.label, ZONE_SIZES), np.vstack([dots, *taken])
        found, x, y = quiet_place(shape, ways, obstacles, lines)
        write_lettering(page, found, (x, y), halo=1.1)
        taken.append(box_around(x, y, found.width + 2 * ASIDE, found.height)[None])
    return taken


def _seat_labels(
    page: Axes,
    view: View,
    seats: tuple[Sequence[Seat], NDArray[np.float64]],
    taken: NDArray[np.float64],
    outlines: shapely.Geometry,
) -> None:
    """Write the names of the seats beside them; a name without room is left out."""
    points = seats[1]
    letters = [lettering((seat.name,), _seat_size(seat)) for seat in seats[0]]
    sizes = np.array([(item.width, item.height) for item in letters]).reshape(-1, 2)
    labels = point_places(points, sizes, view.frame.bounds, taken, outlines)
    for item, point, label in zip(letters, points, labels, strict=True):
        if label.free:
            _write_seat(page, item, point, label)
    lost = [
        item.lines[0]
        for item, label in zip(letters, labels, strict=True)
        if not label.free
    ]
    if lost:
        what = f"{len(lost)} names of `seats` find no room"
        warn_left_out(what, "seats", lost, stacklevel=5)


def _seat_size(seat: Seat) -> float:
    return COUNTY_SEAT_SIZE if seat.county else SEAT_SIZE


def _outlines(view: View, content: Content) -> shapely.Geometry:
    """Return the lines that lettering had better not cross."""
    shapes = [shapely.boundary(content.county)]
    shapes += [shapely.boundary(zone.geometry) for zone in content.zones]
    shapes += [] if content.rivers is None else [content.rivers]
    shapes += line_shapes(content.overlay)
    parts = [part for shape in shapes for part in shapely.get_parts(shape)]
    return shapely.simplify(view.shape_to_page(shapely.MultiLineString(parts)), DETAIL)


def _write_seat(
    page: Axes, item: Lettering, point: NDArray[np.float64], label: PointLabel
) -> None:
    left, low, right, high = label.box
    if label.leader:
        end = np.clip(point, (left, low), (right, high))
        page.add_line(Line2D(*zip(point, end, strict=True), color=INK, lw=0.4))
    middle = ((left + right) / 2, (low + high) / 2)
    write(page, item.lines[0], middle, size=item.size, align="center", halo=0.9)
