from .delineation import RedlineResult as RedlineResult
from .delineation import delineate as delineate

__all__ = ["RedlineResult", "delineate"]
