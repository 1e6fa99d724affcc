"""The sheet of a security pattern (生态安全格局图): one A4 page, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from ecozoning.crs import to_cgcs2000
from ecozoning.errors import ParameterError
from ecozoning.maps.body import draw_county
from ecozoning.maps.fonts import drawing
from ecozoning.maps.furniture import draw_graticule
from ecozoning.maps.layout import Rect, arrange
from ecozoning.maps.legend import KEY_SIGN, draw_notes, notes_height
from ecozoning.maps.output import Sheet
from ecozoning.maps.page import axes_of, check_texts, draw_frame, draw_titles
from ecozoning.maps.panel import (
    BLOCK_GAP,
    FURNITURE_HEIGHT,
    HEADING_HEIGHT,
    HEADING_SIZE,
    Panel,
    draw_furniture,
    system_note,
)
from ecozoning.maps.projection import projection_of
from ecozoning.maps.signs import Sign, draw_area, draw_line, mark_points
from ecozoning.maps.style import FAINT_INK, check_language
from ecozoning.maps.text import write
from ecozoning.maps.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecozoning.maps.layout import Layout
    from ecozoning.maps.projection import Projection
    from ecozoning.maps.style import Language

    Geometries = Sequence[shapely.Geometry]

__all__ = ["KIND_NAMES", "KindRow", "network_sheet"]

KIND_NAMES: Final = {
    "sources": ("生态源地", "ecological sources"),
    "corridors": ("生态廊道", "corridors"),
    "pinch_points": ("生态夹点", "pinch points"),
    "barriers": ("生态障碍点", "barriers"),
    "nodes": ("生态节点", "nodes"),
}
"""What the parts of a pattern are called."""
SIGNS: Final = {
    "sources": Sign("#3F7A3A", 0.6, fill="#9CC796", zorder=2.4),
    "corridors": Sign("#0B6B57", 1.1, band=("#7FCDB4", 4.0), zorder=3.1),
    "pinch_points": Sign("#C2410C", 0.5, fill="#F59E42", zorder=3.4),
    "barriers": Sign("#6A2F7A", 0.6, angle=45, spacing=0.9, fill="#E7D7EE", zorder=3.0),
    "nodes": Sign("#1E2326", 1.0, marker="D", size=3.8),
}
WARNING: Final = {
    "zh": "各要素由模型从栅格推算，非法定，不得作为管理依据。",
    "en": "All parts are modelled from rasters. They are not official and have no "
    "legal effect.",
}
SOURCE: Final = {
    "zh": "由源地和阻力面推算",
    "en": "derived from sources and a resistance surface",
}
ROW: Final = 6.4  # mm
ROW_SIZE: Final = 8.2
BOX: Final = 3.4
COUNT_AT: Final = 0.66  # of the width of the legend
LEAST_DOT: Final = 0.9  # mm: what is smaller on paper is marked by a dot


@dataclass(frozen=True)
class KindRow:
    """A line of the legend: what, how many, and how much with its unit."""

    kind: str
    count: int
    amount: str


def network_sheet(
    layers: Mapping[str, gpd.GeoDataFrame],
    rows: Sequence[KindRow],
    *,
    boundary: gpd.GeoDataFrame | None,
    title: str,
    subtitle: str | None,
    panel: tuple[str | None, str, float | None],
    language: Language,
) -> Figure:
    """Draw layers by kind, on the land of the county if there is a boundary."""
    words = check_language(language)
    told, note, scale_km = panel
    source = SOURCE[language] if told is None else told
    check_texts(title=title, source=source)
    projection, shapes, county = _on_plane(layers, boundary)
    west, south, east, north = _extent(shapes, county)
    layout = arrange(
        east - west, north - south, has_subtitle=bool(subtitle), figures=0, signs=5
    )
    centre = ((west + east) / 2, (south + north) / 2)
    view = View(layout.map, projection, centre, layout.denominator)
    with drawing():
        sheet = Sheet()
        map_axes, page = axes_of(sheet, view)
        if county is not None:
            draw_county(map_axes, county)
        _draw_parts(map_axes, page, view, shapes)
        draw_graticule(map_axes, page, view)
        draw_frame(page, view.frame)
        draw_titles(page, title, subtitle)
        legend = Panel(words, source, note, scale_km)
        _draw_rows(page, layout.table, words.legend, rows, language)
        _draw_foot(page, layout, projection, legend, (WARNING[language], rows))
    return sheet


def _draw_foot(
    page: Axes,
    layout: Layout,
    projection: Projection,
    legend: Panel,
    below: tuple[str, Sequence[KindRow]],
) -> None:
    """Draw arrow, scale bar, warning and notes, if rows of the legend leave room."""
    words, (text, rows) = legend.words, below
    notes = [system_note(projection, words), words.source + legend.source]
    notes += [words.note + legend.note] if legend.note.strip() else []
    warning = (words.modelled, text)
    floor = layout.rest.y + notes_height(notes, warning, layout.rest.width)
    _check_room(layout, floor, rows)
    draw_furniture(page, layout, floor + BLOCK_GAP, projection, legend)
    draw_notes(page, notes, warning, layout.rest, floor)


def _on_plane(
    layers: Mapping[str, gpd.GeoDataFrame], boundary: gpd.GeoDataFrame | None
) -> tuple[Projection, dict[str, Geometries], shapely.Geometry | None]:
    """Return the plane of the sheet, and all shapes on it."""
    degrees = {name: to_cgcs2000(layer, name=name) for name, layer in layers.items()}
    around = None if boundary is None else to_cgcs2000(boundary, name="boundary")
    extent = around
    if extent is None:
        extent = pd.concat([layer.geometry for layer in degrees.values() if len(layer)])
    projection = projection_of(extent)
    shapes: dict[str, Geometries] = {
        name: list(layer.to_crs(projection.crs).geometry)
        for name, layer in degrees.items()
    }
    if around is None:
        return projection, shapes, None
    plane = around.to_crs(projection.crs).geometry
    return projection, shapes, shapely.union_all(plane.to_numpy())


def _extent(
    shapes: Mapping[str, Geometries], county: shapely.Geometry | None
) -> tuple[float, float, float, float]:
    everything = [one for group in shapes.values() for one in group]
    bounds = shapely.total_bounds(everything if county is None else county)
    west, south, east, north = bounds.tolist()
    return west, south, east, north


def _check_room(layout: Layout, floor: float, rows: Sequence[KindRow]) -> None:
    """Refuse notes that leave no room for the rest of the legend."""
    room = layout.rest.top - floor - BLOCK_GAP - FURNITURE_HEIGHT
    need = (HEADING_HEIGHT + ROW * len(rows)) * layout.stacked
    if room < need:
        msg = (
            "`source` and `note` are too long for the sheet; shorten them by about "
            f"{need - room:.0f} mm of lines."
        )
        raise ParameterError(msg)


# --- map and legend ----------------------------------------------------------------


def _draw_parts(
    axes: Axes, page: Axes, view: View, shapes: Mapping[str, Geometries]
) -> None:
    mm = view.metres_per_mm
    for kind, group in shapes.items():
        sign = SIGNS[kind]
        for shape in group:
            if shapely.get_dimensions(shape) == 2:
                draw_area(axes, shape, sign, mm)
            elif shapely.get_dimensions(shape) == 1:
                draw_line(axes, shape, sign, mm)
        points = [one for one in group if shapely.get_dimensions(one) == 0]
        _mark(page, view, sign, points)
        _dot_small(page, view, sign, group)


def _mark(page: Axes, view: View, sign: Sign, points: Geometries) -> None:
    """Draw points that lie in the frame."""
    if not points:
        return
    places = view.to_page(shapely.get_coordinates(points))
    frame = view.frame
    inside = (places >= (frame.x, frame.y)).all(axis=1)
    inside &= (places <= (frame.right, frame.top)).all(axis=1)
    mark_points(page, sign, [(float(x), float(y)) for x, y in places[inside]])


def _dot_small(page: Axes, view: View, sign: Sign, group: Geometries) -> None:
    """Mark areas that nobody would see on paper by a dot."""
    areas = [one for one in group if shapely.get_dimensions(one) == 2]
    if not areas:
        return
    boxes = shapely.bounds(areas)
    size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    small = np.flatnonzero(size < LEAST_DOT * view.metres_per_mm)
    _mark(page, view, sign, [shapely.centroid(areas[k]) for k in small])


def _draw_rows(
    page: Axes, frame: Rect, heading: str, rows: Sequence[KindRow], language: str
) -> None:
    """Draw the sign, the name, the number and the measure of each kind."""
    write(page, heading, (frame.x, frame.top - 2.2), size=HEADING_SIZE)
    for number, row in enumerate(rows):
        y = frame.top - HEADING_HEIGHT - (number + 0.5) * ROW
        _draw_key(page, row.kind, frame.x, y)
        name = KIND_NAMES[row.kind][language == "en"]
        at = (frame.x + KEY_SIGN + 2.0, y)
        write(page, name[0].upper() + name[1:], at, size=ROW_SIZE)
        count = (frame.x + COUNT_AT * frame.width, y)
        write(page, f"{row.count}", count, size=ROW_SIZE, align="right")
        right = (frame.right, y)
        write(page, row.amount, right, size=ROW_SIZE, align="right", colour=FAINT_INK)


def _draw_key(page: Axes, kind: str, x: float, y: float) -> None:
    sign = SIGNS[kind]
    if kind == "nodes":
        mark_points(page, sign, [(x + KEY_SIGN / 2, y)])
    elif kind == "corridors":
        line = shapely.LineString([(x + 0.4, y), (x + KEY_SIGN - 0.4, y)])
        draw_line(page, line, sign, 1.0)
    else:
        box = shapely.box(x, y - BOX / 2, x + KEY_SIGN, y + BOX / 2)
        draw_area(page, box, sign, 1.0)
