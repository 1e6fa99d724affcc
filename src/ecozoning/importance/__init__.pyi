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

__all__ = [
    "biodiversity",
    "clean_up",
    "corrected",
    "cumulative_share",
    "habitat_quality",
    "merge",
    "normalised",
    "sand_fixation",
    "sand_fixation_npp",
    "soil_retention",
    "soil_retention_npp",
    "thresholds2020",
    "water_conservation",
    "water_conservation_npp",
]
