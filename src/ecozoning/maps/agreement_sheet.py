"""The sheet of two zonings compared: map, matrix and measures on one A4 page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from ecozoning.crs import to_cgcs2000
from ecozoning.errors import ParameterError
from ecozoning.maps.agreement_words import WORDS, Wording
from ecozoning.maps.body import draw_county
from ecozoning.maps.fonts import drawing
from ecozoning.maps.furniture import draw_graticule
from ecozoning.maps.labels import area_place, box_around
from ecozoning.maps.layout import Rect, arrange
from ecozoning.maps.legend import KEY_BOX, KEY_SIGN, KEY_SIZE, draw_notes, notes_height
from ecozoning.maps.lettering import letterings, write_lettering
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
from ecozoning.maps.signs import Sign, draw_area
from ecozoning.maps.style import FAINT_INK, RULE, check_language, zone_colours
from ecozoning.maps.table import ZoneRow, draw_table, fit_table
from ecozoning.maps.text import write
from ecozoning.maps.view import View

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ecozoning.maps.layout import Layout
    from ecozoning.maps.projection import Projection
    from ecozoning.maps.style import Language
    from ecozoning.maps.table import Table

__all__ = ["Compared", "agreement_sheet"]

ONLY_A: Final = Sign(FAINT_INK, 0.6, angle=0, spacing=1.2, fill="#E8E8E6")
ONLY_B: Final = Sign(FAINT_INK, 0.6, angle=90, spacing=1.2, fill="#F4F4F2")
DISPUTED_LINE: Final = "#B3202C"
ROW: Final = 4.9  # mm
LINE_SIZE: Final = 7.6
LABEL_SIZES: Final = (10.0, 9.0, 8.0, 7.0)
STRIPE: Final = 1.3  # mm between the lines of a hatch
STRIPE_WIDTH: Final = 1.5  # points
SHORT: Final = 4  # characters of an id that stands in one line
LEAST_SHOWN: Final = 0.005  # km2; less is printed as 0.00
GRID_M: Final = 0.1
_TABLE_TITLE: Final = 6.0  # mm


@dataclass(frozen=True)
class Compared:
    """What is drawn: pieces, km2 of the matrix, shares by name, metres of borders."""

    pieces: gpd.GeoDataFrame
    table: pd.DataFrame
    zones: pd.DataFrame
    measures: Mapping[str, float]
    borders: pd.DataFrame


def agreement_sheet(
    found: Compared,
    *,
    title: str,
    names: tuple[str, str],
    panel: tuple[str | None, str],
    language: Language,
) -> Figure:
    """Draw the pieces of two zonings, hatched where they disagree."""
    check_language(language)
    words = WORDS[language]
    source = words.source if panel[0] is None else panel[0]
    check_texts(title=title, source=source, **dict(zip("ab", names, strict=True)))
    colours = _colours(found)
    degrees = to_cgcs2000(found.pieces, name="pieces")
    projection = projection_of(degrees)
    shapes = _drawn(degrees.to_crs(projection.crs).geometry.to_numpy())
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    layout = arrange(east - west, north - south, has_subtitle=True, figures=3, signs=8)
    centre = ((west + east) / 2, (south + north) / 2)
    view = View(layout.map, projection, centre, layout.denominator)
    with drawing():
        sheet = Sheet()
        map_axes, page = axes_of(sheet, view)
        draw_county(map_axes, shapely.union_all(shapes, grid_size=GRID_M))
        _draw_pieces(map_axes, view, (found.pieces, shapes), colours)
        _label_zones(page, view, found.pieces, shapes)
        draw_graticule(map_axes, page, view)
        draw_frame(page, view.frame)
        draw_titles(page, title, words.both.format(*names))
        legend = Panel(check_language(language), source, panel[1], None)
        modelled = (found.pieces["geometry_kind"] == "modelled").any()
        floor = _draw_foot(page, layout, projection, legend, modelled=modelled)
        _draw_panel(page, layout, found, (colours, words, names), floor)
    return sheet


def _colours(found: Compared) -> dict[Hashable, str]:
    """Return the colour of every zone; a pair has one, that of its zone of `a`."""
    pairs = [
        (row.a_zone, row.b_zone) for row in found.zones.itertuples() if row.shared_km2
    ]
    own = list(found.table.index[:-1])
    lone = [
        zone
        for zone in found.table.columns[:-1]
        if zone not in {other for _, other in pairs}
    ]
    tints = zone_colours(len(own) + len(lone))
    colours: dict[Hashable, str] = dict(
        zip([("a", zone) for zone in own], tints, strict=False)
    )
    colours |= {("b", other): colours["a", zone] for zone, other in pairs}
    colours |= {
        ("b", zone): tint for zone, tint in zip(lone, tints[len(own) :], strict=True)
    }
    return colours


def _drawn(shapes: Any) -> Any:  # noqa: ANN401 -- shapely has no types
    """Return polygons that are valid on the plane: slivers may turn over on it."""
    return shapely.make_valid(shapes, method="structure", keep_collapsed=False)


# --- map ---------------------------------------------------------------------------


def _sign(piece: Any, colours: Mapping[Hashable, str]) -> Sign:  # noqa: ANN401 -- a row
    """Return how a piece is drawn."""
    if piece.a_zone is None:
        return ONLY_B
    if piece.b_zone is None:
        return ONLY_A
    fill = colours["a", piece.a_zone]
    if piece.agrees:
        return Sign("#63676A", 0.4, fill=fill)
    return disputed(fill, colours["b", piece.b_zone])


def disputed(fill: str, stripes: str) -> Sign:
    """Return the sign of land that is in one zone here and in another there."""
    return Sign(
        DISPUTED_LINE,
        0.7,
        angle=45,
        spacing=STRIPE,
        fill=fill,
        hatch=(stripes, STRIPE_WIDTH),
    )


def _draw_pieces(
    axes: Axes,
    view: View,
    land: tuple[gpd.GeoDataFrame, Any],
    colours: Mapping[Hashable, str],
) -> None:
    pieces, shapes = land
    rows = zip(pieces.itertuples(), shapes, strict=True)
    for piece, shape in sorted(rows, key=lambda row: not row[0].agrees):
        draw_area(axes, shape, _sign(piece, colours), view.metres_per_mm)


def _label_zones(
    page: Axes,
    view: View,
    pieces: gpd.GeoDataFrame,
    shapes: Any,  # noqa: ANN401
) -> None:
    """Write the id of each zone of `a` where both agree, or on its land."""
    taken = np.empty((0, 4))
    agreed = pieces["agrees"].to_numpy()
    for zone in dict.fromkeys(pieces["a_zone"].dropna()):
        own = (pieces["a_zone"] == zone).to_numpy()
        chosen = own & agreed if (own & agreed).any() else own
        shape = view.shape_to_page(shapely.union_all(shapes[chosen], grid_size=GRID_M))
        ways = letterings(str(zone), LABEL_SIZES)
        at, x, y = area_place(shape, ways, taken)
        write_lettering(page, at, (x, y), halo=1.1)
        taken = np.vstack([taken, box_around(x, y, at.width, at.height)])


# --- legend ------------------------------------------------------------------------


def _draw_foot(
    page: Axes,
    layout: Layout,
    projection: Projection,
    legend: Panel,
    *,
    modelled: bool,
) -> float:
    """Draw warning, notes, arrow and scale bar; return how high they reach."""
    words = legend.words
    notes = [system_note(projection, words), words.source + legend.source]
    notes += [words.note + legend.note] if legend.note.strip() else []
    warning = (words.modelled, words.modelled_all) if modelled else None
    floor = layout.rest.y + notes_height(notes, warning, layout.rest.width)
    draw_furniture(page, layout, floor + BLOCK_GAP, projection, legend)
    draw_notes(page, notes, warning, layout.rest, floor)
    return floor + BLOCK_GAP + FURNITURE_HEIGHT


def _draw_panel(
    page: Axes,
    layout: Layout,
    found: Compared,
    how: tuple[Mapping[Hashable, str], Wording, tuple[str, str]],
    floor: float,
) -> None:
    """Draw matrix, key and measures above the foot."""
    colours, words, names = how
    lines = _measured(found, words)
    keys = _keys(found, words, names)
    below = (len(lines) + len(keys)) * ROW + 2 * BLOCK_GAP
    frame = layout.table
    write(page, words.heading, (frame.x, frame.top - 2.2), size=HEADING_SIZE)
    top = frame.top - HEADING_HEIGHT
    room = top - (floor + below if layout.stacked else frame.y) - _TABLE_TITLE
    table, kind = _table(found, colours, words, (frame.width, room))
    write(page, kind.format(*names), (frame.x, top - 1.6), size=KEY_SIZE)
    y = draw_table(page, table, frame, top - _TABLE_TITLE)
    y = y - BLOCK_GAP if layout.stacked else layout.rest.top
    if y - below + BLOCK_GAP < floor:
        msg = "`source` and `note` are too long for the sheet; shorten them."
        raise ParameterError(msg)
    for sign, text in keys:
        box = shapely.box(
            layout.rest.x,
            y - ROW / 2 - KEY_BOX / 2,
            layout.rest.x + KEY_SIGN,
            y - ROW / 2 + KEY_BOX / 2,
        )
        draw_area(page, box, sign, 1.0)
        at = (layout.rest.x + KEY_SIGN + 1.5, y - ROW / 2)
        write(page, text, at, size=KEY_SIZE)
        y -= ROW
    _draw_lines(page, layout.rest, lines, y - BLOCK_GAP)


def _draw_lines(
    page: Axes, frame: Rect, lines: Sequence[tuple[str, str]], top: float
) -> None:
    """Draw names at the left and values at the right."""
    for number, (name, value) in enumerate(lines):
        y = top - (number + 0.5) * ROW
        write(page, name, (frame.x, y), size=LINE_SIZE, colour=FAINT_INK)
        write(page, value, (frame.right, y), size=LINE_SIZE, align="right")


def _keys(
    found: Compared, words: Wording, names: tuple[str, str]
) -> list[tuple[Sign, str]]:
    """Return the signs that the map has, with their words and areas."""
    pieces = found.pieces
    both = pieces["a_zone"].notna() & pieces["b_zone"].notna()
    agreed = pieces["agrees"].astype(bool)
    groups = (
        (Sign("#63676A", 0.4, fill="#DDE5DA"), words.agree, agreed),
        (disputed("#DDE5DA", RULE), words.differ, both & ~agreed),
        (ONLY_A, words.only.format(names[0]), pieces["b_zone"].isna()),
        (ONLY_B, words.only.format(names[1]), pieces["a_zone"].isna()),
    )
    areas = [float(pieces.loc[rows, "area_km2"].sum()) for *_, rows in groups]
    return [
        (sign, f"{word}  {area:,.2f} km²")
        for (sign, word, _), area in zip(groups, areas, strict=True)
        if area > LEAST_SHOWN
    ]


def _table(
    found: Compared,
    colours: Mapping[Hashable, str],
    words: Wording,
    room: tuple[float, float],
) -> tuple[Table, str]:
    """Return the matrix, or where it is too wide a line for each zone."""
    width, height = room
    headers, rows, total = _matrix(found.table, colours, words)
    try:
        return fit_table(headers, rows, total, width=width, height=height), words.matrix
    except ParameterError:
        headers, rows, total = _per_zone(found.zones, colours, words)
        table = fit_table(headers, rows, total, width=width, height=height)
        return table, words.per_zone


_Cells = tuple[tuple[tuple[str, str], ...], list[ZoneRow], tuple[str, ...]]


def _matrix(
    table: pd.DataFrame, colours: Mapping[Hashable, str], words: Wording
) -> _Cells:
    shown = table.loc[:, _used(table, axis=0)].loc[_used(table, axis=1)]
    label = {table.index[-1]: words.outside}
    headers = [_in_two(str(label.get(zone, zone))) for zone in shown.columns]
    rows = [
        ZoneRow(
            colours.get(("a", zone), ONLY_B.fill),
            str(label.get(zone, zone)),
            tuple(f"{value:.2f}" for value in row),
        )
        for zone, row in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    sums = tuple(f"{value:.2f}" for value in shown.sum())
    return ((words.zone, ""), *headers), rows, (words.total, *sums)


def _in_two(text: str) -> tuple[str, str]:
    """Return a head of two lines: words, or as many characters in each."""
    words = text.split(" ")
    if len(words) > 1:
        half = (len(words) + 1) // 2
        return " ".join(words[:half]), " ".join(words[half:])
    whole = text.isascii() or len(text) <= SHORT
    cut = len(text) if whole else (len(text) + 1) // 2
    return text[:cut], text[cut:]


def _used(table: pd.DataFrame, *, axis: int) -> list[bool]:
    """Say which columns (or rows) are drawn: all zones, and outside if it has land."""
    sums = table.to_numpy().sum(axis=axis)
    return [True] * (len(sums) - 1) + [bool(sums[-1] > LEAST_SHOWN)]


def _per_zone(
    zones: pd.DataFrame, colours: Mapping[Hashable, str], words: Wording
) -> _Cells:
    rows = []
    for row in zones.to_dict("records"):
        side = "b" if row["a_zone"] is None else "a"
        zone = row[f"{side}_zone"]
        figures = (f"{row['a_km2']:.2f}", f"{row['b_km2']:.2f}", f"{row['iou']:.1%}")
        rows.append(ZoneRow(colours[side, zone], str(zone), figures))
    headers = ((words.zone, ""), ("a", "km²"), ("b", "km²"), ("IoU", ""))
    sums = zones[["a_km2", "b_km2"]].sum()
    total = (words.total, f"{sums.iloc[0]:.2f}", f"{sums.iloc[1]:.2f}", "")
    return headers, rows, total


def _measured(found: Compared, words: Wording) -> list[tuple[str, str]]:
    """Return the lines of measures, and of the borders if there are any."""
    measures = found.measures
    lines = [
        (words.overall, f"{measures['overall'] * 100:.2f} %"),
        (words.kappa, f"{measures['kappa']:.3f}"),
        (words.quantity, f"{measures['quantity'] * 100:.2f} %"),
        (words.allocation, f"{measures['allocation'] * 100:.2f} %"),
    ]
    for key, text in (("a_to_b", words.a_to_b), ("b_to_a", words.b_to_a)):
        row = found.borders.loc[key]
        if np.isfinite(row["mean_m"]):
            figures = (row["mean_m"], row["p95_m"], row["max_m"])
            lines.append((text, " / ".join(f"{value:,.0f}" for value in figures)))
    return lines
