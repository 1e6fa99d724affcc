"""How the name of a zone is put together from its words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from ecozoning.errors import ParameterError
from ecozoning.zoning.name_words import Word, proper_names, tails, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Style", "ZoneName", "named", "one_word"]

DEFAULT_KIND: Final = "ecological_restoration_zone"
SAME_START: Final = 3
"""Characters at their start by which two words say the same twice."""
SAME_SUBJECT: Final = 2
"""The same for a problem and a treatment."""


@dataclass(frozen=True)
class ZoneName:
    """The name of a zone; the answer of `name_zone`.

    Attributes
    ----------
    name, name_en : str
        In Chinese and in English.
    parts : tuple of (str, str, str)
        What the name is made of, in its order: attribute, Chinese, English.
    dropped : tuple of str
        Keys that were given and are not in the name: beyond `most_words`, said already
        by another word, or too long.
    """

    name: str
    name_en: str
    parts: tuple[tuple[str, str, str], ...]
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Style:
    """How words are joined, and how many there may be."""

    joint: str
    most_words: int
    most_characters: int


_Parts = list[tuple[str, Word]]


def named(given: Mapping[str, object], style: Style) -> ZoneName:
    """Return the name of what is given, with as many words as fit."""
    where = _where(given)
    lead = _all(given, "functions") + _all(given, "problems")
    treatments = _all(given, "treatments")
    kinds = one_word(given, "kind", "kinds")
    kind = (kinds or words_of("kinds", DEFAULT_KIND, name="kind"))[0]
    if not (where or lead or treatments):
        msg = (
            "a name needs more than its kind; give at least a `bearing`, `place`, "
            "`rivers`, `landform`, or one of `functions`, `problems`, `treatments`."
        )
        raise ParameterError(msg)
    chosen = _chosen(lead, treatments, style.most_words)
    name = _written(where, chosen, kind, style)
    while len(name[0]) > style.most_characters and len(chosen) > 1:
        chosen = chosen[:-1]
        name = _written(where, chosen, kind, style)
    _check_length(name[0], style)
    left = [item for item in lead + treatments if item not in chosen]
    parts = [*where, *chosen, ("kind", kind)]
    return ZoneName(
        *name,
        parts=tuple((part, word.zh, word.en) for part, word in parts),
        dropped=tuple(word.key for _, word in left),
    )


def _all(given: Mapping[str, object], name: str) -> _Parts:
    return [(name, word) for word in words_of(name, given.get(name), name=name)]


def _check_length(name: str, style: Style) -> None:
    if len(name) > style.most_characters:
        msg = (
            f"the name {name!r} has {len(name)} characters, more than "
            f"`most_characters`, {style.most_characters}; shorten `place` or `rivers`, "
            f"or allow more: `most_characters={len(name)}`."
        )
        raise ParameterError(msg)


def one_word(given: Mapping[str, object], name: str, section: str) -> list[Word]:
    """Return the one word of an attribute that can have no more, or none."""
    words = words_of(section, given.get(name), name=name)
    if len(words) > 1:
        msg = (
            f"`{name}` has {len(words)} words, "
            f"{', '.join(repr(word.key) for word in words)}, but a name has one; "
            "choose the one that tells the zone from the others."
        )
        raise ParameterError(msg)
    return words


def _where(given: Mapping[str, object]) -> _Parts:
    """Return bearing, place, rivers and landform; a place in another is said once."""
    parts = [("bearing", word) for word in one_word(given, "bearing", "bearings")]
    for name in ("place", "rivers"):
        found = proper_names(given.get(name), given.get(f"{name}_en"), name=name)
        said = {word.zh for _, word in parts}
        parts += [(name, word) for word in found if word.zh not in said]
    parts += [("landform", word) for word in one_word(given, "landform", "landforms")]
    return parts


def _chosen(lead: _Parts, treatments: _Parts, most: int) -> _Parts:
    """Return problems, functions, then treatments, none that repeats another.

    Functions come before problems where there is no room for all.
    """
    lead = _distinct(lead, [])
    room = max(1, most - 1) if treatments else most
    first = sorted(lead[:room], key=lambda item: item[0] != "problems")
    rest = _distinct(treatments, first)[: most - len(first)]
    if first and treatments and not rest and most > 1:
        # Every treatment repeats a function: the treatment says more.
        action = treatments[0]
        first = _distinct(first, [action])
        return [*first, action][-most:]
    return first + rest


def _distinct(words: _Parts, before: _Parts) -> _Parts:
    """Return the words that repeat neither one before nor one of their own."""
    kept: _Parts = []
    for item in words:
        if not any(_repeats(item, other) for other in [*before, *kept]):
            kept.append(item)
    return kept


def _repeats(item: tuple[str, Word], other: tuple[str, Word]) -> bool:
    """Say whether two words are alike: one in the other, or the same start.

    A problem and its cure begin alike as well: 矿山损毁, 矿山生态修复.
    """
    a, b = item[1].zh, other[1].zh
    cured = {item[0], other[0]} == {"problems", "treatments"}
    start = SAME_SUBJECT if cured else SAME_START
    return a in b or b in a or a[:start] == b[:start]


def _written(
    where: _Parts, chosen: _Parts, kind: Word, style: Style
) -> tuple[str, str]:
    """Return the Chinese and the English name of parts."""
    ending = _ending(chosen, kind)
    rivers = [word for part, word in where if part == "rivers"]
    zh, en = "", []
    for part, word in where:
        if part == "rivers" and word is not rivers[0]:
            continue
        group = rivers if part == "rivers" else [word]
        zh += _joined_zh([one.zh for one in group], style.joint)
        en.append(_joined_en([one.en for one in group]))
    words = [word for _, word in chosen]
    zh += _joined_zh([word.zh for word in words], style.joint) + ending.zh
    en += [_joined_en(_once([word.en for word in words]))] if words else []
    return zh, " ".join([*en, ending.en])


def _ending(chosen: _Parts, kind: Word) -> Word:
    """Return the kind without the action that the last treatment has said."""
    if not chosen or chosen[-1][0] != "treatments":
        return kind
    last = chosen[-1][1].zh
    for tail in tails():
        if last.endswith(tail) and tail in kind.zh:
            rest = kind.zh.partition(tail)[2]
            return Word(kind.key, rest, kind.en.split()[-1])
    return kind


def _joined_zh(texts: Sequence[str], joint: str) -> str:
    *first, last = texts or [""]
    return f"{'、'.join(first)}{joint}{last}" if first else last


def _joined_en(texts: Sequence[str]) -> str:
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def _once(texts: Sequence[str]) -> list[str]:
    """Return words without an ending that the next one has: Forest and ... Loss."""
    kept = []
    for text, following in pairwise([*texts, ""]):
        words = text.split()
        shared = following and words[-1] == following.split()[-1] and len(words) > 1
        kept.append(" ".join(words[:-1]) if shared else text)
    return kept
