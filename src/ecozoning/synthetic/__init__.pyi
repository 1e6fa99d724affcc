from .county import SyntheticCounty as SyntheticCounty
from .county import synthetic_county as synthetic_county

__all__ = ["SyntheticCounty", "synthetic_county"]
