"""Units of the published figures, and the only conversions between them.

A unit token is what `figures.csv` may say in its column `unit`. Each has a dimension
and a factor to the base unit of that dimension (square metre, metre, cubic metre,
kilogram, yuan, one), so a ratio of two figures can be held against a third one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ecozoning.errors import ParameterError

__all__ = ["MU_M2", "UNITS", "Unit", "convert", "unit"]

MU_M2: Final = 10_000 / 15
"""Square metres in one 亩: 15 亩 are one hectare (国务院 1984 法定计量单位)."""


@dataclass(frozen=True)
class Unit:
    """A unit token, what it measures, and how many base units one of it is."""

    token: str
    dimension: str
    factor: float


_AREA = {
    "m2": 1.0,
    "hm2": 1e4,
    "km2": 1e6,
    "亩": MU_M2,
    "万亩": 1e4 * MU_M2,
    "万m2": 1e4,
    "万hm2": 1e8,
    "万km2": 1e10,
}
_VOLUME = {"m3": 1.0, "万m3": 1e4, "亿m3": 1e8}
_MASS = {
    "kg": 1.0,
    "斤": 0.5,
    "t": 1e3,
    "kt": 1e6,
    "万斤": 5e3,
    "万t": 1e7,
    "亿t": 1e11,
}
_COUNTED: Final = (
    "个 处 座 条 种 项 人 户 家 块 口 台 辆 套 次 眼 只 科 目 镇 乡 村 "
    "场 区 片 基 批 件 所 头 名 株 级 类 组 队 层 站 点 根 扇 孔 位 期 "
    "车 届 对 张 份 面 亩次 "
)

_TABLE: Final[dict[str, dict[str, float]]] = {
    "area": _AREA,
    "length": {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3},
    "volume": _VOLUME,
    "mass": _MASS,
    "money": {"元": 1.0, "万元": 1e4, "亿元": 1e8},
    "count": dict.fromkeys(_COUNTED.split(), 1.0)
    | {"万人": 1e4, "万户": 1e4, "万个": 1e4, "万次": 1e4, "万人次": 1e4},
    "share": {"%": 1e-2, "‰": 1e-3, "成": 0.1},
    "number": {"1": 1.0},
    "angle": {"°": 1.0},
    "temperature": {"°C": 1.0},
    "time": {"d": 1.0, "h": 1 / 24, "a": 365.25},
    "speed": {"m/s": 1.0},
    "flow": {"m3/s": 1.0},
    "power": {"kW": 1.0, "万kW": 1e4, "MW": 1e3, "GW": 1e6},
    "energy": {"kWh": 1.0, "万kWh": 1e4, "亿kWh": 1e8},
    "radiation": {"MJ/m2": 1.0},
    "capacity": {"t/h": 1.0, "t/d": 1 / 24},
    "grade": {"等": 1.0},
    "concentration": {"μg/m3": 1.0},
    "mass_fraction": {"g/kg": 1.0},
    "volume_per_area": {"m3/hm2": 1e-4, "m3/亩": 1 / MU_M2},
    "area_per_count": {"m2/人": 1.0},
    "volume_per_count": {"m3/人": 1.0},
    "mass_per_area": {"斤/亩": 0.5 / MU_M2, "kg/亩": 1 / MU_M2},
    "diameter": {"DN": 1.0},
}

UNITS: Final[dict[str, Unit]] = {
    token: Unit(token, dimension, factor)
    for dimension, tokens in _TABLE.items()
    for token, factor in tokens.items()
}
"""Every unit token that a plan may use."""


def unit(token: str) -> Unit:
    """
    Return the unit that a token names.

    Parameters
    ----------
    token : str
        One of `UNITS`, for instance ``"km2"``, ``"hm2"``, ``"万亩"``, ``"%"``.

    Returns
    -------
    Unit
        Token, dimension, factor to the base unit.

    Raises
    ------
    ParameterError
        If the token is not known.

    Examples
    --------
    >>> unit("hm2").factor
    10000.0
    """
    try:
        return UNITS[token]
    except KeyError:
        msg = f"unit {token!r} is not known; use one of {', '.join(sorted(UNITS))}."
        raise ParameterError(msg) from None


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """
    Convert a value between two units of one dimension.

    Parameters
    ----------
    value : float
        Value in `from_unit`.
    from_unit, to_unit : str
        Tokens of `UNITS`.

    Returns
    -------
    float
        Value in `to_unit`.

    Raises
    ------
    ParameterError
        If a token is unknown or the two measure different things.

    Examples
    --------
    >>> convert(134722.78, "hm2", "km2")
    1347.2278
    >>> convert(44.06, "万亩", "hm2")
    29373.333
    """
    source, target = unit(from_unit), unit(to_unit)
    if source.dimension != target.dimension:
        msg = (
            f"{from_unit!r} measures {source.dimension} and {to_unit!r} "
            f"{target.dimension}; convert within one dimension."
        )
        raise ParameterError(msg)
    return value * source.factor / target.factor
