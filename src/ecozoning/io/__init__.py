"""The only package that opens files: packaged data, layers, rasters, atomic writes."""

from .packaged import boundary_dir, data_dir, plan_dir, plan_slugs

__all__ = ["boundary_dir", "data_dir", "plan_dir", "plan_slugs"]
