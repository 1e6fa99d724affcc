"""The lists that a stated count refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecozoning.errors import PlanDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["listed_items"]


def listed_items(
    reference: str,
    document: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
) -> list[str]:
    """
    Return the names that a count refers to.

    Parameters
    ----------
    reference : str
        Names separated by ``;``, or ``@zones``, ``@townships``, ``@indicators``,
        ``@projects`` (also ``@projects:column=value``), ``@pattern:kind``,
        ``@protected_areas``.
    document, tables : mapping
        Content of ``plan.toml`` and of the CSV files.

    Returns
    -------
    list of str
        Names in their order; empty for an empty reference.

    Raises
    ------
    PlanDataError
        If the reference names something that does not exist.

    Examples
    --------
    >>> listed_items("江南;南港;马岗", {}, {})
    ['江南', '南港', '马岗']
    """
    if not reference.startswith("@"):
        return [item.strip() for item in reference.split(";") if item.strip()]
    what, _, condition = reference[1:].partition(":")
    column, _, value = condition.partition("=")
    match what:
        case "zones":
            return [str(zone["name"]) for zone in document.get("zones", ())]
        case "townships":
            return list(document["county"].get("townships_stated", ()))
        case "protected_areas":
            return [str(a["name"]) for a in document.get("protected_areas", ())]
        case "pattern":
            pattern = document.get("pattern", ())
            return [str(p["name"]) for p in pattern if column in ("", p["kind"])]
        case "projects" | "indicators":
            return _table_items(tables[what], what, column, value)
    msg = f"items {reference!r} refers to nothing that a plan has."
    raise PlanDataError(msg)


def _table_items(table: pd.DataFrame, what: str, column: str, value: str) -> list[str]:
    if column:
        if column not in table.columns:
            msg = f"items '@{what}:{column}=…': {what}.csv has no column {column!r}."
            raise PlanDataError(msg)
        table = table[table[column] == value]
    if what == "indicators":
        table = table.drop_duplicates(["series", "number"])
    return [str(name) for name in table["name"]]
