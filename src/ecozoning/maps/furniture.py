"""North arrow, scale bar, and the graticule with its degrees."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from ecozoning.errors import ParameterError
from ecozoning.maps.style import FAINT_INK, INK, PAPER
from ecozoning.maps.text import text_width, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ecozoning.maps.layout import Rect
    from ecozoning.maps.projection import Projection
    from ecozoning.maps.view import View

__all__ = ["degree_label", "draw_graticule", "north_arrow", "scale_bar", "scale_length"]

STEPS_MINUTES: Final = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300)
STEP_MM: Final = 30.0  # at least, between two lines of the graticule
TICK: Final = 1.4
CORNER: Final = 5.0
DEGREE_SIZE: Final = 6.2
ARROW_HEIGHT: Final = 12.0
BAR_HEIGHT: Final = 1.5
BAR_PARTS: Final = 4
LEAST_BAR: Final = 8.0  # mm
MARK_SIZE: Final = 6.8
_ROUND: Final = (1.0, 2.0, 4.0, 5.0, 8.0)


def north_arrow(
    axes: Axes, x: float, y: float, *, convergence: float, word: str
) -> None:
    """Draw an arrow to true north with its middle at a place in mm."""
    h, w = ARROW_HEIGHT / 2, ARROW_HEIGHT * 0.19
    turn = math.radians(convergence)  # to the left, as seen on the sheet
    spin = np.array(
        [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    )
    notch = (0.0, -h * 0.55)
    for side, fill in ((-w, INK), (w, PAPER)):
        half = np.array([(0.0, h), (side, -h), notch]) @ spin.T + (x, y)
        axes.add_patch(Polygon(half, facecolor=fill, edgecolor=INK, linewidth=0.6))
    tip = spin @ (0.0, h + 2.2)
    write(axes, word, (x + tip[0], y + tip[1]), size=8.5, align="center")


def scale_length(denominator: float, room_mm: float) -> float:
    """Return the longest round length in km whose bar at 1:N fits into some mm.

    Examples
    --------
    >>> scale_length(500_000, 45)
    20.0
    """
    most = room_mm * denominator / 1e6
    power = 10.0 ** math.floor(math.log10(most))
    return max(m * power for m in _ROUND if m * power <= most * (1 + 1e-9))


def scale_bar(
    axes: Axes,
    at: tuple[float, float],
    *,
    denominator: float,
    room_mm: float,
    km: float | None,
    unit: str,
) -> None:
    """Draw a bar of round length and the scale 1:N under it; `at` is its left end."""
    x, y = at
    length = _checked_length(km, denominator, room_mm)
    part = length * 1e6 / denominator / BAR_PARTS
    for number in range(BAR_PARTS):
        fill = INK if number % 2 == 0 else PAPER
        corner = (x + number * part, y)
        axes.add_patch(
            Rectangle(corner, part, BAR_HEIGHT, facecolor=fill, edgecolor=INK, lw=0.6)
        )
    height = y + BAR_HEIGHT + 2.0
    for number in (0, BAR_PARTS // 2, BAR_PARTS):
        mark = f"{length * number / BAR_PARTS:g}"
        write(axes, mark, (x + number * part, height), size=MARK_SIZE, align="center")
    after = x + part * BAR_PARTS + text_width(mark, MARK_SIZE) / 2 + 0.8
    write(axes, unit, (after, height), size=MARK_SIZE)
    ratio = f"1:{denominator:,.0f}".replace(",", " ")
    write(axes, ratio, (x, y - 2.4), size=7.4, colour=FAINT_INK)


def _checked_length(km: float | None, denominator: float, room_mm: float) -> float:
    """Return the length of the bar in km; refuse one that is a dot or has no room."""
    most = scale_length(denominator, room_mm)
    if km is None:
        return most
    if not LEAST_BAR <= km * 1e6 / denominator <= room_mm * (1 + 1e-9):
        msg = (
            f"`scale_km` is {km:g}, but at 1:{denominator:,.0f} the bar has room for "
            f"{LEAST_BAR * denominator / 1e6:.3g} to {most:g} km; leave it out, or use "
            f"`scale_km={most:g}`."
        )
        raise ParameterError(msg)
    return km


# --- graticule ---------------------------------------------------------------------


def degree_label(minutes: int, hemisphere: str) -> str:
    """Return a label such as 114°30′E.

    Examples
    --------
    >>> degree_label(6870, "E"), degree_label(1680, "N")
    ('114°30′E', '28°N')
    """
    degrees, rest = divmod(minutes, 60)
    return f"{degrees}°{rest:02d}′{hemisphere}" if rest else f"{degrees}°{hemisphere}"


def draw_graticule(map_axes: Axes, page: Axes, view: View) -> None:
    """Draw meridians and parallels on the map, ticks and degrees on its frame."""
    west, south, east, north = _degrees_of(view)
    step = _step(view)
    for minutes in _multiples(west, east, step):
        line = _line(view.projection, minutes / 60, (south, north), fixed="lon")
        _draw(map_axes, line)
        _mark_ends(page, view, line, degree_label(minutes, "E"), vertical=True)
    for minutes in _multiples(south, north, step):
        line = _line(view.projection, minutes / 60, (west, east), fixed="lat")
        _draw(map_axes, line)
        _mark_ends(page, view, line, degree_label(minutes, "N"), vertical=False)


def _step(view: View) -> int:
    """Return the smallest step in minutes whose lines are far enough apart on paper."""
    minute_mm = (
        1852.0 * math.cos(math.radians(view.projection.lat)) / view.metres_per_mm
    )
    return next(
        (s for s in STEPS_MINUTES if s * minute_mm >= STEP_MM), STEPS_MINUTES[-1]
    )


def _degrees_of(view: View) -> tuple[float, float, float, float]:
    """Return the degrees that cover the map, a little more at each side."""
    west, south, east, north = view.bounds
    corners = [
        view.projection.inverse(x, y) for x in (west, east) for y in (south, north)
    ]
    lons, lats = zip(*corners, strict=True)
    pad = 0.02 * (max(lats) - min(lats))
    return min(lons) - pad, min(lats) - pad, max(lons) + pad, max(lats) + pad


def _multiples(low: float, high: float, step: int) -> Iterator[int]:
    first, last = math.ceil(low * 60 / step), math.floor(high * 60 / step)
    return (number * step for number in range(first, last + 1))


def _line(
    projection: Projection, value: float, span: tuple[float, float], *, fixed: str
) -> NDArray[np.float64]:
    """Return a meridian or a parallel as points in metres."""
    along = np.linspace(*span, 60)
    still = np.full_like(along, value)
    lon, lat = (still, along) if fixed == "lon" else (along, still)
    return np.column_stack(projection.forward(lon, lat))


def _draw(axes: Axes, line: NDArray[np.float64]) -> None:
    axes.plot(
        *line.T, color=INK, lw=0.35, alpha=0.28, zorder=3.5, scalex=False, scaley=False
    )


def _mark_ends(
    page: Axes, view: View, line: NDArray[np.float64], text: str, *, vertical: bool
) -> None:
    """Put ticks where a line meets two edges of the frame, and a label at the first."""
    frame, points = view.frame, view.to_page(line)
    along, across = (1, 0) if vertical else (0, 1)
    ends = (frame.y, frame.top) if vertical else (frame.x, frame.right)
    low, high = (frame.x, frame.right) if vertical else (frame.y, frame.top)
    for end, inward in zip(ends, (TICK, -TICK), strict=True):
        place = float(np.interp(end, points[:, along], points[:, across]))
        if low < place < high:
            _tick(page, end, inward, place, vertical=vertical)
            if inward > 0:
                _degrees(page, frame, place, text, vertical=vertical)


def _tick(
    page: Axes, end: float, inward: float, place: float, *, vertical: bool
) -> None:
    ends, places = (end, end + inward), (place, place)
    xs, ys = (places, ends) if vertical else (ends, places)
    page.add_line(Line2D(xs, ys, color=INK, lw=0.6))


def _degrees(
    page: Axes, frame: Rect, place: float, text: str, *, vertical: bool
) -> None:
    """Write degrees outside the frame; near a corner two labels would meet: none."""
    low, high = (frame.x, frame.right) if vertical else (frame.y, frame.top)
    if not low + CORNER < place < high - CORNER:
        return
    at = (place, frame.y - 2.4) if vertical else (frame.x - 2.4, place)
    turn = 0.0 if vertical else 90.0
    write(
        page,
        text,
        at,
        size=DEGREE_SIZE,
        align="center",
        colour=FAINT_INK,
        rotation=turn,
    )
