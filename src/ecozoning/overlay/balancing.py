"""Areas that add up to a control area to the last printed decimal (面积平差)."""

from __future__ import annotations

from decimal import Decimal
from math import fsum, inf, isfinite, isnan
from numbers import Real
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from ecozoning.errors import AreaBalanceError, NoDataError, ParameterError
from ecozoning.units import convert

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Series = pd.Series[float]

__all__ = [
    "MOST_UNITS",
    "balance",
    "check_rounding",
    "spread",
    "unit_hint",
    "whole_units",
]

_MOST_DECIMALS: Final = 6
MOST_UNITS: Final = 2**50
"""Up to here the rounding of floats moves less than half a unit in all; in units of
0.01 m² it is more than the area of China."""

_SHARE_DECIMALS: Final = 2
_UNITS_IN_USE: Final = ("m2", "hm2", "km2", "亩", "万亩")


def balance(
    areas: Series, control: float, decimals: int = 2, *, tolerance: float = 0.05
) -> Series:
    r"""
    Adjust areas so that they add up to a control area to the last decimal.

    First every area is scaled in proportion and rounded,

    .. math:: u_i = \mathrm{round}(10^d A_i C / \sum_j A_j),

    then what is missing from (or beyond) the control area :math:`10^d C` is spread in
    single smallest units, the largest polygon first; of two equal polygons the one that
    stands first comes first. No polygon gets more than one unit, and none turns
    negative. This is the two-step adjustment of China's land survey, whose
    order of the second step is a matter of office practice; ours is stated here.

    Parameters
    ----------
    areas : pandas.Series
        Areas, or other shares of a whole, finite and >= 0, in the unit of `control`.
        The index is kept as it is and may have labels more than once.
    control : float
        What the result adds up to, finite and >= 0, with at most `decimals` decimals.
    decimals : int, default 2
        Decimals of the result, 0 to 6. The land survey keeps 2, in m² and in hm² [1]_.
    tolerance : float, default 0.05
        How far `control` may be from the sum of `areas`, as a part of `control`. An
        adjustment is for small differences; a large one is a different territory or a
        different unit. ``math.inf`` allows any.

    Returns
    -------
    pandas.Series, float64, index and name of `areas`
        Areas in the unit of `control`, each the float next to a number of `decimals`
        decimals. ``round(result.sum(), decimals) == control`` holds; the sum of
        ``(result * 10**decimals).round().astype(int)`` is exact.

    Raises
    ------
    NoDataError
        If `areas` has no rows.
    ParameterError
        If `areas` is not a Series of finite numbers >= 0, or if `control`, `decimals`
        or `tolerance` lies outside its domain.
    AreaBalanceError
        If all areas are zero and `control` is not, or if `control` is further from the
        sum than `tolerance`; the message says so where the two look like two units.

    References
    ----------
    .. [1] 国务院第二次全国土地调查领导小组办公室 (2008). 图幅理论面积与图斑椭球面积计算
       公式及要求. 国土调查办发〔2008〕32号.

    Examples
    --------
    Three equal parts of 100: each is 33.33 and the first, of three that are equally
    large, takes the hundredth that is missing.

    >>> import pandas as pd
    >>> balance(pd.Series([1.0, 1.0, 1.0], index=["a", "b", "c"]) * 33, 100)
    a    33.34
    b    33.33
    c    33.33
    dtype: float64
    """
    check_rounding(control, decimals, tolerance)
    control, tolerance = float(control), float(tolerance)  # or decimal numbers
    parts = _check_areas(areas)
    target = whole_units(control, decimals)
    _check_difference(parts, control, tolerance)
    units = spread(parts, target)
    return pd.Series(units / 10**decimals, index=areas.index, name=areas.name)


def closed_table(
    measured: pd.DataFrame, control: float | None, decimals: int
) -> pd.DataFrame:
    """Return areas and shares per class that add up; `attrs` says what was changed."""
    areas = measured["area_km2"]
    sum_km2 = float(areas.sum())
    if control is None:
        check_rounding(sum_km2, decimals, inf)
        control_km2 = round(sum_km2, decimals)
        closed = balance(areas, control_km2, decimals, tolerance=inf)
    else:
        control_km2 = float(control)
        closed = balance(areas, control_km2, decimals)
    shares = balance(areas, 100.0, _SHARE_DECIMALS, tolerance=inf)
    table = measured.drop(columns=["area_km2", "n"])
    table = table.assign(area_km2=closed, share_percent=shares, n=measured["n"])
    table.attrs = {
        "measured_km2": sum_km2,
        "control_km2": control_km2,
        "correction_percent": 100 * (control_km2 / sum_km2 - 1),
    }
    return table


