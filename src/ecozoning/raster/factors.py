"""Factors of an evaluation: rasters with a name, a unit and a physical range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecozoning._apply import apply
from ecozoning.errors import NoDataError, ParameterError
from ecozoning.raster.grid import check_same_grid
from ecozoning.raster.values import is_lazy, nodata_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset

    Counts = NDArray[np.int64]
    Bounds = tuple[float, float, float]

__all__ = ["Factor", "bounds_of", "cite", "class_words", "run_factors"]

PER_LAYER = 4


@dataclass(frozen=True)
class Factor:
    """A raster, the range its values have in nature, and how to mend others.

    With `percent` values are percentages: if none is above 1, they are fractions.
    """

    name: str
    raster: xr.DataArray
    low: float = 0.0
    high: float = float("inf")
    unit: str = "1"
    percent: bool = False
    mend: str = ""


def bounds_of(factors: Sequence[Factor]) -> tuple[Bounds, ...]:
    """Return least and greatest sound value, and nodata, of each factor."""
    return tuple((one.low, one.high, nodata_of(one.raster)) for one in factors)


def run_factors(
    kernel: Callable[..., tuple[int, ...]],
    factors: Sequence[Factor],
    *parameters: Any,  # noqa: ANN401 -- the kernel's
    dtype: Any = np.float32,  # noqa: ANN401 -- whatever NumPy takes for one
) -> Any:  # noqa: ANN401 -- a NumPy or a Dask array
    """Run a kernel over factors that share a grid, and judge what they hold."""
    check_same_grid(**{factor.name: factor.raster for factor in factors})
    rasters = [factor.raster for factor in factors]
    return apply(
        kernel,
        [raster.data for raster in rasters],
        dtype=dtype,
        parameters=parameters,
        judge=_judge(factors, whole=not is_lazy(rasters)),
    )


def _judge(factors: Sequence[Factor], *, whole: bool) -> Callable[[Counts], None]:
    """Return a judge of faults: valid cells, then four counts of each factor."""

    def judge(faults: Counts) -> None:
        for factor, counts in zip(
            factors, faults[1:].reshape(-1, PER_LAYER).tolist(), strict=True
        ):
            _judge_one(factor, counts, whole=whole)
        if whole and not faults[0]:
            told = " and ".join(f"`{factor.name}`" for factor in factors)
            msg = f"{told} have no cell with a value in common; see what cut them."
            raise NoDataError(msg)

    return judge


def _judge_one(factor: Factor, counts: Sequence[int], *, whole: bool) -> None:
    infinite, beyond, above_one, nonzero = counts
    name = factor.name
    if infinite:
        msg = (
            f"`{name}` has {infinite} infinite values; make them nodata with "
            f"`{name}.where(numpy.isfinite({name}))`."
        )
        raise ParameterError(msg)
    if beyond:
        mend = factor.mend or (
            f"check its unit, and name the nodata value with "
            f"`{name}.rio.write_nodata(...)`"
        )
        unit = "" if factor.unit == "1" else f" {factor.unit}"
        span = f"outside {factor.low:g} to {factor.high:g}{unit}"
        if factor.low == -np.inf and factor.high == np.inf:
            span = "without a class"
        msg = f"`{name}` has {beyond} values {span}; {mend}."
        raise ParameterError(msg)
    if whole and factor.percent and nonzero and not above_one:
        msg = (
            f"`{name}` has no value above 1, so it holds fractions, but percentages "
            f"are needed: `{name} * 100`."
        )
        raise ParameterError(msg)


def class_words(
    raster: xr.DataArray,
    classes: Mapping[int, str] | None,
    *,
    name: str,
    argument: str = "classes",
) -> dict[int, str]:
    """
    Return the word of each class number: as told, or as the raster's flags say.

    `argument` is how the user calls `classes`.
    """
    if classes is not None:
        if not isinstance(classes, Mapping) or not classes:
            msg = f"`{argument}` is {classes!r}, but e.g. {{1: 'forest'}} is needed."
            raise ParameterError(msg)
        return {_whole(code, argument): str(word) for code, word in classes.items()}
    words = str(raster.attrs.get("flag_meanings", "")).split()
    values = np.atleast_1d(raster.attrs.get("flag_values", []))
    if not words or len(words) != values.size:
        msg = (
            f"`{name}` does not say what its class numbers mean; give "
            f"`{argument}={{1: ..., 2: ...}}`, or `flag_values` and `flag_meanings`."
        )
        raise ParameterError(msg)
    return dict(zip((int(value) for value in values), words, strict=True))


def _whole(code: object, argument: str) -> int:
    if isinstance(code, int | np.integer) and not isinstance(code, bool):
        return int(code)
    msg = f"`{argument}` has {code!r}, but whole numbers are needed as codes."
    raise ParameterError(msg)


def cite(raster: xr.DataArray, ruleset: Ruleset, *tables: str) -> xr.DataArray:
    """Write into a result which tables it rests on, and which rows are unsure."""
    unsure = ruleset.unsure(*tables) if tables else ruleset.to_frame().iloc[:0]
    raster.attrs["ruleset"] = ruleset.id
    raster.attrs["tables"] = " ".join(tables)
    raster.attrs["unsure"] = "; ".join(
        dict.fromkeys(
            f"{row.table} {row.key}" for row in unsure.itertuples(index=False)
        )
    )
    return raster
