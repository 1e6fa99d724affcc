from .assembly import assemble as assemble
from .assignment import assign as assign
from .contiguous_zones import ContiguousZones as ContiguousZones
from .contiguous_zones import merge_contiguous as merge_contiguous
from .elevation import Elevation as Elevation
from .evidence import Evidence as Evidence
from .landmarks import Near as Near
from .landmarks import Seats as Seats
from .landmarks import SideOfLine as SideOfLine
from .modes import restoration_mode as restoration_mode
from .name_pattern import ZoneName as ZoneName
from .positions import Bearing as Bearing
from .positions import Extent as Extent
from .positions import Rim as Rim
from .reconstruction import reconstruct as reconstruct
from .snapping import Snapped as Snapped
from .snapping import snap as snap
from .unit_grid import grid_units as grid_units
from .zone_agreement import Agreement as Agreement
from .zone_agreement import agreement as agreement
from .zone_names import name_zone as name_zone
from .zone_names import name_zones as name_zones

__all__ = [
    "Agreement",
    "Bearing",
    "ContiguousZones",
    "Elevation",
    "Evidence",
    "Extent",
    "Near",
    "Rim",
    "Seats",
    "SideOfLine",
    "Snapped",
    "ZoneName",
    "agreement",
    "assemble",
    "assign",
    "grid_units",
    "merge_contiguous",
    "name_zone",
    "name_zones",
    "reconstruct",
    "restoration_mode",
    "snap",
]
