"""Numbers as plans print them, and the interval that a printed number stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecozoning.errors import ParameterError

__all__ = [
    "Interval",
    "parse_number",
    "plain_text",
    "printed_step",
    "significant_digits",
]

_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)")
_LATEX_ANGLE = re.compile(r"\^\{?\\circ\}?")
_ANGLE = re.compile(
    r"""(\d+)\s*[°º]\s*(?:(\d+(?:\.\d+)?)\s*[′'’])?\s*(?:(\d+(?:\.\d+)?)\s*(?:″|''|"|”))?"""
)
_DIGITS = {d: i for i, d in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}


def parse_number(text: str) -> float:
    """
    Return the value of a number as a plan prints it.

    Parameters
    ----------
    text : str
        A decimal number (``"1619.28"``, ``"-36.1"``), an angle in degrees, minutes
        and seconds (``"114°28′"``, also with LaTeX degree signs), or a Chinese numeral
        below ten thousand (``"十五"``).

    Returns
    -------
    float
        The value; angles in decimal degrees.

    Raises
    ------
    ParameterError
        If the text is none of these.

    Examples
    --------
    >>> parse_number("114°28′")
    114.46666666666667
    >>> parse_number("十五")
    15.0
    """
    cleaned = _plain(text)
    if _DECIMAL.fullmatch(cleaned):
        return float(cleaned)
    angle = _angle_parts(cleaned)
    if angle:
        return float(sum(float(p) / 60.0**i for i, p in enumerate(angle)))
    if cleaned and all(c in _DIGITS or c in _TENS for c in cleaned):
        return float(_chinese(cleaned))
    msg = (
        f"{text!r} is not a number; write it as printed: 1619.28, 114°28′ or 十五, "
        "without unit, sign of comparison or 约."
    )
    raise ParameterError(msg)


def _plain(text: str) -> str:
    """Drop commas that group thousands, and only those."""
    stripped = text.strip()
    return stripped.replace(",", "") if _GROUPED.fullmatch(stripped) else stripped


def plain_text(text: str) -> str:
    r"""
    Return a printed number for people to read: angles without LaTeX.

    Examples
    --------
    >>> plain_text(r"40^{\circ} 42' 00''")
    '40°42′00″'
    """
    parts = _angle_parts(text.strip())
    return "".join(p + mark for p, mark in zip(parts, "°′″", strict=False)) or text


def _angle_parts(text: str) -> list[str]:
    plain = _LATEX_ANGLE.sub("°", text).replace("$", "")
    match = _ANGLE.fullmatch(plain.strip())
    return [part for part in match.groups() if part is not None] if match else []


def _chinese(text: str) -> int:
    total, digit = 0, 0
    for character in text:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[character]
    return total + digit


def printed_step(text: str) -> float:
    """
    Return the smallest step that the printed digits can show.

    Examples
    --------
    >>> printed_step("37.9")
    0.1
    >>> round(printed_step("114°28′"), 6)  # one minute
    0.016667
    """
    cleaned = _plain(text)
    if _DECIMAL.fullmatch(cleaned):
        return float(10.0 ** -len(cleaned.partition(".")[2]))
    angle = _angle_parts(cleaned)
    if angle:
        decimals = len(angle[-1].partition(".")[2])
        return float(60.0 ** (1 - len(angle)) * 10.0**-decimals)
    return 1.0


def significant_digits(text: str) -> int:
    """
    Return the number of digits that say something; zeros that end a whole do not.

    Examples
    --------
    >>> significant_digits("1700"), significant_digits("1619.28")
    (2, 6)
    """
    digits = _plain(text).lstrip("+-")
    if "." not in digits:
        digits = digits.rstrip("0")
    return len(digits.replace(".", "").lstrip("0"))


@dataclass(frozen=True)
class Interval:
    """The values that a printed number may stand for, with exact interval sums.

    A number printed as 37.9 may be anything from 37.85 to 37.95; two statements
    contradict each other only if no such values satisfy both.
    """

    low: float
    high: float

    @classmethod
    def of(cls, value: float, half_width: float = 0.0) -> Interval:
        """Return the interval around a value."""
        return cls(value - half_width, value + half_width)

    @property
    def middle(self) -> float:
        """The value half way."""
        return (self.low + self.high) / 2

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            msg = f"division by {other.middle:g}, which may be zero as printed."
            raise ParameterError(msg)
        return self * Interval(1 / other.high, 1 / other.low)

    def meets(self, other: Interval) -> bool:
        """
        Tell whether some value lies in both.

        Two intervals of printed numbers that only touch do not meet: both would have to
        be rounded from the very end of their range.
        """
        ends = (self.low, self.high, other.low, other.high)
        finite = [abs(end) for end in ends if end not in (float("inf"), -float("inf"))]
        slack = 1e-9 * max([*finite, 1e-12])
        overlap = min(self.high, other.high) - max(self.low, other.low)
        wide = self.high - self.low > slack and other.high - other.low > slack
        return overlap > slack if wide else overlap >= -slack

    def gap(self, other: Interval) -> float:
        """Return how far two intervals are apart; 0 where they meet."""
        return max(0.0, other.low - self.high, self.low - other.high)
