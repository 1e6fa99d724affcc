from .alignment import align_to as align_to
from .breaks import natural_breaks as natural_breaks
from .breaks import quantile_breaks as quantile_breaks
from .classify import reclassify as reclassify
from .courses import Drainage as Drainage
from .cover_ends import end_members as end_members
from .draining import drainage as drainage
from .grid import cell_area as cell_area
from .grid import same_grid as same_grid
from .indices import index as index
from .land_indices import ndbi as ndbi
from .land_indices import ndmi as ndmi
from .land_indices import ndvi as ndvi
from .reflectance import evi as evi
from .reflectance import savi as savi
from .relief import ReliefWindow as ReliefWindow
from .relief import best_relief_window as best_relief_window
from .relief import local_relief as local_relief
from .terrain import aspect as aspect
from .terrain import roughness as roughness
from .terrain import slope as slope
from .terrain import tri as tri
from .vegetation import vegetation_cover as vegetation_cover
from .water_indices import mndwi as mndwi
from .water_indices import ndwi as ndwi

__all__ = [
    "Drainage",
    "ReliefWindow",
    "align_to",
    "aspect",
    "best_relief_window",
    "cell_area",
    "drainage",
    "end_members",
    "evi",
    "index",
    "local_relief",
    "mndwi",
    "natural_breaks",
    "ndbi",
    "ndmi",
    "ndvi",
    "ndwi",
    "quantile_breaks",
    "reclassify",
    "roughness",
    "same_grid",
    "savi",
    "slope",
    "tri",
    "vegetation_cover",
]
