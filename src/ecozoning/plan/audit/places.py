"""Rules on the township lists of the zones, and on names of places."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal

from ecozoning.plan.audit.facts import Facts, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["name_variants", "unknown_units", "zone_lists"]

Entry = tuple[str, "Mapping[str, Any]"]  # zone name, unit as listed


def _entries(facts: Facts) -> dict[str, list[Entry]]:
    """Return, by unit name, where it is listed."""
    listed: dict[str, list[Entry]] = defaultdict(list)
    for zone in facts.zones:
        for item in zone.get("units", ()):
            listed[str(item["name"])].append((str(zone["name"]), item))
    return listed


def _section(facts: Facts) -> str:
    sections = [str(zone["section"]) for zone in facts.zones]
    return sections[0].rpartition(" > ")[0] or sections[0] if sections else ""


def _aliases(facts: Facts, name: str) -> set[str]:
    """
    Return the names by which the plan prints a unit.

    These are its own, the one without the county's name, and every variant of which
    all forms stand in the text.
    """
    names = {name, name.removeprefix(facts.county)}
    for variant in facts.document.get("name_variants", ()):
        printed = all(variant.get("sections", ())) and variant["kind"] == "township"
        if printed and names & set(variant["names"]):
            names |= set(variant["names"])
    return names


def zone_lists(facts: Facts) -> Iterator[Finding]:
    """Find official units that no zone lists, and land that two zones list."""
    listed = _entries(facts)
    if not listed:
        return
    for name in facts.official_units:
        if not _aliases(facts, name) & set(listed):
            yield _missing(facts, name)
    for name, entries in listed.items():
        yield from _clashes(facts, name, entries)
        yield from _villages(facts, name, entries)


def _missing(facts: Facts, name: str) -> Finding:
    near = _nearest(name, [n for n in _entries(facts) if n not in facts.official_units])
    hint, hint_zh = (
        (f"; is {near} meant?", f"，或即文中的{near}") if near else (".", "")
    )
    return Finding(
        code="zone-unit-missing",
        severity="error",
        subject=name,
        message=f"{name} is a unit of {facts.county} but stands in no zone's "
        f"list{hint}",
        message_zh=f"{facts.county}的{name}未列入任何修复分区{hint_zh}。",
        published="",
        expected=name,
        section=_section(facts),
    )


def _clashes(facts: Facts, name: str, entries: list[Entry]) -> Iterator[Finding]:
    """Find a unit, or one described part of it, in more than one list."""
    whole = [zone for zone, item in entries if not item.get("part")]
    if whole and len(entries) > 1:
        yield _twice(facts, name, "", [zone for zone, _ in entries])
        return
    parts: dict[str, list[str]] = defaultdict(list)
    for zone, item in entries:
        word = str(item.get("part", ""))
        if word not in ("villages", "except", "named"):
            parts[word].append(zone)
    for word, zones in parts.items():
        if word and len(zones) > 1:
            yield _twice(facts, name, word, zones)


def _twice(facts: Facts, name: str, part: str, zones: list[str]) -> Finding:
    return Finding(
        code="zone-unit-twice",
        severity="error",
        subject=name + part,
        message=f"{name}{part} is listed in {len(zones)} zones: {', '.join(zones)}.",
        message_zh=f"{name}{part}同时列入{len(zones)}个分区：{'、'.join(zones)}。",
        published="、".join(zones),
        expected="1",
        section=_section(facts),
    )


def _villages(facts: Facts, name: str, entries: list[Entry]) -> Iterator[Finding]:
    """Hold the villages that one zone takes against those that another leaves out."""
    taken = [
        v for _, i in entries if i.get("part") == "villages" for v in i["villages"]
    ]
    left = [v for _, i in entries if i.get("part") == "except" for v in i["villages"]]
    if not left and not taken:
        return
    for village in dict.fromkeys([*taken, *left]):
        count = taken.count(village)
        if count == 1 and left.count(village) == (1 if left else 0):
            continue
        yield Finding(
            code="zone-village",
            severity="error",
            subject=f"{name}{village}",
            message=f"{village} of {name} is taken by {count} and left out by "
            f"{left.count(village)} of the zone lists; both should be one.",
            message_zh=f"{name}{village}在分区范围中列入{count}次、"
            f"除外{left.count(village)}次，应各为一次。",
            published=str(count),
            expected="1",
            section=_section(facts),
        )


def _nearest(name: str, candidates: list[str]) -> str:
    hits = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return hits[0] if hits else ""


def unknown_units(facts: Facts) -> Iterator[Finding]:
    """Find township names that the county does not have."""
    official = list(facts.official_units)
    known = set().union(*(_aliases(facts, name) for name in official))
    for name, section in _named(facts).items():
        if name in known:
            continue
        near = _nearest(name, official)
        severity: Literal["warning", "info"] = "warning" if near else "info"
        yield Finding(
            code="unit-unknown",
            severity=severity,
            subject=name,
            message=f"{name} is no township-level unit of {facts.county}"
            + (f"; the official name is perhaps {near}." if near else "."),
            message_zh=f"{facts.county}没有名为{name}的乡镇级单元"
            + (f"，官方名称或为{near}。" if near else "。"),
            published=name,
            expected=near,
            section=section,
        )


def _named(facts: Facts) -> dict[str, str]:
    """Return every township-level name the plan uses, with a section."""
    county = facts.document["county"]
    named: dict[str, str] = {}
    for zone in facts.zones:
        for item in zone.get("units", ()):
            named.setdefault(str(item["name"]), str(zone["section"]))
    for key in ("townships_stated", "named_units"):
        for name in county.get(key, ()):
            named.setdefault(str(name), "")
    return named


def name_variants(facts: Facts) -> Iterator[Finding]:
    """Report one thing under several printed names."""
    for variant in facts.document.get("name_variants", ()):
        names = list(dict.fromkeys(map(str, variant["names"])))
        if len(names) < 2:
            continue
        yield Finding(
            code="name-variant",
            severity="warning",
            subject=names[0],
            message=f"One {variant['kind'].replace('_', ' ')} is printed under "
            f"{len(names)} names: {', '.join(names)}.",
            message_zh=f"同一对象前后名称不一致：{'、'.join(names)}。",
            published=names[0],
            expected=names[1],
            section=" | ".join(map(str, variant.get("sections", ()))),
        )
