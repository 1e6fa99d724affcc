"""How important land is for what an ecosystem does."""

from .grade import cumulative_share

__all__ = ["cumulative_share"]
