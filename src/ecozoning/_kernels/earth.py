"""Which elevations there are, for code that compiles and code that does not."""

from typing import Final

__all__ = ["HIGHEST_M", "LOWEST_M"]

LOWEST_M: Final = -12_000.0
HIGHEST_M: Final = 9_000.0
"""With the sea floor and some room; beyond them an undeclared nodata hides."""
