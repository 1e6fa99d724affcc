"""How well the geometry of a plan agrees with the numbers that the plan publishes."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from ecozoning.errors import SchemaError
from ecozoning.plan.fidelity import figures, positions, seats
from ecozoning.plan.fidelity.causes import cause
from ecozoning.plan.fidelity.ground import Ground, Heights
from ecozoning.plan.fidelity.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import xarray as xr

    from ecozoning.plan.model import Plan

__all__ = ["COLUMNS", "RULES", "fidelity", "fidelity_score"]

RULES: Final[tuple[Callable[[Ground], Iterator[Row]], ...]] = (
    figures.areas,
    figures.shares,
    figures.extents,
    figures.elevations,
    figures.lengths,
    figures.redlines,
    figures.protected_areas,
    seats.seats,
    positions.positions,
)
"""Every rule, in the order of the table."""

COLUMNS: Final = tuple(field.name for field in fields(Row))
"""The columns of the table."""


def fidelity(plan: Plan, *, dem: xr.DataArray | None = None) -> pd.DataFrame:
    """
    Hold every published figure that geometry can answer against the computed value.

    Only figures of what is (and red line targets) are held; what has no geometry is
    left out. A number that the plan prints twice is checked twice.

    Parameters
    ----------
    plan : Plan
        A plan with its layers.
    dem : xarray.DataArray, dims (y, x), optional
        Elevation in metres with a CRS that covers the county. Default: the packaged
        one of the county (30 arc-seconds); without any, elevations are left out.

    Returns
    -------
    pandas.DataFrame
        One row per figure, seat and position word: ``figure_id`` (``seat:<unit>`` and
        ``position:<zone_id or name>`` where no number is printed), ``subject``,
        ``quantity``, ``published`` (text with unit), ``published_value``,
        ``computed_value``, ``unit``, ``deviation``, ``deviation_unit``, ``tolerance``
        (in the same unit), ``within``, ``check`` (area, share, extent, elevation,
        length, seat, position, redline), ``explanation`` and ``explanation_zh`` (why
        a miss is one, in one line of English and of Chinese; else empty), ``section``.

    Raises
    ------
    MissingCRSError
        If `dem` has no CRS.
    NoDataError
        If `dem` ends inside the county or has gaps there.

    Examples
    --------
    >>> import ecozoning as ez
    >>> table = fidelity(ez.load_plan("mulei")).set_index("figure_id")
    >>> row = table.loc["county_area"]
    >>> row["published"], bool(row["within"])
    ('1.35 万km2', True)
    """
    ground = Ground(plan, None if dem is None else Heights.of(dem))
    rows = [row for rule in RULES for row in rule(ground)]
    return _table([_explained(row, rows, ground) for row in rows])


def _explained(row: Row, rows: Sequence[Row], ground: Ground) -> Row:
    why = cause(row, rows, ground)
    return replace(row, explanation=why.en, explanation_zh=why.zh)


def _table(rows: list[Row]) -> pd.DataFrame:
    """Return rows as a table whose types do not depend on there being any."""
    kinds = {"float": "float64", "bool": "bool", "str": "str"}
    types = {field.name: kinds[str(field.type)] for field in fields(Row)}
    data = [[getattr(row, name) for name in COLUMNS] for row in rows]
    return pd.DataFrame(data, columns=list(COLUMNS)).astype(types)


def fidelity_score(table: pd.DataFrame) -> dict[str, float]:
    """
    Count how many checkable figures are within their tolerance.

    Parameters
    ----------
    table : pandas.DataFrame
        What `fidelity` returns; a selection of its rows is scored as it is.

    Returns
    -------
    dict
        ``n`` and ``within`` (counts) and ``share`` (0 to 1; NaN for an empty table).

    Raises
    ------
    SchemaError
        If the table has no column ``within``.

    Examples
    --------
    >>> import pandas as pd
    >>> fidelity_score(pd.DataFrame({"within": [True, True, True, False]}))
    {'n': 4, 'within': 3, 'share': 0.75}
    """
    if "within" not in table.columns:
        msg = "`table` lacks the column 'within'; give the table that `fidelity` makes."
        raise SchemaError(msg, missing=("within",))
    n, within = len(table), int(table["within"].sum())
    return {"n": n, "within": within, "share": within / n if n else float("nan")}
