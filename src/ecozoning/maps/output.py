"""A sheet as a figure, and its way into a file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ecozoning.errors import ParameterError
from ecozoning.io.atomic import atomic_path
from ecozoning.maps.fonts import drawing
from ecozoning.maps.layout import PAGE

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["Sheet", "save_sheet"]

MM_PER_INCH: Final = 25.4
SCREEN_DPI: Final = 110
DPI_RANGE: Final = (50, 1200)

# No date and no program version: the same sheet gives the same bytes.
_METADATA: Final[dict[str, dict[str, Any]]] = {  # None takes an entry out
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": None},
    ".svg": {"Date": None, "Creator": None},
}


class Sheet(Figure):
    """An A4 page that a notebook shows as it is, without pyplot."""

    def __init__(self) -> None:
        size = (PAGE.width / MM_PER_INCH, PAGE.height / MM_PER_INCH)
        super().__init__(figsize=size, facecolor="white")
        FigureCanvasAgg(self)

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        with drawing():
            self.savefig(stream, format="png", dpi=SCREEN_DPI)
        return stream.getvalue()


def save_sheet(figure: Figure, path: str | PathLike[str], dpi: int = 200) -> None:
    """
    Write a map sheet as PNG, PDF or SVG, whole or not at all.

    The same sheet gives the same bytes: no date and no version is written. The page
    keeps its size in mm, so that a printed 1:N stays 1:N. In PDF the text is text that
    can be searched; in SVG it is outlines, which look the same on every computer.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A sheet from `zoning_sheet`.
    path : path-like
        File name; its suffix ``.png``, ``.pdf`` or ``.svg`` decides the format. An
        existing file is replaced only when the new one is complete.
    dpi : int, default 200
        Dots per inch of a PNG, 50 to 1200. PDF and SVG hold no pixels.

    Raises
    ------
    ParameterError
        If the suffix is another, or `dpi` outside its range.
    OutputError
        If the folder is missing or the file cannot be written; an old file stays.

    See Also
    --------
    zoning_sheet : Draw the sheet.

    Examples
    --------
    >>> save_sheet(Sheet(), "zones.gif")
    Traceback (most recent call last):
        ...
    ecozoning.errors.ParameterError: `path` ends in '.gif'; use .png, .pdf or .svg.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in _METADATA:
        msg = f"`path` ends in {target.suffix!r}; use {_listed()}."
        raise ParameterError(msg)
    low, high = DPI_RANGE
    if not low <= dpi <= high:
        msg = f"`dpi` is {dpi}; use {low} to {high}, e.g. `dpi=200` for print."
        raise ParameterError(msg)
    data = _rendered(figure, kind, dpi)  # no file is touched before it is complete
    with atomic_path(target) as part:
        part.write_bytes(data)


def _listed() -> str:
    *first, last = _METADATA
    return f"{', '.join(first)} or {last}"


def _rendered(figure: Figure, kind: str, dpi: int) -> bytes:
    """Return the bytes of the file; no disk is touched."""
    stream = io.BytesIO()
    with drawing():
        figure.savefig(
            stream, format=kind[1:], dpi=dpi, metadata=_METADATA[kind], bbox_inches=None
        )
    return stream.getvalue()
