from .areas import ellipsoidal_area as ellipsoidal_area
from .balancing import balance as balance
from .block_partitioning import partition_blocks as partition_blocks
from .block_partitioning import partition_lazy as partition_lazy
from .change_matrices import transition as transition
from .change_tables import Transition as Transition
from .conflict_pieces import Conflicts as Conflicts
from .conflict_pieces import conflicts as conflicts
from .coverage_change import CoverageChange as CoverageChange
from .coverage_cleaning import clean_coverage as clean_coverage
from .coverage_faults import check_coverage as check_coverage
from .coverage_simplifying import simplify_coverage as simplify_coverage
from .cross_tables import crosstab as crosstab
from .dissolving import dissolve as dissolve
from .hole_filling import fill_holes as fill_holes
from .mending import Mended as Mended
from .mending import mend_polygons as mend_polygons
from .pair_areas import intersection_areas as intersection_areas
from .partition_ledgers import partition_ledger as partition_ledger
from .partitioning import partition as partition
from .tables import area_table as area_table
from .water_source import ProtectionLevel as ProtectionLevel
from .water_source import water_source_zones as water_source_zones
from .web_map_evidence import WebMapEvidence as WebMapEvidence
from .web_map_evidence import suspect_gcj02 as suspect_gcj02
from .zonal_statistics import zonal as zonal

__all__ = [
    "Conflicts",
    "CoverageChange",
    "Mended",
    "ProtectionLevel",
    "Transition",
    "WebMapEvidence",
    "area_table",
    "balance",
    "check_coverage",
    "clean_coverage",
    "conflicts",
    "crosstab",
    "dissolve",
    "ellipsoidal_area",
    "fill_holes",
    "intersection_areas",
    "mend_polygons",
    "partition",
    "partition_blocks",
    "partition_lazy",
    "partition_ledger",
    "simplify_coverage",
    "suspect_gcj02",
    "transition",
    "water_source_zones",
    "zonal",
]
