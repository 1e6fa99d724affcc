"""Checks of what `merge_contiguous` is asked to merge, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning._validation import check_columns
from ecozoning._validation.geometries import rows_named
from ecozoning.errors import ParameterError, SchemaError
from ecozoning.overlay.coverage_inputs import check_layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS

    Floats = NDArray[np.float64]
    Ints = NDArray[np.intp]

__all__ = ["Request", "Units", "check_request", "checked_units"]

CHOICES: Final = {
    "contiguity": ("rook", "queen"),
    "method": ("longest_border", "max_p", "skater"),
    "islands": ("keep", "nearest"),
}
OWN_COLUMNS: Final = (
    "n_units",
    "area_km2",
    "other_class_km2",
    "is_island",
    "below_minimum",
)
NEEDS: Final = {
    "longest_border": (),
    "max_p": ("attributes", "min_area_km2"),
    "skater": ("attributes", "n_zones"),
}
USELESS: Final = {
    "longest_border": (),
    "max_p": ("n_zones",),
    "skater": ("min_area_km2",),
}
EXAMPLES: Final = {
    "attributes": "['slope', 'cover']",
    "min_area_km2": "50.0",
    "n_zones": "5",
}


@dataclass(frozen=True)
class Request:
    """How to merge; the arguments of `merge_contiguous`, checked."""

    contiguity: str
    method: str
    n_zones: int | None
    min_area_km2: float
    attributes: Sequence[str]
    islands: str


@dataclass(frozen=True)
class Units:
    """Units to be merged.

    Attributes
    ----------
    frame : geopandas.GeoDataFrame
        The layer given.
    crs : pyproj.CRS
        Of the layer.
    columns : list of str
        That make the class; none if every unit is a class of its own.
    classes : numpy.ndarray of intp
        Number of the class of each unit, in the order of first units.
    values : numpy.ndarray of float64
        By number of a class: the class itself if it is one number, else NaN.
    traits : numpy.ndarray of float64, (n, k)
        Attributes, scaled.
    zone_id : str
        Column of the zones to be made.
    """

    frame: gpd.GeoDataFrame
    crs: CRS
    columns: list[str]
    classes: Ints
    values: Floats
    traits: Floats
    zone_id: str


def check_request(request: Request) -> Request:
    """Return a request, with each argument in its domain and all that is needed."""
    for name, choices in CHOICES.items():
        choice = getattr(request, name)
        if choice not in choices:
            msg = f"`{name}` is {choice!r}; use one of {', '.join(choices)}."
            raise ParameterError(msg)
    names = request.attributes
    if isinstance(names, str):
        msg = f"`attributes` is {names!r}, but a list is needed: [{names!r}]."
        raise ParameterError(msg)
    _check_numbers(request)
    _check_method(request)
    return request


def _check_numbers(request: Request) -> None:
    count, least = request.n_zones, request.min_area_km2
    whole = isinstance(count, int | np.integer) and not isinstance(count, bool)
    if count is not None and not (whole and count > 0):
        msg = f"`n_zones` is {count!r}, but a whole number of 1 or more is needed."
        raise ParameterError(msg)
    number = isinstance(least, int | float | np.number) and not isinstance(least, bool)
    if not number or not 0 <= float(least) < np.inf:
        msg = f"`min_area_km2` is {least!r}, but a number of 0 or more is needed."
        raise ParameterError(msg)


def _check_method(request: Request) -> None:
    """Refuse a method without what it needs, or with what it has no use for."""
    given = {
        "attributes": bool(request.attributes),
        "min_area_km2": request.min_area_km2 > 0,
        "n_zones": request.n_zones is not None,
    }
    for name in NEEDS[request.method]:
        if not given[name]:
            msg = (
                f"`method={request.method!r}` needs `{name}`; give it, e.g. "
                f"`{name}={EXAMPLES[name]}`."
            )
            raise ParameterError(msg)
    for name in USELESS[request.method]:
        if given[name]:
            msg = (
                f"`method={request.method!r}` has no use for `{name}`; leave it out, "
                "or use `method='longest_border'`."
            )
            raise ParameterError(msg)


def _check_own_columns(
    frame: gpd.GeoDataFrame, columns: Sequence[str], zone_id: str
) -> None:
    """Refuse columns that the result has of its own."""
    if zone_id in frame.columns or zone_id in OWN_COLUMNS:
        msg = (
            f"`zone_id` is {zone_id!r}, a column that is there already; name the new "
            "one, e.g. `zone_id='merged_id'`."
        )
        raise SchemaError(msg, unexpected=(zone_id,))
    clash = [name for name in OWN_COLUMNS if name in columns]
    if clash:
        msg = (
            f"`units` has the column {clash[0]!r}, which the result has of its own; "
            f"use `units.rename(columns={{{clash[0]!r}: ...}})`."
        )
        raise SchemaError(msg, unexpected=tuple(clash))


def checked_units(
    units: gpd.GeoDataFrame,
    by: str | Sequence[str] | None,
    request: Request,
    zone_id: str,
) -> Units:
    """Return units with their classes and attributes, insisting on both."""
    frame, crs = check_layer(units, name="units")
    columns: list[Any] = []
    if by is not None:
        columns = [by] if pd.api.types.is_scalar(by) else list(by)
    if by is not None and not columns:
        msg = "`by` is empty; name a column, or None for units that are all different."
        raise ParameterError(msg)
    check_columns(frame, name="units", columns=[*columns, *request.attributes])
    _check_own_columns(frame, columns, zone_id)
    if frame.active_geometry_name in columns:
        msg = f"`by` is {by!r}, but a column other than the geometry is needed."
        raise ParameterError(msg)
    classes, values = _classes(frame, columns)
    traits = _traits(frame, request.attributes)
    return Units(frame, crs, columns, classes, values, traits, zone_id)


def _classes(frame: gpd.GeoDataFrame, columns: list[str]) -> tuple[Ints, Floats]:
    """Return the number of each unit's class, and the class of each number."""
    if not columns:
        return np.arange(len(frame)), np.zeros(len(frame))
    lost = frame[columns].isna().any(axis=1).to_numpy()
    if lost.any():
        labels = frame.index[lost].tolist()
        msg = (
            f"in `units` {rows_named(labels, 'row')} have no value in {columns}, so "
            "they have no class; name it, e.g. "
            f"`units.fillna({{{columns[0]!r}: ...}})`."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, labels)))
    numbers = pd.MultiIndex.from_frame(frame[columns]).factorize()[0]
    first = np.unique(numbers, return_index=True)[1]
    values = np.full(len(first), np.nan)
    column = frame[columns[0]]
    if len(columns) == 1 and pd.api.types.is_numeric_dtype(column.dtype):
        values = column.iloc[first].to_numpy(np.float64)
    return np.asarray(numbers, dtype=np.intp), values


