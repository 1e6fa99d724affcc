from .assembly import assemble as assemble
from .elevation import Elevation as Elevation
from .evidence import Evidence as Evidence
from .landmarks import Near as Near
from .landmarks import Seats as Seats
from .landmarks import SideOfLine as SideOfLine
from .modes import restoration_mode as restoration_mode
from .positions import Bearing as Bearing
from .positions import Extent as Extent
from .positions import Rim as Rim
from .reconstruction import reconstruct as reconstruct

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
