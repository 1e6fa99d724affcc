from . import change as change
from . import diagnosis as diagnosis
from . import errors as errors
from . import importance as importance
from . import io as io
from . import maps as maps
from . import network as network
from . import overlay as overlay
from . import pattern as pattern
from . import plan as plan
from . import raster as raster
from . import redline as redline
from . import rulesets as rulesets
from . import sensitivity as sensitivity
from . import suitability as suitability
from . import survey as survey
from . import units as units
from . import weights as weights
from . import zoning as zoning
from .crs import FourParameters as FourParameters
from .crs import SevenParameters as SevenParameters
from .crs import cgcs2000_zone as cgcs2000_zone
from .crs import china_albers as china_albers
from .crs import from_gcj02 as from_gcj02
from .crs import guess_zone as guess_zone
from .crs import to_cgcs2000 as to_cgcs2000
from .io import open_raster as open_raster
from .io import process_file as process_file
from .io import read_blocks as read_blocks
from .io import read_layer as read_layer
from .io import read_postgis as read_postgis
from .io import write_blocks as write_blocks
from .io import write_layer as write_layer
from .io import write_postgis as write_postgis
from .io import write_raster as write_raster
from .overlay import area_table as area_table
from .overlay import balance as balance
from .overlay import check_coverage as check_coverage
from .overlay import clean_coverage as clean_coverage
from .overlay import conflicts as conflicts
from .overlay import crosstab as crosstab
from .overlay import dissolve as dissolve
from .overlay import ellipsoidal_area as ellipsoidal_area
from .overlay import fill_holes as fill_holes
from .overlay import intersection_areas as intersection_areas
from .overlay import mend_polygons as mend_polygons
from .overlay import partition as partition
from .overlay import partition_blocks as partition_blocks
from .overlay import partition_lazy as partition_lazy
from .overlay import partition_ledger as partition_ledger
from .overlay import simplify_coverage as simplify_coverage
from .overlay import suspect_gcj02 as suspect_gcj02
from .overlay import transition as transition
from .overlay import water_source_zones as water_source_zones
from .overlay import zonal as zonal
from .pattern import SecurityPattern as SecurityPattern
from .plan import Plan as Plan
from .plan import list_plans as list_plans
from .plan import load_plan as load_plan
from .plan import read_plan as read_plan
from .raster import align_to as align_to
from .raster import aspect as aspect
from .raster import best_relief_window as best_relief_window
from .raster import cell_area as cell_area
from .raster import end_members as end_members
from .raster import evi as evi
from .raster import index as index
from .raster import local_relief as local_relief
from .raster import mndwi as mndwi
from .raster import natural_breaks as natural_breaks
from .raster import ndbi as ndbi
from .raster import ndmi as ndmi
from .raster import ndvi as ndvi
from .raster import ndwi as ndwi
from .raster import quantile_breaks as quantile_breaks
from .raster import reclassify as reclassify
from .raster import roughness as roughness
from .raster import same_grid as same_grid
from .raster import savi as savi
from .raster import slope as slope
from .raster import tri as tri
from .raster import vegetation_cover as vegetation_cover
from .rulesets import list_rulesets as list_rulesets
from .rulesets import load_ruleset as load_ruleset
from .synthetic import SyntheticCounty as SyntheticCounty
from .synthetic import synthetic_county as synthetic_county

__version__: str

__all__ = [
    "FourParameters",
    "Plan",
    "SecurityPattern",
    "SevenParameters",
    "SyntheticCounty",
    "align_to",
    "area_table",
    "aspect",
    "balance",
    "best_relief_window",
    "cell_area",
    "cgcs2000_zone",
    "change",
    "check_coverage",
    "china_albers",
    "clean_coverage",
    "conflicts",
    "crosstab",
    "diagnosis",
    "dissolve",
    "ellipsoidal_area",
    "end_members",
    "errors",
    "evi",
    "fill_holes",
    "from_gcj02",
    "guess_zone",
    "importance",
    "index",
    "intersection_areas",
    "io",
    "list_plans",
    "list_rulesets",
    "load_plan",
    "load_ruleset",
    "local_relief",
    "maps",
    "mend_polygons",
    "mndwi",
    "natural_breaks",
    "ndbi",
    "ndmi",
    "ndvi",
    "ndwi",
    "network",
    "open_raster",
    "overlay",
    "partition",
    "partition_blocks",
    "partition_lazy",
    "partition_ledger",
    "pattern",
    "plan",
    "process_file",
    "quantile_breaks",
    "raster",
    "read_blocks",
    "read_layer",
    "read_plan",
    "read_postgis",
    "reclassify",
    "redline",
    "roughness",
    "rulesets",
    "same_grid",
    "savi",
    "sensitivity",
    "simplify_coverage",
    "slope",
    "suitability",
    "survey",
    "suspect_gcj02",
    "synthetic_county",
    "to_cgcs2000",
    "transition",
    "tri",
    "units",
    "vegetation_cover",
    "water_source_zones",
    "weights",
    "write_blocks",
    "write_layer",
    "write_postgis",
    "write_raster",
    "zonal",
    "zoning",
]
