from .areas import ellipsoidal_area as ellipsoidal_area
from .balancing import balance as balance
from .change_matrices import transition as transition
from .change_tables import Transition as Transition
from .conflict_pieces import Conflicts as Conflicts
from .conflict_pieces import conflicts as conflicts
from .cross_tables import crosstab as crosstab
from .tables import area_table as area_table
from .water_source import ProtectionLevel as ProtectionLevel
from .water_source import water_source_zones as water_source_zones
from .zonal_statistics import zonal as zonal

__all__ = [
    "Conflicts",
    "ProtectionLevel",
    "Transition",
    "area_table",
    "balance",
    "conflicts",
    "crosstab",
    "ellipsoidal_area",
    "transition",
    "water_source_zones",
    "zonal",
]
