"""The page of a sheet: axes in metres and in mm, frame of the map, titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.patches import Rectangle

from ecozoning.errors import ParameterError
from ecozoning.maps.layout import PAGE, Rect
from ecozoning.maps.style import FAINT_INK, GROUND, INK
from ecozoning.maps.text import text_width, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ecozoning.maps.output import Sheet
    from ecozoning.maps.view import View

__all__ = ["axes_of", "check_texts", "draw_frame", "draw_titles"]

TITLE_SIZES: Final = (19.0, 17.0, 15.0, 13.5, 12.0, 10.5)
SUBTITLE_SIZES: Final = (9.5, 8.5, 7.5, 6.5)
TICK_INSET: Final = 0.9  # between the two lines of the frame, mm
TITLE_DROP: Final = 5.2  # from the margin to the middle of the title, mm
SUBTITLE_DROP: Final = 13.6
MARGIN: Final = 9.0


def check_texts(**texts: str) -> None:
    """Insist on texts that say something."""
    for name, text in texts.items():
        if not text.strip():
            msg = f"`{name}` is empty; a sheet needs one, e.g. `{name}='...'`."
            raise ParameterError(msg)


def axes_of(sheet: Sheet, view: View) -> tuple[Axes, Axes]:
    """Return the map in metres of the plane, and over it the page in mm."""
    frame, (west, south, east, north) = view.frame, view.bounds
    place = (
        frame.x / PAGE.width,
        frame.y / PAGE.height,
        frame.width / PAGE.width,
        frame.height / PAGE.height,
    )
    map_axes = sheet.add_axes(place, label="map", facecolor=GROUND)
    map_axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
    map_axes.spines[:].set_visible(False)
    page = sheet.add_axes((0, 0, 1, 1), label="page")
    page.set(xlim=(0, PAGE.width), ylim=(0, PAGE.height))
    page.set_axis_off()
    return map_axes, page


def draw_frame(page: Axes, frame: Rect) -> None:
    """Draw the frame of the map: a strong line and a thin one inside."""
    for inset, width in ((0.0, 1.1), (TICK_INSET, 0.4)):
        corner = (frame.x + inset, frame.y + inset)
        size = (frame.width - 2 * inset, frame.height - 2 * inset)
        page.add_patch(Rectangle(corner, *size, fill=False, edgecolor=INK, lw=width))


def draw_titles(page: Axes, title: str, subtitle: str | None) -> None:
    """Write title and subtitle at the head of the page."""
    middle, top = PAGE.width / 2, PAGE.height - MARGIN
    size = _fitting(title, TITLE_SIZES, "title")
    write(page, title, (middle, top - TITLE_DROP), size=size, align="center")
    if subtitle:
        size = _fitting(subtitle, SUBTITLE_SIZES, "subtitle")
        at = (middle, top - SUBTITLE_DROP)
        write(page, subtitle, at, size=size, align="center", colour=FAINT_INK)


def _fitting(text: str, sizes: tuple[float, ...], name: str) -> float:
    """Return the largest size at which a line fits on the page; refuse a longer one."""
    room = PAGE.width - 2 * MARGIN
    for size in sizes:
        if text_width(text, size) <= room:
            return size
    share = room / text_width(text, sizes[-1])
    msg = (
        f"`{name}` has {len(text)} characters and does not fit in one line; use at "
        f"most {int(len(text) * share)}, and put the rest into `note`."
    )
    raise ParameterError(msg)
