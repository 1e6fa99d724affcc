"""Checks of tables of parcels: rows, columns, areas, land codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from ecozoning._validation import check_crs, check_polygons, check_transformable
from ecozoning.errors import NoDataError, ParameterError, SchemaError
from ecozoning.overlay.areas import checked_areas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ecozoning.overlay.areas import Method

__all__ = ["check_areas", "check_frame", "measured_areas", "rows_text", "unnamed"]

EARTH_M2: Final = 5.11e14


def check_frame(
    table: pd.DataFrame, *, name: str, columns: Iterable[str]
) -> pd.DataFrame:
    """Return a table with rows, unique labels and the columns named."""
    if not isinstance(table, pd.DataFrame):
        msg = (
            f"`{name}` is a {type(table).__name__}, but a DataFrame is needed, e.g. "
            "`geopandas.read_file(path)`."
        )
        raise ParameterError(msg)
    if table.empty:
        msg = f"`{name}` has no rows, at least one is needed; see what emptied it."
        raise NoDataError(msg)
    again = table.index[table.index.duplicated()].unique().tolist()
    if again:
        msg = (
            f"the index of `{name}` has labels more than once ({rows_text(again)}); "
            f"number the rows anew with `{name}.reset_index(drop=True)`."
        )
        raise SchemaError(msg, bad_rows=tuple(map(str, again)))
    twice: list[object] = [*table.columns[table.columns.duplicated()].unique()]
    if twice:
        msg = (
            f"`{name}` has columns more than once ({rows_text(twice)}); keep one: "
            f"`{name}.loc[:, ~{name}.columns.duplicated()]`."
        )
        raise SchemaError(msg, unexpected=tuple(map(str, twice)))
    missing = tuple(column for column in columns if column not in table.columns)
    if missing:
        msg = (
            f"`{name}` lacks the column {', '.join(map(repr, missing))}; it has "
            f"{', '.join(repr(str(c)) for c in table.columns)}. Rename one with "
            f"`{name}.rename(columns={{...: {missing[0]!r}}})`."
        )
        raise SchemaError(msg, missing=missing)
    return table


def check_areas(areas: pd.Series[float], *, name: str) -> NDArray[np.float64]:
    """Return areas as an array, insisting on finite numbers >= 0."""
    kind = areas.dtype
    real = pd.api.types.is_numeric_dtype(kind) and not (
        pd.api.types.is_bool_dtype(kind) or pd.api.types.is_complex_dtype(kind)
    )
    if not real:
        msg = (
            f"`{name}` is of dtype {areas.dtype}, but numbers are needed, e.g. "
            "`pandas.to_numeric(...)`."
        )
        raise ParameterError(msg)
    numbers = np.asarray(areas.to_numpy(na_value=np.nan), dtype=np.float64)
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    if bad.any():
        rows = areas.index[bad].tolist()
        msg = (
            f"`{name}` has {len(rows)} values that are missing, infinite or negative "
            f"({rows_text(rows)}), but areas >= 0 are needed; measure them with "
            "`ecozoning.ellipsoidal_area(layer, method='survey')`."
        )
        raise ParameterError(msg)
    if numbers.max(initial=0.0) > EARTH_M2:
        msg = (
            f"`{name}` has {numbers.max():.3g} m², more than the Earth; are they in m²?"
        )
        raise ParameterError(msg)
    return numbers


def measured_areas(parcels: pd.DataFrame, method: Method) -> NDArray[np.float64]:
    """Return the ellipsoidal areas in m2 of parcels, all about them being checked."""
    frame = check_polygons(parcels, name="parcels")
    check_transformable(check_crs(frame, name="parcels"), name="parcels")
    return np.asarray(checked_areas(frame, method), dtype=np.float64)


def unnamed(column: pd.Series[Any]) -> pd.Series[bool]:
    """Tell which rows have no name: none at all, or a blank one."""
    blank = [one for one in column.unique() if isinstance(one, str) and not one.strip()]
    return column.isna() | column.isin(blank)


def rows_text(labels: list[object]) -> str:
    """Return the first five labels."""
    more = f", ... {len(labels)} in all" if len(labels) > 5 else ""
    return ", ".join(map(repr, labels[:5])) + more
