"""How grave an overlap of control lines is, and which of its parties gives way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PRIORITY", "Judgement", "control_names", "judge"]

PRIORITY: Final = ("permanent_farmland", "redlines", "development_boundary")
"""Farmland first, then red line, then boundary: the order in which the three lines were
to be drawn by the first document (中央一号文件) of 2022."""

_ENGLISH: Final = {
    "永久基本农田": "permanent_farmland",
    "生态保护红线": "redlines",
    "城镇开发边界": "development_boundary",
}
_WORDS: Final = {
    "permanent_farmland": ("permanent farmland", "永久基本农田"),
    "redlines": ("the red line", "生态保护红线"),
    "development_boundary": ("the development boundary", "城镇开发边界"),
}


class Rule(NamedTuple):
    """What makes an overlap as grave as it is called."""

    severity: str
    severity_zh: str
    text: str
    text_zh: str


_RULES: Final = (
    Rule(
        "low",
        "低",
        "no control line is concerned",
        "不涉及控制线",
    ),
    Rule(
        "medium",
        "中",
        "another use lies within one control line",
        "其他用地位于一条控制线内",
    ),
    Rule(
        "high",
        "高",
        "two control lines overlap, which none may (厅字〔2019〕48号)",
        "两条控制线重叠，违反不交叉不重叠不冲突的要求（厅字〔2019〕48号）",
    ),
    Rule(
        "critical",
        "严重",
        "three control lines or more overlap, which none may (厅字〔2019〕48号)",
        "三条控制线重叠，违反不交叉不重叠不冲突的要求（厅字〔2019〕48号）",
    ),
)
"""By the number of control lines concerned. The four words are ours."""


@dataclass(frozen=True)
class Judgement:
    """What is said of the overlap of some layers.

    Attributes
    ----------
    severity, severity_zh : str
        One of four words.
    rule, rule_zh : str
        Why.
    keeps : str
        The layer that stays as it is; empty where no control line is concerned.
    gives_way : tuple of str
        The others, the least protected last.
    action, action_zh : str
        What to do.
    """

    severity: str
    severity_zh: str
    rule: str
    rule_zh: str
    keeps: str
    gives_way: tuple[str, ...]
    action: str
    action_zh: str


def control_names() -> set[str]:
    """Return the names of the three control lines in both languages."""
    return {*_ENGLISH, *_ENGLISH.values()}


def judge(parties: Sequence[str], priority: Sequence[str]) -> Judgement:
    """Judge an overlap of layers by how many of them are control lines, and which."""
    ranks = {name: _rank(name, priority) for name in parties}
    ordered = sorted(parties, key=lambda name: (ranks[name], name))
    lines = [name for name in ordered if ranks[name] < len(priority)]
    rule = _RULES[min(len(lines), len(_RULES) - 1)]
    action, action_zh = _action(ordered, lines)
    return Judgement(
        severity=rule.severity,
        severity_zh=rule.severity_zh,
        rule=rule.text,
        rule_zh=rule.text_zh,
        keeps=ordered[0] if lines else "",
        gives_way=tuple(ordered[1:] if lines else ordered),
        action=action,
        action_zh=action_zh,
    )


def _rank(name: str, priority: Sequence[str]) -> int:
    """Return the place of a layer among the control lines, by either of its names."""
    for candidate in (name, _ENGLISH.get(name, name)):
        if candidate in priority:
            return list(priority).index(candidate)
    return len(priority)


def _action(ordered: Sequence[str], lines: Sequence[str]) -> tuple[str, str]:
    """Return what to do about an overlap, in English and in Chinese."""
    if not lines:
        names, names_zh = _listed(ordered)
        return f"check {names} by hand", f"人工核查{names_zh}"
    kept, kept_zh = _listed(ordered[:1])
    steps, steps_zh = [f"keep {kept}"], [f"保留{kept_zh}"]
    if lines[1:]:
        names, names_zh = _listed(lines[1:])
        steps.append(f"take the piece out of {names}")
        steps_zh.append(f"将该图斑调出{names_zh}")
    others = [name for name in ordered if name not in lines]
    if others:
        names, names_zh = _listed(others)
        steps.append(f"let {names} avoid the piece, or check the permit by hand")
        steps_zh.append(f"{names_zh}避让该图斑，或人工核查审批手续")
    return "; ".join(steps), "；".join(steps_zh)


def _listed(names: Sequence[str]) -> tuple[str, str]:
    """Return names of layers as words, in English and in Chinese."""
    words = [_WORDS.get(_ENGLISH.get(name, name), (name, name)) for name in names]
    return " and ".join(en for en, _ in words), "和".join(zh for _, zh in words)
