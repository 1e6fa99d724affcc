"""Several issues together: the worst of them, and which one that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import xarray as xr

from ecozoning.errors import ParameterError
from ecozoning.raster.factors import Factor
from ecozoning.raster.highest import MOST_LAYERS, MOST_LEVELS, highest_levels
from ecozoning.raster.values import class_raster
from ecozoning.sensitivity.grading import NODATA, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["combine"]


def combine(
    *levels: Sensitivity | xr.DataArray, missing: Literal["nodata", "skip"] = "nodata"
) -> xr.Dataset:
    """
    Return the worst level of several issues, and which issue it is.

    Parameters
    ----------
    *levels : Sensitivity or xarray.DataArray, dims (y, x)
        Two or more, 30 are the most, on one grid and one scale of levels from 1 to 7 at
        the most. A raster needs `flag_values` and `flag_meanings`, and a name, which is
        its issue.
    missing : {"nodata", "skip"}, default "nodata"
        What becomes of a cell that one issue has no level for: no level, for the issue
        that was not evaluated might be the worst there; or the worst of the others, to
        be chosen where that issue cannot occur, as karst without carbonate rock.

    Returns
    -------
    xarray.Dataset
        Variable `level`, uint8: the highest of those that a cell has, 255 for no level.
        Variable `issue`, uint8: which one decided, numbered from 1 in the order given;
        of equal ones the first. Lazy if an input is.

    Raises
    ------
    ParameterError
        If fewer than two or more than 30 are given; if one has no levels from 1 to 7,
        has another scale than the first, holds values that are no levels, has no name,
        or the name of another; if `missing` is none of its words.
    MissingCRSError, CRSMismatchError, GridMismatchError
        If a raster has no CRS, or two are not on one grid.
    NoDataError
        If no cell has a level, in memory.

    Examples
    --------
    >>> import numpy as np, rioxarray, xarray as xr
    >>> def level(name, *row):
    ...     values = np.array([row], np.uint8)
    ...     axes = {"y": [30.0], "x": [0.0, 30, 60]}
    ...     flags = {"flag_values": [1, 2, 3], "flag_meanings": "low medium high"}
    ...     flags["_FillValue"] = 255
    ...     raster = xr.DataArray(values, axes, ("y", "x"), name, flags)
    ...     return raster.rio.write_crs(4547)
    >>> both = combine(level("water_erosion", 1, 3, 255), level("karst", 2, 3, 1))
    >>> both["level"].to_numpy(), both["issue"].to_numpy()
    (array([[  2,   3, 255]], dtype=uint8), array([[  2,   1, 255]], dtype=uint8))
    """
    rasters = _named([_raster(level, i) for i, level in enumerate(levels)])
    scale = _one_scale(rasters)
    found = list(rasters.values())
    factors = [_levels_of(name, raster, scale) for name, raster in rasters.items()]
    worst, place = highest_levels(factors, missing=missing)
    level = class_raster(
        worst,
        found[0],
        name="level",
        long_name="highest sensitivity of all issues",
        classes=scale,
        nodata=NODATA,
    )
    issue = class_raster(
        place,
        found[0],
        name="issue",
        long_name="issue of the highest sensitivity",
        classes=dict(enumerate(rasters, start=1)),
        nodata=NODATA,
    )
    level.attrs |= _said(found)
    issue.attrs["method"] = "of equal levels the first given"
    return xr.Dataset({"level": level, "issue": issue})


def _raster(level: Sensitivity | xr.DataArray, place: int) -> xr.DataArray:
    """Return the levels, insisting on a name and a scale."""
    raster = level.level if isinstance(level, Sensitivity) else level
    flags = getattr(raster, "attrs", {})
    if "flag_values" in flags and "flag_meanings" in flags and raster.name:
        return raster
    msg = (
        f"`levels[{place}]` has no name, or no `flag_values` and `flag_meanings`; give "
        "what a function of `ecozoning.sensitivity` returned, or name a class raster "
        "with `.rename('water_erosion')`."
    )
    raise ParameterError(msg)


def _named(rasters: Sequence[xr.DataArray]) -> dict[str, xr.DataArray]:
    """Return rasters by issue, insisting on two or more that differ."""
    named = {str(raster.name): raster for raster in rasters}
    if not 2 <= len(rasters) <= MOST_LAYERS or len(named) < len(rasters):
        told = ", ".join(str(raster.name) for raster in rasters) or "nothing"
        msg = (
            f"`levels` are {told}, but two issues or more, to {MOST_LAYERS}, with "
            "different names are needed; rename one with `.rename('...')`."
        )
        raise ParameterError(msg)
    return named


def _one_scale(rasters: dict[str, xr.DataArray]) -> dict[int, str]:
    """Return the levels that all share, by number."""
    scales = {name: _scale(raster) for name, raster in rasters.items()}
    (first, scale), *others = scales.items()
    if not scale or min(scale) < 1 or max(scale) > MOST_LEVELS:
        msg = (
            f"`{first}` has levels {sorted(scale)}, but levels within 1 to "
            f"{MOST_LEVELS} are needed; group them with `ecozoning.reclassify`."
        )
        raise ParameterError(msg)
    for name, other in others:
        if other != scale:
            msg = (
                f"`{first}` and `{name}` have two scales of levels, {scale} and "
                f"{other}; evaluate both with one ruleset and one rule of cuts."
            )
            raise ParameterError(msg)
    return scale


def _scale(raster: xr.DataArray) -> dict[int, str]:
    numbers = np.atleast_1d(raster.attrs["flag_values"]).tolist()
    words = str(raster.attrs["flag_meanings"]).split()
    return {int(n): word for n, word in zip(numbers, words, strict=False)}


def _levels_of(name: str, raster: xr.DataArray, scale: dict[int, str]) -> Factor:
    """Return a factor of the levels of a scale."""
    mend = f"give levels, and name the nodata value with `{name}.rio.write_nodata(...)`"
    return Factor(name, raster, 1.0, max(scale), "as whole levels", mend=mend)


def _said(rasters: Sequence[xr.DataArray]) -> dict[str, str]:
    """Return what the inputs say of their rules, each once, and the rule of this."""
    said = {"method": "maximum"}
    for key in ("ruleset", "labels_zh", "tables", "unsure"):
        told = [str(raster.attrs[key]) for raster in rasters if raster.attrs.get(key)]
        said[key] = "; ".join(dict.fromkeys(told))
    return said
