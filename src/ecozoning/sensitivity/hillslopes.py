"""How long and how steep slopes are: the factor LS."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from ecozoning._apply import apply
from ecozoning._kernels.soil_loss import length_and_steepness
from ecozoning.errors import ParameterError
from ecozoning.raster.grid import check_same_grid, grid_of
from ecozoning.raster.values import as_raster, is_lazy, nodata_of, reads_around
from ecozoning.rulesets import load_ruleset
from ecozoning.sensitivity.faults import judge_of_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from ecozoning.rulesets import Ruleset

    Floats = NDArray[np.float64]
    Given = tuple[dict[str, xr.DataArray], tuple[int, float, float]]

__all__ = ["slope_length_factor"]

STEEPNESS = "slope_steepness"
ONE_LENGTH, BY_LENGTH, BY_AREA = 0, 1, 2
"""What the kernel is given."""


@reads_around(0)
def slope_length_factor(
    slope: xr.DataArray,
    *,
    slope_length_m: float | xr.DataArray | None = None,
    upslope_area_km2: xr.DataArray | None = None,
    longest_m: float = math.inf,
    exponent: Literal["0.0896", "0.089", "5", "9"] = "0.0896",
    second_cut: Literal["10.20", "10", "14.0362"] = "10.20",
    ruleset: str | Path | Ruleset = "redline2017",
) -> xr.DataArray:
    r"""
    Return the factor of slope length and steepness, LS, by McCool and Liu [1]_ [2]_.

    .. math::

        L = (\lambda / 22.13)^m, \quad m = \beta / (1 + \beta), \quad
        \beta = \frac{\sin\theta / 0.0896}{3 \sin^{0.8}\theta + 0.56}

    and S is 10.8 sin + 0.03 below 5.14 degrees, 16.8 sin - 0.5 below 10.20,
    21.91 sin - 0.96 below 28.81, and 9.5988 from there on. S jumps at the second cut;
    that is the formula.

    Parameters
    ----------
    slope : xarray.DataArray, dims (y, x)
        Degrees, 0 to 90 (`ecozoning.slope`).
    slope_length_m : float or xarray.DataArray, optional
        Length of the slope in metres, one for all or on the grid of `slope`. This or
        `upslope_area_km2` is needed.
    upslope_area_km2 : xarray.DataArray, dims (y, x), optional
        Land that drains through the cell, its own included: `area_km2` of
        `ecozoning.raster.drainage`. L is then that of the part of the slope within the
        cell [3]_, whose length is the area over the side of a cell.
    longest_m : float, default inf
        Longest way of water over a slope, before it runs in a channel; for
        `upslope_area_km2` only.
    exponent : {"0.0896", "0.089", "5", "9"}
        Divisor in the formula of m, as published or as the guide prints it; or steps of
        the gradient, 0.2 below 1 %, 0.3 below 3 %, 0.4 below 5 or 9 %, 0.5 above.
    second_cut : {"10.20", "10", "14.0362"}
        Degrees where S changes the second time; documents differ.
    ruleset : str, pathlib.Path or Ruleset, default "redline2017"
        With the tables of S and m.

    Returns
    -------
    xarray.DataArray, dims (y, x), float32
        LS, without unit. NaN where an input has no value. Lazy if one is.

    Raises
    ------
    ParameterError
        If neither or both of length and area are given; if a slope is outside 0 to 90,
        a length below 0, an area not above 0, or an option unknown.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster has no CRS, is not in degrees or metres when areas are given, or two
        are not on one grid.
    NoDataError
        If no cell has a value, in memory.

    References
    ----------
    .. [1] McCool, D. K. et al. (1989). Revised slope length factor for the Universal
       Soil Loss Equation. Transactions of the ASAE 32(5), 1571-1576.
    .. [2] Liu, B. Y., Nearing, M. A. and Risse, L. M. (1994). Slope gradient effects on
       soil loss for steep slopes. Transactions of the ASAE 37(6), 1835-1840.
    .. [3] Desmet, P. J. J. and Govers, G. (1996). A GIS procedure for automatically
       calculating the USLE LS factor on topographically complex landscape units.
       Journal of Soil and Water Conservation 51(5), 427-433.

    Examples
    --------
    At 30 degrees S is 9.5988. Steps give m = 0.5, so a slope of four unit plots has
    L = 2.

    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0]}
    >>> steep = xr.DataArray([[30.0]], axes, ("y", "x")).rio.write_crs(4547)
    >>> factor = slope_length_factor(steep, slope_length_m=4 * 22.13, exponent="5")
    >>> round(float(factor[0, 0]), 4)
    19.1976
    """
    extents, given = _extent(slope_length_m, upslope_area_km2, longest_m)
    check_same_grid(slope=slope, **extents)
    rules = load_ruleset(ruleset)
    extent = next(iter(extents.values()), slope)
    side = np.ones(slope.shape[0])
    if given[0] == BY_AREA:
        grid = grid_of(slope, name="slope", metric=True)
        side = np.sqrt(grid.cell_areas_m2())
    data = apply(
        length_and_steepness,
        [slope.data, extent.data],
        dtype=np.float32,
        rows=[side],
        parameters=(
            np.array([nodata_of(slope), nodata_of(extent)]),
            given,
            _steepness(rules, second_cut, slope.dtype),
            *_exponents(rules, exponent),
        ),
        judge=_judge(slope, extents),
    )
    told = "factor of slope length and steepness"
    factor = as_raster(data, slope, name="ls", units="1", long_name=told)
    factor.attrs["method"] = f"exponent {exponent}, second cut {second_cut} degrees"
    factor.attrs["ruleset"] = rules.id
    return factor


def _extent(
    length: float | xr.DataArray | None, area: xr.DataArray | None, longest: float
) -> Given:
    """Return the raster of lengths or areas, if any, and what the kernel is told."""
    if (length is None) == (area is None):
        msg = (
            "`slope_length_m` and `upslope_area_km2` are both given, or neither is; "
            "give one, e.g. `upslope_area_km2=ecozoning.raster.drainage(dem).area_km2`."
        )
        raise ParameterError(msg)
    if not longest > 0:
        msg = f"`longest_m` is {longest}, but a length above 0 is needed."
        raise ParameterError(msg)
    if area is not None:
        return {"upslope_area_km2": area}, (BY_AREA, 0.0, float(longest))
    if isinstance(length, xr.DataArray):
        return {"slope_length_m": length}, (BY_LENGTH, 0.0, math.inf)
    if not isinstance(length, int | float) or not 0 <= length < math.inf:
        msg = f"`slope_length_m` is {length!r}, but metres from 0 on are needed."
        raise ParameterError(msg)
    return {}, (ONE_LENGTH, float(length), math.inf)


def _steepness(rules: Ruleset, second_cut: str, kind: np.dtype[Any]) -> Floats:
    """Return rows of lower end, rounded as slopes are, a and b of S = a sin + b."""
    table = rules[STEEPNESS]
    ends = np.array([table.domain().low, *table.edges()])
    ends[2] = rules["slope_steepness_second_cut"].value(second_cut)
    if kind.kind == "f":
        ends = ends.astype(kind)
    return np.column_stack([ends, table.scores()]).astype(np.float64)


def _exponents(rules: Ruleset, exponent: str) -> tuple[Floats, float]:
    """Return rows of gradient and m, and the divisor of the formula or 0."""
    steps = dict(next(c.options for c in rules.choices if c.id == "length_exponent"))
    if exponent not in steps:
        return np.zeros((1, 2)), rules["length_exponent_divisor"].value(exponent)
    table = rules.choose("length_exponent", exponent)
    ends = [table.domain().low, *table.edges()]
    return np.column_stack([ends, table.scores()]), 0.0


def _judge(
    slope: xr.DataArray, extents: dict[str, xr.DataArray]
) -> Callable[[NDArray[np.int64]], None]:
    domains = {"slope_length_m": "0 m and more", "upslope_area_km2": "what is above 0"}
    accepted = {"slope": "0 to 90 degrees"} | {name: domains[name] for name in extents}
    plainly = judge_of_values(accepted, whole=not is_lazy([slope, *extents.values()]))
    return lambda faults: plainly(faults[: len(accepted) + 1])
