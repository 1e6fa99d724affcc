"""The legend as a whole: heading, zone table, key, arrow, scale bar and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ecozoning.errors import ParameterError
from ecozoning.maps.furniture import north_arrow, scale_bar
from ecozoning.maps.legend import draw_key, draw_notes, key_height, notes_height
from ecozoning.maps.table import draw_table, fit_table
from ecozoning.maps.text import wrap, write, write_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ecozoning.maps.content import Content
    from ecozoning.maps.layout import Layout, Rect
    from ecozoning.maps.overlay import Overlay
    from ecozoning.maps.projection import Projection
    from ecozoning.maps.style import Words

__all__ = ["Panel", "draw_furniture", "draw_panel", "system_note"]

HEADING_SIZE: Final = 11.0
HEADING_HEIGHT: Final = 7.5
FURNITURE_HEIGHT: Final = 21.0
ARROW_ROOM: Final = 17.0
BLOCK_GAP: Final = 3.5
LEAST_TABLE: Final = 28.0
NO_ZONES_SIZE: Final = 8.5
NO_ZONES_LEADING: Final = 4.4
MOST_NAMES: Final = 6  # of rows that have no place
CONVERGENCE_SHOWN: Final = 0.1  # degrees; less is not seen on paper


@dataclass(frozen=True)
class Panel:
    """What the legend says besides the zones."""

    words: Words
    source: str
    note: str
    scale_km: float | None


def draw_panel(page: Axes, layout: Layout, content: Content, panel: Panel) -> None:
    """Draw the legend into its one or two rectangles."""
    entries = _entries(content, panel.words)
    notes, warning = _notes(content, panel), _warning(content, panel.words)
    foot = notes_height(notes, warning, layout.rest.width)
    low = foot + BLOCK_GAP + FURNITURE_HEIGHT
    key = key_height(entries, layout.rest.width) + BLOCK_GAP
    room = layout.table.height - HEADING_HEIGHT - (low + key) * layout.stacked
    _check_room(room if layout.stacked else layout.rest.height - low - key, layout)
    y = _draw_zones(page, layout.table, content, panel, room)
    top = y - BLOCK_GAP if layout.stacked else layout.rest.top
    draw_key(page, entries, layout.rest, top)
    floor = layout.rest.y + foot
    draw_furniture(page, layout, floor + BLOCK_GAP, content.projection, panel)
    draw_notes(page, notes, warning, layout.rest, floor)


def _check_room(room: float, layout: Layout) -> None:
    """Refuse notes that leave no room for the rest of the legend."""
    if room < LEAST_TABLE * layout.stacked:
        msg = (
            "`source` and `note` are too long for the sheet; shorten them by about "
            f"{LEAST_TABLE * layout.stacked - room:.0f} mm of lines, e.g. cite only "
            "the data that the sheet shows."
        )
        raise ParameterError(msg)


# --- zones -------------------------------------------------------------------------


def _draw_zones(
    page: Axes, frame: Rect, content: Content, panel: Panel, room: float
) -> float:
    """Draw heading and table, or the sentence that there are no zones."""
    words = panel.words
    write(page, words.legend, (frame.x, frame.top - 2.2), size=HEADING_SIZE)
    top = frame.top - HEADING_HEIGHT
    if not content.zones:
        text = words.no_zones_pattern if content.overlay.drawn else words.no_zones
        lines = wrap(text, frame.width, NO_ZONES_SIZE)
        return write_block(
            page, lines, (frame.x, top), size=NO_ZONES_SIZE, leading=NO_ZONES_LEADING
        )
    rows = [zone.row for zone in content.zones]
    total = (words.total, *content.total)
    headers = _headers(content, panel)
    table = fit_table(headers, rows, total, width=frame.width, height=room)
    return draw_table(page, table, frame, top)


def _headers(content: Content, panel: Panel) -> tuple[tuple[str, str], ...]:
    words = panel.words
    middle = ((words.published, "km²"),) if content.published else ()
    return ((words.zone, ""), (words.area, "km²"), *middle, (words.share, "%"))


# --- the rest ----------------------------------------------------------------------


def _entries(content: Content, words: Words) -> list[tuple[str, str]]:
    """Return the signs that the map has, with their words."""
    entries = [("boundary", words.boundary)]
    if content.unzoned:
        entries.append(("unzoned", words.unzoned))
    if any(seat.county for seat in content.seats):
        entries.append(("county_seat", words.county_seat))
    if any(not seat.county for seat in content.seats):
        entries.append(("seat", words.seat))
    if content.rivers is not None:
        entries.append(("river", words.river))
    return entries + _overlay_entries(content.overlay, words)


def _overlay_entries(overlay: Overlay, words: Words) -> list[tuple[str, str]]:
    """Return red line, corridors and pattern, with their words."""
    signs = [(f"{kind}:{form}", words.kinds[kind]) for kind, form in overlay.signs]
    red = overlay.redlines
    if red is None:
        return signs
    word = words.redline_modelled if red.modelled else words.redline
    area = "" if red.area_km2 is None else f"{words.space}{red.area_km2:.2f} km²"
    return [("redline:area", word + area), *signs]


def _notes(content: Content, panel: Panel) -> list[str]:
    words = panel.words
    notes = [system_note(content.projection, words), words.source + panel.source]
    if content.overlay.unplaced:
        notes.insert(0, words.unplaced + _listed(content.overlay.unplaced, words))
    return [*notes, words.note + panel.note] if panel.note.strip() else notes


def system_note(projection: Projection, words: Words) -> str:
    """Return the coordinate system of the plane in words."""
    system = words.system.format(meridian=projection.central_meridian)
    if abs(projection.convergence) >= CONVERGENCE_SHOWN:
        system += words.convergence.format(angle=_signed(projection.convergence))
    return system


def _listed(names: Sequence[str], words: Words) -> str:
    """Return names in a row, the first few of many."""
    shown = words.joint.join(names[:MOST_NAMES])
    more = words.and_more.format(count=len(names)) if len(names) > MOST_NAMES else ""
    return shown + more


def _signed(degrees: float) -> str:
    """Return degrees with a sign, east positive, and a minus as wide as the plus."""
    return f"{degrees:+.1f}°".replace("-", "−")


def _warning(content: Content, words: Words) -> tuple[str, str] | None:
    """Return heading and text of the box about modelled lines, if there are any."""
    count, total = content.modelled, len(content.zones)
    others = [words.layers[name] for name in content.overlay.modelled]
    if not count and not others:
        return None
    numbers = {"count": count, "total": total}
    if not others:
        text = words.modelled_all if count == total else words.modelled_some
        return words.modelled, text.format(**numbers)
    lines = words.zone_lines if count == total else words.some_zone_lines
    things = [lines.format(**numbers)] * bool(count) + others
    text = words.modelled_also.format(things=_counted_up(things, words))
    return words.modelled, text[0].upper() + text[1:]


def _counted_up(things: Sequence[str], words: Words) -> str:
    """Return all of one or more things as a part of a sentence."""
    *first, last = things
    return words.last_joint.join([*filter(None, [words.joint.join(first)]), last])


def draw_furniture(
    page: Axes, layout: Layout, low: float, projection: Projection, panel: Panel
) -> None:
    """Draw the north arrow, and the scale bar right of it."""
    frame, words = layout.rest, panel.words
    arrow = (frame.x + 5.5, low + FURNITURE_HEIGHT / 2 - 2.0)
    turn = projection.convergence
    north_arrow(page, *arrow, convergence=turn, word=words.north)
    scale_bar(
        page,
        (frame.x + ARROW_ROOM, low + FURNITURE_HEIGHT / 2 - 2.5),
        denominator=layout.denominator,
        room_mm=min(56.0, frame.width - ARROW_ROOM - 10.0),
        km=panel.scale_km,
        unit=words.kilometre,
    )
