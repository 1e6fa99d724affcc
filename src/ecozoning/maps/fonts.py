"""The Chinese font of the sheets, and the settings they are drawn with."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib.font_manager import fontManager

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FAMILY", "FONT_FILE", "drawing", "register_font"]

FAMILY: Final = "Ecozoning Sans SC"
FONT_FILE: Final = Path(__file__).with_name("fonts") / "EcozoningSansSC-Regular.ttf"

SETTINGS: Final[dict[Any, Any]] = {  # types of keys differ among matplotlib versions
    # A list, so that matplotlib looks for each glyph in turn.
    "font.family": [FAMILY, "DejaVu Sans"],
    "text.parse_math": False,  # a `$` in a name is a `$`
    "text.hinting": "none",  # letters as wide on screen as they were measured
    "axes.unicode_minus": False,
    "pdf.fonttype": 42,  # real fonts, so that Chinese text can be searched
    "svg.fonttype": "path",  # looks the same where the font is not installed
    "svg.hashsalt": "ecozoning",  # same input, same identifiers
}


def register_font() -> None:
    """Make the packaged font known to matplotlib; a second call does nothing.

    It stays known under a name nobody else uses, so that a figure can be saved later
    with its own ``savefig``. Nothing is registered by importing the package.
    """
    known = {entry.fname for entry in fontManager.ttflist}
    if str(FONT_FILE) not in known:
        fontManager.addfont(str(FONT_FILE))


@contextlib.contextmanager
def drawing() -> Iterator[None]:
    """Draw with our font and settings, whatever style the user has chosen."""
    register_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield
