"""What the files of a plan say of each other: figures, zones and lists by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecozoning.errors import PlanDataError
from ecozoning.plan.items import listed_items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

__all__ = ["check_references"]


def check_references(
    document: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> None:
    """Refuse a plan that names a figure, a zone or a list that it does not have."""
    figures = set(tables["figures"]["figure_id"])
    faults = [
        *_document_faults(document, figures),
        *_link_faults(tables["land_use"], figures),
        *_zone_faults(document, tables["projects"]),
        *_item_faults(document, tables),
    ]
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        msg = f"{faults[0]}{more}."
        raise PlanDataError(msg, bad_rows=tuple(f"{fault}." for fault in faults))


def _document_faults(document: Mapping[str, Any], figures: set[str]) -> Iterator[str]:
    places = {"county.area": document["county"]["area"]}
    for number, zone in enumerate(document.get("zones", ()), 1):
        for key in ("area", "share"):
            places[f"zones[{number}].{key}"] = zone.get(key, "")
    for place, figure_id in places.items():
        if figure_id and figure_id not in figures:
            yield f"plan.toml: {place} names figure {figure_id!r}, which does not exist"


def _lines(table: pd.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    """Return rows with their line, as long as no cell holds a line break."""
    for line, row in enumerate(table.to_dict("records"), 2):
        yield line, {str(key): str(value) for key, value in row.items()}


def _link_faults(table: pd.DataFrame, figures: set[str]) -> Iterator[str]:
    for line, row in _lines(table):
        for column in ("area_figure", "share_figure"):
            if row[column] and row[column] not in figures:
                yield (
                    f"land_use.csv, line {line}, column {column!r}: figure "
                    f"{row[column]!r} does not exist"
                )


def _zone_faults(document: Mapping[str, Any], projects: pd.DataFrame) -> Iterator[str]:
    zones = {str(zone["zone_id"]) for zone in document.get("zones", ())}
    for line, row in _lines(projects):
        for zone in filter(None, row["zones"].split(";")):
            if zone not in zones:
                yield (
                    f"projects.csv, line {line}, column 'zones': zone {zone!r} does "
                    "not exist"
                )


def _item_faults(
    document: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    for line, row in _lines(tables["figures"]):
        try:
            listed_items(row["items"], document, tables)
        except PlanDataError as error:
            fault = str(error).rstrip(".")
            yield f"figures.csv, line {line}, column 'items': {fault}"
