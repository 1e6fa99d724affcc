"""The map itself: zones, rivers, the county line, seats and labels."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ecozoning.errors import DroppedRowsWarning
from ecozoning.maps.labels import (
    DETAIL,
    Lettering,
    area_place,
    box_around,
    point_places,
)
from ecozoning.maps.legend import draw_seats
from ecozoning.maps.style import (
    BOUNDARY_DASHES,
    CASING,
    INK,
    UNZONED,
    WATER,
    ZONE_EDGE,
)
from ecozoning.maps.text import MM_PER_POINT, text_width, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ecozoning.maps.content import Content, Seat, Zone
    from ecozoning.maps.labels import PointLabel
    from ecozoning.maps.view import View

__all__ = ["draw_labels", "draw_shapes"]

ZONE_SIZES: Final = (10.5, 9.5, 8.5, 7.5, 6.5)
SEAT_SIZE: Final = 7.2
COUNTY_SEAT_SIZE: Final = 8.2
LEADING: Final = 1.25
DOT: Final = 1.1  # half the room of a seat's sign, mm
ASIDE: Final = 1.2  # mm, left and right of a zone's name
DOT_IN_ZONE: Final = 2.8  # the same for a zone's name, which is not to seem the seat's


# --- shapes ------------------------------------------------------------------------


def draw_shapes(axes: Axes, content: Content) -> None:
    """Draw zones, rivers and the county line in metres of the plane."""
    outline = _lines(shapely.boundary(content.county))
    for colour, width in CASING:
        axes.add_collection(_strokes(outline, colour, width, zorder=1), autolim=False)
    axes.add_patch(_patch(content.county, UNZONED, zorder=2))
    for zone in content.zones:
        axes.add_patch(_patch(zone.geometry, zone.row.colour, zorder=2))
    if content.rivers is not None:
        rivers = _strokes(_lines(content.rivers), WATER, 0.9, zorder=3)
        axes.add_collection(rivers, autolim=False)
    county = _strokes(outline, INK, 1.0, zorder=4)
    county.set_linestyle((0, BOUNDARY_DASHES))
    axes.add_collection(county, autolim=False)


def _patch(geometry: shapely.Geometry, colour: str, *, zorder: float) -> PathPatch:
    """Return a (multi)polygon as one patch, holes left open."""
    rings = [
        Path(shapely.get_coordinates(ring), closed=True)
        for part in shapely.get_parts(shapely.normalize(geometry))
        for ring in (part.exterior, *part.interiors)
    ]
    return PathPatch(
        Path.make_compound_path(*rings),
        facecolor=colour,
        edgecolor=ZONE_EDGE,
        linewidth=0.5,
        joinstyle="round",
        zorder=zorder,
    )


def _lines(geometry: shapely.Geometry) -> list[NDArray[np.float64]]:
    return [shapely.get_coordinates(part) for part in shapely.get_parts(geometry)]


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
    taken = np.vstack([dots, *_zone_labels(page, view, content.zones, wide)])
    _seat_labels(page, view, content, (seats, places), taken)
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
        _warn(f"{len(outside)} of `seats` lie off the sheet", outside)
    return inside


def _warn(what: str, names: Sequence[str]) -> None:
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    msg = (
        f"{what} and are left out: {shown}; give those that matter with "
        "`seats[seats['name'].isin([...])]`."
    )
    warnings.warn(msg, DroppedRowsWarning, stacklevel=5)


def _zone_labels(
    page: Axes, view: View, zones: Sequence[Zone], dots: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Write the short name of each zone inside it; return the boxes taken."""
    taken: list[NDArray[np.float64]] = []
    for zone in zones:
        shape = view.shape_to_page(zone.geometry)
        found, x, y = area_place(
            shape, _letterings(zone.label), np.vstack([dots, *taken])
        )
        step = found.size * MM_PER_POINT * LEADING
        for number, line in enumerate(found.lines):
            height = y + ((len(found.lines) - 1) / 2 - number) * step
            write(page, line, (x, height), size=found.size, align="center", halo=1.1)
        taken.append(box_around(x, y, found.width + 2 * ASIDE, found.height)[None])
    return taken


def _letterings(label: str) -> list[Lettering]:
    """Return the ways to write a label, the best first: large, then in one line."""
    ways: list[tuple[str, ...]] = [(label,)]
    if broken := _in_two(label):
        ways.append(broken)
    return [_lettering(lines, size) for size in ZONE_SIZES for lines in ways]


def _in_two(label: str) -> tuple[str, ...]:
    """Return a label in two lines of like length, or nothing for a short one."""
    words = label.split(" ")
    if len(words) > 1:
        cuts = [
            (" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))
        ]
        return min(cuts, key=lambda cut: abs(len(cut[0]) - len(cut[1])))
    after = label.find("部") + 1  # 东北部 | 锦江区: a bearing is one word
    cut = after if 1 < after < len(label) - 1 else (len(label) + 1) // 2
    return (label[:cut], label[cut:]) if len(label) > 4 else ()


def _lettering(lines: tuple[str, ...], size: float) -> Lettering:
    width = max(text_width(line, size) for line in lines)
    height = len(lines) * size * MM_PER_POINT * LEADING
    return Lettering(lines, size, width + 1.0, height + 0.5)


def _seat_labels(
    page: Axes,
    view: View,
    content: Content,
    seats: tuple[Sequence[Seat], NDArray[np.float64]],
    taken: NDArray[np.float64],
) -> None:
    """Write the names of the seats beside them; a name without room is left out."""
    points = seats[1]
    letters = [_lettering((seat.name,), _seat_size(seat)) for seat in seats[0]]
    sizes = np.array([(item.width, item.height) for item in letters]).reshape(-1, 2)
    labels = point_places(
        points, sizes, view.frame.bounds, taken, _outlines(view, content)
    )
    for item, point, label in zip(letters, points, labels, strict=True):
        if label.free:
            _write_seat(page, item, point, label)
    lost = [
        item.lines[0]
        for item, label in zip(letters, labels, strict=True)
        if not label.free
    ]
    if lost:
        _warn(f"{len(lost)} names of `seats` find no room", lost)


def _seat_size(seat: Seat) -> float:
    return COUNTY_SEAT_SIZE if seat.county else SEAT_SIZE


def _outlines(view: View, content: Content) -> shapely.Geometry:
    """Return the lines that lettering had better not cross."""
    shapes = [shapely.boundary(content.county)]
    shapes += [shapely.boundary(zone.geometry) for zone in content.zones]
    shapes += [] if content.rivers is None else [content.rivers]
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