def _traits(frame: gpd.GeoDataFrame, attributes: Sequence[str]) -> Floats:
    """Return attributes scaled to mean 0 and standard deviation 1, where they vary."""
    traits = np.zeros((len(frame), len(attributes)))
    for place, name in enumerate(attributes):
        numbers = _numbers(frame, name)
        traits[:, place] = (numbers - numbers.mean()) / (numbers.std() or 1.0)
    return traits


def _numbers(frame: gpd.GeoDataFrame, name: str) -> Floats:
    """Return a column as numbers, insisting that all of them are finite."""
    column = frame[name]
    if not pd.api.types.is_numeric_dtype(column.dtype):
        msg = (
            f"`attributes` names {name!r}, which holds {column.dtype}, but numbers are "
            f"needed: `units[{name!r}] = pandas.to_numeric(units[{name!r}])`."
        )
        raise ParameterError(msg)
    numbers = column.to_numpy(np.float64, na_value=np.nan)
    bad = ~np.isfinite(numbers)
    if bad.any():
        rows = rows_named(frame.index[bad].tolist(), "row")
        msg = (
            f"`attributes` names {name!r}, which has no finite number in {rows}; fill "
            f"it with `units.fillna({{{name!r}: ...}})`, or leave the attribute out."
        )
        raise ParameterError(msg)
    return np.asarray(numbers, dtype=np.float64)
