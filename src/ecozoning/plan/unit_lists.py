"""Which zone each township or village belongs to, as a plan lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ecozoning.errors import PlanDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UnitLists", "unit_lists"]

REST: Final = "rest"


@dataclass(frozen=True)
class UnitLists:
    """
    The lists of a plan in the form that `zoning.snap` takes.

    Attributes
    ----------
    fixed : dict of str to str
        Units that lie wholly in a zone, by `zone_id`.
    split : dict of str to dict
        Units that are divided: by `zone_id` the villages named, or ``"rest"``.
    """

    fixed: dict[str, str]
    split: dict[str, dict[str, list[str] | str]]


def unit_lists(document: Mapping[str, Any]) -> UnitLists:
    """Return the lists of a plan, refusing a unit or a village in two zones."""
    fixed: dict[str, str] = {}
    split: dict[str, dict[str, list[str] | str]] = {}
    excepted: dict[str, set[str]] = {}
    for zone in document.get("zones", ()):
        for unit in zone.get("units", ()):
            name, villages = str(unit["name"]), list(unit.get("villages", ()))
            part = unit.get("part", "whole")
            if name in fixed or (part == "whole" and name in split):
                raise PlanDataError(_twice(name))
            if part == "whole":
                fixed[name] = str(zone["zone_id"])
                continue
            split.setdefault(name, {})[str(zone["zone_id"])] = (
                villages if part == "villages" else REST
            )
            if part == "except":
                excepted[name] = set(villages)
    for name, lists in split.items():
        _check_split(name, lists, excepted.get(name))
    return UnitLists(fixed, split)


def _twice(name: str) -> str:
    return (
        f"the unit {name!r} is listed whole for one zone and again for another; a unit "
        "lies in one zone, or its villages are named."
    )


def _check_split(
    name: str, lists: Mapping[str, list[str] | str], excepted: set[str] | None
) -> None:
    """Insist that villages stand in one list and that 'all but' means these."""
    named = [v for one in lists.values() if not isinstance(one, str) for v in one]
    again = sorted({village for village in named if named.count(village) > 1})
    if again:
        msg = f"of the unit {name!r} the villages {again} are listed for two zones."
        raise PlanDataError(msg)
    if excepted is not None and excepted != set(named):
        odd = sorted(excepted.symmetric_difference(named))
        msg = (
            f"of the unit {name!r} one zone has all but some villages and others list "
            f"villages, but they differ in {odd}; both lists must be the same."
        )
        raise PlanDataError(msg)
