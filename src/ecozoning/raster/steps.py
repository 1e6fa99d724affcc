"""Levels found step by step: a factor's row of a table, then a matrix by the level."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._apply import plain_array
from ecozoning._kernels import levels as kernels
from ecozoning.errors import ParameterError
from ecozoning.raster.factors import Factor, bounds_of, class_words, run_factors
from ecozoning.raster.values import class_raster, nodata_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Interval, Level, Ruleset, Table

    Bytes = NDArray[np.uint8]

__all__ = [
    "NOTHING",
    "Step",
    "bounded_step",
    "class_step",
    "interval_step",
    "level_raster",
    "run_steps",
    "scale_of",
]

NOTHING: Final = 255
"""Nodata of classes."""
LEVELS: Final = np.concatenate([[NOTHING], np.arange(1, 256)]).astype(np.uint8)
"""What is written for each level: itself, and nodata for 0."""
MOST_PLACES: Final = 1 << 14
"""Size of a table that stays in the cache; longer runs of steps are parted."""
WHOLE: Final = {"uint8": "int16", "int16": "int32", "uint16": "int32"}
"""Types of cuts that the values of small whole numbers cannot leave."""


@dataclass(frozen=True, eq=False)
class Step:
    """A factor, where its rows are cut, and what each row makes of each level.

    `cuts` ascend, shape (k,), the first and the last to tell what is beyond all rows;
    `matrix` has shape (k + 1, 1 + levels), and its column 0, no data, is 0; `refused`,
    shape (k + 1,), says which rows the factor cannot have. Their rows are 0.
    """

    factor: Factor
    cuts: NDArray[Any]
    matrix: Bytes
    refused: NDArray[np.bool_]


def run_steps(steps: Sequence[Step], values: NDArray[Any] = LEVELS) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """
    Return what comes of level 1 by all steps in order.

    That is the level, uint8, or else the one of `values` that stands in its place; the
    first one is for no data.
    """
    factors = [step.factor for step in steps]
    looks = tuple(
        (step.cuts, _hole(step.factor.raster), bounds, step.factor.percent)
        for step, bounds in zip(steps, bounds_of(factors), strict=True)
    )
    return run_factors(
        kernels.chain, factors, values, looks, _runs(steps), dtype=values.dtype
    )


def _runs(steps: Sequence[Step]) -> tuple[tuple[NDArray[Any], ...], ...]:
    """Return steps in runs that are looked up in one table each, as the kernel asks."""
    runs: list[list[Step]] = [[]]
    for step in steps:
        places = math.prod(1 + one.refused.size for one in (*runs[-1], step))
        if runs[-1] and places > MOST_PLACES:
            runs.append([])
        runs[-1].append(step)
    return tuple(_run(run) for run in runs)


def _run(steps: Sequence[Step]) -> tuple[NDArray[Any], ...]:
    """Return weights of digits, which are refused, and the table (place, level)."""
    digits = [1 + step.refused.size for step in steps]
    weights = np.append(np.cumprod(digits[:0:-1])[::-1], 1).astype(np.int32)
    refused = np.zeros((len(steps), max(digits)), np.bool_)
    table = np.arange(steps[0].matrix.shape[1], dtype=np.uint8)[None]
    for row, step in zip(refused, steps, strict=True):
        row[1 : 1 + step.refused.size] = step.refused
        made = np.pad(step.matrix, ((1, 0), (0, 0)))[:, table]  # (digit, place, level)
        table = np.moveaxis(made, 0, 1).reshape(-1, table.shape[1])
    return weights, refused, np.ascontiguousarray(table)


def interval_step(
    name: str,
    raster: xr.DataArray,
    table: Table,
    matrix: NDArray[Any],
    *,
    percent: bool = False,
) -> Step:
    """Return the step of a table of intervals; `matrix` is (row, level), from 1 on."""
    real = _real(raster)
    low, high = _inclusive(table.domain(), real)
    unit = "" if table.unit == "1" else f"{table.unit} "
    told = f"{unit}of table {table.id!r}"
    factor = Factor(name, raster, low, high, told, percent)
    return bounded_step(factor, table.cuts(real), matrix)


def bounded_step(factor: Factor, cuts: NDArray[Any], matrix: NDArray[Any]) -> Step:
    """Return the step of rows between cuts, (row, level), within a factor's range."""
    real = _real(factor.raster)
    first = max(real.type(factor.low), np.finfo(real).min)
    past = np.nextafter(real.type(factor.high), real.type(np.inf))
    refused = np.zeros(cuts.size + 3, np.bool_)
    refused[[0, -1]] = True
    ends = np.concatenate([[first], cuts, [past]]).astype(real)
    made = np.pad(np.asarray(matrix, dtype=np.uint8), ((1, 1), (1, 0)))
    return Step(factor, _as_stored(ends, factor.raster), made, refused)


