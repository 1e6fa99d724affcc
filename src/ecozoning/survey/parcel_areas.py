"""Areas of parcels (图斑): whole, of field ridges, net; and in larger units."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError, SchemaError
from ecozoning.overlay.balancing import check_rounding, spread
from ecozoning.survey.codes import parse_codes
from ecozoning.survey.nested import to_units
from ecozoning.survey.parcel_rules import deduction_findings, deduction_shares
from ecozoning.survey.tables import check_areas, check_frame, measured_areas, rows_text
from ecozoning.units import convert

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ecozoning.survey.codes import System

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["parcel_fields", "rounded_areas"]

AreaUnit = Literal["m2", "hm2", "km2", "亩", "万亩"]

CENTS: Final = 100
MILLION: Final = 1_000_000
NOISE: Final = 1e-7
"""Millionths by which a share of six decimals is off as a float, and far less."""
MOST_M2: Final = 9e10
"""Beyond it the product with a share of six decimals has too many digits."""


def parcel_fields(
    parcels: pd.DataFrame, *, system: System, area: str | None = None
) -> pd.DataFrame:
    r"""
    Fill in the areas of parcels: TBMJ, KCMJ and TBDLMJ (图斑面积、扣除、地类面积).

    .. math::

       \mathrm{KCMJ} = \mathrm{TBMJ} \cdot \mathrm{KCXS}, \qquad
       \mathrm{TBDLMJ} = \mathrm{TBMJ} - \mathrm{KCMJ}

    to 0.01 m², in whole hundredths, so that the three always agree. Half a hundredth
    goes to the even one (GB/T 8170-2008).

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        One row per parcel with the land code ``DLBM``; ``KCXS``, the share of field
        ridges, in 0 to below 1, and above 0 on cultivated land only (0101 to 0103);
        taken as 0 where it is missing.
    system : {"survey3", "gbt21010_2017", "land_sea_2023"}
        The system of the land codes.
    area : str, optional
        Column of areas in m², for instance ``adjusted_m2`` of `adjust_chain`. Without
        it ``ellipsoidal_area(parcels, method="survey")``.

    Returns
    -------
    geopandas.GeoDataFrame or pandas.DataFrame
        The parcels with ``TBMJ``, ``KCMJ`` and ``TBDLMJ`` in m², two decimals.

    Raises
    ------
    SchemaError
        If a column is missing, a land code is unknown, or KCXS is out of its range or
        on other land; `check_parcels` lists all rows.
    ParameterError, NoDataError
        If areas are no numbers >= 0, or there are no rows.
    GeometryError, MissingCRSError, CRSMismatchError
        For the reasons of `ellipsoidal_area`, where it is asked.

    Examples
    --------
    >>> import pandas as pd
    >>> parcels = pd.DataFrame({"DLBM": ["0103"], "KCXS": [0.125], "m2": [1234.56]})
    >>> fields = parcel_fields(parcels, system="survey3", area="m2")
    >>> fields[["TBMJ", "KCMJ", "TBDLMJ"]].iloc[0].tolist()
    [1234.56, 154.32, 1080.24]
    """
    columns = ["DLBM", *([] if area is None else [area])]
    frame = check_frame(parcels, name="parcels", columns=columns)
    parse_codes(frame["DLBM"], system=system, name="parcels['DLBM']")
    _refuse_deductions(frame, system)
    if area is None:
        areas = measured_areas(frame, "survey")
    else:
        areas = check_areas(frame[area], name=f"parcels[{area!r}]")
    if areas.max() > MOST_M2:
        msg = f"an area is {areas.max():.3g} m², which is no parcel; are they in m²?"
        raise ParameterError(msg)
    whole = _hundredths(areas)
    deducted = _products(whole, deduction_shares(frame))
    return frame.assign(
        TBMJ=whole / CENTS, KCMJ=deducted / CENTS, TBDLMJ=(whole - deducted) / CENTS
    )


def _refuse_deductions(frame: pd.DataFrame, system: System) -> None:
    findings = deduction_findings(frame, system)
    if findings:
        rows = [row[2] for row in findings]
        msg = (
            f"`parcels` has a KCXS that cannot be (rows {rows_text(rows)}; the first: "
            f"{findings[0][4]}); list all with `ecozoning.survey.check_parcels("
            f"parcels, system={system!r})` and correct them."
        )
        raise SchemaError(msg, bad_rows=tuple(str(row[4]) for row in findings))


def _hundredths(areas: Floats) -> Ints:
    """Return whole hundredths of areas, half of one, as it is written, to the even."""
    scaled = areas * CENTS
    whole = np.rint(scaled).astype(np.int64)
    halves = np.abs(scaled - np.floor(scaled) - 0.5) <= 4 * np.spacing(scaled)
    # 8.345 times 100 is more than 834.5 in floats.
    for row in np.flatnonzero(halves):
        whole[row] = round(Fraction(repr(float(areas[row]))) * CENTS)
    return whole


def _products(whole: Ints, shares: Floats) -> Ints:
    """Return whole hundredths of products, half of one to the even one."""
    millionths = np.rint(shares * MILLION).astype(np.int64)
    quotient, rest = np.divmod(whole * millionths, MILLION)
    up = (2 * rest > MILLION) | ((2 * rest == MILLION) & (quotient % 2 == 1))
    products = np.asarray(quotient + up, dtype=np.int64)
    finer = np.abs(shares * MILLION - millionths) > NOISE
    for row in np.flatnonzero(finer):
        products[row] = round(int(whole[row]) * Fraction(repr(float(shares[row]))))
    return products


def rounded_areas(
    areas: pd.Series[float], *, unit: AreaUnit = "hm2", decimals: int = 2
) -> pd.Series[float]:
    """
    Bring areas in m² to a larger unit so that they add up to their rounded sum.

    Rounding each by itself loses or makes land; here the sum is rounded, and single
    smallest units go to, or come from, the largest areas, as in `balance` (强制平差).

    Parameters
    ----------
    areas : pandas.Series
        Square metres, >= 0, finite.
    unit : {"m2", "hm2", "km2", "亩", "万亩"}, default "hm2"
        The unit of the result.
    decimals : int, default 2
        Decimals of the result, 0 to 6.

    Returns
    -------
    pandas.Series, float64, index and name of `areas`
        Areas in `unit`.

    Raises
    ------
    ParameterError
        If `areas` are no numbers >= 0, or `unit` or `decimals` is outside its domain.
    NoDataError
        If `areas` has no rows.

    Examples
    --------
    Three parcels of 40 m² are 0.01 hm² together, and 0.00 each by themselves.

    >>> import pandas as pd
    >>> rounded_areas(pd.Series([40.0, 40.0, 40.0])).tolist()
    [0.01, 0.0, 0.0]
    """
    check_rounding(0.0, decimals, 0.0)
    if unit not in get_args(AreaUnit):
        msg = f"`unit` is {unit!r}; use one of {', '.join(get_args(AreaUnit))}."
        raise ParameterError(msg)
    if not isinstance(areas, pd.Series):
        msg = f"`areas` is a {type(areas).__name__}; use `pandas.Series(areas)`."
        raise ParameterError(msg)
    if areas.empty:
        msg = "`areas` has no rows, at least one is needed; see what emptied it."
        raise NoDataError(msg)
    parts = check_areas(areas, name="areas") * convert(1, "m2", unit)
    units = spread(parts, to_units(parts, decimals))
    return pd.Series(units / 10**decimals, index=areas.index, name=areas.name)
