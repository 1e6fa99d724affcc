from .association import correlation as correlation
from .direction import mann_kendall as mann_kendall
from .direction import sen_slope as sen_slope
from .direction import trend as trend

__all__ = [
    "correlation",
    "mann_kendall",
    "sen_slope",
    "trend",
]
