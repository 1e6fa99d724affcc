from .conservation import ConservationRate as ConservationRate
from .conservation import conservation_rate as conservation_rate
from .degrees import rocky_desertification_degree as rocky_desertification_degree
from .degrees import sandy_land_degree as sandy_land_degree
from .erosion import erosion_intensity as erosion_intensity
from .erosion import wind_erosion_intensity as wind_erosion_intensity
from .quality import ei as ei
from .quality import eqi as eqi
from .quality import quality_change as quality_change
from .quality import quality_level as quality_level

__all__ = [
    "ConservationRate",
    "conservation_rate",
    "ei",
    "eqi",
    "erosion_intensity",
    "quality_change",
    "quality_level",
    "rocky_desertification_degree",
    "sandy_land_degree",
    "wind_erosion_intensity",
]
