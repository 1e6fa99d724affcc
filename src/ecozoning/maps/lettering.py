"""Ways to write a name: sizes, one line or two; and the word on names left out."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

from ecozoning.errors import DroppedRowsWarning
from ecozoning.maps.labels import Lettering
from ecozoning.maps.style import INK
from ecozoning.maps.text import MM_PER_POINT, text_width, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["LEADING", "lettering", "letterings", "warn_left_out", "write_lettering"]

LEADING: Final = 1.25
SHOWN: Final = 5  # names in a warning


def letterings(label: str, sizes: Sequence[float], before: str = "") -> list[Lettering]:
    """Return the ways to write a label, the best first: large, then in one line.

    A label in two lines is broken before the word `before`, if it has that word.
    """
    ways: list[tuple[str, ...]] = [(label,)]
    cut = label.find(before) if before else 0
    if broken := (label[:cut], label[cut:]) if cut > 1 else _in_two(label):
        ways.append(broken)
    return [lettering(lines, size) for size in sizes for lines in ways]


def _in_two(label: str) -> tuple[str, ...]:
    """Return a label in two lines of like length, or nothing for a short one."""
    words = label.split(" ")
    if len(words) > 1:
        cuts = [
            (" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))
        ]
        return min(cuts, key=lambda cut: abs(len(cut[0]) - len(cut[1])))
    after = label.find("部") + 1  # 东北部 | 锦江区: a bearing is one word
    cut = after if 1 < after < len(label) - 1 else (len(label) + 1) // 2
    return (label[:cut], label[cut:]) if len(label) > 4 else ()


def lettering(lines: tuple[str, ...], size: float) -> Lettering:
    """Return lines of one size with the room they take."""
    width = max(text_width(line, size) for line in lines)
    height = len(lines) * size * MM_PER_POINT * LEADING
    return Lettering(lines, size, width + 1.0, height + 0.5)


def write_lettering(
    page: Axes,
    found: Lettering,
    at: tuple[float, float],
    *,
    halo: float,
    colour: str = INK,
) -> None:
    """Write the lines of a lettering, centred on a place in mm."""
    x, y = at
    step = found.size * MM_PER_POINT * LEADING
    for number, line in enumerate(found.lines):
        height = y + ((len(found.lines) - 1) / 2 - number) * step
        write(
            page,
            line,
            (x, height),
            size=found.size,
            align="center",
            halo=halo,
            colour=colour,
        )


def warn_left_out(
    what: str, layer: str, names: Sequence[str], *, stacklevel: int
) -> None:
    """Say which names are left out; `stacklevel` as seen by the caller of this."""
    shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
    msg = (
        f"{what} and are left out: {shown}; give those that matter with "
        f"`{layer}[{layer}['name'].isin([...])]`."
    )
    warnings.warn(msg, DroppedRowsWarning, stacklevel=stacklevel + 1)
