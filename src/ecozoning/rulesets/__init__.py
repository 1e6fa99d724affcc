"""Thresholds as data: every number a method needs, with its source and confidence.

A ruleset is a TOML file. `load_ruleset` reads a packaged one by its id, or your own by
its path; nothing in the analysis code holds a threshold of its own.
"""

from .index_levels import attainable_levels, product_levels
from .loader import list_rulesets, load_ruleset
from .model import Choice, Column, Interval, Level, Row, Ruleset, Scale, Table

__all__ = [
    "Choice",
    "Column",
    "Interval",
    "Level",
    "Row",
    "Ruleset",
    "Scale",
    "Table",
    "attainable_levels",
    "list_rulesets",
    "load_ruleset",
    "product_levels",
]
