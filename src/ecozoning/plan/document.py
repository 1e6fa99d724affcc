"""What `plan.toml` must hold, and the layers and tables that follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecozoning.errors import PlanDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecozoning.plan.schema import Vocabulary

__all__ = ["check_document", "zone_unit_text"]

_TEXT: Final = ("slug", "name", "name_en", "adcode", "title", "kind", "pattern_name")
_YEARS: Final = ("base_year", "start_year", "end_year")
_ZONE_TEXT: Final = (
    "zone_id",
    "name",
    "name_en",
    "short_name",
    "short_name_en",
    "section",
)
_WORD_LISTS: Final = ("problems", "directions", "functions", "modes")


def check_document(
    document: dict[str, Any], vocabulary: Vocabulary, file: str
) -> dict[str, Any]:
    """Return a plan document, or refuse it and list all that is wrong with it."""
    faults = [
        *_missing(document, _TEXT, str, ""),
        *_missing(document, _YEARS, int, ""),
        *_missing(document.get("county", {}), ("area",), str, "county."),
    ]
    for number, zone in enumerate(document.get("zones", ()), 1):
        faults += _missing(zone, _ZONE_TEXT, str, f"zones[{number}].")
        faults += _missing(zone, ("order",), int, f"zones[{number}].")
        faults += _zone_faults(zone, vocabulary, f"zones[{number}]")
    for number, element in enumerate(document.get("pattern", ()), 1):
        faults += _missing(element, ("kind", "name"), str, f"pattern[{number}].")
        if element.get("kind") not in vocabulary.words("pattern_kinds"):
            faults.append(f"pattern[{number}].kind {element.get('kind')!r} is unknown")
        faults += _unknown_words(element, "functions", vocabulary, f"pattern[{number}]")
    for number, variant in enumerate(document.get("name_variants", ()), 1):
        faults += _missing(variant, ("kind",), str, f"name_variants[{number}].")
        faults += _missing(variant, ("names",), list, f"name_variants[{number}].")
    issued = str(document.get("issued", ""))
    if issued and not issued[:4].isdigit():
        faults.append(f"issued should begin with a year, not {issued!r}")
    faults += _repeated_ids(document.get("zones", ()))
    if not document.get("zones") and not document.get("zones_note"):
        faults.append("zones is empty and zones_note does not say why")
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        msg = f"{file}: {faults[0]}{more}."
        raise PlanDataError(msg, bad_rows=tuple(f"{file}: {f}." for f in faults))
    return document


def _missing(
    table: Mapping[str, Any], keys: Iterable[str], kind: type, prefix: str
) -> Iterable[str]:
    for key in keys:
        if key not in table:
            yield f"{prefix}{key} is missing"
        elif not isinstance(table[key], kind):
            yield f"{prefix}{key} should be a {kind.__name__}, not {table[key]!r}"


def _zone_faults(
    zone: Mapping[str, Any], vocabulary: Vocabulary, place: str
) -> Iterable[str]:
    for key in _WORD_LISTS:
        yield from _unknown_words(zone, key, vocabulary, place)
    for unit in zone.get("units", ()):
        if "name" not in unit:
            yield f"{place}.units: an entry has no name"
        elif unit.get("part") in ("villages", "except") and not unit.get("villages"):
            yield f"{place}.units: {unit['name']} lists no villages"


def _unknown_words(
    table: Mapping[str, Any], key: str, vocabulary: Vocabulary, place: str
) -> Iterable[str]:
    for word in table.get(key, ()):
        if word not in vocabulary.words(key):
            yield f"{place}.{key}: {word!r} is not in vocabulary.toml [{key}]"


def _repeated_ids(zones: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    seen: set[str] = set()
    for zone in zones:
        name = str(zone.get("zone_id", ""))
        if name in seen:
            yield f"zone_id {name!r} is used twice"
        seen.add(name)


def zone_unit_text(unit: Mapping[str, Any]) -> str:
    """
    Return a unit of a zone's range as people write it.

    Examples
    --------
    >>> zone_unit_text({"name": "塔下乡", "part": "villages", "villages": ["上新村"]})
    '塔下乡（上新村）'
    >>> zone_unit_text({"name": "南港镇", "part": "except", "villages": ["庙前村"]})
    '南港镇（除庙前村）'
    """
    name, part = str(unit["name"]), str(unit.get("part", ""))
    villages = "、".join(map(str, unit.get("villages", ())))
    match part:
        case "" | "named":
            return name
        case "villages":
            return f"{name}（{villages}）"
        case "except":
            return f"{name}（除{villages}）"
    return f"{name}{part}"
