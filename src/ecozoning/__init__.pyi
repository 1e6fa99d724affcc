from . import errors as errors
from . import maps as maps
from . import plan as plan
from . import raster as raster
from . import units as units
from . import zoning as zoning
from .overlay import area_table as area_table
from .overlay import balance as balance
from .overlay import ellipsoidal_area as ellipsoidal_area
from .plan import Plan as Plan
from .plan import list_plans as list_plans
from .plan import load_plan as load_plan
from .plan import read_plan as read_plan

__version__: str

__all__ = [
    "Plan",
    "area_table",
    "balance",
    "ellipsoidal_area",
    "errors",
    "list_plans",
    "load_plan",
    "maps",
    "plan",
    "raster",
    "read_plan",
    "units",
    "zoning",
]
