"""Weights of factors: from judgements, from the data, and both put together."""

from .combination import combined, weighted_overlay
from .dispersion import critic, entropy
from .pairwise import Comparison, ahp

__all__ = ["Comparison", "ahp", "combined", "critic", "entropy", "weighted_overlay"]
