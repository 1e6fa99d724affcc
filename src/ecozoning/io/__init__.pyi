from .layer_blocks import read_blocks as read_blocks
from .layer_blocks import write_blocks as write_blocks
from .layer_files import read_layer as read_layer
from .layer_writing import write_layer as write_layer
from .packaged import boundary_dir as boundary_dir
from .packaged import data_dir as data_dir
from .packaged import plan_dir as plan_dir
from .packaged import plan_slugs as plan_slugs
from .postgis import read_postgis as read_postgis
from .postgis_writing import write_postgis as write_postgis
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
    "read_blocks",
    "read_layer",
    "read_postgis",
    "write_blocks",
    "write_layer",
    "write_postgis",
    "write_raster",
]
