"""From evidence and units to restoration zones."""

from .assembly import assemble
from .elevation import Elevation
from .evidence import Bearing, Evidence, Extent, Near, Rim, Seats, SideOfLine
from .modes import restoration_mode
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
    "assemble",
    "reconstruct",
    "restoration_mode",
]
