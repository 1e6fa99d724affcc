from .conservation import ConservationRate as ConservationRate
from .conservation import conservation_rate as conservation_rate
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
    "wind_erosion_intensity",
]
