"""Where things stand on the page: rectangles in mm, and the scale that fits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

__all__ = ["PAGE", "Layout", "Rect", "arrange"]

MARGIN: Final = 9.0
GAP: Final = 5.0
DEGREE_BAND: Final = 4.2  # room for the degrees left of and under the map
BREATH: Final = 7.0  # between the county and the frame, for labels and the casing
TITLE_BAND: Final = 13.0
SUBTITLE_BAND: Final = 6.0

COLUMN_WIDTHS: Final = (76.0, 80.0, 84.0, 88.0, 92.0, 96.0, 100.0, 104.0, 108.0)
WIDE_TABLE: Final = 84.0  # of that many columns of figures
MANY_FIGURES: Final = 3
STRIP_HEIGHT: Final = 66.0
SIGN_ROW: Final = 5.0
SIGNS_A_ROW: Final = 2
COSTS_NOTHING: Final = 1.02  # a wider column may cost this factor of scale
WORTH_A_STRIP: Final = 1.15  # a legend below must make the map larger by this

# Round scales, at most a tenth apart, so that the map is near its largest.
_MANTISSAS: Final = (
    *(1.0, 1.1, 1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9),
    *(2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8, 3.0, 3.2, 3.4, 3.5, 3.6, 3.8),
    *(4.0, 4.2, 4.4, 4.5, 4.6, 4.8, 5.0, 5.2, 5.5, 5.8, 6.0, 6.5, 7.0, 7.5, 8.0),
    *(8.5, 9.0, 9.5),
)


@dataclass(frozen=True)
class Rect:
    """A rectangle on the page, in mm from its lower left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Return the upper edge."""
        return self.y + self.height

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, lower, right and upper edge."""
        return self.x, self.y, self.right, self.top


PAGE: Final = Rect(0, 0, 297, 210)  # A4 landscape, ISO 216


@dataclass(frozen=True)
class Layout:
    """Rectangles of map, zone table and the rest of the legend, and the scale 1:N.

    In a column (`stacked`) the two legend rectangles are one and the same: the table
    grows from its top and the rest from its bottom.
    """

    map: Rect
    table: Rect
    rest: Rect
    denominator: float

    @property
    def stacked(self) -> bool:
        """Say whether the legend is one column beside the map."""
        return self.table == self.rest


def arrange(
    width_m: float,
    height_m: float,
    *,
    has_subtitle: bool,
    figures: int,
    signs: int = 0,
) -> Layout:
    """Return the layout that shows a county of this extent at the largest scale.

    The legend stands beside the map, as wide as it can be at no cost to the map, or in
    a strip below it where the county is so wide that this makes the map much larger.
    `figures` says how many columns of figures the table has: three need a wider one,
    and without any, that is without zones, it is narrow. `signs` says how many the key
    has besides the usual ones, for which a strip must be higher.
    """
    body = _body(has_subtitle=has_subtitle)
    least = WIDE_TABLE if figures >= MANY_FIGURES else COLUMN_WIDTHS[0]
    widths = [width for width in COLUMN_WIDTHS if width >= least]
    widths = widths if figures else widths[:1]
    columns = [_beside(body, column) for column in widths]
    needs = [_denominator(frame, width_m, height_m) for frame, _ in columns]
    best = min(needs)
    chosen = max(i for i, need in enumerate(needs) if need <= best * COSTS_NOTHING)
    (frame, table), need = columns[chosen], needs[chosen]
    rest = table
    low_frame, *strip = _below(
        body, STRIP_HEIGHT + SIGN_ROW * math.ceil(signs / SIGNS_A_ROW)
    )
    low_need = _denominator(low_frame, width_m, height_m)
    if low_need * WORTH_A_STRIP < best:
        frame, (table, rest), need = low_frame, strip, low_need
    return Layout(frame, table, rest, round_up(need))


def _body(*, has_subtitle: bool) -> Rect:
    """Return what is left of the page under the title."""
    title = TITLE_BAND + SUBTITLE_BAND * has_subtitle
    height = PAGE.height - 2 * MARGIN - title
    return Rect(MARGIN, MARGIN, PAGE.width - 2 * MARGIN, height)


def _beside(body: Rect, column: float) -> tuple[Rect, Rect]:
    low, height = body.y + DEGREE_BAND, body.height - DEGREE_BAND
    width = body.width - DEGREE_BAND - GAP - column
    frame = Rect(body.x + DEGREE_BAND, low, width, height)
    return frame, Rect(frame.right + GAP, low, column, height)


def _below(body: Rect, strip: float) -> tuple[Rect, Rect, Rect]:
    height = body.height - DEGREE_BAND - GAP - strip
    low = body.y + strip + GAP + DEGREE_BAND
    frame = Rect(body.x + DEGREE_BAND, low, body.width - DEGREE_BAND, height)
    half = (frame.width - 2 * GAP) * 0.56
    table = Rect(frame.x, body.y, half, strip)
    rest_x = table.right + 2 * GAP
    return frame, table, Rect(rest_x, body.y, frame.right - rest_x, strip)


def _denominator(frame: Rect, width_m: float, height_m: float) -> float:
    """Return the N of the largest scale 1:N at which an extent fits into a frame."""
    per_mm = max(
        width_m / (frame.width - 2 * BREATH), height_m / (frame.height - 2 * BREATH)
    )
    return per_mm * 1000


def round_up(denominator: float) -> float:
    """Return the next round N of a scale 1:N, as printed on maps.

    Examples
    --------
    >>> round_up(345_000)
    350000.0
    >>> round_up(1_000_000)
    1000000.0
    """
    power = 1.0
    while denominator > 10 * power:
        power *= 10
    fits = (m * power for m in _MANTISSAS if m * power >= denominator * (1 - 1e-9))
    return next(fits, 10 * power)