def class_step(
    name: str,
    raster: xr.DataArray,
    classes: Mapping[int, str] | None,
    matrix: Mapping[str, Sequence[int]],
    *,
    argument: str = "classes",
) -> Step:
    """
    Return the step of a raster of classes, whose words are the keys of `matrix`.

    Each value of `matrix` has a level for each level before. Numbers without a word are
    refused, and so are words that the matrix does not know. `argument` is how the user
    calls `classes`.
    """
    words = class_words(raster, classes, name=name, argument=argument)
    words = dict(sorted(words.items()))
    strangers = [word for word in words.values() if word not in matrix]
    if strangers:
        msg = (
            f"`{name}` has classes {strangers[:5]}, which the table does not know; "
            f"call them by one of {list(matrix)} in `{argument}`."
        )
        raise ParameterError(msg)
    width = len(next(iter(matrix.values())))
    beyond = (0,) * width
    cuts: list[Any] = []
    rows = [beyond]
    for code, word in words.items():
        first, past = _ends_of(code, raster)
        if cuts and cuts[-1] == first:
            cuts.pop()
            rows.pop()
        if rows[-1] != tuple(matrix[word]):
            cuts.append(first)
            rows.append(tuple(matrix[word]))
        cuts.append(past)
        rows.append(beyond)
    factor = Factor(
        name, raster, -np.inf, np.inf, "", mend=_unnamed(name, words, argument)
    )
    ends = _as_stored(np.array(cuts, dtype=_real(raster)), raster)
    refused = np.array([row == beyond for row in rows])
    return Step(
        factor, ends, np.pad(np.array(rows, np.uint8), ((0, 0), (1, 0))), refused
    )


def _ends_of(code: int, raster: xr.DataArray) -> tuple[Any, Any]:
    """Return a code and the next value that a raster can hold."""
    real = _real(raster)
    first = real.type(code)
    whole = raster.dtype.kind != "f"
    return first, first + 1 if whole else np.nextafter(first, real.type(np.inf))


def _real(raster: xr.DataArray) -> np.dtype[Any]:
    """Return the type of floats in which the edges of rows are held."""
    kind = _kind(raster)
    return kind if kind.kind == "f" else np.dtype("float64")


def _kind(raster: xr.DataArray) -> np.dtype[Any]:
    """Return the type in which the kernel gets the values of a raster."""
    return plain_array(np.empty((0, 0), raster.dtype)).dtype


def _as_stored(cuts: NDArray[Any], raster: xr.DataArray) -> NDArray[Any]:
    """Return cuts between whole numbers as whole numbers, which compare faster."""
    kind = _kind(raster)
    if kind.name not in WHOLE:
        return cuts
    info = np.iinfo(kind)
    whole: NDArray[Any] = np.clip(np.ceil(cuts), int(info.min), int(info.max) + 1)
    return whole.astype(WHOLE[kind.name])


def _hole(raster: xr.DataArray) -> NDArray[Any]:
    """Return the declared nodata value in the type of the raster, if it has one."""
    nodata, kind = nodata_of(raster), _kind(raster)
    if math.isnan(nodata):
        return np.empty(0, kind)
    held = np.array([nodata]).astype(kind)
    return held if float(held[0]) == nodata or kind.kind == "f" else held[:0]


def level_raster(
    data: Any,  # noqa: ANN401 -- a NumPy or a Dask array
    like: xr.DataArray,
    levels: Sequence[Level],
    *,
    name: str,
    long_name: str,
) -> xr.DataArray:
    """Return levels as a raster of classes, with the labels of their scale."""
    classes = {level.score: level.flag for level in levels}
    made = class_raster(
        data, like, name=name, long_name=long_name, classes=classes, nodata=NOTHING
    )
    made.attrs["labels_zh"] = " ".join(level.label for level in levels)
    return made


def scale_of(rules: Ruleset, scale: str) -> tuple[Level, ...]:
    """Return the levels of a scale of a ruleset."""
    for one in rules.scales:
        if one.id == scale:
            return one.levels
    known = ", ".join(one.id for one in rules.scales)
    msg = f"`ruleset` {rules.id!r} has no scale {scale!r}; it has {known}."
    raise ParameterError(msg)


def _unnamed(name: str, words: Mapping[int, str], argument: str) -> str:
    told = ", ".join(f"{code}: {word}" for code, word in words.items())
    return f"only {told} are named, so name the others of `{name}` in `{argument}`"


def _inclusive(domain: Interval, real: np.dtype[Any]) -> tuple[float, float]:
    """Return the least and the greatest number of a type within an interval."""
    low, high = real.type(domain.low), real.type(domain.high)
    if np.isfinite(low) and not domain.closed_low:
        low = np.nextafter(low, real.type(np.inf))
    if np.isfinite(high) and not domain.closed_high:
        high = np.nextafter(high, real.type(-np.inf))
    return float(low), float(high)
