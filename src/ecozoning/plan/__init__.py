"""County plans as objects: what they say, where they say it, what they get wrong."""

from .catalog import list_plans, load_plan
from .model import Plan
from .package import read_plan

__all__ = ["Plan", "list_plans", "load_plan", "read_plan"]
