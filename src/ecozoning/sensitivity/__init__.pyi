from .combining import combine as combine
from .covers import cover_factor as cover_factor
from .dryness import aridity_index as aridity_index
from .erosion import desertification as desertification
from .erosion import water_erosion as water_erosion
from .grading import Sensitivity as Sensitivity
from .ground import rocky_desertification as rocky_desertification
from .ground import salinization as salinization
from .hillslopes import slope_length_factor as slope_length_factor
from .rain import rainfall_erosivity as rainfall_erosivity
from .soil import soil_erodibility as soil_erodibility
from .wind import windy_days as windy_days

__all__ = [
    "Sensitivity",
    "aridity_index",
    "combine",
    "cover_factor",
    "desertification",
    "rainfall_erosivity",
    "rocky_desertification",
    "salinization",
    "slope_length_factor",
    "soil_erodibility",
    "water_erosion",
    "windy_days",
]
