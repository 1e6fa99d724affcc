"""Overlay: areas on the ellipsoid, and tables of them that close."""

from .areas import area_table, ellipsoidal_area
from .balance import balance

__all__ = ["area_table", "balance", "ellipsoidal_area"]
