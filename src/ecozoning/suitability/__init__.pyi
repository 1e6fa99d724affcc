from .building import construction as construction
from .capacity import land_capacity as land_capacity
from .farming import agriculture as agriculture

__all__ = ["agriculture", "construction", "land_capacity"]
