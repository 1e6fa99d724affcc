"""The words that names of zones are made of, read from ``name_words.toml``."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from ecozoning.errors import ParameterError

__all__ = ["Word", "check_joint", "items_of", "proper_names", "tails", "words_of"]

SHOWN: Final = 3
_SEPARATORS: Final = re.compile(r"[;；、,，]")


@dataclass(frozen=True)
class Word:
    """A word of a name: its key, how it is written in Chinese, and in English."""

    key: str
    zh: str
    en: str


def words_of(section: str, value: object, *, name: str) -> list[Word]:
    """Return the words of keys, or of Chinese forms, in their order and each once.

    A Chinese form is kept as it is written: plans say 土地综合整治 or 国土综合整治.
    """
    known = _forms(section)
    items = items_of(value, name=name)
    for item in items:
        if item not in known:
            raise ParameterError(_unknown(item, section, name))
    found: dict[str, Word] = {}
    for item in items:
        word = known[item]
        found.setdefault(word.key, word)
    return list(found.values())


def items_of(value: object, *, name: str) -> list[str]:
    """Return the texts of a sequence, of one text with separators, or of nothing."""
    if pd.api.types.is_scalar(value) and bool(pd.isna(cast("Any", value))):
        return []
    if isinstance(value, str):
        texts = _SEPARATORS.split(value)
    elif isinstance(value, list | tuple | np.ndarray):
        texts = list(value)
    else:
        raise ParameterError(_no_texts(value, name))
    if not all(isinstance(text, str) for text in texts):
        raise ParameterError(_no_texts(value, name))
    return [text.strip() for text in texts if text.strip()]


def proper_names(value: object, english: object, *, name: str) -> list[Word]:
    """Return names of places; one without an English form keeps its Chinese one."""
    chinese, translated = (
        items_of(value, name=name),
        items_of(english, name=f"{name}_en"),
    )
    if translated and len(translated) != len(chinese):
        msg = (
            f"`{name}` has {len(chinese)} names but `{name}_en` {len(translated)}; "
            f"give an English name for each, in the same order, or leave `{name}_en` "
            "out."
        )
        raise ParameterError(msg)
    # One that is named twice is said once.
    names = dict(reversed([*zip(chinese, translated or chinese, strict=True)]))
    return [Word(zh, zh, names[zh]) for zh in dict.fromkeys(chinese)]


def check_joint(joint: str) -> str:
    """Return the Chinese word that stands before the last of several."""
    joints = _document()["joints"]
    if joint not in joints:
        msg = f"`joint` is {joint!r}; use one of {', '.join(joints)}."
        raise ParameterError(msg)
    return joint


def tails() -> list[str]:
    """Return endings of an action that a name says once, the longest first."""
    return sorted(_document()["tails"], key=len, reverse=True)


@cache
def _document() -> dict[str, Any]:
    file = resources.files("ecozoning.zoning").joinpath("name_words.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _forms(section: str) -> dict[str, Word]:
    """Return every key and every Chinese form of a section with its word."""
    found = {}
    for key, row in _document()[section].items():
        found[key] = Word(key, row["zh"], row["en"])
        for form in (row["zh"], *row.get("also", ())):
            found[form] = Word(key, form, row["en"])
    return found


def _unknown(item: str, section: str, name: str) -> str:
    known = _forms(section)
    near = difflib.get_close_matches(item, known, n=SHOWN, cutoff=0.5)
    keys = ", ".join(_document()[section])
    meant = f"; near it are {', '.join(map(repr, near))}" if near else ""
    return (
        f"`{name}` has {item!r}, for which names of zones have no word{meant}. Use one "
        f"of {keys}, or the Chinese word of one."
    )


def _no_texts(value: object, name: str) -> str:
    return (
        f"`{name}` is {value!r}, but a text or a list of texts is needed, e.g. "
        f"{name}=['...']."
    )
