"""Rulesets, their tables and their rows: frozen, and looked up as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.rulesets.frames import ruleset_frame, table_frame
from ecozoning.rulesets.intervals import Interval, cuts_between, span
from ecozoning.rulesets.keys import find_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = ["Choice", "Column", "Interval", "Level", "Row", "Ruleset", "Scale", "Table"]

Kind = Literal["intervals", "categories", "matrix", "values"]

CONFIDENCES: Final[Mapping[str, str]] = {
    "verified": "found in the text of a published document",
    "code": "found as a constant in public code that implements the document",
    "recalled": "from memory, sure",
    "unsure": "from memory, unsure; take it as a default to be replaced",
}
"""How well a row is known, best first."""


@dataclass(frozen=True, slots=True)
class Level:
    """A score of a scale and what it is called; higher is worse or more important."""

    score: int
    label: str
    label_en: str

    @property
    def flag(self) -> str:
        """The English label as one word, as CF `flag_meanings` need it."""
        return self.label_en.replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Scale:
    """A named list of levels, ascending."""

    id: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: what is looked up, what comes out, and how it is known.

    `key` is an `Interval` or the name of a category; `scores` has one number, or one
    per column of a matrix.
    """

    key: Interval | str
    scores: tuple[float, ...]
    name: str
    label: str
    label_en: str
    unit: str
    source: str
    clause: str
    confidence: str
    note: str
    note_zh: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a matrix: an interval or a category; `unit` is that of its cells."""

    key: Interval | str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Tables that contradict each other: which is taken unless you say, and why.

    `options` are pairs of option and table id; `default` is empty where the choice
    cannot be made for you.
    """

    id: str
    default: str
    why: str
    why_zh: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table of thresholds or of values.

    `kind` says what rows are: ``"intervals"`` of a factor, ``"categories"``, a
    ``"matrix"`` of either against columns, or ``"values"`` by name. `levels` is the
    scale of the scores; where it is empty, what comes out is a quantity in
    `value_unit`. `default` names the row taken where rows contradict each other.
    """

    id: str
    name: str
    factor: str
    unit: str
    kind: Kind
    rows: tuple[Row, ...]
    levels: tuple[Level, ...]
    columns: tuple[Column, ...]
    column_factor: str
    column_unit: str
    value_unit: str
    default: str
    why: str
    why_zh: str
    note: str
    note_zh: str

    def edges(self) -> NDArray[np.float64]:
        """Return the inner edges as printed, ascending; `cuts` says who owns them."""
        return np.array([interval.high for interval in self._intervals()[:-1]])

    def cuts(self, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """Return the cuts by which ``np.digitize(values, cuts)`` numbers the rows."""
        return cuts_between(self._intervals(), dtype)

    def scores(self) -> NDArray[Any]:
        """Return what rows give, (row,) or (row, column), uint8 scores or float64."""
        table = np.array([row.scores for row in self.rows], dtype=self._dtype())
        return table if self.columns else table[:, 0]

    def domain(self) -> Interval:
        """Return the interval that all rows cover together."""
        return span(self._intervals())

    def lookup(
        self, values: ArrayLike, columns: ArrayLike | None = None
    ) -> NDArray[Any]:
        """
        Return what the table gives for each value.

        Parameters
        ----------
        values : array_like
            Numbers in `unit` for intervals, names of categories otherwise. NaN, None
            and empty names are cells without data.
        columns : array_like, optional
            The same for the columns of a matrix; broadcasts with `values`.

        Returns
        -------
        numpy.ndarray
            uint8 scores, 0 without data; or float64 quantities, NaN without data.

        Raises
        ------
        ParameterError
            If a value lies outside the table or is no category of it, or if `columns`
            is missing for a matrix, or given for another table.

        Examples
        --------
        >>> from ecozoning.rulesets import load_ruleset
        >>> load_ruleset("redline2017")["local_relief"].lookup([50, 50.1, float("nan")])
        array([1, 3, 0], dtype=uint8)
        """
        if (columns is None) == bool(self.columns):
            need = "needs" if self.columns else "has no"
            msg = f"table {self.id!r} {need} columns; it is of kind {self.kind!r}."
            raise ParameterError(msg)
        where = f"of table {self.id!r}"
        row = find_keys([row.key for row in self.rows], values, f"`values` {where}")
        if columns is None:
            return np.where(row < 0, self._nothing(), self.scores()[row])
        keys = [column.key for column in self.columns]
        column = find_keys(keys, columns, f"`columns` {where}")
        found = self.scores()[row, column]
        return np.where((row < 0) | (column < 0), self._nothing(), found)

    def value(self, name: str | None = None) -> float:
        """Return the number of a row by its name, or of the default row."""
        row = self.row(name)
        if len(row.scores) > 1:
            msg = (
                f"row {row.key!s} of table {self.id!r} has several numbers; use `row`."
            )
            raise ParameterError(msg)
        return row.scores[0]

    def row(self, name: str | None = None) -> Row:
        """Return a row by the name of its category, or the default row."""
        wanted = self.default if name is None else name
        keys = {str(row.key): row for row in self.rows}
        if wanted not in keys:
            asked = f"no row {wanted!r}" if wanted else "no default row"
            msg = f"table {self.id!r} has {asked}; name one of {', '.join(keys)}."
            raise ParameterError(msg)
        return keys[wanted]

    def to_frame(self) -> pd.DataFrame:
        """Return the table as a frame, one row per number, each with its source."""
        return table_frame(self)

    def _intervals(self) -> list[Interval]:
        found = [row.key for row in self.rows if isinstance(row.key, Interval)]
        if not found:
            msg = f"table {self.id!r} has categories, not intervals; use `lookup`."
            raise ParameterError(msg)
        return found

    def _dtype(self) -> type[np.uint8 | np.float64]:
        return np.uint8 if self.levels else np.float64

    def _nothing(self) -> np.uint8 | np.float64:
        return np.uint8(0) if self.levels else np.float64("nan")


@dataclass(frozen=True)
class Ruleset:
    """The tables of one document; ``ruleset["local_relief"]`` is one of them."""

    id: str
    title: str
    title_en: str
    year: int
    source: str
    note: str
    note_zh: str
    scales: tuple[Scale, ...]
    tables: tuple[Table, ...]
    choices: tuple[Choice, ...]

    def __getitem__(self, table: str) -> Table:
        for candidate in self.tables:
            if candidate.id == table:
                return candidate
        known = ", ".join(sorted(candidate.id for candidate in self.tables))
        msg = f"ruleset {self.id!r} has no table {table!r}; it has {known}."
        raise ParameterError(msg)

    def __contains__(self, table: object) -> bool:
        return any(candidate.id == table for candidate in self.tables)

    def choose(self, choice: str, option: str | None = None) -> Table:
        """Return the table that an option of a choice names, or its default."""
        chosen = next((one for one in self.choices if one.id == choice), None)
        if chosen is None:
            known = ", ".join(one.id for one in self.choices) or "none"
            msg = f"ruleset {self.id!r} has no choice {choice!r}; it has {known}."
            raise ParameterError(msg)
        options = dict(chosen.options)
        wanted = chosen.default if option is None else option
        if wanted not in options:
            asked = f"no option {wanted!r}" if wanted else "no default"
            msg = f"choice {choice!r} has {asked}; name one of {', '.join(options)}."
            raise ParameterError(msg)
        return self[options[wanted]]

    def to_frame(self, *tables: str) -> pd.DataFrame:
        """Return some tables, or all, as one frame; results list the rows they used."""
        chosen = [self[table] for table in tables] or list(self.tables)
        return ruleset_frame(chosen)

    def unsure(self, *tables: str) -> pd.DataFrame:
        """Return the rows of some tables, or of all, that are known unsurely."""
        frame = self.to_frame(*tables)
        return frame[frame["confidence"] == "unsure"].reset_index(drop=True)
