"""The factor of cover and management, C."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ecozoning._apply import apply, plain_array
from ecozoning._kernels.soil_loss import cover_by_formula, cover_by_type
from ecozoning.errors import ParameterError
from ecozoning.raster.grid import check_same_grid, grid_of
from ecozoning.raster.values import as_raster, is_lazy, nodata_of, reads_around
from ecozoning.rulesets import load_ruleset
from ecozoning.rulesets.intervals import Interval, cuts_between
from ecozoning.sensitivity.faults import judge_of_values
from ecozoning.sensitivity.grading import rules_used

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset

    Floats = NDArray[np.float64]

__all__ = ["cover_factor"]

BY_COVER = "cover_management"
CONSTANT = "cover_management_constant"
DRY = "cover_management_dry_farmland"
FORMULA = "cover_management_formula"
DRY_TYPE = "dry_farmland"
DRY_NAME = "旱地"


@reads_around(0)
def cover_factor(
    cover: xr.DataArray,
    *,
    cover_type: xr.DataArray | None = None,
    type_codes: Mapping[int, str] | None = None,
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return the factor of cover and management, C, of the soil loss equation.

    With `cover_type` C is read from the table of the red-line guide [1]_. Without it
    follows from cover alone [2]_:

    .. math:: C = 0.6508 - 0.3436 \lg f

    for a cover f of 0.1 to 78.3 per cent, 1 below and 0 above.

    Parameters
    ----------
    cover : xarray.DataArray, dims (y, x)
        Vegetation cover, 0 to 1 (`ecozoning.vegetation_cover`).
    cover_type : xarray.DataArray, dims (y, x), optional
        Class of land cover, on the grid of `cover`.
    type_codes : mapping of int to str, optional
        What each code of `cover_type` is, in English or Chinese: forest, shrub,
        grassland, tree_orchard, shrub_orchard, of which C depends on cover by steps;
        paddy, wetland, town, desert, of which it does not; dry_farmland, of which it is
        0.221 - 0.595 lg(cover), at most 1.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the tables ``cover_management`` and the others of that name.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        C, 0 to 1. NaN where an input has no value. Lazy if one is.

    Raises
    ------
    ParameterError
        If a cover is outside 0 to 1, as per cent are; if one of `cover_type` and
        `type_codes` is given without the other; if `cover_type` holds a code, or
        `type_codes` a name, that nothing explains.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster has no CRS, or two are not on one grid.
    NoDataError
        If no cell has a value, in memory.

    References
    ----------
    .. [1] 环办生态〔2017〕48号, factor of cover and management.
    .. [2] Cai Chongfa et al. (2000). 应用 USLE 模型与地理信息系统 IDRISI
       预测小流域土壤侵蚀量的研究. 水土保持学报 14(2), 19-24.

    Examples
    --------
    Ten per cent cover: lg 10 = 1, so C is 0.6508 - 0.3436.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> def cell(value):
    ...     return xr.DataArray([[value]], axes, ("y", "x")).rio.write_crs(4547)
    >>> cover_factor(cell(0.1)).to_numpy().round(4)
    array([[0.3072]], dtype=float32)
    >>> grass = cover_factor(cell(0.1), cover_type=cell(3), type_codes={3: "grassland"})
    >>> grass.to_numpy()
    array([[0.24]], dtype=float32)
    """
    rules = load_ruleset(ruleset)
    if (cover_type is None) != (type_codes is None):
        msg = (
            "one of `cover_type` and `type_codes` is given; give both, e.g. "
            "`type_codes={1: 'forest', 2: 'dry_farmland'}`, or neither."
        )
        raise ParameterError(msg)
    if cover_type is None or type_codes is None:
        return _by_formula(cover, rules)
    return _by_type(cover, cover_type, type_codes, rules)


def _by_formula(cover: xr.DataArray, rules: Ruleset) -> xr.DataArray:
    grid_of(cover, name="cover")
    table = rules[FORMULA]
    real = cover.dtype if cover.dtype.kind == "f" else np.dtype("float64")
    ends = [
        100.0 * float(real.type(table.value(name) / 100.0))  # an edge as cells hold it
        for name in ("lower_cover", "upper_cover")
    ]
    terms = np.array([table.value("constant"), table.value("slope"), *ends])
    data = apply(
        cover_by_formula,
        [cover.data],
        dtype=np.float32,
        parameters=(nodata_of(cover), terms),
        judge=judge_of_values({"cover": "0 to 1"}, whole=not is_lazy([cover])),
    )
    return _labelled(data, cover, rules, (FORMULA,))


def _by_type(
    cover: xr.DataArray,
    cover_type: xr.DataArray,
    codes: Mapping[int, str],
    rules: Ruleset,
) -> xr.DataArray:
    rasters = {"cover": cover, "cover_type": cover_type}
    check_same_grid(**rasters)
    table = rules[BY_COVER]
    steps = [c.key for c in table.columns if isinstance(c.key, Interval)]
    kind = plain_array(np.empty((0, 0), cover.dtype)).dtype
    told = ", ".join(str(code) for code in codes)
    accepted = {"cover": "0 to 1", "cover_type": f"the codes {told} of `type_codes`"}
    data = apply(
        cover_by_type,
        [cover.data, cover_type.data],
        dtype=np.float32,
        parameters=(
            np.array([nodata_of(cover), nodata_of(cover_type)]),
            cuts_between(steps, kind if kind.kind == "f" else np.float64),
            _rules_by_code(codes, rules, len(steps)),
        ),
        judge=judge_of_values(accepted, whole=not is_lazy([cover, cover_type])),
    )
    return _labelled(data, cover, rules, (BY_COVER, CONSTANT, DRY))


def _rules_by_code(codes: Mapping[int, str], rules: Ruleset, steps: int) -> Floats:
    """Return rows of code, C by step of cover, and a and b of dry farmland."""
    nan = math.nan
    known: dict[str, list[float]] = {}
    for row in rules[BY_COVER].rows:
        known[str(row.key)] = known[row.name] = [*row.scores, nan, nan]
    for row in rules[CONSTANT].rows:
        known[str(row.key)] = known[row.name] = [row.scores[0]] * steps + [nan, nan]
    terms = [rules[DRY].value("constant"), rules[DRY].value("slope")]
    known[DRY_TYPE] = known[DRY_NAME] = [nan] * steps + terms
    strangers = sorted({str(name) for name in codes.values()} - set(known))
    if strangers or not codes:
        asked = ", ".join(map(repr, strangers)) or "nothing"
        msg = f"`type_codes` names {asked}; use {', '.join(known)}."
        raise ParameterError(msg)
    return np.array([[float(code), *known[str(name)]] for code, name in codes.items()])


def _labelled(
    data: object, like: xr.DataArray, rules: Ruleset, tables: tuple[str, ...]
) -> xr.DataArray:
    told = "factor of cover and management"
    factor = as_raster(data, like, name="cover_factor", units="1", long_name=told)
    factor.attrs |= rules_used(rules, rules.to_frame(*tables))
    return factor
