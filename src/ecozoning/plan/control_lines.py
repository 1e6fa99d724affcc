"""The three control lines (三条控制线): what a plan publishes, and what is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd

from ecozoning.plan.audit.facts import is_cross_border
from ecozoning.plan.bilingual import Bilingual
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    "note_zh",
)

NOTHING_PRINTED: Final = Bilingual(
    "missing: the plan prints neither area nor share", "缺项：规划未公布面积和占比"
)
NO_AREA: Final = Bilingual(
    "missing: no area is printed; the share makes {km2:.2f} km2",
    "缺项：未公布面积，按占比推算为{km2:.2f} km2",
)
NO_SHARE: Final = Bilingual("missing: no share is printed", "缺项：未公布占比")
WORKED_BACK: Final = Bilingual(
    "missing: no area or share is printed; {part} of {area} ({area_id}) being {share} "
    "of it ({share_id}) makes {low:.2f} to {high:.2f} km2",
    "缺项：未公布面积和占比；由{part}{area}（{area_id}）占其{share}（{share_id}）"
    "反推为{low:.2f}至{high:.2f} km2",
)
OTHER_SHARE: Final = Bilingual(
    "contradictory: the area is {percent:.2f} % of the county",
    "矛盾：该面积占县域的{percent:.2f} %",
)
OTHER_VALUE: Final = Bilingual(
    "contradictory: the plan also prints {value} ({figure})",
    "矛盾：规划另印有{value}（{figure}）",
)
TARGET: Final = Bilingual(
    "a target: no present value is printed", "目标值：未公布现状值"
)


def control_lines(plan: Plan) -> pd.DataFrame:
    """
    Return what the plan publishes of its three control lines.

    Where a plan prints several areas for one line, the one that most of its figures
    agree with (within 0.1 %) is taken, in the base year's form if there is one; of
    several shares, the one nearest to that area's. The note names the others. Targets
    stand in where nothing is observed. A line of which only a part is printed, with
    that part's share of the line, stays without a published area; the note tells the
    range that both make, as they are rounded.

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
        (every figure of the line, or those it is worked back from, separated by
        blanks), ``section``, ``note`` and ``note_zh`` (what is missing or
        contradictory, in English and in Chinese; else empty).

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
    parts = [] if areas or shares else list(_parts(plan, line))
    area = _chosen_area(plan, areas)
    computed = _value(area) / _county_km2(plan) * 100
    share = _chosen_share(shares, computed)
    notes = [_worked_back(*pair) for pair in parts]
    notes = notes or _gaps(plan, area, share, computed)
    notes += [*_contradictions(areas, area), *_contradictions(shares, share)]
    figures = [*areas, *shares, *(figure for pair in parts for figure in pair)]
    first = area or share or next(iter(figures), None)
    return {
        "line": line,
        "line_en": LINES[line],
        "published_area_km2": _value(area),
        "published_share_percent": _value(share),
        "computed_share_percent": computed,
        "figure_ids": " ".join(figure.figure_id for figure in figures),
        "section": first.section if first else "",
        "note": "; ".join(note.en for note in notes),
        "note_zh": "；".join(note.zh for note in notes),
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
) -> list[Bilingual]:
    """Return what is missing of a line, or does not fit, one phrase each."""
    if area is None and share is None:
        return [NOTHING_PRINTED]
    notes = []
    if area is None:
        size = _value(share) / 100 * _county_km2(plan)
        notes.append(NO_AREA.filled(km2=size))
    if share is None:
        notes.append(NO_SHARE)
    if abs(_value(share) - computed) > AGREE_POINTS:
        notes.append(OTHER_SHARE.filled(percent=computed))
    if any(f is not None and f.status == "target" for f in (area, share)):
        notes.append(TARGET)
    return notes


def _contradictions(
    figures: Sequence[Figure], chosen: Figure | None
) -> list[Bilingual]:
    """Return one phrase for each other value that the plan prints."""
    return [
        OTHER_VALUE.filled(value=figure.text(), figure=figure.figure_id)
        for figure in figures
        if chosen is not None and not _agree(figure, chosen)
    ]


def _parts(plan: Plan, line: str) -> Iterator[tuple[Figure, Figure]]:
    """Find what is printed with its area and with its share of a line."""
    for share in plan.facts.figures:
        if share.quantity != "area_share" or share.definition != f"占{line}":
            continue
        for area in plan.facts.of(share.subject, "area"):
            same_time = (area.status, area.year) == (share.status, share.year)
            if same_time and share.rounded.low > 0:  # of next to nothing, no whole
                yield area, share


def _worked_back(area: Figure, share: Figure) -> Bilingual:
    """Say what a part and its share make of the whole line, both being rounded."""
    whole = area.rounded / share.rounded
    return WORKED_BACK.filled(
        part=area.subject,
        area=area.text(),
        area_id=area.figure_id,
        share=share.text(),
        share_id=share.figure_id,
        low=convert(whole.low, "m2", "km2"),
        high=convert(whole.high, "m2", "km2"),
    )
