"""Tables of areas per class that close on a control area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import pandas as pd

from ecozoning._validation import check_polygons
from ecozoning.errors import ParameterError, SchemaError
from ecozoning.overlay.areas import checked_areas
from ecozoning.overlay.balancing import closed_table
from ecozoning.overlay.overlaps import check_no_overlaps
from ecozoning.units import convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

__all__ = ["area_table"]

Overlaps = Literal["refuse", "allow"]

_COLUMNS: Final = ("area_km2", "share_percent", "n")


def area_table(
    layer: gpd.GeoDataFrame,
    by: str | Sequence[str],
    *,
    control: float | None = None,
    total: bool = False,
    decimals: int = 4,
    overlaps: Overlaps = "refuse",
) -> pd.DataFrame:
    """
    Sum up areas per class in a table that closes.

    Areas add up to the control area and shares to 100.00, both to the last decimal, by
    the adjustment of `balance`: in proportion first, then single units to the largest
    classes.

    Parameters
    ----------
    layer : geopandas.GeoDataFrame
        Polygons as for `ellipsoidal_area`, with the columns of `by`.
    by : str or sequence of str
        Column, or columns, that name the class of a polygon; no value may be missing.
    control : float, optional
        Control area in km², at most 5 % from the measured one. Without it the areas
        add up to the measured sum, rounded.
    total : bool, default False
        Whether a last row holds the totals, ``"total"`` in the first column of `by`.
    decimals : int, default 4
        Decimals of ``area_km2``. Four are a hundredth of a hectare, which is what the
        land survey prints.
    overlaps : {"refuse", "allow"}, default "refuse"
        Whether polygons may overlap by more than a millionth of their area; what two
        of them share is counted twice.

    Returns
    -------
    pandas.DataFrame
        One row per class, in the order in which classes first appear: the columns of
        `by`, ``area_km2``, ``share_percent`` (two decimals) and ``n``, the number of
        polygons. ``attrs`` has ``measured_km2``, ``control_km2`` and
        ``correction_percent``, by how much the measured area was changed.

    Raises
    ------
    ParameterError
        If `by`, `overlaps`, `decimals` or `control` is outside its domain.
    SchemaError
        If a column of `by` is not there or has missing values.
    GeometryError
        If polygons overlap, or for the reasons of `ellipsoidal_area`.
    AreaBalanceError
        If `control` is more than 5 % from the measured area.
    MissingCRSError, CRSMismatchError, NoDataError
        For the reasons of `ellipsoidal_area`.

    Examples
    --------
    Three cells of a grid, one degree wide, at the equator.

    >>> import geopandas as gpd, shapely
    >>> cells = gpd.GeoDataFrame(
    ...     {"zone": ["north", "south", "north"]},
    ...     geometry=shapely.box([0, 0, 1], [0, -1, 0], [1, 1, 2], [1, 0, 1]),
    ...     crs="EPSG:4490",
    ... )
    >>> area_table(cells, "zone", control=36_900, total=True)
        zone  area_km2  share_percent  n
    0  north   24600.0          66.67  2
    1  south   12300.0          33.33  1
    2  total   36900.0         100.00  3
    """
    if overlaps not in get_args(Overlaps):
        msg = f"`overlaps` is {overlaps!r}; use one of {', '.join(get_args(Overlaps))}."
        raise ParameterError(msg)
    columns = _class_columns(by)
    layer = check_polygons(layer, name="layer", columns=columns)
    _check_classes(layer, columns)
    if overlaps == "refuse":
        advice = ", or say `overlaps='allow'` if that is meant"
        check_no_overlaps(layer, name="layer", advice=advice)
    measured = _class_areas(layer, columns)
    table = closed_table(measured, control, decimals)
    return _with_total(table, columns) if total else table


def _class_columns(by: str | Sequence[str]) -> list[str]:
    """Return the columns that name a class, insisting on at least one, each once."""
    columns = [by] if isinstance(by, str) else list(by)
    if not columns or len(set(columns)) < len(columns) or set(columns) & set(_COLUMNS):
        msg = (
            f"`by` is {by!r}, but one or more different columns are needed, none of "
            f"them called {', '.join(_COLUMNS)}; `layer.rename(columns=...)` helps."
        )
        raise ParameterError(msg)
    return columns


def _check_classes(layer: gpd.GeoDataFrame, columns: list[str]) -> None:
    """Refuse polygons that have no class."""
    unnamed = layer[columns].isna().any(axis=1)
    if unnamed.any():
        labels = layer.index[unnamed].tolist()
        msg = (
            f"`layer` has {len(labels)} rows without a class in {columns} (first "
            f"labels: {', '.join(map(repr, labels[:5]))}); name them with "
            f"`layer.fillna({{{columns[0]!r}: ...}})` or leave them out with "
            f"`layer.dropna(subset={columns})`."
        )
        raise SchemaError(msg, bad_rows=tuple(str(label) for label in labels))


def _class_areas(layer: gpd.GeoDataFrame, columns: list[str]) -> pd.DataFrame:
    """Return measured km² and number of polygons per class, unrounded."""
    classes = pd.DataFrame(layer[columns])
    classes["area_km2"] = checked_areas(layer, "exact") * convert(1, "m2", "km2")
    grouped = classes.groupby(columns, sort=False, observed=True)["area_km2"]
    return grouped.agg(area_km2="sum", n="size").reset_index()


def _with_total(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return a table with a last row of totals."""
    last = dict.fromkeys(columns, "") | {
        columns[0]: "total",
        "area_km2": table.attrs["control_km2"],
        "share_percent": 100.0,
        "n": table["n"].sum(),
    }
    whole = table.astype(dict.fromkeys(columns, object))
    whole.loc[len(whole)] = last
    whole.attrs = table.attrs
    return whole
