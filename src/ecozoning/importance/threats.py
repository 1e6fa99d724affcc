"""Threats and habitats as tables and rasters, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ecozoning.errors import NoDataError, ParameterError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["check_habitats", "check_threats", "classes_of", "presence"]

DECAYS = ("linear", "exponential")


def check_threats(
    parameters: pd.DataFrame, threats: Mapping[str, xr.DataArray]
) -> None:
    """Insist on a row with sound numbers for each threat."""
    if not isinstance(threats, Mapping) or not threats:
        msg = "`threats` must be a dict of rasters by name, e.g. {'road': road}."
        raise ParameterError(msg)
    needed = {"weight", "max_distance_m", "decay"}
    _check_table(parameters, "parameters", needed)
    missing = sorted(set(threats) - set(parameters.index))
    if missing:
        msg = f"`parameters` has no row for {missing}; its index is names of threats."
        raise ParameterError(msg)
    rows = parameters.loc[list(threats)]
    numbers = rows[["weight", "max_distance_m"]].to_numpy(float)
    sound = np.isfinite(numbers).all() and (numbers >= 0).all()
    if not sound or not (numbers[:, 1] > 0).all() or not numbers[:, 0].sum() > 0:
        msg = (
            "`parameters` needs weights of 0 or more, one of them above 0, and "
            "distances in metres above 0."
        )
        raise ParameterError(msg)
    odd = sorted(set(rows["decay"].astype(str)) - set(DECAYS))
    if odd:
        msg = f"`parameters` has the decay {odd}; use one of {DECAYS}."
        raise ParameterError(msg)


def check_habitats(habitats: pd.DataFrame, threats: Mapping[str, xr.DataArray]) -> None:
    """Insist on a column of 0 to 1 for the habitat and for each threat."""
    columns = {"habitat", *threats}
    _check_table(habitats, "habitats", columns)
    numbers = habitats[sorted(columns)].to_numpy(float)
    if not ((numbers >= 0) & (numbers <= 1)).all():  # NaN fails as well
        msg = "`habitats` has numbers that are missing or beyond 0 to 1."
        raise ParameterError(msg)


def classes_of(
    land_cover: NDArray[Any], nodata: float, habitats: pd.DataFrame
) -> NDArray[np.intp]:
    """Return the row of each cell in a table, one past the last for no data."""
    codes = habitats.index.to_numpy(float)
    order = np.argsort(codes)
    known = (land_cover == land_cover) & (land_cover != nodata)
    if not known.any():
        msg = "`land_cover` has no cell with a value; see what cut it."
        raise NoDataError(msg)
    near = np.searchsorted(codes[order], land_cover).clip(max=codes.size - 1)
    row = order[near]
    strange = known & (codes[row] != land_cover)
    if strange.any():
        found = np.unique(land_cover[strange])[:5].tolist()
        msg = (
            f"`habitats` has no row for the classes {found} of `land_cover`; "
            "add them, with a habitat of 0 if they are none."
        )
        raise ParameterError(msg)
    return np.where(known, row, codes.size)


def presence(threat: NDArray[Any], nodata: float, name: str, *, whole: bool) -> Floats:
    """Return where a threat is, 0 for nodata; with `whole` only 0 and 1 are sound."""
    values = threat.astype(np.float64)
    values[np.isnan(values) | (values == nodata)] = 0.0
    sound = (values == 0) | (values == 1) if whole else (values >= 0) & (values <= 1)
    if not sound.all():
        what = "0 and 1 are needed" if whole else "0 to 1 is needed"
        msg = (
            f"`{name}` has {int((~sound).sum())} other values where {what}; use "
            f"`{name} > 0`, or `spread='density'` for parts of a cell."
        )
        raise ParameterError(msg)
    return values


def _check_table(table: object, name: str, columns: set[str]) -> None:
    """Insist on a frame with some columns and an index without repeats."""
    if not isinstance(table, pd.DataFrame) or not columns <= set(table.columns):
        msg = f"`{name}` must be a DataFrame with columns {sorted(columns)}."
        raise ParameterError(msg)
    if table.index.has_duplicates or table.empty:
        msg = f"`{name}` is empty or has a row twice; one row for each is needed."
        raise ParameterError(msg)
