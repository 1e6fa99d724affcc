"""Levels found step by step: a factor's row of a table, then a matrix by the level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ecozoning._kernels import levels as kernels
from ecozoning.errors import ParameterError
from ecozoning.raster.factors import Factor, class_words, run_factors
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
    "class_step",
    "interval_step",
    "level_raster",
    "run_steps",
    "scale_of",
]

NOTHING: Final = 255
"""Nodata of classes."""


@dataclass(frozen=True, eq=False)
class Step:
    """A factor, where its rows are cut, and what each row makes of each level.

    `cuts` ascend, shape (k,), in the type of a raster of floats; `matrix` has shape
    (k + 1, 1 + levels), and its column 0, no data, is 0.
    """

    factor: Factor
    cuts: NDArray[Any]
    matrix: Bytes


def run_steps(steps: Sequence[Step]) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """Return the levels, uint8, that come of level 1 by all steps in order."""
    kernel_steps = tuple(
        (
            (one.factor.low, one.factor.high, nodata_of(one.factor.raster)),
            one.cuts,
            one.matrix,
        )
        for one in steps
    )
    factors = [step.factor for step in steps]
    return run_factors(kernels.chain, factors, NOTHING, kernel_steps, dtype=np.uint8)


def interval_step(
    name: str,
    raster: xr.DataArray,
    table: Table,
    matrix: NDArray[Any],
    *,
    percent: bool = False,
) -> Step:
    """Return the step of a table of intervals; `matrix` is (row, level), from 1 on."""
    real = raster.dtype if raster.dtype.kind == "f" else np.dtype("float64")
    low, high = _inclusive(table.domain(), real)
    factor = Factor(name, raster, low, high, table.unit, percent)
    return Step(factor, table.cuts(real), _padded(matrix))


def class_step(
    name: str,
    raster: xr.DataArray,
    classes: Mapping[int, str] | None,
    matrix: Mapping[str, Sequence[int]],
) -> Step:
    """
    Return the step of a raster of classes, whose words are the keys of `matrix`.

    Each value of `matrix` has a level for each level before. Numbers without a word are
    refused, and so are words that the matrix does not know.
    """
    words = dict(sorted(class_words(raster, classes, name=name).items()))
    strangers = [word for word in words.values() if word not in matrix]
    if strangers:
        msg = (
            f"`{name}` has classes {strangers[:5]}, which the table does not know; "
            f"call them by one of {list(matrix)} in `classes`."
        )
        raise ParameterError(msg)
    real = raster.dtype if raster.dtype.kind == "f" else np.dtype("float64")
    codes = np.array(list(words), dtype=real)
    cuts = np.column_stack([codes, np.nextafter(codes, real.type(np.inf))]).ravel()
    width = len(next(iter(matrix.values())))
    rows = np.full((cuts.size + 1, width), kernels.UNKNOWN, np.uint8)
    rows[1::2] = [matrix[word] for word in words.values()]
    factor = Factor(name, raster, -np.inf, np.inf, "", mend=_unnamed(name, words))
    return Step(factor, cuts, _padded(rows))


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


def _padded(matrix: NDArray[Any]) -> Bytes:
    """Return a matrix with a first column for no data."""
    return np.pad(np.asarray(matrix, dtype=np.uint8), ((0, 0), (1, 0)))


def _unnamed(name: str, words: Mapping[int, str]) -> str:
    told = ", ".join(f"{code}: {word}" for code, word in words.items())
    return f"only {told} are named, so name the others of `{name}` in `classes`"


def _inclusive(domain: Interval, real: np.dtype[Any]) -> tuple[float, float]:
    """Return the least and the greatest number of a type within an interval."""
    low, high = real.type(domain.low), real.type(domain.high)
    if np.isfinite(low) and not domain.closed_low:
        low = np.nextafter(low, real.type(np.inf))
    if np.isfinite(high) and not domain.closed_high:
        high = np.nextafter(high, real.type(-np.inf))
    return float(low), float(high)
