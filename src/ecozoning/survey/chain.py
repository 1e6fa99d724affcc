"""Control areas from the county down to the parcel (县—乡—村—图斑逐级控制平差)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from ecozoning.errors import ParameterError, SchemaError
from ecozoning.overlay.balancing import check_rounding
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.survey.chain_levels import (
    check_levels_known,
    claimed_controls,
    given_controls,
    levels_of,
    sources_of,
    targets_of,
)
from ecozoning.survey.nested import check_targets, spread_within
from ecozoning.survey.tables import check_areas, check_frame, measured_areas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ecozoning.survey.chain_levels import Level
    from ecozoning.survey.nested import Control

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["AdjustedChain", "adjust_chain"]

MEASURED: Final = "measured_m2"
ADJUSTED: Final = "adjusted_m2"


@dataclass(frozen=True)
class AdjustedChain:
    """
    Parcels whose areas add up to the control areas of every level.

    Attributes
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        The parcels with ``measured_m2`` and ``adjusted_m2``, on their index.
    levels : dict of str to pandas.DataFrame
        For each level, from the whole down, a table by unit: ``parent`` (not in the
        first), ``n`` parcels, ``measured_m2``, ``control_m2``, ``correction_m2``,
        ``correction_percent`` and ``source`` of the control: ``"given"``, ``"sum"`` of
        those given below, ``"proportion"`` of the one above, or ``"measured"``.
    """

    parcels: pd.DataFrame
    levels: dict[str, pd.DataFrame]


def adjust_chain(
    parcels: pd.DataFrame,
    *,
    levels: Sequence[str] = ("county", "township", "village"),
    control: Control | Mapping[str, Control] | None = None,
    area: str | None = None,
    decimals: int = 2,
    tolerance: float | Mapping[str, float] = 0.05,
) -> AdjustedChain:
    r"""
    Adjust areas of parcels level by level to the control areas of the land survey.

    The parts of every unit are adjusted to its control area :math:`C`: of its parts
    :math:`A_i` each gets :math:`A_i C / \sum_j A_j`, rounded, and what rounding leaves
    is spread in single smallest units, largest part first, as in `balance`. So parcels
    add up to villages, villages to townships and townships to the county, to the last
    decimal.

    Parameters
    ----------
    parcels : geopandas.GeoDataFrame or pandas.DataFrame
        One row per parcel, unique index, with the columns of `levels`. Polygons as for
        `ellipsoidal_area`, that do not overlap, unless `area` is given.
    levels : sequence of str, default ("county", "township", "village")
        Columns that name the unit of a parcel, from the whole down. A unit belongs to
        one unit of the level above.
    control : float, mapping or pandas.Series, optional
        Control areas in m², with at most `decimals` decimals: one number, where the
        first level has one unit; or by level, ``{"township": {"甲乡": ...}, ...}``,
        with an area for every unit of the level. Levels may be left out: above one that
        is given they are its sums, below it they follow in proportion. Without any the
        control is the measured sum, rounded.
    area : str, optional
        Column of measured areas in m², >= 0. Without it areas are measured by
        ``ellipsoidal_area(parcels, method="survey")``.
    decimals : int, default 2
        Decimals of the adjusted areas, 0 to 6; the survey keeps 2 in m².
    tolerance : float or mapping of str to float, default 0.05
        How far a control may be from what was measured, as a part of the control; for
        all levels, or by level. One smallest unit is always allowed.

    Returns
    -------
    AdjustedChain
        Parcels with ``measured_m2`` and ``adjusted_m2``, and a table for each level.

    Raises
    ------
    SchemaError
        If a column is missing or has missing values, labels of the index occur twice,
        a unit lies in two units of the level above, or `control` names units that are
        not there or leaves some out.
    AreaBalanceError
        If controls of two levels contradict each other, or one is beyond `tolerance`.
    ParameterError
        If `levels`, `control`, `decimals`, `tolerance` or an area is outside its
        domain.
    GeometryError, MissingCRSError, CRSMismatchError, NoDataError
        If parcels overlap, or for the reasons of `ellipsoidal_area`.

    Notes
    -----
    Units of equal size are asked in the order of their rows. Areas are whole numbers of
    smallest units inside: ``(adjusted_m2 * 10**decimals).round().astype(int)`` adds up
    exactly.

    References
    ----------
    .. [1] 国务院第二次全国土地调查领导小组办公室 (2008). 图幅理论面积与图斑椭球面积计算
       公式及要求. 国土调查办发〔2008〕32号.

    Examples
    --------
    Two villages of 300 m² and 100 m² whose township is 404 m²: each gets 1 % more.

    >>> import pandas as pd
    >>> parcels = pd.DataFrame(
    ...     {"town": "A", "village": ["a", "a", "b"], "m2": [100.0, 200.0, 100.0]}
    ... )
    >>> chain = adjust_chain(
    ...     parcels, levels=("town", "village"), control=404.0, area="m2"
    ... )
    >>> chain.parcels["adjusted_m2"].tolist()
    [101.0, 202.0, 101.0]
    >>> chain.levels["village"]["control_m2"].to_dict()
    {'a': 303.0, 'b': 101.0}
    """
    check_rounding(0.0, decimals, 0.0)
    names = _level_names(levels)
    allowed = _tolerances(tolerance, names)
    measured = _measured(parcels, names, area)
    chain = levels_of(parcels, names, measured * 10**decimals)
    given = given_controls(control, chain, decimals)
    claimed = claimed_controls(chain, given)
    targets = targets_of(chain, claimed, decimals=decimals)
    # Levels that were given come first, so that the message names what is at fault.
    held = sorted(
        zip(chain, targets, strict=True), key=lambda pair: pair[0].name not in given
    )
    for level, target in held:
        check_targets(
            level.labels,
            level.measured,
            target,
            tolerance=allowed[level.name],
            what=level.name,
        )
    adjusted = spread_within(measured, chain[-1].owner, targets[-1])
    sources = sources_of(names, given, claimed)
    result = parcels.assign(**{MEASURED: measured, ADJUSTED: adjusted / 10**decimals})
    tables = [
        _level_table(chain, place, target, decimals=decimals)
        for place, target in enumerate(targets)
    ]
    named = zip(names, tables, sources, strict=True)
    return AdjustedChain(
        result, {name: table.assign(source=source) for name, table, source in named}
    )


def _level_names(levels: Sequence[str]) -> list[str]:
    names = [levels] if isinstance(levels, str) else list(levels or ())
    texts = all(isinstance(name, str) for name in names)
    if not names or not texts or len({*names}) < len(names):
        msg = (
            f"`levels` is {levels!r}, but one or more different columns are needed, "
            "from the whole down, e.g. `levels=('county', 'village')`."
        )
        raise ParameterError(msg)
    return names


def _tolerances(
    tolerance: float | Mapping[str, float], names: list[str]
) -> dict[str, float]:
    """Return the tolerance of each level; those not named keep the usual one."""
    usual = 0.05
    if not isinstance(tolerance, Mapping):
        check_rounding(0.0, 0, tolerance)
        return dict.fromkeys(names, float(tolerance))
    check_levels_known(tolerance, names, "tolerance")
    for value in tolerance.values():
        check_rounding(0.0, 0, value)
    return {name: float(tolerance.get(name, usual)) for name in names}


def _measured(parcels: pd.DataFrame, names: list[str], area: str | None) -> Floats:
    """Return the areas of parcels in m2, all else about them being checked."""
    taken = [name for name in (MEASURED, ADJUSTED) if name in parcels and name != area]
    columns = [*names, *([] if area is None else [area])]
    frame = check_frame(parcels, name="parcels", columns=columns)
    if area is not None:
        areas: Floats = check_areas(frame[area], name=f"parcels[{area!r}]")
    else:
        areas = measured_areas(frame, "survey")
        check_no_overlaps(
            frame, name="parcels", advice=", or give measured areas, `area=...`"
        )
    if taken or area == ADJUSTED:
        msg = (
            f"`parcels` already has {taken or [ADJUSTED]}, which the result would "
            "hide; rename them with `parcels.rename(columns=...)`."
        )
        raise SchemaError(msg, unexpected=tuple(taken or [ADJUSTED]))
    return areas


def _level_table(
    chain: list[Level], place: int, target: Ints, *, decimals: int
) -> pd.DataFrame:
    """Return what was measured in each unit of a level and what it is held to."""
    level, unit = chain[place], 10**decimals
    table = pd.DataFrame(index=level.labels)
    if place:
        table["parent"] = chain[place - 1].labels[level.parent]
    table["n"] = np.bincount(level.owner, minlength=len(level.labels))
    table[MEASURED] = level.measured / unit
    table["control_m2"] = target / unit
    table["correction_m2"] = table["control_m2"] - table[MEASURED]
    share = table["control_m2"] / table[MEASURED].where(table[MEASURED] > 0) - 1
    table["correction_percent"] = 100 * share
    return table
