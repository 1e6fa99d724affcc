"""The three control lines (三条控制线): what a plan publishes, and what is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd

from ecozoning.plan.audit.facts import is_cross_border
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecozoning.plan.audit import Figure
    from ecozoning.plan.model import Plan

__all__ = ["LINES", "control_lines"]

LINES: Final = {
    "生态保护红线": "ecological conservation red line",
    "永久基本农田": "permanent basic farmland",
    "城镇开发边界": "urban development boundary",
}
"""The control lines by the names that every plan uses, in the order of the table."""

AGREE: Final = 1e-3
"""Areas that differ by no more than a thousandth say the same (the project's 0.1 %)."""
AGREE_POINTS: Final = 0.5
"""Percentage points by which a printed share may differ from area over county."""

_COLUMNS: Final = (
    "line",
    "line_en",
    "published_area_km2",
    "published_share_percent",
    "computed_share_percent",
    "figure_ids",
    "section",
    "note",
)


def control_lines(plan: Plan) -> pd.DataFrame:
    """
    Return what the plan publishes of its three control lines.

    Where a plan prints several areas for one line, the one that most of its figures
    agree with (within 0.1 %) is taken, in the base year's form if there is one; of
    several shares, the one nearest to that area's. The note names the others. Targets
    stand in where nothing is observed.

    Parameters
    ----------
    plan : Plan
        Any plan.

    Returns
    -------
    pandas.DataFrame
        One row per line, also for a line the plan says nothing of: ``line``,
        ``line_en``, ``published_area_km2``, ``published_share_percent`` (of the
        county, as printed), ``computed_share_percent`` (that area over the county's
        published area, or over the boundary's where none is printed), ``figure_ids``
        (every figure of the line, separated by blanks), ``section``, ``note`` (what is
        missing or contradictory; else empty).

    Raises
    ------
    GeometryError
        If the plan prints no county area and its boundary cannot be measured.

    Examples
    --------
    >>> import ecozoning as ez
    >>> table = control_lines(ez.load_plan("guyang"))
    >>> table[["line", "published_area_km2"]]
         line  published_area_km2
    0  生态保护红线              339.57
    1  永久基本农田              928.45
    2  城镇开发边界                 NaN
    """
    rows = [_row(plan, line) for line in LINES]
    numbers = {name: "float64" for name in _COLUMNS if name.endswith(("km2", "cent"))}
    types = dict.fromkeys(_COLUMNS, "str") | numbers
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(types)


def _row(plan: Plan, line: str) -> dict[str, object]:
    """Return what is known of one line."""
    areas, shares = _figures(plan, line, "area"), _figures(plan, line, "area_share")
    area = _chosen_area(plan, areas)
    computed = _value(area) / _county_km2(plan) * 100
    share = _chosen_share(shares, computed)
    notes = _gaps(plan, area, share, computed)
    notes += [*_contradictions(areas, area), *_contradictions(shares, share)]
    first = area or share
    return {
        "line": line,
        "line_en": LINES[line],
        "published_area_km2": _value(area),
        "published_share_percent": _value(share),
        "computed_share_percent": computed,
        "figure_ids": " ".join(figure.figure_id for figure in (*areas, *shares)),
        "section": first.section if first else "",
        "note": "; ".join(notes),
    }


def _figures(plan: Plan, line: str, quantity: str) -> list[Figure]:
    """Return the figures of a line in this county: observed ones, else targets."""
    found = [f for f in plan.facts.of(line, quantity) if not is_cross_border(f)]
    observed = [f for f in found if f.status == "observed"]
    return observed or [f for f in found if f.status == "target"]


def _value(figure: Figure | None) -> float:
    """Return an area in km2 or a share in percent; NaN for no figure."""
    if figure is None:
        return float("nan")
    unit = "km2" if figure.quantity == "area" else "%"
    return convert(figure.number, figure.unit, unit)


def _agree(first: Figure, second: Figure) -> bool:
    """Tell whether two areas, or two shares, are one value printed twice."""
    gap = abs(_value(first) - _value(second))
    if first.quantity == "area":
        return gap <= AGREE * max(_value(first), _value(second))
    return gap <= AGREE_POINTS


def _chosen_area(plan: Plan, figures: Sequence[Figure]) -> Figure | None:
    """Return the figure that most others agree with; of these, the base year's."""
    if not figures:
        return None
    votes = [sum(_agree(figure, other) for other in figures) for figure in figures]
    best = [f for f, n in zip(figures, votes, strict=True) if n == max(votes)]
    of_base_year = [f for f in best if f.year == str(plan.base_year)]
    return (of_base_year or best)[0]


def _chosen_share(figures: Sequence[Figure], computed: float) -> Figure | None:
    """Return the share nearest to the computed one; the first, where there is none."""
    if not figures or math.isnan(computed):
        return next(iter(figures), None)
    return min(figures, key=lambda figure: abs(_value(figure) - computed))


def _county_km2(plan: Plan) -> float:
    """Return the county's published area, or that of its boundary."""
    figure = plan.facts.figure(str(plan.document["county"]["area"]))
    if figure is None:
        return plan.area_km2
    return convert(figure.number, figure.unit, "km2")


def _gaps(
    plan: Plan, area: Figure | None, share: Figure | None, computed: float
) -> list[str]:
    """Return what is missing of a line, or does not fit, one phrase each."""
    if area is None and share is None:
        return ["missing: the plan prints neither area nor share"]
    notes = []
    if area is None:
        size = _value(share) / 100 * _county_km2(plan)
        notes.append(f"missing: no area is printed; the share makes {size:.2f} km2")
    if share is None:
        notes.append("missing: no share is printed")
    if abs(_value(share) - computed) > AGREE_POINTS:
        notes.append(f"contradictory: the area is {computed:.2f} % of the county")
    if any(f is not None and f.status == "target" for f in (area, share)):
        notes.append("a target: no present value is printed")
    return notes


def _contradictions(figures: Sequence[Figure], chosen: Figure | None) -> list[str]:
    """Return one phrase for each other value that the plan prints."""
    return [
        f"contradictory: the plan also prints {figure.text()} ({figure.figure_id})"
        for figure in figures
        if chosen is not None and not _agree(figure, chosen)
    ]
