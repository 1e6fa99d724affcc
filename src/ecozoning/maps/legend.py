"""The legend under the zone table: key of the signs, warning and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ecozoning.maps.signs import key_sign
from ecozoning.maps.style import (
    BOUNDARY_DASHES,
    FAINT_INK,
    INK,
    PAPER,
    UNZONED,
    WARNING_EDGE,
    WARNING_FILL,
    WATER,
    ZONE_EDGE,
)
from ecozoning.maps.text import text_width, wrap, write, write_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ecozoning.maps.layout import Rect

__all__ = ["draw_key", "draw_notes", "draw_seats", "key_height", "notes_height"]

NOTE_SIZE: Final = 6.6
NOTE_LEADING: Final = 3.3
NOTE_GAP: Final = 1.0
WARNING_SIZE: Final = 7.4
KEY_SIZE: Final = 7.4
KEY_ROW: Final = 5.0
KEY_SIGN: Final = 8.0  # the length of a line
KEY_BOX: Final = 3.2
KEY_DOT: Final = 3.4
SEAT_RING, COUNTY_RING, COUNTY_DOT = 3.6, 5.4, 1.8  # diameters in points


# --- key ---------------------------------------------------------------------------


def draw_key(
    axes: Axes, entries: Sequence[tuple[str, str]], frame: Rect, top: float
) -> float:
    """Draw (sign, word) entries in rows from a height; return the lower edge."""
    for entry, (row, x) in zip(entries, _key_places(entries, frame.width), strict=True):
        y = top - (row + 0.5) * KEY_ROW
        draw_sign(axes, entry[0], frame.x + x, y)
        at = (frame.x + x + _sign_width(entry[0]) + 1.5, y)
        write(axes, entry[1], at, size=KEY_SIZE)
    return top - key_height(entries, frame.width)


def key_height(entries: Sequence[tuple[str, str]], width: float) -> float:
    """Return the height in mm that a key takes."""
    return (max(row for row, _ in _key_places(entries, width)) + 1) * KEY_ROW


def _key_places(
    entries: Sequence[tuple[str, str]], width: float
) -> list[tuple[int, float]]:
    """Return row and left edge of each entry, as many in a row as fit."""
    places: list[tuple[int, float]] = []
    row, x = 0, 0.0
    for sign, word in entries:
        need = _sign_width(sign) + 1.5 + text_width(word, KEY_SIZE)
        if x and x + need > width:
            row, x = row + 1, 0.0
        places.append((row, x))
        x += need + 4.0
    return places


def _sign_width(sign: str) -> float:
    return KEY_DOT if sign.endswith(("seat", ":point")) else KEY_SIGN


def draw_sign(axes: Axes, sign: str, x: float, y: float) -> None:
    """Draw the sign of the key at its left middle."""
    if sign == "boundary":
        line = Line2D((x, x + KEY_SIGN), (y, y), color=INK, lw=1.0)
        line.set_dashes(BOUNDARY_DASHES)
        axes.add_line(line)
    elif sign == "unzoned":
        corner, height = (x, y - KEY_BOX / 2), KEY_BOX
        box = Rectangle(corner, KEY_SIGN, height, fc=UNZONED, ec=ZONE_EDGE, lw=0.5)
        axes.add_patch(box)
    elif sign == "river":
        axes.add_line(Line2D((x, x + KEY_SIGN), (y, y), color=WATER, lw=1.0))
    elif ":" in sign:  # kind:form, of the layers over the zones
        kind, _, form = sign.partition(":")
        box = shapely.box(x, y - KEY_BOX / 2, x + KEY_SIGN, y + KEY_BOX / 2)
        key_sign(axes, kind, form, box)
    else:
        draw_seats(axes, [(x + KEY_DOT / 2, y)], county=sign == "county_seat")


def draw_seats(
    axes: Axes, points: Sequence[tuple[float, float]], *, county: bool
) -> None:
    """Draw seats in mm: a ring, or a ring with a dot in it for the county's."""
    xs, ys = zip(*points, strict=True) if points else ((), ())
    rings = (
        ((COUNTY_RING, PAPER), (COUNTY_DOT, INK)) if county else ((SEAT_RING, PAPER),)
    )
    for size, fill in rings:
        sign = Line2D(xs, ys, ls="", marker="o", zorder=6, mec=INK)
        sign.set(markersize=size, markerfacecolor=fill, markeredgewidth=0.8)
        axes.add_line(sign)


# --- notes -------------------------------------------------------------------------


def notes_height(
    notes: Sequence[str], warning: tuple[str, str] | None, width: float
) -> float:
    """Return the height in mm that the notes and the warning above them take."""
    lines = sum(len(wrap(note, width, NOTE_SIZE)) for note in notes)
    height = lines * NOTE_LEADING + len(notes) * NOTE_GAP
    return height + (_warning_height(warning, width) if warning else 0.0)


def draw_notes(
    axes: Axes,
    notes: Sequence[str],
    warning: tuple[str, str] | None,
    frame: Rect,
    top: float,
) -> None:
    """Draw the boxed warning, if there is one, and the notes under it."""
    y = _draw_warning(axes, warning, frame, top) if warning else top
    for note in notes:
        lines = wrap(note, frame.width, NOTE_SIZE)
        y = write_block(
            axes,
            lines,
            (frame.x, y),
            size=NOTE_SIZE,
            leading=NOTE_LEADING,
            colour=FAINT_INK,
        )
        y -= NOTE_GAP


def _warning_lines(warning: tuple[str, str], width: float) -> list[str]:
    return wrap(warning[1], width - 5.0, NOTE_SIZE)


def _warning_height(warning: tuple[str, str], width: float) -> float:
    return 4.4 + len(_warning_lines(warning, width)) * NOTE_LEADING + 2.4 + 3.0


def _draw_warning(
    axes: Axes, warning: tuple[str, str], frame: Rect, top: float
) -> float:
    height = _warning_height(warning, frame.width) - 3.0
    low = top - height
    axes.add_patch(
        Rectangle(
            (frame.x, low),
            frame.width,
            height,
            facecolor=WARNING_FILL,
            edgecolor=WARNING_EDGE,
            lw=0.9,
        )
    )
    heading = (frame.x + 2.5, top - 3.4)
    write(axes, warning[0], heading, size=WARNING_SIZE, colour=WARNING_EDGE)
    lines = _warning_lines(warning, frame.width)
    at = (frame.x + 2.5, top - 5.6)
    write_block(axes, lines, at, size=NOTE_SIZE, leading=NOTE_LEADING)
    return low - 3.0
