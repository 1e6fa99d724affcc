"""What land can carry: as much as the scarcest of its resources lets it (短板)."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ecozoning._kernels.levels import least_of, least_which
from ecozoning.errors import ParameterError
from ecozoning.raster.factors import Factor, bounds_of, run_factors
from ecozoning.raster.values import as_raster, class_raster, reads_around

__all__ = ["land_capacity"]

NOTHING = 255


@reads_around(0)
def land_capacity(*constraints: xr.DataArray, **named: xr.DataArray) -> xr.Dataset:
    """
    Return the least of several capacities in each cell, and which one it is.

    The shortest board decides: land for farming or towns cannot be more than water,
    land, or the environment allow each by itself [1]_.

    Parameters
    ----------
    *constraints : xarray.DataArray, dims (y, x)
        What each resource allows, 0 or more, all in one unit. They are called
        ``constraint_1``, ``constraint_2`` and so on.
    **named : xarray.DataArray, dims (y, x)
        More of them, under names such as ``water=...``. Two or more are needed, 250 are
        the most.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        `capacity`, float32 in the unit that all state, NaN where any has no value; and
        `limited_by`, uint8: the number of the constraint that has this value, the first
        one of several, nodata 255. Lazy if a constraint is.

    Raises
    ------
    ParameterError
        If fewer than two are given, units differ, or a value is negative or infinite.
    GridMismatchError, CRSMismatchError, MissingCRSError
        If the rasters are not on one grid, or have no CRS.
    NoDataError
        If no cell has a value in all rasters; of lazy ones this is not asked.

    References
    ----------
    .. [1] Ministry of Natural Resources (2020). Guide to evaluating carrying capacity
       and suitability for development.

    Examples
    --------
    >>> import rioxarray, xarray as xr
    >>> axes = {"y": [30.0], "x": [0.0, 30, 60]}
    >>> water = xr.DataArray([[5.0, 9, 7]], axes, ("y", "x")).rio.write_crs(4547)
    >>> found = land_capacity(water=water, land=water * 0 + 7)
    >>> found["capacity"].to_numpy()
    array([[5., 7., 7.]], dtype=float32)
    >>> found["limited_by"].to_numpy()
    array([[1, 2, 1]], dtype=uint8)
    """
    numbered = {f"constraint_{i}": one for i, one in enumerate(constraints, start=1)}
    layers = {**numbered, **named}
    if not 2 <= len(layers) <= 250:
        msg = (
            f"{len(layers)} constraints were given, but 2 to 250 are needed, e.g. "
            "`land_capacity(water=..., land=...)`."
        )
        raise ParameterError(msg)
    units = _units(layers)
    factors = [Factor(name, raster, unit=units) for name, raster in layers.items()]
    bounds, like = bounds_of(factors), factors[0].raster
    value = run_factors(least_of, factors, bounds)
    which = run_factors(least_which, factors, bounds, dtype=np.uint8)
    capacity = as_raster(
        value, like, name="capacity", units=units, long_name="least capacity"
    )
    capacity.attrs["method"] = "the least counts, the first constraint of several"
    limited = class_raster(
        which,
        like,
        name="limited_by",
        long_name="constraint that is least",
        classes=dict(enumerate(layers, start=1)),
        nodata=NOTHING,
    )
    return xr.Dataset({"capacity": capacity, "limited_by": limited})


def _units(layers: dict[str, xr.DataArray]) -> str:
    """Return the unit of all, insisting that none states another."""
    stated = {
        name: str(raster.attrs["units"])
        for name, raster in layers.items()
        if "units" in getattr(raster, "attrs", {})
    }
    if len(set(stated.values())) > 1:
        msg = f"the units of the constraints differ: {stated}; bring them to one."
        raise ParameterError(msg)
    return next(iter(stated.values()), "1")
