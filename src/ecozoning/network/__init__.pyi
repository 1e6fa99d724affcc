from .choosing import important_sources as important_sources
from .circuit import current_flow as current_flow
from .circuit_driven import driven_current as driven_current
from .circuit_result import CurrentFlow as CurrentFlow
from .circuit_solver import CircuitRun as CircuitRun
from .friction import resistance_surface as resistance_surface
from .graph import Connectivity as Connectivity
from .graph import connectivity as connectivity
from .graph_indices import NetworkIndices as NetworkIndices
from .graph_indices import betweenness as betweenness
from .graph_indices import gravity as gravity
from .graph_indices import indices as indices
from .improvement import Barriers as Barriers
from .improvement import barriers as barriers
from .landscape import landscape_metrics as landscape_metrics
from .linkage import CorridorNetwork as CorridorNetwork
from .linkage import corridors as corridors
from .morphology import mspa as mspa
from .patches import select_sources as select_sources
from .pinch import pinch_points as pinch_points
from .spread import CostDistance as CostDistance
from .spread import cost_distance as cost_distance

__all__ = [
    "Barriers",
    "CircuitRun",
    "Connectivity",
    "CorridorNetwork",
    "CostDistance",
    "CurrentFlow",
    "NetworkIndices",
    "barriers",
    "betweenness",
    "connectivity",
    "corridors",
    "cost_distance",
    "current_flow",
    "driven_current",
    "gravity",
    "important_sources",
    "indices",
    "landscape_metrics",
    "mspa",
    "pinch_points",
    "resistance_surface",
    "select_sources",
]
