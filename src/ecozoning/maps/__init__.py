"""Maps: the printed zoning sheet in Chinese or English."""

from .output import save_sheet
from .sheet import zoning_sheet

__all__ = ["save_sheet", "zoning_sheet"]
