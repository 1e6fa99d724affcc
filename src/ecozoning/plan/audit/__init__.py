"""General rules that find what is wrong in the encoded text of a plan."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Final

import pandas as pd

from ecozoning.plan.audit import (
    arithmetic,
    counts,
    periods,
    places,
    ranges,
    repeats,
    targets,
)
from ecozoning.plan.audit.facts import Facts, Figure, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["RULES", "Facts", "Figure", "Finding", "findings"]

RULES: Final[tuple[Callable[[Facts], Iterator[Finding]], ...]] = (
    arithmetic.derivations,
    arithmetic.bounds,
    arithmetic.shares_in_range,
    repeats.two_values,
    repeats.land_use_table,
    repeats.project_budgets,
    counts.stated_counts,
    targets.targets_below_base,
    targets.target_order,
    places.zone_lists,
    places.unknown_units,
    places.name_variants,
    ranges.extents,
    ranges.elevations,
    ranges.larger_than_county,
    ranges.proportions,
    periods.plan_years,
    periods.project_years,
    periods.figure_years,
)
"""Every rule of the audit, in the order of its report."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


def findings(facts: Facts) -> pd.DataFrame:
    """
    Return what all rules find, worst first.

    Parameters
    ----------
    facts : Facts
        The encoded plan.

    Returns
    -------
    pandas.DataFrame
        One row per `Finding`: code, severity, subject, message, message_zh,
        published, expected, section, figure_ids (ids separated by a blank).
    """
    found: dict[tuple[str, str], Finding] = {}
    for rule in RULES:
        for finding in rule(facts):  # one thing told twice is one finding
            found.setdefault((finding.code, finding.message), finding)
    worst_first = sorted(found.values(), key=lambda finding: _ORDER[finding.severity])
    rows = [
        asdict(finding) | {"figure_ids": " ".join(finding.figure_ids)}
        for finding in worst_first
    ]
    return pd.DataFrame(rows, columns=[f.name for f in fields(Finding)], dtype="str")
