"""Overlay: areas on the ellipsoid, and tables of them that close."""

from .areas import ellipsoidal_area
from .balance import balance
from .tables import area_table

__all__ = ["area_table", "balance", "ellipsoidal_area"]
