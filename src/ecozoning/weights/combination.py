"""Weights put together, and rasters weighed by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import pandas as pd

from ecozoning._apply import apply
from ecozoning._kernels.weighted import weighted_sum
from ecozoning._validation.grids import check_same_grid
from ecozoning.errors import ParameterError, SchemaError
from ecozoning.raster.values import as_raster, is_lazy, judge_of, nodata_of

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["combined", "weighted_overlay"]

Method = Literal["multiply", "mean"]

ONE: Final = 1e-9
"""How far weights may be from adding up to 1."""


def combined(
    *weights: pd.Series[float], method: Method = "multiply"
) -> pd.Series[float]:
    r"""
    Put weights of several kinds together (组合赋权).

    For instance those of experts (`ahp`) and those of the data (`entropy`).

    ``"multiply"``
        :math:`w_j = \prod_s w_{sj} / \sum_k \prod_s w_{sk}`: what one kind holds for
        nothing counts for nothing.
    ``"mean"``
        the arithmetic mean.

    Parameters
    ----------
    *weights : pandas.Series
        Two or more with the same labels, in any order, each >= 0 and 1 in sum.
    method : {"multiply", "mean"}, default "multiply"
        See above.

    Returns
    -------
    pandas.Series, float64, index of the first
        Weights >= 0 that add up to 1.

    Raises
    ------
    ParameterError
        If fewer than two are given, one is no Series of weights that add up to 1,
        `method` is not known, or every product is 0.
    SchemaError
        If labels come twice, or are not the same in all.

    Examples
    --------
    Experts say 3 to 1, the data say even: the product is 3 to 1 again.

    >>> import pandas as pd
    >>> experts = pd.Series({"slope": 0.75, "rain": 0.25})
    >>> data = pd.Series({"slope": 0.5, "rain": 0.5})
    >>> combined(experts, data)
    slope    0.75
    rain     0.25
    Name: weight, dtype: float64
    >>> combined(experts, data, method="mean")
    slope    0.625
    rain     0.375
    Name: weight, dtype: float64
    """
    if method not in get_args(Method):
        msg = f"`method` is {method!r}; use one of {', '.join(get_args(Method))}."
        raise ParameterError(msg)
    if len(weights) < 2:
        msg = f"{len(weights)} weights were given; two or more can be put together."
        raise ParameterError(msg)
    first, *others = (_checked(w, f"weights[{i}]") for i, w in enumerate(weights))
    for place, other in enumerate(others, start=1):
        _check_labels(first.index, other.index, ("weights[0]", f"weights[{place}]"))
    table = pd.concat([first, *others], axis=1)
    merged = table.prod(axis=1) if method == "multiply" else table.mean(axis=1)
    if merged.sum() == 0:
        msg = (
            "every factor has the weight 0 in one of `weights`, so all products are 0; "
            "use `method='mean'`."
        )
        raise ParameterError(msg)
    return (merged / merged.sum()).rename("weight")


def weighted_overlay(
    rasters: Mapping[str, xr.DataArray], weights: pd.Series[float] | Mapping[str, float]
) -> xr.DataArray:
    r"""
    Add up rasters by weight: :math:`\sum_j w_j x_j`.

    Bring factors to one scale first, e.g. scores of 1 to 9, or 0 to 1: nobody else
    does.

    Parameters
    ----------
    rasters : mapping of str to xarray.DataArray, dims (y, x)
        Factors by name, on one grid, in memory or lazy.
    weights : pandas.Series or mapping of str to float
        One per raster, by its name, >= 0, 1 in sum within 1e-9.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        The sum, lazy if a raster is; NaN where any raster has no value. ``units`` are
        those that all rasters state, else ``"1"``.

    Raises
    ------
    ParameterError
        If weights are below 0 or do not add up to 1, `rasters` is no mapping of rasters
        with a sound grid, or a value is infinite.
    SchemaError
        If the names of rasters and weights are not the same.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or one has no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy rasters this is not asked.

    Examples
    --------
    Three quarters of 8 and a quarter of 4.

    >>> import numpy as np, rioxarray, xarray as xr
    >>> axes = {"y": [60.0, 30], "x": [0.0, 30]}
    >>> slope = xr.DataArray([[8.0, 8], [8, np.nan]], axes, ("y", "x")).rio.write_crs(
    ...     4547
    ... )
    >>> rain = xr.full_like(slope, 4.0)
    >>> weighted_overlay(
    ...     {"slope": slope, "rain": rain}, {"slope": 0.75, "rain": 0.25}
    ... ).to_numpy()
    array([[ 7.,  7.],
           [ 7., nan]], dtype=float32)
    """
    if not isinstance(rasters, Mapping) or not rasters:
        msg = "`rasters` must be a dict of rasters by name, e.g. {'slope': slope}."
        raise ParameterError(msg)
    # A plain mapping has no name of its own; a Series keeps what it is.
    series = _checked(pd.Series(weights), "weights")
    _check_labels(pd.Index(list(rasters)), series.index, ("rasters", "weights"))
    layers = list(rasters.values())
    named = {str(name): raster for name, raster in rasters.items()}
    check_same_grid(**named)
    data = apply(
        weighted_sum,
        [raster.data for raster in layers],
        dtype=np.float32,
        parameters=(
            tuple(series.loc[list(rasters)].tolist()),
            tuple(nodata_of(raster) for raster in layers),
        ),
        judge=judge_of(*named, whole=not is_lazy(layers)),
    )
    stated = {str(raster.attrs.get("units", "1")) for raster in layers}
    units = stated.pop() if len(stated) == 1 else "1"
    return as_raster(
        data, layers[0], name="weighted_overlay", units=units, long_name="weighted sum"
    )


def _checked(weights: object, name: str) -> pd.Series[float]:
    """Return weights, insisting that they are some and add up to 1."""
    if not isinstance(weights, pd.Series):
        msg = (
            f"`{name}` is a {type(weights).__name__}, but a Series of weights by "
            "factor is needed; of an `ahp` take its `.weights`."
        )
        raise ParameterError(msg)
    if weights.index.has_duplicates:
        again = weights.index[weights.index.duplicated()].tolist()
        msg = f"`{name}` has {again} twice; add the two up or leave one out."
        raise SchemaError(msg)
    numbers = pd.to_numeric(weights, errors="coerce").astype("float64")
    if not (numbers >= 0).all():  # NaN fails as well
        bad = numbers.index[~(numbers >= 0)].tolist()
        msg = f"`{name}` of {bad} are missing or below 0, but >= 0 is needed."
        raise ParameterError(msg)
    if abs(numbers.sum() - 1) > ONE:
        msg = (
            f"`{name}` add up to {numbers.sum():.10g}, but to 1 is needed: "
            f"`{name} / {name}.sum()`."
        )
        raise ParameterError(msg)
    return numbers


def _check_labels(first: pd.Index, other: pd.Index, names: tuple[str, str]) -> None:
    """Refuse two sets of labels that differ."""
    alone = [first.difference(other).tolist(), other.difference(first).tolist()]
    if any(alone):
        msg = (
            f"`{names[0]}` and `{names[1]}` are not of the same factors: {alone[0]} "
            f"only in the first, {alone[1]} only in the second; leave these out."
        )
        raise SchemaError(msg)
