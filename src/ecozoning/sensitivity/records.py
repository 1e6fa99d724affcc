"""Records of weather stations: what rain and wind are counted from."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError

__all__ = ["LEAVE_OUT", "check_most", "check_record", "edges_of"]

LEAVE_OUT: Final = "{name}[{name}.index.year != {year}]"
"""How a year is left out of a table."""


def check_record(record: pd.Series | pd.DataFrame, *, name: str) -> pd.DataFrame:
    """Return a record by date, a column per station, without gaps or odd values."""
    if not isinstance(record, pd.Series | pd.DataFrame):
        msg = (
            f"`{name}` is a {type(record).__name__}, but a Series or a DataFrame by "
            f"date is needed; use `pandas.Series({name}, dates)`."
        )
        raise ParameterError(msg)
    frame = record.to_frame() if isinstance(record, pd.Series) else record
    if not isinstance(frame.index, pd.DatetimeIndex):
        msg = (
            f"`{name}` is indexed by {type(frame.index).__name__}, but dates are "
            f"needed; use `{name}.set_axis(pandas.to_datetime({name}.index))`."
        )
        raise ParameterError(msg)
    if frame.empty:
        msg = f"`{name}` has no row or no station; see what cut it."
        raise NoDataError(msg)
    if frame.index.has_duplicates or frame.index.hasnans:
        msg = f"`{name}` has a date twice, or a row without one; give each date once."
        raise ParameterError(msg)
    kinds = {str(kind) for kind in frame.dtypes if kind.kind not in "iuf"}
    if kinds:
        msg = f"`{name}` has columns of type {', '.join(sorted(kinds))}; give numbers."
        raise ParameterError(msg)
    _refuse_odd(frame, name)
    return frame.sort_index()


def _refuse_odd(frame: pd.DataFrame, name: str) -> None:
    """Refuse values that are missing, negative or infinite, by station."""
    values = frame.to_numpy(dtype=np.float64)
    odd = ~((values >= 0) & (values < np.inf))
    if odd.any():
        row, column = np.argwhere(odd)[0]
        msg = (
            f"`{name}` has {int(odd.sum())} values that are missing, below 0 or "
            f"infinite, the first {values[row, column]:g} at station "
            f"{frame.columns[column]!r} on {frame.index[row]:%Y-%m-%d}; codes such as "
            f"32766 aside, fill gaps first, e.g. `{name}.fillna(0)` for dry days."
        )
        raise ParameterError(msg)


def check_most(frame: pd.DataFrame, most: float, *, name: str, unit: str) -> None:
    """Refuse values that nature does not have: codes, or another unit."""
    highest = float(frame.to_numpy().max())
    if highest > most:
        msg = (
            f"`{name}` goes up to {highest:g}, but {unit} are needed, at most "
            f"{most:g}; mend the unit, and take out codes such as 32766."
        )
        raise ParameterError(msg)


def edges_of(frame: pd.DataFrame, edge: float) -> pd.Series:
    """Return an edge for each station as its numbers hold it, in their precision."""
    held = [
        float(kind.type(edge)) if kind.kind == "f" else edge for kind in frame.dtypes
    ]
    return pd.Series(held, frame.columns, dtype=np.float64)
