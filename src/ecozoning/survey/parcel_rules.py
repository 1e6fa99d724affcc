"""Rules that the fields of a parcel (图斑) have to keep, and what breaks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from ecozoning.survey.codes import codes_of, parsed_code
from ecozoning.survey.tables import check_frame, measured_areas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from ecozoning.survey.codes import System

    Mask = NDArray[np.bool_] | pd.Series[bool]
    Floats = NDArray[np.float64]

__all__ = ["CULTIVATED", "check_parcels", "deduction_findings", "deduction_shares"]

CULTIVATED: Final = ("0101", "0102", "0103")
RIDGE: Final = "1203"
CENT: Final = 0.01 + 1e-6
"""m2 by which two roundings to 0.01 m2 may differ."""
FAR: Final = 0.01
"""Part of its ellipsoidal area by which the area of a parcel is not an adjustment."""

_COLUMNS: Final = ("code", "severity", "row", "field", "message", "message_zh")


class _Parcels(NamedTuple):
    """A table of parcels, and its land codes taken apart."""

    table: pd.DataFrame
    text: pd.Series[str]  # DLBM, empty where there is none
    class_: pd.Series[str]  # first four characters, empty if unknown
    coarse: pd.Series[bool]  # a first class that has second ones

    def number(self, field: str) -> Floats | None:
        """Return a field as numbers, NaN for what is none; None without the field."""
        return _numbers(self.table, field)


class _Rule(NamedTuple):
    """What is wrong, in which field, how it is found and what is said of it."""

    code: str
    severity: str
    field: str
    broken: Callable[[_Parcels], Mask | None]
    message: str
    message_zh: str


def check_parcels(parcels: pd.DataFrame, *, system: System) -> pd.DataFrame:
    """
    List what is wrong in the fields of parcels (地类图斑).

    Fields that are not there are not checked, but for BSM and DLBM, whose absence is
    itself a finding.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        One row per parcel, unique index, fields by the names of the survey: ``BSM``,
        ``DLBM``, ``DLMC``, ``TBMJ``, ``KCDLBM``, ``KCXS``, ``KCMJ``, ``TBDLMJ``. With a
        geometry, valid polygons, areas are compared with ``TBMJ``.
    system : {"survey3", "gbt21010_2017", "land_sea_2023"}
        The system of the land codes.

    Returns
    -------
    pandas.DataFrame
        One row per finding, by rule and then by row: ``code``, ``severity``
        (``"error"`` or ``"warning"``), ``row`` (label of the index, None for the whole
        table), ``field``, ``message`` and ``message_zh``. No rows if nothing is wrong.

    Raises
    ------
    ParameterError, NoDataError, SchemaError
        If `parcels` is no table, has no rows, or has a label twice, or `system` is not
        known.
    GeometryError, MissingCRSError, CRSMismatchError
        If there is a geometry, and `ellipsoidal_area` refuses it.

    Examples
    --------
    >>> import pandas as pd
    >>> parcels = pd.DataFrame(
    ...     {"BSM": ["1", "1"], "DLBM": ["0103", "0301"], "KCXS": [0.1, 0.1]}
    ... )
    >>> check_parcels(parcels, system="survey3")[["code", "row", "field"]]
               code row field
    0  BSM_REPEATED   0   BSM
    1  BSM_REPEATED   1   BSM
    2    KCXS_CLASS   1  KCXS
    """
    frame = check_frame(parcels, name="parcels", columns=())
    codes_of(system)
    missing = [field for field in ("BSM", "DLBM") if field not in frame]
    found = [_absent(field) for field in missing]
    taken = _taken_apart(frame, system)
    for rule in _RULES:
        found += _findings(rule, taken)
    if hasattr(frame, "geom_type") and "TBMJ" in frame:
        found += _findings(_area_rule(frame), taken)
    return pd.DataFrame(found, columns=list(_COLUMNS))


def deduction_findings(
    parcels: pd.DataFrame, system: System
) -> list[tuple[object, ...]]:
    """Return what makes the deduction of field ridges impossible to compute."""
    taken = _taken_apart(parcels, system)
    return [
        row for rule in _RULES if rule.field == "KCXS" for row in _findings(rule, taken)
    ]


def deduction_shares(parcels: pd.DataFrame) -> Floats:
    """Return KCXS, 0 where there is none."""
    shares = _numbers(parcels, "KCXS")
    return np.zeros(len(parcels)) if shares is None else np.nan_to_num(shares)


def _numbers(table: pd.DataFrame, field: str) -> Floats | None:
    if field not in table:
        return None
    numbers = pd.to_numeric(table[field], errors="coerce")
    return np.asarray(numbers.to_numpy(na_value=np.nan), dtype=np.float64)


def _taken_apart(frame: pd.DataFrame, system: System) -> _Parcels:
    if "DLBM" not in frame:
        empty = pd.Series("", index=frame.index, dtype=str)
        return _Parcels(frame, empty, empty, empty == "-")
    text = frame["DLBM"].astype(object).where(frame["DLBM"].notna(), "")
    text = text.astype(str).str.strip()
    known = {one: parsed_code(one, system) or ("", "") for one in text.unique()}
    class_ = text.map({one: code for one, (code, _) in known.items()})
    divided = {
        row.first_class for row in codes_of(system).values() if len(row.code) > 2
    }
    return _Parcels(frame, text, class_, class_.isin(divided))


def _absent(field: str) -> tuple[object, ...]:
    return (
        f"{field}_ABSENT",
        "error",
        None,
        field,
        f"there is no field {field}",
        f"缺少字段{field}",
    )


def _findings(rule: _Rule, parcels: _Parcels) -> Iterator[tuple[object, ...]]:
    """Yield a finding for each row that breaks a rule."""
    broken = rule.broken(parcels)
    if broken is None:
        return
    values = parcels.table.get(rule.field)
    for place in np.flatnonzero(np.asarray(broken, dtype=bool)).tolist():
        value = None if values is None else values.iloc[place]
        words = (text.format(value=value) for text in (rule.message, rule.message_zh))
        row = parcels.table.index[place]
        yield (rule.code, rule.severity, row, rule.field, *words)


def _has(parcels: _Parcels, field: str) -> bool:
    return field in parcels.table


def _blank(column: pd.Series[str]) -> pd.Series[bool]:
    return column.isna() | (column.astype(str).str.strip() == "")


def _bsm_missing(parcels: _Parcels) -> Mask | None:
    return _blank(parcels.table["BSM"]) if _has(parcels, "BSM") else None


def _bsm_repeated(parcels: _Parcels) -> Mask | None:
    if not _has(parcels, "BSM"):
        return None
    column = parcels.table["BSM"]
    return column.duplicated(keep=False) & ~_blank(column)


def _dlbm_missing(parcels: _Parcels) -> Mask | None:
    return parcels.text == "" if _has(parcels, "DLBM") else None


def _dlbm_mixed(parcels: _Parcels) -> Mask:
    """Mark codes of three digits where others have four."""
    three = parcels.text.str.fullmatch(r"\d{3}[A-Z]?")
    return three if parcels.text.str.match(r"\w{4}").any() else three & False


def _dlbm_unknown(parcels: _Parcels) -> Mask:
    return (parcels.text != "") & (parcels.class_ == "") & ~_dlbm_mixed(parcels)


def _dlbm_length(parcels: _Parcels) -> Mask:
    """Mark what is too long, but for the six digits that one of the systems has."""
    return (parcels.text.str.len() > 5) & (parcels.class_ == "")


def _kcxs_range(parcels: _Parcels) -> Mask | None:
    shares = parcels.number("KCXS")
    if shares is None:
        return None
    there = ~_blank(parcels.table["KCXS"])
    return there & ~((shares >= 0) & (shares < 1))


def _kcxs_class(parcels: _Parcels) -> Mask | None:
    shares = parcels.number("KCXS")
    if shares is None or not _has(parcels, "DLBM"):
        return None
    return (shares > 0) & ~parcels.class_.isin(CULTIVATED)


def _kcdlbm(parcels: _Parcels) -> Mask | None:
    """Mark deductions of something but ridges, and ridges without a deduction."""
    shares = parcels.number("KCXS")
    if shares is None or not _has(parcels, "KCDLBM"):
        return None
    column = parcels.table["KCDLBM"]
    ridge = column.astype(str).str.strip() == RIDGE
    return ((shares > 0) & ~ridge) | (~(shares > 0) & ~_blank(column))


def _tbmj(parcels: _Parcels) -> Mask | None:
    areas = parcels.number("TBMJ")
    return None if areas is None else ~(areas > 0)


def _kcmj(parcels: _Parcels) -> Mask | None:
    areas, shares, deducted = (parcels.number(f) for f in ("TBMJ", "KCXS", "KCMJ"))
    if areas is None or shares is None or deducted is None:
        return None
    return ~(np.abs(np.nan_to_num(deducted) - areas * np.nan_to_num(shares)) <= CENT)


def _tbdlmj(parcels: _Parcels) -> Mask | None:
    areas, deducted, net = (parcels.number(f) for f in ("TBMJ", "KCMJ", "TBDLMJ"))
    if areas is None or deducted is None or net is None:
        return None
    return ~(np.abs(areas - np.nan_to_num(deducted) - net) <= CENT / 2)


def _area_rule(frame: pd.DataFrame) -> _Rule:
    """Return the rule that the area of a parcel is that of its geometry."""
    measured = measured_areas(frame, "survey")

    def broken(parcels: _Parcels) -> Mask | None:
        areas = parcels.number("TBMJ")
        return None if areas is None else np.abs(areas / measured - 1) > FAR

    return _Rule(
        "TBMJ_GEOMETRY",
        "warning",
        "TBMJ",
        broken,
        "{value} m² is more than 1 % from the ellipsoidal area of the geometry",
        "图斑面积{value}平方米与图形椭球面积相差超过1%",
    )


_RULES: Final = (
    _Rule("BSM_MISSING", "error", "BSM", _bsm_missing, "no identifier", "标识码为空"),
    _Rule(
        "BSM_REPEATED",
        "error",
        "BSM",
        _bsm_repeated,
        "identifier {value} occurs more than once",
        "标识码{value}重复",
    ),
    _Rule(
        "DLBM_MISSING", "error", "DLBM", _dlbm_missing, "no land code", "地类编码为空"
    ),
    _Rule(
        "DLBM_MIXED",
        "error",
        "DLBM",
        _dlbm_mixed,
        "code {value} of three digits among codes of four",
        "地类编码{value}为三位，与四位编码混用",
    ),
    _Rule(
        "DLBM_LENGTH",
        "error",
        "DLBM",
        _dlbm_length,
        "code {value} has more than five characters",
        "地类编码{value}超过五位",
    ),
    _Rule(
        "DLBM_UNKNOWN",
        "error",
        "DLBM",
        _dlbm_unknown,
        "code {value} is not in the system of land codes",
        "地类编码{value}不在所用分类中",
    ),
    _Rule(
        "DLBM_COARSE",
        "warning",
        "DLBM",
        lambda parcels: parcels.coarse,
        "code {value} is a first class that has second classes",
        "地类编码{value}为一级类，应填二级类",
    ),
    _Rule(
        "KCXS_RANGE",
        "error",
        "KCXS",
        _kcxs_range,
        "deduction {value} is not in 0 to below 1",
        "扣除系数{value}不在0至1（不含1）之间",
    ),
    _Rule(
        "KCXS_CLASS",
        "error",
        "KCXS",
        _kcxs_class,
        "deduction {value} on land that is not cultivated",
        "非耕地图斑的扣除系数为{value}",
    ),
    _Rule(
        "KCDLBM",
        "error",
        "KCDLBM",
        _kcdlbm,
        "deducted class {value} does not fit the deduction; 1203 where there is one",
        "扣除地类编码{value}与扣除系数不符，有扣除时应为1203",
    ),
    _Rule(
        "TBMJ",
        "error",
        "TBMJ",
        _tbmj,
        "area {value} is not above 0",
        "图斑面积{value}不大于0",
    ),
    _Rule(
        "KCMJ",
        "error",
        "KCMJ",
        _kcmj,
        "deducted area {value} is not TBMJ x KCXS",
        "扣除地类面积{value}不等于图斑面积乘扣除系数",
    ),
    _Rule(
        "TBDLMJ",
        "error",
        "TBDLMJ",
        _tbdlmj,
        "net area {value} is not TBMJ - KCMJ",
        "图斑地类面积{value}不等于图斑面积减扣除地类面积",
    ),
)
