"""Importance by thresholds: what the guide of 2020 has in place of models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from ecozoning.errors import ParameterError
from ecozoning.raster.factors import Factor, cite, class_words
from ecozoning.raster.steps import (
    Step,
    bounded_step,
    class_step,
    level_raster,
    run_steps,
    scale_of,
)
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    import xarray as xr

    from ecozoning.rulesets import Ruleset, Table

__all__ = ["thresholds2020"]

Service = Literal["soil_retention", "sand_fixation"]

RANGES: Final = {
    "slope": (90.0, "degrees", False),
    "vegetation_cover": (1.0, "", False),
    "sand_content": (100.0, "%", True),
    "gale_days": (366.0, "d", False),
}
"""Greatest value that a factor can have, its unit, and whether it is in per cent."""


def thresholds2020(
    service: Service,
    factors: Mapping[str, xr.DataArray],
    *,
    classes: Mapping[int, str] | None = None,
    ruleset: str | Ruleset = "dual2020",
) -> xr.DataArray:
    """
    Return the importance of soil retention or sand fixation by thresholds [1]_.

    All thresholds of a level must be reached (>=), under a protective cover: forest,
    shrub or grassland. The rest is generally important.

    Parameters
    ----------
    service : {"soil_retention", "sand_fixation"}
        Which table of the ruleset.
    factors : mapping of str to xarray.DataArray, dims (y, x)
        The columns of the table, and ``ecosystem``. For soil retention ``slope``
        (degrees) and ``vegetation_cover`` (0 to 1), for sand fixation ``sand_content``
        (%), ``gale_days`` (d) and ``vegetation_cover``.
    classes : mapping of int to str, optional
        What the numbers of ``ecosystem`` mean: ``forest``, ``shrub`` and ``grassland``
        count, all other words do not. If left out, its CF flags say it.
    ruleset : str or Ruleset
        An id, a path or a loaded ruleset; the guide lets thresholds be adjusted, and
        the slope be lower in the north.

    Returns
    -------
    xarray.DataArray, dims (y, x), uint8
        3 ``extremely_important``, 2 ``important``, 1 ``generally_important``; nodata is
        255. Lazy if a factor is.

    Raises
    ------
    ParameterError
        If a service is not known, a factor is missing or not of the table, a value is
        beyond its range, a class has no word, or a content of sand is a fraction: none
        is above 1, which is told of rasters in memory only.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] Ministry of Natural Resources (2020). Guide to evaluating carrying capacity
       and suitability for development, section on ecological protection.

    Examples
    --------
    25 degrees and a cover of 0.8 are enough, but a cover of 0.7 is not.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> slope = xr.DataArray([[25.0, 25, 9]], axes, ("y", "x")).rio.write_crs(4547)
    >>> cover = slope.copy(data=[[0.8, 0.7, 0.9]])
    >>> found = thresholds2020(
    ...     "soil_retention",
    ...     {"slope": slope, "vegetation_cover": cover, "ecosystem": slope * 0 + 1},
    ...     classes={1: "forest"},
    ... )
    >>> found.to_numpy()
    array([[3, 2, 1]], dtype=uint8)
    """
    rules = load_ruleset(ruleset) if isinstance(ruleset, str) else ruleset
    if service not in get_args(Service):
        msg = f"`service` is {service!r}; use one of {', '.join(get_args(Service))}."
        raise ParameterError(msg)
    table = rules[service]
    wanted = [str(column.key) for column in table.columns]
    if not isinstance(factors, Mapping) or set(factors) != {*wanted, "ecosystem"}:
        msg = (
            f"`factors` has {sorted(factors)}, but {[*wanted, 'ecosystem']} are needed "
            f"for {service!r}."
        )
        raise ParameterError(msg)
    steps = [_at_least(table, k, factors[name]) for k, name in enumerate(wanted)]
    steps.append(_covered(rules, factors["ecosystem"], classes))
    made = level_raster(
        run_steps(steps),
        steps[0].factor.raster,
        scale_of(rules, "importance_level"),
        name=service,
        long_name=f"importance of {service.replace('_', ' ')} by thresholds",
    )
    made.attrs["method"] = "all thresholds of a level reached, under protective cover"
    return cite(made, rules, service, "protective_cover")


def _at_least(table: Table, column: int, raster: xr.DataArray) -> Step:
    """Return the step that lowers the level to what a factor reaches."""
    name = str(table.columns[column].key)
    high, unit, percent = RANGES[name]
    factor = Factor(name, raster, 0.0, high, unit, percent)
    important, extremely = (
        table.row(row).scores[column] for row in ("important", "extremely_important")
    )
    real = raster.dtype if raster.dtype.kind == "f" else np.dtype("float64")
    cuts = np.array([important, extremely], dtype=real)
    start = column == 0
    # The chain begins with level 1, which the first factor may raise.
    matrix = [
        [reached if start else min(level, reached) for level in (1, 2, 3)]
        for reached in (1, 2, 3)
    ]
    return bounded_step(factor, cuts, np.array(matrix))


def _covered(
    rules: Ruleset, ecosystem: xr.DataArray, classes: Mapping[int, str] | None
) -> Step:
    """Return the step that leaves a level to land under a protective cover."""
    words = class_words(ecosystem, classes, name="ecosystem")
    protective = {str(row.key) for row in rules["protective_cover"].rows}
    matrix = {
        word: [1, 2, 3] if word in protective else [1, 1, 1] for word in words.values()
    }
    return class_step("ecosystem", ecosystem, words, matrix)
