"""The zone table of the legend: colour, name, area and share, and the total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ecozoning.errors import ParameterError
from ecozoning.maps.style import FAINT_INK, INK, RULE, ZONE_EDGE
from ecozoning.maps.text import (
    MM_PER_POINT,
    text_width,
    wrap_evenly,
    write,
    write_block,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ecozoning.maps.layout import Rect

__all__ = ["Table", "ZoneRow", "draw_table", "fit_table"]

# Size in points and space between rows in em, from roomy to tight.
SETTINGS: Final = (
    *((10.0, 1.2), (9.5, 1.0), (9.0, 0.9), (9.0, 0.65), (8.5, 0.65), (8.0, 0.6)),
    *((7.5, 0.6), (7.0, 0.55), (6.5, 0.5), (6.0, 0.45), (5.5, 0.4)),
)
# Above a size in points, a name of more lines than these is better set smaller.
MOST_LINES: Final = ((9.0, 2), (8.0, 3), (7.0, 4))
SWATCH: Final = 6.5
COLUMN_GAP: Final = 2.6
NAME_WIDTH: Final = 24.0  # mm, at least


@dataclass(frozen=True)
class ZoneRow:
    """A line of the zone table; numbers as they are to be printed."""

    colour: str
    name: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A zone table set in one type size: wrapped names and column widths in mm."""

    headers: tuple[tuple[str, str], ...]  # name of a column and its unit
    rows: tuple[ZoneRow, ...]
    total: tuple[str, ...]  # its word, then its numbers
    names: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]  # of the columns of numbers
    size: float
    space: float  # between rows, em

    @property
    def leading(self) -> float:
        """Return the distance of lines in mm."""
        return self.size * MM_PER_POINT * 1.32

    @property
    def pad(self) -> float:
        """Return the space between two rows in mm."""
        return self.size * MM_PER_POINT * self.space

    @property
    def head(self) -> float:
        """Return the height of the header: a name and a unit."""
        return 2 * self.leading + self.pad

    @property
    def height(self) -> float:
        """Return the height of the whole table in mm."""
        lines = sum(len(name) for name in self.names) + 1
        return self.head + lines * self.leading + (len(self.rows) + 1) * self.pad


def fit_table(
    headers: tuple[tuple[str, str], ...],
    rows: Sequence[ZoneRow],
    total: tuple[str, ...],
    *,
    width: float,
    height: float,
) -> Table:
    """Return the table in the largest type that fits; refuse what none can hold."""
    for size, space in SETTINGS:
        widths = _number_widths(headers, rows, total, size)
        room = width - SWATCH - COLUMN_GAP - sum(widths)
        if room < NAME_WIDTH:
            continue
        names = tuple(tuple(wrap_evenly(row.name, room, size)) for row in rows)
        table = Table(headers, tuple(rows), total, names, widths, size, space)
        if _is_compact(table) and table.height <= height:
            return table
    msg = (
        f"the names of the {len(rows)} rows of `zones` do not fit into the legend; "
        "give shorter ones in a column of their own: `zone_column='short_name'`."
    )
    raise ParameterError(msg)


def _is_compact(table: Table) -> bool:
    longest = max(map(len, table.names))
    return all(table.size <= size or longest <= most for size, most in MOST_LINES)


def _number_widths(
    headers: tuple[tuple[str, str], ...],
    rows: Sequence[ZoneRow],
    total: tuple[str, ...],
    size: float,
) -> tuple[float, ...]:
    columns = zip(headers[1:], total[1:], *(row.numbers for row in rows), strict=True)
    return tuple(
        max(text_width(text, size) for text in (*header, *cells)) + COLUMN_GAP
        for header, *cells in columns
    )


def draw_table(axes: Axes, table: Table, frame: Rect, top: float) -> float:
    """Draw the table downwards from a height; return its lower edge."""
    y = _draw_header(axes, table, frame, top)
    for row, name in zip(table.rows, table.names, strict=True):
        y = _draw_row(axes, table, frame, y, row, name)
    _rule(axes, frame, y, INK, 0.6)
    middle = y - (table.leading + table.pad) / 2
    word, *numbers = table.total
    write(axes, word, (frame.x + SWATCH + COLUMN_GAP, middle), size=table.size)
    _numbers(axes, table, frame, middle, numbers)
    return y - table.leading - table.pad


def _draw_header(axes: Axes, table: Table, frame: Rect, top: float) -> float:
    (zone, _), *others = table.headers
    low = top - table.head
    name_x, middle = frame.x + SWATCH + COLUMN_GAP, top - table.head / 2
    write(axes, zone, (name_x, middle), size=table.size, colour=FAINT_INK)
    for row, texts in enumerate(zip(*others, strict=True)):
        height = top - table.pad / 2 - (row + 0.5) * table.leading
        _numbers(axes, table, frame, height, texts, colour=FAINT_INK)
    _rule(axes, frame, low, INK, 0.6)
    return low


def _draw_row(
    axes: Axes,
    table: Table,
    frame: Rect,
    top: float,
    row: ZoneRow,
    name: tuple[str, ...],
) -> float:
    height = len(name) * table.leading + table.pad
    middle, low = top - height / 2, top - height
    _swatch(axes, frame.x, middle, row.colour, table.leading * 0.92)
    at = (frame.x + SWATCH + COLUMN_GAP, top - table.pad / 2)
    write_block(axes, list(name), at, size=table.size, leading=table.leading)
    _numbers(axes, table, frame, middle, row.numbers)
    _rule(axes, frame, low, RULE, 0.35)
    return low


def _numbers(
    axes: Axes,
    table: Table,
    frame: Rect,
    y: float,
    texts: Sequence[str],
    colour: str = INK,
) -> None:
    """Write cells flush right, from the rightmost column to the left."""
    right = frame.right
    for text, width in reversed(list(zip(texts, table.widths, strict=True))):
        write(axes, text, (right, y), size=table.size, align="right", colour=colour)
        right -= width


def _swatch(axes: Axes, x: float, y: float, colour: str, height: float) -> None:
    corner = (x, y - height / 2)
    axes.add_patch(
        Rectangle(corner, SWATCH, height, facecolor=colour, edgecolor=ZONE_EDGE, lw=0.5)
    )


def _rule(axes: Axes, frame: Rect, y: float, colour: str, width: float) -> None:
    axes.add_line(Line2D((frame.x, frame.right), (y, y), color=colour, lw=width))
