"""From evidence and units to restoration zones."""

from .evidence import Bearing, Elevation, Evidence, Extent, Near, Rim, Seats, SideOfLine
from .reconstruction import reconstruct

__all__ = [
    "Bearing",
    "Elevation",
    "Evidence",
    "Extent",
    "Near",
    "Rim",
    "Seats",
    "SideOfLine",
    "reconstruct",
]
