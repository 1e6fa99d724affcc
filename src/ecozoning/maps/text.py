"""Measure, wrap and write text in millimetres of the page."""

from __future__ import annotations

import functools
import math
import re
from typing import TYPE_CHECKING, Final, Literal

from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import Stroke
from matplotlib.textpath import TextToPath

from ecozoning.maps.style import INK, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MM_PER_POINT", "text_width", "wrap", "wrap_evenly", "write", "write_block"]

MM_PER_POINT: Final = 25.4 / 72
# Half the height of a Chinese character over the baseline, in em: what centres a line.
MIDDLE_EM: Final = 0.36
# Widths tried for lines of like length, as shares of the room.
NARROWER: Final = tuple(1 - 0.05 * step for step in range(1, 11))

_NOT_FIRST = "，。、；：！？）》」』】〕％%℃,.;:!?)]}’”·—"
_NOT_LAST = "（《「『【〔([{‘“"
# A word of Latin letters or digits stays whole; a Chinese character stands alone.
_TOKEN = re.compile(r"[^\u2E80-\u9FFF\uFF00-\uFFEF\s]+|\s+|.")

Align = Literal["left", "center", "right"]


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """Return the width of a line in mm at a type size in points.

    To be called inside `fonts.drawing`, which decides the font.
    """
    if not text:
        return 0.0
    width, _, _ = TextToPath().get_text_width_height_descent(
        text, FontProperties(size=size), ismath=False
    )
    return float(width) * MM_PER_POINT


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break text into lines no wider than `width` mm, by Chinese and Latin custom."""
    lines = [""]
    for token in _tokens(text):
        if text_width(lines[-1] + token.rstrip(), size) <= width or not lines[-1]:
            lines[-1] += token
        else:
            lines.append(token.lstrip())
    return [line.rstrip() for line in lines]


def wrap_evenly(text: str, width: float, size: float) -> list[str]:
    """Break text into as few lines as `wrap` does, but of like length.

    So that no lone character stands in the last line.
    """
    lines = wrap(text, width, size)
    for share in NARROWER if len(lines) > 1 else ():
        tried = wrap(text, width * share, size)
        if len(tried) > len(lines):
            break
        lines = tried
    return lines


def _tokens(text: str) -> list[str]:
    """Return the pieces between which a line may break."""
    pieces: list[str] = []
    for token in _TOKEN.findall(text):
        sticks = token[0] in _NOT_FIRST or token.isspace()
        if pieces and (sticks or pieces[-1][-1] in _NOT_LAST):
            pieces[-1] += token
        else:
            pieces.append(token)
    return pieces


def write(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    *,
    size: float,
    align: Align = "left",
    colour: str = INK,
    halo: float = 0.0,
    rotation: float = 0.0,
) -> None:
    """Write one line with its middle at a height; `halo` is a white rim in points.

    The rim is a text of its own underneath: a path effect on the text itself would
    turn it into outlines, and a PDF could not be searched for it.
    """
    x, y = at
    shift = MIDDLE_EM * size * MM_PER_POINT
    turn = math.radians(rotation)
    x, y = x + shift * math.sin(turn), y - shift * math.cos(turn)
    rims = [Stroke(linewidth=2 * halo, foreground=PAPER)] if halo else None
    for effects in [rims, None] if rims else [None]:
        axes.text(
            x,
            y,
            text,
            fontsize=size,
            color=colour,
            ha=align,
            va="baseline",
            rotation=rotation,
            rotation_mode="anchor",
            path_effects=effects,
        )


def write_block(
    axes: Axes,
    lines: list[str],
    at: tuple[float, float],
    *,
    size: float,
    leading: float,
    colour: str = INK,
) -> float:
    """Write lines downwards from a top edge; return the bottom edge in mm."""
    x, top = at
    for number, line in enumerate(lines):
        write(axes, line, (x, top - (number + 0.5) * leading), size=size, colour=colour)
    return top - len(lines) * leading
