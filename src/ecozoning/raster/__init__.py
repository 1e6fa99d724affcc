"""Rasters on their own grid: where water runs on a terrain."""

from .courses import Drainage
from .drainage import drainage

__all__ = ["Drainage", "drainage"]
