"""Records of weather stations: what rain and wind are counted from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError

__all__ = ["check_record", "complete_years"]


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


def complete_years(frame: pd.DataFrame, *, name: str, monthly: bool) -> int:
    """Return how many calendar years a record has, insisting that all are whole."""
    dates = pd.DatetimeIndex(frame.index)
    steps = dates.to_period("M" if monthly else "D")
    years = sorted(set(dates.year))
    for year in years:
        held = steps[steps.year == year]
        whole = 12 if monthly else 365 + pd.Timestamp(year, 1, 1).is_leap_year
        if len(held) != whole or held.has_duplicates:
            unit = "month" if monthly else "day"
            msg = (
                f"`{name}` has {len(held)} rows of {year}, but one for each {unit} of "
                f"whole years is needed ({whole}); leave the year out with "
                f"`{name}[{name}.index.year != {year}]`."
            )
            raise ParameterError(msg)
    return len(years)
