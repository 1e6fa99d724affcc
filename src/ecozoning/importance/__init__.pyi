from .cleaning import clean_up as clean_up
from .correcting import corrected as corrected
from .grade import cumulative_share as cumulative_share
from .habitat import habitat_quality as habitat_quality
from .merging import merge as merge
from .sand import sand_fixation as sand_fixation
from .sand import sand_fixation_npp as sand_fixation_npp
from .scaling import normalised as normalised
from .soil import soil_retention as soil_retention
from .soil import soil_retention_npp as soil_retention_npp
from .species import biodiversity as biodiversity
from .thresholds import thresholds2020 as thresholds2020
from .water import water_conservation as water_conservation
from .water import water_conservation_npp as water_conservation_npp
from .wind_cover import wind_cover_factor as wind_cover_factor
from .wind_soil import erodible_fraction as erodible_fraction
from .wind_soil import soil_crust as soil_crust
from .wind_soil import soil_roughness as soil_roughness
from .wind_weather import weather_factor as weather_factor
from .wind_weather import wind_climate as wind_climate

__all__ = [
    "biodiversity",
    "clean_up",
    "corrected",
    "cumulative_share",
    "erodible_fraction",
    "habitat_quality",
    "merge",
    "normalised",
    "sand_fixation",
    "sand_fixation_npp",
    "soil_crust",
    "soil_retention",
    "soil_retention_npp",
    "soil_roughness",
    "thresholds2020",
    "water_conservation",
    "water_conservation_npp",
    "weather_factor",
    "wind_climate",
    "wind_cover_factor",
]
