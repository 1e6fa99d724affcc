"""Rules on targets against base values and against later targets."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from ecozoning.plan.audit.facts import Facts, Figure, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["target_order", "targets_below_base"]


def _series(facts: Facts) -> dict[tuple[str, str, str], list[Figure]]:
    groups: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for figure in facts.figures:
        groups[figure.subject, figure.quantity, figure.definition].append(figure)
    return groups


def _wanted(facts: Facts, figure: Figure) -> str:
    """Tell which way a quantity should go: by its nature, or by the target's sign.

    A ``floor`` (such as a change of an index that must not fall below -1) is no way.
    """
    better = facts.vocabulary.better(figure.quantity)
    return better or {">=": "higher", "<=": "lower"}.get(figure.comparator, "")


def targets_below_base(facts: Facts) -> Iterator[Finding]:
    """Find targets that the base value has already passed."""
    for figures in _series(facts).values():
        observed = [f for f in figures if f.status == "observed"]
        base = _latest(observed)
        if base is None:
            continue
        for target in (f for f in figures if f.status == "target"):
            if _is_worse(facts, target, base):
                yield _finding(facts, "target", target, base)


def _latest(observed: list[Figure]) -> Figure | None:
    """Return the last value known; one without a year counts as the last."""
    if not observed:
        return None
    return max(observed, key=lambda f: (f.years() or (9999, 9999))[1])


def _is_worse(facts: Facts, target: Figure, base: Figure) -> bool:
    """Tell whether even the best reading of the target is worse than the base."""
    if target.dimension != base.dimension:
        return False
    limit = target.rounded if target.comparator == "=" else target.exact
    wanted = _wanted(facts, target)
    if wanted == "higher":
        return limit.high < base.rounded.low
    if wanted == "lower":
        return limit.low > base.rounded.high
    return False


def _finding(facts: Facts, code: str, target: Figure, base: Figure) -> Finding:
    return Finding(
        code=code,
        severity="warning",
        subject=target.subject,
        message=f"{facts.label(target, 'en')}: the target {target.text()} "
        f"({target.year or 'no year'}) falls behind {base.text()} "
        f"({base.year or 'no year'}).",
        message_zh=f"{facts.label(target)}目标值{target.text()}"
        f"（{target.year or '未注年份'}）不及{base.text()}"
        f"（{base.year or '未注年份'}）。",
        published=target.text(),
        expected=base.text(),
        section=target.section,
        figure_ids=(target.figure_id, base.figure_id),
    )


def target_order(facts: Facts) -> Iterator[Finding]:
    """Find targets that fall behind an earlier target of the same thing."""
    for figures in _series(facts).values():
        dated = [f for f in figures if f.status in ("target", "cumulative") and f.year]
        dated.sort(key=lambda f: f.years() or (0, 0))
        for earlier, later in pairwise(dated):
            if earlier.status != later.status or earlier.year == later.year:
                continue
            if _is_worse(facts, later, earlier) or _shrinks(earlier, later):
                yield _finding(facts, "target-order", later, earlier)


def _shrinks(earlier: Figure, later: Figure) -> bool:
    """Tell whether a sum over a longer period is smaller than over a shorter one."""
    first, second = earlier.years(), later.years()
    if "cumulative" not in (earlier.status, later.status) or not first or not second:
        return False
    if earlier.dimension != later.dimension:
        return False
    same_start = first[0] == second[0] and first[1] < second[1]
    return same_start and later.rounded.high < earlier.rounded.low
