"""From a factor and a table of a ruleset to what the kernel looks up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import apply, plain_array
from ecozoning._kernels.scoring import judged_together
from ecozoning.errors import ParameterError
from ecozoning.raster.values import is_lazy, nodata_of
from ecozoning.rulesets.intervals import cuts_between
from ecozoning.sensitivity.faults import judge_of_values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets.model import Interval, Table

__all__ = ["Factor", "factor_of", "look_up"]

WHOLE: Final = {"uint8": "int16", "int16": "int32", "uint16": "int32"}
"""Types of thresholds that the values of small whole numbers cannot leave."""


@dataclass(frozen=True, eq=False)
class Factor:
    """A raster, the table it is looked up in, and where one score ends.

    A value that reaches k thresholds has ``scores[k]``; 0 is a value that the table
    does not have.
    """

    name: str
    raster: xr.DataArray
    table: Table
    thresholds: NDArray[Any]
    scores: tuple[int, ...]
    accepted: str

    @property
    def digits(self) -> tuple[int, ...]:
        """Scores by digit of the kernel: without data, then by thresholds reached."""
        return (0, *self.scores)

    def hole(self) -> NDArray[Any]:
        """Return the declared nodata value in the type of the raster, if it has one."""
        nodata, kind = nodata_of(self.raster), _kind(self.raster)
        if math.isnan(nodata):
            return np.empty(0, kind)
        held = np.array([nodata]).astype(kind)
        return held if float(held[0]) == nodata or kind.kind == "f" else held[:0]


def factor_of(
    name: str,
    raster: xr.DataArray,
    table: Table,
    codes: Mapping[int, str] | None = None,
) -> Factor:
    """
    Return a factor with the scores of a table, which decides what the raster is.

    A table of intervals takes quantities in its unit; a table of categories takes
    classes, which `codes` or the flags of the raster name.
    """
    if table.kind == "intervals":
        if codes is not None:
            msg = (
                f"`{name}` is looked up in intervals of {table.unit} (table "
                f"{table.id!r}), so it has no codes; leave `{name}_codes` out."
            )
            raise ParameterError(msg)
        return _by_intervals(name, raster, table)
    if table.kind == "categories":
        return _by_categories(name, raster, table, codes)
    msg = f"table {table.id!r} is of kind {table.kind!r} and gives `{name}` no score."
    raise ParameterError(msg)


def look_up(
    factors: Sequence[Factor],
    values: Callable[[tuple[int, ...]], float],
    *,
    dtype: str,
    nothing: float,
) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """Return what `values` gives for the scores of each cell, in one pass over all."""
    table = [
        values(scores) if all(scores) else nothing
        for scores in product(*(factor.digits for factor in factors))
    ]
    refused = np.zeros((len(factors), max(len(f.digits) for f in factors)), np.bool_)
    for row, factor in zip(refused, factors, strict=True):
        row[1 : len(factor.digits)] = np.equal(factor.scores, 0)
    rasters = [factor.raster for factor in factors]
    return apply(
        judged_together,
        [raster.data for raster in rasters],
        dtype=dtype,
        parameters=(
            [factor.thresholds for factor in factors],
            [factor.hole() for factor in factors],
            refused,
            np.array([*table, nothing], dtype=dtype),
        ),
        judge=judge_of_values(
            {factor.name: factor.accepted for factor in factors},
            whole=not is_lazy(rasters),
        ),
    )


def _kind(raster: xr.DataArray) -> np.dtype[Any]:
    """Return the type in which the kernel gets the values of a raster."""
    return plain_array(np.empty((0, 0), raster.dtype)).dtype


def _by_intervals(name: str, raster: xr.DataArray, table: Table) -> Factor:
    intervals = [row.key for row in table.rows if not isinstance(row.key, str)]
    kind = _kind(raster)
    real = kind if kind.kind == "f" else np.dtype("float64")
    inner = cuts_between(intervals, real)
    domain = table.domain()
    low, high = _outer_cuts(domain, real)
    cuts = np.concatenate([[low], inner, [high]]).astype(real)
    scores = (0, *(int(row.scores[0]) for row in table.rows), 0)
    unit = "" if table.unit == "1" else f" {table.unit}"
    accepted = f"{domain}{unit} of table {table.id!r}"
    return Factor(name, raster, table, _for_kind(cuts, kind), scores, accepted)


def _outer_cuts(domain: Interval, real: np.dtype[Any]) -> tuple[Any, Any]:
    """Return the least number within, and the least one beyond; rounded as inside."""
    ends = np.array([domain.low, domain.high], dtype=real)
    up = np.nextafter(ends, real.type(np.inf))
    low = ends[0] if domain.closed_low else up[0]
    return low, up[1] if domain.closed_high else ends[1]


def _for_kind(cuts: NDArray[Any], kind: np.dtype[Any]) -> NDArray[Any]:
    """Return cuts between whole numbers as whole numbers, which compare faster."""
    if kind.name not in WHOLE:
        return cuts
    info = np.iinfo(kind)
    whole: NDArray[Any] = np.clip(np.ceil(cuts), int(info.min), int(info.max) + 1)
    return whole.astype(WHOLE[kind.name])


def _by_categories(
    name: str, raster: xr.DataArray, table: Table, codes: Mapping[int, str] | None
) -> Factor:
    scores = _scores_by_code(name, raster, table, codes)
    kind = _kind(raster)
    real = kind if kind.kind == "f" else np.dtype("float64")
    cuts: list[Any] = []
    steps = [0]
    for code, score in sorted(scores.items()):
        first = real.type(code)
        past = np.nextafter(first, real.type(np.inf)) if kind.kind == "f" else code + 1
        if cuts and cuts[-1] == first:
            cuts.pop()
            steps.pop()
        if steps[-1] != score:
            cuts.append(first)
            steps.append(score)
        cuts.append(past)
        steps.append(0)
    ends = _for_kind(np.array(cuts, dtype=real), kind)
    codes_told = ", ".join(str(code) for code in sorted(scores))
    accepted = f"the codes {codes_told} of table {table.id!r}"
    return Factor(name, raster, table, ends, tuple(steps), accepted)


def _scores_by_code(
    name: str, raster: xr.DataArray, table: Table, codes: Mapping[int, str] | None
) -> dict[int, int]:
    named = _flags(raster) if codes is None else codes
    if not named:
        msg = (
            f"`{name}` has numbers, and nothing says which class each is; give "
            f"`{name}_codes`, e.g. {{1: {str(table.rows[0].key)!r}}}."
        )
        raise ParameterError(msg)
    scores = {str(row.key): int(row.scores[0]) for row in table.rows}
    scores |= {row.name: scores[str(row.key)] for row in table.rows}
    strangers = sorted({str(word) for word in named.values()} - set(scores))
    if strangers:
        known = ", ".join(f"{row.key} ({row.name})" for row in table.rows)
        msg = (
            f"`{name}_codes` has {', '.join(map(repr, strangers))}, which table "
            f"{table.id!r} does not have; use {known}."
        )
        raise ParameterError(msg)
    return {_whole(code, name): scores[str(word)] for code, word in named.items()}


def _whole(code: object, name: str) -> int:
    if isinstance(code, int | np.integer) and not isinstance(code, bool):
        return int(code)
    msg = f"`{name}_codes` has {code!r}, but whole numbers are needed as codes."
    raise ParameterError(msg)


def _flags(raster: xr.DataArray) -> dict[int, str]:
    """Return the classes that a raster names itself, by CF flags."""
    numbers = np.atleast_1d(raster.attrs.get("flag_values", []))
    words = str(raster.attrs.get("flag_meanings", "")).split()
    if len(numbers) != len(words):
        return {}
    return {int(number): word for number, word in zip(numbers, words, strict=True)}