def spread(parts: NDArray[np.float64], target: int) -> NDArray[np.int64]:
    """Return whole units in proportion to parts, with `target` as their exact sum."""
    if target == 0:
        return np.zeros(len(parts), dtype=np.int64)
    units = np.rint(parts / fsum(parts) * target).astype(np.int64)
    residue = target - int(units.sum())
    # The residue is at most half of the parts that were rounded the other way: no part
    # is asked twice, and whoever gives a unit has one, as the parts rounded up do.
    order = np.argsort(-parts, kind="stable")[: abs(residue)]
    units[order] += 1 if residue > 0 else -1
    return units


def check_rounding(control: float, decimals: int, tolerance: float) -> None:
    """Refuse scalars outside their domain."""
    if isinstance(decimals, bool) or not isinstance(decimals, int | np.integer):
        msg = f"`decimals` is {decimals!r}, but a whole number is needed, e.g. 2."
        raise ParameterError(msg)
    if not 0 <= decimals <= _MOST_DECIMALS:
        msg = f"`decimals` is {decimals}, but 0 to {_MOST_DECIMALS} are possible."
        raise ParameterError(msg)
    for name, value in (("control", control), ("tolerance", tolerance)):
        if not isinstance(value, Real | Decimal) or isinstance(value, bool):
            msg = f"`{name}` is {value!r}, but a number is needed, e.g. 0.05."
            raise ParameterError(msg)
    if not isfinite(control) or control < 0:
        msg = (
            f"`control` is {control}, but a finite area >= 0 is needed; look it up in "
            "the plan, or leave the sum as it is: `round(areas.sum(), decimals)`."
        )
        raise ParameterError(msg)
    if isnan(tolerance) or tolerance < 0:
        msg = f"`tolerance` is {tolerance}, but a part >= 0 is needed, e.g. 0.05."
        raise ParameterError(msg)


def _check_areas(areas: Series) -> NDArray[np.float64]:
    """Return the areas as an array, insisting on finite numbers >= 0."""
    if not isinstance(areas, pd.Series):
        msg = (
            f"`areas` is a {type(areas).__name__}, but a Series is needed, e.g. "
            "`pandas.Series(areas)`."
        )
        raise ParameterError(msg)
    if areas.empty:
        msg = "`areas` has no rows, at least one is needed; see what emptied it."
        raise NoDataError(msg)
    if not pd.api.types.is_numeric_dtype(areas.dtype) or areas.dtype == bool:
        msg = (
            f"`areas` is of dtype {areas.dtype}, but numbers are needed, e.g. "
            "`pandas.to_numeric(areas)`."
        )
        raise ParameterError(msg)
    numbers = areas.to_numpy(dtype=np.float64, na_value=np.nan)
    parts = np.asarray(numbers, dtype=np.float64)
    bad = ~(np.isfinite(parts) & (parts >= 0))
    if bad.any():
        labels = areas.index[bad].tolist()[:5]
        msg = (
            f"`areas` has {bad.sum()} values that are missing, infinite or negative "
            f"(first labels: {', '.join(map(repr, labels))}), but areas >= 0 are "
            "needed; leave them out with `areas[areas >= 0]`."
        )
        raise ParameterError(msg)
    return parts


def whole_units(control: float, decimals: int) -> int:
    """Return the control area as a whole number of smallest units."""
    scaled = Decimal(repr(float(control))).scaleb(int(decimals))
    if scaled != scaled.to_integral_value():
        msg = (
            f"`control` is {control!r}, which has more than {decimals} decimals, so "
            f"nothing with {decimals} adds up to it; use "
            f"`round(control, {decimals})` or more `decimals`."
        )
        raise ParameterError(msg)
    if scaled > MOST_UNITS:
        msg = (
            f"`control` is {control!r}, which with {decimals} decimals has more digits "
            "than a float can keep; use fewer `decimals` or a larger unit."
        )
        raise ParameterError(msg)
    return int(scaled)


def _check_difference(
    parts: NDArray[np.float64], control: float, tolerance: float
) -> None:
    """Refuse a control area that is not a small adjustment away from the sum."""
    total = fsum(parts)
    if total == 0 and control > 0:
        msg = (
            f"all `areas` are zero, so none of the {control:g} of `control` can be "
            "given to them in proportion; measure them first, e.g. "
            "`ecozoning.ellipsoidal_area(layer)`."
        )
        raise AreaBalanceError(msg)
    if tolerance == inf or abs(total - control) <= tolerance * control:
        return
    msg = (
        f"`areas` add up to {total:,.6g}, which is not within {tolerance:.3%} of the "
        f"`control` of {control:,.6g}; {unit_hint(total, control)}check that both "
        "cover the same territory, or say `tolerance=...` if they do."
    )
    raise AreaBalanceError(msg)


def unit_hint(total: float, control: float) -> str:
    """Return advice if sum and control stand to each other as two units of area do."""
    for here in _UNITS_IN_USE:
        for there in _UNITS_IN_USE:
            expected = convert(control, there, here)
            if here != there and expected and abs(total / expected - 1) < 0.05:
                return (
                    f"these look like areas in {here} and a control in {there}: use "
                    f"`ecozoning.units.convert(control, {there!r}, {here!r})`; or "
                )
    return ""
