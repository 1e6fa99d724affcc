from .packaged import boundary_dir as boundary_dir
from .packaged import data_dir as data_dir
from .packaged import plan_dir as plan_dir
from .packaged import plan_slugs as plan_slugs
from .raster_files import write_raster as write_raster
from .rasters import open_raster as open_raster
from .strips import process_file as process_file

__all__ = [
    "boundary_dir",
    "data_dir",
    "open_raster",
    "plan_dir",
    "plan_slugs",
    "process_file",
    "write_raster",
]
