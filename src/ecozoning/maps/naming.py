"""Names of corridors and of the pattern, clear of all that is on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from matplotlib.lines import Line2D

from ecozoning.maps.labels import (
    DETAIL,
    box_around,
    line_boxes,
    overlap_areas,
    point_places,
    quiet_place,
)
from ecozoning.maps.lettering import (
    lettering,
    letterings,
    warn_left_out,
    write_lettering,
)
from ecozoning.maps.line_labels import Surroundings, line_places
from ecozoning.maps.signs import SIGNS, draw_points
from ecozoning.maps.text import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ecozoning.maps.labels import Lettering, PointLabel
    from ecozoning.maps.line_labels import LinePlace
    from ecozoning.maps.overlay import Element, Overlay
    from ecozoning.maps.view import View

    Boxes = NDArray[np.float64]

__all__ = ["draw_names", "line_room", "line_shapes", "sign_boxes"]

LINE_SIZE: Final = 7.6
POINT_SIZE: Final = 7.0
AREA_SIZES: Final = (8.5, 7.8, 7.0, 6.4)
BREAK_BEFORE: Final = "生态"  # 大青山 | 生态屏障
SIGN: Final = 1.2  # half the room of a point sign, mm
HALO: Final = 1.0
INSIDE: Final = 0.75  # of the name of an area that must lie in it


def sign_boxes(view: View, overlay: Overlay) -> Boxes:
    """Return the boxes in mm that the point signs take."""
    places = _places(view, overlay.of("point"))
    return np.hstack([places - SIGN, places + SIGN])


def line_shapes(overlay: Overlay) -> list[shapely.Geometry]:
    """Return the lines that the names of seats had better not cross."""
    return [item.geometry for item in overlay.of("line")]


def line_room(view: View, overlay: Overlay) -> Boxes:
    """Return boxes in mm along the lines, which names of areas had better not cover."""
    return line_boxes(view.shape_to_page(shapely.union_all(line_shapes(overlay))))


def draw_names(
    page: Axes,
    view: View,
    overlay: Overlay,
    taken: Boxes,
    outlines: shapely.Geometry,
) -> Boxes:
    """
    Write the names of areas, lines and points, in this order; return boxes taken.

    An area too small for its name gets it last, beside its largest part.
    """
    boxes, small = _areas(page, view, overlay, taken)
    taken = np.vstack([taken, boxes])
    lost: list[Element] = []
    for write_some in (_lines, _points):
        boxes, left = write_some(page, view, overlay, taken, outlines)
        taken, lost = np.vstack([taken, boxes]), lost + left
    boxes, left = _beside(page, view, small, taken, outlines)
    taken, lost = np.vstack([taken, boxes]), lost + left
    for layer in ("corridors", "pattern"):
        names = [item.name for item in lost if item.layer == layer]
        if names:
            what = f"{len(names)} names of `{layer}` find no room"
            warn_left_out(what, layer, names, stacklevel=5)
    return taken


def _places(view: View, items: Sequence[Element]) -> Boxes:
    """Return a point of each element in mm; of an area one in its largest part."""
    parts = [max(shapely.get_parts(item.geometry), key=shapely.area) for item in items]
    points = [shapely.get_coordinates(shapely.point_on_surface(p))[0] for p in parts]
    return view.to_page(np.array(points, dtype=float).reshape(-1, 2))


# --- areas -------------------------------------------------------------------------


def _areas(
    page: Axes, view: View, overlay: Overlay, taken: Boxes
) -> tuple[Boxes, list[Element]]:
    boxes, lost = np.empty((0, 4)), []
    lines = line_room(view, overlay)
    for item in overlay.of("area"):
        shape = view.shape_to_page(item.geometry)
        obstacles = np.vstack([taken, boxes])
        ways = letterings(item.name, AREA_SIZES, BREAK_BEFORE)
        found, x, y = quiet_place(shape, ways, obstacles, lines)
        box = box_around(x, y, found.width, found.height)[None]
        if overlap_areas(box, obstacles).any() or not _within(box, shape, view):
            lost.append(item)
            continue
        colour = SIGNS[item.kind].colour
        write_lettering(page, found, (x, y), halo=HALO, colour=colour)
        boxes = np.vstack([boxes, box])
    return boxes, lost


def _within(box: Boxes, shape: shapely.Geometry, view: View) -> bool:
    """Say whether a name is nearly all in its area, and all in the frame."""
    outline = shapely.box(*box[0])
    share = shapely.area(shapely.intersection(shape, outline)) / shapely.area(outline)
    return bool(share >= INSIDE and shapely.box(*view.frame.bounds).covers(outline))


# --- lines -------------------------------------------------------------------------


def _lines(
    page: Axes, view: View, overlay: Overlay, taken: Boxes, outlines: shapely.Geometry
) -> tuple[Boxes, list[Element]]:
    items = overlay.of("line")
    if not items:
        return np.empty((0, 4)), []
    shapes = [view.shape_to_page(item.geometry) for item in items]
    letters = [lettering((item.name,), LINE_SIZE) for item in items]
    named = shapely.simplify(shapely.union_all(shapes), DETAIL)
    around = Surroundings(view.frame.bounds, taken, named, outlines)
    places = line_places(shapes, _sizes(letters), around)
    for item, letter, place in zip(items, letters, places, strict=True):
        if place is not None:
            _write_along(page, letter, place, SIGNS[item.kind].colour)
    lost = [item for item, p in zip(items, places, strict=True) if p is None]
    boxes = [place.boxes for place in places if place is not None]
    return np.vstack([np.empty((0, 4)), *boxes]), lost


def _sizes(letters: Sequence[Lettering]) -> Boxes:
    return np.array([(item.width, item.height) for item in letters]).reshape(-1, 2)


def _write_along(page: Axes, letter: Lettering, place: LinePlace, colour: str) -> None:
    if place.leader is not None:
        low, high = np.split(np.array(place.outline.bounds), 2)
        end = np.clip(place.leader, low, high)
        page.add_line(
            Line2D(*zip(place.leader, end, strict=True), color=colour, lw=0.5)
        )
    write(
        page,
        letter.lines[0],
        (place.x, place.y),
        size=letter.size,
        align="center",
        colour=colour,
        halo=HALO,
        rotation=place.angle,
    )


# --- points ------------------------------------------------------------------------


def _points(
    page: Axes, view: View, overlay: Overlay, taken: Boxes, outlines: shapely.Geometry
) -> tuple[Boxes, list[Element]]:
    items = overlay.of("point")
    points = _places(view, items)
    for kind in dict.fromkeys(item.kind for item in items):
        own = [tuple(p) for i, p in zip(items, points, strict=True) if i.kind == kind]
        draw_points(page, kind, own)
    return _beside(page, view, items, taken, outlines)


def _beside(
    page: Axes,
    view: View,
    items: Sequence[Element],
    taken: Boxes,
    outlines: shapely.Geometry,
) -> tuple[Boxes, list[Element]]:
    """Write names beside a point of each element; return boxes and what has no room."""
    points = _places(view, items)
    letters = [lettering((item.name,), POINT_SIZE) for item in items]
    labels = point_places(points, _sizes(letters), view.frame.bounds, taken, outlines)
    rows = list(zip(items, letters, points, labels, strict=True))
    for item, letter, point, label in rows:
        if label.free:
            _write_beside(page, letter, point, label, SIGNS[item.kind].colour)
    boxes = np.array([label.box for label in labels if label.free]).reshape(-1, 4)
    return boxes, [item for item, *_, label in rows if not label.free]


def _write_beside(
    page: Axes, letter: Lettering, point: Boxes, label: PointLabel, colour: str
) -> None:
    left, low, right, high = label.box
    if label.leader:
        end = np.clip(point, (left, low), (right, high))
        page.add_line(Line2D(*zip(point, end, strict=True), color=colour, lw=0.4))
    middle = ((left + right) / 2, (low + high) / 2)
    write_lettering(page, letter, middle, halo=HALO, colour=colour)
