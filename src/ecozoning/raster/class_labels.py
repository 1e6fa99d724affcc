"""Labels of classes: a number and a word for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    Label = int | str | tuple[int, str]

__all__ = ["class_table", "code_type"]


def class_table(labels: Sequence[Label]) -> tuple[list[int], dict[int, str]]:
    """Return the class number of each label, and the word of each class."""
    if isinstance(labels, str) or not len(labels):
        msg = f"`labels` is {labels!r}, but one label for each class is needed."
        raise ParameterError(msg)
    pairs = _pairs(labels)
    classes: dict[int, str] = {}
    for number, word in pairs:
        if classes.setdefault(number, word) != word:
            msg = f"`labels` call class {number} both {classes[number]!r} and {word!r}."
            raise ParameterError(msg)
    if len(set(classes.values())) < len(classes):
        msg = f"`labels` give one word to two numbers: {classes}."
        raise ParameterError(msg)
    return [number for number, _ in pairs], classes


def _pairs(labels: Sequence[Label]) -> list[tuple[int, str]]:
    """Return number and word of each label, with words numbered and numbers named."""
    words = list(dict.fromkeys(label for label in labels if isinstance(label, str)))
    if words and len(words) < len(set(labels)):
        msg = f"`labels` is {labels!r}, but only words, or none, can be numbered."
        raise ParameterError(msg)
    return [_pair(label, words) for label in labels]


def _pair(label: Any, words: list[str]) -> tuple[int, str]:  # noqa: ANN401 -- checked here
    if isinstance(label, str) and label.strip():
        return words.index(label) + 1, label
    if _is_whole(label):
        return int(label), f"class_{int(label)}"
    if isinstance(label, tuple | list) and len(label) == 2:
        number, word = label
        if _is_whole(number) and isinstance(word, str) and word.strip():
            return int(number), word
    msg = f"`labels` has {label!r}, but a word, a whole number or both are needed."
    raise ParameterError(msg)


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def code_type(values: Sequence[int]) -> tuple[str, int]:
    """Return the smallest type for class numbers, and its number for nodata."""
    low, high = min(values), max(values)
    if low >= 0 and high < 255:
        return "uint8", 255
    for kind in ("int16", "int32"):
        info = np.iinfo(kind)
        if info.min < low and high <= info.max:
            return kind, int(info.min)
    msg = f"`labels` go from {low} to {high}, more than 32 bits hold."
    raise ParameterError(msg)
