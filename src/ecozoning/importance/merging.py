"""Levels of several services put together: the highest counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import xarray as xr

from ecozoning.errors import ParameterError
from ecozoning.raster.factors import Factor, cite
from ecozoning.raster.highest import MOST_LAYERS, highest_levels
from ecozoning.raster.steps import NOTHING, level_raster, scale_of
from ecozoning.raster.values import class_raster, reads_around
from ecozoning.rulesets import load_ruleset

if TYPE_CHECKING:
    from ecozoning.rulesets import Ruleset

__all__ = ["levels_of", "merge"]


@reads_around(0)
def merge(
    *levels: xr.DataArray,
    missing: Literal["nodata", "skip"] = "nodata",
    ruleset: str | Ruleset = "dual2020",
    **named: xr.DataArray,
) -> xr.Dataset:
    """
    Return the highest of several levels in each cell, and which layer it is from.

    So services become one importance, and importance and vulnerability (or sensitivity)
    the importance of ecological protection: the higher level wins [1]_.

    Parameters
    ----------
    *levels : xarray.DataArray, dims (y, x)
        Levels 1 to 3, 3 the most important or most vulnerable. They are called
        ``level_1``, ``level_2`` and so on.
    missing : {"nodata", "skip"}, default "nodata"
        What becomes of cells that one layer has no level for: no data, for the layer
        that was not evaluated might be the highest there; or the highest of the others,
        to be chosen where that layer cannot matter.
    ruleset : str or Ruleset
        Whose scale ``importance_level`` names the levels.
    **named : xarray.DataArray, dims (y, x)
        More levels, each under the name by which it is to be called, such as
        ``water=...``. Two layers or more are needed, 30 are the most.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        `level`, uint8 with the words of the scale, and `decided_by`, uint8: the number
        of the layer that has this level, the first one of several. Nodata is 255. Lazy
        if a layer is.

    Raises
    ------
    ParameterError
        If fewer than two or more than 30 layers are given, or one has levels other
        than 1 to 3; five levels have to be made three by `reclassify` first.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a level; of lazy rasters this is not asked.

    References
    ----------
    .. [1] Ministry of Natural Resources (2020). Guide to evaluating carrying capacity
       and suitability for development, section on ecological protection.

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> water = xr.DataArray([[1, 3, 2]], axes, ("y", "x")).rio.write_crs(4547)
    >>> soil = xr.DataArray([[2, 1, 2]], axes, ("y", "x")).rio.write_crs(4547)
    >>> found = merge(water=water, soil=soil)
    >>> found["level"].to_numpy()
    array([[2, 3, 2]], dtype=uint8)
    >>> found["decided_by"].attrs["flag_meanings"]
    'water soil'
    >>> found["decided_by"].to_numpy()
    array([[2, 1, 1]], dtype=uint8)
    """
    layers = layers_of(levels, named, least=2)
    rules = load_ruleset(ruleset) if isinstance(ruleset, str) else ruleset
    factors = [levels_of(name, raster) for name, raster in layers.items()]
    best, place = highest_levels(factors, missing=missing)
    first = factors[0].raster
    words = dict(enumerate(layers, start=1))
    decided = class_raster(
        place,
        first,
        name="decided_by",
        long_name="layer that has the highest level",
        classes=words,
        nodata=NOTHING,
    )
    level = level_raster(
        best,
        first,
        scale_of(rules, "importance_level"),
        name="level",
        long_name="highest level of importance",
    )
    level.attrs["method"] = "the highest level wins, the first layer of several"
    return xr.Dataset({"level": cite(level, rules), "decided_by": decided})


def levels_of(name: str, raster: xr.DataArray) -> Factor:
    """Return a factor of levels 1 to 3, insisting that its flags are no others."""
    flags = np.atleast_1d(getattr(raster, "attrs", {}).get("flag_values", []))
    if not set(flags.tolist()) <= {1, 2, 3}:
        msg = (
            f"`{name}` has the levels {flags.tolist()}, but 1 to 3 are needed, 3 the "
            "most important; bring it to these with `ecozoning.reclassify`."
        )
        raise ParameterError(msg)
    mend = (
        "3 is the most important; bring other levels to these with "
        "`ecozoning.reclassify`, and name the nodata value"
    )
    return Factor(name, raster, 1.0, 3.0, "as whole numbers", mend=mend)


def layers_of(
    rasters: tuple[xr.DataArray, ...], named: dict[str, xr.DataArray], *, least: int
) -> dict[str, xr.DataArray]:
    """Return layers by name, insisting that there are some but not too many."""
    numbered = {f"level_{i}": raster for i, raster in enumerate(rasters, start=1)}
    layers = {**numbered, **named}
    if not least <= len(layers) <= MOST_LAYERS or len(layers) < len(numbered) + len(
        named
    ):
        msg = (
            f"{len(layers)} layers of different names were given, but {least} to "
            f"{MOST_LAYERS} are needed, e.g. `merge(water=..., soil=...)`."
        )
        raise ParameterError(msg)
    return layers
